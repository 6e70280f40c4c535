//! Fills a hunting table a row at a time, cheaply: the lab makes some hundred thousand cells before it can answer.
//!
//! Three things make a cell cheap. Rows of a table name their columns in the same order, so a name is looked up once a
//! place. Most text is one of few constants or shared strings, which are known by their address. Columns that no row
//! names cost nothing.

use crate::base::Timestamp;
use crate::kql::Type;
use crate::kql::engine::bitmap::Bitmap;
use crate::kql::engine::convert::convert;
use crate::kql::engine::dictionary::Interner;
use crate::kql::engine::hash::FastMap;
use crate::kql::engine::{Column, ColumnBuilder, Table};
use crate::kql::plan::Field;
use crate::kql::schema::TableSchema;
use crate::kql::value::Value;
use serde_json::Value as Json;
use std::sync::Arc;

/// The most strings of a column that are known by address.
const ADDRESSES_MAX: usize = 4_096;

/// A cell of a row.
#[derive(Clone, Debug)]
pub enum Cell {
    /// Null; `""` for strings.
    Null,
    /// A constant of the program.
    Fixed(&'static str),
    /// Shared text.
    Text(Arc<str>),
    /// `bool`.
    Bool(bool),
    /// `int`.
    Int(i32),
    /// `long`.
    Long(i64),
    /// `guid`.
    Guid(u128),
    /// `datetime`, ticks.
    DateTime(i64),
    /// `dynamic`.
    Dynamic(Arc<Json>),
}

impl Cell {
    /// Text of this row only.
    pub fn string(text: impl Into<Arc<str>>) -> Self {
        Self::Text(text.into())
    }

    /// JSON of this row only.
    pub fn dynamic(json: Json) -> Self {
        Self::Dynamic(Arc::new(json))
    }

    fn value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Fixed(text) => Value::string(text),
            Self::Text(text) => Value::String(text),
            Self::Bool(truth) => Value::Bool(truth),
            Self::Int(number) => Value::Int(number),
            Self::Long(number) => Value::Long(number),
            Self::Guid(bits) => Value::Guid(bits),
            Self::DateTime(ticks) => Value::DateTime(ticks),
            Self::Dynamic(json) => Value::Dynamic(json),
        }
    }
}

/// A table in the making.
#[derive(Debug)]
pub struct RowWriter {
    fields: Vec<Field>,
    names: FastMap<Arc<str>, usize>,
    /// By place in a row: the address of the last name there, and its column.
    places: Vec<(u64, Option<usize>)>,
    columns: Vec<Cells>,
    rows: usize,
    /// When each row happened, where that was said.
    times: Vec<i64>,
}

impl RowWriter {
    /// An empty table of `schema`.
    pub fn new(schema: &TableSchema) -> Self {
        let fields: Vec<Field> =
            schema.columns.iter().map(|column| Field::new(Arc::clone(&column.name), column.ty)).collect();
        Self {
            names: fields.iter().enumerate().map(|(place, field)| (Arc::clone(&field.name), place)).collect(),
            places: Vec::new(),
            columns: fields.iter().map(|field| Cells::new(field.ty)).collect(),
            rows: 0,
            times: Vec::new(),
            fields,
        }
    }

    /// Says when the row to be pushed next happened. Said of every row or of none.
    pub fn at(&mut self, at: Timestamp) {
        self.times.push(at.ticks());
    }

