//! How far an export has come, so that the next run goes on there: nothing is left out, and nothing sent twice that is
//! known to have arrived.
//!
//! Graph does not promise an order, and a record may be listed a little after the instant it bears. So what was sent
//! is remembered by id and instant of change for a while, and each run asks again for that while.
//!
//! As text it is a line that says all, and after it a line for each [`Step`] since: noting what was sent costs what was
//! sent, however much was sent before. A last line that ended early, as the process died, counts as not written.

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

/// One thing that happened to an export.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// Records were taken: the change of each, by its id.
    Sent(Kind, BTreeMap<String, Timestamp>),
    /// Every change listed so far was taken.
    Settled(Kind),
}

impl Step {
    /// That `records` were taken.
    pub fn sent<'a>(kind: Kind, records: impl IntoIterator<Item = &'a Record>) -> Self {
        let changes = records.into_iter().filter_map(|record| Some((record.id().to_owned(), record.changed()?)));
        Self::Sent(kind, changes.collect())
    }

    /// As a line of a file.
    pub fn line(&self) -> String {
        line(self)
    }
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

impl From<serde_json::Error> for Unusable {
    fn from(error: serde_json::Error) -> Self {
        Self::Unreadable(error.to_string())
    }
}

impl Checkpoint {
    /// The beginning of the export `of`.
    pub fn new(of: impl Into<String>) -> Self {
        Self { version: VERSION, of: of.into(), kinds: BTreeMap::new() }
    }

    /// Reads what [`Self::line`] and then each [`Step::line`] wrote, for the export `of`.
    ///
    /// # Errors
    /// Where it cannot be read, or is of another export.
    pub fn read(text: &[u8], of: &str) -> Result<Self, Unusable> {
        let mut lines = text.split_inclusive(|byte| *byte == b'\n');
        let mut read: Self = serde_json::from_slice(lines.next().unwrap_or_default())?;
        if read.version != VERSION {
            return Err(Unusable::Version(read.version));
        }
        if read.of != of {
            return Err(Unusable::Other(read.of));
        }
        for line in lines.filter(|line| line.ends_with(b"\n")) {
            read.apply(&serde_json::from_slice(line)?);
        }
        Ok(read)
    }

    /// All of it, as the first line of a file.
    pub fn line(&self) -> String {
        line(self)
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

    /// Takes `step`; whether it says something new.
    pub fn apply(&mut self, step: &Step) -> bool {
        match step {
            Step::Sent(kind, changes) => {
                let sent = &mut self.kinds.entry(*kind).or_default().sent;
                sent.extend(changes.iter().map(|(id, changed)| (id.clone(), *changed)));
                !changes.is_empty()
            }
            Step::Settled(kind) => self.kinds.entry(*kind).or_default().settle(),
        }
    }
}

impl Progress {
    /// Goes by the service's instants, never by this machine's clock.
    fn settle(&mut self) -> bool {
        let before = (self.settled, self.sent.len());
        self.settled = self.settled.max(self.sent.values().copied().max());
        if let Some(settled) = self.settled {
            self.sent.retain(|_, changed| *changed >= settled - OVERLAP);
        }
        (self.settled, self.sent.len()) != before
    }
}

fn line(of: &impl Serialize) -> String {
    // Plain maps of texts and numbers always serialise.
    let mut line = serde_json::to_string(of).unwrap_or_default();
    line.push('\n');
    line
}
