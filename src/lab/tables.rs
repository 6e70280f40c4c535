//! The hunting tables of a tenant: promised first, filled by a thread behind the server, and added to as the tenant lives.

use crate::kql::Schema;
use crate::kql::engine::{Column, Table, TableBuilder, Tables};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// The column whose order the rows of a table lie in.
pub const TIME: &str = "Timestamp";

/// Hunting tables by name. A table may be promised before it is there: whoever reads it waits. Clones share the tables, but
/// not what is added to them afterwards.
#[derive(Clone, Debug, Default)]
pub struct HuntingTables(BTreeMap<String, Arc<Promise>>);

/// A table, perhaps one to come.
#[derive(Debug, Default)]
struct Promise {
    /// As it was filled.
    filled: Arc<OnceLock<Table>>,
    /// What was added since.
    later: Vec<Table>,
    /// Both, once somebody read it.
    all: OnceLock<Table>,
}

impl Promise {
    /// The table, once it is there.
    fn wait(&self) -> &Table {
        let filled = self.filled.wait();
        if self.later.is_empty() {
            return filled;
        }
        self.all.get_or_init(|| in_order_of_time(&[std::slice::from_ref(filled), &self.later].concat()))
    }
}

/// The rows of `parts`, which are of one schema, in the order of time; rows of one instant in the order of the parts.
fn in_order_of_time(parts: &[Table]) -> Table {
    let Some(fields) = parts.first().map(|part| part.fields().to_vec()) else { return Table::default() };
    let column = |(place, field): (usize, &crate::kql::plan::Field)| {
        Column::concat(field.ty, &parts.iter().filter_map(|part| part.column(place).cloned()).collect::<Vec<_>>())
    };
    let mut columns: Vec<Column> = fields.iter().enumerate().map(column).collect();
    let rows = parts.iter().map(Table::row_count).sum();
    let times = fields.iter().position(|field| *field.name == *TIME).and_then(|place| columns.get(place));
    if let Some(times) = times.map(Column::view::<i64>) {
        let mut order: Vec<u32> = (0..rows as u32).collect();
        order.sort_by_key(|row| times.get(*row as usize));
        columns = columns.iter().map(|column| column.take(&order)).collect();
    }
    Table::new(fields, columns, rows)
}

impl HuntingTables {
    /// All tables of the catalogue, promised.
    pub fn promised() -> Self {
        let names = Schema::hunting().tables().iter().map(|table| table.name.to_string());
        Self(names.map(|name| (name, Arc::default())).collect())
    }

    /// Adds a table or replaces it.
    pub fn insert(&mut self, name: impl Into<String>, table: Table) {
        let filled = Arc::new(OnceLock::from(table));
        self.0.insert(name.into(), Arc::new(Promise { filled, ..Promise::default() }));
    }

    /// Keeps the promise of a table. One that is there already, or was never promised, is left as it is.
    pub fn keep(&self, name: &str, table: Table) {
        if let Some(promise) = self.0.get(name) {
            drop(promise.filled.set(table));
        }
    }

    /// Adds `rows` to a table, whether it is there already or not. They are of the table's schema; one that was never
    /// promised stays unknown.
    pub fn add(&mut self, name: &str, rows: Table) {
        if let Some(promise) = self.0.get_mut(name) {
            let mut later = promise.later.clone();
            later.push(rows);
            *promise = Arc::new(Promise { filled: Arc::clone(&promise.filled), later, all: OnceLock::new() });
        }
    }

    /// Keeps all promises that are left with empty tables.
    pub fn close(&self) {
        for (name, promise) in &self.0 {
            let empty = || Schema::hunting().table(name).map(|schema| TableBuilder::new(schema).finish());
            promise.filled.get_or_init(|| empty().unwrap_or_default());
        }
    }

    /// The tables and their names, waiting for each.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Table)> {
        self.0.iter().map(|(name, promise)| (name.as_str(), promise.wait()))
    }
}

impl Tables for HuntingTables {
    fn table(&self, name: &str) -> Option<&Table> {
        self.0.get(name).map(|promise| promise.wait())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kql::value::Value;

    const NAME: &str = "AlertInfo";

    /// Alerts of the given instants and ids.
    fn rows(rows: &[(i64, &str)]) -> Table {
        let mut table = TableBuilder::new(Schema::hunting().table(NAME).unwrap());
        for (at, id) in rows {
            table.push([(TIME, Value::DateTime(*at)), ("AlertId", Value::string(*id))]);
        }
        table.finish()
    }

    fn ids(tables: &HuntingTables) -> Vec<Value> {
        let table = tables.table(NAME).unwrap();
        let place = table.index_of("AlertId").unwrap();
        (0..table.row_count()).map(|row| table.value(row, place)).collect()
    }

    #[test]
    fn what_is_added_comes_in_the_order_of_time_and_earlier_readers_do_not_see_it() {
        let mut tables = HuntingTables::promised();
        tables.add(NAME, rows(&[(5, "added first")]));
        tables.keep(NAME, rows(&[(1, "a"), (5, "b"), (9, "c")]));
        let earlier = tables.clone();
        tables.add(NAME, rows(&[(2, "added then")]));
        tables.add("NoSuchTable", rows(&[(2, "nowhere")]));
        assert_eq!(ids(&earlier), ["a", "b", "added first", "c"].map(Value::string));
        assert_eq!(ids(&tables), ["a", "added then", "b", "added first", "c"].map(Value::string));
        assert!(tables.table("NoSuchTable").is_none());
    }
}
