//! What the user page asks for, and what it makes of the answers. Every part is fetched by itself.

use super::{ALERTS_SPAN, Part, State, queries};
use crate::app::Cx;
use crate::app::effect::{Effect, HuntQuery, ListQuery, TaskId};
use crate::app::hunt::library::{PARTS_OF_EVERYTHING, Template};
use crate::app::load::RECORDS_MAX;
use crate::app::reply::{Cause, Failure, Page, Reply};
use crate::app::store::Store;
use crate::base::Untrusted;
use crate::model::{Alert, HuntingResult};
use crate::triage::dossier::{Section, absence};
use crate::triage::filter::alerts_about;
use crate::triage::insider_risk;

/// What the page's own queries look back over: all that advanced hunting keeps.
const HUNT_SPAN: &str = "P30D";

/// The sections asked for as soon as the page opens, beside the activity: the level rests on them.
const FIRST: [Section; 2] = [Section::Sequences, Section::Behaviors];

impl State {
    /// Asks anew for what is seen first, and notes that every section is due; the one in focus is asked for at once.
    pub(in crate::app) fn fetch(&mut self, cx: &mut Cx<'_>) {
        self.abandon(cx);
        self.fetch_directory(cx);
        self.fetch_rows(cx);
    }

    /// Asks for alerts and rows about the person, who must be known by their user principal name for it.
    fn fetch_rows(&mut self, cx: &mut Cx<'_>) {
        if !self.has_upn() {
            for part in &mut self.sections {
                part.rows.refuse(unnamed("the rows about them"));
                part.is_due = false;
            }
            self.activity.refuse(unnamed("the activity"));
            self.found.refuse(unnamed("the alerts of six months"));
            return;
        }
        let since = cx.now - ALERTS_SPAN;
        let list = ListQuery { filter: Some(alerts_about(self.person.upn.raw(), since)), records_max: RECORDS_MAX };
        self.found.begin(cx.start(|task| Effect::FetchAlerts(task, list)));
        let text = Template::ActivitySummary.about(&self.person);
        let activity = HuntQuery { text, timespan: Some(HUNT_SPAN.to_owned()) };
        self.activity.begin(cx.start(|task| Effect::Hunt(task, activity)));
        for part in &mut self.sections {
            part.is_due = true;
            part.without.clear();
        }
        let first = FIRST.iter().filter_map(|wanted| self.sections.iter().position(|part| part.section == *wanted));
        for at in first.chain(self.focus).collect::<Vec<_>>() {
            self.fetch_due(at, cx);
        }
    }

    /// Asks for the other sections once what is seen first has come: who only leafs through people spends three queries
    /// on each. Where the service throttles, they wait for their focus; so does the timeline, which may be long.
    fn fetch_rest(&mut self, cx: &mut Cx<'_>) {
        let first = self.sections.iter().filter(|part| FIRST.contains(&part.section));
        let first: Vec<_> = first.map(|part| (part.rows.is_loading(), part.rows.failure())).collect();
        let is_open = |failure: Option<&Failure>| failure.is_none_or(|failure| failure.cause != Cause::Throttled);
        let is_settled = !self.activity.is_loading() && first.iter().all(|(is_loading, _)| !is_loading);
        let goes_on = is_open(self.activity.failure()) && first.iter().all(|(_, failure)| is_open(*failure));
        if is_settled && goes_on {
            for at in 0..self.sections.len() {
                if self.sections.get(at).is_some_and(|part| part.section != Section::Timeline) {
                    self.fetch_due(at, cx);
                }
            }
        }
    }

    fn has_upn(&self) -> bool {
        self.person.upn.raw().contains('@')
    }

