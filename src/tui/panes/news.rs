//! What a refresh changed in a row, in words.

use super::incidents::heading;
use super::words;
use crate::app::queue::Queue;
use crate::tui::screen::Scene;
use crate::tui::theme::Role;
use crate::tui::widgets::text::{Line, safe};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Writes what is new about the row `id`, what was there before, and who changed it. Writes nothing and returns false
/// where nothing is new.
pub fn draw(scene: &Scene<'_>, queue: &Queue, id: &str, buffer: &mut Buffer, area: Rect, row: u16) -> bool {
    let Some(news) = queue.unseen.of(id) else { return false };
    let mut line = Line::new(buffer, area, row);
    let when = words::ago(scene, Some(news.at));
    if news.is_new {
        line.put("New", scene.style(Role::Changed)).gap(2).put(&format!("first seen {when}"), scene.style(Role::Text));
        return true;
    }
    let by = news.by.as_ref().map(|by| format!(" by {}", words::owner(Some(by)))).unwrap_or_default();
    line.put("Changed", scene.style(Role::Changed)).gap(2).put(&format!("{when}{by}"), scene.style(Role::Muted));
    for change in &news.changes {
        let what = format!("{} was {}", heading(change.field).to_lowercase(), safe(&change.before));
        line.gap(2).put(&what, scene.style(Role::Text));
    }
    if news.has_grown {
        line.gap(2).put("more activity", scene.style(Role::Text));
    }
    if let Some(origin) = news.origin {
        line.gap(2).put(origin, scene.style(Role::Muted));
    }
    true
}
