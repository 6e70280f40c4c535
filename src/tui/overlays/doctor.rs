//! The doctor's findings: checks, then the table of capabilities and permissions.

use super::boxed;
use crate::app::doctor::{State, Tone};
use crate::base::text::width;
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
        .flat_map(|(tone, line)| hanging(&line, usize::from(wide)).into_iter().map(move |part| (tone, part)))
        .collect();
    let high = screen.height.saturating_sub(4);
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
    popup::more(buffer, inside, wrapped.len().saturating_sub(first + rows), scene.theme);
}

/// `line` in rows of at most `wide` cells. What does not fit goes on under the line's last column, where that leaves
/// half of the row for it.
fn hanging(line: &str, wide: usize) -> Vec<String> {
    let (head, last) = line.split_at(line.rfind("  ").map_or(0, |gap| gap + 2));
    let indent = width(head);
    if width(line) <= wide || indent > wide / 2 {
        return wrap(line, wide);
    }
    let rows = wrap(last, wide - indent).into_iter().enumerate();
    rows.map(|(row, part)| if row == 0 { format!("{head}{part}") } else { format!("{:indent$}{part}", "") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_goes_on_under_its_column() {
        assert_eq!(
            hanging("bad  clock    400 s ahead", 20),
            ["bad  clock    400 s", "ahead"],
            "too little room under it"
        );
        assert_eq!(hanging("bad clock  four seconds ahead", 24), ["bad clock  four seconds", "           ahead"]);
        assert_eq!(hanging("as it is", 24), ["as it is"]);
    }
}
