//! Entra's audit as Graph serves it: sign-ins that people made themselves, detections of risk, and what became of users
//! at risk. The facts are those of the hunting tables.

use super::noise;
use super::people::People;
use super::random::guid_text;
use super::sign_ins::{RiskLevel, SignIn};
use super::world::World;
use crate::base::Timestamp;
use crate::lab::entities::{Compact, Deferred, Entities, Maker};
use crate::lab::tenant::LabConfig;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What sign-ins are filtered and sorted by.
const HEAD: [&str; 9] = [
    "id",
    "createdDateTime",
    "userId",
    "userPrincipalName",
    "appDisplayName",
    "appId",
    "ipAddress",
    "isInteractive",
    "riskLevelDuringSignIn",
];

/// Sign-ins of stories and alerts that have happened by now.
fn happened(world: &World) -> impl Iterator<Item = &Arc<SignIn>> {
    world.sign_ins.iter().filter(|fact| fact.at <= world.now())
}

/// Makes sign-ins whole.
#[derive(Debug)]
struct SignIns {
    facts: Vec<Arc<SignIn>>,
    tenant_id: Arc<str>,
}

impl Maker for SignIns {
    fn head(&self) -> &'static [&'static str] {
        &HEAD
    }

    fn whole(&self, key: u32) -> Json {
        self.facts.get(key as usize).map_or(Json::Null, |fact| resource(fact, &self.tenant_id))
    }
}

/// `auditLogs/signIns` by id, newest first: all of the stories and alerts, and the interactive ones of ordinary days.
/// They are many, and made when they are first asked for.
pub fn sign_ins(world: &World) -> Deferred {
    let (told, config, until, now) = (world.sign_ins.clone(), world.config, world.until, world.now());
    let (people, tenant_id) = (Arc::clone(&world.people), Arc::clone(&world.tenant_id));
    // Ordinary days go on at once where they go on at all.
    let everyday = (until > now).then_some(now);
    let ahead = told.iter().map(|fact| fact.at).filter(|at| *at > now).chain(everyday).min();
    let make = move || {
        let mut all = all_sign_ins(told, &config, until, &people, tenant_id);
        all.hide_coming(now);
        all
    };
    Deferred::new(make, ahead)
}

/// The sign-ins `told` already and those of ordinary days.
fn all_sign_ins(
    told: Vec<Arc<SignIn>>,
    config: &LabConfig,
    until: Timestamp,
    people: &People,
    tenant_id: Arc<str>,
) -> Entities {
    let mut facts = told;
    for person in &people.all {
        let ordinary = noise::sign_ins::of(config, until, person);
        facts.extend(ordinary.into_iter().filter(|fact| fact.is_interactive).map(Arc::new));
    }
    facts.sort_by_key(|fact| (std::cmp::Reverse(fact.at), fact.request));
    let mut shared: BTreeMap<String, Arc<Json>> = BTreeMap::new();
    let mut text = |text: &str| Arc::clone(shared.entry(text.to_owned()).or_insert_with(|| Arc::new(json!(text))));
    let heads: Vec<(String, Box<[Arc<Json>]>)> = facts
        .iter()
        .map(|fact| {
            let id = guid_text(fact.request);
            let head = [
                Arc::new(json!(id)),
                Arc::new(json!(fact.at)),
                text(&fact.person.object_id),
                text(&fact.person.upn),
                text(fact.application.name),
                text(fact.application.id),
                text(&fact.network.ip),
                Arc::new(json!(fact.is_interactive)),
                text(fact.risk.graph()),
            ];
            (id, Box::new(head) as Box<[Arc<Json>]>)
        })
        .collect();
    let mut entities = Entities::made_by(Arc::new(SignIns { facts, tenant_id }));
    for (key, (id, head)) in heads.into_iter().enumerate() {
        entities.insert_compact(id, Compact::new(key as u32, &HEAD, head));
    }
    entities
}

/// Where a sign-in came from.
fn location(fact: &SignIn) -> Json {
    let network = &fact.network;
    let degrees = |text: &str| text.parse::<f64>().ok();
    json!({
        "city": network.city,
        "countryOrRegion": network.country,
        "geoCoordinates": {
            "altitude": null,
            "latitude": degrees(network.coordinates.0),
            "longitude": degrees(network.coordinates.1),
        },
        "state": null,
    })
}

