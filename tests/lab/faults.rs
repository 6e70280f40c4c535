//! Faults: each one over HTTP, and how they are ordered, counted and lifted.

use crate::support::{Answer, INSIDER, NOW, Talk, tenant};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use watchfloor::lab::LabOptions;
use watchfloor::lab::faults::FAULTS;

impl Talk {
    /// Orders a fault; the answer's status.
    async fn order(&self, order: &str) -> u16 {
        let body = json!({ "fault": order });
        self.send(Method::POST, &self.url("/lab/faults"), Some(body)).await.status
    }

    /// A lab with one fault in force.
    async fn with(order: &str) -> Self {
        let talk = Self::start().await;
        assert_eq!(talk.order(order).await, 201, "{order}");
        talk
    }

    async fn hunt(&self, query: &str) -> Answer {
        self.post("/security/runHuntingQuery", json!({ "Query": query, "Timespan": "P60D" })).await
    }

    /// Sends a GET that gets no whole answer; the status, where at least a head came.
    async fn broken_get(&self, path: &str) -> Option<u16> {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer = client.get(self.url(path)).bearer_auth(&self.token).send().await.ok()?;
        let status = answer.status().as_u16();
        assert!(answer.text().await.is_err(), "the whole body came");
        Some(status)
    }

    async fn ask_token(&self, fields: &[(&str, &str)]) -> Answer {
        let mut form = vec![("client_id", self.lab.addresses.client_id.as_str())];
        form.extend(fields);
        self.form("/common/oauth2/v2.0/token", &form).await
    }

    async fn by_secret(&self, claims: &str) -> Answer {
        let secret = self.lab.addresses.client_secret.reveal();
        let scope = "https://graph.microsoft.com/.default";
        let fields =
            [("grant_type", "client_credentials"), ("client_secret", secret), ("scope", scope), ("claims", claims)];
        self.ask_token(&fields).await
    }
}

const INCIDENTS: &str = "/security/incidents";
const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
const HUNT_ALL: &str = "DataSecurityEvents | project Timestamp, ActionType";

/// Checks the fault called `name`; panics for one that has no check.
async fn check(name: &str) {
    match name {
        "latency" | "jitter" | "slow-body" => takes_its_time(name).await,
        "429" | "503" => asks_to_wait(name).await,
        "500" | "502" | "504" | "504-empty" | "html" => fails(name).await,
        "truncated" | "cut" | "reset" => breaks(name).await,
        "token-expired" | "revoked" | "claims" => is_refused(name).await,
        "no-table" | "row-cap" | "size-cap" | "cpu-quota" => hunting_is_limited(name).await,
        "throttle" => has_true_limits().await,
        "clock-skew" => is_off_in_time().await,
        "unknown-enum" | "unknown-type" | "hostile-text" => says_the_unexpected(name).await,
        _ => sign_in_fails(name).await,
    }
}

#[tokio::test]
async fn every_fault_does_what_its_table_says() {
    for fault in FAULTS {
        check(fault.name).await;
    }
}

async fn takes_its_time(name: &str) {
    let talk = Talk::with(&format!("{name}=60")).await;
    let started = Instant::now();
    let answer = talk.get(INCIDENTS, &[]).await;
    let took = started.elapsed();
    assert_eq!((answer.status, answer.ids().len()), (200, 3), "{name}");
    // A jitter may be short; what it may not be is long without end.
    assert!(took >= Duration::from_millis(if name == "jitter" { 0 } else { 45 }), "{name} took {took:?}");
}

async fn asks_to_wait(name: &str) {
    let cases =
        [("=2.128", "2.128"), ("=date", "Mon, 23 Nov 2026 12:00:0"), (if name == "429" { "=none" } else { "" }, "")];
    for (value, expected) in cases {
        let talk = Talk::with(&format!("{name}{value}")).await;
        let answer = talk.get(INCIDENTS, &[]).await;
        assert_eq!(answer.status.to_string(), name);
        let wait = answer.header("retry-after");
        assert!(wait.starts_with(expected) && wait.is_empty() == expected.is_empty(), "{name}{value}: {wait:?}");
        assert!(!answer.error().1.is_empty() && !answer.header("request-id").is_empty());
    }
}

async fn fails(name: &str) {
    let talk = Talk::with(name).await;
    let answer = talk.get(INCIDENTS, &[]).await;
    match name {
        "504-empty" => assert_eq!((answer.status, answer.text.as_str()), (504, "")),
        "html" => {
            assert_eq!((answer.status, answer.header("content-type")), (502, "text/html; charset=utf-8"));
            assert!(answer.text.starts_with("<!DOCTYPE html>"), "{}", answer.text);
        }
        "504" => assert_eq!(answer.error(), (504, "UnknownError".to_owned(), String::new())),
        _ => assert_eq!(answer.error().0.to_string(), name),
    }
}

