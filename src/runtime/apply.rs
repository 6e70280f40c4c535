//! Sends a plan: reads every record again first, and writes none that has moved on.

use super::failure::failure;
use crate::app::Failure;
use crate::app::reply::{Applied, Fresh, Outcome};
use crate::base::{Timestamp, Untrusted};
use crate::graph::api::{alerts, incidents};
use crate::graph::{Client, Error};
use crate::model::{Alert, Comment, Incident, Update};
use crate::triage::plan::{Body, Write};
use crate::triage::{Plan, Target};
use futures_util::StreamExt as _;
use std::collections::{BTreeMap, BTreeSet};

/// Records read at once before the first write.
const READS_AT_ONCE: usize = 4;

/// Sends `plan`'s requests in order; a row a request.
///
/// Every record is read before the first write, so that what one write does to another record (resolving an incident
/// resolves its alerts) is no conflict of our own making. After a write the record is read again: Graph's answer to a
/// PATCH may lag, and what it set off elsewhere is not in it. A write whose fate is unknown, because its answer was lost,
/// is not sent again: the record is read, and what it shows is told. Once a write to a record has failed, nothing more is sent
/// to it: a comment that explains a change must not stand without it, and would stand twice when the plan is tried
/// again.
pub async fn apply(client: &Client, plan: &Plan) -> Vec<Applied> {
    let requests = plan.requests();
    let mut before = read_all(client, &requests).await;
    let mut outcomes = Vec::with_capacity(requests.len());
    for write in &requests {
        let outcome = match before.get(&write.target) {
            Some(Err(failure)) => Outcome::Failed(failure.clone()),
            Some(Ok(fresh)) if last_update(fresh) != write.last_update => Outcome::Conflict(fresh.clone()),
            Some(Ok(fresh)) => write_one(client, write, Some(fresh)).await,
            None => write_one(client, write, None).await,
        };
        if let Outcome::Failed(failure) = &outcome {
            before.insert(write.target.clone(), Err(failure.clone()));
        }
        outcomes.push(Applied { target: write.target.clone(), outcome });
    }
    outcomes
}

/// Every record of `requests` as it is now, or why it cannot be read.
async fn read_all(client: &Client, requests: &[Write]) -> BTreeMap<Target, Result<Fresh, Failure>> {
    let targets: BTreeSet<Target> = requests.iter().map(|write| write.target.clone()).collect();
    let reads = targets.into_iter().map(|target| async move {
        let fresh = read(client, &target).await.map_err(|error| failure(&target.title(), &error));
        (target, fresh)
    });
    futures_util::stream::iter(reads).buffered(READS_AT_ONCE).collect().await
}

async fn write_one(client: &Client, write: &Write, before: Option<&Fresh>) -> Outcome {
    let what = write.target.title();
    let sent = send(client, write).await;
    if let Err(error) = &sent
        && !error.may_have_happened()
    {
        return Outcome::Failed(failure(&what, error));
    }
    match (sent, read(client, &write.target).await) {
        (Ok(()), Ok(fresh)) => Outcome::Done(fresh),
        (Ok(()), Err(error)) => Outcome::Unread(failure(&what, &error)),
        (Err(_), Ok(fresh)) if is_done(&write.body, before, &fresh) => Outcome::Done(fresh),
        (Err(error), Ok(_)) => Outcome::Failed(Failure { remedy: NOT_THERE.to_owned(), ..failure(&what, &error) }),
        (Err(error), Err(_)) => Outcome::Failed(failure(&what, &error)),
    }
}

/// What to do where the answer to a write was lost and the record does not show it.
const NOT_THERE: &str = "it was read again and does not show the change; refresh once more, then try again";

/// Whether the record shows now what `body` wrote. Of a comment there must be one more than `before`: the same words may
/// have been said already.
fn is_done(body: &Body, before: Option<&Fresh>, now: &Fresh) -> bool {
    match body {
        Body::Update(update) => match now {
            Fresh::Incident(incident) => shows_incident(update, incident),
            Fresh::Alert(alert) => shows_alert(update, alert),
        },
        Body::Comment(comment) => {
            let count = |fresh: &Fresh| comments(fresh).iter().filter(|said| said.comment.raw() == comment).count();
            count(now) > before.map_or(0, count)
        }
    }
}

fn shows_incident(update: &Update, incident: &Incident) -> bool {
    let tags = || incident.custom_tags.iter().map(Untrusted::raw).collect::<Vec<_>>();
    agrees(update.incident_status.as_ref(), &incident.status)
        && agrees(update.classification.as_ref(), &incident.classification)
        && agrees(update.determination.as_ref(), &incident.determination)
        && agrees(update.severity.as_ref(), &incident.severity)
        && agrees(update.assigned_to.as_deref(), owner(incident.assigned_to.as_ref()))
        && update.custom_tags.as_ref().is_none_or(|wanted| *wanted == tags())
}

fn shows_alert(update: &Update, alert: &Alert) -> bool {
    agrees(update.alert_status.as_ref(), &alert.status)
        && agrees(update.classification.as_ref(), &alert.classification)
        && agrees(update.determination.as_ref(), &alert.determination)
        && agrees(update.assigned_to.as_deref(), owner(alert.assigned_to.as_ref()))
}

fn agrees<T: PartialEq + ?Sized>(wanted: Option<&T>, now: &T) -> bool {
    wanted.is_none_or(|wanted| wanted == now)
}

fn owner(assigned: Option<&Untrusted>) -> &str {
    assigned.map_or("", Untrusted::raw)
}

fn comments(fresh: &Fresh) -> &[Comment] {
    match fresh {
        Fresh::Incident(incident) => &incident.comments,
        Fresh::Alert(alert) => &alert.comments,
    }
}

async fn send(client: &Client, write: &Write) -> Result<(), Error> {
    let id = write.target.id().to_owned();
    match (&write.target, &write.body) {
        (Target::Incident(_), Body::Update(update)) => {
            client.send(&incidents::Update { id, update: update.clone() }).await.map(drop)
        }
        (Target::Incident(_), Body::Comment(comment)) => {
            client.send(&incidents::AddComment { id, comment: comment.clone() }).await.map(drop)
        }
        (Target::Alert(_), Body::Update(update)) => {
            client.send(&alerts::Update { id, update: update.clone() }).await.map(drop)
        }
        (Target::Alert(_), Body::Comment(comment)) => {
            client.send(&alerts::AddComment { id, comment: comment.clone() }).await.map(drop)
        }
    }
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
