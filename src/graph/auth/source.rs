//! What a flow is.

use super::{SignInError, TokenEndpoint};
use crate::base::Secret;
use futures_util::future::BoxFuture;
use std::time::Duration;

/// A way to get a token.
pub trait TokenSource: Send + Sync {
    /// Gets one, by `refresh` where a refresh token is held and still good. Dropping the future cancels the sign-in.
    fn obtain<'a>(
        &'a self,
        endpoint: &'a TokenEndpoint,
        refresh: Option<&'a Secret>,
    ) -> BoxFuture<'a, Result<Grant, SignInError>>;

    /// Whether a new token can be had without a person.
    fn is_renewable(&self) -> bool {
        true
    }
}

/// A token as it was granted.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The access token.
    pub access: Secret,
    /// The refresh token, where there is one. It rotates: only the newest counts.
    pub refresh: Option<Secret>,
    /// How long the access token lives; `None` where not known.
    pub lifetime: Option<Duration>,
}
