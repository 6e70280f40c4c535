//! When a failed try is worth another. The decision is pure; [`Client`](super::Client) sleeps and tries.
//!
//! Reads are repeated on 429, 502, 503, 504, lost connections and connections that never stood, and once after a
//! try that took too long. A change is repeated where the service refused it and said when to come back. An addition
//! is repeated only where the service did not take it up at all: a connection that never stood, or a 429 that names a
//! time. After anything else it could have been made, and would stand twice.

use super::endpoint::{Call, Pace, Repeat};
use crate::base::Timestamp;
use jiff::fmt::rfc2822;
use std::time::Duration;

/// Tries of one call that may run out of time.
const TIMED_OUT_MAX: u32 = 2;
/// Tries of one call that may fall silent in the middle of the answer.
const SILENT_MAX: u32 = 4;
/// Tries of a call that found nobody at the address: whoever is offline should be told soon.
const UNREACHED_TRIES_MAX: u32 = 5;

/// The limits of patience.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Tries of one call, the first included.
    pub tries_max: u32,
    /// The first pause where the service names none; it doubles each time.
    pub pause_first: Duration,
    /// The longest pause that doubling comes to.
    pub pause_doubled_max: Duration,
    /// The longest single pause. A service that asks for more is given up on, and the wait told.
    pub pause_max: Duration,
    /// The most time spent on pauses for one call.
    pub patience: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            tries_max: 8,
            pause_first: Duration::from_millis(500),
            pause_doubled_max: Duration::from_secs(8),
            pause_max: Duration::from_secs(60),
            patience: Duration::from_secs(90),
        }
    }
}

/// How a try failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No connection: nothing was sent.
    Unreached,
    /// The connection broke after the request was, or may have been, sent.
    Lost,
    /// The time for the try ran out.
    TimedOut,
    /// The answer began, and stopped half way without the connection ending.
    Silent,
    /// The service answered with an error.
    Answered {
        /// HTTP status.
        status: u16,
        /// When it wants to be asked again.
        retry_after: Option<Duration>,
    },
}

/// What has been tried so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Tries made.
    pub tries: u32,
    /// Those of them that took too long or fell silent.
    pub slow: u32,
    /// Time paused between them.
    pub pauses: Duration,
}

/// How long to pause before the next try of `call`; `None` to give up.
///
/// The pause is what the service asked for, or else a doubling one of which `random` takes up to half off, so that
/// many clients do not come back together.
pub fn pause(policy: &Policy, call: &Call, failure: Failure, spent: Spent, random: u64) -> Option<Duration> {
    let has_tries = match failure {
        Failure::TimedOut => spent.slow < TIMED_OUT_MAX,
        Failure::Silent => spent.slow < SILENT_MAX,
        Failure::Unreached => spent.tries < UNREACHED_TRIES_MAX,
        Failure::Lost | Failure::Answered { .. } => true,
    };
    if !has_tries || spent.tries >= policy.tries_max || !is_repeatable(call, failure) {
        return None;
    }
    let pause = match failure {
        Failure::Answered { retry_after: Some(asked), .. } => asked,
        _ => backoff(policy, spent.tries, random),
    };
    fits(policy, pause, spent).then_some(pause)
}

/// Whether patience allows one more `pause`.
pub fn fits(policy: &Policy, pause: Duration, spent: Spent) -> bool {
    pause <= policy.pause_max && spent.pauses + pause <= policy.patience
}

/// By how much to come later than asked after a wait that others share, so that not all come back at once.
pub fn spread(policy: &Policy, random: u64) -> Duration {
    policy.pause_first.mul_f64(share(random))
}

fn is_repeatable(call: &Call, failure: Failure) -> bool {
    match failure {
        Failure::Unreached => true,
        Failure::Lost => call.repeat == Repeat::Harmless,
        // A hunting query would run as long again and spend the tenant's quota.
        Failure::TimedOut | Failure::Silent => call.repeat == Repeat::Harmless && call.pace != Pace::Hunting,
        Failure::Answered { status, retry_after } => match call.repeat {
            Repeat::Harmless if status == 504 => call.pace != Pace::Hunting,
            Repeat::Harmless => matches!(status, 429 | 502 | 503),
            Repeat::Overwrites => matches!(status, 429 | 503) && retry_after.is_some(),
            Repeat::Doubles => status == 429 && retry_after.is_some(),
        },
    }
}

fn backoff(policy: &Policy, tries: u32, random: u64) -> Duration {
    let doublings = tries.saturating_sub(1).min(16);
    let full = policy.pause_first.saturating_mul(1 << doublings).min(policy.pause_doubled_max);
    full.mul_f64(1.0 - share(random) / 2.0)
}

/// `random` as a part of one.
fn share(random: u64) -> f64 {
    random as f64 / u64::MAX as f64
}

