//! `DeviceLogonEvents`: sign-ins on devices.

use super::initiator::{Initiator, place};
use super::{Cell, Row, RowWriter, text};
use crate::base::Timestamp;
use crate::lab::generate::assets::Assets;
use crate::lab::generate::devices::Device;
use crate::lab::generate::people::Person;
use crate::lab::generate::tools::SECURITY_SERVICE;
use std::sync::Arc;

/// A row.
#[derive(Clone, Debug)]
pub struct DeviceLogonEvent {
    /// When.
    pub at: Timestamp,
    /// Who signs in.
    pub person: Arc<Person>,
    /// Where.
    pub device: Arc<Device>,
    /// `Interactive`, `RemoteInteractive`, `Network`, `Unlock`, `Service`, …
    pub logon_type: &'static str,
    /// The computer it is done from, where not the device itself.
    pub from: Option<Arc<Device>>,
    /// Why it failed; `None` where it did not.
    pub failure: Option<&'static str>,
    /// Row number.
    pub report_id: i64,
}

impl Row for DeviceLogonEvent {
    const TABLE: &'static str = "DeviceLogonEvents";

    fn at(&self) -> Timestamp {
        self.at
    }

    fn push(self, table: &mut RowWriter) {
        let person = &self.person;
        let from = self.from.as_ref();
        let protocol = if from.is_some() { "Kerberos" } else { "Negotiate" };
        let own = [
            ("ActionType", Cell::Fixed(if self.failure.is_some() { "LogonFailed" } else { "LogonSuccess" })),
            ("LogonType", Cell::Fixed(self.logon_type)),
            ("AccountDomain", Cell::Fixed(Assets::get().organisation.nt_domain.as_str())),
            ("AccountName", text(&person.account_name)),
            ("AccountSid", text(&person.sid)),
            ("Protocol", Cell::Fixed(protocol)),
            ("FailureReason", Cell::Fixed(self.failure.unwrap_or(""))),
            ("IsLocalAdmin", Cell::Bool(person.is_admin)),
            ("LogonId", Cell::Long(self.report_id * 37 % 90_000_000)),
            ("RemoteDeviceName", from.map_or(Cell::Null, |from| text(&from.name))),
            ("RemoteIP", from.map_or(Cell::Null, |from| text(&from.ip))),
            ("RemoteIPType", Cell::Fixed(if from.is_some() { "Private" } else { "" })),
            ("InitiatingProcessIntegrityLevel", Cell::Fixed("System")),
            ("InitiatingProcessTokenElevation", Cell::Fixed("TokenElevationTypeDefault")),
        ];
        let initiator = Initiator::running(person, &self.device, SECURITY_SERVICE, self.at).of_system();
        table.push(place(self.at, &self.device, self.report_id).into_iter().chain(own).chain(initiator.cells()));
    }
}
