//! Stories and training over HTTP: every debrief's query is run as an analyst would, and a session is scored.

use crate::support::Talk;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Every story as the lab tells it.
async fn stories(talk: &Talk) -> Vec<Value> {
    let listed = talk.control(Method::GET, "/lab/stories").await.json();
    let mut told = Vec::new();
    for story in listed["value"].as_array().unwrap() {
        told.push(talk.control(Method::GET, &format!("/lab/stories/{}", story["number"])).await.json());
    }
    told
}

#[tokio::test]
async fn every_query_of_every_debrief_yields_its_rows() {
    let talk = Talk::generated().await;
    for story in stories(&talk).await {
        for finding in story["findings"].as_array().unwrap() {
            let answer = talk.post("/security/runHuntingQuery", json!({ "Query": finding["query"] })).await;
            assert_eq!(answer.status, 200, "{}: {}\n{}", story["number"], finding["query"], answer.text);
            let rows = answer.json()["results"].as_array().unwrap().len();
            assert_eq!(json!(rows), finding["rows"], "{}: {}", story["title"], finding["query"]);
        }
    }
}

#[tokio::test]
async fn every_story_is_an_open_incident_and_its_list_gives_nothing_away() {
    let talk = Talk::generated().await;
    let listed = talk.control(Method::GET, "/lab/stories").await.json();
    let told = stories(&talk).await;
    let mut ids = BTreeSet::new();
    for (story, told) in listed["value"].as_array().unwrap().iter().zip(&told) {
        let id = story["incident"].as_str().unwrap();
        assert!(ids.insert(id.to_owned()), "{id} is two stories");
        let incident = talk.get(&format!("/security/incidents/{id}"), &[("$expand", "alerts")]).await.json();
        assert_ne!(incident["status"], "resolved");
        let sources: BTreeSet<&str> = incident["alerts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|alert| alert["serviceSource"].as_str().unwrap())
            .collect();
        // A story that goes on has alerts still to come.
        let told_sources = story["serviceSources"].as_array().unwrap();
        assert!(!sources.is_empty() && sources.iter().all(|source| told_sources.contains(&json!(source))), "{story}");
        assert!(sources.len() == told_sources.len() || story["goesOn"] == true, "{story}");
        for word in ["classification", "determination"] {
            assert!(!story.to_string().contains(told[word].as_str().unwrap()), "{story}");
        }
    }
    assert_eq!(talk.control(Method::GET, "/lab/stories/0").await.status, 404);
}

#[tokio::test]
async fn a_session_is_scored_by_what_was_opened_and_decided() {
    let talk = Talk::generated().await;
    let score = || async { talk.control(Method::GET, "/lab/score").await.json() };
    let of = |score: &Value, number: usize| score["stories"][number - 1].clone();
    let told = stories(&talk).await;
    let id = |number: usize| told[number - 1]["incident"].as_str().unwrap().to_owned();

    talk.get("/security/incidents", &[("$expand", "alerts")]).await;
    talk.get("/security/alerts_v2", &[("$top", "5")]).await;
    assert_eq!(score().await["missed"], json!(told.len()), "listing is no touch");

    talk.get(&format!("/security/incidents/{}", id(1)), &[]).await;
    talk.get("/security/incidents/nothing", &[]).await;
    let touched = score().await;
    assert_eq!((&touched["missed"], &touched["undecided"]), (&json!(told.len() - 1), &json!(1)));
    assert_eq!(of(&touched, 1)["classification"], "missing");
    assert!(of(&touched, 1)["secondsToTouch"].is_i64());

    let verdict = |number: usize| {
        json!({
            "classification": told[number - 1]["classification"],
            "determination": told[number - 1]["determination"],
            "assignedTo": "j.ruiz@harrowgate.example",
            "resolvingComment": "Talked to the manager.",
            "status": "resolved",
        })
    };
    talk.patch(&format!("/security/incidents/{}", id(1)), verdict(1)).await;
    talk.patch(&format!("/security/incidents/{}", id(2)), json!({ "classification": "falsePositive" })).await;
    talk.patch(&format!("/security/incidents/{}", id(3)), json!({ "classification": "no such" })).await;
    let judged = score().await;
    assert_eq!(of(&judged, 1)["points"], 10);
    assert_eq!(of(&judged, 2)["classification"], "wrong");
    assert_eq!((&judged["right"], &judged["wrong"]), (&json!(1), &json!(1)));
    assert_eq!(of(&judged, 3)["secondsToTouch"], Value::Null, "what was refused did not happen");

    assert_eq!(talk.control(Method::POST, "/lab/score/reset").await.status, 200);
    assert_eq!(score().await["missed"], json!(told.len()));
}
