//! The HTTP client under both Graph and sign-in, and the rules about addresses.

use std::error::Error as _;
use std::time::Duration;
use url::{Host, Url};

/// How long a connection may take to stand.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The most bytes of one answer. Hunting, the largest, is cut by the service at 50 MB.
pub const BODY_BYTES_MAX: usize = 64 * 1024 * 1024;

/// A client for `target`.
///
/// A loopback address is reached without the proxy that the environment may name. Plain HTTP there needs no
/// certificate authorities, so none are looked for: on a bare host that search fails and would take the lab down.
/// Redirects are not followed: neither Graph nor sign-in sends any, and one would carry the request elsewhere.
pub fn client(target: &Url) -> Result<reqwest::Client, String> {
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("watchfloor/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none());
    if is_loopback(target) {
        builder = builder.no_proxy();
        if target.scheme() == "http" {
            builder = builder.tls_certs_only([]);
        }
    }
    builder.build().map_err(reason)
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

/// The error's own words and those of its causes, the address left out: it may name people.
pub fn reason(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let text = inner.to_string();
        if !words.contains(&text) {
            words = format!("{words}: {text}");
        }
        cause = inner.source();
    }
    words
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
}
