//! `IdentityQueryEvents`: questions put to the directory.

use super::{Cell, Row, RowWriter, text, when};
use crate::base::Timestamp;
use crate::lab::generate::assets::Assets;
use crate::lab::generate::devices::Device;
use crate::lab::generate::people::Person;
use std::sync::Arc;

/// A row.
#[derive(Clone, Debug)]
pub struct IdentityQueryEvent {
    /// When.
    pub at: Timestamp,
    /// Who asks.
    pub person: Arc<Person>,
    /// From which device.
    pub device: Arc<Device>,
    /// `AllUsers`, `UserQuery`, …; invented after the kinds the portal names.
    pub query_type: &'static str,
    /// The filter.
    pub query: Arc<str>,
    /// What is asked about.
    pub target: Arc<str>,
    /// Row id.
    pub report_id: u128,
}

impl Row for IdentityQueryEvent {
    const TABLE: &'static str = "IdentityQueryEvents";

    fn at(&self) -> Timestamp {
        self.at
    }

    fn push(self, table: &mut RowWriter) {
        let person = &self.person;
        table.push([
            ("Timestamp", when(self.at)),
            ("ActionType", Cell::Fixed("LDAP query")),
            ("Application", Cell::Fixed("Active Directory")),
            ("QueryType", Cell::Fixed(self.query_type)),
            ("QueryTarget", text(&self.target)),
            ("Query", text(&self.query)),
            ("Protocol", Cell::Fixed("Ldap")),
            ("AccountName", text(&person.account_name)),
            ("AccountDomain", Cell::Fixed(Assets::get().organisation.nt_domain.as_str())),
            ("AccountUpn", text(&person.upn)),
            ("AccountSid", text(&person.sid)),
            ("AccountObjectId", text(&person.object_id)),
            ("AccountDisplayName", text(&person.display_name)),
            ("DeviceName", text(&self.device.name)),
            ("IPAddress", text(&self.device.ip)),
            ("DestinationDeviceName", Cell::Fixed("DC-LEEDS-01")),
            ("DestinationIPAddress", Cell::Fixed("10.20.0.10")),
            ("DestinationPort", Cell::Int(389)),
            ("ReportId", Cell::guid(self.report_id)),
        ]);
    }
}
