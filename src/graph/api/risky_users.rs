//! `identityProtection/riskyUsers`: Entra's risk, which is not the insider-risk level.

use super::quoted;
use crate::graph::Page;
use crate::graph::endpoint::{Call, Endpoint, Service};
use crate::model::RiskyUser;

const READ: &str = "IdentityRiskyUser.Read.All";

/// Reads a user's risk by object id. A user who was never at risk is not found, so call it with
/// [`Client::find`](crate::graph::Client::find).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Get {
    /// The user's object id.
    pub id: String,
}

impl Endpoint for Get {
    type Output = RiskyUser;
    const CALL: Call = Call::read("read user risk", READ).of(Service::IdentityProtection);

    fn path(&self) -> Vec<&str> {
        vec!["identityProtection", "riskyUsers", &self.id]
    }
}

/// Looks for a user's risk by UPN: a list of one, or of none for a user who was never at risk. The filter is
/// undocumented, widely used, and works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Find {
    /// The user's UPN.
    pub upn: String,
}

impl Endpoint for Find {
    type Output = Page<RiskyUser>;
    const CALL: Call = Call::read("find user risk", READ).of(Service::IdentityProtection);

    fn path(&self) -> Vec<&str> {
        vec!["identityProtection", "riskyUsers"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        vec![("$filter", format!("userPrincipalName eq {}", quoted(&self.upn)))]
    }
}

/// Reads the first of the risky users: whether they can be read at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct First;

impl Endpoint for First {
    type Output = Page<RiskyUser>;
    const CALL: Call = Call::read("list risky users", READ).of(Service::IdentityProtection);

    fn path(&self) -> Vec<&str> {
        vec!["identityProtection", "riskyUsers"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        vec![("$top", "1".to_owned())]
    }
}
