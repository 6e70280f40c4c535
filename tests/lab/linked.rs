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
    // Graph filters by no detection source.
    let filter = [("$filter", "serviceSource eq 'microsoft365Defender'")];
    let mut linked = talk.get("/security/alerts_v2", &filter).await.json()["value"].as_array().unwrap().clone();
    linked.retain(|alert| alert["detectionSource"] == "manual");
    assert!(!linked.is_empty());
    let before = twins(&talk).await;
    for alert in &linked {
        assert!(before.iter().all(|twin| twin["alertId"] != alert["id"]), "{alert}");
        let path = format!("/security/alerts_v2/{}", alert["id"].as_str().unwrap());
        let close = json!({ "status": "resolved", "classification": "truePositive" });
        assert_eq!(talk.patch(&path, close).await.json()["status"], "resolved");
    }
    talk.advance("PT1H").await;
    assert_eq!(twins(&talk).await, before, "nothing of it is Purview's");
}

#[tokio::test]
async fn closing_an_incident_closes_its_linked_alert_and_tells_purview_of_the_others_only() {
    let talk = Talk::generated_with(LabOptions { speed: 0.0, ..LabOptions::default() }).await;
    let filter = [("$filter", "serviceSource eq 'microsoft365Defender' and status ne 'resolved'")];
    let listed = talk.get("/security/alerts_v2", &filter).await.json()["value"].as_array().unwrap().clone();
    let linked = listed.iter().find(|alert| alert["detectionSource"] == "manual").unwrap();
    let incident = linked["incidentId"].as_str().unwrap();
    let path = format!("/security/incidents/{incident}");
    let close = json!({ "status": "resolved", "classification": "truePositive", "determination": "other" });
    assert_eq!(talk.patch(&path, close).await.status, 200);
    let members = talk.get(&format!("{path}/alerts"), &[]).await.json()["value"].as_array().unwrap().clone();
    assert!(members.iter().all(|alert| alert["status"] == "resolved" && alert["resolvedDateTime"].is_string()));
    talk.advance("PT1H").await;
    let twins = twins(&talk).await;
    for alert in members {
        let twin = twins.iter().find(|twin| twin["alertId"] == alert["id"]);
        let reaches = alert["serviceSource"] == alert["detectionSource"]
            && alert["detectionSource"] == "microsoftInsiderRiskManagement";
        assert_eq!(twin.is_some(), reaches, "{alert}");
        assert!(twin.is_none_or(|twin| twin["state"] != "needsReview"), "{twin:?}");
    }
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
    assert_eq!(talk.get("/security/incidents/102/alerts", &[]).await.ids(), std::slice::from_ref(&id));
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
