//! `identityProtection/riskyUsers`.

use super::super::call::Call;
use super::super::odata::page::single;
use super::super::odata::set::RISKY_USERS;
use super::super::odata::{Options, list as page};
use super::super::reply::{Problem, Reply};
use super::super::state::State;
use super::{heads, nothing};

/// `GET identityProtection/riskyUsers`.
pub fn list(state: &State, call: &Call) -> Result<Reply, Problem> {
    let options = Options::read(call, &RISKY_USERS)?;
    let tenant = state.tenant();
    Ok(page(state, call, &RISKY_USERS, heads(&tenant.risky_users), &nothing, &options))
}

/// `GET identityProtection/riskyUsers/{id}`: 404 for a user who was never at risk.
pub fn get(state: &State, call: &Call) -> Result<Reply, Problem> {
    let options = Options::read_single(call, &RISKY_USERS)?;
    let tenant = state.tenant();
    let id = call.param(0);
    let user = tenant
        .risky_users
        .get(id)
        .ok_or_else(|| Problem::new(404, "ResourceNotFound", format!("The risky user '{id}' does not exist.")))?;
    Ok(single(state, call, &RISKY_USERS, &user, &nothing, &options))
}
