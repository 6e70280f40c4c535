//! Instants and durations in ticks of 100 ns, the resolution of Graph's and Kusto's times.
//!
//! A tick count from the year 1 covers exactly what both services send, `0001-01-01` and `9999-12-31T23:59:59.9999999Z`
//! included, which a nanosecond or a Unix-era type does not.

use jiff::civil::{Date, DateTime};
use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;
use std::sync::OnceLock;

/// Ticks in a second.
pub const TICKS_PER_SECOND: i64 = 10_000_000;
/// Ticks in a minute.
pub const TICKS_PER_MINUTE: i64 = 60 * TICKS_PER_SECOND;
/// Ticks in an hour.
pub const TICKS_PER_HOUR: i64 = 60 * TICKS_PER_MINUTE;
/// Ticks in a day.
pub const TICKS_PER_DAY: i64 = 24 * TICKS_PER_HOUR;
/// Ticks from year 1 to 1970-01-01.
const UNIX_EPOCH_TICKS: i64 = 719_162 * TICKS_PER_DAY;
/// Ticks from year 1 to the last of year 9999.
const TICKS_MAX: i64 = 3_652_059 * TICKS_PER_DAY - 1;

/// How far this process's clock is from the system's.
static MOVED: OnceLock<TimeSpan> = OnceLock::new();

/// An instant in UTC, from `0001-01-01T00:00:00Z` to `9999-12-31T23:59:59.9999999Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(
    /// Ticks since year 1 and one more, so that an `Option` takes no more room: queues hold half a million of them.
    NonZeroU64,
);

/// A signed length of time in ticks of 100 ns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeSpan(pub i64);

impl Timestamp {
    /// The earliest instant, .NET's `DateTime.MinValue`.
    pub const MIN: Self = Self::clamped(0);
    /// The latest instant, .NET's `DateTime.MaxValue`: Graph and Kusto use it for "never".
    pub const MAX: Self = Self::clamped(i64::MAX);

    /// The instant `ticks` after year 1, the nearest one where that is outside the range.
    const fn clamped(ticks: i64) -> Self {
        let ticks = if ticks < 0 {
            0
        } else if ticks > TICKS_MAX {
            TICKS_MAX
        } else {
            ticks
        };
        Self(NonZeroU64::MIN.saturating_add(ticks as u64))
    }

    /// The instant `ticks` after year 1, or `None` outside the range.
    pub const fn from_ticks(ticks: i64) -> Option<Self> {
        if ticks >= 0 && ticks <= TICKS_MAX { Some(Self::clamped(ticks)) } else { None }
    }

    /// Ticks since year 1.
    pub const fn ticks(self) -> i64 {
        (self.0.get() - 1) as i64
    }

    /// The instant a Unix time in seconds names, clamped to the range.
    pub fn from_unix_seconds(seconds: i64) -> Self {
        let ticks = seconds.saturating_mul(TICKS_PER_SECOND).saturating_add(UNIX_EPOCH_TICKS);
        Self::clamped(ticks)
    }

    /// Whole seconds since 1970.
    pub const fn unix_seconds(self) -> i64 {
        (self.ticks() - UNIX_EPOCH_TICKS).div_euclid(TICKS_PER_SECOND)
    }

    /// Reads the system clock, moved to where [`Timestamp::set_now`] set it. The only place that does; logic is given
    /// `now`.
    pub fn now() -> Self {
        Self::of_system() + MOVED.get().copied().unwrap_or_default()
    }

    /// Sets this process's clock to `now`, from where it goes on. The first call counts: time does not jump.
    pub fn set_now(now: Self) {
        MOVED.get_or_init(|| TimeSpan(now.ticks() - Self::of_system().ticks()));
    }

    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn of_system() -> Self {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Self::from_unix_seconds(since.as_secs() as i64) + TimeSpan(i64::from(since.subsec_nanos()) / 100)
    }

    /// The instant of a civil date and time, read as UTC.
    pub fn from_civil(civil: DateTime) -> Option<Self> {
        let days = i64::from(civil.date().since(EPOCH_DATE).ok()?.get_days());
        let time = civil.time();
        let ticks = days * TICKS_PER_DAY
            + i64::from(time.hour()) * TICKS_PER_HOUR
            + i64::from(time.minute()) * TICKS_PER_MINUTE
            + i64::from(time.second()) * TICKS_PER_SECOND
            + i64::from(time.subsec_nanosecond()) / 100;
        Self::from_ticks(ticks)
    }

    /// The civil date and time in UTC.
    pub fn civil(self) -> DateTime {
        let days = (self.ticks() / TICKS_PER_DAY) as i32;
        let rest = self.ticks() % TICKS_PER_DAY;
        let date = DateTime::from_parts(EPOCH_DATE, jiff::civil::Time::midnight());
        let date = date.checked_add(jiff::Span::new().days(days)).unwrap_or(date);
        let span = jiff::Span::new().seconds(rest / TICKS_PER_SECOND).nanoseconds(rest % TICKS_PER_SECOND * 100);
        date.checked_add(span).unwrap_or(date)
    }

