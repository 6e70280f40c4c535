//! The Graph client over real HTTP: against a server that misbehaves as told, and against the lab.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod errors;
mod server;
mod sign_in;
mod transport;

use server::{Server, ambient};
use std::sync::Arc;
use url::Url;
use watchfloor::base::Secret;
use watchfloor::graph::{AuthConfig, Client, ClientConfig, Credential, Session};

/// A client of `server` that brings its own token.
fn client(server: &Server) -> Client {
    Client::new(ClientConfig::new(server.origin.clone(), ambient()), session(server, token("given"))).unwrap()
}

fn token(text: &str) -> Credential {
    Credential::Token(Secret::new(text))
}

fn session(server: &Server, credential: Credential) -> Arc<Session> {
    Arc::new(Session::new(auth(server.origin.clone(), credential)).unwrap())
}

fn auth(authority: Url, credential: Credential) -> AuthConfig {
    AuthConfig {
        graph_root: authority.clone(),
        authority,
        tenant: "fabrikam.example".to_owned(),
        client_id: "app".to_owned(),
        credential,
        ambient: ambient(),
    }
}
