//! Tenants of many alerts: what is made on demand agrees with what lists and tables tell, and is the same twice.

use super::support::{NOW, Talk, at};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use watchfloor::lab::{Lab, LabConfig, LabOptions, Scale};

/// Alerts enough that most are made on demand.
const MANY: Scale = Scale { people: 30, alerts: 240 };
/// Everything that happened before the start, whatever the clock shows.
const MONTH: &str = "2026-10-20T00:00:00Z/2026-11-23T12:00:00Z";

async fn many() -> Talk {
    let config = LabConfig { seed: 3, anchor: at(NOW), scale: MANY };
    Talk::to(Lab::start(config, LabOptions::default()).await.unwrap())
}

async fn list(talk: &Talk, path: &str, options: &[(&str, &str)]) -> Vec<Value> {
    let body = talk.get(path, options).await.json();
    body["value"].as_array().unwrap_or_else(|| panic!("{body}")).clone()
}

async fn hunt(talk: &Talk, query: &str) -> Vec<Value> {
    let body = talk.post("/security/runHuntingQuery", json!({ "Query": query, "Timespan": MONTH })).await.json();
    body["results"].as_array().unwrap_or_else(|| panic!("{body}")).clone()
}

#[tokio::test]
async fn two_labs_of_one_configuration_answer_the_same_bytes() {
    let (one, other) = (many().await, many().await);
    let paths: [(&str, &[(&str, &str)]); 6] = [
        ("/users", &[("$top", "999")]),
        ("/identityProtection/riskyUsers", &[("$top", "500")]),
        ("/security/incidents", &[("$expand", "alerts"), ("$top", "50")]),
        ("/security/incidents", &[("$orderby", "lastUpdateDateTime asc"), ("$count", "true")]),
        ("/security/alerts_v2", &[("$top", "1000")]),
        ("/security/alerts_v2", &[("$filter", "status eq 'new' and severity ne 'low'"), ("$orderby", "title")]),
    ];
    let text = async |talk: &Talk, path: &str, options: &[(&str, &str)]| {
        talk.get(path, options).await.text.replace(&talk.lab.addresses.base_url, "")
    };
    for (path, options) in paths {
        assert!(text(&one, path, options).await == text(&other, path, options).await, "{path} {options:?}");
    }
    let queries = [
        "AlertEvidence | order by Timestamp asc | take 300",
        "DataSecurityEvents | where Timestamp > datetime(2026-11-20)",
        "CloudAppEvents | take 500",
        "DeviceFileEvents | summarize count(), max(Timestamp), dcount(SHA256) by DeviceName, ActionType",
        "DataSecurityBehaviors | order by BehaviorId asc",
        "IdentityInfo",
    ];
    for query in queries {
        let (first, second) = (hunt(&one, query).await, hunt(&other, query).await);
        assert!(!first.is_empty() && first == second, "{query}");
    }
}

#[tokio::test]
async fn an_alert_made_on_demand_agrees_with_its_list_and_its_rows() {
    let talk = many().await;
    let alerts = list(&talk, "/security/alerts_v2", &[("$top", "1000")]).await;
    // A few of them are still to come.
    assert!((MANY.alerts - 10..=MANY.alerts).contains(&alerts.len()), "{}", alerts.len());
    let mut rows: BTreeMap<String, (String, usize)> = BTreeMap::new();
    let query = "AlertInfo | join kind=leftouter (AlertEvidence | summarize Entities = count() by AlertId) on AlertId \
                 | project AlertId, Timestamp, Entities";
    for row in hunt(&talk, query).await {
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        let entities = row["Entities"].as_u64().unwrap_or_default() as usize;
        rows.insert(text("AlertId"), (text("Timestamp"), entities));
    }
    for alert in &alerts {
        let (at_row, entities) = &rows[alert["id"].as_str().unwrap()];
        assert_eq!(at(at_row), at(alert["createdDateTime"].as_str().unwrap()), "{}", alert["id"]);
        assert_eq!(*entities, alert["evidence"].as_array().unwrap().len(), "{}", alert["id"]);
    }
    assert_eq!(rows.len(), alerts.len());
    // By a property of the head, then by one that only the whole has.
    let is_new = |alert: &&Value| alert["severity"] == "medium" && alert["status"] == "new";
    let expected: Vec<&Value> = alerts.iter().filter(is_new).collect();
    check(&talk, "severity eq 'medium' and status eq 'new'", &expected).await;
    let has_address =
        |item: &Value| item["@odata.type"] == "#microsoft.graph.security.urlEvidence" && item["url"].is_string();
    let names_address = |alert: &&Value| alert["evidence"].as_array().unwrap().iter().any(has_address);
    let expected: Vec<&Value> = alerts.iter().filter(names_address).collect();
    check(&talk, "evidence/any(item: item/microsoft.graph.security.urlEvidence/url ne null)", &expected).await;
}

async fn check(talk: &Talk, filter: &str, expected: &[&Value]) {
    let found = list(talk, "/security/alerts_v2", &[("$filter", filter), ("$top", "1000")]).await;
    assert!(!expected.is_empty() && found.iter().eq(expected.iter().copied()), "{filter}: {}", found.len());
}

#[tokio::test]
async fn resolving_an_incident_made_on_demand_resolves_its_alerts() {
    let talk = many().await;
    let open = [("$filter", "status eq 'active'"), ("$expand", "alerts"), ("$top", "50")];
    let incidents = list(&talk, "/security/incidents", &open).await;
    assert!(incidents.len() > 20);
    for incident in incidents.iter().skip(10).take(5) {
        let path = format!("/security/incidents/{}", incident["id"].as_str().unwrap());
        assert_eq!(talk.patch(&path, json!({ "status": "resolved" })).await.status, 200);
        let resolved = talk.get(&path, &[("$expand", "alerts")]).await.json();
        assert_eq!((&resolved["status"], &resolved["displayName"]), (&json!("resolved"), &incident["displayName"]));
        let (before, after) = (incident["alerts"].as_array().unwrap(), resolved["alerts"].as_array().unwrap());
        assert_eq!(before.len(), after.len());
        for (before, after) in before.iter().zip(after) {
            assert_eq!((&after["status"], &after["evidence"]), (&json!("resolved"), &before["evidence"]));
        }
    }
}
