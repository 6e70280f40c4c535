//! Workload identity federation: a token of the platform the program runs on stands for the app's secret.
//!
//! Kubernetes, for one, writes such a token to a file and renews it there.
//! <https://learn.microsoft.com/entra/workload-id/workload-identity-federation>

use super::{Grant, SignInError, TokenEndpoint, TokenSource, Wanted};
use crate::base::Secret;
use futures_util::future::BoxFuture;
use std::path::PathBuf;

/// Signs in with the token in a file.
pub struct WorkloadIdentity {
    file: PathBuf,
}

impl WorkloadIdentity {
    /// A source that reads `file` anew for each sign-in.
    pub fn new(file: PathBuf) -> Self {
        Self { file }
    }
}

impl TokenSource for WorkloadIdentity {
    fn obtain<'a>(
        &'a self,
        endpoint: &'a TokenEndpoint,
        wanted: Wanted<'a>,
    ) -> BoxFuture<'a, Result<Grant, SignInError>> {
        Box::pin(async move {
            let text = tokio::fs::read_to_string(&self.file).await.map(zeroize::Zeroizing::new);
            let text = text.map_err(|error| SignInError::Config {
                problem: format!("cannot read the federated token {}: {error}", self.file.display()),
            })?;
            endpoint.token_by_assertion(&Secret::new(text.trim()), wanted.claims).await
        })
    }
}
