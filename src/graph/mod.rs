//! The client of Microsoft Graph's security API.
//!
//! How a call travels: a struct of [`api`] states it as data ([`Endpoint`]); [`Client`] asks [`Session`] for a token,
//! builds the one request, sends it, lets [`retry`] decide what a failure means, and decodes the answer into the
//! model. Lists come as a stream of [`Page`]s. Whatever goes wrong is one [`Error`], which knows its [`Kind`] and a
//! remedy in an analyst's words.
//!
//! The module reads no settings, no environment and no clock: they come in with [`ClientConfig`], [`AuthConfig`] and
//! [`Ambient`].

pub mod ambient;
pub mod answer;
pub mod api;
pub mod auth;
pub mod batch;
pub mod body;
pub mod client;
pub mod cloud;
pub mod endpoint;
pub mod error;
pub mod http;
pub mod page;
pub mod permission;
pub mod rates;
pub mod retry;
pub mod tls;
pub mod trace;
mod walk;

pub use ambient::Ambient;
pub use auth::{AuthConfig, Credential, ManagedHost, Prompt, PromptSink, Session, SignInError, TokenCache};
pub use batch::{Answers, Batch, Slot};
pub use client::{Client, ClientConfig};
pub use cloud::{Api, Cloud};
pub use endpoint::{Call, Endpoint, Timeouts};
pub use error::{Error, Kind};
pub use http::Network;
pub use page::Page;
