//! `microsoft.graph.security.incident`.

use super::alert::{Alert, exact};
use super::json::{Fields, FromJson, Shape};
use super::node::Node;
use super::pool::Pool;
use super::rest::Rest;
use super::terms::{Classification, Determination, IncidentStatus, Severity};
use crate::base::{Timestamp, Untrusted};

/// An incident: what correlation put together, and how far triage has come.
#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    /// A decimal number as text.
    pub id: Box<str>,
    /// The name shown in queues.
    pub display_name: Untrusted,
    /// Where it stands.
    pub status: IncidentStatus,
    /// The gravest of its alerts unless someone set it.
    pub severity: Severity,
    /// What it was found to be.
    pub classification: Classification,
    /// The finer finding.
    pub determination: Determination,
    /// The owner's UPN; `None` where nobody's.
    pub assigned_to: Option<Untrusted>,
    /// First seen by the service.
    pub created: Option<Timestamp>,
    /// Last change by anyone.
    pub last_update: Option<Timestamp>,
    /// Who changed it last, as the service words it.
    pub last_modified_by: Option<Untrusted>,
    /// The portal's page.
    pub web_url: Option<Untrusted>,
    /// The survivor's id where this one was merged away.
    pub redirect_incident_id: Option<Untrusted>,
    /// Long text.
    pub description: Option<Untrusted>,
    /// The analyst's or Defender Experts' text.
    pub summary: Option<Untrusted>,
    /// Given when it was resolved.
    pub resolving_comment: Option<Untrusted>,
    /// Microsoft's queue score, 0 to 100, where the tenant has it.
    pub priority_score: Option<i64>,
    /// Analysts' tags.
    pub custom_tags: Vec<Untrusted>,
    /// The service's tags.
    pub system_tags: Vec<Untrusted>,
    /// Comments, oldest first as sent.
    pub comments: Vec<Comment>,
    /// The alerts, where they were asked for with `$expand=alerts`. `None`: not asked for; empty: none came.
    pub alerts: Option<Vec<Alert>>,
    /// Properties this build does not know, as they came.
    pub unknown: Rest,
}

impl FromJson for Incident {
    fn from_node(node: Node<'_>, pool: &Pool) -> Result<Self, Shape> {
        let mut fields = Fields::of("incident", node)?.with(pool);
        let alerts = match fields.take("alerts") {
            Some(Node::List(items)) => {
                let mut alerts = Vec::with_capacity(items.len());
                alerts.extend(items.into_iter().filter_map(|item| Alert::from_node(item, pool).ok()));
                Some(alerts)
            }
            _ => None,
        };
        Ok(Self {
            id: fields.id("incident")?,
            display_name: fields.text_or_empty("displayName"),
            status: fields
                .member("status", IncidentStatus::from_wire)
                .unwrap_or(IncidentStatus::Unrecognized("".into())),
            severity: fields.member("severity", Severity::from_wire).unwrap_or(Severity::Unknown),
            classification: fields
                .member("classification", Classification::from_wire)
                .unwrap_or(Classification::Unknown),
            determination: fields.member("determination", Determination::from_wire).unwrap_or(Determination::Unknown),
            assigned_to: fields.text("assignedTo").filter(|owner| !owner.is_empty()),
            created: fields.time("createdDateTime"),
            last_update: fields.time("lastUpdateDateTime"),
            last_modified_by: fields.text("lastModifiedBy"),
            web_url: fields.own_text("incidentWebUrl"),
            redirect_incident_id: fields.text("redirectIncidentId"),
            description: fields.text("description"),
            summary: fields.text("summary"),
            resolving_comment: fields.text("resolvingComment"),
            priority_score: fields.integer("priorityScore"),
            custom_tags: fields.texts("customTags"),
            system_tags: fields.texts("systemTags"),
            comments: exact(fields.list("comments"), |comment| Comment::read(comment, pool)),
            alerts,
            unknown: fields.kept(),
        })
    }
}

/// A remark on an incident or alert. Has no id and can be neither edited nor deleted.
#[derive(Clone, Debug, PartialEq)]
pub struct Comment {
    /// The text.
    pub comment: Untrusted,
    /// The author as the service names it.
    pub created_by: Untrusted,
    /// When.
    pub created: Option<Timestamp>,
}

impl Comment {
    /// Reads one; every part is optional. Older pages' `createdBy` and `createdTime` are understood.
    pub fn read(node: Node<'_>, pool: &Pool) -> Self {
        let mut fields = Fields::or_empty(node).with(pool);
        let created_by = fields.text("createdByDisplayName").or_else(|| fields.text("createdBy")).unwrap_or_default();
        let created = fields.time("createdDateTime").or_else(|| fields.time("createdTime"));
        Self { comment: fields.text_or_empty("comment"), created_by, created }
    }
}

impl FromJson for Comment {
    fn from_node(node: Node<'_>, pool: &Pool) -> Result<Self, Shape> {
        match node {
            Node::Object(_) => Ok(Self::read(node, pool)),
            other => Err(Shape::new("comment", format!("expected an object, got {}", other.kind()))),
        }
    }
}
