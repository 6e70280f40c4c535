//! `datetime` text. Forms read: ISO 8601, RFC 822, RFC 850 and month-first slashes, as listed at
//! <https://learn.microsoft.com/kusto/query/scalar-data-types/datetime>.

use super::super::functions::calendar::ticks_of;
use crate::base::Timestamp;
use crate::base::time::{TICKS_PER_HOUR, TICKS_PER_MINUTE, TICKS_PER_SECOND};

/// `2021-01-01T00:00:00.0000000Z`: seven fraction digits, always UTC. Ticks outside the calendar are clamped to it.
pub fn datetime_text(ticks: i64) -> String {
    let at = Timestamp::from_ticks(ticks.clamp(0, Timestamp::MAX.ticks())).unwrap_or(Timestamp::MIN);
    let civil = at.civil();
    let fraction = at.ticks() % TICKS_PER_SECOND;
    let (date, hour, minute, second) = (civil.date(), civil.hour(), civil.minute(), civil.second());
    format!("{date}T{hour:02}:{minute:02}:{second:02}.{fraction:07}Z")
}

/// The instant `text` names, in ticks since year 1. Without an offset it is UTC; without a clock, midnight; without a
/// day or month, the first.
pub fn parse_datetime(text: &str) -> Option<i64> {
    let mut reader = Reader { rest: text.trim() };
    reader.weekday();
    let midnight = reader.date()?;
    let clock = reader.clock()?;
    let offset = reader.offset()?;
    let ticks = midnight + clock - offset;
    (reader.rest.is_empty() && (0..=Timestamp::MAX.ticks()).contains(&ticks)).then_some(ticks)
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// What is left to read.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !wanted(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn eat(&mut self, wanted: &[char]) -> bool {
        let rest = self.rest.strip_prefix(wanted);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn spaces(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// A number and how many digits it had.
    fn number(&mut self) -> Option<(i64, usize)> {
        let digits = self.take_while(|c| c.is_ascii_digit());
        (digits.len() <= 4).then_some(())?;
        Some((digits.parse().ok()?, digits.len()))
    }

    /// Passes over `Sat, ` and `Saturday, `.
    fn weekday(&mut self) {
        let kept = self.rest;
        let word = self.take_while(|c| c.is_ascii_alphabetic());
        if word.len() < 3 || !self.eat(&[',']) {
            self.rest = kept;
        }
        self.spaces();
    }

    fn month_name(&mut self) -> Option<i64> {
        let word = self.take_while(|c| c.is_ascii_alphabetic()).to_ascii_lowercase();
        let at = MONTHS.iter().position(|month| word.get(..3) == Some(month))?;
        Some(at as i64 + 1)
    }

    /// Ticks of the date's midnight.
    fn date(&mut self) -> Option<i64> {
        if self.rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let month = self.month_name()?;
            self.spaces();
            let (day, _) = self.number()?;
            self.eat(&[',']);
            self.spaces();
            return ticks_of(self.year()?, month, day);
        }
        let (first, digits) = self.number()?;
        if digits == 4 {
            let mut rest = [1, 1];
            for part in &mut rest {
                if !self.eat(&['-', '/']) {
                    break;
                }
                *part = self.number()?.0;
            }
            return ticks_of(first, rest[0], rest[1]);
        }
        if self.eat(&['/']) {
            let (day, _) = self.number()?;
            self.eat(&['/']).then_some(())?;
            return ticks_of(self.year()?, first, day);
        }
        self.eat(&['-', ' ']).then_some(())?;
        let month = self.month_name()?;
        self.eat(&['-', ' ']).then_some(())?;
        ticks_of(self.year()?, month, first)
    }

    /// A year of four digits, or of two as .NET reads them: up to 49 is this century.
    fn year(&mut self) -> Option<i64> {
        match self.number()? {
            (year, 4) => Some(year),
            (year @ ..50, 2) => Some(2000 + year),
            (year, 2) => Some(1900 + year),
            _ => None,
        }
    }

    /// Ticks of `hh:mm[:ss[.fraction]] [AM|PM]`; 0 where there is no clock.
    fn clock(&mut self) -> Option<i64> {
        let separated = self.eat(&['T', 't']) || self.rest.starts_with(' ');
        self.spaces();
        if !separated || !self.rest.starts_with(|c: char| c.is_ascii_digit()) {
            return Some(0);
        }
        let (mut hour, _) = self.number()?;
        self.eat(&[':']).then_some(())?;
        let (minute, _) = self.number()?;
        let (mut second, mut fraction) = (0, 0);
        if self.eat(&[':']) {
            second = self.number()?.0;
            if self.eat(&['.', ',']) {
                let digits = self.take_while(|c| c.is_ascii_digit());
                for digit in digits.chars().chain(std::iter::repeat('0')).take(7) {
                    fraction = fraction * 10 + i64::from(digit.to_digit(10)?);
                }
            }
        }
        self.spaces();
        let half = self.rest.get(..2).unwrap_or_default().to_ascii_uppercase();
        if (half == "AM" || half == "PM") && (1..=12).contains(&hour) {
            hour = hour % 12 + if half == "PM" { 12 } else { 0 };
            self.rest = self.rest.get(2..).unwrap_or_default();
        }
        ((0..24).contains(&hour) && (0..60).contains(&minute) && (0..60).contains(&second)).then_some(())?;
        Some(hour * TICKS_PER_HOUR + minute * TICKS_PER_MINUTE + second * TICKS_PER_SECOND + fraction)
    }

    /// Ticks of `Z`, `GMT`, `UTC`, `+hh:mm`, `+hhmm` or `+hh`; 0 where there is none.
    fn offset(&mut self) -> Option<i64> {
        self.spaces();
        let zone = self.take_while(|c| c.is_ascii_alphabetic()).to_ascii_uppercase();
        if !zone.is_empty() {
            return matches!(zone.as_str(), "Z" | "GMT" | "UTC" | "UT").then_some(0);
        }
        let sign = if self.rest.starts_with('-') { -1 } else { 1 };
        if !self.eat(&['+', '-']) {
            return Some(0);
        }
        let (hours, minutes) = match self.number()? {
            (both, 4) => (both / 100, both % 100),
            (hours, _) if self.eat(&[':']) => (hours, self.number()?.0),
            (hours, _) => (hours, 0),
        };
        (hours <= 14 && minutes < 60).then_some(sign * (hours * TICKS_PER_HOUR + minutes * TICKS_PER_MINUTE))
    }
}
