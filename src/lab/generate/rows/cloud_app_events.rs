//! `CloudAppEvents`: activities in Microsoft 365.

use super::{Cell, Row, RowWriter, maybe, shared, text, when};
use crate::base::Timestamp;
use crate::lab::generate::devices::Network;
use crate::lab::generate::evidence::CloudApp;
use crate::lab::generate::people::Person;
use crate::lab::generate::random::guid_text;
use crate::lab::generate::sign_ins::{Client, EDGE};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value as Json};
use std::sync::Arc;

/// A row.
#[derive(Clone, Debug)]
pub struct CloudAppEvent {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub person: Arc<Person>,
    /// What, by the audit log's name.
    pub action_type: &'static str,
    /// In which application.
    pub app: &'static CloudApp,
    /// Object acted on: name, kind, address.
    pub object: (Arc<str>, &'static str, Arc<str>),
    /// Row and audit record id.
    pub report_id: u128,
    /// From where, if not from the office.
    pub from: Option<Arc<Network>>,
    /// With which program.
    pub client: &'static Client,
    /// Client id of the application acted for.
    pub oauth_app: Option<Arc<str>>,
    /// What the audit record says beside what all do: an object of `RawEventData`'s properties.
    pub details: Option<Arc<Map<String, Json>>>,
    /// `ActivityObjects`.
    pub objects: Option<Arc<Json>>,
}

impl CloudAppEvent {
    /// The audit record's number of its kind, `RecordType`.
    fn record_type(&self) -> i64 {
        match (self.app.workload, self.object.1) {
            ("Exchange", "Mailbox") => 50,
            ("Exchange", "Message") => 2,
            ("Exchange", _) => 1,
            ("SharePoint" | "OneDrive", "Sharing") => 14,
            ("SharePoint" | "OneDrive", "Page") => 4,
            ("SharePoint" | "OneDrive", _) => 6,
            ("AzureActiveDirectory", "Account") => 15,
            ("AzureActiveDirectory", _) => 8,
            ("MicrosoftTeams", _) => 25,
            ("Copilot", _) => 261,
            _ => 0,
        }
    }
}

/// The audit record of an activity from an address.
struct Record<'a>(&'a CloudAppEvent, &'a str);

impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(row, ip) = self;
        let (name, kind, object_id) = &row.object;
        let mut record = serializer.serialize_map(None)?;
        record.serialize_entry("CreationTime", &row.at)?;
        record.serialize_entry("Id", &guid_text(row.report_id))?;
        record.serialize_entry("Operation", row.action_type)?;
        record.serialize_entry("RecordType", &row.record_type())?;
        record.serialize_entry("UserKey", &*row.person.object_id)?;
        record.serialize_entry("UserId", &*row.person.upn)?;
        record.serialize_entry("Workload", row.app.workload)?;
        record.serialize_entry("ClientIP", ip)?;
        record.serialize_entry("ObjectId", &**object_id)?;
        let is_file = *kind == "File";
        if is_file {
            record.serialize_entry("SourceFileName", &**name)?;
        }
        for (key, value) in row.details.iter().flat_map(|details| details.iter()) {
            if !(is_file && key == "SourceFileName") {
                record.serialize_entry(key, value)?;
            }
        }
        record.end()
    }
}

impl Row for CloudAppEvent {
    const TABLE: &'static str = "CloudAppEvents";

    fn at(&self) -> Timestamp {
        self.at
    }

    fn push(self, table: &mut RowWriter) {
        let person = &self.person;
        let network = self.from.as_ref().unwrap_or(&person.network);
        let (name, kind, object_id) = &self.object;
        let is_phone = self.client.os.starts_with("Ios");
        table.push([
            ("Timestamp", when(self.at)),
            ("ActionType", Cell::Fixed(self.action_type)),
            ("Application", Cell::Fixed(self.app.name)),
            ("ApplicationId", Cell::Int(self.app.id as i32)),
            ("AppInstanceId", Cell::Int(0)),
            ("AccountObjectId", text(&person.object_id)),
            ("AccountId", text(&person.object_id)),
            ("AccountDisplayName", text(&person.display_name)),
            ("IsAdminOperation", Cell::Bool(person.is_admin)),
            ("DeviceType", Cell::Fixed(if is_phone { "Mobile" } else { "Desktop" })),
            ("OSPlatform", Cell::Fixed(if self.client == EDGE { "Windows 11" } else { self.client.os })),
            ("IPAddress", text(&network.ip)),
            ("IsAnonymousProxy", Cell::Bool(false)),
            ("CountryCode", Cell::Fixed(network.country)),
            ("City", Cell::Fixed(network.city)),
            ("ISP", Cell::Fixed(network.isp)),
            ("UserAgent", Cell::Fixed(self.client.user_agent)),
            ("ActivityType", Cell::Fixed("Basic")),
            ("ActivityObjects", shared(self.objects.as_ref())),
            ("ObjectName", text(name)),
            ("ObjectType", Cell::Fixed(kind)),
            ("ObjectId", text(object_id)),
            ("ReportId", Cell::guid(self.report_id)),
            ("AccountType", Cell::Fixed(if person.is_admin { "Admin" } else { "Regular" })),
            ("IsExternalUser", Cell::Bool(false)),
            ("IsImpersonated", Cell::Bool(false)),
            ("IPCategory", Cell::Fixed(if network.is_corporate { "Corporate" } else { "None" })),
            ("RawEventData", Cell::json(&Record(&self, &network.ip))),
            ("AuditSource", Cell::Fixed("Defender for Cloud Apps app connector")),
            ("OAuthAppId", maybe(self.oauth_app.as_ref())),
        ]);
    }
}
