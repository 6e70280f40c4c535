//! Reading what the service answered: a resource, or why there is none.

use super::auth::challenge;
use super::endpoint::Call;
use super::error::{Error, Refusal};
use super::retry::{self, Failure};
use crate::base::time::TICKS_PER_SECOND;
use crate::base::{Secret, TimeSpan, Timestamp, Untrusted};
use crate::model::json::Fields;
use crate::model::{FromJson, Node, Pool, Shape};

/// How much of an answer that is no JSON is kept.
const BODY_CHARS_KEPT: usize = 200;

/// Why one try failed: what the retry decision looks at, and what is told if it was the last.
#[derive(Clone, Debug)]
pub struct Failed {
    /// For the decision.
    pub failure: Failure,
    /// To tell.
    pub error: Error,
    /// What a fresh token must satisfy, where the service said so.
    pub claims: Option<Box<str>>,
}

/// What a refusal is read against.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    /// The call.
    pub call: &'static Call,
    /// The token it went with.
    pub token: &'a Secret,
    /// Its `client-request-id`.
    pub id: &'a str,
    /// Now.
    pub now: Timestamp,
}

/// The resource in the body of a good answer to the call that went under `id`.
///
/// # Errors
/// [`Error::Shape`] where it is not what the API documents.
pub fn read<T: FromJson>(call: &'static Call, body: &[u8], id: &str, pool: &Pool) -> Result<T, Error> {
    understood(T::from_body(body, pool), call, || beginning(body), id)
}

/// What was `read` of an answer to the call that went under `id`; it began with `start`.
///
/// # Errors
/// As [`read`].
pub fn understood<T>(
    read: serde_json::Result<Result<T, Shape>>,
    call: &'static Call,
    start: impl FnOnce() -> Untrusted,
    id: &str,
) -> Result<T, Error> {
    let problem = match read {
        Ok(Ok(output)) => return Ok(output),
        Ok(Err(problem)) => problem,
        Err(_) => Shape::new("answer", format!("no JSON: {}", start().line())),
    };
    Err(Error::Shape { call, problem, client_request_id: id.to_owned() })
}

/// What an answer with an error `status` says, with `header` giving its headers by name. Any body will do: Graph's own, an
/// empty one, or a page of whatever stands on the way.
pub fn refused<'h>(status: u16, header: &dyn Fn(&str) -> Option<&'h str>, body: &[u8], sent: Sent<'_>) -> Failed {
    let retry_after = header("retry-after").and_then(|text| retry::retry_after(text, sent.now));
    let error = Node::parse(body).ok().and_then(|mut body| body.take("error"));
    let is_graph = error.is_some() || body.is_empty();
    let mut fields = Fields::or_empty(error.unwrap_or_default());
    // A server that echoes what it was sent must not carry the token into a message: not a part of it either, so it is
    // struck out before the text is cut.
    let without_token = |text: &str| Untrusted::from(text.replace(sent.token.reveal(), "***"));
    let message = if is_graph {
        without_token(fields.text_or_empty("message").raw())
    } else {
        start(without_token(&String::from_utf8_lossy(body)).raw())
    };
    let mut in_body = |name| fields.nested(name, |inner| inner.text("request-id"));
    let request_id = in_body("innerError").or_else(|| in_body("innererror"));
    let refusal = Refusal {
        call: sent.call,
        status,
        code: without_token(fields.text_or_empty("code").raw()),
        message,
        is_graph,
        request_id: request_id.or_else(|| header("request-id").map(Untrusted::from)).map(|id| without_token(id.raw())),
        client_request_id: sent.id.to_owned(),
        until: retry_after.map(|after| sent.now + TimeSpan((after.as_secs_f64() * TICKS_PER_SECOND as f64) as i64)),
    };
    let claims = header("www-authenticate").filter(|_| status == 401).and_then(challenge::claims).map(Into::into);
    Failed { failure: Failure::Answered { status, retry_after }, error: Error::Refused(Box::new(refusal)), claims }
}

/// The same, of bytes.
pub fn beginning(body: &[u8]) -> Untrusted {
    let most = body.len().min(BODY_CHARS_KEPT * char::MAX.len_utf8());
    start(&String::from_utf8_lossy(body.get(..most).unwrap_or(body)))
}

/// The first characters of a body that should have been JSON.
fn start(body: &str) -> Untrusted {
    body.chars().take(BODY_CHARS_KEPT).collect::<String>().into()
}
