//! The lab's sign-in service: registered applications, tokens and who a token speaks for.
//!
//! What a client can meet here: device code ([`device`]), client secret, client assertion ([`assertion`]), refresh,
//! managed identity ([`managed`]). How each of them can fail is in the table of faults.
//!
//! Tokens look like Graph's (a JWT with `roles` or `scp`), but only the lab's own ledger decides what one is worth; the
//! signature is random text.

pub mod assertion;
pub mod device;
pub mod discovery;
pub mod managed;
pub mod refusal;
pub mod token;

use super::LabOptions;
use super::clock::span;
use super::entities::Head;
use super::reply::Problem;
use super::tenant::Tenant;
use super::{Addresses, state::State};
use crate::base::{Secret, Timestamp};
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use device::Devices;
use indexmap::IndexMap;
use serde_json::{Value, json};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The secret of both applications. The lab listens on loopback only and holds fiction.
const CLIENT_SECRET: &str = "lab-only~not-a-secret";
/// How long the token printed at the start lives.
const READY_TOKEN_LIFETIME: Duration = Duration::from_secs(24 * 3_600);
/// The most tokens of a kind kept; the oldest give way.
const TOKENS_MAX: usize = 10_000;

/// A registered application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct App {
    /// Its client id.
    pub id: &'static str,
    /// Its name, which `lastModifiedBy` and comments show.
    pub name: &'static str,
    /// What it was granted, as roles and as scopes alike.
    pub permissions: &'static [&'static str],
}

/// May read everything the lab serves and change what can be changed.
static READ_WRITE: App = App {
    id: "6f1c8a52-7d3e-4b90-9a41-c2e5d7f80b13",
    name: "watchfloor lab",
    permissions: &[
        "AuditLog.Read.All",
        "Directory.Read.All",
        "IdentityRiskEvent.Read.All",
        "IdentityRiskyUser.ReadWrite.All",
        "SecurityAlert.ReadWrite.All",
        "SecurityData.Manage.All",
        "SecurityIncident.ReadWrite.All",
        "ThreatHunting.Read.All",
        "User-LifeCycleInfo.Read.All",
        "User.EnableDisableAccount.All",
        "User.Read",
        "User.Read.All",
        "User.RevokeSessions.All",
    ],
};

/// May only read, and neither hunt nor see risky users nor last days of work: what a refusal looks like.
static READ_ONLY: App = App {
    id: "b7a4e0d9-15c6-4f2b-8e73-3d9062fa4c58",
    name: "watchfloor lab (read only)",
    permissions: &["SecurityAlert.Read.All", "SecurityIncident.Read.All", "User.Read", "User.Read.All"],
};

/// On whose behalf a request is made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// What `lastModifiedBy` and comments show: the user, else the application.
    pub name: String,
    /// Object id of the signed-in user; `None` for an application on its own.
    pub user: Option<String>,
    /// Granted permissions.
    pub permissions: Vec<String>,
}

/// What a machine that the lab pretends to be signs in as.
static MANAGED: App = App {
    id: "2c9d51e7-80ab-4b36-a3d4-5e1f7c620d98",
    name: "watchfloor lab (managed identity)",
    permissions: READ_WRITE.permissions,
};

/// What a token was issued for.
#[derive(Clone, Debug)]
struct Grant {
    caller: Caller,
    expires: Timestamp,
    token: Token,
}

/// What a token is, apart from whom it speaks for.
#[derive(Clone, Debug)]
pub struct Token {
    /// Client id of the application that asked for it.
    pub app: &'static str,
    /// When, by the clock of sign-in.
    pub issued: Timestamp,
    /// The `claims` it was asked for with; null for none.
    claims: Value,
}

impl Token {
    /// Whether its client declared `capability`, e.g. `cp1` for one that understands claims challenges.
    pub fn declares(&self, capability: &str) -> bool {
        let declared = self.claims.pointer("/access_token/xms_cc/values").and_then(Value::as_array);
        declared.is_some_and(|declared| declared.iter().any(|known| known == capability))
    }

