//! `IdentityLogonEvents`: sign-ins to Microsoft's online services and to the domain.

use super::{Cell, Row, RowWriter, text, when};
use crate::base::Timestamp;
use crate::lab::generate::assets::Assets;
use crate::lab::generate::devices::Device;
use crate::lab::generate::people::Person;
use crate::lab::generate::random::guid_text;
use crate::lab::generate::sign_ins::SignIn;
use serde::Serialize;
use std::sync::Arc;

/// A row.
#[derive(Clone, Debug)]
pub enum IdentityLogonEvent {
    /// To an online service.
    Online(Arc<SignIn>),
    /// To the domain, seen by a domain controller.
    Domain {
        /// When.
        at: Timestamp,
        /// Who.
        person: Arc<Person>,
        /// From which device.
        device: Arc<Device>,
        /// To which device, where not the same.
        target: Option<Arc<Device>>,
        /// Why it failed.
        failure: Option<&'static str>,
        /// Row id.
        report_id: u128,
    },
}

impl Row for IdentityLogonEvent {
    const TABLE: &'static str = "IdentityLogonEvents";

    fn at(&self) -> Timestamp {
        match self {
            Self::Online(fact) => fact.at,
            Self::Domain { at, .. } => *at,
        }
    }

    fn push(self, table: &mut RowWriter) {
        match self {
            Self::Online(fact) => online(&fact, table),
            Self::Domain { at, person, device, target, failure, report_id } => {
                let goal = target.as_ref().unwrap_or(&device);
                let rest = [
                    ("Application", Cell::Fixed("Active Directory")),
                    (
                        "LogonType",
                        Cell::Fixed(if target.is_some() { "Resource access" } else { "Credentials validation" }),
                    ),
                    ("Protocol", Cell::Fixed("Kerberos")),
                    ("FailureReason", Cell::Fixed(failure.unwrap_or(""))),
                    ("DeviceName", text(&device.name)),
                    ("DeviceType", Cell::Fixed(device.kind.device_type())),
                    ("OSPlatform", Cell::Fixed(device.kind.platform())),
                    ("IPAddress", text(&device.ip)),
                    ("Port", Cell::Int(88)),
                    ("DestinationDeviceName", Cell::Fixed("DC-LEEDS-01")),
                    ("DestinationPort", Cell::Int(88)),
                    ("TargetDeviceName", text(&goal.name)),
                    ("ReportId", Cell::guid(report_id)),
                ];
                table.push(head(at, &person, failure.is_some()).into_iter().chain(rest));
            }
        }
    }
}

fn head(at: Timestamp, person: &Person, has_failed: bool) -> [(&'static str, Cell); 8] {
    [
        ("Timestamp", when(at)),
        ("ActionType", Cell::Fixed(if has_failed { "LogonFailed" } else { "LogonSuccess" })),
        ("AccountName", text(&person.account_name)),
        ("AccountDomain", Cell::Fixed(Assets::get().organisation.nt_domain.as_str())),
        ("AccountUpn", text(&person.upn)),
        ("AccountSid", text(&person.sid)),
        ("AccountObjectId", text(&person.object_id)),
        ("AccountDisplayName", text(&person.display_name)),
    ]
}

/// `AdditionalFields` of a sign-in to an online service.
#[derive(Serialize)]
struct Additional {
    #[serde(rename = "TARGET_OBJECT.APP_ID")]
    application: &'static str,
    #[serde(rename = "RequestId")]
    request: String,
}

fn online(fact: &SignIn, table: &mut RowWriter) {
    let device = fact.device.as_ref();
    let additional = Additional { application: fact.application.resource_id, request: guid_text(fact.request) };
    let rest = [
        ("Application", Cell::Fixed("Microsoft 365")),
        ("LogonType", Cell::Fixed(if fact.is_interactive { "Interactive" } else { "OAuth2:Token" })),
        ("Protocol", Cell::Fixed("OAuth2")),
        ("FailureReason", Cell::Fixed(fact.failure.map_or("", |failure| failure.reason))),
        ("DeviceName", device.map_or(Cell::Null, |device| text(&device.name))),
        ("DeviceType", Cell::Fixed(device.map_or("", |device| device.kind.device_type()))),
        ("OSPlatform", Cell::Fixed(fact.client.os)),
        ("IPAddress", text(&fact.network.ip)),
        ("Location", Cell::Fixed(fact.network.country)),
        ("ISP", Cell::Fixed(fact.network.isp)),
        ("ReportId", Cell::guid(fact.request)),
        ("AdditionalFields", Cell::json(&additional)),
    ];
    table.push(head(fact.at, &fact.person, fact.failure.is_some()).into_iter().chain(rest));
}
