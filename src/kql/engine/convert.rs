//! Columns and values brought to another type.

use super::column::Column;
use crate::kql::format;
use crate::kql::types::Type;
use crate::kql::value::Value;
use serde_json::Value as Json;

/// `value` as a value of `ty`, as Kusto's conversions give it; null, or `""`, where there is no such thing.
pub fn convert(value: Value, ty: Type) -> Value {
    match value {
        Value::Null => Value::null_of(ty),
        value if value.ty() == Some(ty) => value,
        value => format::convert(&value, ty),
    }
}

/// The value as it stands inside a dynamic; `None` for null. The infinite is `Infinity` there, unlike in text.
pub fn to_json(value: &Value) -> Option<Json> {
    if let Value::Real(number) = value
        && number.is_infinite()
    {
        return Some(Json::from(if *number > 0.0 { "Infinity" } else { "-Infinity" }));
    }
    (!value.is_null()).then(|| format::json_of(value))
}

/// `value` as text in a string operator: a string itself, a dynamic's string without quotes, `""` for null.
pub fn text_of(value: &Value) -> Value {
    match value {
        Value::String(_) => value.clone(),
        other => Value::string(format::to_text(other)),
    }
}

/// A column as one of type `ty`, converted where it is another.
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
