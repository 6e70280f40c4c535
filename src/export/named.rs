//! What the evidence of an alert names, each thing once, in the order it comes.

use crate::base::Untrusted;
use crate::model::evidence::Account;
use crate::model::{Alert, EvidenceKind};

/// Lists of what is named.
#[derive(Debug, Default)]
pub struct Named<'a> {
    /// People.
    pub accounts: Vec<&'a Account>,
    /// Devices.
    pub devices: Vec<Device<'a>>,
    /// Files.
    pub files: Vec<File<'a>>,
    /// IP addresses.
    pub addresses: Vec<&'a str>,
    /// URLs.
    pub urls: Vec<&'a str>,
    /// Processes: image, command line.
    pub processes: Vec<(&'a str, &'a str)>,
    /// Cloud applications.
    pub applications: Vec<&'a str>,
}

/// A device.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Device<'a> {
    /// Fully qualified DNS name.
    pub name: &'a str,
    /// Defender for Endpoint's id.
    pub id: &'a str,
    /// Operating system.
    pub platform: &'a str,
}

/// A file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct File<'a> {
    /// Name.
    pub name: &'a str,
    /// Folder.
    pub folder: &'a str,
    /// SHA-256, hexadecimal.
    pub sha256: &'a str,
    /// Bytes.
    pub size: Option<i64>,
}

impl<'a> Named<'a> {
    /// What `alert` names.
    pub fn by(alert: &'a Alert) -> Self {
        let mut named = Self::default();
        for evidence in &alert.details().evidence {
            if let Some(account) = evidence.account() {
                let is_same = |known: &&Account| is_one(known, account);
                if !named.accounts.iter().any(is_same) {
                    named.accounts.push(account);
                }
            }
            match &evidence.kind {
                EvidenceKind::Device { dns_name, mde_device_id, os_platform, .. } => {
                    add(
                        &mut named.devices,
                        Device { name: dns_name.raw(), id: mde_device_id.raw(), platform: os_platform.raw() },
                    );
                }
                EvidenceKind::File { name, path, size, sha256 } => {
                    add(
                        &mut named.files,
                        File { name: name.raw(), folder: path.raw(), sha256: sha256.raw(), size: *size },
                    );
                }
                EvidenceKind::Ip { address, .. } => add_text(&mut named.addresses, address),
                EvidenceKind::Url(url) => add_text(&mut named.urls, url),
                EvidenceKind::Process { image, command_line, .. } => {
                    add(&mut named.processes, (image.raw(), command_line.raw()));
                }
                EvidenceKind::CloudApplication { display_name, .. } => add_text(&mut named.applications, display_name),
                EvidenceKind::User(_)
                | EvidenceKind::Mailbox { .. }
                | EvidenceKind::MailMessage { .. }
                | EvidenceKind::Other => {}
            }
        }
        named
    }
}

/// Whether both are one account: by object id where both have one, else by UPN, else by short name.
fn is_one(known: &Account, other: &Account) -> bool {
    let pairs = [
        (&known.entra_object_id, &other.entra_object_id),
        (&known.upn, &other.upn),
        (&known.account_name, &other.account_name),
    ];
    let told = pairs.into_iter().find(|(known, other)| !known.is_empty() && !other.is_empty());
    told.is_some_and(|(known, other)| known.raw().eq_ignore_ascii_case(other.raw()))
}

fn add<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

fn add_text<'a>(list: &mut Vec<&'a str>, text: &'a Untrusted) {
    if !text.is_empty() {
        add(list, text.raw());
    }
}
