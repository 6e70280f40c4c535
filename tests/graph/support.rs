//! A server that says what a test tells it to, answer by answer, and remembers what it was asked.

use serde_json::Value;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;
use watchfloor::base::{Secret, TimeSpan, Timestamp};
use watchfloor::graph::{Ambient, AuthConfig, Client, ClientConfig, Credential, Network, Session};

/// What the server does with a request.
pub enum Reply {
    /// Answers with JSON; `{origin}` in it becomes the server's own address.
    Json(u16, Value),
    /// Answers with headers and a body of any kind.
    Raw(u16, &'static str, &'static str),
    /// Closes the connection without a word.
    Cut,
    /// Begins a body, and then says nothing more.
    Stall,
}

/// A request as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Method and target.
    pub line: String,
    /// Header lines in lower case.
    pub headers: Vec<String>,
    pub body: String,
}

impl Asked {
    pub fn has(&self, header: &str) -> bool {
        self.headers.iter().any(|line| line == header)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// The running server.
pub struct Server {
    pub origin: Url,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// Starts one that gives `replies` in turn, and then cuts every connection.
    pub async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, address) = (Arc::clone(&asked), origin.clone());
        let mut replies: VecDeque<Reply> = replies.into_iter().collect();
        tokio::spawn(async move {
            let mut stalled = Vec::new();
            while let Ok((stream, _)) = listener.accept().await {
                stalled.extend(serve(stream, &log, &mut replies, &address).await);
            }
        });
        Self { origin, asked }
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// Method and target of each request.
    pub fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.line).collect()
    }
}

/// Answers one request. A stream that is to stay open is given back.
async fn serve(
    mut stream: TcpStream,
    log: &Mutex<Vec<Asked>>,
    replies: &mut VecDeque<Reply>,
    origin: &Url,
) -> Option<TcpStream> {
    let asked = read_request(&mut stream).await?;
    log.lock().unwrap().push(asked);
    let origin = origin.as_str().trim_end_matches('/');
    let (status, headers, body) = match replies.pop_front() {
        Some(Reply::Json(status, body)) => {
            (status, "content-type: application/json\r\n", body.to_string().replace("{origin}", origin))
        }
        Some(Reply::Raw(status, headers, body)) => (status, headers, body.to_owned()),
        Some(Reply::Cut) | None => return None,
        Some(Reply::Stall) => {
            stream.write_all(b"HTTP/1.1 200 x\r\ncontent-length: 100\r\n\r\n{\"value\"").await.unwrap();
            return Some(stream);
        }
    };
    let length = body.len();
    let head = format!("HTTP/1.1 {status} x\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body.as_bytes()).await.unwrap();
    None
}

pub async fn read_request(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4_096];
    loop {
        let read = stream.read(&mut buffer).await.ok()?;
        bytes.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let mut lines = head.lines();
            let line = lines.next()?.trim_end_matches(" HTTP/1.1").to_owned();
            let headers: Vec<String> = lines.map(lower_name).collect();
            let length = headers.iter().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return Some(Asked { line, headers, body: body.to_owned() });
            }
        }
        if read == 0 {
            return None;
        }
    }
}

fn lower_name(line: &str) -> String {
    let (name, value) = line.split_once(": ").unwrap_or((line, ""));
    format!("{}: {value}", name.to_lowercase())
}

thread_local! {
    static PAUSES: RefCell<Vec<Duration>> = const { RefCell::new(Vec::new()) };
    static NOW: RefCell<Timestamp> = const { RefCell::new(Timestamp::MIN) };
}

/// A clock that stands until the client pauses, dice that show nothing, and pauses that take no time.
pub fn ambient() -> Ambient {
    PAUSES.take();
    NOW.set("2026-11-23T10:00:00Z".parse().unwrap());
    Ambient {
        now: || NOW.with_borrow(|now| *now),
        random: || 0,
        sleep: |length| {
            PAUSES.with_borrow_mut(|pauses| pauses.push(length));
            advance(length);
            Box::pin(std::future::ready(()))
        },
    }
}

/// Moves the clock on.
pub fn advance(length: Duration) {
    let ticks = i64::try_from(length.as_nanos() / 100).unwrap();
    NOW.with_borrow_mut(|now| *now = *now + TimeSpan(ticks));
}

/// How long the client paused, in milliseconds, since the last time this was asked.
pub fn pauses() -> Vec<u128> {
    PAUSES.take().iter().map(Duration::as_millis).collect()
}

/// A client of `server` that brings its own token.
pub fn client(server: &Server) -> Client {
    client_of(server.origin.clone(), session(server, token("given")))
}

/// A client of the Graph at `root`.
pub fn client_of(root: Url, session: Arc<Session>) -> Client {
    Client::new(ClientConfig::new(root, ambient()), session).unwrap()
}

/// A token that is given, not asked for.
pub fn token(text: &str) -> Credential {
    Credential::Token(Secret::new(text))
}

/// A session at `server`.
pub fn session(server: &Server, credential: Credential) -> Arc<Session> {
    Arc::new(Session::new(auth(server.origin.clone(), credential)).unwrap())
}

/// How `credential` signs in at `authority`, for the Graph that is there too.
pub fn auth(authority: Url, credential: Credential) -> AuthConfig {
    AuthConfig {
        graph_root: authority.clone(),
        authority,
        tenant: "fabrikam.example".to_owned(),
        client_id: "app".to_owned(),
        credential,
        cache: None,
        network: Network::default(),
        ambient: ambient(),
    }
}
