//! Entra's token endpoint: form in, token or error out.

use super::{AuthConfig, Credential, Grant, SignInError, challenge};
use crate::base::{Secret, Timestamp, Untrusted};
use crate::graph::{Ambient, Cloud, http, retry};
use crate::model::Node;
use crate::model::json::Fields;
use reqwest::header::RETRY_AFTER;
use serde_json::Value;
use std::time::Duration;
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

/// How long one exchange may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Tries of an exchange with a service in trouble.
const TRIES: u32 = 3;
/// The pause after the first, where the service names none; it doubles.
const PAUSE: Duration = Duration::from_secs(1);
/// The longest pause; a service that asks for more is given up on.
const WAIT_MAX: Duration = Duration::from_secs(20);
/// How much of an answer that is no JSON is kept.
const BODY_CHARS_KEPT: usize = 200;
/// The most bytes of one answer; a token with many groups or roles is some 10 kB.
const BODY_BYTES_MAX: usize = 1024 * 1024;
/// Room made for an answer at once, so that growing seldom leaves copies of a token behind.
const BODY_BYTES_USUAL: usize = 16 * 1024;

/// The `oauth2/v2.0` endpoints of a tenant, as one app registration sees them.
pub struct TokenEndpoint {
    http: reqwest::Client,
    base: Url,
    tenant: String,
    client_id: String,
    resource: String,
    cloud: Option<Cloud>,
    ambient: Ambient,
}

impl TokenEndpoint {
    /// The endpoints that `config` names.
    pub fn new(config: &AuthConfig) -> Result<Self, SignInError> {
        if let Some(problem) = http::unsafe_reason(&config.authority) {
            return Err(SignInError::Config { problem });
        }
        let tenant = match (&*config.tenant, &config.credential) {
            // These ask nothing of the login service, so any place will do.
            ("", Credential::Token(_) | Credential::AzureCli(_) | Credential::ManagedIdentity(_)) => "organizations",
            (tenant, _) => tenant,
        };
        let base = http::join(&config.authority, &[tenant, "oauth2", "v2.0"])
            .ok_or_else(|| SignInError::Config { problem: "no tenant is named".to_owned() })?;
        let http =
            http::client(&config.authority, &config.network).map_err(|problem| SignInError::Config { problem })?;
        Ok(Self {
            http,
            base,
            tenant: config.tenant.clone(),
            client_id: config.client_id.clone(),
            cloud: Cloud::of_graph_root(&config.graph_root),
            resource: http::origin(&config.graph_root),
            ambient: config.ambient,
        })
    }

    /// The app registration.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The tenant, where one is named.
    pub fn tenant(&self) -> Option<&str> {
        Some(&*self.tenant).filter(|tenant| !tenant.is_empty())
    }

    /// The cloud that the token is for; `None` for a lab or a custom endpoint.
    pub fn cloud(&self) -> Option<Cloud> {
        self.cloud
    }

    /// What the token is for: Graph's root.
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// Where tokens are asked for.
    pub fn token_address(&self) -> String {
        format!("{}/token", self.base.as_str().trim_end_matches('/'))
    }

    /// What tells this sign-in from others in a store: the login service, the tenant and the app.
    pub fn place(&self) -> String {
        place(&self.base, &self.client_id)
    }

    /// A random GUID.
    pub fn guid(&self) -> String {
        self.ambient.guid()
    }

    /// All that the app registration was granted of Graph.
    pub fn scope(&self) -> String {
        format!("{}/.default", self.resource)
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        (self.ambient.now)()
    }

    /// Waits.
    pub async fn sleep(&self, length: Duration) {
        (self.ambient.sleep)(length).await;
    }

    /// Asks for a token.
    pub async fn token(&self, form: &[(&str, &str)]) -> Result<Grant, SignInError> {
        read_grant(self.post("token", form).await?, self.now())
    }

