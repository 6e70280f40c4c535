//! `microsoft.graph.security.alertEvidence` and its many kinds.

use super::json::Fields;
use super::node::Node;
use super::pool::Pool;
use super::rest::Rest;
use super::terms::Verdict;
use crate::base::{Timestamp, Untrusted};
use serde_json::Value;
use std::sync::Arc;

/// One thing an alert is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// When it was added.
    pub created: Option<Timestamp>,
    /// What it is, with its key properties.
    pub kind: EvidenceKind,
    /// The type's name without namespace, e.g. `userEvidence`, as sent.
    pub type_name: Arc<str>,
    /// What analysis says.
    pub verdict: Verdict,
    /// `none`, `remediated`, `active` and so on, as on the wire.
    pub remediation_status: Option<Untrusted>,
    /// Its parts in the story, as on the wire.
    pub roles: Vec<Untrusted>,
    /// Free-text parts, e.g. `Main device`.
    pub detailed_roles: Vec<Untrusted>,
    /// Tags.
    pub tags: Vec<Untrusted>,
    /// Properties that `kind` does not name, nested ones in their object, as they came.
    pub properties: Rest,
}

/// The kinds that triage reads by name; any other is [`EvidenceKind::Other`] with all its properties kept.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum EvidenceKind {
    /// A person's account.
    User(Account),
    /// A mailbox.
    Mailbox {
        /// Primary SMTP address.
        address: Untrusted,
        /// Display name.
        display_name: Untrusted,
        /// Whose.
        account: Account,
    },
    /// A device.
    Device {
        /// Fully qualified DNS name.
        dns_name: Untrusted,
        /// Defender for Endpoint's id: `DeviceId` in hunting.
        mde_device_id: Untrusted,
        /// Operating system.
        os_platform: Untrusted,
        /// Risk score as on the wire.
        risk_score: Untrusted,
    },
    /// A file.
    File {
        /// Name.
        name: Untrusted,
        /// Folder.
        path: Untrusted,
        /// Bytes.
        size: Option<i64>,
        /// SHA-256, hexadecimal.
        sha256: Untrusted,
    },
    /// An IP address.
    Ip {
        /// The address.
        address: Untrusted,
        /// ISO country letters.
        country: Untrusted,
    },
    /// A URL.
    Url(Untrusted),
    /// A process.
    Process {
        /// Image file name.
        image: Untrusted,
        /// Command line.
        command_line: Untrusted,
        /// Who ran it.
        account: Account,
    },
    /// A cloud application.
    CloudApplication {
        /// Display name.
        display_name: Untrusted,
        /// Instance name.
        instance_name: Untrusted,
    },
    /// A mail message.
    MailMessage {
        /// Subject.
        subject: Untrusted,
        /// Recipient.
        recipient: Untrusted,
        /// Message id: `NetworkMessageId` in hunting.
        network_message_id: Untrusted,
    },
    /// Anything else: the properties are all in [`Evidence::properties`].
    Other,
}

/// A `userAccount`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Account {
    /// User principal name. May be missing or a pseudonym where Purview anonymises.
    pub upn: Untrusted,
    /// Display name.
    pub display_name: Untrusted,
    /// Short name.
    pub account_name: Untrusted,
    /// Domain.
    pub domain_name: Untrusted,
    /// Entra object id: `AccountObjectId` in hunting.
    pub entra_object_id: Untrusted,
}

impl Account {
    /// The name to show: display name, else UPN, else account name.
    pub fn label(&self) -> &Untrusted {
        [&self.display_name, &self.upn].into_iter().find(|name| !name.is_empty()).unwrap_or(&self.account_name)
    }

    /// Whether nothing identifies anyone.
    pub fn is_empty(&self) -> bool {
        self.upn.is_empty() && self.display_name.is_empty() && self.account_name.is_empty()
    }

