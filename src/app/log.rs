//! What the tool itself asked of the tenant: requests with their times and what came of them.
//!
//! Tokens, bodies and answers are not in it; what a request is about is.

use super::App;
use super::effect::{Effect, TaskId};
use super::overlay::{Message, Overlay};
use super::reply::{Failure, Outcome, Reply};
use crate::base::text::count;
use crate::base::{Timestamp, Untrusted};
use std::collections::VecDeque;

/// The most requests that are remembered; older ones are forgotten.
const ENTRIES_MAX: usize = 500;
/// The most characters that are shown of what a request is about.
const ABOUT_MAX: usize = 160;

/// Requests, latest last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Log(VecDeque<Entry>);

#[derive(Clone, Debug, PartialEq)]
struct Entry {
    task: TaskId,
    at: Timestamp,
    /// Method, path and what it is about, safe for a screen.
    what: String,
    /// When it ended, and how.
    ended: Option<(Timestamp, String)>,
}

impl Log {
    /// Notes what is asked.
    pub(super) fn asked(&mut self, effects: &[Effect], now: Timestamp) {
        for effect in effects {
            if let Effect::Cancel(task) = effect {
                self.end(*task, now, || "given up".to_owned());
            }
            if let Some((task, what)) = described(effect) {
                if self.0.len() == ENTRIES_MAX {
                    self.0.pop_front();
                }
                let what = Untrusted::new(what).line().chars().take(ABOUT_MAX).collect();
                self.0.push_back(Entry { task, at: now, what, ended: None });
            }
        }
    }

    /// Notes what came of it.
    pub(super) fn answered(&mut self, task: TaskId, reply: &Reply, now: Timestamp) {
        if let Some(outcome) = outcome(reply) {
            self.end(task, now, || outcome);
        }
    }

    fn end(&mut self, task: TaskId, now: Timestamp, how: impl FnOnce() -> String) {
        if let Some(entry) = self.0.iter_mut().rev().find(|entry| entry.task == task && entry.ended.is_none()) {
            entry.ended = Some((now, how()));
        }
    }

    /// A line a request, latest first: when, how long it took, what came of it, what it was.
    pub fn lines(&self) -> Vec<String> {
        let line = |entry: &Entry| {
            let (took, how) = match &entry.ended {
                Some((ended, how)) => (format!("{} ms", ended.since(entry.at).ticks() / 10_000), how.as_str()),
                None => ("…".to_owned(), "under way"),
            };
            format!("{}  {took:>8}  {how}  {}", entry.at.to_clock_text(), entry.what)
        };
        self.0.iter().rev().map(line).collect()
    }
}

impl App {
    /// Shows what was asked of the tenant.
    pub(super) fn show_log(&mut self) {
        let mut lines = self.log.lines();
        if lines.is_empty() {
            lines.push("nothing was asked yet".to_owned());
        }
        self.overlays.push(Overlay::Message(Message { title: "Requests, latest first".to_owned(), lines, scroll: 0 }));
    }
}

/// The request behind an effect; `None` where it asks the tenant nothing.
fn described(effect: &Effect) -> Option<(TaskId, String)> {
    let list = |path: &str, filter: &Option<String>| {
        format!("GET {path}{}", filter.as_ref().map(|filter| format!("?$filter={filter}")).unwrap_or_default())
    };
    Some(match effect {
        Effect::FetchIncidents(task, query) => (*task, list("/security/incidents", &query.filter)),
        Effect::FetchAlerts(task, query) => (*task, list("/security/alerts_v2", &query.filter)),
        Effect::FetchIncident(task, id) => (*task, format!("GET /security/incidents/{id}?$expand=alerts")),
        Effect::FetchUser(task, key) => (*task, format!("GET /users/{key}")),
        Effect::FetchManager(task, key) => (*task, format!("GET /users/{key}/manager")),
        Effect::FetchRiskyUser(task, id) => (*task, format!("GET /identityProtection/riskyUsers/{id}")),
        Effect::FetchRiskHistory(task, id) => (*task, format!("GET /identityProtection/riskyUsers/{id}/history")),
        Effect::Hunt(task, query) => {
            let text: Vec<&str> = query.text.split_whitespace().collect();
            (*task, format!("POST /security/runHuntingQuery {}", text.join(" ")))
        }
        Effect::Apply(task, plan) => {
            (*task, format!("PATCH, POST: {}, {}", plan.title, count(plan.rows.len(), "record")))
        }
        Effect::ReadAgain(task, targets) => {
            let targets: Vec<String> = targets.iter().map(crate::triage::Target::wire).collect();
            (*task, format!("GET again: {}", targets.join(", ")))
        }
        _ => return None,
    })
}

/// What came of a request; `None` while more of it is to come.
fn outcome(reply: &Reply) -> Option<String> {
    fn of<T>(result: &Result<T, Failure>, told: impl FnOnce(&T) -> String) -> String {
        match result {
            Ok(value) => told(value),
            Err(failure) => {
                let id = failure.request_id.as_ref().map(|id| format!(" (request {id})")).unwrap_or_default();
                format!("failed: {}{id}", failure.why.line())
            }
        }
    }
    match reply {
        Reply::Incidents(Ok(page)) if !page.is_last => None,
        Reply::Alerts(Ok(page)) if !page.is_last => None,
        Reply::Incidents(page) => Some(of(page, |_| "ok".to_owned())),
        Reply::Alerts(page) => Some(of(page, |_| "ok".to_owned())),
        Reply::Incident(found) => Some(of(found, |_| "ok".to_owned())),
        Reply::User(found) => Some(of(found, |_| "ok".to_owned())),
        Reply::Manager(found) => Some(of(found, |found| found.as_ref().map_or("none", |_| "ok").to_owned())),
        Reply::RiskyUser(found) => Some(of(found, |found| found.as_ref().map_or("none", |_| "ok").to_owned())),
        Reply::Hunt(outcome) => Some(of(outcome, |outcome| count(outcome.result.rows.len(), "row"))),
        Reply::Wrote(applied) => match &applied.outcome {
            Outcome::Failed(failure) => Some(of::<()>(&Err(failure.clone()), |()| String::new())),
            Outcome::Done(_) | Outcome::Unread(_) | Outcome::Conflict(_) => None,
        },
        Reply::Applied(_) | Reply::Read(_) => Some("ok".to_owned()),
        Reply::RiskHistory(found) => Some(of(found, |_| "ok".to_owned())),
        // What is kept, copied or written here asks the tenant nothing.
        _ => None,
    }
}
