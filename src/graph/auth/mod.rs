//! Signing in to Microsoft Entra ID.
//!
//! Each flow is one file and one [`TokenSource`]; [`Session`] holds the token, renews it ahead of its end, and lets
//! one sign-in serve however many calls wait for it. Tokens and secrets exist as [`Secret`] only.

mod aadsts;
mod azure_cli;
mod cache;
pub mod challenge;
mod client_certificate;
mod client_secret;
mod device_code;
mod error;
mod fixed;
mod identity;
mod managed_identity;
mod session;
mod source;
mod token_endpoint;
mod workload_identity;

pub use cache::TokenCache;
pub use error::SignInError;
pub use identity::Identity;
pub use managed_identity::ManagedHost;
pub use session::{Session, Token};
pub use source::{Grant, TokenSource, Wanted};
pub use token_endpoint::{TokenEndpoint, read_body, read_grant};

use super::{Ambient, Network};
use crate::base::{Secret, Timestamp, Untrusted};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use url::Url;

/// Who signs in, where, and how.
#[derive(Clone, Debug)]
pub struct AuthConfig {
    /// The login service without the tenant, e.g. `https://login.microsoftonline.com`. Plain http on loopback only.
    pub authority: Url,
    /// Tenant id or domain.
    pub tenant: String,
    /// The app registration.
    pub client_id: String,
    /// What the token is for: Graph's root without the version.
    pub graph_root: Url,
    /// How.
    pub credential: Credential,
    /// Where refresh tokens are kept between runs; memory only where `None`.
    pub cache: Option<TokenCache>,
    /// The way out of this machine.
    pub network: Network,
    /// Clock, dice and pause.
    pub ambient: Ambient,
}

/// How to sign in.
#[derive(Clone, Debug)]
pub enum Credential {
    /// An app with a secret: client credentials.
    ClientSecret(Secret),
    /// An app with a certificate: its private key and itself, as PEM.
    ClientCertificate(Secret),
    /// The Azure CLI, run as this program.
    AzureCli(PathBuf),
    /// The machine, by Azure's word.
    ManagedIdentity(ManagedHost),
    /// A token of the platform, in this file.
    WorkloadIdentity(PathBuf),
    /// A person at a browser: device authorization grant.
    DeviceCode(PromptSink),
    /// A token made elsewhere; it cannot be renewed.
    Token(Secret),
}

/// What a person must do to sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// The code to type.
    pub user_code: Untrusted,
    /// Where to type it.
    pub verification_uri: Untrusted,
    /// Entra's own sentence with both.
    pub message: Untrusted,
    /// When the code ends.
    pub expires: Timestamp,
}

/// Where a [`Prompt`] goes: called once for each code, and once when it is awaited no more, from the task that signs in;
/// must not wait.
#[derive(Clone)]
pub struct PromptSink(Arc<dyn Fn(Option<Prompt>) + Send + Sync>);

impl PromptSink {
    /// Hands prompts to `sink`.
    pub fn new(sink: impl Fn(Prompt) + Send + Sync + 'static) -> Self {
        Self::with_end(move |prompt| {
            if let Some(prompt) = prompt {
                sink(prompt);
            }
        })
    }

    /// Hands prompts to `sink`, and `None` when the sign-in has ended, well or badly. One that is given up ends silently.
    pub fn with_end(sink: impl Fn(Option<Prompt>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(sink))
    }

    /// Hands `prompt` over.
    pub fn show(&self, prompt: Prompt) {
        (self.0)(Some(prompt));
    }

    /// Says that what was shown is over.
    pub fn end(&self) {
        (self.0)(None);
    }
}

impl fmt::Debug for PromptSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PromptSink")
    }
}
