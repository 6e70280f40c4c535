//! Comments on incidents and alerts: appended, and answered with the whole list.

use super::super::call::Call;
use super::super::entities::Entities;
use super::super::reply::{Problem, Reply};
use super::super::state::State;
use super::super::update::{self, Actor};
use crate::base::limits::COMMENT_CHARS_MAX;
use serde_json::{Value, json};

/// `POST security/incidents/{id}/comments`.
pub fn on_incident(state: &State, call: &Call) -> Result<Reply, Problem> {
    let added = read(call)?;
    let all = append(&mut state.tenant_mut().incidents, call, &added, "Incident", state)?;
    Ok(whole(state, &format!("security/incidents('{}')/comments", call.param(0)), &all))
}

/// `POST security/alerts_v2/{id}/comments`.
pub fn on_alert(state: &State, call: &Call) -> Result<Reply, Problem> {
    let added = read(call)?;
    let all = append(&mut state.tenant_mut().alerts, call, &added, "Alert", state)?;
    Ok(whole(state, &format!("security/alerts_v2('{}')/comments", call.param(0)), &all))
}

/// The comments of the body, an object or a list of objects.
fn read(call: &Call) -> Result<Vec<String>, Problem> {
    let bodies = match call.json().ok_or_else(Problem::body)? {
        Value::Array(bodies) if !bodies.is_empty() => bodies,
        Value::Array(_) => return Err(Problem::body()),
        body => vec![body],
    };
    let read = |body: &Value| {
        let properties = body.as_object()?;
        let known = |name: &String| name == "comment" || name == "@odata.type";
        let text = properties.get("comment")?.as_str().filter(|text| !text.trim().is_empty())?;
        let is_comment = properties.get("@odata.type").is_none_or(|ty| {
            ty.as_str().is_some_and(|ty| ty.trim_start_matches('#') == "microsoft.graph.security.alertComment")
        });
        if !properties.keys().all(known) || !is_comment || text.chars().count() > COMMENT_CHARS_MAX {
            return None;
        }
        Some(text.to_owned())
    };
    bodies.iter().map(read).collect::<Option<Vec<_>>>().ok_or_else(Problem::body)
}

fn append(
    resources: &mut Entities,
    call: &Call,
    added: &[String],
    what: &str,
    state: &State,
) -> Result<Vec<Value>, Problem> {
    let id = call.param(0);
    let resource = resources.get_mut(id).ok_or_else(|| Problem::not_found(what, id))?;
    let actor = Actor { name: &call.caller.name, now: state.clock.now() };
    Ok(update::comment(resource, added, &actor))
}

fn whole(state: &State, context: &str, all: &[Value]) -> Reply {
    Reply::Json(json!({ "@odata.context": state.context(context), "value": all }))
}
