//! One file a resource.

pub mod alerts;
pub mod batch;
pub mod comments;
pub mod control;
pub mod hunting;
pub mod incidents;
pub mod membership;
pub mod risk_detections;
pub mod risky_users;
pub mod sign_ins;
pub mod users;

use super::entities::{Entities, Head};
use super::odata::page::Linked;
use super::reply::{Problem, Reply};
use super::state::State;
use serde_json::{Value, json};

/// For collections that expand to nothing.
fn nothing<'a>(_: &str, _: &Value) -> Vec<Linked<'a>> {
    Vec::new()
}

/// The resources of a collection as lists take them.
pub fn heads(entities: &Entities) -> impl Iterator<Item = Head<'_>> {
    entities.heads().map(|(_, head)| head)
}

/// An action's parameter that is a list of texts and has at least one.
fn texts(body: &Value, name: &str) -> Result<Vec<String>, Problem> {
    let items = body.get(name).and_then(Value::as_array).filter(|items| !items.is_empty()).ok_or_else(Problem::body)?;
    let items: Option<Vec<String>> = items.iter().map(|item| item.as_str().map(str::to_owned)).collect();
    items.ok_or_else(Problem::body)
}

/// An action's parameter that is text, where it is given and not empty.
fn text<'a>(body: &'a Value, name: &str) -> Result<Option<&'a str>, Problem> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
        Some(_) => Err(Problem::body()),
    }
}

/// What merging and moving answer.
fn merged(state: &State, target: &str) -> Reply {
    let context = state.context("microsoft.graph.security.mergeResponse");
    Reply::Json(json!({ "@odata.context": context, "targetIncidentId": target }))
}

/// `entity` with the type it is of, as where another type is declared.
fn typed(entity: Value, ty: &str) -> Value {
    let Value::Object(properties) = entity else { return entity };
    let mut typed = serde_json::Map::new();
    typed.insert("@odata.type".to_owned(), format!("#{ty}").into());
    typed.extend(properties);
    Value::Object(typed)
}