/// Reads a `Retry-After`: seconds, which Graph may write with a fraction, or an HTTP date (RFC 9110 §10.2.3).
/// Unreadable counts as absent, and a date gone by as now.
pub fn retry_after(header: &str, now: Timestamp) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let at = rfc2822::DateTimeParser::new().parse_timestamp(header.replace("GMT", "+0000")).ok()?;
    let seconds = at.as_second() - now.unix_seconds();
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const READ: Call = Call::read("read", "p");
    const CHANGE: Call = Call::change("change", "p");
    const ADDITION: Call = Call::addition("add", "p");
    const HUNT: Call = Call { pace: Pace::Hunting, ..READ };
    const ASKED: Option<Duration> = Some(Duration::from_secs(7));

    fn answered(status: u16, retry_after: Option<Duration>) -> Failure {
        Failure::Answered { status, retry_after }
    }

    #[test]
    fn what_is_tried_again_depends_on_what_twice_would_mean() {
        // Columns: read, hunt, change, addition.
        let cases = [
            (Failure::Unreached, [true, true, true, true]),
            (Failure::Lost, [true, true, false, false]),
            (Failure::TimedOut, [true, false, false, false]),
            (Failure::Silent, [true, false, false, false]),
            (answered(429, ASKED), [true, true, true, true]),
            (answered(429, None), [true, true, false, false]),
            (answered(503, ASKED), [true, true, true, false]),
            (answered(503, None), [true, true, false, false]),
            (answered(502, ASKED), [true, true, false, false]),
            (answered(504, None), [true, false, false, false]),
            (answered(500, None), [false, false, false, false]),
            (answered(400, None), [false, false, false, false]),
            (answered(403, ASKED), [false, false, false, false]),
        ];
        let spent = Spent { tries: 1, ..Spent::default() };
        for (failure, expected) in cases {
            let again = [READ, HUNT, CHANGE, ADDITION]
                .map(|call| pause(&Policy::default(), &call, failure, spent, 0).is_some());
            assert_eq!(again, expected, "{failure:?}");
        }
    }

    #[test]
    fn pauses_double_up_to_the_cap_and_chance_takes_up_to_half() {
        let policy = Policy { tries_max: 100, patience: Duration::MAX, ..Policy::default() };
        let after = |tries, random| {
            pause(&policy, &READ, Failure::Lost, Spent { tries, ..Spent::default() }, random).unwrap().as_millis()
        };
        assert_eq!([1, 2, 3, 4].map(|tries| after(tries, 0)), [500, 1_000, 2_000, 4_000]);
        assert_eq!([1, 2, 3, 4].map(|tries| after(tries, u64::MAX)), [250, 500, 1_000, 2_000]);
        assert_eq!(after(60, 0), 8_000);
    }

    #[test]
    fn the_service_is_waited_for_as_asked_within_patience() {
        let policy = Policy::default();
        let pause = |asked, tries, pauses| {
            let failure = answered(429, Some(Duration::from_secs(asked)));
            pause(&policy, &READ, failure, Spent { tries, pauses: Duration::from_secs(pauses), ..Spent::default() }, 0)
        };
        assert_eq!(pause(7, 1, 0), ASKED);
        assert_eq!(pause(0, 1, 0), Some(Duration::ZERO));
        assert_eq!(pause(61, 1, 0), None, "over the cap");
        assert_eq!(pause(60, 2, 31), None, "over the budget");
        assert_eq!(pause(7, 8, 0), None, "no tries left");
    }

    #[test]
    fn what_is_slow_is_given_up_sooner() {
        let after = |failure, slow| {
            pause(&Policy::default(), &READ, failure, Spent { tries: slow, slow, ..Spent::default() }, 0).is_some()
        };
        assert_eq!([1, 2].map(|slow| after(Failure::TimedOut, slow)), [true, false]);
        assert_eq!([1, 3, 4].map(|slow| after(Failure::Silent, slow)), [true, true, false]);
        assert_eq!([4, 5].map(|tries| after(Failure::Unreached, tries)), [true, false]);
    }

    #[test]
    fn retry_after_reads_seconds_fractions_and_dates() {
        let now = "2026-11-23T10:00:00Z".parse().unwrap();
        let cases = [
            ("3", Some(3_000)),
            ("2.128", Some(2_128)),
            (" 0 ", Some(0)),
            ("Mon, 23 Nov 2026 10:00:30 GMT", Some(30_000)),
            ("Mon, 23 Nov 2026 09:00:00 GMT", Some(0)),
            ("-1", None),
            ("NaN", None),
            ("1e400", None),
            ("soon", None),
            ("", None),
        ];
        for (header, millis) in cases {
            assert_eq!(retry_after(header, now), millis.map(Duration::from_millis), "{header:?}");
        }
    }
}
