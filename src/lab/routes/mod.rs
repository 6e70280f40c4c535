//! One file a resource.

pub mod alerts;
pub mod comments;
pub mod control;
pub mod hunting;
pub mod incidents;
pub mod risky_users;
pub mod users;

use super::entities::{Entities, Head};
use serde_json::Value;

/// For collections that expand to nothing.
fn nothing(_: &Value) -> Vec<Value> {
    Vec::new()
}

/// The resources of a collection as lists take them.
pub fn heads(entities: &Entities) -> impl Iterator<Item = Head<'_>> {
    entities.heads().map(|(_, head)| head)
}
