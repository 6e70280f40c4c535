//! `$batch`: several reads in one round trip. Each has its own answer and its own error.
//! <https://learn.microsoft.com/graph/json-batching>
//!
//! A read that its batch did not answer well (throttled, failed, its token no longer accepted) goes on alone, as if that
//! had been its first try. Where the cloud, or a proxy on the way, does not take batches, all reads go singly, and no
//! other batch is tried.

use super::answer::{self, Failed, Sent};
use super::client::{Client, Request};
use super::endpoint::{Call, Endpoint, Method, Pace, Repeat, Service};
use super::error::{Error, Kind};
use crate::model::json::Fields;
use crate::model::{FromJson, Node, Pool};
use serde_json::{Value, json};
use std::fmt;
use std::marker::PhantomData;

/// The most requests in a batch that Graph takes.
const ITEMS_MAX: usize = 20;

/// The batch itself, as a call.
const BATCH: Call = Call { method: Method::Post, ..Call::read("read in a batch", "").of(Service::Batch) };

/// Reads to be asked for together.
#[derive(Debug)]
pub struct Batch {
    client: Client,
    items: Vec<Item>,
}

/// Where the answer to a read of a batch will be.
pub struct Slot<T> {
    place: usize,
    output: PhantomData<fn() -> T>,
}

impl<T> fmt::Debug for Slot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Slot({})", self.place)
    }
}

/// What came of a batch.
#[derive(Debug)]
pub struct Answers {
    client: Client,
    items: Vec<Item>,
}

/// One read.
#[derive(Debug)]
struct Item {
    request: Result<Request, Error>,
    /// Its `client-request-id`.
    id: String,
    state: State,
}

/// How far a read has come.
#[derive(Debug)]
enum State {
    /// Not sent, or not answered.
    Open,
    /// Answered well: the body.
    Body(Vec<u8>),
    /// Answered badly; it may be worth another try.
    Failed(Failed),
    /// Nothing more can be done.
    Lost(Error),
}

impl Batch {
    /// A batch without reads, to send through `client`.
    pub fn new(client: Client) -> Self {
        Self { client, items: Vec::new() }
    }

    /// Adds the read `endpoint`. What may not be sent twice, or takes long, will go singly.
    pub fn add<E: Endpoint>(&mut self, endpoint: &E) -> Slot<E::Output> {
        let (request, id) = (self.client.request(endpoint), self.client.guid());
        self.items.push(Item { request, id, state: State::Open });
        Slot { place: self.items.len() - 1, output: PhantomData }
    }

    /// Sends what can go together. What goes singly is sent when its answer is asked for.
    pub async fn send(mut self) -> Answers {
        let together: Vec<usize> = (0..self.items.len()).filter(|place| self.may_go_together(*place)).collect();
        for places in together.chunks(ITEMS_MAX).filter(|places| places.len() > 1) {
            if self.client.takes_batches() {
                self.send_together(places).await;
            }
        }
        Answers { client: self.client, items: self.items }
    }

    /// Whether a read may be in a batch: it is short, and its service has not asked to be left alone.
    fn may_go_together(&self, place: usize) -> bool {
        let request = self.items.get(place).and_then(|item| item.request.as_ref().ok());
        request.is_some_and(|request| {
            let call = request.call;
            let is_short_read =
                call.method == Method::Get && call.repeat == Repeat::Harmless && call.pace == Pace::Quick;
            is_short_read && !self.client.is_held(call.service)
        })
    }

    async fn send_together(&mut self, places: &[usize]) {
        let asked: Vec<Value> = places.iter().filter_map(|place| self.asked(*place)).collect();
        let body = match self.client.send_batch(&BATCH, json!({"requests": asked})).await {
            Ok(body) => body,
            Err(error) if matches!(error.kind(), Kind::SignIn | Kind::Offline) => {
                for place in places {
                    if let Some(Item { request: Ok(request), state, .. }) = self.items.get_mut(*place) {
                        *state = State::Lost(error.clone().of(request.call));
                    }
                }
                return;
            }
            // A service in trouble may take batches again; single calls tell each its own error.
            Err(Error::Refused(refusal)) if refusal.is_graph && matches!(refusal.status, 429 | 500..) => return,
            Err(_) => return self.client.refuse_batches(),
        };
        let answers = Node::parse(&body).ok().and_then(|mut answer| answer.take("responses"));
        let Some(Node::List(answers)) = answers else { return self.client.refuse_batches() };
        let token = self.client.session().token().await;
        for answer in answers {
            let mut fields = Fields::or_empty(answer);
            let place = fields.text("id").and_then(|id| id.raw().parse::<usize>().ok());
            let item = place.filter(|place| places.contains(place)).and_then(|place| self.items.get_mut(place));
            if let (Some(Item { request: Ok(request), id, state }), Ok(token)) = (item, &token) {
                let sent = Sent { call: request.call, token: token.access(), id, now: self.client.now() };
                *state = read_state(fields, sent);
            }
        }
    }

    /// A read as a batch states it.
    fn asked(&self, place: usize) -> Option<Value> {
        let Item { request: Ok(request), id, .. } = self.items.get(place)? else { return None };
        let mut headers = json!({"client-request-id": id});
        if request.call.unknown_members {
            headers["Prefer"] = "include-unknown-enum-members".into();
        }
        let url = self.client.below_version(&request.url)?;
        Some(json!({"id": place.to_string(), "method": "GET", "url": url, "headers": headers}))
    }
}

/// What an answer in a batch says.
fn read_state(mut fields: Fields<'_>, sent: Sent<'_>) -> State {
    let Some(status) = fields.integer("status").and_then(|status| u16::try_from(status).ok()) else {
        return State::Open;
    };
    let headers = match fields.take("headers") {
        Some(Node::Object(headers)) => headers,
        _ => Vec::new(),
    };
    let body = match fields.take("body") {
        None => Vec::new(),
        // What is no JSON comes as text.
        Some(Node::Text(text)) => text.into_owned().into_bytes(),
        Some(node) => Value::from(node).to_string().into_bytes(),
    };
    if (200..300).contains(&status) {
        return State::Body(body);
    }
    let header = |name: &str| {
        let found = headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.and_then(|(_, value)| if let Node::Text(text) = value { Some(&**text) } else { None })
    };
    State::Failed(answer::refused(status, &header, &body, sent))
}

impl Answers {
    /// The answer to the read of `slot`. Where its batch did not bring it, the read goes on alone.
    pub async fn read<T: FromJson>(&self, slot: &Slot<T>) -> Result<T, Error> {
        let no_slot = || Error::Invalid { call: &BATCH, problem: "the read is of another batch".to_owned() };
        let Item { request, id, state } = self.items.get(slot.place).ok_or_else(no_slot)?;
        let request = request.as_ref().map_err(Clone::clone)?;
        let body = match state {
            State::Body(body) => return answer::read(request.call, body, id, &Pool::default()),
            State::Lost(error) => return Err(error.clone()),
            State::Open => self.client.exchange(request, id).await?,
            State::Failed(failed) => self.client.exchange_after(request, id, Some(failed.clone())).await?,
        };
        answer::read(request.call, &body.whole(), id, &Pool::default())
    }

    /// The same; `None` where Graph knows no such thing.
    pub async fn find<T: FromJson>(&self, slot: &Slot<T>) -> Result<Option<T>, Error> {
        match self.read(slot).await {
            Err(error) if error.kind() == Kind::NotFound => Ok(None),
            other => other.map(Some),
        }
    }
}
