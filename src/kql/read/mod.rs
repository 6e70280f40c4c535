//! Tables out of text: comma- and tab-separated values, JSON lines, JSON arrays, and the answers of hunting services.
//! Types are the hunting schema's where it knows the table and column, and are told from the values otherwise.

mod items;
mod object;
mod separated;

use super::engine::{Table, TableBuilder};
use super::format;
use super::schema::{ColumnSchema, Schema, TableSchema};
use super::types::Type;
use super::value::Value;
use indexmap::IndexMap;
use items::Items;
use separated::Separated;
use serde_json::{Map, Value as Json};
use std::borrow::Cow;
use std::collections::HashMap;
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
    /// A record with more values than there are columns.
    #[error(
        "line {line} has {values} values under {columns} columns: a value that holds the separator stands in quotes"
    )]
    Wide {
        /// From 1.
        line: usize,
        /// How many the record has.
        values: usize,
        /// How many the header names.
        columns: usize,
    },
    /// A quote of a value that is not closed, by the line it stands on.
    #[error("the quote of a value on line {0} is not closed")]
    Quote(usize),
    /// JSON that holds no rows.
    #[error("it is JSON, but neither a list of objects nor an answer with rows")]
    NoRows,
}

/// A cell as it was read.
#[derive(Clone, Debug, PartialEq)]
enum Cell<'t> {
    /// Left out, or null.
    Missing,
    /// A text whose type is to be told.
    Text(Cow<'t, str>),
    /// A JSON value that is not a text.
    Json(Json),
}

/// The most bytes that a packed file may unpack to: a few bytes can stand for any number.
pub const UNPACKED_MAX: u64 = 2 << 30;

/// The table called `name` that a file of `bytes` holds, packed by gzip or not. What is neither UTF-8 nor UTF-16 with a
/// mark is replaced.
///
/// # Errors
/// See [`ReadError`].
pub fn file(name: &str, bytes: &[u8]) -> Result<Named, ReadError> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return table(name, &text_of(bytes));
    }
    let mut unpacked = Vec::new();
    let mut reader = flate2::read::MultiGzDecoder::new(bytes).take(UNPACKED_MAX + 1);
    reader.read_to_end(&mut unpacked).map_err(|error| ReadError::Packed(error.to_string()))?;
    if unpacked.len() as u64 > UNPACKED_MAX {
        return Err(ReadError::TooLarge);
    }
    table(name, &text_of(&unpacked))
}

/// `bytes` as text: UTF-16 where they begin with its mark, as what PowerShell writes does, else UTF-8.
fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    let unit: fn([u8; 2]) -> u16 = match bytes {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => return String::from_utf8_lossy(bytes),
    };
    let units = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair));
    let decoded = char::decode_utf16(units).map(|read| read.unwrap_or(char::REPLACEMENT_CHARACTER));
    Cow::Owned(decoded.collect())
}

/// The table called `name` that `text` holds. Rows are read twice, for their types and for their values, so that no
/// more than the text and the table is kept.
pub fn table(name: &str, text: &str) -> Result<Named, ReadError> {
    let text = text.trim_start_matches('\u{feff}');
    let form = Form::of(text)?;
    let told = form.told()?;
    if told.is_empty() {
        return Err(ReadError::Empty);
    }
    let known = Schema::hunting().table(name);
    let columns = told.into_iter().map(|(column, told)| {
        let documented = known.and_then(|table| table.column(&column));
        documented.cloned().unwrap_or_else(|| ColumnSchema::new(column, told.0.unwrap_or(Type::String)))
    });
    let schema = TableSchema::new(name, columns.collect());
    let mut builder = TableBuilder::new(&schema);
    form.each(&schema.columns, |row| {
        builder.push_cells(|columns| {
            for (at, (builder, column)) in columns.iter_mut().zip(&schema.columns).enumerate() {
                match row.get(at) {
                    Some(Cell::Text(text)) if column.ty == Type::String => builder.push_text(text),
                    Some(cell) => builder.push(value(cell, column.ty)),
                    None => builder.push(Value::Null),
                }
            }
        });
    })?;
    Ok(Named { table: builder.finish(), schema })
}