    /// Asks for the app's own token, `assertion` standing for its secret.
    pub async fn token_by_assertion(&self, assertion: &Secret, claims: Option<&str>) -> Result<Grant, SignInError> {
        let (scope, claims) = (self.scope(), challenge::form_field(claims));
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", self.client_id()),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion.reveal()),
            ("scope", &scope),
            ("claims", &claims),
        ];
        self.token(&form).await
    }

    /// Posts `form` to `leaf` and reads the JSON that comes back. A service in trouble is asked again: no exchange does
    /// anything that twice would be worse.
    pub async fn post(&self, leaf: &str, form: &[(&str, &str)]) -> Result<Value, SignInError> {
        let offline = |error| SignInError::Offline { host: http::origin(&self.base), reason: http::reason(error) };
        let Some(url) = http::join(&self.base, &[leaf]) else {
            return Err(SignInError::Config { problem: "the authority cannot carry a path".to_owned() });
        };
        let mut pause = PAUSE;
        let mut tries = 1;
        loop {
            let request = self.http.post(url.clone()).timeout(TIMEOUT).form(form);
            let answer = request.send().await.map_err(offline)?;
            let is_busy = matches!(answer.status().as_u16(), 429 | 500 | 502..=504);
            let asked = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
            let wait = asked.and_then(|text| retry::retry_after(text, self.now())).unwrap_or(pause);
            if !is_busy || tries >= TRIES || wait > WAIT_MAX {
                return read_json(answer, form).await.map_err(|error| match error {
                    Unread::Lost(error) => offline(error),
                    Unread::Refused(error) => error,
                });
            }
            self.sleep(wait).await;
            pause *= 2;
            tries += 1;
        }
    }
}

/// What tells the app `client_id` at the login service and tenant of `base` from others in a store.
pub fn place(base: &Url, client_id: &str) -> String {
    format!("{} {client_id}", base.as_str().trim_end_matches('/'))
}

/// Why there is no JSON to read.
pub enum Unread {
    /// The connection broke.
    Lost(reqwest::Error),
    /// The service answered with an error, or with something else.
    Refused(SignInError),
}

/// The JSON of a good answer. `form` is what was sent: what of it is secret is struck out of any error.
pub async fn read_json(mut answer: reqwest::Response, form: &[(&str, &str)]) -> Result<Value, Unread> {
    let status = answer.status().as_u16();
    let mut body = Zeroizing::new(Vec::with_capacity(BODY_BYTES_USUAL));
    while let Some(chunk) = answer.chunk().await.map_err(Unread::Lost)? {
        if body.len() + chunk.len() > BODY_BYTES_MAX {
            let problem = format!("status {status}: larger than {} MiB", BODY_BYTES_MAX >> 20);
            return Err(Unread::Refused(SignInError::Garbled { problem }));
        }
        body.extend_from_slice(&chunk);
    }
    read_body(status, &body, form).map_err(Unread::Refused)
}

/// The JSON in the `body` of an answer with this `status` to `form`, unless it is a refusal or something else. What of
/// `form` is secret is struck out of any error.
///
/// # Errors
/// [`SignInError::Refused`] with what Entra says, [`SignInError::Garbled`] where it is not Entra's.
pub fn read_body(status: u16, body: &[u8], form: &[(&str, &str)]) -> Result<Value, SignInError> {
    let Ok(value) = serde_json::from_slice::<Value>(body) else {
        // Struck out before it is cut, or the start of a secret could stay.
        let text = without_secrets(&String::from_utf8_lossy(body), form);
        let start = Untrusted::new(text.chars().take(BODY_CHARS_KEPT).collect::<String>());
        return Err(SignInError::Garbled { problem: format!("status {status}: {}", start.line()) });
    };
    if (200..300).contains(&status) { Ok(value) } else { Err(read_refusal(status, value, form)) }
}

/// The token in an answer that came at `now`.
pub fn read_grant(answer: Value, now: Timestamp) -> Result<Grant, SignInError> {
    let garbled = |problem: &str| SignInError::Garbled { problem: format!("token answer: {problem}") };
    let mut fields = Fields::of("token", answer).map_err(|shape| garbled(&shape.problem))?;
    // Moved, not copied: the text is zeroed with the secret.
    let mut secret = |name: &str| match fields.take(name) {
        Some(Node::Text(text)) if is_header_safe(&text) => Some(Secret::new(text)),
        _ => None,
    };
    let access = secret("access_token").ok_or_else(|| garbled("no access_token"))?;
    let refresh = secret("refresh_token");
    // Some of Entra's endpoints write numbers as text, and some only the instant it ends.
    let mut number = |name: &str| fields.text(name).and_then(|seconds| seconds.raw().parse::<i64>().ok());
    let left = number("expires_in").or_else(|| number("expires_on").map(|at| at - now.unix_seconds()));
    let lifetime = left.and_then(|seconds| u64::try_from(seconds).ok()).map(Duration::from_secs);
    Ok(Grant { access, refresh, lifetime })
}

