//! Which tables and columns there are.

use super::engine::hash::FastMap;
use super::types::Type;
use std::sync::{Arc, LazyLock};

/// A catalogue of tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    tables: Vec<TableSchema>,
    /// Where each is among them.
    by_name: FastMap<Arc<str>, usize>,
}

/// A table's columns, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSchema {
    /// Name.
    pub name: Arc<str>,
    /// One line of what its rows are.
    pub description: Arc<str>,
    /// Columns.
    pub columns: Vec<ColumnSchema>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnSchema {
    /// Name.
    pub name: Arc<str>,
    /// Type.
    pub ty: Type,
    /// One line of what it holds.
    pub description: Arc<str>,
    /// Values seen in it, where they are few.
    pub values: Vec<Arc<str>>,
}

impl Schema {
    /// A catalogue of `tables`.
    pub fn new(tables: Vec<TableSchema>) -> Self {
        // Of two with one name the first counts.
        let places = tables.iter().enumerate().rev();
        let by_name = places.map(|(at, table)| (Arc::clone(&table.name), at)).collect();
        Self { tables, by_name }
    }

    /// Defender XDR's advanced hunting tables as documented in 2026.
    pub fn hunting() -> &'static Self {
        static HUNTING: LazyLock<Schema> =
            LazyLock::new(|| Schema::read(include_str!("../../assets/schema/hunting.txt")));
        &HUNTING
    }

    /// All tables, in the catalogue's order.
    pub fn tables(&self) -> &[TableSchema] {
        &self.tables
    }

    /// The table called exactly `name`; KQL names are case-sensitive. Of one table the documentation has two spellings.
    pub fn table(&self, name: &str) -> Option<&TableSchema> {
        let name = if name == "GraphAPIAuditEvents" { "GraphApiAuditEvents" } else { name };
        self.by_name.get(name).and_then(|at| self.tables.get(*at))
    }

    /// Reads the catalogue's text form: `table<TAB>name<TAB>description`, then a line a column,
    /// `<TAB>name<TAB>type<TAB>description<TAB>value|value`. Lines it cannot read are left out.
    fn read(text: &str) -> Self {
        let mut tables: Vec<TableSchema> = Vec::new();
        for line in text.lines() {
            let mut cells = line.split('\t');
            match (cells.next(), cells.next(), cells.next()) {
                (Some("table"), Some(name), description) => tables.push(TableSchema {
                    name: name.into(),
                    description: description.unwrap_or_default().into(),
                    columns: Vec::new(),
                }),
                (Some(""), Some(name), Some(ty)) => {
                    let (Some(table), Some(ty)) = (tables.last_mut(), Type::from_name(ty)) else { continue };
                    let description = cells.next().unwrap_or_default().into();
                    let values = cells.next().unwrap_or_default().split('|').filter(|value| !value.is_empty());
                    let values = values.map(Arc::from).collect();
                    table.columns.push(ColumnSchema { name: name.into(), ty, description, values });
                }
                _ => {}
            }
        }
        Self::new(tables)
    }
}

impl ColumnSchema {
    /// One of which nothing more is known.
    pub fn new(name: impl Into<Arc<str>>, ty: Type) -> Self {
        Self { name: name.into(), ty, description: Arc::default(), values: Vec::new() }
    }
}

impl TableSchema {
    /// One of which nothing more is known.
    pub fn new(name: impl Into<Arc<str>>, columns: Vec<ColumnSchema>) -> Self {
        Self { name: name.into(), description: Arc::default(), columns }
    }

    /// The column called exactly `name`.
    pub fn column(&self, name: &str) -> Option<&ColumnSchema> {
        self.columns.iter().find(|column| &*column.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hunting_catalogue_is_read_whole() {
        let text = include_str!("../../assets/schema/hunting.txt");
        let columns: usize = Schema::hunting().tables().iter().map(|table| table.columns.len()).sum();
        assert_eq!(
            columns,
            text.lines().filter(|line| line.starts_with('\t')).count(),
            "a column line was not understood"
        );
        let events = Schema::hunting().table("DataSecurityEvents").unwrap();
        assert_eq!(events.column("IrmPolicyMatchInfo").unwrap().ty, Type::Dynamic);
    }
}
