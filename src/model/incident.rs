//! `microsoft.graph.security.incident`.

use super::alert::{Alert, exact};
use super::json::{Fields, FromJson, Shape};
use super::node::Node;
use super::packed::{Packed, Unpack};
use super::pool::Pool;
use super::rest::Rest;
use super::terms::{Classification, Determination, IncidentStatus, Severity};
use crate::base::{Timestamp, Untrusted};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// An incident: what correlation put together, and how far triage has come. Reads as its [`IncidentStanding`], which
/// incidents that stand alike share; the rest of it is packed, see [`Incident::details`].
#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    /// A decimal number as text.
    pub id: Box<str>,
    /// First seen by the service.
    pub created: Option<Timestamp>,
    /// Last change by anyone.
    pub last_update: Option<Timestamp>,
    /// The alerts, where they were asked for with `$expand=alerts`. `None`: not asked for; empty: none came.
    pub alerts: Option<Box<[Alert]>>,
    standing: Arc<IncidentStanding>,
    details: Packed<IncidentDetails>,
}

/// What an incident has in common with others: what it is called, and how far triage has come.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IncidentStanding {
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
    /// Who changed it last, as the service words it.
    pub last_modified_by: Option<Untrusted>,
    /// The survivor's id where this one was merged away.
    pub redirect_incident_id: Option<Untrusted>,
    /// Microsoft's queue score, 0 to 100, where the tenant has it.
    pub priority_score: Option<i64>,
    /// Analysts' tags.
    pub custom_tags: Vec<Untrusted>,
    /// The service's tags.
    pub system_tags: Vec<Untrusted>,
}

/// What is an incident's own and seldom looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct IncidentDetails {
    /// The portal's page.
    pub web_url: Option<Untrusted>,
    /// Long text.
    pub description: Option<Untrusted>,
    /// The analyst's or Defender Experts' text.
    pub summary: Option<Untrusted>,
    /// Given when it was resolved.
    pub resolving_comment: Option<Untrusted>,
    /// Comments, oldest first as sent.
    pub comments: Vec<Comment>,
    /// Properties this build does not know, as they came.
    pub unknown: Rest,
}

impl Incident {
    /// What it has in common with others.
    pub fn standing(&self) -> &Arc<IncidentStanding> {
        &self.standing
    }

    /// What is its own and seldom looked at. It is unpacked where it has to be, and stays so until [`Incident::close`].
    pub fn details(&self) -> &IncidentDetails {
        self.details.get()
    }

    /// Lets go of the details until somebody asks for them again.
    pub fn close(&mut self) {
        self.details.close();
    }

    /// The details, to be changed.
    #[cfg(test)]
    pub fn details_mut(&mut self) -> &mut IncidentDetails {
        self.details.get_mut()
    }
}

impl Deref for Incident {
    type Target = IncidentStanding;

    fn deref(&self) -> &IncidentStanding {
        &self.standing
    }
}

impl DerefMut for Incident {
    fn deref_mut(&mut self) -> &mut IncidentStanding {
        Arc::make_mut(&mut self.standing)
    }
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
        let id = fields.id("incident")?;
        let standing = IncidentStanding {
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
            last_modified_by: fields.text("lastModifiedBy"),
            redirect_incident_id: fields.text("redirectIncidentId"),
            priority_score: fields.integer("priorityScore"),
            custom_tags: fields.texts("customTags"),
            system_tags: fields.texts("systemTags"),
        };
        Ok(Self {
            id,
            created: fields.time("createdDateTime"),
            last_update: fields.time("lastUpdateDateTime"),
            alerts: alerts.map(Vec::into_boxed_slice),
            standing: pool.incident(standing),
            details: Packed::of(fields.rest(), pool),
        })
    }
}

impl Unpack for IncidentDetails {
    fn read(properties: Node<'_>, _pool: &Pool) -> Self {
        let mut fields = Fields::or_empty(properties);
        Self {
            web_url: fields.text("incidentWebUrl"),
            description: fields.text("description"),
            summary: fields.text("summary"),
            resolving_comment: fields.text("resolvingComment"),
            comments: exact(fields.list("comments"), Comment::read),
            unknown: fields.kept(),
        }
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
    pub fn read(node: Node<'_>) -> Self {
        let mut fields = Fields::or_empty(node);
        let created_by = fields.text("createdByDisplayName").or_else(|| fields.text("createdBy")).unwrap_or_default();
        let created = fields.time("createdDateTime").or_else(|| fields.time("createdTime"));
        Self { comment: fields.text_or_empty("comment"), created_by, created }
    }
}

impl FromJson for Comment {
    fn from_node(node: Node<'_>, _pool: &Pool) -> Result<Self, Shape> {
        match node {
            Node::Object(_) => Ok(Self::read(node)),
            other => Err(Shape::new("comment", format!("expected an object, got {}", other.kind()))),
        }
    }
}
