//! `dynamic` values and JSON.

use super::super::value::Value;
use super::{datetime_text, guid_text, timespan_text};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value as Json;

/// `value` as it is inside a dynamic: instants, timespans, guids and decimals are text; reals JSON cannot hold are too.
pub fn json_of(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(flag) => Json::Bool(*flag),
        Value::Int(number) => Json::from(*number),
        Value::Long(number) => Json::from(*number),
        Value::Real(number) => {
            serde_json::Number::from_f64(*number).map_or_else(|| Json::from(beyond_json(*number)), Json::Number)
        }
        Value::String(text) => Json::String(text.to_string()),
        Value::DateTime(ticks) => Json::String(datetime_text(*ticks)),
        Value::TimeSpan(ticks) => Json::String(timespan_text(*ticks)),
        Value::Decimal(number) => Json::String(number.to_string()),
        Value::Guid(guid) => Json::String(guid_text(*guid)),
        Value::Dynamic(json) => (**json).clone(),
    }
}

/// What stands for a real that JSON has no number for.
fn beyond_json(number: f64) -> &'static str {
    match number {
        number if number.is_nan() => "NaN",
        number if number > 0.0 => "Infinity",
        _ => "-Infinity",
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

/// Whether `text` is JSON.
pub fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// The property `name` of the bag whose JSON is `text`, without the rest being made; `None` where there is none, or
/// where the text is no bag.
pub fn json_property(text: &str, name: &str) -> Option<Json> {
    Property(name).deserialize(&mut serde_json::Deserializer::from_str(text)).ok()?
}

/// Reads one property of a bag and passes over all else; the last of equal names counts.
struct Property<'n>(&'n str);

impl<'de> DeserializeSeed<'de> for Property<'_> {
    type Value = Option<Json>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Property<'_> {
    type Value = Option<Json>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a bag")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut bag: M) -> Result<Self::Value, M::Error> {
        let mut found = None;
        while let Some(is_it) = bag.next_key_seed(Called(self.0))? {
            if is_it {
                found = Some(bag.next_value()?);
            } else {
                bag.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

/// Whether a name is this one.
struct Called<'n>(&'n str);

impl<'de> DeserializeSeed<'de> for Called<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Called<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<bool, E> {
        Ok(name == self.0)
    }
}

/// Compact JSON, bags in the order of their source.
pub fn json_text(json: &Json) -> String {
    json.to_string()
}
