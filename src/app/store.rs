//! The one owner of incidents and alerts, and what is derived from them once when they arrive.

use super::remote::Remote;
use crate::model::{Alert, Incident, ServiceSource};
use crate::triage::Person;
use indexmap::IndexMap;

/// Everything fetched of the queues.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Store {
    incidents: IndexMap<Box<str>, IncidentEntry>,
    alerts: IndexMap<Box<str>, AlertEntry>,
    /// The fetch of all incidents.
    pub incidents_fetch: Remote<Progress>,
    /// The fetch of all alerts.
    pub alerts_fetch: Remote<Progress>,
}

/// How far a paged fetch has come.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// Records received.
    pub received: usize,
    /// Whether the last page is in.
    pub is_complete: bool,
}

/// An incident and what its alerts add to its row.
#[derive(Clone, Debug, PartialEq)]
pub struct IncidentEntry {
    /// The incident. Its own `alerts` is `None`: they live in the store.
    pub incident: Incident,
    /// Ids of its alerts known here, in the order they came.
    pub alert_ids: Vec<Box<str>>,
    /// Products of those alerts, each once, insider risk first.
    pub sources: Vec<ServiceSource>,
    /// Who those alerts are about, the most concerned first.
    pub people: Vec<Person>,
    /// What is searched, lower case.
    pub search: Search,
    /// The id of the fetch that last brought it.
    pub(super) generation: u64,
}

/// An alert and what is derived from it.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertEntry {
    /// The alert.
    pub alert: Alert,
    /// Who it is about.
    pub people: Vec<Person>,
    /// What is searched, lower case.
    pub search: Search,
    /// The id of the fetch that last brought it.
    pub(super) generation: u64,
}

/// Lower-case text for the filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Names and UPNs, one a line.
    pub people: Box<str>,
    /// Everything shown.
    pub all: Box<str>,
}

impl Store {
    /// Incidents known.
    pub fn incidents(&self) -> impl ExactSizeIterator<Item = &IncidentEntry> {
        self.incidents.values()
    }

    /// Alerts known.
    pub fn alerts(&self) -> impl ExactSizeIterator<Item = &AlertEntry> {
        self.alerts.values()
    }

    /// The incident of this id.
    pub fn incident(&self, id: &str) -> Option<&IncidentEntry> {
        self.incidents.get(id)
    }

    /// The alert of this id.
    pub fn alert(&self, id: &str) -> Option<&AlertEntry> {
        self.alerts.get(id)
    }

    /// The incident at this place, see [`Row::index`](super::queue::Row::index).
    pub fn incident_at(&self, index: usize) -> Option<&IncidentEntry> {
        self.incidents.get_index(index).map(|(_, entry)| entry)
    }

    /// The alert at this place.
    pub fn alert_at(&self, index: usize) -> Option<&AlertEntry> {
        self.alerts.get_index(index).map(|(_, entry)| entry)
    }

    /// The alerts of an incident, oldest first.
    pub fn alerts_of(&self, incident_id: &str) -> Vec<&AlertEntry> {
        let ids = self.incidents.get(incident_id).map_or(&[][..], |entry| &entry.alert_ids);
        let mut alerts: Vec<&AlertEntry> = ids.iter().filter_map(|id| self.alerts.get(id)).collect();
        alerts.sort_by_key(|entry| (entry.alert.created, entry.alert.id.clone()));
        alerts
    }

    /// The alerts that name `person`, newest first.
    pub fn alerts_about(&self, person: &Person) -> Vec<&AlertEntry> {
        let mut alerts: Vec<&AlertEntry> =
            self.alerts.values().filter(|entry| entry.people.iter().any(|known| known.is(person))).collect();
        alerts.sort_by(|a, b| b.alert.created.cmp(&a.alert.created).then_with(|| a.alert.id.cmp(&b.alert.id)));
        alerts
    }
}