/// How a text holds rows.
enum Form<'t> {
    Separated(Separated<'t>),
    /// An object a line.
    Lines(&'t str),
    /// A list of objects.
    Objects(Items<'t>),
    /// One object alone.
    Object(&'t str),
    /// Names of columns, and rows of cells by place.
    Positional(Vec<String>, Items<'t>),
}

impl<'t> Form<'t> {
    fn of(text: &'t str) -> Result<Self, ReadError> {
        let list = |key| Items { text, key };
        match text.trim_start().chars().next() {
            None => return Err(ReadError::Empty),
            Some('[') => return Ok(Self::Objects(list(None))),
            Some('{') => {}
            Some(_) => return Separated::of(text).map(Self::Separated),
        }
        let Some(properties) = items::properties(text) else { return Ok(Self::Lines(text)) };
        let is_list = |name: &str| properties.iter().any(|(own, is_list)| own == name && *is_list);
        if is_list("columns") && is_list("rows") {
            let mut names = Vec::new();
            list(Some("columns")).each(|column| {
                names.push(column_name(&column));
                Ok(())
            })?;
            return Ok(Self::Positional(names, list(Some("rows"))));
        }
        let key = ["results", "Results", "value"].into_iter().find(|name| is_list(name));
        Ok(key.map_or(Self::Object(text), |key| Self::Objects(list(Some(key)))))
    }

    /// The columns in order, and what their cells tell of their types.
    fn told(&self) -> Result<IndexMap<String, Told>, ReadError> {
        let mut told: IndexMap<String, Told> = IndexMap::new();
        match self {
            Self::Separated(Separated { header: names, .. }) | Self::Positional(names, _) => {
                told.extend(names.iter().map(|name| (name.clone(), Told::default())));
                self.each(&[], |row| {
                    for (told, cell) in told.values_mut().zip(row) {
                        told.add(cell);
                    }
                })?;
            }
            Self::Lines(text) => {
                for (at, line) in lines(text) {
                    // Most lines have their properties in the same order.
                    let mut next = 0;
                    let tell = |name: Cow<'_, str>, cell: Cell<'_>| {
                        if name.contains('@') {
                            return;
                        }
                        let expected = told.get_index(next).is_some_and(|(known, _)| *known == name);
                        let place = if expected { Some(next) } else { told.get_index_of(&*name) };
                        let place = place.unwrap_or_else(|| told.insert_full(name.into_owned(), Told::default()).0);
                        if let Some((_, told)) = told.get_index_mut(place) {
                            told.add(&cell);
                        }
                        next = place + 1;
                    };
                    object::cells(line, tell).ok_or(ReadError::Line(at + 1))?;
                }
            }
            Self::Objects(_) | Self::Object(_) => self.each_object(|bag| {
                for (name, value) in bag.iter().filter(|(name, _)| !name.contains('@')) {
                    match told.get_mut(name) {
                        Some(told) => told.add(&cell(Some(value))),
                        None => told.entry(name.clone()).or_default().add(&cell(Some(value))),
                    }
                }
            })?,
        }
        Ok(told)
    }

    /// Shows `visit` the cells of each row under `columns`.
    fn each(&self, columns: &[ColumnSchema], mut visit: impl FnMut(&[Cell<'_>])) -> Result<(), ReadError> {
        let mut row: Vec<Cell<'_>> = Vec::new();
        match self {
            Self::Separated(separated) => separated.each(|record| {
                row.clear();
                row.extend(record.iter().cloned().map(Cell::Text));
                visit(&row);
            }),
            Self::Positional(_, rows) => rows.each(|values| {
                let row: Vec<Cell<'_>> =
                    values.as_array().into_iter().flatten().map(|value| cell(Some(value))).collect();
                visit(&row);
                Ok(())
            }),
            Self::Lines(text) => {
                let places: HashMap<&str, usize> =
                    columns.iter().enumerate().map(|(place, column)| (&*column.name, place)).collect();
                for (at, line) in lines(text) {
                    let mut row: Vec<Cell<'_>> = vec![Cell::Missing; columns.len()];
                    let mut next = 0;
                    let tell = |name: Cow<'_, str>, cell| {
                        let expected = columns.get(next).is_some_and(|column| *column.name == *name);
                        let place = if expected { Some(next) } else { places.get(&*name).copied() };
                        if let Some((place, known)) = place.and_then(|place| Some((place, row.get_mut(place)?))) {
                            *known = cell;
                            next = place + 1;
                        }
                    };
                    object::cells(line, tell).ok_or(ReadError::Line(at + 1))?;
                    visit(&row);
                }
                Ok(())
            }
            Self::Objects(_) | Self::Object(_) => self.each_object(|bag| {
                let row: Vec<Cell<'_>> = columns.iter().map(|column| cell(bag.get(&*column.name))).collect();
                visit(&row);
            }),
        }
    }

    fn each_object(&self, mut visit: impl FnMut(&Map<String, Json>)) -> Result<(), ReadError> {
        match self {
            Self::Objects(objects) => {
                objects.each(|object| {
                    visit(object.as_object().ok_or(ReadError::NoRows)?);
                    Ok(())
                })?;
            }
            Self::Object(text) => visit(&serde_json::from_str(text).map_err(|_error| ReadError::NoRows)?),
            Self::Lines(_) | Self::Separated(_) | Self::Positional(..) => {}
        }
        Ok(())
    }
}

/// The lines of `text` that are not empty, by number from 0.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty())
}

fn column_name(column: &Json) -> String {
    let name = column.get("name").or_else(|| column.get("ColumnName")).unwrap_or(column);
    name.as_str().unwrap_or_default().to_owned()
}

fn cell(json: Option<&Json>) -> Cell<'_> {
    match json {
        None | Some(Json::Null) => Cell::Missing,
        Some(Json::String(text)) => Cell::Text(text.as_str().into()),
        Some(other) => Cell::Json(other.clone()),
    }
}

/// The type that all cells so far have; text where they have none in common. Empty texts tell nothing.
#[derive(Clone, Copy, Default)]
struct Told(Option<Type>);

impl Told {
    fn add(&mut self, cell: &Cell<'_>) {
        if self.0 == Some(Type::String) {
            return;
        }
        let ty = match cell {
            Cell::Missing => return,
            Cell::Text(text) if text.trim().is_empty() => return,
            Cell::Text(text) => text_type(text),
            Cell::Json(json) => json_type(json),
        };
        self.0 = Some(match self.0 {
            None => ty,
            Some(known) if known == ty => ty,
            Some(Type::Long | Type::Real) if matches!(ty, Type::Long | Type::Real) => Type::Real,
            Some(_) => Type::String,
        });
    }
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

fn value(cell: &Cell<'_>, ty: Type) -> Value {
    match cell {
        Cell::Missing => Value::Null,
        Cell::Text(text) if ty == Type::Dynamic => format::parse_json(text),
        Cell::Text(text) if ty != Type::String && text.trim().is_empty() => Value::Null,
        Cell::Text(text) if ty == Type::String => Value::string(&**text),
        Cell::Text(text) => match (ty, text.parse::<i64>()) {
            // Most are plain numbers and instants.
            (Type::Long, Ok(number)) => Value::Long(number),
            (Type::DateTime, Err(_)) => format::parse_datetime(text).map_or(Value::Null, Value::DateTime),
            _ => super::engine::convert::convert(Value::string(&**text), ty),
        },
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
    fn what_powershell_writes_is_read() {
        let text = "a,b\r\n1,grün\r\n";
        for to_bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            let units = std::iter::once(0xfeff).chain(text.encode_utf16());
            let bytes: Vec<u8> = units.flat_map(to_bytes).collect();
            let read = file("T", &bytes).unwrap().table;
            assert_eq!((read.row_count(), read.value(0, 1)), (1, Value::string("grün")));
        }
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
            ("T", "{\"value\":3,\n\"a\":[1]}", "value:long a:dynamic; 3,[1]"),
            ("T", "{\"schema\":[],\"results\":[{\"a\":7}]}", "a:long; 7"),
            ("T", "{\"columns\":[{\"name\":\"a\",\"type\":\"long\"}],\"rows\":[[7],[null]]}", "a:long; 7; "),
            ("T", "\u{feff}#TYPE Selected.Object\r\n\"a\",\"b\"\r\n\"1\",\r\n", "a:long b:string; 1,"),
            ("T", "sep=;\na;b\n1;2,5\n", "a:long b:string; 1,2,5"),
            ("T", "name;\"a;b\"\nx;1\n", "name:string a;b:long; x,1"),
            ("T", "a,,a,a1\n1,2,3,4\n", "a:long Column2:long a1:long a11:long; 1,2,3,4"),
            ("T", "a,b\n1\n2,x,\n", "a:long b:string; 1,; 2,x"),
            ("T", "a\n1\n\n2", "a:long; 1; ; 2"),
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
        let wide = ReadError::Wide { line: 4, values: 3, columns: 2 };
        assert_eq!(table("T", "a,b\n\"1\n2\",x\ncmd /c a,b,c\n").unwrap_err(), wide);
        assert_eq!(table("T", "a,b\n1,x\n2,\"open\n3,y\n").unwrap_err(), ReadError::Quote(3));
        assert_eq!(table("T", "{\"a\":1}\nx").unwrap_err(), ReadError::Line(2));
        assert_eq!(table("T", "[1]").unwrap_err(), ReadError::NoRows);
        assert_eq!(table("T", "[{\"a\":1},\n{\"a\":]").unwrap_err(), ReadError::Line(2));
    }
}
