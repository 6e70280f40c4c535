//! The signed-in state: one token, renewed ahead of its end, one sign-in at a time.

use super::azure_cli::AzureCli;
use super::client_certificate::ClientCertificate;
use super::client_secret::ClientSecret;
use super::device_code::DeviceCode;
use super::fixed::Fixed;
use super::managed_identity::ManagedIdentity;
use super::workload_identity::WorkloadIdentity;
use super::{AuthConfig, Credential, Grant, Identity, SignInError, TokenCache, TokenEndpoint, TokenSource, Wanted};
use crate::base::{Secret, TimeSpan, Timestamp, time::TICKS_PER_SECOND};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};
use tokio::sync::{Mutex, Notify};

/// How long before its end a token is renewed.
const AHEAD: TimeSpan = TimeSpan(300 * TICKS_PER_SECOND);

/// A token in use.
#[derive(Clone, Debug)]
pub struct Token {
    access: Secret,
    number: u64,
    expires: Option<Timestamp>,
}

impl Token {
    /// The text for the `Authorization` header.
    pub fn access(&self) -> &Secret {
        &self.access
    }
}

/// Who is signed in. Shared by all clients of a tenant.
pub struct Session {
    source: Box<dyn TokenSource>,
    endpoint: TokenEndpoint,
    cache: Option<TokenCache>,
    state: Mutex<State>,
    /// How many sign-ins have ended, well or badly.
    ended: AtomicU64,
    identity: RwLock<Option<Identity>>,
    /// Tells a sign-in under way to end.
    cancelled: Notify,
}

#[derive(Default)]
struct State {
    token: Option<Token>,
    refresh: Option<Secret>,
    failure: Option<SignInError>,
}

impl Session {
    /// A session that will sign in as `config` says, at the first call that needs it.
    ///
    /// # Errors
    /// [`SignInError::Config`] where `config` cannot work.
    pub fn new(config: AuthConfig) -> Result<Self, SignInError> {
        let endpoint = TokenEndpoint::new(&config)?;
        let source: Box<dyn TokenSource> = match config.credential {
            Credential::ClientSecret(secret) => Box::new(ClientSecret::new(secret)),
            Credential::ClientCertificate(pem) => Box::new(ClientCertificate::from_pem(&pem)?),
            Credential::AzureCli(program) => Box::new(AzureCli::new(program)),
            Credential::ManagedIdentity(host) => Box::new(ManagedIdentity::new(host)?),
            Credential::WorkloadIdentity(file) => Box::new(WorkloadIdentity::new(file)),
            Credential::DeviceCode(prompt) => Box::new(DeviceCode::new(prompt)),
            Credential::Token(token) => Box::new(Fixed::new(token)),
        };
        Ok(Self { cache: config.cache, ..Self::with_source(source, endpoint) })
    }

    /// A session on a source of its own.
    pub fn with_source(source: Box<dyn TokenSource>, endpoint: TokenEndpoint) -> Self {
        Self {
            source,
            endpoint,
            cache: None,
            state: Mutex::default(),
            ended: AtomicU64::new(0),
            identity: RwLock::new(None),
            cancelled: Notify::new(),
        }
    }

    /// Signs in if need be. Worth a task of its own where a person has to type a code: if the call that started a
    /// sign-in is dropped, the sign-in goes with it, and the next call starts another.
    pub async fn sign_in(&self) -> Result<(), SignInError> {
        self.token().await.map(|_| ())
    }

    /// Ends a sign-in under way, if there is one; the calls that wait for it fail.
    pub fn cancel_sign_in(&self) {
        self.cancelled.notify_waiters();
    }

    /// Who is signed in, where the token tells.
    pub fn identity(&self) -> Option<Identity> {
        self.identity.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A token good for a call now.
    pub async fn token(&self) -> Result<Token, SignInError> {
        let seen = self.ended.load(Ordering::Acquire);
        let mut state = self.state.lock().await;
        let now = self.endpoint.now();
        match &state.token {
            Some(token) if !is_due(token, now, AHEAD) => return Ok(token.clone()),
            _ => {}
        }
        self.renew(&mut state, seen, None).await.or_else(|error| match &state.token {
            // Renewing ahead of time failed: the old one still has some minutes.
            Some(token) if !is_due(token, now, TimeSpan(0)) => Ok(token.clone()),
            _ => Err(error),
        })
    }

    /// A token other than `rejected`, which Graph did not accept, and with the `claims` it asked for.
    pub async fn replace(&self, rejected: &Token, claims: Option<&str>) -> Result<Token, SignInError> {
        let seen = self.ended.load(Ordering::Acquire);
        let mut state = self.state.lock().await;
        match &state.token {
            Some(token) if token.number != rejected.number => return Ok(token.clone()),
            _ => {}
        }
        if !self.source.is_renewable() {
            return Err(SignInError::TokenEnded);
        }
        state.token = None;
        self.renew(&mut state, seen, claims).await
    }

    /// Signs in under the lock. Whoever waited for the lock while another's sign-in failed shares that failure, so
    /// that ten waiting calls are not ten wrong passwords.
    async fn renew(&self, state: &mut State, seen: u64, claims: Option<&str>) -> Result<Token, SignInError> {
        if self.ended.load(Ordering::Acquire) != seen
            && let Some(failure) = &state.failure
        {
            return Err(failure.clone());
        }
        if let (None, Some(cache)) = (&state.refresh, &self.cache) {
            state.refresh = cache.load(self.endpoint.place()).await?;
        }
        let wanted = Wanted { refresh: state.refresh.as_ref(), claims };
        let outcome = tokio::select! {
            outcome = self.source.obtain(&self.endpoint, wanted) => outcome,
            () = self.cancelled.notified() => Err(SignInError::Cancelled),
        };
        let number = self.ended.fetch_add(1, Ordering::AcqRel) + 1;
        match outcome {
            Ok(grant) => {
                if let (Some(refresh), Some(cache)) = (&grant.refresh, &self.cache) {
                    cache.store(self.endpoint.place(), Some(refresh.clone())).await?;
                }
                Ok(self.accept(state, grant, number))
            }
            Err(error) => {
                state.failure = Some(error.clone());
                Err(error)
            }
        }
    }

    fn accept(&self, state: &mut State, grant: Grant, number: u64) -> Token {
        let lifetime = grant.lifetime.map(|lifetime| TimeSpan(lifetime.as_secs() as i64 * TICKS_PER_SECOND));
        let expires = lifetime.map(|lifetime| self.endpoint.now() + lifetime);
        *self.identity.write().unwrap_or_else(PoisonError::into_inner) = Identity::of(&grant.access);
        let token = Token { access: grant.access, number, expires };
        *state = State { token: Some(token.clone()), refresh: grant.refresh, failure: None };
        token
    }
}

/// Whether `token` ends within `ahead` of `now`.
fn is_due(token: &Token, now: Timestamp, ahead: TimeSpan) -> bool {
    token.expires.is_some_and(|expires| expires <= now + ahead)
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("client_id", &self.endpoint.client_id()).finish_non_exhaustive()
    }
}
