//! The client credentials grant with a secret: an app by itself, without a person.
//!
//! <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>

use super::{Grant, SignInError, TokenEndpoint, TokenSource};
use crate::base::Secret;
use futures_util::future::BoxFuture;

/// Signs in with a client secret.
pub struct ClientSecret {
    secret: Secret,
}

impl ClientSecret {
    /// A source that signs in with `secret`.
    pub fn new(secret: Secret) -> Self {
        Self { secret }
    }
}

impl TokenSource for ClientSecret {
    fn obtain<'a>(
        &'a self,
        endpoint: &'a TokenEndpoint,
        _refresh: Option<&'a Secret>,
    ) -> BoxFuture<'a, Result<Grant, SignInError>> {
        Box::pin(async move {
            let scope = endpoint.scope();
            let form = [
                ("grant_type", "client_credentials"),
                ("client_id", endpoint.client_id()),
                ("client_secret", self.secret.reveal()),
                ("scope", &scope),
            ];
            endpoint.token(&form).await
        })
    }
}
