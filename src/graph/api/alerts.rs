//! `security/alerts_v2`.

use super::{comment_body, list_options};
use crate::graph::Page;
use crate::graph::endpoint::{Call, Endpoint};
use crate::model;
use serde_json::Value;

const READ: &str = "SecurityAlert.Read.All";
const WRITE: &str = "SecurityAlert.ReadWrite.All";

/// Alerts a page unless told otherwise. Graph takes up to 1,000; an alert with its evidence is some 4 to 40 kB.
const PAGE_DEFAULT: usize = 100;
/// The most alerts a page that Graph is known to take.
const PAGE_MAX: usize = 1_000;

/// Lists alerts, newest first unless `order_by` says otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// OData filter. Graph takes assignedTo, classification, determination, createdDateTime, lastUpdateDateTime,
    /// severity, serviceSource and status, and `any()` over evidence.
    pub filter: Option<String>,
    /// OData order, e.g. `createdDateTime desc`. Graph does not document it: sort again.
    pub order_by: Option<String>,
    /// Items a page, at most 1,000; 0 for 100.
    pub top: usize,
}

impl List {
    /// The alerts whose evidence names the user `upn`.
    /// <https://learn.microsoft.com/graph/security-alerts-migrate>
    pub fn about_user(upn: &str) -> Self {
        let property = "microsoft.graph.security.userEvidence/userAccount/userPrincipalName";
        let filter = format!("evidence/any(e: e/{property} eq {})", super::quoted(upn));
        Self { filter: Some(filter), ..Self::default() }
    }
}

impl Endpoint for List {
    type Output = Page<model::Alert>;
    const CALL: Call = Call::read("list alerts", READ).with_unknown_members();

    fn path(&self) -> Vec<&str> {
        vec!["security", "alerts_v2"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        let top = if self.top == 0 { PAGE_DEFAULT } else { self.top.min(PAGE_MAX) };
        list_options(self.filter.as_deref(), self.order_by.as_deref(), top)
    }
}

/// Reads one alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Get {
    /// Its id.
    pub id: String,
}

impl Endpoint for Get {
    type Output = model::Alert;
    const CALL: Call = Call::read("read alert", READ).with_unknown_members();

    fn path(&self) -> Vec<&str> {
        vec!["security", "alerts_v2", &self.id]
    }
}

/// Changes an alert. The answer may lag behind the change: read the alert again.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    /// Its id.
    pub id: String,
    /// What changes.
    pub update: model::Update,
}

impl Endpoint for Update {
    type Output = model::Alert;
    const CALL: Call = Call::change("update alert", WRITE).with_unknown_members();

    fn path(&self) -> Vec<&str> {
        vec!["security", "alerts_v2", &self.id]
    }

    fn body(&self) -> Option<Value> {
        Some(self.update.body())
    }
}

/// Adds a comment to an alert; answers all its comments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddComment {
    /// The alert's id.
    pub id: String,
    /// The text.
    pub comment: String,
}

impl Endpoint for AddComment {
    type Output = Page<model::Comment>;
    const CALL: Call = Call::addition("comment on alert", WRITE);

    fn path(&self) -> Vec<&str> {
        vec!["security", "alerts_v2", &self.id, "comments"]
    }

    fn body(&self) -> Option<Value> {
        Some(comment_body(&self.comment))
    }
}
