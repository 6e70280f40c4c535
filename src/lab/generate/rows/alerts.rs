//! `AlertInfo` and `AlertEvidence`: the alerts of Graph once more, a row an alert and a row an entity.

use super::{AlertIds, Row, text, when};
use crate::base::Timestamp;
use crate::kql::engine::TableBuilder;
use crate::kql::value::Value;
use crate::lab::generate::alert::{Alert, Severity, Technique};
use crate::lab::generate::assets::Assets;
use crate::lab::generate::content::Document;
use crate::lab::generate::evidence::{Entity, Evidence};
use crate::lab::generate::people::Person;
use crate::lab::generate::products::Product;
use crate::lab::generate::random::guid_text;
use crate::lab::generate::world::World;
use std::sync::Arc;

/// What both tables say of an alert.
#[derive(Debug)]
struct Head {
    id: Arc<str>,
    at: Timestamp,
    title: Arc<str>,
    category: &'static str,
    severity: Severity,
    product: &'static Product,
    techniques: Arc<str>,
}

/// A row of `AlertInfo`.
#[derive(Debug)]
pub struct AlertInfo(Arc<Head>);

/// A row of `AlertEvidence`.
#[derive(Debug)]
pub struct AlertEvidence {
    head: Arc<Head>,
    evidence: Evidence,
}

/// Adds the rows of every alert.
pub fn add(world: &mut World, ids: &AlertIds) {
    for (alert, id) in world.alerts.iter().zip(ids) {
        let head = Arc::new(head(alert, id));
        world.rows.alert_info.push(AlertInfo(Arc::clone(&head)));
        let evidence =
            alert.evidence.iter().map(|item| AlertEvidence { head: Arc::clone(&head), evidence: item.clone() });
        world.rows.alert_evidence.extend(evidence);
    }
}

fn head(alert: &Alert, id: &str) -> Head {
    Head {
        id: id.into(),
        at: alert.created,
        title: alert.title.as_str().into(),
        category: alert.category,
        severity: alert.severity,
        product: alert.product,
        techniques: techniques(alert.techniques).into(),
    }
}

/// `["Exfiltration over USB (T1052.001)"]`, or nothing.
fn techniques(techniques: &[Technique]) -> String {
    if techniques.is_empty() {
        return String::new();
    }
    let names: Vec<String> = techniques.iter().map(|known| format!("\"{} ({})\"", known.name, known.id)).collect();
    format!("[{}]", names.join(","))
}

impl Row for AlertInfo {
    const TABLE: &'static str = "AlertInfo";

    fn at(&self) -> Timestamp {
        self.0.at
    }

    fn push(self, table: &mut TableBuilder) {
        let head = &*self.0;
        table.push([
            ("Timestamp", when(head.at)),
            ("AlertId", text(&head.id)),
            ("Title", text(&head.title)),
            ("Category", Value::string(head.category)),
            ("Severity", Value::string(head.severity.hunting())),
            ("ServiceSource", Value::string(head.product.hunting_service)),
            ("DetectionSource", Value::string(head.product.hunting_detection)),
            ("AttackTechniques", text(&head.techniques)),
        ]);
    }
}

impl Row for AlertEvidence {
    const TABLE: &'static str = "AlertEvidence";

    fn at(&self) -> Timestamp {
        self.head.at
    }

    fn push(self, table: &mut TableBuilder) {
        let head = &*self.head;
        let role = if self.evidence.roles == ["contextual"] { "Related" } else { "Impacted" };
        let common = [
            ("Timestamp", when(head.at)),
            ("AlertId", text(&head.id)),
            ("Title", text(&head.title)),
            ("Categories", Value::string(format!("[\"{}\"]", head.category))),
            ("AttackTechniques", text(&head.techniques)),
            ("ServiceSource", Value::string(head.product.hunting_service)),
            ("DetectionSource", Value::string(head.product.hunting_detection)),
            ("Severity", Value::string(head.severity.hunting())),
            ("EvidenceRole", Value::string(role)),
        ];
        table.push(common.into_iter().chain(entity(&self.evidence.entity)));
    }
}

type Cells = Vec<(&'static str, Value)>;

/// The columns that an entity fills.
fn entity(entity: &Entity) -> Cells {
    let kind = |kind: &'static str| ("EntityType", Value::string(kind));
    match entity {
        Entity::User(person) => [vec![kind("User")], account(person)].concat(),
        Entity::Mailbox(person) => [vec![kind("Mailbox")], account(person)].concat(),
        Entity::Device(device, _) => vec![
            kind("Machine"),
            ("DeviceId", text(&device.mde_id)),
            ("DeviceName", text(&device.name)),
            ("LocalIP", text(&device.ip)),
        ],
        Entity::File(document, device) => {
            let mut cells = file(document);
            cells.push(kind("File"));
            if let Some(device) = device {
                cells.push(("DeviceId", text(&device.mde_id)));
                cells.push(("DeviceName", text(&device.name)));
            }
            cells
        }
        Entity::Process(program, device, person) => {
            let own = vec![
                kind("Process"),
                ("ProcessCommandLine", Value::string(program.command_line.as_str())),
                ("DeviceId", text(&device.mde_id)),
                ("DeviceName", text(&device.name)),
            ];
            [own, file(&program.image), account(person)].concat()
        }
        Entity::Ip(address, _) => vec![kind("Ip"), ("RemoteIP", text(address))],
        Entity::CloudApp(app) => vec![
            kind("CloudApplication"),
            ("Application", Value::string(app.name)),
            ("ApplicationId", Value::Int(app.id as i32)),
        ],
        Entity::Message(message) => vec![
            kind("MailMessage"),
            ("NetworkMessageId", Value::string(guid_text(message.network_id))),
            ("EmailSubject", text(&message.subject)),
            ("AccountUpn", text(&message.recipient.0)),
        ],
        Entity::OAuthApp(app) => vec![
            kind("OAuthApplication"),
            ("Application", Value::string(app.name)),
            ("OAuthApplicationId", Value::string(app.app_id.as_str())),
        ],
        Entity::Url(url) => vec![kind("Url"), ("RemoteUrl", Value::string(url.as_str()))],
    }
}

fn account(person: &Person) -> Cells {
    vec![
        ("AccountName", text(&person.account_name)),
        ("AccountDomain", Value::string(Assets::get().organisation.nt_domain.as_str())),
        ("AccountSid", text(&person.sid)),
        ("AccountObjectId", text(&person.object_id)),
        ("AccountUpn", text(&person.upn)),
    ]
}

fn file(document: &Document) -> Cells {
    let folder = if document.folder.is_empty() { &document.site } else { &document.folder };
    vec![
        ("FileName", text(&document.name)),
        ("FolderPath", text(folder)),
        ("SHA1", text(&document.sha1)),
        ("SHA256", text(&document.sha256)),
        ("FileSize", Value::Long(document.size)),
    ]
}
