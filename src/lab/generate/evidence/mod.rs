//! Evidence of alerts: Graph's resources, each with every property of its type.

mod cloud;
mod endpoint;
mod identity;
mod mail;

use super::content::{Document, Message};
use super::devices::Device;
use super::operations::Remote;
use super::people::Person;
use super::rows::message_events::Thread;
use super::sign_ins::SignIn;
use crate::base::Timestamp;
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;

/// A cloud application as Defender for Cloud Apps knows it.
#[derive(Debug, PartialEq, Eq)]
pub struct CloudApp {
    /// Its number; invented but for Microsoft's own.
    pub id: i64,
    /// Name.
    pub name: &'static str,
    /// What the audit log calls it.
    pub workload: &'static str,
}

/// SharePoint Online.
pub const SHAREPOINT: &CloudApp = &CloudApp { id: 20_892, name: "Microsoft SharePoint Online", workload: "SharePoint" };
/// Exchange Online.
pub const EXCHANGE: &CloudApp = &CloudApp { id: 20_893, name: "Microsoft Exchange Online", workload: "Exchange" };
/// Microsoft 365 as a whole.
pub const MICROSOFT_365: &CloudApp = &CloudApp { id: 11_161, name: "Microsoft 365", workload: "AzureActiveDirectory" };
/// OneDrive for Business.
pub const ONEDRIVE: &CloudApp = &CloudApp { id: 15_600, name: "Microsoft OneDrive for Business", workload: "OneDrive" };
/// Teams.
pub const TEAMS: &CloudApp = &CloudApp { id: 28_375, name: "Microsoft Teams", workload: "MicrosoftTeams" };
/// Copilot.
pub const COPILOT: &CloudApp = &CloudApp { id: 41_001, name: "Microsoft 365 Copilot", workload: "Copilot" };
/// A fictional assistant that nobody allowed.
pub const ASSISTANT: &CloudApp = &CloudApp { id: 41_052, name: "Chatterbird", workload: "Chatterbird" };
/// The assistant's domain.
pub const ASSISTANT_DOMAIN: &str = "chatterbird.example";
/// A fictional personal cloud.
pub const PERSONAL_CLOUD: &CloudApp = &CloudApp { id: 41_017, name: "Skyloft", workload: "Skyloft" };
/// The personal cloud's domain.
pub const PERSONAL_CLOUD_DOMAIN: &str = "skyloft.example";
/// A fictional host of source code.
pub const CODE_HOST: &CloudApp = &CloudApp { id: 41_044, name: "Gitnest", workload: "Gitnest" };

/// A program that ran.
#[derive(Clone, Debug)]
pub struct Program {
    /// Its image.
    pub image: Document,
    /// Command line.
    pub command_line: String,
    /// Process number.
    pub id: i64,
    /// When it started.
    pub started: Timestamp,
    /// Image name of its parent.
    pub parent: &'static str,
}

/// An application with consent to act for users.
#[derive(Clone, Debug)]
pub struct OAuthApp {
    /// Client id.
    pub app_id: String,
    /// Object id of its service principal.
    pub object_id: String,
    /// Name.
    pub name: &'static str,
    /// Publisher.
    pub publisher: &'static str,
}

