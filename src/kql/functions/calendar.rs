//! The civil calendar over ticks, for the date functions. UTC throughout.

use crate::base::Timestamp;
use crate::base::time::TICKS_PER_DAY;
use jiff::civil::{Date, DateTime, Time};

/// Ticks of midnight of a date; `None` where there is no such date from year 1 to 9999.
pub fn ticks_of(year: i64, month: i64, day: i64) -> Option<i64> {
    let date = Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()?;
    ticks_of_date(date)
}

/// Ticks of midnight of `date`; `None` before year 1.
pub fn ticks_of_date(date: Date) -> Option<i64> {
    Timestamp::from_civil(DateTime::from_parts(date, Time::midnight())).map(Timestamp::ticks)
}

/// The date of the day that `ticks` lies in; ticks outside the calendar count as its nearest end.
pub fn date_of(ticks: i64) -> Date {
    let clamped = ticks.clamp(0, Timestamp::MAX.ticks());
    Timestamp::from_ticks(clamped - clamped % TICKS_PER_DAY).unwrap_or(Timestamp::MIN).civil().date()
}

/// Days since the last Sunday: 0 on Sunday.
pub fn weekday_of(ticks: i64) -> i64 {
    // The first of January of the year 1 was a Monday.
    (ticks.div_euclid(TICKS_PER_DAY) + 1).rem_euclid(7)
}
