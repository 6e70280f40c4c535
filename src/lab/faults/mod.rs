//! Faults: what can go wrong between a client and a tenant, on order.
//!
//! A layer between the socket and the router ([`layer`]) strikes requests by the rules in force. A rule is an order
//! ([`order`]) for one fault of the table ([`table`]); each draws from its own stream of the lab's seed, so that the same
//! requests in the same order meet the same faults. The lab's own controls under `/lab` are never struck.

pub mod answers;
pub mod delivery;
pub mod edits;
pub mod hostile;
pub mod layer;
pub mod limits;
pub mod order;
pub mod table;

pub use order::{Order, OrderError};
pub use table::{FAULTS, Fault};

use crate::base::Timestamp;
use crate::lab::generate::random::Random;
use crate::lab::socket::Wire;
use axum::http::{HeaderMap, Method};
use limits::Meters;
use serde_json::{Value, json};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// In how many of 100 requests each fault of a chaos strikes.
const CHAOS_PERCENT: f64 = 1.0;

/// The rules in force.
#[derive(Debug)]
pub struct Faults {
    seed: u64,
    rules: Mutex<Rules>,
    meters: Mutex<Meters>,
}

#[derive(Debug, Default)]
struct Rules {
    /// In the order they were set.
    list: Vec<Rule>,
    /// How many were ever set.
    count: u64,
}

/// An order in force.
#[derive(Debug)]
struct Rule {
    id: u64,
    order: Order,
    /// How often it struck.
    struck: u64,
    /// When it was set, by the clock of sign-in.
    since: Timestamp,
    random: Random,
}

/// A fault about to strike one request.
#[derive(Debug)]
pub struct Hit {
    rule: u64,
    fault: &'static Fault,
    /// The order's value.
    pub value: String,
    /// When the fault was set, by the clock of sign-in.
    pub since: Timestamp,
    /// Randomness of this hit alone.
    pub random: Random,
}

/// A request that is struck.
#[derive(Debug)]
pub struct Struck<'a> {
    /// Its method.
    pub method: &'a Method,
    /// Its path as sent.
    pub path: &'a str,
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// Its body.
    pub body: &'a [u8],
    /// The connection it came over.
    pub wire: Wire,
}

impl Faults {
    /// No faults yet; `seed` drives when each of them strikes.
    pub fn seeded(seed: u64) -> Self {
        Self { seed, rules: Mutex::default(), meters: Mutex::default() }
    }

    /// Puts `order` in force at `now`; the rule's id.
    pub fn set(&self, order: Order, now: Timestamp) -> u64 {
        let mut rules = self.rules();
        rules.count += 1;
        let id = rules.count;
        let random = Random::stream(self.seed, &format!("faults/{id}/{}", order.fault.name));
        rules.list.push(Rule { id, order, struck: 0, since: now, random });
        id
    }

    /// Puts every fault in force at a low rate, the true limits always.
    pub fn chaos(&self, now: Timestamp) {
        for fault in FAULTS {
            let percent = if fault.name == "throttle" { 100.0 } else { CHAOS_PERCENT };
            let (value, route) = (fault.value.default.to_owned(), fault.usual_route());
            self.set(Order { fault, value, route, percent, times: None }, now);
        }
    }

    /// Lifts the rule `id`, or all where none is named; how many that were.
    pub fn lift(&self, id: Option<u64>) -> usize {
        let mut rules = self.rules();
        let before = rules.list.len();
        rules.list.retain(|rule| id.is_some_and(|id| id != rule.id));
        before - rules.list.len()
    }

    /// The rules in force, for the control.
    pub fn describe(&self) -> Vec<Value> {
        let describe = |rule: &Rule| json!({ "id": rule.id, "fault": rule.order.to_string(), "struck": rule.struck, "since": rule.since });
        self.rules().list.iter().map(describe).collect()
    }

    /// The faults that strike a request for `path`, each counted as struck.
    fn hits(&self, path: &str) -> Vec<Hit> {
        let mut hits = Vec::new();
        for rule in &mut self.rules().list {
            let is_spent = rule.order.times.is_some_and(|times| rule.struck >= u64::from(times));
            if is_spent || !rule.order.route.covers(path) {
                continue;
            }
            let strikes = (rule.random.below(1_000_000) as f64) < rule.order.percent * 10_000.0;
            let random = Random::stream(rule.random.draw(), "hit");
            if strikes {
                rule.struck += 1;
                let (fault, value, since) = (rule.order.fault, rule.order.value.clone(), rule.since);
                hits.push(Hit { rule: rule.id, fault, value, since, random });
            }
        }
        hits
    }

    /// Takes back that `hit` struck: the request was none of its business.
    fn spare(&self, hit: &Hit) {
        if let Some(rule) = self.rules().list.iter_mut().find(|rule| rule.id == hit.rule) {
            rule.struck = rule.struck.saturating_sub(1);
        }
    }

    fn rules(&self) -> MutexGuard<'_, Rules> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn meters(&self) -> MutexGuard<'_, Meters> {
        self.meters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hit {
    /// The value as a number; 0 where it is none, which the order excludes.
    fn number(&self) -> i64 {
        self.value.parse().unwrap_or_default()
    }

    /// The value as milliseconds.
    fn milliseconds(&self) -> u64 {
        self.number().unsigned_abs()
    }

    fn latency(&mut self) -> Duration {
        Duration::from_millis(self.milliseconds())
    }

    fn jitter(&mut self) -> Duration {
        Duration::from_millis(self.random.between(0, self.number()).unsigned_abs())
    }
}
