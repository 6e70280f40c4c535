//! A token made elsewhere.

use super::{Grant, SignInError, TokenEndpoint, TokenSource};
use crate::base::Secret;
use futures_util::future::{self, BoxFuture};

/// Hands out the one token it was given.
pub struct Fixed {
    token: Secret,
}

impl Fixed {
    /// A source of `token`.
    pub fn new(token: Secret) -> Self {
        Self { token }
    }
}

impl TokenSource for Fixed {
    fn obtain<'a>(
        &'a self,
        _endpoint: &'a TokenEndpoint,
        _refresh: Option<&'a Secret>,
    ) -> BoxFuture<'a, Result<Grant, SignInError>> {
        Box::pin(future::ready(Ok(Grant { access: self.token.clone(), refresh: None, lifetime: None })))
    }

    fn is_renewable(&self) -> bool {
        false
    }
}
