//! Alerts that were linked to incidents by hand: Purview never hears of them.

use crate::support::{ANALYST, Talk};
use reqwest::Method;
use serde_json::{Value, json};
use watchfloor::lab::LabOptions;

async fn twins(talk: &Talk) -> Vec<Value> {
    talk.control(Method::GET, "/lab/purview/alerts").await.json()["value"].as_array().unwrap().clone()
}

#[tokio::test]
async fn linked_alerts_of_the_tenant_never_reach_purview() {
    let talk = Talk::generated_with(LabOptions { speed: 0.0, ..LabOptions::default() }).await;
    let filter = [("$filter", "detectionSource eq 'manual'")];
    let linked = talk.get("/security/alerts_v2", &filter).await.json()["value"].as_array().unwrap().clone();
    assert!(!linked.is_empty());
    let before = twins(&talk).await;
    for alert in &linked {
        let path = |name: &str, id: &Value| format!("/security/{name}/{}", id.as_str().unwrap());
        let close = json!({ "status": "resolved", "classification": "truePositive" });
        assert_eq!(
            talk.patch(&path("incidents", &alert["incidentId"]), json!({ "status": "resolved" })).await.status,
            200
        );
        assert_eq!(talk.patch(&path("alerts_v2", &alert["id"]), close).await.json()["status"], "resolved");
    }
    talk.advance("PT1H").await;
    assert_eq!(twins(&talk).await, before, "nothing of it is Purview's");
}

#[tokio::test]
async fn a_link_by_hand_makes_an_alert_of_the_incident() {
    let talk = Talk::start().await;
    let link = async |id: &str, body: Value| {
        talk.send(Method::POST, &talk.url(&format!("/lab/incidents/{id}/alerts")), Some(body)).await
    };
    let upn = talk.get(&format!("/users/{ANALYST}"), &[]).await.json()["userPrincipalName"].clone();
    let before = twins(&talk).await;
    let made = link("102", json!({ "title": "Rows of a query", "severity": "high", "userPrincipalName": upn })).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let id = made.json()["alertId"].as_str().unwrap().to_owned();
    let alert = talk.get(&format!("/security/alerts_v2/{id}"), &[]).await.json();
    assert_eq!((&alert["incidentId"], &alert["detectionSource"]), (&json!("102"), &json!("manual")));
    assert_eq!(alert["evidence"][0]["userAccount"]["azureAdUserId"], ANALYST);
    assert_eq!(talk.get("/security/incidents/102/alerts", &[]).await.ids(), [id.clone()]);
    assert_eq!(talk.get("/security/incidents/102", &[]).await.json()["severity"], "high");
    talk.patch("/security/incidents/102", json!({ "status": "resolved" })).await;
    assert_eq!(talk.get(&format!("/security/alerts_v2/{id}"), &[]).await.json()["status"], "resolved");
    talk.advance("PT1H").await;
    assert_eq!(twins(&talk).await, before);
    for (incident, body, status) in [
        ("9", json!({ "title": "x" }), 404),
        ("102", json!({}), 400),
        ("102", json!({ "title": "x", "severity": "urgent" }), 400),
        ("102", json!({ "title": "x", "userPrincipalName": "nobody@nowhere.example" }), 404),
    ] {
        assert_eq!(link(incident, body.clone()).await.status, status, "{body}");
    }
}

#[tokio::test]
async fn an_insider_risk_alert_moved_by_hand_stays_purviews() {
    let talk = Talk::start().await;
    let body = json!({ "alertIds": ["ir1"], "incidentId": "102" });
    assert_eq!(talk.post("/security/alerts_v2/moveAlerts", body).await.status, 200);
    let close = json!({ "status": "resolved", "classification": "truePositive" });
    talk.patch("/security/alerts_v2/ir1", close).await;
    talk.advance("PT1H").await;
    let twins = twins(&talk).await;
    assert_eq!(twins.iter().find(|twin| twin["alertId"] == "ir1").unwrap()["state"], "confirmed");
}
