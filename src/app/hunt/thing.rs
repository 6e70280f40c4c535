//! What a cell of a result names, by the column's name in the hunting schema and by the look of the value: a person, a
//! device, a hash. Cells that hold objects hold several things.

use super::pivot::column_name;
use super::{State, literal};
use crate::base::Untrusted;
use crate::model::Cell;
use crate::triage::{EntityKind, Person};
use serde_json::Value;
use std::net::IpAddr;

/// The most things of one cell.
const HELD_MAX: usize = 40;
/// How deep objects in a cell are looked into.
const DEPTH_MAX: usize = 8;

/// What a value names.
#[derive(Clone, Debug, PartialEq)]
pub enum Thing {
    /// A person by their principal name.
    Person(Person),
    /// A person by their mail address.
    Mailbox(Person),
    /// A person by their object id.
    Account(Person),
    /// An incident by its number.
    Incident,
    /// An alert by its id.
    Alert,
    /// A device by its id.
    Device,
    /// A file by its hash; the column that has such hashes.
    Hash(&'static str),
    /// A message by its network id.
    Message,
    /// What goes by its name: a device, file, process, address or app.
    Named(EntityKind),
    /// Nothing that is known.
    Value,
}

/// A thing that a cell holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// What it is.
    pub thing: Thing,
    /// Its value.
    pub value: Untrusted,
    /// Where it is, as a query writes that.
    pub place: String,
    /// The query that was run, narrowed to rows with it.
    pub with: String,
    /// The same, narrowed to rows without it.
    pub without: String,
}

impl Thing {
    /// What the value `text` of a column or property called `name` is.
    pub fn of(name: &str, text: &str) -> Self {
        let name = name.to_ascii_lowercase();
        let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        let (text, is_number) = (text.trim(), text.bytes().all(|byte| byte.is_ascii_digit()));
        match text {
            "" => Self::Value,
            _ if ends(&["incidentid"]) && is_number => Self::Incident,
            _ if ends(&["alertid"]) => Self::Alert,
            _ if is_address(text) => {
                let person = Person::by_upn(text);
                let is_mail = ["mail", "sender", "recipient"].iter().any(|word| name.contains(word));
                if is_mail { Self::Mailbox(person) } else { Self::Person(person) }
            }
            _ if is_guid(text)
                && (ends(&["accountobjectid", "userobjectid"]) || matches!(&*name, "userid" | "aaduserid")) =>
            {
                Self::Account(Person { upn: Untrusted::default(), object_id: text.into(), label: text.into() })
            }
            _ if matches!(&*name, "deviceid" | "mdedeviceid") => Self::Device,
            _ if ends(&["devicename", "devicednsname"]) => Self::Named(EntityKind::Device),
            _ if ends(&["networkmessageid"]) => Self::Message,
            _ if text.parse::<IpAddr>().is_ok() => Self::Named(EntityKind::Ip),
            _ if ends(&["url"]) || text.starts_with("https://") || text.starts_with("http://") => {
                Self::Named(EntityKind::Url)
            }
            _ if ends(&["processfilename", "parentfilename", "processname"]) => Self::Named(EntityKind::Process),
            _ if ends(&["filename"]) => Self::Named(EntityKind::File),
            _ if matches!(&*name, "application" | "applicationname" | "appname") => Self::Named(EntityKind::CloudApp),
            _ if text.bytes().all(|byte| byte.is_ascii_hexdigit()) => match text.len() {
                64 => Self::Hash("SHA256"),
                40 if !name.ends_with("id") => Self::Hash("SHA1"),
                32 if name.ends_with("md5") => Self::Hash("MD5"),
                _ => Self::Value,
            },
            _ => Self::Value,
        }
    }

