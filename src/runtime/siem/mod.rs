//! Carries records on to a SIEM: asks Graph what changed, and gives each to a sink before it counts as sent.
//!
//! Delivery is at least once. What a sink took is in the checkpoint; a process that dies between the two sends those
//! records again, with the same event id.

mod destination;
mod file;
mod http;
mod state;
mod stream;

pub use destination::Destination;
pub use state::State;

use super::failure::failure;
use crate::app::Failure;
use crate::base::{TimeSpan, Timestamp, Untrusted};
use crate::export::{Format, Kind, Record};
use crate::graph::api::{AsSent, alerts, incidents};
use crate::graph::{Client, Page};
use futures_util::future::BoxFuture;
use futures_util::{Stream, StreamExt as _};
use serde_json::Value;
use std::pin::Pin;

/// Alerts a page: large enough to be quick, small enough to be given on soon.
const ALERTS_PAGE: usize = 200;
/// The least time whose changes are asked for at once.
const SLICE_MIN: TimeSpan = TimeSpan::minutes(1);

/// Where records go.
pub trait Sink: Send {
    /// Gives `batch` over; when it answers well, all of it was taken.
    fn send<'a>(&'a mut self, batch: &'a [Message]) -> BoxFuture<'a, Result<(), SinkError>>;

    /// The end: sees that what was given over is not lost by leaving.
    fn close(&mut self) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// A record in the form that is sent.
#[derive(Clone, Debug)]
pub struct Message {
    /// The record, as Graph sent it: what it is, how grave, and which state of it.
    pub record: Record,
    /// Its form on one line, the only part of it that carries names.
    pub line: String,
}

/// Why a sink took nothing, or not all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SinkError {
    /// What went wrong, without the destination's name; never holds a secret.
    pub why: Untrusted,
    /// What to do.
    pub remedy: &'static str,
    /// What kind of failure it is.
    pub kind: SinkFailure,
}

/// Kinds of failure of a sink.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SinkFailure {
    /// It is not there, or busy: later it may be.
    Unavailable,
    /// It refuses whoever asks.
    Refused,
    /// It does not take this, now or later.
    Unacceptable,
    /// Whoever reads standard output has read enough, as `head` does.
    Content,
}

impl SinkError {
    fn new(kind: SinkFailure, why: impl Into<Untrusted>, remedy: &'static str) -> Self {
        Self { why: why.into(), remedy, kind }
    }
}

/// Why a run ended early. What was sent by then is in the checkpoint.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// Graph did not answer.
    Source(Box<Failure>),
    /// More changed within a minute than one list may hold.
    TooMany(Timestamp),
    /// The sink failed.
    Sink(SinkError),
    /// The checkpoint cannot be kept.
    Checkpoint(String),
}

/// What a run sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Alerts.
    pub alerts: usize,
    /// Incidents.
    pub incidents: usize,
    /// Items that were no record: without an id.
    pub skipped: usize,
}

impl Tally {
    /// Records in all.
    pub const fn sent(&self) -> usize {
        self.alerts + self.incidents
    }

    fn count(&mut self, kind: Kind, number: usize) {
        match kind {
            Kind::Alert => self.alerts += number,
            Kind::Incident => self.incidents += number,
        }
    }
}

/// What is exported, in which form, and how far it has come.
pub struct Export {
    /// Asks Graph.
    pub client: Client,
    /// The form.
    pub format: Format,
    /// Where records go.
    pub sink: Box<dyn Sink>,
    /// How far it has come.
    pub state: State,
    /// What becomes of a record before it is sent, where people are shown by aliases.
    pub mask: Option<Mask>,
    /// What is sent where nothing ever was: changes from here on.
    pub start: Timestamp,
}

impl std::fmt::Debug for Export {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Export").field("format", &self.format).finish_non_exhaustive()
    }
}

/// Puts aliases in place of names.
pub type Mask = Box<dyn FnMut(&Record) -> Value + Send>;

type Pages = Pin<Box<dyn Stream<Item = Result<Page<Value>, crate::graph::Error>> + Send>>;

