//! `timespan` text: .NET's `[-][d.]hh:mm:ss[.fffffff]` and literals such as `1.5h`.

use crate::base::time::{TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE, TICKS_PER_SECOND};

/// `1.02:03:04.0050000`: days and fraction only where they are not zero.
pub fn timespan_text(ticks: i64) -> String {
    let sign = if ticks < 0 { "-" } else { "" };
    let ticks = ticks.unsigned_abs();
    let (days, rest) = (ticks / TICKS_PER_DAY as u64, ticks % TICKS_PER_DAY as u64);
    let (hours, rest) = (rest / TICKS_PER_HOUR as u64, rest % TICKS_PER_HOUR as u64);
    let (minutes, rest) = (rest / TICKS_PER_MINUTE as u64, rest % TICKS_PER_MINUTE as u64);
    let (seconds, fraction) = (rest / TICKS_PER_SECOND as u64, rest % TICKS_PER_SECOND as u64);
    let days = if days == 0 { String::new() } else { format!("{days}.") };
    let fraction = if fraction == 0 { String::new() } else { format!(".{fraction:07}") };
    format!("{sign}{days}{hours:02}:{minutes:02}:{seconds:02}{fraction}")
}

/// Ticks of a literal (`1d`, `1.5h`, `100ms`), of clock text (`01:02`, `1.02:03:04.5`) or of a bare whole number of days.
pub fn parse_timespan(text: &str) -> Option<i64> {
    let text = text.trim();
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let ticks = if unsigned.contains(':') { clock_ticks(unsigned)? } else { unit_ticks(unsigned)? };
    Some(if negative { -ticks } else { ticks })
}

/// Ticks of `[d.]hh:mm[:ss[.fffffff]]`.
fn clock_ticks(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let (first, minutes, seconds) = (parts.next()?, parts.next()?, parts.next().unwrap_or("0"));
    if parts.next().is_some() {
        return None;
    }
    let (days, hours) = first.split_once('.').unwrap_or(("0", first));
    let (seconds, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
    let mut ticks = 0;
    for digit in fraction.chars().chain(std::iter::repeat('0')).take(7) {
        ticks = ticks * 10 + i64::from(digit.to_digit(10)?);
    }
    let parts = [
        (days, i64::MAX / TICKS_PER_DAY, TICKS_PER_DAY),
        (hours, 24, TICKS_PER_HOUR),
        (minutes, 60, TICKS_PER_MINUTE),
        (seconds, 60, TICKS_PER_SECOND),
    ];
    for (digits, limit, unit) in parts {
        ticks += small_number(digits).filter(|number| *number < limit)? * unit;
    }
    Some(ticks)
}

fn small_number(digits: &str) -> Option<i64> {
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok())?
}

/// Ticks of a number followed by a unit; a bare number counts days.
fn unit_ticks(text: &str) -> Option<i64> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end)?;
    let unit = unit.trim().to_ascii_lowercase();
    let scale = if unit.is_empty() { TICKS_PER_DAY } else { unit_scale(&unit)? };
    if unit.is_empty() && number.contains('.') {
        return None;
    }
    if let Ok(whole) = number.parse::<i64>() {
        return whole.checked_mul(scale);
    }
    let ticks = number.parse::<f64>().ok()? * scale as f64;
    (ticks.abs() < i64::MAX as f64).then(|| ticks.round() as i64)
}

/// The ticks of one of a literal's units: `d`, `hr`, `minutes`, `ms`, `tick`, …
pub fn unit_scale(unit: &str) -> Option<i64> {
    Some(match unit {
        "d" | "day" | "days" => TICKS_PER_DAY,
        "h" | "hr" | "hrs" | "hour" | "hours" => TICKS_PER_HOUR,
        "m" | "min" | "minute" | "minutes" => TICKS_PER_MINUTE,
        "s" | "sec" | "second" | "seconds" => TICKS_PER_SECOND,
        "ms" | "milli" | "millis" | "millisec" | "millisecond" | "milliseconds" => TICKS_PER_SECOND / 1_000,
        "micro" | "micros" | "microsec" | "microsecond" | "microseconds" => TICKS_PER_SECOND / 1_000_000,
        "tick" | "ticks" => 1,
        _ => return None,
    })
}
