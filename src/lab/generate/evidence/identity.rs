//! Properties of accounts, sessions and groups.

use super::{Entity, Evidence};
use crate::base::Timestamp;
use crate::lab::generate::assets::Assets;
use crate::lab::generate::devices::Device;
use crate::lab::generate::people::Person;
use crate::lab::generate::random::guid_text;
use crate::lab::generate::sign_ins::SignIn;
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// A user account, inside other properties.
pub(super) fn account(person: &Person, tenant: &str) -> Json {
    json!({
        "accountName": &*person.account_name,
        "activeDirectoryObjectGuid": &*person.directory_guid,
        "azureAdUserId": &*person.object_id,
        "displayName": &*person.display_name,
        "domainName": Assets::get().organisation.nt_domain,
        "resourceAccessEvents": [],
        "tenantId": tenant,
        "userPrincipalName": &*person.upn,
        "userSid": &*person.sid,
    })
}

/// `mailboxEvidence`.
pub(super) fn mailbox(person: &Person, tenant: &str) -> Json {
    json!({
        "displayName": &*person.display_name,
        "primaryAddress": &*person.upn,
        "upn": &*person.upn,
        "userAccount": account(person, tenant),
    })
}

/// `userEvidence` inside other evidence.
fn user(person: &Arc<Person>, at: Timestamp, tenant: &str) -> Json {
    Evidence::of(Entity::User(Arc::clone(person))).resource(at, tenant)
}

/// `cloudLogonSessionEvidence`.
pub(super) fn cloud_session(fact: &SignIn, at: Timestamp, tenant: &str) -> Json {
    json!({
        "account": user(&fact.person, at, tenant),
        "browser": fact.client.browser,
        "deviceName": fact.device.as_ref().map(|device| &*device.name),
        "operatingSystem": fact.client.os,
        "previousLogonDateTime": null,
        "protocol": "OAuth2",
        "sessionId": guid_text(fact.session),
        "startUtcDateTime": fact.at,
        "userAgent": fact.client.user_agent,
    })
}

/// `hostLogonSessionEvidence`.
pub(super) fn host_session(
    (person, device): (&Arc<Person>, &Arc<Device>),
    (start, end): (Timestamp, Timestamp),
    at: Timestamp,
    tenant: &str,
) -> Json {
    json!({
        "account": user(person, at, tenant),
        "endUtcDateTime": end,
        "host": Evidence::of(Entity::Device(Arc::clone(device), Arc::clone(person))).resource(at, tenant),
        "sessionId": format!("0x{:x}", start.ticks() % 0x7fff_ffff),
        "startUtcDateTime": start,
    })
}

/// `securityGroupEvidence` of the group with that id, SID and name.
pub(super) fn group(id: u128, sid: &str, name: &str) -> Json {
    let domain = &Assets::get().organisation.domain;
    let parts: Vec<String> = domain.split('.').map(|part| format!("DC={part}")).collect();
    json!({
        "activeDirectoryObjectGuid": guid_text(id),
        "displayName": name,
        "distinguishedName": format!("CN={name},OU=Groups,{}", parts.join(",")),
        "friendlyName": name,
        "securityGroupId": guid_text(id),
        "sid": sid,
    })
}
