//! Fills in what a resource leaves out: Graph sends every property, `null` or `[]` where there is nothing.

use super::metadata::Metadata;
use serde_json::{Map, Value};

/// Adds the missing properties of `ty`, or of the type it says it is, to `entity`, and of their own types to the
/// evidence in it.
pub fn complete(entity: &mut Value, ty: &str) {
    let Some(properties) = entity.as_object_mut() else { return };
    let own = properties.get("@odata.type").and_then(Value::as_str).map(|ty| ty.trim_start_matches('#').to_owned());
    fill(properties, own.as_deref().unwrap_or(ty));
    for item in properties.values_mut().filter_map(Value::as_array_mut).flatten() {
        let concrete = item.get("@odata.type").and_then(Value::as_str).map(|ty| ty.trim_start_matches('#').to_owned());
        if let (Some(concrete), Value::Object(item)) = (concrete, item) {
            fill(item, &concrete);
        }
    }
}

fn fill(properties: &mut Map<String, Value>, ty: &str) {
    for (name, property) in Metadata::get().properties(ty) {
        if !properties.contains_key(name) {
            let nothing = if property.collection { Value::Array(Vec::new()) } else { Value::Null };
            properties.insert(name.to_owned(), nothing);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_missing_becomes_null_or_empty() {
        let mut user = json!({ "id": "1", "riskLevel": "low" });
        complete(&mut user, "microsoft.graph.riskyUser");
        assert_eq!((&user["riskLevel"], &user["riskDetail"]), (&json!("low"), &Value::Null));

        let mut alert = json!({ "evidence": [{ "@odata.type": "#microsoft.graph.security.urlEvidence" }] });
        complete(&mut alert, "microsoft.graph.security.alert");
        assert_eq!(alert["mitreTechniques"], json!([]));
        assert_eq!((&alert["evidence"][0]["roles"], &alert["evidence"][0]["url"]), (&json!([]), &Value::Null));
    }
}
