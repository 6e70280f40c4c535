//! The user page: who the person is, what Entra and Insider Risk say, what they did. Every part is fetched by itself.

pub mod queries;

use super::Cx;
use super::action::Direction;
use super::effect::{Effect, HuntQuery, TaskId};
use super::hunt::library::Template;
use super::queue::Move;
use super::remote::Remote;
use super::reply::{Cause, Failure, Reply};
use super::store::Store;
use crate::base::Untrusted;
use crate::model::{HuntingResult, RiskyUser, ServiceSource, User};
use crate::triage::Person;
use crate::triage::dossier::{Fact, Section, sequences};
use crate::triage::insider_risk::{self, Activity, DerivedLevel, Signals};

/// What the page's own queries look back over: all that advanced hunting keeps.
const HUNT_SPAN: &str = "P30D";

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
    /// Events by category and day, from `DataSecurityEvents`.
    pub activity: Remote<Activity>,
    /// Rows of `DataSecurityBehaviors`, anomalous ones first.
    pub behaviors: Remote<HuntingResult>,
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
    /// Cursor in the facts.
    pub cursor: usize,
}

/// What no API carries, said on the page so that its absence is not read as innocence.
/// <https://learn.microsoft.com/defender-xdr/irm-investigate-alerts-defender>
pub const NOT_CARRIED: &[&str] = &[
    "exfiltration by e-mail, risky AI use and third-party cloud apps: not carried by the integration",
    "events before an alert was generated: not carried by the integration",
    "Adaptive Protection level: not exposed by Graph",
];

impl State {
    /// Opens the page of `person` and asks for every part side by side.
    pub(super) fn open(person: Person, store: &Store, cx: &mut Cx<'_>) -> Self {
        let mut page = Self {
            person,
            identity: Remote::default(),
            manager: Remote::default(),
            entra_risk: Remote::default(),
            activity: Remote::default(),
            behaviors: Remote::default(),
            alert_ids: Vec::new(),
            level: DerivedLevel::default(),
            cursor: 0,
            sections: Section::ALL
                .into_iter()
                .map(|section| Part { section, rows: Remote::default(), facts: Vec::new(), cursor: 0 })
                .collect(),
            focus: None,
        };
        page.follow(store);
        page.fetch(cx);
        page
    }

    /// Asks for every part anew.
    pub(super) fn fetch(&mut self, cx: &mut Cx<'_>) {
        self.abandon(cx);
        if let Some(key) = self.person.directory_key() {
            let key: Box<str> = key.into();
            self.identity.begin(cx.start(|task| Effect::FetchUser(task, key.clone())));
            self.manager.begin(cx.start(|task| Effect::FetchManager(task, key)));
        } else {
            self.identity.refuse(unnamed("the directory record"));
            self.manager.refuse(unnamed("the manager"));
        }
        if self.person.object_id.is_empty() {
            if self.person.directory_key().is_none() {
                self.entra_risk.refuse(unnamed("the Entra risk"));
            }
        } else {
            self.fetch_risk(cx);
        }
        if self.person.upn.raw().contains('@') {
            let query = |template: Template, person: &Person| HuntQuery {
                text: template.about(person),
                timespan: Some(HUNT_SPAN.to_owned()),
            };
            let (activity, behaviors) =
                (query(Template::ActivitySummary, &self.person), query(Template::Behaviors, &self.person));
            self.activity.begin(cx.start(|task| Effect::Hunt(task, activity)));
            self.behaviors.begin(cx.start(|task| Effect::Hunt(task, behaviors)));
            for part in &mut self.sections {
                let text = queries::query(part.section, &self.person);
                let query = HuntQuery { text, timespan: Some(HUNT_SPAN.to_owned()) };
                part.rows.begin(cx.start(|task| Effect::Hunt(task, query)));
            }
        } else {
            for part in &mut self.sections {
                part.rows.refuse(unnamed("the rows about them"));
            }
            self.activity.refuse(unnamed("the activity"));
            self.behaviors.refuse(unnamed("the behaviours"));
        }
    }

    /// Gives up what is still under way, as when the page is left for another person's.
    pub(super) fn abandon(&mut self, cx: &mut Cx<'_>) {
        let tasks = [
            self.identity.abandon(),
            self.manager.abandon(),
            self.entra_risk.abandon(),
            self.activity.abandon(),
            self.behaviors.abandon(),
        ];
        let sections = self.sections.iter_mut().map(|part| part.rows.abandon());
        for task in tasks.into_iter().chain(sections).flatten() {
            cx.run(Effect::Cancel(task));
        }
    }

    fn fetch_risk(&mut self, cx: &mut Cx<'_>) {
        let id: Box<str> = self.person.object_id.raw().into();
        self.entra_risk.begin(cx.start(|task| Effect::FetchRiskyUser(task, id)));
    }

