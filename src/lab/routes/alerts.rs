//! `security/alerts_v2`.

use super::super::call::Call;
use super::super::merge;
use super::super::odata::page::single;
use super::super::odata::set::ALERTS;
use super::super::odata::{Options, list as page};
use super::super::reply::{Problem, Reply};
use super::super::state::State;
use super::super::tenant::Tenant;
use super::super::update::{self, Actor};
use super::{heads, merged, nothing, text, texts};

/// `GET security/alerts_v2`.
pub fn list(state: &State, call: &Call) -> Result<Reply, Problem> {
    let options = Options::read(call, &ALERTS)?;
    let tenant = state.tenant();
    Ok(page(state, call, &ALERTS, heads(&tenant.alerts), &nothing, &options))
}

/// `GET security/alerts_v2/{id}`.
pub fn get(state: &State, call: &Call) -> Result<Reply, Problem> {
    let options = Options::read_single(call, &ALERTS)?;
    answer(state, &state.tenant(), call, &options)
}

/// `PATCH security/alerts_v2/{id}`: 200 with the alert as it is now.
pub fn update(state: &State, call: &Call) -> Result<Reply, Problem> {
    let body = call.json().ok_or_else(Problem::body)?;
    let actor = Actor { name: &call.caller.name, now: state.clock.now() };
    let mut tenant = state.tenant_mut();
    update::alert(state, &mut tenant, call.param(0), &body, &actor)?;
    answer(state, &tenant, call, &Options::default())
}

/// `POST security/alerts_v2/moveAlerts`: to an incident, or to one of their own where none is named.
pub fn move_to(state: &State, call: &Call) -> Result<Reply, Problem> {
    let body = call.json().ok_or_else(Problem::body)?;
    let ids = texts(&body, "alertIds")?;
    let (incident, comment) = (text(&body, "incidentId")?, text(&body, "alertComment")?);
    text(&body, "newCorrelationReasons")?;
    let actor = Actor { name: &call.caller.name, now: state.clock.now() };
    let target = merge::alerts(&mut state.tenant_mut(), &ids, incident, comment, &actor)?;
    Ok(merged(state, &target))
}

fn answer(state: &State, tenant: &Tenant, call: &Call, options: &Options) -> Result<Reply, Problem> {
    let id = call.param(0);
    let alert = tenant.alerts.get(id).ok_or_else(|| Problem::not_found("Alert", id))?;
    Ok(single(state, call, &ALERTS, &alert, &nothing, options))
}
