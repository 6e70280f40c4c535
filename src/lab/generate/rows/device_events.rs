//! `DeviceEvents`: what happens on devices beside files, programs, connections and sign-ins.

use super::initiator::{Initiator, place};
use super::{Cell, Row, RowWriter, maybe, text};
use crate::base::Timestamp;
use crate::lab::generate::content::Document;
use std::sync::Arc;

/// A row.
#[derive(Clone, Debug)]
pub struct DeviceEvent {
    /// When.
    pub at: Timestamp,
    /// What, one of the values the column is documented to hold.
    pub action_type: &'static str,
    /// The program that caused it.
    pub initiator: Initiator,
    /// The file it is about.
    pub document: Option<Document>,
    /// The address it is about.
    pub url: Option<Arc<str>>,
    /// Registry key, value name and value.
    pub registry: Option<(Arc<str>, Arc<str>, Arc<str>)>,
    /// `AdditionalFields`, JSON text.
    pub additional: Arc<str>,
    /// Row number.
    pub report_id: i64,
}

impl Row for DeviceEvent {
    const TABLE: &'static str = "DeviceEvents";

    fn at(&self) -> Timestamp {
        self.at
    }

    fn push(self, table: &mut RowWriter) {
        let document = self.document.as_ref();
        let (key, name, data) = match &self.registry {
            Some((key, name, data)) => (text(key), text(name), text(data)),
            None => (Cell::Null, Cell::Null, Cell::Null),
        };
        let [domain, account, sid, _, _] = self.initiator.account();
        let own = [
            ("ActionType", Cell::Fixed(self.action_type)),
            ("FileName", document.map_or(Cell::Null, |document| text(&document.name))),
            ("FolderPath", document.map_or(Cell::Null, |document| Cell::string(document.path()))),
            ("SHA1", document.map_or(Cell::Null, |document| text(&document.sha1))),
            ("SHA256", document.map_or(Cell::Null, |document| text(&document.sha256))),
            ("FileSize", document.map_or(Cell::Null, |document| Cell::Long(document.size))),
            ("AccountDomain", domain),
            ("AccountName", account),
            ("AccountSid", sid),
            ("RemoteUrl", maybe(self.url.as_ref())),
            ("RegistryKey", key),
            ("RegistryValueName", name),
            ("RegistryValueData", data),
            ("AdditionalFields", text(&self.additional)),
        ];
        let place = place(self.at, &self.initiator.device, self.report_id);
        table.push(place.into_iter().chain(own).chain(self.initiator.cells()));
    }
}
