//! Reads that go together, against a scripted server and against the lab.

use crate::support::Reply::{Cut, Json, Raw};
use crate::support::{Server, ambient, auth, client, pauses};
use serde_json::{Value, json};
use std::sync::Arc;
use watchfloor::graph::api::{alerts, hunting, incidents, risky_users, users};
use watchfloor::graph::{Client, ClientConfig, Credential, Kind, Session};
use watchfloor::lab::{Lab, LabConfig, LabOptions, Scale};

fn user(id: &str) -> users::Get {
    users::Get { id: id.to_owned() }
}

/// An answer of a batch.
fn answer(id: &str, status: u16, headers: &Value, body: &Value) -> Value {
    json!({"id": id, "status": status, "headers": headers, "body": body})
}

#[tokio::test]
async fn each_read_of_a_batch_has_its_own_answer_and_its_own_error() {
    let denied =
        json!({"error": {"code": "Forbidden", "message": "Insufficient privileges to complete the operation."}});
    let server = Server::start([Json(
        200,
        json!({"responses": [
            answer("2", 403, &json!({"request-id": "r-2"}), &denied),
            answer("1", 404, &json!({}), &json!({"error": {"code": "Request_ResourceNotFound", "message": "no"}})),
            answer("0", 200, &json!({}), &json!({"@odata.context": "x", "id": "u"})),
        ]}),
    )])
    .await;
    let client = client(&server);
    let mut batch = client.batch();
    let first = batch.add(&user("a"));
    let manager = batch.add(&users::Manager { id: "a".to_owned() });
    let risk = batch.add(&risky_users::Get { id: "a".to_owned() });
    let answers = batch.send().await;
    let read = answers.read(&first).await.unwrap();
    assert_eq!((&*read.id, read.unknown.is_empty()), ("u", true));
    assert_eq!(answers.find(&manager).await, Ok(None));
    let error = answers.read(&risk).await.unwrap_err();
    assert_eq!((error.kind(), error.call().name), (Kind::Permission, "read user risk"));
    assert_eq!(server.lines(), ["POST /v1.0/$batch"]);
    let asked: Value = serde_json::from_str(&server.asked()[0].body).unwrap();
    let urls: Vec<&str> =
        asked["requests"].as_array().unwrap().iter().map(|item| item["url"].as_str().unwrap()).collect();
    assert_eq!(urls[2], "/identityProtection/riskyUsers/a");
    assert!(urls[0].starts_with("/users/a?$select=id%2CdisplayName"), "{}", urls[0]);
    assert!(asked["requests"][0]["headers"]["client-request-id"].is_string());
}

#[tokio::test]
async fn a_read_that_is_throttled_in_a_batch_goes_on_alone_when_it_was_told_to() {
    let server = Server::start([
        Json(
            200,
            json!({"responses": [
                answer("0", 200, &json!({}), &json!({"id": "u"})),
                answer("1", 429, &json!({"Retry-After": "7"}), &json!({"error": {"code": "TooManyRequests", "message": ""}})),
            ]}),
        ),
        Json(200, json!({"id": "m"})),
    ])
    .await;
    let client = client(&server);
    let mut batch = client.batch();
    let (first, second) = (batch.add(&user("a")), batch.add(&users::Manager { id: "a".to_owned() }));
    let answers = batch.send().await;
    assert_eq!(&*answers.read(&first).await.unwrap().id, "u");
    assert_eq!(server.lines().len(), 1, "what came is there at once");
    assert_eq!(&*answers.read(&second).await.unwrap().id, "m");
    assert_eq!(pauses(), [7_000]);
    assert!(server.lines()[1].starts_with("GET /v1.0/users/a/manager"), "{:?}", server.lines());
}

