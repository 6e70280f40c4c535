//! What will change by itself: changes by the instant they are due, made in that order before a request is answered.
//!
//! A change is made as of its own instant, not of the request that finds it due, and depends on nothing but the tenant as
//! it is then: the same seed, anchor and requests give the same tenant at the same lab time.

use super::merge;
use super::purview::{Growth, Move, PurviewState, Sides};
use super::state::State;
use super::tenant::Tenant;
use super::update::{self, Actor, Settling};
use crate::base::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;

/// What colleagues say of a merge.
const MERGED: &str = "One and the same case.";

/// A change to come.
pub type Coming = (Timestamp, Change);

/// What changes.
#[derive(Clone, Debug)]
pub enum Change {
    /// What a PATCH brings with it, where that comes later than the answer.
    Settle(Settling),
    /// Purview hears what was decided in Defender at an instant.
    ToPurview(String, Sides),
    /// Defender hears what was decided in Purview at an instant.
    ToDefender(String, Timestamp, PurviewState),
    /// More activity counts towards an insider risk alert: Purview knows at once.
    Grow(String, Growth),
    /// Defender hears of it.
    Grown(String, Growth),
    /// The Purview user decides on an alert.
    Purview(String, Move),
    /// A colleague in the SOC does something.
    Colleague(Colleague),
}

/// A colleague's doing. One who finds the incident in other hands, or closed, leaves it alone.
#[derive(Clone, Debug)]
pub struct Colleague {
    /// Their UPN.
    pub upn: String,
    /// The incident's id.
    pub incident: String,
    /// What they do.
    pub deed: Deed,
}

/// What colleagues do to an incident.
#[derive(Clone, Debug)]
pub enum Deed {
    /// Change it, as by this PATCH body.
    Write(Value),
    /// Say something.
    Comment(String),
    /// Merge the incident of that id with it, if it is still open.
    Merge(String),
}

/// Changes to come, by instant and, within one, in the order they were planned.
#[derive(Debug, Default)]
pub struct Schedule {
    coming: BTreeMap<(Timestamp, u64), Change>,
    planned: u64,
}

impl Schedule {
    /// Plans changes.
    pub fn plan(&mut self, coming: impl IntoIterator<Item = Coming>) {
        for (at, change) in coming {
            self.planned += 1;
            self.coming.insert((at, self.planned), change);
        }
    }

    /// When the next is due.
    pub fn next(&self) -> Option<Timestamp> {
        self.coming.first_key_value().map(|((at, _), _)| *at)
    }

    /// Takes the next.
    fn take(&mut self) -> Option<Coming> {
        self.coming.pop_first().map(|((at, _), change)| (at, change))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.coming.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.coming.is_empty()
    }
}

impl State {
    /// Makes all that is due happen: what arrives is shown, what changes is changed, in the order of time.
    pub fn settle(&self) {
        let now = self.clock.now();
        let due = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
        let is_due = due(self.schedule().next()) || due(self.tenant().next_coming());
        if !is_due {
            return;
        }
        let mut tenant = self.tenant_mut();
        tenant.reveal_sign_ins(now);
        loop {
            let (arrival, change) = (tenant.next_arrival(), self.schedule().next());
            let is_arrival = arrival.is_some_and(|arrival| change.is_none_or(|change| arrival <= change));
            if is_arrival && due(arrival) {
                arrive(self, &mut tenant);
            } else if due(change) {
                let next = self.schedule().take();
                if let Some((at, change)) = next {
                    make(self, &mut tenant, change, at);
                }
            } else {
                return;
            }
        }
    }
}

/// The next resource that has not happened yet is shown.
fn arrive(state: &State, tenant: &mut Tenant) {
    let Some((id, at)) = tenant.reveal() else { return };
    let incident = match tenant.alerts.head(&id) {
        Some(alert) => {
            state.purview().meet(&id, alert, at);
            alert.text("incidentId").map(str::to_owned)
        }
        None => Some(id),
    };
    if let Some(incident) = incident {
        update::follow_alerts(tenant, &incident, at);
    }
}

fn make(state: &State, tenant: &mut Tenant, change: Change, at: Timestamp) {
    let delay = state.options.purview_delay;
    match change {
        Change::Settle(settling) => update::settle(state, tenant, &settling, at),
        Change::ToPurview(alert, sides) => state.purview().hear(&alert, &sides, at),
        Change::ToDefender(alert, decided, decision) => {
            if state.purview().may_move_defender(&alert, decided, at) {
                update::follow_purview(tenant, &alert, decision, at);
            }
        }
        Change::Grow(alert, growth) => {
            if state.purview().grow(&alert, &growth) {
                state.schedule().plan([(at + delay, Change::Grown(alert, growth))]);
            }
        }
        Change::Grown(alert, growth) => update::grow(tenant, &alert, &growth, at),
        Change::Purview(alert, decision) => {
            let coming = state.purview().decide(&alert, decision, at, delay);
            state.schedule().plan(coming);
        }
        Change::Colleague(colleague) => colleague.act(state, tenant, at),
    }
}

impl Colleague {
    fn act(self, state: &State, tenant: &mut Tenant, at: Timestamp) {
        let Self { upn, incident, deed } = self;
        let Some(head) = tenant.incidents.head(&incident) else { return };
        let is_free = head.text("assignedTo").is_none_or(|owner| owner.eq_ignore_ascii_case(&upn));
        if !is_free || matches!(head.text("status"), Some("resolved" | "redirected")) {
            return;
        }
        let actor = Actor { name: &upn, now: at };
        match deed {
            Deed::Write(body) => drop(update::incident(state, tenant, &incident, &body, &actor)),
            Deed::Comment(text) => {
                if let Some(incident) = tenant.incidents.get_mut(&incident) {
                    update::comment(incident, &[text], &actor);
                }
            }
            Deed::Merge(other) => {
                let is_open = tenant.incidents.head(&other).is_some_and(|head| head.text("status") == Some("active"));
                if is_open {
                    drop(merge::incidents(tenant, &[other, incident], Some(MERGED), &actor));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::TimeSpan;

    #[test]
    fn changes_come_in_the_order_of_time_and_then_of_planning() {
        let at: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        let confirm = |name: &str| Change::Purview(name.to_owned(), Move::Confirm);
        let mut schedule = Schedule::default();
        schedule.plan([(at + TimeSpan::minutes(5), confirm("c")), (at, confirm("a"))]);
        schedule.plan([(at, confirm("b"))]);
        assert_eq!((schedule.next(), schedule.len()), (Some(at), 3));
        let mut order = Vec::new();
        while let Some((_, Change::Purview(name, _))) = schedule.take() {
            order.push(name);
        }
        assert_eq!((order.join(""), schedule.is_empty()), ("abc".to_owned(), true));
    }
}
