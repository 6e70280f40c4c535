//! What the text of a literal means.

use crate::base::Timestamp;
use crate::kql::{Type, Value};

const TICKS_PER_SECOND: i64 = 10_000_000;
const TICKS_PER_DAY: i64 = 86_400 * TICKS_PER_SECOND;

/// The type that `name(…)` is a literal of; `Some(None)` for `decimal`, which is known but not supported.
pub fn typed_literal(name: &str) -> Option<Option<Type>> {
    Some(match name {
        "datetime" | "date" => Some(Type::DateTime),
        "timespan" | "time" => Some(Type::TimeSpan),
        "guid" | "uuid" | "uniqueid" => Some(Type::Guid),
        "int" => Some(Type::Int),
        "long" => Some(Type::Long),
        "real" | "double" => Some(Type::Real),
        "bool" | "boolean" => Some(Type::Bool),
        "decimal" => None,
        _ => return None,
    })
}

/// The ticks of one of a timespan literal's units.
pub fn unit_ticks(unit: &str) -> Option<i64> {
    Some(match unit {
        "d" | "day" | "days" => TICKS_PER_DAY,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3_600 * TICKS_PER_SECOND,
        "m" | "min" | "minute" | "minutes" => 60 * TICKS_PER_SECOND,
        "s" | "sec" | "second" | "seconds" => TICKS_PER_SECOND,
        "ms" | "milli" | "millis" | "millisec" | "millisecond" | "milliseconds" => 10_000,
        "micro" | "micros" | "microsec" | "microsecond" | "microseconds" => 10,
        "tick" | "ticks" => 1,
        _ => return None,
    })
}

/// The value of a whole-number literal; `None` beyond 64 bits.
pub fn long(text: &str) -> Option<i64> {
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return u64::from_str_radix(hex, 16).ok().map(|bits| bits as i64);
    }
    text.parse().ok()
}

/// The ticks of `1d`, `1.5h`, `100ms`.
pub fn timespan_with_unit(text: &str) -> Option<i64> {
    let number_end = text.find(|c: char| c.is_ascii_alphabetic() && c != 'e').unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(number_end)?;
    let ticks = unit_ticks(unit)?;
    match number.parse::<i64>() {
        Ok(whole) => whole.checked_mul(ticks),
        Err(_) => number.parse::<f64>().ok().map(|number| (number * ticks as f64).round() as i64),
    }
}

/// The text of a string token of any form.
pub fn string(text: &str) -> String {
    let text = text.strip_prefix(['h', 'H']).unwrap_or(text);
    for fence in ["```", "~~~"] {
        if let Some(inside) = text.strip_prefix(fence) {
            let inside = inside.strip_suffix(fence).unwrap_or(inside);
            let first_line = inside.strip_prefix("\r\n").or_else(|| inside.strip_prefix('\n'));
            return first_line.unwrap_or(inside).to_owned();
        }
    }
    if let Some(verbatim) = text.strip_prefix('@') {
        let quote = if verbatim.starts_with('"') { '"' } else { '\'' };
        let inside = verbatim.strip_prefix(quote).unwrap_or(verbatim);
        let inside = inside.strip_suffix(quote).unwrap_or(inside);
        return inside.replace(&format!("{quote}{quote}"), &quote.to_string());
    }
    let quote = if text.starts_with('"') { '"' } else { '\'' };
    let inside = text.strip_prefix(quote).unwrap_or(text);
    unescape(inside.strip_suffix(quote).unwrap_or(inside))
}

fn unescape(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match characters.next() {
            Some('n') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some('r') => plain.push('\r'),
            Some('a') => plain.push('\u{7}'),
            Some('b') => plain.push('\u{8}'),
            Some('f') => plain.push('\u{c}'),
            Some('v') => plain.push('\u{b}'),
            Some('0') => plain.push('\0'),
            Some('x') => plain.extend(code_point(&mut characters, 2)),
            Some('u') => plain.extend(code_point(&mut characters, 4)),
            Some('U') => plain.extend(code_point(&mut characters, 8)),
            Some(other) => plain.push(other),
            None => {}
        }
    }
    plain
}

/// The character of the next `digits` hexadecimal digits; nothing where they are none, and they stay.
fn code_point(characters: &mut std::str::Chars<'_>, digits: usize) -> Option<char> {
    let hex = characters.as_str().get(..digits)?;
    let point = char::from_u32(u32::from_str_radix(hex, 16).ok()?)?;
    for _ in 0..digits {
        characters.next();
    }
    Some(point)
}

