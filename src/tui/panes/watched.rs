//! Why a row is on a watchlist.

use crate::triage::Watched;
use crate::tui::screen::Scene;
use crate::tui::theme::Role;
use crate::tui::widgets::text::{Line, safe};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Writes what is watched and why. Writes nothing and returns false where nothing is.
pub fn draw(scene: &Scene<'_>, watched: &[Watched], buffer: &mut Buffer, area: Rect, row: u16) -> bool {
    if watched.is_empty() {
        return false;
    }
    let mut line = Line::new(buffer, area, row);
    line.put("Watched", scene.style(Role::Warning));
    for found in watched {
        let why = safe(&found.why.as_str().into());
        line.gap(2)
            .put(found.kind.title(), scene.style(Role::Muted))
            .gap(1)
            .put(&format!("{}: {why}", found.name), scene.style(Role::Text));
    }
    true
}
