//! `microsoft.graph.security.alert`, the resource of `alerts_v2`.

use super::evidence::Evidence;
use super::incident::Comment;
use super::json::{Fields, FromJson, Shape};
use super::node::Node;
use super::packed::{Packed, Unpack};
use super::pool::Pool;
use super::rest::Rest;
use super::service_source::ServiceSource;
use super::terms::{AlertStatus, Classification, Determination, Severity};
use crate::base::{Timestamp, Untrusted};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// An alert: one detection, its evidence, and how far triage has come. Reads as its [`AlertStanding`], which alerts that
/// stand alike share; the rest of it is packed, see [`Alert::details`].
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// Product prefix and provider id, e.g. `ir…`; the same as `AlertInfo.AlertId` in hunting.
    pub id: Box<str>,
    /// The incident it belongs to.
    pub incident_id: Option<Box<str>>,
    /// First seen by the service.
    pub created: Option<Timestamp>,
    /// Last change by anyone.
    pub last_update: Option<Timestamp>,
    /// Earliest activity behind it.
    pub first_activity: Option<Timestamp>,
    /// Latest activity behind it.
    pub last_activity: Option<Timestamp>,
    standing: Arc<AlertStanding>,
    details: Packed<AlertDetails>,
}

/// What an alert has in common with many others: what was found, by whom, and how far triage has come.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AlertStanding {
    /// What was detected.
    pub title: Untrusted,
    /// What the service recommends.
    pub recommended_actions: Option<Untrusted>,
    /// Where it stands.
    pub status: AlertStatus,
    /// How grave.
    pub severity: Severity,
    /// What it was found to be.
    pub classification: Classification,
    /// The finer finding.
    pub determination: Determination,
    /// The owner's UPN; `None` where nobody's.
    pub assigned_to: Option<Untrusted>,
    /// The product it comes from; from the id's prefix where Graph hid the member.
    pub service_source: ServiceSource,
    /// The technology that found it, as on the wire.
    pub detection_source: Option<Untrusted>,
    /// The detector's id: alerts of one detector are of one kind.
    pub detector_id: Option<Untrusted>,
    /// The product's display name.
    pub product_name: Option<Untrusted>,
    /// Kill-chain categories.
    pub categories: Vec<Untrusted>,
    /// MITRE ATT&CK technique ids.
    pub mitre_techniques: Vec<Untrusted>,
}

/// What is an alert's own and seldom looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertDetails {
    /// Long text.
    pub description: Option<Untrusted>,
    /// When it was resolved.
    pub resolved: Option<Timestamp>,
    /// The portal's page.
    pub web_url: Option<Untrusted>,
    /// Comments, oldest first as sent.
    pub comments: Vec<Comment>,
    /// What it is about.
    pub evidence: Vec<Evidence>,
    /// Properties this build does not know, as they came.
    pub unknown: Rest,
}

impl Deref for Alert {
    type Target = AlertStanding;

    fn deref(&self) -> &AlertStanding {
        &self.standing
    }
}

impl DerefMut for Alert {
    fn deref_mut(&mut self) -> &mut AlertStanding {
        Arc::make_mut(&mut self.standing)
    }
}

impl Alert {
    /// What it has in common with others.
    pub fn standing(&self) -> &Arc<AlertStanding> {
        &self.standing
    }

    /// What is its own and seldom looked at. It is unpacked where it has to be, and stays so until [`Alert::close`].
    pub fn details(&self) -> &AlertDetails {
        self.details.get()
    }

    /// Lets go of the details until somebody asks for them again.
    pub fn close(&mut self) {
        self.details.close();
    }

    /// The details, to be changed.
    #[cfg(test)]
    pub fn details_mut(&mut self) -> &mut AlertDetails {
        self.details.get_mut()
    }

    /// Whether Purview's Insider Risk Management made it, so that triage here moves its twin there.
    ///
    /// Custom detections on insider-risk tables and manual links do not reach Purview; they carry another source.
    pub fn is_insider_risk(&self) -> bool {
        self.service_source == ServiceSource::InsiderRiskManagement
    }

    /// When what it tells of began: its earliest activity, else when it was created.
    pub fn began(&self) -> Option<Timestamp> {
        self.first_activity.or(self.created)
    }
}

impl FromJson for Alert {
    fn from_node(node: Node<'_>, pool: &Pool) -> Result<Self, Shape> {
        let mut fields = Fields::of("alert", node)?.with(pool);
        let id = fields.id("alert")?;
        let sent = fields.member("serviceSource", ServiceSource::from_wire).unwrap_or(ServiceSource::Unknown);
        let service_source = match sent {
            hidden @ ServiceSource::Unrecognized(_) => ServiceSource::from_alert_id(&id).unwrap_or(hidden),
            known => known,
        };
        let mut categories = fields.texts("categories");
        // Deprecated, and may differ from the list: then it stays among the unknown.
        if categories.is_empty() {
            categories.extend(fields.text("category"));
        }
        let standing = AlertStanding {
            title: fields.text_or_empty("title"),
            recommended_actions: fields.text("recommendedActions"),
            status: fields.member("status", AlertStatus::from_wire).unwrap_or(AlertStatus::Unknown),
            severity: fields.member("severity", Severity::from_wire).unwrap_or(Severity::Unknown),
            classification: fields
                .member("classification", Classification::from_wire)
                .unwrap_or(Classification::Unknown),
            determination: fields.member("determination", Determination::from_wire).unwrap_or(Determination::Unknown),
            assigned_to: fields.text("assignedTo").filter(|owner| !owner.is_empty()),
            service_source,
            detection_source: fields.text("detectionSource"),
            detector_id: fields.text("detectorId"),
            product_name: fields.text("productName"),
            categories,
            mitre_techniques: fields.texts("mitreTechniques"),
        };
        Ok(Self {
            incident_id: fields.own_text("incidentId").map(|id| id.raw().into()),
            created: fields.time("createdDateTime"),
            last_update: fields.time("lastUpdateDateTime"),
            first_activity: fields.time("firstActivityDateTime"),
            last_activity: fields.time("lastActivityDateTime"),
            id,
            standing: pool.alert(standing),
            details: Packed::of(fields.rest(), pool),
        })
    }
}

impl Unpack for AlertDetails {
    fn read(properties: Node<'_>, pool: &Pool) -> Self {
        // What other alerts do not say too is not worth a place in the pool.
        let mut fields = Fields::or_empty(properties);
        Self {
            description: fields.text("description"),
            resolved: fields.time("resolvedDateTime"),
            web_url: fields.text("alertWebUrl"),
            comments: exact(fields.list("comments"), Comment::read),
            evidence: exact(fields.list("evidence"), |evidence| Evidence::from_node(evidence, pool)),
            unknown: fields.kept(),
        }
    }
}

/// Each of `items` as `read` makes it, in a list no longer than it must be.
pub fn exact<T>(items: Vec<Node<'_>>, read: impl Fn(Node<'_>) -> T) -> Vec<T> {
    let mut list = Vec::with_capacity(items.len());
    list.extend(items.into_iter().map(read));
    list
}
