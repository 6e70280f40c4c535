//! The filter line being edited, in its own place over the queue, with what is wrong underlined and explained.

use super::typed;
use crate::app::overlay::FilterPrompt;
use crate::base::text::width;
use crate::tui::screen::Scene;
use crate::tui::theme::Role;
use crate::tui::widgets::text::{Line, below, inset, paragraph, top, wrap};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;

/// Shown until something is wrong or something was typed.
const WORDS: &str = "source: status: severity>= user: assigned:me tag: age<7d id: \"text\"  - negates";

/// Draws it over the first rows of the view.
pub fn draw(scene: &Scene<'_>, prompt: &FilterPrompt, buffer: &mut Buffer, screen: Rect) -> Option<Position> {
    let wide = usize::from(screen.width.saturating_sub(4));
    let rows = prompt.filter.errors.first().map_or(1, |error| wrap(&error.message, wide).len().clamp(1, 4) as u16);
    let area = top(screen, 1 + rows);
    for position in area.intersection(buffer.area).positions() {
        if let Some(cell) = buffer.cell_mut(position) {
            cell.reset();
        }
    }
    let cursor = typed(scene, &prompt.line, buffer, top(area, 1), "/ ");
    let under = below(area, 1);
    let text = prompt.line.text();
    let Some(error) = prompt.filter.errors.first() else {
        Line::new(buffer, under, 0).gap(2).put(WORDS, scene.style(Role::Muted));
        return cursor;
    };
    paragraph(buffer, inset(under, 2), &error.message, scene.style(Role::Error));
    for error in &prompt.filter.errors {
        let cells = |bytes: usize| text.get(..bytes).map_or(0, width) as u16;
        // The prompt takes two cells; a line scrolled sideways is not underlined.
        let (from, to) = (2 + cells(error.span.start), 2 + cells(error.span.end));
        if width(text) + 3 <= usize::from(area.width) {
            for x in from..to.min(area.width) {
                if let Some(cell) = buffer.cell_mut(Position::new(area.x + x, area.y)) {
                    cell.set_style(scene.style(Role::Error).add_modifier(Modifier::UNDERLINED));
                }
            }
        }
    }
    cursor
}