    /// The word on screen.
    pub const fn title(&self) -> &'static str {
        match self {
            Self::Person(_) | Self::Account(_) => EntityKind::User.title(),
            Self::Mailbox(_) => EntityKind::Mailbox.title(),
            Self::Incident => "incident",
            Self::Alert => "alert",
            Self::Device => EntityKind::Device.title(),
            Self::Hash(_) => "hash",
            Self::Message => EntityKind::Mail.title(),
            Self::Named(kind) => kind.title(),
            Self::Value => "value",
        }
    }

    /// A query for all about `value`, which is such a thing.
    pub fn query(&self, value: &str) -> String {
        let value = literal::string(value);
        let (tables, condition, columns) = match self {
            Self::Account(_) => (
                "DataSecurityEvents, CloudAppEvents, EntraIdSignInEvents, IdentityLogonEvents, IdentityDirectoryEvents",
                format!("AccountObjectId =~ {value}"),
                "ActionType, Application, DeviceName",
            ),
            Self::Device => (
                "DeviceProcessEvents, DeviceFileEvents, DeviceNetworkEvents, DeviceLogonEvents, DeviceEvents",
                format!("DeviceId == {value}"),
                "DeviceName, ActionType, AccountName, FileName, RemoteUrl, RemoteIP",
            ),
            Self::Hash(column) => (
                "DeviceFileEvents, DeviceProcessEvents, DeviceImageLoadEvents, DeviceEvents",
                format!("{column} =~ {value}"),
                "DeviceName, ActionType, FileName, FolderPath, InitiatingProcessAccountUpn",
            ),
            Self::Message => (
                "EmailEvents, EmailAttachmentInfo, EmailUrlInfo, EmailPostDeliveryEvents, UrlClickEvents",
                format!("NetworkMessageId == {value}"),
                "SenderFromAddress, RecipientEmailAddress, Subject, FileName, Url, ActionType",
            ),
            _ => {
                return format!(
                    "AlertInfo\n| where AlertId == {value}\n| join kind=inner AlertEvidence on AlertId\n\
                     | project Timestamp, Title, Severity, ServiceSource, EntityType, EvidenceRole, AccountUpn, DeviceName,\n    \
                     FileName, RemoteIP"
                );
            }
        };
        format!(
            "union withsource=Table {tables}\n| where {condition} and Timestamp > ago(7d)\n\
             | project Timestamp, Table, {columns}\n| order by Timestamp desc"
        )
    }
}

fn is_address(text: &str) -> bool {
    let Some((user, domain)) = text.split_once('@') else { return false };
    let is_name =
        |text: &str, signs: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || signs.contains(c));
    is_name(user, "._-+'#%&!$*=^~") && is_name(domain, ".-") && domain.trim_matches('.').contains('.')
}

fn is_guid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

impl State {
    /// What the cell under the cursor holds: itself, and where it is an object or a list, what is in that.
    pub(in crate::app) fn things(&self) -> Vec<Held> {
        let whole = || {
            let column = self.outcome.value()?.result.columns.get(self.column_index()?)?;
            let value = self.cell()?.text();
            let (with, without) = (self.condition(true)?, self.condition(false)?);
            let held = Held {
                thing: Thing::of(column.name.raw(), value.raw()),
                value,
                place: column_name(column.name.raw()),
                with: self.narrowed_to(&with)?,
                without: self.narrowed_to(&without)?,
            };
            Some((column.name.raw().to_owned(), held))
        };
        let Some((name, whole)) = whole() else { return Vec::new() };
        let inside = match self.cell() {
            Some(Cell::Dynamic(value)) => Some(value.clone()),
            // The service writes some objects as text.
            Some(Cell::Text(text)) if text.raw().starts_with(['{', '[']) => serde_json::from_str(text.raw()).ok(),
            _ => None,
        };
        let mut leaves = Vec::new();
        if let Some(value) = &inside {
            gather(value, &name, &mut String::new(), 0, &mut leaves);
        }
        let held = leaves.into_iter().filter_map(|(name, path, value)| {
            let text = match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let place = format!("parse_json({}){path}", whole.place);
            let condition = |equal: &str| format!("tostring({place}) {equal} {}", literal::string(&text));
            Some(Held {
                thing: Thing::of(&name, &text),
                place: path.clone(),
                with: self.narrowed_to(&condition("=="))?,
                without: self.narrowed_to(&condition("!="))?,
                value: text.into(),
            })
        });
        let mut held: Vec<Held> = held.collect();
        // What is known comes first.
        held.sort_by_key(|held| held.thing == Thing::Value);
        held.insert(0, whole);
        held
    }
}

