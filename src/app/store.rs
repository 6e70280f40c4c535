//! The one owner of incidents and alerts, and what is derived from them once when they arrive.

use super::effect::TaskId;
use super::remote::Remote;
use crate::base::{Timestamp, Untrusted};
use crate::model::{Alert, Incident, ServiceSource};
use crate::triage::{Person, Watched, Watchlist, people};
use indexmap::IndexMap;
use std::borrow::Cow;
use std::sync::Arc;

/// Everything fetched of the queues.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Store {
    /// Boxed, as the alerts are: a table that doubles would hold as much room again for what may never come.
    incidents: IndexMap<Box<str>, Box<IncidentEntry>>,
    alerts: IndexMap<Box<str>, Box<AlertEntry>>,
    /// Ids of alerts by incident, also of incidents that have not come yet.
    alerts_by_incident: IndexMap<Box<str>, Vec<Box<str>>>,
    /// What is watched.
    pub watchlist: Arc<Watchlist>,
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
    /// When it was begun.
    pub started: Option<Timestamp>,
    /// As of when the rows are that were kept from the last run and that this fetch has not brought yet.
    pub stale_since: Option<Timestamp>,
    /// Whether only what changed since the last fetch was asked for; what such a fetch does not bring stays.
    pub is_delta: bool,
}

impl Remote<Progress> {
    /// As of when the rows are that were kept from the last run, where some of them still are.
    pub fn stale_since(&self) -> Option<Timestamp> {
        self.value().and_then(|progress| progress.stale_since)
    }
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
    /// What those alerts name that is watched.
    pub watched: Vec<Watched>,
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
    /// What it names that is watched.
    pub watched: Vec<Watched>,
    /// What is searched, lower case.
    pub search: Search,
    /// The id of the fetch that last brought it.
    pub(super) generation: u64,
}

/// Lower-case text for the filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Everything shown, names and UPNs first.
    pub all: Box<str>,
    /// Bytes of the names and UPNs.
    people: usize,
    /// Why it is watched, a reason a line.
    pub watch: Box<str>,
}

impl Store {
    /// An empty store that notes what `watchlist` names.
    pub fn watching(watchlist: Arc<Watchlist>) -> Self {
        Self { watchlist, ..Self::default() }
    }

    /// Incidents known.
    pub fn incidents(&self) -> impl ExactSizeIterator<Item = &IncidentEntry> {
        self.incidents.values().map(|entry| &**entry)
    }

    /// Alerts known.
    pub fn alerts(&self) -> impl ExactSizeIterator<Item = &AlertEntry> {
        self.alerts.values().map(|entry| &**entry)
    }

    /// The incident of this id.
    pub fn incident(&self, id: &str) -> Option<&IncidentEntry> {
        self.incidents.get(id).map(|entry| &**entry)
    }

    /// The alert of this id.
    pub fn alert(&self, id: &str) -> Option<&AlertEntry> {
        self.alerts.get(id).map(|entry| &**entry)
    }

    /// The incident at this place, see [`Row::index`](super::queue::Row::index).
    pub fn incident_at(&self, index: usize) -> Option<&IncidentEntry> {
        self.incidents.get_index(index).map(|(_, entry)| &**entry)
    }

    /// The alert at this place.
    pub fn alert_at(&self, index: usize) -> Option<&AlertEntry> {
        self.alerts.get_index(index).map(|(_, entry)| &**entry)
    }

    /// The alerts of an incident, in the order their activity began.
    pub fn alerts_of(&self, incident_id: &str) -> Vec<&AlertEntry> {
        let ids = self.alerts_by_incident.get(incident_id).map_or(&[][..], Vec::as_slice);
        let mut alerts: Vec<&AlertEntry> = ids.iter().filter_map(|id| self.alert(id)).collect();
        alerts.sort_by(|a, b| a.alert.began().cmp(&b.alert.began()).then_with(|| a.alert.id.cmp(&b.alert.id)));
        alerts
    }

