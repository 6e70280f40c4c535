//! Faults that answer instead of the lab.

use super::{Hit, Struck};
use crate::base::Timestamp;
use crate::lab::clock::span;
use crate::lab::identity::refusal::Refusal;
use crate::lab::identity::{self, token::Form};
use crate::lab::reply::{self, Problem, plain_json, respond};
use crate::lab::router;
use crate::lab::state::State;
use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream;
use serde_json::{Value, json};
use std::io;
use std::time::Duration;

/// How long the CPU quota's text asks to wait.
const QUOTA_MINUTES: u32 = 15;

/// `problem` as Graph answers it.
fn graph(state: &State, struck: &Struck<'_>, problem: Problem) -> Response {
    respond(Err(problem), &router::exchange(state, struck.headers))
}

fn with_header(mut response: Response, name: HeaderName, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
    response
}

/// `response` with `Retry-After` as `value` says: seconds, `date`, or neither.
fn retry_after(state: &State, response: Response, value: &str) -> Response {
    match value {
        "" | "none" => response,
        "date" => {
            let at = state.clock.now() + span(Duration::from_secs(3));
            with_header(response, header::RETRY_AFTER, &reply::http_date(at))
        }
        seconds => with_header(response, header::RETRY_AFTER, seconds),
    }
}

/// The refusal of a request over a limit, in Graph's words.
pub(super) fn too_many(state: &State, struck: &Struck<'_>, wait: &str) -> Response {
    let problem = Problem::new(429, "TooManyRequests", "Too many requests. Please retry after the time given.");
    retry_after(state, graph(state, struck, problem), wait)
}

pub(super) fn throttled(state: &State, struck: &Struck<'_>, hit: &mut Hit) -> Response {
    too_many(state, struck, &hit.value)
}

pub(super) fn internal(state: &State, struck: &Struck<'_>, _: &mut Hit) -> Response {
    let problem = Problem::new(500, "InternalServerError", "An internal server error occurred.");
    graph(state, struck, problem)
}

pub(super) fn gateway(state: &State, struck: &Struck<'_>, _: &mut Hit) -> Response {
    graph(state, struck, Problem::new(502, "BadGateway", "Bad gateway."))
}

pub(super) fn unavailable(state: &State, struck: &Struck<'_>, hit: &mut Hit) -> Response {
    let problem = Problem::new(503, "ServiceUnavailable", "The service is unavailable. Try again later.");
    retry_after(state, graph(state, struck, problem), &hit.value)
}

pub(super) fn timeout(state: &State, struck: &Struck<'_>, _: &mut Hit) -> Response {
    graph(state, struck, Problem::new(504, "UnknownError", ""))
}

pub(super) fn timeout_without_body(_: &State, _: &Struck<'_>, _: &mut Hit) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::GATEWAY_TIMEOUT;
    response
}

pub(super) fn html(_: &State, _: &Struck<'_>, hit: &mut Hit) -> Response {
    let status: u16 = hit.value.parse().unwrap_or(502);
    let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("Error");
    let text = format!(
        "<!DOCTYPE html>\r\n<html><head><title>{status} {reason}</title></head>\r\n<body><center><h1>{status} \
         {reason}</h1></center><hr><center>Lab Gateway</center></body></html>\r\n"
    );
    reply::page(status, text)
}

pub(super) fn reset(_: &State, struck: &Struck<'_>, _: &mut Hit) -> Response {
    struck.wire.reset();
    // Never sent where there is a connection to reset; ends the exchange all the same where there is none.
    let nothing = stream::iter([Err::<Bytes, _>(io::Error::from(io::ErrorKind::ConnectionReset))]);
    Response::new(Body::from_stream(nothing))
}

pub(super) fn token_expired(state: &State, struck: &Struck<'_>, _: &mut Hit) -> Response {
    graph(state, struck, identity::expired(&state.base_url))
}

pub(super) fn revoked(state: &State, struck: &Struck<'_>, _: &mut Hit) -> Option<Response> {
    let problem = router::forbidden(state, struck.method, struck.path, struck.headers)?;
    Some(graph(state, struck, problem))
}

/// A challenge as of continuous access evaluation: the token was issued before something happened to the account.
pub(super) fn claims(state: &State, struck: &Struck<'_>, hit: &mut Hit) -> Option<Response> {
    let token = state.identity.token(struck.headers)?;
    let wanted = json!({ "access_token": { "nbf": { "essential": true, "value": seconds(hit.since) } } });
    if !token.declares("cp1") {
        let is_newer = token.issued > hit.since;
        return (!is_newer).then(|| graph(state, struck, identity::revoked_since(&state.base_url, None)));
    }
    if token.meets(&wanted) {
        return None;
    }
    let wanted = STANDARD.encode(wanted.to_string());
    Some(graph(state, struck, identity::revoked_since(&state.base_url, Some(&wanted))))
}

