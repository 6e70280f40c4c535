//! How long work may wait before it counts as late.

use crate::base::{TimeSpan, Timestamp};
use crate::model::{Incident, IncidentStatus, Severity};

/// How long an untouched incident of this severity may wait. The lengths are *invented*: Microsoft names none.
pub fn target(severity: &Severity) -> TimeSpan {
    match severity {
        Severity::High => TimeSpan::hours(4),
        Severity::Medium => TimeSpan::days(1),
        Severity::Low => TimeSpan::days(3),
        Severity::Informational | Severity::Unknown | Severity::Unrecognized(_) => TimeSpan::days(7),
    }
}

/// Whether nobody has begun with an incident within its [`target`].
pub fn is_late(incident: &Incident, now: Timestamp) -> bool {
    incident.status == IncidentStatus::Active
        && incident.created.is_some_and(|created| now.since(created) > target(&incident.severity))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FromJson;
    use serde_json::json;

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
            assert_eq!(is_late(&incident, now), late, "{severity} {status} {created}");
        }
    }
}
