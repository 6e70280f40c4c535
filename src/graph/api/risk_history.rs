//! `identityProtection/riskyUsers/{id}/history`.

use crate::graph::Page;
use crate::graph::endpoint::{Call, Endpoint, Service};
use crate::model::RiskChange;

/// Lists what a user's risk was and who or what changed it. A user who was never at risk is not found, so call it with
/// [`Client::find`](crate::graph::Client::find).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// The user's object id.
    pub id: String,
}

impl Endpoint for List {
    type Output = Page<RiskChange>;
    const CALL: Call =
        Call::read("list user risk history", "IdentityRiskyUser.Read.All").of(Service::IdentityProtection);

    fn path(&self) -> Vec<&str> {
        vec!["identityProtection", "riskyUsers", &self.id, "history"]
    }
}
