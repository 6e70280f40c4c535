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
    /// It was given up here.
    #[error("the sign-in was given up")]
    Cancelled,
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

/// An `AADSTS` code in plain words.
/// <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>
struct Known {
    code: u32,
    words: &'static str,
    remedy: &'static str,
}

const MFA: &str = "sign in by device code, which lets the browser ask for it";
const KNOWN: &[Known] = &[
    known(16_000, "several accounts are signed in, and none was chosen", "sign in again and pick one account"),
    known(
        50_020,
        "this account belongs to another tenant",
        "sign in with an account of the profile's tenant, or have it invited as a guest",
    ),
    known(50_034, "this account is not in the tenant", "check the account and the profile's tenant"),
    known(
        50_053,
        "the account is locked, or the sign-in came from a blocked address",
        "wait some minutes; an administrator can unlock the account",
    ),
    known(50_055, "the password has expired", "change the password at a browser, then sign in again"),
    known(50_057, "the account is disabled", "an administrator enables the account"),
    known(50_058, "nobody is signed in at the browser", "sign in again"),
    known(50_074, "multi-factor authentication is required", MFA),
    known(50_076, "multi-factor authentication is required", MFA),
    known(50_079, "multi-factor authentication must be registered first", MFA),
    known(
        50_097,
        "a Conditional Access policy wants a registered device",
        "sign in from a device that your organisation manages, or ask an administrator for an exception",
    ),
    known(
        50_105,
        "this account is not assigned to the app",
        "an administrator assigns the account, or a group it is in, under the app's users and groups",
    ),
    known(50_126, "user name or password is wrong", "sign in again"),
    known(50_132, "the sign-in has ended because the password changed or sessions were revoked", "sign in again"),
    known(50_133, "the sign-in has ended because the password changed", "sign in again"),
    known(
        50_158,
        "a Conditional Access policy wants a check by another service",
        "sign in by device code, and pass the check at the browser",
    ),
    known(50_173, "the sign-in was revoked", "sign in again"),
    known(
        53_000,
        "a Conditional Access policy wants a compliant device",
        "open the page on a device that your organisation manages, or ask an administrator for an exception",
    ),
    known(
        53_001,
        "a Conditional Access policy wants a domain-joined device",
        "open the page on such a device, or ask an administrator for an exception",
    ),
    known(
        53_002,
        "a Conditional Access policy does not allow this app",
        "an administrator adds the app to the approved ones",
    ),
    known(
        53_003,
        "a Conditional Access policy blocks this sign-in",
        "many tenants block the device code flow; ask an administrator for an exception, or use a client certificate or secret",
    ),
    known(
        53_004,
        "the account is at risk and cannot register for multi-factor authentication",
        "an administrator looks into the account's risk first",
    ),
    known(
        65_001,
        "nobody has consented to the app's permissions",
        "an administrator opens the app registration and grants admin consent",
    ),
    known(65_004, "consent was declined", "sign in again and accept, or have an administrator grant consent"),
    known(
        65_005,
        "the app asks for a permission that is not in its registration",
        "an administrator adds the permission to the app registration and grants consent",
    ),
    known(70_008, "the sign-in has ended", "sign in again"),
    known(70_011, "the scope asked for is not valid", "check the profile's graph_root"),
    known(70_043, "a Conditional Access policy wants a sign-in more often", "sign in again"),
    known(70_044, "a Conditional Access policy has ended the session", "sign in again"),
    known(
        90_002,
        "there is no such tenant",
        "check the profile's tenant and its cloud: a tenant exists in one cloud only",
    ),
    known(90_019, "no tenant is named that this account could belong to", "name the tenant in the profile"),
    known(90_038, "wrong cloud: the tenant lives in a national cloud", "set the profile's cloud: usgov, dod or china"),
    known(90_051, "wrong cloud: the tenant is not in this national cloud", "check the profile's cloud"),
    known(
        90_072,
        "this account is not in the tenant",
        "sign in with an account of the profile's tenant, or have it invited as a guest",
    ),
    known(
        90_094,
        "an administrator must consent to the app's permissions",
        "an administrator opens the app registration and grants admin consent",
    ),
    known(
        90_099,
        "the app has not been authorised in this tenant",
        "an administrator grants admin consent in the tenant",
    ),
    known(
        500_011,
        "this tenant does not know the Graph that the token is asked for",
        "check the profile's cloud and graph_root: they must belong to the tenant's cloud",
    ),
    known(
        500_014,
        "Graph is disabled in this tenant",
        "an administrator enables Microsoft Graph under the enterprise applications",
    ),
    known(
        500_021,
        "a tenant restriction keeps this network out of the tenant",
        "ask whoever runs the network's proxy to allow the tenant",
    ),
    known(500_133, "the proof's time is not now", "set this machine's clock"),
    known(
        530_003,
        "a Conditional Access policy wants a managed device",
        "open the page on a device that your organisation manages, or ask an administrator for an exception",
    ),
    known(
        530_032,
        "a security policy of the tenant blocks this sign-in",
        "ask an administrator; the sign-in log names the policy",
    ),
    known(530_035, "security defaults block this sign-in", "ask an administrator; the sign-in log has the try"),
    known(700_003, "the device was deleted or disabled in the directory", "register the device again"),
    known(
        700_016,
        "the app is not known in this tenant",
        "check the profile's client_id and tenant; an administrator may have to add the app",
    ),
    known(700_024, "the proof's time is not now", "set this machine's clock"),
    known(
        700_027,
        "the certificate is not one of the app's, or its signature is wrong",
        "an administrator uploads the certificate to the app registration; check the profile's client_id",
    ),
    known(700_082, "the sign-in has ended from long disuse", "sign in again"),
    known(700_084, "the sign-in of a browser app has ended", "sign in again"),
    known(
        700_211,
        "no federated credential of the app has this token's issuer",
        "an administrator checks the app's federated credential: issuer, subject, audience",
    ),
    known(
        700_212,
        "no federated credential of the app has this token's audience",
        "an administrator checks the app's federated credential: issuer, subject, audience",
    ),
    known(
        700_213,
        "no federated credential of the app has this token's subject",
        "an administrator checks the app's federated credential: issuer, subject, audience",
    ),
    known(900_023, "the tenant is neither an id nor a domain", "correct the profile's tenant"),
    known(
        900_382,
        "wrong cloud: an app cannot sign in by itself at another cloud",
        "check the profile's cloud: it must be the tenant's",
    ),
    known(7_000_112, "the app is disabled", "an administrator enables it under the enterprise applications"),
    known(7_000_215, "the client secret is wrong", "give the secret's value, not its id; make a new one if it is lost"),
    known(
        7_000_218,
        "the app registration does not allow public clients",
        "an administrator turns on \"Allow public client flows\" in the app registration's authentication page",
    ),
    known(7_000_222, "the client secret has expired", "an administrator makes a new one in the app registration"),
    known(
        7_000_229,
        "the app has no service principal in this tenant",
        "an administrator grants admin consent, which makes one",
    ),
];

const fn known(code: u32, words: &'static str, remedy: &'static str) -> Known {
    Known { code, words, remedy }
}

fn lookup(aadsts: Option<u32>) -> Option<&'static Known> {
    KNOWN.iter().find(|known| Some(known.code) == aadsts)
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
            Self::Expired => "sign in again for a new code",
            Self::Cancelled => "refresh to sign in again",
            Self::WrongCloud { token, .. } => {
                return format!("set cloud = \"{token}\" in the profile, or get a token there");
            }
            Self::AzureCli { remedy, .. } => return remedy.clone(),
            Self::Cache { .. } => "run `watchfloor logout`, or set token_cache = \"memory\" in the profile",
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
