//! What each part of Graph last said about being asked too often.
//!
//! Graph counts hunting, incidents and alerts, identity protection and the directory apart from one another
//! (<https://learn.microsoft.com/graph/throttling-limits>). So one of them that is throttled makes the calls to it
//! wait, and no other.

use super::endpoint::Service;
use crate::base::{Timestamp, time::TICKS_PER_SECOND};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Until when each service wants to be left alone.
#[derive(Debug, Default)]
pub struct Rates(Mutex<[Option<Timestamp>; Service::COUNT]>);

impl Rates {
    /// Remembers that `service` wants to be left alone until then. The later of two instants counts.
    pub fn hold(&self, service: Service, until: Timestamp) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = held.get_mut(service as usize) {
            *slot = (*slot).max(Some(until));
        }
    }

    /// Until when `service` wants to be left alone, if that is still to come, and how long that is from `now`.
    pub fn held(&self, service: Service, now: Timestamp) -> Option<(Timestamp, Duration)> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let until = held.get(service as usize).copied().flatten().filter(|until| *until > now)?;
        let ticks = (until.ticks() - now.ticks()).unsigned_abs();
        Some((until, Duration::from_nanos(ticks.saturating_mul(1_000_000_000 / TICKS_PER_SECOND.unsigned_abs()))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::TimeSpan;

    #[test]
    fn a_service_is_held_alone_and_until_the_latest_instant_it_named() {
        let (rates, now) = (Rates::default(), "2026-11-23T10:00:00Z".parse::<Timestamp>().unwrap());
        let later = |seconds| now + TimeSpan::seconds(seconds);
        rates.hold(Service::Hunting, later(30));
        rates.hold(Service::Hunting, later(10));
        assert_eq!(rates.held(Service::Hunting, now), Some((later(30), Duration::from_secs(30))));
        assert_eq!(rates.held(Service::Hunting, later(30)), None);
        assert_eq!(rates.held(Service::Security, now), None);
    }
}
