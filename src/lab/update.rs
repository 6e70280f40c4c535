//! PATCH: what may be written, what is checked, and what a change brings with it.
//!
//! Graph documents the writable properties but neither transitions nor side effects. The lab lets any status follow
//! any other, and by default does what the portal documents: resolving an incident resolves its active alerts and
//! assigning it assigns them ([`LabOptions::cascade`](super::LabOptions) turns that off), and an incident's severity follows
//! its alerts until someone sets it. With [`LabOptions::patch_lag`](super::LabOptions) the answer of a PATCH shows what was
//! written, and a later reading the rest: dates, names, effects on alerts. That `null` or `""` clears
//! `assignedTo` is the lab's own rule: nothing is documented.

use super::entities::Head;
use super::generate::rows::Row;
use super::generate::rows::alerts::{self, AlertEvidence};
use super::purview::{Growth, PurviewState};
use super::reply::Problem;
use super::schedule::Change;
use super::state::State;
use super::tenant::Tenant;
use super::wire::metadata::Metadata;
use crate::base::Timestamp;
use serde_json::{Map, Value, json};

/// Who changes something, and when.
#[derive(Clone, Copy, Debug)]
pub struct Actor<'a> {
    /// The user, else the application.
    pub name: &'a str,
    /// The instant of the change.
    pub now: Timestamp,
}

