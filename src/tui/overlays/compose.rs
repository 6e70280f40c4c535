//! A comment or another text being written.

use super::boxed;
use crate::app::hunt::Editor;
use crate::base::Untrusted;
use crate::base::limits::COMMENT_CHARS_MAX;
use crate::base::text::width;
use crate::tui::mouse::Spot;
use crate::tui::screen::Scene;
use crate::tui::theme::Role;
use crate::tui::widgets::table::scroll;
use crate::tui::widgets::text::{Line, below, safe, top};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use unicode_segmentation::UnicodeSegmentation;

/// Draws it and returns where its cursor is.
pub fn draw(scene: &Scene<'_>, title: &str, editor: &Editor, buffer: &mut Buffer, screen: Rect) -> Option<Position> {
    let inside = boxed(scene, buffer, screen, (76, 12), title);
    let body = top(inside, inside.height.saturating_sub(1));
    let (row, character) = editor.cursor();
    let first = scroll(0, Some(row), editor.lines().len(), usize::from(body.height));
    // Long lines are scrolled together, so that the cursor's column is seen.
    let line = editor.lines().get(row).map_or("", String::as_str);
    let cursor_column = width(&shown(&line.chars().take(character).collect::<String>()));
    let left = (cursor_column + 1).saturating_sub(usize::from(body.width));
    scene.spots.add(body, Spot::Writing(first, left));
    for (index, line) in editor.lines().iter().skip(first).take(usize::from(body.height)).enumerate() {
        let text = shown(line);
        let mut row = Line::new(buffer, body, index as u16);
        if left > 0 && !text.is_empty() {
            row.put("…", scene.style(Role::Muted));
        }
        row.put(skip_cells(&text, left + usize::from(left > 0)), scene.style(Role::Input));
    }
    let characters = editor.text().chars().count();
    let role = if characters > COMMENT_CHARS_MAX { Role::Error } else { Role::Muted };
    let count = format!("{characters} of {COMMENT_CHARS_MAX} characters");
    Line::new(buffer, below(inside, body.height), 0).right(&[(&count, scene.style(role))]);
    let place = Position::new(body.x + (cursor_column - left) as u16, body.y + row.checked_sub(first)? as u16);
    body.contains(place).then_some(place)
}

/// The character of a line that is drawn at `column`, before scrolling; its end where nothing is.
pub fn character_at(line: &str, column: usize) -> usize {
    let (mut cells, mut character) = (0, 0);
    for grapheme in line.graphemes(true) {
        cells += width(&shown(grapheme));
        if cells > column {
            break;
        }
        character += grapheme.chars().count();
    }
    character
}

fn shown(text: &str) -> String {
    safe(&Untrusted::new(text))
}

/// `text` without its first `cells`.
fn skip_cells(text: &str, cells: usize) -> &str {
    let mut rest = text;
    while width(text) - width(rest) < cells {
        let mut characters = rest.chars();
        if characters.next().is_none() {
            break;
        }
        rest = characters.as_str();
    }
    rest
}