/// Whether a token can stand in a header.
fn is_header_safe(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic())
}

fn read_refusal(status: u16, answer: Value, form: &[(&str, &str)]) -> SignInError {
    let mut fields = Fields::or_empty(answer);
    let description = fields.text_or_empty("error_description");
    let listed = fields.list("error_codes").into_iter().next().map(Value::from).and_then(|code| code.as_u64());
    let aadsts = listed.and_then(|code| u32::try_from(code).ok()).or_else(|| aadsts_in(description.raw()));
    let clean = |text: Untrusted| Untrusted::from(without_secrets(text.raw(), form));
    SignInError::Refused {
        status,
        error: clean(fields.text_or_empty("error")),
        aadsts,
        description: clean(description),
        correlation_id: fields.text("correlation_id").map(clean),
    }
}

/// The number of the first `AADSTS…` in `text`.
pub fn aadsts_in(text: &str) -> Option<u32> {
    let (_, rest) = text.split_once("AADSTS")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// `text` without what we sent in confidence, as it is or as a form has it, in case a server echoes it.
fn without_secrets(text: &str, form: &[(&str, &str)]) -> String {
    let mut text = text.to_owned();
    for (_, secret) in form.iter().filter(|(name, secret)| is_confidential(name) && !secret.is_empty()) {
        let encoded = Zeroizing::new(form_urlencoded::byte_serialize(secret.as_bytes()).collect::<String>());
        for secret in [secret, &**encoded] {
            if text.contains(secret) {
                text = text.replace(secret, "***");
            }
        }
    }
    text
}

fn is_confidential(name: &str) -> bool {
    matches!(name, "client_secret" | "refresh_token" | "device_code" | "client_assertion")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_code_of_a_refusal_is_found_in_list_or_text() {
        let cases = [
            (json!({"error_codes": [70016], "error_description": "AADSTS1: x"}), Some(70_016)),
            (json!({"error_description": "AADSTS7000215: Invalid client secret provided."}), Some(7_000_215)),
            (json!({"error_description": "AADSTSx"}), None),
            (json!({}), None),
        ];
        for (body, expected) in cases {
            let SignInError::Refused { aadsts, .. } = read_refusal(400, body.clone(), &[]) else { panic!("{body}") };
            assert_eq!(aadsts, expected, "{body}");
        }
    }

    #[test]
    fn an_echoed_secret_is_struck_out() {
        let form = [("client_id", "app"), ("client_secret", "hunter2")];
        assert_eq!(without_secrets("app sent hunter2", &form), "app sent ***");
        let form = [("client_secret", "a~b+c/d")];
        assert_eq!(without_secrets("client_secret=a%7Eb%2Bc%2Fd&x=a~b+c/d", &form), "client_secret=***&x=***");
        let long = format!("{}a~b+c/d", "x".repeat(BODY_CHARS_KEPT - 3));
        let error = read_body(502, long.as_bytes(), &form).unwrap_err();
        assert_eq!(error.to_string().chars().filter(|c| *c == '~').count(), 0, "{error}");
        let body = json!({"error": "a~b+c/d", "correlation_id": "a~b+c/d", "error_description": "a~b+c/d"}).to_string();
        let error = read_body(400, body.as_bytes(), &form).unwrap_err();
        assert!(!format!("{error:?}").contains("a~b"), "{error:?}");
    }

    #[test]
    fn a_token_that_could_break_a_header_is_none() {
        for token in ["", "a b", "a\r\nX: y", "é"] {
            assert!(read_grant(json!({"access_token": token}), Timestamp::MIN).is_err(), "{token:?}");
        }
    }

    #[test]
    fn a_tokens_life_is_read_as_a_length_or_as_an_end() {
        let now = Timestamp::from_unix_seconds(1_000);
        for (told, expected) in [
            (json!({"access_token": "t", "expires_in": "3599"}), Some(3_599)),
            (json!({"access_token": "t", "expires_in": 60, "expires_on": 1}), Some(60)),
            (json!({"access_token": "t", "expires_on": "1060"}), Some(60)),
            (json!({"access_token": "t", "expires_on": 900}), None),
            (json!({"access_token": "t"}), None),
        ] {
            assert_eq!(read_grant(told, now).unwrap().lifetime, expected.map(Duration::from_secs));
        }
    }
}
