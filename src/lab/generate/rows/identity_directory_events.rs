//! `IdentityDirectoryEvents`: changes of the domain's accounts and groups, and work on file shares.

use super::{Cell, Row, RowWriter, text, when};
use crate::base::Timestamp;
use crate::lab::generate::assets::Assets;
use crate::lab::generate::devices::Device;
use crate::lab::generate::people::Person;
use serde_json::Value as Json;
use std::sync::Arc;

/// A row.
#[derive(Clone, Debug)]
pub struct IdentityDirectoryEvent {
    /// When.
    pub at: Timestamp,
    /// What.
    pub action_type: &'static str,
    /// Who did it.
    pub person: Arc<Person>,
    /// From which device.
    pub device: Arc<Device>,
    /// To whom it was done.
    pub target: Option<Arc<Person>>,
    /// On which device it was done, where not on a domain controller.
    pub goal: Option<Arc<Device>>,
    /// `AdditionalFields`.
    pub additional: Arc<Json>,
    /// Row id.
    pub report_id: u128,
}

impl Row for IdentityDirectoryEvent {
    const TABLE: &'static str = "IdentityDirectoryEvents";

    fn at(&self) -> Timestamp {
        self.at
    }

    fn push(self, table: &mut RowWriter) {
        let person = &self.person;
        let target = self.target.as_ref();
        let goal = self.goal.as_ref();
        table.push([
            ("Timestamp", when(self.at)),
            ("ActionType", Cell::Fixed(self.action_type)),
            ("Application", Cell::Fixed("Active Directory")),
            ("TargetAccountUpn", target.map_or(Cell::Null, |target| text(&target.upn))),
            ("TargetAccountDisplayName", target.map_or(Cell::Null, |target| text(&target.display_name))),
            ("TargetDeviceName", goal.map_or(Cell::Null, |goal| text(&goal.name))),
            ("DestinationDeviceName", goal.map_or(Cell::Fixed("DC-LEEDS-01"), |goal| text(&goal.name))),
            ("DestinationIPAddress", goal.map_or(Cell::Fixed("10.20.0.10"), |goal| text(&goal.ip))),
            ("DestinationPort", Cell::Int(if goal.is_some() { 445 } else { 389 })),
            ("Protocol", Cell::Fixed(if goal.is_some() { "Smb" } else { "Ldap" })),
            ("AccountName", text(&person.account_name)),
            ("AccountDomain", Cell::Fixed(Assets::get().organisation.nt_domain.as_str())),
            ("AccountUpn", text(&person.upn)),
            ("AccountSid", text(&person.sid)),
            ("AccountObjectId", text(&person.object_id)),
            ("AccountDisplayName", text(&person.display_name)),
            ("DeviceName", text(&self.device.name)),
            ("IPAddress", text(&self.device.ip)),
            ("ReportId", Cell::guid(self.report_id)),
            ("AdditionalFields", Cell::Dynamic(self.additional)),
        ]);
    }
}
