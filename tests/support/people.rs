//! Everyone of a lab by every name, and whether a text names one of them.

use serde_json::Value;
use std::collections::BTreeSet;

/// The query whose rows, as JSON lines, [`People::of`] reads.
pub const QUERY: &str =
    "IdentityInfo | project AccountUpn, AccountName, AccountDisplayName, OnPremSid, CloudSid, AccountObjectId";

/// Names of people, in lower case.
pub struct People(BTreeSet<String>);

impl People {
    /// Those of `rows`, whom `rows` of [`QUERY`] name.
    pub fn of(rows: &[Value]) -> Self {
        let names = rows.iter().filter_map(Value::as_object).flat_map(serde_json::Map::values);
        let names: BTreeSet<String> =
            names.filter_map(Value::as_str).filter(|name| !name.is_empty()).map(str::to_lowercase).collect();
        assert!(names.len() > 200, "60 people by several names each: {}", names.len());
        Self(names)
    }

    /// Fails where `text` names anyone.
    pub fn assert_hidden(&self, what: &str, text: &str) {
        let lower = text.to_lowercase();
        for name in &self.0 {
            for (at, _) in lower.match_indices(name.as_str()) {
                let before = lower.get(..at).unwrap_or_default().chars().next_back();
                let after = lower.get(at + name.len()..).unwrap_or_default().chars().next();
                let is_inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
                let around = lower.get(at.saturating_sub(60)..(at + name.len() + 60).min(lower.len()));
                assert!(is_inside(before) || is_inside(after), "{what} names {name}: {}", around.unwrap_or(name));
            }
        }
    }
}
