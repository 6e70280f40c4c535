//! How far Purview has come with what was written to an insider-risk alert, as far as this side can know.
//!
//! Graph does not show the twin in Purview, so all here is derived: from the journal's last write to the alert and from
//! what the alert reads now.

use super::Target;
use super::journal::{Entry, Kind};
use super::purview::SYNC;
use crate::base::Timestamp;
use crate::model::Alert;

/// What is known of the last write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sync {
    /// The time for it is over; whether Purview has followed cannot be seen from here.
    Due(Timestamp),
    /// Purview follows by then at the latest.
    Pending(Timestamp),
    /// The alert no longer reads what was written: Purview or another analyst has changed it since.
    Overturned,
}

impl Sync {
    /// What is said of it, one clause.
    pub fn line(self) -> String {
        match self {
            Self::Pending(by) => format!("follows by {} UTC at the latest", by.to_clock_text()),
            Self::Due(by) => format!("was due by {} UTC, Graph does not show whether it followed", by.to_clock_text()),
            Self::Overturned => "changed since your write, in Purview or by someone else (derived here)".to_owned(),
        }
    }
}

/// Where the last write of a status or classification to `alert` among `entries`, in order of time, stands; `None` for
/// alerts without a twin and those never written.
pub fn of_alert<'a>(alert: &Alert, entries: impl IntoIterator<Item = &'a Entry>, now: Timestamp) -> Option<Sync> {
    if !alert.is_insider_risk() {
        return None;
    }
    let subject = Target::Alert(alert.id.clone()).wire();
    let last = entries
        .into_iter()
        .filter(|entry| entry.kind == Kind::Write && entry.subject == subject)
        .filter(|entry| entry.after.get("status").is_some() || entry.after.get("classification").is_some())
        .last()?;
    let differs =
        |name: &str, now: &str| last.after.get(name).and_then(|value| value.as_str()).is_some_and(|was| was != now);
    if differs("status", alert.status.wire()) || differs("classification", alert.classification.wire()) {
        return Some(Sync::Overturned);
    }
    let by = last.at + SYNC;
    Some(if now < by { Sync::Pending(by) } else { Sync::Due(by) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FromJson;
    use serde_json::json;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn alert(status: &str, source: &str) -> Alert {
        Alert::from_json(json!({"id": "ir1", "status": status, "serviceSource": source})).unwrap()
    }

    fn wrote(subject: &str, after: &serde_json::Value) -> Entry {
        serde_json::from_value(json!({"at": "2026-11-23T12:00:00Z", "by": "j.ruiz@contoso.example", "kind": "write",
            "act": "1", "undoes": "", "subject": subject, "text": "", "before": null, "after": after,
            "request_id": null}))
        .unwrap()
    }

    #[test]
    fn the_last_write_says_how_far_purview_is() {
        let irm = "microsoftInsiderRiskManagement";
        let entries =
            [wrote("alert:ir1", &json!({"status": "resolved"})), wrote("alert:ir1", &json!({"comment": "x"}))];
        let by = at("2026-11-23T12:30:00Z");
        let cases = [
            (alert("resolved", irm), "2026-11-23T12:10:00Z", Some(Sync::Pending(by))),
            (alert("resolved", irm), "2026-11-23T12:30:00Z", Some(Sync::Due(by))),
            (alert("new", irm), "2026-11-23T12:10:00Z", Some(Sync::Overturned)),
            (alert("resolved", "dataLossPrevention"), "2026-11-23T12:10:00Z", None),
        ];
        for (alert, now, expected) in cases {
            assert_eq!(of_alert(&alert, &entries, at(now)), expected, "{now}");
        }
        let others = [wrote("alert:ir2", &json!({"status": "resolved"}))];
        assert_eq!(of_alert(&alert("resolved", irm), &others, by), None);
    }
}
