//! The device authorization grant: a person types a code at a browser anywhere, RFC 8628.
//!
//! <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code>

use super::{Grant, Prompt, PromptSink, SignInError, TokenEndpoint, TokenSource, Wanted, challenge};
use crate::base::{Secret, TimeSpan, Timestamp, time::TICKS_PER_SECOND};
use crate::model::json::Fields;
use futures_util::future::BoxFuture;
use serde_json::Value;
use std::time::Duration;

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// Between polls where the service names no interval, RFC 8628 §3.2.
const INTERVAL_DEFAULT: u64 = 5;
/// How much slower to poll after `slow_down`, RFC 8628 §3.5.
const SLOWER: Duration = Duration::from_secs(5);
/// How long a code lives where the service does not say.
const LIFETIME_DEFAULT: i64 = 900;
/// The longest wait for a code, whatever the service says.
const LIFETIME_MAX: i64 = 3_600;

/// Signs a person in by a code shown through a [`PromptSink`].
pub struct DeviceCode {
    prompt: PromptSink,
}

/// A code being waited for.
struct Pending {
    device_code: Secret,
    interval: Duration,
    expires: Timestamp,
}

impl DeviceCode {
    /// A source that shows its codes through `prompt`.
    pub fn new(prompt: PromptSink) -> Self {
        Self { prompt }
    }

    async fn ask(&self, endpoint: &TokenEndpoint, claims: &str) -> Result<Pending, SignInError> {
        let scope = delegated_scope(endpoint);
        let form = [("client_id", endpoint.client_id()), ("scope", &scope), ("claims", claims)];
        let (pending, prompt) = read_code(endpoint.post("devicecode", &form).await?, endpoint.now())?;
        self.prompt.show(prompt);
        Ok(pending)
    }
}

impl TokenSource for DeviceCode {
    fn obtain<'a>(
        &'a self,
        endpoint: &'a TokenEndpoint,
        wanted: Wanted<'a>,
    ) -> BoxFuture<'a, Result<Grant, SignInError>> {
        Box::pin(async move {
            let claims = challenge::form_field(wanted.claims);
            if let Some(refresh) = wanted.refresh {
                match renew(endpoint, refresh, &claims).await {
                    Err(error) if error.wants_person() => {}
                    other => return other,
                }
            }
            let pending = self.ask(endpoint, &claims).await?;
            let outcome = poll(endpoint, pending, &claims).await;
            self.prompt.end();
            outcome
        })
    }
}

async fn renew(endpoint: &TokenEndpoint, refresh: &Secret, claims: &str) -> Result<Grant, SignInError> {
    let scope = delegated_scope(endpoint);
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", endpoint.client_id()),
        ("refresh_token", refresh.reveal()),
        ("scope", &scope),
        ("claims", claims),
    ];
    let mut grant = endpoint.token(&form).await?;
    // A service that does not rotate the refresh token leaves it out.
    grant.refresh.get_or_insert_with(|| refresh.clone());
    Ok(grant)
}

async fn poll(endpoint: &TokenEndpoint, pending: Pending, claims: &str) -> Result<Grant, SignInError> {
    let mut interval = pending.interval;
    let form = [
        ("grant_type", GRANT_TYPE),
        ("client_id", endpoint.client_id()),
        ("device_code", pending.device_code.reveal()),
        ("claims", claims),
    ];
    loop {
        endpoint.sleep(interval).await;
        match endpoint.token(&form).await {
            Ok(grant) => return Ok(grant),
            Err(error) => match error.oauth() {
                Some("authorization_pending") => {}
                Some("slow_down") => interval += SLOWER,
                Some("authorization_declined" | "access_denied") => return Err(SignInError::Declined),
                Some("expired_token" | "code_expired") => return Err(SignInError::Expired),
                // A network that hiccups while the person types must not cost them the code.
                _ if error.is_offline() => {}
                _ => return Err(error),
            },
        }
        if endpoint.now() >= pending.expires {
            return Err(SignInError::Expired);
        }
    }
}

/// Permissions consented to, a refresh token, and who it is.
fn delegated_scope(endpoint: &TokenEndpoint) -> String {
    format!("{} offline_access openid profile", endpoint.scope())
}

fn read_code(answer: Value, now: Timestamp) -> Result<(Pending, Prompt), SignInError> {
    let garbled = |problem: &str| SignInError::Garbled { problem: format!("device code answer: {problem}") };
    let mut fields = Fields::of("device code", answer).map_err(|shape| garbled(&shape.problem))?;
    let device_code = fields.text("device_code").ok_or_else(|| garbled("no device_code"))?;
    let user_code = fields.text("user_code").ok_or_else(|| garbled("no user_code"))?;
    let verification_uri = fields
        .text("verification_uri")
        .or_else(|| fields.text("verification_url"))
        .ok_or_else(|| garbled("no verification_uri"))?;
    let seconds = fields.integer("expires_in").unwrap_or(LIFETIME_DEFAULT).clamp(0, LIFETIME_MAX);
    let expires = now + TimeSpan(seconds * TICKS_PER_SECOND);
    let interval = fields.integer("interval").and_then(|seconds| u64::try_from(seconds).ok());
    let message = fields
        .text("message")
        .unwrap_or_else(|| format!("open {} and enter the code {}", verification_uri.raw(), user_code.raw()).into());
    let pending = Pending {
        device_code: Secret::new(device_code.raw()),
        interval: Duration::from_secs(interval.unwrap_or(INTERVAL_DEFAULT)),
        expires,
    };
    Ok((pending, Prompt { user_code, verification_uri, message, expires }))
}
