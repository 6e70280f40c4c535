//! Rows of the hunting tables: a typed row a table, made into columns at the end in the order of time.

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
use serde_json::Value as Json;
use std::panic::resume_unwind;
use std::sync::Arc;
use writer::{Cell, RowWriter};

/// Alert ids by alert key.
pub type AlertIds = Vec<String>;

/// A row of a hunting table.
pub trait Row {
    /// The table's name.
    const TABLE: &'static str;

    /// Its `Timestamp`.
    fn at(&self) -> Timestamp;

    /// Adds it to its table.
    fn push(self, table: &mut RowWriter);
}

/// Rows by table.
#[derive(Debug, Default)]
pub struct Rows {
    /// `AlertInfo`.
    pub alert_info: Vec<alerts::AlertInfo>,
    /// `AlertEvidence`.
    pub alert_evidence: Vec<alerts::AlertEvidence>,
    /// `DataSecurityEvents`.
    pub data_security_events: Vec<data_security_events::DataSecurityEvent>,
    /// `DataSecurityBehaviors`.
    pub data_security_behaviors: Vec<data_security_behaviors::DataSecurityBehavior>,
    /// `IdentityInfo`.
    pub identity_info: Vec<identity_info::IdentityInfo>,
    /// `CloudAppEvents`.
    pub cloud_app_events: Vec<cloud_app_events::CloudAppEvent>,
    /// `DeviceFileEvents`.
    pub device_file_events: Vec<device_file_events::DeviceFileEvent>,
    /// `EmailEvents`.
    pub email_events: Vec<email_events::EmailEvent>,
}

impl Rows {
    /// The tables, each made by a thread of its own: together they are most of the work of making a tenant.
    pub fn tables(self) -> HuntingTables {
        std::thread::scope(|scope| {
            let threads = [
                scope.spawn(move || table(self.data_security_events)),
                scope.spawn(move || table(self.device_file_events)),
                scope.spawn(move || table(self.cloud_app_events)),
                scope.spawn(move || table(self.email_events)),
                scope.spawn(move || table(self.data_security_behaviors)),
                scope.spawn(move || table(self.identity_info)),
                scope.spawn(move || table(self.alert_info)),
                scope.spawn(move || table(self.alert_evidence)),
            ];
            let made =
                threads.into_iter().filter_map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
            HuntingTables(made.collect())
        })
    }
}

/// The table of `rows` by its name.
fn table<R: Row>(mut rows: Vec<R>) -> Option<(String, Table)> {
    let schema = Schema::hunting().table(R::TABLE)?;
    // Rows are large: their keys are sorted and each row moves once.
    rows.sort_by_cached_key(Row::at);
    let mut writer = RowWriter::new(schema);
    for row in rows {
        row.push(&mut writer);
    }
    Some((R::TABLE.to_owned(), writer.finish()))
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