fn seconds(at: Timestamp) -> String {
    at.unix_seconds().to_string()
}

pub(super) fn no_table(state: &State, struck: &Struck<'_>, hit: &mut Hit) -> Option<Response> {
    let body: Value = serde_json::from_slice(struck.body).ok()?;
    let query = body.get("Query").or_else(|| body.get("query"))?.as_str()?;
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    if !query.split(|c: char| !is_word(c)).any(|word| word == hit.value) {
        return None;
    }
    let message = format!(
        "Failed to resolve table or column expression named '{}'. Fix semantic errors in your query.",
        hit.value
    );
    Some(graph(state, struck, Problem::new(400, "BadRequest", message)))
}

pub(super) fn cpu_quota(state: &State, struck: &Struck<'_>, _: &mut Hit) -> Response {
    let message = format!(
        "You have exceeded processing resources allocated to this tenant. You can run queries again in {QUOTA_MINUTES} \
         minutes."
    );
    let response = graph(state, struck, Problem::new(429, "TooManyRequests", message));
    retry_after(state, response, &(QUOTA_MINUTES * 60).to_string())
}

/// `refusal` where `concerns` says that the sign-in request's form is of that kind.
fn refuse(
    state: &State,
    struck: &Struck<'_>,
    concerns: impl Fn(&Form) -> bool,
    refusal: impl FnOnce(&Form) -> Refusal,
) -> Option<Response> {
    let form = Form::read(struck.body);
    concerns(&form).then(|| {
        let refusal = refusal(&form);
        plain_json(refusal.status, &refusal.body(state))
    })
}

fn by_device(form: &Form) -> bool {
    form.get("device_code").is_some()
}

fn of_a_user(form: &Form) -> bool {
    form.get("grant_type") != Some("client_credentials")
}

fn client(form: &Form) -> &str {
    form.get("client_id").unwrap_or_default()
}

pub(super) fn device_slow_down(state: &State, struck: &Struck<'_>, _: &mut Hit) -> Option<Response> {
    refuse(state, struck, by_device, |_| Refusal::slow_down())
}

pub(super) fn device_declined(state: &State, struck: &Struck<'_>, _: &mut Hit) -> Option<Response> {
    refuse(state, struck, by_device, |_| Refusal::declined())
}

pub(super) fn device_expired(state: &State, struck: &Struck<'_>, _: &mut Hit) -> Option<Response> {
    refuse(state, struck, by_device, |_| Refusal::code_expired())
}

pub(super) fn device_bad_code(state: &State, struck: &Struck<'_>, _: &mut Hit) -> Option<Response> {
    refuse(state, struck, by_device, |_| Refusal::bad_code())
}

pub(super) fn refresh_revoked(state: &State, struck: &Struck<'_>, _: &mut Hit) -> Option<Response> {
    refuse(state, struck, |form| form.get("refresh_token").is_some(), |_| Refusal::grant_revoked())
}

pub(super) fn wrong_secret(state: &State, struck: &Struck<'_>, _: &mut Hit) -> Option<Response> {
    refuse(state, struck, |form| form.get("client_secret").is_some(), |form| Refusal::secret(client(form)))
}

pub(super) fn wrong_tenant(state: &State, struck: &Struck<'_>, _: &mut Hit) -> Option<Response> {
    let tenant = struck.path.split('/').find(|segment| !segment.is_empty()).unwrap_or_default();
    refuse(state, struck, |_| true, |_| Refusal::unknown_tenant(tenant))
}

pub(super) fn consent_missing(state: &State, struck: &Struck<'_>, _: &mut Hit) -> Option<Response> {
    refuse(state, struck, |_| true, |form| Refusal::no_consent(client(form)))
}

pub(super) fn mfa_required(state: &State, struck: &Struck<'_>, _: &mut Hit) -> Option<Response> {
    refuse(state, struck, of_a_user, |_| Refusal::second_factor())
}

pub(super) fn conditional_access(state: &State, struck: &Struck<'_>, _: &mut Hit) -> Option<Response> {
    refuse(state, struck, |_| true, |_| Refusal::blocked())
}

pub(super) fn public_client_off(state: &State, struck: &Struck<'_>, _: &mut Hit) -> Option<Response> {
    let public = |form: &Form| form.get("client_secret").is_none() && form.get("client_assertion").is_none();
    refuse(state, struck, public, |_| Refusal::confidential_only())
}
