//! What merging incidents and moving alerts does to a tenant.
//! <https://learn.microsoft.com/graph/api/security-incident-mergeincidents>
//!
//! Documented: the answer names the incident that remains, the others become `redirected` and name it, and each alert
//! belongs to one incident. Invented: that the incident created first remains and takes the highest severity, and that
//! an incident made for moved alerts bears the title of the first. The portal documents that a merge gives the incident
//! that remains a new name in place of one that someone set; that it is the title of its gravest alert is invented.
//! Whether a severity that someone set outlasts a merge is not documented: here it does.

use super::entities::Head;
use super::reply::Problem;
use super::tenant::Tenant;
use super::update::{self, Actor};
use serde_json::{Map, Value, json};
use std::cmp::Reverse;

/// Merges the incidents `ids` with a comment on the one that remains; its id.
///
/// # Errors
/// Fewer than two different ids, an unknown one, or one that was merged away already. Nothing is changed then.
pub fn incidents(
    tenant: &mut Tenant,
    ids: &[String],
    comment: Option<&str>,
    actor: &Actor<'_>,
) -> Result<String, Problem> {
    let mut ids: Vec<&String> = ids.iter().collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.len() < 2 {
        return Err(Problem::new(400, "BadRequest", "At least two different incidents are needed to merge."));
    }
    for id in &ids {
        open_incident(tenant, id)?;
    }
    let created = |id: &str| tenant.incidents.head(id).and_then(|head| head.text("createdDateTime")).map(str::to_owned);
    let target = ids.iter().min_by_key(|id| (created(id), id.len(), **id)).map(|id| (*id).clone()).unwrap_or_default();
    for source in ids.into_iter().filter(|id| **id != target) {
        redirect(tenant, source, &target, actor);
    }
    rename(tenant, &target);
    if let Some(incident) = touched(tenant, &target, actor) {
        add_comment(incident, comment, actor);
    }
    Ok(target)
}

/// Sends the alerts of the incident `source` to `target` and leaves a signpost.
fn redirect(tenant: &mut Tenant, source: &str, target: &str, actor: &Actor<'_>) {
    let alerts: Vec<String> = tenant.alerts.of_incident(source).map(|(id, _)| id.clone()).collect();
    for id in alerts {
        regroup(tenant, &id, target, None, actor);
    }
    let mut severity = None;
    if let Some(incident) = touched(tenant, source, actor) {
        incident.insert("status".to_owned(), "redirected".into());
        incident.insert("redirectIncidentId".to_owned(), target.into());
        severity = incident.get("severity").cloned();
    }
    if tenant.severity_set.contains(target) {
        return;
    }
    if let (Some(severity), Some(incident)) = (severity, touched(tenant, target, actor))
        && rank(&severity) > rank(incident.get("severity").unwrap_or(&Value::Null))
    {
        incident.insert("severity".to_owned(), severity);
    }
}

/// Gives the incident `id` a new name of its alerts' where someone had renamed it.
fn rename(tenant: &mut Tenant, id: &str) {
    let severity = |alert: Head<'_>| update::rank(alert.text("severity").unwrap_or_default());
    // Of equally grave ones the newest.
    let gravest = tenant.alerts.of_incident(id).min_by_key(|(_, alert)| Reverse(severity(*alert)));
    let Some(title) = gravest.and_then(|(_, alert)| alert.text("title")).map(str::to_owned) else { return };
    if tenant.renamed.remove(id)
        && let Some(Value::Object(incident)) = tenant.incidents.get_mut(id)
    {
        incident.insert("displayName".to_owned(), title.into());
    }
}

