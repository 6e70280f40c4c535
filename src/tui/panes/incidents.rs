//! The incident queue, with a preview of what is under the cursor.

use super::{filter_line, preview, words};
use crate::app::queue::Row;
use crate::app::store::IncidentEntry;
use crate::triage::ageing::is_late;
use crate::tui::memory::{List, ViewMemory};
use crate::tui::screen::{Drawn, Scene, is_small};
use crate::tui::theme::Role;
use crate::tui::widgets::panel;
use crate::tui::widgets::table::{self, Column, Table, TableCell, Width};
use crate::tui::widgets::text::{below, inset, safe, top};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// The columns of a table `total` cells wide.
fn columns(total: u16) -> [Column; 9] {
    [
        Column::new("Pri", Width::Fixed(3)).right(),
        Column::new("Sev", Width::Fixed(3)),
        Column::new("Incident", Width::Fill { min: 12, weight: 8 }),
        Column::new("User", Width::Fill { min: 12, weight: 1 }).from(60),
        Column::new("Sources", Width::Fixed(sources_cells(total))).from(72),
        Column::new("Al", Width::Fixed(2)).right().from(100),
        Column::new("Status", Width::Fixed(words::STATUS_CELLS)).from(50),
        Column::new("Owner", Width::Fixed(10)).from(100),
        Column::new("Age", Width::Fixed(6)).right(),
    ]
}

/// Room for two sources, or for three in wide tables.
const fn sources_cells(total: u16) -> u16 {
    if total < 100 { 7 } else { 11 }
}

/// Rows the preview takes of a body of this height; 0 where the list needs them all.
pub fn preview_rows(body: Rect) -> u16 {
    if is_small(Rect { height: body.height + 2, ..body }) { 0 } else { (body.height * 2 / 5).clamp(5, 16) }
}

/// Draws the view.
pub fn draw(scene: &Scene<'_>, memory: &mut ViewMemory, buffer: &mut Buffer, area: Rect) -> Drawn {
    let app = scene.app;
    let queue = &app.incidents;
    let total = app.store.incidents().len();
    filter_line::draw(scene, queue, total, buffer, top(area, 1));
    let rest = below(area, 1);
    let list = top(rest, rest.height - preview_rows(area).min(rest.height));
    let page = list.height.saturating_sub(1);
    let drawn = Drawn { cursor: None, page_rows: usize::from(page) };
    if queue.rows().is_empty() {
        let absent =
            words::absent(&app.store.incidents_fetch).unwrap_or_else(|| filter_line::empty(scene, "incident", total));
        panel::draw(buffer, inset(below(rest, 1), 2), &absent, scene.theme);
        return drawn;
    }
    let selected = Some(queue.cursor());
    let first = memory.scroll(List::Incidents, selected, queue.rows().len(), page);
    let row = |index: usize| -> Vec<TableCell> {
        let row = queue.rows().get(index);
        let entry = row.and_then(|row| app.store.incident_at(row.index));
        entry.zip(row).map(|(entry, row)| cells(scene, entry, row, sources_cells(list.width))).unwrap_or_default()
    };
    let columns = columns(list.width);
    let table = Table { columns: &columns, rows: queue.rows().len(), selected, row: &row, focused: true };
    table::draw(buffer, list, &table, scene.theme, first);
    let under = below(rest, list.height);
    if under.height > 0
        && let Some(entry) = queue.selected().and_then(|id| app.store.incident(id))
    {
        preview::incident(scene, entry, buffer, under);
    }
    drawn
}

fn cells(scene: &Scene<'_>, entry: &IncidentEntry, row: &Row, sources_cells: u16) -> Vec<TableCell> {
    let incident = &entry.incident;
    let text = scene.style(Role::Text);
    let alerts = scene.app.store.alerts_of(&incident.id);
    let sync = alerts.iter().filter_map(|entry| scene.app.journal.sync(&entry.alert, scene.now)).max();
    let mark = sync.and_then(|sync| sync.mark(scene.now));
    let title = words::marked(mark, &format!("{} {}", incident.id, safe(&incident.display_name)));
    let sources = entry.sources.first().map_or(text, |source| words::source_style(scene, source));
    vec![
        (row.points.to_string(), text),
        words::severity_cell(scene, &incident.severity),
        if scene.app.incidents.marks.contains(&incident.id) {
            (format!("* {title}"), scene.style(Role::Chosen))
        } else {
            (title, text)
        },
        (entry.people.first().map(|person| safe(&person.label)).unwrap_or_default(), text),
        (words::source_letters(&entry.sources, usize::from(sources_cells)), sources),
        (entry.alert_ids.len().to_string(), text),
        words::incident_status_cell(scene, &incident.status),
        (words::owner(incident.assigned_to.as_ref()), text),
        (scene.age(incident.created), words::age_style(scene, is_late(incident, scene.now))),
    ]
}