/// The type and value of `name(inside)`; an error text where `inside` is no such value.
pub fn typed(text: &str) -> Result<(Type, Value), String> {
    let (name, inside) = text.split_once('(').unwrap_or((text, ""));
    let name = name.trim();
    let inside = inside.strip_suffix(')').unwrap_or(inside).trim();
    let Some(known) = typed_literal(name) else { return Err(format!("'{name}' is not a type")) };
    let Some(ty) = known else { return Err("The decimal type is not supported yet".to_owned()) };
    let unquoted = if inside.starts_with(['"', '\'', '@', 'h']) && inside.ends_with(['"', '\'']) {
        string(inside)
    } else {
        inside.to_owned()
    };
    let inside = unquoted.as_str();
    if inside == "null" || inside.is_empty() {
        return Ok((ty, Value::Null));
    }
    let value = match ty {
        Type::Bool => match inside.to_ascii_lowercase().as_str() {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            other => other.parse::<i64>().ok().map(|number| Value::Bool(number != 0)),
        },
        Type::Int => signed(inside).and_then(|number| i32::try_from(number).ok()).map(Value::Int),
        Type::Long => signed(inside).map(Value::Long),
        Type::Real => real(inside).map(Value::Real),
        Type::DateTime => datetime(inside).map(|at| Value::DateTime(at.ticks())),
        Type::TimeSpan => timespan(inside).map(Value::TimeSpan),
        Type::Guid => guid(inside).map(Value::Guid),
        Type::String | Type::Dynamic => None,
    };
    value.map(|value| (ty, value)).ok_or_else(|| format!("'{inside}' is not a {ty}"))
}

fn signed(text: &str) -> Option<i64> {
    match text.strip_prefix('-') {
        Some(digits) if digits.starts_with("0x") => long(digits.trim_start()).map(i64::wrapping_neg),
        Some(digits) => format!("-{}", digits.trim_start()).parse().ok(),
        None => long(text),
    }
}

fn real(text: &str) -> Option<f64> {
    match text.to_ascii_lowercase().as_str() {
        "nan" => Some(f64::NAN),
        "inf" | "+inf" => Some(f64::INFINITY),
        "-inf" => Some(f64::NEG_INFINITY),
        other => other.parse().ok().or_else(|| signed(other).map(|number| number as f64)),
    }
}

/// An instant as literals write it: RFC 3339, or its start: `2026`, `2026-11`, `2026-11-23 09:58`.
pub fn datetime(text: &str) -> Option<Timestamp> {
    let dashes = text.matches('-').count();
    let digits_only = text.chars().all(|c| c.is_ascii_digit() || c == '-');
    let completed = match (dashes, text.len()) {
        (0, 4) if digits_only => format!("{text}-01-01"),
        (1, 6..=7) if digits_only => format!("{text}-01"),
        _ => text.to_owned(),
    };
    completed.parse().ok()
}

/// Ticks of `1d`, `[-][d.]hh:mm[:ss[.fffffff]]`, or a number of days.
pub fn timespan(text: &str) -> Option<i64> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest.trim_start()),
        None => (1, text),
    };
    if let Some(ticks) = timespan_with_unit(text) {
        return Some(sign * ticks);
    }
    if !text.contains(':') {
        return text.parse::<i64>().ok()?.checked_mul(sign * TICKS_PER_DAY);
    }
    let mut parts = text.split(':');
    let (days, hours) = match parts.next()?.split_once('.') {
        Some((days, hours)) => (days.parse::<i64>().ok()?, hours.parse::<i64>().ok()?),
        None => (0, text.split(':').next()?.parse::<i64>().ok()?),
    };
    let minutes: i64 = parts.next()?.parse().ok()?;
    let (seconds, fraction) = match parts.next() {
        Some(rest) => rest.split_once('.').unwrap_or((rest, "")),
        None => ("0", ""),
    };
    if parts.next().is_some() || !fraction.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let fraction: i64 = format!("{fraction:0<7}").get(..7)?.parse().ok()?;
    let seconds = days.checked_mul(86_400)?.checked_add(hours * 3_600 + minutes * 60 + seconds.parse::<i64>().ok()?)?;
    Some(sign * (seconds.checked_mul(TICKS_PER_SECOND)? + fraction))
}

fn guid(text: &str) -> Option<u128> {
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    let shaped = text.len() == 32 || (text.len() == 36 && text.matches('-').count() == 4);
    (shaped && digits.len() == 32).then(|| u128::from_str_radix(&digits, 16).ok()).flatten()
}
