//! What Graph's security API speaks of, read side: incidents, alerts, evidence, users, risk, hunting results; and the
//! bodies of the writes.
//!
//! Reading is tolerant by construction: [`json::Fields`] takes each property by name and type, a missing or
//! wrong-typed optional is absent, and what no field asked for stays in `unknown`, so nothing that Graph sent is lost.
//! Enums are open (`open.rs`): they keep the wire text of members this build does not know.
//! Shapes follow the v1.0 metadata (`microsoft.graph.security`), August 2026.

pub mod alert;
pub mod evidence;
pub mod hunting;
pub mod incident;
pub mod json;
pub mod node;
pub mod open;
pub mod packed;
pub mod pool;
pub mod rest;
pub mod service_source;
pub mod shelf;
pub mod terms;
pub mod update;
pub mod user;
mod wire;

pub use alert::Alert;
pub use evidence::{Evidence, EvidenceKind};
pub use hunting::{Cell, HuntingResult};
pub use incident::{Comment, Incident};
pub use json::{FromJson, Shape};
pub use node::Node;
pub use pool::Pool;
pub use rest::Rest;
pub use service_source::ServiceSource;
pub use shelf::{Shelf, Shelved, Shelves};
pub use terms::{AlertStatus, Classification, Determination, IncidentStatus, RiskLevel, RiskState, Severity, Verdict};
pub use update::Update;
pub use user::{LeaveDate, RiskChange, RiskyUser, User};

#[cfg(test)]
mod tests;