    fn fetch_directory(&mut self, cx: &mut Cx<'_>) {
        if let Some(key) = self.person.directory_key() {
            let key: Box<str> = key.into();
            self.identity.begin(cx.start(|task| Effect::FetchUser(task, key.clone())));
            self.manager.begin(cx.start(|task| Effect::FetchManager(task, key)));
        } else {
            self.identity.refuse(unnamed("the directory record"));
            self.manager.refuse(unnamed("the manager"));
        }
        if !self.person.object_id.is_empty() {
            self.fetch_risk(cx);
        } else if self.person.directory_key().is_none() {
            self.entra_risk.refuse(unnamed("the Entra risk"));
            self.risk_history.refuse(unnamed("the history of the Entra risk"));
        }
    }

    /// Asks for what is in focus anew: a section by itself, else what is seen first.
    pub(in crate::app) fn refresh(&mut self, cx: &mut Cx<'_>) {
        match self.focus.filter(|_| self.has_upn()) {
            Some(at) => {
                self.sections.iter_mut().skip(at).take(1).for_each(|part| part.is_due = true);
                self.fetch_due(at, cx);
            }
            None => self.fetch(cx),
        }
    }

    /// Asks for every section that is due.
    pub(in crate::app) fn fetch_all_due(&mut self, cx: &mut Cx<'_>) {
        (0..self.sections.len()).for_each(|at| self.fetch_due(at, cx));
    }

    /// Asks for the section at `at` where that is due.
    pub(super) fn fetch_due(&mut self, at: usize, cx: &mut Cx<'_>) {
        let Some(part) = self.sections.get_mut(at).filter(|part| part.is_due) else { return };
        part.is_due = false;
        let text = queries::query(part.section, &self.person, &part.without);
        let query = HuntQuery { text, timespan: Some(HUNT_SPAN.to_owned()) };
        if let Some(replaced) = part.rows.begin(cx.start(|task| Effect::Hunt(task, query))) {
            cx.run(Effect::Cancel(replaced));
        }
    }

    /// Gives up what is still under way, as when the page is left for another person's.
    pub(in crate::app) fn abandon(&mut self, cx: &mut Cx<'_>) {
        let tasks = [
            self.identity.abandon(),
            self.manager.abandon(),
            self.entra_risk.abandon(),
            self.risk_history.abandon(),
            self.found.abandon(),
            self.activity.abandon(),
        ];
        let sections = self.sections.iter_mut().map(|part| part.rows.abandon());
        for task in tasks.into_iter().chain(sections).flatten() {
            cx.run(Effect::Cancel(task));
        }
    }

    fn fetch_risk(&mut self, cx: &mut Cx<'_>) {
        let id: Box<str> = self.person.object_id.raw().into();
        self.entra_risk.begin(cx.start(|task| Effect::FetchRiskyUser(task, id)));
        self.fetch_history(cx);
    }

    /// Asks for the history of Entra's risk.
    pub(in crate::app) fn fetch_history(&mut self, cx: &mut Cx<'_>) {
        let id: Box<str> = self.person.object_id.raw().into();
        if let Some(replaced) = self.risk_history.begin(cx.start(|task| Effect::FetchRiskHistory(task, id))) {
            cx.run(Effect::Cancel(replaced));
        }
    }

    /// Whether anything is still under way.
    pub fn is_loading(&self) -> bool {
        self.identity.is_loading()
            || self.manager.is_loading()
            || self.entra_risk.is_loading()
            || self.risk_history.is_loading()
            || self.found.is_loading()
            || self.activity.is_loading()
            || self.sections.iter().any(|part| part.rows.is_loading())
    }

