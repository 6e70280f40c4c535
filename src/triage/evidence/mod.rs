//! Evidence of every type that Graph's metadata knows, by its key properties: what counts as its name, what as a second
//! fact, and what else is told first. One row a type; the types that the model reads by name have only what it leaves.

mod table;

pub use table::TYPES;

use super::EntityKind;
use crate::base::text::count;
use crate::model::Evidence;
use serde_json::{Map, Value};

/// How evidence of one type is told. Paths lead through objects by `/`, and through every item of an array.
#[derive(Debug)]
pub struct EvidenceType {
    /// The type's name without namespace.
    pub name: &'static str,
    /// What it is.
    pub kind: EntityKind,
    /// Paths of its name: the first that holds something counts.
    pub labels: &'static [&'static str],
    /// Path of a second fact; may be empty.
    pub detail: &'static str,
    /// Key properties in order: the words on screen, and the path.
    pub facts: &'static [(&'static str, &'static str)],
}

/// What one piece of evidence of a type in the table names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// Its name; empty where nothing is told.
    pub label: String,
    /// A second fact; may be empty.
    pub detail: String,
}

impl EvidenceType {
    /// The row of the type called `name`.
    pub fn of(name: &str) -> Option<&'static Self> {
        TYPES.iter().find(|known| known.name == name)
    }

    /// What `evidence`, of this type, names.
    pub fn named(&self, evidence: &Evidence) -> Named {
        let properties = evidence.properties.properties();
        let labels = self.labels.iter().map(|path| text_at(&properties, path));
        let label = labels.into_iter().find(|label| !label.is_empty()).unwrap_or_default();
        Named { label, detail: text_at(&properties, self.detail) }
    }

    /// Its key properties that hold something, in words; each is taken out of `properties`.
    pub fn take_facts(&self, properties: &mut Map<String, Value>) -> Vec<(&'static str, String)> {
        let told = self.facts.iter().map(|(words, path)| (*words, text_at(properties, path)));
        let told: Vec<(&'static str, String)> = told.filter(|(_, text)| !text.is_empty()).collect();
        for (_, path) in self.facts {
            remove(properties, path);
        }
        told
    }
}

/// The text at `path`; several are joined by commas.
fn text_at(properties: &Map<String, Value>, path: &str) -> String {
    let (head, rest) = path.split_once('/').unwrap_or((path, ""));
    properties.get(head).map(|value| text_of(value, rest)).unwrap_or_default()
}

fn text_of(value: &Value, path: &str) -> String {
    match value {
        Value::Object(inner) if !path.is_empty() => text_at(inner, path),
        Value::Array(items) => {
            let texts = items.iter().map(|item| text_of(item, path)).filter(|text| !text.is_empty());
            texts.collect::<Vec<_>>().join(", ")
        }
        // A list of names and values, as labels of containers are.
        Value::Object(inner) => {
            let pairs = inner.iter().filter(|(name, _)| !name.starts_with('@'));
            let pair = |(name, value): (&String, &Value)| format!("{name}={}", text_of(value, ""));
            pairs.map(pair).collect::<Vec<_>>().join(", ")
        }
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::Number(number) => number.to_string(),
    }
}

/// Takes what is at `path` out, and what is empty thereafter.
fn remove(properties: &mut Map<String, Value>, path: &str) {
    let Some((head, rest)) = path.split_once('/') else {
        properties.remove(path);
        return;
    };
    let is_empty = match properties.get_mut(head) {
        Some(Value::Object(inner)) => is_emptied(inner, rest),
        Some(Value::Array(items)) => {
            items.retain_mut(|item| item.as_object_mut().is_none_or(|inner| !is_emptied(inner, rest)));
            items.is_empty()
        }
        _ => false,
    };
    if is_empty {
        properties.remove(head);
    }
}

/// Takes what is at `path` out of `inner`; whether no more than its type is left.
fn is_emptied(inner: &mut Map<String, Value>, path: &str) -> bool {
    remove(inner, path);
    inner.iter().all(|(name, value)| name.starts_with('@') || value.is_null())
}

