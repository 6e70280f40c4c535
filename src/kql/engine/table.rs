//! Tables: what a query reads and what it gives.

use super::builder::ColumnBuilder;
use super::column::Column;
use super::convert::convert;
use super::hash::FastMap;
use crate::kql::plan::Field;
use crate::kql::schema::TableSchema;
use crate::kql::value::Value;
use std::sync::Arc;

/// Columns of equal length. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Table {
    fields: Vec<Field>,
    columns: Vec<Column>,
    rows: usize,
}

impl Table {
    /// A table of `columns`, each as long as `rows` and of its field's type.
    pub fn new(fields: Vec<Field>, columns: Vec<Column>, rows: usize) -> Self {
        debug_assert!(
            fields.len() == columns.len()
                && columns.iter().zip(&fields).all(|(column, field)| column.len() == rows && column.ty() == field.ty),
            "columns do not fit their fields"
        );
        Self { fields, columns, rows }
    }

    /// Names and types of the columns.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// All columns, in the order of the fields.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The column at `index`.
    pub fn column(&self, index: usize) -> Option<&Column> {
        self.columns.get(index)
    }

    /// Where the column called exactly `name` is.
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| &*field.name == name)
    }

    /// How many rows.
    pub fn row_count(&self) -> usize {
        self.rows
    }

    /// The cell at `row` and `column`; null where there is none.
    pub fn value(&self, row: usize, column: usize) -> Value {
        self.columns.get(column).map_or(Value::Null, |column| column.value(row))
    }

    /// Rows from `start`, at most `len`. Shares the values.
    pub fn slice(&self, start: usize, len: usize) -> Self {
        let start = start.min(self.rows);
        let rows = len.min(self.rows - start);
        let columns = self.columns.iter().map(|column| column.slice(start, rows)).collect();
        Self { fields: self.fields.clone(), columns, rows }
    }

    /// The cells of `row` in order.
    pub fn row(&self, row: usize) -> impl Iterator<Item = Value> + '_ {
        self.columns.iter().map(move |column| column.value(row))
    }
}

/// Provides tables to a run by name.
pub trait Tables {
    /// The table called exactly `name`.
    fn table(&self, name: &str) -> Option<&Table>;
}

/// No tables: for queries on literals.
#[derive(Clone, Copy, Debug)]
pub struct NoTables;

impl Tables for NoTables {
    fn table(&self, _: &str) -> Option<&Table> {
        None
    }
}

/// Fills a table a row at a time.
#[derive(Debug)]
pub struct TableBuilder {
    fields: Vec<Field>,
    places: FastMap<Arc<str>, usize>,
    columns: Vec<ColumnBuilder>,
    /// The row being pushed; kept to reuse its memory.
    row: Vec<Value>,
    rows: usize,
}

impl TableBuilder {
    /// An empty table of `schema`.
    pub fn new(schema: &TableSchema) -> Self {
        Self::with_fields(schema.columns.iter().map(|column| Field::new(Arc::clone(&column.name), column.ty)).collect())
    }

    /// An empty table of `fields`.
    pub fn with_fields(fields: Vec<Field>) -> Self {
        Self {
            places: fields.iter().enumerate().map(|(place, field)| (Arc::clone(&field.name), place)).collect(),
            columns: fields.iter().map(|field| ColumnBuilder::new(field.ty)).collect(),
            row: Vec::new(),
            rows: 0,
            fields,
        }
    }

    /// Adds a row of the named cells; columns not named are null (`""` for strings). A value of another type than the
    /// column's is converted where Kusto would, else null. An unknown name is a mistake of the caller and panics in
    /// tests, is passed over otherwise.
    pub fn push<'a>(&mut self, cells: impl IntoIterator<Item = (&'a str, Value)>) {
        self.row.clear();
        self.row.resize(self.columns.len(), Value::Null);
        for (name, value) in cells {
            let place = self.places.get(name);
            debug_assert!(place.is_some(), "no column is called {name}");
            if let Some(cell) = place.and_then(|place| self.row.get_mut(*place)) {
                *cell = value;
            }
        }
        for (column, (value, field)) in self.columns.iter_mut().zip(self.row.drain(..).zip(&self.fields)) {
            column.push(if value.is_null() { value } else { convert(value, field.ty) });
        }
        self.rows += 1;
    }

    /// Adds a row of whose cells `fill` pushes one to each of the columns, each of its column's type.
    pub fn push_cells(&mut self, fill: impl FnOnce(&mut [ColumnBuilder])) {
        fill(&mut self.columns);
        self.rows += 1;
    }

    /// How many rows were added.
    pub fn row_count(&self) -> usize {
        self.rows
    }

    /// The table.
    pub fn finish(self) -> Table {
        let columns = self.columns.into_iter().map(ColumnBuilder::finish).collect();
        Table::new(self.fields, columns, self.rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kql::schema::ColumnSchema;
    use crate::kql::types::Type;
    use serde_json::json;

    #[test]
    fn rows_pushed_by_name_read_back() {
        let schema = TableSchema::new(
            "T",
            vec![
                ColumnSchema::new("At", Type::DateTime),
                ColumnSchema::new("Name", Type::String),
                ColumnSchema::new("Size", Type::Long),
                ColumnSchema::new("Bag", Type::Dynamic),
            ],
        );
        let mut builder = TableBuilder::new(&schema);
        builder.push([("Name", Value::string("a")), ("Size", Value::Int(3)), ("At", Value::DateTime(7))]);
        builder.push([("Bag", Value::dynamic(json!({"k": 1}))), ("Name", Value::string("a"))]);
        let table = builder.finish();
        let rows: Vec<Vec<Value>> = (0..table.row_count()).map(|row| table.row(row).collect()).collect();
        assert_eq!(
            rows,
            [
                vec![Value::DateTime(7), Value::string("a"), Value::Long(3), Value::Null],
                vec![Value::Null, Value::string("a"), Value::Null, Value::dynamic(json!({"k": 1}))],
            ]
        );
        assert_eq!((table.slice(1, 9).value(0, 1), table.slice(5, 1).row_count()), (Value::string("a"), 0));
        assert_eq!(table.value(9, 0), Value::Null);
        assert_eq!(table.value(0, 9), Value::Null);
    }
}
