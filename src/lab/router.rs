//! Every route of the lab's Graph on one screen, and the way a request takes through it.

use super::call::{Call, Prefer, pairs};
use super::faults::layer;
use super::identity::refusal::Refusal;
use super::identity::{Caller, device, discovery, managed, token};
use super::reply::{Exchange, Problem, Reply, page, plain_json, respond};
use super::routes::{alerts, comments, control, hunting, incidents, risky_users, users};
use super::state::State;
use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use serde_json::json;
use std::pin::Pin;
use std::sync::Arc;

/// The largest request body taken.
pub const BODY_BYTES_MAX: usize = 4 << 20;

/// A route below `/v1.0`.
struct Route {
    method: Method,
    /// Segments; `{}` stands for any one. A key in parentheses, `incidents('29')`, counts as a segment of its own.
    path: &'static str,
    handler: Handler,
    /// Any one of these is enough.
    permissions: &'static [&'static str],
}

/// An answer that is being worked on.
pub type Pending = Pin<Box<dyn Future<Output = Result<Reply, Problem>> + Send>>;

enum Handler {
    /// Answers at once.
    Now(fn(&State, &Call) -> Result<Reply, Problem>),
    /// Takes its time.
    Later(fn(Arc<State>, Call) -> Pending),
}

const READ_INCIDENTS: &[&str] = &["SecurityIncident.Read.All", "SecurityIncident.ReadWrite.All"];
const WRITE_INCIDENTS: &[&str] = &["SecurityIncident.ReadWrite.All"];
const READ_ALERTS: &[&str] = &[
    "SecurityAlert.Read.All",
    "SecurityAlert.ReadWrite.All",
    "SecurityIncident.Read.All",
    "SecurityIncident.ReadWrite.All",
];
const WRITE_ALERTS: &[&str] = &["SecurityAlert.ReadWrite.All", "SecurityIncident.ReadWrite.All"];
const HUNT: &[&str] = &["ThreatHunting.Read.All"];
const READ_RISK: &[&str] = &["IdentityRiskyUser.Read.All", "IdentityRiskyUser.ReadWrite.All"];
const READ_USERS: &[&str] = &["User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"];
const READ_SELF: &[&str] = &["User.Read", "User.Read.All", "Directory.Read.All"];

#[rustfmt::skip]
static ROUTES: &[Route] = &[
    Route { method: Method::GET,   path: "/security/incidents",                  handler: Handler::Now(incidents::list),      permissions: READ_INCIDENTS },
    Route { method: Method::GET,   path: "/security/incidents/{}",               handler: Handler::Now(incidents::get),       permissions: READ_INCIDENTS },
    Route { method: Method::PATCH, path: "/security/incidents/{}",               handler: Handler::Now(incidents::update),    permissions: WRITE_INCIDENTS },
    Route { method: Method::GET,   path: "/security/incidents/{}/alerts",        handler: Handler::Now(incidents::alerts),    permissions: READ_INCIDENTS },
    Route { method: Method::POST,  path: "/security/incidents/{}/comments",      handler: Handler::Now(comments::on_incident), permissions: WRITE_INCIDENTS },
    Route { method: Method::GET,   path: "/security/alerts_v2",                  handler: Handler::Now(alerts::list),         permissions: READ_ALERTS },
    Route { method: Method::GET,   path: "/security/alerts_v2/{}",               handler: Handler::Now(alerts::get),          permissions: READ_ALERTS },
    Route { method: Method::PATCH, path: "/security/alerts_v2/{}",               handler: Handler::Now(alerts::update),       permissions: WRITE_ALERTS },
    Route { method: Method::POST,  path: "/security/alerts_v2/{}/comments",      handler: Handler::Now(comments::on_alert),   permissions: WRITE_ALERTS },
    Route { method: Method::POST,  path: "/security/runHuntingQuery",            handler: Handler::Later(hunting::run_query), permissions: HUNT },
    Route { method: Method::GET,   path: "/identityProtection/riskyUsers",       handler: Handler::Now(risky_users::list),    permissions: READ_RISK },
    Route { method: Method::GET,   path: "/identityProtection/riskyUsers/{}",    handler: Handler::Now(risky_users::get),     permissions: READ_RISK },
    Route { method: Method::GET,   path: "/users",                               handler: Handler::Now(users::list),          permissions: READ_USERS },
    Route { method: Method::GET,   path: "/users/{}",                            handler: Handler::Now(users::get),           permissions: READ_USERS },
    Route { method: Method::GET,   path: "/users/{}/manager",                    handler: Handler::Now(users::manager),       permissions: READ_USERS },
    Route { method: Method::GET,   path: "/me",                                  handler: Handler::Now(users::me),            permissions: READ_SELF },
];

