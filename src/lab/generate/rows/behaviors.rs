//! `BehaviorInfo` and `BehaviorEntities`: what Defender for Cloud Apps found unusual and no alert was raised for.

use super::{Cell, Row, RowWriter, text, when};
use crate::base::Timestamp;
use crate::lab::generate::assets::Assets;
use crate::lab::generate::devices::Network;
use crate::lab::generate::people::Person;
use std::sync::Arc;

/// What was found.
#[derive(Debug)]
pub struct Behavior {
    /// `BehaviorId`.
    pub id: u128,
    /// One of the values the column is documented to hold.
    pub action_type: &'static str,
    /// What happened, in words.
    pub description: String,
    /// `["Exfiltration"]` and so on.
    pub categories: &'static str,
    /// `["…"]`.
    pub techniques: &'static str,
    /// Who did it.
    pub person: Arc<Person>,
    /// From where.
    pub network: Arc<Network>,
    /// First activity.
    pub start: Timestamp,
    /// Last activity.
    pub end: Timestamp,
}

const SERVICE: &str = "Microsoft Defender for Cloud Apps";
const SOURCES: &str = "[\"Microsoft Entra ID\",\"Microsoft 365\"]";

/// A row of `BehaviorInfo`.
#[derive(Clone, Debug)]
pub struct BehaviorInfo(pub Arc<Behavior>);

impl Row for BehaviorInfo {
    const TABLE: &'static str = "BehaviorInfo";

    fn at(&self) -> Timestamp {
        self.0.end
    }

    fn push(self, table: &mut RowWriter) {
        let found = &*self.0;
        table.push([
            ("Timestamp", when(found.end)),
            ("BehaviorId", Cell::guid(found.id)),
            ("ActionType", Cell::Fixed(found.action_type)),
            ("Description", Cell::string(found.description.as_str())),
            ("Categories", Cell::Fixed(found.categories)),
            ("AttackTechniques", Cell::Fixed(found.techniques)),
            ("ServiceSource", Cell::Fixed(SERVICE)),
            ("DetectionSource", Cell::Fixed("Cloud App Security")),
            ("DataSources", Cell::Fixed(SOURCES)),
            ("AccountUpn", text(&found.person.upn)),
            ("AccountObjectId", text(&found.person.object_id)),
            ("StartTime", when(found.start)),
            ("EndTime", when(found.end)),
        ]);
    }
}

/// A row of `BehaviorEntities`: the user, or the address.
#[derive(Clone, Debug)]
pub struct BehaviorEntity {
    /// The behaviour.
    pub behavior: Arc<Behavior>,
    /// Whether this row is of the address.
    pub is_address: bool,
}

impl Row for BehaviorEntity {
    const TABLE: &'static str = "BehaviorEntities";

    fn at(&self) -> Timestamp {
        self.behavior.end
    }

    fn push(self, table: &mut RowWriter) {
        let found = &*self.behavior;
        let common = [
            ("Timestamp", when(found.end)),
            ("BehaviorId", Cell::guid(found.id)),
            ("ActionType", Cell::Fixed(found.action_type)),
            ("Categories", Cell::Fixed(found.categories)),
            ("ServiceSource", Cell::Fixed(SERVICE)),
            ("DetectionSource", Cell::Fixed("Cloud App Security")),
            ("DataSources", Cell::Fixed(SOURCES)),
        ];
        let person = &found.person;
        let own = if self.is_address {
            vec![
                ("EntityType", Cell::Fixed("Ip")),
                ("EntityRole", Cell::Fixed("Related")),
                ("RemoteIP", text(&found.network.ip)),
            ]
        } else {
            vec![
                ("EntityType", Cell::Fixed("User")),
                ("EntityRole", Cell::Fixed("Impacted")),
                ("AccountName", text(&person.account_name)),
                ("AccountDomain", Cell::Fixed(Assets::get().organisation.nt_domain.as_str())),
                ("AccountSid", text(&person.sid)),
                ("AccountObjectId", text(&person.object_id)),
                ("AccountUpn", text(&person.upn)),
            ]
        };
        table.push(common.into_iter().chain(own));
    }
}
