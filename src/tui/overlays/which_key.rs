//! How a sequence of keys may go on, over the last rows of the view.

use crate::base::text::width;
use crate::tui::screen::Scene;
use crate::tui::theme::Role;
use crate::tui::widgets::text::{Line, below};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Cells between two continuations.
const GAP: u16 = 3;

/// Draws the continuations in columns, as many as fit.
pub fn draw(scene: &Scene<'_>, continuations: &[(String, &'static str)], buffer: &mut Buffer, body: Rect) {
    let widest = continuations.iter().map(|(keys, title)| width(keys) + 1 + width(title)).max().unwrap_or(0) as u16;
    let columns = ((body.width.saturating_sub(1) + GAP) / (widest + GAP).max(1)).max(1);
    let rows = (continuations.len() as u16).div_ceil(columns).min(body.height);
    let area = below(body, body.height - rows);
    for position in area.intersection(buffer.area).positions() {
        if let Some(cell) = buffer.cell_mut(position) {
            cell.reset();
        }
    }
    for (place, (keys, title)) in continuations.iter().enumerate() {
        let (row, column) = (place as u16 % rows.max(1), place as u16 / rows.max(1));
        if column < columns {
            let x = 1 + column * (widest + GAP);
            let cell = Rect { x: area.x + x, width: area.width.saturating_sub(x), ..area };
            Line::new(buffer, cell, row).put(keys, scene.style(Role::Key)).gap(1).put(title, scene.style(Role::Hint));
        }
    }
}