    /// What clocks in the zone called `zone`, by its IANA name, show at this instant, written as if it were UTC; nothing
    /// where there is no such zone.
    pub fn in_zone(self, zone: &str) -> Option<Self> {
        let zone = jiff::tz::TimeZone::get(zone).ok()?;
        let instant = jiff::tz::TimeZone::UTC.to_timestamp(self.civil()).ok()?;
        Self::from_civil(zone.to_datetime(instant))
    }

    /// The instant at which clocks in the zone called `zone` show this; the earlier one where they show it twice.
    pub fn out_of_zone(self, zone: &str) -> Option<Self> {
        let zone = jiff::tz::TimeZone::get(zone).ok()?;
        let instant = zone.to_timestamp(self.civil()).ok()?;
        Self::from_civil(jiff::tz::TimeZone::UTC.to_datetime(instant))
    }

    /// The names of all time zones.
    pub fn zones() -> Vec<String> {
        jiff::tz::db().available().map(|name| name.as_str().to_owned()).collect()
    }

    /// `self - earlier`.
    pub const fn since(self, earlier: Self) -> TimeSpan {
        TimeSpan(self.ticks() - earlier.ticks())
    }

    /// `2026-11-23 09:58:11`, UTC, whole seconds: how screens and tables print an instant.
    pub fn to_seconds_text(self) -> String {
        let civil = self.civil();
        format!("{} {:02}:{:02}:{:02}", civil.date(), civil.hour(), civil.minute(), civil.second())
    }

    /// `09:58`, UTC.
    pub fn to_clock_text(self) -> String {
        let civil = self.civil();
        format!("{:02}:{:02}", civil.hour(), civil.minute())
    }

    /// Age at `now` in coarse steps that change rarely: `now`, `5 min`, `2 h`, `3 d`, `2 mo`. A future instant is `now`.
    pub fn age(self, now: Self) -> String {
        let minutes = (now.ticks() - self.ticks()) / TICKS_PER_MINUTE;
        match minutes {
            ..1 => "now".to_owned(),
            1..5 => format!("{minutes} min"),
            5..60 => format!("{} min", minutes / 5 * 5),
            60..1_440 => format!("{} h", minutes / 60),
            1_440..86_400 => format!("{} d", minutes / 1_440),
            _ => format!("{} mo", minutes / 43_200),
        }
    }
}

const EPOCH_DATE: Date = jiff::civil::date(1, 1, 1);

impl fmt::Display for Timestamp {
    /// RFC 3339 as Graph writes it: `Z`, no fraction when zero, trailing zeros cut.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = self.civil();
        write!(f, "{}T{:02}:{:02}:{:02}", civil.date(), civil.hour(), civil.minute(), civil.second())?;
        let fraction = self.ticks() % TICKS_PER_SECOND;
        if fraction != 0 {
            let digits = format!("{fraction:07}");
            write!(f, ".{}", digits.trim_end_matches('0'))?;
        }
        f.write_str("Z")
    }
}

/// Text that is not an instant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a date and time: {0:?}")]
pub struct NotATimestamp(String);

impl FromStr for Timestamp {
    type Err = NotATimestamp;

    /// Reads RFC 3339 with any number of fraction digits; a missing offset counts as UTC, a date alone as its midnight.
    fn from_str(text: &str) -> Result<Self, NotATimestamp> {
        let refuse = || NotATimestamp(text.chars().take(40).collect());
        let trimmed = text.trim();
        let (stem, offset) = split_offset(trimmed).ok_or_else(refuse)?;
        let (date, clock) = match stem.split_once(['T', 't', ' ']) {
            Some((date, clock)) => (date, clock),
            None => (stem, "00:00:00"),
        };
        let date: Date = date.parse().map_err(|_| refuse())?;
        let ticks = clock_ticks(clock).ok_or_else(refuse)?;
        let midnight = Self::from_civil(date.to_datetime(jiff::civil::Time::midnight())).ok_or_else(refuse)?;
        Self::from_ticks(midnight.ticks() + ticks - offset).ok_or_else(refuse)
    }
}

/// Splits `Z` or `+hh:mm` off the end; the offset in ticks.
fn split_offset(text: &str) -> Option<(&str, i64)> {
    if let Some(stem) = text.strip_suffix(['Z', 'z']) {
        return Some((stem, 0));
    }
    let clock_at = text.find(['T', 't', ' ']).unwrap_or(text.len());
    let Some(sign_at) = text.get(clock_at..)?.find(['+', '-']).map(|at| at + clock_at) else {
        return Some((text, 0));
    };
    let (stem, offset) = text.split_at_checked(sign_at)?;
    let sign = if offset.starts_with('-') { -1 } else { 1 };
    let digits = offset.get(1..)?;
    let (hours, minutes) = digits.split_once(':').unwrap_or((digits, "0"));
    let ticks = hours.parse::<i64>().ok()? * TICKS_PER_HOUR + minutes.parse::<i64>().ok()? * TICKS_PER_MINUTE;
    (ticks <= 18 * TICKS_PER_HOUR).then_some((stem, sign * ticks))
}