fn resource(fact: &SignIn, tenant_id: &str) -> Json {
    let person = &fact.person;
    let (access, _) = fact.conditional_access();
    let device = fact.device.as_ref();
    json!({
        "id": guid_text(fact.request),
        "appDisplayName": fact.application.name,
        "appId": fact.application.id,
        "appliedConditionalAccessPolicies": [],
        "authenticationAppDeviceDetails": null,
        "clientAppUsed": fact.client.app,
        "conditionalAccessStatus": access,
        "correlationId": guid_text(fact.correlation),
        "createdDateTime": fact.at,
        "deviceDetail": {
            "browser": fact.client.browser,
            "deviceId": device.map_or_else(String::new, |device| guid_text(device.entra_id)),
            "displayName": device.map_or("", |device| &device.name),
            "isCompliant": device.is_some(),
            "isManaged": device.is_some(),
            "operatingSystem": fact.client.os,
            "trustType": if device.is_some() { "Hybrid Azure AD joined" } else { "" },
        },
        "homeTenantId": tenant_id,
        "ipAddress": &*fact.network.ip,
        "isInteractive": fact.is_interactive,
        "location": location(fact),
        "resourceDisplayName": fact.application.resource,
        "resourceId": fact.application.resource_id,
        "resourceTenantId": tenant_id,
        "riskDetail": risk_detail(fact),
        "riskEventTypes": fact.risk_events,
        "riskEventTypes_v2": fact.risk_events,
        "riskLevelAggregated": fact.risk.graph(),
        "riskLevelDuringSignIn": fact.risk.graph(),
        "riskState": fact.risk_state().0,
        "servicePrincipalId": "",
        "servicePrincipalName": null,
        "status": {
            "additionalDetails": fact.is_multi_factor.then_some("MFA completed in Azure AD"),
            "errorCode": fact.failure.map_or(0, |failure| failure.code),
            "failureReason": fact.failure.map_or("Other.", |failure| failure.reason),
        },
        "userAgent": fact.client.user_agent,
        "userDisplayName": &*person.display_name,
        "userId": &*person.object_id,
        "userPrincipalName": &*person.upn,
    })
}

fn risk_detail(fact: &SignIn) -> &'static str {
    if fact.risk_state().0 == "remediated" { "userPassedMFADrivenByRiskBasedPolicy" } else { "none" }
}

/// `identityProtection/riskDetections` by id, newest first: one a reason of a risky sign-in.
pub fn risk_detections(world: &World) -> Entities {
    let mut risky: Vec<&Arc<SignIn>> = happened(world).filter(|fact| fact.risk > RiskLevel::None).collect();
    risky.sort_by_key(|fact| (std::cmp::Reverse(fact.at), fact.request));
    let of = |fact: &Arc<SignIn>| {
        let fact = Arc::clone(fact);
        fact.risk_events
            .iter()
            .enumerate()
            .map(move |(number, reason)| {
                // Told apart from the sign-in's own id by a number in its last place.
                let id = guid_text(fact.request ^ (number as u128 + 1));
                (id.clone(), detection(&fact, &id, reason))
            })
            .collect::<Vec<_>>()
    };
    risky.into_iter().flat_map(of).collect()
}

fn detection(fact: &SignIn, id: &str, reason: &str) -> Json {
    let person = &fact.person;
    let additional = json!([{ "Key": "userAgent", "Value": fact.client.user_agent }]);
    json!({
        "id": id,
        "activity": "signin",
        "activityDateTime": fact.at,
        "additionalInfo": additional.to_string(),
        "correlationId": guid_text(fact.correlation),
        "detectedDateTime": fact.at,
        "detectionTimingType": if reason == "unlikelyTravel" { "offline" } else { "realtime" },
        "ipAddress": &*fact.network.ip,
        "lastUpdatedDateTime": fact.at,
        "location": location(fact),
        "requestId": guid_text(fact.request),
        "riskDetail": risk_detail(fact),
        "riskEventType": reason,
        "riskLevel": fact.risk.graph(),
        "riskState": fact.risk_state().0,
        "source": "IdentityProtection",
        "tokenIssuerType": "AzureAD",
        "userDisplayName": &*person.display_name,
        "userId": &*person.object_id,
        "userPrincipalName": &*person.upn,
    })
}

/// `identityProtection/riskyUsers/{id}/history` by the user's object id, newest first: each risky sign-in, and the
/// state they are in now where that is another.
pub fn risky_history(world: &World) -> BTreeMap<String, Vec<Json>> {
    let mut histories: BTreeMap<String, Vec<Json>> = BTreeMap::new();
    let mut facts: Vec<&Arc<SignIn>> = happened(world).filter(|fact| fact.risk > RiskLevel::None).collect();
    facts.sort_by_key(|fact| (std::cmp::Reverse(fact.at), fact.request));
    for person in &world.people.all {
        let Some(risk) = world.risk_of(person) else { continue };
        let item = |at: Timestamp, level: &str, state: &str, detail: &str, reasons: &[&str], by: Option<&str>| {
            json!({
                "id": format!("{}{}", person.object_id, at.ticks()),
                "activity": { "detail": detail, "riskEventTypes": reasons },
                "initiatedBy": by,
                "isDeleted": false,
                "isProcessing": false,
                "riskDetail": detail,
                "riskLastUpdatedDateTime": at,
                "riskLevel": level,
                "riskState": state,
                "userDisplayName": &*person.display_name,
                "userId": &*person.object_id,
                "userPrincipalName": &*person.upn,
            })
        };
        let mut history: Vec<Json> = Vec::new();
        let own = facts.iter().filter(|fact| fact.person.object_id == person.object_id);
        let latest = own.clone().next().map(|fact| fact.at);
        if risk.state != "atRisk" || latest.is_none_or(|at| at != risk.updated) {
            let by = (risk.detail.starts_with("admin")).then_some("Security Operations");
            history.push(item(risk.updated, risk.level, risk.state, risk.detail, &[], by));
        }
        history.extend(own.map(|fact| item(fact.at, fact.risk.graph(), "atRisk", "none", fact.risk_events, None)));
        histories.insert(person.object_id.to_string(), history);
    }
    histories
}
