//! How stories tell time.
//!
//! | text | instant |
//! |---|---|
//! | `-250min`, `+2h` | before or after the anchor; after it is a chapter to come |
//! | `4d 19:20` | 19:20, local to whoever acts, on the day 4 before the anchor's |
//! | `3wd 09:05` | the same on the third working day before it |
//! | `after NAME 12min` | after the last act of the step `NAME` |
//! | `before NAME 12min` | before the first act of it |
//!
//! Lengths are whole numbers of `s`, `min`, `h` or `d`.

use crate::base::TimeSpan;
use serde::Deserialize;

/// An instant, told in relation to something.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "String")]
pub enum When {
    /// From the anchor, negative before it.
    FromNow(TimeSpan),
    /// At a local time of day, some days before the anchor's.
    Local {
        /// How many days.
        days: i64,
        /// Whether only working days count.
        working: bool,
        /// Minutes since midnight.
        minutes: i64,
    },
    /// After the last act of a step.
    After(String, TimeSpan),
    /// Before the first act of a step.
    Before(String, TimeSpan),
}

/// A length of time.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "String")]
pub struct Span(pub TimeSpan);

impl Default for Span {
    fn default() -> Self {
        Self(TimeSpan(0))
    }
}

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        span(&text).map(Self).ok_or_else(|| format!("{text:?} is no length of time such as 12min"))
    }
}

impl TryFrom<String> for When {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        read(&text).ok_or_else(|| format!("{text:?} is no instant such as -250min, 4d 19:20 or after copied 2min"))
    }
}

fn read(text: &str) -> Option<When> {
    if let Some(length) = text.strip_prefix('-') {
        return Some(When::FromNow(TimeSpan(-span(length)?.ticks())));
    }
    if let Some(length) = text.strip_prefix('+') {
        return Some(When::FromNow(span(length)?));
    }
    let words: Vec<&str> = text.split(' ').collect();
    match words.as_slice() {
        ["after", step, length] => Some(When::After((*step).to_owned(), span(length)?)),
        ["before", step, length] => Some(When::Before((*step).to_owned(), span(length)?)),
        [day, clock] => {
            let (count, working) = match day.strip_suffix("wd") {
                Some(count) => (count, true),
                None => (day.strip_suffix('d')?, false),
            };
            let (hour, minute) = clock.split_once(':')?;
            let minutes = hour.parse::<i64>().ok()? * 60 + minute.parse::<i64>().ok()?;
            Some(When::Local { days: count.parse().ok()?, working, minutes })
        }
        _ => None,
    }
}

fn span(text: &str) -> Option<TimeSpan> {
    let unit = text.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let count: i64 = text.strip_suffix(unit)?.parse().ok()?;
    match unit {
        "s" => Some(TimeSpan::seconds(count)),
        "min" => Some(TimeSpan::minutes(count)),
        "h" => Some(TimeSpan::hours(count)),
        "d" => Some(TimeSpan::days(count)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_tell_an_instant_is_read() {
        let minutes = TimeSpan::minutes;
        for (text, instant) in [
            ("-250min", When::FromNow(minutes(-250))),
            ("+2h", When::FromNow(minutes(120))),
            ("4d 19:20", When::Local { days: 4, working: false, minutes: 19 * 60 + 20 }),
            ("3wd 09:05", When::Local { days: 3, working: true, minutes: 9 * 60 + 5 }),
            ("after copied 90s", When::After("copied".to_owned(), TimeSpan::seconds(90))),
            ("before copied 1d", When::Before("copied".to_owned(), TimeSpan::days(1))),
        ] {
            assert_eq!(When::try_from(text.to_owned()), Ok(instant), "{text}");
        }
        for text in ["", "250min", "-250", "-min", "4d", "4x 19:20", "4d 1920", "after copied", "after copied 2"] {
            assert!(When::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
