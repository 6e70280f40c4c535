//! The one place that builds a request, sends it, and reads the answer.

use super::auth::{Token, challenge};
use super::endpoint::{Call, Endpoint, Method, Timeouts};
use super::error::{Error, Kind, Refusal};
use super::rates::Rates;
use super::retry::{self, Failure, Policy, Spent};
use super::{Ambient, Cloud, Network, Page, Session, http};
use crate::base::time::TICKS_PER_SECOND;
use crate::base::{TimeSpan, Timestamp, Untrusted};
use crate::model::json::Fields;
use crate::model::{FromJson, Shape};
use futures_util::Stream;
use reqwest::header::{HeaderMap, RETRY_AFTER, WWW_AUTHENTICATE};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use url::Url;

/// Pages of one list that are followed unless told otherwise: 10,000 incidents or 20,000 alerts.
const PAGES_MAX: usize = 200;
/// What making a client counts as, in messages.
const CONNECT: Call = Call::read("connect to Graph", "");
/// How much of an answer that is no JSON is kept.
const BODY_CHARS_KEPT: usize = 200;

/// Where Graph is and how patient the client is.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// Graph's root without the version, e.g. `https://graph.microsoft.com`. Plain http on loopback only.
    pub graph_root: Url,
    /// When to try again.
    pub policy: Policy,
    /// How long to wait for an answer.
    pub timeouts: Timeouts,
    /// The most pages of one list.
    pub pages_max: usize,
    /// The way out of this machine.
    pub network: Network,
    /// Clock, dice and pause.
    pub ambient: Ambient,
}

impl ClientConfig {
    /// Graph at `graph_root` with the usual patience.
    pub fn new(graph_root: Url, ambient: Ambient) -> Self {
        Self {
            graph_root,
            policy: Policy::default(),
            timeouts: Timeouts::default(),
            pages_max: PAGES_MAX,
            network: Network::default(),
            ambient,
        }
    }
}

/// The client. Clones share connections and session.
#[derive(Clone, Debug)]
pub struct Client {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    http: reqwest::Client,
    config: ClientConfig,
    session: Arc<Session>,
    rates: Rates,
}

/// A call made ready to send, any number of times.
struct Request {
    call: &'static Call,
    url: Url,
    body: Option<Value>,
}

/// Why one try failed: what the retry decision looks at, and what is told if it was the last.
struct Failed {
    failure: Failure,
    error: Error,
    /// What a fresh token must satisfy, where the service said so.
    claims: Option<Box<str>>,
}

impl Client {
    /// A client of the Graph that `config` names, calling as `session`.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the address must not be given a token, its cloud lacks the security API, or this
    /// machine's certificates cannot be read.
    pub fn new(config: ClientConfig, session: Arc<Session>) -> Result<Self, Error> {
        let invalid = |problem| Error::Invalid { call: &CONNECT, problem };
        if let Some(problem) = http::unsafe_reason(&config.graph_root) {
            return Err(invalid(problem));
        }
        if let Some(cloud) = Cloud::of_graph_root(&config.graph_root).filter(|cloud| !cloud.has_security()) {
            return Err(invalid(format!("Graph has no incidents, alerts or hunting in the cloud {}", cloud.name())));
        }
        let http = http::client(&config.graph_root, &config.network).map_err(invalid)?;
        Ok(Self { inner: Arc::new(Inner { http, config, session, rates: Rates::default() }) })
    }

    /// Who calls.
    pub fn session(&self) -> &Arc<Session> {
        &self.inner.session
    }

    /// Makes the call `endpoint`.
    pub async fn send<E: Endpoint>(&self, endpoint: &E) -> Result<E::Output, Error> {
        Ok(self.fetch(&self.request(endpoint)?).await?.0)
    }

    /// Makes the call `endpoint`; with its output the size of the answer's body in bytes, decompressed.
    pub async fn send_measured<E: Endpoint>(&self, endpoint: &E) -> Result<(E::Output, usize), Error> {
        self.fetch(&self.request(endpoint)?).await
    }

    /// Makes the call `endpoint`; with its output the `client-request-id` by which the service's logs name the call.
    pub async fn send_named<E: Endpoint>(&self, endpoint: &E) -> Result<(E::Output, String), Error> {
        let id = self.inner.config.ambient.guid();
        let (output, _) = self.fetch_as(&self.request(endpoint)?, id.clone()).await?;
        Ok((output, id))
    }

