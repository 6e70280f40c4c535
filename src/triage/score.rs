//! A priority of our own, 0 to 100, made of reasons that can be read. It is not Microsoft's score and says so.

use crate::base::{TimeSpan, Timestamp};
use crate::model::{Incident, IncidentStatus, ServiceSource, Severity};

/// A priority and what it is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// The sum of the reasons, held within 0 to 100.
    pub points: u8,
    /// Why, in the order of the rules.
    pub reasons: Vec<Reason>,
}

/// One reason of a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    /// What it adds, or takes away where negative.
    pub points: i8,
    /// In a word or two.
    pub text: &'static str,
}

/// What a score is made from besides the incident itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Setting<'a> {
    /// The sources of its alerts, each once.
    pub sources: &'a [ServiceSource],
    /// How many alerts it has.
    pub alert_count: usize,
}

/// The priority alone: no allocation, for sorting long queues.
pub fn points(incident: &Incident, setting: Setting<'_>, now: Timestamp) -> u8 {
    let mut sum = 0_i32;
    each_reason(incident, setting, now, |reason| sum += i32::from(reason.points));
    sum.clamp(0, 100) as u8
}

/// The priority with its reasons.
pub fn explain(incident: &Incident, setting: Setting<'_>, now: Timestamp) -> Score {
    let mut reasons = Vec::new();
    each_reason(incident, setting, now, |reason| reasons.push(reason));
    Score { points: points(incident, setting, now), reasons }
}

/// The rules, each in one place.
fn each_reason(incident: &Incident, setting: Setting<'_>, now: Timestamp, mut add: impl FnMut(Reason)) {
    let mut reason = |points: i8, text: &'static str| add(Reason { points, text });
    match incident.severity {
        Severity::High => reason(40, "high"),
        Severity::Medium => reason(25, "medium"),
        Severity::Low => reason(10, "low"),
        Severity::Informational | Severity::Unknown | Severity::Unrecognized(_) => {}
    }
    match incident.status {
        IncidentStatus::Active => reason(10, "untouched"),
        IncidentStatus::AwaitingAction => reason(10, "awaits you"),
        IncidentStatus::Resolved | IncidentStatus::Redirected => reason(-60, "closed"),
        IncidentStatus::InProgress | IncidentStatus::Unrecognized(_) => {}
    }
    if incident.assigned_to.is_none() {
        reason(5, "no owner");
    }
    if setting.sources.contains(&ServiceSource::InsiderRiskManagement) {
        reason(15, "insider risk");
    }
    match setting.sources.len() {
        0 | 1 => {}
        2 => reason(8, "2 sources agree"),
        _ => reason(14, "3+ sources agree"),
    }
    if setting.alert_count >= 5 {
        reason(6, "5+ alerts");
    }
    if let Some(created) = incident.created {
        let age = now.since(created);
        if age < TimeSpan::hours(4) {
            reason(4, "under 4 h old");
        } else if age > TimeSpan::days(3) && incident.status == IncidentStatus::Active {
            reason(6, "3 d untouched");
        }
    }
}
