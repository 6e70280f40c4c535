//! The client credentials grant with a secret: an app by itself, without a person.
//!
//! <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>

use super::{Grant, SignInError, TokenEndpoint, TokenSource, Wanted, challenge};
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
        wanted: Wanted<'a>,
    ) -> BoxFuture<'a, Result<Grant, SignInError>> {
        Box::pin(async move {
            let (scope, claims) = (endpoint.scope(), challenge::form_field(wanted.claims));
            let form = [
                ("grant_type", "client_credentials"),
                ("client_id", endpoint.client_id()),
                ("client_secret", self.secret.reveal()),
                ("scope", &scope),
                ("claims", &claims),
            ];
            endpoint.token(&form).await
        })
    }
}