async fn breaks(name: &str) {
    let talk = Talk::with(name).await;
    match name {
        "truncated" => {
            let answer = talk.get(INCIDENTS, &[]).await;
            let broken = serde_json::from_str::<Value>(&answer.text);
            assert!(answer.status == 200 && !answer.text.is_empty() && broken.is_err(), "{}", answer.text);
        }
        "cut" => assert_eq!(talk.broken_get("/v1.0/security/incidents").await, Some(200)),
        _ => {
            assert_eq!(talk.broken_get("/v1.0/security/incidents").await, None);
            let address = talk.lab.addresses.base_url.trim_start_matches("http://").to_owned();
            let mut socket = TcpStream::connect(address).await.unwrap();
            socket.write_all(b"GET /v1.0/me HTTP/1.1\r\nHost: lab\r\n\r\n").await.unwrap();
            let error = socket.read(&mut [0; 64]).await.unwrap_err();
            assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
        }
    }
}

async fn is_refused(name: &str) {
    let mut talk = Talk::with(name).await;
    let answer = talk.get(INCIDENTS, &[]).await;
    match name {
        "token-expired" => {
            assert_eq!(answer.error().1, "InvalidAuthenticationToken");
            assert!(answer.error().2.contains("expired") && answer.status == 401);
        }
        "revoked" => {
            let (status, code, message) = answer.error();
            assert_eq!((status, code.as_str()), (403, "Forbidden"));
            assert!(message.contains("required roles: SecurityIncident.Read.All"), "{message}");
            let held = message.split_once("application roles: ").unwrap().1;
            assert!(held.contains("ThreatHunting.Read.All") && !held.contains("SecurityIncident"), "{message}");
        }
        _ => is_challenged(&mut talk, &answer).await,
    }
}

/// A client that understands no challenges gets a plain 401; one that does is told the claims, and gets in with them.
async fn is_challenged(talk: &mut Talk, plain: &Answer) {
    assert_eq!(plain.status, 401);
    assert!(!plain.header("www-authenticate").contains("claims="));
    let capable = json!({ "access_token": { "xms_cc": { "values": ["cp1"] } } });
    let take = |answer: &Answer| answer.json()["access_token"].as_str().unwrap().to_owned();
    talk.token = take(&talk.by_secret(&capable.to_string()).await);
    let challenged = talk.get(INCIDENTS, &[]).await;
    let challenge = challenged.header("www-authenticate").to_owned();
    assert!(challenged.status == 401 && challenge.contains("error=\"insufficient_claims\""), "{challenge}");
    let claims = challenge.split_once("claims=\"").unwrap().1.trim_end_matches('"');
    let wanted: Value = serde_json::from_slice(&STANDARD.decode(claims).unwrap()).unwrap();
    let mut both = wanted["access_token"].clone();
    both["xms_cc"] = capable["access_token"]["xms_cc"].clone();
    talk.token = take(&talk.by_secret(&json!({ "access_token": both }).to_string()).await);
    assert_eq!(talk.get(INCIDENTS, &[]).await.status, 200);
}

async fn hunting_is_limited(name: &str) {
    let order = match name {
        "row-cap" => "row-cap=2",
        "size-cap" => "size-cap=200",
        other => other,
    };
    let talk = Talk::with(order).await;
    let answer = talk.hunt(HUNT_ALL).await;
    match name {
        "no-table" => {
            let expected = "Failed to resolve table or column expression named 'DataSecurityEvents'. Fix semantic errors \
                            in your query.";
            assert_eq!(answer.error(), (400, "BadRequest".to_owned(), expected.to_owned()));
            assert_eq!(talk.hunt("EmailEvents | count").await.status, 200);
        }
        "row-cap" => assert_eq!(answer.json()["results"].as_array().unwrap().len(), 2),
        "size-cap" => {
            assert_eq!(answer.status, 400);
            assert!(answer.error().2.starts_with("Result size limit exceeded."), "{answer:?}");
            assert_eq!(talk.hunt("print 1").await.status, 200);
        }
        _ => {
            assert_eq!((answer.status, answer.header("retry-after")), (429, "900"));
            assert!(answer.error().2.contains("exceeded processing resources"), "{answer:?}");
        }
    }
    assert_eq!(talk.get(INCIDENTS, &[]).await.status, 200, "{name} concerns hunting only");
}

