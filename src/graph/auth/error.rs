//! Why there is no token.

use super::aadsts::lookup;
use crate::base::Untrusted;
use crate::graph::http::Reason;
use std::borrow::Cow;

/// Why signing in failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// Entra refused.
    #[error("sign-in refused: {}", refusal_words(error, *aadsts, description))]
    Refused {
        /// HTTP status.
        status: u16,
        /// OAuth's word, e.g. `invalid_client`.
        error: Untrusted,
        /// The number of an `AADSTS` code.
        aadsts: Option<u32>,
        /// Entra's sentence.
        description: Untrusted,
        /// What Microsoft's support can find the try by.
        correlation_id: Option<Untrusted>,
    },
    /// The person declined.
    #[error("sign-in was declined")]
    Declined,
    /// It was given up here.
    #[error("the sign-in was given up")]
    Cancelled,
    /// The code was not used in time.
    #[error("the sign-in code has expired")]
    Expired,
    /// The login service does not know the code that is being waited for.
    #[error("the login service does not know the sign-in code")]
    UnknownCode,
    /// The token given is not, or no longer, accepted, and cannot be renewed.
    #[error("the token given is no longer accepted")]
    TokenEnded,
    /// The login service could not be reached.
    #[error("cannot reach {host}: {reason}")]
    Offline {
        /// Scheme, host and port.
        host: String,
        /// Why.
        reason: Reason,
    },
    /// The login service answered something else.
    #[error("unexpected answer from the login service: {problem}")]
    Garbled {
        /// What, made safe.
        problem: String,
    },
    /// The token given is for another cloud's Graph.
    #[error("wrong cloud: the token is for {token}, the profile for {profile}")]
    WrongCloud {
        /// The token's.
        token: &'static str,
        /// The profile's.
        profile: &'static str,
    },
    /// The Azure CLI gave no token.
    #[error("{problem}")]
    AzureCli {
        /// Why, made safe.
        problem: String,
        /// What to do about it.
        remedy: String,
    },
    /// The file of kept sign-ins cannot be used.
    #[error("{problem}")]
    Cache {
        /// Why.
        problem: String,
    },
    /// The settings cannot work.
    #[error("{problem}")]
    Config {
        /// Why.
        problem: String,
    },
}

fn refusal_words(error: &Untrusted, aadsts: Option<u32>, description: &Untrusted) -> String {
    if let Some(known) = lookup(aadsts) {
        return format!("{} (AADSTS{})", known.words, known.code);
    }
    let sentence = description.raw().lines().next().unwrap_or_default();
    let words = if sentence.is_empty() { Cow::Borrowed(error) } else { Cow::Owned(Untrusted::from(sentence)) };
    words.line().trim_end_matches('.').to_owned()
}

impl SignInError {
    /// What to do about it, without a full stop.
    pub fn remedy(&self) -> String {
        let remedy = match self {
            Self::Refused { aadsts, .. } => match lookup(*aadsts) {
                Some(known) => known.remedy,
                None => "sign in again; if it stays, show the message to an administrator",
            },
            Self::Declined => "sign in again and approve it in the browser",
            Self::Expired | Self::UnknownCode => "sign in again for a new code",
            Self::Cancelled => "try again to sign in",
            Self::WrongCloud { token, .. } => {
                return format!("set cloud = \"{token}\" in the profile, or get a token there");
            }
            Self::AzureCli { remedy, .. } => return remedy.clone(),
            Self::Cache { .. } => "run `watchfloor logout`, or set token_cache = \"memory\" in the profile",
            Self::TokenEnded => "give a new token for this cloud and tenant, or use another way to sign in",
            Self::Offline { reason, .. } => {
                reason.remedy.unwrap_or("check the network, the proxy and the profile's cloud")
            }
            Self::Garbled { .. } => {
                "something else than Microsoft's login service answered; check the proxy and the authority"
            }
            Self::Config { .. } => "correct the profile",
        };
        remedy.to_owned()
    }

    /// Whether a refusal's code says more than its word.
    pub fn is_explained(&self) -> bool {
        matches!(self, Self::Refused { aadsts, .. } if lookup(*aadsts).is_some())
    }

    /// Whether the network is to blame.
    pub fn is_offline(&self) -> bool {
        matches!(self, Self::Offline { .. })
    }

    /// OAuth's word for a refusal.
    pub fn oauth(&self) -> Option<&str> {
        match self {
            Self::Refused { error, .. } => Some(error.raw()),
            _ => None,
        }
    }

    /// Whether a refresh failed in a way that only a person can mend.
    pub fn wants_person(&self) -> bool {
        matches!(self.oauth(), Some("invalid_grant" | "interaction_required" | "login_required" | "consent_required"))
    }

    /// What Microsoft's support can find the try by.
    pub fn correlation_id(&self) -> Option<&Untrusted> {
        match self {
            Self::Refused { correlation_id, .. } => correlation_id.as_ref(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(aadsts: Option<u32>, description: &str) -> SignInError {
        SignInError::Refused {
            status: 400,
            error: "invalid_request".into(),
            aadsts,
            description: description.into(),
            correlation_id: None,
        }
    }

    #[test]
    fn known_codes_are_told_in_plain_words() {
        let error = refused(Some(50_076), "AADSTS: text for administrators. Trace ID: x");
        assert_eq!(error.to_string(), "sign-in refused: multi-factor authentication is required (AADSTS50076)");
        assert_eq!(error.remedy(), "sign in by device code and complete it at the browser");
    }

    #[test]
    fn unknown_codes_keep_the_services_first_line_made_safe() {
        let error = refused(Some(1), "AADSTS1: odd\u{1b}[2J.\r\nTrace ID: x");
        assert_eq!(error.to_string(), "sign-in refused: AADSTS1: odd<U+001B>[2J");
        assert_eq!(refused(None, "").to_string(), "sign-in refused: invalid_request");
    }
}
