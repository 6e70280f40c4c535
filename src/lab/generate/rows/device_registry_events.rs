//! `DeviceRegistryEvents`: changes of the registry.

use super::initiator::{Initiator, place};
use super::{Cell, Row, RowWriter, maybe, text};
use crate::base::Timestamp;
use std::sync::Arc;

/// A row.
#[derive(Clone, Debug)]
pub struct DeviceRegistryEvent {
    /// When.
    pub at: Timestamp,
    /// `RegistryValueSet`, `RegistryKeyCreated` or `RegistryValueDeleted`.
    pub action_type: &'static str,
    /// The program.
    pub initiator: Initiator,
    /// Key.
    pub key: Arc<str>,
    /// Name of the value.
    pub name: Arc<str>,
    /// The value's data; of a number, `Dword`.
    pub data: Arc<str>,
    /// Its data before.
    pub previous: Option<Arc<str>>,
    /// Row number.
    pub report_id: i64,
}

impl Row for DeviceRegistryEvent {
    const TABLE: &'static str = "DeviceRegistryEvents";

    fn at(&self) -> Timestamp {
        self.at
    }

    fn push(self, table: &mut RowWriter) {
        let (integrity, elevation) = self.initiator.integrity();
        let is_number = !self.data.is_empty() && self.data.bytes().all(|byte| byte.is_ascii_digit());
        let previous_key = if self.previous.is_some() { text(&self.key) } else { Cell::Null };
        let own = [
            ("ActionType", Cell::Fixed(self.action_type)),
            ("RegistryKey", text(&self.key)),
            ("RegistryValueType", Cell::Fixed(if is_number { "Dword" } else { "String" })),
            ("RegistryValueName", text(&self.name)),
            ("RegistryValueData", text(&self.data)),
            ("PreviousRegistryKey", previous_key),
            ("PreviousRegistryValueData", maybe(self.previous.as_ref())),
            ("InitiatingProcessIntegrityLevel", Cell::Fixed(integrity)),
            ("InitiatingProcessTokenElevation", Cell::Fixed(elevation)),
        ];
        let place = place(self.at, &self.initiator.device, self.report_id);
        table.push(place.into_iter().chain(own).chain(self.initiator.cells()));
    }
}
