//! Merging incidents and moving alerts.

use crate::support::Talk;
use serde_json::{Value, json};

#[tokio::test]
async fn merged_incidents_leave_signposts_and_their_alerts() {
    let talk = Talk::start().await;
    let body = json!({
        "incidentIds": ["103", "101", "103"],
        "incidentComment": "one campaign",
        "mergeReasons": "sameCampaign, sameActor",
    });
    for name in ["mergeIncidents", "microsoft.graph.security.mergeIncidents"] {
        let path = format!("/security/incidents/{name}");
        let answer = talk.post(&path, body.clone()).await;
        if name != "mergeIncidents" {
            assert_eq!(answer.status, 400, "an incident is merged away once");
            continue;
        }
        let context = talk.url("/v1.0/$metadata#microsoft.graph.security.mergeResponse");
        assert_eq!(answer.json(), json!({ "@odata.context": context, "targetIncidentId": "101" }));
    }
    let gone = talk.get("/security/incidents/103", &[("$expand", "alerts")]).await.json();
    let expected = (&json!("redirected"), &json!("101"), &json!([]));
    assert_eq!((&gone["status"], &gone["redirectIncidentId"], &gone["alerts"]), expected);
    let kept = talk.get("/security/incidents/101", &[("$expand", "alerts($select=id,incidentId)")]).await.json();
    let ids: Vec<(&Value, &Value)> =
        kept["alerts"].as_array().unwrap().iter().map(|alert| (&alert["id"], &alert["incidentId"])).collect();
    let here = json!("101");
    assert_eq!(ids, [(&json!("ir1"), &here), (&json!("dl2"), &here), (&json!("ea3"), &here), (&json!("da4"), &here)]);
    assert_eq!((&kept["severity"], &kept["comments"][0]["comment"]), (&json!("high"), &json!("one campaign")));
    for (body, status) in [
        (json!({ "incidentIds": ["101"] }), 400),
        (json!({ "incidentIds": ["101", "9"] }), 404),
        (json!({ "incidentIds": "101" }), 400),
    ] {
        assert_eq!(talk.post("/security/incidents/mergeIncidents", body.clone()).await.status, status, "{body}");
    }
}

#[tokio::test]
async fn alerts_are_moved_to_an_incident_or_to_one_of_their_own() {
    let talk = Talk::start().await;
    let path = "/security/alerts_v2/moveAlerts";
    let body = json!({ "alertIds": ["ir1", "dl2"], "incidentId": "102", "alertComment": "belongs here" });
    assert_eq!(talk.post(path, body).await.json()["targetIncidentId"], "102");
    assert_eq!(talk.get("/security/incidents/102/alerts", &[]).await.ids(), ["ir1", "dl2"]);
    assert_eq!(talk.get("/security/incidents/103/alerts", &[]).await.ids(), ["ea3"]);
    let alert = talk.get("/security/alerts_v2/dl2", &[]).await.json();
    assert_eq!((&alert["incidentId"], &alert["comments"][0]["comment"]), (&json!("102"), &json!("belongs here")));
    assert!(alert["incidentWebUrl"].as_str().unwrap().contains("/incident2/102/"));

    let body = json!({ "alertIds": ["ea3"], "newCorrelationReasons": "sameAsset, temporalProximity" });
    let answer = talk.post("/security/alerts_v2/microsoft.graph.security.moveAlerts", body).await;
    assert_eq!(answer.json()["targetIncidentId"], "104");
    assert_eq!(talk.get("/security/incidents", &[("$top", "1")]).await.ids(), ["104"], "the newest comes first");
    let opened = talk.get("/security/incidents/104", &[("$expand", "alerts($select=id)")]).await.json();
    assert_eq!((&opened["displayName"], &opened["alerts"]), (&json!("Alert ea3"), &json!([{ "id": "ea3" }])));
    for body in [json!({ "alertIds": ["none"] }), json!({ "alertIds": ["da4"], "incidentId": "9" })] {
        assert_eq!(talk.post(path, body.clone()).await.status, 404, "{body}");
    }
    assert_eq!(talk.get("/security/alerts_v2/da4", &[]).await.json()["incidentId"], "101");
}

#[tokio::test]
async fn a_merge_gives_a_renamed_incident_a_new_name_and_leaves_a_severity_that_was_set() {
    let talk = Talk::start().await;
    let body = json!({ "incidentIds": ["101", "103"] });
    let path = "/security/incidents/101";
    talk.patch(path, json!({ "displayName": "Mine", "severity": "informational" })).await;
    assert_eq!(talk.post("/security/incidents/mergeIncidents", body.clone()).await.status, 200);
    let kept = talk.get(path, &[("$expand", "alerts($select=title,severity)")]).await.json();
    let titles: Vec<&Value> = kept["alerts"].as_array().unwrap().iter().map(|alert| &alert["title"]).collect();
    assert!(titles.contains(&&kept["displayName"]), "{} of {titles:?}", kept["displayName"]);
    assert_eq!(kept["severity"], "informational");

    let talk = Talk::start().await;
    let before = talk.get(path, &[]).await.json()["displayName"].clone();
    talk.post("/security/incidents/mergeIncidents", body).await;
    assert_eq!(talk.get(path, &[]).await.json()["displayName"], before, "a name nobody set stays");
}
