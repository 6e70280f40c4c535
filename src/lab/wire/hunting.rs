//! Hunting results as the service writes them: `SByte` for booleans, `{}` for nulls, type sidecars before columns.

use crate::base::{TimeSpan, Timestamp};
use crate::kql::engine::Table;
use crate::kql::{Type, Value as Cell};
use serde_json::{Map, Number, Value, json};

/// The largest answer.
/// <https://learn.microsoft.com/graph/api/resources/security-api-overview>
const BODY_BYTES_MAX: usize = 50 << 20;

/// The answer would exceed 50 MB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge;

/// The body for `table`, written row by row.
///
/// # Errors
/// Where it would be larger than the service sends.
pub fn results(table: &Table, context: &str) -> Result<Vec<u8>, TooLarge> {
    let schema: Vec<Value> =
        table.fields().iter().map(|field| json!({ "name": &*field.name, "type": type_name(field.ty) })).collect();
    let head = format!("{{\"@odata.context\":{},\"schema\":{},\"results\":[", json!(context), Value::Array(schema));
    let mut body = head.into_bytes();
    for row in 0..table.row_count() {
        if row > 0 {
            body.push(b',');
        }
        let mut cells = Map::new();
        for (column, field) in table.fields().iter().enumerate() {
            put(&mut cells, &field.name, &table.value(row, column), field.ty);
        }
        body.extend(Value::Object(cells).to_string().into_bytes());
        if body.len() > BODY_BYTES_MAX {
            return Err(TooLarge);
        }
    }
    body.extend(b"]}");
    Ok(body)
}

/// The service's name of a type.
const fn type_name(ty: Type) -> &'static str {
    match ty {
        Type::Bool => "SByte",
        Type::Int => "Int32",
        Type::Long => "Int64",
        Type::Real => "Double",
        Type::String => "String",
        Type::DateTime => "DateTime",
        Type::TimeSpan => "TimeSpan",
        Type::Decimal => "SqlDecimal",
        Type::Guid => "Guid",
        Type::Dynamic => "Object",
    }
}

/// Adds a cell to its row, its sidecar first.
fn put(row: &mut Map<String, Value>, name: &str, cell: &Cell, ty: Type) {
    let value = match cell {
        Cell::Null if ty == Type::String => "".into(),
        Cell::Null => json!({}),
        Cell::Bool(truth) => {
            row.insert(format!("{name}@odata.type"), "#SByte".into());
            i32::from(*truth).into()
        }
        Cell::Int(number) => (*number).into(),
        Cell::Long(number) => (*number).into(),
        Cell::Real(number) => real(*number),
        Cell::String(text) => (&**text).into(),
        Cell::DateTime(ticks) => Timestamp::from_ticks(*ticks).map_or_else(|| json!({}), |at| at.to_string().into()),
        Cell::TimeSpan(ticks) => timespan(TimeSpan(*ticks)).into(),
        Cell::Decimal(number) => number.to_string().into(),
        Cell::Guid(guid) => guid_text(*guid).into(),
        Cell::Dynamic(json) => {
            put_dynamic(row, name, json);
            return;
        }
    };
    row.insert(name.to_owned(), value);
}

fn put_dynamic(row: &mut Map<String, Value>, name: &str, value: &Value) {
    let written = match value {
        Value::Array(items) => {
            row.insert(format!("{name}@odata.type"), "#Collection(String)".into());
            Value::Array(items.iter().map(element).collect())
        }
        Value::Object(members) => {
            let mut bag = Map::new();
            bag.insert("@odata.type".to_owned(), "#microsoft.graph.security.dynamicColumnValue".into());
            for (name, member) in members {
                put_dynamic(&mut bag, name, member);
            }
            Value::Object(bag)
        }
        scalar => scalar.clone(),
    };
    row.insert(name.to_owned(), written);
}

/// An element of a collection of strings: text as it is, all else as JSON text.
fn element(item: &Value) -> Value {
    match item {
        Value::String(_) => item.clone(),
        other => other.to_string().into(),
    }
}

/// JSON has no infinities; OData writes them as text.
fn real(number: f64) -> Value {
    match Number::from_f64(number) {
        Some(number) => Value::Number(number),
        None if number.is_nan() => "NaN".into(),
        None if number > 0.0 => "INF".into(),
        None => "-INF".into(),
    }
}

/// `[-][d.]hh:mm:ss[.fffffff]`.
fn timespan(span: TimeSpan) -> String {
    let ticks = span.ticks().unsigned_abs();
    let sign = if span.ticks() < 0 { "-" } else { "" };
    let (seconds, fraction) = (ticks / 10_000_000, ticks % 10_000_000);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    let days = if days > 0 { format!("{days}.") } else { String::new() };
    let fraction = if fraction > 0 { format!(".{fraction:07}") } else { String::new() };
    format!("{sign}{days}{hours:02}:{minutes:02}:{:02}{fraction}", seconds % 60)
}

fn guid_text(guid: u128) -> String {
    let (high, low) = ((guid >> 64) as u64, guid as u64);
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_typed_as_on_the_wire() {
        let bag = json!({ "Hidden": true, "Names": ["a", { "b": 1 }, 2], "Deep": { "x": null } });
        let cases = [
            ("flag", Cell::Bool(true), Type::Bool),
            ("none", Cell::Null, Type::Long),
            ("text", Cell::Null, Type::String),
            ("half", Cell::Real(10.0), Type::Real),
            ("span", Cell::TimeSpan(-(864_000_000_000 + 5)), Type::TimeSpan),
            ("id", Cell::Guid(0x1234_5678_9abc_def0_1234_5678_9abc_def0), Type::Guid),
            ("list", Cell::dynamic(json!(["a", 1])), Type::Dynamic),
            ("bag", Cell::dynamic(bag), Type::Dynamic),
        ];
        let mut row = Map::new();
        for (name, cell, ty) in cases {
            put(&mut row, name, &cell, ty);
        }
        let expected = "{\"flag@odata.type\":\"#SByte\",\"flag\":1,\"none\":{},\"text\":\"\",\"half\":10.0,\
            \"span\":\"-1.00:00:00.0000005\",\"id\":\"12345678-9abc-def0-1234-56789abcdef0\",\
            \"list@odata.type\":\"#Collection(String)\",\"list\":[\"a\",\"1\"],\
            \"bag\":{\"@odata.type\":\"#microsoft.graph.security.dynamicColumnValue\",\"Hidden\":true,\
            \"Names@odata.type\":\"#Collection(String)\",\"Names\":[\"a\",\"{\\\"b\\\":1}\",\"2\"],\
            \"Deep\":{\"@odata.type\":\"#microsoft.graph.security.dynamicColumnValue\",\"x\":null}}}";
        assert_eq!(Value::Object(row).to_string(), expected);
    }
}
