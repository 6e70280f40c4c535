//! Sign-in without a user's device code: client assertions, managed identities, claims, discovery, revocation.

use crate::support::{Answer, Talk, at, tenant};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use watchfloor::base::Timestamp;
use watchfloor::lab::LabOptions;

const SCOPE: &str = "https://graph.microsoft.com/.default";
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

fn jwt(header: &Value, claims: &Value) -> String {
    let part = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    format!("{}.{}.{}", part(header), part(claims), URL_SAFE_NO_PAD.encode("signature"))
}

async fn assert_with(talk: &Talk, assertion: &str) -> Answer {
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", talk.lab.addresses.client_id.as_str()),
        ("client_assertion_type", JWT_BEARER),
        ("client_assertion", assertion),
        ("scope", SCOPE),
    ];
    talk.form("/fabrikon.example/oauth2/v2.0/token", &fields).await
}

fn with(mut base: Value, name: &str, value: Value) -> Value {
    base[name] = value;
    base
}

#[tokio::test]
async fn a_certificates_assertion_is_read_and_checked() {
    let mut talk = Talk::start().await;
    let now = Timestamp::now().unix_seconds();
    let id = talk.lab.addresses.client_id.clone();
    let header = json!({ "alg": "PS256", "typ": "JWT", "x5t#S256": "c2hhMjU2" });
    let claims = json!({
        "aud": talk.url("/fabrikon.example/oauth2/v2.0/token"),
        "iss": id,
        "sub": id,
        "jti": "8f2c0d1e-0000-4000-8000-000000000001",
        "nbf": now,
        "exp": now + 300,
    });
    let old = json!({ "alg": "RS256", "x5t": "c2hhMQ" });
    for header in [&header, &old] {
        let answer = assert_with(&talk, &jwt(header, &claims)).await;
        talk.token = answer.json()["access_token"].as_str().unwrap_or_else(|| panic!("{}", answer.text)).to_owned();
        assert_eq!(talk.get("/security/incidents", &[]).await.status, 200);
    }
    let elsewhere = json!("https://login.example/x/oauth2/v2.0/token");
    let cases = [
        (with(header.clone(), "alg", json!("HS256")), claims.clone(), 50_027),
        (json!({ "alg": "PS256" }), claims.clone(), 5_002_723),
        (header.clone(), with(claims.clone(), "aud", elsewhere), 700_023),
        (header.clone(), with(claims.clone(), "sub", json!("someone")), 700_021),
        (header.clone(), with(claims.clone(), "jti", Value::Null), 50_027),
        (header.clone(), with(claims.clone(), "exp", json!(now - 600)), 700_024),
        (header.clone(), with(claims.clone(), "nbf", json!(now + 600)), 700_024),
        (header.clone(), with(claims.clone(), "iss", json!("someone")), 50_027),
    ];
    for (header, claims, code) in cases {
        let answer = assert_with(&talk, &jwt(&header, &claims)).await;
        assert_eq!((answer.status, &answer.json()["error_codes"]), (401, &json!([code])), "{header} {claims}");
    }
    assert_eq!(assert_with(&talk, "no.jwt").await.json()["error_codes"], json!([50_027]));
}

#[tokio::test]
async fn a_workload_signs_in_with_the_assertion_of_its_platform() {
    let mut talk = Talk::start().await;
    let workload = talk.control(Method::GET, "/lab/identity/workload").await.json();
    let assertion = workload["federated_token"].as_str().unwrap();
    let answer = assert_with(&talk, assertion).await.json();
    talk.token = answer["access_token"].as_str().unwrap().to_owned();
    assert_eq!(talk.get("/security/incidents", &[]).await.status, 200);

    let claims = URL_SAFE_NO_PAD.decode(assertion.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    let header = json!({ "alg": "RS256", "kid": "lab" });
    for (name, code) in [("iss", 700_211), ("aud", 700_212), ("sub", 700_213)] {
        let other = jwt(&header, &with(claims.clone(), name, json!("https://other.example")));
        assert_eq!(assert_with(&talk, &other).await.json()["error_codes"], json!([code]), "{name}");
    }
}

async fn get(talk: &Talk, path: &str, header: (&str, &str)) -> (u16, Value) {
    let request = reqwest::Client::builder().no_proxy().build().unwrap().get(talk.url(path)).header(header.0, header.1);
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), serde_json::from_str(&answer.text().await.unwrap()).unwrap())
}

#[tokio::test]
async fn a_managed_identity_gets_a_token_from_its_machine_and_its_service() {
    let mut talk = Talk::start().await;
    let machine = "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://graph.microsoft.com";
    let service = "/msi/token?api-version=2019-08-01&resource=https://graph.microsoft.com";
    let workload = talk.control(Method::GET, "/lab/identity/workload").await.json();
    let secret = workload["IDENTITY_HEADER"].as_str().unwrap();
    assert_eq!(workload["IDENTITY_ENDPOINT"], talk.url("/msi/token"));
    for (path, header) in [(machine, ("Metadata", "true")), (service, ("X-IDENTITY-HEADER", secret))] {
        let (status, body) = get(&talk, path, header).await;
        assert_eq!((status, &body["token_type"], &body["expires_in"]), (200, &json!("Bearer"), &json!("86400")));
        talk.token = body["access_token"].as_str().unwrap().to_owned();
        assert_eq!(talk.get("/security/incidents", &[]).await.status, 200);
        let (status, _) = get(&talk, path, ("X-Nothing", "1")).await;
        assert_eq!(status, if path == machine { 400 } else { 401 });
        assert_eq!(get(&talk, &format!("{path}&client_id=another"), header).await.0, 400);
    }
    let (status, body) = get(&talk, "/metadata/identity/oauth2/token?api-version=1", ("Metadata", "true")).await;
    assert_eq!((status, &body["error"]), (400, &json!("invalid_request")));
}

