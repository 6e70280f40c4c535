//! Why a call did not do what it should, and what the analyst can do about it.

use super::auth::SignInError;
use super::endpoint::{Call, Method, Pace, Repeat};
use super::http::Reason;
use crate::base::{Timestamp, Untrusted};
use crate::model::Shape;
use std::fmt;

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no token to call with.
    #[error("{}: {source}", call.name)]
    SignIn {
        /// The call.
        call: &'static Call,
        /// Why.
        source: SignInError,
    },
    /// The service answered with an error.
    #[error("{0}")]
    Refused(Box<Refusal>),
    /// The service had said, to another call, when it wants to be asked again, and that is too long to wait.
    #[error("{}: not asked: throttled until {} UTC", call.name, until.to_seconds_text())]
    Held {
        /// The call.
        call: &'static Call,
        /// When the service wants to be asked again.
        until: Timestamp,
    },
    /// No connection stood: nothing was sent.
    #[error("{}: cannot reach {host}: {reason}", call.name)]
    Unreached {
        /// The call.
        call: &'static Call,
        /// Scheme, host and port.
        host: String,
        /// Why.
        reason: Reason,
    },
    /// The connection broke, or the time ran out, after the request was sent.
    #[error("{}: no answer: {reason}", call.name)]
    Lost {
        /// The call.
        call: &'static Call,
        /// The network's words.
        reason: String,
        /// What support can find the call by.
        client_request_id: String,
    },
    /// The answer is not what the API documents.
    #[error("{}: unexpected answer: {problem}", call.name)]
    Shape {
        /// The call.
        call: &'static Call,
        /// What is wrong with it.
        problem: Shape,
        /// What support can find the call by.
        client_request_id: String,
    },
    /// The call was not sent, because it makes no sense.
    #[error("{}: {problem}", call.name)]
    Invalid {
        /// The call.
        call: &'static Call,
        /// Why not.
        problem: String,
    },
}

/// An error that the service, or something on the way to it, answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The call.
    pub call: &'static Call,
    /// HTTP status.
    pub status: u16,
    /// Graph's error code; often empty.
    pub code: Untrusted,
    /// Graph's message, or the start of a body that was not JSON; may be empty.
    pub message: Untrusted,
    /// Whether the body was Graph's. If not, a proxy or an edge answered.
    pub is_graph: bool,
    /// Graph's id of the call.
    pub request_id: Option<Untrusted>,
    /// Our id of the call.
    pub client_request_id: String,
    /// When the service wants to be asked again.
    pub until: Option<Timestamp>,
}

/// What a failure is, for those who act on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Not signed in, or no longer.
    SignIn,
    /// The app lacks a permission or an administrator's consent.
    Permission,
    /// The person lacks a role.
    Role,
    /// The tenant lacks a licence, or the product is not set up.
    License,
    /// There is no such thing.
    NotFound,
    /// Too many calls.
    Throttled {
        /// When the service wants to be asked again, where it said so.
        until: Option<Timestamp>,
    },
    /// The network did not carry the call, or not its answer.
    Offline,
    /// The hunting query is wrong; the message is Kusto's.
    BadQuery,
    /// The request is wrong: a value, a filter, an id.
    Invalid,
    /// The service failed.
    Service,
    /// The answer is not what the API documents.
    Shape,
}

