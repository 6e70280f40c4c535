//! How quick the line to the terminal is: one frame in flight, and the next when the terminal says that it has it.
//!
//! A frame ends with a request for a status report (`CSI 5 n`); the answer comes once the terminal has read that far. A
//! terminal that does not answer is asked no more.

use std::time::{Duration, Instant};

/// What asks the terminal for a report.
pub const ASK: &[u8] = b"\x1b[5n";
/// How long a report is waited for before anything was ever reported.
const FIRST_WAITS: Duration = Duration::from_millis(150);
/// How long a report is waited for where there were some.
const WAITS: Duration = Duration::from_secs(1);
/// Requests without an answer after which no more are made.
const UNANSWERED_MAX: u8 = 2;
/// Frames of at least this many bytes tell something of the throughput.
const TELLING_BYTES: usize = 1_000;
/// The round trip from which on the line is worth a word on screen.
const SLOW: Duration = Duration::from_millis(80);

/// The line.
#[derive(Clone, Debug, Default)]
pub struct Link {
    in_flight: Option<(Instant, usize)>,
    unanswered: u8,
    has_answered: bool,
    round_trip: Option<Duration>,
    bytes_per_second: Option<f64>,
}

impl Link {
    /// Whether the next frame is to ask for a report.
    pub const fn asks(&self) -> bool {
        self.has_answered || self.unanswered < UNANSWERED_MAX
    }

    /// Notes that a frame of so many bytes was sent that asks for one.
    pub fn sent(&mut self, bytes: usize, now: Instant) {
        self.in_flight = Some((now, bytes));
    }

    /// Whether a frame is on its way, so that the next waits.
    pub const fn is_busy(&self) -> bool {
        self.in_flight.is_some()
    }

    /// Until when a report is waited for.
    pub fn deadline(&self) -> Option<Instant> {
        let waits = if self.has_answered { WAITS } else { FIRST_WAITS };
        self.in_flight.map(|(since, _)| since + waits)
    }

    /// Notes that the report has come.
    pub fn reported(&mut self, now: Instant) {
        let Some((since, bytes)) = self.in_flight.take() else { return };
        let took = now.duration_since(since);
        (self.has_answered, self.unanswered) = (true, 0);
        if bytes < TELLING_BYTES {
            // Small frames tell the round trip; the quicker of two is nearer to it.
            self.round_trip =
                Some(self.round_trip.map_or(took, |known| if took < known { took } else { (known * 3 + took) / 4 }));
        } else {
            let beyond = took.saturating_sub(self.round_trip.unwrap_or_default());
            if !beyond.is_zero() {
                self.bytes_per_second = Some(bytes as f64 / beyond.as_secs_f64());
            }
        }
    }

    /// Gives a report up that has not come in time.
    pub fn give_up(&mut self) {
        if self.in_flight.take().is_some() {
            self.unanswered = self.unanswered.saturating_add(1);
            // One that has stopped to answer is asked no more either.
            self.has_answered &= self.unanswered < UNANSWERED_MAX;
        }
    }

    /// What a slow line is worth on screen: `200 ms 8 kB/s`, in coarse steps so that it rarely changes.
    pub fn text(&self) -> Option<String> {
        let round_trip = self.round_trip.filter(|round_trip| *round_trip >= SLOW)?;
        let milliseconds = coarse(round_trip.as_millis() as f64);
        let rate =
            self.bytes_per_second.map(|rate| format!(" {} kB/s", coarse(rate / 1_000.0).max(1.0))).unwrap_or_default();
        Some(format!("{milliseconds} ms{rate}"))
    }
}

/// The nearest of 1, 2, 5, 10, 20, 50 and so on.
fn coarse(number: f64) -> f64 {
    let size = 10_f64.powf(number.max(1.0).log10().floor());
    let first = number / size;
    size * if first < 1.5 {
        1.0
    } else if first < 3.5 {
        2.0
    } else if first < 7.5 {
        5.0
    } else {
        10.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_frame_is_in_flight_until_it_is_reported_or_given_up() {
        let start = Instant::now();
        let mut link = Link::default();
        assert!(link.asks() && !link.is_busy());
        link.sent(200, start);
        assert!(link.is_busy() && link.deadline() == Some(start + FIRST_WAITS));
        link.reported(start + Duration::from_millis(180));
        assert_eq!((link.is_busy(), link.text().as_deref()), (false, Some("200 ms")));
        link.sent(4_000, start);
        link.reported(start + Duration::from_millis(680));
        assert_eq!(link.text().as_deref(), Some("200 ms 10 kB/s"));
        link.sent(200, start);
        assert_eq!(link.deadline(), Some(start + WAITS));
        link.reported(start + Duration::from_millis(2));
        assert_eq!(link.text(), None, "a quick line needs no word");
    }

    #[test]
    fn a_terminal_that_does_not_answer_is_asked_no_more() {
        let mut link = Link::default();
        for _ in 0..UNANSWERED_MAX {
            assert!(link.asks());
            link.sent(10, Instant::now());
            link.give_up();
        }
        assert!(!link.asks());
        link.sent(10, Instant::now());
        link.reported(Instant::now());
        assert!(link.asks(), "one answer suffices to ask again");
    }
}
