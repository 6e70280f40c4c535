//! What people do after the anchor: colleagues in the SOC work on incidents, and a Purview user on alerts.

use super::entities::Head;
use super::generate::random::Random;
use super::purview::Move;
use super::schedule::{Change, Colleague, Coming, Deed};
use super::tenant::{LabConfig, Tenant};
use crate::base::{TimeSpan, Timestamp};
use serde_json::json;
use std::collections::BTreeMap;

/// How much of the future a living tenant has, in hours of the lab's.
pub const HOURS: u32 = 48;
/// How fast the clock of a living tenant goes where nothing else is said.
pub const SPEED: f64 = 60.0;

/// Of 100 incidents that come in, those that a colleague takes.
const TAKEN_PERCENT: usize = 55;
/// Of 100 that a colleague took, those that get resolved.
const RESOLVED_PERCENT: usize = 70;
/// Of 100 insider risk alerts, those that the Purview user decides on.
const DECIDED_PERCENT: usize = 25;

/// Of 100 incidents that bear the name of an earlier one, those that get merged with it where neither is taken.
const MERGED_PERCENT: usize = 60;

/// What colleagues say.
const REMARKS: [&str; 4] = [
    "Called the user; waiting for an answer.",
    "Same pattern as last week, checking the device.",
    "Asked the data owner whether this was agreed.",
    "Nothing else on this account in the last month.",
];

/// How colleagues close incidents: classification, determination, comment.
const CLOSURES: [(&str, &str, &str); 4] = [
    ("truePositive", "phishing", "Mails purged, sender blocked."),
    ("informationalExpectedActivity", "confirmedActivity", "The user's manager confirmed it."),
    ("falsePositive", "notMalicious", "The rule is too wide; told its owner."),
    ("truePositive", "compromisedAccount", "Password reset, sessions revoked."),
];

/// Plans what people do in `tenant`, whose future is still in view.
pub fn plan(tenant: &mut Tenant, config: &LabConfig) {
    let mut coming = Vec::new();
    let colleagues = colleagues(tenant);
    for (id, incident) in tenant.incidents.heads() {
        let mut random = Random::stream(config.seed, &format!("live/colleague/{id}"));
        let created = incident.text("createdDateTime").and_then(|at| at.parse().ok());
        let is_open = incident.text("status") == Some("active")
            && incident.property("assignedTo").is_none_or(serde_json::Value::is_null);
        let Some(created) = created.filter(|at: &Timestamp| *at > config.anchor && is_open) else { continue };
        // Insider risk is the analyst's own field.
        if tenant.alerts.of_incident(id).any(|(_, alert)| is_insider_risk(alert)) {
            continue;
        }
        if !colleagues.is_empty() && random.chance(TAKEN_PERCENT) {
            let upn = random.pick(&colleagues).clone();
            coming.extend(work(&mut random, &upn, id, created));
        }
    }
    coming.extend(merges(tenant, config, &colleagues));
    for (id, alert) in tenant.alerts.heads() {
        let mut random = Random::stream(config.seed, &format!("live/purview/{id}"));
        let is_open = alert.text("status") != Some("resolved");
        if is_open && is_insider_risk(alert) && random.chance(DECIDED_PERCENT) {
            let created = alert.text("createdDateTime").and_then(|at| at.parse().ok()).unwrap_or(config.anchor);
            let at = created.max(config.anchor) + random.seconds(3_600, 36_000);
            let decision = if random.chance(40) { Move::Confirm } else { Move::Dismiss };
            coming.push((at, Change::Purview(id.clone(), decision)));
        }
    }
    tenant.coming.extend(coming);
}

fn is_insider_risk(alert: Head<'_>) -> bool {
    alert.text("detectionSource") == Some("microsoftInsiderRiskManagement")
}

/// Now and then a colleague finds that two incidents of one name which came in one after the other are one.
fn merges(tenant: &Tenant, config: &LabConfig, colleagues: &[String]) -> Vec<Coming> {
    let mut random = Random::stream(config.seed, "live/merges");
    let mut last_of: BTreeMap<&str, &str> = BTreeMap::new();
    let mut coming = Vec::new();
    // Oldest first.
    for (id, incident) in tenant.incidents.heads().rev() {
        let created = incident.text("createdDateTime").and_then(|at| at.parse::<Timestamp>().ok());
        let Some(created) = created.filter(|created| *created > config.anchor) else { continue };
        let Some(name) = incident.text("displayName") else { continue };
        if let Some(earlier) = last_of.insert(name, id)
            && !colleagues.is_empty()
            && random.chance(MERGED_PERCENT)
        {
            let upn = random.pick(colleagues).clone();
            let (incident, deed) = (earlier.to_owned(), Deed::Merge(id.clone()));
            let at = created + random.seconds(120, 900);
            coming.push((at, Change::Colleague(Colleague { upn, incident, deed })));
        }
    }
    coming
}

/// The addresses of the security department's people, but for the first, who is the lab's analyst.
fn colleagues(tenant: &Tenant) -> Vec<String> {
    let text = |user: &serde_json::Value, name: &str| {
        user.get(name).and_then(|text| text.as_str()).unwrap_or_default().to_owned()
    };
    let security = tenant.users.values().filter(|user| text(user, "department").to_lowercase().contains("security"));
    security.skip(1).map(|user| text(&user, "userPrincipalName")).collect()
}

/// A colleague takes the incident, says something and, mostly, closes it.
fn work(random: &mut Random, upn: &str, incident: &str, created: Timestamp) -> Vec<Coming> {
    let mut at = created;
    let mut deeds = vec![
        Deed::Write(json!({ "assignedTo": upn, "status": "inProgress" })),
        Deed::Comment((*random.pick(&REMARKS)).to_owned()),
    ];
    if random.chance(RESOLVED_PERCENT) {
        let (classification, determination, why) = *random.pick(&CLOSURES);
        deeds.push(Deed::Write(json!({
            "status": "resolved",
            "classification": classification,
            "determination": determination,
            "resolvingComment": why,
        })));
    }
    let mut coming = Vec::new();
    for deed in deeds {
        at = at + TimeSpan::minutes(3) + random.seconds(0, 3_600);
        let (upn, incident) = (upn.to_owned(), incident.to_owned());
        coming.push((at, Change::Colleague(Colleague { upn, incident, deed })));
    }
    coming
}
