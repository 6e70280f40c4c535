//! `IdentityInfo`: a row a user.

use super::{Cell, Row, RowWriter, Rows, text, when};
use crate::base::Timestamp;
use crate::lab::generate::assets::Assets;
use crate::lab::generate::memberships::{groups_of, roles_of};
use crate::lab::generate::people::Person;
use crate::lab::generate::random::Random;
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
pub fn add(world: &World, rows: &mut Rows) {
    let mut random = Random::stream(world.config.seed, "rows/identity");
    for person in world.people.all.iter().chain(&world.services.accounts) {
        let at = world.config.anchor - random.seconds(3_600, 80_000);
        rows.add(IdentityInfo {
            at,
            person: Arc::clone(person),
            risk: world.risk_of(person),
            report_id: random.guid_bits(),
            tenant_id: Arc::clone(&world.tenant_id),
        });
    }
}

impl Row for IdentityInfo {
    const TABLE: &'static str = "IdentityInfo";

    fn at(&self) -> Timestamp {
        self.at
    }

    fn push(self, table: &mut RowWriter) {
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
        let roles: Vec<&str> = roles_of(person).into_iter().map(|role| role.name).collect();
        let manager = person.manager.as_ref().map_or("", |manager| &*manager.display_name);
        table.push([
            ("Timestamp", when(self.at)),
            ("ReportId", Cell::guid(self.report_id)),
            ("AccountObjectId", text(&person.object_id)),
            ("AccountUpn", text(&person.upn)),
            ("OnPremSid", text(&person.sid)),
            ("CloudSid", text(&person.cloud_sid)),
            ("OnPremObjectId", text(&person.directory_guid)),
            ("AccountDisplayName", text(&person.display_name)),
            ("AccountName", text(&person.account_name)),
            ("AccountDomain", Cell::Fixed(organisation.nt_domain.as_str())),
            ("CriticalityLevel", if person.is_admin { Cell::Int(1) } else { Cell::Null }),
            ("Type", Cell::Fixed(if person.is_service() { "ServiceAccount" } else { "User" })),
            ("GivenName", Cell::Fixed(person.given)),
            ("Surname", Cell::Fixed(person.surname)),
            ("Department", text(&person.department_name)),
            ("JobTitle", Cell::Fixed(person.title)),
            ("EmailAddress", text(&person.upn)),
            ("City", Cell::Fixed(person.office.city.as_str())),
            ("Country", Cell::Fixed(person.office.country_name.as_str())),
            ("IsAccountEnabled", Cell::Bool(true)),
            ("Manager", Cell::string(manager)),
            ("Phone", Cell::string(person.phones[1].as_str())),
            ("CreatedDateTime", when(person.created())),
            ("SourceProvider", Cell::Fixed("AzureActiveDirectory")),
            ("BlastRadius", Cell::Fixed(if person.is_admin { "High" } else { "Low" })),
            ("CompanyName", Cell::Fixed(organisation.name.as_str())),
            ("EmployeeId", text(&person.employee_id)),
            ("RiskLevel", Cell::Fixed(level)),
            ("RiskStatus", Cell::Fixed(status)),
            ("AssignedRoles", Cell::dynamic(json!(roles))),
            ("GroupMembership", Cell::dynamic(json!(groups_of(person)))),
            ("TenantId", text(&self.tenant_id)),
            ("SourceSystem", Cell::Fixed("AzureActiveDirectory")),
            ("TenantMembershipType", Cell::Fixed("Member")),
            ("IdentityEnvironment", Cell::Fixed("Hybrid")),
        ]);
    }
}
