//! `DeviceNetworkEvents`: connections that programs open.

use super::initiator::{Initiator, place};
use super::{Cell, Row, RowWriter, maybe, text};
use crate::base::Timestamp;
use std::sync::Arc;

/// A row.
#[derive(Clone, Debug)]
pub struct DeviceNetworkEvent {
    /// When.
    pub at: Timestamp,
    /// `ConnectionSuccess`, `ConnectionFailed`, …
    pub action_type: &'static str,
    /// The program.
    pub initiator: Initiator,
    /// Address at the other end.
    pub remote_ip: Arc<str>,
    /// Port at the other end.
    pub remote_port: i32,
    /// Domain or address asked for.
    pub remote_url: Option<Arc<str>>,
    /// `AdditionalFields`, JSON text.
    pub additional: Option<Arc<str>>,
    /// Row number.
    pub report_id: i64,
}

impl Row for DeviceNetworkEvent {
    const TABLE: &'static str = "DeviceNetworkEvents";

    fn at(&self) -> Timestamp {
        self.at
    }

    fn push(self, table: &mut RowWriter) {
        let (integrity, elevation) = self.initiator.integrity();
        let is_private = self.remote_ip.starts_with("10.");
        let own = [
            ("ActionType", Cell::Fixed(self.action_type)),
            ("RemoteIP", text(&self.remote_ip)),
            ("RemotePort", Cell::Int(self.remote_port)),
            ("RemoteUrl", maybe(self.remote_url.as_ref())),
            ("LocalIP", text(&self.initiator.device.ip)),
            ("LocalPort", Cell::Int(49_152 + (self.report_id % 16_000) as i32)),
            ("Protocol", Cell::Fixed("Tcp")),
            ("LocalIPType", Cell::Fixed("Private")),
            ("RemoteIPType", Cell::Fixed(if is_private { "Private" } else { "Public" })),
            ("InitiatingProcessIntegrityLevel", Cell::Fixed(integrity)),
            ("InitiatingProcessTokenElevation", Cell::Fixed(elevation)),
            ("AdditionalFields", maybe(self.additional.as_ref())),
        ];
        let place = place(self.at, &self.initiator.device, self.report_id);
        table.push(place.into_iter().chain(own).chain(self.initiator.cells()));
    }
}
