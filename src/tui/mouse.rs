//! The mouse, where it is taken: what draws says what lies where, and a click comes to what keys would.

use super::input::{Heard, Keyboard};
use super::keymap::Chord;
use crate::app::action::Question;
use crate::app::columns::Field;
use crate::app::queue::{Arrange, ListLine, Move};
use crate::app::{Action, App, Event, Input, Key, Overlay, Pane, hunt};
use crossterm::event::{Event as TerminalEvent, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};
use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

/// Two clicks on a place within this time are a double click.
const DOUBLE: Duration = Duration::from_millis(400);
/// Rows that a notch of the wheel moves.
const NOTCH: u8 = 3;

/// What lies somewhere on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// What lies beneath cannot be clicked.
    Cover,
    /// Beyond an overlay.
    Outside,
    /// Rows of a list, from this one.
    Rows(Pane, usize),
    /// Cells of a column of a hunt's result, from this row.
    Cells {
        /// The column's place among those shown.
        column: usize,
        /// The first row.
        first: usize,
    },
    /// The heading of such a column.
    ResultHeading(usize),
    /// The heading of a queue's column.
    Heading(Field),
    /// Choices of the topmost overlay, from this one.
    Choices(Manner, usize),
    /// Completions that the hunting editor offers, from this one.
    Completions(usize),
    /// The text of the hunting editor: its first line and column on screen.
    Text(usize, usize),
    /// The name of a pane.
    Name(Pane),
    /// A command's keys and title.
    Command(&'static str),
    /// A key's name.
    Press(&'static str),
}

/// What a click does to a choice once the cursor is on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Takes it, as Enter does.
    Take,
    /// Ticks it or takes the tick away, as Space does; a double click takes.
    Tick,
    /// Nothing more.
    Point,
}

/// What lies where on the screen drawn last. What is added later lies over what was there. Empty where the mouse is not
/// taken.
#[derive(Debug, Default)]
pub struct Spots {
    is_on: Cell<bool>,
    known: RefCell<Vec<(Rect, Spot)>>,
}

impl Spots {
    /// Forgets all for a new frame; what is added to it counts where `is_on`.
    pub fn begin(&self, is_on: bool) {
        self.is_on.set(is_on);
        self.known.borrow_mut().clear();
    }

    /// Says what lies at `area`.
    pub fn add(&self, area: Rect, spot: Spot) {
        if self.is_on.get() && !area.is_empty() {
            self.known.borrow_mut().push((area, spot));
        }
    }

    /// Says that `rows` rows of a list from the one numbered `first` stand at the top of `area`.
    pub fn rows(&self, area: Rect, pane: Pane, first: usize, rows: usize) {
        self.add(Rect { height: shown(area, rows), ..area }, Spot::Rows(pane, first));
    }

    /// The same of choices of the topmost overlay.
    pub fn choices(&self, area: Rect, manner: Manner, first: usize, rows: usize) {
        self.add(Rect { height: shown(area, rows), ..area }, Spot::Choices(manner, first));
    }

    fn at(&self, place: Position) -> Option<(Rect, Spot)> {
        self.known.borrow().iter().rev().find(|(area, _)| area.contains(place)).copied()
    }
}