impl Error {
    /// The call that failed.
    pub fn call(&self) -> &'static Call {
        match self {
            Self::Refused(refusal) => refusal.call,
            Self::SignIn { call, .. }
            | Self::Held { call, .. }
            | Self::Unreached { call, .. }
            | Self::Lost { call, .. }
            | Self::Shape { call, .. }
            | Self::Invalid { call, .. } => call,
        }
    }

    /// The same of another call, which met it too.
    pub fn of(mut self, other: &'static Call) -> Self {
        match &mut self {
            Self::Refused(refusal) => refusal.call = other,
            Self::SignIn { call, .. }
            | Self::Held { call, .. }
            | Self::Unreached { call, .. }
            | Self::Lost { call, .. }
            | Self::Shape { call, .. }
            | Self::Invalid { call, .. } => *call = other,
        }
        self
    }

    /// What the failure is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::SignIn { source, .. } if source.is_offline() => Kind::Offline,
            Self::SignIn { .. } => Kind::SignIn,
            Self::Refused(refusal) => refusal.kind(),
            Self::Held { until, .. } => Kind::Throttled { until: Some(*until) },
            Self::Unreached { .. } | Self::Lost { .. } => Kind::Offline,
            Self::Shape { .. } => Kind::Shape,
            Self::Invalid { .. } => Kind::Invalid,
        }
    }

    /// The service's own words, where it answered with some.
    pub fn service_message(&self) -> Option<Untrusted> {
        match self {
            Self::Refused(refusal) => Some(refusal.message.clone()).filter(|message| !message.is_empty()),
            _ => None,
        }
    }

    /// HTTP status, where there was an answer.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused(refusal) => Some(refusal.status),
            _ => None,
        }
    }

    /// What support can find the call by: Graph's id, or else ours.
    pub fn request_id(&self) -> Option<Untrusted> {
        match self {
            Self::Refused(refusal) => {
                refusal.request_id.clone().or_else(|| Some(refusal.client_request_id.as_str().into()))
            }
            Self::Lost { client_request_id, .. } | Self::Shape { client_request_id, .. } => {
                Some(client_request_id.as_str().into())
            }
            Self::SignIn { source, .. } => source.correlation_id().cloned(),
            Self::Held { .. } | Self::Unreached { .. } | Self::Invalid { .. } => None,
        }
    }

    /// Whether a write may have been done although it failed: it was sent and its fate is unknown.
    pub fn may_have_happened(&self) -> bool {
        let writes = self.call().repeat != Repeat::Harmless;
        match self {
            Self::Lost { .. } | Self::Shape { .. } => writes,
            Self::Refused(refusal) => writes && matches!(refusal.status, 500 | 502..=504),
            Self::SignIn { .. } | Self::Held { .. } | Self::Unreached { .. } | Self::Invalid { .. } => false,
        }
    }

    /// What to do about it, one or two sentences without a full stop.
    pub fn remedy(&self) -> String {
        if self.may_have_happened() {
            return "it may have been done all the same; look at the record before you try again".to_owned();
        }
        match self {
            Self::SignIn { source, .. } => source.remedy(),
            Self::Refused(refusal) => refusal.remedy(),
            Self::Held { until, .. } => wait_until(*until),
            Self::Unreached { reason, .. } => reason
                .remedy
                .unwrap_or("check the network, the proxy and the address of the cloud, then try again")
                .to_owned(),
            Self::Lost { call, .. } if call.pace == Pace::Hunting => NARROW.to_owned(),
            Self::Lost { .. } => "the connection broke; try again".to_owned(),
            Self::Shape { .. } => {
                "the answer does not fit what Graph documents; report it with the request id".to_owned()
            }
            Self::Invalid { .. } => "correct it; nothing was sent".to_owned(),
        }
    }
}

fn wait_until(until: Timestamp) -> String {
    format!("Graph asks to wait until {} UTC; then try again", until.to_clock_text())
}

/// What to do about a hunting query that takes too long.
const NARROW: &str = "the query ran too long; narrow its time range or filter earlier";

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.call.name)?;
        f.write_str(": ")?;
        f.write_str(match self.kind() {
            Kind::SignIn => "Graph does not accept the token",
            Kind::Permission => "permission missing",
            Kind::Role => "not allowed",
            Kind::License => "not licensed or not set up",
            Kind::NotFound => "not found",
            Kind::Throttled { .. } => "throttled",
            Kind::BadQuery => "the query was refused",
            Kind::Invalid => "the request was refused",
            Kind::Offline | Kind::Service | Kind::Shape => "the service failed",
        })?;
        write!(f, " ({}", self.status)?;
        if !self.code.is_empty() {
            write!(f, " {}", self.code.line())?;
        }
        f.write_str(")")?;
        if let Some(until) = self.until {
            write!(f, " until {} UTC", until.to_seconds_text())?;
        }
        if !self.message.is_empty() {
            write!(f, ": {}", self.message.line().trim_end_matches('.'))?;
        }
        Ok(())
    }
}

