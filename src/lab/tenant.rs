//! The tenant's state: plain JSON resources and hunting tables.

use super::Scale;
use super::entities::{Deferred, Entities};
use super::generate::stories::Debrief;
use super::generate::stories::file::StoryFile;
use super::schedule::Coming;
use super::tables::HuntingTables;
use crate::base::Timestamp;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What the lab is made from; two labs of equal configuration are equal to the byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LabConfig {
    /// Drives every choice of the generator.
    pub seed: u64,
    /// The instant that counts as now when the lab starts; history reaches 30 days back from it.
    pub anchor: Timestamp,
    /// How large the tenant is.
    pub scale: Scale,
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
    /// `identityProtection/riskDetections` by id, newest first.
    pub risk_detections: Entities,
    /// `identityProtection/riskyUsers/{id}/history` by the user's object id, newest first.
    pub risky_history: BTreeMap<String, Vec<Value>>,
    /// `auditLogs/signIns` by id, newest first.
    pub sign_ins: Deferred,
    /// `groups` by object id.
    pub groups: Entities,
    /// `directoryRoles` by object id.
    pub directory_roles: Entities,
    /// Object ids of the groups and directory roles that each user or group is a member of.
    pub member_of: BTreeMap<String, Vec<String>>,
    /// Ids of incidents whose severity was set by hand: it no longer follows their alerts.
    pub severity_set: BTreeSet<String>,
    /// Ids of incidents that someone renamed: a merge gives them a new name.
    pub renamed: BTreeSet<String>,
    /// Changes to come after the anchor.
    pub coming: Vec<Coming>,
    /// Hunting tables.
    pub tables: HuntingTables,
    /// The planted stories, by number.
    pub stories: Vec<Planted>,
}

/// A planted story by the ids that it has in a tenant.
#[derive(Clone, Debug)]
pub struct Planted {
    /// As written, with its true verdict.
    pub file: &'static StoryFile,
    /// Id of its incident.
    pub incident: String,
    /// When that was made.
    pub created: Timestamp,
    /// Ids of its alerts.
    pub alerts: Vec<String>,
    /// What is told afterwards, in this tenant's names and numbers.
    pub debrief: Debrief,
}

impl Tenant {
    /// Hides the incidents and alerts that were created after `now`; sign-ins come with theirs hidden.
    pub fn hide_coming(&mut self, now: Timestamp) {
        self.incidents.hide_coming(now);
        self.alerts.hide_coming(now);
    }

    /// When the next incident or alert arrives.
    pub fn next_arrival(&self) -> Option<Timestamp> {
        let (incident, alert) = (self.incidents.next_arrival(), self.alerts.next_arrival());
        incident.into_iter().chain(alert).min()
    }

    /// When the next of anything hidden does, sign-ins too.
    pub fn next_coming(&self) -> Option<Timestamp> {
        self.next_arrival().into_iter().chain(self.sign_ins.next_arrival()).min()
    }

    /// Shows the sign-ins that have happened by `now`.
    pub fn reveal_sign_ins(&mut self, now: Timestamp) {
        let is_due = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
        if is_due(self.sign_ins.next_arrival()) {
            let sign_ins = self.sign_ins.to_mut();
            while is_due(sign_ins.next_arrival()) {
                sign_ins.reveal();
            }
        }
    }

    /// Shows the next of them, an incident before an alert of the same instant; its id and its instant.
    pub fn reveal(&mut self) -> Option<(String, Timestamp)> {
        let (incident, alert) = (self.incidents.next_arrival(), self.alerts.next_arrival());
        let is_incident = incident.is_some_and(|incident| alert.is_none_or(|alert| incident <= alert));
        let (id, at) = if is_incident { (self.incidents.reveal(), incident) } else { (self.alerts.reveal(), alert) };
        Some((id?, at?))
    }
}