    /// Makes the call `endpoint`; `None` where Graph knows no such thing.
    pub async fn find<E: Endpoint>(&self, endpoint: &E) -> Result<Option<E::Output>, Error> {
        match self.send(endpoint).await {
            Err(error) if error.kind() == Kind::NotFound => Ok(None),
            other => other.map(Some),
        }
    }

    /// The pages of a list, each fetched when it is asked for. After an error the stream ends. A list longer than the
    /// client's limit of pages ends with a page that says so in [`Page::cut`].
    pub fn pages<E, T>(&self, endpoint: &E) -> impl Stream<Item = Result<Page<T>, Error>> + Send + use<E, T>
    where
        E: Endpoint<Output = Page<T>>,
        T: FromJson + Send,
    {
        let walk = self.request(endpoint).map(|request| Walk {
            client: self.clone(),
            seen: BTreeSet::from([request.url.as_str().to_owned()]),
            next: Some(Ok(request)),
        });
        futures_util::stream::unfold(Some(walk), |walk| async {
            let mut walk = match walk? {
                Ok(walk) => walk,
                Err(error) => return Some((Err(error), None)),
            };
            match walk.page().await? {
                Ok(page) => Some((Ok(page), Some(Ok(walk)))),
                Err(error) => Some((Err(error), None)),
            }
        })
    }

    fn request<E: Endpoint>(&self, endpoint: &E) -> Result<Request, Error> {
        let call = &E::CALL;
        let mut segments = vec!["v1.0"];
        segments.extend(endpoint.path());
        let Some(mut url) = http::join(&self.inner.config.graph_root, &segments) else {
            return Err(Error::Invalid { call, problem: "an id is empty or no id".to_owned() });
        };
        let options = endpoint.query();
        if !options.is_empty() {
            url.set_query(Some(&query_text(&options)));
        }
        Ok(Request { call, url, body: endpoint.body() })
    }

    async fn fetch<T: FromJson>(&self, request: &Request) -> Result<(T, usize), Error> {
        self.fetch_as(request, self.inner.config.ambient.guid()).await
    }

    async fn fetch_as<T: FromJson>(&self, request: &Request, client_request_id: String) -> Result<(T, usize), Error> {
        let (value, bytes) = self.exchange(request, &client_request_id).await?;
        let read = T::from_json(value).map(|output| (output, bytes));
        read.map_err(|problem| Error::Shape { call: request.call, problem, client_request_id })
    }

    /// Sends `request` until it is answered (with the body's size), refused for good, or patience ends. A 401 is worth
    /// one fresh token, and a challenge to that one another.
    async fn exchange(&self, request: &Request, id: &str) -> Result<(Value, usize), Error> {
        let Inner { config, session, .. } = &*self.inner;
        let sign_in = |source| Error::SignIn { call: request.call, source };
        let mut token = session.token().await.map_err(sign_in)?;
        let mut tokens_replaced = 0;
        let mut spent = Spent::default();
        loop {
            self.wait_for_service(request.call, &mut spent).await?;
            spent.tries += 1;
            let failed = match self.try_once(request, &token, id).await {
                Ok(answer) => return Ok(answer),
                Err(failed) => failed,
            };
            spent.slow += u32::from(matches!(failed.failure, Failure::TimedOut | Failure::Silent));
            let tokens_max = 1 + u32::from(failed.claims.is_some());
            if failed.error.kind() == Kind::SignIn && tokens_replaced < tokens_max {
                tokens_replaced += 1;
                token = session.replace(&token, failed.claims.as_deref()).await.map_err(sign_in)?;
                continue;
            }
            if let Kind::Throttled { until: Some(until) } = failed.error.kind() {
                self.inner.rates.hold(request.call.service, until);
            }
            let random = (config.ambient.random)();
            let Some(pause) = retry::pause(&config.policy, request.call, failed.failure, spent, random) else {
                return Err(failed.error);
            };
            spent.pauses += pause;
            (config.ambient.sleep)(pause).await;
        }
    }

    /// Waits as long as the service of `call` last asked to be left alone.
    async fn wait_for_service(&self, call: &'static Call, spent: &mut Spent) -> Result<(), Error> {
        let Inner { config, rates, .. } = &*self.inner;
        while let Some((until, left)) = rates.held(call.service, (config.ambient.now)()) {
            let pause = left + retry::spread(&config.policy, (config.ambient.random)());
            if !retry::fits(&config.policy, pause, *spent) {
                return Err(Error::Held { call, until });
            }
            spent.pauses += pause;
            (config.ambient.sleep)(pause).await;
        }
        Ok(())
    }