    /// Takes a reply that may be for this page.
    pub(in crate::app) fn receive(&mut self, task: TaskId, reply: Reply, store: &Store, cx: &mut Cx<'_>) {
        match reply {
            Reply::Hunt(reply) if self.sections.iter().any(|part| part.rows.awaits(task)) => {
                let rows = reply.map(|outcome| *outcome.result).map_err(explain_missing_table);
                let Some(at) = self.sections.iter().position(|part| part.rows.awaits(task)) else { return };
                let Some(part) = self.sections.get_mut(at) else { return };
                part.is_due = part.does_without(&rows);
                if part.is_due {
                    self.fetch_due(at, cx);
                } else {
                    part.take(rows, &self.labels, cx);
                }
                self.follow(store);
                self.fetch_rest(cx);
            }
            Reply::User(reply) if self.identity.awaits(task) => {
                if let Ok(user) = &reply
                    && self.person.upn.is_empty()
                {
                    self.person.upn = user.upn.clone();
                    self.person.label = user.display_name.clone();
                    self.fetch_rows(cx);
                    self.follow(store);
                }
                if let Ok(user) = &reply
                    && self.person.object_id.is_empty()
                {
                    self.person.object_id = Untrusted::new(user.id.clone());
                    self.fetch_risk(cx);
                } else if let (Err(failure), true) = (&reply, self.person.object_id.is_empty()) {
                    self.entra_risk.refuse(failure.clone());
                    self.risk_history.refuse(failure.clone());
                }
                self.identity.finish(reply.map(|user| *user), cx.now);
            }
            Reply::Manager(reply) if self.manager.awaits(task) => {
                self.manager.finish(reply.map(|manager| manager.map(|user| *user)), cx.now);
            }
            Reply::RiskyUser(reply) if self.entra_risk.awaits(task) => {
                self.entra_risk.finish(reply.map(|risk| risk.map(|user| *user)), cx.now);
            }
            Reply::RiskHistory(reply) if self.risk_history.awaits(task) => self.risk_history.finish(reply, cx.now),
            Reply::Hunt(reply) if self.activity.awaits(task) => {
                let activity = reply.map(|outcome| insider_risk::activity(&outcome.result));
                self.activity.finish(activity.map_err(explain_missing_table), cx.now);
                self.fetch_rest(cx);
            }
            _ => {}
        }
    }

    /// Notes which alerts a page of the search for the person's alerts brought; the alerts themselves go to the store.
    pub(in crate::app) fn take_found(&mut self, page: Result<&Page<Alert>, Failure>, cx: &Cx<'_>) {
        let since = cx.now - ALERTS_SPAN;
        match page {
            Ok(page) => {
                let mut found = self.found.value().filter(|_| self.is_searching).cloned().unwrap_or_default();
                found.ids.extend(page.items.iter().map(|alert| alert.id.clone()));
                found.since = Some(since);
                self.is_searching = !page.is_last;
                if page.is_last {
                    self.found.finish(Ok(found), cx.now);
                } else {
                    self.found.progress(found, cx.now);
                }
            }
            Err(failure) => {
                self.is_searching = false;
                self.found.finish(Err(failure), cx.now);
            }
        }
    }
}

impl Part {
    /// Whether the timeline, which a missing table has stopped, goes on without that table; notes that it does.
    fn does_without(&mut self, rows: &Result<HuntingResult, Failure>) -> bool {
        let Err(Failure { cause: Cause::BadQuery { message }, .. }) = rows else { return false };
        let gone = absence::missing_table(message.raw());
        let Some(gone) = gone.and_then(|gone| PARTS_OF_EVERYTHING.iter().find(|part| **part == gone)) else {
            return false;
        };
        let is_news = !self.without.iter().any(|known| known == gone);
        let goes_on =
            self.section == Section::Timeline && is_news && self.without.len() + 1 < PARTS_OF_EVERYTHING.len();
        if goes_on {
            self.without.push((*gone).to_owned());
        }
        goes_on
    }

    fn take(&mut self, rows: Result<HuntingResult, Failure>, labels: &[(String, String)], cx: &Cx<'_>) {
        self.rows.finish(rows, cx.now);
        self.facts = self.rows.value().map(|rows| self.section.facts(rows, labels)).unwrap_or_default();
        self.cursor = self.cursor.min(self.shown().count().saturating_sub(1));
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
fn explain_missing_table(failure: Failure) -> Failure {
    let table = match &failure.cause {
        Cause::BadQuery { message } => absence::missing_table(message.raw()).map(str::to_owned),
        _ => None,
    };
    match table {
        Some(table) => Failure { remedy: absence::remedy(&table).to_owned(), ..failure },
        None => failure,
    }
}
