//! The incident queue, with a preview of what is under the cursor.

use super::queue::{self, Listed};
use super::{preview, words};
use crate::app::columns::Field;
use crate::app::queue::Row;
use crate::app::sort::Sort;
use crate::app::store::IncidentEntry;
use crate::base::Untrusted;
use crate::model::Incident;
use crate::tui::memory::{List, ViewMemory};
use crate::tui::screen::{Drawn, Scene};
use crate::tui::theme::Role;
use crate::tui::widgets::table::TableCell;
use crate::tui::widgets::text::safe;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws the view.
pub fn draw(scene: &Scene<'_>, memory: &mut ViewMemory, buffer: &mut Buffer, area: Rect) -> Drawn {
    let store = &scene.app.store;
    let listed = Listed {
        queue: &scene.app.incidents,
        list: List::Incidents,
        noun: "incident",
        total: store.incidents().len(),
        fetch: &store.incidents_fetch,
        usual: Sort::of(&Field::OF_INCIDENTS),
        heading,
        cell: &|row, field, cells| {
            store.incident_at(row.index).map(|entry| cell(scene, entry, row, field, cells)).unwrap_or_default()
        },
        is_watched: &|index| store.incident_at(index).is_some_and(|entry| !entry.watched.is_empty()),
        id_at: &|index| store.incident_id_at(index),
        index_of: &|id| store.incident_index(id),
    };
    let (drawn, under) = queue::draw(scene, &listed, memory, buffer, area);
    if under.height > 0
        && let Some(entry) = memory.preview(List::Incidents, listed.queue.selected()).and_then(|id| store.incident(&id))
    {
        preview::incident(scene, entry, buffer, under);
    }
    drawn
}

/// The heading of a column.
pub const fn heading(field: Field) -> &'static str {
    match field {
        Field::Priority => "Pri",
        Field::Severity => "Sev",
        Field::Title | Field::Incident => "Incident",
        Field::User => "User",
        Field::Sources => "Sources",
        Field::Alerts => "Al",
        Field::Status => "Status",
        Field::Classification => "Classification",
        Field::Owner => "Owner",
        Field::Age => "Age",
        Field::Changed => "Changed",
        Field::Tags => "Tags",
    }
}

fn cell(scene: &Scene<'_>, entry: &IncidentEntry, row: &Row, field: Field, cells: u16) -> TableCell {
    let incident = &entry.incident;
    let text = scene.style(Role::Text);
    match field {
        Field::Priority => (row.points.to_string(), text),
        Field::Severity => words::severity_cell(scene, &incident.severity),
        Field::Title => {
            let title = format!("{} {}", incident.id, safe(&incident.display_name));
            (words::marked(sync_mark(scene, incident), &title), text)
        }
        Field::User => (entry.people.first().map(|person| safe(&person.label)).unwrap_or_default(), text),
        Field::Sources => {
            let style = entry.sources.first().map_or(text, |source| words::source_style(scene, source));
            (words::source_letters(&entry.sources, usize::from(cells)), style)
        }
        Field::Alerts => (entry.alert_count().to_string(), text),
        Field::Incident => (incident.id.to_string(), text),
        Field::Status => words::incident_status_cell(scene, &incident.status),
        Field::Classification => (words::finding(&incident.classification).to_owned(), text),
        Field::Owner => (words::owner(incident.assigned_to.as_ref()), text),
        Field::Age => (
            scene.age(incident.created),
            words::age_style(scene, scene.app.profile.targets.is_late(incident, scene.now)),
        ),
        Field::Changed => (scene.age(incident.last_update), text),
        Field::Tags => {
            let tags: Vec<&str> = incident.custom_tags.iter().map(Untrusted::raw).collect();
            (safe(&tags.join(", ").into()), text)
        }
    }
}

/// The sign of what Purview still owes its alerts: the gravest.
fn sync_mark(scene: &Scene<'_>, incident: &Incident) -> Option<char> {
    let alerts = scene.app.store.alerts_of(&incident.id);
    let sync = alerts.iter().filter_map(|entry| scene.app.journal.sync(&entry.alert, scene.now)).max()?;
    sync.mark(scene.now)
}
