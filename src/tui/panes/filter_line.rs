//! The row over a queue: the filter in force, and how much of the queue passes it.

use super::queue::Listed;
use super::words;
use crate::base::Untrusted;
use crate::base::text::width;
use crate::tui::screen::Scene;
use crate::tui::theme::Role;
use crate::tui::widgets::panel::Absent;
use crate::tui::widgets::text::{Line, safe};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// How many rows have news that nobody has looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// New rows.
    pub fresh: usize,
    /// Those of them above what is on screen.
    pub fresh_above: usize,
    /// Rows of which something changed.
    pub changed: usize,
}

/// Writes the row; of the `news` among the rows so many stand above what is on screen.
pub fn draw(scene: &Scene<'_>, listed: &Listed<'_>, news: News, buffer: &mut Buffer, area: Rect) {
    let queue = listed.queue;
    let mut pieces = vec![match listed.fetch.stale_since() {
        Some(_) => (format!("{} as last seen", queue.matched()), Role::Warning),
        None => (format!("{} of {}", queue.matched(), listed.total), Role::Muted),
    }];
    if let Some(field) = queue.grouping {
        pieces.push((format!("{} by {}", queue.groups().len(), field.word()), Role::Muted));
    }
    pieces.push((format!("by {}", queue.sort.title()), Role::Muted));
    if !queue.marks.is_empty() {
        pieces.insert(0, (format!("{} marked", queue.marks.len()), Role::Chosen));
    }
    if news.changed > 0 {
        pieces.insert(0, (format!("~{} changed", news.changed), Role::Changed));
    }
    if news.fresh > 0 {
        let above = if news.fresh_above > 0 { format!(", {} above", news.fresh_above) } else { String::new() };
        pieces.insert(0, (format!("+{} new{above}", news.fresh), Role::Changed));
    }
    let text = match queue.filter.text.as_str() {
        "" => "no filter".to_owned(),
        text => safe(&Untrusted::new(text)),
    };
    let cells = |pieces: &[(String, Role)]| -> usize { pieces.iter().map(|(piece, _)| width(piece) + 2).sum() };
    // What is as usual gives way to the filter.
    if cells(&pieces) + width(&text) + 2 > usize::from(area.width) && queue.sort == listed.usual {
        pieces.pop();
    }
    let role = if queue.filter.errors.is_empty() { Role::Input } else { Role::Warning };
    let room = Rect { width: area.width.saturating_sub(cells(&pieces) as u16), ..area };
    Line::new(buffer, room, 0).gap(2).put(&text, scene.style(role));
    let mut shown = Vec::new();
    for (place, (piece, role)) in pieces.iter().enumerate() {
        if place > 0 {
            shown.push(("  ", scene.style(Role::Text)));
        }
        shown.push((piece.as_str(), scene.style(*role)));
    }
    Line::new(buffer, area, 0).right(&shown);
}

/// What an empty queue says.
pub fn empty(scene: &Scene<'_>, listed: &Listed<'_>) -> Absent {
    let (noun, total) = (listed.noun, listed.total);
    if listed.fetch.stale_since().is_some() {
        return listed.fetch.failure().map_or(Absent::Loading, words::unavailable);
    }
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