    async fn try_once(&self, request: &Request, token: &Token, id: &str) -> Result<(Value, usize), Failed> {
        let call = request.call;
        let method = match call.method {
            Method::Get => reqwest::Method::GET,
            Method::Patch => reqwest::Method::PATCH,
            Method::Post => reqwest::Method::POST,
        };
        let mut builder = self
            .inner
            .http
            .request(method, request.url.clone())
            .timeout(self.inner.config.timeouts.of(call.pace))
            .bearer_auth(token.access().reveal())
            .header("client-request-id", id)
            .header("return-client-request-id", "true");
        if call.unknown_members {
            builder = builder.header("Prefer", "include-unknown-enum-members");
        }
        if let Some(body) = &request.body {
            builder = builder.json(body);
        }
        let mut answer = builder.send().await.map_err(|error| self.lost(call, id, error))?;
        let (status, headers) = (answer.status().as_u16(), std::mem::take(answer.headers_mut()));
        let body = self.read_body(answer, call, id).await?;
        if (200..300).contains(&status) {
            return read_success(call, &body, id).map(|value| (value, body.len()));
        }
        let now = (self.inner.config.ambient.now)();
        Err(refused(call, status, &headers, &body, Sent { token, id, now }))
    }

    async fn read_body(&self, mut answer: reqwest::Response, call: &'static Call, id: &str) -> Result<Vec<u8>, Failed> {
        let mut body = Vec::new();
        let silence = self.inner.config.timeouts.silence;
        loop {
            let Ok(chunk) = tokio::time::timeout(silence, answer.chunk()).await else {
                let reason = format!("the answer stopped half way, for {} s", silence.as_secs());
                let error = Error::Lost { call, reason, client_request_id: id.to_owned() };
                return Err(Failed { failure: Failure::Silent, error, claims: None });
            };
            let chunk = chunk.map_err(|error| self.lost(call, id, error))?;
            let Some(chunk) = chunk else { return Ok(body) };
            if body.len() + chunk.len() > http::BODY_BYTES_MAX {
                let problem = Shape::new("answer", format!("larger than {} MiB", http::BODY_BYTES_MAX >> 20));
                return Err(misshapen(call, problem, id));
            }
            body.extend_from_slice(&chunk);
        }
    }

    fn lost(&self, call: &'static Call, id: &str, error: reqwest::Error) -> Failed {
        if error.is_connect() {
            let host = http::origin(&self.inner.config.graph_root);
            let error = Error::Unreached { call, host, reason: http::reason(error) };
            return Failed { failure: Failure::Unreached, error, claims: None };
        }
        let failure = if error.is_timeout() { Failure::TimedOut } else { Failure::Lost };
        let reason = http::reason(error);
        Failed { failure, error: Error::Lost { call, reason, client_request_id: id.to_owned() }, claims: None }
    }
}

/// A walk along next links.
struct Walk {
    client: Client,
    seen: BTreeSet<String>,
    /// The next page, or why it cannot be asked for.
    next: Option<Result<Request, Error>>,
}

impl Walk {
    /// Fetches the next page; `None` after the last.
    async fn page<T: FromJson>(&mut self) -> Option<Result<Page<T>, Error>> {
        let request = match self.next.take()? {
            Ok(request) => request,
            Err(error) => return Some(Err(error)),
        };
        let mut page: Page<T> = match self.client.fetch(&request).await {
            Ok((page, _)) => page,
            Err(error) => return Some(Err(error)),
        };
        if let Some(link) = &page.next_link {
            if self.seen.len() >= self.client.inner.config.pages_max {
                page.cut = true;
            } else {
                self.next = Some(self.follow(request.call, link));
            }
        }
        Some(Ok(page))
    }

    fn follow(&mut self, call: &'static Call, link: &str) -> Result<Request, Error> {
        let config = &self.client.inner.config;
        let url = match next_url(&config.graph_root, link) {
            Ok(url) if !self.seen.insert(url.as_str().to_owned()) => {
                Err("the next page is one already read".to_owned())
            }
            other => other,
        };
        url.map(|url| Request { call, url, body: None }).map_err(|problem| Error::Shape {
            call,
            problem: Shape::new("list", problem),
            client_request_id: config.ambient.guid(),
        })
    }
}

/// The address of a next link: opaque, and followed only where the token may go, so that a forged answer cannot carry
/// it elsewhere.
fn next_url(graph_root: &Url, link: &str) -> Result<Url, String> {
    let url = Url::parse(link).map_err(|_| "the next page's link is no address".to_owned())?;
    let same = url.origin() == graph_root.origin() && url.username().is_empty() && url.password().is_none();
    if same { Ok(url) } else { Err(format!("the next page is elsewhere: {}", http::origin(&url))) }
}

