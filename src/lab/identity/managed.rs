//! Managed identity: the token endpoints that a machine or an App Service offers to what runs on it.
//! <https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token>
//! <https://learn.microsoft.com/azure/app-service/overview-managed-identity>

use super::{Issue, MANAGED, app_caller};
use crate::lab::reply::plain_json;
use crate::lab::state::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};
use std::time::Duration;

/// How long these tokens live.
const LIFETIME: Duration = Duration::from_secs(24 * 3_600);
/// The secret that App Service puts into the environment of what runs on it (`IDENTITY_HEADER`).
pub const IDENTITY_HEADER: &str = "lab-only~identity-header";

/// `GET /metadata/identity/oauth2/token`, as on a virtual machine.
pub fn machine(state: &State, query: &[(String, String)], headers: &HeaderMap) -> Response {
    let is_meant = header(headers, "metadata").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    if !is_meant || headers.contains_key("x-forwarded-for") {
        return refuse("invalid_request", "Required metadata header not specified");
    }
    token(state, query)
}

/// `GET /msi/token`, as on App Service.
pub fn app_service(state: &State, query: &[(String, String)], headers: &HeaderMap) -> Response {
    if header(headers, "x-identity-header") != Some(IDENTITY_HEADER) {
        let error = json!({ "statusCode": 401, "message": "The X-IDENTITY-HEADER is missing or wrong." });
        return plain_json(401, &error);
    }
    token(state, query)
}

fn token(state: &State, query: &[(String, String)]) -> Response {
    let get = |name: &str| query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    if get("api-version").is_none() {
        return refuse("bad_request_102", "Required query variable 'api-version' is missing");
    }
    let Some(resource) = get("resource").filter(|resource| !resource.is_empty()) else {
        return refuse("invalid_request", "Required query variable 'resource' is missing");
    };
    if get("client_id").is_some_and(|id| !id.eq_ignore_ascii_case(MANAGED.id)) {
        return refuse("invalid_request", "Identity not found");
    }
    let now = state.clock.steady();
    let issue = Issue { app: &MANAGED, caller: app_caller(&MANAGED), lifetime: LIFETIME, claims: Value::Null };
    let token = state.identity.issue(issue, now);
    let seconds = LIFETIME.as_secs();
    let expires = now.unix_seconds() + seconds as i64;
    plain_json(
        200,
        &json!({
            "access_token": token,
            "client_id": MANAGED.id,
            "expires_in": seconds.to_string(),
            "expires_on": expires.to_string(),
            "not_before": now.unix_seconds().to_string(),
            "resource": resource,
            "token_type": "Bearer",
        }),
    )
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn refuse(error: &str, description: &str) -> Response {
    plain_json(400, &json!({ "error": error, "error_description": description }))
}