    /// Whether it was asked for with the claims that a challenge wants.
    pub fn meets(&self, wanted: &Value) -> bool {
        let wanted = wanted.get("access_token").and_then(Value::as_object);
        wanted.is_some_and(|wanted| {
            wanted.iter().all(|(name, value)| self.claims["access_token"].get(name) == Some(value))
        })
    }
}

/// A token to be issued.
struct Issue {
    app: &'static App,
    caller: Caller,
    lifetime: Duration,
    /// The request's `claims`; null for none.
    claims: Value,
}

/// A refresh token's content.
#[derive(Clone, Debug)]
struct Renewal {
    app: &'static App,
    user: SignedIn,
    scopes: Vec<String>,
}

/// A user who signed in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignedIn {
    /// Object id.
    pub id: String,
    /// User principal name.
    pub upn: String,
}

/// Registered applications, issued tokens, pending device codes.
#[derive(Debug)]
pub struct Identity {
    tenant_id: String,
    domain: String,
    token_lifetime: Duration,
    ledger: Mutex<Ledger>,
    random: RandomState,
}

/// What was issued.
#[derive(Debug, Default)]
struct Ledger {
    /// In order of issue.
    tokens: IndexMap<String, Grant>,
    renewals: IndexMap<String, Renewal>,
    devices: Devices,
}

impl Identity {
    /// Sign-in for `tenant`.
    pub fn new(tenant: &Tenant, options: &LabOptions) -> Self {
        Self {
            tenant_id: tenant.id.clone(),
            domain: tenant.domain.clone(),
            token_lifetime: options.token_lifetime,
            ledger: Mutex::default(),
            random: RandomState::new(),
        }
    }

    /// Where the lab is and how to get in, with a fresh token.
    pub fn addresses(&self, base_url: &str, now: Timestamp) -> Addresses {
        let caller = app_caller(&READ_WRITE);
        let issue = Issue { app: &READ_WRITE, caller, lifetime: READY_TOKEN_LIFETIME, claims: Value::Null };
        let token = self.issue(issue, now);
        Addresses {
            base_url: base_url.to_owned(),
            authority: base_url.to_owned(),
            tenant_id: self.tenant_id.clone(),
            client_id: READ_WRITE.id.to_owned(),
            client_secret: Secret::new(CLIENT_SECRET),
            token: Secret::new(token),
            read_only_client_id: READ_ONLY.id.to_owned(),
        }
    }

    /// Who the `Authorization` header's token speaks for.
    ///
    /// # Errors
    /// 401 where there is no token, or one that is not of this lab or has expired.
    pub fn authenticate(&self, header: Option<&str>, now: Timestamp, authority: &str) -> Result<Caller, Problem> {
        let refuse = |message: &str, reason: &str| unauthorized(authority, message, reason);
        let Some(token) = header.and_then(bearer) else {
            return Err(refuse("Access token is empty.", ""));
        };
        if token.split('.').count() != 3 {
            let message = "IDX14100: JWT is not well formed, there are no dots (.).";
            return Err(refuse(message, ", error=\"invalid_token\""));
        }
        let ledger = self.ledger();
        let Some(grant) = ledger.tokens.get(token) else {
            return Err(refuse(
                "Access token validation failure. Signing key is invalid.",
                ", error=\"invalid_token\"",
            ));
        };
        if grant.expires <= now {
            return Err(expired(authority));
        }
        Ok(grant.caller.clone())
    }

    /// What the bearer token of `headers` is; `None` where there is none of this lab.
    pub fn token(&self, headers: &HeaderMap) -> Option<Token> {
        let token = headers.get("authorization").and_then(|value| value.to_str().ok()).and_then(bearer)?;
        self.ledger().tokens.get(token).map(|grant| grant.token.clone())
    }

