//! `users/{id}/memberOf` and `transitiveMemberOf`: groups and directory roles.

use super::super::call::Call;
use super::super::entities::Head;
use super::super::odata::set::{DIRECTORY_OBJECTS, DIRECTORY_ROLES, EntitySet, GROUPS};
use super::super::odata::{Options, list as page};
use super::super::reply::{Problem, Reply};
use super::super::state::State;
use super::super::tenant::Tenant;
use super::{nothing, users};
use serde_json::Value;
use std::collections::BTreeSet;

/// `GET users/{id}/memberOf`.
pub fn direct(state: &State, call: &Call) -> Result<Reply, Problem> {
    list(state, call, &DIRECTORY_OBJECTS, direct_of)
}

/// `GET users/{id}/memberOf/microsoft.graph.group`.
pub fn direct_groups(state: &State, call: &Call) -> Result<Reply, Problem> {
    list(state, call, &GROUPS, direct_of)
}

/// `GET users/{id}/memberOf/microsoft.graph.directoryRole`.
pub fn direct_roles(state: &State, call: &Call) -> Result<Reply, Problem> {
    list(state, call, &DIRECTORY_ROLES, direct_of)
}

/// `GET users/{id}/transitiveMemberOf`.
pub fn transitive(state: &State, call: &Call) -> Result<Reply, Problem> {
    list(state, call, &DIRECTORY_OBJECTS, transitive_of)
}

/// `GET users/{id}/transitiveMemberOf/microsoft.graph.group`.
pub fn transitive_groups(state: &State, call: &Call) -> Result<Reply, Problem> {
    list(state, call, &GROUPS, transitive_of)
}

/// `GET users/{id}/transitiveMemberOf/microsoft.graph.directoryRole`.
pub fn transitive_roles(state: &State, call: &Call) -> Result<Reply, Problem> {
    list(state, call, &DIRECTORY_ROLES, transitive_of)
}

/// Whose ids a member's id leads to.
type Reach = fn(&Tenant, &str) -> Vec<String>;

fn list(state: &State, call: &Call, set: &'static EntitySet, reach: Reach) -> Result<Reply, Problem> {
    let options = Options::read(call, set)?;
    let tenant = state.tenant();
    let id = users::whose(&tenant, call)?;
    let objects: Vec<Value> = reach(&tenant, &id).iter().filter_map(|id| object(&tenant, id, set)).collect();
    Ok(page(state, call, set, objects.iter().map(Head::Whole), &nothing, &options))
}

/// What the member `id` belongs to itself, as directory objects.
pub fn objects(tenant: &Tenant, id: &str, transitive: bool) -> Vec<Value> {
    let reach: Reach = if transitive { transitive_of } else { direct_of };
    reach(tenant, id).iter().filter_map(|id| object(tenant, id, &DIRECTORY_OBJECTS)).collect()
}

fn direct_of(tenant: &Tenant, id: &str) -> Vec<String> {
    tenant.member_of.get(id).cloned().unwrap_or_default()
}

/// What `id` belongs to itself, then what those belong to, each once.
fn transitive_of(tenant: &Tenant, id: &str) -> Vec<String> {
    let mut found = direct_of(tenant, id);
    let mut seen: BTreeSet<String> = found.iter().cloned().collect();
    let mut next = 0;
    while let Some(id) = found.get(next) {
        let further: Vec<String> = direct_of(tenant, id).into_iter().filter(|id| seen.insert(id.clone())).collect();
        found.extend(further);
        next += 1;
    }
    found
}

/// The group or role called `id` as `set` shows it; `None` where it is of another type. Where the declared type is not
/// its own, it says what it is.
fn object(tenant: &Tenant, id: &str, set: &EntitySet) -> Option<Value> {
    let kinds = [(&tenant.groups, &GROUPS), (&tenant.directory_roles, &DIRECTORY_ROLES)];
    let (object, own) = kinds.into_iter().find_map(|(kept, own)| Some((kept.get(id)?.into_owned(), own)))?;
    if set.ty == own.ty {
        return Some(object);
    }
    (set.ty == DIRECTORY_OBJECTS.ty).then(|| super::typed(object, own.ty))
}
