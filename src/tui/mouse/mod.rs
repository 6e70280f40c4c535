//! The mouse, where it is taken: what draws says what lies where, and a click comes to what keys would.

mod spots;
#[cfg(test)]
mod tests;

use super::input::{Heard, Keyboard};
use super::keymap::Chord;
use super::overlays::Wrapped;
use crate::app::action::Question;
use crate::app::queue::{Arrange, ListLine, Move};
use crate::app::{Action, App, Event, Input, Key, Overlay, Pane, hunt};
use crossterm::event::{Event as TerminalEvent, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};
pub use spots::{Manner, Spot, Spots};
use std::time::{Duration, Instant};

/// Two clicks on a place within this time are a double click.
const DOUBLE: Duration = Duration::from_millis(400);
/// Rows that a notch of the wheel moves.
const NOTCH: u8 = 3;

/// The pointer: where it clicked last.
#[derive(Debug, Default)]
pub struct Pointer {
    last: Option<(Instant, Position, Spot)>,
}

impl Pointer {
    /// What `mouse` comes to on the screen that `spots` tells of.
    pub fn hear(
        &mut self,
        spots: &Spots,
        app: &App,
        keyboard: &mut Keyboard,
        mouse: MouseEvent,
        now: Instant,
    ) -> Vec<Event> {
        let place = Position::new(mouse.column, mouse.row);
        let Some((area, spot)) = spots.at(place).filter(|_| app.has_mouse) else { return Vec::new() };
        let mut desk = Desk { app, keyboard, spots, told: Vec::new() };
        match mouse.kind {
            MouseEventKind::ScrollDown => desk.scroll(spot, true),
            MouseEventKind::ScrollUp => desk.scroll(spot, false),
            MouseEventKind::ScrollLeft | MouseEventKind::ScrollRight if matches!(spot, Spot::Cells { .. }) => {
                let step = if mouse.kind == MouseEventKind::ScrollRight { 1 } else { -1 };
                desk.act(Action::Hunt(hunt::Action::Column(step)));
            }
            MouseEventKind::Down(button @ (MouseButton::Left | MouseButton::Right)) => {
                desk.keyboard.forget();
                let before = self.last.replace((now, place, spot));
                let is_again = before.is_some_and(|(at, before, _)| before == place && now - at < DOUBLE);
                let was = before.map(|(.., was)| was);
                match button {
                    // Half of it went to what was there before.
                    MouseButton::Left if is_again && was != Some(spot) => {}
                    MouseButton::Left if is_again => {
                        // A third click begins anew.
                        self.last = None;
                        desk.open(spot, row_in(area, place));
                    }
                    MouseButton::Left => desk.click(spot, area, place),
                    _ => desk.pivot(spot, area, place),
                }
            }
            _ => {}
        }
        desk.told
    }
}

fn row_in(area: Rect, place: Position) -> usize {
    usize::from(place.y.saturating_sub(area.y))
}

/// What a click is turned into keys with.
struct Desk<'a> {
    app: &'a App,
    keyboard: &'a mut Keyboard,
    spots: &'a Spots,
    told: Vec<Event>,
}

