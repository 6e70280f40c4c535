//! `GraphApiAuditEvents`: calls of Microsoft Graph.

use super::{Cell, Row, RowWriter, text, when};
use crate::base::Timestamp;
use crate::lab::generate::people::Person;
use std::sync::Arc;

/// A row.
#[derive(Clone, Debug)]
pub struct GraphApiAuditEvent {
    /// When.
    pub at: Timestamp,
    /// For whom; `None` where an application calls for itself.
    pub person: Option<Arc<Person>>,
    /// Client id of the application.
    pub application_id: Arc<str>,
    /// Object id of its service principal.
    pub principal_id: Arc<str>,
    /// Method.
    pub method: &'static str,
    /// Address.
    pub uri: Arc<str>,
    /// Answer's status.
    pub status: &'static str,
    /// Answer's bytes.
    pub size: i64,
    /// Scopes of the token.
    pub scopes: &'static str,
    /// From where.
    pub ip: Arc<str>,
    /// Row id.
    pub report_id: u128,
}

impl Row for GraphApiAuditEvent {
    const TABLE: &'static str = "GraphApiAuditEvents";

    fn at(&self) -> Timestamp {
        self.at
    }

    fn push(self, table: &mut RowWriter) {
        let id = Cell::guid(self.report_id);
        let person = self.person.as_ref();
        table.push([
            ("Timestamp", when(self.at)),
            ("IdentityProvider", Cell::Fixed("https://sts.windows.net/")),
            ("ApiVersion", Cell::Fixed("v1.0")),
            ("ApplicationId", text(&self.application_id)),
            ("IpAddress", text(&self.ip)),
            ("ClientRequestId", id.clone()),
            ("EntityType", Cell::Fixed(if person.is_some() { "user" } else { "app" })),
            ("RequestUri", text(&self.uri)),
            ("AccountObjectId", person.map_or(Cell::Null, |person| text(&person.object_id))),
            ("OperationId", id.clone()),
            ("Location", Cell::Fixed("West Europe")),
            ("RequestDuration", Cell::string((self.size % 900 + 40).to_string())),
            ("RequestId", id.clone()),
            ("RequestMethod", Cell::Fixed(self.method)),
            ("ResponseStatusCode", Cell::Fixed(self.status)),
            ("ResponseSize", Cell::Long(self.size)),
            ("Scopes", Cell::Fixed(self.scopes)),
            ("TargetWorkload", Cell::Fixed("Microsoft.Exchange")),
            ("ServicePrincipalId", text(&self.principal_id)),
            ("ReportId", id),
        ]);
    }
}
