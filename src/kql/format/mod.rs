//! Values as text and text as values, in Kusto's forms; and the conversions between types.

pub mod convert;
pub mod datetime;
pub mod guid;
pub mod json;
pub mod number;
pub mod timespan;

pub use convert::convert;
pub use datetime::{datetime_text, parse_datetime};
pub use guid::{guid_text, parse_guid};
pub use json::{is_json, json_of, json_property, json_text, parse_json, value_of_json};
pub use number::{parse_bool, parse_long, parse_real, real_text};
pub use timespan::{parse_timespan, timespan_text};

use super::value::Value;

/// What `tostring` gives: no quotes around strings, compact JSON for lists and bags, nothing for null. A `bool` is
/// `True` or `False`; inside a dynamic it is JSON's `true` or `false`.
pub fn to_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Long(number) => number.to_string(),
        Value::Real(number) => real_text(*number),
        Value::String(text) => text.to_string(),
        Value::DateTime(ticks) => datetime_text(*ticks),
        Value::TimeSpan(ticks) => timespan_text(*ticks),
        Value::Decimal(number) => number.to_string(),
        Value::Guid(guid) => guid_text(*guid),
        Value::Dynamic(json) => match &**json {
            serde_json::Value::String(text) => text.clone(),
            other => json_text(other),
        },
    }
}

#[cfg(test)]
mod tests;
