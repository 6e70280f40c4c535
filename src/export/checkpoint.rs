//! How far an export has come, so that the next run goes on there: nothing is left out, and nothing sent twice that is
//! known to have arrived.
//!
//! Graph does not promise an order, and a record may be listed a little after the instant it bears. So what was sent
//! is remembered by id and instant of change for a while, and each run asks again for that while.

use super::{Kind, Record};
use crate::base::{TimeSpan, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How far back each run asks again.
pub const OVERLAP: TimeSpan = TimeSpan::minutes(30);

/// What this build writes.
const VERSION: u32 = 1;

/// How far an export has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    version: u32,
    /// Which export it is of: destination, form and filter. Another must not go on from here.
    pub of: String,
    /// By kind of record.
    kinds: BTreeMap<Kind, Progress>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Progress {
    /// Every change up to here was sent, but for what is listed late.
    settled: Option<Timestamp>,
    /// The last change sent of each record that changed since [`OVERLAP`] before that.
    sent: BTreeMap<String, Timestamp>,
}

/// Why a checkpoint is of no use.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// It cannot be read.
    #[error("it is no checkpoint: {0}")]
    Unreadable(String),
    /// Another build wrote it.
    #[error("it is of version {0}, which this build does not know")]
    Version(u32),
    /// It belongs to something else.
    #[error("it is of another export ({0})")]
    Other(String),
}

impl Checkpoint {
    /// The beginning of the export `of`.
    pub fn new(of: impl Into<String>) -> Self {
        Self { version: VERSION, of: of.into(), kinds: BTreeMap::new() }
    }

    /// Reads what [`Self::text`] wrote, for the export `of`.
    ///
    /// # Errors
    /// Where it cannot be read, or is of another export.
    pub fn read(text: &str, of: &str) -> Result<Self, Unusable> {
        let read: Self = serde_json::from_str(text).map_err(|error| Unusable::Unreadable(error.to_string()))?;
        match read {
            Self { version, .. } if version != VERSION => Err(Unusable::Version(version)),
            Self { of: other, .. } if other != of => Err(Unusable::Other(other)),
            read => Ok(read),
        }
    }

    /// As text for a file.
    pub fn text(&self) -> String {
        // Plain maps of texts and numbers always serialise.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// From when on changes of `kind` must be asked for; `None` where nothing was ever sent.
    pub fn asks_from(&self, kind: Kind) -> Option<Timestamp> {
        Some(self.kinds.get(&kind)?.settled? - OVERLAP)
    }

    /// Whether `record` in its present state has yet to be sent.
    pub fn is_due(&self, record: &Record) -> bool {
        let Some(changed) = record.changed() else { return true };
        let sent = self.kinds.get(&record.kind()).and_then(|progress| progress.sent.get(record.id()));
        sent.is_none_or(|sent| *sent < changed)
    }

    /// That `record` was taken.
    pub fn sent(&mut self, record: &Record) {
        if let Some(changed) = record.changed() {
            self.kinds.entry(record.kind()).or_default().sent.insert(record.id().to_owned(), changed);
        }
    }

    /// That every change of `kind` listed so far was taken. Goes by the service's instants, never by this machine's clock.
    pub fn settle(&mut self, kind: Kind) {
        let progress = self.kinds.entry(kind).or_default();
        progress.settled = progress.settled.max(progress.sent.values().copied().max());
        if let Some(settled) = progress.settled {
            progress.sent.retain(|_, changed| *changed >= settled - OVERLAP);
        }
    }
}
