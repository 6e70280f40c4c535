//! Who a token speaks for, read from the token itself.
//!
//! Graph's tokens are opaque to clients by contract. What is read here serves to greet and to suggest, never to
//! decide: the truth about a permission is the answer of the call that needs it.

use crate::base::{Secret, Timestamp, Untrusted};
use crate::model::json::Fields;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// Who is signed in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The person's UPN; `None` for an app by itself.
    pub upn: Option<Untrusted>,
    /// Display name of the app.
    pub app_name: Option<Untrusted>,
    /// Tenant id.
    pub tenant: Option<Untrusted>,
    /// What the token is for: Graph's address, or its app id.
    pub audience: Option<Untrusted>,
    /// When the token ends.
    pub expires: Option<Timestamp>,
    /// Permissions: delegated scopes or application roles.
    pub permissions: Vec<Untrusted>,
}

impl Identity {
    /// Reads the claims of `token`; `None` where it is no JWT.
    pub fn of(token: &Secret) -> Option<Self> {
        let payload = token.reveal().split('.').nth(1)?;
        let bytes = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
        let claims: Value = serde_json::from_slice(&bytes).ok()?;
        let mut fields = Fields::of("claims", claims).ok()?;
        let mut permissions = fields.texts("roles");
        if let Some(scopes) = fields.text("scp") {
            permissions.extend(scopes.raw().split_whitespace().map(Untrusted::from));
        }
        Some(Self {
            upn: fields.text("upn").or_else(|| fields.text("unique_name")),
            app_name: fields.text("app_displayname"),
            tenant: fields.text("tid"),
            audience: fields.text("aud"),
            expires: fields.integer("exp").map(Timestamp::from_unix_seconds),
            permissions,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn jwt(claims: &Value) -> Secret {
        Secret::new(format!("e30.{}.signature", URL_SAFE_NO_PAD.encode(claims.to_string())))
    }

    #[test]
    fn a_person_and_an_app_are_told_apart() {
        let person =
            Identity::of(&jwt(&json!({"upn": "mara@fabrikam.example", "scp": "User.Read openid", "tid": "t"})));
        assert_eq!(
            person,
            Some(Identity {
                upn: Some("mara@fabrikam.example".into()),
                app_name: None,
                tenant: Some("t".into()),
                audience: None,
                expires: None,
                permissions: vec!["User.Read".into(), "openid".into()],
            })
        );
        let app = Identity::of(&jwt(&json!({"app_displayname": "watchfloor", "roles": ["ThreatHunting.Read.All"]})));
        assert_eq!(
            app,
            Some(Identity {
                app_name: Some("watchfloor".into()),
                permissions: vec!["ThreatHunting.Read.All".into()],
                ..Identity::default()
            })
        );
    }

    #[test]
    fn an_opaque_token_names_nobody() {
        for token in ["", "opaque", "a.b.c", "a.bnVsbA.c"] {
            assert_eq!(Identity::of(&Secret::new(token)), None, "{token}");
        }
    }
}