/// Ticks of `hh:mm[:ss[.fraction]]`; a leap second counts as the second before.
fn clock_ticks(clock: &str) -> Option<i64> {
    let mut parts = clock.splitn(3, ':');
    let hours: i64 = parts.next()?.parse().ok().filter(|h| (0..24).contains(h))?;
    let minutes: i64 = parts.next()?.parse().ok().filter(|m| (0..60).contains(m))?;
    let (seconds, fraction) = match parts.next() {
        Some(rest) => rest.split_once('.').unwrap_or((rest, "")),
        None => ("0", ""),
    };
    let seconds: i64 = seconds.parse().ok().filter(|s| (0..=60).contains(s))?;
    if !fraction.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let mut ticks = 0;
    for digit in fraction.chars().chain(std::iter::repeat('0')).take(7) {
        ticks = ticks * 10 + i64::from(digit.to_digit(10)?);
    }
    Some(hours * TICKS_PER_HOUR + minutes * TICKS_PER_MINUTE + seconds.min(59) * TICKS_PER_SECOND + ticks)
}

impl TimeSpan {
    /// `days` whole days.
    pub const fn days(days: i64) -> Self {
        Self(days * TICKS_PER_DAY)
    }

    /// `hours` whole hours.
    pub const fn hours(hours: i64) -> Self {
        Self(hours * TICKS_PER_HOUR)
    }

    /// `minutes` whole minutes.
    pub const fn minutes(minutes: i64) -> Self {
        Self(minutes * TICKS_PER_MINUTE)
    }

    /// `seconds` whole seconds.
    pub const fn seconds(seconds: i64) -> Self {
        Self(seconds * TICKS_PER_SECOND)
    }

    /// Ticks of 100 ns.
    pub const fn ticks(self) -> i64 {
        self.0
    }
}

impl Default for Timestamp {
    fn default() -> Self {
        Self::MIN
    }
}

impl std::ops::Add<TimeSpan> for Timestamp {
    type Output = Self;

    /// Clamps at both ends of the range.
    fn add(self, span: TimeSpan) -> Self {
        Self::clamped(self.ticks().saturating_add(span.0))
    }
}

impl std::ops::Sub<TimeSpan> for Timestamp {
    type Output = Self;

    /// Clamps at both ends of the range.
    fn sub(self, span: TimeSpan) -> Self {
        Self::clamped(self.ticks().saturating_sub(span.0))
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_graph_sends_and_writes_it_back() {
        let cases = [
            ("2026-02-25T16:29:33.1Z", "2026-02-25T16:29:33.1Z"),
            ("2021-09-30T09:35:45.1133333Z", "2021-09-30T09:35:45.1133333Z"),
            ("2021-09-30T09:35:45Z", "2021-09-30T09:35:45Z"),
            ("2021-09-30T09:35:45.0000000Z", "2021-09-30T09:35:45Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999Z"),
            ("2026-03-01T10:11:12", "2026-03-01T10:11:12Z"),
            ("2026-03-01T10:11:12+02:00", "2026-03-01T08:11:12Z"),
            ("2026-03-01T10:11:12.5-05:30", "2026-03-01T15:41:12.5Z"),
            ("2026-03-01 10:11", "2026-03-01T10:11:00Z"),
            ("2024-02-29T00:00:00.123456789Z", "2024-02-29T00:00:00.1234567Z"),
        ];
        for (text, written) in cases {
            assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), written, "{text}");
        }
        assert_eq!("9999-12-31T23:59:59.9999999Z".parse::<Timestamp>().unwrap(), Timestamp::MAX);
        for bad in ["", "yesterday", "2026-13-01T00:00:00Z", "2026-01-01T25:00:00Z", "2026-01-01T00:00:00.xZ", "é"] {
            assert!(bad.parse::<Timestamp>().is_err(), "{bad}");
        }
    }

    #[test]
    fn ages_move_in_coarse_steps() {
        let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        let cases = [
            ("2026-11-23T11:59:30Z", "now"),
            ("2026-11-23T12:30:00Z", "now"),
            ("2026-11-23T11:57:00Z", "3 min"),
            ("2026-11-23T11:21:00Z", "35 min"),
            ("2026-11-23T10:01:00Z", "1 h"),
            ("2026-11-21T10:00:00Z", "2 d"),
            ("2026-08-01T00:00:00Z", "3 mo"),
        ];
        for (at, age) in cases {
            assert_eq!(at.parse::<Timestamp>().unwrap().age(now), age, "{at}");
        }
    }

    #[test]
    fn unix_seconds_agree_with_the_calendar() {
        let at: Timestamp = "2026-11-23T00:00:00Z".parse().unwrap();
        assert_eq!(at.unix_seconds(), 1_795_392_000);
        assert_eq!(Timestamp::from_unix_seconds(1_795_392_000), at);
        assert_eq!(Timestamp::from_unix_seconds(i64::MAX), Timestamp::MAX);
    }
}
