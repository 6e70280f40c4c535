//! A priority of our own, 0 to 100, made of reasons that can be read. It is not Microsoft's score and says so.
//!
//! What each reason weighs is in [`REASONS`]; a profile may say otherwise.

use crate::base::near::nearest;
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

macro_rules! reasons {
    ($($(#[doc = $doc:literal])+ $rule:ident = $name:literal, $points:literal, $text:literal;)+) => {
        /// Why an incident comes sooner or later.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        enum Rule { $($(#[doc = $doc])+ $rule,)+ }

        /// Every reason: its name in the configuration, what it weighs unless that says otherwise, and its words. The
        /// weights are *invented*.
        pub const REASONS: &[(&str, i8, &str)] = &[$(($name, $points, $text),)+];
    };
}

reasons! {
    /// High severity.
    High = "high", 40, "high";
    /// Medium severity.
    Medium = "medium", 25, "medium";
    /// Low severity.
    Low = "low", 10, "low";
    /// Nobody has begun.
    Untouched = "untouched", 10, "untouched";
    /// Defender Experts wait for the customer.
    AwaitsYou = "awaits_you", 10, "awaits you";
    /// Resolved or merged into another.
    Closed = "closed", -60, "closed";
    /// Nobody's.
    NoOwner = "no_owner", 5, "no owner";
    /// One of its alerts is Insider Risk Management's.
    InsiderRisk = "insider_risk", 15, "insider risk";
    /// Two products have found something.
    TwoSources = "two_sources", 8, "2 sources agree";
    /// Three products or more have.
    MoreSources = "more_sources", 14, "3+ sources agree";
    /// Five alerts or more.
    ManyAlerts = "many_alerts", 6, "5+ alerts";
    /// Something it names is on a watchlist.
    Watched = "watched", 15, "on a watchlist";
    /// Created within four hours.
    Fresh = "fresh", 4, "under 4 h old";
    /// Untouched for three days.
    Waiting = "waiting", 6, "3 d untouched";
}

/// What each reason weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weights([i8; REASONS.len()]);

impl Default for Weights {
    fn default() -> Self {
        let mut weights = [0; REASONS.len()];
        for (weight, (_, points, _)) in weights.iter_mut().zip(REASONS) {
            *weight = *points;
        }
        Self(weights)
    }
}

impl Weights {
    /// Sets what the reason called `name` weighs.
    ///
    /// # Errors
    /// One sentence, where there is no such reason or `points` are not within -100 to 100.
    pub fn set(&mut self, name: &str, points: i64) -> Result<(), String> {
        let Some(place) = REASONS.iter().position(|(known, ..)| *known == name) else {
            let near = nearest(name, REASONS.iter().map(|(known, ..)| *known));
            let near = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            return Err(format!("{name} is no reason of the priority{near}"));
        };
        let points = i8::try_from(points).ok().filter(|points| (-100..=100).contains(points));
        match (self.0.get_mut(place), points) {
            (Some(weight), Some(points)) => {
                *weight = points;
                Ok(())
            }
            _ => Err(format!("{name} weighs -100 to 100")),
        }
    }

    fn reason(&self, rule: Rule) -> Reason {
        let place = rule as usize;
        let text = REASONS.get(place).map_or("", |(.., text)| *text);
        Reason { points: self.0.get(place).copied().unwrap_or_default(), text }
    }
}

/// What a score is made from besides the incident itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Setting<'a> {
    /// The sources of its alerts, each once.
    pub sources: &'a [ServiceSource],
    /// How many alerts it has.
    pub alert_count: usize,
    /// Whether something it names is on a watchlist.
    pub is_watched: bool,
    /// What each reason weighs.
    pub weights: Weights,
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

/// The rules, each in one place. A reason that weighs nothing is none.
fn each_reason(incident: &Incident, setting: Setting<'_>, now: Timestamp, mut add: impl FnMut(Reason)) {
    let mut reason = |rule: Rule| {
        let found = setting.weights.reason(rule);
        if found.points != 0 {
            add(found);
        }
    };
    match incident.severity {
        Severity::High => reason(Rule::High),
        Severity::Medium => reason(Rule::Medium),
        Severity::Low => reason(Rule::Low),
        Severity::Informational | Severity::Unknown | Severity::Unrecognized(_) => {}
    }
    match incident.status {
        IncidentStatus::Active => reason(Rule::Untouched),
        IncidentStatus::AwaitingAction => reason(Rule::AwaitsYou),
        IncidentStatus::Resolved | IncidentStatus::Redirected => reason(Rule::Closed),
        IncidentStatus::InProgress | IncidentStatus::Unrecognized(_) => {}
    }
    if incident.assigned_to.is_none() {
        reason(Rule::NoOwner);
    }
    if setting.sources.contains(&ServiceSource::InsiderRiskManagement) {
        reason(Rule::InsiderRisk);
    }
    match setting.sources.len() {
        0 | 1 => {}
        2 => reason(Rule::TwoSources),
        _ => reason(Rule::MoreSources),
    }
    if setting.alert_count >= 5 {
        reason(Rule::ManyAlerts);
    }
    if setting.is_watched {
        reason(Rule::Watched);
    }
    if let Some(created) = incident.created {
        let age = now.since(created);
        if age < TimeSpan::hours(4) {
            reason(Rule::Fresh);
        } else if age > TimeSpan::days(3) && incident.status == IncidentStatus::Active {
            reason(Rule::Waiting);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FromJson;
    use serde_json::json;

    #[test]
    fn weights_count_as_configured_and_mistakes_are_told() {
        let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        let incident =
            json!({"id": "1", "severity": "high", "status": "active", "createdDateTime": "2026-11-23T11:00:00Z"});
        let incident = Incident::from_json(incident).unwrap();
        let mut setting = Setting { is_watched: true, ..Setting::default() };
        assert_eq!(points(&incident, setting, now), 40 + 10 + 5 + 15 + 4);
        setting.weights.set("high", 70).unwrap();
        setting.weights.set("watched", 0).unwrap();
        let score = explain(&incident, setting, now);
        assert_eq!(score.points, 70 + 10 + 5 + 4);
        assert!(score.reasons.iter().all(|reason| reason.text != "on a watchlist"), "{:?}", score.reasons);
        let told = |name: &str, points| Weights::default().set(name, points).unwrap_err();
        assert_eq!(told("insider_risks", 1), "insider_risks is no reason of the priority; did you mean insider_risk?");
        assert_eq!(told("low", 101), "low weighs -100 to 100");
    }
}