    /// `token` with its times off by `seconds`, worth what it was; `None` where it is not of this lab.
    pub fn skew(&self, token: &str, seconds: i64) -> Option<String> {
        let mut parts = token.split('.');
        let (header, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
        let mut claims = decode_part(claims)?;
        for name in ["iat", "nbf", "exp"] {
            claims[name] = (claims[name].as_i64()? + seconds).into();
        }
        let skewed = format!("{header}.{}.{signature}", encode_part(&claims));
        let mut ledger = self.ledger();
        let grant = ledger.tokens.shift_remove(token)?;
        ledger.tokens.insert(skewed.clone(), grant);
        Some(skewed)
    }

    /// Makes the refresh tokens of the user with that object id worthless, or all; how many. Access tokens live on to
    /// their end, as Entra's do without continuous access evaluation.
    pub fn revoke(&self, user: Option<&str>) -> usize {
        let mut ledger = self.ledger();
        let before = ledger.renewals.len();
        ledger.renewals.retain(|_, renewal| user.is_some_and(|user| renewal.user.id != user));
        before - ledger.renewals.len()
    }

    /// A GUID-shaped random text, for request, trace and device ids.
    pub fn random_guid(&self) -> String {
        let (high, low) = (self.random_number(), self.random_number());
        let variant = 0x8000 | ((low >> 48) & 0x3fff);
        format!(
            "{:08x}-{:04x}-4{:03x}-{variant:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            low & 0xffff_ffff_ffff
        )
    }

    fn random_number(&self) -> u64 {
        // The standard hasher's keys are the operating system's randomness; each id draws fresh ones.
        RandomState::new().hash_one(self.random.hash_one(std::time::Instant::now()))
    }

    fn random_text(&self, numbers: usize) -> String {
        let bytes: Vec<u8> = (0..numbers).flat_map(|_| self.random_number().to_be_bytes()).collect();
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether `name` is this directory: its id, its domain, or one of Entra's words for "the user's own".
    fn is_tenant(&self, name: &str) -> bool {
        [self.tenant_id.as_str(), self.domain.as_str(), "common", "organizations"]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(name))
    }

    /// Issues a token.
    fn issue(&self, issue: Issue, now: Timestamp) -> String {
        let Issue { app, caller, lifetime, claims: asked } = issue;
        let token = Token { app: app.id, issued: now, claims: asked };
        let expires = now + span(lifetime);
        let header = json!({ "typ": "JWT", "alg": "RS256", "kid": "lab" });
        let mut claims = claims(self, app, &caller, now, expires);
        if token.declares("cp1") {
            claims["xms_cc"] = json!(["cp1"]);
        }
        let grant = Grant { caller, expires, token };
        let token = format!("{}.{}.{}", encode_part(&header), encode_part(&claims), self.random_text(8));
        let mut ledger = self.ledger();
        ledger.tokens.insert(token.clone(), grant);
        if ledger.tokens.len() > TOKENS_MAX {
            ledger.tokens.shift_remove_index(0);
        }
        token
    }
}

impl Identity {
    /// Who signed in, for the application `app`.
    fn id_token(&self, app: &App, user: &SignedIn, now: Timestamp) -> String {
        let header = json!({ "typ": "JWT", "alg": "RS256", "kid": "lab" });
        let claims = json!({
            "aud": app.id,
            "iss": format!("https://login.microsoftonline.com/{}/v2.0", self.tenant_id),
            "iat": now.unix_seconds(),
            "nbf": now.unix_seconds(),
            "exp": (now + span(self.token_lifetime)).unix_seconds(),
            "oid": user.id,
            "sub": user.id,
            "preferred_username": user.upn,
            "tid": self.tenant_id,
            "ver": "2.0",
        });
        format!("{}.{}.{}", encode_part(&header), encode_part(&claims), self.random_text(8))
    }
}

impl State {
    /// The user called `upn`, or the lab's analyst where none is named: the first user of a security department, else
    /// the first user.
    pub fn signed_in(&self, upn: Option<&str>) -> Option<SignedIn> {
        let tenant = self.tenant();
        let text = |user: Head<'_>, name: &str| user.text(name).unwrap_or_default().to_owned();
        let found = if let Some(upn) = upn {
            tenant.users.heads().find(|(_, user)| text(*user, "userPrincipalName").eq_ignore_ascii_case(upn))
        } else {
            let security = |user: Head<'_>| text(user, "department").to_lowercase().contains("security");
            tenant.users.heads().find(|(_, user)| security(*user)).or_else(|| tenant.users.heads().next())
        };
        found.map(|(id, user)| SignedIn { id: id.clone(), upn: text(user, "userPrincipalName") })
    }
}

/// The token of an `Authorization` header.
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    Some(token.trim()).filter(|token| scheme.eq_ignore_ascii_case("bearer") && !token.is_empty())
}

