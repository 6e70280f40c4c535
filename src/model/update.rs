//! The body of a PATCH on an incident or alert: only what changes.

use super::json::Fields;
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
    /// New name, incidents only.
    pub display_name: Option<String>,
    /// New description, incidents only; empty text where there was none before.
    pub description: Option<String>,
    /// New summary, incidents only; empty text where there was none before.
    pub summary: Option<String>,
    /// Why it was resolved, incidents only; empty text where there was none before.
    pub resolving_comment: Option<String>,
    /// Whether sign-in is to be allowed, accounts only.
    pub account_enabled: Option<bool>,
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
        set("displayName", self.display_name.as_deref().map(Value::from));
        set("description", self.description.as_deref().map(Value::from));
        set("summary", self.summary.as_deref().map(Value::from));
        set("resolvingComment", self.resolving_comment.as_deref().map(Value::from));
        set("accountEnabled", self.account_enabled.map(Value::from));
        Value::Object(body)
    }

    /// Reads what [`Self::body`] wrote for an incident or, where not `is_incident`, an alert.
    pub fn from_body(body: Value, is_incident: bool) -> Self {
        let has_tags = body.get("customTags").is_some();
        let mut fields = Fields::or_empty(body);
        let text = |fields: &mut Fields, name: &str| fields.text(name).map(|text| text.raw().to_owned());
        let mut update = Self {
            classification: fields.member("classification", Classification::from_wire),
            determination: fields.member("determination", Determination::from_wire),
            severity: fields.member("severity", Severity::from_wire),
            assigned_to: text(&mut fields, "assignedTo"),
            display_name: text(&mut fields, "displayName"),
            description: text(&mut fields, "description"),
            summary: text(&mut fields, "summary"),
            resolving_comment: text(&mut fields, "resolvingComment"),
            account_enabled: fields.flag("accountEnabled"),
            ..Self::default()
        };
        if has_tags {
            let tags = fields.texts("customTags");
            update.custom_tags = Some(tags.iter().map(|tag| tag.raw().to_owned()).collect());
        }
        if is_incident {
            update.incident_status = fields.member("status", IncidentStatus::from_wire);
        } else {
            update.alert_status = fields.member("status", AlertStatus::from_wire);
        }
        update
    }
}
