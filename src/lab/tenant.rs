//! The tenant's state: plain JSON resources and hunting tables.

use super::entities::Entities;
use super::schedule::Coming;
use crate::base::Timestamp;
use crate::kql::engine::{Table, Tables};
use std::collections::{BTreeMap, BTreeSet};

/// What the lab is made from; two labs of equal configuration are equal to the byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LabConfig {
    /// Drives every choice of the generator.
    pub seed: u64,
    /// The instant that counts as now when the lab starts; history reaches 30 days back from it.
    pub anchor: Timestamp,
}

/// A tenant as Graph serves it. Every resource has every property of its type, `null` where empty, members after the
/// sentinel by their true names (the server hides them where the request did not ask for them).
#[derive(Clone, Debug, Default)]
pub struct Tenant {
    /// Directory id, a GUID.
    pub id: String,
    /// Verified domain, under `.example`.
    pub domain: String,
    /// Display name of the organisation.
    pub display_name: String,
    /// `security/incidents` by id, newest first, without `alerts`.
    pub incidents: Entities,
    /// `security/alerts_v2` by id, newest first; `incidentId` ties them to incidents.
    pub alerts: Entities,
    /// `users` by object id.
    pub users: Entities,
    /// Object id of each user's manager.
    pub managers: BTreeMap<String, String>,
    /// `identityProtection/riskyUsers` by object id; those that were ever at risk.
    pub risky_users: Entities,
    /// Ids of incidents whose severity was set by hand: it no longer follows their alerts.
    pub severity_set: BTreeSet<String>,
    /// Changes to come after the anchor.
    pub coming: Vec<Coming>,
    /// Hunting tables.
    pub tables: HuntingTables,
}

impl Tenant {
    /// Hides the incidents and alerts that were created after `now`.
    pub fn hide_coming(&mut self, now: Timestamp) {
        self.incidents.hide_coming(now);
        self.alerts.hide_coming(now);
    }

    /// When the next of them arrives.
    pub fn next_arrival(&self) -> Option<Timestamp> {
        let (incident, alert) = (self.incidents.next_arrival(), self.alerts.next_arrival());
        incident.into_iter().chain(alert).min()
    }

    /// Shows the next of them, an incident before an alert of the same instant; its id and its instant.
    pub fn reveal(&mut self) -> Option<(String, Timestamp)> {
        let (incident, alert) = (self.incidents.next_arrival(), self.alerts.next_arrival());
        let is_incident = incident.is_some_and(|incident| alert.is_none_or(|alert| incident <= alert));
        let (id, at) = if is_incident { (self.incidents.reveal(), incident) } else { (self.alerts.reveal(), alert) };
        Some((id?, at?))
    }
}

/// Hunting tables by name.
#[derive(Clone, Debug, Default)]
pub struct HuntingTables(pub BTreeMap<String, Table>);

impl Tables for HuntingTables {
    fn table(&self, name: &str) -> Option<&Table> {
        self.0.get(name)
    }
}
