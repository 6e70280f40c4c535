//! `AlertInfo` and `AlertEvidence`: the alerts of Graph once more, a row an alert and a row an entity.

use super::writer::Joining;
use super::{AlertIds, Cell, Row, RowWriter, Rows, text, when};
use crate::base::Timestamp;
use crate::kql::engine::Table;
use crate::lab::generate::alert::{Alert, Severity, Technique};
use crate::lab::generate::assets::Assets;
use crate::lab::generate::content::Document;
use crate::lab::generate::devices::Device;
use crate::lab::generate::evidence::{Entity, Evidence};
use crate::lab::generate::people::Person;
use crate::lab::generate::products::Product;
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
pub fn add(alerts: &[Alert], ids: &AlertIds, rows: &mut Rows) {
    for (alert, id) in alerts.iter().zip(ids) {
        let head = Arc::new(head(alert, id, alert.created));
        rows.add(AlertInfo(Arc::clone(&head)));
        add_evidence(&alert.evidence, &head, rows);
    }
}

fn add_evidence(evidence: &[Evidence], head: &Arc<Head>, rows: &mut Rows) {
    for evidence in evidence {
        rows.add(AlertEvidence { head: Arc::clone(head), evidence: evidence.clone() });
    }
}

/// The rows of `AlertEvidence` that the alert `id` gets at `at`, when it has grown to `alert` from its first `known` pieces
/// of evidence. What the tables do when an alert changes is not documented. Invented: they are only ever added to, so
/// `AlertInfo` keeps its one row an alert, as it was raised, and the rows of new evidence show the severity as it is by then.
pub fn further_evidence(alert: &Alert, known: usize, id: &str, at: Timestamp) -> Table {
    let mut rows = Rows::default();
    add_evidence(alert.evidence.get(known..).unwrap_or_default(), &Arc::new(head(alert, id, at)), &mut rows);
    let (mut parts, _) = rows.finish();
    parts.remove(AlertEvidence::TABLE).map_or_else(Table::default, |part| Joining::of(vec![part]).join())
}

/// What the tables say of `alert` in rows of the instant `at`.
fn head(alert: &Alert, id: &str, at: Timestamp) -> Head {
    Head {
        id: id.into(),
        at,
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

    fn push(self, table: &mut RowWriter) {
        let head = &*self.0;
        table.push([
            ("Timestamp", when(head.at)),
            ("AlertId", text(&head.id)),
            ("Title", text(&head.title)),
            ("Category", Cell::Fixed(head.category)),
            ("Severity", Cell::Fixed(head.severity.hunting())),
            ("ServiceSource", Cell::Fixed(head.product.hunting_service)),
            ("DetectionSource", Cell::Fixed(head.product.hunting_detection)),
            ("AttackTechniques", text(&head.techniques)),
        ]);
    }
}

impl Row for AlertEvidence {
    const TABLE: &'static str = "AlertEvidence";

    fn at(&self) -> Timestamp {
        self.head.at
    }

    fn push(self, table: &mut RowWriter) {
        let head = &*self.head;
        let role = if self.evidence.roles == ["contextual"] { "Related" } else { "Impacted" };
        let common = [
            ("Timestamp", when(head.at)),
            ("AlertId", text(&head.id)),
            ("Title", text(&head.title)),
            ("Categories", Cell::string(format!("[\"{}\"]", head.category))),
            ("AttackTechniques", text(&head.techniques)),
            ("ServiceSource", Cell::Fixed(head.product.hunting_service)),
            ("DetectionSource", Cell::Fixed(head.product.hunting_detection)),
            ("Severity", Cell::Fixed(head.severity.hunting())),
            ("EvidenceRole", Cell::Fixed(role)),
        ];
        table.push(common.into_iter().chain(entity(&self.evidence.entity)));
    }
}

type Cells = Vec<(&'static str, Cell)>;

/// The columns that an entity fills.
fn entity(entity: &Entity) -> Cells {
    let kind = |kind: &'static str| ("EntityType", Cell::Fixed(kind));
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
                ("ProcessCommandLine", Cell::string(program.command_line.as_str())),
                ("DeviceId", text(&device.mde_id)),
                ("DeviceName", text(&device.name)),
            ];
            [own, file(&program.image), account(person)].concat()
        }
        Entity::Ip(address, _) => vec![kind("Ip"), ("RemoteIP", text(address))],
        Entity::CloudApp(app) => vec![
            kind("CloudApplication"),
            ("Application", Cell::Fixed(app.name)),
            ("ApplicationId", Cell::Int(app.id as i32)),
        ],
        Entity::Message(message) => vec![
            kind("MailMessage"),
            ("NetworkMessageId", Cell::guid(message.network_id)),
            ("EmailSubject", text(&message.subject)),
            ("AccountUpn", text(&message.recipient.0)),
        ],
        Entity::OAuthApp(app) => vec![
            kind("OAuthApplication"),
            ("Application", Cell::Fixed(app.name)),
            ("OAuthApplicationId", Cell::string(app.app_id.as_str())),
        ],
        Entity::Url(url) => vec![kind("Url"), ("RemoteUrl", Cell::string(url.as_str()))],
        other => further(other),
    }
}