fn shown(area: Rect, rows: usize) -> u16 {
    u16::try_from(rows).unwrap_or(u16::MAX).min(area.height)
}

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
        let mut desk = Desk { app, keyboard, told: Vec::new() };
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
            Spot::Cover => {}
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
            Spot::Cover | Spot::Choices(..) | Spot::Completions(_) => {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::View;
    use crate::tui::tests::Desk;
    use proptest::prelude::*;

    const SIZE: (u16, u16) = (120, 40);
    const LEFT: MouseEventKind = MouseEventKind::Down(MouseButton::Left);
    const RIGHT: MouseEventKind = MouseEventKind::Down(MouseButton::Right);

    fn taken() -> Desk {
        let mut desk = Desk::loaded();
        desk.app.has_mouse = true;
        desk
    }

    /// Where `text` stands on the screen, which is drawn.
    fn find(desk: &mut Desk, text: &str) -> (u16, u16) {
        place(desk, text, false)
    }

    /// Where it stands lowest.
    fn find_last(desk: &mut Desk, text: &str) -> (u16, u16) {
        place(desk, text, true)
    }

    fn place(desk: &mut Desk, text: &str, is_last: bool) -> (u16, u16) {
        let screen = desk.screen(SIZE);
        let mut found = screen.lines().enumerate().filter_map(|(row, line)| Some((line.find(text)?, row, line)));
        let found = if is_last { found.last() } else { found.next() };
        let Some((at, row, line)) = found else { panic!("no {text} on\n{screen}") };
        (line.get(..at).unwrap_or_default().chars().count() as u16, row as u16)
    }

    /// Clicks on `text`, some time after whatever was clicked before.
    fn click(desk: &mut Desk, text: &str) {
        let place = find(desk, text);
        desk.clock += DOUBLE * 2;
        desk.point(LEFT, place);
    }

    fn click_last(desk: &mut Desk, text: &str) {
        let place = find_last(desk, text);
        desk.clock += DOUBLE * 2;
        desk.point(LEFT, place);
    }

    fn sorted(desk: &Desk) -> String {
        desk.app.incidents.sort.title()
    }

    #[test]
    fn where_it_is_the_terminals_nothing_is_known_and_nothing_happens() {
        let mut desk = Desk::loaded();
        let place = find(&mut desk, "Label downgrade");
        let before = desk.app.clone();
        desk.point(LEFT, place);
        assert!(desk.app == before && desk.spots.known.borrow().is_empty());
        desk.keys("gm");
        assert!(desk.app.has_mouse && desk.screen(SIZE).contains("the mouse is taken"));
        desk.keys("gm");
        assert!(!desk.app.has_mouse);
    }

    #[test]
    fn a_click_selects_and_two_open_though_nothing_was_drawn_between() {
        let mut desk = taken();
        click(&mut desk, "Label downgrade");
        assert_eq!((desk.app.incidents.selected(), desk.app.view), (Some("4119"), View::Incidents));
        click(&mut desk, "Departing user");
        let place = find(&mut desk, "Label downgrade");
        desk.clock += DOUBLE * 2;
        desk.point(LEFT, place);
        desk.point(LEFT, place);
        assert_eq!(desk.app.view, View::Incident);
        assert_eq!(desk.app.incident.as_ref().map(|page| &*page.id), Some("4119"));
        // A third click is no second double click.
        desk.point(LEFT, place);
        assert_eq!(desk.app.view, View::Incident);
    }

    #[test]
    fn two_slow_clicks_are_no_double_click() {
        let mut desk = taken();
        let place = find(&mut desk, "Label downgrade");
        desk.point(LEFT, place);
        desk.clock += DOUBLE;
        desk.point(LEFT, place);
        assert_eq!(desk.app.view, View::Incidents);
    }

    #[test]
    fn a_heading_sorts_and_turns_round() {
        let mut desk = taken();
        click(&mut desk, "Age");
        let once = sorted(&desk);
        click(&mut desk, "Age");
        assert_ne!(once, sorted(&desk));
        assert_eq!(desk.app.incidents.sort.keys().iter().map(|key| key.field).collect::<Vec<_>>(), [Field::Age]);
    }

    #[test]
    fn the_wheel_moves_what_is_under_it() {
        let mut desk = taken();
        let place = find(&mut desk, "Departing user");
        desk.point(MouseEventKind::ScrollDown, place);
        assert_eq!(desk.app.incidents.cursor(), 3);
        desk.point(MouseEventKind::ScrollUp, place);
        assert_eq!(desk.app.incidents.cursor(), 0);
        desk.keys("?");
        let place = find(&mut desk, "Keys of this view");
        desk.point(MouseEventKind::ScrollDown, place);
        assert!(matches!(desk.app.overlays.last(), Some(Overlay::Help { scroll: 3 })));
    }

    #[test]
    fn a_right_click_offers_where_to_go_and_a_click_beside_closes() {
        let mut desk = taken();
        let place = find(&mut desk, "Unusual print");
        desk.point(RIGHT, place);
        assert_eq!(desk.app.incidents.selected(), Some("4102"));
        assert!(matches!(desk.app.overlays.last(), Some(Overlay::Pivots(..))), "{:?}", desk.app.overlays);
        desk.screen(SIZE);
        desk.point(LEFT, (0, 0));
        assert_eq!(desk.app.overlays, []);
        desk.screen(SIZE);
        desk.point(RIGHT, place);
        click(&mut desk, "Alerts that name it");
        assert_eq!((desk.app.view, desk.app.overlays.len()), (View::Alerts, 0));
    }

    #[test]
    fn a_choice_is_taken_once_however_often_it_is_clicked() {
        let mut desk = taken();
        desk.keys("s");
        let place = find_last(&mut desk, "in progress");
        desk.point(LEFT, place);
        desk.screen(SIZE);
        desk.point(LEFT, place);
        assert!(matches!(desk.app.overlays[..], [Overlay::Status(..), Overlay::Plan(_)]), "{:?}", desk.app.overlays);
        click(&mut desk, "Esc do not");
        assert_eq!(desk.app.overlays.len(), 1);
    }

    #[test]
    fn boxes_are_ticked_and_candidates_taken() {
        let mut desk = taken();
        desk.keys("O");
        let shown = desk.app.incidents.columns.clone();
        click_last(&mut desk, "Owner");
        assert_ne!(desk.app.incidents.columns, shown);
        desk.keys("\u{1b}/source:");
        click_last(&mut desk, "insider-risk");
        let Some(Overlay::Filter(prompt)) = desk.app.overlays.last() else { panic!("the filter is closed") };
        assert!(prompt.line.text().contains("source:insider-risk"), "{}", prompt.line.text());
    }

    #[test]
    fn parts_tabs_and_footers_go_where_they_say() {
        let mut desk = taken();
        click(&mut desk, "2 Alerts");
        assert_eq!(desk.app.view, View::Alerts);
        click(&mut desk, " Enter open".trim_start());
        assert_eq!(desk.app.view, View::Incident);
        click(&mut desk, "entities");
        assert_eq!(desk.app.focused(), Some(Pane::Part(crate::app::incident::Part::Entities)));
        click(&mut desk, "Removable media write");
        assert_eq!(desk.app.focused(), Some(Pane::Part(crate::app::incident::Part::Alerts)));
        assert_eq!(desk.app.incident.as_ref().and_then(|page| page.alert.as_deref()), Some("da2"));
    }

    #[test]
    fn cells_headings_and_text_of_a_hunt() {
        let mut desk = taken();
        desk.keys("h");
        desk.point(LEFT, (0, 0));
        desk.tell(Event::Action(Action::Hunt(hunt::Action::Run)));
        click(&mut desk, "PHX-VDI-14");
        assert_eq!((desk.app.hunt.row, desk.app.hunt.column, desk.app.focused()), (2, 1, Some(Pane::Results)));
        click_last(&mut desk, "Files");
        assert_eq!(desk.app.hunt.arranged.sorted, Some((2, false)));
        click(&mut desk, "where");
        let (line, character) = desk.app.hunt.editor.cursor();
        let text = &desk.app.hunt.editor.lines()[line];
        assert_eq!(text.chars().skip(character).take(5).collect::<String>(), "where", "{text}");
        assert_eq!(desk.app.focused(), Some(Pane::Editor));
    }

    proptest! {
        #![proptest_config(crate::base::cases::cases(48))]

        #[test]
        fn clicks_anywhere_amid_keys_never_panic(
            steps in prop::collection::vec(
                (prop::sample::select("jkG?/f:12345srAOp.Mmw \n\t\u{1b}".chars().collect::<Vec<_>>()), 0_u16..120, 0_u16..40, 0_u8..5),
                1..40,
            ),
        ) {
            let mut desk = taken();
            for (key, column, row, what) in steps {
                desk.draw(SIZE);
                match what {
                    0 => drop(desk.keys(&key.to_string())),
                    1 => desk.point(MouseEventKind::ScrollDown, (column, row)),
                    2 => desk.point(RIGHT, (column, row)),
                    _ => desk.point(LEFT, (column, row)),
                }
                desk.clock += DOUBLE / 3;
            }
        }
    }
}
