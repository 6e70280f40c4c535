//! Client credentials, device code, refresh.

use crate::support::{ANALYST, Talk, tenant};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use watchfloor::lab::LabOptions;

const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

fn quick() -> LabOptions {
    LabOptions { device_poll_interval: Duration::ZERO, ..LabOptions::default() }
}

async fn credentials(talk: &Talk, tenant: &str, client: &str, secret: &str) -> (u16, Value) {
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", client),
        ("client_secret", secret),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    let answer = talk.form(&format!("/{tenant}/oauth2/v2.0/token"), &fields).await;
    (answer.status, answer.json())
}

#[tokio::test]
async fn client_credentials_give_a_token_that_works() {
    let mut talk = Talk::start().await;
    let known = talk.lab.addresses.clone();
    for tenant in [known.tenant_id.as_str(), "fabrikon.example"] {
        let (status, body) = credentials(&talk, tenant, &known.client_id, known.client_secret.reveal()).await;
        assert_eq!((status, &body["token_type"], &body["expires_in"]), (200, &json!("Bearer"), &json!(3_600)));
        talk.token = body["access_token"].as_str().unwrap().to_owned();
        assert_eq!(talk.get("/security/incidents", &[]).await.status, 200);
    }
}

#[tokio::test]
async fn wrong_credentials_are_refused_in_entras_words() {
    let talk = Talk::start().await;
    let known = talk.lab.addresses.clone();
    let (tenant, client, secret) = (known.tenant_id.as_str(), known.client_id.as_str(), known.client_secret.reveal());
    let cases = [
        (tenant, client, "wrong", 401, "invalid_client", 7_000_215),
        (tenant, "00000000-0000-4000-8000-000000000000", secret, 400, "unauthorized_client", 700_016),
        ("elsewhere.example", client, secret, 400, "invalid_request", 90_002),
    ];
    for (tenant, client, secret, status, error, code) in cases {
        let (answered, body) = credentials(&talk, tenant, client, secret).await;
        assert_eq!((answered, &body["error"], &body["error_codes"]), (status, &json!(error), &json!([code])));
        let description = body["error_description"].as_str().unwrap();
        assert!(description.starts_with(&format!("AADSTS{code}: ")), "{description}");
        for name in ["timestamp", "trace_id", "correlation_id"] {
            assert!(description.contains(body[name].as_str().unwrap()), "{name} is not in the description");
        }
    }
}

async fn start(talk: &Talk, scope: &str) -> Value {
    let client = talk.lab.addresses.client_id.clone();
    talk.form("/organizations/oauth2/v2.0/devicecode", &[("client_id", &client), ("scope", scope)]).await.json()
}

async fn poll(talk: &Talk, code: &str) -> (u16, Value) {
    let client = talk.lab.addresses.client_id.clone();
    let fields = [("grant_type", DEVICE_GRANT), ("client_id", client.as_str()), ("device_code", code)];
    let answer = talk.form("/organizations/oauth2/v2.0/token", &fields).await;
    (answer.status, answer.json())
}

#[tokio::test]
async fn an_approved_device_code_signs_the_analyst_in() {
    let mut talk = Talk::start_with(tenant(), quick()).await;
    let started = start(&talk, "openid offline_access https://graph.microsoft.com/User.Read").await;
    let (code, user_code) = (started["device_code"].as_str().unwrap(), started["user_code"].as_str().unwrap());
    assert!(started["message"].as_str().unwrap().contains(user_code));
    assert_eq!((&started["expires_in"], &started["interval"]), (&json!(900), &json!(0)));

    let (status, body) = poll(&talk, code).await;
    assert_eq!((status, &body["error"]), (400, &json!("authorization_pending")));
    assert_eq!(talk.control(Method::POST, &format!("/lab/device/{user_code}/approve")).await.status, 200);
    let (status, body) = poll(&talk, code).await;
    assert_eq!((status, &body["scope"]), (200, &json!("User.Read openid offline_access")));

    talk.token = body["access_token"].as_str().unwrap().to_owned();
    assert_eq!(talk.get("/me", &[]).await.json()["id"], ANALYST);
    assert_eq!(talk.get("/security/incidents", &[]).await.status, 403, "only User.Read was asked for");

    let client = talk.lab.addresses.client_id.clone();
    let refresh = body["refresh_token"].as_str().unwrap();
    let fields = [("grant_type", "refresh_token"), ("client_id", client.as_str()), ("refresh_token", refresh)];
    let renewed = talk.form("/organizations/oauth2/v2.0/token", &fields).await.json();
    assert_ne!(renewed["refresh_token"], body["refresh_token"]);
    talk.token = renewed["access_token"].as_str().unwrap().to_owned();
    assert_eq!(talk.get("/me", &[]).await.status, 200);

    let fields = [("grant_type", "refresh_token"), ("client_id", client.as_str()), ("refresh_token", "stale")];
    assert_eq!(talk.form("/organizations/oauth2/v2.0/token", &fields).await.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn a_device_code_may_be_declined_unknown_used_or_late() {
    let talk = Talk::start_with(tenant(), quick()).await;
    let started = start(&talk, "User.Read").await;
    let (code, user_code) = (started["device_code"].as_str().unwrap(), started["user_code"].as_str().unwrap());
    let declined = talk.form("/device", &[("user_code", user_code), ("decision", "decline")]).await;
    assert!(declined.text.contains("Declined."), "{}", declined.text);
    assert_eq!(poll(&talk, code).await.1["error"], "authorization_declined");
    assert_eq!(poll(&talk, "no-such-code").await.1["error"], "bad_verification_code");
    assert_eq!(talk.control(Method::POST, &format!("/lab/device/{user_code}/approve")).await.status, 404);

    let late = LabOptions { device_code_lifetime: Duration::ZERO, ..quick() };
    let talk = Talk::start_with(tenant(), late).await;
    let started = start(&talk, "User.Read").await;
    assert_eq!(poll(&talk, started["device_code"].as_str().unwrap()).await.1["error"], "expired_token");
}

#[tokio::test]
async fn polling_faster_than_the_interval_is_told_to_slow_down() {
    let talk = Talk::start().await;
    let started = start(&talk, "User.Read").await;
    let code = started["device_code"].as_str().unwrap();
    assert_eq!(poll(&talk, code).await.1["error"], "authorization_pending");
    assert_eq!(poll(&talk, code).await.1["error"], "slow_down");
}

#[tokio::test]
async fn the_page_approves_a_code() {
    let talk = Talk::start_with(tenant(), quick()).await;
    let started = start(&talk, "User.Read").await;
    let page = talk.control(Method::GET, "/device").await;
    assert!(page.text.contains("<form method=\"post\"") && page.header("content-type").starts_with("text/html"));
    let user_code = started["user_code"].as_str().unwrap().to_lowercase();
    talk.form("/device", &[("user_code", &user_code), ("decision", "approve")]).await;
    assert_eq!(poll(&talk, started["device_code"].as_str().unwrap()).await.0, 200);
}

#[tokio::test]
async fn the_sign_in_endpoints_take_nothing_but_post() {
    let talk = Talk::start().await;
    for endpoint in ["token", "devicecode"] {
        let answer = talk.send(Method::GET, &talk.url(&format!("/common/oauth2/v2.0/{endpoint}")), None).await;
        let body = answer.json();
        assert_eq!(
            (answer.status, &body["error"], &body["error_codes"][0]),
            (400, &json!("invalid_request"), &json!(900_561))
        );
    }
}
