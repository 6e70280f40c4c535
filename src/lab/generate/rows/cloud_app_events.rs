//! `CloudAppEvents`: activities in Microsoft 365.

use super::{Row, text, when};
use crate::base::Timestamp;
use crate::kql::engine::TableBuilder;
use crate::kql::value::Value;
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

    fn push(self, table: &mut TableBuilder) {
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
            ("ActionType", Value::string(self.action_type)),
            ("Application", Value::string(self.app.name)),
            ("ApplicationId", Value::Int(self.app.id as i32)),
            ("AppInstanceId", Value::Int(0)),
            ("AccountObjectId", text(&person.object_id)),
            ("AccountId", text(&person.object_id)),
            ("AccountDisplayName", text(&person.display_name)),
            ("IsAdminOperation", Value::Bool(person.is_admin)),
            ("DeviceType", Value::string("Desktop")),
            ("OSPlatform", Value::string("Windows 11")),
            ("IPAddress", ip),
            ("IsAnonymousProxy", Value::Bool(false)),
            ("CountryCode", Value::string(country)),
            ("City", Value::string(city)),
            ("ISP", Value::string(if known { office.isp.as_str() } else { "Unknown carrier" })),
            ("UserAgent", Value::string("Mozilla/5.0 (Windows NT 10.0; Win64; x64)")),
            ("ActivityType", Value::string("Basic")),
            ("ObjectName", text(name)),
            ("ObjectType", Value::string(*kind)),
            ("ObjectId", text(object_id)),
            ("ReportId", Value::string(guid_text(self.report_id))),
            ("AccountType", Value::string(if person.is_admin { "Admin" } else { "Regular" })),
            ("IsExternalUser", Value::Bool(false)),
            ("IsImpersonated", Value::Bool(false)),
            ("IPCategory", Value::string(if known { "Corporate" } else { "None" })),
            ("RawEventData", Value::dynamic(raw)),
            ("AuditSource", Value::string("Defender for Cloud Apps app connector")),
            ("OAuthAppId", super::maybe(self.oauth_app.as_ref())),
        ]);
    }
}
