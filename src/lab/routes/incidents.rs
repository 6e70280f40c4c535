//! `security/incidents`.

use super::super::call::Call;
use super::super::merge;
use super::super::odata::page::{Linked, single};
use super::super::odata::set::{ALERTS, INCIDENTS};
use super::super::odata::{Options, list as page};
use super::super::reply::{Problem, Reply};
use super::super::state::State;
use super::super::tenant::Tenant;
use super::super::update::{self, Actor};
use super::{heads, merged, nothing, text, texts};
use serde_json::Value;

/// `GET security/incidents`.
pub fn list(state: &State, call: &Call) -> Result<Reply, Problem> {
    let options = Options::read(call, &INCIDENTS)?;
    let tenant = state.tenant();
    let related = |_: &str, incident: &Value| alerts_of(&tenant, incident);
    Ok(page(state, call, &INCIDENTS, heads(&tenant.incidents), &related, &options))
}

/// `GET security/incidents/{id}`.
pub fn get(state: &State, call: &Call) -> Result<Reply, Problem> {
    let options = Options::read_single(call, &INCIDENTS)?;
    answer(state, &state.tenant(), call, &options)
}

/// `GET security/incidents/{id}/alerts`.
pub fn alerts(state: &State, call: &Call) -> Result<Reply, Problem> {
    let options = Options::read(call, &ALERTS)?;
    let tenant = state.tenant();
    let id = call.param(0);
    if !tenant.incidents.contains_key(id) {
        return Err(Problem::not_found("Incident", id));
    }
    let alerts = tenant.alerts.of_incident(id).map(|(_, alert)| alert);
    Ok(page(state, call, &ALERTS, alerts, &nothing, &options))
}

/// `GET security/incidents/{id}/alerts/{id}`.
pub fn alert(state: &State, call: &Call) -> Result<Reply, Problem> {
    let options = Options::read_single(call, &ALERTS)?;
    let tenant = state.tenant();
    let (incident, id) = (call.param(0), call.param(1));
    let alert = tenant.alerts.head(id).filter(|alert| alert.text("incidentId") == Some(incident));
    let alert = alert.ok_or_else(|| Problem::not_found("Alert", id))?;
    Ok(single(state, call, &ALERTS, &alert.whole(), &nothing, &options))
}

/// `POST security/incidents/mergeIncidents`.
pub fn merge(state: &State, call: &Call) -> Result<Reply, Problem> {
    let body = call.json().ok_or_else(Problem::body)?;
    let ids = texts(&body, "incidentIds")?;
    let comment = text(&body, "incidentComment")?;
    text(&body, "mergeReasons")?;
    let actor = Actor { name: &call.caller.name, now: state.clock.now() };
    let target = merge::incidents(&mut state.tenant_mut(), &ids, comment, &actor)?;
    Ok(merged(state, &target))
}

/// `PATCH security/incidents/{id}`: 200 with the incident as it is now.
pub fn update(state: &State, call: &Call) -> Result<Reply, Problem> {
    let body = call.json().ok_or_else(Problem::body)?;
    let actor = Actor { name: &call.caller.name, now: state.clock.now() };
    let mut tenant = state.tenant_mut();
    update::incident(state, &mut tenant, call.param(0), &body, &actor)?;
    answer(state, &tenant, call, &Options::default())
}

fn answer(state: &State, tenant: &Tenant, call: &Call, options: &Options) -> Result<Reply, Problem> {
    let id = call.param(0);
    let incident = tenant.incidents.get(id).ok_or_else(|| Problem::not_found("Incident", id))?;
    let related = |_: &str, incident: &Value| alerts_of(tenant, incident);
    Ok(single(state, call, &INCIDENTS, &incident, &related, options))
}

fn alerts_of<'a>(tenant: &'a Tenant, incident: &Value) -> Vec<Linked<'a>> {
    let id = incident.get("id").and_then(Value::as_str).unwrap_or_default();
    tenant.alerts.of_incident(id).map(|(_, alert)| Linked::Kept(alert)).collect()
}