impl Export {
    /// Sends what changed and was not sent yet, up to `now`, of each of `kinds` what also holds by its `$filter`; adds to
    /// `tally` what was taken, also where the run ends early.
    ///
    /// # Errors
    /// Where Graph, the sink or the checkpoint fails.
    pub async fn run(
        &mut self,
        kinds: &[(Kind, Option<String>)],
        now: Timestamp,
        tally: &mut Tally,
    ) -> Result<(), Error> {
        for (kind, filter) in kinds {
            let kind = *kind;
            let from = self.state.checkpoint.asks_from(kind).unwrap_or(self.start);
            // A list that is too long for the client is asked for again in halves; what was sent of it is known.
            let mut slices = vec![(from, None)];
            while let Some((from, until)) = slices.pop() {
                let is_cut = self.slice(kind, filter.as_deref(), (from, until), tally).await?;
                if is_cut {
                    let length = until.unwrap_or(now).since(from);
                    if length <= SLICE_MIN {
                        return Err(Error::TooMany(from));
                    }
                    let middle = from + TimeSpan(length.ticks() / 2);
                    slices.extend([(middle, until), (from, Some(middle))]);
                }
            }
            self.state.settled(kind).map_err(Error::Checkpoint)?;
        }
        Ok(())
    }

    /// Sends what changed from `from` until `until`; whether the list was longer than the client follows.
    async fn slice(
        &mut self,
        kind: Kind,
        filter: Option<&str>,
        (from, until): (Timestamp, Option<Timestamp>),
        tally: &mut Tally,
    ) -> Result<bool, Error> {
        let mut pages = pages(&self.client, kind, &odata(filter, from, until));
        while let Some(page) = pages.next().await {
            let what = match kind {
                Kind::Alert => "the alerts that changed",
                Kind::Incident => "the incidents that changed",
            };
            let page = page.map_err(|error| Error::Source(Box::new(failure(what, &error))))?;
            tally.skipped += page.skipped;
            self.send(kind, page.items, tally).await?;
            if page.cut {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Sends those of `items` that are due.
    async fn send(&mut self, kind: Kind, items: Vec<Value>, tally: &mut Tally) -> Result<(), Error> {
        let mut batch = Vec::with_capacity(items.len());
        for item in items {
            let Some(record) = Record::read(kind, item) else {
                tally.skipped += 1;
                continue;
            };
            if !self.state.checkpoint.is_due(&record) {
                continue;
            }
            match self.line(&record) {
                Some(line) => batch.push(Message { record, line }),
                None => tally.skipped += 1,
            }
        }
        if batch.is_empty() {
            return Ok(());
        }
        self.sink.send(&batch).await.map_err(Error::Sink)?;
        tally.count(kind, batch.len());
        self.state.sent(kind, batch.iter().map(|message| &message.record)).map_err(Error::Checkpoint)
    }

    /// `record` in the form that is sent, with aliases where people are shown by them; nothing where those leave no record.
    fn line(&mut self, record: &Record) -> Option<String> {
        match &mut self.mask {
            Some(mask) => Some(self.format.line(&Record::read(record.kind(), mask(record))?)),
            None => Some(self.format.line(record)),
        }
    }
}

fn odata(filter: Option<&str>, from: Timestamp, until: Option<Timestamp>) -> String {
    let mut parts = vec![format!("lastUpdateDateTime ge {from}")];
    parts.extend(until.map(|until| format!("lastUpdateDateTime lt {until}")));
    parts.extend(filter.map(ToOwned::to_owned));
    parts.join(" and ")
}

fn pages(client: &Client, kind: Kind, filter: &str) -> Pages {
    let filter = Some(filter.to_owned());
    match kind {
        Kind::Alert => {
            Box::pin(client.pages(&AsSent(alerts::List { filter, top: ALERTS_PAGE, ..alerts::List::default() })))
        }
        Kind::Incident => Box::pin(client.pages(&AsSent(incidents::List { filter, ..incidents::List::default() }))),
    }
}