impl Refusal {
    /// What it is. The status decides; texts only tell the many causes of 401 and 403 apart.
    pub fn kind(&self) -> Kind {
        if !self.is_graph && !matches!(self.status, 401 | 429) {
            return Kind::Service;
        }
        match self.status {
            401 | 403 if self.says(&NOT_SET_UP) => Kind::License,
            401 => Kind::SignIn,
            403 if self.says(&["missing application roles", "missing scope", "insufficient privileges"]) => {
                Kind::Permission
            }
            403 if self.says(&["required permissions to access this item", "role"]) => Kind::Role,
            403 => Kind::Permission,
            404 => Kind::NotFound,
            429 => Kind::Throttled { until: self.until },
            400 if self.call.pace == Pace::Hunting => Kind::BadQuery,
            400..=499 => Kind::Invalid,
            _ => Kind::Service,
        }
    }

    fn says(&self, phrases: &[&str]) -> bool {
        let message = self.message.raw().to_lowercase();
        let code = self.code.raw().to_lowercase();
        phrases.iter().any(|phrase| message.contains(phrase) || code.contains(phrase))
    }

    fn remedy(&self) -> String {
        let permission = self.call.permission;
        match self.kind() {
            Kind::SignIn => {
                "sign in again; if it stays, check that the profile names the cloud this tenant lives in".to_owned()
            }
            Kind::Permission => format!(
                "the app needs {permission}, granted with an administrator's consent; then sign in again{}",
                if self.call.repeat == Repeat::Harmless { "" } else { ". Reading works without it" }
            ),
            Kind::Role => format!(
                "your account needs a role: {} in Microsoft Entra or Defender's unified RBAC, and an Insider Risk \
                 Management role group in Purview for insider-risk alerts; the app needs {permission}",
                if self.call.repeat == Repeat::Harmless { "Security Reader" } else { "Security Operator" }
            ),
            Kind::License if self.says(&["provisioned", "inactive"]) => {
                "Microsoft Defender XDR is not set up in this tenant; an administrator opens security.microsoft.com \
                 once to start it"
                    .to_owned()
            }
            Kind::License => "the tenant has no licence for this; ask an administrator".to_owned(),
            Kind::NotFound if self.call.name.starts_with("list") => {
                "the tenant has no Defender workload behind this, or the profile names another cloud".to_owned()
            }
            Kind::NotFound => "it was removed or merged away, or the id is wrong; look it up in the list".to_owned(),
            Kind::Throttled { until: Some(until) } => wait_until(until),
            Kind::Throttled { until: None } => "wait a minute, then try again".to_owned(),
            Kind::BadQuery => {
                "correct the query: the text is the service's own. A table that cannot be resolved may not \
                               be licensed or shared with Defender in this tenant"
                    .to_owned()
            }
            Kind::Invalid if self.call.method == Method::Get => {
                "change the filter; Graph does not take this one".to_owned()
            }
            Kind::Invalid => "a value is not accepted; read the record again, then change it".to_owned(),
            Kind::Service if !self.is_graph => {
                "something on the way to Graph answered, a proxy perhaps; show the text to whoever runs the network"
                    .to_owned()
            }
            Kind::Service if self.call.pace == Pace::Hunting => NARROW.to_owned(),
            Kind::Offline | Kind::Service | Kind::Shape => {
                "the service is in trouble; try again in a minute, and keep the request id for support".to_owned()
            }
        }
    }
}

/// Words by which a 401 or 403 shows that the product, not the caller, is missing.
const NOT_SET_UP: [&str; 6] = [
    "not provisioned",
    "account mode is inactive",
    "tvm license",
    "not licensed",
    "nonpremiumtenant",
    "premium license",
];
