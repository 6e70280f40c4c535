//! What the text of a literal means.

use crate::kql::format::{parse_datetime, parse_guid, parse_timespan};
use crate::kql::{Decimal, Type, Value};

/// The type that `name(…)` is a literal of.
pub fn typed_literal(name: &str) -> Option<Type> {
    Some(match name {
        "datetime" | "date" => Type::DateTime,
        "timespan" | "time" => Type::TimeSpan,
        "guid" | "uuid" | "uniqueid" => Type::Guid,
        "int" => Type::Int,
        "long" => Type::Long,
        "real" | "double" => Type::Real,
        "bool" | "boolean" => Type::Bool,
        "decimal" => Type::Decimal,
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

/// The first escape in the string token `text` that means nothing, with its backslash.
pub fn bad_escape(text: &str) -> Option<String> {
    let text = text.strip_prefix(['h', 'H']).unwrap_or(text);
    if !text.starts_with(['"', '\'']) {
        return None;
    }
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        if c != '\\' {
            continue;
        }
        let escape = characters.next()?;
        let digits = match escape {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let known = match digits {
            0 => "ntrabfv0\\\"'".contains(escape) || escape.is_digit(8),
            digits => code_point(&mut characters.clone(), digits).is_some(),
        };
        if !known {
            return Some(format!("\\{escape}"));
        }
    }
    None
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
    let Some(ty) = typed_literal(name) else { return Err(format!("'{name}' is not a type")) };
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
        Type::Decimal => Decimal::parse(inside).map(Value::Decimal),
        Type::DateTime => parse_datetime(inside).map(Value::DateTime),
        Type::TimeSpan => parse_timespan(inside).map(Value::TimeSpan),
        Type::Guid => parse_guid(inside).map(Value::Guid),
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
