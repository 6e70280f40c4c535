//! What people handle: documents, labels, sensitive types, messages, removable media.

use super::assets::Assets;
use super::people::Person;
use super::random::Random;
use crate::base::Timestamp;
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// A sensitivity label. The ids are those of the default labels of every new tenant.
#[derive(Debug, PartialEq, Eq)]
pub struct Label {
    /// GUID.
    pub id: &'static str,
    /// Display name.
    pub name: &'static str,
    /// How much it protects; a downgrade goes to a lower rank.
    pub rank: u8,
}

/// `General`.
pub const GENERAL: &Label = &Label { id: "defa4170-0d19-0005-0002-bc88714345d2", name: "General", rank: 2 };
/// `Confidential`.
pub const CONFIDENTIAL: &Label = &Label { id: "defa4170-0d19-0005-0005-bc88714345d2", name: "Confidential", rank: 5 };
/// `Highly Confidential`.
pub const HIGHLY_CONFIDENTIAL: &Label =
    &Label { id: "defa4170-0d19-0005-0009-bc88714345d2", name: "Highly Confidential", rank: 9 };
/// Every label in use.
pub const LABELS: [&Label; 3] = [GENERAL, CONFIDENTIAL, HIGHLY_CONFIDENTIAL];

/// A sensitive information type.
#[derive(Debug, PartialEq, Eq)]
pub struct SensitiveType {
    /// GUID of the built-in type.
    pub id: &'static str,
    /// Display name.
    pub name: &'static str,
}

/// Credit Card Number.
pub const CREDIT_CARD: &SensitiveType =
    &SensitiveType { id: "50842eb7-edc8-4019-85dd-5a5c1f2bb085", name: "Credit Card Number" };
/// All Full Names.
pub const FULL_NAMES: &SensitiveType =
    &SensitiveType { id: "50b8b56b-4ef8-44c2-a924-03374f5831ce", name: "All Full Names" };
/// All Physical Addresses.
pub const ADDRESSES: &SensitiveType =
    &SensitiveType { id: "8548332d-6d71-41f8-97db-cc3b5fa544e6", name: "All Physical Addresses" };
/// General Password.
pub const PASSWORD: &SensitiveType =
    &SensitiveType { id: "24a90d49-519b-4689-aa13-f35c47cc40c3", name: "General Password" };
/// Azure Storage account key.
pub const STORAGE_KEY: &SensitiveType =
    &SensitiveType { id: "c7bc98e8-551a-4c35-a92d-d2c8cda714a7", name: "Azure Storage Account Key" };
/// Every sensitive type in use.
pub const SENSITIVE_TYPES: [&SensitiveType; 5] = [CREDIT_CARD, FULL_NAMES, ADDRESSES, PASSWORD, STORAGE_KEY];

/// What a classifier found in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The type.
    pub sensitive: &'static SensitiveType,
    /// How often.
    pub count: u32,
}

impl Found {
    /// `SensitiveInfoTypeInfo` of a row: an array of JSON strings, which is how the table carries it.
    pub fn cell(found: &[Self]) -> Json {
        let element = |found: &Self| {
            let object = json!({
                "SensitiveInfoTypeId": found.sensitive.id, "ClassifierType": "Content", "MLClassifierTypeId": null,
                "Count": found.count, "Confidence": 85, "SubEntityId": null, "SubEntityName": null,
            });
            Json::String(object.to_string())
        };
        Json::Array(found.iter().map(element).collect())
    }

    /// The same cell of what was found in a prompt, not in a file.
    pub fn in_prompt(cell: &Json) -> Json {
        let place = |element: &Json| {
            let mut object: Json = serde_json::from_str(element.as_str()?).ok()?;
            object["SubEntityName"] = json!("Prompt");
            object["SubEntityId"] = json!("1");
            Some(Json::String(object.to_string()))
        };
        cell.as_array().into_iter().flatten().filter_map(place).collect()
    }
}

/// A document.
#[derive(Clone, Debug)]
pub struct Document {
    /// File name.
    pub name: Arc<str>,
    /// Site it is kept on.
    pub site: Arc<str>,
    /// Folder inside the site.
    pub relative: Arc<str>,
    /// Folder on the computer.
    pub folder: Arc<str>,
    /// Bytes.
    pub size: i64,
    /// SHA-1.
    pub sha1: Arc<str>,
    /// SHA-256.
    pub sha256: Arc<str>,
    /// Label, where it has one.
    pub label: Option<&'static Label>,
    /// What classifiers found, as the cell of a row.
    pub found: Option<Arc<Json>>,
}

