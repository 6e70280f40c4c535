//! The Graph client over real HTTP: against a server that misbehaves as told, and against the lab.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "graph/support.rs"]
mod support;

#[path = "graph/batch.rs"]
mod batch;
#[path = "graph/chaos.rs"]
mod chaos;
#[path = "graph/credentials.rs"]
mod credentials;
#[path = "graph/errors.rs"]
mod errors;
#[path = "graph/flows.rs"]
mod flows;
#[path = "graph/lab.rs"]
mod lab;
#[path = "graph/sign_in.rs"]
mod sign_in;
#[path = "graph/tls.rs"]
mod tls;
#[path = "graph/transport.rs"]
mod transport;
