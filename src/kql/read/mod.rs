//! Tables out of text: comma- and tab-separated values, JSON lines, JSON arrays, and the answers of hunting services.
//! Types are the hunting schema's where it knows the table and column, and are told from the values otherwise.

mod separated;

use super::engine::{Table, TableBuilder};
use super::format;
use super::schema::{ColumnSchema, Schema, TableSchema};
use super::types::Type;
use super::value::Value;
use indexmap::IndexMap;
use serde_json::Value as Json;
use std::io::Read;

/// A table and what it is called.
#[derive(Clone, Debug)]
pub struct Named {
    /// Name and columns, for binding.
    pub schema: TableSchema,
    /// The rows.
    pub table: Table,
}

/// Why text is no table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is no header and no row.
    #[error("it is empty")]
    Empty,
    /// A line of JSON lines that is no JSON object.
    #[error("line {0} is no JSON object")]
    Line(usize),
    /// Gzip that does not unpack.
    #[error("it is packed by gzip and does not unpack: {0}")]
    Packed(String),
    /// Gzip of more than [`UNPACKED_MAX`].
    #[error("it unpacks to more than {} MiB", UNPACKED_MAX >> 20)]
    TooLarge,
    /// JSON that holds no rows.
    #[error("it is JSON, but neither a list of objects nor an answer with rows")]
    NoRows,
}

/// A cell as it was read.
#[derive(Clone, Debug, PartialEq)]
enum Cell {
    /// Left out, or null.
    Missing,
    /// A text whose type is to be told.
    Text(String),
    /// A JSON value that is not a text.
    Json(Json),
}

/// The most bytes that a packed file may unpack to: a few bytes can stand for any number.
pub const UNPACKED_MAX: u64 = 2 << 30;

/// The table called `name` that a file of `bytes` holds, packed by gzip or not. What is not UTF-8 is replaced.
///
/// # Errors
/// See [`ReadError`].
pub fn file(name: &str, bytes: &[u8]) -> Result<Named, ReadError> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return table(name, &String::from_utf8_lossy(bytes));
    }
    let mut unpacked = Vec::new();
    let mut reader = flate2::read::MultiGzDecoder::new(bytes).take(UNPACKED_MAX + 1);
    reader.read_to_end(&mut unpacked).map_err(|error| ReadError::Packed(error.to_string()))?;
    if unpacked.len() as u64 > UNPACKED_MAX {
        return Err(ReadError::TooLarge);
    }
    table(name, &String::from_utf8_lossy(&unpacked))
}

/// The table called `name` that `text` holds.
pub fn table(name: &str, text: &str) -> Result<Named, ReadError> {
    let text = text.trim_start_matches('\u{feff}');
    let (columns, rows) = match text.trim_start().chars().next() {
        None => return Err(ReadError::Empty),
        Some('[' | '{') => json_rows(text)?,
        Some(_) => separated::rows(text),
    };
    if columns.is_empty() {
        return Err(ReadError::Empty);
    }
    let known = Schema::hunting().table(name);
    let schemas: Vec<ColumnSchema> = columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let documented = known.and_then(|table| table.column(column));
            documented.cloned().unwrap_or_else(|| ColumnSchema {
                name: column.as_str().into(),
                ty: told_type(rows.iter().filter_map(|row| row.get(at))),
                description: "".into(),
                values: Vec::new(),
            })
        })
        .collect();
    let schema = TableSchema { name: name.into(), description: "".into(), columns: schemas };
    let mut builder = TableBuilder::new(&schema);
    for row in &rows {
        let cells = schema.columns.iter().zip(row).map(|(column, cell)| (&*column.name, value(cell, column.ty)));
        builder.push(cells);
    }
    Ok(Named { table: builder.finish(), schema })
}

/// Names of columns, and rows of cells.
type Rows = (Vec<String>, Vec<Vec<Cell>>);

fn json_rows(text: &str) -> Result<Rows, ReadError> {
    let whole: Option<Json> = serde_json::from_str(text).ok();
    let objects: Vec<Json> = match whole {
        Some(Json::Array(objects)) => objects,
        Some(Json::Object(mut bag)) => {
            if let (Some(Json::Array(columns)), Some(Json::Array(rows))) = (bag.get("columns"), bag.get("rows")) {
                return Ok(positional(columns, rows));
            }
            match ["results", "Results", "value"].iter().find_map(|name| bag.shift_remove(*name)) {
                Some(Json::Array(objects)) => objects,
                // A file of one line.
                _ => vec![Json::Object(bag)],
            }
        }
        Some(_) => return Err(ReadError::NoRows),
        None => lines(text)?,
    };
    let mut columns: IndexMap<String, ()> = IndexMap::new();
    for object in &objects {
        let Json::Object(bag) = object else { return Err(ReadError::NoRows) };
        for name in bag.keys().filter(|name| !name.starts_with('@') && !name.contains('@')) {
            if !columns.contains_key(name) {
                columns.insert(name.clone(), ());
            }
        }
    }
    let row = |object: &Json| columns.keys().map(|name| cell(object.get(name))).collect();
    let rows = objects.iter().map(row).collect();
    Ok((columns.into_keys().collect(), rows))
}

fn lines(text: &str) -> Result<Vec<Json>, ReadError> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let read = lines.map(|(at, line)| match serde_json::from_str(line) {
        Ok(Json::Object(bag)) => Ok(Json::Object(bag)),
        _ => Err(ReadError::Line(at + 1)),
    });
    read.collect()
}

