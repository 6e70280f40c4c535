//! Whatever stands in a record that nobody here understands, an act on it changes what it says and nothing else.

use crate::support::{Server, client_of, read_request, session, token};
use crate::{plan_for, wire_incident};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use watchfloor::model::{Classification, Determination, Severity};
use watchfloor::runtime::Services;
use watchfloor::triage::Act;
use watchfloor::triage::plan::{Finding, Status, Text};

/// A Graph with one incident, which a PATCH changes as Graph does: property by property.
struct Graph {
    incident: Arc<Mutex<Value>>,
    patches: Arc<Mutex<Vec<Value>>>,
    services: Services,
}

impl Graph {
    async fn with(incident: Value) -> Self {
        let (incident, patches) = (Arc::new(Mutex::new(incident)), Arc::new(Mutex::new(Vec::new())));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let root = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let (held, log) = (Arc::clone(&incident), Arc::clone(&patches));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let Some(asked) = read_request(&mut stream).await else { continue };
                let body: Value = serde_json::from_str(&asked.body).unwrap_or_default();
                let answer = change(&mut held.lock().unwrap(), &asked.line, &body).to_string();
                if asked.line.starts_with("PATCH") {
                    log.lock().unwrap().push(body);
                }
                let head = format!("HTTP/1.1 200 x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", answer.len());
                stream.write_all((head + &answer).as_bytes()).await.unwrap();
            }
        });
        let elsewhere = Server::start([]).await;
        let client = client_of(root, session(&elsewhere, token("given")));
        Self { incident, patches, services: Services::new(client, || Duration::ZERO) }
    }
}

/// Does what was asked; the answer.
fn change(incident: &mut Value, line: &str, body: &Value) -> Value {
    if line.starts_with("POST") {
        incident["comments"].as_array_mut().unwrap().push(body.clone());
        return json!({"value": incident["comments"]});
    }
    for (name, value) in body.as_object().into_iter().flatten() {
        incident[name] = value.clone();
    }
    incident.clone()
}

/// Each act, and the properties it may name.
fn acts() -> Vec<(Act, &'static [&'static str])> {
    let found =
        Finding { classification: Classification::TruePositive, determination: Determination::MaliciousUserActivity };
    vec![
        (Act::Assign(Some("mara@fabrikam.example".to_owned())), &["assignedTo"]),
        (Act::SetStatus(Status::InProgress), &["status"]),
        (Act::SetSeverity(Severity::High), &["severity"]),
        (Act::Tag { add: vec!["usb".to_owned()], remove: vec!["leaver".to_owned()] }, &["customTags"]),
        (Act::Write(Text::Summary, "copied to a stick".to_owned()), &["summary"]),
        (Act::Classify(found.clone()), &["classification", "determination"]),
        (Act::Resolve(found), &["status", "classification", "determination"]),
        (Act::Comment("seen".to_owned()), &["comments"]),
    ]
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(null)),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        Just(json!({"@odata.type": "#microsoft.graph.security.thingOfNextYear", "parts": [1, {"deep": null}]})),
        Just(json!(["memberOfNextYear", 7])),
    ]
}

/// A tag as anyone may have written it.
fn any_tag() -> impl Strategy<Value = Value> {
    prop_oneof!["[a-z]{0,6}", "\\PC{1,8}", Just("leaver".to_owned()), Just("a\u{202e}b\u{7}".to_owned())]
        .prop_map(Value::from)
}

/// Changes to the incident: members and properties of next year, tags of every kind, some of them no text.
fn any_changes() -> impl Strategy<Value = Value> {
    let member = prop_oneof![Just(json!("memberOfNextYear")), Just(json!("unknownFutureValue")), Just(json!(null))];
    let enums = prop::collection::vec(
        (prop::sample::select(vec!["severity", "classification", "determination"]), member),
        0..3,
    );
    let unknown = prop::collection::vec(("next[A-Z][a-z]{1,6}", any_value()), 0..4);
    let tags = prop::collection::vec(prop_oneof![9 => any_tag(), 1 => any_value()], 0..5);
    (enums, unknown, tags).prop_map(|(enums, unknown, tags)| {
        let mut changes = json!({"customTags": tags, "summary": "", "description": "first", "displayName": "x"});
        for (name, value) in enums {
            changes[name] = value;
        }
        for (name, value) in unknown {
            changes[name] = value;
        }
        changes
    })
}

/// Does `act` to an incident with `changes`; checks what the PATCH named, and what became of the incident.
async fn check(changes: &Value, act: &Act, may_name: &[&str]) -> Result<(), TestCaseError> {
    let before = wire_incident(changes);
    let graph = Graph::with(before.clone()).await;
    let read = graph.services.incident("29").await.unwrap();
    let plan = plan_for(&read, act);
    if plan.stops.is_empty() {
        graph.services.apply(&plan).await;
    }
    let after = graph.incident.lock().unwrap().clone();
    for patch in graph.patches.lock().unwrap().iter() {
        for name in patch.as_object().unwrap().keys() {
            prop_assert!(may_name.contains(&&**name), "{:?} names {}", act, name);
        }
    }
    for (name, value) in before.as_object().unwrap() {
        prop_assert!(after[name] == *value || may_name.contains(&&**name), "{:?} changed {}", act, name);
    }
    let is_gone = |tag: &Value| tag.as_str().is_some_and(|tag| tag.eq_ignore_ascii_case("leaver"));
    let stays: Vec<&Value> = before["customTags"].as_array().unwrap().iter().filter(|tag| !is_gone(tag)).collect();
    let kept: Vec<&Value> = after["customTags"].as_array().unwrap().iter().collect();
    prop_assert!(kept.starts_with(&stays) || after["customTags"] == before["customTags"], "{:?} lost tags", act);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn an_act_changes_what_it_says_and_keeps_what_nobody_understands(changes in any_changes()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        for (act, may_name) in acts() {
            runtime.block_on(check(&changes, &act, may_name))?;
        }
    }
}

#[tokio::test]
async fn tags_that_cannot_be_read_are_not_written_over() {
    let act = Act::Tag { add: vec!["usb".to_owned()], remove: Vec::new() };
    for tags in [json!(["leaver", {"tag": "of next year"}]), json!({"value": ["leaver"]})] {
        let graph = Graph::with(wire_incident(&json!({"customTags": tags}))).await;
        let plan = plan_for(&graph.services.incident("29").await.unwrap(), &act);
        assert_eq!(plan.stops.len(), 1, "{plan:?}");
        assert!(plan.stops[0].why.contains("tags that watchfloor cannot read"), "{plan:?}");
    }
    let graph = Graph::with(wire_incident(&json!({"customTags": ["leaver"]}))).await;
    let plan = plan_for(&graph.services.incident("29").await.unwrap(), &act);
    graph.services.apply(&plan).await;
    assert_eq!(*graph.patches.lock().unwrap(), [json!({"customTags": ["leaver", "usb"]})]);
}
