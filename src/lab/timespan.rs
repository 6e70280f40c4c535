//! The `Timespan` of a hunting request: ISO 8601 in every form that is documented.
//! <https://learn.microsoft.com/graph/api/security-security-runhuntingquery>

use crate::base::{TimeSpan, Timestamp};

/// What a query sees where nothing is said.
const DEFAULT_DAYS: i64 = 30;

/// A stretch of time, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// From.
    pub start: Timestamp,
    /// To.
    pub end: Timestamp,
}

impl Window {
    /// The last 30 days before `now`.
    pub fn default_at(now: Timestamp) -> Self {
        Self { start: now - TimeSpan::days(DEFAULT_DAYS), end: now }
    }

    /// Reads `start/end`, `duration/end`, `start/duration`, a duration before `now`, or a start until `now`; `None`
    /// where `text` is none of these or ends before it starts. What is after `now` is left out: it has not happened yet.
    pub fn parse(text: &str, now: Timestamp) -> Option<Self> {
        let text = text.trim();
        let window = match text.split_once('/') {
            Some((from, to)) => match (End::parse(from)?, End::parse(to)?) {
                (End::At(start), End::At(end)) => Self { start, end },
                (End::Lasting(span), End::At(end)) => Self { start: shift(end, span.negate())?, end },
                (End::At(start), End::Lasting(span)) => Self { start, end: shift(start, span)? },
                (End::Lasting(_), End::Lasting(_)) => return None,
            },
            None => match End::parse(text)? {
                End::Lasting(span) => Self { start: shift(now, span.negate())?, end: now },
                End::At(start) => Self { start, end: now },
            },
        };
        (window.start <= window.end).then_some(Self { end: window.end.min(now), ..window })
    }

    /// Whether `ticks` since year 1 lie in it.
    pub fn contains(&self, ticks: i64) -> bool {
        (self.start.ticks()..=self.end.ticks()).contains(&ticks)
    }
}

/// Reads an ISO 8601 duration of weeks, days and smaller units, as `PT30M`; `None` for any other text.
pub fn parse_duration(text: &str) -> Option<TimeSpan> {
    let End::Lasting(span) = End::parse(text)? else { return None };
    if span.get_years() != 0 || span.get_months() != 0 {
        return None;
    }
    let start = Timestamp::from_unix_seconds(0);
    shift(start, span).map(|end| end.since(start))
}

/// One side of an interval.
enum End {
    At(Timestamp),
    Lasting(jiff::Span),
}

impl End {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.starts_with(['P', 'p']) {
            let span: jiff::Span = text.parse().ok()?;
            return (!span.is_negative()).then_some(Self::Lasting(span));
        }
        text.parse().ok().map(Self::At)
    }
}

/// `at` moved by `span`, months and years by the calendar.
fn shift(at: Timestamp, span: jiff::Span) -> Option<Timestamp> {
    Timestamp::from_civil(at.civil().checked_add(span).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_fixed_length() {
        for (text, seconds) in [("PT30M", 1_800), ("P1DT1H", 90_000), ("PT0.5S", 0), ("P2W", 1_209_600)] {
            assert_eq!(parse_duration(text).unwrap().ticks() / 10_000_000, seconds, "{text}");
        }
        for bad in ["", "30m", "P1M", "P1Y", "-PT5M", "2026-11-23"] {
            assert_eq!(parse_duration(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_has_not_happened_yet_is_left_out() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let now = at("2026-11-23T12:00:00Z");
        let window = Window::parse("2026-11-23/2026-11-25", now).unwrap();
        assert_eq!(window, Window { start: at("2026-11-23"), end: now });
        let coming = Window::parse("2026-11-24/2026-11-25", now).unwrap();
        assert!(!coming.contains(at("2026-11-24T12:00:00Z").ticks()));
    }

    #[test]
    fn every_documented_form_is_read() {
        let now = "2026-11-23T12:00:00Z";
        let cases = [
            ("P7D", "2026-11-16T12:00:00Z", now),
            ("PT1H30M", "2026-11-23T10:30:00Z", now),
            ("P1M", "2026-10-23T12:00:00Z", now),
            ("2026-11-01", "2026-11-01T00:00:00Z", now),
            ("2026-11-01T06:00:00Z", "2026-11-01T06:00:00Z", now),
            ("2026-11-01T06:00:00Z/2026-11-02T06:00:00Z", "2026-11-01T06:00:00Z", "2026-11-02T06:00:00Z"),
            ("P1D/2026-11-02T06:00:00Z", "2026-11-01T06:00:00Z", "2026-11-02T06:00:00Z"),
            ("2026-11-01T06:00:00Z/PT2H", "2026-11-01T06:00:00Z", "2026-11-01T08:00:00Z"),
        ];
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        for (text, start, end) in cases {
            assert_eq!(Window::parse(text, at(now)), Some(Window { start: at(start), end: at(end) }), "{text}");
        }
        for bad in ["", "7d", "P1D/P1D", "2026-11-02/2026-11-01", "-P1D", "yesterday"] {
            assert_eq!(Window::parse(bad, at(now)), None, "{bad}");
        }
    }
}
