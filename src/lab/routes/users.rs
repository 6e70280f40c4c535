//! `users` and `me`.

use super::super::call::Call;
use super::super::entities::Head;
use super::super::odata::options::canonical;
use super::super::odata::page::{Linked, single};
use super::super::odata::set::{DIRECT_REPORTS, MANAGERS, USERS};
use super::super::odata::{Options, list as page};
use super::super::reply::{Problem, Reply};
use super::super::state::State;
use super::super::tenant::Tenant;
use super::super::wire::metadata::Metadata;
use super::{heads, membership, nothing, typed};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Properties that have a permission of their own, and that permission.
/// <https://learn.microsoft.com/graph/tutorial-lifecycle-workflows-set-employeeleavedatetime>,
/// <https://learn.microsoft.com/graph/api/resources/signinactivity>
const GUARDED: [(&str, &str); 2] =
    [("employeeLeaveDateTime", "User-LifeCycleInfo.Read.All"), (ACTIVITY, "AuditLog.Read.All")];
/// Told only where it is selected by name.
const ACTIVITY: &str = "signInActivity";

/// `GET users`.
pub fn list(state: &State, call: &Call) -> Result<Reply, Problem> {
    permit(call)?;
    let options = Options::read(call, &USERS)?;
    let tenant = state.tenant();
    let related = |name: &str, user: &Value| related(&tenant, name, user);
    if !options.select.names(ACTIVITY) {
        return Ok(page(state, call, &USERS, heads(&tenant.users), &related, &options));
    }
    let activities = activities(&tenant);
    let users: Vec<Value> = tenant.users.values().map(|user| active(user.into_owned(), &activities)).collect();
    Ok(page(state, call, &USERS, users.iter().map(Head::Whole), &related, &options))
}

/// `GET users/{id|upn}`.
pub fn get(state: &State, call: &Call) -> Result<Reply, Problem> {
    one(state, call)
}

/// `GET me`: only for a token that a user signed in for.
pub fn me(state: &State, call: &Call) -> Result<Reply, Problem> {
    one(state, call)
}

fn one(state: &State, call: &Call) -> Result<Reply, Problem> {
    permit(call)?;
    let options = Options::read_single(call, &USERS)?;
    let tenant = state.tenant();
    let id = whose(&tenant, call)?;
    let user = tenant.users.get(&id).ok_or_else(|| Problem::no_such_resource(&id))?;
    let user =
        if options.select.names(ACTIVITY) { Cow::Owned(active(user.into_owned(), &activities(&tenant))) } else { user };
    let related = |name: &str, user: &Value| related(&tenant, name, user);
    Ok(single(state, call, &USERS, &user, &related, &options))
}

/// `GET users/{id|upn}/manager`: 404 where there is none.
pub fn manager(state: &State, call: &Call) -> Result<Reply, Problem> {
    permit(call)?;
    let options = Options::read_single(call, &MANAGERS)?;
    let tenant = state.tenant();
    let id = whose(&tenant, call)?;
    let manager = manager_of(&tenant, &id).ok_or_else(|| Problem::no_such_resource("manager"))?;
    Ok(single(state, call, &MANAGERS, &manager, &nothing, &options))
}

/// `GET users/{id|upn}/directReports`.
pub fn direct_reports(state: &State, call: &Call) -> Result<Reply, Problem> {
    permit(call)?;
    let options = Options::read(call, &DIRECT_REPORTS)?;
    let tenant = state.tenant();
    let reports = reports_of(&tenant, &whose(&tenant, call)?);
    Ok(page(state, call, &DIRECT_REPORTS, reports.iter().map(Head::Whole), &nothing, &options))
}

/// `PATCH users/{id|upn}`: whether the account may be used, and nothing else: 204.
pub fn update(state: &State, call: &Call) -> Result<Reply, Problem> {
    let body = call.json().filter(Value::is_object).ok_or_else(Problem::body)?;
    let mut tenant = state.tenant_mut();
    let id = whose(&tenant, call)?;
    let mut enabled = None;
    for (name, value) in body.as_object().into_iter().flatten().filter(|(name, _)| !name.contains("@odata.")) {
        match (name.as_str(), value) {
            ("accountEnabled", Value::Bool(value)) => enabled = Some(*value),
            ("accountEnabled", _) => {
                let message = "Invalid value specified for property 'accountEnabled' of resource 'User'.";
                return Err(Problem::new(400, "Request_BadRequest", message));
            }
            (name, _) if Metadata::get().property(USERS.ty, name).is_some() => return Err(Problem::denied()),
            (name, _) => {
                let message = format!("Property '{name}' does not exist on type '{}'.", USERS.ty);
                return Err(Problem::new(400, "Request_BadRequest", message));
            }
        }
    }
    if let (Some(enabled), Some(user)) = (enabled, tenant.users.get_mut(&id)) {
        user["accountEnabled"] = enabled.into();
    }
    Ok(Reply::Nothing)
}

