//! `dynamic` values and JSON.

use super::super::value::Value;
use super::{datetime_text, guid_text, real_text, timespan_text};
use serde_json::Value as Json;

/// `value` as it is inside a dynamic: instants, timespans and guids are text; reals JSON cannot hold are too.
pub fn json_of(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(flag) => Json::Bool(*flag),
        Value::Int(number) => Json::from(*number),
        Value::Long(number) => Json::from(*number),
        Value::Real(number) => {
            serde_json::Number::from_f64(*number).map_or_else(|| Json::String(real_text(*number)), Json::Number)
        }
        Value::String(text) => Json::String(text.to_string()),
        Value::DateTime(ticks) => Json::String(datetime_text(*ticks)),
        Value::TimeSpan(ticks) => Json::String(timespan_text(*ticks)),
        Value::Guid(guid) => Json::String(guid_text(*guid)),
        Value::Dynamic(json) => (**json).clone(),
    }
}

/// The scalar a JSON scalar stands for (`bool`, `long`, `real`, `string`); lists and bags stay dynamic.
pub fn value_of_json(json: Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Bool(flag),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Value::Long(whole),
            (None, Some(real)) => Value::Real(real),
            (None, None) => Value::Null,
        },
        Json::String(text) => Value::string(text),
        list_or_bag => Value::dynamic(list_or_bag),
    }
}

/// Text read as JSON, as `parse_json` does: text that is not JSON is a dynamic string.
pub fn parse_json(text: &str) -> Value {
    if text.trim().is_empty() {
        return Value::Null;
    }
    match serde_json::from_str(text) {
        Ok(json) => Value::dynamic(json),
        Err(_) => Value::dynamic(Json::String(text.to_owned())),
    }
}

/// Compact JSON, bags in the order of their source.
pub fn json_text(json: &Json) -> String {
    json.to_string()
}
