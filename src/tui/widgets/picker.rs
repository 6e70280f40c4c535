//! A list to choose from.

use super::table::scroll;
use super::text::Line;
use crate::base::text::clip;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// One item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// What it is.
    pub title: String,
    /// What else there is to know, at the right.
    pub note: String,
    /// `Some` where items are switched on and off.
    pub checked: Option<bool>,
}

/// Draws the items around the chosen one, if any is, and returns the place of the first.
pub fn draw(buffer: &mut Buffer, area: Rect, items: &[Item], chosen: Option<usize>, theme: &Theme) -> usize {
    let first = scroll(0, chosen, items.len(), usize::from(area.height));
    for (row, (index, item)) in items.iter().enumerate().skip(first).take(usize::from(area.height)).enumerate() {
        let is_chosen = chosen == Some(index);
        let style = theme.style(if is_chosen { Role::Chosen } else { Role::Text });
        let mut line = Line::new(buffer, area, row as u16);
        line.put(if is_chosen { "> " } else { "  " }, theme.style(Role::Marker));
        if let Some(checked) = item.checked {
            line.put(if checked { "[x] " } else { "[ ] " }, style);
        }
        line.put(&item.title, style);
        let note = clip(&item.note, usize::from(line.remaining()).saturating_sub(2));
        line.right(&[(&note, theme.style(Role::Muted))]);
    }
    first
}