/// Texts and numbers inside `value`, each with the name of the property and the way to it.
fn gather<'a>(
    value: &'a Value,
    name: &str,
    path: &mut String,
    depth: usize,
    leaves: &mut Vec<(String, String, &'a Value)>,
) {
    let length = path.len();
    let mut inner = |step: String, name: &str, value| {
        path.push_str(&step);
        gather(value, name, path, depth + 1, leaves);
        path.truncate(length);
    };
    match value {
        Value::Object(properties) if depth < DEPTH_MAX => {
            for (key, value) in properties {
                inner(format!("[{}]", literal::string(key)), key, value);
            }
        }
        Value::Array(items) if depth < DEPTH_MAX => {
            for (place, value) in items.iter().enumerate() {
                inner(format!("[{place}]"), name, value);
            }
        }
        Value::String(text) if text.is_empty() => {}
        Value::String(_) | Value::Number(_) if leaves.len() < HELD_MAX => {
            leaves.push((name.to_owned(), path.clone(), value));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kql::{self, Schema};

    #[test]
    fn a_value_is_what_its_column_and_its_look_say() {
        let guid = "1c2d3e4f-0000-4000-8000-1234567890ab";
        let (sha1, sha256) = ("a9".repeat(20), "a9".repeat(32));
        let cases = [
            ("AccountUpn", "m.okafor@contoso.example", "user"),
            ("Who", "m.okafor@contoso.example", "user"),
            ("RecipientEmailAddress", "m.okafor@contoso.example", "mailbox"),
            ("AccountObjectId", guid, "user"),
            ("UserId", guid, "user"),
            ("UserId", "S-1-5-21", "value"),
            ("ReportId", guid, "value"),
            ("IncidentId", "4127", "incident"),
            ("IncidentId", "none", "value"),
            ("AlertId", "da637", "alert"),
            ("DeviceId", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b", "device"),
            ("DeviceName", "lt-okafor-09", "device"),
            ("InitiatingProcessSHA256", &sha256, "hash"),
            ("SHA1", &sha1, "hash"),
            ("Files", "12", "value"),
            ("FileName", "payroll.xlsx", "file"),
            ("InitiatingProcessFileName", "7z.exe", "process"),
            ("RemoteIP", "203.0.113.7", "IP address"),
            ("Address", "2001:db8::7", "IP address"),
            ("RemoteUrl", "transfer.example", "URL"),
            ("Link", "https://transfer.example/a@b.c", "URL"),
            ("NetworkMessageId", guid, "message"),
            ("Application", "Microsoft Teams", "cloud app"),
            ("AccountUpn", "", "value"),
            ("RawEventData", "{\"UserId\":\"m.okafor@contoso.example\"}", "value"),
            ("AccountUpn", "a.b_fabrikam.example#EXT#@contoso.example", "user"),
        ];
        for (name, text, title) in cases {
            assert_eq!(Thing::of(name, text).title(), title, "{name} {text}");
        }
    }

    #[test]
    fn every_hunt_can_be_run_whatever_the_value_is() {
        let person = Person::by_upn("x");
        for thing in [
            Thing::Account(person),
            Thing::Device,
            Thing::Hash("SHA256"),
            Thing::Hash("SHA1"),
            Thing::Hash("MD5"),
            Thing::Message,
            Thing::Alert,
        ] {
            let text = thing.query("a \"quoted\" | value\\");
            let found = kql::compile(&text, Schema::hunting()).diagnostics;
            assert!(found.is_empty(), "{text}\n{found:?}");
        }
    }
}
