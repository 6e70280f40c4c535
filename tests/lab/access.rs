//! Tokens, permissions, headers and error bodies.

use crate::support::{Talk, tenant};
use reqwest::Method;
use serde_json::json;
use std::time::Duration;
use watchfloor::lab::LabOptions;

#[tokio::test]
async fn without_a_good_token_the_answer_is_401_with_a_challenge() {
    let mut talk = Talk::start().await;
    for (token, message) in [
        ("", "Access token is empty."),
        ("opaque", "IDX14100: JWT is not well formed, there are no dots (.)."),
        ("a.b.c", "Access token validation failure. Signing key is invalid."),
    ] {
        token.clone_into(&mut talk.token);
        let answer = talk.get("/security/incidents", &[]).await;
        assert_eq!(answer.error(), (401, "InvalidAuthenticationToken".to_owned(), message.to_owned()));
        assert!(answer.header("www-authenticate").starts_with("Bearer realm=\"\", authorization_uri="));
    }
}

#[tokio::test]
async fn a_token_expires() {
    let mut talk =
        Talk::start_with(tenant(), LabOptions { token_lifetime: Duration::ZERO, ..LabOptions::default() }).await;
    talk.token = client_token(&talk, &talk.lab.addresses.client_id.clone()).await;
    let (status, code, message) = talk.get("/security/incidents", &[]).await.error();
    assert_eq!((status, code.as_str()), (401, "InvalidAuthenticationToken"));
    assert_eq!(message, "Lifetime validation failed, the token is expired.");
}

pub async fn client_token(talk: &Talk, client: &str) -> String {
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", client),
        ("client_secret", talk.lab.addresses.client_secret.reveal()),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    let path = format!("/{}/oauth2/v2.0/token", talk.lab.addresses.tenant_id);
    talk.form(&path, &fields).await.json()["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_missing_permission_is_named_as_graph_names_it() {
    let mut talk = Talk::start().await;
    talk.token = client_token(&talk, &talk.lab.addresses.read_only_client_id.clone()).await;
    assert_eq!(talk.get("/security/incidents", &[]).await.status, 200);
    let refused = talk.patch("/security/incidents/103", json!({ "status": "resolved" })).await;
    let message = "Missing application roles. API required roles: SecurityIncident.ReadWrite.All, application roles: \
                   SecurityAlert.Read.All,SecurityIncident.Read.All,User.Read,User.Read.All.";
    assert_eq!(refused.error(), (403, "Forbidden".to_owned(), message.to_owned()));
    assert_eq!(talk.get("/security/incidents/103", &[]).await.json()["status"], "active", "a refusal changes nothing");
    assert_eq!(talk.post("/security/runHuntingQuery", json!({ "Query": "print 1" })).await.status, 403);
    assert_eq!(talk.get("/identityProtection/riskyUsers", &[]).await.status, 403);
}

#[tokio::test]
async fn the_last_day_of_work_takes_a_permission_of_its_own() {
    let mut talk = Talk::start().await;
    let path = "/users/ivo.sider@fabrikon.example";
    let asking =
        [[("$select", "id,employeeLeaveDateTime")], [("$select", "employeeLeaveDateTime")], [("$select", "*")]];
    for options in asking {
        assert_eq!(talk.get(path, &options).await.status, 200, "{options:?}");
    }
    talk.token = client_token(&talk, &talk.lab.addresses.read_only_client_id.clone()).await;
    for options in asking {
        let message = "Insufficient privileges to complete the operation.";
        let refusal = (403, "Authorization_RequestDenied".to_owned(), message.to_owned());
        assert_eq!(talk.get(path, &options).await.error(), refusal, "{options:?}");
    }
    assert_eq!(talk.get("/users", &[("$orderby", "employeeLeaveDateTime")]).await.status, 403);
    assert_eq!(talk.get(path, &[("$select", "id,employeeHireDate")]).await.status, 200);
}

#[tokio::test]
async fn answers_carry_graphs_headers() {
    let mut talk = Talk::start().await;
    let answer = talk.get("/security/incidents", &[]).await;
    assert_eq!(answer.header("odata-version"), "4.0");
    assert_eq!(
        answer.header("content-type"),
        "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
    );
    assert!(answer.header("date").starts_with("Mon, 23 Nov 2026 12:0"), "{}", answer.header("date"));
    assert_eq!(answer.header("request-id").len(), 36);
    assert_eq!(answer.header("client-request-id"), answer.header("request-id"));

    talk.headers.push(("client-request-id", "c43d412b-1b5b-42c8-8c85-e9c28c9abd35".to_owned()));
    let answer = talk.get("/security/incidents", &[]).await;
    assert_eq!(answer.header("client-request-id"), "c43d412b-1b5b-42c8-8c85-e9c28c9abd35");
    assert_eq!(answer.header("preference-applied"), "include-unknown-enum-members");
    talk.headers.retain(|(name, _)| *name != "prefer");
    assert_eq!(talk.get("/security/incidents", &[]).await.header("preference-applied"), "");
}

#[tokio::test]
async fn errors_have_graphs_body() {
    let talk = Talk::start().await;
    let answer = talk.get("/security/incidents", &[("$top", "100")]).await;
    let body = answer.json();
    let date = body["error"]["innerError"]["date"].as_str().unwrap();
    assert!(date.starts_with("2026-11-23T12:0") && date.len() == 19, "{date}");
    let expected = json!({ "error": {
        "code": "",
        "message": "The query specified in the URI is not valid. The limit of '50' for Top query has been exceeded. \
                    The value from the incoming request is '100'.",
        "details": [],
        "innerError": {
            "date": date,
            "request-id": answer.header("request-id"),
            "client-request-id": answer.header("client-request-id"),
        },
    } });
    assert_eq!((answer.status, body), (400, expected));
}

#[tokio::test]
async fn what_graph_does_not_have_the_lab_has_not() {
    let talk = Talk::start().await;
    let beta = talk.send(Method::GET, &talk.url("/beta/security/incidents"), None).await;
    assert_eq!((beta.status, beta.json()["error"]["message"].clone()), (404, json!("Invalid version: beta")));
    let (status, _, message) = talk.get("/security/incidentz", &[]).await.error();
    assert_eq!((status, message.as_str()), (400, "Resource not found for the segment 'incidentz'."));
    let deleted = talk.send(Method::DELETE, &talk.url("/v1.0/security/incidents/103"), None).await;
    assert_eq!(deleted.status, 405);
    for path in ["/security/incidents/9", "/security/alerts_v2/9", "/security/incidents/9/alerts", "/users/nobody"] {
        assert_eq!(talk.get(path, &[]).await.status, 404, "{path}");
    }
}
