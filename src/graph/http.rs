//! The HTTP client under both Graph and sign-in, and the rules about addresses.

use super::tls;
use reqwest::{Certificate, NoProxy, Proxy};
use std::error::Error as _;
use std::fmt;
use std::time::Duration;
use url::{Host, Url};

/// How long a connection may take to stand.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The most bytes of one answer. Hunting, the largest, is cut by the service at 50 MB.
pub const BODY_BYTES_MAX: usize = 64 * 1024 * 1024;

/// The way out of this machine, where it differs from what the system says.
#[derive(Clone, Default)]
pub struct Network {
    /// The proxy for everything but this machine and what `NO_PROXY` names, in place of the system's. May hold a name and password.
    pub proxy: Option<Url>,
    /// Certificate authorities to trust beside the system's, as PEM.
    pub authorities: Vec<u8>,
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let proxy = self.proxy.as_ref().map(origin);
        f.debug_struct("Network").field("proxy", &proxy).field("authorities", &self.authorities.len()).finish()
    }
}

/// A client for `target`.
///
/// An address on this machine or link is reached without a proxy, whatever the environment names. Plain HTTP needs no
/// certificate authorities, so none are looked for: on a bare host that search fails and would take the lab down.
/// Redirects are not followed: neither Graph nor sign-in sends any, and one would carry the request elsewhere.
pub fn client(target: &Url, network: &Network) -> Result<reqwest::Client, String> {
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("watchfloor/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none());
    if is_local(target) {
        builder = builder.no_proxy();
    } else if let Some(proxy) = &network.proxy {
        let proxy = Proxy::all(proxy.clone()).map_err(|error| format!("proxy: {}", reason(error)))?;
        builder = builder.proxy(proxy.no_proxy(NoProxy::from_env()));
    }
    if target.scheme() == "http" {
        builder = builder.tls_certs_only([]);
    } else if !network.authorities.is_empty() {
        let authorities = Certificate::from_pem_bundle(&network.authorities)
            .map_err(|error| format!("certificate authorities: {}", reason(error)))?;
        if authorities.is_empty() {
            return Err("the file of certificate authorities holds none; it must be PEM".to_owned());
        }
        builder = builder.tls_certs_merge(authorities);
    }
    builder.build().map_err(|error| reason(error).words)
}

/// Why `address` must not be given secrets; `None` where it may.
pub fn unsafe_reason(address: &Url) -> Option<String> {
    match address.scheme() {
        "https" => None,
        "http" if is_loopback(address) => None,
        "http" => Some(format!("{} is plain http, which is allowed on loopback only", origin(address))),
        other => Some(format!("{other} is not a scheme for {}", origin(address))),
    }
}

/// Whether `address` names this machine.
pub fn is_loopback(address: &Url) -> bool {
    match address.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        None => false,
    }
}

/// Whether `address` is this machine, or on its link as Azure's metadata services are.
pub fn is_local(address: &Url) -> bool {
    is_loopback(address) || matches!(address.host(), Some(Host::Ipv4(ip)) if ip.is_link_local())
}

/// Scheme, host and port.
pub fn origin(address: &Url) -> String {
    address.origin().ascii_serialization()
}

/// `address` with `segments` appended, each percent-encoded whole. `None` where a segment would vanish or climb:
/// empty, `.` or `..`.
pub fn join(address: &Url, segments: &[&str]) -> Option<Url> {
    if segments.iter().any(|segment| matches!(*segment, "" | "." | "..")) {
        return None;
    }
    let mut joined = address.clone();
    joined.path_segments_mut().ok()?.pop_if_empty().extend(segments);
    Some(joined)
}

/// Why a connection or an answer did not come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// In a person's words and then the system's. The address is left out: it may name people.
    pub words: String,
    /// What to do about it, where the words tell more than that the network is to be checked.
    pub remedy: Option<&'static str>,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

/// What `error` tells of why.
pub fn reason(error: reqwest::Error) -> Reason {
    let error = error.without_url();
    let mut layers = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(inner) = cause {
        layers.push(inner.to_string());
        cause = inner.source();
    }
    match tls::trouble(&error) {
        Some(trouble) => Reason { words: proxied(&layers, &trouble.why), remedy: Some(trouble.remedy) },
        None => Reason { words: words(&layers), remedy: None },
    }
}

/// What the layers of the HTTP client's error say, outermost first. Its inner layers name the cause, the outer ones only
/// where it was met.
fn words(layers: &[String]) -> String {
    const WHERE: [&str; 6] = [
        "error sending request",
        "client error",
        "tcp connect error",
        "error trying to connect",
        "connection error",
        "error resolving DNS",
    ];
    let is_cause = |layer: &&String| !WHERE.iter().any(|place| layer.starts_with(place));
    let cause = layers.iter().rfind(is_cause).or(layers.last()).map_or("", |cause| cause.as_str());
    // The number says nothing that the words before it do not.
    let cause = cause.split_once(" (os error").map_or(cause, |(words, _)| words);
    let met = |text: &str| layers.iter().any(|layer| layer.contains(text));
    let explained = if met("dns error") { "the name has no address: " } else { "" };
    proxied(layers, &format!("{explained}{cause}"))
}

/// `cause`, and that it was met at the proxy where the layers say so.
fn proxied(layers: &[String], cause: &str) -> String {
    let is_at_proxy = layers.iter().any(|layer| layer.contains("tunnel error") || layer.contains("proxy"));
    format!("{}{cause}", if is_at_proxy { "the proxy gives no way through: " } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn plain_http_is_for_loopback_only() {
        let cases = [
            ("https://graph.microsoft.com", true),
            ("http://127.0.0.1:8080", true),
            ("http://[::1]:8080/x", true),
            ("http://localhost", true),
            ("http://graph.microsoft.com", false),
            ("http://127.0.0.1.evil.example", false),
            ("http://localhost.evil.example", false),
            ("ftp://localhost", false),
        ];
        for (address, allowed) in cases {
            assert_eq!(unsafe_reason(&url(address)).is_none(), allowed, "{address}");
        }
    }

    #[test]
    fn segments_are_encoded_whole_and_cannot_climb() {
        let root = url("https://graph.example/v1.0/");
        let joined = join(&root, &["users", "a#EXT#@b/c?d%41 ü"]).unwrap();
        assert_eq!(joined.as_str(), "https://graph.example/v1.0/users/a%23EXT%23@b%2Fc%3Fd%2541%20%C3%BC");
        for bad in ["", ".", ".."] {
            assert_eq!(join(&root, &["users", bad]), None);
        }
    }

    #[test]
    fn a_broken_way_is_told_by_its_cause() {
        let cases: [(&[&str], &str); 4] = [
            (
                &[
                    "error sending request",
                    "client error (Connect)",
                    "tcp connect error",
                    "Connection refused (os error 111)",
                ],
                "Connection refused",
            ),
            (
                &[
                    "error sending request",
                    "client error (Connect)",
                    "dns error",
                    "error resolving DNS",
                    "failed to lookup address information: Name or service not known",
                ],
                "the name has no address: failed to lookup address information: Name or service not known",
            ),
            (
                &[
                    "error sending request",
                    "client error (Connect)",
                    "tunnel error: failed to create underlying connection",
                    "tcp connect error",
                    "Connection refused (os error 111)",
                ],
                "the proxy gives no way through: Connection refused",
            ),
            (&["error sending request", "operation timed out"], "operation timed out"),
        ];
        for (layers, expected) in cases {
            let layers: Vec<String> = layers.iter().map(|&layer| layer.to_owned()).collect();
            assert_eq!(words(&layers), expected);
        }
    }
}
