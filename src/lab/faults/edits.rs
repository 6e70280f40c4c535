//! Faults in what an answer says.

use super::{Hit, Struck};
use crate::base::TimeSpan;
use crate::lab::reply::{self, Problem, respond};
use crate::lab::router;
use crate::lab::state::State;
use axum::http::response::Parts;
use axum::http::{HeaderValue, header};
use serde_json::{Map, Value, json};

/// Half of the body, properly ended.
pub(super) fn truncated(_: &State, _: &Struck<'_>, _: &mut Hit, _: &mut Parts, mut body: Vec<u8>) -> Vec<u8> {
    body.truncate(body.len() / 2);
    body
}

/// The first rows of a hunting answer, without a word about the others.
pub(super) fn row_cap(_: &State, _: &Struck<'_>, hit: &mut Hit, _: &mut Parts, body: Vec<u8>) -> Vec<u8> {
    let cap = usize::try_from(hit.number()).unwrap_or(usize::MAX);
    edit(body, |answer| {
        if let Some(rows) = answer.get_mut("results").and_then(Value::as_array_mut) {
            rows.truncate(cap);
        }
    })
}

/// A refusal in place of a hunting answer that is too large.
pub(super) fn size_cap(state: &State, struck: &Struck<'_>, hit: &mut Hit, head: &mut Parts, body: Vec<u8>) -> Vec<u8> {
    if !head.status.is_success() || body.len() as i64 <= hit.number() {
        return body;
    }
    let message = "Result size limit exceeded. Use the summarize operator to aggregate results or the project \
                   operator to drop columns.";
    let exchange = router::exchange(state, struck.headers);
    let (refusal, _) = respond(Err(Problem::new(400, "BadRequest", message)), &exchange).into_parts();
    *head = refusal;
    reply::error_text(&Problem::new(400, "BadRequest", message), &exchange)
}

/// `Date` and the times of a token that is being issued, off by so many seconds.
pub(super) fn clock_skew(state: &State, _: &Struck<'_>, hit: &mut Hit, head: &mut Parts, body: Vec<u8>) -> Vec<u8> {
    let skew = hit.number();
    let date = reply::http_date(state.clock.now() + TimeSpan::seconds(skew));
    if let Ok(date) = HeaderValue::from_str(&date) {
        head.headers.insert(header::DATE, date);
    }
    let is_token = body.windows(15).any(|window| window == b"\"access_token\":");
    if !is_token {
        return body;
    }
    edit(body, |answer| {
        let skewed = answer.get("access_token").and_then(Value::as_str);
        if let Some(skewed) = skewed.and_then(|token| state.identity.skew(token, skew)) {
            answer["access_token"] = skewed.into();
        }
    })
}

/// Members that no client knows, by the enum property that gets them. All invented.
const MEMBERS: &[(&str, &str)] = &[
    ("classification", "plausiblePositive"),
    ("detectionSource", "microsoftDefenderForTomorrow"),
    ("determination", "curiousColleague"),
    ("investigationState", "contemplating"),
    ("remediationStatus", "quarantinedAbroad"),
    ("riskDetail", "adminShrugged"),
    ("riskLevel", "extreme"),
    ("riskState", "underObservation"),
    ("serviceSource", "microsoftDefenderForTomorrow"),
    ("severity", "critical"),
    ("status", "escalated"),
    ("verdict", "ambiguous"),
];

/// Every other enum value becomes one that no client knows.
pub(super) fn unknown_enum(_: &State, _: &Struck<'_>, hit: &mut Hit, _: &mut Parts, body: Vec<u8>) -> Vec<u8> {
    edit(body, |answer| {
        each_object(answer, &mut |object| {
            for (name, member) in MEMBERS {
                if let Some(Value::String(text)) = object.get_mut(*name)
                    && hit.random.chance(50)
                {
                    (*member).clone_into(text);
                }
            }
        });
    })
}

/// Properties that no client knows on every entity, and a piece of evidence of a type that no client knows beside what
/// evidence there is. All invented.
pub(super) fn unknown_type(_: &State, _: &Struck<'_>, _: &mut Hit, _: &mut Parts, body: Vec<u8>) -> Vec<u8> {
    edit(body, |answer| {
        each_object(answer, &mut |object| {
            if object.contains_key("id") {
                object.insert("confidenceScore".to_owned(), json!(0.5));
                object.insert(
                    "lineage".to_owned(),
                    json!({ "@odata.type": "#microsoft.graph.security.lineage", "steps": [1, null, { "deep": [] }] }),
                );
            }
            if let Some(evidence) = object.get_mut("evidence").and_then(Value::as_array_mut) {
                evidence.insert(0, unknown_evidence());
            }
        });
    })
}

fn unknown_evidence() -> Value {
    json!({
        "@odata.type": "#microsoft.graph.security.thoughtEvidence",
        "createdDateTime": "2026-01-01T00:00:00Z",
        "verdict": "suspicious",
        "remediationStatus": "none",
        "remediationStatusDetails": null,
        "roles": ["contextual"],
        "detailedRoles": [],
        "tags": [],
        "thought": { "text": "leave", "weight": 0.9, "related": ["a", "b"] },
    })
}

/// `body` with `change` made to it; as it was where it is no JSON.
pub(super) fn edit(body: Vec<u8>, change: impl FnOnce(&mut Value)) -> Vec<u8> {
    match serde_json::from_slice::<Value>(&body) {
        Ok(mut answer) => {
            change(&mut answer);
            answer.to_string().into_bytes()
        }
        Err(_) => body,
    }
}

/// Shows `visit` every object in `value`, outer ones first.
pub(super) fn each_object(value: &mut Value, visit: &mut dyn FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            visit(object);
            object.values_mut().for_each(|value| each_object(value, visit));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| each_object(item, visit)),
        _ => {}
    }
}
