//! `auditLogs/signIns`.

use super::super::call::Call;
use super::super::odata::page::single;
use super::super::odata::set::SIGN_INS;
use super::super::odata::{Options, list as page};
use super::super::reply::{Problem, Reply};
use super::super::state::State;
use super::{heads, nothing};

/// `GET auditLogs/signIns`: newest first.
pub fn list(state: &State, call: &Call) -> Result<Reply, Problem> {
    let options = Options::read(call, &SIGN_INS)?;
    Ok(page(state, call, &SIGN_INS, heads(&state.tenant().sign_ins), &nothing, &options))
}

/// `GET auditLogs/signIns/{id}`. Graph's body for an unknown id is not documented.
pub fn get(state: &State, call: &Call) -> Result<Reply, Problem> {
    let options = Options::read_single(call, &SIGN_INS)?;
    let tenant = state.tenant();
    let id = call.param(0);
    let sign_in = tenant.sign_ins.get(id).ok_or_else(|| Problem::not_found("Sign-in", id))?;
    Ok(single(state, call, &SIGN_INS, &sign_in, &nothing, &options))
}
