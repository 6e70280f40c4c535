//! How far Purview has come with what was written to an insider-risk alert, as far as this side can know.
//!
//! Graph does not show the twin in Purview, so all here is derived: from the journal's last write to the alert and from
//! what the alert reads now.

use super::journal::{Entry, Kind};
use super::purview::{SYNC, state_of};
use crate::base::{TimeSpan, Timestamp};
use crate::model::{Alert, AlertStatus, Classification};
use serde_json::Value;

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

/// Where the dispositions written to `alert`, latest first, stand; `None` for alerts without a twin in Purview, and where
/// the twin had nothing to follow: New and In progress are both *Needs review* there.
pub fn of_alert<'a>(alert: &Alert, writes: impl Iterator<Item = &'a Entry>, now: Timestamp) -> Option<Sync> {
    let mut writes = writes.peekable();
    let last = *writes.peek()?;
    if !alert.is_insider_risk() {
        return None;
    }
    let differs = |name: &str, now: &str| word(&last.after, name).is_some_and(|was| was != now);
    if differs("status", alert.status.wire()) || differs("classification", alert.classification.wire()) {
        return Some(Sync::Overturned);
    }
    let (mut status, mut classification) = (alert.status.clone(), alert.classification.clone());
    for write in writes {
        let after = state_of(&status, &classification);
        // What was there before is not known of everything that was written: Purview may have moved.
        let is_known = |name| word(&write.after, name).is_none() || word(&write.before, name).is_some();
        status = word(&write.before, "status").map_or(status, AlertStatus::from_wire);
        classification = word(&write.before, "classification").map_or(classification, Classification::from_wire);
        let has_moved = after != state_of(&status, &classification);
        if has_moved || !(is_known("status") && is_known("classification")) {
            let by = write.at + SYNC;
            return Some(if now < by { Sync::Pending(by) } else { Sync::Due(by) });
        }
    }
    None
}

/// The text called `name` of a PATCH body.
fn word<'a>(body: &'a Value, name: &str) -> Option<&'a str> {
    body.get(name).and_then(Value::as_str)
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

    fn wrote(after: &Value) -> Entry {
        changed("2026-11-23T12:00:00Z", &Value::Null, after)
    }

    fn changed(at: &str, before: &Value, after: &Value) -> Entry {
        serde_json::from_value(json!({"at": at, "by": "j.ruiz@contoso.example", "kind": "write",
            "act": "1", "undoes": "", "subject": "alert:ir1", "text": "", "before": before, "after": after,
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
            assert_eq!(of_alert(&alert, std::iter::once(&last), at(now)), expected, "{now}");
        }
    }

    #[test]
    fn only_what_moves_the_twin_is_waited_for() {
        let found = |status: &str, found: &str| json!({"status": status, "classification": found});
        let one = |before: Value, after: Value| vec![("2026-11-23T12:00:00Z", before, after)];
        let pending = Some(Sync::Pending(at("2026-11-23T12:30:00Z")));
        let alert = |status: &str, found: &str| {
            let irm = "microsoftInsiderRiskManagement";
            Alert::from_json(json!({"id": "ir1", "status": status, "classification": found, "serviceSource": irm}))
                .unwrap()
        };
        let cases = [
            // Needs review either way.
            (alert("inProgress", "unknown"), one(json!({"status": "new"}), json!({"status": "inProgress"})), None),
            (
                alert("new", "truePositive"),
                one(json!({"classification": "unknown"}), json!({"classification": "truePositive"})),
                None,
            ),
            // Dismissed either way.
            (
                alert("resolved", "falsePositive"),
                one(found("resolved", "informationalExpectedActivity"), found("resolved", "falsePositive")),
                None,
            ),
            (
                alert("resolved", "truePositive"),
                one(found("new", "unknown"), found("resolved", "truePositive")),
                pending,
            ),
            // The first moved it, the one after it did not: the first is still waited for.
            (
                alert("resolved", "falsePositive"),
                vec![
                    (
                        "2026-11-23T12:10:00Z",
                        json!({"classification": "unknown"}),
                        json!({"classification": "falsePositive"}),
                    ),
                    ("2026-11-23T12:00:00Z", json!({"status": "new"}), json!({"status": "resolved"})),
                ],
                pending,
            ),
        ];
        for (alert, writes, expected) in cases {
            let writes: Vec<Entry> = writes.iter().map(|(at, before, after)| changed(at, before, after)).collect();
            assert_eq!(of_alert(&alert, writes.iter(), at("2026-11-23T12:20:00Z")), expected, "{writes:?}");
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
