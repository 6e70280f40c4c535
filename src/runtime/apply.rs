//! Sends a plan: reads every record again first, and writes none that has moved on.

use super::failure::failure;
use crate::app::Failure;
use crate::app::reply::{Applied, Fresh, Outcome};
use crate::base::Timestamp;
use crate::graph::api::{alerts, incidents};
use crate::graph::{Client, Error};
use crate::triage::Target;
use crate::triage::plan::{Body, Write};
use futures_util::{Stream, StreamExt as _};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Records read at once before the first write.
const READS_AT_ONCE: usize = 4;

/// Sends a plan's `requests` in order, and tells what became of each as it is known.
///
/// Every record is read before the first write, so that what one write does to another record (resolving an incident
/// resolves its alerts) is no conflict of our own making. After a write the record is read again: Graph's answer to a
/// PATCH may lag, and what it set off elsewhere is not in it. Once a write to a record has failed, nothing more is sent
/// to it: a comment that explains a change must not stand without it, and would stand twice when the plan is tried
/// again.
pub fn outcomes(client: Client, requests: Vec<Write>) -> impl Stream<Item = Applied> + Send {
    let under_way = UnderWay { client, left: requests.into(), before: None };
    futures_util::stream::unfold(under_way, |mut under_way| async {
        under_way.next().await.map(|applied| (applied, under_way))
    })
}

/// Requests being sent.
struct UnderWay {
    client: Client,
    left: VecDeque<Write>,
    /// The records before the first write; `None` until they are read.
    before: Option<BTreeMap<Target, Result<Fresh, Failure>>>,
}

impl UnderWay {
    async fn next(&mut self) -> Option<Applied> {
        let mut before = match self.before.take() {
            Some(before) => before,
            None => read_all(&self.client, self.left.iter().map(|write| write.target.clone())).await,
        };
        let write = self.left.pop_front()?;
        let (outcome, request_id) = match before.get(&write.target) {
            Some(Err(failure)) => (Outcome::Failed(failure.clone()), None),
            Some(Ok(fresh)) if last_update(fresh) != write.last_update => (Outcome::Conflict(fresh.clone()), None),
            Some(Ok(_)) | None => write_one(&self.client, &write).await,
        };
        if let Outcome::Failed(failure) = &outcome {
            before.insert(write.target.clone(), Err(failure.clone()));
        }
        self.before = Some(before);
        Some(Applied { target: write.target, outcome, request_id })
    }
}

/// Every one of `targets` as it is now, or why it cannot be read.
pub async fn read_all(
    client: &Client,
    targets: impl IntoIterator<Item = Target>,
) -> BTreeMap<Target, Result<Fresh, Failure>> {
    let targets: BTreeSet<Target> = targets.into_iter().collect();
    let reads = targets.into_iter().map(|target| async move {
        let fresh = read(client, &target).await.map_err(|error| failure(&target.title(), &error));
        (target, fresh)
    });
    futures_util::stream::iter(reads).buffered(READS_AT_ONCE).collect().await
}

async fn write_one(client: &Client, write: &Write) -> (Outcome, Option<String>) {
    let what = write.target.title();
    let request_id = match send(client, write).await {
        Ok(request_id) => request_id,
        Err(error) => {
            let failure = failure(&what, &error);
            let request_id = failure.request_id.clone();
            return (Outcome::Failed(failure), request_id);
        }
    };
    let outcome = match read(client, &write.target).await {
        Ok(fresh) => Outcome::Done(fresh),
        Err(error) => Outcome::Unread(failure(&what, &error)),
    };
    (outcome, Some(request_id))
}

/// Sends one request; the `client-request-id` it went under.
async fn send(client: &Client, write: &Write) -> Result<String, Error> {
    let id = write.target.id().to_owned();
    let request_id = match (&write.target, &write.body) {
        (Target::Incident(_), Body::Update(update)) => {
            client.send_named(&incidents::Update { id, update: update.clone() }).await?.1
        }
        (Target::Incident(_), Body::Comment(comment)) => {
            client.send_named(&incidents::AddComment { id, comment: comment.clone() }).await?.1
        }
        (Target::Alert(_), Body::Update(update)) => {
            client.send_named(&alerts::Update { id, update: update.clone() }).await?.1
        }
        (Target::Alert(_), Body::Comment(comment)) => {
            client.send_named(&alerts::AddComment { id, comment: comment.clone() }).await?.1
        }
    };
    Ok(request_id)
}

async fn read(client: &Client, target: &Target) -> Result<Fresh, Error> {
    let id = target.id().to_owned();
    Ok(match target {
        Target::Incident(_) => Fresh::Incident(Box::new(client.send(&incidents::Get { id, with_alerts: true }).await?)),
        Target::Alert(_) => Fresh::Alert(Box::new(client.send(&alerts::Get { id }).await?)),
    })
}

fn last_update(fresh: &Fresh) -> Option<Timestamp> {
    match fresh {
        Fresh::Incident(incident) => incident.last_update,
        Fresh::Alert(alert) => alert.last_update,
    }
}
