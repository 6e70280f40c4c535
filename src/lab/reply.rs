//! Answers and errors in Graph's envelope.

use crate::base::Timestamp;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

/// The content type of Graph's JSON answers.
const GRAPH_JSON: &str =
    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";

/// How a query option's refusal begins.
const QUERY_START: &str = "The query specified in the URI is not valid. ";
/// Where Graph says it answered; the place and the machine are invented.
const DIAGNOSTIC: &str =
    r#"{"ServerInfo":{"DataCenter":"Loopback","Slice":"E","Ring":"0","ScaleUnit":"000","RoleInstance":"LAB000000"}}"#;

/// What a handler answers when all is well.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// 200 with a JSON body.
    Json(Value),
    /// 200 with a JSON body that is already text: large hunting results.
    Text(Vec<u8>),
    /// 200 with a number as plain text: `/$count`.
    Count(usize),
    /// 204.
    Nothing,
}

/// An error as Graph words it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// HTTP status.
    pub status: u16,
    /// `error.code`; Graph leaves it empty where a query option is refused.
    pub code: &'static str,
    /// `error.message`.
    pub message: String,
    /// Whether an empty `error.details` list is sent, as the validator of query options does.
    pub details: bool,
    /// The `WWW-Authenticate` header of a 401.
    pub challenge: Option<String>,
}

impl Problem {
    /// An error of `status` with `code` and `message`.
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), details: false, challenge: None }
    }

    /// A query option that cannot be honoured: 400 with an empty code, as live tenants answer.
    pub fn query(message: impl AsRef<str>) -> Self {
        let message = format!("{QUERY_START}{}", message.as_ref());
        Self { details: true, ..Self::new(400, "", message) }
    }

    /// The same refusal by Graph's own readers of queries, which begin differently.
    #[must_use]
    pub fn by_reader(self, reader: &str) -> Self {
        let said = self.message.strip_prefix(QUERY_START).unwrap_or(&self.message);
        Self::new(400, "BadRequest", format!("{reader}{said}"))
    }

    /// A body of PATCH or POST that cannot be taken.
    pub fn body() -> Self {
        Self::new(400, "InvalidRequestBody", "Request body is incorrect")
    }

    /// A query that the directory does not answer.
    pub fn unsupported(message: impl Into<String>) -> Self {
        Self::new(400, "Request_UnsupportedQuery", message)
    }

    /// A request that lacks a permission of the directory.
    pub fn denied() -> Self {
        Self::new(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
    }

    /// An unknown incident or alert. Graph's own body for it is not documented; this one is invented.
    pub fn not_found(what: &str, id: &str) -> Self {
        Self::new(404, "NotFound", format!("{what} '{id}' was not found."))
    }

    /// An unknown directory object.
    pub fn no_such_resource(id: &str) -> Self {
        let message =
            format!("Resource '{id}' does not exist or one of its queried reference-property objects are not present.");
        Self::new(404, "Request_ResourceNotFound", message)
    }
}

/// Ids and time of one exchange, for headers and error bodies.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Minted for this answer.
    pub request_id: String,
    /// The client's, or the minted one where it sent none.
    pub client_request_id: String,
    /// The lab's time.
    pub now: Timestamp,
}

/// The HTTP answer for `outcome`.
pub fn respond(outcome: Result<Reply, Problem>, exchange: &Exchange) -> Response {
    let mut response = match outcome {
        Ok(Reply::Json(body)) => graph_json(StatusCode::OK, body.to_string().into_bytes()),
        Ok(Reply::Text(body)) => graph_json(StatusCode::OK, body),
        Ok(Reply::Count(count)) => {
            let mut response = with_type(StatusCode::OK, "text/plain", count.to_string().into_bytes());
            response.headers_mut().insert("odata-version", HeaderValue::from_static("4.0"));
            response
        }
        Ok(Reply::Nothing) => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NO_CONTENT;
            response
        }
        Err(problem) => refuse(&problem, exchange),
    };
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set("request-id", &exchange.request_id);
    set("client-request-id", &exchange.client_request_id);
    set("date", &http_date(exchange.now));
    set("cache-control", "no-cache");
    set("x-ms-ags-diagnostic", DIAGNOSTIC);
    response
}

/// An answer outside Graph's envelope: sign-in and lab controls.
pub fn plain_json(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    with_type(status, "application/json; charset=utf-8", body.to_string().into_bytes())
}

/// A page for a browser.
pub fn page(status: u16, html: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    with_type(status, "text/html; charset=utf-8", html.into_bytes())
}

fn graph_json(status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = with_type(status, GRAPH_JSON, body);
    response.headers_mut().insert("odata-version", HeaderValue::from_static("4.0"));
    response
}

fn with_type(status: StatusCode, content_type: &'static str, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// The body of the answer for `problem`.
pub fn error_text(problem: &Problem, exchange: &Exchange) -> Vec<u8> {
    let mut error = json!({ "code": problem.code, "message": problem.message });
    if let Some(error) = error.as_object_mut() {
        if problem.details {
            error.insert("details".to_owned(), json!([]));
        }
        error.insert("innerError".to_owned(), inner(exchange));
    }
    json!({ "error": error }).to_string().into_bytes()
}

fn refuse(problem: &Problem, exchange: &Exchange) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = with_type(status, "application/json", error_text(problem, exchange));
    if let Some(challenge) = problem.challenge.as_deref().and_then(|text| HeaderValue::from_str(text).ok()) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// `innerError`; its date carries no zone.
fn inner(exchange: &Exchange) -> Value {
    let date = exchange.now.to_seconds_text().replace(' ', "T");
    json!({
        "date": date,
        "request-id": exchange.request_id,
        "client-request-id": exchange.client_request_id,
    })
}

/// `Mon, 23 Nov 2026 14:00:00 GMT` (RFC 9110).
pub fn http_date(at: Timestamp) -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let civil = at.civil();
    let day = DAYS.get(civil.weekday().to_monday_zero_offset() as usize).unwrap_or(&"Mon");
    let month = MONTHS.get(civil.month() as usize - 1).unwrap_or(&"Jan");
    let (hour, minute, second) = (civil.hour(), civil.minute(), civil.second());
    format!("{day}, {:02} {month} {:04} {hour:02}:{minute:02}:{second:02} GMT", civil.day(), civil.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_headers_are_http_dates() {
        let at: Timestamp = "2026-11-23T04:05:06.7Z".parse().unwrap();
        assert_eq!(http_date(at), "Mon, 23 Nov 2026 04:05:06 GMT");
    }
}
