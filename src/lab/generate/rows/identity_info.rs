//! `IdentityInfo`: a row a user.

use super::{Row, text, when};
use crate::base::{TimeSpan, Timestamp};
use crate::kql::engine::TableBuilder;
use crate::kql::value::Value;
use crate::lab::generate::assets::Assets;
use crate::lab::generate::people::Person;
use crate::lab::generate::random::guid_text;
use crate::lab::generate::world::{Risk, World};
use serde_json::json;
use std::sync::Arc;

/// A row.
#[derive(Clone, Debug)]
pub struct IdentityInfo {
    /// When the snapshot was taken.
    pub at: Timestamp,
    /// Whose.
    pub person: Arc<Person>,
    /// Entra's view of them.
    pub risk: Option<Risk>,
    /// Row id.
    pub report_id: u128,
    /// Directory id.
    pub tenant_id: Arc<str>,
}

/// Takes everyone's snapshot.
pub fn add(world: &mut World) {
    world.scope("rows/identity");
    for person in &world.people.all {
        let at = world.config.anchor - world.random.seconds(TimeSpan::hours(1).ticks() / 10_000_000, 80_000);
        world.rows.identity_info.push(IdentityInfo {
            at,
            person: Arc::clone(person),
            risk: world.risks.get(&person.object_id).copied(),
            report_id: world.random.guid_bits(),
            tenant_id: Arc::clone(&world.tenant_id),
        });
    }
}

impl Row for IdentityInfo {
    const TABLE: &'static str = "IdentityInfo";

    fn at(&self) -> Timestamp {
        self.at
    }

    fn push(self, table: &mut TableBuilder) {
        let person = &self.person;
        let organisation = &Assets::get().organisation;
        let level = match self.risk.map(|risk| risk.level) {
            Some("low") => "Low",
            Some("medium") => "Medium",
            Some("high") => "High",
            _ => "",
        };
        let status = match self.risk.map(|risk| risk.state) {
            Some("atRisk") => "AtRisk",
            Some("remediated") => "Remediated",
            Some("dismissed") => "Dismissed",
            Some("confirmedCompromised") => "ConfirmedCompromised",
            Some("confirmedSafe") => "ConfirmedSafe",
            _ => "None",
        };
        let roles = if person.is_admin { json!(["SharePoint Administrator"]) } else { json!([]) };
        let manager = person.manager.as_ref().map_or("", |manager| &*manager.display_name);
        table.push([
            ("Timestamp", when(self.at)),
            ("ReportId", Value::string(guid_text(self.report_id))),
            ("AccountObjectId", text(&person.object_id)),
            ("AccountUpn", text(&person.upn)),
            ("OnPremSid", text(&person.sid)),
            ("CloudSid", text(&person.cloud_sid)),
            ("OnPremObjectId", text(&person.directory_guid)),
            ("AccountDisplayName", text(&person.display_name)),
            ("AccountName", text(&person.account_name)),
            ("AccountDomain", Value::string(organisation.nt_domain.as_str())),
            ("CriticalityLevel", if person.is_admin { Value::Int(1) } else { Value::Null }),
            ("Type", Value::string("User")),
            ("GivenName", Value::string(person.given)),
            ("Surname", Value::string(person.surname)),
            ("Department", text(&person.department_name)),
            ("JobTitle", Value::string(person.title)),
            ("EmailAddress", text(&person.upn)),
            ("City", Value::string(person.office.city.as_str())),
            ("Country", Value::string(person.office.country_name.as_str())),
            ("IsAccountEnabled", Value::Bool(true)),
            ("Manager", Value::string(manager)),
            ("Phone", Value::string(person.phones[1].as_str())),
            ("CreatedDateTime", when(person.hired - TimeSpan::days(5))),
            ("SourceProvider", Value::string("AzureActiveDirectory")),
            ("BlastRadius", Value::string(if person.is_admin { "High" } else { "Low" })),
            ("CompanyName", Value::string(organisation.name.as_str())),
            ("EmployeeId", text(&person.employee_id)),
            ("RiskLevel", Value::string(level)),
            ("RiskStatus", Value::string(status)),
            ("AssignedRoles", Value::dynamic(roles)),
            ("TenantId", text(&self.tenant_id)),
            ("SourceSystem", Value::string("AzureActiveDirectory")),
            ("TenantMembershipType", Value::string("Member")),
            ("IdentityEnvironment", Value::string("Hybrid")),
        ]);
    }
}
