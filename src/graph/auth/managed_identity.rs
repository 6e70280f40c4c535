//! Managed identities: Azure vouches for the machine that the program runs on.
//!
//! A virtual machine asks the instance metadata service on its link, an app service the address in its environment.
//! <https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token>,
//! <https://learn.microsoft.com/azure/app-service/overview-managed-identity>

use super::token_endpoint::{self, read_json};
use super::{Grant, SignInError, TokenEndpoint, TokenSource, Wanted};
use crate::base::Secret;
use crate::graph::http::{self, Network};
use futures_util::future::BoxFuture;
use std::time::Duration;
use url::Url;

/// How long one exchange may take. Off Azure nobody answers at the address, and that should show soon.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Tries in all; the service asks to be tried again on these answers.
const TRIES: u32 = 4;
/// The pause after the first try; it doubles.
const PAUSE: Duration = Duration::from_millis(800);

/// The service that vouches.
#[derive(Clone, Debug)]
pub enum ManagedHost {
    /// A virtual machine's instance metadata service, at this address.
    Machine(Url),
    /// An app service's, with the header's value that shows the caller is inside.
    AppService(Url, Secret),
}

/// Signs in as the machine.
pub struct ManagedIdentity {
    host: ManagedHost,
    http: reqwest::Client,
}

impl ManagedIdentity {
    /// A source that asks `host`.
    ///
    /// # Errors
    /// [`SignInError::Config`] where the address is not on this machine or its link.
    pub fn new(host: ManagedHost) -> Result<Self, SignInError> {
        let (ManagedHost::Machine(address) | ManagedHost::AppService(address, _)) = &host;
        if !http::is_local(address) && address.scheme() != "https" {
            let problem = format!("{} is no address of a managed identity", http::origin(address));
            return Err(SignInError::Config { problem });
        }
        let http = http::client(address, &Network::default()).map_err(|problem| SignInError::Config { problem })?;
        Ok(Self { host, http })
    }

    fn request(&self, endpoint: &TokenEndpoint) -> reqwest::RequestBuilder {
        let request = match &self.host {
            ManagedHost::Machine(address) => {
                let address = http::join(address, &["metadata", "identity", "oauth2", "token"]);
                let address = address.unwrap_or_else(|| self.address().clone());
                self.http.get(address).query(&[("api-version", "2018-02-01")]).header("Metadata", "true")
            }
            ManagedHost::AppService(address, header) => {
                let request = self.http.get(address.clone()).query(&[("api-version", "2019-08-01")]);
                request.header("X-IDENTITY-HEADER", header.reveal())
            }
        };
        let request = request.query(&[("resource", endpoint.resource())]).timeout(TIMEOUT);
        // An empty client id stands for the identity that belongs to the machine itself.
        if endpoint.client_id().is_empty() { request } else { request.query(&[("client_id", endpoint.client_id())]) }
    }

    fn address(&self) -> &Url {
        let (ManagedHost::Machine(address) | ManagedHost::AppService(address, _)) = &self.host;
        address
    }

    async fn ask(&self, endpoint: &TokenEndpoint) -> Result<Grant, SignInError> {
        let secrets: Vec<(&str, &str)> = match &self.host {
            ManagedHost::Machine(_) => Vec::new(),
            ManagedHost::AppService(_, header) => vec![("client_secret", header.reveal())],
        };
        let mut pause = PAUSE;
        for attempt in 1.. {
            let offline =
                |error| SignInError::Offline { host: http::origin(self.address()), reason: http::reason(error) };
            let answer = self.request(endpoint).send().await.map_err(offline)?;
            let is_busy = matches!(answer.status().as_u16(), 404 | 410 | 429 | 500..=599);
            if attempt >= TRIES || !is_busy {
                let value = read_json(answer, &secrets).await.map_err(|error| match error {
                    token_endpoint::Unread::Lost(error) => offline(error),
                    token_endpoint::Unread::Refused(error) => error,
                })?;
                return token_endpoint::read_grant(value, endpoint.now());
            }
            endpoint.sleep(pause).await;
            pause *= 2;
        }
        Err(SignInError::Expired)
    }
}

impl TokenSource for ManagedIdentity {
    fn obtain<'a>(
        &'a self,
        endpoint: &'a TokenEndpoint,
        _wanted: Wanted<'a>,
    ) -> BoxFuture<'a, Result<Grant, SignInError>> {
        Box::pin(self.ask(endpoint))
    }
}
