//! Alerts like the one under the incident page's cursor, and why.

use super::words;
use crate::app::Pane;
use crate::app::incident::{Part, State};
use crate::triage::similar::{Similar, Why};
use crate::tui::memory::{List, ViewMemory};
use crate::tui::screen::Scene;
use crate::tui::theme::Role;
use crate::tui::widgets::panel;
use crate::tui::widgets::table::{self, Column, Table, TableCell, Width};
use crate::tui::widgets::text::{Line, below, inset, safe};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

const SIMILAR: &[Column] = &[
    Column::new("Began", Width::Fixed(11)).from(56),
    Column::new("Src", Width::Fixed(3)),
    Column::new("Alert", Width::Fill { min: 12, weight: 2 }),
    Column::new("Status", Width::Fixed(words::STATUS_CELLS)).from(44),
    Column::new("Classification", Width::Fixed(14)).from(100),
    Column::new("Why: same (derived here)", Width::Fill { min: 14, weight: 1 }),
];

/// Draws them into `area`.
pub fn draw(scene: &Scene<'_>, state: &State, focused: bool, memory: &mut ViewMemory, buffer: &mut Buffer, area: Rect) {
    if state.similar.is_empty() {
        let none =
            "As far back as the filters look, no other alert shares a detector, user, device or file with this one.";
        panel::draw(buffer, inset(area, 2), &panel::Absent::Empty(none.to_owned()), scene.theme);
        return;
    }
    let key = scene.key("page.mark-similar").unwrap_or_default();
    let hint = format!("{key} marks the open ones with this one, for a common act");
    Line::new(buffer, inset(area, 1), 0).put(&hint, scene.style(Role::Muted));
    let area = below(area, 1);
    let row = |index: usize| state.similar.get(index).map(|similar| cells(scene, similar)).unwrap_or_default();
    let selected = focused.then_some(state.like);
    let first = memory.scroll(List::Similar, selected, state.similar.len(), area.height.saturating_sub(1));
    let (pane, spots) = (Pane::Part(Part::Similar), scene.spots);
    let table = Table { columns: SIMILAR, rows: state.similar.len(), selected, row: &row, focused, pane, spots };
    table::draw(buffer, area, &table, scene.theme, first);
}

fn cells(scene: &Scene<'_>, similar: &Similar) -> Vec<TableCell> {
    let Some(entry) = scene.app.store.alert(&similar.id) else { return Vec::new() };
    let alert = &entry.alert;
    let text = scene.style(Role::Text);
    let why: Vec<&str> = similar.why.iter().copied().map(Why::title).collect();
    vec![
        (words::day_and_clock(alert.began()), scene.style(Role::Muted)),
        words::source_cell(scene, alert),
        (safe(&alert.title), text),
        words::alert_status_cell(scene, &alert.status),
        (words::finding(&alert.classification).to_owned(), text),
        (why.join(", "), text),
    ]
}
