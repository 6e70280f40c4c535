//! The lab over plain HTTP: each rule of Graph that it imitates, without any type of the client.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test's failure is a panic")]

#[path = "lab/support.rs"]
mod support;

#[path = "lab/access.rs"]
mod access;
#[path = "lab/batch.rs"]
mod batch;
#[path = "lab/changes.rs"]
mod changes;
#[path = "lab/conformance.rs"]
mod conformance;
#[path = "lab/faults.rs"]
mod faults;
#[path = "lab/hunting.rs"]
mod hunting;
#[path = "lab/identity.rs"]
mod identity;
#[path = "lab/linked.rs"]
mod linked;
#[path = "lab/live.rs"]
mod live;
#[path = "lab/merge.rs"]
mod merge;
#[path = "lab/people.rs"]
mod people;
#[path = "lab/queries.rs"]
mod queries;
#[path = "lab/same.rs"]
mod same;
#[path = "lab/scale.rs"]
mod scale;
#[path = "lab/sign_in.rs"]
mod sign_in;
#[path = "lab/tls.rs"]
mod tls;
#[path = "lab/training.rs"]
mod training;
