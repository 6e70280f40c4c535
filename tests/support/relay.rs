//! A relay between the program and Graph that keeps what the program sends.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

/// A relay on loopback; its threads end with the test.
pub struct Relay {
    /// Its address, as Graph's root.
    pub root: String,
    sent: Arc<Mutex<Vec<u8>>>,
}

impl Relay {
    /// Passes everything on to the server at `root`, e.g. `http://127.0.0.1:8088`. Where answers name the server, as links
    /// to the next page do, they name the relay instead.
    pub fn to(root: &str) -> Self {
        let server = root.trim_start_matches("http://").trim_end_matches('/').to_owned();
        // Of the same length, since answers say how long they are.
        let listeners = std::iter::repeat_with(|| TcpListener::bind("127.0.0.1:0").expect("a port"));
        let address = |listener: &TcpListener| listener.local_addr().expect("its address").to_string();
        let listener = listeners.take(1_000).find(|listener| address(listener).len() == server.len());
        let listener = listener.expect("a port of as many digits");
        let relay = address(&listener);
        let root = format!("http://{relay}");
        let sent = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&sent);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let upstream = TcpStream::connect(&server).expect("the server listens");
                let (answers, back) =
                    (upstream.try_clone().expect("both ends"), client.try_clone().expect("both ends"));
                let kept = Arc::clone(&kept);
                std::thread::spawn(move || {
                    pass(client, upstream, |bytes| {
                        kept.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
                        bytes.len()
                    });
                });
                let (server, relay) = (server.clone(), relay.clone());
                std::thread::spawn(move || pass(answers, back, |bytes| rename(bytes, &server, &relay)));
            }
        });
        Self { root, sent }
    }

    /// All that was sent so far: request lines, headers and bodies.
    pub fn sent(&self) -> String {
        String::from_utf8_lossy(&self.sent.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

/// Copies until either end closes. `through` may change what has come, and says how much of it can go.
fn pass(mut from: TcpStream, mut to: TcpStream, through: impl Fn(&mut [u8]) -> usize) {
    let (mut chunk, mut held) = ([0; 16_384], Vec::new());
    while let Ok(read @ 1..) = from.read(&mut chunk) {
        held.extend_from_slice(chunk.get(..read).unwrap_or_default());
        let ready = through(&mut held);
        let rest = held.split_off(ready);
        if to.write_all(&held).is_err() {
            break;
        }
        held = rest;
    }
    drop(to.shutdown(std::net::Shutdown::Both));
}

/// Puts `new` in place of `old`, which is as long; what may be the start of one more stays.
fn rename(bytes: &mut [u8], old: &str, new: &str) -> usize {
    let places: Vec<usize> = bytes
        .windows(old.len())
        .enumerate()
        .filter(|(_, window)| *window == old.as_bytes())
        .map(|(place, _)| place)
        .collect();
    for place in places {
        if let Some(found) = bytes.get_mut(place..place + old.len()) {
            found.copy_from_slice(new.as_bytes());
        }
    }
    let is_start = |length: &usize| old.as_bytes().get(..*length).is_some_and(|start| bytes.ends_with(start));
    bytes.len() - (1..old.len()).rev().find(is_start).unwrap_or(0)
}
