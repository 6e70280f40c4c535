//! Every route of the lab's Graph on one screen, and the way a request takes through it.

use super::call::{Call, Prefer, pairs};
use super::faults::layer;
use super::identity::refusal::Refusal;
use super::identity::{Caller, device, discovery, managed, token};
use super::reply::{Exchange, Problem, Reply, page, plain_json, respond};
use super::routes::{alerts, batch, comments, control, hunting, incidents, membership, risk_detections, risky_users};
use super::routes::{sign_ins, users};
use super::state::State;
use super::training::Seen;
use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method};
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
    /// Answers a collection at once; with `/$count` after the path, how many there are.
    List(fn(&State, &Call) -> Result<Reply, Problem>),
    /// Takes its time.
    Later(fn(Arc<State>, Call) -> Pending),
}

use Handler::{Later, List, Now};

const GET: Method = Method::GET;
const PATCH: Method = Method::PATCH;
const POST: Method = Method::POST;

const READ_INCIDENTS: &[&str] = &["SecurityIncident.Read.All", "SecurityIncident.ReadWrite.All"];
const WRITE_INCIDENTS: &[&str] = &["SecurityIncident.ReadWrite.All"];
const READ_ALERTS: &[&str] = &[
    "SecurityAlert.Read.All",
    "SecurityAlert.ReadWrite.All",
    "SecurityIncident.Read.All",
    "SecurityIncident.ReadWrite.All",
];
const WRITE_ALERTS: &[&str] = &["SecurityAlert.ReadWrite.All", "SecurityIncident.ReadWrite.All"];
const MANAGE: &[&str] = &["SecurityData.Manage.All"];
const HUNT: &[&str] = &["ThreatHunting.Read.All"];
const READ_RISK: &[&str] = &["IdentityRiskyUser.Read.All", "IdentityRiskyUser.ReadWrite.All"];
const WRITE_RISK: &[&str] = &["IdentityRiskyUser.ReadWrite.All"];
const READ_DETECTIONS: &[&str] = &["IdentityRiskEvent.Read.All", "IdentityRiskEvent.ReadWrite.All"];
const READ_SIGN_INS: &[&str] = &["AuditLog.Read.All"];
const READ_USERS: &[&str] = &["User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"];
const ENABLE_USERS: &[&str] = &["User.EnableDisableAccount.All", "User.ReadWrite.All", "Directory.ReadWrite.All"];
const REVOKE: &[&str] = &["User.RevokeSessions.All", "User.ReadWrite.All", "Directory.ReadWrite.All"];
const READ_MEMBERS: &[&str] =
    &["GroupMember.Read.All", "Group.Read.All", "Directory.Read.All", "Directory.ReadWrite.All"];
const READ_SELF: &[&str] = &["User.Read", "User.Read.All", "Directory.Read.All"];
const ANYONE: &[&str] = &[];

