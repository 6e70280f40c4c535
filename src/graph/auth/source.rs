//! What a flow is.

use super::{SignInError, TokenEndpoint};
use crate::base::Secret;
use futures_util::future::BoxFuture;
use std::time::Duration;

/// What a flow may use, and what the token must be.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// The refresh token held, which may still be good.
    pub refresh: Option<&'a Secret>,
    /// Claims that Graph asked for, as JSON text. A token kept from earlier will not do then.
    pub claims: Option<&'a str>,
}

/// A way to get a token.
pub trait TokenSource: Send + Sync {
    /// Gets one. Dropping the future cancels the sign-in.
    fn obtain<'a>(
        &'a self,
        endpoint: &'a TokenEndpoint,
        wanted: Wanted<'a>,
    ) -> BoxFuture<'a, Result<Grant, SignInError>>;

    /// Whether a token other than the last can be had.
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