/// Moves the alerts `ids`, with a comment on each, to `incident`, or to a new one; the id of the incident.
///
/// # Errors
/// An unknown alert or incident, or an incident that was merged away. Nothing is changed then.
pub fn alerts(
    tenant: &mut Tenant,
    ids: &[String],
    incident: Option<&str>,
    comment: Option<&str>,
    actor: &Actor<'_>,
) -> Result<String, Problem> {
    if let Some(unknown) = ids.iter().find(|id| !tenant.alerts.contains_key(id)) {
        return Err(Problem::not_found("Alert", unknown));
    }
    let target = match incident {
        Some(id) => {
            open_incident(tenant, id)?;
            id.to_owned()
        }
        None => new_incident(tenant, ids.first().map_or("", String::as_str), actor),
    };
    for id in ids {
        if let Some(left) = tenant.alerts.head(id).and_then(|head| head.text("incidentId")).map(str::to_owned) {
            touched(tenant, &left, actor);
        }
        regroup(tenant, id, &target, comment, actor);
    }
    touched(tenant, &target, actor);
    Ok(target)
}

/// Refuses an incident that is not there or no longer itself.
fn open_incident(tenant: &Tenant, id: &str) -> Result<(), Problem> {
    let incident = tenant.incidents.head(id).ok_or_else(|| Problem::not_found("Incident", id))?;
    if incident.text("status") == Some("redirected") {
        return Err(Problem::new(400, "BadRequest", format!("Incident '{id}' has been merged into another one.")));
    }
    Ok(())
}

fn regroup(tenant: &mut Tenant, alert: &str, incident: &str, comment: Option<&str>, actor: &Actor<'_>) {
    tenant.alerts.regroup(alert, incident);
    let url = web_url(&tenant.id, incident);
    if let Some(alert) = tenant.alerts.get_mut(alert).and_then(Value::as_object_mut) {
        alert.insert("incidentWebUrl".to_owned(), url.into());
        alert.insert("lastUpdateDateTime".to_owned(), actor.now.to_string().into());
        add_comment(alert, comment, actor);
    }
}

/// The incident called `id`, to change, noted as changed by `actor`.
fn touched<'a>(tenant: &'a mut Tenant, id: &str, actor: &Actor<'_>) -> Option<&'a mut Map<String, Value>> {
    let incident = tenant.incidents.get_mut(id)?.as_object_mut()?;
    incident.insert("lastUpdateDateTime".to_owned(), actor.now.to_string().into());
    incident.insert("lastModifiedBy".to_owned(), format!("API-App:{}", actor.name).into());
    Some(incident)
}

fn add_comment(resource: &mut Map<String, Value>, comment: Option<&str>, actor: &Actor<'_>) {
    let Some(comment) = comment else { return };
    let all = resource.entry("comments").or_insert_with(|| json!([]));
    if let Some(all) = all.as_array_mut() {
        let by = actor.name;
        let at = actor.now.to_string();
        all.push(json!({ "comment": comment, "createdByDisplayName": by, "createdDateTime": at }));
    }
}

/// Opens an incident for `alert`; its id follows the highest.
fn new_incident(tenant: &mut Tenant, alert: &str, actor: &Actor<'_>) -> String {
    let highest = tenant.incidents.taken().filter_map(|id| id.parse::<u64>().ok()).max().unwrap_or_default();
    let id = (highest + 1).to_string();
    let alert = tenant.alerts.get(alert).map(std::borrow::Cow::into_owned).unwrap_or_default();
    let now = actor.now.to_string();
    let incident = json!({
        "id": id,
        "tenantId": tenant.id,
        "status": "active",
        "incidentWebUrl": web_url(&tenant.id, &id),
        "displayName": alert.get("title"),
        "createdDateTime": now,
        "lastUpdateDateTime": now,
        "classification": "unknown",
        "determination": "unknown",
        "severity": alert.get("severity").cloned().unwrap_or_else(|| "unknown".into()),
        "lastModifiedBy": format!("API-App:{}", actor.name),
        "comments": [],
    });
    tenant.incidents.insert_first(id.clone(), incident);
    id
}

pub(super) fn web_url(tenant: &str, incident: &str) -> String {
    format!("https://security.microsoft.com/incident2/{incident}/overview?tid={tenant}")
}

/// How severe a severity is.
fn rank(severity: &Value) -> usize {
    update::rank(severity.as_str().unwrap_or_default())
}