#[tokio::test]
async fn where_batches_are_refused_all_goes_singly_and_no_other_is_tried() {
    for refusal in [
        Raw(405, "content-type: text/html\r\n", "<html>method not allowed</html>"),
        Raw(200, "content-type: text/html\r\n", "<html>sign in to the proxy</html>"),
        Json(404, json!({"error": {"code": "UnknownError", "message": ""}})),
        Json(200, json!({"responses": null})),
    ] {
        let server = Server::start([
            refusal,
            Json(200, json!({"id": "u"})),
            Json(200, json!({"id": "m"})),
            Json(200, json!({"id": "u"})),
            Json(200, json!({"id": "m"})),
        ])
        .await;
        let client = client(&server);
        for _ in 0..2 {
            let mut batch = client.batch();
            let (first, second) = (batch.add(&user("a")), batch.add(&users::Manager { id: "a".to_owned() }));
            let answers = batch.send().await;
            assert_eq!(&*answers.read(&first).await.unwrap().id, "u");
            assert_eq!(&*answers.read(&second).await.unwrap().id, "m");
        }
        let posts = server.lines().iter().filter(|line| line.starts_with("POST")).count();
        assert_eq!((posts, server.lines().len()), (1, 5));
    }
}

#[tokio::test]
async fn what_does_not_come_back_is_asked_for_alone() {
    let server = Server::start([
        Json(200, json!({"responses": [answer("0", 200, &json!({}), &json!({"id": "u"})), answer("9", 200, &json!({}), &json!({}))]})),
        Json(200, json!({"id": "m"})),
    ])
    .await;
    let client = client(&server);
    let mut batch = client.batch();
    let (first, second) = (batch.add(&user("a")), batch.add(&users::Manager { id: "a".to_owned() }));
    let answers = batch.send().await;
    let read = (answers.read(&first).await.unwrap().id, answers.read(&second).await.unwrap().id);
    assert_eq!((&*read.0, &*read.1), ("u", "m"));
}

#[tokio::test]
async fn without_a_network_each_read_is_told_so_once() {
    let server = Server::start([Cut, Cut, Cut, Cut, Cut, Cut, Cut, Cut]).await;
    let client = client(&server);
    let mut batch = client.batch();
    let (first, second) = (batch.add(&user("a")), batch.add(&users::Manager { id: "a".to_owned() }));
    let answers = batch.send().await;
    let sent = server.lines().len();
    let error = answers.read(&first).await.unwrap_err();
    assert_eq!((error.kind(), error.call().name), (Kind::Offline, "read user"));
    assert_eq!(answers.read(&second).await.unwrap_err().call().name, "read manager");
    assert_eq!(server.lines().len(), sent);
}

#[tokio::test]
async fn a_batch_at_the_lab_answers_as_single_reads_do() {
    let config = LabConfig { seed: 1, anchor: "2026-11-23T12:00:00Z".parse().unwrap(), scale: Scale::SMALL };
    let lab = Lab::start(config, LabOptions::default()).await.unwrap();
    let root: url::Url = lab.addresses.base_url.parse().unwrap();
    let session = Session::new(auth(root.clone(), Credential::Token(lab.addresses.token.clone())));
    let client = Client::new(ClientConfig::new(root, ambient()), Arc::new(session.unwrap())).unwrap();
    let list = client.send(&alerts::List { top: 30, ..alerts::List::default() }).await.unwrap().items;
    let mut batch = client.batch();
    let slots: Vec<_> = list.iter().map(|alert| batch.add(&alerts::Get { id: alert.id.to_string() })).collect();
    let incident =
        batch.add(&incidents::Get { id: list[0].incident_id.as_deref().unwrap().to_owned(), with_alerts: true });
    let hunt = batch.add(&hunting::Run { query: "AlertInfo | take 1".to_owned(), timespan: None });
    let nobody = batch.add(&user("nobody@harrowgate.example"));
    let answers = batch.send().await;
    for (slot, alert) in slots.iter().zip(&list) {
        assert_eq!(answers.read(slot).await.unwrap(), *alert);
    }
    assert!(answers.read(&incident).await.unwrap().alerts.is_some_and(|alerts| !alerts.is_empty()));
    assert_eq!(answers.read(&hunt).await.unwrap().rows.len(), 1);
    assert_eq!(answers.find(&nobody).await, Ok(None));
}
