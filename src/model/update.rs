//! The body of a PATCH on an incident or alert: only what changes.

use super::terms::{AlertStatus, Classification, Determination, IncidentStatus, Severity};
use serde_json::{Map, Value};

/// Changes to an incident or alert; `None` leaves the property alone.
///
/// Incidents take all of them; alerts take status, classification, determination and owner.
/// <https://learn.microsoft.com/graph/api/security-incident-update>,
/// <https://learn.microsoft.com/graph/api/security-alert-update>
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Update {
    /// New status of an incident.
    pub incident_status: Option<IncidentStatus>,
    /// New status of an alert.
    pub alert_status: Option<AlertStatus>,
    /// New classification.
    pub classification: Option<Classification>,
    /// New determination.
    pub determination: Option<Determination>,
    /// New owner's UPN; empty text to make it nobody's, which Graph does not document but takes.
    pub assigned_to: Option<String>,
    /// New severity, incidents only.
    pub severity: Option<Severity>,
    /// The whole new set of tags, incidents only.
    pub custom_tags: Option<Vec<String>>,
}

impl Update {
    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The JSON body.
    pub fn body(&self) -> Value {
        let mut body = Map::new();
        let mut set = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                body.insert(name.to_owned(), value);
            }
        };
        set("status", self.incident_status.as_ref().map(|status| status.wire().into()));
        set("status", self.alert_status.as_ref().map(|status| status.wire().into()));
        set("classification", self.classification.as_ref().map(|classification| classification.wire().into()));
        set("determination", self.determination.as_ref().map(|determination| determination.wire().into()));
        set("assignedTo", self.assigned_to.as_deref().map(Value::from));
        set("severity", self.severity.as_ref().map(|severity| severity.wire().into()));
        set("customTags", self.custom_tags.clone().map(Value::from));
        Value::Object(body)
    }
}
