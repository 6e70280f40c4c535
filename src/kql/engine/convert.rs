//! Values brought to a column's type, as Kusto does when it takes data in.

use super::column::Column;
use crate::base::Timestamp;
use crate::kql::types::Type;
use crate::kql::value::Value;
use serde_json::Value as Json;

/// `value` as a value of `ty`; null where there is no such thing. Numbers are widened, and narrowed where they fit;
/// a string column takes the text of what is no string.
pub fn convert(value: Value, ty: Type) -> Value {
    if value.ty() == Some(ty) {
        return value;
    }
    match (value, ty) {
        (Value::Null, ty) => Value::null_of(ty),
        (Value::Bool(value), Type::Int) => Value::Int(i32::from(value)),
        (Value::Bool(value), Type::Long) => Value::Long(i64::from(value)),
        (Value::Long(value), Type::Int) => i32::try_from(value).map_or(Value::Null, Value::Int),
        (Value::Int(value), Type::Long) => Value::Long(i64::from(value)),
        (Value::Int(value), Type::Real) => Value::Real(f64::from(value)),
        (Value::Long(value), Type::Real) => Value::Real(value as f64),
        (Value::Real(value), Type::Long) => whole(value).map_or(Value::Null, Value::Long),
        (Value::Real(value), Type::Int) => {
            whole(value).and_then(|value| i32::try_from(value).ok()).map_or(Value::Null, Value::Int)
        }
        (Value::String(text), Type::DateTime) => {
            text.parse::<Timestamp>().map_or(Value::Null, |instant| Value::DateTime(instant.ticks()))
        }
        (Value::String(text), Type::Dynamic) => Value::dynamic(Json::from(&*text)),
        (Value::Dynamic(json), ty) => from_json(&json, ty),
        (value, Type::String) => Value::string(plain_text(&value)),
        (value, Type::Dynamic) => to_json(&value).map_or(Value::Null, Value::dynamic),
        _ => Value::Null,
    }
}

/// The whole part of `number`, where a long holds it.
fn whole(number: f64) -> Option<i64> {
    (number.is_finite() && number.abs() < 9.3e18).then_some(number as i64)
}

/// A dynamic's scalar as a value of `ty`.
fn from_json(json: &Json, ty: Type) -> Value {
    let scalar = match json {
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => match number.as_i64() {
            Some(number) => Value::Long(number),
            None => number.as_f64().map_or(Value::Null, Value::Real),
        },
        Json::String(text) => Value::string(text.as_str()),
        Json::Null => Value::Null,
        list_or_bag => Value::string(list_or_bag.to_string()),
    };
    if matches!(scalar, Value::Dynamic(_)) { Value::Null } else { convert(scalar, ty) }
}

/// The value inside a dynamic: instants, timespans and guids as their text.
pub fn to_json(value: &Value) -> Option<Json> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(value) => Json::from(*value),
        Value::Int(value) => Json::from(*value),
        Value::Long(value) => Json::from(*value),
        Value::Real(value) => {
            serde_json::Number::from_f64(*value).map_or_else(|| Json::from(real_text(*value)), Json::Number)
        }
        Value::String(value) => Json::from(&**value),
        Value::Dynamic(value) => (**value).clone(),
        Value::DateTime(_) | Value::TimeSpan(_) | Value::Guid(_) => Json::from(plain_text(value)),
    })
}

/// `NaN`, `Infinity`, `-Infinity`: what JSON has no number for.
fn real_text(value: f64) -> &'static str {
    match value {
        value if value.is_nan() => "NaN",
        value if value > 0.0 => "Infinity",
        _ => "-Infinity",
    }
}

/// `value` as text in a string operator: a string itself, a dynamic's string without quotes, `""` for null.
pub fn text_of(value: &Value) -> Value {
    match value {
        Value::String(_) => value.clone(),
        Value::Dynamic(json) => Value::string(json.as_str().map_or_else(|| json.to_string(), str::to_owned)),
        other => Value::string(plain_text(other)),
    }
}

/// A column of numbers as one of the wider type `ty`, which is `long` or `real`.
pub fn widened(column: &Column, ty: Type) -> Column {
    if column.ty() == ty {
        return column.clone();
    }
    if let Some(value) = column.as_constant() {
        return Column::constant(convert(value.clone(), ty), ty, column.len());
    }
    match (column.ty(), ty) {
        (Type::Int, Type::Long) => {
            Column::from_options(ty, column.view::<i32>().iter().map(|value| value.map(i64::from)))
        }
        (Type::Int, Type::Real) => {
            Column::from_options(ty, column.view::<i32>().iter().map(|value| value.map(f64::from)))
        }
        (Type::Long, Type::Real) => {
            Column::from_options(ty, column.view::<i64>().iter().map(|value| value.map(|value| value as f64)))
        }
        _ => Column::from_values(ty, column.values().map(|value| convert(value, ty))),
    }
}

/// The text of a value as dynamics hold it: `2026-11-23T09:58:11.0000000Z`, `1.02:03:04.0000000`.
fn plain_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Long(value) => value.to_string(),
        Value::Real(value) => value.to_string(),
        Value::String(value) => value.to_string(),
        Value::DateTime(ticks) => instant_text(*ticks),
        Value::TimeSpan(ticks) => span_text(*ticks),
        Value::Guid(value) => guid_text(*value),
        Value::Dynamic(json) => json.to_string(),
    }
}

/// An instant with all seven digits of its fraction.
fn instant_text(ticks: i64) -> String {
    let Some(instant) = Timestamp::from_ticks(ticks) else { return String::new() };
    let civil = instant.civil();
    format!(
        "{}T{:02}:{:02}:{:02}.{:07}Z",
        civil.date(),
        civil.hour(),
        civil.minute(),
        civil.second(),
        ticks % crate::base::time::TICKS_PER_SECOND
    )
}

/// A timespan as `[-][d.]hh:mm:ss[.fffffff]`.
fn span_text(ticks: i64) -> String {
    use crate::base::time::{TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE, TICKS_PER_SECOND};
    let sign = if ticks < 0 { "-" } else { "" };
    let ticks = i128::from(ticks).abs();
    let part = |unit: i64, of: i64| ticks / i128::from(unit) % i128::from(of);
    let days = ticks / i128::from(TICKS_PER_DAY);
    let days = if days == 0 { String::new() } else { format!("{days}.") };
    let fraction = ticks % i128::from(TICKS_PER_SECOND);
    let fraction = if fraction == 0 { String::new() } else { format!(".{fraction:07}") };
    let (hours, minutes, seconds) = (part(TICKS_PER_HOUR, 24), part(TICKS_PER_MINUTE, 60), part(TICKS_PER_SECOND, 60));
    format!("{sign}{days}{hours:02}:{minutes:02}:{seconds:02}{fraction}")
}

/// A guid in lower case with hyphens.
fn guid_text(guid: u128) -> String {
    let digits = format!("{guid:032x}");
    let mut text = String::with_capacity(36);
    for (at, digit) in digits.chars().enumerate() {
        if matches!(at, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        text.push(digit);
    }
    text
}
