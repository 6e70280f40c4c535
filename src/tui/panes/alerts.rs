//! The alert queue, with a preview of what is under the cursor.

use super::incidents::preview_rows;
use super::{filter_line, preview, words};
use crate::app::store::AlertEntry;
use crate::tui::memory::{List, ViewMemory};
use crate::tui::screen::{Drawn, Scene};
use crate::tui::theme::Role;
use crate::tui::widgets::panel;
use crate::tui::widgets::table::{self, Column, Table, TableCell, Width};
use crate::tui::widgets::text::{below, inset, safe, top};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

const COLUMNS: &[Column] = &[
    Column::new("Src", Width::Fixed(3)),
    Column::new("Sev", Width::Fixed(3)),
    Column::new("Alert", Width::Fill { min: 12, weight: 6 }),
    Column::new("User", Width::Fill { min: 12, weight: 1 }).from(60),
    Column::new("Incident", Width::Fixed(8)).from(80),
    Column::new("Status", Width::Fixed(words::STATUS_CELLS)).from(50),
    Column::new("Classification", Width::Fixed(14)).from(110),
    Column::new("Owner", Width::Fixed(12)).from(100),
    Column::new("Age", Width::Fixed(6)).right(),
];

/// Draws the view.
pub fn draw(scene: &Scene<'_>, memory: &mut ViewMemory, buffer: &mut Buffer, area: Rect) -> Drawn {
    let app = scene.app;
    let queue = &app.alerts;
    let total = app.store.alerts().len();
    filter_line::draw(scene, queue, total, buffer, top(area, 1));
    let rest = below(area, 1);
    let list = top(rest, rest.height - preview_rows(area).min(rest.height));
    let page = list.height.saturating_sub(1);
    let drawn = Drawn { cursor: None, page_rows: usize::from(page) };
    if queue.rows().is_empty() {
        let absent =
            words::absent(&app.store.alerts_fetch).unwrap_or_else(|| filter_line::empty(scene, "alert", total));
        panel::draw(buffer, inset(below(rest, 1), 2), &absent, scene.theme);
        return drawn;
    }
    let selected = Some(queue.cursor());
    let first = memory.scroll(List::Alerts, selected, queue.rows().len(), page);
    let row = |index: usize| -> Vec<TableCell> {
        let entry = queue.rows().get(index).and_then(|row| app.store.alert_at(row.index));
        entry.map(|entry| cells(scene, entry)).unwrap_or_default()
    };
    let table = Table { columns: COLUMNS, rows: queue.rows().len(), selected, row: &row, focused: true };
    table::draw(buffer, list, &table, scene.theme, first);
    let under = below(rest, list.height);
    if under.height > 0
        && let Some(entry) = queue.selected().and_then(|id| app.store.alert(id))
    {
        preview::alert(scene, entry, buffer, under);
    }
    drawn
}

fn cells(scene: &Scene<'_>, entry: &AlertEntry) -> Vec<TableCell> {
    let alert = &entry.alert;
    let text = scene.style(Role::Text);
    let marked = scene.app.alerts.marks.contains(&alert.id);
    let mark = scene.app.journal.sync(alert, scene.now).and_then(|sync| sync.mark(scene.now));
    let title = words::marked(mark, &safe(&alert.title));
    vec![
        words::source_cell(scene, alert),
        words::severity_cell(scene, &alert.severity),
        if marked { (format!("* {title}"), scene.style(Role::Chosen)) } else { (title, text) },
        (entry.people.first().map(|person| safe(&person.label)).unwrap_or_default(), text),
        (alert.incident_id.as_deref().unwrap_or("-").to_owned(), scene.style(Role::Muted)),
        words::alert_status_cell(scene, &alert.status),
        (words::finding(&alert.classification).to_owned(), text),
        (words::owner(alert.assigned_to.as_ref()), text),
        (scene.age(alert.created), scene.style(Role::Muted)),
    ]
}
