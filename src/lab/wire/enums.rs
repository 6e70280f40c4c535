//! Evolvable enums: members after the sentinel are sent only to clients that asked for them.
//! <https://learn.microsoft.com/graph/best-practices-concept#handling-future-members-in-evolvable-enumerations>

use super::metadata::{Metadata, PropertyType};
use serde_json::{Map, Value};

/// What stands for a member the client is not ready for.
pub const SENTINEL: &str = "unknownFutureValue";

/// Replaces the members after the sentinel all through `entity`, which is of type `ty`.
pub fn hide_unknown_members(entity: &mut Value, ty: &str) {
    if let Value::Object(properties) = entity {
        hide_in_object(properties, ty, Metadata::get());
    }
}

fn hide_in_object(properties: &mut Map<String, Value>, declared: &str, metadata: &Metadata) {
    let concrete = properties.get("@odata.type").and_then(Value::as_str).and_then(|ty| ty.strip_prefix('#'));
    let ty = concrete.unwrap_or(declared).to_owned();
    for (name, value) in properties.iter_mut() {
        if let Some(property) = metadata.property(&ty, name) {
            hide_in_value(value, property, metadata);
        }
    }
}

fn hide_in_value(value: &mut Value, property: PropertyType<'_>, metadata: &Metadata) {
    match value {
        Value::String(text) => {
            let hidden = metadata.enumeration(property.name).is_some_and(|members| members.is_hidden(text));
            if hidden {
                SENTINEL.clone_into(text);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| hide_in_value(item, property, metadata)),
        Value::Object(properties) => hide_in_object(properties, property.name, metadata),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_after_the_sentinel_are_hidden_wherever_they_are() {
        let mut alert = json!({
            "serviceSource": "microsoftInsiderRiskManagement",
            "severity": "high",
            "title": "microsoftInsiderRiskManagement",
            "evidence": [
                { "@odata.type": "#microsoft.graph.security.userEvidence", "remediationStatus": "active" },
                { "@odata.type": "#microsoft.graph.security.userEvidence", "remediationStatus": "none" },
            ],
        });
        hide_unknown_members(&mut alert, "microsoft.graph.security.alert");
        let expected = json!({
            "serviceSource": "unknownFutureValue",
            "severity": "high",
            "title": "microsoftInsiderRiskManagement",
            "evidence": [
                { "@odata.type": "#microsoft.graph.security.userEvidence", "remediationStatus": "unknownFutureValue" },
                { "@odata.type": "#microsoft.graph.security.userEvidence", "remediationStatus": "none" },
            ],
        });
        assert_eq!(alert, expected);
    }
}
