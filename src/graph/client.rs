//! The one place that builds a request, sends it, and reads the answer.

use super::answer::{self, Failed, Sent};
use super::auth::Token;
use super::batch::Batch;
use super::body::Body;
use super::endpoint::{Call, Endpoint, Method, Repeat, Service, Timeouts};
use super::error::{Error, Kind};
use super::rates::Rates;
use super::retry::{self, Failure, Policy, Spent};
use super::trace::{Flight, Trace};
use super::{Ambient, Cloud, Network, Page, Session, http, walk};
use crate::base::Timestamp;
use crate::model::{FromJson, Pool, Shape, Shelves};
use futures_util::Stream;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use url::Url;

/// Pages of one list that are followed unless told otherwise: 10,000 incidents or 20,000 alerts.
const PAGES_MAX: usize = 200;
/// The version of Graph in use.
const VERSION: &str = "v1.0";
/// What an answer has, in bytes, that is not read between two keys: it would take longer than a person waits for one.
const LARGE_BYTES: usize = 2 * 1_024 * 1_024;
/// What making a client counts as, in messages.
const CONNECT: Call = Call::read("connect to Graph", "");

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
    /// Whether calls that change anything are refused here already.
    pub is_read_only: bool,
    /// The way out of this machine.
    pub network: Network,
    /// Clock, dice and pause.
    pub ambient: Ambient,
    /// Where what is seldom looked at of the records of lists may be put; in memory where nothing is said.
    pub shelf: Shelves,
}

