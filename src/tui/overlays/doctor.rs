//! The doctor's findings: checks, then the table of capabilities and permissions.

use super::boxed;
use crate::app::doctor::{State, Tone};
use crate::base::wrap::hanging;
use crate::tui::screen::{Scene, is_small};
use crate::tui::theme::Role;
use crate::tui::widgets::popup;
use crate::tui::widgets::table::scroll;
use crate::tui::widgets::text::Line;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// The most cells of a line.
const CELLS_MAX: u16 = 140;

/// Draws it over all but the edge of the screen.
pub fn draw(scene: &Scene<'_>, state: &State, buffer: &mut Buffer, screen: Rect) {
    let edge = if is_small(screen) { 0 } else { 2 };
    let wide = screen.width.saturating_sub(4 + edge).clamp(30, CELLS_MAX);
    let wrapped: Vec<(Tone, String)> = state
        .lines(usize::from(wide))
        .into_iter()
        .flat_map(|(tone, line)| hanging(&line, usize::from(wide)).into_iter().map(move |part| (tone, part)))
        .collect();
    let high = screen.height.saturating_sub(2 + edge);
    let inside = boxed(scene, buffer, screen, (wide, high), state.title());
    let rows = usize::from(inside.height);
    let first = scroll(state.scroll, None, wrapped.len(), rows);
    for (row, (tone, line)) in wrapped.iter().skip(first).take(rows).enumerate() {
        let role = match tone {
            Tone::Plain => Role::Text,
            Tone::Strong => Role::Strong,
            Tone::Muted => Role::Muted,
            Tone::Bad => Role::Error,
        };
        Line::new(buffer, inside, row as u16).put(line, scene.style(role));
    }
    popup::more(buffer, screen, inside, wrapped.len().saturating_sub(first + rows), scene.theme);
}
