//! The Azure CLI's sign-in: whoever is signed in at `az` is signed in here.
//!
//! <https://learn.microsoft.com/cli/azure/account#az-account-get-access-token>

use super::token_endpoint::{aadsts_in, read_grant};
use super::{Grant, SignInError, TokenEndpoint, TokenSource, Wanted, challenge};
use crate::base::Untrusted;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use std::io;
use std::path::PathBuf;
use std::process::{Output, Stdio};
use std::time::Duration;
use tokio::process::Command;

/// How long `az` may take; it is slow to start.
const TIMEOUT: Duration = Duration::from_secs(60);
/// How much of its complaint is kept.
const WORDS_KEPT: usize = 200;

/// Signs in by `az account get-access-token`.
pub struct AzureCli {
    program: PathBuf,
}

impl AzureCli {
    /// A source that runs `program`.
    pub fn new(program: PathBuf) -> Self {
        Self { program }
    }

    async fn run(&self, endpoint: &TokenEndpoint) -> Result<Output, SignInError> {
        let config = |problem: String| SignInError::AzureCli { problem, remedy: "run az login, then try again".into() };
        let mut command = Command::new(&self.program);
        command.args(["account", "get-access-token", "--output", "json", "--resource", endpoint.resource()]);
        if let Some(tenant) = endpoint.tenant() {
            command.arg(format!("--tenant={tenant}"));
        }
        // A sign-in that is given up must not leave a program behind.
        let running = command.stdin(Stdio::null()).kill_on_drop(true).output();
        match tokio::time::timeout(TIMEOUT, running).await {
            Ok(Ok(output)) => Ok(output),
            Ok(Err(error)) if error.kind() == io::ErrorKind::NotFound => Err(SignInError::AzureCli {
                problem: "the Azure CLI is not installed".to_owned(),
                remedy: "install it, or choose another auth in the profile".to_owned(),
            }),
            Ok(Err(error)) => Err(config(format!("cannot run the Azure CLI: {error}"))),
            Err(_) => Err(config(format!("the Azure CLI did not answer for {} s", TIMEOUT.as_secs()))),
        }
    }

    async fn ask(&self, endpoint: &TokenEndpoint, wanted: Wanted<'_>) -> Result<Grant, SignInError> {
        if let Some(claims) = wanted.claims {
            return Err(SignInError::AzureCli {
                problem: "Graph wants a fresh sign-in, which the Azure CLI makes only when asked".to_owned(),
                remedy: format!("run az login --claims-challenge {}", challenge::encoded(claims)),
            });
        }
        let output = self.run(endpoint).await?;
        if !output.status.success() {
            return Err(refusal(&String::from_utf8_lossy(&output.stderr)));
        }
        let garbled = || SignInError::Garbled { problem: "the Azure CLI printed no token".to_owned() };
        let Ok(Value::Object(mut told)) = serde_json::from_slice(&output.stdout) else { return Err(garbled()) };
        let access = told.remove("accessToken").ok_or_else(garbled)?;
        // `expiresOn` is local time without a zone; only newer versions tell `expires_on`.
        let expires = told.remove("expires_on").unwrap_or(Value::Null);
        read_grant(json!({"access_token": access, "expires_on": expires}), endpoint.now())
    }
}

impl TokenSource for AzureCli {
    fn obtain<'a>(
        &'a self,
        endpoint: &'a TokenEndpoint,
        wanted: Wanted<'a>,
    ) -> BoxFuture<'a, Result<Grant, SignInError>> {
        Box::pin(self.ask(endpoint, wanted))
    }
}

/// What `az` complained of: by Entra's code where it names one, else in its own words.
fn refusal(words: &str) -> SignInError {
    const REMEDY: &str = "run az login, then try again";
    let kept: String = words.trim().chars().take(WORDS_KEPT).collect();
    if let Some(code) = aadsts_in(words) {
        let refused = SignInError::Refused {
            status: 400,
            error: "azure_cli".into(),
            aadsts: Some(code),
            description: kept.into(),
            correlation_id: None,
        };
        // Where one is to sign in, it is at the Azure CLI.
        let remedy = Some(refused.remedy()).filter(|remedy| !remedy.starts_with("sign in"));
        return SignInError::AzureCli {
            problem: refused.to_string(),
            remedy: remedy.unwrap_or_else(|| REMEDY.to_owned()),
        };
    }
    let first = Untrusted::from(kept.lines().next().unwrap_or_default());
    let problem = format!("the Azure CLI gives no token: {}", first.line().trim_start_matches("ERROR: "));
    SignInError::AzureCli { problem, remedy: REMEDY.to_owned() }
}
