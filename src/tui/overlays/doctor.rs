//! The doctor's findings: checks, then the table of capabilities and permissions.

use crate::app::doctor::{State, Tone};
use crate::tui::screen::Scene;
use crate::tui::theme::Role;
use crate::tui::widgets::popup;
use crate::tui::widgets::table::scroll;
use crate::tui::widgets::text::{Line, wrap};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// The most cells of a line.
const CELLS_MAX: u16 = 140;

/// Draws it over all but the edge of the screen.
pub fn draw(scene: &Scene<'_>, state: &State, buffer: &mut Buffer, screen: Rect) {
    let wide = screen.width.saturating_sub(6).clamp(30, CELLS_MAX);
    let wrapped: Vec<(Tone, String)> = state
        .lines(usize::from(wide))
        .into_iter()
        .flat_map(|(tone, line)| wrap(&line, usize::from(wide)).into_iter().map(move |part| (tone, part)))
        .collect();
    let high = screen.height.saturating_sub(4);
    let inside = popup::draw(buffer, screen, (wide, high), state.title(), scene.theme);
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
    popup::more(buffer, inside, wrapped.len().saturating_sub(first + rows), scene.theme);
}