async fn has_true_limits() {
    let talk = Talk::with("throttle").await;
    for (limit, path) in [(45, "hunt"), (150, INCIDENTS)] {
        for call in 0..=limit {
            let answer = match path {
                "hunt" => talk.hunt("print 1").await,
                path => talk.get(path, &[("$top", "1"), ("$select", "id")]).await,
            };
            let expected = if call < limit { 200 } else { 429 };
            assert_eq!(answer.status, expected, "call {call} of {path}");
            if call == limit {
                let wait: f64 = answer.header("retry-after").parse().unwrap();
                assert!(wait > 0.0 && wait <= 60.0, "{wait}");
            }
        }
    }
    let path = "/identityProtection/riskyUsers";
    let (first, second) = tokio::join!(talk.get(path, &[]), talk.get(path, &[]));
    let refused = if first.status == 429 { &first } else { &second };
    assert_eq!((first.status + second.status, refused.header("retry-after")), (629, ""));
}

async fn is_off_in_time() {
    let mut talk = Talk::with("clock-skew=-3600").await;
    let answer = talk.get(INCIDENTS, &[]).await;
    assert!(answer.header("date").starts_with("Mon, 23 Nov 2026 11:00:0"), "{}", answer.header("date"));
    let token = talk.by_secret("{}").await.json()["access_token"].as_str().unwrap().to_owned();
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    let issued = claims["iat"].as_i64().unwrap() - crate::support::at(NOW).unix_seconds();
    assert!((-3_600..-3_540).contains(&issued), "{issued}");
    talk.token = token;
    assert_eq!(talk.get(INCIDENTS, &[]).await.status, 200, "a skewed token is worth what it was");
}

async fn says_the_unexpected(name: &str) {
    let talk = Talk::with(name).await;
    let alerts = talk.get("/security/alerts_v2", &[]).await;
    let all = alerts.json();
    match name {
        "unknown-enum" => {
            let unknown = ["\"critical\"", "\"escalated\"", "\"microsoftDefenderForTomorrow\"", "\"ambiguous\""];
            assert!(unknown.iter().any(|member| alerts.text.contains(member)), "{}", alerts.text);
        }
        "unknown-type" => {
            let alert = &all["value"][0];
            assert_eq!(alert["evidence"][0]["@odata.type"], "#microsoft.graph.security.thoughtEvidence");
            assert_eq!(alert["evidence"].as_array().unwrap().len(), 2);
            assert_eq!(alert["confidenceScore"], 0.5);
        }
        _ => {
            for alert in all["value"].as_array().unwrap() {
                assert!(!alert["title"].as_str().unwrap().starts_with("Alert "), "{alert}");
            }
            let marks = [
                ("control", "\\u001b["),
                ("osc", "52;c;"),
                ("bidi", "\u{202e}"),
                ("formula", "=HYPERLINK("),
                ("zero-width", "\u{200b}"),
            ];
            for (kind, mark) in marks {
                let talk = Talk::with(&format!("hostile-text={kind}")).await;
                let mut seen = String::new();
                for path in ["/security/alerts_v2", INCIDENTS, "/users?$select=displayName,jobTitle,department"] {
                    seen.push_str(&talk.get(path, &[]).await.text);
                }
                assert!(seen.contains(mark), "{kind}");
            }
            let talk = Talk::with("hostile-text=long").await;
            let longest = talk.get(INCIDENTS, &[]).await.json();
            assert!(longest["value"][0]["displayName"].as_str().unwrap().len() >= 64 << 10);
        }
    }
}

async fn sign_in_fails(name: &str) {
    let (code, error) = match name {
        "device-slow-down" => (70_016, "slow_down"),
        "device-declined" => (70_018, "authorization_declined"),
        "device-expired" => (70_020, "expired_token"),
        "device-bad-code" => (70_019, "bad_verification_code"),
        "refresh-revoked" => (50_173, "invalid_grant"),
        "wrong-secret" => (7_000_215, "invalid_client"),
        "wrong-tenant" => (90_002, "invalid_request"),
        "consent-missing" => (65_001, "invalid_grant"),
        "mfa-required" => (50_076, "interaction_required"),
        "conditional-access" => (53_003, "access_denied"),
        "public-client-off" => (7_000_218, "invalid_client"),
        unchecked => panic!("no check for {unchecked}"),
    };
    let talk = Talk::with(name).await;
    let answer = match name {
        "wrong-secret" => talk.by_secret("{}").await,
        "refresh-revoked" => talk.ask_token(&[("grant_type", "refresh_token"), ("refresh_token", "any")]).await,
        _ => talk.ask_token(&[("grant_type", DEVICE_GRANT), ("device_code", "any")]).await,
    };
    let body = answer.json();
    assert_eq!((&body["error"], &body["error_codes"]), (&json!(error), &json!([code])), "{name}");
    assert!(body["error_description"].as_str().unwrap().starts_with(&format!("AADSTS{code}: ")));
    assert_eq!(talk.get(INCIDENTS, &[]).await.status, 200, "{name} concerns sign-in only");
}

