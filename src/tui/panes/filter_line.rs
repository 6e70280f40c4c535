//! The row over a queue: the filter in force, and how much of the queue passes it.

use crate::app::queue::Queue;
use crate::base::Untrusted;
use crate::tui::screen::Scene;
use crate::tui::theme::Role;
use crate::tui::widgets::panel::Absent;
use crate::tui::widgets::text::{Line, safe};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Writes the row.
pub fn draw(scene: &Scene<'_>, queue: &Queue, total: usize, buffer: &mut Buffer, area: Rect) {
    let mut counts = format!("{} of {total}  by {}", queue.rows().len(), queue.sort.title());
    if !queue.marks.is_empty() {
        counts = format!("{} marked  {counts}", queue.marks.len());
    }
    let text = match queue.filter.text.as_str() {
        "" => "no filter".to_owned(),
        text => safe(&Untrusted::new(text)),
    };
    let role = if queue.filter.errors.is_empty() { Role::Input } else { Role::Warning };
    let room = Rect { width: area.width.saturating_sub(counts.chars().count() as u16 + 2), ..area };
    Line::new(buffer, room, 0).gap(2).put(&text, scene.style(role));
    let mut line = Line::new(buffer, area, 0);
    line.right(&[(&counts, scene.style(Role::Muted))]);
}

/// What an empty queue says.
pub fn empty(scene: &Scene<'_>, noun: &str, total: usize) -> Absent {
    if total == 0 {
        return Absent::Empty(format!("The tenant has no {noun}s that you may see."));
    }
    let key = |id| scene.key(id).unwrap_or_default();
    Absent::Empty(format!(
        "None of the {total} {noun}s passes the filter. {} edits it, {} resets it.",
        key("queue.filter"),
        key("queue.reset-filter")
    ))
}