#[rustfmt::skip]
static ROUTES: &[Route] = &[
    route(GET,   "/security/incidents",                                        List(incidents::list),                 READ_INCIDENTS),
    route(GET,   "/security/incidents/{}",                                     Now(incidents::get),                   READ_INCIDENTS),
    route(PATCH, "/security/incidents/{}",                                     Now(incidents::update),                WRITE_INCIDENTS),
    route(GET,   "/security/incidents/{}/alerts",                              List(incidents::alerts),               READ_INCIDENTS),
    route(GET,   "/security/incidents/{}/alerts/{}",                           Now(incidents::alert),                 READ_INCIDENTS),
    route(POST,  "/security/incidents/{}/comments",                            Now(comments::on_incident),            WRITE_INCIDENTS),
    route(POST,  "/security/incidents/mergeIncidents",                         Now(incidents::merge),                 MANAGE),
    route(GET,   "/security/alerts_v2",                                        List(alerts::list),                    READ_ALERTS),
    route(GET,   "/security/alerts_v2/{}",                                     Now(alerts::get),                      READ_ALERTS),
    route(PATCH, "/security/alerts_v2/{}",                                     Now(alerts::update),                   WRITE_ALERTS),
    route(POST,  "/security/alerts_v2/{}/comments",                            Now(comments::on_alert),               WRITE_ALERTS),
    route(POST,  "/security/alerts_v2/moveAlerts",                             Now(alerts::move_to),                  MANAGE),
    route(POST,  "/security/runHuntingQuery",                                  Later(hunting::run_query),             HUNT),
    route(GET,   "/identityProtection/riskyUsers",                             List(risky_users::list),               READ_RISK),
    route(GET,   "/identityProtection/riskyUsers/{}",                          Now(risky_users::get),                 READ_RISK),
    route(GET,   "/identityProtection/riskyUsers/{}/history",                  List(risky_users::history),            READ_RISK),
    route(POST,  "/identityProtection/riskyUsers/dismiss",                     Now(risky_users::dismiss),             WRITE_RISK),
    route(POST,  "/identityProtection/riskyUsers/confirmCompromised",          Now(risky_users::confirm_compromised), WRITE_RISK),
    route(POST,  "/identityProtection/riskyUsers/confirmSafe",                 Now(risky_users::confirm_safe),        WRITE_RISK),
    route(GET,   "/identityProtection/riskDetections",                         List(risk_detections::list),           READ_DETECTIONS),
    route(GET,   "/identityProtection/riskDetections/{}",                      Now(risk_detections::get),             READ_DETECTIONS),
    route(GET,   "/auditLogs/signIns",                                         List(sign_ins::list),                  READ_SIGN_INS),
    route(GET,   "/auditLogs/signIns/{}",                                      Now(sign_ins::get),                    READ_SIGN_INS),
    route(GET,   "/users",                                                     List(users::list),                     READ_USERS),
    route(GET,   "/users/{}",                                                  Now(users::get),                       READ_USERS),
    route(PATCH, "/users/{}",                                                  Now(users::update),                    ENABLE_USERS),
    route(POST,  "/users/{}/revokeSignInSessions",                             Now(users::revoke),                    REVOKE),
    route(GET,   "/users/{}/manager",                                          Now(users::manager),                   READ_USERS),
    route(GET,   "/users/{}/directReports",                                    List(users::direct_reports),           READ_USERS),
    route(GET,   "/users/{}/memberOf",                                         List(membership::direct),              READ_MEMBERS),
    route(GET,   "/users/{}/memberOf/microsoft.graph.group",                   List(membership::direct_groups),       READ_MEMBERS),
    route(GET,   "/users/{}/memberOf/microsoft.graph.directoryRole",           List(membership::direct_roles),        READ_MEMBERS),
    route(GET,   "/users/{}/transitiveMemberOf",                               List(membership::transitive),          READ_MEMBERS),
    route(GET,   "/users/{}/transitiveMemberOf/microsoft.graph.group",         List(membership::transitive_groups),   READ_MEMBERS),
    route(GET,   "/users/{}/transitiveMemberOf/microsoft.graph.directoryRole", List(membership::transitive_roles),    READ_MEMBERS),
    route(GET,   "/me",                                                        Now(users::me),                        READ_SELF),
    route(GET,   "/me/memberOf",                                               List(membership::direct),              READ_SELF),
    route(POST,  "/$batch",                                                    Later(batch::answer),                  ANYONE),
];

