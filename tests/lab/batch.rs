//! `$batch`.

use crate::support::{Answer, INSIDER, Talk};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Status and body of each item by id.
fn by_id(answer: &Answer) -> BTreeMap<String, (u64, Value)> {
    let body = answer.json();
    let answers = body["responses"].as_array().unwrap_or_else(|| panic!("no answers: {body}"));
    let of = |item: &Value| {
        (item["id"].as_str().unwrap().to_owned(), (item["status"].as_u64().unwrap(), item["body"].clone()))
    };
    answers.iter().map(of).collect()
}

#[tokio::test]
async fn items_are_requests_like_any_other() {
    let talk = Talk::start().await;
    let body = json!({ "requests": [
        { "id": "list", "method": "GET", "url": "/security/incidents?$top=1&$filter=severity eq 'high'" },
        { "id": "user", "method": "get", "url": format!("users/{INSIDER}?$select=id") },
        { "id": "hidden", "method": "GET", "url": "/security/alerts_v2/ir1" },
        { "id": "shown", "method": "GET", "url": "/security/alerts_v2/ir1",
          "headers": { "Prefer": "include-unknown-enum-members" } },
        { "id": "count", "method": "GET", "url": "/users/$count", "headers": { "ConsistencyLevel": "eventual" } },
        { "id": "hunt", "method": "POST", "url": "/security/microsoft.graph.security.runHuntingQuery",
          "headers": { "Content-Type": "application/json" }, "body": { "Query": "print x = 1" } },
        { "id": "patch", "method": "PATCH", "url": "/security/incidents/103",
          "headers": { "Content-Type": "application/json" }, "body": { "status": "inProgress" } },
        { "id": "lost", "method": "GET", "url": "/security/incidents/9" },
        { "id": "untyped", "method": "PATCH", "url": "/security/incidents/103", "body": { "status": "resolved" } },
        { "id": "absolute", "method": "GET", "url": "https://graph.microsoft.com/v1.0/users" },
        { "id": "own", "method": "GET", "url": talk.url("/v1.0/users?$top=1") },
        { "id": "nested", "method": "POST", "url": "/$batch", "headers": { "Content-Type": "application/json" }, "body": {} },
    ] });
    let answer = talk.post("/$batch", body).await;
    assert_eq!(answer.status, 200);
    let items = by_id(&answer);
    assert_eq!(items["list"].1["value"][0]["id"], "103");
    assert_eq!(items["user"].1["id"], INSIDER);
    assert_eq!(items["hidden"].1["serviceSource"], "unknownFutureValue");
    assert_eq!(items["shown"].1["serviceSource"], "microsoftInsiderRiskManagement");
    assert_eq!(items["count"].1, 2);
    assert_eq!(items["hunt"].1["results"], json!([{ "x": 1 }]));
    assert_eq!(items["patch"].1["status"], "inProgress");
    assert_eq!(items["own"].1["value"].as_array().unwrap().len(), 1);
    let status: Vec<u64> = ["lost", "untyped", "absolute", "nested"].map(|id| items[id].0).to_vec();
    assert_eq!(status, [404, 400, 400, 400]);
    assert_eq!(talk.get("/security/incidents/103", &[]).await.json()["status"], "inProgress");
    let first = &answer.json()["responses"][11];
    assert_eq!((first["id"].as_str(), first["headers"]["OData-Version"].as_str()), (Some("list"), Some("4.0")));
}

#[tokio::test]
async fn an_item_waits_for_those_it_depends_on_and_fails_with_them() {
    let talk = Talk::start().await;
    let item =
        |id: &str, url: &str, after: &[&str]| json!({ "id": id, "method": "GET", "url": url, "dependsOn": after });
    let patch = |id: &str, status: &str, after: &[&str]| {
        json!({ "id": id, "method": "PATCH", "url": "/security/incidents/103", "dependsOn": after,
                "headers": { "Content-Type": "application/json" }, "body": { "status": status } })
    };
    let body = json!({ "requests": [
        item("read", "/security/incidents/103", &["B"]),
        patch("b", "resolved", &["a"]),
        patch("a", "inProgress", &[]),
        item("bad", "/security/incidents/9", &[]),
        item("worse", "/security/incidents/103", &["bad"]),
        item("worst", "/security/incidents/103", &["worse"]),
    ] });
    let items = by_id(&talk.post("/$batch", body).await);
    assert_eq!(items["read"].1["status"], "resolved");
    let status: Vec<u64> = ["a", "b", "bad", "worse", "worst"].map(|id| items[id].0).to_vec();
    assert_eq!(status, [200, 200, 404, 424, 424]);
}

#[tokio::test]
async fn a_batch_goes_through_the_same_door() {
    let mut talk = Talk::start().await;
    talk.token = crate::access::client_token(&talk, &talk.lab.addresses.read_only_client_id.clone()).await;
    let body = json!({ "requests": [
        { "id": "1", "method": "GET", "url": "/security/incidents" },
        { "id": "2", "method": "GET", "url": "/identityProtection/riskyUsers" },
        { "id": "3", "method": "GET", "url": "/security/incidents", "headers": { "Authorization": "Bearer x.y.z" } },
    ] });
    let items = by_id(&talk.post("/$batch", body).await);
    assert_eq!((items["1"].0, items["2"].0, items["3"].0), (200, 403, 401));
}

#[tokio::test]
async fn a_batch_that_is_none_is_refused() {
    let talk = Talk::start().await;
    let item = |id: &str| json!({ "id": id, "method": "GET", "url": "/security/incidents" });
    let many: Vec<Value> = (0..21).map(|id| item(&id.to_string())).collect();
    for (body, message) in [
        (json!({ "requests": many }), "Number of batch request steps exceeds the maximum value of 20."),
        (json!({ "requests": [item("a"), item("A")] }), "Request Id must be unique in a batch."),
        (json!({ "requests": [] }), "Invalid batch payload format."),
        (json!({}), "Invalid batch payload format."),
        (json!({ "requests": [{ "id": "1", "url": "/users" }] }), "Invalid batch payload format."),
        (
            json!({ "requests": [{ "id": "1", "method": "GET", "url": "/users", "dependsOn": ["2"] }] }),
            "Invalid batch payload format.",
        ),
        (
            json!({ "requests": [{ "id": "1", "method": "GET", "url": "/users", "dependsOn": ["1"] }] }),
            "Invalid batch payload format.",
        ),
    ] {
        let (status, _, said) = talk.post("/$batch", body).await.error();
        assert_eq!((status, said.as_str()), (400, message));
    }
}
