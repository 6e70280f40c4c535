//! Rows of the hunting tables: a typed row a table, put into columns as they come, in the order of time at the end.

pub mod alerts;
pub mod behaviors;
pub mod cloud_app_events;
pub mod data_security_behaviors;
pub mod data_security_events;
pub mod device_events;
pub mod device_file_events;
pub mod device_image_load_events;
pub mod device_info;
pub mod device_logon_events;
pub mod device_network_events;
pub mod device_network_info;
pub mod device_process_events;
pub mod device_registry_events;
pub mod email_attachment_info;
pub mod email_events;
pub mod email_post_delivery_events;
pub mod email_url_info;
pub mod entra_id_sign_in_events;
pub mod entra_id_spn_sign_in_events;
pub mod graph_api_audit_events;
pub mod identity_directory_events;
pub mod identity_info;
pub mod identity_logon_events;
pub mod identity_query_events;
pub mod initiator;
pub mod message_events;
pub mod oauth_app_info;
pub mod url_click_events;
pub mod writer;

use crate::base::Timestamp;
use crate::kql::schema::Schema;
use data_security_behaviors::Behaviours;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;
use writer::{Cell, Part, RowWriter};

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
    discards: bool,
}

impl Rows {
    /// Where rows go that nobody will read.
    pub fn discarded() -> Self {
        Self { discards: true, ..Self::default() }
    }

    /// Adds a row: the one way into a table. Rows may come in any order of time. A row of a table that the catalogue
    /// lacks is a mistake of the caller and panics in tests, is passed over otherwise.
    pub fn add<R: Row>(&mut self, row: R) {
        if self.discards {
            return;
        }
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

    /// What was added, closed to more: the tables' parts by name, and what was counted.
    pub fn finish(self) -> (BTreeMap<&'static str, Part>, Behaviours) {
        let parts = self.tables.into_iter().map(|(name, writer)| (name, writer.finish())).collect();
        (parts, self.behaviours)
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
