//! Sign-in errors in Entra's shape.
//! <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>

use crate::lab::state::State;
use serde_json::{Value, json};

/// Why a sign-in request was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// `error`.
    pub error: &'static str,
    /// The number after `AADSTS`.
    pub code: u32,
    /// The description's first sentence or two.
    pub message: String,
}

impl Refusal {
    /// A refusal with status 400.
    pub fn new(error: &'static str, code: u32, message: impl Into<String>) -> Self {
        Self { status: 400, error, code, message: message.into() }
    }

    /// The secret is wrong: 401.
    pub fn secret(client_id: &str) -> Self {
        let message = format!(
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, \
             not the client secret ID, for a secret added to app '{client_id}'."
        );
        Self { status: 401, ..Self::new("invalid_client", 7_000_215, message) }
    }

    /// The application is not registered.
    pub fn unknown_app(client_id: &str, directory: &str) -> Self {
        let message = format!(
            "Application with identifier '{client_id}' was not found in the directory '{directory}'. This can happen \
             if the application has not been installed by the administrator of the tenant or consented to by any user \
             in the tenant. You may have sent your authentication request to the wrong tenant."
        );
        Self::new("unauthorized_client", 700_016, message)
    }

    /// There is no such directory.
    pub fn unknown_tenant(name: &str) -> Self {
        let message = format!(
            "Tenant '{name}' not found. Check to make sure you have the correct tenant ID and are signing into the \
             correct cloud. Check with your subscription administrator, this may happen if there are no active \
             subscriptions for the tenant."
        );
        Self::new("invalid_request", 90_002, message)
    }

    /// A poll of a device code that came too soon.
    pub fn slow_down() -> Self {
        Self::new("slow_down", 70_016, "The client polls faster than the interval allows.")
    }

    /// The user refused the device code.
    pub fn declined() -> Self {
        Self::new("authorization_declined", 70_018, "The user declined to authorize the device.")
    }

    /// The device code is past its time.
    pub fn code_expired() -> Self {
        let message = "The provided value for the input parameter 'device_code' has expired.";
        Self::new("expired_token", 70_020, message)
    }

    /// Nobody knows the device code.
    pub fn bad_code() -> Self {
        let message = "The provided value for the input parameter 'device_code' is not valid. Verify that it was \
                       entered right.";
        Self::new("bad_verification_code", 70_019, message)
    }

    /// The refresh token was revoked.
    pub fn grant_revoked() -> Self {
        let message = "The provided grant has expired due to it being revoked, a fresh auth token is needed.";
        Self::new("invalid_grant", 50_173, message)
    }

    /// Nobody consented to the application.
    pub fn no_consent(client_id: &str) -> Self {
        let message = format!(
            "The user or administrator has not consented to use the application with ID '{client_id}'. Send an \
             interactive authorization request for this user and resource."
        );
        Self::new("invalid_grant", 65_001, message)
    }

    /// A second factor is wanted.
    pub fn second_factor() -> Self {
        let message = "Due to a configuration change made by your administrator, or because you moved to a new \
                       location, you must use multi-factor authentication to access '00000003-0000-0000-c000-\
                       000000000000'.";
        Self::new("interaction_required", 50_076, message)
    }

    /// Conditional Access says no.
    pub fn blocked() -> Self {
        let message = "Access has been blocked by Conditional Access policies. The access policy does not allow \
                       token issuance.";
        Self::new("access_denied", 53_003, message)
    }

    /// An application on its own that proves nothing.
    pub fn unproved() -> Self {
        let message = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
        Self { status: 401, ..Self::new("invalid_client", 7_000_216, message) }
    }

    /// Public client flows are off.
    pub fn confidential_only() -> Self {
        let message = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
        Self { status: 401, ..Self::new("invalid_client", 7_000_218, message) }
    }

    /// The `claims` parameter is no JSON object.
    pub fn claims() -> Self {
        Self::new("invalid_request", 50_170, "The 'claims' parameter is not valid JSON.")
    }

    /// Something other than POST.
    pub fn method(received: &str) -> Self {
        let message = format!("The endpoint only accepts POST requests. Received a {received} request.");
        Self::new("invalid_request", 900_561, message)
    }

    /// A parameter is missing.
    pub fn missing(parameter: &str) -> Self {
        let message = format!("The request body must contain the following parameter: '{parameter}'.");
        Self::new("invalid_request", 900_144, message)
    }

    /// The body.
    pub fn body(&self, state: &State) -> Value {
        let (trace, correlation) = (state.identity.random_guid(), state.identity.random_guid());
        let timestamp = format!("{}Z", state.clock.now().to_seconds_text());
        let code = self.code;
        json!({
            "error": self.error,
            "error_description": format!(
                "AADSTS{code}: {} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {timestamp}",
                self.message
            ),
            "error_codes": [code],
            "timestamp": timestamp,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": format!("{}/error?code={code}", state.base_url),
        })
    }
}
