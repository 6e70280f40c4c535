//! Properties of devices and of what is on them.

use super::identity::account;
use super::{Entity, Evidence, Program};
use crate::base::Timestamp;
use crate::lab::generate::assets::Assets;
use crate::lab::generate::content::Document;
use crate::lab::generate::devices::Device;
use crate::lab::generate::operations::Remote;
use crate::lab::generate::people::Person;
use crate::lab::generate::random::guid_text;
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// `deviceEvidence`.
pub(super) fn device_properties(device: &Device, person: &Person) -> Json {
    let organisation = &Assets::get().organisation;
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

/// `fileDetails`.
pub(super) fn details(document: &Document) -> Json {
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

/// `fileEvidence`.
pub(super) fn file(document: &Document, device: Option<&Device>) -> Json {
    json!({
        "detectionStatus": "detected",
        "fileDetails": details(document),
        "mdeDeviceId": device.map(|device| &*device.mde_id),
    })
}

/// `processEvidence`.
pub(super) fn process(program: &Program, device: &Device, person: &Person, tenant: &str) -> Json {
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

/// An address inside other evidence.
fn address(ip: &Arc<str>, at: Timestamp, tenant: &str) -> Json {
    Evidence::of(Entity::Ip(Arc::clone(ip), "")).resource(at, tenant)
}

/// `networkConnectionEvidence`.
pub(super) fn connection(device: &Device, remote: &Remote, at: Timestamp, tenant: &str) -> Json {
    json!({
        "destinationAddress": address(&remote.ip, at, tenant),
        "destinationPort": remote.port,
        "protocol": "tcp",
        "sourceAddress": address(&device.ip, at, tenant),
        "sourcePort": 49_152 + at.ticks() / 10_000_000 % 16_000,
    })
}

/// `dnsEvidence`.
pub(super) fn dns(device: &Device, remote: &Remote, at: Timestamp, tenant: &str) -> Json {
    json!({
        "dnsServerIp": address(&"10.20.0.10".into(), at, tenant),
        "domainName": &*remote.domain,
        "hostIpAddress": address(&device.ip, at, tenant),
        "ipAddresses": [address(&remote.ip, at, tenant)],
    })
}

/// `registryValueEvidence` of a value's key, name and data.
pub(super) fn registry_value(device: &Device, [key, name, data]: &[Arc<str>; 3]) -> Json {
    let (hive, key) = hive(key);
    json!({
        "mdeDeviceId": &*device.mde_id,
        "registryHive": hive,
        "registryKey": key,
        "registryValue": &**data,
        "registryValueName": &**name,
        "registryValueType": "String",
    })
}

/// `registryKeyEvidence`.
pub(super) fn registry_key(key: &str) -> Json {
    let (hive, key) = hive(key);
    json!({ "registryHive": hive, "registryKey": key })
}

/// Hive and rest of a key.
fn hive(key: &str) -> (&str, &str) {
    key.split_once('\\').unwrap_or(("HKEY_LOCAL_MACHINE", key))
}