/// Rows of cells by place, under columns with names.
fn positional(columns: &[Json], rows: &[Json]) -> Rows {
    let name = |column: &Json| {
        let name = column.get("name").or_else(|| column.get("ColumnName")).unwrap_or(column);
        name.as_str().unwrap_or_default().to_owned()
    };
    let row = |row: &Json| row.as_array().into_iter().flatten().map(|value| cell(Some(value))).collect();
    (columns.iter().map(name).collect(), rows.iter().map(row).collect())
}

fn cell(json: Option<&Json>) -> Cell {
    match json {
        None | Some(Json::Null) => Cell::Missing,
        Some(Json::String(text)) => Cell::Text(text.clone()),
        Some(other) => Cell::Json(other.clone()),
    }
}

/// The type that all cells have; text where they have none in common. Empty texts tell nothing.
fn told_type<'c>(cells: impl Iterator<Item = &'c Cell>) -> Type {
    let mut told: Option<Type> = None;
    for cell in cells {
        let ty = match cell {
            Cell::Missing => continue,
            Cell::Text(text) if text.trim().is_empty() => continue,
            Cell::Text(text) => text_type(text),
            Cell::Json(json) => json_type(json),
        };
        told = Some(match told {
            None => ty,
            Some(known) if known == ty => ty,
            Some(Type::Long | Type::Real) if matches!(ty, Type::Long | Type::Real) => Type::Real,
            _ => return Type::String,
        });
    }
    told.unwrap_or(Type::String)
}

fn text_type(text: &str) -> Type {
    let text = text.trim();
    let is_number = text.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '+' || c == '.');
    // A leading zero is a code, not a number.
    let is_code = text.len() > 1 && text.starts_with('0') && !text.starts_with("0.");
    if is_number && !is_code && text.parse::<i64>().is_ok() {
        return Type::Long;
    }
    if is_number && !is_code && text.parse::<f64>().is_ok() {
        return Type::Real;
    }
    if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") {
        return Type::Bool;
    }
    if text.len() >= 10 && format::parse_datetime(text).is_some() {
        return Type::DateTime;
    }
    let is_json = text.starts_with(['{', '[']) && serde_json::from_str::<Json>(text).is_ok();
    if is_json { Type::Dynamic } else { Type::String }
}

fn json_type(json: &Json) -> Type {
    match json {
        Json::Bool(_) => Type::Bool,
        Json::Number(number) if number.is_f64() => Type::Real,
        Json::Number(_) => Type::Long,
        Json::String(text) => text_type(text),
        Json::Null | Json::Array(_) | Json::Object(_) => Type::Dynamic,
    }
}

fn value(cell: &Cell, ty: Type) -> Value {
    match cell {
        Cell::Missing => Value::Null,
        Cell::Text(text) if ty == Type::Dynamic => format::parse_json(text),
        Cell::Text(text) if ty != Type::String && text.trim().is_empty() => Value::Null,
        Cell::Text(text) => super::engine::convert::convert(Value::string(text.as_str()), ty),
        Cell::Json(json) if ty == Type::Dynamic => Value::dynamic(json.clone()),
        Cell::Json(json) => format::convert(&Value::dynamic(json.clone()), ty),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(name: &str, text: &str) -> String {
        let Named { schema, table: rows_read } = table(name, text).unwrap();
        let columns: Vec<String> =
            schema.columns.iter().map(|column| format!("{}:{}", column.name, column.ty)).collect();
        let rows = (0..rows_read.row_count())
            .map(|row| rows_read.row(row).map(|value| format::to_text(&value)).collect::<Vec<_>>().join(","));
        std::iter::once(columns.join(" ")).chain(rows).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn tables_are_read_from_each_form() {
        let cases = [
            ("T", "a,b\n1,x\n2,\"y, \"\"z\"\"\"\n", "a:long b:string; 1,x; 2,y, \"z\""),
            ("T", "a\tb\r\n1.5\ttrue\r\n\t\r\n", "a:real b:bool; 1.5,True; ,"),
            (
                "T",
                "a,b\n\"one\ntwo\",2026-11-23T10:00:00Z\n",
                "a:string b:datetime; one\ntwo,2026-11-23T10:00:00.0000000Z",
            ),
            ("T", "{\"a\":1}\n{\"b\":{\"c\":2},\"a\":2.5}\n", "a:real b:dynamic; 1.0,; 2.5,{\"c\":2}"),
            ("T", "[{\"a\":\"x\"},{\"a\":null}]", "a:string; x; "),
            ("T", "{\"schema\":[],\"results\":[{\"a\":7}]}", "a:long; 7"),
            ("T", "{\"columns\":[{\"name\":\"a\",\"type\":\"long\"}],\"rows\":[[7],[null]]}", "a:long; 7; "),
            ("T", "code\n007\n", "code:string; 007"),
            (
                "AlertInfo",
                "Timestamp,AlertId,Own\n\"Nov 23, 2026 10:00:00 AM\",a1,3\n",
                "Timestamp:datetime AlertId:string Own:long; 2026-11-23T10:00:00.0000000Z,a1,3",
            ),
        ];
        for (name, text, expected) in cases {
            assert_eq!(shown(name, text), expected, "{text}");
        }
        assert_eq!(table("T", " ").unwrap_err(), ReadError::Empty);
        assert_eq!(table("T", "{\"a\":1}\nx").unwrap_err(), ReadError::Line(2));
        assert_eq!(table("T", "[1]").unwrap_err(), ReadError::NoRows);
    }
}
