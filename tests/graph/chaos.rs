//! Two thousand calls through a service that has a bad day: none is lost, none is done twice.

use crate::support::{ambient, read_request, session, token};
use futures_util::StreamExt;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use watchfloor::graph::api::incidents;
use watchfloor::graph::retry::Policy;
use watchfloor::graph::{Client, ClientConfig, Timeouts};
use watchfloor::model::Update;

/// Calls made.
const CALLS: usize = 2_000;
/// Calls in flight at once.
const AT_ONCE: usize = 16;

/// What the service has done, by incident id.
#[derive(Default)]
struct Done {
    comments: BTreeMap<String, Vec<Value>>,
    owners: BTreeMap<String, String>,
    requests: usize,
}

/// How the service answers one request.
#[derive(Clone, Copy, PartialEq)]
enum Mood {
    Well,
    Throttling,
    /// Fails with this status, before it has done anything.
    Failing(u16),
    /// Does it, and cuts the connection before it says so.
    CutAfter,
    /// Cuts the connection before it has done anything.
    CutBefore,
    /// Does it, and falls silent in the middle of the answer.
    Stalling,
}

/// A number from 0 to 999 that depends on `number` alone.
fn dice(number: usize) -> u64 {
    let mixed = (number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed ^ (mixed >> 32)) % 1_000
}

/// 10 % throttled, 5 % failing, 2 % cut, 2 % slow.
fn mood(number: usize) -> Mood {
    match dice(number) {
        0..100 => Mood::Throttling,
        100..125 => Mood::Failing(503),
        125..150 => Mood::Failing(504),
        150..160 => Mood::CutBefore,
        160..170 => Mood::CutAfter,
        170..190 => Mood::Stalling,
        _ => Mood::Well,
    }
}

async fn serve(mut stream: TcpStream, done: Arc<Mutex<Done>>) {
    let Some(asked) = read_request(&mut stream).await else { return };
    let (method, path) = asked.line.split_once(' ').unwrap();
    let id = path.split('/').nth(4).unwrap().split('?').next().unwrap().to_owned();
    let body: Value = serde_json::from_str(&asked.body).unwrap_or_default();
    let (mood, answer) = {
        let mut done = done.lock().unwrap();
        let mood = mood(done.requests);
        done.requests += 1;
        if matches!(mood, Mood::Well | Mood::CutAfter | Mood::Stalling) {
            match method {
                "POST" => done.comments.entry(id.clone()).or_default().push(body),
                "PATCH" => drop(done.owners.insert(id.clone(), body["assignedTo"].as_str().unwrap().to_owned())),
                _ => {}
            }
        }
        let comments = done.comments.get(&id).cloned().unwrap_or_default();
        let incident = json!({"id": id, "assignedTo": done.owners.get(&id), "comments": comments});
        (mood, if method == "POST" { json!({"value": comments}) } else { incident }.to_string())
    };
    let answer = match mood {
        Mood::CutBefore | Mood::CutAfter => return,
        Mood::Throttling => "HTTP/1.1 429 x\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n".to_owned(),
        Mood::Failing(status) => format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\n\r\n"),
        Mood::Well | Mood::Stalling => {
            format!("HTTP/1.1 200 x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{answer}", answer.len())
        }
    };
    if mood == Mood::Stalling {
        stream.write_all(&answer.as_bytes()[..answer.len() - 5]).await.unwrap();
        // Held open until the client has had enough.
        drop(read_request(&mut stream).await);
    } else {
        // A client that has gone away has had its answer counted all the same.
        drop(stream.write_all(answer.as_bytes()).await);
    }
}

#[derive(Debug, PartialEq)]
enum Told {
    Done,
    NotDone,
    Open,
}

/// Makes call `number`: mostly reads, then comments and changes of owner, each on an incident of its own.
async fn call(client: &Client, number: usize) -> Told {
    let id = number.to_string();
    let outcome = match number % 10 {
        0..6 => client.send(&incidents::Get { id: id.clone(), with_alerts: false }).await.map(|read| {
            assert_eq!(*read.id, *id, "the answer to another call");
        }),
        6..8 => client.send(&incidents::AddComment { id, comment: "seen".to_owned() }).await.map(drop),
        _ => {
            let update = Update { assigned_to: Some("mara@fabrikam.example".to_owned()), ..Update::default() };
            client.send(&incidents::Update { id, update }).await.map(drop)
        }
    };
    match outcome {
        Ok(()) => Told::Done,
        Err(error) if error.may_have_happened() => Told::Open,
        Err(_) => Told::NotDone,
    }
}

#[tokio::test]
async fn none_of_two_thousand_calls_is_lost_or_done_twice() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let root: url::Url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let done = Arc::new(Mutex::new(Done::default()));
    let shared = Arc::clone(&done);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, Arc::clone(&shared)));
        }
    });
    let elsewhere = crate::support::Server::start([]).await;
    let config = ClientConfig {
        timeouts: Timeouts { silence: Duration::from_millis(30), ..Timeouts::default() },
        // The clock of these tests stands but for pauses, and those of all calls add up on it.
        policy: Policy { patience: Duration::MAX, ..Policy::default() },
        ..ClientConfig::new(root, ambient())
    };
    let client = Client::new(config, session(&elsewhere, token("given"))).unwrap();
    let calls = futures_util::stream::iter(0..CALLS).map(|number| {
        let client = &client;
        async move { (number, call(client, number).await) }
    });
    let told: Vec<(usize, Told)> = calls.buffer_unordered(AT_ONCE).collect().await;

    let done = done.lock().unwrap();
    let mut open = 0;
    for (number, told) in &told {
        let id = number.to_string();
        let times = match number % 10 {
            0..6 => {
                assert_eq!(*told, Told::Done, "read {number} is lost");
                continue;
            }
            6..8 => done.comments.get(&id).map_or(0, Vec::len),
            _ => usize::from(done.owners.contains_key(&id)),
        };
        match told {
            Told::Done => assert_eq!(times, 1, "write {number}"),
            Told::NotDone => assert_eq!(times, 0, "write {number}"),
            Told::Open => {
                open += 1;
                assert!(times <= 1, "write {number} was done {times} times");
            }
        }
    }
    assert_eq!(told.len(), CALLS);
    assert!(done.requests > CALLS + CALLS / 10, "{} requests: the bad day took place", done.requests);
    assert!(open > 0, "some answers to writes were lost");
}
