//! A call of the API as data: what to send, what comes back, and what the transport has to know about it.

use crate::model::FromJson;
use serde_json::Value;
use std::time::Duration;

/// The HTTP methods in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Changes the properties sent.
    Patch,
    /// Runs an action or appends.
    Post,
}

impl Method {
    /// As HTTP writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Patch => "PATCH",
            Self::Post => "POST",
        }
    }
}

/// How long a call may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Lists and single resources.
    Quick,
    /// `runHuntingQuery`: the service itself stops after three minutes.
    Hunting,
}

/// How long to wait, by kind of call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// A try of a [`Pace::Quick`] call, from connecting to the last byte of the body.
    pub quick: Duration,
    /// The same for [`Pace::Hunting`].
    pub hunting: Duration,
    /// The longest silence once a body has begun, whatever the call.
    pub silence: Duration,
}

impl Timeouts {
    /// For a try of `pace`.
    pub const fn of(&self, pace: Pace) -> Duration {
        match pace {
            Pace::Quick => self.quick,
            Pace::Hunting => self.hunting,
        }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { quick: Duration::from_secs(60), hunting: Duration::from_secs(200), silence: Duration::from_secs(20) }
    }
}

/// The parts of Graph that count calls apart from one another.
/// <https://learn.microsoft.com/graph/throttling-limits>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Incidents and alerts.
    Security,
    /// Hunting: its own rate and the tenant's processing quota.
    Hunting,
    /// Risky users: one call a second for all apps of a tenant together.
    IdentityProtection,
    /// Users.
    Directory,
    /// Batches as such; what is in them counts with its own.
    Batch,
}

impl Service {
    /// How many there are.
    pub const COUNT: usize = 5;
}

/// What doing a call twice would mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Nothing: it only reads.
    Harmless,
    /// The same values are written again, over what someone else may have written in between.
    Overwrites,
    /// A second one is added, e.g. a comment.
    Doubles,
}

/// The constant part of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// What it does, for messages: `list incidents`.
    pub name: &'static str,
    /// Method.
    pub method: Method,
    /// The least permission that allows it; the names are the same for delegated and application permissions.
    pub permission: &'static str,
    /// How long it may take.
    pub pace: Pace,
    /// Whose patience it draws on.
    pub service: Service,
    /// What sending it twice would mean.
    pub repeat: Repeat,
    /// Whether to ask for enum members after the sentinel, without which Insider Risk shows as `unknownFutureValue`.
    /// <https://learn.microsoft.com/graph/best-practices-concept#handling-future-members-in-evolvable-enumerations>
    pub unknown_members: bool,
}

impl Call {
    /// A plain read by GET.
    pub const fn read(name: &'static str, permission: &'static str) -> Self {
        Self {
            name,
            method: Method::Get,
            permission,
            pace: Pace::Quick,
            service: Service::Security,
            repeat: Repeat::Harmless,
            unknown_members: false,
        }
    }

    /// A change of properties by PATCH.
    pub const fn change(name: &'static str, permission: &'static str) -> Self {
        Self { method: Method::Patch, repeat: Repeat::Overwrites, ..Self::read(name, permission) }
    }

    /// An addition by POST.
    pub const fn addition(name: &'static str, permission: &'static str) -> Self {
        Self { method: Method::Post, repeat: Repeat::Doubles, ..Self::read(name, permission) }
    }

    /// The same call to another service.
    pub const fn of(self, service: Service) -> Self {
        Self { service, ..self }
    }

    /// The same call, asking for enum members after the sentinel.
    pub const fn with_unknown_members(self) -> Self {
        Self { unknown_members: true, ..self }
    }
}

/// One call of the API. Implemented by one struct per call in [`api`](super::api).
pub trait Endpoint {
    /// What it answers.
    type Output: FromJson;

    /// Its constant part.
    const CALL: Call;

    /// Path below `v1.0`, segment by segment and not encoded.
    fn path(&self) -> Vec<&str>;

    /// Query options, not encoded.
    fn query(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// JSON body.
    fn body(&self) -> Option<Value> {
        None
    }
}