#[tokio::test]
async fn a_fault_strikes_where_and_as_often_as_ordered() {
    let talk = Talk::with("500@/security/incidents x2".replace(' ', "").as_str()).await;
    assert_eq!(talk.get("/security/alerts_v2", &[]).await.status, 200);
    assert_eq!(talk.get("/security/incidents('103')", &[]).await.status, 500);
    assert_eq!(talk.get(INCIDENTS, &[]).await.status, 500);
    assert_eq!(talk.get(INCIDENTS, &[]).await.status, 200, "spent");
    let listed = talk.control(Method::GET, "/lab/faults").await.json();
    assert_eq!(listed["value"][0]["fault"], "500@/security/incidents%100x2");
    assert_eq!((&listed["value"][0]["struck"], listed["known"].as_array().unwrap().len()), (&json!(2), FAULTS.len()));
}

#[tokio::test]
async fn faults_are_listed_and_lifted_one_by_one_or_all() {
    let talk = Talk::with("503").await;
    talk.order("latency=1").await;
    talk.order("jitter=1").await;
    assert_eq!(talk.control(Method::DELETE, "/lab/faults/9").await.status, 404);
    assert_eq!(talk.control(Method::DELETE, "/lab/faults/1").await.json(), json!({ "lifted": 1 }));
    assert_eq!(talk.get(INCIDENTS, &[]).await.status, 200);
    assert_eq!(talk.control(Method::DELETE, "/lab/faults").await.json(), json!({ "lifted": 2 }));
    assert_eq!(talk.control(Method::GET, "/lab/faults").await.json()["value"], json!([]));
    let refused = talk.send(Method::POST, &talk.url("/lab/faults"), Some(json!({ "fault": "500%200" }))).await;
    assert_eq!(refused.status, 400);
    assert!(refused.json()["error"].as_str().unwrap().contains("\"200\" is no percentage"), "{}", refused.text);
}

/// Which of 60 requests a fault of 30 in 100 strikes.
async fn struck(seed: u64) -> Vec<bool> {
    let options = LabOptions { faults: vec!["500%30".parse().unwrap()], ..LabOptions::default() };
    let talk = Talk::seeded(tenant(), options, seed).await;
    let mut struck = Vec::new();
    for _ in 0..60 {
        struck.push(talk.get(&format!("/users/{INSIDER}"), &[("$select", "id")]).await.status == 500);
    }
    struck
}

#[tokio::test]
async fn the_same_seed_strikes_the_same_requests() {
    let first = struck(1).await;
    let count = first.iter().filter(|struck| **struck).count();
    assert!((8..=30).contains(&count), "{count} of 60");
    assert_eq!(first, struck(1).await);
    assert_ne!(first, struck(2).await);
}

#[tokio::test]
async fn chaos_puts_every_fault_in_force_and_spares_the_controls() {
    let talk = Talk::start_with(tenant(), LabOptions { chaos: true, ..LabOptions::default() }).await;
    let listed = talk.control(Method::GET, "/lab/faults").await.json();
    let names: Vec<&str> =
        listed["value"].as_array().unwrap().iter().map(|rule| rule["fault"].as_str().unwrap()).collect();
    for fault in FAULTS {
        assert!(names.iter().any(|name| name.starts_with(fault.name)), "{}", fault.name);
    }
    talk.control(Method::DELETE, "/lab/faults").await;
    talk.order("reset@/").await;
    assert_eq!(talk.control(Method::GET, "/lab/faults").await.status, 200);
}

#[tokio::test]
async fn the_items_of_a_batch_are_struck_one_by_one() {
    let talk = Talk::with("429=7@/security/alerts_v2").await;
    let item = |id: &str, url: &str| json!({ "id": id, "method": "GET", "url": url });
    let batch = json!({ "requests": [item("a", "/security/alerts_v2"), item("b", "/security/incidents")] });
    let answer = talk.post("/$batch", batch).await.json();
    for item in answer["responses"].as_array().unwrap() {
        let expected = if item["id"] == "a" { (429, json!("7")) } else { (200, Value::Null) };
        assert_eq!((item["status"].as_u64().unwrap(), item["headers"]["Retry-After"].clone()), expected);
    }
}
