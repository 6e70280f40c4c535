//! Sends a plan: reads every record again first, and writes none that has moved on.

use super::failure::failure;
use crate::app::reply::{Applied, Fresh, Outcome};
use crate::app::{Cause, Failure};
use crate::base::Untrusted;
use crate::graph::api::{alerts, incidents, responses, risky_users, users};
use crate::graph::{Client, Error, Slot};
use crate::model::{Alert, Comment, Incident, RiskyUser, Update, User};
use crate::triage::Target;
use crate::triage::plan::{Body, Order, Write, respond};
use futures_util::{Stream, StreamExt as _};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Records read at once before the first write, of those that go singly.
const READS_AT_ONCE: usize = 4;

/// Sends a plan's `requests` in order, and tells what became of each as it is known.
///
/// Every record is read before the first write, so that what one write does to another record (resolving an incident
/// resolves its alerts) is no conflict of our own making. After a write the record is read again: Graph's answer to a
/// PATCH may lag, and what it set off elsewhere is not in it. A write whose fate is unknown, because its answer was lost,
/// is not sent again: the record is read, and what it shows is told. Once a write to a record has failed, nothing more is sent
/// to it: a comment that explains a change must not stand without it, and would stand twice when the plan is tried
/// again.
///
/// Once `stop` is set nothing more is sent: the request under way ends, and the rest is told as not written.
pub fn outcomes(client: Client, requests: Vec<Write>, stop: Arc<AtomicBool>) -> impl Stream<Item = Applied> + Send {
    let under_way = UnderWay { client, left: requests.into(), before: None, stop };
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
    stop: Arc<AtomicBool>,
}

impl UnderWay {
    async fn next(&mut self) -> Option<Applied> {
        let mut before = match self.before.take() {
            Some(before) => before,
            None => read_all(&self.client, self.left.iter().map(|write| write.target.clone())).await,
        };
        let write = self.left.pop_front()?;
        let (outcome, request_id) = match before.get(&write.target) {
            _ if self.stop.load(Ordering::Relaxed) => (Outcome::Failed(stopped(&write.target)), None),
            Some(Err(failure)) => (Outcome::Failed(failure.clone()), None),
            Some(Ok(fresh)) if respond::has_moved(&write.body, write.last_update, fresh.record()) => {
                (Outcome::Conflict(fresh.clone()), None)
            }
            Some(Ok(fresh)) => write_one(&self.client, &write, Some(fresh)).await,
            None => write_one(&self.client, &write, None).await,
        };
        if let Outcome::Failed(failure) = &outcome {
            before.insert(write.target.clone(), Err(failure.clone()));
        }
        self.before = Some(before);
        Some(Applied { target: write.target, outcome, request_id })
    }
}

/// Why a record was not written after the analyst had stopped.
fn stopped(target: &Target) -> Failure {
    Failure {
        what: target.title(),
        cause: Cause::Service,
        why: "stopped before it was sent".into(),
        remedy: "nothing of it was written".to_owned(),
        request_id: None,
    }
}

/// Every one of `targets` as it is now, or why it cannot be read; together where the service takes batches.
pub async fn read_all(
    client: &Client,
    targets: impl IntoIterator<Item = Target>,
) -> BTreeMap<Target, Result<Fresh, Failure>> {
    let targets: BTreeSet<Target> = targets.into_iter().collect();
    let mut batch = client.batch();
    let mut slots = Vec::with_capacity(targets.len());
    for target in targets {
        let id = target.id().to_owned();
        let slot = match &target {
            Target::Incident(_) => Record::Incident(batch.add(&incidents::Get { id, with_alerts: true })),
            Target::Alert(_) => Record::Alert(batch.add(&alerts::Get { id })),
            Target::Account(_) => Record::Account(batch.add(&users::Get { id })),
            Target::Risk(_) => Record::Risk(batch.add(&risky_users::Get { id: id.clone() }), id),
        };
        slots.push((target, slot));
    }
    let answers = &batch.send().await;
    let reads = slots.into_iter().map(|(target, slot)| async move {
        let fresh = match &slot {
            Record::Incident(slot) => answers.read(slot).await.map(|incident| Fresh::Incident(Box::new(incident))),
            Record::Alert(slot) => answers.read(slot).await.map(|alert| Fresh::Alert(Box::new(alert))),
            Record::Account(slot) => answers.read(slot).await.map(|user| Fresh::Account(Box::new(user))),
            Record::Risk(slot, id) => {
                let risk = answers.find(slot).await;
                risk.map(|risk| Fresh::Risk(Box::new(risk.unwrap_or_else(|| RiskyUser::none(id)))))
            }
        };
        let fresh = fresh.map_err(|error| failure(&target.title(), &error));
        (target, fresh)
    });
    futures_util::stream::iter(reads).buffered(READS_AT_ONCE).collect().await
}

/// Where the answer about a record is.
enum Record {
    Incident(Slot<Incident>),
    Alert(Slot<Alert>),
    Account(Slot<User>),
    Risk(Slot<RiskyUser>, String),
}

