//! The conversions of `toint`, `tostring` and kin, also used where a column takes a value of another type.

use super::super::Decimal;
use super::super::types::Type;
use super::super::value::Value;
use super::value_of_json;
use super::{json_of, parse_bool, parse_datetime, parse_guid, parse_long, parse_real, parse_timespan, to_text};

/// `value` as a `ty`, as Kusto's `to…` functions give it; null where it cannot be one. A dynamic scalar converts as the
/// scalar it holds. A string to `dynamic` becomes a dynamic string: reading it as JSON is [`super::parse_json`].
pub fn convert(value: &Value, ty: Type) -> Value {
    if value.ty() == Some(ty) {
        return value.clone();
    }
    match (value, ty) {
        (_, Type::String) => Value::string(to_text(value)),
        (_, Type::Dynamic) => Value::dynamic(json_of(value)),
        (Value::Null, _) => Value::Null,
        (Value::Dynamic(json), _) => match &**json {
            serde_json::Value::Array(_) | serde_json::Value::Object(_) => Value::Null,
            scalar => convert(&value_of_json(scalar.clone()), ty),
        },
        (_, Type::Bool) => to_bool(value).map_or(Value::Null, Value::Bool),
        (_, Type::Int) => to_int(value).map_or(Value::Null, Value::Int),
        (_, Type::Long) => to_long(value).map_or(Value::Null, Value::Long),
        (_, Type::Decimal) => to_decimal(value).map_or(Value::Null, Value::Decimal),
        (_, Type::Real) => to_real(value).map_or(Value::Null, Value::Real),
        (Value::String(text), Type::DateTime) => parse_datetime(text).map_or(Value::Null, Value::DateTime),
        (Value::Long(ticks), Type::DateTime) => in_calendar(*ticks),
        (Value::Int(ticks), Type::DateTime) => in_calendar(i64::from(*ticks)),
        (Value::Real(ticks), Type::DateTime) => in_calendar(*ticks as i64),
        (Value::String(text), Type::TimeSpan) => parse_timespan(text).map_or(Value::Null, Value::TimeSpan),
        (Value::Long(ticks), Type::TimeSpan) => Value::TimeSpan(*ticks),
        (Value::Int(ticks), Type::TimeSpan) => Value::TimeSpan(i64::from(*ticks)),
        (Value::String(text), Type::Guid) => parse_guid(text).map_or(Value::Null, Value::Guid),
        (_, Type::DateTime | Type::TimeSpan | Type::Guid) => Value::Null,
    }
}

fn in_calendar(ticks: i64) -> Value {
    crate::base::Timestamp::from_ticks(ticks).map_or(Value::Null, |at| Value::DateTime(at.ticks()))
}

fn to_bool(value: &Value) -> Option<bool> {
    match value {
        Value::String(text) => parse_bool(text),
        Value::Int(_) | Value::Long(_) | Value::Real(_) | Value::Decimal(_) => {
            value.as_real().map(|number| number != 0.0)
        }
        _ => None,
    }
}

/// Text must fit; a real is held within the range; a long loses its upper half.
fn to_int(value: &Value) -> Option<i32> {
    match value {
        Value::String(text) => i32::try_from(parse_long(text)?).ok(),
        Value::Real(number) => number.is_finite().then_some(*number as i32),
        other => to_long(other).map(|number| number as i32),
    }
}

fn to_long(value: &Value) -> Option<i64> {
    match value {
        Value::Bool(flag) => Some(i64::from(*flag)),
        Value::Real(number) => number.is_finite().then_some(*number as i64),
        Value::Decimal(number) => number.to_long(),
        Value::String(text) => parse_long(text),
        Value::DateTime(ticks) | Value::TimeSpan(ticks) => Some(*ticks),
        other => other.as_long(),
    }
}

fn to_decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Bool(flag) => Some(Decimal::from(i64::from(*flag))),
        Value::String(text) => Decimal::parse(text).or_else(|| parse_long(text).map(Decimal::from)),
        Value::DateTime(ticks) | Value::TimeSpan(ticks) => Some(Decimal::from(*ticks)),
        other => other.as_decimal(),
    }
}

fn to_real(value: &Value) -> Option<f64> {
    match value {
        Value::Bool(flag) => Some(f64::from(u8::from(*flag))),
        Value::String(text) => parse_real(text),
        Value::DateTime(ticks) | Value::TimeSpan(ticks) => Some(*ticks as f64),
        other => other.as_real(),
    }
}