    /// Adds a row of the named cells; columns not named are null (`""` for strings). Of two cells of one name the first
    /// counts. An unknown name is a mistake of the caller and panics in tests, is passed over otherwise.
    pub fn push(&mut self, cells: impl IntoIterator<Item = (&'static str, Cell)>) {
        for (place, (name, cell)) in cells.into_iter().enumerate() {
            let column = self.column_at(place, name);
            debug_assert!(column.is_some(), "no column is called {name}");
            if let Some((cells, field)) = column.and_then(|at| Some((self.columns.get_mut(at)?, self.fields.get(at)?)))
            {
                cells.put(self.rows, cell, field.ty);
            }
        }
        self.rows += 1;
    }

    fn column_at(&mut self, place: usize, name: &'static str) -> Option<usize> {
        let address = address(name);
        if let Some((_, column)) = self.places.get(place).filter(|(known, _)| *known == address) {
            return *column;
        }
        let column = self.names.get(name).copied();
        if self.places.len() <= place {
            self.places.resize(place + 1, (0, None));
        }
        if let Some(known) = self.places.get_mut(place) {
            *known = (address, column);
        }
        column
    }

    /// How many rows were added.
    pub fn row_count(&self) -> usize {
        self.rows
    }

    /// The table of all rows of `parts`, which are of one schema: in the order of time where that was said, rows of one
    /// instant in the order of the parts and of pushing.
    pub fn join(parts: Vec<Self>) -> Table {
        let Some(fields) = parts.first().map(|part| part.fields.clone()) else { return Table::default() };
        let rows = parts.iter().map(|part| part.rows).sum();
        let times: Vec<i64> = parts.iter().flat_map(|part| &part.times).copied().collect();
        let order = in_order(&times);
        drop(times);
        let filled = parts.into_iter().filter(|part| part.rows > 0);
        let mut parts: Vec<_> = filled.map(|part| (part.columns.into_iter(), part.rows)).collect();
        // Column by column, so that no more than one lies in memory twice.
        let column = |field: &Field| {
            let pieces = parts.iter_mut().filter_map(|(columns, rows)| Some(columns.next()?.finish(*rows, field.ty)));
            let column = Column::concat(field.ty, &pieces.collect::<Vec<_>>());
            order.as_ref().map_or_else(|| column.clone(), |order| column.take(order))
        };
        let columns = fields.iter().map(column).collect();
        Table::new(fields, columns, rows)
    }
}

/// The places of `times` in ascending order, equal ones as they are; `None` where they are in order already.
fn in_order(times: &[i64]) -> Option<Vec<u32>> {
    if times.is_sorted() {
        return None;
    }
    let mut order: Vec<u32> = (0..times.len() as u32).collect();
    order.sort_by_key(|place| times.get(*place as usize));
    Some(order)
}

/// Where `text` is and how long it is: the same for two strings that both exist only if they are the same.
fn address(text: &str) -> u64 {
    text.as_ptr().addr() as u64 ^ (text.len() as u64) << 48
}

/// A column in the making. It may be shorter than the table: what is missing is null.
#[derive(Debug)]
enum Cells {
    Text(TextCells),
    Dynamic(DynamicCells),
    Other(ColumnBuilder),
}

impl Cells {
    fn new(ty: Type) -> Self {
        match ty {
            Type::String => Self::Text(TextCells::default()),
            Type::Dynamic => Self::Dynamic(DynamicCells::default()),
            _ => Self::Other(ColumnBuilder::new(ty)),
        }
    }

    /// Puts `cell` into row `row`, unless that is filled already.
    fn put(&mut self, row: usize, cell: Cell, ty: Type) {
        match self {
            Self::Text(cells) => cells.put(row, cell),
            Self::Dynamic(cells) => cells.put(row, cell),
            Self::Other(_) if matches!(cell, Cell::Null) => {}
            Self::Other(builder) if builder.len() <= row => {
                pad(builder, row);
                builder.push(convert(cell.value(), ty));
            }
            Self::Other(_) => {}
        }
    }

    fn finish(self, rows: usize, ty: Type) -> Column {
        match self {
            Self::Text(mut cells) if !cells.codes.is_empty() => {
                cells.pad(rows);
                if let Some(only) = cells.interner.only() {
                    return Column::constant(Value::String(Arc::clone(only)), ty, rows);
                }
                Column::from_codes(cells.codes, Arc::new(cells.interner.finish()))
            }
            Self::Other(mut builder) if !builder.is_empty() => {
                pad(&mut builder, rows);
                builder.finish()
            }
            Self::Dynamic(mut cells) if !cells.codes.is_empty() => {
                cells.codes.resize(rows, DynamicCells::NULL);
                let any_null = cells.codes.contains(&DynamicCells::NULL);
                let validity = any_null.then(|| Bitmap::from_fn(rows, |at| cells.codes[at] != DynamicCells::NULL));
                Column::from_packed(cells.codes, Arc::new(cells.interner.finish()), validity)
            }
            Self::Text(_) | Self::Dynamic(_) | Self::Other(_) => Column::nulls(ty, rows),
        }
    }
}

fn pad(builder: &mut ColumnBuilder, rows: usize) {
    while builder.len() < rows {
        builder.push(Value::Null);
    }
}

/// A column of dynamics in the making: as JSON text, a fraction of what the trees would take.
#[derive(Debug, Default)]
struct DynamicCells {
    codes: Vec<u32>,
    interner: Interner,
}

impl DynamicCells {
    /// The code of null.
    const NULL: u32 = u32::MAX;

