//! A token made elsewhere.

use super::{Grant, Identity, SignInError, TokenEndpoint, TokenSource, Wanted};
use crate::base::Secret;
use crate::graph::Cloud;
use futures_util::future::{self, BoxFuture};
use url::Url;

/// Hands out the one token it was given.
pub struct Fixed {
    token: Secret,
}

impl Fixed {
    /// A source of `token`.
    pub fn new(token: Secret) -> Self {
        Self { token }
    }

    /// The token, unless it says of itself that it is for another cloud's Graph. Whether it is over,
    /// Graph decides: its clock counts.
    fn check(&self, endpoint: &TokenEndpoint) -> Result<Grant, SignInError> {
        let identity = Identity::of(&self.token).unwrap_or_default();
        let audience = identity.audience.as_ref().and_then(|audience| Url::parse(audience.raw()).ok());
        let theirs = audience.as_ref().and_then(Cloud::of_graph_root);
        if let (Some(theirs), Some(ours)) = (theirs, endpoint.cloud())
            && theirs != ours
        {
            return Err(SignInError::WrongCloud { token: theirs.name(), profile: ours.name() });
        }
        Ok(Grant { access: self.token.clone(), refresh: None, lifetime: None })
    }
}

impl TokenSource for Fixed {
    fn obtain<'a>(
        &'a self,
        endpoint: &'a TokenEndpoint,
        _wanted: Wanted<'a>,
    ) -> BoxFuture<'a, Result<Grant, SignInError>> {
        Box::pin(future::ready(self.check(endpoint)))
    }

    fn is_renewable(&self) -> bool {
        false
    }
}
