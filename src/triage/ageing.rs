//! How long work may wait before it counts as late.

use super::filter::span;
use crate::base::{TimeSpan, Timestamp};
use crate::model::{Incident, IncidentStatus, Severity};

/// How long an untouched incident of each severity may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Targets {
    high: TimeSpan,
    medium: TimeSpan,
    low: TimeSpan,
    informational: TimeSpan,
}

impl Default for Targets {
    /// The lengths are *invented*: Microsoft names none.
    fn default() -> Self {
        Self {
            high: TimeSpan::hours(4),
            medium: TimeSpan::days(1),
            low: TimeSpan::days(3),
            informational: TimeSpan::days(7),
        }
    }
}

impl Targets {
    /// Sets how long the severity called `name` may wait, as a number and m, h, d or w.
    ///
    /// # Errors
    /// One sentence, where there is no such severity or length.
    pub fn set(&mut self, name: &str, length: &str) -> Result<(), String> {
        let target = match name {
            "high" => &mut self.high,
            "medium" => &mut self.medium,
            "low" => &mut self.low,
            "informational" => &mut self.informational,
            _ => return Err(format!("{name} is no severity; there are high, medium, low, informational")),
        };
        *target = span(length)?;
        Ok(())
    }

    /// How long an incident of this severity may wait.
    pub fn target(&self, severity: &Severity) -> TimeSpan {
        match severity {
            Severity::High => self.high,
            Severity::Medium => self.medium,
            Severity::Low => self.low,
            Severity::Informational | Severity::Unknown | Severity::Unrecognized(_) => self.informational,
        }
    }

    /// Whether nobody has begun with an incident in the time it may wait.
    pub fn is_late(&self, incident: &Incident, now: Timestamp) -> bool {
        incident.status == IncidentStatus::Active
            && incident.created.is_some_and(|created| now.since(created) > self.target(&incident.severity))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FromJson;
    use serde_json::json;

    #[test]
    fn targets_are_as_configured() {
        let mut targets = Targets::default();
        targets.set("high", "30m").unwrap();
        assert_eq!(targets.target(&Severity::High), TimeSpan::minutes(30));
        assert!(targets.set("grave", "1h").unwrap_err().starts_with("grave is no severity"));
        assert!(targets.set("low", "soon").is_err());
    }

    #[test]
    fn the_graver_the_sooner_late_and_begun_work_never_is() {
        let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        let cases = [
            ("high", "active", "2026-11-23T07:59:00Z", true),
            ("high", "active", "2026-11-23T08:00:00Z", false),
            ("high", "inProgress", "2026-11-01T08:00:00Z", false),
            ("medium", "active", "2026-11-23T07:59:00Z", false),
            ("medium", "active", "2026-11-22T11:59:00Z", true),
            ("low", "active", "2026-11-20T11:59:00Z", true),
            ("informational", "active", "2026-11-17T12:00:00Z", false),
        ];
        for (severity, status, created, late) in cases {
            let incident = json!({"id": "1", "severity": severity, "status": status, "createdDateTime": created});
            let incident = Incident::from_json(incident).unwrap();
            assert_eq!(Targets::default().is_late(&incident, now), late, "{severity} {status} {created}");
        }
    }
}
