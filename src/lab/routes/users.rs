//! `users` and `me`.

use super::super::call::Call;
use super::super::entities::Head;
use super::super::odata::options::canonical;
use super::super::odata::page::single;
use super::super::odata::set::USERS;
use super::super::odata::{Options, list as page};
use super::super::reply::{Problem, Reply};
use super::super::state::State;
use super::super::tenant::Tenant;
use super::{heads, nothing};
use serde_json::Value;

/// The property that has a permission of its own, and that permission.
/// <https://learn.microsoft.com/graph/tutorial-lifecycle-workflows-set-employeeleavedatetime>
const LEAVE_DATE: (&str, &str) = ("employeeLeaveDateTime", "User-LifeCycleInfo.Read.All");

/// `GET users`.
pub fn list(state: &State, call: &Call) -> Result<Reply, Problem> {
    let options = Options::read(call, &USERS)?;
    permit(call)?;
    let tenant = state.tenant();
    Ok(page(state, call, &USERS, heads(&tenant.users), &nothing, &options))
}

/// `GET users/{id|upn}`.
pub fn get(state: &State, call: &Call) -> Result<Reply, Problem> {
    one(state, call, call.param(0))
}

/// `GET me`: only for a token that a user signed in for.
pub fn me(state: &State, call: &Call) -> Result<Reply, Problem> {
    match &call.caller.user {
        Some(id) => one(state, call, id),
        None => Err(Problem::new(400, "BadRequest", "/me request is only valid with delegated authentication flow.")),
    }
}

/// `GET users/{id|upn}/manager`: 404 where there is none.
pub fn manager(state: &State, call: &Call) -> Result<Reply, Problem> {
    let options = Options::read_single(call, &USERS)?;
    permit(call)?;
    let tenant = state.tenant();
    let (id, _) = find(&tenant, call.param(0)).ok_or_else(|| Problem::no_such_resource(call.param(0)))?;
    let manager = tenant.managers.get(id).and_then(|manager| tenant.users.get(manager));
    let manager = manager.ok_or_else(|| Problem::no_such_resource("manager"))?;
    let reply = single(state, call, &USERS, &manager, &nothing, &options);
    Ok(as_directory_object(state, reply))
}

/// A manager is declared as a directory object, so it says that it is a user.
fn as_directory_object(state: &State, reply: Reply) -> Reply {
    let Reply::Json(Value::Object(user)) = reply else { return reply };
    let mut body = serde_json::Map::new();
    body.insert("@odata.context".to_owned(), state.context("directoryObjects/$entity").into());
    body.insert("@odata.type".to_owned(), "#microsoft.graph.user".into());
    body.extend(user.into_iter().filter(|(name, _)| name != "@odata.context"));
    Reply::Json(Value::Object(body))
}

fn one(state: &State, call: &Call, key: &str) -> Result<Reply, Problem> {
    let options = Options::read_single(call, &USERS)?;
    permit(call)?;
    let tenant = state.tenant();
    let (_, user) = find(&tenant, key).ok_or_else(|| Problem::no_such_resource(key))?;
    Ok(single(state, call, &USERS, &user.whole(), &nothing, &options))
}

/// 403 for a request that names the last day of work, or asks for everything, without the permission to see it. What
/// Graph does with `$select=*` is not documented.
fn permit(call: &Call) -> Result<(), Problem> {
    let (property, permission) = LEAVE_DATE;
    let asks = |(name, value): &(String, String)| match canonical(name).as_str() {
        "$select" => value.split(',').any(|name| name.trim() == "*" || name.trim().starts_with(property)),
        "$orderby" => value.contains(property),
        _ => false,
    };
    if call.query.iter().any(asks) && !call.caller.permissions.iter().any(|held| held == permission) {
        return Err(Problem::new(
            403,
            "Authorization_RequestDenied",
            "Insufficient privileges to complete the operation.",
        ));
    }
    Ok(())
}

/// A user by object id or principal name.
fn find<'a>(tenant: &'a Tenant, key: &'a str) -> Option<(&'a str, Head<'a>)> {
    let by_id = tenant.users.head(key).map(|user| (key, user));
    by_id.or_else(|| {
        let is_called =
            |user: Head<'_>| user.text("userPrincipalName").is_some_and(|upn| upn.eq_ignore_ascii_case(key));
        tenant.users.heads().find(|(_, user)| is_called(*user)).map(|(id, user)| (id.as_str(), user))
    })
}
