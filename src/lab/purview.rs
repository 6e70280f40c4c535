//! The Purview side of insider risk alerts: follows Defender after a delay, by the documented mapping.
//! <https://learn.microsoft.com/defender-xdr/irm-investigate-alerts-defender>

use super::entities::Head;
use super::tenant::Tenant;
use crate::base::{TimeSpan, Timestamp};
use indexmap::IndexMap;
use serde_json::{Value, json};

/// State of an alert in Purview.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PurviewState {
    /// Nobody decided yet.
    NeedsReview,
    /// A risk indeed.
    Confirmed,
    /// No risk.
    Dismissed,
}

impl PurviewState {
    /// The state that a Defender alert's status and classification come to.
    pub fn of(alert: Head<'_>) -> Self {
        let text = |name: &str| alert.text(name).unwrap_or_default();
        match (text("status"), text("classification")) {
            ("resolved", "truePositive") => Self::Confirmed,
            ("resolved", _) => Self::Dismissed,
            _ => Self::NeedsReview,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::NeedsReview => "needsReview",
            Self::Confirmed => "confirmed",
            Self::Dismissed => "dismissed",
        }
    }
}

/// Purview's view of every insider risk alert.
#[derive(Debug)]
pub struct Purview {
    alerts: IndexMap<String, Twin>,
}

/// An alert's twin: its states in order of when they take effect.
#[derive(Debug)]
struct Twin {
    history: Vec<(Timestamp, PurviewState)>,
}

impl Purview {
    /// In step with `tenant` at `now`.
    pub fn mirroring(tenant: &Tenant, now: Timestamp) -> Self {
        let insider = tenant.alerts.heads().filter(|(_, alert)| reaches_purview(*alert));
        let twin = |alert: Head<'_>| Twin { history: vec![(now, PurviewState::of(alert))] };
        Self { alerts: insider.map(|(id, alert)| (id.clone(), twin(alert))).collect() }
    }

    /// Notes that `alert` changed in Defender at `now`; Purview follows after `delay`.
    pub fn follow(&mut self, id: &str, alert: &Value, now: Timestamp, delay: TimeSpan) {
        if let Some(twin) = self.alerts.get_mut(id) {
            twin.history.push((now + delay, PurviewState::of(Head::Whole(alert))));
        }
    }

    /// What the control endpoint shows at `now`.
    pub fn describe(&self, now: Timestamp) -> Vec<Value> {
        self.alerts.iter().map(|(id, twin)| twin.describe(id, now)).collect()
    }
}

impl Twin {
    fn describe(&self, id: &str, now: Timestamp) -> Value {
        let current = self.history.iter().rfind(|(due, _)| *due <= now);
        let pending = self.history.last().filter(|(due, _)| *due > now);
        json!({
            "alertId": id,
            "state": current.map_or(PurviewState::NeedsReview, |(_, state)| *state).name(),
            "lastSyncDateTime": current.map(|(due, _)| due.to_string()),
            "pendingState": pending.map(|(_, state)| state.name()),
            "syncDueDateTime": pending.map(|(due, _)| due.to_string()),
        })
    }
}

/// Alerts of custom detections and manual links never reach Purview, whatever service they name.
fn reaches_purview(alert: Head<'_>) -> bool {
    const INSIDER_RISK: &str = "microsoftInsiderRiskManagement";
    ["serviceSource", "detectionSource"].iter().all(|name| alert.text(name) == Some(INSIDER_RISK))
}