    /// Takes a reply that may be for this page.
    pub(super) fn receive(&mut self, task: TaskId, reply: Reply, store: &Store, cx: &mut Cx<'_>) {
        match reply {
            Reply::Hunt(reply) if self.sections.iter().any(|part| part.rows.awaits(task)) => {
                let rows = reply.map(|outcome| *outcome.result).map_err(explain_missing_table);
                if let Some(part) = self.sections.iter_mut().find(|part| part.rows.awaits(task)) {
                    part.take(rows, cx);
                }
                self.follow(store);
            }
            Reply::User(reply) if self.identity.awaits(task) => {
                if let Ok(user) = &reply
                    && self.person.object_id.is_empty()
                {
                    self.person.object_id = Untrusted::new(user.id.clone());
                    self.fetch_risk(cx);
                } else if let (Err(failure), true) = (&reply, self.person.object_id.is_empty()) {
                    self.entra_risk.refuse(failure.clone());
                }
                self.identity.finish(reply.map(|user| *user), cx.now);
            }
            Reply::Manager(reply) if self.manager.awaits(task) => {
                self.manager.finish(reply.map(|manager| manager.map(|user| *user)), cx.now);
            }
            Reply::RiskyUser(reply) if self.entra_risk.awaits(task) => {
                self.entra_risk.finish(reply.map(|risk| risk.map(|user| *user)), cx.now);
            }
            Reply::Hunt(reply) if self.activity.awaits(task) => {
                let activity = reply.map(|outcome| insider_risk::activity(&outcome.result));
                self.activity.finish(activity.map_err(explain_missing_table), cx.now);
            }
            Reply::Hunt(reply) if self.behaviors.awaits(task) => {
                let rows = reply.map(|outcome| *outcome.result);
                self.behaviors.finish(rows.map_err(explain_missing_table), cx.now);
                self.follow(store);
            }
            _ => {}
        }
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
        let unusual = |result: &HuntingResult| {
            let is_unusual = |row: &&Vec<_>| {
                let flag = result.cell(row, "IsAnomalous").map(crate::model::Cell::text).unwrap_or_default();
                matches!(flag.raw(), "true" | "1")
            };
            result.rows.iter().filter(is_unusual).count()
        };
        let recognised = self.part(Section::Sequences).and_then(|part| part.rows.value()).map(sequences::recognised);
        Signals {
            sequences: recognised.unwrap_or_default(),
            unusual: self.behaviors.value().map(unusual).unwrap_or_default(),
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

    /// Focuses the next section or the one before; the alerts are one of the round.
    pub(super) fn turn(&mut self, direction: Direction) {
        let last = self.sections.len().checked_sub(1);
        self.focus = match (direction, self.focus) {
            (Direction::Next, None) => last.map(|_| 0),
            (Direction::Next, Some(at)) => Some(at + 1).filter(|at| *at < self.sections.len()),
            (Direction::Previous, None) => last,
            (Direction::Previous, Some(at)) => at.checked_sub(1),
        };
    }

    /// Moves the cursor of what is in focus.
    pub(super) fn go(&mut self, step: Move, page: usize) {
        match self.focus.and_then(|at| self.sections.get_mut(at)) {
            Some(part) => part.cursor = step.apply(part.cursor, part.facts.len(), page),
            None => self.cursor = step.apply(self.cursor, self.alert_ids.len(), page),
        }
    }

    /// How the level and what is in focus come about, each a paragraph.
    pub fn rules(&self) -> Vec<(&'static str, &'static str)> {
        let section = self.focused().map(|part| (part.section.title(), part.section.rule()));
        std::iter::once(("insider-risk level", insider_risk::RULE)).chain(section).collect()
    }

    /// Alerts of the person by product, the most first.
    pub fn alerts_by_source(&self, store: &Store) -> Vec<(ServiceSource, usize)> {
        let mut counts: Vec<(ServiceSource, usize)> = Vec::new();
        for entry in self.alert_ids.iter().filter_map(|id| store.alert(id)) {
            match counts.iter_mut().find(|(source, _)| *source == entry.alert.service_source) {
                Some((_, number)) => *number += 1,
                None => counts.push((entry.alert.service_source.clone(), 1)),
            }
        }
        counts.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
        counts
    }
}

impl Part {
    fn take(&mut self, rows: Result<HuntingResult, Failure>, cx: &Cx<'_>) {
        self.rows.finish(rows, cx.now);
        self.facts = self.rows.value().map(|rows| self.section.facts(rows)).unwrap_or_default();
        self.cursor = self.cursor.min(self.facts.len().saturating_sub(1));
    }
}

/// Why a part cannot be asked for when nothing usable names the person.
fn unnamed(what: &str) -> Failure {
    Failure {
        what: what.to_owned(),
        cause: Cause::NotFound,
        why: "the alert names no user principal name, or a pseudonym instead of one.".into(),
        remedy:
            "Purview hides names where anonymised usernames are on; open the person from an alert of another product."
                .to_owned(),
        request_id: None,
    }
}

/// Puts the known cause to a hunting table that is not there.
/// <https://learn.microsoft.com/defender-xdr/irm-investigate-alerts-defender>
fn explain_missing_table(failure: Failure) -> Failure {
    match &failure.cause {
        Cause::BadQuery { message } if message.raw().to_lowercase().contains("failed to resolve table") => Failure {
            remedy: "Insider Risk shares no data with Defender XDR, or your account holds neither the Insider Risk \
                     Management Analysts nor Investigators role: turn on sharing in Purview's settings, or ask for the role."
                .to_owned(),
            ..failure
        },
        _ => failure,
    }
}