/// The columns that the rarer entities fill.
fn further(entity: &Entity) -> Cells {
    let kind = |kind: &'static str| ("EntityType", Cell::Fixed(kind));
    let on = |device: &Device| vec![("DeviceId", text(&device.mde_id)), ("DeviceName", text(&device.name))];
    match entity {
        Entity::Mails(messages) => {
            vec![kind("MailCluster"), ("EmailSubject", super::maybe(messages.first().map(|mail| &mail.subject)))]
        }
        Entity::Post(post) => {
            [vec![kind("TeamsMessage"), ("EmailSubject", text(&post.subject))], account(&post.sender)].concat()
        }
        Entity::CloudSession(fact) => {
            [vec![kind("CloudLogonSession"), ("RemoteIP", text(&fact.network.ip))], account(&fact.person)].concat()
        }
        Entity::HostSession(person, device, ..) => {
            [vec![kind("HostLogonSession")], on(device), account(person)].concat()
        }
        Entity::Group(_, sid, name) => {
            vec![kind("SecurityGroup"), ("AccountSid", text(sid)), ("AccountName", text(name))]
        }
        Entity::RegistryKey(key) => vec![kind("RegistryKey"), ("RegistryKey", text(key))],
        Entity::RegistryValue(device, [key, name, data]) => {
            let value = vec![
                kind("RegistryValue"),
                ("RegistryKey", text(key)),
                ("RegistryValueName", text(name)),
                ("RegistryValueData", text(data)),
            ];
            [value, on(device)].concat()
        }
        Entity::Hash(document) => vec![kind("FileHash"), ("SHA256", text(&document.sha256))],
        Entity::Connection(device, remote) => {
            [vec![kind("NetworkConnection"), ("RemoteIP", text(&remote.ip))], on(device)].concat()
        }
        Entity::Dns(device, remote) => {
            [vec![kind("DnsResolution"), ("RemoteUrl", text(&remote.domain))], on(device)].concat()
        }
        Entity::AzureResource(id) => azure("AzureResource", id),
        Entity::Blob(account, _, document) => [azure("Blob", account), file(document)].concat(),
        Entity::ServicePrincipal(app) => vec![
            kind("ServicePrincipal"),
            ("Application", Cell::Fixed(app.name)),
            ("OAuthApplicationId", Cell::string(app.app_id.as_str())),
        ],
        Entity::Agent(_, name) => vec![kind("AiAgent"), ("Application", Cell::Fixed(name))],
        _ => Vec::new(),
    }
}

/// The columns of a resource in Azure.
fn azure(kind: &'static str, id: &Arc<str>) -> Cells {
    let name = id.rsplit('/').next().unwrap_or_default();
    let subscription = id.split('/').nth(2).unwrap_or_default();
    vec![
        ("EntityType", Cell::Fixed(kind)),
        ("CloudResource", Cell::string(name)),
        ("CloudPlatform", Cell::Fixed("Azure")),
        ("ResourceID", text(id)),
        ("SubscriptionId", Cell::string(subscription)),
    ]
}

fn account(person: &Person) -> Cells {
    vec![
        ("AccountName", text(&person.account_name)),
        ("AccountDomain", Cell::Fixed(Assets::get().organisation.nt_domain.as_str())),
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
        ("FileSize", Cell::Long(document.size)),
    ]
}
