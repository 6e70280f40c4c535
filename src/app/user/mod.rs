//! The user page: who the person is, what Entra and Insider Risk say, what they did. Every part is fetched by itself.

mod export;
mod fetch;
mod narrow;
pub mod queries;
pub mod report;

pub use narrow::Only;

use super::Cx;
use super::action::Direction;
use super::queue::Move;
use super::remote::Remote;
use super::store::Store;
use crate::base::{TimeSpan, Timestamp};
use crate::model::{HuntingResult, RiskChange, RiskyUser, ServiceSource, User};
use crate::triage::Person;
use crate::triage::dossier::{Fact, Section, behaviors, sequences};
use crate::triage::insider_risk::{self, Activity, DerivedLevel, Level, Signals};

/// How far back alerts are asked for: as far as the portal's own page of a user looks.
/// <https://learn.microsoft.com/defender-xdr/investigate-users>
pub const ALERTS_SPAN: TimeSpan = TimeSpan::days(180);

/// The page of one person.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// Who.
    pub person: Person,
    /// The directory's record.
    pub identity: Remote<User>,
    /// Their manager; `None` where the directory names none.
    pub manager: Remote<Option<User>>,
    /// Entra's risk; `None` where Entra has recorded none.
    pub entra_risk: Remote<Option<RiskyUser>>,
    /// What Entra's risk was, the latest first.
    pub risk_history: Remote<Vec<RiskChange>>,
    /// The alerts that Graph finds of the person since [`ALERTS_SPAN`] ago.
    pub found: Remote<Found>,
    /// Events by category and day, from `DataSecurityEvents`.
    pub activity: Remote<Activity>,
    /// Ids of the alerts that name the person, newest first.
    pub alert_ids: Vec<Box<str>>,
    /// The level derived from those alerts.
    pub level: DerivedLevel,
    /// Cursor in the alerts.
    pub cursor: usize,
    /// The sections, in the order of [`Section::ALL`].
    pub sections: Vec<Part>,
    /// The section in focus; `None` for the alerts.
    pub focus: Option<usize>,
    /// Ids and names of the tenant's own labels and types.
    labels: Vec<(String, String)>,
    /// Whether the page is to be written to a file once all of it is there.
    pub(super) is_wanted_as_file: bool,
    /// Whether a page of the search for alerts has come and more follow.
    is_searching: bool,
}

/// The answer to the search for a person's alerts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// Their ids, as far as they have come.
    pub ids: Vec<Box<str>>,
    /// Since when.
    pub since: Option<Timestamp>,
}

/// A section of the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Which.
    pub section: Section,
    /// The rows of its query.
    pub rows: Remote<HuntingResult>,
    /// What they say.
    pub facts: Vec<Fact>,
    /// Cursor in the facts that are shown.
    pub cursor: usize,
    /// Which facts are shown.
    pub only: Only,
    /// Tables that the tenant has not and the rows were read without.
    pub without: Vec<String>,
    /// Whether it is to be asked for when it is next focused.
    pub is_due: bool,
}

/// What no API carries, said on the page so that its absence is not read as innocence.
/// <https://learn.microsoft.com/defender-xdr/irm-investigate-alerts-defender>
pub const NOT_CARRIED: &[&str] = &[
    "exfiltration by e-mail, risky AI use, third-party cloud apps, events before an alert was generated, and what an \
     administrator excluded: not carried by the integration",
    "Adaptive Protection level: not exposed by Graph",
];

impl State {
    /// Opens the page of `person` and asks for what is seen first, side by side. The sections but for the sequences, which
    /// the level rests on, are asked for when they are focused: hunting is counted by the minute.
    pub(super) fn open(person: Person, labels: &[(String, String)], store: &Store, cx: &mut Cx<'_>) -> Self {
        let mut page = Self {
            person,
            identity: Remote::default(),
            manager: Remote::default(),
            entra_risk: Remote::default(),
            risk_history: Remote::default(),
            found: Remote::default(),
            activity: Remote::default(),
            alert_ids: Vec::new(),
            level: DerivedLevel::default(),
            cursor: 0,
            sections: Section::ALL.into_iter().map(Part::new).collect(),
            focus: None,
            labels: labels.to_vec(),
            is_wanted_as_file: false,
            is_searching: false,
        };
        page.follow(store);
        page.fetch(cx);
        page
    }

    /// Takes over what the store knows now.
    pub(super) fn follow(&mut self, store: &Store) {
        let selected = self.alert_ids.get(self.cursor).cloned();
        let alerts = store.alerts_about(&self.person);
        self.alert_ids = alerts.iter().map(|entry| entry.alert.id.clone()).collect();
        self.level = insider_risk::derive(alerts.iter().map(|entry| &entry.alert), self.signals());
        let kept = selected.and_then(|id| self.alert_ids.iter().position(|known| *known == id));
        self.cursor = kept.unwrap_or(self.cursor).min(self.alert_ids.len().saturating_sub(1));
    }

