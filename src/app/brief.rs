//! What filter and order look at of every row, side by side. A row's record is large and stands anywhere in memory: looking
//! at a hundred thousand of them takes a frame and more, so of each only that is kept here which tells most rows apart,
//! and what rows have in common is asked once for all of them.

use super::columns::Field;
use super::entry::{AlertEntry, IncidentEntry, People, lines};
use super::queue::Row;
use super::sort::Rank;
use crate::base::{Timestamp, Untrusted};
use crate::model::alert::AlertStanding;
use crate::model::incident::IncidentStanding;
use crate::model::pool::Shared;
use crate::model::{Alert, ServiceSource};
use crate::triage::filter::{Asker, Facts, Letters, Sieve, Standing, Times};
use crate::triage::{Filter, Watchlist, people};
use indexmap::{IndexMap, IndexSet};
use std::sync::Arc;

/// A row in brief.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Brief {
    /// Rows of one kind stand alike: their [`Standing`] is the same.
    pub(super) kind: u32,
    /// Rows of one number name the same people.
    pub(super) people: u32,
    /// What its id and its names are made of.
    pub(super) letters: Letters,
    /// The id of the fetch that last brought it.
    pub(super) generation: u32,
    /// Its times.
    pub(super) times: Times,
}

/// What decides where a row stands by a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// Its kind.
    Kind,
    /// Its people.
    People,
    /// When it was created.
    Created,
    /// When it last changed.
    Changed,
    /// What is its own.
    Own,
}

impl Share {
    /// What decides by `field`.
    pub const fn of(field: Field) -> Self {
        match field {
            Field::Severity
            | Field::Title
            | Field::Sources
            | Field::Status
            | Field::Classification
            | Field::Owner
            | Field::Tags => Self::Kind,
            Field::User => Self::People,
            Field::Age => Self::Created,
            Field::Changed => Self::Changed,
            Field::Priority | Field::Alerts | Field::Incident => Self::Own,
        }
    }
}

impl Brief {
    /// The number that rows have in common that stand alike by a field; `index` is its own place.
    pub const fn number(&self, share: Share, index: usize) -> usize {
        match share {
            Share::Kind => self.kind as usize,
            Share::People => self.people as usize,
            Share::Created | Share::Changed | Share::Own => index,
        }
    }

    /// The instant that decides, where one does.
    pub const fn instant(&self, share: Share) -> Option<Timestamp> {
        match share {
            Share::Created => self.times.created,
            Share::Changed => self.times.changed,
            Share::Kind | Share::People | Share::Own => None,
        }
    }
}

/// What is worked out once for all that have a number in common.
#[derive(Debug)]
pub struct Memo<T>(Vec<Option<T>>);

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Copy> Memo<T> {
    /// What `make` says, or has said before for this number.
    pub fn get(&mut self, number: usize, make: impl FnOnce() -> T) -> T {
        if let Some(Some(known)) = self.0.get(number) {
            return *known;
        }
        let made = make();
        if self.0.len() <= number {
            self.0.resize(number + 1, None);
        }
        if let Some(place) = self.0.get_mut(number) {
            *place = Some(made);
        }
        made
    }
}

/// The records of a queue as filter and order look at them.
pub trait Records<'a>: Copy {
    /// Each in brief, in the order of their places.
    fn briefs(self) -> &'a [Brief];

    /// What those of a kind have in common.
    fn standing(self, kind: u32) -> Option<Standing<'a>>;

    /// People by their number.
    fn people(self, number: u32) -> Option<&'a People>;

    /// All of the one at a place.
    fn facts(self, index: usize) -> Option<Facts<'a>>;

    /// Where a row stands by a field. Rows of one [`Share`] stand alike.
    fn rank(self, row: &Row, field: Field) -> Rank<'a>;

    /// The group that a row is in by a field.
    fn group(self, row: &Row, field: Field) -> String;

    /// The places of those that pass `filter`: whose facts [`Filter::matches`].
    fn passing(self, filter: &Filter, asker: Asker<'_>) -> Vec<usize> {
        let briefs = self.briefs().iter().enumerate();
        let Some(sieve) = Sieve::of(filter, asker) else {
            let facts = briefs.filter_map(|(index, _)| Some((index, self.facts(index)?)));
            return facts.filter(|(_, facts)| filter.matches(facts, asker)).map(|(index, _)| index).collect();
        };
        let (mut kinds, mut people): (Memo<u64>, Memo<u64>) = Default::default();
        let mut passes = |index: usize, brief: &Brief| {
            let of_kind = || self.standing(brief.kind).map_or(0, |standing| sieve.held_of_standing(&standing));
            let of_people = || self.people(brief.people).map_or(0, |people| sieve.held_of_people(people.names()));
            sieve.passes(
                brief.times,
                brief.letters,
                || kinds.get(brief.kind as usize, of_kind),
                || people.get(brief.people as usize, of_people),
                || self.facts(index).map(|facts| facts.own),
            )
        };
        briefs.filter(|(index, brief)| passes(*index, brief)).map(|(index, _)| index).collect()
    }
}

/// What many entries have in common, kept once and numbered.
#[derive(Clone, Debug, Default)]
pub(super) struct Kinds {
    people: IndexSet<Arc<People>>,
    sources: Shared<[ServiceSource]>,
    texts: Shared<str>,
    /// Kinds of alerts, with what is searched of each, lower case.
    alerts: IndexMap<Arc<AlertStanding>, Arc<str>>,
    /// The same of incidents.
    incidents: IndexMap<IncidentKind, Arc<str>>,
}

