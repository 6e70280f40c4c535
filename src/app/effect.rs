//! Work for the runtime, as data: comparable, loggable, never a closure.

use super::warm::Queues;
use crate::triage::journal::Entry;
use crate::triage::pseudonym::Spelled;
use crate::triage::{Plan, Target};

/// Names one piece of work. Replies carry it; one that is no longer awaited changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskId(pub u64);

/// Work to do outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Page through `/security/incidents`: a [`Reply::Incidents`](super::Reply::Incidents) a page.
    FetchIncidents(TaskId, ListQuery),
    /// Page through `/security/alerts_v2`: a [`Reply::Alerts`](super::Reply::Alerts) a page.
    FetchAlerts(TaskId, ListQuery),
    /// One incident with its alerts expanded: a [`Reply::Incident`](super::Reply::Incident).
    FetchIncident(TaskId, Box<str>),
    /// `/users/{key}`, by object id or UPN: a [`Reply::User`](super::Reply::User).
    FetchUser(TaskId, Box<str>),
    /// `/users/{key}/manager`: a [`Reply::Manager`](super::Reply::Manager).
    FetchManager(TaskId, Box<str>),
    /// `/identityProtection/riskyUsers/{object id}`: a [`Reply::RiskyUser`](super::Reply::RiskyUser).
    FetchRiskyUser(TaskId, Box<str>),
    /// `/identityProtection/riskyUsers/{object id}/history`: a [`Reply::RiskHistory`](super::Reply::RiskHistory).
    FetchRiskHistory(TaskId, Box<str>),
    /// `/security/runHuntingQuery`: a [`Reply::Hunt`](super::Reply::Hunt).
    Hunt(TaskId, HuntQuery),
    /// Send a plan's requests: a [`Reply::Wrote`](super::Reply::Wrote) each, then a
    /// [`Reply::Applied`](super::Reply::Applied).
    ///
    /// Every record is read again before the first request is sent; one whose `lastUpdateDateTime` differs from the
    /// plan's is not written and answers [`Outcome::Conflict`](super::reply::Outcome::Conflict).
    Apply(TaskId, Box<Plan>),
    /// Send nothing more of the plan that this task applies: the request under way ends, the rest answers as failed.
    StopApplying(TaskId),
    /// Check the way to the tenant and what may be done there: a [`Reply::Examined`](super::Reply::Examined) a step.
    Examine(TaskId),
    /// Give up the sign-in that waits for a person; the calls that wait for it fail.
    CancelSignIn,
    /// Read records again: a [`Reply::Read`](super::Reply::Read).
    ReadAgain(TaskId, Vec<Target>),
    /// What the local store has kept: a [`Reply::Restored`](super::Reply::Restored).
    Restore(TaskId),
    /// Keep the first of the queues in place of those kept before; `None` forgets these.
    KeepQueues(Option<Box<Queues>>),
    /// Write text to a new file of this name, readable by its owner alone: a [`Reply::Exported`](super::Reply::Exported).
    Export(TaskId, String, String),
    /// Keep text that is being written under a key; an empty one is forgotten.
    SaveDraft(String, String),
    /// Add an entry to the journal: [`Event::Journaled`](super::Event::Journaled).
    Record(Box<Entry>),
    /// Put a query into the history.
    RememberQuery(String),
    /// Keep who is called what.
    KeepPseudonyms(Vec<Spelled>),
    /// What was asked of the tenant so far: a [`Reply::Requests`](super::Reply::Requests).
    ReadLog(TaskId),
    /// Give up a task; it replies no more.
    Cancel(TaskId),
    /// Send [`Event::Woke`](super::Event::Woke) later; a second one of the same timer replaces the first.
    Wake {
        /// Which.
        timer: Timer,
        /// When, from now.
        after_ms: u64,
    },
    /// Put text on the clipboard. It is safe for a terminal already.
    Copy(String),
    /// Have text written in the analyst's own editor: a [`Reply::Edited`](super::Reply::Edited).
    Edit(TaskId, String),
    /// Draw attention beyond the screen: a bell, and this text where the terminal shows such. It is safe for one.
    Notify(String),
    /// End the program.
    Exit,
}

/// Which records a list fetch asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// `$filter`, where the server is to narrow.
    pub filter: Option<String>,
    /// The most records to fetch over all pages.
    pub records_max: usize,
}

/// A hunting query to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HuntQuery {
    /// KQL.
    pub text: String,
    /// ISO 8601 duration or interval that bounds `Timestamp`; `None` leaves the service's 30 days.
    pub timespan: Option<String>,
}

/// A timer of the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Timer {
    /// Time to fetch the queues again.
    Refresh,
    /// A notice may have expired.
    Notices,
    /// Nobody has typed for a while: time to keep the session.
    Session,
    /// A second of the time in which a plan can still be stopped is over.
    Grace,
    /// A name was shown long enough.
    Reveal,
}
