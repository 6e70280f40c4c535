//! Why a connection by TLS did not come about, in words for whoever can mend it.

use crate::base::{Timestamp, Untrusted};
use rustls_pki_types::UnixTime;
use std::error::Error;
use std::io;
use tokio_rustls::rustls::{self, CertificateError};

/// The most names of a certificate that are told.
const NAMES_MAX: usize = 3;

/// What went wrong, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What, and how it shows.
    pub why: String,
    /// What to do.
    pub remedy: &'static str,
}

impl Trouble {
    fn new(why: impl Into<String>, remedy: &'static str) -> Self {
        Self { why: why.into(), remedy }
    }
}

/// The trouble with TLS that lies at the bottom of `error`; nothing where it is another.
pub fn trouble(error: &(dyn Error + 'static)) -> Option<Trouble> {
    let mut layer = Some(error);
    while let Some(error) = layer {
        if let Some(found) = error.downcast_ref() {
            return Some(told(found));
        }
        // An I/O error passes over the error that it holds when it is asked for its source.
        let held = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        layer = held.map(|held| -> &(dyn Error + 'static) { held }).or_else(|| error.source());
    }
    None
}

fn told(error: &rustls::Error) -> Trouble {
    if let rustls::Error::InvalidCertificate(error) = error {
        return certificate(error);
    }
    let other = || Untrusted::new(error.to_string()).line().into_owned();
    if matches!(error, rustls::Error::InvalidMessage(_)) {
        return Trouble::new(
            "what answers there does not speak TLS",
            "check the address, the port and the proxy: plain http, or a login page of the network, answers so",
        );
    }
    Trouble::new(
        format!("TLS could not be agreed on: {}", other()),
        "a proxy or firewall on the way may end the connection, or speaks TLS older than 1.2; show this to whoever runs it",
    )
}

fn certificate(error: &CertificateError) -> Trouble {
    const RENEW: &str = "check this machine's clock; where it is right, whoever runs that server, or the proxy before it, \
                         must renew its certificate";
    const CLOCK: &str =
        "set this machine's clock; where it is right, whoever runs that server must mend its certificate";
    const NAME: &str =
        "something else than the service answers there: check the address, the proxy and the name server";
    use CertificateError as E;
    if let E::ExpiredContext { time, not_after } = error {
        let why =
            format!("the certificate shown expired at {}, and it is {} here", told_time(*not_after), told_time(*time));
        return Trouble::new(why, RENEW);
    }
    if let E::NotValidYetContext { time, not_before } = error {
        let why = format!(
            "the certificate shown is valid from {} on, and it is {} here",
            told_time(*not_before),
            told_time(*time)
        );
        return Trouble::new(why, CLOCK);
    }
    if let E::NotValidForNameContext { expected, presented } = error {
        let names: Vec<&str> = presented.iter().take(NAMES_MAX).map(|name| bare(name)).collect();
        let more = if presented.len() > NAMES_MAX { " and others" } else { "" };
        let names = if names.is_empty() { "no name".to_owned() } else { names.join(", ") };
        let why = format!("the certificate shown is for {names}{more}, not for {}", expected.to_str());
        return Trouble::new(Untrusted::new(why).line(), NAME);
    }
    if matches!(error, E::Expired) {
        return Trouble::new("the certificate shown has expired", RENEW);
    }
    if matches!(error, E::NotValidYet) {
        return Trouble::new("the certificate shown is not valid yet", CLOCK);
    }
    if matches!(error, E::NotValidForName) {
        return Trouble::new("the certificate shown is for another name", NAME);
    }
    if matches!(error, E::Revoked) {
        return Trouble::new("the certificate shown was revoked by its authority", "tell whoever runs that server");
    }
    let name = error.to_string();
    // An unknown authority of the same name as a known one shows by its signature.
    if matches!(error, E::UnknownIssuer | E::BadSignature) || name.starts_with("UnsupportedSignatureAlgorithm") {
        return Trouble::new(
            "the certificate shown is of an authority that is not trusted here",
            "a proxy that looks into TLS shows certificates of its own: name the PEM file of its authority in the \
             profile's ca_file (WATCHFLOOR_CA_FILE), or have it added to the system's",
        );
    }
    Trouble::new(
        format!("the certificate shown is not trusted: {}", Untrusted::new(variant(&name)).line()),
        "whoever runs that server, or the proxy before it, must mend its certificate",
    )
}

fn told_time(at: UnixTime) -> String {
    let seconds = i64::try_from(at.as_secs()).unwrap_or(i64::MAX);
    format!("{} UTC", Timestamp::from_unix_seconds(seconds).to_seconds_text())
}

/// The name alone of an error that shows its fields too.
fn variant(shown: &str) -> &str {
    shown.split([' ', '{', '(']).next().unwrap_or(shown)
}

/// `graph.example` of `DnsName("graph.example")`, as names in a certificate come.
fn bare(name: &str) -> &str {
    let inner = name.split_once('(').map_or(name, |(_, inner)| inner);
    inner.trim_end_matches(')').trim_matches('"')
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn each_trouble_says_what_happened_and_what_to_do() {
        let at = |seconds| UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        let expired = CertificateError::ExpiredContext { time: at(1_764_374_400), not_after: at(1_764_288_000) };
        let early = CertificateError::NotValidYetContext { time: at(0), not_before: at(1_764_288_000) };
        let other = CertificateError::NotValidForNameContext {
            expected: "graph.microsoft.com".try_into().unwrap(),
            presented: ["DnsName(\"a.example\")", "IpAddress(10.0.0.1)", "DnsName(\"\u{1b}[31m\")", "x"]
                .map(str::to_owned)
                .to_vec(),
        };
        let foreign = CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext {
            signature_algorithm_id: vec![6],
            public_key_algorithm_id: vec![6],
        };
        for (error, why, remedy) in [
            (
                expired,
                "the certificate shown expired at 2025-11-28 00:00:00 UTC, and it is 2025-11-29 00:00:00 UTC here",
                "renew",
            ),
            (
                early,
                "the certificate shown is valid from 2025-11-28 00:00:00 UTC on, and it is 1970-01-01 00:00:00 UTC here",
                "clock",
            ),
            (
                other,
                "the certificate shown is for a.example, 10.0.0.1, <U+001B>[31m and others, not for graph.microsoft.com",
                "proxy",
            ),
            (
                CertificateError::UnknownIssuer,
                "the certificate shown is of an authority that is not trusted here",
                "ca_file",
            ),
            (foreign, "the certificate shown is of an authority that is not trusted here", "ca_file"),
            (CertificateError::BadEncoding, "the certificate shown is not trusted: BadEncoding", "mend"),
        ] {
            // As HTTP and syslog meet it.
            let met = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, rustls::Error::from(error)));
            let trouble = trouble(&met).unwrap();
            assert_eq!(trouble.why, why);
            assert!(trouble.remedy.contains(remedy), "{why}: {}", trouble.remedy);
        }
        assert_eq!(trouble(&io::Error::from(io::ErrorKind::ConnectionRefused)), None);
        let alert = rustls::Error::AlertReceived(rustls::AlertDescription::ProtocolVersion);
        assert!(trouble(&alert).unwrap().why.starts_with("TLS could not be agreed on: "));
    }
}
