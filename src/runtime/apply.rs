//! Sends a plan: reads every record again first, and writes none that has moved on.

use super::failure::failure;
use crate::app::reply::{Applied, Fresh, Outcome};
use crate::base::Timestamp;
use crate::graph::api::{alerts, incidents};
use crate::graph::{Client, Error};
use crate::triage::plan::{Body, Write};
use crate::triage::{Plan, Target};

/// Sends `plan`'s requests in order; a row a request.
///
/// Every record is read before the first write, so that what one write does to another record (resolving an incident
/// resolves its alerts) is no conflict of our own making. After a write the record is read again: Graph's answer to a
/// PATCH may lag, and what it set off elsewhere is not in it.
pub async fn apply(client: &Client, plan: &Plan) -> Vec<Applied> {
    let requests = plan.requests();
    let mut before = Vec::with_capacity(requests.len());
    for write in &requests {
        before.push(read(client, &write.target).await);
    }
    let mut outcomes = Vec::with_capacity(requests.len());
    for (write, before) in requests.iter().zip(before) {
        let outcome = match before {
            Err(error) => Outcome::Failed(failure(&write.target.title(), &error)),
            Ok(fresh) if last_update(&fresh) != write.last_update => Outcome::Conflict(fresh),
            Ok(_) => write_one(client, write).await,
        };
        outcomes.push(Applied { target: write.target.clone(), outcome });
    }
    outcomes
}

async fn write_one(client: &Client, write: &Write) -> Outcome {
    let sent = match send(client, write).await {
        Ok(()) => read(client, &write.target).await,
        Err(error) => Err(error),
    };
    match sent {
        Ok(fresh) => Outcome::Done(fresh),
        Err(error) => Outcome::Failed(failure(&write.target.title(), &error)),
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
