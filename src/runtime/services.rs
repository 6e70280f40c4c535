//! What the application can ask of the outside: Graph, in the application's terms.

use super::apply;
use super::failure::failure;
use crate::app::Failure;
use crate::app::effect::{HuntQuery, ListQuery};
use crate::app::reply::{Applied, Fresh, HuntOutcome, Page};
use crate::graph::api::{alerts, hunting, incidents, risk_history, risky_users, users};
use crate::graph::{self, Client};
use crate::model::{Alert, Incident, LeaveDate, RiskChange, RiskyUser, User};
use crate::triage::{Plan, Target};
use futures_util::{Stream, StreamExt as _};
use std::time::Duration;

/// The outside. Clones share the client.
#[derive(Clone, Debug)]
pub struct Services {
    client: Client,
    monotonic: fn() -> Duration,
}

impl Services {
    /// Services over `client`; `monotonic` reads a clock that never jumps, for durations.
    pub fn new(client: Client, monotonic: fn() -> Duration) -> Self {
        Self { client, monotonic }
    }

    /// The client.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Pages of incidents in the service's order until `records_max`.
    pub fn incidents(&self, query: &ListQuery) -> impl Stream<Item = Result<Page<Incident>, Failure>> + Send + use<> {
        let call = incidents::List { filter: query.filter.clone(), ..incidents::List::default() };
        bounded(self.client.pages(&call), query.records_max, "the incident queue")
    }

    /// Pages of alerts in the service's order until `records_max`.
    pub fn alerts(&self, query: &ListQuery) -> impl Stream<Item = Result<Page<Alert>, Failure>> + Send + use<> {
        let call = alerts::List { filter: query.filter.clone(), top: ALERTS_PAGE, ..alerts::List::default() };
        bounded(self.client.pages(&call), query.records_max, "the alert queue")
    }

    /// One incident with its alerts.
    pub async fn incident(&self, id: &str) -> Result<Box<Incident>, Failure> {
        let call = incidents::Get { id: id.to_owned(), with_alerts: true };
        self.client.send(&call).await.map(Box::new).map_err(|error| failure(&format!("incident {id}"), &error))
    }

    /// A directory user by object id or UPN. The last day of work is asked for beside the rest; where that is refused
    /// or fails it stays [`LeaveDate::NotTold`].
    pub async fn user(&self, key: &str) -> Result<Box<User>, Failure> {
        let (rest, leave) = (users::Get { id: key.to_owned() }, users::LeaveDate { id: key.to_owned() });
        let (user, leave_date) = tokio::join!(self.client.send(&rest), self.client.send(&leave));
        let user = user.map_err(|error| failure("the directory user", &error))?;
        Ok(Box::new(User { leave_date: leave_date.unwrap_or(LeaveDate::NotTold), ..user }))
    }

    /// A user's manager; `None` where the directory names none.
    pub async fn manager(&self, key: &str) -> Result<Option<Box<User>>, Failure> {
        let call = users::Manager { id: key.to_owned() };
        let found = self.client.find(&call).await.map_err(|error| failure("the manager", &error))?;
        Ok(found.map(Box::new))
    }

    /// Entra's risk of a user by object id; `None` where Entra has recorded none.
    pub async fn risky_user(&self, id: &str) -> Result<Option<Box<RiskyUser>>, Failure> {
        let call = risky_users::Get { id: id.to_owned() };
        let found = self.client.find(&call).await.map_err(|error| failure("the Entra risk", &error))?;
        Ok(found.map(Box::new))
    }

    /// What a user's risk was over time, the latest first.
    pub async fn risk_history(&self, id: &str) -> Result<Vec<RiskChange>, Failure> {
        let call = risk_history::List { id: id.to_owned() };
        let found = self.client.find(&call).await.map_err(|error| failure("the history of the Entra risk", &error))?;
        let mut changes = found.map(|page| page.items).unwrap_or_default();
        changes.sort_by_key(|change| std::cmp::Reverse(change.at));
        Ok(changes)
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
        apply::outcomes(self.client.clone(), plan.requests())
    }

    /// Records as they are now, an incident with its alerts.
    pub async fn read_again(&self, targets: Vec<Target>) -> Vec<(Target, Result<Fresh, Failure>)> {
        apply::read_all(&self.client, targets).await.into_iter().collect()
    }
}

/// Alerts a page. Alerts carry all their evidence, so a page of more is slow to come.
const ALERTS_PAGE: usize = 200;

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
                let is_last = page.next_link.is_none() || page.cut || page.items.len() >= most;
                let items: Vec<T> = page.items.into_iter().take(most).collect();
                let left = most - items.len();
                Some((Ok(Page { items, is_last }), (!is_last).then_some((pages, left))))
            }
        }
    })
}
