//! PATCH and comments, and what they bring with them.

use crate::support::{Talk, at, tenant};
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use watchfloor::base::TimeSpan;
use watchfloor::lab::LabOptions;

#[tokio::test]
async fn a_patch_answers_the_entity_and_really_changes_it() {
    let talk = Talk::start().await;
    let before = talk.get("/security/incidents/103", &[]).await.json();
    let body = json!({
        "@odata.type": "#microsoft.graph.security.incident",
        "assignedTo": "ana.lyst@fabrikon.example",
        "classification": "TruePositive",
        "determination": "MaliciousUserActivity",
        "status": "InProgress",
        "customTags": ["case 7"],
    });
    let answer = talk.patch("/security/incidents/103", body).await;
    let after = answer.json();
    assert_eq!(answer.status, 200);
    assert_eq!(after["@odata.context"], talk.url("/v1.0/$metadata#security/incidents/$entity"));
    let mut expected = before;
    for (name, value) in [
        ("assignedTo", json!("ana.lyst@fabrikon.example")),
        ("classification", json!("truePositive")),
        ("determination", json!("maliciousUserActivity")),
        ("status", json!("inProgress")),
        ("customTags", json!(["case 7"])),
        ("lastModifiedBy", json!("API-App:watchfloor lab")),
        ("lastUpdateDateTime", after["lastUpdateDateTime"].clone()),
    ] {
        expected[name] = value;
    }
    assert_eq!(after, expected);
    assert!(at(after["lastUpdateDateTime"].as_str().unwrap()) >= at(crate::support::NOW));
    assert_eq!(talk.get("/security/incidents/103", &[]).await.json(), expected);

    talk.patch("/security/incidents/103", json!({ "assignedTo": null })).await;
    assert_eq!(talk.get("/security/incidents/103", &[]).await.json()["assignedTo"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_patch_answers_its_own_write_however_many_write_at_once() {
    let talk = Arc::new(Talk::start().await);
    let writers = (0..12).map(|writer| {
        let talk = Arc::clone(&talk);
        tokio::spawn(async move {
            for path in ["/security/incidents/103", "/security/alerts_v2/ir1"].repeat(20) {
                let name = format!("writer{writer}@fabrikon.example");
                let answer = talk.patch(path, json!({ "assignedTo": name })).await;
                assert_eq!((answer.status, answer.json()["assignedTo"].clone()), (200, json!(name)));
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_written_changes_nothing() {
    let talk = Talk::start().await;
    let before = talk.get("/security/incidents/103", &[]).await.text;
    let cases = [
        json!({ "status": "closed" }),
        json!({ "status": "redirected" }),
        json!({ "status": "awaitingAction" }),
        json!({ "status": null }),
        json!({ "assignedTo": 7 }),
        json!({ "customTags": "one" }),
        json!({ "id": "104" }),
        json!({ "createdDateTime": "2026-01-01T00:00:00Z" }),
        json!({ "severity": "high", "nonsense": 1 }),
        json!([]),
    ];
    for body in cases {
        let answer = talk.patch("/security/incidents/103", body.clone()).await;
        let expected = (400, "InvalidRequestBody".to_owned(), "Request body is incorrect".to_owned());
        assert_eq!(answer.error(), expected, "{body}");
    }
    assert_eq!(talk.get("/security/incidents/103", &[]).await.text, before);
    for body in [json!({ "title": "x" }), json!({ "severity": "low" }), json!({ "customDetails": { "a": 1 } })] {
        assert_eq!(talk.patch("/security/alerts_v2/ir1", body.clone()).await.status, 400, "{body}");
    }
}

#[tokio::test]
async fn resolving_an_alert_dates_it_and_reopening_undates_it() {
    let talk = Talk::start().await;
    let body = json!({ "status": "resolved", "classification": "falsePositive", "customDetails": { "case": "7" } });
    let alert = talk.patch("/security/alerts_v2('ir1')", body).await.json();
    assert_eq!(alert["resolvedDateTime"], alert["lastUpdateDateTime"]);
    assert_eq!((&alert["status"], &alert["customDetails"]), (&json!("resolved"), &json!({ "case": "7" })));
    let alert = talk.patch("/security/alerts_v2/ir1", json!({ "status": "new" })).await.json();
    assert_eq!(alert["resolvedDateTime"], Value::Null);
}

async fn alert_states(talk: &Talk) -> Vec<(Value, Value)> {
    let alerts = talk.get("/security/incidents/103/alerts", &[]).await.json();
    let alerts = alerts["value"].as_array().unwrap().clone();
    alerts.into_iter().map(|alert| (alert["status"].clone(), alert["assignedTo"].clone())).collect()
}

#[tokio::test]
async fn an_incidents_status_and_assignee_reach_its_alerts_unless_switched_off() {
    let body = json!({ "status": "resolved", "assignedTo": "ana.lyst@fabrikon.example" });
    let talk = Talk::start().await;
    talk.patch("/security/incidents/103", body.clone()).await;
    let all = (json!("resolved"), json!("ana.lyst@fabrikon.example"));
    assert_eq!(alert_states(&talk).await, [all.clone(), all.clone(), all]);

    let talk = Talk::start_with(tenant(), LabOptions { cascade: false, ..LabOptions::default() }).await;
    talk.patch("/security/incidents/103", body).await;
    let untouched = [json!("new"), json!("inProgress"), json!("new")].map(|status| (status, Value::Null));
    assert_eq!(alert_states(&talk).await, untouched);
}

#[tokio::test]
async fn comments_are_appended_and_answered_whole() {
    let talk = Talk::start().await;
    let one = json!({ "@odata.type": "microsoft.graph.security.alertComment", "comment": "first" });
    let first = talk.post("/security/incidents/103/comments", one).await;
    assert_eq!(first.status, 200);
    assert_eq!(first.json()["@odata.context"], talk.url("/v1.0/$metadata#security/incidents('103')/comments"));
    let second = talk.post("/security/incidents/103/comments", json!([{ "comment": "second" }])).await.json();
    let texts = |body: &Value| -> Vec<Value> {
        body.as_array().unwrap().iter().map(|comment| comment["comment"].clone()).collect()
    };
    assert_eq!(texts(&second["value"]), ["first", "second"]);
    assert_eq!(second["value"][0]["createdByDisplayName"], "watchfloor lab");
    let incident = talk.get("/security/incidents/103", &[]).await.json();
    assert_eq!(incident["comments"], second["value"]);

    let alert = talk.post("/security/alerts_v2/ir1/comments", json!({ "comment": "on the alert" })).await.json();
    assert_eq!(texts(&alert["value"]), ["on the alert"]);
    let bad_type = json!({ "@odata.type": "#microsoft.graph.security.alert", "comment": "x" });
    for body in [json!({}), json!({ "comment": " " }), json!([]), json!({ "comment": "x", "author": "me" }), bad_type] {
        assert_eq!(talk.post("/security/alerts_v2/ir1/comments", body.clone()).await.status, 400, "{body}");
    }
}

async fn purview(talk: &Talk) -> Value {
    talk.control(Method::GET, "/lab/purview/alerts").await.json()["value"].clone()
}

#[tokio::test]
async fn purview_follows_an_insider_risk_alert_after_the_delay() {
    let talk = Talk::start().await;
    let body = json!({ "status": "resolved", "classification": "truePositive" });
    let alert = talk.patch("/security/alerts_v2/ir1", body).await.json();
    let changed = at(alert["lastUpdateDateTime"].as_str().unwrap());
    let due = (changed + TimeSpan::minutes(30)).to_string();
    let alerts = purview(&talk).await;
    assert_eq!(
        alerts.as_array().unwrap().len(),
        1,
        "neither other services' alerts nor custom detections are in Purview"
    );
    for (name, expected) in [
        ("alertId", json!("ir1")),
        ("state", json!("needsReview")),
        ("severity", json!("medium")),
        ("lastSyncDateTime", json!(crate::support::NOW)),
        ("pendingState", json!("confirmed")),
        ("syncDueDateTime", json!(due)),
    ] {
        assert_eq!(alerts[0][name], expected, "{name}");
    }
    talk.advance("PT30M").await;
    let alerts = purview(&talk).await;
    let expected = (json!("confirmed"), json!("truePositive"), Value::Null, json!(due));
    let found = ["state", "classification", "pendingState", "lastSyncDateTime"].map(|name| alerts[0][name].clone());
    assert_eq!(found, <[Value; 4]>::from(expected));
}

#[tokio::test]
async fn purview_maps_status_and_classification() {
    let at_once = LabOptions { purview_delay: TimeSpan(0), ..LabOptions::default() };
    let talk = Talk::start_with(tenant(), at_once).await;
    let cases = [
        (json!({ "status": "inProgress" }), "needsReview"),
        (json!({ "status": "resolved" }), "dismissed"),
        (json!({ "classification": "truePositive" }), "confirmed"),
        (json!({ "classification": "falsePositive" }), "dismissed"),
        (json!({ "classification": "informationalExpectedActivity" }), "dismissed"),
        (json!({ "status": "new" }), "needsReview"),
    ];
    for (body, state) in cases {
        talk.patch("/security/alerts_v2/ir1", body.clone()).await;
        assert_eq!(purview(&talk).await[0]["state"], state, "{body}");
    }
    talk.patch("/security/incidents/103", json!({ "status": "resolved" })).await;
    assert_eq!(purview(&talk).await[0]["state"], "dismissed", "an incident's effect on its alerts reaches Purview");
}

/// Alert `ir1`'s status and classification in Defender, and its state in Purview.
async fn both_sides(talk: &Talk) -> [Value; 3] {
    let alert = talk.get("/security/alerts_v2/ir1", &[]).await.json();
    [alert["status"].clone(), alert["classification"].clone(), purview(talk).await[0]["state"].clone()]
}

async fn in_purview(talk: &Talk, decision: &str) -> u16 {
    talk.control(Method::POST, &format!("/lab/purview/alerts/ir1/{decision}")).await.status
}

/// A lab whose clock stands.
async fn standing() -> Talk {
    Talk::start_with(tenant(), LabOptions { speed: 0.0, ..LabOptions::default() }).await
}

#[tokio::test]
async fn defender_follows_what_is_decided_in_purview_after_the_delay() {
    let talk = standing().await;
    let cases = [
        ("confirm", "resolved", "truePositive", "confirmed"),
        ("reopen", "new", "unknown", "needsReview"),
        ("dismiss", "resolved", "falsePositive", "dismissed"),
    ];
    for (decision, status, classification, state) in cases {
        let before = both_sides(&talk).await;
        assert_eq!(in_purview(&talk, decision).await, 200);
        talk.advance("PT29M").await;
        assert_eq!(both_sides(&talk).await, [before[0].clone(), before[1].clone(), json!(state)]);
        talk.advance("PT1M").await;
        assert_eq!(both_sides(&talk).await, [json!(status), json!(classification), json!(state)], "{decision}");
    }
    let other = talk.control(Method::POST, "/lab/purview/alerts/ea3/confirm").await;
    assert_eq!(other.status, 404, "alerts of custom detections are not in Purview");
    assert_eq!(in_purview(&talk, "forget").await, 404);
}

#[tokio::test]
async fn of_two_decisions_the_later_one_wins_on_both_sides() {
    let dismiss = json!({ "status": "resolved", "classification": "informationalExpectedActivity" });
    let talk = standing().await;
    in_purview(&talk, "confirm").await;
    talk.advance("PT5M").await;
    talk.patch("/security/alerts_v2/ir1", dismiss.clone()).await;
    talk.advance("PT2H").await;
    let defender = [json!("resolved"), json!("informationalExpectedActivity"), json!("dismissed")];
    assert_eq!(both_sides(&talk).await, defender);

    let talk = standing().await;
    talk.patch("/security/alerts_v2/ir1", dismiss).await;
    talk.advance("PT5M").await;
    in_purview(&talk, "confirm").await;
    talk.advance("PT2H").await;
    assert_eq!(both_sides(&talk).await, [json!("resolved"), json!("truePositive"), json!("confirmed")]);
}

#[tokio::test]
async fn what_both_sides_agree_on_is_not_written_again() {
    let talk = standing().await;
    let dismiss = json!({ "status": "resolved", "classification": "informationalExpectedActivity" });
    talk.patch("/security/alerts_v2/ir1", dismiss).await;
    let before = talk.get("/security/alerts_v2/ir1", &[]).await.text;
    in_purview(&talk, "dismiss").await;
    talk.advance("PT1H").await;
    assert_eq!(talk.get("/security/alerts_v2/ir1", &[]).await.text, before);
}

#[tokio::test]
async fn an_answer_may_lag_what_a_later_reading_shows() {
    let lag = LabOptions { patch_lag: TimeSpan::seconds(3), speed: 0.0, ..LabOptions::default() };
    let talk = Talk::start_with(tenant(), lag).await;
    let before = talk.get("/security/incidents/103", &[]).await.json();
    let body = json!({ "status": "resolved", "assignedTo": "ana.lyst@fabrikon.example" });
    let answer = talk.patch("/security/incidents/103", body).await.json();
    assert_eq!((&answer["status"], &answer["lastModifiedBy"]), (&json!("resolved"), &before["lastModifiedBy"]));
    assert_eq!(answer["lastUpdateDateTime"], before["lastUpdateDateTime"]);
    assert_eq!(alert_states(&talk).await[0], (json!("new"), Value::Null));
    talk.advance("PT3S").await;
    let after = talk.get("/security/incidents/103", &[]).await.json();
    assert_eq!(after["lastUpdateDateTime"], "2026-11-23T12:00:03Z");
    assert_eq!(after["lastModifiedBy"], "API-App:watchfloor lab");
    assert_eq!(alert_states(&talk).await[0], (json!("resolved"), json!("ana.lyst@fabrikon.example")));

    let answer = talk.patch("/security/alerts_v2/ir1", json!({ "status": "new" })).await.json();
    assert_eq!((&answer["status"], &answer["resolvedDateTime"]), (&json!("new"), &json!("2026-11-23T12:00:03Z")));
    talk.advance("PT3S").await;
    assert_eq!(talk.get("/security/alerts_v2/ir1", &[]).await.json()["resolvedDateTime"], Value::Null);
}
