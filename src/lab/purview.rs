//! The Purview side of insider risk alerts. Each side decides; the other hears of it after a delay; the later decision
//! wins. <https://learn.microsoft.com/defender-xdr/irm-investigate-alerts-defender>

use super::entities::Head;
use super::generate::alert::Alert;
use super::schedule::{Change, Coming};
use super::tenant::Tenant;
use crate::base::{TimeSpan, Timestamp};
use indexmap::IndexMap;
use serde_json::{Value, json};
use std::sync::Arc;

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

/// What a Purview user does to an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// Confirms it.
    Confirm,
    /// Dismisses it.
    Dismiss,
    /// Puts it back to review.
    Reopen,
}

/// Defender's status and classification, and the Purview state they come to; the first that fits counts. No
/// classification, or an unknown one, dismisses a resolved alert.
static TO_PURVIEW: &[(&str, Option<&str>, PurviewState)] = &[
    ("new", None, PurviewState::NeedsReview),
    ("inProgress", None, PurviewState::NeedsReview),
    ("resolved", Some("truePositive"), PurviewState::Confirmed),
    ("resolved", Some("informationalExpectedActivity"), PurviewState::Dismissed),
    ("resolved", Some("falsePositive"), PurviewState::Dismissed),
    ("resolved", None, PurviewState::Dismissed),
];

/// A Purview state, and Defender's status and classification for it. Which of its two classifications a dismissed alert
/// gets is not documented; that it is `falsePositive` is invented.
static TO_DEFENDER: &[(PurviewState, &str, &str)] = &[
    (PurviewState::NeedsReview, "new", "unknown"),
    (PurviewState::Confirmed, "resolved", "truePositive"),
    (PurviewState::Dismissed, "resolved", "falsePositive"),
];

impl PurviewState {
    /// The state that a Defender alert's status and classification come to.
    pub fn of(alert: Head<'_>) -> Self {
        let (status, classification) = (alert.text("status"), alert.text("classification"));
        let fits = |(known, wanted, _): &&(&str, Option<&str>, Self)| {
            status == Some(known) && (wanted.is_none() || *wanted == classification)
        };
        TO_PURVIEW.iter().find(fits).map_or(Self::NeedsReview, |(_, _, state)| *state)
    }

    /// Status and classification in Defender.
    pub fn in_defender(self) -> (&'static str, &'static str) {
        let found = TO_DEFENDER.iter().find(|(state, _, _)| *state == self);
        found.map_or(("new", "unknown"), |(_, status, classification)| (status, classification))
    }

    /// Purview's word.
    const fn name(self) -> &'static str {
        match self {
            Self::NeedsReview => "needsReview",
            Self::Confirmed => "confirmed",
            Self::Dismissed => "dismissed",
        }
    }
}

impl Move {
    const fn state(self) -> PurviewState {
        match self {
            Self::Confirm => PurviewState::Confirmed,
            Self::Dismiss => PurviewState::Dismissed,
            Self::Reopen => PurviewState::NeedsReview,
        }
    }
}

/// What Defender knows of an alert at the instant of a decision.
#[derive(Clone, Debug)]
pub struct Sides {
    decided: Timestamp,
    state: PurviewState,
    severity: Value,
    classification: Value,
}

/// More activity of the person an alert is about.
#[derive(Clone, Debug)]
pub struct Growth {
    /// The alert as it is from now on: graver, described anew, with more evidence at the end.
    pub alert: Arc<Alert>,
    /// How many activities count by now.
    pub count: usize,
}

/// Purview's view of every insider risk alert.
#[derive(Debug)]
pub struct Purview {
    alerts: IndexMap<String, Twin>,
}

/// An alert's twin.
#[derive(Debug)]
struct Twin {
    state: PurviewState,
    severity: Value,
    classification: Value,
    /// How many activities count; `None` for as many as the alert was raised with.
    count: Option<usize>,
    /// When the decision that it knows was made, on whichever side.
    decided: Timestamp,
    /// When it last came into step with Defender.
    synced: Timestamp,
    /// When the decision that Defender knows was made.
    decided_in_defender: Timestamp,
    /// The decision on its way here, and when it arrives.
    inbound: Option<(Timestamp, PurviewState)>,
    /// The decision on its way to Defender, and when it arrives.
    outbound: Option<(Timestamp, PurviewState)>,
}

impl Purview {
    /// In step with `tenant` at `now`.
    pub fn mirroring(tenant: &Tenant, now: Timestamp) -> Self {
        let mut purview = Self { alerts: IndexMap::new() };
        let insider = tenant.alerts.heads().filter(|(_, alert)| reaches_purview(*alert));
        for (id, alert) in insider {
            purview.meet(id, alert, now);
        }
        purview
    }

