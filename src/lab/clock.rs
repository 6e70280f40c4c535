//! The lab's one clock: the configured anchor plus the real time that has passed since the start.

use crate::base::{TimeSpan, Timestamp};
use std::time::{Duration, Instant};

/// Tells the lab's time. Everything the lab dates (changes, comments, tokens, `Date` headers, KQL's `now()`) asks it.
#[derive(Clone, Copy, Debug)]
pub struct LabClock {
    anchor: Timestamp,
    started: Instant,
}

impl LabClock {
    /// A clock that shows `anchor` at this moment.
    pub fn starting_at(anchor: Timestamp) -> Self {
        Self { anchor, started: Instant::now() }
    }

    /// The lab's present.
    pub fn now(&self) -> Timestamp {
        self.anchor + span(self.started.elapsed())
    }
}

/// `duration` in ticks; the longest span where it would not fit.
pub fn span(duration: Duration) -> TimeSpan {
    TimeSpan(i64::try_from(duration.as_nanos() / 100).unwrap_or(i64::MAX))
}