/// `POST users/{id|upn}/revokeSignInSessions`: refresh tokens of the user are worth nothing from now on.
pub fn revoke(state: &State, call: &Call) -> Result<Reply, Problem> {
    let mut tenant = state.tenant_mut();
    let id = whose(&tenant, call)?;
    if let Some(user) = tenant.users.get_mut(&id) {
        user["signInSessionsValidFromDateTime"] = state.clock.now().to_string().into();
    }
    state.identity.revoke(Some(&id));
    Ok(Reply::Json(json!({ "@odata.context": state.context("Edm.Boolean"), "value": true })))
}

/// `user` with what its sign-ins tell.
fn active(mut user: Value, activities: &BTreeMap<String, Value>) -> Value {
    let activity = user.get("id").and_then(Value::as_str).and_then(|id| activities.get(id)).cloned();
    if let (Some(activity), Some(user)) = (activity, user.as_object_mut()) {
        user.insert(ACTIVITY.to_owned(), activity);
    }
    user
}

/// When each user last signed in, by object id: sign-ins are kept newest first, so the first of each counts.
fn activities(tenant: &Tenant) -> BTreeMap<String, Value> {
    let mut activities: BTreeMap<String, Value> = BTreeMap::new();
    for (id, sign_in) in tenant.sign_ins.heads() {
        let Some(user) = sign_in.text("userId") else { continue };
        let at = sign_in.property("createdDateTime");
        let activity = activities.entry(user.to_owned()).or_insert_with(|| {
            json!({
                "lastSignInDateTime": at,
                "lastSignInRequestId": id,
                "lastNonInteractiveSignInDateTime": null,
                "lastNonInteractiveSignInRequestId": null,
                "lastSuccessfulSignInDateTime": null,
                "lastSuccessfulSignInRequestId": null,
            })
        });
        if activity["lastSuccessfulSignInRequestId"].is_null() && sign_in.whole()["status"]["errorCode"] == 0 {
            activity["lastSuccessfulSignInDateTime"] = at.cloned().unwrap_or_default();
            activity["lastSuccessfulSignInRequestId"] = id.as_str().into();
        }
    }
    activities
}

/// What a navigation property of `user` leads to.
fn related<'a>(tenant: &Tenant, name: &str, user: &Value) -> Vec<Linked<'a>> {
    let id = user.get("id").and_then(Value::as_str).unwrap_or_default();
    let made = match name {
        "manager" => manager_of(tenant, id).into_iter().collect(),
        "directReports" => reports_of(tenant, id),
        name => membership::objects(tenant, id, name == "transitiveMemberOf"),
    };
    made.into_iter().map(Linked::Made).collect()
}

fn manager_of(tenant: &Tenant, id: &str) -> Option<Value> {
    let manager = tenant.managers.get(id).and_then(|manager| tenant.users.get(manager))?;
    Some(typed(manager.into_owned(), USERS.ty))
}

fn reports_of(tenant: &Tenant, id: &str) -> Vec<Value> {
    let ids = tenant.users.keys().filter(|user| tenant.managers.get(*user).is_some_and(|manager| manager == id));
    ids.filter_map(|id| Some(typed(tenant.users.get(id)?.into_owned(), USERS.ty))).collect()
}

/// 403 for a request that names a guarded property, or asks for everything, without the permission to see it. What
/// Graph does with `$select=*` is not documented.
fn permit(call: &Call) -> Result<(), Problem> {
    let asks = |property: &str| {
        call.query.iter().any(|(name, value)| match canonical(name).as_str() {
            "$select" => value.split(',').any(|name| name.trim() == "*" || name.trim().starts_with(property)),
            "$orderby" | "$expand" => value.contains(property),
            _ => false,
        })
    };
    let holds = |permission: &str| call.caller.permissions.iter().any(|held| held == permission);
    let refused = GUARDED.iter().any(|(property, permission)| asks(property) && !holds(permission));
    if refused { Err(Problem::denied()) } else { Ok(()) }
}

/// Object id of the user that a path names by id or principal name, or of the caller where it begins with `me`.
///
/// # Errors
/// 404 for an unknown user, 400 for `me` of an application.
pub fn whose(tenant: &Tenant, call: &Call) -> Result<String, Problem> {
    let Some(key) = call.params.first() else {
        let message = "/me request is only valid with delegated authentication flow.";
        return call.caller.user.clone().ok_or_else(|| Problem::new(400, "BadRequest", message));
    };
    if tenant.users.contains_key(key) {
        return Ok(key.clone());
    }
    let is_called = |user: Head<'_>| user.text("userPrincipalName").is_some_and(|upn| upn.eq_ignore_ascii_case(key));
    let found = tenant.users.heads().find(|(_, user)| is_called(*user));
    found.map(|(id, _)| id.clone()).ok_or_else(|| Problem::no_such_resource(key))
}
