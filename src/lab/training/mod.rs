//! A trainee's session: what was looked at and decided, and how that compares with the truth of the planted stories.
//!
//! The lab notes requests that name one incident or alert: reading it is a touch, writing it a decision. Listing a queue
//! is no touch. What the lab itself changes is nobody's act. [`mod@score`] judges.

pub mod score;
pub mod tell;

use super::call::Call;
use super::tenant::Tenant;
use crate::base::Timestamp;
use score::{Outcome, score};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

/// What was done with one incident or alert.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// First request that named it.
    pub first: Timestamp,
    /// Classification given last, in the session.
    pub classification: Option<String>,
    /// Determination given last, in the session.
    pub determination: Option<String>,
    /// When the last of the two was given.
    pub judged: Option<Timestamp>,
    /// Whether someone took it.
    pub assigned: bool,
    /// Whether something was written about it.
    pub commented: bool,
    /// Whether its last status is resolved.
    pub resolved: bool,
}

/// What a trainee did since a beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Journal {
    /// When the session began.
    pub began: Timestamp,
    /// By id of an incident or alert.
    pub touched: BTreeMap<String, Touched>,
}

/// A request that names one incident or alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    id: String,
    act: Act,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Act {
    Read,
    Commented,
    Changed(Value),
}

impl Seen {
    /// That `id` was changed by `body`, or read where that is null.
    #[cfg(test)]
    fn new(id: &str, body: &Value) -> Self {
        let act = if body.is_null() { Act::Read } else { Act::Changed(body.clone()) };
        Self { id: id.to_owned(), act }
    }

    /// What `call` of `method` would be noted as, once it has succeeded; `None` where it names no incident or alert.
    pub fn of(method: &str, call: &Call) -> Option<Self> {
        let path: Vec<&str> = call.path.split('/').filter(|segment| !segment.is_empty()).collect();
        let ["security", "incidents" | "alerts_v2", id, rest @ ..] = path.as_slice() else { return None };
        let act = match (method, rest) {
            ("GET", [] | ["alerts"]) => Act::Read,
            ("POST", ["comments"]) => Act::Commented,
            ("PATCH", []) => Act::Changed(call.json()?),
            _ => return None,
        };
        Some(Self { id: (*id).to_owned(), act })
    }
}

impl Journal {
    /// A session that begins at `began`.
    pub fn beginning_at(began: Timestamp) -> Self {
        Self { began, touched: BTreeMap::new() }
    }

    /// Notes an act that succeeded at `now`.
    pub fn note(&mut self, seen: Seen, now: Timestamp) {
        let touched = self.touched.entry(seen.id).or_insert_with(|| Touched { first: now, ..Touched::default() });
        match seen.act {
            Act::Read => {}
            Act::Commented => touched.commented = true,
            Act::Changed(body) => {
                let text = |name: &str| body.get(name).and_then(Value::as_str);
                for (name, given) in
                    [("classification", &mut touched.classification), ("determination", &mut touched.determination)]
                {
                    if let Some(word) = text(name) {
                        *given = (word != "unknown").then(|| word.to_owned());
                        touched.judged = Some(now);
                    }
                }
                touched.assigned |= text("assignedTo").is_some_and(|who| !who.trim().is_empty());
                touched.commented |= text("resolvingComment").is_some_and(|words| !words.trim().is_empty());
                if let Some(status) = text("status") {
                    touched.resolved = status.eq_ignore_ascii_case("resolved");
                }
            }
        }
    }
}

/// The journal of the session that runs.
#[derive(Debug, Default)]
pub struct Training(Mutex<Journal>);

impl Training {
    /// A session that begins at `began`.
    pub fn beginning_at(began: Timestamp) -> Self {
        Self(Mutex::new(Journal::beginning_at(began)))
    }

    /// Notes an act that succeeded at `now`.
    pub fn note(&self, seen: Seen, now: Timestamp) {
        self.lock().note(seen, now);
    }

    /// Begins again at `now`.
    pub fn reset(&self, now: Timestamp) {
        *self.lock() = Journal::beginning_at(now);
    }

    /// How the session compares with the stories of `tenant`, as of `now`.
    pub fn score(&self, tenant: &Tenant, now: Timestamp) -> Outcome {
        let journal = self.lock().clone();
        let incidents: BTreeSet<&str> = tenant.incidents.keys().map(String::as_str).collect();
        score(&tenant.stories, &journal, &incidents, now)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Journal> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
