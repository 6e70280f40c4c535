//! watchfloor: insider-risk triage for Microsoft Defender XDR at a terminal.
//!
//! The map, from the bottom up. A layer names only those it is told to here; `tests/tidy.rs` checks it.
//!
//! | layer | what it is | may name |
//! |---|---|---|
//! | [`base`] | time, hostile text made safe, secrets, private files, shared ceilings | |
//! | [`model`] | incidents, alerts, evidence, users, risk, hunting results as Graph sends them | base |
//! | [`kql`] | the query language: syntax, binder, functions, columnar engine, editor services | base |
//! | [`triage`] | what an analyst knows and does: Purview mapping, filter language, plans of writes, derivations | base, model |
//! | [`graph`] | the Graph client: endpoints as data, transport, sign-in, clouds, errors | base, model |
//! | [`config`] | profiles from file and environment | base |
//! | [`store`] | one `SQLite` file a profile: drafts, the journal, query history | base, model, triage |
//! | [`export`] | records for a SIEM: what is due, the forms they take | base, model, triage |
//! | [`lab`] | the embedded tenant; shares no type with the client | base, kql |
//! | [`app`] | the state machine: panes, commands, overlays | base, model, triage, kql |
//! | [`runtime`] | performs effects; the only place that spawns | app, export, store and all below but lab |
//! | [`tui`] | loop, terminal, input, keymap, theme, drawing | app, runtime, and reading what they hold |
//! | [`cli`] | one file a subcommand; starts the lab | everything |
//!
//! What always holds:
//!
//! - Data goes one way: input → [`app::Event`] → `App::update` (pure, given `now`) → [`app::Effect`] → runtime → event.
//! - An effect that can reply has a task id; a reply whose task is no longer current changes nothing.
//! - Drawing reads the state and never changes what the next key does.
//! - Parsing KQL never fails and never panics; each byte of a query belongs to exactly one token.
//! - The lab and the client are each checked against the facts of Graph's metadata, never against one another's types.
//! - A secret exists only as [`base::Secret`]; text from the tenant only as [`base::Untrusted`].
//! - Every write is a [`triage`] plan first, and the record is read again before it is written.
//!
//! What is absent on purpose: ticks, locks around application state, global state, a database in the query path.

pub mod app;
pub mod base;
pub mod cli;
pub mod config;
pub mod export;
pub mod graph;
pub mod kql;
pub mod lab;
pub mod model;
pub mod runtime;
pub mod store;
pub mod triage;
pub mod tui;
