//! The one owner of incidents and alerts, and what is derived from them once when they arrive.

use super::effect::TaskId;
use super::remote::Remote;
use crate::base::{Timestamp, Untrusted};
use crate::model::pool::Shared;
use crate::model::{Alert, Incident, ServiceSource};
use crate::triage::people::{self, Mentioned};
use crate::triage::similar::{Likeness, Marks};
use crate::triage::{Person, Watched, Watchlist};
use indexmap::set::MutableValues as _;
use indexmap::{IndexMap, IndexSet};
use std::borrow::Borrow;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

/// After so many events details are let go of: a walk through the queue with its preview has unpacked some hundred by then.
const EVENTS_MAX: u8 = 64;

/// Everything fetched of the queues.
#[derive(Clone, Debug, Default)]
pub struct Store {
    incidents: IndexSet<ById<IncidentEntry>>,
    alerts: IndexSet<ById<AlertEntry>>,
    /// Places of the alerts of incidents that are not here, by incident.
    orphans: IndexMap<Box<str>, Vec<u32>>,
    shared: Kinds,
    /// Events since details were let go of last.
    events: u8,
    /// What is watched.
    pub watchlist: Arc<Watchlist>,
    /// The fetch of all incidents.
    pub incidents_fetch: Remote<Progress>,
    /// The fetch of all alerts.
    pub alerts_fetch: Remote<Progress>,
}

/// What many entries have in common, kept once.
#[derive(Clone, Debug, Default)]
struct Kinds {
    people: Shared<People>,
    texts: Shared<str>,
    sources: Shared<[ServiceSource]>,
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
    /// Places of its alerts known here, in the order they came.
    alerts: Vec<u32>,
    /// Products of those alerts, each once, insider risk first.
    pub sources: Arc<[ServiceSource]>,
    /// Who those alerts are about, the most concerned first.
    pub people: Arc<People>,
    /// What those alerts name that is watched.
    pub watched: Watches,
    /// What is searched besides the people, lower case: its own words and then the titles of its alerts.
    words: [Arc<str>; 2],
    /// The id of the fetch that last brought it.
    pub(super) generation: u64,
}

/// An alert and what is derived from it.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertEntry {
    /// The alert.
    pub alert: Alert,
    /// Who it is about.
    pub people: Arc<People>,
    /// What it names that is watched.
    pub watched: Watches,
    marks: Marks,
    /// What is searched besides the people and the id, lower case: its words, and the names of what it is about.
    words: Arc<str>,
    names: Box<str>,
    /// The id of the fetch that last brought it.
    pub(super) generation: u64,
}

/// People, the most concerned first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct People {
    list: Box<[Person]>,
    /// Places in the list in the order of first mention, each with the weight of all mentions.
    mentioned: Box<[(u16, u32)]>,
    /// Names and UPNs, one a line, lower case.
    names: Box<str>,
}

impl Deref for People {
    type Target = [Person];

    fn deref(&self) -> &[Person] {
        &self.list
    }
}

impl People {
    fn new(mentioned: &[Mentioned]) -> Self {
        let order = people::order(mentioned);
        let mut places = vec![(0, 0); order.len()];
        for (place, index) in order.iter().enumerate() {
            if let (Some(to), Some(mentioned)) = (places.get_mut(*index), mentioned.get(*index)) {
                *to = (place as u16, mentioned.weight);
            }
        }
        let list: Box<[Person]> =
            order.iter().filter_map(|index| mentioned.get(*index)).map(|mentioned| mentioned.person.clone()).collect();
        let names = lines(list.iter().flat_map(|person| [person.label.raw(), person.upn.raw()])).into();
        Self { list, mentioned: places.into(), names }
    }

    /// Names and UPNs, one a line, lower case.
    pub fn names(&self) -> &str {
        &self.names
    }

    /// As they were mentioned first.
    fn mentioned(&self) -> impl Iterator<Item = Mentioned> {
        let known = |(place, weight): &(u16, u32)| {
            self.list.get(usize::from(*place)).map(|person| Mentioned { person: person.clone(), weight: *weight })
        };
        self.mentioned.iter().filter_map(known)
    }
}