/// `2 devices`, `1 mailbox`, `3 IP addresses`.
pub fn counted(kind: EntityKind, number: usize) -> String {
    match kind {
        EntityKind::Mailbox | EntityKind::Process | EntityKind::Ip if number != 1 => {
            format!("{number} {}es", kind.title())
        }
        EntityKind::Registry if number != 1 => format!("{number} registry entries"),
        EntityKind::Other => format!("{number} other"),
        kind => count(number, kind.title()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::people::entity_of;
    use serde_json::json;
    use std::collections::BTreeSet;

    /// Graph's metadata, as the lab is checked against it.
    fn types() -> Map<String, Value> {
        let schema: Value = serde_json::from_str(include_str!("../../../assets/schema/graph.json")).unwrap();
        schema["types"].as_object().unwrap().clone()
    }

    /// Whether `path` leads from the type called `name` to something the metadata knows.
    fn leads(types: &Map<String, Value>, name: &str, path: &str) -> bool {
        let (head, rest) = path.split_once('/').unwrap_or((path, ""));
        let Some(found) = types.get(name) else { return false };
        let Some(found) = found["properties"].get(head).and_then(Value::as_str) else { return false };
        let inner = found.trim_end_matches('!').trim_start_matches("Collection(").trim_end_matches(')');
        // What evidence it is decides what it holds.
        rest.is_empty() || inner.ends_with(".alertEvidence") || leads(types, inner, rest)
    }

    #[test]
    fn every_type_of_the_metadata_has_a_row_whose_paths_it_knows() {
        let types = types();
        let known: BTreeSet<&str> = TYPES.iter().map(|known| known.name).collect();
        let derived = types.iter().filter(|(_, of)| of["base"] == "microsoft.graph.security.alertEvidence");
        let all: BTreeSet<&str> = derived.filter_map(|(name, _)| name.rsplit('.').next()).collect();
        assert_eq!(known, all);
        for known in TYPES {
            let name = format!("microsoft.graph.security.{}", known.name);
            let paths = known.labels.iter().chain([&known.detail]).chain(known.facts.iter().map(|(_, path)| path));
            for path in paths.filter(|path| !path.is_empty()) {
                assert!(leads(&types, &name, path), "{}: {path}", known.name);
            }
        }
    }

    #[test]
    fn no_key_property_of_a_type_is_left_without_words() {
        for known in TYPES.iter().filter(|known| !known.labels.is_empty()) {
            let facts: Vec<&str> = known.facts.iter().map(|(_, path)| *path).collect();
            for path in known.labels.iter().chain([&known.detail]).filter(|path| !path.is_empty()) {
                assert!(facts.contains(path), "{}: {path}", known.name);
            }
        }
    }

    #[test]
    fn evidence_is_named_and_what_is_told_leaves_the_tree() {
        let evidence = Evidence::read(json!({
            "@odata.type": "#microsoft.graph.security.kubernetesPodEvidence", "name": "api-7f", "labels": {"app": "api"},
            "namespace": {"name": "payments", "cluster": {"name": "aks-1"}, "labels": null},
            "containers": [{"name": "api", "isPrivileged": true}, {"name": "proxy"}]
        }));
        let entity = entity_of(&evidence);
        assert_eq!(
            (entity.kind, entity.label.raw(), entity.detail.raw()),
            (EntityKind::CloudResource, "api-7f", "payments")
        );
        let mut properties = evidence.properties.properties();
        let facts = EvidenceType::of("kubernetesPodEvidence").unwrap().take_facts(&mut properties);
        let expected = [
            ("pod", "api-7f"),
            ("namespace", "payments"),
            ("cluster", "aks-1"),
            ("containers", "api, proxy"),
            ("labels", "app=api"),
        ];
        assert_eq!(facts, expected.map(|(words, text)| (words, text.to_owned())));
        assert_eq!(Value::Object(properties), json!({"containers": [{"isPrivileged": true}]}));
    }

    #[test]
    fn kinds_are_counted_in_words() {
        let told =
            [(EntityKind::Ip, 2), (EntityKind::Mailbox, 1), (EntityKind::CloudResource, 3), (EntityKind::Registry, 2)];
        let told = told.map(|(kind, number)| counted(kind, number));
        assert_eq!(told, ["2 IP addresses", "1 mailbox", "3 cloud resources", "2 registry entries"]);
    }
}
