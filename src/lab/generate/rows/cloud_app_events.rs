//! `CloudAppEvents`: activities in Microsoft 365.

use super::{Cell, Row, RowWriter, text, when};
use crate::base::Timestamp;
use crate::lab::generate::evidence::CloudApp;
use crate::lab::generate::people::Person;
use crate::lab::generate::random::guid_text;
use serde_json::json;
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
    /// Address and country where not the office's.
    pub from: Option<(Arc<str>, &'static str, &'static str)>,
    /// Client id of the application acted for.
    pub oauth_app: Option<Arc<str>>,
}

impl Row for CloudAppEvent {
    const TABLE: &'static str = "CloudAppEvents";

    fn at(&self) -> Timestamp {
        self.at
    }

    fn push(self, table: &mut RowWriter) {
        let person = &self.person;
        let office = person.office;
        let (ip, country, city) = match &self.from {
            Some((ip, country, city)) => (text(ip), *country, *city),
            None => (text(&person.egress), office.country.as_str(), office.city.as_str()),
        };
        let known = self.from.is_none();
        let (name, kind, object_id) = &self.object;
        let raw = json!({
            "Operation": self.action_type,
            "UserId": &*person.upn,
            "Workload": self.app.name,
            "ObjectId": &**object_id,
            "SourceFileName": &**name,
        });
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
            ("DeviceType", Cell::Fixed("Desktop")),
            ("OSPlatform", Cell::Fixed("Windows 11")),
            ("IPAddress", ip),
            ("IsAnonymousProxy", Cell::Bool(false)),
            ("CountryCode", Cell::Fixed(country)),
            ("City", Cell::Fixed(city)),
            ("ISP", Cell::Fixed(if known { office.isp.as_str() } else { "Unknown carrier" })),
            ("UserAgent", Cell::Fixed("Mozilla/5.0 (Windows NT 10.0; Win64; x64)")),
            ("ActivityType", Cell::Fixed("Basic")),
            ("ObjectName", text(name)),
            ("ObjectType", Cell::Fixed(kind)),
            ("ObjectId", text(object_id)),
            ("ReportId", Cell::string(guid_text(self.report_id))),
            ("AccountType", Cell::Fixed(if person.is_admin { "Admin" } else { "Regular" })),
            ("IsExternalUser", Cell::Bool(false)),
            ("IsImpersonated", Cell::Bool(false)),
            ("IPCategory", Cell::Fixed(if known { "Corporate" } else { "None" })),
            ("RawEventData", Cell::dynamic(raw)),
            ("AuditSource", Cell::Fixed("Defender for Cloud Apps app connector")),
            ("OAuthAppId", super::maybe(self.oauth_app.as_ref())),
        ]);
    }
}