/// 401 with its challenge; `reason` are the challenge's further parameters.
fn unauthorized(authority: &str, message: &str, reason: &str) -> Problem {
    let challenge = format!(
        "Bearer realm=\"\", authorization_uri=\"{authority}/common/oauth2/authorize\", \
         client_id=\"00000003-0000-0000-c000-000000000000\"{reason}"
    );
    Problem { challenge: Some(challenge), ..Problem::new(401, "InvalidAuthenticationToken", message) }
}

/// The refusal of a token past its time.
pub fn expired(authority: &str) -> Problem {
    let message = "Lifetime validation failed, the token is expired.";
    unauthorized(authority, message, ", error=\"invalid_token\", error_description=\"The token has expired\"")
}

/// The refusal of a token that continuous access evaluation no longer honours, with the `claims` (base64) that a new one
/// is to be asked for with, or to a client that would not understand them.
pub fn revoked_since(authority: &str, claims: Option<&str>) -> Problem {
    let message = "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: \
                   TokenIssuedBeforeRevocationTimestamp";
    let reason = claims.map(|claims| format!(", error=\"insufficient_claims\", claims=\"{claims}\""));
    unauthorized(authority, message, &reason.unwrap_or_default())
}

/// A part of a JWT.
fn encode_part(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}

/// The JSON of a part of a JWT.
fn decode_part(part: &str) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?).ok()
}

/// The application registered under `id`.
fn app(id: &str) -> Option<&'static App> {
    [&READ_WRITE, &READ_ONLY].into_iter().find(|app| app.id.eq_ignore_ascii_case(id))
}

fn app_caller(app: &App) -> Caller {
    let permissions = app.permissions.iter().map(|&name| name.to_owned()).collect();
    Caller { name: app.name.to_owned(), user: None, permissions }
}

/// Claims as in Graph's v1 tokens.
fn claims(identity: &Identity, app: &App, caller: &Caller, now: Timestamp, expires: Timestamp) -> Value {
    let mut claims = json!({
        "aud": "https://graph.microsoft.com",
        "iss": format!("https://sts.windows.net/{}/", identity.tenant_id),
        "iat": now.unix_seconds(),
        "nbf": now.unix_seconds(),
        "exp": expires.unix_seconds(),
        "app_displayname": app.name,
        "appid": app.id,
        "tid": identity.tenant_id,
        "ver": "1.0",
    });
    if let Some(claims) = claims.as_object_mut() {
        if let Some(user) = &caller.user {
            claims.insert("idtyp".to_owned(), "user".into());
            claims.insert("oid".to_owned(), user.as_str().into());
            claims.insert("upn".to_owned(), caller.name.as_str().into());
            claims.insert("scp".to_owned(), caller.permissions.join(" ").into());
        } else {
            claims.insert("idtyp".to_owned(), "app".into());
            claims.insert("roles".to_owned(), json!(caller.permissions));
        }
    }
    claims
}
