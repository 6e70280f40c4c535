//! How far Purview has come with what was written to an insider-risk alert, as far as this side can know.
//!
//! Graph does not show the twin in Purview, so all here is derived: from the journal's last write to the alert and from
//! what the alert reads now.

use super::journal::{Entry, Kind};
use super::purview::SYNC;
use crate::base::{TimeSpan, Timestamp};
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

/// How long after its time a sync is still flagged: later, nobody would look any more.
const FLAGGED: TimeSpan = TimeSpan::days(1);

impl Sync {
    /// One sign for a row of a queue: `…` waiting, `!` overdue, `≠` changed on the other side; none where there is
    /// nothing to watch.
    pub fn mark(self, now: Timestamp) -> Option<char> {
        match self {
            Self::Pending(_) => Some('…'),
            Self::Due(by) => (now < by + FLAGGED).then_some('!'),
            Self::Overturned => Some('≠'),
        }
    }

    /// What is said of it, one clause.
    pub fn line(self) -> String {
        match self {
            Self::Pending(by) => format!("follows by {} UTC at the latest", by.to_clock_text()),
            Self::Due(by) => format!("was due by {} UTC, Graph does not show whether it followed", by.to_clock_text()),
            Self::Overturned => "changed since your write, in Purview or by someone else (derived here)".to_owned(),
        }
    }
}

/// Whether `entry` says that a status or a classification was written, which Purview follows.
pub fn is_disposition(entry: &Entry) -> bool {
    entry.kind == Kind::Write && (entry.after.get("status").is_some() || entry.after.get("classification").is_some())
}

/// Where the `last` disposition written to `alert` stands; `None` for alerts without a twin in Purview.
pub fn of_alert(alert: &Alert, last: &Entry, now: Timestamp) -> Option<Sync> {
    if !alert.is_insider_risk() {
        return None;
    }
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

    fn wrote(after: &serde_json::Value) -> Entry {
        serde_json::from_value(json!({"at": "2026-11-23T12:00:00Z", "by": "j.ruiz@contoso.example", "kind": "write",
            "act": "1", "undoes": "", "subject": "alert:ir1", "text": "", "before": null, "after": after,
            "request_id": null}))
        .unwrap()
    }

    #[test]
    fn the_last_write_says_how_far_purview_is() {
        let irm = "microsoftInsiderRiskManagement";
        let last = wrote(&json!({"status": "resolved"}));
        assert!(is_disposition(&last) && !is_disposition(&wrote(&json!({"comment": "x"}))));
        let by = at("2026-11-23T12:30:00Z");
        let cases = [
            (alert("resolved", irm), "2026-11-23T12:10:00Z", Some(Sync::Pending(by))),
            (alert("resolved", irm), "2026-11-23T12:30:00Z", Some(Sync::Due(by))),
            (alert("new", irm), "2026-11-23T12:10:00Z", Some(Sync::Overturned)),
            (alert("resolved", "dataLossPrevention"), "2026-11-23T12:10:00Z", None),
        ];
        for (alert, now, expected) in cases {
            assert_eq!(of_alert(&alert, &last, at(now)), expected, "{now}");
        }
    }

    #[test]
    fn a_row_is_marked_while_there_is_something_to_watch() {
        let by = at("2026-11-23T12:30:00Z");
        let cases = [
            (Sync::Pending(by), "2026-11-23T12:10:00Z", Some('…')),
            (Sync::Due(by), "2026-11-23T12:40:00Z", Some('!')),
            (Sync::Due(by), "2026-11-24T12:30:00Z", None),
            (Sync::Overturned, "2026-11-25T12:30:00Z", Some('≠')),
        ];
        for (sync, now, expected) in cases {
            assert_eq!(sync.mark(at(now)), expected, "{sync:?} at {now}");
        }
    }
}
