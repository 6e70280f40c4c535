//! What a client can learn of the sign-in service before it signs in.

use crate::lab::state::State;
use serde_json::{Value, json};

/// `GET /{tenant}/v2.0/.well-known/openid-configuration`; `None` for an unknown directory. The lab
/// has no authorization code flow, but Microsoft's sign-in libraries take no directory without its endpoint; and it signs with
/// no key.
pub fn configuration(state: &State, tenant: &str) -> Option<Value> {
    if !state.identity.is_tenant(tenant) {
        return None;
    }
    let own = |rest: &str| format!("{}/{tenant}/{rest}", state.base_url);
    Some(json!({
        "issuer": format!("{}/{}/v2.0", state.base_url, state.identity.tenant_id),
        "authorization_endpoint": own("oauth2/v2.0/authorize"),
        "token_endpoint": own("oauth2/v2.0/token"),
        "device_authorization_endpoint": own("oauth2/v2.0/devicecode"),
        "end_session_endpoint": own("oauth2/v2.0/logout"),
        "jwks_uri": own("discovery/v2.0/keys"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
        "response_types_supported": [],
        "response_modes_supported": [],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "tid", "oid", "preferred_username"],
        "tenant_region_scope": "EU",
        "cloud_instance_name": "lab",
        "msgraph_host": state.base_url.split_once("://").map_or("", |(_, host)| host),
    }))
}
