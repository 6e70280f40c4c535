//! The alert queue, with a preview of what is under the cursor.

use super::queue::{self, Listed};
use super::{incidents, preview, words};
use crate::app::columns::Field;
use crate::app::sort::Sort;
use crate::app::store::AlertEntry;
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
        queue: &scene.app.alerts,
        list: List::Alerts,
        noun: "alert",
        total: store.alerts().len(),
        fetch: &store.alerts_fetch,
        usual: Sort::of(&Field::OF_ALERTS),
        heading,
        cell: &|row, field, _| store.alert_at(row.index).map(|entry| cell(scene, entry, field)).unwrap_or_default(),
        is_watched: &|index| store.alert_at(index).is_some_and(|entry| !entry.watched.is_empty()),
        id_at: &|index| store.alert_id_at(index),
        index_of: &|id| store.alert_index(id),
    };
    let (drawn, under) = queue::draw(scene, &listed, memory, buffer, area);
    if under.height > 0
        && let Some(entry) = memory.preview(List::Alerts, listed.queue.selected()).and_then(|id| store.alert(&id))
    {
        preview::alert(scene, entry, buffer, under);
    }
    drawn
}

/// The heading of a column.
pub const fn heading(field: Field) -> &'static str {
    match field {
        Field::Sources => "Src",
        Field::Title => "Alert",
        other => incidents::heading(other),
    }
}

fn cell(scene: &Scene<'_>, entry: &AlertEntry, field: Field) -> TableCell {
    let alert = &entry.alert;
    let text = scene.style(Role::Text);
    match field {
        Field::Sources => words::source_cell(scene, alert),
        Field::Severity => words::severity_cell(scene, &alert.severity),
        Field::Title => {
            let mark = scene.app.journal.sync(alert, scene.now).and_then(|sync| sync.mark(scene.now));
            (words::marked(mark, &safe(&alert.title)), text)
        }
        Field::User => (entry.people.first().map(|person| safe(&person.label)).unwrap_or_default(), text),
        Field::Incident => (alert.incident_id.as_deref().unwrap_or("-").to_owned(), scene.style(Role::Muted)),
        Field::Status => words::alert_status_cell(scene, &alert.status),
        Field::Classification => (words::finding(&alert.classification).to_owned(), text),
        Field::Owner => (words::owner(alert.assigned_to.as_ref()), text),
        Field::Age => (scene.age(alert.created), text),
        Field::Changed => (scene.age(alert.last_update), text),
        Field::Priority | Field::Alerts | Field::Tags => (String::new(), text),
    }
}