/// `a=b&c=d` with the names as they are and the values percent-encoded.
fn query_text(options: &[(&str, String)]) -> String {
    let encode =
        |value: &str| url::form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>().replace('+', "%20");
    let parts: Vec<String> = options.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    parts.join("&")
}

/// What a refusal is read against.
#[derive(Clone, Copy)]
struct Sent<'a> {
    token: &'a Token,
    id: &'a str,
    now: Timestamp,
}

fn read_success(call: &'static Call, body: &[u8], id: &str) -> Result<Value, Failed> {
    if body.is_empty() {
        // 204: it is done, and there is nothing to tell.
        return Ok(Value::Null);
    }
    let mut value: Value = serde_json::from_slice(body)
        .map_err(|_| misshapen(call, Shape::new("answer", format!("no JSON: {}", start(body).line())), id))?;
    if let Some(object) = value.as_object_mut() {
        // Speaks of the answer and is no property of the resource.
        object.shift_remove("@odata.context");
    }
    Ok(value)
}

fn misshapen(call: &'static Call, problem: Shape, id: &str) -> Failed {
    let error = Error::Shape { call, problem, client_request_id: id.to_owned() };
    Failed { failure: Failure::Answered { status: 200, retry_after: None }, error, claims: None }
}

fn refused(call: &'static Call, status: u16, headers: &HeaderMap, body: &[u8], sent: Sent<'_>) -> Failed {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let retry_after = header(RETRY_AFTER.as_str()).and_then(|text| retry::retry_after(text, sent.now));
    let error = serde_json::from_slice::<Value>(body).ok().and_then(|value| {
        let mut fields = Fields::of("error", value).ok()?;
        fields.take("error").map(Fields::or_empty)
    });
    let is_graph = error.is_some() || body.is_empty();
    let mut fields = error.unwrap_or_else(|| Fields::or_empty(Value::Null));
    let message = if is_graph { fields.text_or_empty("message") } else { start(body) };
    // A server that echoes what it was sent must not carry the token into a message.
    let without_token = |text: &Untrusted| Untrusted::from(text.raw().replace(sent.token.access().reveal(), "***"));
    let mut in_body = |name| fields.nested(name, |inner| inner.text("request-id"));
    let request_id = in_body("innerError").or_else(|| in_body("innererror"));
    let refusal = Refusal {
        call,
        status,
        code: without_token(&fields.text_or_empty("code")),
        message: without_token(&message),
        is_graph,
        request_id: request_id.or_else(|| header("request-id").map(Untrusted::from)),
        client_request_id: sent.id.to_owned(),
        until: retry_after.map(|after| sent.now + TimeSpan((after.as_secs_f64() * TICKS_PER_SECOND as f64) as i64)),
    };
    let claims =
        header(WWW_AUTHENTICATE.as_str()).filter(|_| status == 401).and_then(challenge::claims).map(Into::into);
    Failed { failure: Failure::Answered { status, retry_after }, error: Error::Refused(Box::new(refusal)), claims }
}

/// The first characters of a body that should have been JSON.
fn start(body: &[u8]) -> Untrusted {
    String::from_utf8_lossy(body).chars().take(BODY_CHARS_KEPT).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_next_link_stays_with_the_host_that_gave_it() {
        let root = Url::parse("https://graph.microsoft.com").unwrap();
        let cases = [
            ("https://graph.microsoft.com/v1.0/security/incidents?$skiptoken=x", true),
            ("https://graph.microsoft.com:443/beta/x", true),
            ("https://GRAPH.microsoft.com/v1.0/x", true),
            ("http://graph.microsoft.com/v1.0/x", false),
            ("https://graph.microsoft.com:444/v1.0/x", false),
            ("https://graph.microsoft.us/v1.0/x", false),
            ("https://graph.microsoft.com.evil.example/v1.0/x", false),
            ("https://graph.microsoft.com@evil.example/v1.0/x", false),
            ("https://user:password@graph.microsoft.com/v1.0/x", false),
            ("/v1.0/security/incidents", false),
            ("javascript:alert(1)", false),
            ("", false),
        ];
        for (link, allowed) in cases {
            assert_eq!(next_url(&root, link).is_ok(), allowed, "{link}");
        }
    }

    #[test]
    fn query_values_are_encoded_and_names_are_not() {
        let options = [("$filter", "a eq 'b+c&d'".to_owned()), ("$top", "5".to_owned())];
        assert_eq!(query_text(&options), "$filter=a%20eq%20%27b%2Bc%26d%27&$top=5");
    }
}
