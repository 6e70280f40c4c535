//! Evidence of alerts: Graph's resources, each with every property of its type.

use super::content::{Document, Message};
use super::devices::Device;
use super::people::Person;
use super::random::guid_text;
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
/// The code host's domain.
pub const CODE_HOST_DOMAIN: &str = "gitnest.example";

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
        let (kind, own) = match &self.entity {
            Entity::User(person) => ("user", json!({ "stream": null, "userAccount": account(person, tenant) })),
            Entity::Mailbox(person) => ("mailbox", mailbox(person, tenant)),
            Entity::Device(device, person) => ("device", device_properties(device, person)),
            Entity::File(document, device) => ("file", file(document, device.as_deref())),
            Entity::Process(program, device, person) => ("process", process(program, device, person, tenant)),
            Entity::Ip(address, country) => (
                "ip",
                json!({ "countryLetterCode": country, "ipAddress": &**address, "location": null, "stream": null }),
            ),
            Entity::CloudApp(app) => ("cloudApplication", cloud_app(app)),
            Entity::Message(message) => ("analyzedMessage", analysed(message)),
            Entity::OAuthApp(app) => (
                "oauthApplication",
                json!({
                    "appId": app.app_id, "displayName": app.name, "objectId": app.object_id, "publisher": app.publisher,
                }),
            ),
            Entity::Url(url) => ("url", json!({ "url": url })),
        };
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

fn account(person: &Person, tenant: &str) -> Json {
    json!({
        "accountName": &*person.account_name,
        "activeDirectoryObjectGuid": &*person.directory_guid,
        "azureAdUserId": &*person.object_id,
        "displayName": &*person.display_name,
        "domainName": super::assets::Assets::get().organisation.nt_domain,
        "resourceAccessEvents": [],
        "tenantId": tenant,
        "userPrincipalName": &*person.upn,
        "userSid": &*person.sid,
    })
}

fn mailbox(person: &Person, tenant: &str) -> Json {
    json!({
        "displayName": &*person.display_name,
        "primaryAddress": &*person.upn,
        "upn": &*person.upn,
        "userAccount": account(person, tenant),
    })
}

fn device_properties(device: &Device, person: &Person) -> Json {
    let organisation = &super::assets::Assets::get().organisation;
    json!({
        "azureAdDeviceId": guid_text(device.entra_id),
        "defenderAvStatus": "updated",
        "deviceDnsName": format!("{}.{}", device.name.to_lowercase(), organisation.domain),
        "dnsDomain": organisation.domain,
        "firstSeenDateTime": device.first_seen,
        "healthStatus": "active",
        "hostName": &*device.name,
        "ipInterfaces": [&*device.ip],
        "lastExternalIpAddress": &*person.egress,
        "lastIpAddress": &*device.ip,
        "loggedOnUsers": [{ "accountName": &*person.account_name, "domainName": organisation.nt_domain }],
        "mdeDeviceId": &*device.mde_id,
        "ntDomain": organisation.nt_domain,
        "onboardingStatus": "onboarded",
        "osBuild": device.os_build,
        "osPlatform": device.kind.platform(),
        "rbacGroupId": 12 + device.kind as i64,
        "rbacGroupName": device.kind.group(),
        "resourceAccessEvents": [],
        "riskScore": "low",
        "version": device.version(),
        "vmMetadata": null,
    })
}

fn details(document: &Document) -> Json {
    json!({
        "fileName": &*document.name,
        "filePath": if document.folder.is_empty() { &*document.site } else { &*document.folder },
        "filePublisher": null,
        "fileSize": document.size,
        "issuer": null,
        "md5": null,
        "sha1": &*document.sha1,
        "sha256": &*document.sha256,
        "sha256Ac": null,
        "signer": null,
    })
}

fn file(document: &Document, device: Option<&Device>) -> Json {
    json!({
        "detectionStatus": "detected",
        "fileDetails": details(document),
        "mdeDeviceId": device.map(|device| &*device.mde_id),
    })
}

fn process(program: &Program, device: &Device, person: &Person, tenant: &str) -> Json {
    json!({
        "detectionStatus": "detected",
        "imageFile": details(&program.image),
        "mdeDeviceId": &*device.mde_id,
        "parentProcessCreationDateTime": null,
        "parentProcessId": 1_180,
        "parentProcessImageFile": {
            "fileName": program.parent, "filePath": r"C:\Windows", "filePublisher": null, "fileSize": null,
            "issuer": null, "md5": null, "sha1": null, "sha256": null, "sha256Ac": null, "signer": null,
        },
        "processCommandLine": program.command_line,
        "processCreationDateTime": program.started,
        "processId": program.id,
        "userAccount": account(person, tenant),
    })
}

fn cloud_app(app: &CloudApp) -> Json {
    json!({
        "appId": app.id,
        "displayName": app.name,
        "instanceId": 0,
        "instanceName": app.name,
        "saasAppId": app.id,
        "stream": null,
    })
}

fn analysed(message: &Message) -> Json {
    let sender = json!({
        "displayName": &*message.sender.0,
        "domainName": Message::domain_of(&message.sender.1),
        "emailAddress": &*message.sender.1,
    });
    let threats: Vec<&str> = message.delivery.threat().into_iter().collect();
    json!({
        "antiSpamDirection": message.direction(),
        "attachmentsCount": message.attachments,
        "deliveryAction": if message.delivery.arrived() { "delivered" } else { "blocked" },
        "deliveryLocation": if message.delivery.arrived() { "inbox" } else { "quarantine" },
        "internetMessageId": message.internet_id(),
        "language": "en",
        "networkMessageId": guid_text(message.network_id),
        "p1Sender": sender,
        "p2Sender": sender,
        "receivedDateTime": message.at,
        "recipientEmailAddress": &*message.recipient.0,
        "senderIp": &*message.sender_ip,
        "subject": &*message.subject,
        "threatDetectionMethods": if threats.is_empty() { json!([]) } else { json!(["AdvancedFilter"]) },
        "threats": threats,
        "urlCount": message.urls.len(),
        "urls": message.urls,
        "urn": format!("urn:MailEntity:{}", guid_text(message.network_id)),
    })
}