    /// Gives `alert`, which is there since `at`, a twin if it is one of Insider Risk Management's.
    pub fn meet(&mut self, id: &str, alert: Head<'_>, at: Timestamp) {
        if !reaches_purview(alert) {
            return;
        }
        let property = |name: &str| alert.property(name).cloned().unwrap_or_default();
        let twin = Twin {
            state: PurviewState::of(alert),
            severity: property("severity"),
            classification: property("classification"),
            count: None,
            decided: at,
            synced: at,
            decided_in_defender: at,
            inbound: None,
            outbound: None,
        };
        self.alerts.insert(id.to_owned(), twin);
    }

    /// Notes that `alert` was decided on in Defender at `now`; what Purview will hear of it after `delay`.
    pub fn follow(&mut self, id: &str, alert: &Value, now: Timestamp, delay: TimeSpan) -> Option<Coming> {
        let twin = self.alerts.get_mut(id)?;
        let state = PurviewState::of(Head::Whole(alert));
        let (severity, classification) = (alert["severity"].clone(), alert["classification"].clone());
        twin.decided_in_defender = now;
        twin.inbound = Some((now + delay, state));
        let sides = Sides { decided: now, state, severity, classification };
        Some((now + delay, Change::ToPurview(id.to_owned(), sides)))
    }

    /// Hears, at `at`, what was decided in Defender; nothing comes of it where Purview decided later.
    pub fn hear(&mut self, id: &str, sides: &Sides, at: Timestamp) {
        let Some(twin) = self.alerts.get_mut(id) else { return };
        twin.inbound.take_if(|(due, _)| *due <= at);
        if sides.decided < twin.decided {
            return;
        }
        twin.state = sides.state;
        twin.severity = sides.severity.clone();
        twin.classification = sides.classification.clone();
        (twin.decided, twin.synced) = (sides.decided, at);
    }

    /// A Purview user decides on the alert `id` at `now`; what Defender will hear of it after `delay`.
    pub fn decide(&mut self, id: &str, decision: Move, now: Timestamp, delay: TimeSpan) -> Option<Coming> {
        let twin = self.alerts.get_mut(id)?;
        twin.state = decision.state();
        twin.classification = twin.state.in_defender().1.into();
        twin.decided = now;
        twin.outbound = Some((now + delay, twin.state));
        Some((now + delay, Change::ToDefender(id.to_owned(), now, twin.state)))
    }

    /// Whether Defender, hearing at `at` what was decided here at `decided`, takes it over: it did not decide later
    /// itself.
    pub fn may_move_defender(&mut self, id: &str, decided: Timestamp, at: Timestamp) -> bool {
        let Some(twin) = self.alerts.get_mut(id) else { return false };
        twin.outbound.take_if(|(due, _)| *due <= at);
        let is_later = decided >= twin.decided_in_defender;
        if is_later {
            (twin.decided_in_defender, twin.synced) = (decided, at);
        }
        is_later
    }

    /// Counts more activity towards the alert `id`; `false` where it no longer counts, since someone decided.
    pub fn grow(&mut self, id: &str, growth: &Growth) -> bool {
        let open = self.alerts.get_mut(id).filter(|twin| twin.state == PurviewState::NeedsReview);
        let severity = growth.alert.severity.graph();
        open.map(|twin| (twin.severity, twin.count) = (severity.into(), Some(growth.count))).is_some()
    }

    /// What the control endpoint shows.
    pub fn describe(&self, tenant: &Tenant) -> Vec<Value> {
        let describe = |(id, twin): (&String, &Twin)| {
            let alert = tenant.alerts.get(id)?;
            let additional = |name: &str| alert.pointer(&format!("/additionalData/{name}")).and_then(Value::as_str);
            let raised = additional("EventCount").and_then(|count| count.parse().ok());
            Some(twin.describe(id, additional("TriggeringEvent"), twin.count.or(raised)))
        };
        self.alerts.iter().filter_map(describe).collect()
    }
}

impl Twin {
    fn describe(&self, id: &str, trigger: Option<&str>, count: Option<usize>) -> Value {
        let pending = |way: Option<(Timestamp, PurviewState)>| {
            (way.map(|(_, state)| state.name()), way.map(|(due, _)| due.to_string()))
        };
        let (inbound, outbound) = (pending(self.inbound), pending(self.outbound));
        json!({
            "alertId": id,
            "state": self.state.name(),
            "severity": self.severity,
            "classification": self.classification,
            "trigger": trigger,
            "activityCount": count,
            "lastSyncDateTime": self.synced,
            "pendingState": inbound.0,
            "syncDueDateTime": inbound.1,
            "pendingInDefender": outbound.0,
            "defenderDueDateTime": outbound.1,
        })
    }
}

/// Alerts of custom detections and manual links never reach Purview, whatever service they name.
fn reaches_purview(alert: Head<'_>) -> bool {
    const INSIDER_RISK: &str = "microsoftInsiderRiskManagement";
    ["serviceSource", "detectionSource"].iter().all(|name| alert.text(name) == Some(INSIDER_RISK))
}
