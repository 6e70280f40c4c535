//! What the application can ask of the outside: Graph, in the application's terms.

use super::apply;
use super::failure::failure;
use super::lookups;
use crate::app::Failure;
use crate::app::doctor::Step;
use crate::app::effect::{HuntQuery, ListQuery};
use crate::app::log::{Ending, Request};
use crate::app::reply::{Applied, Fresh, HuntOutcome, Page};
use crate::graph::api::{alerts, hunting, incidents, risky_users};
use crate::graph::trace::{self, Traced};
use crate::graph::{self, Client};
use crate::model::{Alert, Incident, RiskyUser, User};
use crate::triage::{Plan, Target};
use futures_util::future::BoxFuture;
use futures_util::{Stream, StreamExt as _};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;

/// The outside. Clones share the client.
#[derive(Clone, Debug)]
pub struct Services {
    client: Client,
    monotonic: fn() -> Duration,
    examiner: Option<Examiner>,
}

/// What checks the way to the tenant and tells each step as it ends.
#[derive(Clone)]
pub struct Examiner(Arc<dyn Fn(UnboundedSender<Step>) -> BoxFuture<'static, ()> + Send + Sync>);

impl Examiner {
    /// Examines by `work`, which is done when its future ends.
    pub fn new(work: impl Fn(UnboundedSender<Step>) -> BoxFuture<'static, ()> + Send + Sync + 'static) -> Self {
        Self(Arc::new(work))
    }
}

impl fmt::Debug for Examiner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Examiner")
    }
}

impl Services {
    /// Services over `client`; `monotonic` reads a clock that never jumps, for durations.
    pub fn new(client: Client, monotonic: fn() -> Duration) -> Self {
        Self { client, monotonic, examiner: None }
    }

    /// The same, examined by `examiner`.
    pub fn with_examiner(self, examiner: Examiner) -> Self {
        Self { examiner: Some(examiner), ..self }
    }

    /// Checks the way to the tenant and what may be done there, and tells each step.
    pub async fn examine(&self, steps: UnboundedSender<Step>) {
        if let Some(Examiner(work)) = &self.examiner {
            work(steps).await;
        }
    }

    /// The client.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// What was asked of Graph so far.
    pub fn requests(&self) -> Vec<Request> {
        let told = |traced: Traced| Request {
            at: traced.at,
            what: traced.what,
            id: traced.id,
            ended: traced.ended.map(|(at, ending)| {
                let ending = match ending {
                    trace::Ending::Answered(bytes) => Ending::Answered(bytes),
                    trace::Ending::Failed(why) => Ending::Failed(why),
                    trace::Ending::GivenUp => Ending::GivenUp,
                };
                (at, ending)
            }),
        };
        self.client.trace().requests().into_iter().map(told).collect()
    }

    /// Pages of incidents in the service's order until `records_max`.
    pub fn incidents(&self, query: &ListQuery) -> impl Stream<Item = Result<Page<Incident>, Failure>> + Send + use<> {
        let call = incidents::List { filter: query.filter.clone(), ..incidents::List::default() };
        bounded(self.client.pages(&call), query.records_max, "the incident queue")
    }

    /// Alerts in the service's order until `records_max`, a page in several parts.
    pub fn alerts(&self, query: &ListQuery) -> impl Stream<Item = Result<Page<Alert>, Failure>> + Send + use<> {
        let call = alerts::List { filter: query.filter.clone(), top: ALERTS_PAGE, ..alerts::List::default() };
        bounded(self.client.parts(&call, ALERTS_PART), query.records_max, "the alert queue")
    }

    /// One incident with its alerts.
    pub async fn incident(&self, id: &str) -> Result<Box<Incident>, Failure> {
        let call = incidents::Get { id: id.to_owned(), with_alerts: true };
        self.client.send(&call).await.map(Box::new).map_err(|error| failure(&format!("incident {id}"), &error))
    }

    /// A directory user by object id or UPN; see [`lookups::user`].
    pub async fn user(&self, key: &str) -> Result<Box<User>, Failure> {
        lookups::user(&self.client, key).await
    }

    /// Entra's risk of a user by object id; `None` where Entra has recorded none.
    pub async fn risky_user(&self, id: &str) -> Result<Option<Box<RiskyUser>>, Failure> {
        let call = risky_users::Get { id: id.to_owned() };
        let found = self.client.find(&call).await.map_err(|error| failure("the Entra risk", &error))?;
        Ok(found.map(Box::new))
    }

    /// Runs a hunting query.
    pub async fn hunt(&self, query: &HuntQuery) -> Result<HuntOutcome, Failure> {
        let call = hunting::Run { query: query.text.clone(), timespan: query.timespan.clone() };
        let begun = (self.monotonic)();
        let sent = self.client.send_measured(&call).await;
        let (result, bytes) = sent.map_err(|error| failure("the hunting query", &error))?;
        let took = (self.monotonic)().saturating_sub(begun);
        Ok(HuntOutcome { result: Box::new(result), took_ms: took.as_millis() as u64, bytes: bytes as u64 })
    }

    /// Sends a plan's requests; see [`apply::outcomes`].
    pub async fn apply(&self, plan: &Plan) -> Vec<Applied> {
        self.outcomes(plan).collect().await
    }

    /// The same, one request after the other.
    pub fn outcomes(&self, plan: &Plan) -> impl Stream<Item = Applied> + Send + use<> {
        self.outcomes_until(plan, Arc::default())
    }

    /// The same, until `stop` is set.
    pub fn outcomes_until(&self, plan: &Plan, stop: Arc<AtomicBool>) -> impl Stream<Item = Applied> + Send + use<> {
        apply::outcomes(self.client.clone(), plan.requests(), stop)
    }

    /// Records as they are now, an incident with its alerts.
    pub async fn read_again(&self, targets: Vec<Target>) -> Vec<(Target, Result<Fresh, Failure>)> {
        apply::read_all(&self.client, targets).await.into_iter().collect()
    }
}

/// Alerts a page. Alerts carry all their evidence: a page of more is slow to come, and one of fewer costs round trips.
const ALERTS_PAGE: usize = 500;
/// The fewest that are given on together while a page is read: whoever waits holds them with all that they say.
const ALERTS_PART: usize = 60;

/// Ends a list after `records_max` records or an error, and tells the last page.
fn bounded<T: Send + 'static>(
    pages: impl Stream<Item = Result<graph::Page<T>, graph::Error>> + Send + 'static,
    records_max: usize,
    what: &'static str,
) -> impl Stream<Item = Result<Page<T>, Failure>> + Send {
    futures_util::stream::unfold(Some((Box::pin(pages), records_max)), move |state| async move {
        let (mut pages, most) = state?;
        match pages.next().await? {
            Err(error) => Some((Err(failure(what, &error)), None)),
            Ok(page) => {
                let is_end = !page.is_part && (page.next_link.is_none() || page.cut);
                let is_last = is_end || page.items.len() >= most;
                let items: Vec<T> = page.items.into_iter().take(most).collect();
                let left = most - items.len();
                Some((Ok(Page { items, is_last }), (!is_last).then_some((pages, left))))
            }
        }
    })
}
