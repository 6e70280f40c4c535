//! Every property of every answer exists in the official types, has the declared shape, and enum values are members.

use crate::support::{INSIDER, Talk};
use serde_json::{Value, json};

/// The official types, read from the project's copy of the metadata without the lab's own reader.
struct Metadata(Value);

impl Metadata {
    fn read() -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/schema/graph.json");
        Self(serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
    }

    fn property(&self, ty: &str, name: &str) -> Option<String> {
        let declared = &self.0["types"][ty];
        for kind in ["properties", "navigation"] {
            if let Some(found) = declared[kind][name].as_str() {
                return Some(found.to_owned());
            }
        }
        self.property(declared["base"].as_str()?, name)
    }

    fn is_a(&self, ty: &str, wanted: &str) -> bool {
        ty == wanted || self.0["types"][ty]["base"].as_str().is_some_and(|base| self.is_a(base, wanted))
    }

    /// Adds to `wrong` the properties of `ty` that `entity` lacks; Graph sends all, null where empty.
    fn check_complete(&self, entity: &Value, ty: &str, at: &str, wrong: &mut Vec<String>) {
        for name in self.0["types"][ty]["properties"].as_object().unwrap().keys() {
            if entity.get(name).is_none() {
                wrong.push(format!("{at}: {name} is missing"));
            }
        }
    }

    /// Adds to `wrong` what of `entity` is not as `ty` declares.
    fn check(&self, entity: &Value, ty: &str, at: &str, wrong: &mut Vec<String>) {
        if ty == "microsoft.graph.security.dictionary" {
            return;
        }
        let Some(properties) = entity.as_object() else { return wrong.push(format!("{at}: not an object")) };
        let concrete = properties.get("@odata.type").and_then(Value::as_str).map(|ty| ty.trim_start_matches('#'));
        let actual = concrete.unwrap_or(ty);
        if !self.is_a(actual, ty) || self.0["types"].get(actual).is_none() {
            wrong.push(format!("{at}: {actual} is not a {ty}"));
        }
        for (name, value) in properties.iter().filter(|(name, _)| !name.contains("@odata.")) {
            match self.property(actual, name) {
                Some(declared) => self.check_value(value, &declared, &format!("{at}/{name}"), wrong),
                None => wrong.push(format!("{at}/{name}: no such property of {actual}")),
            }
        }
    }

    fn check_value(&self, value: &Value, declared: &str, at: &str, wrong: &mut Vec<String>) {
        let nullable = !declared.ends_with('!');
        let name = declared.trim_end_matches('!');
        if value.is_null() {
            if !nullable {
                wrong.push(format!("{at}: null is not allowed"));
            }
            return;
        }
        if let Some(element) = name.strip_prefix("Collection(").and_then(|name| name.strip_suffix(')')) {
            let Some(items) = value.as_array() else { return wrong.push(format!("{at}: not a collection")) };
            for item in items {
                self.check_value(item, &format!("{element}!"), at, wrong);
            }
            return;
        }
        let fits = match name {
            "Edm.String" | "Edm.Guid" => value.is_string(),
            "Edm.DateTimeOffset" => value
                .as_str()
                .is_some_and(|text| text.ends_with('Z') && text.parse::<watchfloor::base::Timestamp>().is_ok()),
            "Edm.Boolean" => value.is_boolean(),
            "Edm.Int32" | "Edm.Int64" => value.is_i64(),
            "Edm.Double" => value.is_number(),
            name => {
                if let Some(members) = self.0["enums"][name]["members"].as_array() {
                    members.contains(value)
                } else {
                    self.check(value, name, at, wrong);
                    true
                }
            }
        };
        if !fits {
            wrong.push(format!("{at}: {value} is not {name}"));
        }
    }
}

#[test]
fn the_check_finds_what_is_wrong() {
    let incident = json!({ "id": "1", "tags": [], "severity": "urgent", "status": null, "createdDateTime": "today" });
    let mut wrong = Vec::new();
    Metadata::read().check(&incident, "microsoft.graph.security.incident", "", &mut wrong);
    let expected = [
        "/tags: no such property of microsoft.graph.security.incident",
        "/severity: \"urgent\" is not microsoft.graph.security.alertSeverity",
        "/status: null is not allowed",
        "/createdDateTime: \"today\" is not Edm.DateTimeOffset",
    ];
    assert_eq!(wrong, expected);
}

#[tokio::test]
async fn answers_are_of_the_official_types() {
    let mut talk = Talk::start().await;
    let metadata = Metadata::read();
    let mut wrong = Vec::new();
    let risky = format!("/identityProtection/riskyUsers/{INSIDER}");
    let routes = [
        ("/security/incidents?$expand=alerts", "microsoft.graph.security.incident"),
        ("/security/incidents/103", "microsoft.graph.security.incident"),
        ("/security/incidents/103/alerts", "microsoft.graph.security.alert"),
        ("/security/alerts_v2?$top=1000", "microsoft.graph.security.alert"),
        ("/security/alerts_v2/da4", "microsoft.graph.security.alert"),
        ("/users?$top=999", "microsoft.graph.user"),
        ("/users/ivo.sider@fabrikon.example/manager", "microsoft.graph.user"),
        ("/identityProtection/riskyUsers", "microsoft.graph.riskyUser"),
        (risky.as_str(), "microsoft.graph.riskyUser"),
    ];
    for prefer in ["include-unknown-enum-members", "return=minimal"] {
        talk.headers = vec![("prefer", prefer.to_owned())];
        for (path, ty) in routes {
            let body = talk.get(path, &[]).await.json();
            match body["value"].as_array() {
                Some(entities) => {
                    assert!(!entities.is_empty(), "{path} proves nothing");
                    for entity in entities {
                        metadata.check(entity, ty, path, &mut wrong);
                    }
                }
                None => metadata.check(&body, ty, path, &mut wrong),
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test]
async fn everything_in_the_generated_tenant_is_of_the_official_types() {
    let talk = Talk::generated().await;
    let metadata = Metadata::read();
    let mut wrong = Vec::new();
    for (path, ty) in [
        ("/security/incidents?$expand=alerts", "microsoft.graph.security.incident"),
        ("/security/alerts_v2", "microsoft.graph.security.alert"),
        ("/users?$select=*", "microsoft.graph.user"),
        ("/identityProtection/riskyUsers", "microsoft.graph.riskyUser"),
    ] {
        let mut next = Some(talk.url(&format!("/v1.0{path}")));
        let mut seen = 0;
        while let Some(link) = next {
            let body = talk.send(reqwest::Method::GET, &link, None).await.json();
            for entity in body["value"].as_array().unwrap() {
                seen += 1;
                let at = format!("{path} {}", entity["id"]);
                metadata.check(entity, ty, &at, &mut wrong);
                metadata.check_complete(entity, ty, &at, &mut wrong);
            }
            next = body["@odata.nextLink"].as_str().map(str::to_owned);
        }
        assert!(seen > 0, "{path} proves nothing");
    }
    assert_eq!(wrong, Vec::<String>::new());
}
