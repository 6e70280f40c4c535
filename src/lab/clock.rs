//! The lab's one clock: an anchor, and lab time that passes at a chosen speed and can be moved forward.

use crate::base::{TimeSpan, Timestamp};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The fastest clock: a day of the lab's in a second.
pub const SPEED_MAX: f64 = 86_400.0;

/// Tells the lab's time. Everything the lab dates (changes, comments, `Date` headers, KQL's `now()`) asks it.
#[derive(Debug)]
pub struct LabClock {
    anchor: Timestamp,
    started: Instant,
    pace: Mutex<Pace>,
}

/// How lab time has passed since it was last set.
#[derive(Clone, Copy, Debug)]
struct Pace {
    /// What the clock showed then.
    shown: Timestamp,
    /// When that was.
    since: Instant,
    speed: f64,
}

impl Pace {
    fn now(self) -> Timestamp {
        self.shown + span(self.since.elapsed().mul_f64(self.speed))
    }
}

impl LabClock {
    /// A clock that shows `anchor` at this moment and goes `speed` times as fast as real time: 0 stands still.
    pub fn starting_at(anchor: Timestamp, speed: f64) -> Self {
        let started = Instant::now();
        let pace = Pace { shown: anchor, since: started, speed: within_bounds(speed) };
        Self { anchor, started, pace: Mutex::new(pace) }
    }

    /// The lab's present.
    pub fn now(&self) -> Timestamp {
        self.pace().now()
    }

    /// The instant the lab started at.
    pub fn anchor(&self) -> Timestamp {
        self.anchor
    }

    /// How many times as fast as real time it goes.
    pub fn speed(&self) -> f64 {
        self.pace().speed
    }

    /// The anchor and the real time since the start, whatever became of the lab's clock. Lifetimes of tokens and codes
    /// are measured by it: a client that is told `expires_in` waits in real seconds.
    pub fn steady(&self) -> Timestamp {
        self.anchor + span(self.started.elapsed())
    }

    /// Moves the clock forward by `span`; a clock never goes back.
    pub fn advance(&self, span: TimeSpan) {
        let mut pace = self.pace();
        pace.shown = pace.shown + TimeSpan(span.ticks().max(0));
    }

    /// Goes on at `speed` from here.
    pub fn set_speed(&self, speed: f64) {
        let mut pace = self.pace();
        *pace = Pace { shown: pace.now(), since: Instant::now(), speed: within_bounds(speed) };
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn within_bounds(speed: f64) -> f64 {
    if speed.is_finite() { speed.clamp(0.0, SPEED_MAX) } else { 1.0 }
}

/// `duration` in ticks; the longest span where it would not fit.
pub fn span(duration: Duration) -> TimeSpan {
    TimeSpan(i64::try_from(duration.as_nanos() / 100).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standing_clock_moves_only_when_moved() {
        let anchor: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        let clock = LabClock::starting_at(anchor, 0.0);
        assert_eq!((clock.now(), clock.anchor(), clock.speed()), (anchor, anchor, 0.0));
        clock.advance(TimeSpan::minutes(30));
        clock.advance(TimeSpan::minutes(-90));
        assert_eq!(clock.now(), anchor + TimeSpan::minutes(30));
        clock.set_speed(60.0);
        assert!(clock.now() >= anchor + TimeSpan::minutes(30) && clock.steady() < clock.now());
    }

    #[test]
    fn speeds_stay_within_bounds() {
        for (given, kept) in [(-1.0, 0.0), (f64::NAN, 1.0), (f64::INFINITY, 1.0), (1e9, SPEED_MAX), (2.5, 2.5)] {
            assert_eq!(within_bounds(given).to_bits(), f64::to_bits(kept), "{given}");
        }
    }
}
