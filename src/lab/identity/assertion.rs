//! Client assertions: a certificate's, or another identity provider's (workload identity federation).
//! <https://learn.microsoft.com/entra/identity-platform/certificate-credentials>
//! <https://learn.microsoft.com/entra/workload-id/workload-identity-federation>
//!
//! Checked: that it is a JWT, the algorithm, that a thumbprint or key id is named, audience, issuer, subject, times, and
//! that a certificate's has an id. Not checked: the signature, which is any text, whether the thumbprint is a known
//! certificate's, and whether an id was used before.

use super::refusal::Refusal;
use super::token::Form;
use super::{App, decode_part, encode_part};
use crate::base::Timestamp;
use crate::lab::state::State;
use serde_json::{Value, json};

/// `client_assertion_type`.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// The audience of assertions of other identity providers.
const EXCHANGE: &str = "api://AzureADTokenExchange";
/// The subject that the lab's application trusts.
const SUBJECT: &str = "system:serviceaccount:soc:watchfloor";
/// How long the lab's own federated assertion holds, in seconds.
const FEDERATED_SECONDS: i64 = 3_600;
/// By how much clocks may differ, in seconds.
const SKEW_SECONDS: i64 = 300;

/// Checks the form's client assertion; `false` where it has none.
///
/// # Errors
/// In Entra's words.
pub(super) fn check(state: &State, app: &App, form: &Form) -> Result<bool, Refusal> {
    let Some(assertion) = form.get("client_assertion") else { return Ok(false) };
    if form.require("client_assertion_type")? != JWT_BEARER {
        return Err(Refusal::new("invalid_request", 90_023, "The value of 'client_assertion_type' is not valid."));
    }
    let mut parts = assertion.split('.');
    let (header, claims, signature) = (parts.next(), parts.next(), parts.next());
    let read = (header.and_then(decode_part), claims.and_then(decode_part));
    let is_signed = signature.is_some_and(|signature| !signature.is_empty()) && parts.next().is_none();
    let (Some(header), Some(claims), true) = (read.0, read.1, is_signed) else {
        return Err(malformed("The assertion is not a signed JWT"));
    };
    if text(&claims, "iss").eq_ignore_ascii_case(app.id) {
        certificate(state, app, &header, &claims)?;
    } else {
        federated(state, &header, &claims)?;
    }
    in_time(&claims)?;
    Ok(true)
}

fn certificate(state: &State, app: &App, header: &Value, claims: &Value) -> Result<(), Refusal> {
    if !matches!(text(header, "alg"), "PS256" | "RS256") {
        return Err(malformed("The algorithm is neither PS256 nor RS256"));
    }
    if text(header, "x5t#S256").is_empty() && text(header, "x5t").is_empty() {
        let message = "Invalid JWT token. No certificate thumbprint specified in token header.";
        return Err(unauthorized(5_002_723, message.to_owned()));
    }
    if !text(claims, "sub").eq_ignore_ascii_case(app.id) {
        let message =
            format!("Client assertion contains an invalid subject. The subject must be the client id '{}'.", app.id);
        return Err(unauthorized(700_021, message));
    }
    if text(claims, "jti").is_empty() {
        return Err(malformed("The assertion has no 'jti'"));
    }
    if is_own_audience(state, text(claims, "aud")) {
        return Ok(());
    }
    let message = format!("Client assertion audience claim does not match Realm issuer '{}'.", text(claims, "aud"));
    Err(unauthorized(700_023, message))
}

/// Whether `audience` is the token endpoint, or the issuer, of this directory.
fn is_own_audience(state: &State, audience: &str) -> bool {
    let below = audience.strip_prefix(&state.base_url).and_then(|rest| rest.strip_prefix('/'));
    below.and_then(|rest| rest.split_once('/')).is_some_and(|(tenant, rest)| {
        state.identity.is_tenant(tenant) && matches!(rest, "oauth2/v2.0/token" | "oauth2/token" | "v2.0")
    })
}

fn federated(state: &State, header: &Value, claims: &Value) -> Result<(), Refusal> {
    let (issuer, subject, audience) = (text(claims, "iss"), text(claims, "sub"), text(claims, "aud"));
    let refuse = |code, what: &str, value: &str| {
        let message = format!("No matching federated identity record found for presented assertion {what} '{value}'.");
        Err(unauthorized(code, message))
    };
    if text(header, "alg") != "RS256" || text(header, "kid").is_empty() {
        return Err(malformed("The algorithm is not RS256, or no key is named"));
    }
    if issuer != self::issuer(state) {
        return refuse(700_211, "issuer", issuer);
    }
    if audience != EXCHANGE {
        return refuse(700_212, "audience", audience);
    }
    if subject != SUBJECT {
        return refuse(700_213, "subject", subject);
    }
    Ok(())
}

/// Times are told by the machine's clock, the only one that the assertion's maker can know.
fn in_time(claims: &Value) -> Result<(), Refusal> {
    let now = Timestamp::now().unix_seconds();
    let expires = claims.get("exp").and_then(Value::as_i64).unwrap_or_default();
    let starts = claims.get("nbf").and_then(Value::as_i64).unwrap_or(now);
    if expires + SKEW_SECONDS > now && starts - SKEW_SECONDS <= now {
        return Ok(());
    }
    let message =
        format!("Client assertion is not within its valid time range. Current time: {now}, expiry: {expires}.");
    Err(unauthorized(700_024, message))
}

/// The assertion that a platform trusted by the lab's application would give its workload.
pub fn federated_token(state: &State) -> String {
    let now = Timestamp::now().unix_seconds();
    let header = json!({ "alg": "RS256", "kid": "lab", "typ": "JWT" });
    let claims = json!({
        "iss": issuer(state),
        "sub": SUBJECT,
        "aud": EXCHANGE,
        "iat": now,
        "nbf": now,
        "exp": now + FEDERATED_SECONDS,
    });
    format!("{}.{}.{}", encode_part(&header), encode_part(&claims), state.identity.random_text(8))
}

fn issuer(state: &State) -> String {
    format!("{}/federation", state.base_url)
}

fn text<'a>(part: &'a Value, name: &str) -> &'a str {
    part.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn malformed(why: &str) -> Refusal {
    unauthorized(50_027, format!("JWT token is invalid or malformed. {why}."))
}

fn unauthorized(code: u32, message: String) -> Refusal {
    Refusal { status: 401, ..Refusal::new("invalid_client", code, message) }
}
