//! How quick the line to the terminal is: one frame in flight, and the next when the terminal says that it has it.
//!
//! A frame ends with a request for a status report (`CSI 5 n`); the answer comes once the terminal has read that far. A
//! terminal that does not answer is asked no more.

use std::collections::VecDeque;
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
const TELLING_BYTES: usize = 400;
/// The least time that a frame of many bytes is taken to need.
const LEAST: Duration = Duration::from_millis(1);
/// The round trip from which on the line is far, and below which one that was is no more.
const FAR: [Duration; 2] = [Duration::from_millis(120), Duration::from_millis(60)];
/// The bytes a second below which it is narrow, and above which one that was is no more.
const NARROW: [f64; 2] = [16_000.0, 40_000.0];

/// The line.
#[derive(Clone, Debug, Default)]
pub struct Link {
    /// Frames whose reports have not come, the oldest first: since when, and their bytes.
    asked: VecDeque<(Instant, usize)>,
    /// Whether the last of them is waited for.
    is_busy: bool,
    unanswered: u8,
    has_answered: bool,
    round_trip: Option<Duration>,
    bytes_per_second: Option<f64>,
    /// Whether it is far, and whether it is narrow.
    is_slow_by: [bool; 2],
}

impl Link {
    /// Whether the next frame is to ask for a report.
    pub const fn asks(&self) -> bool {
        self.has_answered || self.unanswered < UNANSWERED_MAX
    }

    /// Notes that a frame of so many bytes was sent that asks for one.
    pub fn sent(&mut self, bytes: usize, now: Instant) {
        self.asked.push_back((now, bytes));
        self.is_busy = true;
    }

    /// Whether a frame is on its way, so that the next waits.
    pub const fn is_busy(&self) -> bool {
        self.is_busy
    }

    /// Until when a report is waited for.
    pub fn deadline(&self) -> Option<Instant> {
        let waits = if self.has_answered { WAITS } else { FIRST_WAITS };
        self.asked.back().filter(|_| self.is_busy).map(|(since, _)| *since + waits)
    }

    /// Notes that a report has come, be it that of a frame that was given up: it tells how slow the line is.
    pub fn reported(&mut self, now: Instant) {
        let Some((since, bytes)) = self.asked.pop_front() else { return };
        self.is_busy &= !self.asked.is_empty();
        let took = now.duration_since(since);
        (self.has_answered, self.unanswered) = (true, 0);
        if bytes < TELLING_BYTES {
            // Small frames tell the round trip; the quicker of two is nearer to it.
            self.round_trip =
                Some(self.round_trip.map_or(took, |known| if took < known { took } else { (known * 3 + took) / 4 }));
        } else {
            let beyond = took.saturating_sub(self.round_trip.unwrap_or_default()).max(LEAST);
            self.bytes_per_second = Some(bytes as f64 / beyond.as_secs_f64());
            // Until a small frame tells better.
            self.round_trip.get_or_insert(took);
        }
        let [is_far, is_narrow] = self.is_slow_by;
        let bound = |was: bool| usize::from(was);
        self.is_slow_by = [
            self.round_trip.is_some_and(|took| Some(&took) >= FAR.get(bound(is_far))),
            self.bytes_per_second.is_some_and(|rate| Some(&rate) < NARROW.get(bound(is_narrow))),
        ];
    }

    /// Whether it is so slow that only what matters should be drawn. One that has become slow must become quick by far
    /// to be taken for quick, so that the screen does not change its manners all the time.
    pub fn is_slow(&self) -> bool {
        self.is_slow_by.contains(&true)
    }

    /// Gives a report up that has not come in time.
    pub fn give_up(&mut self) {
        if std::mem::take(&mut self.is_busy) {
            self.unanswered = self.unanswered.saturating_add(1);
            // One that has stopped to answer is asked no more either.
            self.has_answered &= self.unanswered < UNANSWERED_MAX;
        }
    }

    /// What a slow line is worth on screen: `200 ms 8 kB/s`, in coarse steps so that it rarely changes.
    pub fn text(&self) -> Option<String> {
        let round_trip = self.round_trip.map(|took| format!("{} ms", coarse(took.as_millis() as f64)));
        let rate = self.bytes_per_second.map(|rate| format!("{} kB/s", coarse(rate / 1_000.0)));
        let known: Vec<String> = round_trip.into_iter().chain(rate).collect();
        self.is_slow().then(|| known.join(" "))
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
    }

    #[test]
    fn a_line_is_slow_by_its_round_trip_or_its_throughput_until_both_are_quick_by_far() {
        let start = Instant::now();
        let mut link = Link::default();
        let mut frame = |bytes, milliseconds| {
            link.sent(bytes, start);
            link.reported(start + Duration::from_millis(milliseconds));
            (link.is_slow(), link.text())
        };
        assert_eq!(frame(20, 2), (false, None), "a quick line needs no word");
        assert_eq!(frame(4_000, 502), (true, Some("2 ms 10 kB/s".to_owned())));
        assert_eq!(frame(600, 22), (true, Some("2 ms 20 kB/s".to_owned())), "somewhat better is not quick");
        assert_eq!(frame(4_000, 12), (false, None));
        assert_eq!(frame(20, 200), (false, None), "one late report is not a slow line");
        for _ in 0..8 {
            frame(20, 300);
        }
        assert!(frame(20, 300).0);
        assert!(frame(20, 80).0, "somewhat better is not quick");
        assert_eq!(frame(20, 2), (false, None));
    }

    #[test]
    fn a_report_that_comes_late_tells_that_the_line_is_slow() {
        let start = Instant::now();
        let mut link = Link::default();
        for _ in 0..UNANSWERED_MAX {
            link.sent(300, start);
            link.give_up();
        }
        link.reported(start + Duration::from_millis(400));
        assert!(link.is_slow() && link.asks() && !link.is_busy());
        link.sent(20, start + Duration::from_millis(410));
        link.reported(start + Duration::from_millis(500));
        assert!(link.is_busy(), "that was the report of the frame before");
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
