//! Why there is no token.

use crate::base::Untrusted;
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
    /// The code was not used in time.
    #[error("the sign-in code has expired")]
    Expired,
    /// The token given is not, or no longer, accepted, and cannot be renewed.
    #[error("the token given is no longer accepted")]
    TokenEnded,
    /// The login service could not be reached.
    #[error("cannot reach {host}: {reason}")]
    Offline {
        /// Scheme, host and port.
        host: String,
        /// The network's words.
        reason: String,
    },
    /// The login service answered something else.
    #[error("unexpected answer from the login service: {problem}")]
    Garbled {
        /// What, made safe.
        problem: String,
    },
    /// The settings cannot work.
    #[error("{problem}")]
    Config {
        /// Why.
        problem: String,
    },
}

/// An `AADSTS` code in plain words.
/// <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>
struct Known {
    code: u32,
    words: &'static str,
    remedy: &'static str,
}

const MFA: &str = "sign in by device code, which lets the browser ask for it";
const KNOWN: &[Known] = &[
    Known {
        code: 50_034,
        words: "this account is not in the tenant",
        remedy: "check the account and the profile's tenant",
    },
    Known { code: 50_076, words: "multi-factor authentication is required", remedy: MFA },
    Known { code: 50_079, words: "multi-factor authentication must be registered first", remedy: MFA },
    Known {
        code: 50_105,
        words: "this account is not assigned to the app",
        remedy: "an administrator assigns the account, or a group it is in, under the app's users and groups",
    },
    Known {
        code: 53_003,
        words: "a Conditional Access policy blocks this sign-in",
        remedy: "many tenants block the device code flow; ask an administrator for an exception, or use a client secret",
    },
    Known {
        code: 65_001,
        words: "nobody has consented to the app's permissions",
        remedy: "an administrator opens the app registration and grants admin consent",
    },
    Known {
        code: 90_002,
        words: "there is no such tenant",
        remedy: "check the profile's tenant and its cloud: a tenant exists in one cloud only",
    },
    Known {
        code: 500_011,
        words: "this tenant does not know the Graph that the token is asked for",
        remedy: "check the profile's cloud and graph_root: they must belong to the tenant's cloud",
    },
    Known {
        code: 700_016,
        words: "the app is not known in this tenant",
        remedy: "check the profile's client_id and tenant; an administrator may have to add the app",
    },
    Known { code: 700_082, words: "the sign-in has ended from long disuse", remedy: "sign in again" },
    Known {
        code: 7_000_215,
        words: "the client secret is wrong",
        remedy: "give the secret's value, not its id; make a new one if it is lost",
    },
    Known {
        code: 7_000_218,
        words: "the app registration does not allow public clients",
        remedy: "an administrator turns on \"Allow public client flows\" in the app registration's authentication page",
    },
    Known {
        code: 7_000_222,
        words: "the client secret has expired",
        remedy: "an administrator makes a new one in the app registration",
    },
];

fn known(aadsts: Option<u32>) -> Option<&'static Known> {
    KNOWN.iter().find(|known| Some(known.code) == aadsts)
}

fn refusal_words(error: &Untrusted, aadsts: Option<u32>, description: &Untrusted) -> String {
    if let Some(known) = known(aadsts) {
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
            Self::Refused { aadsts, .. } => match known(*aadsts) {
                Some(known) => known.remedy,
                None => "sign in again; if it stays, show the message to an administrator",
            },
            Self::Declined => "sign in again and approve it in the browser",
            Self::Expired => "sign in again for a new code",
            Self::TokenEnded => "give a new token for this cloud and tenant, or use another way to sign in",
            Self::Offline { .. } => "check the network, the proxy and the profile's cloud",
            Self::Garbled { .. } => {
                "something else than Microsoft's login service answered; check the proxy and the authority"
            }
            Self::Config { .. } => "correct the profile",
        };
        remedy.to_owned()
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
    fn known_codes_are_told_in_plain_words_in_order_of_number() {
        assert!(KNOWN.is_sorted_by_key(|known| known.code));
        for known in KNOWN {
            let error = refused(Some(known.code), "AADSTS: text for administrators. Trace ID: x");
            assert_eq!(error.to_string(), format!("sign-in refused: {} (AADSTS{})", known.words, known.code));
            assert_eq!(error.remedy(), known.remedy);
            assert!(!known.words.ends_with('.') && !known.remedy.ends_with('.'));
        }
    }

    #[test]
    fn unknown_codes_keep_the_services_first_line_made_safe() {
        let error = refused(Some(1), "AADSTS1: odd\u{1b}[2J.\r\nTrace ID: x");
        assert_eq!(error.to_string(), "sign-in refused: AADSTS1: odd<U+001B>[2J");
        assert_eq!(refused(None, "").to_string(), "sign-in refused: invalid_request");
    }
}
