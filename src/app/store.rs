//! The one owner of incidents and alerts, and what is derived from them once when they arrive.

pub use super::entry::{AlertEntry, IncidentEntry, People, Watches};

use super::brief::{Brief, Kinds, Records as _};
use super::effect::TaskId;
use super::entry::{lines, push_lower};
use super::order::{Alerts, Incidents};
use super::places::Places;
use super::remote::Remote;
use crate::base::Timestamp;
use crate::model::{Alert, Incident, ServiceSource};
use crate::triage::filter::Facts;
use crate::triage::people;
use crate::triage::{Person, Watched, Watchlist};
use indexmap::set::MutableValues as _;
use indexmap::{IndexMap, IndexSet};
use std::borrow::Borrow;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// After so many events details are let go of: a walk through the queue with its preview has unpacked some hundred by then.
const EVENTS_MAX: u8 = 64;

/// Everything fetched of the queues.
#[derive(Clone, Debug, Default)]
pub struct Store {
    incidents: IndexSet<ById<IncidentEntry>>,
    alerts: IndexSet<ById<AlertEntry>>,
    /// Each incident in brief, in the same place.
    incident_briefs: Vec<Brief>,
    /// Each alert in brief, in the same place.
    alert_briefs: Vec<Brief>,
    /// Places of the alerts of incidents that are not here, by incident.
    orphans: IndexMap<Box<str>, Places>,
    kinds: Kinds,
    /// Events since details were let go of last.
    events: u8,
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

/// An entry that is found by its id.
#[derive(Clone, Debug)]
struct ById<T>(Box<T>);

/// What has an id.
trait HasId {
    fn id(&self) -> &str;
}

impl HasId for IncidentEntry {
    fn id(&self) -> &str {
        &self.incident.id
    }
}

impl HasId for AlertEntry {
    fn id(&self) -> &str {
        &self.alert.id
    }
}

impl<T: HasId> Borrow<str> for ById<T> {
    fn borrow(&self) -> &str {
        self.0.id()
    }
}

impl<T: HasId> Hash for ById<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.id().hash(state);
    }
}

impl<T: HasId> PartialEq for ById<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0.id() == other.0.id()
    }
}

impl<T: HasId> Eq for ById<T> {}

impl PartialEq for Store {
    fn eq(&self, other: &Self) -> bool {
        self.incidents().eq(other.incidents())
            && self.alerts().eq(other.alerts())
            && self.incident_briefs == other.incident_briefs
            && self.alert_briefs == other.alert_briefs
            && self.orphans == other.orphans
            && self.watchlist == other.watchlist
            && self.incidents_fetch == other.incidents_fetch
            && self.alerts_fetch == other.alerts_fetch
    }
}

impl Store {
    /// An empty store that notes what `watchlist` names.
    pub fn watching(watchlist: Arc<Watchlist>) -> Self {
        Self { watchlist, ..Self::default() }
    }

    /// Incidents known.
    pub fn incidents(&self) -> impl ExactSizeIterator<Item = &IncidentEntry> {
        self.incidents.iter().map(|entry| &*entry.0)
    }

    /// Alerts known.
    pub fn alerts(&self) -> impl ExactSizeIterator<Item = &AlertEntry> {
        self.alerts.iter().map(|entry| &*entry.0)
    }

    /// The incident of this id.
    pub fn incident(&self, id: &str) -> Option<&IncidentEntry> {
        self.incidents.get(id).map(|entry| &*entry.0)
    }

    /// The alert of this id.
    pub fn alert(&self, id: &str) -> Option<&AlertEntry> {
        self.alerts.get(id).map(|entry| &*entry.0)
    }

    /// The incident at this place, see [`Row::index`](super::queue::Row::index).
    pub fn incident_at(&self, index: usize) -> Option<&IncidentEntry> {
        self.incidents.get_index(index).map(|entry| &*entry.0)
    }

    /// The alert at this place.
    pub fn alert_at(&self, index: usize) -> Option<&AlertEntry> {
        self.alerts.get_index(index).map(|entry| &*entry.0)
    }

    /// The place of the incident of this id.
    pub fn incident_index(&self, id: &str) -> Option<usize> {
        self.incidents.get_index_of(id)
    }

    /// The place of the alert of this id.
    pub fn alert_index(&self, id: &str) -> Option<usize> {
        self.alerts.get_index_of(id)
    }