    /// Whom other alerts are about too, shared through `pool`.
    fn read<'a>(fields: &mut Fields<'a>, pool: &'a Pool) -> Self {
        fields.nested("userAccount", |account| {
            account.share(pool);
            Self {
                upn: account.text_or_empty("userPrincipalName"),
                display_name: account.text_or_empty("displayName"),
                account_name: account.text_or_empty("accountName"),
                domain_name: account.text_or_empty("domainName"),
                entra_object_id: account.text_or_empty("azureAdUserId"),
            }
        })
    }
}

impl Evidence {
    /// Reads one by itself; nothing is required.
    pub fn read(value: Value) -> Self {
        Self::from_node(value.into(), &Pool::default())
    }

    /// Reads one of any kind; nothing is required.
    pub fn from_node(node: Node<'_>, pool: &Pool) -> Self {
        let mut fields = Fields::or_empty(node);
        let created = fields.time("createdDateTime");
        let qualified = fields.text_or_empty("@odata.type");
        let type_name = qualified.raw().rsplit('.').next().unwrap_or_default().trim_start_matches('#');
        let type_name = pool.plain(type_name);
        let kind = match &*type_name {
            "userEvidence" => EvidenceKind::User(Account::read(&mut fields, pool)),
            "mailboxEvidence" => EvidenceKind::Mailbox {
                address: fields.text_or_empty("primaryAddress"),
                display_name: fields.text_or_empty("displayName"),
                account: Account::read(&mut fields, pool),
            },
            "deviceEvidence" => EvidenceKind::Device {
                dns_name: fields.text_or_empty("deviceDnsName"),
                mde_device_id: fields.text_or_empty("mdeDeviceId"),
                os_platform: fields.text_or_empty("osPlatform"),
                risk_score: fields.text_or_empty("riskScore"),
            },
            "fileEvidence" => fields.nested("fileDetails", |details| EvidenceKind::File {
                name: details.text_or_empty("fileName"),
                path: details.text_or_empty("filePath"),
                size: details.integer("fileSize"),
                sha256: details.text_or_empty("sha256"),
            }),
            "ipEvidence" => EvidenceKind::Ip {
                address: fields.text_or_empty("ipAddress"),
                country: fields.text_or_empty("countryLetterCode"),
            },
            "urlEvidence" => EvidenceKind::Url(fields.text_or_empty("url")),
            "processEvidence" => EvidenceKind::Process {
                image: fields.nested("imageFile", |image| image.text_or_empty("fileName")),
                command_line: fields.text_or_empty("processCommandLine"),
                account: Account::read(&mut fields, pool),
            },
            "cloudApplicationEvidence" => EvidenceKind::CloudApplication {
                display_name: fields.text_or_empty("displayName"),
                instance_name: fields.text_or_empty("instanceName"),
            },
            "analyzedMessageEvidence" => EvidenceKind::MailMessage {
                subject: fields.text_or_empty("subject"),
                recipient: fields.text_or_empty("recipientEmailAddress"),
                network_message_id: fields.text_or_empty("networkMessageId"),
            },
            _ => EvidenceKind::Other,
        };
        Self {
            created,
            kind,
            type_name,
            verdict: fields.member("verdict", Verdict::from_wire).unwrap_or(Verdict::Unknown),
            remediation_status: fields.text("remediationStatus"),
            roles: fields.texts("roles"),
            detailed_roles: fields.texts("detailedRoles"),
            tags: fields.texts("tags"),
            properties: fields.kept(),
        }
    }

    /// The account it names, where it names one.
    pub fn account(&self) -> Option<&Account> {
        match &self.kind {
            EvidenceKind::User(account)
            | EvidenceKind::Mailbox { account, .. }
            | EvidenceKind::Process { account, .. } => Some(account).filter(|account| !account.is_empty()),
            EvidenceKind::Device { .. }
            | EvidenceKind::File { .. }
            | EvidenceKind::Ip { .. }
            | EvidenceKind::Url(_)
            | EvidenceKind::CloudApplication { .. }
            | EvidenceKind::MailMessage { .. }
            | EvidenceKind::Other => None,
        }
    }
}
