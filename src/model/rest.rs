//! What of a resource nobody reads, kept small.

use serde_json::{Map, Value};
use std::fmt;

/// The properties that were not understood, as they came. Kept as JSON text, for they are many and seldom looked at: a
/// map of them takes some five times as much memory.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Rest(Option<Box<str>>);

impl Rest {
    /// The properties, read again.
    pub fn properties(&self) -> Map<String, Value> {
        self.0.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }
}

impl From<Map<String, Value>> for Rest {
    fn from(properties: Map<String, Value>) -> Self {
        let text = (!properties.is_empty()).then(|| Value::Object(properties).to_string());
        Self(text.map(String::into_boxed_str))
    }
}

impl fmt::Debug for Rest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_deref().unwrap_or("{}"))
    }
}