/// An entity.
#[derive(Clone, Debug)]
pub enum Entity {
    /// A user.
    User(Arc<Person>),
    /// A mailbox.
    Mailbox(Arc<Person>),
    /// A device and who is signed in.
    Device(Arc<Device>, Arc<Person>),
    /// A file, on a device where it is on one.
    File(Document, Option<Arc<Device>>),
    /// A program on a device.
    Process(Program, Arc<Device>, Arc<Person>),
    /// An address and its country's two letters.
    Ip(Arc<str>, &'static str),
    /// A cloud application.
    CloudApp(&'static CloudApp),
    /// A mail.
    Message(Message),
    /// An application with consent.
    OAuthApp(OAuthApp),
    /// A web address.
    Url(String),
    /// Like mails.
    Mails(Vec<Message>),
    /// A message in Teams.
    Post(Box<Post>),
    /// A session in the cloud.
    CloudSession(Arc<SignIn>),
    /// A session on a device, from and to when.
    HostSession(Arc<Person>, Arc<Device>, Timestamp, Timestamp),
    /// A group: id, SID, name.
    Group(u128, Arc<str>, Arc<str>),
    /// A key of the registry.
    RegistryKey(Arc<str>),
    /// A value of the registry on a device: key, name, data.
    RegistryValue(Arc<Device>, [Arc<str>; 3]),
    /// The hash of a file that is nowhere else in the alert.
    Hash(Document),
    /// A connection of a device.
    Connection(Arc<Device>, Remote),
    /// A name that a device asked for.
    Dns(Arc<Device>, Remote),
    /// A resource in Azure, by its id.
    AzureResource(Arc<str>),
    /// A document in a container of a storage account: the account's resource id, the container's name.
    Blob(Arc<str>, &'static str, Document),
    /// A service principal.
    ServicePrincipal(OAuthApp),
    /// An agent that answers for a model: id and name.
    Agent(String, &'static str),
}

/// A message in Teams.
#[derive(Clone, Debug)]
pub struct Post {
    /// When.
    pub at: Timestamp,
    /// Who wrote it.
    pub sender: Arc<Person>,
    /// Where.
    pub thread: Arc<Thread>,
    /// Subject.
    pub subject: Arc<str>,
}

/// An entity in the part it has in an alert.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// What.
    pub entity: Entity,
    /// `evidenceVerdict`.
    pub verdict: &'static str,
    /// `evidenceRole`s.
    pub roles: &'static [&'static str],
    /// `evidenceRemediationStatus`.
    pub remediation: &'static str,
}

impl Evidence {
    /// `entity` as context of an alert.
    pub fn of(entity: Entity) -> Self {
        Self { entity, verdict: "unknown", roles: &["contextual"], remediation: "none" }
    }

    /// `entity` as what an alert is about.
    pub fn suspicious(entity: Entity, role: &'static [&'static str]) -> Self {
        Self { entity, verdict: "suspicious", roles: role, remediation: "active" }
    }

    /// `entity` as a threat that was dealt with.
    pub fn malicious(entity: Entity, remediation: &'static str) -> Self {
        Self { entity, verdict: "malicious", roles: &["attacker"], remediation }
    }

    /// Graph's resource. `at` is when the alert was made.
    pub fn resource(&self, at: Timestamp, tenant: &str) -> Json {
        let (kind, own) = properties(&self.entity, at, tenant);
        let detailed = if matches!(self.entity, Entity::Device(..)) { json!(["PrimaryDevice"]) } else { json!([]) };
        let mut resource = Map::new();
        resource.insert("@odata.type".to_owned(), json!(format!("#microsoft.graph.security.{kind}Evidence")));
        resource.insert("createdDateTime".to_owned(), json!(at));
        resource.insert("verdict".to_owned(), json!(self.verdict));
        resource.insert("remediationStatus".to_owned(), json!(self.remediation));
        resource.insert("remediationStatusDetails".to_owned(), Json::Null);
        resource.insert("roles".to_owned(), json!(self.roles));
        resource.insert("detailedRoles".to_owned(), detailed);
        resource.insert("tags".to_owned(), json!([]));
        if let Json::Object(own) = own {
            resource.extend(own);
        }
        Json::Object(resource)
    }
}

/// The kind of an entity, and the properties that only this kind has.
fn properties(entity: &Entity, at: Timestamp, tenant: &str) -> (&'static str, Json) {
    match entity {
        Entity::User(person) => ("user", json!({ "stream": null, "userAccount": identity::account(person, tenant) })),
        Entity::Mailbox(person) => ("mailbox", identity::mailbox(person, tenant)),
        Entity::Device(device, person) => ("device", endpoint::device_properties(device, person)),
        Entity::File(document, device) => ("file", endpoint::file(document, device.as_deref())),
        Entity::Process(program, device, person) => ("process", endpoint::process(program, device, person, tenant)),
        Entity::Ip(address, country) => {
            ("ip", json!({ "countryLetterCode": country, "ipAddress": &**address, "location": null, "stream": null }))
        }
        Entity::CloudApp(app) => ("cloudApplication", cloud::cloud_app(app)),
        Entity::Message(message) => ("analyzedMessage", mail::analysed(message)),
        Entity::OAuthApp(app) => ("oauthApplication", cloud::oauth_app(app)),
        Entity::Url(url) => ("url", json!({ "url": url })),
        Entity::Mails(messages) => ("mailCluster", mail::cluster(messages)),
        Entity::Post(post) => ("teamsMessage", mail::teams(post, tenant)),
        Entity::CloudSession(fact) => ("cloudLogonSession", identity::cloud_session(fact, at, tenant)),
        Entity::HostSession(person, device, start, end) => {
            ("hostLogonSession", identity::host_session((person, device), (*start, *end), at, tenant))
        }
        Entity::Group(id, sid, name) => ("securityGroup", identity::group(*id, sid, name)),
        Entity::RegistryKey(key) => ("registryKey", endpoint::registry_key(key)),
        Entity::RegistryValue(device, value) => ("registryValue", endpoint::registry_value(device, value)),
        Entity::Hash(document) => ("fileHash", json!({ "algorithm": "sha256", "value": &*document.sha256 })),
        Entity::Connection(device, remote) => ("networkConnection", endpoint::connection(device, remote, at, tenant)),
        Entity::Dns(device, remote) => ("dns", endpoint::dns(device, remote, at, tenant)),
        Entity::AzureResource(id) => ("azureResource", cloud::azure_resource(id)),
        Entity::Blob(account, container, document) => ("blob", cloud::blob(account, container, document, at, tenant)),
        Entity::ServicePrincipal(app) => ("servicePrincipal", cloud::service_principal(app, tenant)),
        Entity::Agent(id, name) => ("aiAgent", cloud::agent(id, name)),
    }
}
