//! `identityProtection/riskDetections`.

use super::super::call::Call;
use super::super::odata::page::single;
use super::super::odata::set::RISK_DETECTIONS;
use super::super::odata::{Options, list as page};
use super::super::reply::{Problem, Reply};
use super::super::state::State;
use super::{heads, nothing};

/// `GET identityProtection/riskDetections`.
pub fn list(state: &State, call: &Call) -> Result<Reply, Problem> {
    let options = Options::read(call, &RISK_DETECTIONS)?;
    Ok(page(state, call, &RISK_DETECTIONS, heads(&state.tenant().risk_detections), &nothing, &options))
}

/// `GET identityProtection/riskDetections/{id}`. Graph's body for an unknown id is not documented.
pub fn get(state: &State, call: &Call) -> Result<Reply, Problem> {
    let options = Options::read_single(call, &RISK_DETECTIONS)?;
    let tenant = state.tenant();
    let id = call.param(0);
    let detection = tenant.risk_detections.get(id).ok_or_else(|| Problem::not_found("Risk detection", id))?;
    Ok(single(state, call, &RISK_DETECTIONS, &detection, &nothing, &options))
}
