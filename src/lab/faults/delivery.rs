//! Faults in how a body is sent.

use super::Hit;
use axum::body::{Body, Bytes};
use futures_util::{StreamExt, stream};
use std::io;
use std::time::Duration;

/// How long the first half has to leave.
const FLUSH: Duration = Duration::from_millis(5);
/// In how many pieces a slow body comes.
const PIECES: usize = 16;

/// Half of the body, and then the connection closes: the client sees an answer that ends too early.
pub(super) fn cut(_: &Hit, body: Vec<u8>) -> Body {
    let body = Bytes::from(body);
    let half = body.slice(..body.len() / 2);
    let end = stream::once(async {
        // What was written is flushed while nothing more comes; only then the connection goes.
        tokio::time::sleep(FLUSH).await;
        Err(io::Error::from(io::ErrorKind::ConnectionAborted))
    });
    Body::from_stream(stream::iter([Ok(half)]).chain(end))
}

/// The body in small pieces over so many milliseconds.
pub(super) fn slow(hit: &Hit, body: Vec<u8>) -> Body {
    let pause = Duration::from_millis(hit.milliseconds() / PIECES as u64);
    let size = body.len().div_ceil(PIECES).max(1);
    let pieces = stream::unfold(Bytes::from(body), move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        tokio::time::sleep(pause).await;
        let piece = rest.split_to(size.min(rest.len()));
        Some((Ok::<_, io::Error>(piece), rest))
    });
    Body::from_stream(pieces)
}
