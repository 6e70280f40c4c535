//! What effects bring back.

use crate::base::Untrusted;
use crate::model::{Alert, HuntingResult, Incident, RiskChange, RiskyUser, User};
use crate::triage::Target;
use crate::triage::journal::Record;
use crate::triage::pseudonym::Book;

/// An effect's result.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// A page of incidents.
    Incidents(Result<Page<Incident>, Failure>),
    /// A page of alerts.
    Alerts(Result<Page<Alert>, Failure>),
    /// One incident, its alerts expanded.
    Incident(Result<Box<Incident>, Failure>),
    /// A directory user.
    User(Result<Box<User>, Failure>),
    /// Their manager; `None` where the directory names none.
    Manager(Result<Option<Box<User>>, Failure>),
    /// Entra's risk of a user; `None` where Entra has recorded none (404).
    RiskyUser(Result<Option<Box<RiskyUser>>, Failure>),
    /// What a user's risk was over time, the latest first; none for a user who was never at risk.
    RiskHistory(Result<Vec<RiskChange>, Failure>),
    /// A hunting result.
    Hunt(Result<HuntOutcome, Failure>),
    /// What became of the next request of a plan under way.
    Wrote(Applied),
    /// What became of the requests of a plan that were not told yet, in order: it has come to its end.
    Applied(Vec<Applied>),
    /// Records as they are now.
    Read(Vec<(Target, Result<Fresh, Failure>)>),
    /// What the local store has kept.
    Restored(Result<Box<Kept>, Failure>),
    /// One more thing that the doctor found.
    Examined(super::doctor::Step),
    /// What was asked of the tenant, in order.
    Requests(Vec<super::log::Request>),
    /// A file was written: its path.
    Exported(Result<String, Failure>),
    /// What the analyst's own editor left of a text.
    Edited(Result<String, Failure>),
    /// Text was copied.
    Copied(Result<Copied, Failure>),
}

/// Text that was copied. Whether the terminal took it nobody knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Its length.
    pub bytes: usize,
    /// The file it went to, where it is more than a clipboard takes.
    pub file: Option<String>,
}

/// Some records of a paged answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// The records.
    pub items: Vec<T>,
    /// Whether more follow.
    pub is_last: bool,
}

/// A hunting result with what it cost.
#[derive(Clone, Debug, PartialEq)]
pub struct HuntOutcome {
    /// The rows.
    pub result: Box<HuntingResult>,
    /// From sending to the last byte.
    pub took_ms: u64,
    /// Size of the answer's body, decompressed.
    pub bytes: u64,
}

/// What became of one request of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Applied {
    /// The record.
    pub target: Target,
    /// What happened.
    pub outcome: Outcome,
    /// The `client-request-id` of the write, where it was sent and answered.
    pub request_id: Option<String>,
}

/// What the local store has kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kept {
    /// Text that was being written, by key.
    pub drafts: Vec<(String, String)>,
    /// The last records of the journal, in order.
    pub records: Vec<Record>,
    /// The last queries that were run, latest first.
    pub queries: Vec<String>,
    /// Every note, in order.
    pub notes: Vec<Record>,
    /// Who is called what.
    pub pseudonyms: Book,
}

/// How a request of a plan ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Written; the record as it is now.
    Done(Fresh),
    /// Written, but the record could not be read again.
    Unread(Failure),
    /// Not written: someone changed it since it was read. The record as it is now.
    Conflict(Fresh),
    /// Not written, or not known to be.
    Failed(Failure),
}

/// A record as just read.
#[derive(Clone, Debug, PartialEq)]
pub enum Fresh {
    /// An incident.
    Incident(Box<Incident>),
    /// An alert.
    Alert(Box<Alert>),
    /// An account.
    Account(Box<User>),
    /// Entra's risk of a user; a risk of none where none is recorded.
    Risk(Box<RiskyUser>),
}

/// Why something could not be had, in words an analyst can act on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What was asked for, e.g. `the incident queue`.
    pub what: String,
    /// The kind of obstacle.
    pub cause: Cause,
    /// What happened, one sentence; may carry the service's words.
    pub why: Untrusted,
    /// What to do about it, one sentence.
    pub remedy: String,
    /// The service's request id, for a support case.
    pub request_id: Option<String>,
}

/// Kinds of obstacle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// This permission or role is missing.
    Permission(String),
    /// Signed out, or refused.
    SignIn,
    /// Asked too often.
    Throttled,
    /// The service cannot be reached.
    Offline,
    /// There is no such record.
    NotFound,
    /// The service does not accept the query.
    BadQuery {
        /// In the service's words.
        message: Untrusted,
    },
    /// The tenant has no such hunting table, or does not show it; its name.
    NoTable(Untrusted),
    /// The tenant has no licence for it.
    NotLicensed,
    /// The service failed.
    Service,
    /// The local store failed.
    Store,
}