/// The lab as an HTTP service.
pub fn service(state: Arc<State>) -> Router {
    Router::new().fallback(move |request: Request| layer::through(Arc::clone(&state), request, answer))
}

async fn answer(state: Arc<State>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let path = head.uri.path().to_owned();
    let query = pairs(head.uri.query().unwrap_or_default());
    let body = to_bytes(body, BODY_BYTES_MAX).await;
    let below = path.strip_prefix("/v1.0").filter(|rest| rest.is_empty() || rest.starts_with('/'));
    if let Some(rest) = below {
        let asked = Asked { method: head.method, path: rest, query, headers: &head.headers };
        return graph(state, asked, body.ok()).await;
    }
    let Ok(body) = body else { return plain_json(413, &json!({ "error": "the body is too large" })) };
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    match (head.method.as_str(), segments.as_slice()) {
        ("POST", [tenant, "oauth2", "v2.0", "token"]) => signed(&state, token::answer(&state, tenant, &body)),
        ("POST", [tenant, "oauth2", "v2.0", "devicecode"]) => signed(&state, device::start(&state, tenant, &body)),
        (_, [_, "oauth2", "v2.0", "token" | "devicecode"]) => {
            signed(&state, Err(Refusal::method(head.method.as_str())))
        }
        ("GET", [tenant, "v2.0", ".well-known", "openid-configuration"]) => {
            let found = discovery::configuration(&state, tenant).ok_or_else(|| Refusal::unknown_tenant(tenant));
            signed(&state, found)
        }
        ("GET", [_, "discovery", "v2.0", "keys"]) => plain_json(200, &json!({ "keys": [] })),
        ("GET", [_, "oauth2", "v2.0", "logout"]) => {
            page(200, "<!doctype html><title>Lab</title>Signed out.".to_owned())
        }
        ("GET", ["metadata", "identity", "oauth2", "token"]) => managed::machine(&state, &query, &head.headers),
        ("GET", ["msi", "token"]) => managed::app_service(&state, &query, &head.headers),
        ("GET", ["device"]) => page(200, device::page(&state, None)),
        ("POST", ["device"]) => page(200, device::page(&state, Some(&body))),
        (method, ["lab", rest @ ..]) => control::answer(&state, method, rest, &body),
        _ => unknown_version(&state, &head.headers, segments.first().copied().unwrap_or_default()),
    }
}

fn signed(state: &State, outcome: Result<serde_json::Value, Refusal>) -> Response {
    match outcome {
        Ok(body) => plain_json(200, &body),
        Err(refusal) => plain_json(refusal.status, &refusal.body(state)),
    }
}

/// Graph answers 404 to a version it does not have; the lab has no `/beta`.
fn unknown_version(state: &State, headers: &HeaderMap, version: &str) -> Response {
    let problem = Problem::new(404, "BadRequest", format!("Invalid version: {version}"));
    respond(Err(problem), &exchange(state, headers))
}

/// A request below `/v1.0`.
struct Asked<'a> {
    method: Method,
    path: &'a str,
    query: Vec<(String, String)>,
    headers: &'a HeaderMap,
}

async fn graph(state: Arc<State>, asked: Asked<'_>, body: Option<Bytes>) -> Response {
    let exchange = exchange(&state, asked.headers);
    let prefer = Prefer::read(asked.headers);
    let prepared = prepare(&state, asked, prefer, body);
    let outcome = match prepared {
        Ok((Handler::Now(handler), call)) => handler(&state, &call),
        Ok((Handler::Later(handler), call)) => handler(Arc::clone(&state), call).await,
        Err(problem) => Err(problem),
    };
    respond(outcome, &exchange)
}

/// Token, route, permission, in Graph's order.
fn prepare(
    state: &State,
    asked: Asked<'_>,
    prefer: Prefer,
    body: Option<Bytes>,
) -> Result<(&'static Handler, Call), Problem> {
    let header = asked.headers.get("authorization").and_then(|value| value.to_str().ok());
    let caller = state.identity.authenticate(header, state.clock.steady(), &state.base_url)?;
    let segments = segments(asked.path);
    let at_path: Vec<(&Route, Vec<String>)> =
        ROUTES.iter().filter_map(|route| route.matches(&segments).map(|params| (route, params))).collect();
    if at_path.is_empty() {
        let last = segments.iter().rev().find(|segment| !segment.is_empty()).map_or("", String::as_str);
        return Err(Problem::new(400, "BadRequest", format!("Resource not found for the segment '{last}'.")));
    }
    let Some((route, params)) = at_path.into_iter().find(|(route, _)| route.method == asked.method) else {
        let message = "Specified HTTP method is not allowed for the request target.";
        return Err(Problem::new(405, "Request_BadRequest", message));
    };
    if !route.is_for(&caller) {
        return Err(route.refusal(&caller));
    }
    let body = body.ok_or_else(|| Problem::new(413, "RequestEntityTooLarge", "The request body is too large."))?;
    let path = format!("/{}", segments.join("/"));
    Ok((&route.handler, Call { params, path, query: asked.query, prefer, caller, body }))
}