    /// What the hunting tables add to the alerts, as far as they were read.
    fn signals(&self) -> Signals {
        let rows = |section| self.part(section).and_then(|part| part.rows.value());
        Signals {
            sequences: rows(Section::Sequences).map(sequences::recognised).unwrap_or_default(),
            unusual: rows(Section::Behaviors).map(behaviors::unusual).unwrap_or_default(),
        }
    }

    /// What the level would rest on too but could not be had, so that no one takes its silence for innocence.
    pub fn uncounted(&self, store: &Store) -> Vec<&'static str> {
        let alerts = store.alerts_fetch.failure().and(self.found.failure()).map(|_| "alerts");
        let sections = [Section::Sequences, Section::Behaviors].into_iter().filter_map(|section| self.part(section));
        let sections = sections.filter(|part| part.rows.value().is_none() && part.rows.failure().is_some());
        alerts.into_iter().chain(sections.map(|part| part.section.title())).collect()
    }

    /// The level in a word: none is said only where all that it rests on could be had.
    pub fn level_title(&self, store: &Store) -> &'static str {
        match self.level.level {
            Level::None if !self.uncounted(store).is_empty() => "not known",
            level => level.title(),
        }
    }

    /// The part about `section`.
    pub fn part(&self, section: Section) -> Option<&Part> {
        self.sections.iter().find(|part| part.section == section)
    }

    /// The part in focus; `None` where the alerts are.
    pub fn focused(&self) -> Option<&Part> {
        self.sections.get(self.focus?)
    }

    /// Focuses the next section or the one before, and asks for it where that is due; the alerts are one of the round.
    pub(super) fn turn(&mut self, direction: Direction, cx: &mut Cx<'_>) {
        let last = self.sections.len().checked_sub(1);
        let focus = match (direction, self.focus) {
            (Direction::Next, None) => last.map(|_| 0),
            (Direction::Next, Some(at)) => Some(at + 1).filter(|at| *at < self.sections.len()),
            (Direction::Previous, None) => last,
            (Direction::Previous, Some(at)) => at.checked_sub(1),
        };
        self.focus_on(focus, cx);
    }

    /// Focuses a section, and asks for it where that is due; the alerts where `None`.
    pub(super) fn focus_on(&mut self, section: Option<usize>, cx: &mut Cx<'_>) {
        self.focus = section.filter(|at| *at < self.sections.len());
        if let Some(at) = self.focus {
            self.fetch_due(at, cx);
        }
    }

    /// Moves the cursor of what is in focus.
    pub(super) fn go(&mut self, step: Move, page: usize) {
        match self.focus.and_then(|at| self.sections.get_mut(at)) {
            Some(part) => part.cursor = step.apply(part.cursor, part.shown().count(), page),
            None => self.cursor = step.apply(self.cursor, self.alert_ids.len(), page),
        }
    }

    /// How the level and what is in focus come about, each a paragraph.
    pub fn rules(&self) -> Vec<(&'static str, &'static str)> {
        let section = self.focused().map(|part| (part.section.title(), part.section.rule()));
        std::iter::once(("insider-risk level", insider_risk::RULE)).chain(section).collect()
    }

    /// The person's alerts by product, the most first, with how many incidents each product's are in.
    pub fn alerts_by_source(&self, store: &Store) -> Vec<Tally> {
        let mut tallies: Vec<Tally> = Vec::new();
        for entry in self.alert_ids.iter().filter_map(|id| store.alert(id)) {
            let source = &entry.alert.service_source;
            let place = tallies.iter().position(|tally| tally.source == *source).unwrap_or(tallies.len());
            if place == tallies.len() {
                tallies.push(Tally { source: source.clone(), alerts: 0, incidents: Vec::new() });
            }
            let Some(tally) = tallies.get_mut(place) else { continue };
            tally.alerts += 1;
            if let Some(incident) = &entry.alert.incident_id
                && !tally.incidents.contains(incident)
            {
                tally.incidents.push(incident.clone());
            }
        }
        tallies.sort_by_key(|tally| std::cmp::Reverse(tally.alerts));
        tallies
    }
}

impl State {
    /// How far back the alerts on the page reach, and why no further.
    pub fn reach(&self) -> String {
        match (self.found.value().and_then(|found| found.since), self.found.failure()) {
            (_, Some(_)) => "those of the alert queue: Graph did not find more by person".to_owned(),
            (Some(since), None) => {
                let day: String = since.to_seconds_text().chars().take(10).collect();
                format!("since {day} (180 days)")
            }
            (None, None) => "those of the alert queue so far".to_owned(),
        }
    }
}

/// How many of a person's alerts a product raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// The product.
    pub source: ServiceSource,
    /// Alerts.
    pub alerts: usize,
    /// The incidents that they are in.
    pub incidents: Vec<Box<str>>,
}