    /// The alerts that name `person`, newest first.
    pub fn alerts_about(&self, person: &Person) -> Vec<&AlertEntry> {
        let mut alerts: Vec<&AlertEntry> =
            self.alerts().filter(|entry| entry.people.iter().any(|known| known.is(person))).collect();
        alerts.sort_by(|a, b| b.alert.began().cmp(&a.alert.began()).then_with(|| a.alert.id.cmp(&b.alert.id)));
        alerts
    }

    /// Takes incidents that `task` brought, their expanded alerts too. An older copy never replaces a newer one.
    pub fn take_incidents(&mut self, incidents: impl IntoIterator<Item = Incident>, task: TaskId) {
        for mut incident in incidents {
            if let Some(alerts) = incident.alerts.take() {
                self.take_alerts(alerts, task);
            }
            let id = incident.id.clone();
            match self.incidents.get_mut(&id) {
                Some(entry) => {
                    entry.generation = entry.generation.max(task.0);
                    if entry.incident.last_update <= incident.last_update {
                        entry.incident = incident;
                    }
                }
                None => {
                    self.incidents.insert(id.clone(), Box::new(IncidentEntry::new(incident, task)));
                }
            }
            self.derive(&id);
        }
    }

    /// Takes alerts that `task` brought. An older copy never replaces a newer one.
    pub fn take_alerts(&mut self, alerts: impl IntoIterator<Item = Alert>, task: TaskId) {
        let mut touched: Vec<Box<str>> = Vec::new();
        for alert in alerts {
            let before = self.alerts.get(&alert.id);
            let generation = before.map_or(task.0, |entry| entry.generation.max(task.0));
            if before.is_some_and(|entry| entry.alert.last_update > alert.last_update) {
                if let Some(entry) = self.alerts.get_mut(&alert.id) {
                    entry.generation = generation;
                }
                continue;
            }
            let (old, new) = (before.and_then(|entry| entry.alert.incident_id.clone()), alert.incident_id.clone());
            if old != new
                && let Some(ids) = old.as_ref().and_then(|old| self.alerts_by_incident.get_mut(old))
            {
                ids.retain(|id| *id != alert.id);
            }
            if let Some(new) = &new
                && old != Some(new.clone())
            {
                let ids = self.alerts_by_incident.entry(new.clone()).or_default();
                // Most incidents have one or two.
                if ids.len() < 4 {
                    ids.reserve_exact(1);
                }
                ids.push(alert.id.clone());
            }
            touched.extend(old.into_iter().chain(new));
            let entry = AlertEntry::new(alert, generation, &self.watchlist);
            self.alerts.insert(entry.alert.id.clone(), Box::new(entry));
        }
        touched.sort_unstable();
        touched.dedup();
        for id in touched {
            self.derive(&id);
        }
    }

    /// Drops incidents that neither the complete fetch `task` nor a later one brought, except the one that is `open`.
    pub fn retire_incidents(&mut self, task: TaskId, open: Option<&str>) {
        self.incidents.retain(|id, entry| entry.generation >= task.0 || Some(&**id) == open);
    }

    /// Drops alerts that neither the complete fetch `task` nor a later one brought, except those of the incident that
    /// is `open` and those `kept` for another view.
    pub fn retire_alerts(&mut self, task: TaskId, open: Option<&str>, kept: &[Box<str>]) {
        let before = self.alerts.len();
        self.alerts.retain(|_, entry| {
            entry.generation >= task.0
                || (open.is_some() && entry.alert.incident_id.as_deref() == open)
                || kept.contains(&entry.alert.id)
        });
        if self.alerts.len() == before {
            return;
        }
        let alerts = &self.alerts;
        for ids in self.alerts_by_incident.values_mut() {
            ids.retain(|id| alerts.contains_key(id));
        }
        let ids: Vec<Box<str>> = self.incidents.keys().cloned().collect();
        for id in ids {
            self.derive(&id);
        }
    }

