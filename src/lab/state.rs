//! What a running lab holds: the tenant behind one lock, sign-in, the Purview twin and the clock.

use super::LabOptions;
use super::clock::LabClock;
use super::faults::Faults;
use super::identity::Identity;
use super::purview::Purview;
use super::schedule::Schedule;
use super::tenant::{LabConfig, Tenant};
use super::training::Training;
use super::training::score::Outcome;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Shared by all requests. Locks are never held across an await, and always taken in the order tenant, Purview,
/// schedule.
#[derive(Debug)]
pub struct State {
    tenant: RwLock<Tenant>,
    purview: Mutex<Purview>,
    schedule: Mutex<Schedule>,
    /// What the analyst did so far.
    pub training: Training,
    /// Registered applications, tokens and device codes.
    pub identity: Identity,
    /// The one clock.
    pub clock: LabClock,
    /// What goes wrong on order.
    pub faults: Faults,
    /// As started.
    pub options: LabOptions,
    /// `http://127.0.0.1:PORT`.
    pub base_url: String,
}

impl State {
    /// A lab that serves `tenant` at `base_url`.
    pub fn new(mut tenant: Tenant, config: LabConfig, options: LabOptions, base_url: String) -> Self {
        let clock = LabClock::starting_at(config.anchor, options.speed);
        let faults = Faults::seeded(config.seed);
        for order in &options.faults {
            faults.set(order.clone(), config.anchor);
        }
        if options.chaos {
            faults.chaos(config.anchor);
        }
        tenant.hide_coming(config.anchor);
        let mut schedule = Schedule::default();
        schedule.plan(std::mem::take(&mut tenant.coming));
        let purview = Purview::mirroring(&tenant, config.anchor);
        let identity = Identity::new(&tenant, &options);
        Self {
            tenant: RwLock::new(tenant),
            training: Training::beginning_at(config.anchor),
            purview: Mutex::new(purview),
            schedule: Mutex::new(schedule),
            identity,
            clock,
            faults,
            options,
            base_url,
        }
    }

    /// The tenant, to read.
    pub fn tenant(&self) -> RwLockReadGuard<'_, Tenant> {
        self.tenant.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The tenant, to change.
    pub fn tenant_mut(&self) -> RwLockWriteGuard<'_, Tenant> {
        self.tenant.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The simulated Purview side.
    pub fn purview(&self) -> MutexGuard<'_, Purview> {
        self.purview.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What will change by itself.
    pub fn schedule(&self) -> MutexGuard<'_, Schedule> {
        self.schedule.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How the analyst's session compares with the truth so far.
    pub fn score(&self) -> Outcome {
        self.training.score(&self.tenant(), self.clock.now())
    }

    /// `…/v1.0/$metadata#` and `fragment`.
    pub fn context(&self, fragment: &str) -> String {
        format!("{}/v1.0/$metadata#{fragment}", self.base_url)
    }
}
