//! What stands where content would be: that it is loading, that there is none, or why it cannot be had and what helps.

use super::text::{below, paragraph, top};
use crate::base::wrap::wrap;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Content that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Absent {
    /// On its way.
    Loading,
    /// The tenant answered, and there is nothing; says why that may be.
    Empty(String),
    /// The tenant did not answer, or refused.
    Unavailable {
        /// What happened.
        why: String,
        /// What helps.
        remedy: String,
    },
}

/// Writes it at the top of `area` and returns the rows used.
pub fn draw(buffer: &mut Buffer, area: Rect, absent: &Absent, theme: &Theme) -> u16 {
    match absent {
        Absent::Loading => paragraph(buffer, area, "loading …", theme.style(Role::Muted)),
        Absent::Empty(cause) => paragraph(buffer, area, cause, theme.style(Role::Muted)),
        Absent::Unavailable { why, remedy } => {
            // The service's words may be long; what helps is never pushed out by them.
            let kept = wrap(remedy, usize::from(area.width)).len().min(usize::from(u16::MAX)) as u16;
            let room = top(area, area.height.saturating_sub(kept).max(1));
            let rows = paragraph(buffer, room, why, theme.style(Role::Error));
            rows + paragraph(buffer, below(area, rows), remedy, theme.style(Role::Text))
        }
    }
}
