//! The lab's sign-in service: registered applications, tokens and who a token speaks for.
//!
//! Tokens look like Graph's (a JWT with `roles` or `scp`), but only the lab's own ledger decides what one is worth; the
//! signature is random text.

pub mod device;
pub mod refusal;
pub mod token;

use super::LabOptions;
use super::clock::span;
use super::entities::Head;
use super::reply::Problem;
use super::tenant::Tenant;
use super::{Addresses, state::State};
use crate::base::{Secret, Timestamp};
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

/// May read everything the lab serves and change incidents and alerts.
static READ_WRITE: App = App {
    id: "6f1c8a52-7d3e-4b90-9a41-c2e5d7f80b13",
    name: "watchfloor lab",
    permissions: &[
        "AuditLog.Read.All",
        "Directory.Read.All",
        "IdentityRiskEvent.Read.All",
        "IdentityRiskyUser.Read.All",
        "SecurityAlert.ReadWrite.All",
        "SecurityIncident.ReadWrite.All",
        "ThreatHunting.Read.All",
        "User-LifeCycleInfo.Read.All",
        "User.Read",
        "User.Read.All",
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

/// What a token was issued for.
#[derive(Clone, Debug)]
struct Grant {
    caller: Caller,
    expires: Timestamp,
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
        let token = self.issue(&READ_WRITE, caller, READY_TOKEN_LIFETIME, now);
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
        let refuse = |message: &str, reason: &str| {
            let challenge = format!(
                "Bearer realm=\"\", authorization_uri=\"{authority}/common/oauth2/authorize\", \
                 client_id=\"00000003-0000-0000-c000-000000000000\"{reason}"
            );
            Problem { challenge: Some(challenge), ..Problem::new(401, "InvalidAuthenticationToken", message) }
        };
        let token = header.and_then(|header| header.split_once(' '));
        let token = token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
        let Some(token) = token.filter(|token| !token.is_empty()) else {
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
            let message = "Lifetime validation failed, the token is expired.";
            return Err(refuse(message, ", error=\"invalid_token\", error_description=\"The token has expired\""));
        }
        Ok(grant.caller.clone())
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

    /// Issues a token for `caller` through `app`.
    fn issue(&self, app: &'static App, caller: Caller, lifetime: Duration, now: Timestamp) -> String {
        let expires = now + span(lifetime);
        let header = json!({ "typ": "JWT", "alg": "RS256", "kid": "lab" });
        let claims = claims(self, app, &caller, now, expires);
        let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let token = format!("{}.{}.{}", encode(&header), encode(&claims), self.random_text(8));
        let mut ledger = self.ledger();
        ledger.tokens.insert(token.clone(), Grant { caller, expires });
        if ledger.tokens.len() > TOKENS_MAX {
            ledger.tokens.shift_remove_index(0);
        }
        token
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