    /// The incidents as filter and order look at them.
    pub fn incident_records(&self) -> Incidents<'_> {
        Incidents { store: self, briefs: &self.incident_briefs, kinds: &self.kinds }
    }

    /// The alerts as filter and order look at them.
    pub fn alert_records(&self) -> Alerts<'_> {
        Alerts { store: self, briefs: &self.alert_briefs, kinds: &self.kinds }
    }

    /// Everything shown of the incident at this place, lower case, names and UPNs first, in the place of what `text` holds.
    pub fn write_shown(&self, index: usize, text: &mut String) {
        text.clear();
        if let Some(Facts { standing, people, own, .. }) = self.incident_records().facts(index) {
            text.push_str(people);
            push_lower(text, own.id);
            standing.words.into_iter().for_each(|words| text.push_str(words));
        }
    }

    /// The id of the incident at this place.
    pub fn incident_id_at(&self, index: usize) -> Option<&str> {
        self.incident_at(index).map(HasId::id)
    }

    /// The id of the alert at this place.
    pub fn alert_id_at(&self, index: usize) -> Option<&str> {
        self.alert_at(index).map(HasId::id)
    }

    /// The alerts of an incident, in the order they came.
    pub fn alerts_as_they_came(&self, incident_id: &str) -> impl Iterator<Item = &AlertEntry> {
        self.places(incident_id).iter().filter_map(|place| self.alert_at(*place as usize))
    }

    /// The alerts of an incident, in the order their activity began.
    pub fn alerts_of(&self, incident_id: &str) -> Vec<&AlertEntry> {
        let mut alerts: Vec<&AlertEntry> = self.alerts_as_they_came(incident_id).collect();
        alerts.sort_by(|a, b| a.alert.began().cmp(&b.alert.began()).then_with(|| a.alert.id.cmp(&b.alert.id)));
        alerts
    }

    /// Places of the alerts of an incident.
    fn places(&self, incident_id: &str) -> &[u32] {
        let known = self.incident(incident_id).map(|entry| &entry.alerts);
        known.or_else(|| self.orphans.get(incident_id)).map_or(&[], |places| places)
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
            incident.close();
            let id = incident.id.clone();
            let generation = generation(task);
            if let Some(place) = self.incidents.get_index_of(&*id) {
                if let Some(brief) = self.incident_briefs.get_mut(place) {
                    brief.generation = brief.generation.max(generation);
                }
                if let Some(ById(entry)) = self.incidents.get_index_mut2(place)
                    && entry.incident.last_update <= incident.last_update
                {
                    entry.incident = incident;
                }
            } else {
                let alerts = self.orphans.swap_remove(&id).unwrap_or_default();
                self.incidents.insert(ById(Box::new(IncidentEntry::new(incident, alerts))));
                self.incident_briefs.push(Brief { generation, ..Brief::default() });
            }
            self.derive(&id);
        }
    }

    /// Takes alerts that `task` brought. An older copy never replaces a newer one.
    pub fn take_alerts(&mut self, alerts: impl IntoIterator<Item = Alert>, task: TaskId) {
        let mut touched: Vec<Box<str>> = Vec::new();
        for alert in alerts {
            let before = self.alerts.get_full(&*alert.id).map(|(place, entry)| (place, &*entry.0));
            let known = before.and_then(|(place, _)| self.alert_briefs.get(place));
            let generation = known.map_or(generation(task), |brief| brief.generation.max(generation(task)));
            if let Some((place, entry)) = before
                && entry.alert.last_update > alert.last_update
            {
                if let Some(brief) = self.alert_briefs.get_mut(place) {
                    brief.generation = generation;
                }
                continue;
            }
            let place = before.map_or(self.alerts.len(), |(place, _)| place);
            let (old, new) = (before.and_then(|(_, entry)| entry.alert.incident_id.clone()), alert.incident_id.clone());
            if old != new {
                if let Some(places) = old.as_ref().and_then(|old| self.places_mut(old)) {
                    places.remove(place as u32);
                }
                if let Some(new) = &new {
                    self.add_place(new, place as u32);
                }
            }
            touched.extend(old.into_iter().chain(new));
            let (entry, brief) = self.kinds.alert(alert, &self.watchlist);
            let (entry, brief) = (ById(Box::new(entry)), Brief { generation, ..brief });
            let known = self.alerts.get_index_mut2(place).zip(self.alert_briefs.get_mut(place));
            if let Some((known, of_known)) = known {
                (*known, *of_known) = (entry, brief);
            } else {
                self.alerts.insert(entry);
                self.alert_briefs.push(brief);
            }
        }
        touched.sort_unstable();
        touched.dedup();
        for id in touched {
            self.derive(&id);
        }
    }

    fn places_mut(&mut self, incident_id: &str) -> Option<&mut Places> {
        match self.incidents.get_index_of(incident_id) {
            Some(place) => self.incidents.get_index_mut2(place).map(|entry| &mut entry.0.alerts),
            None => self.orphans.get_mut(incident_id),
        }
    }

    fn add_place(&mut self, incident_id: &str, place: u32) {
        if self.places_mut(incident_id).is_none() {
            self.orphans.insert(incident_id.into(), Places::default());
        }
        if let Some(places) = self.places_mut(incident_id) {
            places.push(place);
        }
    }

    /// Drops incidents that neither the complete fetch `task` nor a later one brought, except the one that is `open`.
    pub fn retire_incidents(&mut self, task: TaskId, open: Option<&str>) {
        let orphans = &mut self.orphans;
        let mut briefs = std::mem::take(&mut self.incident_briefs).into_iter();
        let kept_briefs = &mut self.incident_briefs;
        self.incidents.retain(|entry| {
            let entry = &*entry.0;
            let brief = briefs.next().unwrap_or_default();
            let stays = brief.generation >= generation(task) || Some(&*entry.incident.id) == open;
            kept_briefs.extend(Some(brief).filter(|_| stays));
            if !stays && !entry.alerts.is_empty() {
                orphans.insert(entry.incident.id.clone(), entry.alerts.clone());
            }
            stays
        });
        self.sweep();
    }

    /// Drops alerts that neither the complete fetch `task` nor a later one brought, except those of the incident that
    /// is `open` and those `kept` for another view.
    pub fn retire_alerts(&mut self, task: TaskId, open: Option<&str>, kept: &[Box<str>]) {
        let before = self.alerts.len();
        let mut briefs = std::mem::take(&mut self.alert_briefs).into_iter();
        let kept_briefs = &mut self.alert_briefs;
        self.alerts.retain(|ById(entry)| {
            let brief = briefs.next().unwrap_or_default();
            let stays = brief.generation >= generation(task)
                || (open.is_some() && entry.alert.incident_id.as_deref() == open)
                || kept.contains(&entry.alert.id);
            kept_briefs.extend(Some(brief).filter(|_| stays));
            stays
        });
        if self.alerts.len() < before {
            self.place_anew();
        }
        self.sweep();
    }

    /// Notes anew where the alerts of each incident are: what was behind those that went has another place now.
    fn place_anew(&mut self) {
        self.orphans.clear();
        for place in 0..self.incidents.len() {
            if let Some(entry) = self.incidents.get_index_mut2(place) {
                entry.0.alerts = Places::default();
            }
        }
        for place in 0..self.alerts.len() {
            let id = self.alert_at(place).and_then(|entry| entry.alert.incident_id.clone());
            if let Some(id) = id {
                self.add_place(&id, place as u32);
            }
        }
        let ids: Vec<Box<str>> = self.incidents().map(|entry| entry.incident.id.clone()).collect();
        for id in ids {
            self.derive(&id);
        }
    }

    /// Gives back what is not needed any more, after a fetch of all.
    fn sweep(&mut self) {
        self.kinds.sweep(&mut self.incident_briefs, &mut self.alert_briefs);
        self.incident_briefs.shrink_to_fit();
        self.alert_briefs.shrink_to_fit();
    }

    /// The end of an event: now and then lets go of the details that somebody has looked at, except those of the incident
    /// that is `open` and of its alerts.
    pub(super) fn settle(&mut self, open: Option<&str>) {
        self.events += 1;
        if self.events < EVENTS_MAX {
            return;
        }
        self.events = 0;
        for place in 0..self.alerts.len() {
            if let Some(ById(entry)) = self.alerts.get_index_mut2(place)
                && (open.is_none() || entry.alert.incident_id.as_deref() != open)
            {
                entry.alert.close();
            }
        }
        for place in 0..self.incidents.len() {
            if let Some(ById(entry)) = self.incidents.get_index_mut2(place)
                && Some(&*entry.incident.id) != open
            {
                entry.incident.close();
            }
        }
    }

    /// Works out again what an incident's alerts add to it.
    fn derive(&mut self, incident_id: &str) {
        let Some(at) = self.incidents.get_index_of(incident_id) else { return };
        let Self { incidents, alerts, kinds, incident_briefs, .. } = self;
        let (Some(ById(entry)), Some(brief)) = (incidents.get_index_mut2(at), incident_briefs.get_mut(at)) else {
            return;
        };
        let places = entry.alerts.iter();
        let alerts: Vec<&AlertEntry> =
            places.filter_map(|place| alerts.get_index(*place as usize)).map(|entry| &*entry.0).collect();
        let mut watched: Vec<Watched> = Vec::new();
        for found in alerts.iter().flat_map(|entry| &*entry.watched) {
            if !watched.contains(found) {
                watched.push(found.clone());
            }
        }
        let mut titles: Vec<&str> = Vec::new();
        for entry in &alerts {
            let title = entry.alert.title.raw();
            if !titles.contains(&title) {
                titles.push(title);
            }
        }
        entry.people = match &alerts[..] {
            [only] => Arc::clone(&only.people),
            all => {
                let mentioned = all.iter().flat_map(|entry| entry.people.mentioned());
                Arc::new(People::new(&people::together(mentioned)))
            }
        };
        let (titles, sources) = (lines(titles), sources(alerts.iter().map(|entry| &entry.alert)));
        *brief = Brief { generation: brief.generation, ..kinds.incident(entry, &titles, sources) };
        entry.watched = Watches::new(watched);
    }
}

/// A fetch as entries note it: no program begins four thousand million of them.
const fn generation(task: TaskId) -> u32 {
    task.0 as u32
}

/// The products of `alerts`, each once, insider risk first, then as they come.
fn sources<'a>(alerts: impl Iterator<Item = &'a Alert>) -> Vec<ServiceSource> {
    let mut sources: Vec<ServiceSource> = Vec::new();
    for alert in alerts {
        if !sources.contains(&alert.service_source) {
            sources.push(alert.service_source.clone());
        }
    }
    sources.sort_by_key(|source| *source != ServiceSource::InsiderRiskManagement);
    sources
}