/// What is watched of what an entry names; most name nothing that is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Watches(Option<Box<(Vec<Watched>, String)>>);

impl Deref for Watches {
    type Target = [Watched];

    fn deref(&self) -> &[Watched] {
        self.0.as_ref().map_or(&[], |watches| &watches.0)
    }
}

impl Watches {
    fn new(watched: Vec<Watched>) -> Self {
        let why = lines(watched.iter().map(|found| &*found.why));
        Self((!watched.is_empty()).then(|| Box::new((watched, why))))
    }

    /// Why, lower case, a reason a line.
    pub fn why(&self) -> &str {
        self.0.as_ref().map_or("", |watches| &watches.1)
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
        known.or_else(|| self.orphans.get(incident_id)).map_or(&[], Vec::as_slice)
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
            if let Some(entry) = self.incident_mut(&id) {
                entry.generation = entry.generation.max(task.0);
                if entry.incident.last_update <= incident.last_update {
                    entry.incident = incident;
                }
            } else {
                let alerts = self.orphans.swap_remove(&id).unwrap_or_default();
                self.incidents.insert(ById(Box::new(IncidentEntry::new(incident, alerts, task))));
            }
            self.derive(&id);
        }
    }

    /// Takes alerts that `task` brought. An older copy never replaces a newer one.
    pub fn take_alerts(&mut self, alerts: impl IntoIterator<Item = Alert>, task: TaskId) {
        let mut touched: Vec<Box<str>> = Vec::new();
        for alert in alerts {
            let before = self.alerts.get_full(&*alert.id).map(|(place, entry)| (place, &*entry.0));
            let generation = before.map_or(task.0, |(_, entry)| entry.generation.max(task.0));
            if let Some((place, entry)) = before
                && entry.alert.last_update > alert.last_update
            {
                if let Some(entry) = self.alerts.get_index_mut2(place) {
                    entry.0.generation = generation;
                }
                continue;
            }
            let place = before.map_or(self.alerts.len(), |(place, _)| place);
            let (old, new) = (before.and_then(|(_, entry)| entry.alert.incident_id.clone()), alert.incident_id.clone());
            if old != new {
                if let Some(places) = old.as_ref().and_then(|old| self.places_mut(old)) {
                    places.retain(|known| *known as usize != place);
                }
                if let Some(new) = &new {
                    self.add_place(new, place as u32);
                }
            }
            touched.extend(old.into_iter().chain(new));
            let entry = ById(Box::new(AlertEntry::new(alert, generation, &self.watchlist, &mut self.shared)));
            match self.alerts.get_index_mut2(place) {
                Some(known) => *known = entry,
                None => {
                    self.alerts.insert(entry);
                }
            }
        }
        touched.sort_unstable();
        touched.dedup();
        for id in touched {
            self.derive(&id);
        }
    }

    fn incident_mut(&mut self, id: &str) -> Option<&mut IncidentEntry> {
        let place = self.incidents.get_index_of(id)?;
        self.incidents.get_index_mut2(place).map(|entry| &mut *entry.0)
    }

    fn places_mut(&mut self, incident_id: &str) -> Option<&mut Vec<u32>> {
        match self.incidents.get_index_of(incident_id) {
            Some(place) => self.incidents.get_index_mut2(place).map(|entry| &mut entry.0.alerts),
            None => self.orphans.get_mut(incident_id),
        }
    }

    fn add_place(&mut self, incident_id: &str, place: u32) {
        if self.places_mut(incident_id).is_none() {
            self.orphans.insert(incident_id.into(), Vec::new());
        }
        if let Some(places) = self.places_mut(incident_id) {
            // Most incidents have one or two.
            if places.len() < 4 {
                places.reserve_exact(1);
            }
            places.push(place);
        }
    }

    /// Drops incidents that neither the complete fetch `task` nor a later one brought, except the one that is `open`.
    pub fn retire_incidents(&mut self, task: TaskId, open: Option<&str>) {
        let orphans = &mut self.orphans;
        self.incidents.retain(|entry| {
            let entry = &*entry.0;
            let stays = entry.generation >= task.0 || Some(&*entry.incident.id) == open;
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
        self.alerts.retain(|entry| {
            let AlertEntry { alert, generation, .. } = &*entry.0;
            *generation >= task.0
                || (open.is_some() && alert.incident_id.as_deref() == open)
                || kept.contains(&alert.id)
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
                entry.0.alerts.clear();
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
        self.shared.people.sweep();
        self.shared.texts.sweep();
        self.shared.sources.sweep();
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
        let Self { incidents, alerts, shared, .. } = self;
        let Some(ById(entry)) = incidents.get_index_mut2(at) else { return };
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
        let incident = &entry.incident;
        let own = std::iter::once(incident.display_name.raw())
            .chain(incident.assigned_to.as_ref().map(Untrusted::raw))
            .chain(incident.custom_tags.iter().chain(&incident.system_tags).map(Untrusted::raw));
        entry.words = [shared.texts.of(&*lines(own)), shared.texts.of(&*lines(titles))];
        entry.sources = shared.sources.of(sources(alerts.iter().map(|entry| &entry.alert)));
        entry.people = match &alerts[..] {
            [only] => Arc::clone(&only.people),
            all => {
                let mentioned = all.iter().flat_map(|entry| entry.people.mentioned());
                shared.people.of(People::new(&people::together(mentioned)))
            }
        };
        entry.watched = Watches::new(watched);
    }
}

impl IncidentEntry {
    fn new(incident: Incident, alerts: Vec<u32>, task: TaskId) -> Self {
        Self {
            incident,
            alerts,
            sources: Arc::default(),
            people: Arc::default(),
            watched: Watches::default(),
            words: <[Arc<str>; 2]>::default(),
            generation: task.0,
        }
    }

    /// How many of its alerts are known here.
    pub fn alert_count(&self) -> usize {
        self.alerts.len()
    }

    /// What is searched besides the id, lower case: a text that is looked for is within one of the parts.
    pub fn searched(&self) -> [&str; 3] {
        let [own, titles] = &self.words;
        [self.people.names(), own, titles]
    }

    /// Everything shown, lower case, names and UPNs first, in the place of what `text` holds.
    pub fn write_shown(&self, text: &mut String) {
        let [people, own, titles] = self.searched();
        text.clear();
        text.push_str(people);
        push_lower(text, &self.incident.id);
        text.push_str(own);
        text.push_str(titles);
    }
}

impl AlertEntry {
    fn new(mut alert: Alert, generation: u64, watchlist: &Watchlist, shared: &mut Kinds) -> Self {
        let people = shared.people.of(People::new(&people::together(people::mentioned(&alert))));
        let words = std::iter::once(alert.title.raw())
            .chain(alert.assigned_to.as_ref().map(Untrusted::raw))
            .chain(alert.categories.iter().map(Untrusted::raw));
        let words = shared.texts.of(&*lines(words));
        let mut names = String::new();
        for label in people::labels(&alert) {
            let start = names.len();
            push_lower(&mut names, &label);
            let (known, new) = names.split_at_checked(start).unwrap_or_default();
            if has_line(known, new) || has_line(people.names(), new) {
                names.truncate(start);
            }
        }
        let (watched, marks) = (Watches::new(watchlist.of(&alert)), Marks::of(&alert));
        alert.close();
        Self { alert, people, watched, marks, words, names: names.into(), generation }
    }

    /// What is searched besides the id, lower case: a text that is looked for is within one of the parts.
    pub fn searched(&self) -> [&str; 3] {
        [self.people.names(), &self.words, &self.names]
    }

    /// By what others are like it.
    pub fn likeness(&self) -> Likeness<'_> {
        Likeness { alert: &self.alert, people: &self.people, marks: &self.marks }
    }
}

/// Whether `line`, with its end, is one of `lines`.
fn has_line(lines: &str, line: &str) -> bool {
    lines.split_inclusive('\n').any(|known| known == line)
}

/// `texts` in lower case, one a line.
fn lines<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut lines = String::new();
    texts.into_iter().for_each(|text| push_lower(&mut lines, text));
    lines
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
