//! `/lab/…`: what only the lab has. No token is asked for: it listens on loopback and holds fiction.

use super::super::identity::device;
use super::super::reply::plain_json;
use super::super::state::State;
use super::super::training::tell;
use axum::response::Response;
use serde_json::{Value, json};

/// Answers `method` on the segments after `/lab`.
pub fn answer(state: &State, method: &str, path: &[&str], body: &[u8]) -> Response {
    match (method, path) {
        ("GET", ["purview", "alerts"]) => {
            let alerts = state.purview().describe(state.clock.now());
            plain_json(200, &json!({ "value": alerts }))
        }
        ("GET", ["stories"]) => {
            let stories: Vec<Value> = state.tenant().stories.iter().map(tell::listed).collect();
            plain_json(200, &json!({ "value": stories }))
        }
        ("GET", ["stories", number]) => {
            let tenant = state.tenant();
            match tenant.stories.iter().find(|story| story.file.number.to_string() == *number) {
                Some(story) => plain_json(200, &tell::told(story)),
                None => plain_json(404, &json!({ "error": "no story has that number" })),
            }
        }
        ("GET", ["score"]) => plain_json(200, &json!(state.score())),
        ("POST", ["score", "reset"]) => {
            state.training.reset(state.clock.now());
            plain_json(200, &json!({ "done": true }))
        }
        ("POST", ["device", code, "approve"]) => {
            let body: Value = serde_json::from_slice(body).unwrap_or_default();
            let upn = body.get("userPrincipalName").and_then(Value::as_str);
            decided(device::approve(state, code, upn))
        }
        ("POST", ["device", code, "decline"]) => decided(device::decline(state, code)),
        _ => plain_json(404, &json!({ "error": "the lab has no such control" })),
    }
}

fn decided(done: bool) -> Response {
    if done {
        plain_json(200, &json!({ "done": true }))
    } else {
        plain_json(404, &json!({ "error": "no such code waits, or no such user" }))
    }
}
