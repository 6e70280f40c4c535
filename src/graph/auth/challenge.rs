//! Claims: what the service wants of a token beyond its usual content.
//!
//! With continuous access evaluation Graph may refuse a token that has not ended, because the account or its place has
//! changed, and says in a challenge what a new one must show. A client that can heed that says so with each sign-in.
//! <https://learn.microsoft.com/entra/identity-platform/claims-challenge>

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};

/// The claims that a `WWW-Authenticate` header asks for, as JSON text; `None` where it asks for none that are readable.
pub fn claims(header: &str) -> Option<String> {
    parameter(header, "error").filter(|error| *error == "insufficient_claims")?;
    let encoded = parameter(header, "claims")?.trim_end_matches('=');
    let plain = encoded.replace('+', "-").replace('/', "_");
    let bytes = URL_SAFE_NO_PAD.decode(plain).ok()?;
    serde_json::from_slice::<Map<String, Value>>(&bytes).ok()?;
    String::from_utf8(bytes).ok()
}

/// `claims` as a command line takes them.
pub fn encoded(claims: &str) -> String {
    STANDARD.encode(claims)
}

/// The `claims` form field: that challenges are understood (`cp1`), and what `challenge` asks for.
pub fn form_field(challenge: Option<&str>) -> String {
    let mut claims =
        challenge.and_then(|text| serde_json::from_str::<Map<String, Value>>(text).ok()).unwrap_or_default();
    let access = claims.entry("access_token").or_insert_with(|| json!({}));
    if let Some(access) = access.as_object_mut() {
        access.insert("xms_cc".to_owned(), json!({"values": ["cp1"]}));
    }
    Value::Object(claims).to_string()
}

/// The quoted value of the parameter `name`.
fn parameter<'h>(header: &'h str, name: &str) -> Option<&'h str> {
    let mut rest = header;
    while let Some((before, after)) = rest.split_once(name) {
        let is_whole = before.chars().next_back().is_none_or(|c| c == ' ' || c == ',');
        if let Some(value) = after.strip_prefix("=\"").filter(|_| is_whole) {
            return value.split_once('"').map(|(value, _)| value);
        }
        rest = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_read_from_its_header() {
        let wanted = r#"{"access_token":{"nbf":{"essential":true,"value":"1764000000"}}}"#;
        let header = |error: &str, claims: &str| {
            format!(
                "Bearer realm=\"\", authorization_uri=\"https://login.example/common\", client_id=\"c\", \
                 error=\"{error}\", claims=\"{claims}\""
            )
        };
        assert_eq!(claims(&header("insufficient_claims", &encoded(wanted))).as_deref(), Some(wanted));
        assert_eq!(claims(&header("insufficient_claims", &URL_SAFE_NO_PAD.encode(wanted))).as_deref(), Some(wanted));
        assert_eq!(claims(&header("invalid_token", &encoded(wanted))), None);
        for odd in ["", "%%%", &encoded("[]"), &encoded("no json")] {
            assert_eq!(claims(&header("insufficient_claims", odd)), None, "{odd}");
        }
        assert_eq!(claims("Bearer"), None);
    }

    #[test]
    fn what_is_asked_for_stands_beside_what_this_client_can() {
        assert_eq!(form_field(None), r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#);
        assert_eq!(
            form_field(Some(r#"{"access_token":{"nbf":{"essential":true}}}"#)),
            r#"{"access_token":{"nbf":{"essential":true},"xms_cc":{"values":["cp1"]}}}"#
        );
    }
}