/// How the route at `path` refuses the caller who sent `headers`, were the permissions it wants taken away; `None`
/// where there is no such route or no such caller.
pub fn forbidden(state: &State, method: &Method, path: &str, headers: &HeaderMap) -> Option<Problem> {
    let header = headers.get("authorization").and_then(|value| value.to_str().ok());
    let mut caller = state.identity.authenticate(header, state.clock.steady(), &state.base_url).ok()?;
    let segments = segments(path.strip_prefix("/v1.0")?);
    let route = ROUTES.iter().find(|route| route.method == *method && route.matches(&segments).is_some())?;
    caller.permissions.retain(|held| !route.permissions.contains(&held.as_str()));
    Some(route.refusal(&caller))
}

impl Route {
    /// Whether `caller` holds a permission that is enough.
    fn is_for(&self, caller: &Caller) -> bool {
        self.permissions.iter().any(|wanted| caller.permissions.iter().any(|held| held == wanted))
    }

    /// 403 in the words of the service behind the route.
    fn refusal(&self, caller: &Caller) -> Problem {
        if self.path.starts_with("/users") || self.path == "/me" {
            let message = "Insufficient privileges to complete the operation.";
            return Problem::new(403, "Authorization_RequestDenied", message);
        }
        let (required, held) = (self.permissions.join(","), caller.permissions.join(","));
        let message = match caller.user {
            None => format!("Missing application roles. API required roles: {required}, application roles: {held}."),
            Some(_) => format!(
                "Missing scope permissions on the request. API requires one of '{required}'. Scopes on the \
                 request '{held}'"
            ),
        };
        Problem::new(403, "Forbidden", message)
    }

    /// The parameters, if `segments` are this route's.
    fn matches(&self, segments: &[String]) -> Option<Vec<String>> {
        let pattern: Vec<&str> = self.path.split('/').filter(|segment| !segment.is_empty()).collect();
        if pattern.len() != segments.len() {
            return None;
        }
        let mut params = Vec::new();
        for (wanted, segment) in pattern.into_iter().zip(segments) {
            match wanted {
                "{}" => params.push(segment.clone()),
                wanted if wanted.eq_ignore_ascii_case(segment) => {}
                _ => return None,
            }
        }
        Some(params)
    }
}

/// The decoded segments of a path. `name('key')` becomes two, and the namespace before an action's name goes.
fn segments(path: &str) -> Vec<String> {
    let mut segments = Vec::new();
    for raw in path.split('/').filter(|segment| !segment.is_empty()) {
        let segment = decode(raw);
        let segment = segment.strip_prefix("microsoft.graph.security.").unwrap_or(&segment);
        let keyed = segment.strip_suffix("')").and_then(|rest| rest.split_once("('"));
        match keyed {
            Some((name, key)) => segments.extend([name.to_owned(), key.replace("''", "'")]),
            None => segments.push(segment.to_owned()),
        }
    }
    segments
}

/// Undoes percent encoding. The form decoder is made to leave `+`, `=` and `&` alone, which are plain in a path.
fn decode(text: &str) -> String {
    let guarded = text.replace('+', "%2B").replace('=', "%3D").replace('&', "%26");
    url::form_urlencoded::parse(guarded.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default()
}

/// Ids and time of an exchange with a client that sent `headers`.
pub fn exchange(state: &State, headers: &HeaderMap) -> Exchange {
    let request_id = state.identity.random_guid();
    let sent = headers.get("client-request-id").and_then(|value| value.to_str().ok());
    let client_request_id = sent.unwrap_or(&request_id).to_owned();
    Exchange { request_id, client_request_id, now: state.clock.now() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_qualified_names_are_segments_like_others() {
        assert_eq!(segments("/security/incidents('29')/alerts"), ["security", "incidents", "29", "alerts"]);
        assert_eq!(segments("/security/microsoft.graph.security.runHuntingQuery"), ["security", "runHuntingQuery"]);
        assert_eq!(segments("/users/a%23b+c%40d.example/manager"), ["users", "a#b+c@d.example", "manager"]);
    }
}