/// What a writable property takes.
enum Takes {
    /// Text or null.
    Text,
    /// An address or null; empty counts as null.
    Assignee,
    /// A list of texts.
    Texts,
    /// An object of texts.
    Dictionary,
    /// One of the enum's members, except those that only the service sets.
    Member(&'static str, &'static [&'static str]),
}

const STATUS_BY_SERVICE: &[&str] = &["redirected", "awaitingAction", "unknown", "unknownFutureValue"];
const SENTINEL: &[&str] = &["unknownFutureValue"];

/// <https://learn.microsoft.com/graph/api/security-incident-update>
static INCIDENT: &[(&str, Takes)] = &[
    ("assignedTo", Takes::Assignee),
    ("classification", Takes::Member("microsoft.graph.security.alertClassification", SENTINEL)),
    ("customTags", Takes::Texts),
    ("description", Takes::Text),
    ("determination", Takes::Member("microsoft.graph.security.alertDetermination", SENTINEL)),
    ("displayName", Takes::Text),
    ("resolvingComment", Takes::Text),
    ("severity", Takes::Member("microsoft.graph.security.alertSeverity", SENTINEL)),
    ("status", Takes::Member("microsoft.graph.security.incidentStatus", STATUS_BY_SERVICE)),
    ("summary", Takes::Text),
];

/// <https://learn.microsoft.com/graph/api/security-alert-update>
static ALERT: &[(&str, Takes)] = &[
    ("assignedTo", Takes::Assignee),
    ("classification", Takes::Member("microsoft.graph.security.alertClassification", SENTINEL)),
    ("customDetails", Takes::Dictionary),
    ("determination", Takes::Member("microsoft.graph.security.alertDetermination", SENTINEL)),
    ("status", Takes::Member("microsoft.graph.security.alertStatus", STATUS_BY_SERVICE)),
];

/// What a PATCH brings with it beside its own changes.
#[derive(Clone, Debug)]
pub struct Settling {
    /// Id of the incident or alert.
    id: String,
    /// Whether it is an incident.
    is_incident: bool,
    /// What was written.
    changes: Map<String, Value>,
    /// Status before.
    status: Option<Value>,
    /// By whom.
    by: String,
}

/// Changes the incident `id` of `tenant`, which is `state`'s, locked by the caller so that it can answer what it wrote.
///
/// # Errors
/// 404 for an unknown id, 400 for a body that names or holds what cannot be written. Nothing is changed then.
pub fn incident(state: &State, tenant: &mut Tenant, id: &str, body: &Value, actor: &Actor<'_>) -> Result<(), Problem> {
    let incident = tenant.incidents.get_mut(id).and_then(Value::as_object_mut);
    let incident = incident.ok_or_else(|| Problem::not_found("Incident", id))?;
    let changes = read(body, INCIDENT)?;
    let status = incident.get("status").cloned();
    incident.extend(changes.clone());
    if changes.contains_key("severity") {
        tenant.severity_set.insert(id.to_owned());
    }
    if changes.contains_key("displayName") {
        tenant.renamed.insert(id.to_owned());
    }
    let settling = Settling { id: id.to_owned(), is_incident: true, changes, status, by: actor.name.to_owned() };
    settle_or_plan(state, tenant, settling, actor.now);
    Ok(())
}

/// Changes the alert `id`.
///
/// # Errors
/// As [`incident`].
pub fn alert(state: &State, tenant: &mut Tenant, id: &str, body: &Value, actor: &Actor<'_>) -> Result<(), Problem> {
    let alert = tenant.alerts.get_mut(id).and_then(Value::as_object_mut);
    let alert = alert.ok_or_else(|| Problem::not_found("Alert", id))?;
    let changes = read(body, ALERT)?;
    let status = alert.get("status").cloned();
    alert.extend(changes.clone());
    let settling = Settling { id: id.to_owned(), is_incident: false, changes, status, by: actor.name.to_owned() };
    settle_or_plan(state, tenant, settling, actor.now);
    Ok(())
}

fn settle_or_plan(state: &State, tenant: &mut Tenant, settling: Settling, now: Timestamp) {
    let lag = state.options.patch_lag;
    if lag.ticks() > 0 {
        state.schedule().plan([(now + lag, Change::Settle(settling))]);
    } else {
        settle(state, tenant, &settling, now);
    }
}

/// Does at `at` what a change brings with it: dates and names, an incident's effect on its alerts, Purview's turn.
pub(super) fn settle(state: &State, tenant: &mut Tenant, settling: &Settling, at: Timestamp) {
    let Settling { id, is_incident, changes, status, by } = settling;
    let changed = if *is_incident {
        if let Some(incident) = tenant.incidents.get_mut(id).and_then(Value::as_object_mut) {
            incident.insert("lastUpdateDateTime".to_owned(), at.to_string().into());
            incident.insert("lastModifiedBy".to_owned(), format!("API-App:{by}").into());
        }
        if state.options.cascade { cascade(tenant, id, changes, at) } else { Vec::new() }
    } else {
        if let Some(alert) = tenant.alerts.get_mut(id).and_then(Value::as_object_mut) {
            stamp(alert, status.as_ref(), at);
        }
        vec![id.clone()]
    };
    for id in changed {
        let Some(alert) = tenant.alerts.get(&id) else { continue };
        let coming = state.purview().follow(&id, &alert, at, state.options.purview_delay);
        state.schedule().plan(coming);
    }
}

/// Carries an incident's new status and assignee to its alerts; the ids of those that changed.
fn cascade(tenant: &mut Tenant, incident: &str, changes: &Map<String, Value>, at: Timestamp) -> Vec<String> {
    let resolves = changes.get("status").and_then(Value::as_str) == Some("resolved");
    let assigned = changes.get("assignedTo");
    let mut changed = Vec::new();
    let ids: Vec<String> = tenant.alerts.of_incident(incident).map(|(id, _)| id.clone()).collect();
    for id in ids {
        let Some(alert) = tenant.alerts.get_mut(&id).and_then(Value::as_object_mut) else { continue };
        let mut carried = Map::new();
        if resolves && alert.get("status").and_then(Value::as_str) != Some("resolved") {
            carried.insert("status".to_owned(), "resolved".into());
        }
        if let Some(assignee) = assigned {
            carried.insert("assignedTo".to_owned(), assignee.clone());
        }
        if !carried.is_empty() {
            let before = alert.get("status").cloned();
            alert.extend(carried);
            stamp(alert, before.as_ref(), at);
            changed.push(id);
        }
    }
    changed
}

/// Dates a change of `alert`, whose status was `before`.
fn stamp(alert: &mut Map<String, Value>, before: Option<&Value>, at: Timestamp) {
    let status = alert.get("status");
    if status != before {
        let resolved = status.and_then(Value::as_str) == Some("resolved");
        let resolved_at = if resolved { at.to_string().into() } else { Value::Null };
        alert.insert("resolvedDateTime".to_owned(), resolved_at);
    }
    alert.insert("lastUpdateDateTime".to_owned(), at.to_string().into());
}

/// Takes over what was decided on the alert `id` in Purview: status and classification by the mapping, and nothing where
/// they already come to the same.
pub(super) fn follow_purview(tenant: &mut Tenant, id: &str, decision: PurviewState, at: Timestamp) {
    let Some(alert) = tenant.alerts.get_mut(id) else { return };
    if PurviewState::of(Head::Whole(alert)) == decision {
        return;
    }
    let Some(alert) = alert.as_object_mut() else { return };
    let before = alert.get("status").cloned();
    let (status, classification) = decision.in_defender();
    alert.insert("status".to_owned(), status.into());
    alert.insert("classification".to_owned(), classification.into());
    if classification == "unknown" {
        alert.insert("determination".to_owned(), "unknown".into());
    }
    stamp(alert, before.as_ref(), at);
}

/// Counts more activity towards the open alert `id`: it is described anew, and what evidence it has not yet is added, to
/// the hunting tables too.
pub(super) fn grow(tenant: &mut Tenant, id: &str, growth: &Growth, at: Timestamp) {
    let Growth { alert: grown, count } = growth;
    let Some(alert) = tenant.alerts.get_mut(id).and_then(Value::as_object_mut) else { return };
    if alert.get("status").and_then(Value::as_str) == Some("resolved") {
        return;
    }
    for (name, value) in [
        ("severity", grown.severity.graph().to_owned()),
        ("description", grown.description.clone()),
        ("lastActivityDateTime", grown.last.to_string()),
        ("lastUpdateDateTime", at.to_string()),
    ] {
        alert.insert(name.to_owned(), value.into());
    }
    if let Some(Value::Object(additional)) = alert.get_mut("additionalData") {
        additional.insert("EventCount".to_owned(), count.to_string().into());
    }
    if let Some(Value::Array(evidence)) = alert.get_mut("evidence") {
        let known = evidence.len();
        evidence.extend(grown.evidence.iter().skip(known).map(|item| item.resource(at, &tenant.id)));
        tenant.tables.add(AlertEvidence::TABLE, alerts::further_evidence(grown, known, id, at));
    }
    let incident = alert.get("incidentId").and_then(Value::as_str).map(str::to_owned);
    if let Some(incident) = incident {
        follow_alerts(tenant, &incident, at);
    }
}

/// Gives the incident `id` the gravest severity of its alerts, unless someone set it, and dates the change to `at`.
pub(super) fn follow_alerts(tenant: &mut Tenant, id: &str, at: Timestamp) {
    let gravest = tenant.alerts.of_incident(id).filter_map(|(_, alert)| alert.text("severity"));
    let gravest = gravest.max_by_key(|severity| rank(severity)).map(str::to_owned);
    let is_set = tenant.severity_set.contains(id);
    let Some(incident) = tenant.incidents.get_mut(id).and_then(Value::as_object_mut) else { return };
    if let Some(gravest) = gravest.filter(|_| !is_set) {
        incident.insert("severity".to_owned(), gravest.into());
    }
    incident.insert("lastUpdateDateTime".to_owned(), at.to_string().into());
}

/// How grave a severity is.
pub(super) fn rank(severity: &str) -> usize {
    ["informational", "low", "medium", "high"].iter().position(|known| *known == severity).map_or(0, |at| at + 1)
}

/// Appends comments to an incident or alert and dates the change; all its comments.
pub(super) fn comment(resource: &mut Value, texts: &[String], actor: &Actor<'_>) -> Vec<Value> {
    let now = actor.now.to_string();
    let added =
        texts.iter().map(|text| json!({ "comment": text, "createdByDisplayName": actor.name, "createdDateTime": now }));
    let mut all = resource.get("comments").and_then(Value::as_array).cloned().unwrap_or_default();
    all.extend(added);
    if let Some(resource) = resource.as_object_mut() {
        resource.insert("comments".to_owned(), Value::Array(all.clone()));
        resource.insert("lastUpdateDateTime".to_owned(), now.into());
    }
    all
}

/// The changes of a PATCH body as they are stored.
fn read(body: &Value, writable: &[(&str, Takes)]) -> Result<Map<String, Value>, Problem> {
    let properties = body.as_object().ok_or_else(Problem::body)?;
    let mut changes = Map::new();
    for (name, value) in properties.iter().filter(|(name, _)| !name.contains("@odata.")) {
        let (_, takes) = writable.iter().find(|(known, _)| known == name).ok_or_else(Problem::body)?;
        changes.insert(name.clone(), takes.read(value).ok_or_else(Problem::body)?);
    }
    Ok(changes)
}

impl Takes {
    /// `value` as it is stored; `None` where it cannot be taken.
    fn read(&self, value: &Value) -> Option<Value> {
        match self {
            Self::Text => (value.is_string() || value.is_null()).then(|| value.clone()),
            Self::Assignee => match value {
                Value::Null => Some(Value::Null),
                Value::String(name) if name.trim().is_empty() => Some(Value::Null),
                Value::String(_) => Some(value.clone()),
                _ => None,
            },
            Self::Texts => value.as_array()?.iter().all(Value::is_string).then(|| value.clone()),
            Self::Dictionary => value.as_object()?.values().all(Value::is_string).then(|| value.clone()),
            Self::Member(name, reserved) => {
                let member = Metadata::get().enumeration(name)?.member(value.as_str()?)?;
                (!reserved.contains(&member)).then(|| member.into())
            }
        }
    }
}
