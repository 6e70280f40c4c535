//! Writes each target's first inputs to `corpus/`: what the lab answers over HTTP, and short texts by hand.

// Brings what the coverage counters of every crate here report to.
use libfuzzer_sys as _;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::{fs, io};
use watchfloor::base::{Secret, Timestamp};
use watchfloor::graph::endpoint::{Call, Method};
use watchfloor::graph::{Ambient, AuthConfig, Client, ClientConfig, Credential, Endpoint, Network, Session};
use watchfloor::lab::{Lab, LabConfig, LabOptions, Scale};

/// The most answers a list gives.
const ITEMS_MAX: usize = 50;

/// Refusals as Graph and what stands on the way write them.
const REFUSALS: [&str; 5] = [
    "403\nrequest-id: r\n\n{\"error\": {\"code\": \"Forbidden\", \"message\": \"Missing application roles.\", \
     \"innerError\": {\"date\": \"2026-11-23T10:00:00\", \"request-id\": \"r\", \"client-request-id\": \"c\"}}}",
    "429\nretry-after: 2.128\n\n{\"error\": {\"code\": \"TooManyRequests\", \"message\": \"hunter2-access\"}}",
    "503\nretry-after: Mon, 23 Nov 2026 10:00:10 GMT\n\n",
    "502\ncontent-type: text/html\n\n<html>hunter2-access</html>",
    "401\nwww-authenticate: Bearer realm=\"\", error=\"insufficient_claims\", claims=\"e30=\"\n\n{\"error\": {}}",
];

/// Answers of the login service.
const LOGIN_ANSWERS: [&str; 5] = [
    "200 \n{\"access_token\": \"e30.eyJ1cG4iOiJhIiwicm9sZXMiOlsiYiJdfQ.x\", \"expires_in\": \"3599\"}",
    "200 \n{\"access_token\": \"t\", \"refresh_token\": \"r\", \"expires_on\": 1795431600}",
    "400 \n{\"error\": \"invalid_client\", \"error_codes\": [7000215], \"error_description\": \"AADSTS7000215: hunter2\", \
     \"correlation_id\": \"c\"}",
    "400 Bearer realm=\"\", error=\"insufficient_claims\", claims=\"eyJhY2Nlc3NfdG9rZW4iOnt9fQ==\"\n{}",
    "502 \n<html>client_secret=hunter2</html>",
];

/// A list, as it comes.
struct List(&'static str);

impl Endpoint for List {
    type Output = Value;
    const CALL: Call = Call::read("seed", "").with_unknown_members();

    fn path(&self) -> Vec<&str> {
        vec!["security", self.0]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        vec![("$top", ITEMS_MAX.to_string())]
    }
}

/// A hunting query, its answer as it comes.
struct Hunt(&'static str);

impl Endpoint for Hunt {
    type Output = Value;
    const CALL: Call = Call { method: Method::Post, ..Call::read("seed", "") };

    fn path(&self) -> Vec<&str> {
        vec!["security", "runHuntingQuery"]
    }

    fn body(&self) -> Option<Value> {
        Some(json!({"Query": self.0}))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let config = LabConfig { seed: 1, anchor: Timestamp::now(), scale: Scale::SMALL };
    let lab = Lab::start(config, LabOptions::default()).await.unwrap();
    let client = client(&lab.addresses.base_url, lab.addresses.token.clone());
    let incidents = client.send(&List("incidents")).await.unwrap();
    let alerts = client.send(&List("alerts_v2")).await.unwrap();
    let list = |page: &Value| page["value"].as_array().cloned().unwrap();
    seed("incident", list(&incidents)).unwrap();
    seed("alert", list(&alerts)).unwrap();
    seed("evidence", list(&alerts).iter().flat_map(|alert| alert["evidence"].as_array().cloned().unwrap())).unwrap();
    let mut answers = Vec::new();
    for query in ["DataSecurityEvents | take 3", "AlertInfo | take 5", "CloudAppEvents | take 3", "print a=dynamic({})"]
    {
        answers.push(client.send(&Hunt(query)).await.unwrap());
    }
    seed("hunting", answers).unwrap();
    texts("config", &[include_str!("config.toml")]).unwrap();
    let queries = queries().unwrap();
    for target in ["kql_lexer", "kql_parser", "kql_binder", "kql_engine"] {
        texts(target, &queries.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
    }
    texts(
        "kql_files",
        &[
            "a,b\n1,\"x\"\n",
            "a\tb\n1.5\ttrue\n",
            "{\"a\":1}\n{\"b\":[2]}\n",
            "[{\"a\":null}]",
            "{\"columns\":[{\"name\":\"a\"}],\"rows\":[[1]]}",
        ],
    )
    .unwrap();
    texts("error_body", &REFUSALS).unwrap();
    texts("token", &LOGIN_ANSWERS).unwrap();
}

/// The queries of the project's own cases.
fn queries() -> io::Result<Vec<String>> {
    let mut queries = Vec::new();
    for file in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/kql"))? {
        let path = file?.path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            let text = fs::read_to_string(path)?;
            for case in text.split("\n== ") {
                let lines = case.lines().skip(1);
                let query: Vec<&str> =
                    lines.take_while(|line| !line.starts_with("--") && !line.starts_with("!!")).collect();
                queries.push(query.join("\n"));
            }
        }
    }
    Ok(queries)
}

fn client(root: &str, token: Secret) -> Client {
    let (root, ambient): (url::Url, _) = (root.parse().unwrap(), Ambient::system(Timestamp::now));
    let session = Session::new(AuthConfig {
        authority: root.clone(),
        tenant: String::new(),
        client_id: String::new(),
        graph_root: root.clone(),
        credential: Credential::Token(token),
        cache: None,
        network: Network::default(),
        ambient,
    });
    Client::new(ClientConfig::new(root, ambient), Arc::new(session.unwrap())).unwrap()
}

/// Writes JSON as inputs of `target`.
fn seed(target: &str, values: impl IntoIterator<Item = Value>) -> io::Result<()> {
    let written: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
    texts(target, &written.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Writes texts as inputs of `target`.
fn texts(target: &str, inputs: &[&str]) -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    fs::create_dir_all(&folder)?;
    for (number, input) in inputs.iter().enumerate() {
        fs::write(folder.join(format!("seed-{number}")), input)?;
    }
    Ok(())
}
