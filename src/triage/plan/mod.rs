//! Every write is first a plan: which records, what changes, what else follows, what Purview will do, and what forbids
//! it. A plan is plain data; the same one is shown and sent.

mod build;
#[cfg(test)]
mod tests;

pub use build::plan;

use super::purview::PurviewEffect;
use crate::base::text::clip;
use crate::base::{Timestamp, Untrusted};
use crate::model::{Alert, AlertStatus, Classification, Determination, Incident, IncidentStatus, Update};

/// How much of an alert's id a heading shows.
const ALERT_ID_CELLS: usize = 12;

/// What is written to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    /// The incident of this id.
    Incident(Box<str>),
    /// The alert of this id.
    Alert(Box<str>),
}

impl Target {
    /// The id.
    pub fn id(&self) -> &str {
        match self {
            Self::Incident(id) | Self::Alert(id) => id,
        }
    }

    /// `incident 4127` or `alert ir2f09c41d…`: alert ids are long, and their title stands beside them.
    pub fn title(&self) -> String {
        match self {
            Self::Incident(id) => format!("incident {id}"),
            Self::Alert(id) => format!("alert {}", clip(id, ALERT_ID_CELLS)),
        }
    }
}

/// The records a plan is about.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// An incident and the alerts known to be in it.
    Incident(&'a Incident, &'a [&'a Alert]),
    /// Alerts by themselves.
    Alerts(&'a [&'a Alert]),
}

/// A status an analyst can set; incidents and alerts word the first one differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Untouched: `active` on an incident, `new` on an alert.
    New,
    /// Being worked on.
    InProgress,
    /// Closed.
    Resolved,
}

impl Status {
    /// All, in the order of work.
    pub const ALL: [Self; 3] = [Self::New, Self::InProgress, Self::Resolved];

    /// The word on screen.
    pub const fn title(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::InProgress => "in progress",
            Self::Resolved => "resolved",
        }
    }

    /// An incident's word for it.
    pub const fn of_incident(self) -> IncidentStatus {
        match self {
            Self::New => IncidentStatus::Active,
            Self::InProgress => IncidentStatus::InProgress,
            Self::Resolved => IncidentStatus::Resolved,
        }
    }

    /// An alert's word for it.
    pub const fn of_alert(self) -> AlertStatus {
        match self {
            Self::New => AlertStatus::New,
            Self::InProgress => AlertStatus::InProgress,
            Self::Resolved => AlertStatus::Resolved,
        }
    }
}

/// A classification with its determination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it was found to be.
    pub classification: Classification,
    /// The finer finding.
    pub determination: Determination,
}

impl Finding {
    /// The words on screen.
    pub fn title(&self) -> String {
        match self.determination {
            Determination::Unknown => self.classification.title().to_owned(),
            _ => format!("{}, {}", self.classification.title(), self.determination.title()),
        }
    }
}

/// What an analyst wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Give it to the owner of this UPN; `None` makes it nobody's.
    Assign(Option<String>),
    /// Set where it stands.
    SetStatus(Status),
    /// Say what it is.
    Classify(Finding),
    /// Say what it is and close it.
    Resolve(Finding),
    /// Remark on it.
    Comment(String),
}

/// A property that a plan changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Where it stands.
    Status,
    /// What it was found to be.
    Classification,
    /// The finer finding.
    Determination,
    /// Whose it is.
    Owner,
    /// A remark is added.
    Comment,
}

impl Field {
    /// The word on screen.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Classification => "classification",
            Self::Determination => "determination",
            Self::Owner => "owner",
            Self::Comment => "comment",
        }
    }
}

/// One property, before and after, in words for a screen.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    /// Which.
    pub field: Field,
    /// Before, as last read.
    pub old: Untrusted,
    /// After.
    pub new: Untrusted,
}

/// One record of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Which record.
    pub target: Target,
    /// Its title.
    pub title: Untrusted,
    /// `lastUpdateDateTime` as last read: a record that has moved on since is not written.
    pub last_update: Option<Timestamp>,
    /// What changes, property by property.
    pub changes: Vec<FieldChange>,
    /// What is sent.
    pub body: Body,
    /// What would put it back; `None` where nothing can.
    pub inverse: Option<Update>,
}

/// What is sent for one record.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// A PATCH.
    Update(Update),
    /// A POST of a comment.
    Comment(String),
}

/// One request of a plan, exactly as it will be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Write {
    /// Which record.
    pub target: Target,
    /// Refused if the record's `lastUpdateDateTime` differs when read again.
    pub last_update: Option<Timestamp>,
    /// What is sent.
    pub body: Body,
}

/// Why a plan cannot be applied, and what to do instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// What is wrong.
    pub why: String,
    /// What to do.
    pub remedy: &'static str,
}

/// A write, ready to be read by a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What it does, e.g. `Resolve incident 4127 as true positive`.
    pub title: String,
    /// The records, in the order they are written.
    pub rows: Vec<Row>,
    /// What follows without being asked for.
    pub side_effects: Vec<String>,
    /// What happens in Purview, an entry an insider-risk alert.
    pub purview: Vec<PurviewEffect>,
    /// What to think about first.
    pub warnings: Vec<String>,
    /// What forbids it.
    pub stops: Vec<Stop>,
}

impl Plan {
    /// Whether it may be sent: nothing forbids it and something changes.
    pub fn is_applicable(&self) -> bool {
        self.stops.is_empty() && !self.rows.is_empty()
    }

    /// Exactly what will be sent, in order; nothing where the plan may not be applied.
    pub fn requests(&self) -> Vec<Write> {
        if !self.is_applicable() {
            return Vec::new();
        }
        self.rows
            .iter()
            .map(|row| Write { target: row.target.clone(), last_update: row.last_update, body: row.body.clone() })
            .collect()
    }

    /// What would put the rows of `written` back, in reverse order, as updates of the records those targets are by then;
    /// and what cannot be taken back.
    pub fn inverse(&self, written: &[Target]) -> (Vec<(Target, Update)>, Vec<String>) {
        let mut updates = Vec::new();
        let mut lost = Vec::new();
        for row in self.rows.iter().rev().filter(|row| written.contains(&row.target)) {
            match &row.inverse {
                Some(update) => updates.push((row.target.clone(), update.clone())),
                None => lost.push(format!("a comment on {} can be neither edited nor deleted", row.target.title())),
            }
        }
        (updates, lost)
    }

    /// When Purview will have followed at the latest if the plan is applied at `now`; `None` where it has nothing to
    /// follow.
    pub fn purview_by(&self, now: Timestamp) -> Option<Timestamp> {
        self.purview.iter().filter(|effect| effect.changes()).map(|effect| now + effect.within).max()
    }
}
