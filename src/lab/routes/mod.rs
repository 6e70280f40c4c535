//! One file a resource.

pub mod alerts;
pub mod comments;
pub mod control;
pub mod hunting;
pub mod incidents;
pub mod risky_users;
pub mod users;

use serde_json::Value;

/// For collections that expand to nothing.
fn nothing(_: &Value) -> Vec<Value> {
    Vec::new()
}
