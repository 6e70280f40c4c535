//! Writes a resource straight to text as the client is to see it.
//!
//! Nothing is left out: Graph sends every property, `null` or `[]` where there is nothing. Members of evolvable enums
//! after the sentinel are sent only to clients that asked for them.
//! <https://learn.microsoft.com/graph/best-practices-concept#handling-future-members-in-evolvable-enumerations>

use super::metadata::{EnumType, Metadata};
use crate::kql::engine::hash::FastMap;
use serde_json::{Map, Value};
use std::sync::LazyLock;

/// What stands for a member the client is not ready for.
pub const SENTINEL: &str = "unknownFutureValue";

/// Writes resources.
#[derive(Clone, Copy, Debug)]
pub struct ResourceWriter {
    /// Whether members after the sentinel are hidden.
    pub hides: bool,
    /// What is filled in.
    pub fill: Fill,
}

/// Where missing properties are filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// Nowhere.
    Nothing,
    /// In the resource itself.
    Own,
    /// In it, and in the elements of its collections that say their type, such as evidence.
    All,
}

/// A type as writing needs it.
#[derive(Debug, Default)]
struct Layout {
    /// Places in `properties` by name.
    places: FastMap<&'static str, usize>,
    properties: Vec<Property>,
}

#[derive(Debug)]
struct Property {
    /// `"name":`.
    key: String,
    /// `null` or `[]`.
    nothing: &'static str,
    /// Name of its type.
    ty: &'static str,
    /// Its type, where that is an enum.
    members: Option<&'static EnumType>,
}

/// The layout of every type.
static LAYOUTS: LazyLock<FastMap<&'static str, Layout>> = LazyLock::new(|| {
    let metadata = Metadata::get();
    let layout = |ty| {
        let mut layout = Layout::default();
        for (name, property) in metadata.properties(ty) {
            if layout.places.contains_key(name) {
                continue;
            }
            layout.places.insert(name, layout.properties.len());
            layout.properties.push(Property {
                key: format!("\"{name}\":"),
                nothing: if property.collection { "[]" } else { "null" },
                ty: property.name,
                members: metadata.enumeration(property.name),
            });
        }
        (ty, layout)
    };
    metadata.type_names().map(layout).collect()
});

impl ResourceWriter {
    /// Appends `resource`, which is of type `ty` unless it says another, with the properties of `extra` at its end,
    /// whose values are text already.
    pub fn write(self, resource: &Value, ty: &str, extra: &[(&str, Vec<u8>)], out: &mut Vec<u8>) {
        let Value::Object(properties) = resource else { return plain(resource, out) };
        self.open(properties, ty, out);
        for (name, value) in extra {
            next(out);
            plain(*name, out);
            out.push(b':');
            out.extend_from_slice(value);
        }
        out.push(b'}');
    }

    fn object(self, properties: &Map<String, Value>, ty: &str, out: &mut Vec<u8>) {
        self.open(properties, ty, out);
        out.push(b'}');
    }

    /// Appends an object but for its closing brace.
    fn open(self, properties: &Map<String, Value>, ty: &str, out: &mut Vec<u8>) {
        let layout = LAYOUTS.get(type_of(properties).unwrap_or(ty));
        let mut seen = vec![false; layout.map_or(0, |layout| layout.properties.len())];
        out.push(b'{');
        for (name, value) in properties {
            next(out);
            let place = layout.and_then(|layout| layout.places.get(name.as_str()));
            let property = place.and_then(|place| {
                *seen.get_mut(*place)? = true;
                layout?.properties.get(*place)
            });
            if let Some(property) = property {
                out.extend_from_slice(property.key.as_bytes());
            } else {
                plain(name.as_str(), out);
                out.push(b':');
            }
            self.value(value, property, out);
        }
        if self.fill == Fill::Nothing {
            return;
        }
        let all = layout.map_or(&[][..], |layout| &layout.properties);
        for (property, _) in all.iter().zip(seen).filter(|(_, seen)| !seen) {
            next(out);
            out.extend_from_slice(property.key.as_bytes());
            out.extend_from_slice(property.nothing.as_bytes());
        }
    }

