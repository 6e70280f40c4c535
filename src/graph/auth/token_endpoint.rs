//! Entra's token endpoint: form in, token or error out.

use super::{AuthConfig, Credential, Grant, SignInError};
use crate::base::{Secret, Timestamp, Untrusted};
use crate::graph::{Ambient, http};
use crate::model::json::Fields;
use serde_json::Value;
use std::time::Duration;
use url::Url;

/// How long one exchange may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How much of an answer that is no JSON is kept.
const BODY_CHARS_KEPT: usize = 200;

/// The `oauth2/v2.0` endpoints of a tenant, as one app registration sees them.
pub struct TokenEndpoint {
    http: reqwest::Client,
    base: Url,
    client_id: String,
    resource: String,
    ambient: Ambient,
}

impl TokenEndpoint {
    /// The endpoints that `config` names.
    pub fn new(config: &AuthConfig) -> Result<Self, SignInError> {
        if let Some(problem) = http::unsafe_reason(&config.authority) {
            return Err(SignInError::Config { problem });
        }
        let tenant = match (&*config.tenant, &config.credential) {
            // A ready token asks nothing of the login service, so any place will do.
            ("", Credential::Token(_)) => "organizations",
            (tenant, _) => tenant,
        };
        let base = http::join(&config.authority, &[tenant, "oauth2", "v2.0"])
            .ok_or_else(|| SignInError::Config { problem: "no tenant is named".to_owned() })?;
        let http = http::client(&config.authority).map_err(|problem| SignInError::Config { problem })?;
        Ok(Self {
            http,
            base,
            client_id: config.client_id.clone(),
            resource: http::origin(&config.graph_root),
            ambient: config.ambient,
        })
    }

    /// The app registration.
    pub fn client_id(&self) -> &str {
        &self.client_id
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
        read_grant(self.post("token", form).await?)
    }

    /// Posts `form` to `leaf` and reads the JSON that comes back.
    pub async fn post(&self, leaf: &str, form: &[(&str, &str)]) -> Result<Value, SignInError> {
        let offline = |error| SignInError::Offline { host: http::origin(&self.base), reason: http::reason(error) };
        let Some(url) = http::join(&self.base, &[leaf]) else {
            return Err(SignInError::Config { problem: "the authority cannot carry a path".to_owned() });
        };
        let answer = self.http.post(url).timeout(TIMEOUT).form(form).send().await.map_err(offline)?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(offline)?;
        let Ok(value) = serde_json::from_slice::<Value>(&body) else {
            let start: String = String::from_utf8_lossy(&body).chars().take(BODY_CHARS_KEPT).collect();
            let start = Untrusted::new(without_secrets(&start, form));
            return Err(SignInError::Garbled { problem: format!("status {}: {}", status.as_u16(), start.line()) });
        };
        if status.is_success() { Ok(value) } else { Err(read_refusal(status.as_u16(), value, form)) }
    }
}

fn read_grant(answer: Value) -> Result<Grant, SignInError> {
    let garbled = |problem: &str| SignInError::Garbled { problem: format!("token answer: {problem}") };
    let mut fields = Fields::of("token", answer).map_err(|shape| garbled(&shape.problem))?;
    let access = fields.text("access_token").filter(|token| is_header_safe(token.raw()));
    let access = access.ok_or_else(|| garbled("no access_token"))?;
    // Some of Entra's endpoints write the number as text.
    let lifetime = fields.text("expires_in").and_then(|seconds| seconds.raw().parse().ok()).map(Duration::from_secs);
    Ok(Grant {
        access: Secret::new(access.raw()),
        refresh: fields.text("refresh_token").map(|token| Secret::new(token.raw())),
        lifetime,
    })
}

/// Whether a token can stand in a header.
fn is_header_safe(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic())
}

fn read_refusal(status: u16, answer: Value, form: &[(&str, &str)]) -> SignInError {
    let mut fields = Fields::or_empty(answer);
    let description = fields.text_or_empty("error_description");
    let listed = fields.list("error_codes").first().and_then(Value::as_u64);
    let aadsts = listed.and_then(|code| u32::try_from(code).ok()).or_else(|| aadsts_in(description.raw()));
    SignInError::Refused {
        status,
        error: fields.text_or_empty("error"),
        aadsts,
        description: without_secrets(description.raw(), form).into(),
        correlation_id: fields.text("correlation_id"),
    }
}

/// The number of the first `AADSTS…` in `text`.
fn aadsts_in(text: &str) -> Option<u32> {
    let (_, rest) = text.split_once("AADSTS")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// `text` without what we sent in confidence, in case a server echoes it.
fn without_secrets(text: &str, form: &[(&str, &str)]) -> String {
    form.iter()
        .filter(|(name, value)| is_confidential(name) && !value.is_empty())
        .fold(text.to_owned(), |text, (_, value)| text.replace(value, "***"))
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
    }

    #[test]
    fn a_token_that_could_break_a_header_is_none() {
        for token in ["", "a b", "a\r\nX: y", "é"] {
            assert!(read_grant(json!({"access_token": token})).is_err(), "{token:?}");
        }
        let grant = read_grant(json!({"access_token": "t", "expires_in": "3599"})).unwrap();
        assert_eq!(grant.lifetime, Some(Duration::from_secs(3_599)));
    }
}
