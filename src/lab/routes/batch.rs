//! `$batch`: up to twenty requests in one, each of which goes the way of a request by itself.
//! <https://learn.microsoft.com/graph/json-batching>

use super::super::call::{Call, pairs};
use super::super::faults::layer;
use super::super::reply::{Problem, Reply};
use super::super::router::{Asked, Pending};
use super::super::state::State;
use axum::body::{Bytes, to_bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::response::Response;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::task::JoinSet;

/// The most requests in a batch.
const ITEMS_MAX: usize = 20;

/// Headers that an item's answer shows, as they are written there.
const SHOWN: [(&str, &str); 7] = [
    ("cache-control", "Cache-Control"),
    ("x-ms-resource-unit", "x-ms-resource-unit"),
    ("odata-version", "OData-Version"),
    ("preference-applied", "Preference-Applied"),
    ("retry-after", "Retry-After"),
    ("www-authenticate", "WWW-Authenticate"),
    ("content-type", "Content-Type"),
];

/// An item of a batch.
struct Item {
    /// As it was sent.
    id: String,
    /// In lower case: ids are told apart without regard to case.
    key: String,
    asked: Result<Asked, Problem>,
    depends_on: Vec<String>,
}

/// `POST $batch`.
pub fn answer(state: Arc<State>, call: Call) -> Pending {
    Box::pin(async move {
        let mut waiting = read(&call, &state.base_url)?;
        let mut answers = Vec::new();
        let mut status_of: BTreeMap<String, u16> = BTreeMap::new();
        while !waiting.is_empty() {
            let (ready, rest): (Vec<Item>, Vec<Item>) =
                waiting.into_iter().partition(|item| item.depends_on.iter().all(|id| status_of.contains_key(id)));
            if ready.is_empty() {
                return Err(malformed());
            }
            waiting = rest;
            for (key, answer) in wave(&state, ready, &status_of).await {
                status_of.insert(key, answer.get("status").and_then(Value::as_u64).unwrap_or(500) as u16);
                answers.push(answer);
            }
        }
        // The order of the answers is not promised: the lab's is the reverse, so that nobody relies on it.
        answers.reverse();
        Ok(Reply::Json(json!({ "responses": answers })))
    })
}

/// Answers items that wait for nothing any more, side by side, by key in the order of the batch.
async fn wave(state: &Arc<State>, items: Vec<Item>, status_of: &BTreeMap<String, u16>) -> Vec<(String, Value)> {
    let mut answers: Vec<(String, Option<Value>)> = Vec::with_capacity(items.len());
    let mut running = JoinSet::new();
    for (place, item) in items.into_iter().enumerate() {
        let failed = item.depends_on.iter().any(|id| status_of.get(id).is_none_or(|status| *status >= 400));
        let Item { id, key, .. } = item;
        let refused = match item.asked {
            Ok(asked) if !failed => {
                let (state, id) = (Arc::clone(state), id.clone());
                running.spawn(async move { (place, shown(&id, layer::item(state, asked).await).await) });
                None
            }
            Ok(_) => {
                let message = "The request failed because one of the requests it depends on failed.";
                Some(refusal(&id, &Problem::new(424, "FailedDependency", message)))
            }
            Err(problem) => Some(refusal(&id, &problem)),
        };
        answers.push((key, refused));
    }
    while let Some(done) = running.join_next().await {
        if let Ok((place, answer)) = done
            && let Some(slot) = answers.get_mut(place)
        {
            slot.1 = Some(answer);
        }
    }
    let lost = |key: &str| refusal(key, &Problem::new(500, "UnknownError", ""));
    answers.into_iter().map(|(key, answer)| (key.clone(), answer.unwrap_or_else(|| lost(&key)))).collect()
}

/// The answer of an item as the batch shows it: a body that is not JSON as text.
async fn shown(id: &str, response: Response) -> Value {
    let (head, body) = response.into_parts();
    let headers: Map<String, Value> = SHOWN
        .iter()
        .filter_map(|(name, written)| {
            let value = head.headers.get(*name)?.to_str().ok()?;
            Some(((*written).to_owned(), value.into()))
        })
        .collect();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let mut answer = json!({ "id": id, "status": head.status.as_u16(), "headers": headers });
    if !body.is_empty() {
        answer["body"] =
            serde_json::from_slice(&body).unwrap_or_else(|_| String::from_utf8_lossy(&body).into_owned().into());
    }
    answer
}

fn refusal(id: &str, problem: &Problem) -> Value {
    json!({
        "id": id,
        "status": problem.status,
        "headers": { "Cache-Control": "no-cache", "Content-Type": "application/json" },
        "body": { "error": { "code": problem.code, "message": problem.message } },
    })
}

/// The items of a batch.
fn read(call: &Call, base_url: &str) -> Result<Vec<Item>, Problem> {
    let body = call.json().ok_or_else(malformed)?;
    let requests = body.get("requests").and_then(Value::as_array).filter(|all| !all.is_empty());
    let requests = requests.ok_or_else(malformed)?;
    if requests.len() > ITEMS_MAX {
        let message = format!("Number of batch request steps exceeds the maximum value of {ITEMS_MAX}.");
        return Err(Problem::new(400, "MaximumValueExceeded", message));
    }
    let mut ids = BTreeSet::new();
    let items: Vec<Item> =
        requests.iter().map(|request| item(request, call, base_url)).collect::<Option<_>>().ok_or_else(malformed)?;
    if !items.iter().all(|item| ids.insert(item.key.clone())) {
        return Err(Problem::new(400, "BadRequest", "Request Id must be unique in a batch."));
    }
    if items.iter().flat_map(|item| &item.depends_on).any(|id| !ids.contains(id)) {
        return Err(malformed());
    }
    Ok(items)
}

fn malformed() -> Problem {
    Problem::new(400, "BadRequest", "Invalid batch payload format.")
}

/// One item; `None` where it lacks what every item must have. Addresses are documented to be relative; Microsoft's
/// client for Python sends absolute ones of the same version, which are taken too.
fn item(request: &Value, call: &Call, base_url: &str) -> Option<Item> {
    let text = |name: &str| request.get(name).and_then(Value::as_str);
    let id = text("id")?.to_owned();
    let method = Method::from_bytes(text("method")?.to_ascii_uppercase().as_bytes()).ok()?;
    let url = text("url")?;
    let own = url.strip_prefix(base_url).and_then(|rest| rest.strip_prefix("/v1.0"));
    let url = own.filter(|rest| rest.starts_with('/')).unwrap_or(url);
    let depends_on = match request.get("dependsOn") {
        None | Some(Value::Null) => Vec::new(),
        Some(ids) => ids.as_array()?.iter().map(|id| Some(id.as_str()?.to_lowercase())).collect::<Option<_>>()?,
    };
    let headers = headers(request.get("headers"), call)?;
    let body = request.get("body").filter(|body| !body.is_null());
    let asked = if body.is_some() && !headers.contains_key("content-type") {
        Err(Problem::new(400, "BadRequest", "A request with a body must have a Content-Type header."))
    } else if url.contains("://") || is_batch(url) {
        Err(Problem::new(400, "BadRequest", "The url of a request in a batch must be relative, and not a batch's."))
    } else {
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let path = format!("/{}", path.trim_start_matches('/'));
        let body = body.map_or_else(Bytes::new, |body| body.to_string().into());
        Ok(Asked { method, path, query: pairs(query), headers, body: Some(body) })
    };
    Some(Item { key: id.to_lowercase(), id, asked, depends_on })
}

fn is_batch(url: &str) -> bool {
    let path = url.split('?').next().unwrap_or(url);
    path.trim_matches('/').eq_ignore_ascii_case("$batch")
}

/// An item's own headers, with the batch's token where it brings none.
fn headers(own: Option<&Value>, call: &Call) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    for name in ["authorization", "client-request-id"] {
        if let Some(value) = call.headers.get(name) {
            headers.insert(name, value.clone());
        }
    }
    for (name, value) in own.and_then(Value::as_object).into_iter().flatten() {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        headers.insert(name, HeaderValue::from_str(value.as_str()?).ok()?);
    }
    Some(headers)
}
