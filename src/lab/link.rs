//! The portal's "link to incident": an analyst makes an alert of what a query found. Graph has no call for it.
//!
//! Documented: such an alert's detection source is manual, and it never reaches Purview. The rest is invented.

use super::identity::SignedIn;
use super::merge::web_url;
use super::tenant::Tenant;
use super::update;
use crate::base::Timestamp;
use serde_json::{Value, json};

/// What the analyst says of the alert.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// Its title.
    pub title: &'a str,
    /// Its severity, one of Graph's four.
    pub severity: &'a str,
    /// The user it is about.
    pub user: Option<&'a SignedIn>,
}

/// Why nothing was linked.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub enum LinkError {
    /// There is none, or it was merged away.
    #[error("no such incident to link to")]
    Incident,
    /// No such severity.
    #[error("severity is informational, low, medium or high")]
    Severity,
}

/// Links an alert to the incident `id` at `now`; its id.
///
/// # Errors
/// An incident or severity that there is not. Nothing is changed then.
pub fn to_incident(tenant: &mut Tenant, id: &str, said: Said<'_>, now: Timestamp) -> Result<String, LinkError> {
    let incident = tenant.incidents.head(id).filter(|head| head.text("status") != Some("redirected"));
    incident.ok_or(LinkError::Incident)?;
    if update::rank(said.severity) == 0 {
        return Err(LinkError::Severity);
    }
    let evidence: Vec<Value> = said.user.map(|user| evidence(user, now)).into_iter().collect();
    let provider = format!("{:032x}", tenant.alerts.taken().count());
    let alert_id = format!("ea{provider}");
    let alert = json!({
        "id": alert_id,
        "providerAlertId": provider,
        "incidentId": id,
        "tenantId": tenant.id,
        "status": "new",
        "severity": said.severity,
        "classification": "unknown",
        "determination": "unknown",
        "serviceSource": "microsoft365Defender",
        "detectionSource": "manual",
        "productName": "Microsoft Defender XDR",
        "title": said.title,
        "category": "SuspiciousActivity",
        "createdDateTime": now,
        "lastUpdateDateTime": now,
        "firstActivityDateTime": now,
        "lastActivityDateTime": now,
        "alertWebUrl": format!("https://security.microsoft.com/alerts/{alert_id}?tid={}", tenant.id),
        "incidentWebUrl": web_url(&tenant.id, id),
        "evidence": evidence,
    });
    tenant.alerts.insert_first(alert_id.clone(), alert);
    update::follow_alerts(tenant, id, now);
    Ok(alert_id)
}

/// The user as evidence.
fn evidence(user: &SignedIn, now: Timestamp) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.security.userEvidence",
        "createdDateTime": now,
        "verdict": "suspicious",
        "remediationStatus": "none",
        "userAccount": { "azureAdUserId": user.id, "userPrincipalName": user.upn },
    })
}
