//! Where faults strike: between the socket and the router.

use super::table::Way;
use super::{Hit, Struck};
use crate::lab::reply::plain_json;
use crate::lab::router::{Asked, BODY_BYTES_MAX, graph};
use crate::lab::socket::Wire;
use crate::lab::state::State;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// The largest answer that is edited; a larger one goes out as it is.
const ANSWER_BYTES_MAX: usize = 256 << 20;

/// Answers `request` by `next`, struck by the faults in force.
pub async fn through<F>(state: Arc<State>, request: Request, next: impl Fn(Arc<State>, Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    let path = request.uri().path();
    let hits = if is_control(path) { Vec::new() } else { state.faults.hits(path) };
    if hits.is_empty() {
        return next(state, request).await;
    }
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_BYTES_MAX).await else {
        return plain_json(413, &json!({ "error": "the body is too large" }));
    };
    let wire = head.extensions.get::<ConnectInfo<Wire>>().map(|info| info.0.clone()).unwrap_or_default();
    let (method, path, headers) = (head.method.clone(), head.uri.path().to_owned(), head.headers.clone());
    let struck = Struck { method: &method, path: &path, headers: &headers, body: &body, wire };
    let request = Request::from_parts(head, Body::from(body.clone()));
    strike(&state, &struck, hits, || next(Arc::clone(&state), request)).await
}

/// Answers `asked`, an item of a batch, struck by the faults in force as if it came by itself.
pub async fn item(state: Arc<State>, asked: Asked) -> Response {
    let path = format!("/v1.0{}", asked.path);
    let hits = state.faults.hits(&path);
    if hits.is_empty() {
        return graph(state, asked).await;
    }
    let (method, headers, body) = (asked.method.clone(), asked.headers.clone(), asked.body.clone().unwrap_or_default());
    let struck = Struck { method: &method, path: &path, headers: &headers, body: &body, wire: Wire::default() };
    strike(&state, &struck, hits, || graph(Arc::clone(&state), asked)).await
}

/// Lets `hits` strike a request that `next` would answer.
async fn strike<F>(state: &State, struck: &Struck<'_>, hits: Vec<Hit>, next: impl FnOnce() -> F) -> Response
where
    F: Future<Output = Response>,
{
    let (early, late): (Vec<Hit>, Vec<Hit>) =
        hits.into_iter().partition(|hit| matches!(hit.fault.way, Way::Wait(_) | Way::Answer(_) | Way::AnswerIf(_)));
    let (wait, answer) = before(state, struck, early);
    if !wait.is_zero() {
        tokio::time::sleep(wait).await;
    }
    let answer = match answer {
        Some(answer) => answer,
        None => next().await,
    };
    after(state, struck, late, answer).await
}

fn is_control(path: &str) -> bool {
    path == "/lab" || path.starts_with("/lab/")
}

/// How long the request waits, and the first answer that a fault gives instead of the lab.
fn before(state: &State, struck: &Struck<'_>, hits: Vec<Hit>) -> (Duration, Option<Response>) {
    let (mut wait, mut answer) = (Duration::ZERO, None);
    for mut hit in hits {
        match hit.fault.way {
            Way::Wait(length) => wait += length(&mut hit),
            Way::Answer(give) if answer.is_none() => answer = Some(give(state, struck, &mut hit)),
            Way::AnswerIf(give) if answer.is_none() => {
                answer = give(state, struck, &mut hit);
                if answer.is_none() {
                    state.faults.spare(&hit);
                }
            }
            _ => state.faults.spare(&hit),
        }
    }
    (wait, answer)
}

/// The answer as the remaining faults leave it.
async fn after(state: &State, struck: &Struck<'_>, hits: Vec<Hit>, answer: Response) -> Response {
    if hits.is_empty() {
        return answer;
    }
    let (mut head, body) = answer.into_parts();
    let Ok(body) = to_bytes(body, ANSWER_BYTES_MAX).await else {
        return Response::from_parts(head, Body::empty());
    };
    let mut body = body.to_vec();
    let mut sender: Option<Hit> = None;
    for mut hit in hits {
        match hit.fault.way {
            Way::Edit(edit) => body = edit(state, struck, &mut hit, &mut head, body),
            _ => sender = Some(hit),
        }
    }
    let body = match sender {
        Some(hit) => match hit.fault.way {
            Way::Deliver(deliver) => deliver(&hit, body),
            _ => Body::from(body),
        },
        None => Body::from(body),
    };
    Response::from_parts(head, body)
}