impl ClientConfig {
    /// Graph at `graph_root` with the usual patience.
    pub fn new(graph_root: Url, ambient: Ambient) -> Self {
        Self {
            graph_root,
            policy: Policy::default(),
            timeouts: Timeouts::default(),
            pages_max: PAGES_MAX,
            is_read_only: false,
            network: Network::default(),
            ambient,
            shelf: None,
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
    trace: Trace,
    /// Whether a batch was refused as such.
    refuses_batches: AtomicBool,
}

/// A call made ready to send, any number of times.
#[derive(Debug)]
pub(super) struct Request {
    pub call: &'static Call,
    pub url: Url,
    pub body: Option<Value>,
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
        let (rates, trace, refuses_batches) = (Rates::default(), Trace::default(), AtomicBool::new(false));
        Ok(Self { inner: Arc::new(Inner { http, config, session, rates, trace, refuses_batches }) })
    }

    /// Who calls.
    pub fn session(&self) -> &Arc<Session> {
        &self.inner.session
    }

    /// What was asked so far.
    pub fn trace(&self) -> &Trace {
        &self.inner.trace
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
        let id = self.guid();
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
        self.walk(endpoint, usize::MAX)
    }

    /// The same, each page in parts of `least` items or some more, so that of a large one little is held at a time: see
    /// [`Page::is_part`].
    pub fn parts<E, T>(
        &self,
        endpoint: &E,
        least: usize,
    ) -> impl Stream<Item = Result<Page<T>, Error>> + Send + use<E, T>
    where
        E: Endpoint<Output = Page<T>>,
        T: FromJson + Send,
    {
        self.walk(endpoint, least)
    }

    fn walk<E, T>(&self, endpoint: &E, least: usize) -> impl Stream<Item = Result<Page<T>, Error>> + Send + use<E, T>
    where
        E: Endpoint<Output = Page<T>>,
        T: FromJson + Send,
    {
        let request = self.request(endpoint);
        walk::pages(self.clone(), request, least)
    }

    /// Reads to be asked for together.
    pub fn batch(&self) -> Batch {
        Batch::new(self.clone())
    }

    /// Sends the batch `body`; the answer's body.
    pub(super) async fn send_batch(&self, call: &'static Call, body: Value) -> Result<Vec<u8>, Error> {
        let url = http::join(&self.inner.config.graph_root, &[VERSION, "$batch"]);
        let problem = || Error::Invalid { call, problem: "Graph's address cannot carry a path".to_owned() };
        let request = Request { call, url: url.ok_or_else(problem)?, body: Some(body) };
        self.exchange(&request, &self.guid()).await.map(Body::whole)
    }

    /// Whether batches are worth trying.
    pub(super) fn takes_batches(&self) -> bool {
        !self.inner.refuses_batches.load(Ordering::Relaxed)
    }

    /// Tries no batch any more.
    pub(super) fn refuse_batches(&self) {
        self.inner.refuses_batches.store(true, Ordering::Relaxed);
    }

    /// Whether `service` has asked to be left alone for now.
    pub(super) fn is_held(&self, service: Service) -> bool {
        self.inner.rates.held(service, self.now()).is_some()
    }

    /// What of `url` is below the version, as a batch wants it.
    pub(super) fn below_version(&self, url: &Url) -> Option<String> {
        let version = http::join(&self.inner.config.graph_root, &[VERSION])?;
        url.as_str().strip_prefix(version.as_str()).map(str::to_owned)
    }

    /// Which Graph, and how it is called.
    pub(super) fn config(&self) -> &ClientConfig {
        &self.inner.config
    }

    /// The time.
    pub(super) fn now(&self) -> Timestamp {
        (self.inner.config.ambient.now)()
    }

    /// A random GUID.
    pub(super) fn guid(&self) -> String {
        self.inner.config.ambient.guid()
    }

    pub(super) fn request<E: Endpoint>(&self, endpoint: &E) -> Result<Request, Error> {
        let call = &E::CALL;
        if self.inner.config.is_read_only && call.repeat != Repeat::Harmless {
            return Err(Error::Invalid { call, problem: "read-only: nothing is written to the tenant".to_owned() });
        }
        let mut segments = vec![VERSION];
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
        self.fetch_as(request, self.guid()).await
    }

    async fn fetch_as<T: FromJson>(&self, request: &Request, client_request_id: String) -> Result<(T, usize), Error> {
        let body = self.exchange(request, &client_request_id).await?.whole();
        let (call, size) = (request.call, body.len());
        let read = move || {
            let output = answer::read(call, &body, &client_request_id, &Pool::packing(None))?;
            Ok((output, body.len()))
        };
        if size < LARGE_BYTES {
            return read();
        }
        match tokio::task::spawn_blocking(read).await {
            Ok(read) => read,
            Err(gone) => match gone.try_into_panic() {
                Ok(fault) => std::panic::resume_unwind(fault),
                // Only the end of the runtime cancels it, and with it whoever waits here.
                Err(_) => std::future::pending().await,
            },
        }
    }

    /// Sends `request` until it is answered, refused for good, or patience ends; the answer's body. A 401 is worth one
    /// fresh token, and a challenge to that one another.
    pub(super) async fn exchange(&self, request: &Request, id: &str) -> Result<Body, Error> {
        self.exchange_after(request, id, None).await
    }

    /// The same after a first try that `failed`, where there was one.
    pub(super) async fn exchange_after(
        &self,
        request: &Request,
        id: &str,
        mut failed: Option<Failed>,
    ) -> Result<Body, Error> {
        let Inner { config, session, .. } = &*self.inner;
        let sign_in = |source| Error::SignIn { call: request.call, source };
        let mut token = session.token().await.map_err(sign_in)?;
        let mut tokens_replaced = 0;
        let mut spent = Spent::default();
        loop {
            let failed = if let Some(failed) = failed.take() {
                spent.tries += 1;
                failed
            } else {
                self.wait_for_service(request.call, &mut spent).await?;
                spent.tries += 1;
                let flight = self.begin(request, id);
                let answered = self.try_once(request, &token, id).await;
                flight.end(answered.as_ref().map(Body::bytes).map_err(|failed| &failed.error));
                match answered {
                    Ok(body) => return Ok(body),
                    Err(failed) => failed,
                }
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

    /// Notes that `request` goes out under `id`.
    fn begin(&self, request: &Request, id: &str) -> Flight {
        let about = request.body.as_ref().map(about).unwrap_or_default();
        self.inner.trace.begin(request.call.method.name(), (&request.url, &about), id, self.inner.config.ambient.now)
    }

    async fn try_once(&self, request: &Request, token: &Token, id: &str) -> Result<Body, Failed> {
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
            return Ok(body);
        }
        let now = self.now();
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let sent = Sent { call, token: token.access(), id, now };
        Err(answer::refused(status, &header, &body.whole(), sent))
    }

    async fn read_body(&self, mut answer: reqwest::Response, call: &'static Call, id: &str) -> Result<Body, Failed> {
        let mut body = Body::with(self.inner.config.shelf.clone());
        let silence = self.inner.config.timeouts.silence;
        loop {
            let Ok(chunk) = tokio::time::timeout(silence, answer.chunk()).await else {
                let reason = format!("the answer stopped half way, for {} s", silence.as_secs());
                let error = Error::Lost { call, reason, client_request_id: id.to_owned() };
                return Err(Failed { failure: Failure::Silent, error, claims: None });
            };
            let chunk = chunk.map_err(|error| self.lost(call, id, error))?;
            let Some(chunk) = chunk else { return Ok(body) };
            if body.bytes() + chunk.len() > http::BODY_BYTES_MAX {
                let problem = Shape::new("answer", format!("larger than {} MiB", http::BODY_BYTES_MAX >> 20));
                let error = Error::Shape { call, problem, client_request_id: id.to_owned() };
                return Err(Failed {
                    failure: Failure::Answered { status: 200, retry_after: None },
                    error,
                    claims: None,
                });
            }
            body.push(&chunk);
        }
    }

    fn lost(&self, call: &'static Call, id: &str, error: reqwest::Error) -> Failed {
        if error.is_connect() {
            let host = http::origin(&self.inner.config.graph_root);
            let error = Error::Unreached { call, host, reason: http::reason(error) };
            return Failed { failure: Failure::Unreached, error, claims: None };
        }
        let failure = if error.is_timeout() { Failure::TimedOut } else { Failure::Lost };
        let reason = http::reason(error).words;
        Failed { failure, error: Error::Lost { call, reason, client_request_id: id.to_owned() }, claims: None }
    }
}

/// What a read is about beyond its address: a hunting query, the reads of a batch. What a write says is left out.
fn about(body: &Value) -> String {
    if let Some(query) = body.get("Query").and_then(Value::as_str) {
        return query.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    let reads = body.get("requests").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    reads.iter().filter_map(|read| read.get("url")?.as_str()).collect::<Vec<_>>().join(", ")
}

/// `a=b&c=d` with the names as they are and the values percent-encoded.
fn query_text(options: &[(&str, String)]) -> String {
    let encode =
        |value: &str| url::form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>().replace('+', "%20");
    let parts: Vec<String> = options.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    parts.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_values_are_encoded_and_names_are_not() {
        let options = [("$filter", "a eq 'b+c&d'".to_owned()), ("$top", "5".to_owned())];
        assert_eq!(query_text(&options), "$filter=a%20eq%20%27b%2Bc%26d%27&$top=5");
    }
}
