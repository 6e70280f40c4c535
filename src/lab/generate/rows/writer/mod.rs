//! Fills a hunting table a row at a time, cheaply: the lab makes some hundred million cells where it is large.
//!
//! Four things make a cell cheap. Rows of a table name their columns in the same order, so a name is looked up once a
//! place. Most text is one of few constants or shared strings, which are known by their address, and most often it is that
//! of the row before. What one row alone has goes straight to where it stays. Columns that no row names, or that are the
//! same in all rows, cost nothing.

mod cells;

use crate::base::Timestamp;
use crate::kql::Type;
use crate::kql::engine::hash::FastMap;
use crate::kql::engine::{Column, Table};
use crate::kql::plan::Field;
use crate::kql::schema::TableSchema;
use crate::kql::value::Value;
use cells::{Cells, address};
use serde::Serialize;
use serde_json::Value as Json;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
    /// `guid`, by its upper and lower half: so a cell is three words, not four.
    Guid(u64, u64),
    /// `datetime`, ticks.
    DateTime(i64),
    /// `dynamic`.
    Dynamic(Arc<Json>),
    /// `dynamic` of this row only, as JSON text.
    JsonText(Box<str>),
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

    /// JSON of this row only, written straight away; null where it cannot be.
    pub fn json(json: &impl Serialize) -> Self {
        serde_json::to_string(json).map_or(Self::Null, |text| Self::JsonText(text.into()))
    }

    /// A GUID; in a column of strings its text.
    pub fn guid(bits: u128) -> Self {
        Self::Guid((bits >> 64) as u64, bits as u64)
    }

    fn value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Fixed(text) => Value::string(text),
            Self::Text(text) => Value::String(text),
            Self::Bool(truth) => Value::Bool(truth),
            Self::Int(number) => Value::Int(number),
            Self::Long(number) => Value::Long(number),
            Self::Guid(upper, lower) => Value::Guid(u128::from(upper) << 64 | u128::from(lower)),
            Self::DateTime(ticks) => Value::DateTime(ticks),
            Self::Dynamic(json) => Value::Dynamic(json),
            Self::JsonText(text) => Value::dynamic(serde_json::from_str(&text).unwrap_or_default()),
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

    /// The rows as they came, closed to more: what helped to write them goes.
    pub fn finish(self) -> Part {
        let Self { fields, columns, rows, mut times, .. } = self;
        times.shrink_to_fit();
        let columns = columns.into_iter().zip(&fields).map(|(cells, field)| cells.finish(rows, field.ty)).collect();
        Part { fields, columns, rows, times }
    }
}

/// Rows of a table that were written on their own.
#[derive(Debug)]
pub struct Part {
    fields: Vec<Field>,
    columns: Vec<Column>,
    rows: usize,
    times: Vec<i64>,
}

/// The parts of a table, to be joined column by column: see [`Joining::column`].
#[derive(Debug)]
pub struct Joining {
    fields: Vec<Field>,
    rows: usize,
    /// The places of the rows in the order of time; `None` where they lie so.
    order: Option<Vec<u32>>,
    /// By column, then by part. Taken away as they are joined, so that no more lies in memory twice than is at work.
    pieces: Vec<Mutex<Vec<Column>>>,
}

impl Joining {
    /// Of `parts`, which are of one schema.
    pub fn of(parts: Vec<Part>) -> Self {
        let fields = parts.first().map(|part| part.fields.clone()).unwrap_or_default();
        let rows = parts.iter().map(|part| part.rows).sum();
        let times: Vec<i64> = parts.iter().flat_map(|part| &part.times).copied().collect();
        let order = in_order(&times);
        let mut pieces: Vec<Vec<Column>> = fields.iter().map(|_| Vec::new()).collect();
        for part in parts.into_iter().filter(|part| part.rows > 0) {
            pieces.iter_mut().zip(part.columns).for_each(|(pieces, column)| pieces.push(column));
        }
        Self { fields, rows, order, pieces: pieces.into_iter().map(Mutex::new).collect() }
    }

    /// How many columns there are.
    pub fn width(&self) -> usize {
        self.fields.len()
    }

    /// How many rows there are.
    pub fn row_count(&self) -> usize {
        self.rows
    }

    /// The column at `place`, in the order of time where that was said, rows of one instant in the order of the parts and
    /// of pushing. Asked for once.
    pub fn column(&self, place: usize) -> Column {
        let Some(field) = self.fields.get(place) else { return Column::nulls(Type::String, 0) };
        let pieces = self.pieces.get(place).map(|pieces| std::mem::take(&mut *lock(pieces))).unwrap_or_default();
        let column = Column::concat(field.ty, &pieces);
        drop(pieces);
        self.order.as_ref().map_or_else(|| column.clone(), |order| column.take(order))
    }

    /// The table of `columns`, which are all of them in their order.
    pub fn table(self, columns: Vec<Column>) -> Table {
        Table::new(self.fields, columns, self.rows)
    }

    /// The whole table.
    pub fn join(self) -> Table {
        let columns = (0..self.width()).map(|place| self.column(place)).collect();
        self.table(columns)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The places of `times` in ascending order, equal ones as they are; `None` where they are in order already.
fn in_order(times: &[i64]) -> Option<Vec<u32>> {
    if times.is_sorted() {
        return None;
    }
    // Pairs lie side by side while they are sorted; that the place is part of them keeps equal times as they are.
    let mut pairs: Vec<(i64, u32)> = times.iter().copied().zip(0..).collect();
    pairs.sort_unstable();
    Some(pairs.into_iter().map(|(_, place)| place).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kql::schema::ColumnSchema;
    use serde_json::json;

    fn writer() -> RowWriter {
        RowWriter::new(&TableSchema::new(
            "T",
            vec![
                ColumnSchema::new("At", Type::DateTime),
                ColumnSchema::new("Name", Type::String),
                ColumnSchema::new("Size", Type::Long),
                ColumnSchema::new("Bag", Type::Dynamic),
                ColumnSchema::new("Never", Type::String),
            ],
        ))
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
        let table = Joining::of(vec![writer.finish()]).join();
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
            part.finish()
        };
        let parts = vec![part(&[(5, "a"), (2, "b"), (2, "c")]), part(&[]), part(&[(2, "d"), (9, "a")])];
        let table = Joining::of(parts).join();
        let rows: Vec<(Value, Value)> = (0..5).map(|row| (table.value(row, 0), table.value(row, 1))).collect();
        let expected = [(2, "b"), (2, "c"), (2, "d"), (5, "a"), (9, "a")];
        assert_eq!(rows, expected.map(|(at, name)| (Value::DateTime(at), Value::string(name))));
        assert_eq!(table.column(4).and_then(Column::as_constant), Some(&Value::string("same")));
        assert_eq!(table.column(2).and_then(Column::as_constant), Some(&Value::Null));
    }
}