#[tokio::test]
async fn discovery_names_the_endpoints_of_a_directory_that_exists() {
    let talk = Talk::start().await;
    let path = "/fabrikon.example/v2.0/.well-known/openid-configuration";
    let found = talk.control(Method::GET, path).await.json();
    assert_eq!(found["token_endpoint"], talk.url("/fabrikon.example/oauth2/v2.0/token"));
    assert_eq!(found["device_authorization_endpoint"], talk.url("/fabrikon.example/oauth2/v2.0/devicecode"));
    let keys = found["jwks_uri"].as_str().unwrap().replace(&talk.lab.addresses.base_url, "");
    assert_eq!(talk.control(Method::GET, &keys).await.json(), json!({ "keys": [] }));
    let out = found["end_session_endpoint"].as_str().unwrap().replace(&talk.lab.addresses.base_url, "");
    assert_eq!(talk.control(Method::GET, &out).await.status, 200);
    let nowhere = talk.control(Method::GET, &path.replace("fabrikon", "nowhere")).await;
    assert_eq!((nowhere.status, &nowhere.json()["error_codes"]), (400, &json!([90_002])));
}

/// Tokens of the lab's analyst, by a device code.
async fn analyst(talk: &Talk) -> Value {
    let client = talk.lab.addresses.client_id.as_str();
    let scope = "openid offline_access https://graph.microsoft.com/.default";
    let started = talk.form("/common/oauth2/v2.0/devicecode", &[("client_id", client), ("scope", scope)]).await.json();
    assert!(talk.lab.analyst.approve(started["user_code"].as_str().unwrap()));
    let code = started["device_code"].as_str().unwrap();
    let form = [("grant_type", DEVICE_GRANT), ("client_id", client), ("device_code", code)];
    talk.form("/common/oauth2/v2.0/token", &form).await.json()
}

async fn refresh(talk: &Talk, token: &Value, claims: &str) -> (u16, Value) {
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", talk.lab.addresses.client_id.as_str()),
        ("refresh_token", token.as_str().unwrap()),
        ("claims", claims),
    ];
    let answer = talk.form("/common/oauth2/v2.0/token", &form).await;
    (answer.status, answer.json())
}

#[tokio::test]
async fn refresh_tokens_rotate_until_they_are_revoked() {
    let talk = Talk::start().await;
    let first = analyst(&talk).await;
    assert_eq!(first["id_token"].as_str().unwrap().split('.').count(), 3);
    let (status, second) = refresh(&talk, &first["refresh_token"], "").await;
    assert_eq!(status, 200);
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    assert_eq!(refresh(&talk, &first["refresh_token"], "not json").await.1["error"], "invalid_request");
    let someone = json!({ "userPrincipalName": "ivo.sider@fabrikon.example" });
    let revoked = talk.send(Method::POST, &talk.url("/lab/identity/revoke"), Some(someone)).await.json();
    assert_eq!(revoked["revoked"], 0);
    let revoked = talk.control(Method::POST, "/lab/identity/revoke").await.json();
    assert_eq!(revoked["revoked"], 2);
    let (status, refused) = refresh(&talk, &second["refresh_token"], "").await;
    assert_eq!((status, &refused["error_codes"]), (400, &json!([50_173])));
}

#[tokio::test]
async fn a_declared_capability_is_in_the_token() {
    let talk = Talk::start().await;
    let tokens = analyst(&talk).await;
    let claims = r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#;
    let (_, tokens) = refresh(&talk, &tokens["refresh_token"], claims).await;
    let token = tokens["access_token"].as_str().unwrap();
    let read = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&read).unwrap()["xms_cc"], json!(["cp1"]));
}

#[tokio::test]
async fn a_control_lets_a_device_code_expire() {
    let options = LabOptions { device_poll_interval: Duration::ZERO, ..LabOptions::default() };
    let talk = Talk::start_with(tenant(), options).await;
    let client = talk.lab.addresses.client_id.as_str();
    let form = [("client_id", client), ("scope", "User.Read")];
    let started = talk.form("/common/oauth2/v2.0/devicecode", &form).await.json();
    let path = format!("/lab/device/{}/expire", started["user_code"].as_str().unwrap());
    assert_eq!(talk.control(Method::POST, &path).await.status, 200);
    let code = started["device_code"].as_str().unwrap();
    let form = [("grant_type", DEVICE_GRANT), ("client_id", client), ("device_code", code)];
    let polled = talk.form("/common/oauth2/v2.0/token", &form).await.json();
    assert_eq!(polled["error"], "expired_token");
    assert_eq!(talk.control(Method::POST, &path).await.status, 404);
}

#[tokio::test]
async fn tokens_live_in_real_time_however_the_labs_clock_goes() {
    let talk = Talk::start_with(tenant(), LabOptions { speed: 0.0, ..LabOptions::default() }).await;
    let body = json!({ "advance": "P30D", "speed": 3_600 });
    let clock = talk.send(Method::POST, &talk.url("/lab/clock"), Some(body)).await.json();
    assert!(at(clock["now"].as_str().unwrap()) >= at("2026-12-23T12:00:00Z"), "{clock}");
    assert_eq!((&clock["speed"], &clock["anchor"]), (&json!(3_600.0), &json!(crate::support::NOW)));
    assert_eq!(talk.get("/security/incidents", &[]).await.status, 200);
    for body in [json!({}), json!({ "advance": "-PT1H" }), json!({ "advance": 5 }), json!({ "speed": -1 })] {
        assert_eq!(talk.send(Method::POST, &talk.url("/lab/clock"), Some(body.clone())).await.status, 400, "{body}");
    }
}