impl Document {
    /// A document of the kind `owner`'s department writes; `number` keeps names apart.
    pub fn invent(owner: &Person, number: usize, random: &mut Random) -> Self {
        let (stem, extension, folder) = match Assets::get().vocabulary(&owner.department.name) {
            Some(words) => {
                let subject = random.pick(&words.subjects);
                (format!("{subject} {}", random.pick(&words.kinds)), random.pick(&words.extensions).as_str(), subject)
            }
            None => ("notes".to_owned(), "txt", &owner.department.name),
        };
        Self {
            name: format!("{stem} {number:03}.{extension}").into(),
            site: owner.site().into(),
            relative: format!("Shared Documents/{folder}").into(),
            folder: format!(r"C:\Users\{}\Documents\{folder}", owner.account_name).into(),
            size: random.between(8_000, 4_000_000),
            sha1: random.hex(40).into(),
            sha256: random.hex(64).into(),
            label: None,
            found: None,
        }
    }

    /// A file of a given name in a given folder.
    pub fn named(name: &str, folder: &str, size: i64, random: &mut Random) -> Self {
        Self {
            name: name.into(),
            site: "".into(),
            relative: "".into(),
            folder: folder.into(),
            size,
            sha1: random.hex(40).into(),
            sha256: random.hex(64).into(),
            label: None,
            found: None,
        }
    }

    /// The same with `label`.
    pub fn labelled(mut self, label: &'static Label) -> Self {
        self.label = Some(label);
        self
    }

    /// The same with `found` inside.
    pub fn containing(mut self, found: &[Found]) -> Self {
        self.found = Some(Arc::new(Found::cell(found)));
        self
    }

    /// The same in another local folder.
    pub fn moved_to(&self, folder: &str) -> Self {
        Self { folder: folder.into(), ..self.clone() }
    }

    /// Address on SharePoint.
    pub fn url(&self) -> String {
        format!("{}/{}/{}", self.site, self.relative, self.name)
    }

    /// Path on the computer.
    pub fn path(&self) -> String {
        format!(r"{}\{}", self.folder, self.name)
    }
}

/// A removable medium.
#[derive(Debug)]
pub struct Media {
    /// Maker.
    pub manufacturer: &'static str,
    /// Model.
    pub model: &'static str,
    /// Serial number.
    pub serial: String,
    /// Drive letter with colon.
    pub drive: &'static str,
}

/// One mail to one recipient.
#[derive(Clone, Debug)]
pub struct Message {
    /// Microsoft 365's id of it.
    pub network_id: u128,
    /// When it was received.
    pub at: Timestamp,
    /// Who wrote it: shown name, address, object id where a colleague.
    pub sender: (Arc<str>, Arc<str>, Option<Arc<str>>),
    /// To whom: address, object id where a colleague.
    pub recipient: (Arc<str>, Option<Arc<str>>),
    /// Last relay.
    pub sender_ip: Arc<str>,
    /// Subject.
    pub subject: Arc<str>,
    /// What became of it.
    pub delivery: Delivery,
    /// Addresses inside.
    pub urls: Vec<String>,
    /// Attachments.
    pub attachments: i64,
    /// Bytes.
    pub size: i64,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// In the inbox, or outside.
    Delivered,
    /// Delivered, though it was phishing.
    PhishDelivered,
    /// Put aside as phishing.
    PhishQuarantined,
    /// Put aside for a bad attachment.
    MalwareQuarantined,
}

impl Delivery {
    /// Graph's `threats` and `EmailEvents.ThreatTypes`.
    pub const fn threat(self) -> Option<&'static str> {
        match self {
            Self::Delivered => None,
            Self::PhishDelivered | Self::PhishQuarantined => Some("Phish"),
            Self::MalwareQuarantined => Some("Malware"),
        }
    }

    /// Whether it reached the mailbox.
    pub const fn arrived(self) -> bool {
        matches!(self, Self::Delivered | Self::PhishDelivered)
    }
}

impl Message {
    /// `Inbound`, `Outbound` or `Intra-org`.
    pub fn direction(&self) -> &'static str {
        match (&self.sender.2, &self.recipient.1) {
            (Some(_), Some(_)) => "Intra-org",
            (Some(_), None) => "Outbound",
            _ => "Inbound",
        }
    }

    /// `Message-ID` header.
    pub fn internet_id(&self) -> String {
        format!("<{:x}@{}>", self.network_id >> 48, Self::domain_of(&self.sender.1))
    }

    /// The part of an address after its `@`.
    pub fn domain_of(address: &str) -> &str {
        address.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}
