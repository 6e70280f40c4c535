//! Reading arguments in row-wise functions.
//!
//! Signatures fix the types, yet a `dynamic` may stand where a scalar is taken: it is then read as the scalar it holds.

use crate::kql::format::{convert, to_text};
use crate::kql::types::Type;
use crate::kql::value::Value;
use serde_json::Value as Json;
use std::borrow::Cow;

/// The text of argument `at`; empty where it is missing.
pub fn text(arguments: &[Value], at: usize) -> Cow<'_, str> {
    match arguments.get(at) {
        Some(Value::String(text)) => Cow::Borrowed(text),
        Some(other) => Cow::Owned(to_text(other)),
        None => Cow::Borrowed(""),
    }
}

/// A whole number; `None` where it is missing, null or none.
pub fn long(arguments: &[Value], at: usize) -> Option<i64> {
    match arguments.get(at)? {
        Value::String(_) => None,
        other => convert(other, Type::Long).as_long(),
    }
}

/// A number; `None` where it is missing, null or none.
pub fn real(arguments: &[Value], at: usize) -> Option<f64> {
    match arguments.get(at)? {
        Value::String(_) => None,
        other => convert(other, Type::Real).as_real(),
    }
}

/// Whether argument `at` is true.
pub fn flag(arguments: &[Value], at: usize) -> Option<bool> {
    match convert(arguments.get(at)?, Type::Bool) {
        Value::Bool(flag) => Some(flag),
        _ => None,
    }
}

/// Ticks of an instant.
pub fn datetime(arguments: &[Value], at: usize) -> Option<i64> {
    match convert(arguments.get(at)?, Type::DateTime) {
        Value::DateTime(ticks) => Some(ticks),
        _ => None,
    }
}

/// Ticks of a timespan.
pub fn timespan(arguments: &[Value], at: usize) -> Option<i64> {
    match convert(arguments.get(at)?, Type::TimeSpan) {
        Value::TimeSpan(ticks) => Some(ticks),
        _ => None,
    }
}

/// The elements of a dynamic list; `None` for anything else.
pub fn list(arguments: &[Value], at: usize) -> Option<&[Json]> {
    match arguments.get(at)? {
        Value::Dynamic(json) => json.as_array().map(Vec::as_slice),
        _ => None,
    }
}

/// The properties of a dynamic bag; `None` for anything else.
pub fn bag(arguments: &[Value], at: usize) -> Option<&serde_json::Map<String, Json>> {
    match arguments.get(at)? {
        Value::Dynamic(json) => json.as_object(),
        _ => None,
    }
}

/// `Some` as a long, `None` as null.
pub fn long_or_null(number: Option<i64>) -> Value {
    number.map_or(Value::Null, Value::Long)
}

/// `Some` as a bool, `None` as null.
pub fn bool_or_null(flag: Option<bool>) -> Value {
    flag.map_or(Value::Null, Value::Bool)
}

/// A dynamic list.
pub fn list_value(elements: Vec<Json>) -> Value {
    Value::dynamic(Json::Array(elements))
}
