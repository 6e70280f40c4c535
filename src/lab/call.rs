//! A request after the router has taken it apart.

use super::identity::Caller;
use axum::body::Bytes;
use axum::http::HeaderMap;
use serde_json::Value;

/// What a handler is given.
#[derive(Clone, Debug)]
pub struct Call {
    /// Values of the route's `{…}` segments, decoded, in order.
    pub params: Vec<String>,
    /// The path below `/v1.0` as sent, e.g. `/security/incidents`; next links are built on it.
    pub path: String,
    /// Query options, decoded, in order.
    pub query: Vec<(String, String)>,
    /// Preferences of the `Prefer` headers.
    pub prefer: Prefer,
    /// Whether `/$count` ends the path: only the number of entities is asked for.
    pub counts: bool,
    /// All headers.
    pub headers: HeaderMap,
    /// Who asks.
    pub caller: Caller,
    /// The body as sent.
    pub body: Bytes,
}

impl Call {
    /// The route's parameter at `index`; empty where the route has none.
    pub fn param(&self, index: usize) -> &str {
        self.params.get(index).map_or("", String::as_str)
    }

    /// Whether the directory may answer from its index: `ConsistencyLevel: eventual`.
    /// <https://learn.microsoft.com/graph/aad-advanced-queries>
    pub fn is_eventual(&self) -> bool {
        let level = self.headers.get("consistencylevel").and_then(|value| value.to_str().ok());
        level.is_some_and(|level| level.trim().eq_ignore_ascii_case("eventual"))
    }

    /// The body as a JSON object or list; `None` where it is neither.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok().filter(|body: &Value| body.is_object() || body.is_array())
    }
}

/// What the client prefers; several `Prefer` headers and several preferences in one count alike (RFC 7240).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prefer {
    /// `include-unknown-enum-members`: send enum members after the sentinel by name.
    pub unknown_enum_members: bool,
    /// `odata.maxpagesize`.
    pub max_page_size: Option<usize>,
}

impl Prefer {
    /// Reads the `Prefer` headers; what is not understood is passed over, as the RFC asks.
    pub fn read(headers: &HeaderMap) -> Self {
        let mut prefer = Self::default();
        let lines = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
        for preference in lines.flat_map(|line| line.split(',')).map(str::trim) {
            let (name, value) = preference.split_once('=').unwrap_or((preference, ""));
            match name.trim().to_ascii_lowercase().as_str() {
                "include-unknown-enum-members" => prefer.unknown_enum_members = true,
                "odata.maxpagesize" | "maxpagesize" => prefer.max_page_size = value.trim().parse().ok(),
                _ => {}
            }
        }
        prefer
    }
}

/// Decodes `application/x-www-form-urlencoded` pairs: query strings and token requests.
pub fn pairs(text: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}