/// Incidents of one kind stand alike, and so do their alerts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct IncidentKind {
    standing: Arc<IncidentStanding>,
    sources: Arc<[ServiceSource]>,
    /// Titles of its alerts, lower case, one a line.
    titles: Arc<str>,
}

impl Kinds {
    /// An alert's entry, whole and in brief.
    pub(super) fn alert(&mut self, alert: Alert, watchlist: &Watchlist) -> (AlertEntry, Brief) {
        let (number, people) = self.people(Arc::new(People::new(&people::together(people::mentioned(&alert)))));
        let kind = self.alerts.get_index_of(alert.standing()).unwrap_or_else(|| {
            let words = std::iter::once(alert.title.raw())
                .chain(alert.assigned_to.as_ref().map(Untrusted::raw))
                .chain(alert.categories.iter().map(Untrusted::raw));
            let words = self.texts.of(&*lines(words));
            self.alerts.insert_full(Arc::clone(alert.standing()), words).0
        });
        let entry = AlertEntry::new(alert, people, watchlist);
        let brief = Brief {
            kind: kind as u32,
            people: number,
            letters: Letters::of([&*entry.alert.id, &*entry.names]),
            generation: 0,
            times: Times { created: entry.alert.created, changed: entry.alert.last_update },
        };
        (entry, brief)
    }

    /// Gives an incident its part of what is kept once; the incident in brief.
    pub(super) fn incident(&mut self, entry: &mut IncidentEntry, titles: &str, sources: Vec<ServiceSource>) -> Brief {
        let (number, people) = self.people(Arc::clone(&entry.people));
        (entry.people, entry.sources) = (people, self.sources.of(sources));
        let incident = &entry.incident;
        let kind = IncidentKind {
            standing: Arc::clone(incident.standing()),
            sources: Arc::clone(&entry.sources),
            titles: self.texts.of(titles),
        };
        let kind = self.incidents.get_index_of(&kind).unwrap_or_else(|| {
            let words = std::iter::once(incident.display_name.raw())
                .chain(incident.assigned_to.as_ref().map(Untrusted::raw))
                .chain(incident.custom_tags.iter().chain(&incident.system_tags).map(Untrusted::raw));
            let words = self.texts.of(&*lines(words));
            self.incidents.insert_full(kind, words).0
        });
        Brief {
            kind: kind as u32,
            people: number,
            letters: Letters::of([&*incident.id]),
            generation: 0,
            times: Times { created: incident.created, changed: incident.last_update },
        }
    }

    fn people(&mut self, people: Arc<People>) -> (u32, Arc<People>) {
        let (number, _) = self.people.insert_full(Arc::clone(&people));
        (number as u32, self.people.get_index(number).map_or(people, Arc::clone))
    }

    /// People by their number.
    pub(super) fn people_of(&self, number: u32) -> Option<&People> {
        self.people.get_index(number as usize).map(|people| &**people)
    }

    /// How alerts of a kind stand.
    pub(super) fn of_alerts(&self, kind: u32) -> Option<(&AlertStanding, [&str; 2])> {
        self.alerts.get_index(kind as usize).map(|(standing, words)| (&**standing, [&**words, ""]))
    }

    /// How incidents of a kind stand, and their products.
    pub(super) fn of_incidents(&self, kind: u32) -> Option<(&IncidentStanding, &[ServiceSource], [&str; 2])> {
        let (kind, words) = self.incidents.get_index(kind as usize)?;
        Some((&kind.standing, &kind.sources, [words, &kind.titles]))
    }

    /// Forgets what no row has any more, and numbers the rest anew.
    pub(super) fn sweep(&mut self, incidents: &mut [Brief], alerts: &mut [Brief]) {
        let numbers = incidents.iter_mut().chain(alerts.iter_mut()).map(|brief| &mut brief.people);
        let mut kept = renumber(numbers.collect(), self.people.len()).into_iter();
        self.people.retain(|_| kept.next() == Some(true));
        let numbers = incidents.iter_mut().map(|brief| &mut brief.kind);
        let mut kept = renumber(numbers.collect(), self.incidents.len()).into_iter();
        self.incidents.retain(|_, _| kept.next() == Some(true));
        let numbers = alerts.iter_mut().map(|brief| &mut brief.kind);
        let mut kept = renumber(numbers.collect(), self.alerts.len()).into_iter();
        self.alerts.retain(|_, _| kept.next() == Some(true));
        self.texts.sweep();
        self.sources.sweep();
        // While records come there are some of which nothing stays.
        self.people.shrink_to_fit();
        self.incidents.shrink_to_fit();
        self.alerts.shrink_to_fit();
    }
}

/// Numbers below `count` that occur, made consecutive. Returns which occur.
fn renumber(numbers: Vec<&mut u32>, count: usize) -> Vec<bool> {
    let mut occurs = vec![false; count];
    for number in &numbers {
        if let Some(occurs) = occurs.get_mut(**number as usize) {
            *occurs = true;
        }
    }
    let mut next = 0;
    let new: Vec<u32> = occurs
        .iter()
        .map(|occurs| {
            let new = next;
            next += u32::from(*occurs);
            new
        })
        .collect();
    for number in numbers {
        *number = new.get(*number as usize).copied().unwrap_or_default();
    }
    occurs
}
