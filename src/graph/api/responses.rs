//! Acts on a person's account and on Entra's risk of it.
//!
//! Permissions and effects by <https://learn.microsoft.com/graph/api/user-revokesigninsessions>,
//! <https://learn.microsoft.com/graph/api/user-update>, <https://learn.microsoft.com/graph/api/riskyuser-confirmcompromised>
//! and <https://learn.microsoft.com/graph/api/riskyuser-dismiss>.

use crate::graph::endpoint::{Call, Endpoint, Method, Service};
use crate::model::{FromJson, Shape};
use serde_json::{Value, json};

const WRITE_RISK: &str = "IdentityRiskyUser.ReadWrite.All";

/// An answer of which only matters that it came: it may be empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done;

impl FromJson for Done {
    fn from_json(_: Value) -> Result<Self, Shape> {
        Ok(Self)
    }
}

/// Allows sign-in to an account, or forbids it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enable {
    /// The user's object id.
    pub id: String,
    /// Whether sign-in is allowed from now on.
    pub is_enabled: bool,
}

impl Endpoint for Enable {
    type Output = Done;
    const CALL: Call =
        Call::change("enable or disable account", "User.EnableDisableAccount.All").of(Service::Directory);

    fn path(&self) -> Vec<&str> {
        vec!["users", &self.id]
    }

    fn body(&self) -> Option<Value> {
        Some(json!({"accountEnabled": self.is_enabled}))
    }
}

/// Makes all refresh tokens and browser sessions of an account worthless.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revoke {
    /// The user's object id.
    pub id: String,
}

impl Endpoint for Revoke {
    type Output = Done;
    const CALL: Call = Call {
        method: Method::Post,
        ..Call::change("revoke sign-in sessions", "User.RevokeSessions.All").of(Service::Directory)
    };

    fn path(&self) -> Vec<&str> {
        vec!["users", &self.id, "revokeSignInSessions"]
    }

    fn body(&self) -> Option<Value> {
        Some(json!({}))
    }
}

/// Tells Entra ID Protection that an account is compromised: its risk becomes high.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfirmCompromised {
    /// The user's object id.
    pub id: String,
}

impl Endpoint for ConfirmCompromised {
    type Output = Done;
    const CALL: Call = Call::addition("confirm user compromised", WRITE_RISK).of(Service::IdentityProtection);

    fn path(&self) -> Vec<&str> {
        vec!["identityProtection", "riskyUsers", "confirmCompromised"]
    }

    fn body(&self) -> Option<Value> {
        Some(json!({"userIds": [self.id]}))
    }
}

/// Tells Entra ID Protection that an account's risk is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dismiss {
    /// The user's object id.
    pub id: String,
}

impl Endpoint for Dismiss {
    type Output = Done;
    const CALL: Call = Call::addition("dismiss user risk", WRITE_RISK).of(Service::IdentityProtection);

    fn path(&self) -> Vec<&str> {
        vec!["identityProtection", "riskyUsers", "dismiss"]
    }

    fn body(&self) -> Option<Value> {
        Some(json!({"userIds": [self.id]}))
    }
}
