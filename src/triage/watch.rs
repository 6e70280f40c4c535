//! Watchlists: people, devices and files that somebody wants to hear of, and why.
//!
//! ```toml
//! [users]
//! "m.okafor@contoso.example" = "leaves on 2 December"
//!
//! [devices]
//! "LT-FIN-*" = "finance laptops"
//!
//! [files]
//! "*.pst" = "whole mailboxes"
//! ```

use super::EntityKind;
use super::people::entity_of;
use crate::base::near::nearest;
use crate::model::Alert;
use std::collections::BTreeMap;

/// The most entries that are read.
const ENTRIES_MAX: usize = 10_000;

/// Tables of the file with what they list.
const TABLES: [(&str, EntityKind); 3] =
    [("users", EntityKind::User), ("devices", EntityKind::Device), ("files", EntityKind::File)];

/// What is watched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watchlist(Vec<Entry>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    kind: EntityKind,
    /// Lower case; `*` stands for anything.
    pattern: String,
    why: String,
}

/// A thing that is watched, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// What it is.
    pub kind: EntityKind,
    /// Its name, safe for a screen.
    pub name: String,
    /// Why, as the list says.
    pub why: String,
}

impl Watchlist {
    /// Reads a list: a table a kind, a name and a reason a line.
    ///
    /// # Errors
    /// One sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let tables: BTreeMap<String, BTreeMap<String, String>> =
            toml::from_str(text).map_err(|error| error.to_string().trim_end().replace('\n', " "))?;
        let mut entries = Vec::new();
        for (table, lines) in tables {
            let Some((_, kind)) = TABLES.iter().find(|(name, _)| *name == table) else {
                let near = nearest(&table, TABLES.iter().map(|(name, _)| *name));
                let near = near.map(|near| format!("; did you mean [{near}]?")).unwrap_or_default();
                return Err(format!("[{table}] is not watched{near}"));
            };
            entries.extend(lines.into_iter().map(|(name, why)| Entry {
                kind: *kind,
                pattern: name.to_lowercase(),
                why,
            }));
        }
        if entries.len() > ENTRIES_MAX {
            return Err(format!("{} entries are more than {ENTRIES_MAX}", entries.len()));
        }
        Ok(Self(entries))
    }

    /// What of an alert's evidence is watched, each thing once.
    pub fn of(&self, alert: &Alert) -> Vec<Watched> {
        let mut found: Vec<Watched> = Vec::new();
        if self.0.is_empty() {
            return found;
        }
        for entity in alert.details().evidence.iter().map(entity_of) {
            let upn = entity.person.as_ref().map(|person| person.upn.raw().to_lowercase());
            let names = [Some(entity.label.raw().to_lowercase()), upn];
            // A mailbox and a process name people as well.
            let kinds = [Some(entity.kind), entity.person.is_some().then_some(EntityKind::User)];
            for entry in self.0.iter().filter(|entry| kinds.contains(&Some(entry.kind))) {
                if names.iter().flatten().any(|name| matches(&entry.pattern, name)) {
                    let name = entity.label.line().into_owned();
                    let watched = Watched { kind: entry.kind, name, why: entry.why.clone() };
                    if !found.contains(&watched) {
                        found.push(watched);
                    }
                }
            }
        }
        found
    }
}

/// Whether `name` is what `pattern` says, in which `*` stands for anything.
fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some((_, after)) =
            rest.split_once(part).filter(|_| !part.is_empty()).or(part.is_empty().then_some(("", rest)))
        else {
            return false;
        };
        rest = after;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FromJson;
    use serde_json::json;

    #[test]
    fn patterns_match_whole_names() {
        let cases = [
            ("lt-1", "lt-1", true),
            ("lt-1", "lt-12", false),
            ("lt-*", "lt-12", true),
            ("*.pst", "mail.pst", true),
            ("*.pst", "mail.pst.zip", false),
            ("fin*2026*.x*", "finance-2026-q3.xlsx", true),
            ("fin*2026*.x*", "finance-2025-q3.xlsx", false),
            ("*", "anything", true),
            ("a*a", "a", false),
        ];
        for (pattern, name, expected) in cases {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn what_is_watched_is_found_with_its_reason() {
        let list = "[users]\n\"M.Okafor@contoso.example\" = \"leaves soon\"\n[files]\n\"*.zip\" = \"archives\"";
        let list = Watchlist::parse(list).unwrap();
        let alert = json!({"id": "a1", "evidence": [
            {"@odata.type": "#microsoft.graph.security.userEvidence",
                "userAccount": {"userPrincipalName": "m.okafor@contoso.example", "displayName": "Mara Okafor"}},
            {"@odata.type": "#microsoft.graph.security.fileEvidence", "fileDetails": {"fileName": "Q3.ZIP"}},
            {"@odata.type": "#microsoft.graph.security.deviceEvidence", "deviceDnsName": "x.zip"}
        ]});
        let found = list.of(&Alert::from_json(alert).unwrap());
        let told: Vec<(&str, &str)> = found.iter().map(|watched| (&*watched.name, &*watched.why)).collect();
        assert_eq!(told, [("Mara Okafor", "leaves soon"), ("Q3.ZIP", "archives")]);
    }

    #[test]
    fn mistakes_are_told() {
        assert_eq!(Watchlist::parse("[user]\na = \"b\"").unwrap_err(), "[user] is not watched; did you mean [users]?");
        assert!(Watchlist::parse("users = 3").is_err());
    }
}