    /// Works out again what an incident's alerts add to it.
    fn derive(&mut self, incident_id: &str) {
        let Some(entry) = self.incidents.get_mut(incident_id) else { return };
        let ids = self.alerts_by_incident.get(incident_id).map_or(&[][..], Vec::as_slice);
        let mut watched: Vec<Watched> = Vec::new();
        for found in ids.iter().filter_map(|id| self.alerts.get(id)).flat_map(|entry| &entry.watched) {
            if !watched.contains(found) {
                watched.push(found.clone());
            }
        }
        let alerts: Vec<&Alert> = ids.iter().filter_map(|id| self.alerts.get(id)).map(|entry| &entry.alert).collect();
        entry.alert_ids = ids.to_vec();
        entry.sources = sources(&alerts);
        entry.people = people::people(alerts.iter().copied());
        let titles = alerts.iter().map(|alert| alert.title.raw());
        let incident = &entry.incident;
        let shown = [&*incident.id, incident.display_name.raw()]
            .into_iter()
            .chain(incident.assigned_to.as_ref().map(Untrusted::raw))
            .chain(incident.custom_tags.iter().chain(&incident.system_tags).map(Untrusted::raw))
            .chain(titles);
        entry.search = Search::of(&entry.people, shown, &watched);
        entry.watched = watched;
    }
}

impl IncidentEntry {
    fn new(incident: Incident, task: TaskId) -> Self {
        Self {
            incident,
            alert_ids: Vec::new(),
            sources: Vec::new(),
            people: Vec::new(),
            watched: Vec::new(),
            search: Search::default(),
            generation: task.0,
        }
    }
}

impl AlertEntry {
    fn new(alert: Alert, generation: u64, watchlist: &Watchlist) -> Self {
        let people = people::people([&alert]);
        let labels: Vec<Cow<'_, str>> = people::labels(&alert).collect();
        let shown = [&*alert.id, alert.title.raw()]
            .into_iter()
            .chain(alert.assigned_to.as_ref().map(Untrusted::raw))
            .chain(alert.categories.iter().map(Untrusted::raw))
            .chain(labels.iter().map(|label| &**label));
        let watched = watchlist.of(&alert);
        let search = Search::of(&people, shown, &watched);
        Self { alert, people, watched, search, generation }
    }
}

impl Search {
    /// Names and UPNs, one a line.
    pub fn people(&self) -> &str {
        self.all.get(..self.people).unwrap_or_default()
    }

    fn of<'a>(people: &[Person], shown: impl Iterator<Item = &'a str>, watched: &[Watched]) -> Self {
        let mut names = String::new();
        for person in people {
            push_lower(&mut names, person.label.raw());
            push_lower(&mut names, person.upn.raw());
        }
        let (people, mut all) = (names.len(), names);
        for text in shown {
            push_lower(&mut all, text);
        }
        let mut watch = String::new();
        for found in watched {
            push_lower(&mut watch, &found.why);
        }
        Self { all: all.into(), people, watch: watch.into() }
    }
}

fn push_lower(text: &mut String, part: &str) {
    if part.is_ascii() {
        let start = text.len();
        text.push_str(part);
        if let Some(added) = text.get_mut(start..) {
            added.make_ascii_lowercase();
        }
    } else {
        text.extend(part.chars().flat_map(char::to_lowercase));
    }
    text.push('\n');
}

/// The products of `alerts`, each once, insider risk first, then as they come.
fn sources(alerts: &[&Alert]) -> Vec<ServiceSource> {
    let mut sources: Vec<ServiceSource> = Vec::new();
    for alert in alerts {
        if !sources.contains(&alert.service_source) {
            sources.push(alert.service_source.clone());
        }
    }
    sources.sort_by_key(|source| *source != ServiceSource::InsiderRiskManagement);
    sources.shrink_to_fit();
    sources
}