/// Sends `write` and reads its record; with what came of it the `client-request-id` it went under.
async fn write_one(client: &Client, write: &Write, before: Option<&Fresh>) -> (Outcome, Option<String>) {
    let what = write.target.title();
    let failed = |error: &Error| failure(&what, error);
    let sent = send(client, write).await;
    if let Err(error) = &sent
        && !error.may_have_happened()
    {
        let failure = failed(error);
        let request_id = failure.request_id.clone();
        return (Outcome::Failed(failure), request_id);
    }
    let request_id = match &sent {
        Ok(request_id) => Some(request_id.clone()),
        Err(error) => failed(error).request_id,
    };
    let outcome = match (sent, read(client, &write.target).await) {
        (Ok(_), Ok(fresh)) => Outcome::Done(fresh),
        (Ok(_), Err(error)) => Outcome::Unread(failed(&error)),
        (Err(_), Ok(fresh)) if is_done(&write.body, before, &fresh) => Outcome::Done(fresh),
        (Err(error), Ok(_)) => Outcome::Failed(Failure { remedy: NOT_THERE.to_owned(), ..failed(&error) }),
        (Err(error), Err(_)) => Outcome::Failed(failed(&error)),
    };
    (outcome, request_id)
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
            Fresh::Account(user) => update.account_enabled == user.account_enabled,
            Fresh::Risk(_) => false,
        },
        Body::Order(order, _) => respond::shows(*order, before.map(Fresh::record), now.record()),
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
        && agrees(update.assigned_to.as_deref(), text(incident.assigned_to.as_ref()))
        && agrees(update.display_name.as_deref(), incident.display_name.raw())
        && agrees(update.description.as_deref(), text(incident.details().description.as_ref()))
        && agrees(update.summary.as_deref(), text(incident.details().summary.as_ref()))
        && agrees(update.resolving_comment.as_deref(), text(incident.details().resolving_comment.as_ref()))
        && update.custom_tags.as_ref().is_none_or(|wanted| *wanted == tags())
}

fn shows_alert(update: &Update, alert: &Alert) -> bool {
    agrees(update.alert_status.as_ref(), &alert.status)
        && agrees(update.classification.as_ref(), &alert.classification)
        && agrees(update.determination.as_ref(), &alert.determination)
        && agrees(update.assigned_to.as_deref(), text(alert.assigned_to.as_ref()))
}

fn agrees<T: PartialEq + ?Sized>(wanted: Option<&T>, now: &T) -> bool {
    wanted.is_none_or(|wanted| wanted == now)
}

/// What an absent text is written as and read back as.
fn text(text: Option<&Untrusted>) -> &str {
    text.map_or("", Untrusted::raw)
}

fn comments(fresh: &Fresh) -> &[Comment] {
    match fresh {
        Fresh::Incident(incident) => &incident.details().comments,
        Fresh::Alert(alert) => &alert.details().comments,
        Fresh::Account(_) | Fresh::Risk(_) => &[],
    }
}

/// Sends one request; the `client-request-id` it went under.
async fn send(client: &Client, write: &Write) -> Result<String, Error> {
    let id = write.target.id().to_owned();
    let request_id = match (&write.body, &write.target) {
        (Body::Update(update), Target::Incident(_)) => {
            client.send_named(&incidents::Update { id, update: update.clone() }).await?.1
        }
        (Body::Update(update), Target::Alert(_)) => {
            client.send_named(&alerts::Update { id, update: update.clone() }).await?.1
        }
        (Body::Update(update), Target::Account(_) | Target::Risk(_)) => {
            let is_enabled = update.account_enabled.unwrap_or(true);
            client.send_named(&responses::Enable { id, is_enabled }).await?.1
        }
        (Body::Comment(comment), Target::Incident(_)) => {
            client.send_named(&incidents::AddComment { id, comment: comment.clone() }).await?.1
        }
        // Of the others only alerts take comments.
        (Body::Comment(comment), _) => client.send_named(&alerts::AddComment { id, comment: comment.clone() }).await?.1,
        (Body::Order(Order::Revoke, _), _) => client.send_named(&responses::Revoke { id }).await?.1,
        (Body::Order(Order::ConfirmCompromised, _), _) => {
            client.send_named(&responses::ConfirmCompromised { id }).await?.1
        }
        (Body::Order(Order::DismissRisk, _), _) => client.send_named(&responses::Dismiss { id }).await?.1,
    };
    Ok(request_id)
}

async fn read(client: &Client, target: &Target) -> Result<Fresh, Error> {
    let id = target.id().to_owned();
    Ok(match target {
        Target::Incident(_) => Fresh::Incident(Box::new(client.send(&incidents::Get { id, with_alerts: true }).await?)),
        Target::Alert(_) => Fresh::Alert(Box::new(client.send(&alerts::Get { id }).await?)),
        Target::Account(_) => Fresh::Account(Box::new(client.send(&users::Get { id }).await?)),
        Target::Risk(_) => {
            let risk = client.find(&risky_users::Get { id: id.clone() }).await?;
            Fresh::Risk(Box::new(risk.unwrap_or_else(|| RiskyUser::none(&id))))
        }
    })
}
