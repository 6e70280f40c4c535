//! PATCH: what may be written, what is checked, and what a change brings with it.
//!
//! Graph documents the writable properties but neither transitions nor side effects. The lab lets any status follow
//! any other, and by default does what the portal documents: resolving an incident resolves its active alerts and
//! assigning it assigns them ([`LabOptions::cascade`](super::LabOptions) turns that off). That `null` or `""` clears
//! `assignedTo` is the lab's own rule: nothing is documented.

use super::reply::Problem;
use super::state::State;
use super::tenant::Tenant;
use super::wire::metadata::Metadata;
use crate::base::Timestamp;
use serde_json::{Map, Value};

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

/// Changes the incident `id` of `tenant`, which is `state`'s, locked by the caller so that it can answer what it wrote.
///
/// # Errors
/// 404 for an unknown id, 400 for a body that names or holds what cannot be written. Nothing is changed then.
pub fn incident(state: &State, tenant: &mut Tenant, id: &str, body: &Value, actor: &Actor<'_>) -> Result<(), Problem> {
    let incident = tenant.incidents.get_mut(id).and_then(Value::as_object_mut);
    let incident = incident.ok_or_else(|| Problem::not_found("Incident", id))?;
    let changes = read(body, INCIDENT)?;
    incident.extend(changes.clone());
    incident.insert("lastUpdateDateTime".to_owned(), actor.now.to_string().into());
    incident.insert("lastModifiedBy".to_owned(), format!("API-App:{}", actor.name).into());
    let changed = if state.options.cascade { cascade(tenant, id, &changes, actor) } else { Vec::new() };
    let mut purview = state.purview();
    for id in &changed {
        if let Some(alert) = tenant.alerts.get(id) {
            purview.follow(id, &alert, actor.now, state.options.purview_delay);
        }
    }
    Ok(())
}

/// Changes the alert `id`.
///
/// # Errors
/// As [`incident`].
pub fn alert(state: &State, tenant: &mut Tenant, id: &str, body: &Value, actor: &Actor<'_>) -> Result<(), Problem> {
    let alert = tenant.alerts.get_mut(id).ok_or_else(|| Problem::not_found("Alert", id))?;
    let changes = read(body, ALERT)?;
    apply_to_alert(alert, changes, actor);
    state.purview().follow(id, alert, actor.now, state.options.purview_delay);
    Ok(())
}

/// Carries an incident's new status and assignee to its alerts; the ids of those that changed.
fn cascade(tenant: &mut Tenant, incident: &str, changes: &Map<String, Value>, actor: &Actor<'_>) -> Vec<String> {
    let resolves = changes.get("status").and_then(Value::as_str) == Some("resolved");
    let assigned = changes.get("assignedTo");
    let mut changed = Vec::new();
    let ids: Vec<String> = tenant.alerts.of_incident(incident).map(|(id, _)| id.clone()).collect();
    for id in ids {
        let Some(alert) = tenant.alerts.get_mut(&id) else { continue };
        let mut carried = Map::new();
        if resolves && alert.get("status").and_then(Value::as_str) != Some("resolved") {
            carried.insert("status".to_owned(), "resolved".into());
        }
        if let Some(assignee) = assigned {
            carried.insert("assignedTo".to_owned(), assignee.clone());
        }
        if !carried.is_empty() {
            apply_to_alert(alert, carried, actor);
            changed.push(id);
        }
    }
    changed
}

fn apply_to_alert(alert: &mut Value, changes: Map<String, Value>, actor: &Actor<'_>) {
    let Some(alert) = alert.as_object_mut() else { return };
    let before = alert.get("status").cloned();
    alert.extend(changes);
    let status = alert.get("status").cloned();
    if status != before {
        let resolved = status.as_ref().and_then(Value::as_str) == Some("resolved");
        let at = if resolved { actor.now.to_string().into() } else { Value::Null };
        alert.insert("resolvedDateTime".to_owned(), at);
    }
    alert.insert("lastUpdateDateTime".to_owned(), actor.now.to_string().into());
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
