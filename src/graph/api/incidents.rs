//! `security/incidents`.

use super::{comment_body, list_options};
use crate::base::limits::INCIDENT_PAGE_MAX;
use crate::graph::Page;
use crate::graph::endpoint::{Call, Endpoint};
use crate::model;
use serde_json::Value;

const READ: &str = "SecurityIncident.Read.All";
const WRITE: &str = "SecurityIncident.ReadWrite.All";

/// Lists incidents, newest first unless `order_by` says otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// OData filter. Graph takes assignedTo, classification, createdDateTime, determination, lastUpdateDateTime,
    /// severity and status.
    pub filter: Option<String>,
    /// OData order, e.g. `lastUpdateDateTime desc`. Graph does not document it: sort again.
    pub order_by: Option<String>,
    /// Items a page, at most [`INCIDENT_PAGE_MAX`]; 0 for that maximum.
    pub top: usize,
}

impl Endpoint for List {
    type Output = Page<model::Incident>;
    const CALL: Call = Call::read("list incidents", READ).with_unknown_members();

    fn path(&self) -> Vec<&str> {
        vec!["security", "incidents"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        let top = if self.top == 0 { INCIDENT_PAGE_MAX } else { self.top.min(INCIDENT_PAGE_MAX) };
        list_options(self.filter.as_deref(), self.order_by.as_deref(), top)
    }
}

/// Reads one incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Get {
    /// Its id.
    pub id: String,
    /// Whether its alerts come with it, evidence and all.
    pub with_alerts: bool,
}

impl Endpoint for Get {
    type Output = model::Incident;
    const CALL: Call = Call::read("read incident", READ).with_unknown_members();

    fn path(&self) -> Vec<&str> {
        vec!["security", "incidents", &self.id]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        if self.with_alerts { vec![("$expand", "alerts".to_owned())] } else { Vec::new() }
    }
}

/// Changes an incident. The answer may lag behind the change: read the incident again.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    /// Its id.
    pub id: String,
    /// What changes.
    pub update: model::Update,
}

impl Endpoint for Update {
    type Output = model::Incident;
    const CALL: Call = Call::change("update incident", WRITE).with_unknown_members();

    fn path(&self) -> Vec<&str> {
        vec!["security", "incidents", &self.id]
    }

    fn body(&self) -> Option<Value> {
        Some(self.update.body())
    }
}

/// Adds a comment to an incident; answers all its comments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddComment {
    /// The incident's id.
    pub id: String,
    /// The text.
    pub comment: String,
}

impl Endpoint for AddComment {
    type Output = Page<model::Comment>;
    const CALL: Call = Call::addition("comment on incident", WRITE);

    fn path(&self) -> Vec<&str> {
        vec!["security", "incidents", &self.id, "comments"]
    }

    fn body(&self) -> Option<Value> {
        Some(comment_body(&self.comment))
    }
}
