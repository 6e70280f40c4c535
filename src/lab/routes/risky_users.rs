//! `identityProtection/riskyUsers`.

use super::super::call::Call;
use super::super::entities::Head;
use super::super::odata::page::{Linked, single};
use super::super::odata::set::{RISKY_HISTORY, RISKY_USERS};
use super::super::odata::{Options, list as page};
use super::super::reply::{Problem, Reply};
use super::super::state::State;
use super::super::tenant::Tenant;
use super::{heads, texts};
use crate::base::Timestamp;
use serde_json::{Value, json};

/// `GET identityProtection/riskyUsers`.
pub fn list(state: &State, call: &Call) -> Result<Reply, Problem> {
    let options = Options::read(call, &RISKY_USERS)?;
    let tenant = state.tenant();
    let related = |_: &str, user: &Value| history_of(&tenant, user);
    Ok(page(state, call, &RISKY_USERS, heads(&tenant.risky_users), &related, &options))
}

/// `GET identityProtection/riskyUsers/{id}`: 404 for a user who was never at risk.
pub fn get(state: &State, call: &Call) -> Result<Reply, Problem> {
    let options = Options::read_single(call, &RISKY_USERS)?;
    let tenant = state.tenant();
    let user = tenant.risky_users.get(call.param(0)).ok_or_else(|| unknown(call.param(0)))?;
    let related = |_: &str, user: &Value| history_of(&tenant, user);
    Ok(single(state, call, &RISKY_USERS, &user, &related, &options))
}

/// `GET identityProtection/riskyUsers/{id}/history`.
pub fn history(state: &State, call: &Call) -> Result<Reply, Problem> {
    let options = Options::read(call, &RISKY_HISTORY)?;
    let tenant = state.tenant();
    let user = tenant.risky_users.get(call.param(0)).ok_or_else(|| unknown(call.param(0)))?;
    let items = history_of(&tenant, &user);
    Ok(page(state, call, &RISKY_HISTORY, items.iter().map(Linked::head), &super::nothing, &options))
}

/// `POST identityProtection/riskyUsers/dismiss`.
pub fn dismiss(state: &State, call: &Call) -> Result<Reply, Problem> {
    decide(state, call, &Decision { level: "none", state: "dismissed", detail: "adminDismissedAllRiskForUser" })
}

/// `POST identityProtection/riskyUsers/confirmCompromised`.
pub fn confirm_compromised(state: &State, call: &Call) -> Result<Reply, Problem> {
    let detail = "adminConfirmedUserCompromised";
    decide(state, call, &Decision { level: "high", state: "confirmedCompromised", detail })
}

/// `POST identityProtection/riskyUsers/confirmSafe`.
pub fn confirm_safe(state: &State, call: &Call) -> Result<Reply, Problem> {
    decide(state, call, &Decision { level: "none", state: "confirmedSafe", detail: "adminConfirmedAccountSafe" })
}

/// An administrator's word on users' risk.
struct Decision {
    level: &'static str,
    state: &'static str,
    detail: &'static str,
}

/// Applies `decision` to every user of the body, to their open detections, and writes it down in their history: 204.
/// That an unknown user refuses the whole request is the lab's own rule.
fn decide(state: &State, call: &Call, decision: &Decision) -> Result<Reply, Problem> {
    let body = call.json().ok_or_else(Problem::body)?;
    let ids = texts(&body, "userIds")?;
    let now = state.clock.now();
    let by = call.caller.user.as_deref().unwrap_or(&call.caller.name);
    let mut tenant = state.tenant_mut();
    if let Some(id) = ids.iter().find(|id| !tenant.users.contains_key(id)) {
        return Err(unknown(id));
    }
    for id in &ids {
        decision.apply(&mut tenant, id, by, now);
    }
    Ok(Reply::Nothing)
}

impl Decision {
    fn apply(&self, tenant: &mut Tenant, id: &str, by: &str, now: Timestamp) {
        let text = |name: &str| tenant.users.head(id).and_then(|user| user.text(name)).map(str::to_owned);
        let user = json!({
            "id": id,
            "isDeleted": false,
            "isProcessing": false,
            "riskDetail": self.detail,
            "riskLastUpdatedDateTime": now.to_string(),
            "riskLevel": self.level,
            "riskState": self.state,
            "userDisplayName": text("displayName"),
            "userPrincipalName": text("userPrincipalName"),
        });
        let mut item = user.clone();
        item["id"] = format!("{id}{}", now.ticks()).into();
        item["userId"] = id.into();
        item["initiatedBy"] = by.into();
        item["activity"] = json!({ "detail": self.detail, "riskEventTypes": [] });
        tenant.risky_users.insert(id, user);
        tenant.risky_history.entry(id.to_owned()).or_default().insert(0, item);
        let detections = tenant.risk_detections.heads();
        let open = detections.filter(|(_, detection)| {
            detection.text("userId") == Some(id) && detection.text("riskState") == Some("atRisk")
        });
        let open: Vec<String> = open.map(|(id, _)| id.clone()).collect();
        for detection in open {
            let Some(detection) = tenant.risk_detections.get_mut(&detection) else { continue };
            detection["riskState"] = self.state.into();
            detection["riskDetail"] = self.detail.into();
            detection["lastUpdatedDateTime"] = now.to_string().into();
        }
    }
}

fn history_of<'a>(tenant: &'a Tenant, user: &Value) -> Vec<Linked<'a>> {
    let id = user.get("id").and_then(Value::as_str).unwrap_or_default();
    tenant.risky_history.get(id).into_iter().flatten().map(|item| Linked::Kept(Head::Whole(item))).collect()
}

fn unknown(id: &str) -> Problem {
    Problem::new(404, "ResourceNotFound", format!("The risky user '{id}' does not exist."))
}
