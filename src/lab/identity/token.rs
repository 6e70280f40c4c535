//! The token endpoint: client credentials, device code, refresh.

use super::assertion;
use super::device::Poll;
use super::refusal::Refusal;
use super::{App, CLIENT_SECRET, Caller, Issue, Renewal, SignedIn, TOKENS_MAX, app, app_caller};
use crate::lab::call::pairs;
use crate::lab::state::State;
use serde_json::{Map, Value, json};

/// The device grant's name (RFC 8628).
const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// Prefix that clients may put before Graph's scopes.
const GRAPH: &str = "https://graph.microsoft.com/";

/// A sign-in request's form.
#[derive(Debug)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Reads it.
    pub fn read(body: &[u8]) -> Self {
        Self(pairs(&String::from_utf8_lossy(body)))
    }

    /// The value of `name`; `None` where it is missing or empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        value.filter(|value| !value.is_empty())
    }

    /// The value of `name`.
    ///
    /// # Errors
    /// Where it is missing or empty.
    pub fn require(&self, name: &'static str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| Refusal::missing(name))
    }
}

/// `POST /{tenant}/oauth2/v2.0/token`.
///
/// # Errors
/// In Entra's words.
pub fn answer(state: &State, tenant: &str, body: &[u8]) -> Result<Value, Refusal> {
    let form = Form::read(body);
    if !state.identity.is_tenant(tenant) {
        return Err(Refusal::unknown_tenant(tenant));
    }
    let grant = form.require("grant_type")?.to_owned();
    let client_id = form.require("client_id")?;
    let app = app(client_id).ok_or_else(|| Refusal::unknown_app(client_id, &state.identity.domain))?;
    // Proof is optional for the public flows, but a wrong one is always refused.
    if form.get("client_secret").is_some_and(|secret| secret != CLIENT_SECRET) {
        return Err(Refusal::secret(app.id));
    }
    let is_proved = assertion::check(state, app, &form)? || form.get("client_secret").is_some();
    let claims = match form.get("claims") {
        Some(text) => serde_json::from_str(text).ok().filter(Value::is_object).ok_or_else(Refusal::claims)?,
        None => Value::Null,
    };
    let asked = Asked { app, claims };
    match grant.as_str() {
        "client_credentials" if !is_proved => Err(Refusal::unproved()),
        "client_credentials" => client_credentials(state, asked, &form),
        DEVICE_GRANT => device_code(state, asked, form.require("device_code")?),
        "refresh_token" => refresh(state, asked, &form),
        other => {
            let message = format!("The provided grant_type value '{other}' is not supported.");
            Err(Refusal::new("unsupported_grant_type", 70_003, message))
        }
    }
}

/// A request for a token by a client that is who it says.
struct Asked {
    app: &'static App,
    /// The `claims` parameter; null for none.
    claims: Value,
}

fn client_credentials(state: &State, asked: Asked, form: &Form) -> Result<Value, Refusal> {
    let scope = form.require("scope")?;
    if scope.split_whitespace().count() != 1 || !scope.ends_with("/.default") {
        let message = format!(
            "The provided value for scope {scope} is not valid. Client credential flows must have a scope value with \
             /.default suffixed to the resource identifier (application ID URI)."
        );
        return Err(Refusal::new("invalid_scope", 1_002_012, message));
    }
    let lifetime = state.identity.token_lifetime;
    let issue = Issue { app: asked.app, caller: app_caller(asked.app), lifetime, claims: asked.claims };
    let token = state.identity.issue(issue, state.clock.steady());
    let seconds = lifetime.as_secs();
    Ok(json!({
        "token_type": "Bearer",
        "expires_in": seconds,
        "ext_expires_in": seconds,
        "access_token": token,
    }))
}

fn device_code(state: &State, asked: Asked, code: &str) -> Result<Value, Refusal> {
    let now = state.clock.steady();
    let poll = state.identity.ledger().devices.poll(code, asked.app, now, &state.options);
    match poll {
        Poll::Approved(user, scopes) => Ok(delegated(state, asked, user, &scopes)),
        Poll::Pending => Err(Refusal::new(
            "authorization_pending",
            70_016,
            "OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
        )),
        Poll::TooFast => Err(Refusal::slow_down()),
        Poll::Declined => Err(Refusal::declined()),
        Poll::Expired => Err(Refusal::code_expired()),
        Poll::Unknown => Err(Refusal::bad_code()),
    }
}

fn refresh(state: &State, asked: Asked, form: &Form) -> Result<Value, Refusal> {
    let token = form.require("refresh_token")?;
    let renewal = state.identity.ledger().renewals.get(token).cloned();
    let renewal = renewal.filter(|renewal| renewal.app == asked.app).ok_or_else(Refusal::grant_revoked)?;
    // The old refresh token stays valid, as Entra's does.
    Ok(delegated(state, asked, renewal.user, &renewal.scopes))
}

/// Tokens for a user who signed in.
fn delegated(state: &State, asked: Asked, user: SignedIn, scopes: &[String]) -> Value {
    let Asked { app, claims } = asked;
    let has = |name: &str| scopes.iter().any(|scope| scope.eq_ignore_ascii_case(name));
    let permissions = granted(app, scopes);
    let caller = Caller { name: user.upn.clone(), user: Some(user.id.clone()), permissions: permissions.clone() };
    let lifetime = state.identity.token_lifetime;
    let token = state.identity.issue(Issue { app, caller, lifetime, claims }, state.clock.steady());
    let oidc = ["openid", "profile", "email", "offline_access"].into_iter().filter(|name| has(name));
    let scope: Vec<String> = permissions.into_iter().chain(oidc.map(str::to_owned)).collect();
    let mut body = Map::new();
    body.insert("token_type".to_owned(), "Bearer".into());
    body.insert("scope".to_owned(), scope.join(" ").into());
    body.insert("expires_in".to_owned(), lifetime.as_secs().into());
    body.insert("ext_expires_in".to_owned(), lifetime.as_secs().into());
    body.insert("access_token".to_owned(), token.into());
    if has("openid") {
        body.insert("id_token".to_owned(), state.identity.id_token(app, &user, state.clock.steady()).into());
    }
    if has("offline_access") {
        let refresh_token = state.identity.random_text(12);
        let renewal = Renewal { app, user, scopes: scopes.to_vec() };
        let mut ledger = state.identity.ledger();
        ledger.renewals.insert(refresh_token.clone(), renewal);
        if ledger.renewals.len() > TOKENS_MAX {
            ledger.renewals.shift_remove_index(0);
        }
        body.insert("refresh_token".to_owned(), refresh_token.into());
    }
    Value::Object(body)
}

/// What of `scopes` the application may have: all for `.default`, else those it was consented to.
fn granted(app: &App, scopes: &[String]) -> Vec<String> {
    let wanted: Vec<&str> = scopes.iter().map(|scope| scope.strip_prefix(GRAPH).unwrap_or(scope)).collect();
    let all = wanted.iter().any(|scope| *scope == ".default" || scope.ends_with("/.default"));
    let asked = |held: &str| all || wanted.iter().any(|wanted| held.eq_ignore_ascii_case(wanted));
    app.permissions.iter().filter(|held| asked(held)).map(|&name| name.to_owned()).collect()
}