const fn route(method: Method, path: &'static str, handler: Handler, permissions: &'static [&'static str]) -> Route {
    Route { method, path, handler, permissions }
}

/// Method and path of every route below `/v1.0`, and whether it is a collection's, which answers `/$count` too.
pub fn routes() -> impl Iterator<Item = (&'static Method, &'static str, bool)> {
    ROUTES.iter().map(|route| (&route.method, route.path, matches!(route.handler, List(_))))
}

/// The lab as an HTTP service.
pub fn service(state: Arc<State>) -> Router {
    Router::new().fallback(move |request: Request| layer::through(Arc::clone(&state), request, answer))
}

async fn answer(state: Arc<State>, request: Request) -> Response {
    state.settle();
    let (head, body) = request.into_parts();
    let path = head.uri.path().to_owned();
    let query = pairs(head.uri.query().unwrap_or_default());
    let body = to_bytes(body, BODY_BYTES_MAX).await;
    let below = path.strip_prefix("/v1.0").filter(|rest| rest.is_empty() || rest.starts_with('/'));
    if let Some(rest) = below {
        let asked = Asked { method: head.method, path: rest.to_owned(), query, headers: head.headers, body: body.ok() };
        return graph(state, asked).await;
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
        ("GET", [_, "oauth2", "v2.0", "authorize"]) => page(
            400,
            "<!doctype html><title>Lab</title>The lab has no sign-in by redirect: use a device code.".to_owned(),
        ),
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
pub struct Asked {
    /// Its method.
    pub method: Method,
    /// Its path, still encoded.
    pub path: String,
    /// Its query options, decoded.
    pub query: Vec<(String, String)>,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body; `None` where it was too large.
    pub body: Option<Bytes>,
}

/// Answers a request below `/v1.0`, whether it came by itself or in a batch.
pub async fn graph(state: Arc<State>, asked: Asked) -> Response {
    let exchange = exchange(&state, &asked.headers);
    let prefer = Prefer::read(&asked.headers);
    let is_directory = ["/users", "/me"].iter().any(|start| asked.path.starts_with(start));
    let method = asked.method.clone();
    let prepared = prepare(&state, asked, prefer);
    let seen = prepared.as_ref().ok().and_then(|(_, call)| Seen::of(method.as_str(), call));
    let outcome = match prepared {
        Ok((Now(handler) | List(handler), call)) => handler(&state, &call),
        Ok((Later(handler), call)) => handler(Arc::clone(&state), call).await,
        Err(problem) => Err(problem),
    };
    if let (Ok(_), Some(seen)) = (&outcome, seen) {
        state.training.note(seen, state.clock.now());
    }
    let mut response = respond(outcome, &exchange);
    if prefer.unknown_enum_members && response.status().is_success() {
        let applied = HeaderValue::from_static("include-unknown-enum-members");
        response.headers_mut().insert("preference-applied", applied);
    }
    if is_directory {
        response.headers_mut().insert("x-ms-resource-unit", HeaderValue::from_static("1"));
    }
    response
}

/// Token, route, permission, in Graph's order.
fn prepare(state: &State, asked: Asked, prefer: Prefer) -> Result<(&'static Handler, Call), Problem> {
    let header = asked.headers.get("authorization").and_then(|value| value.to_str().ok());
    let caller = state.identity.authenticate(header, state.clock.steady(), &state.base_url)?;
    let mut segments = segments(&asked.path);
    let counts = segments.len() > 1 && segments.last().is_some_and(|last| last.text == "$count" && !last.is_key);
    if counts {
        segments.pop();
    }
    let at_path: Vec<(&Route, Vec<String>)> = ROUTES
        .iter()
        .filter(|route| !counts || matches!(route.handler, List(_)))
        .filter_map(|route| route.matches(&segments).map(|params| (route, params)))
        .collect();
    if at_path.is_empty() {
        let last = if counts { "$count" } else { segments.last().map_or("", |segment| &segment.text) };
        return Err(Problem::new(400, "BadRequest", format!("Resource not found for the segment '{last}'.")));
    }
    let Some((route, params)) = at_path.into_iter().find(|(route, _)| route.method == asked.method) else {
        let message = "Specified HTTP method is not allowed for the request target.";
        return Err(Problem::new(405, "Request_BadRequest", message));
    };
    if !route.is_for(&caller) {
        return Err(route.refusal(&caller));
    }
    let body =
        asked.body.ok_or_else(|| Problem::new(413, "RequestEntityTooLarge", "The request body is too large."))?;
    let Asked { path, query, headers, .. } = asked;
    Ok((&route.handler, Call { params, path, query, prefer, counts, headers, caller, body }))
}

/// How the route at `path` refuses the caller who sent `headers`, were the permissions it wants taken away; `None`
/// where there is no such route, no such caller, or nothing is wanted.
pub fn forbidden(state: &State, method: &Method, path: &str, headers: &HeaderMap) -> Option<Problem> {
    let header = headers.get("authorization").and_then(|value| value.to_str().ok());
    let mut caller = state.identity.authenticate(header, state.clock.steady(), &state.base_url).ok()?;
    let segments = segments(path.strip_prefix("/v1.0")?);
    let route = ROUTES.iter().find(|route| route.method == *method && route.matches(&segments).is_some())?;
    caller.permissions.retain(|held| !route.permissions.contains(&held.as_str()));
    (!route.is_for(&caller)).then(|| route.refusal(&caller))
}

impl Route {
    /// Whether `caller` holds a permission that is enough.
    fn is_for(&self, caller: &Caller) -> bool {
        self.permissions.is_empty()
            || self.permissions.iter().any(|wanted| caller.permissions.iter().any(|held| held == wanted))
    }

    /// 403 in the words of the service behind the route.
    fn refusal(&self, caller: &Caller) -> Problem {
        if ["/users", "/me"].iter().any(|start| self.path.starts_with(start)) {
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

    /// The parameters, if `segments` are this route's. A name after `$` is Graph's own and no key, unless in quotes.
    fn matches(&self, segments: &[Segment]) -> Option<Vec<String>> {
        let pattern = self.path.split('/').filter(|segment| !segment.is_empty());
        if pattern.clone().count() != segments.len() {
            return None;
        }
        let mut params = Vec::new();
        for (wanted, segment) in pattern.zip(segments) {
            match wanted {
                "{}" if segment.is_key || !segment.text.starts_with('$') => params.push(segment.text.clone()),
                wanted if !segment.is_key && segment.is_named(wanted) => {}
                _ => return None,
            }
        }
        Some(params)
    }
}

/// A part of a path.
#[derive(Debug, PartialEq, Eq)]
struct Segment {
    text: String,
    /// Whether it was a key in parentheses.
    is_key: bool,
}

impl Segment {
    /// Whether it is `name`, with or without the namespace before an action, or by the namespace's alias `graph`.
    fn is_named(&self, name: &str) -> bool {
        let bare = self.text.strip_prefix("microsoft.graph.").or_else(|| self.text.strip_prefix("graph."));
        let bare = bare.map(|rest| rest.strip_prefix("security.").unwrap_or(rest));
        let wanted = name.strip_prefix("microsoft.graph.");
        match (wanted, bare) {
            (Some(wanted), Some(bare)) => wanted.eq_ignore_ascii_case(bare),
            (None, Some(bare)) => name.eq_ignore_ascii_case(bare),
            (None, None) => name.eq_ignore_ascii_case(&self.text),
            (Some(_), None) => false,
        }
    }
}

/// The decoded segments of a path. `name('key')` becomes two.
fn segments(path: &str) -> Vec<Segment> {
    let mut segments = Vec::new();
    for raw in path.split('/').filter(|segment| !segment.is_empty()) {
        let segment = decode(raw);
        let keyed = segment.strip_suffix("')").and_then(|rest| rest.split_once("('"));
        let (name, key) = keyed.map_or((segment.as_str(), None), |(name, key)| (name, Some(key.replace("''", "'"))));
        segments.push(Segment { text: name.to_owned(), is_key: false });
        segments.extend(key.map(|text| Segment { text, is_key: true }));
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

    fn texts(path: &str) -> Vec<String> {
        segments(path).into_iter().map(|segment| segment.text).collect()
    }

    fn params(pattern: &'static str, path: &str) -> Option<Vec<String>> {
        let pattern = ROUTES.iter().find(|route| route.path == pattern).unwrap();
        pattern.matches(&segments(path))
    }

    #[test]
    fn keys_are_segments_like_others() {
        assert_eq!(texts("/security/incidents('29')/alerts"), ["security", "incidents", "29", "alerts"]);
        assert_eq!(texts("/users/a%23b+c%40d.example/manager"), ["users", "a#b+c@d.example", "manager"]);
    }

    #[test]
    fn actions_and_casts_answer_to_their_short_and_qualified_names() {
        let none = Some(Vec::new());
        for name in ["runHuntingQuery", "microsoft.graph.security.runHuntingQuery"] {
            assert_eq!(params("/security/runHuntingQuery", &format!("/security/{name}")), none);
        }
        for name in ["microsoft.graph.directoryRole", "graph.directoryRole"] {
            let path = format!("/users/7/transitiveMemberOf/{name}");
            let pattern = "/users/{}/transitiveMemberOf/microsoft.graph.directoryRole";
            assert_eq!(params(pattern, &path), Some(vec!["7".to_owned()]));
        }
        assert_eq!(params("/users/{}", "/users/$count"), None);
        assert_eq!(params("/users/{}", "/users('$count')"), Some(vec!["$count".to_owned()]));
    }
}
