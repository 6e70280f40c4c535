//! A comment or another text being written.

use super::boxed;
use super::wrapped::Wrapped;
use crate::app::hunt::Editor;
use crate::app::{Action, App, Event, Input, Key, Overlay};
use crate::base::limits::COMMENT_CHARS_MAX;
use crate::tui::mouse::Spot;
use crate::tui::screen::Scene;
use crate::tui::theme::Role;
use crate::tui::widgets::popup;
use crate::tui::widgets::table::scroll;
use crate::tui::widgets::text::{Line, below, top};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// The cells of the box, inside.
const SIZE: (u16, u16) = (76, 12);

/// Draws it and returns where its cursor is.
pub fn draw(scene: &Scene<'_>, title: &str, editor: &Editor, buffer: &mut Buffer, screen: Rect) -> Option<Position> {
    let inside = boxed(scene, buffer, screen, SIZE, title);
    let body = top(inside, inside.height.saturating_sub(1));
    let text = Wrapped::new(editor.lines(), usize::from(body.width));
    let (row, column) = text.place(editor.cursor());
    let first = scroll(0, Some(row), text.rows.len(), usize::from(body.height));
    scene.spots.add(body, Spot::Writing(first, usize::from(body.width)));
    for (index, row) in text.rows.iter().skip(first).take(usize::from(body.height)).enumerate() {
        Line::new(buffer, body, index as u16).put(&row.shown(), scene.style(Role::Input));
    }
    let characters = editor.text().chars().count();
    let role = if characters > COMMENT_CHARS_MAX { Role::Error } else { Role::Muted };
    let count = format!("{characters} of {COMMENT_CHARS_MAX} characters");
    Line::new(buffer, below(inside, body.height), 0).right(&[(&count, scene.style(role))]);
    let place = Position::new(body.x + column as u16, body.y + row.checked_sub(first)? as u16);
    body.contains(place).then_some(place)
}

/// What `event` is to a text being written on `screen`: arrows up and down go by the rows that are seen there.
pub fn by_rows(app: &App, event: Event, screen: Rect) -> Event {
    let Event::Input(Input { key: key @ (Key::Up | Key::Down), ctrl: false, shift: false }) = &event else {
        return event;
    };
    let Some(editor) = app.overlays.last().and_then(Overlay::written) else { return event };
    let text = Wrapped::new(editor.lines(), usize::from(popup::inside(screen, SIZE).width));
    match text.beside(editor.cursor(), *key == Key::Down) {
        Some((line, character)) => Event::Action(Action::WriteAt(line, character)),
        None => event,
    }
}
