//! Rows of the hunting tables: a typed row a table, put into columns as they come, in the order of time at the end.

pub mod alerts;
pub mod cloud_app_events;
pub mod data_security_behaviors;
pub mod data_security_events;
pub mod device_file_events;
pub mod email_events;
pub mod identity_info;
pub mod writer;

use crate::base::Timestamp;
use crate::kql::engine::Table;
use crate::kql::schema::Schema;
use crate::lab::tenant::HuntingTables;
use data_security_behaviors::Behaviours;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, PoisonError};
use writer::{Cell, RowWriter};

/// How many threads finish tables.
const WORKERS: usize = 2;

/// Alert ids by alert key.
pub type AlertIds = Vec<String>;

/// A row of a hunting table.
pub trait Row: Sized {
    /// The table's name.
    const TABLE: &'static str;

    /// Its `Timestamp`.
    fn at(&self) -> Timestamp;

    /// Adds it to its table.
    fn push(self, table: &mut RowWriter);

    /// Counts it for the tables that are derived from it.
    fn count(&self, _: &mut Behaviours) {}
}

/// The rows of all tables, each in the columns of its table as soon as it is added.
#[derive(Debug, Default)]
pub struct Rows {
    tables: BTreeMap<&'static str, RowWriter>,
    /// What `DataSecurityBehaviors` is made of.
    pub behaviours: Behaviours,
}

impl Rows {
    /// Adds a row: the one way into a table. Rows may come in any order of time. A row of a table that the catalogue
    /// lacks is a mistake of the caller and panics in tests, is passed over otherwise.
    pub fn add<R: Row>(&mut self, row: R) {
        row.count(&mut self.behaviours);
        let writer = match self.tables.entry(R::TABLE) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(missing) => {
                let schema = Schema::hunting().table(R::TABLE);
                debug_assert!(schema.is_some(), "no table is called {}", R::TABLE);
                let Some(schema) = schema else { return };
                missing.insert(RowWriter::new(schema))
            }
        };
        writer.at(row.at());
        row.push(writer);
    }

    /// The tables, rows in the order of time and, within an instant, in that of adding.
    pub fn tables(self) -> HuntingTables {
        let work = Mutex::new(self.tables.into_iter());
        let next = || work.lock().unwrap_or_else(PoisonError::into_inner).next();
        let finish = || std::iter::from_fn(next).map(|(name, writer)| (name.to_owned(), writer.finish())).collect();
        std::thread::scope(|scope| {
            let threads = [(); WORKERS].map(|()| scope.spawn(finish));
            let finished = threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
            let tables: Vec<Vec<(String, Table)>> = finished.collect();
            HuntingTables(tables.into_iter().flatten().collect())
        })
    }
}

/// A cell of shared text.
fn text(text: &Arc<str>) -> Cell {
    Cell::Text(Arc::clone(text))
}

/// A cell of shared text that may be missing.
fn maybe(text: Option<&Arc<str>>) -> Cell {
    text.map_or_else(|| Cell::Fixed(""), |text| Cell::Text(Arc::clone(text)))
}

/// A cell of an instant.
fn when(at: Timestamp) -> Cell {
    Cell::DateTime(at.ticks())
}

/// A cell of shared JSON.
fn shared(json: Option<&Arc<Json>>) -> Cell {
    json.map_or(Cell::Null, |json| Cell::Dynamic(Arc::clone(json)))
}