    fn value(self, value: &Value, property: Option<&Property>, out: &mut Vec<u8>) {
        let inner = Self { hides: self.hides && property.is_some(), fill: Fill::Nothing };
        match value {
            Value::String(text) if inner.hides => {
                let is_hidden = property.and_then(|property| property.members).is_some_and(|enm| enm.is_hidden(text));
                plain(if is_hidden { SENTINEL } else { text }, out);
            }
            Value::Array(items) => {
                out.push(b'[');
                for item in items {
                    next(out);
                    match item {
                        Value::Object(item) if self.fill == Fill::All && type_of(item).is_some() => {
                            let ty = property.map_or("", |property| property.ty);
                            Self { fill: Fill::Own, ..inner }.object(item, ty, out);
                        }
                        _ => inner.value(item, property, out),
                    }
                }
                out.push(b']');
            }
            Value::Object(properties) if inner.hides => {
                inner.object(properties, property.map_or("", |property| property.ty), out);
            }
            _ => plain(value, out),
        }
    }
}

/// The type that an object says it is of.
fn type_of(properties: &Map<String, Value>) -> Option<&str> {
    let ty = properties.get("@odata.type").and_then(Value::as_str);
    ty.map(|ty| ty.trim_start_matches('#'))
}

/// Appends a comma, unless `out` ends in an opening bracket.
fn next(out: &mut Vec<u8>) {
    if !matches!(out.last(), Some(b'{' | b'[')) {
        out.push(b',');
    }
}

/// Appends `value` as it is.
fn plain<T: serde::Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) {
    // Values of JSON can always be written, and memory takes all.
    serde_json::to_writer(out, value).unwrap_or_default();
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn written(resource: &Value, ty: &str, hides: bool, fill: Fill) -> Value {
        let mut out = Vec::new();
        ResourceWriter { hides, fill }.write(resource, ty, &[], &mut out);
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn members_after_the_sentinel_are_hidden_wherever_they_are() {
        let alert = json!({
            "serviceSource": "microsoftInsiderRiskManagement",
            "severity": "high",
            "title": "microsoftInsiderRiskManagement",
            "evidence": [
                { "@odata.type": "#microsoft.graph.security.userEvidence", "remediationStatus": "active" },
                { "@odata.type": "#microsoft.graph.security.userEvidence", "remediationStatus": "none" },
            ],
        });
        let expected = json!({
            "serviceSource": "unknownFutureValue",
            "severity": "high",
            "title": "microsoftInsiderRiskManagement",
            "evidence": [
                { "@odata.type": "#microsoft.graph.security.userEvidence", "remediationStatus": "unknownFutureValue" },
                { "@odata.type": "#microsoft.graph.security.userEvidence", "remediationStatus": "none" },
            ],
        });
        let ty = "microsoft.graph.security.alert";
        assert_eq!(written(&alert, ty, true, Fill::Nothing), expected);
        assert_eq!(written(&alert, ty, false, Fill::Nothing), alert);
    }

    #[test]
    fn what_is_filled_in_is_what_completing_fills_in() {
        let ty = "microsoft.graph.security.alert";
        let mut alert = json!({
            "id": "a\"b",
            "unheard-of \n": [{ "@odata.type": "#microsoft.graph.security.urlEvidence" }, {}, []],
            "evidence": [{ "@odata.type": "#microsoft.graph.security.urlEvidence", "x": { "y": [1, 2.5, null] } }, {}],
            "additionalData": { "nested": [{ "@odata.type": "#microsoft.graph.security.urlEvidence" }] },
        });
        let mut out = Vec::new();
        ResourceWriter { hides: false, fill: Fill::All }.write(&alert, ty, &[], &mut out);
        super::super::complete::complete(&mut alert, ty);
        assert_eq!(String::from_utf8(out).unwrap(), alert.to_string());
    }

    #[test]
    fn what_is_expanded_comes_last() {
        let mut out = Vec::new();
        let writer = ResourceWriter { hides: true, fill: Fill::Nothing };
        writer.write(&json!({}), "microsoft.graph.security.incident", &[("alerts", b"[]".to_vec())], &mut out);
        assert_eq!(out, br#"{"alerts":[]}"#);
    }
}
