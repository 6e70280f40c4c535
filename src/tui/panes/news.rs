//! What a refresh changed in a row, in words.

use super::words;
use crate::app::columns::Field;
use crate::app::queue::Queue;
use crate::base::Untrusted;
use crate::tui::screen::Scene;
use crate::tui::theme::Role;
use crate::tui::widgets::text::{Line, safe};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Writes what is new about the row `id`: what was there before, what is `there` now, and who changed it. Writes nothing
/// and returns false where nothing is new.
pub fn draw(
    scene: &Scene<'_>,
    (queue, id): (&Queue, &str),
    there: &dyn Fn(Field) -> Option<String>,
    buffer: &mut Buffer,
    (area, row): (Rect, u16),
) -> bool {
    let Some(news) = queue.unseen.of(id) else { return false };
    let mut line = Line::new(buffer, area, row);
    let when = words::ago(scene, Some(news.at));
    if news.is_new {
        line.put("New", scene.style(Role::Changed)).gap(2).put(&format!("first seen {when}"), scene.style(Role::Text));
        return true;
    }
    line.put("Changed", scene.style(Role::Changed)).gap(2).put(&when, scene.style(Role::Muted));
    for (place, change) in news.changes.iter().enumerate() {
        let word = change.field.title();
        let before = if change.field == Field::Owner { whose(Some(&change.before)) } else { safe(&change.before) };
        let told = match there(change.field) {
            Some(now) => format!("{word} {before} → {now}"),
            None => format!("{word} was {before}"),
        };
        line.gap(2).put(&told, scene.style(Role::Text));
        // Once for all that one of them changed.
        let next = news.changes.get(place + 1).and_then(|next| next.by.as_ref());
        if let Some(by) = change.by.as_ref().filter(|by| next != Some(*by)) {
            line.gap(1).put(&format!("by {}", words::owner(Some(by))), scene.style(Role::Muted));
        }
    }
    if news.has_grown {
        line.gap(2).put("more activity", scene.style(Role::Text));
    }
    if let Some(origin) = news.origin {
        line.gap(2).put(origin, scene.style(Role::Muted));
    }
    true
}

/// An owner, or that there is none.
pub fn whose(owner: Option<&Untrusted>) -> String {
    owner.map_or("nobody".to_owned(), |owner| words::owner(Some(owner)))
}
