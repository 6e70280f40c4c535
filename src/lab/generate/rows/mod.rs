//! Rows of the hunting tables: a typed row a table, made into columns at the end in the order of time.

pub mod alerts;
pub mod cloud_app_events;
pub mod data_security_behaviors;
pub mod data_security_events;
pub mod device_file_events;
pub mod email_events;
pub mod identity_info;

use crate::base::Timestamp;
use crate::kql::engine::TableBuilder;
use crate::kql::schema::Schema;
use crate::kql::value::Value;
use crate::lab::tenant::HuntingTables;
use serde_json::Value as Json;
use std::sync::Arc;

/// Alert ids by alert key.
pub type AlertIds = Vec<String>;

/// A row of a hunting table.
pub trait Row {
    /// The table's name.
    const TABLE: &'static str;

    /// Its `Timestamp`.
    fn at(&self) -> Timestamp;

    /// Adds it to its table.
    fn push(self, table: &mut TableBuilder);
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
    /// The tables.
    pub fn tables(self) -> HuntingTables {
        let mut tables = HuntingTables::default();
        add(&mut tables, self.alert_info);
        add(&mut tables, self.alert_evidence);
        add(&mut tables, self.data_security_events);
        add(&mut tables, self.data_security_behaviors);
        add(&mut tables, self.identity_info);
        add(&mut tables, self.cloud_app_events);
        add(&mut tables, self.device_file_events);
        add(&mut tables, self.email_events);
        tables
    }
}

fn add<R: Row>(tables: &mut HuntingTables, mut rows: Vec<R>) {
    let Some(schema) = Schema::hunting().table(R::TABLE) else { return };
    rows.sort_by_key(Row::at);
    let mut builder = TableBuilder::new(schema);
    for row in rows {
        row.push(&mut builder);
    }
    tables.0.insert(R::TABLE.to_owned(), builder.finish());
}

/// A cell of shared text.
fn text(text: &Arc<str>) -> Value {
    Value::String(Arc::clone(text))
}

/// A cell of shared text that may be missing.
fn maybe(text: Option<&Arc<str>>) -> Value {
    text.map_or_else(|| Value::string(""), |text| Value::String(Arc::clone(text)))
}

/// A cell of an instant.
fn when(at: Timestamp) -> Value {
    Value::DateTime(at.ticks())
}

/// A cell of shared JSON.
fn shared(json: Option<&Arc<Json>>) -> Value {
    json.map_or(Value::Null, |json| Value::Dynamic(Arc::clone(json)))
}
