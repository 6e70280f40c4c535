//! Records on their way to a SIEM: what is due, and the forms they take. What sends them is `runtime::siem`.

pub mod cef;
pub mod checkpoint;
pub mod ecs;
mod named;
pub mod ocsf;
pub mod syslog;
#[cfg(test)]
mod tests;

pub use checkpoint::Checkpoint;

use crate::base::text::json_line;
use crate::base::{TimeSpan, Timestamp};
use crate::model::{Alert, FromJson, Incident, Severity};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::str::FromStr;

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// An alert with its evidence.
    Alert,
    /// An incident without its alerts, which are records of their own.
    Incident,
}

impl Kind {
    /// The word in messages, singular.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Alert => "alert",
            Self::Incident => "incident",
        }
    }
}

/// A record as Graph sent it, and what of it is understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Every property, as it came.
    pub sent: Value,
    known: Known,
}

#[derive(Clone, Debug, PartialEq)]
enum Known {
    Alert(Box<Alert>),
    Incident(Box<Incident>),
}

impl Record {
    /// Reads `sent`; `None` where it is no such record, which takes an id.
    pub fn read(kind: Kind, sent: Value) -> Option<Self> {
        let known = match kind {
            Kind::Alert => Known::Alert(Box::new(Alert::from_json(sent.clone()).ok()?)),
            Kind::Incident => Known::Incident(Box::new(Incident::from_json(sent.clone()).ok()?)),
        };
        Some(Self { sent, known })
    }

    /// What it is.
    pub const fn kind(&self) -> Kind {
        match self.known {
            Known::Alert(_) => Kind::Alert,
            Known::Incident(_) => Kind::Incident,
        }
    }

    /// The alert, where it is one.
    pub const fn alert(&self) -> Option<&Alert> {
        match &self.known {
            Known::Alert(alert) => Some(alert),
            Known::Incident(_) => None,
        }
    }

    /// The incident, where it is one.
    pub const fn incident(&self) -> Option<&Incident> {
        match &self.known {
            Known::Alert(_) => None,
            Known::Incident(incident) => Some(incident),
        }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        match &self.known {
            Known::Alert(alert) => &alert.id,
            Known::Incident(incident) => &incident.id,
        }
    }

    /// When it last changed: each change is an event of its own to a SIEM.
    pub fn changed(&self) -> Option<Timestamp> {
        match &self.known {
            Known::Alert(alert) => alert.last_update.or(alert.created),
            Known::Incident(incident) => incident.last_update.or(incident.created),
        }
    }

    /// How grave it is.
    pub fn severity(&self) -> &Severity {
        match &self.known {
            Known::Alert(alert) => &alert.severity,
            Known::Incident(incident) => &incident.severity,
        }
    }

    /// Names this state of the record, and no other state of it: the same wherever and however often it is sent.
    pub fn event_id(&self) -> String {
        let changed = self.changed().map(|at| at.to_string()).unwrap_or_default();
        format!("{}:{}@{changed}", self.kind().title(), self.id())
    }
}

/// The form of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// As Graph sent it, JSON.
    Graph,
    /// Elastic Common Schema 8, JSON; what Graph sent is under `microsoft.graph`.
    Ecs,
    /// OCSF 1.3, JSON: Detection Finding and Incident Finding; what Graph sent is in `raw_data`.
    Ocsf,
    /// `ArcSight`'s Common Event Format, text.
    Cef,
}

impl Format {
    /// All.
    pub const ALL: [Self; 4] = [Self::Graph, Self::Ecs, Self::Ocsf, Self::Cef];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Graph => "graph",
            Self::Ecs => "ecs",
            Self::Ocsf => "ocsf",
            Self::Cef => "cef",
        }
    }

    /// Whether it is JSON, one object a line.
    pub const fn is_json(self) -> bool {
        !matches!(self, Self::Cef)
    }

    /// `record` in this form, on one line in which nothing drives a terminal.
    pub fn line(self, record: &Record) -> String {
        let json = match self {
            Self::Graph => record.sent.to_string(),
            Self::Ecs => ecs::event(record).to_string(),
            Self::Ocsf => ocsf::finding(record).to_string(),
            Self::Cef => return cef::line(record),
        };
        json_line(&json).into_owned()
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|format| format.name() == text);
        known.ok_or_else(|| format!("known are {}", Self::ALL.map(Self::name).join(", ")))
    }
}

/// Milliseconds since 1970.
fn milliseconds(at: Timestamp) -> i64 {
    let TimeSpan(ticks) = at.since(Timestamp::from_unix_seconds(0));
    ticks.div_euclid(10_000)
}

/// `value` without its nulls and empty texts, lists and objects, at any depth.
fn dense(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .map(|(name, member)| (name, dense(member)))
            .filter(|(_, member)| !is_void(member))
            .collect(),
        Value::Array(items) => items.into_iter().map(dense).filter(|item| !is_void(item)).collect(),
        other => other,
    }
}

fn is_void(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Where an insider-risk alert stands in Purview by the published mapping; null for any other record. No API tells it.
fn purview(record: &Record) -> Value {
    match &record.known {
        Known::Alert(alert) if alert.is_insider_risk() => {
            let state = crate::triage::purview::state_of(&alert.status, &alert.classification);
            json!({"status": state.map(crate::triage::purview::PurviewState::title), "derived": true})
        }
        Known::Alert(_) | Known::Incident(_) => Value::Null,
    }
}
