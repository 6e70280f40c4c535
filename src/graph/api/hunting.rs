//! `security/runHuntingQuery`.

use crate::graph::endpoint::{Call, Endpoint, Method, Pace, Service};
use crate::model::HuntingResult;
use serde_json::{Value, json};

/// Runs a KQL query over the tenant's hunting tables. It only reads, so it may be sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// KQL.
    pub query: String,
    /// An ISO 8601 duration or interval, e.g. `P7D`; 30 days where absent. The shorter of it and the query's own
    /// time filter counts.
    pub timespan: Option<String>,
}

impl Endpoint for Run {
    type Output = HuntingResult;
    const CALL: Call = Call {
        method: Method::Post,
        pace: Pace::Hunting,
        ..Call::read("run hunting query", "ThreatHunting.Read.All").of(Service::Hunting)
    };

    fn path(&self) -> Vec<&str> {
        vec!["security", "runHuntingQuery"]
    }

    fn body(&self) -> Option<Value> {
        let mut body = json!({"Query": self.query});
        if let Some(timespan) = &self.timespan {
            body["Timespan"] = timespan.as_str().into();
        }
        Some(body)
    }
}