impl Desk<'_> {
    fn act(&mut self, action: Action) {
        self.told.push(Event::Action(action));
    }

    /// A key, so many times.
    fn type_in(&mut self, key: &Key, times: usize) {
        self.told.extend((0..times).map(|_| Event::Input(Input::plain(key.clone()))));
    }

    fn command(&mut self, id: &str) {
        if let Heard::Event(event) = self.keyboard.command(self.app, id) {
            self.told.push(event);
        }
    }

    fn focus(&mut self, pane: Pane) {
        if self.app.focused() != Some(pane) {
            self.act(Action::Focus(pane));
        }
    }

    fn click(&mut self, spot: Spot, area: Rect, place: Position) {
        let row = row_in(area, place);
        match spot {
            Spot::Cover | Spot::Preview => {}
            Spot::Outside => self.type_in(&Key::Esc, 1),
            Spot::Rows(..) | Spot::Cells { .. } => self.select(spot, row),
            Spot::ResultHeading(column) => {
                self.focus(Pane::Results);
                self.act(Action::Hunt(hunt::Action::Column(distance(self.app.hunt.column, column))));
                self.act(Action::Hunt(hunt::Action::Sort));
            }
            Spot::Heading(field) => self.act(Action::Arrange(Arrange::SortBy(field))),
            Spot::Choices(manner, first) => {
                self.choose(self.app.overlays.last().and_then(Overlay::cursor), first + row);
                match manner {
                    Manner::Take => self.type_in(&Key::Enter, 1),
                    Manner::Tick => self.type_in(&Key::Char(' '), 1),
                    Manner::Point => {}
                }
            }
            Spot::Completions(first) => {
                self.choose(Some(self.app.hunt.assist.chosen), first + row);
                self.type_in(&Key::Tab, 1);
            }
            Spot::Text(line, column) => {
                self.focus(Pane::Editor);
                let (line, column) = (line + row, column + usize::from(place.x.saturating_sub(area.x)));
                let text = self.app.hunt.editor.lines().get(line).map_or("", String::as_str);
                let character = super::panes::character_at(text, column);
                self.act(Action::Hunt(hunt::Action::GoTo(line, character)));
            }
            Spot::Writing(first, columns) => {
                if let Some(editor) = self.app.overlays.last().and_then(Overlay::written) {
                    let column = usize::from(place.x.saturating_sub(area.x));
                    let (line, character) = Wrapped::new(editor.lines(), columns).at(first + row, column);
                    self.act(Action::WriteAt(line, character));
                }
            }
            Spot::Name(pane) => self.focus(pane),
            Spot::Command(id) => self.command(id),
            Spot::Press(key) => {
                if let Some(key) = Chord::pressed(key)
                    && let Heard::Event(event) = self.keyboard.hear(self.app, TerminalEvent::Key(key))
                {
                    self.told.push(event);
                }
            }
        }
    }

    /// The second click of two. What the first selected may have been left since, by wheel or key.
    fn open(&mut self, spot: Spot, row: usize) {
        self.select(spot, row);
        match spot {
            Spot::Rows(Pane::Queue, first)
                if matches!(self.app.queue().and_then(|queue| queue.line(first + row)), Some(ListLine::Heading(_))) =>
            {
                self.command("queue.fold");
            }
            Spot::Rows(..) | Spot::Cells { .. } => self.command("list.open"),
            Spot::Choices(Manner::Tick, _) => self.type_in(&Key::Enter, 1),
            _ => {}
        }
    }

    fn pivot(&mut self, spot: Spot, area: Rect, place: Position) {
        if matches!(spot, Spot::Rows(..) | Spot::Cells { .. }) {
            self.select(spot, row_in(area, place));
            self.act(Action::Ask(Question::Entities));
        }
    }

    /// Puts the cursor on a row of a list or a cell of a result.
    fn select(&mut self, spot: Spot, row: usize) {
        let (pane, place) = match spot {
            Spot::Rows(Pane::Queue, first) => {
                let line = self.app.queue().and_then(|queue| queue.line(first + row));
                let place = match line {
                    Some(ListLine::Heading(group)) => group.first,
                    Some(ListLine::Folded(place, _) | ListLine::Row(place)) => place,
                    None => return,
                };
                (Pane::Queue, place)
            }
            Spot::Rows(pane, first) => (pane, first + row),
            Spot::Cells { first, .. } => (Pane::Results, first + row),
            _ => return,
        };
        self.focus(pane);
        self.act(Action::Move(Move::By(distance(self.app.cursor_of(pane), place))));
        if let Spot::Cells { column, .. } = spot {
            self.act(Action::Hunt(hunt::Action::Column(distance(self.app.hunt.column, column))));
        }
    }

    /// Moves from choice to choice.
    fn choose(&mut self, from: Option<usize>, to: usize) {
        let (key, times) = match from {
            None => (Key::Down, to + 1),
            Some(from) if from <= to => (Key::Down, to - from),
            Some(from) => (Key::Up, from - to),
        };
        self.type_in(&key, times);
    }

    fn scroll(&mut self, spot: Spot, is_down: bool) {
        let step = isize::from(NOTCH) * if is_down { 1 } else { -1 };
        match spot {
            Spot::Rows(pane, _) => {
                self.focus(pane);
                self.act(Action::Move(Move::By(step)));
            }
            Spot::Cells { .. } => {
                self.focus(Pane::Results);
                self.act(Action::Move(Move::By(step)));
            }
            Spot::Preview => self.spots.roll(step),
            Spot::Cover | Spot::Choices(..) | Spot::Completions(_) | Spot::Writing(..) => {
                self.type_in(if is_down { &Key::Down } else { &Key::Up }, usize::from(NOTCH));
            }
            Spot::Text(..) => {
                self.focus(Pane::Editor);
                let (line, character) = self.app.hunt.editor.cursor();
                let last = self.app.hunt.editor.lines().len().saturating_sub(1);
                let line = line.saturating_add_signed(step).min(last);
                self.act(Action::Hunt(hunt::Action::GoTo(line, character)));
            }
            _ => {}
        }
    }
}

/// The way from one place to another, in rows.
fn distance(from: usize, to: usize) -> isize {
    let far = |rows: usize| isize::try_from(rows).unwrap_or(isize::MAX);
    far(to).saturating_sub(far(from))
}
