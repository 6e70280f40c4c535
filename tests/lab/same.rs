//! Two labs of one seed and anchor answer every route with the same bytes, also after the same changes.

use crate::support::{NOW, Talk};
use reqwest::Method;
use serde_json::json;
use watchfloor::kql::Schema;
use watchfloor::lab::LabOptions;
use watchfloor::lab::router::routes;

async fn standing() -> Talk {
    Talk::generated_with(LabOptions { speed: 0.0, live: true, ..LabOptions::default() }).await
}

/// What a lab says on every route that reads and of every hunting table, its own address left out.
async fn walk(talk: &Talk) -> Vec<(String, String)> {
    let first = async |path: &str| {
        let value = talk.get(path, &[("$top", "1")]).await.json()["value"][0].clone();
        value["id"].as_str().unwrap_or_else(|| panic!("nothing at {path}")).to_owned()
    };
    let incident = first("/security/incidents").await;
    let alert = first(&format!("/security/incidents/{incident}/alerts")).await;
    let mut said = Vec::new();
    for (_, pattern, _) in routes().filter(|(method, ..)| **method == Method::GET) {
        let id = match pattern.split('/').rev().skip_while(|part| *part != "{}").nth(1).unwrap_or_default() {
            "incidents" => incident.clone(),
            "alerts" | "alerts_v2" => alert.clone(),
            "" => String::new(),
            _ => {
                let collection = pattern.split("/{}").next().unwrap();
                first(collection).await
            }
        };
        let path = if pattern == "/security/incidents/{}/alerts/{}" {
            format!("/security/incidents/{incident}/alerts/{alert}")
        } else {
            pattern.replace("{}", &id)
        };
        let answer = talk.get(&path, &[]).await;
        // An error bears the id of its request, which is never the same.
        let text = if answer.status == 200 { answer.text } else { answer.status.to_string() };
        said.push((path, text));
    }
    for table in Schema::hunting().tables() {
        let body = json!({ "Query": format!("{} | take 100", &*table.name), "Timespan": "P30D" });
        let answer = talk.post("/security/runHuntingQuery", body.clone()).await;
        assert_eq!(answer.status, 200, "{body}: {}", answer.text);
        said.push((body.to_string(), answer.text));
    }
    for path in ["/lab/purview/alerts", "/lab/stories", "/lab/score", "/lab/clock"] {
        said.push((path.to_owned(), talk.control(Method::GET, path).await.text));
    }
    let own = talk.url("");
    said.into_iter().map(|(path, text)| (path, text.replace(&own, "http://lab"))).collect()
}

fn assert_same(one: &[(String, String)], other: &[(String, String)]) {
    assert_eq!(one.len(), other.len());
    for ((path, text), (_, others)) in one.iter().zip(other) {
        assert!(text == others, "{path} differs: {text:.600}\n{others:.600}");
    }
}

#[tokio::test]
async fn one_seed_and_anchor_answer_alike_to_the_byte() {
    let (one, other) = (standing().await, standing().await);
    let before = walk(&one).await;
    assert!(before.len() > 90, "{}", before.len());
    assert_same(&before, &walk(&other).await);
    let incident = one.get("/security/incidents", &[("$top", "1")]).await.ids().remove(0);
    let path = format!("/security/incidents/{incident}");
    for talk in [&one, &other] {
        let change = json!({ "status": "resolved", "classification": "truePositive", "displayName": "Seen" });
        assert_eq!(talk.patch(&path, change).await.status, 200);
        assert_eq!(talk.post(&format!("{path}/comments"), json!({ "comment": "Done." })).await.status, 200);
        talk.advance("PT20H").await;
    }
    let after = walk(&one).await;
    assert_same(&after, &walk(&other).await);
    let clock = |walked: &[(String, String)]| walked.last().unwrap().1.clone();
    assert!(clock(&before).contains(NOW.trim_end_matches(":00Z")) && clock(&before) != clock(&after));
}