    fn put(&mut self, row: usize, cell: Cell) {
        if self.codes.len() > row {
            return;
        }
        if let Value::Dynamic(json) = convert(cell.value(), Type::Dynamic)
            && !json.is_null()
        {
            self.codes.resize(row, Self::NULL);
            self.codes.push(self.interner.copy(&json.to_string()));
        }
    }
}

/// A column of strings in the making.
#[derive(Debug, Default)]
struct TextCells {
    codes: Vec<u32>,
    interner: Interner,
    /// Codes by address of the constants and of the strings in `kept`.
    known: FastMap<u64, u32>,
    /// Keeps the strings known by address alive, so that no other comes to lie there.
    kept: Vec<Arc<str>>,
    /// The code of the empty string, once it was needed.
    empty: Option<u32>,
}

impl TextCells {
    fn put(&mut self, row: usize, cell: Cell) {
        if self.codes.len() > row {
            return;
        }
        let code = match cell {
            Cell::Null | Cell::Fixed("") => return,
            Cell::Fixed(text) => match self.known.get(&address(text)) {
                Some(code) => *code,
                None => self.learn(address(text), &Arc::from(text)),
            },
            Cell::Text(text) => match self.known.get(&address(&text)) {
                Some(code) => *code,
                None if self.kept.len() < ADDRESSES_MAX => {
                    self.kept.push(Arc::clone(&text));
                    self.learn(address(&text), &text)
                }
                None => self.interner.intern(&text),
            },
            other => match convert(other.value(), Type::String) {
                Value::String(text) => self.interner.intern(&text),
                _ => return,
            },
        };
        self.pad(row);
        self.codes.push(code);
    }

    fn learn(&mut self, address: u64, text: &Arc<str>) -> u32 {
        let code = self.interner.intern(text);
        self.known.insert(address, code);
        code
    }

    fn pad(&mut self, rows: usize) {
        if self.codes.len() < rows {
            let empty = *self.empty.get_or_insert_with(|| self.interner.intern(&Arc::from("")));
            self.codes.resize(rows, empty);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kql::schema::ColumnSchema;
    use serde_json::json;

    fn writer() -> RowWriter {
        let column =
            |name: &str, ty| ColumnSchema { name: name.into(), ty, description: "".into(), values: Vec::new() };
        RowWriter::new(&TableSchema {
            name: "T".into(),
            description: "".into(),
            columns: vec![
                column("At", Type::DateTime),
                column("Name", Type::String),
                column("Size", Type::Long),
                column("Bag", Type::Dynamic),
                column("Never", Type::String),
            ],
        })
    }

    #[test]
    fn rows_read_back_as_they_were_written() {
        let mut writer = writer();
        let shared: Arc<str> = "b".into();
        writer.push([("Size", Cell::Int(3)), ("At", Cell::DateTime(7))]);
        writer.push([("Name", Cell::Fixed("a")), ("Bag", Cell::dynamic(json!({"k": 1})))]);
        writer.push([("Name", Cell::Text(Arc::clone(&shared))), ("Name", Cell::Fixed("second")), ("At", Cell::Null)]);
        writer.push([("Name", Cell::Text(shared)), ("Size", Cell::Long(4))]);
        writer.push([("Name", Cell::string("a"))]);
        writer.push([("Name", Cell::Null)]);
        let table = RowWriter::join(vec![writer]);
        let rows: Vec<Vec<Value>> = (0..table.row_count()).map(|row| table.row(row).collect()).collect();
        let row = |at, name, size, bag| vec![at, Value::string(name), size, bag, Value::string("")];
        let null = || Value::Null;
        assert_eq!(
            rows,
            [
                row(Value::DateTime(7), "", Value::Long(3), null()),
                row(null(), "a", null(), Value::dynamic(json!({"k": 1}))),
                row(null(), "b", null(), null()),
                row(null(), "b", Value::Long(4), null()),
                row(null(), "a", null(), null()),
                row(null(), "", null(), null()),
            ]
        );
    }

    #[test]
    fn parts_become_one_table_in_the_order_of_time() {
        let part = |rows: &[(i64, &'static str)]| {
            let mut part = writer();
            for (at, name) in rows {
                part.at(Timestamp::from_ticks(*at).unwrap());
                part.push([("At", Cell::DateTime(*at)), ("Name", Cell::Fixed(name)), ("Never", Cell::Fixed("same"))]);
            }
            part
        };
        let table =
            RowWriter::join(vec![part(&[(5, "a"), (2, "b"), (2, "c")]), part(&[]), part(&[(2, "d"), (9, "a")])]);
        let rows: Vec<(Value, Value)> = (0..5).map(|row| (table.value(row, 0), table.value(row, 1))).collect();
        let expected = [(2, "b"), (2, "c"), (2, "d"), (5, "a"), (9, "a")];
        assert_eq!(rows, expected.map(|(at, name)| (Value::DateTime(at), Value::string(name))));
        assert_eq!(table.column(4).and_then(Column::as_constant), Some(&Value::string("same")));
        assert_eq!(table.column(2).and_then(Column::as_constant), Some(&Value::Null));
    }

    #[test]
    fn equal_strings_share_a_code_wherever_they_lie() {
        let mut writer = writer();
        for _ in 0..3 {
            writer.push([("Name", Cell::string("same"))]);
            writer.push([("Name", Cell::Fixed("same"))]);
        }
        let Some(Cells::Text(cells)) = writer.columns.get(1) else { panic!("Name is text") };
        assert_eq!(cells.codes, [0; 6]);
    }
}
