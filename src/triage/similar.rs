//! Alerts like another one, and why: the same detector, user, device or file. Derived here from what the alerts say.

use super::Person;
use crate::base::Untrusted;
use crate::model::{Alert, EvidenceKind};
use xxhash_rust::xxh64::xxh64;

/// What two alerts have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The rule that found them.
    Detector,
    /// A person they are about.
    User,
    /// A device, by its id or its full name.
    Device,
    /// A file, by its hash or its name.
    File,
}

impl Why {
    /// The word on screen, after "same".
    pub const fn title(self) -> &'static str {
        match self {
            Self::Detector => "detector",
            Self::User => "user",
            Self::Device => "device",
            Self::File => "file",
        }
    }
}

/// An alert like the one asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Similar {
    /// Its id.
    pub id: Box<str>,
    /// What both have in common, never empty.
    pub why: Vec<Why>,
}

/// By what an alert is told from others.
#[derive(Clone, Copy, Debug)]
pub struct Likeness<'a> {
    /// The alert.
    pub alert: &'a Alert,
    /// Who it is about.
    pub people: &'a [Person],
    /// Its devices and files.
    pub marks: &'a Marks,
}

/// Devices and files that an alert names, small enough to be held for each: a hash of each name, lower case. Two names of
/// which not both are the same text have one hash about once in ten billion billion.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks(Box<[u64]>);

/// The bit of a mark that tells files from devices.
const FILE: u64 = 1;

impl Marks {
    /// Those of `alert`.
    pub fn of(alert: &Alert) -> Self {
        let mut marks: Vec<u64> = Vec::new();
        for evidence in &alert.details().evidence {
            let (names, kind) = match &evidence.kind {
                EvidenceKind::Device { dns_name, mde_device_id, .. } => ([dns_name, mde_device_id], 0),
                EvidenceKind::File { name, sha256, .. } => ([name, sha256], FILE),
                _ => continue,
            };
            let names = names.into_iter().filter(|name| !name.is_empty());
            marks.extend(names.map(|name| (xxh64(name.raw().to_lowercase().as_bytes(), 0) & !FILE) | kind));
        }
        marks.sort_unstable();
        marks.dedup();
        Self(marks.into())
    }

    /// Whether both have a mark of this kind.
    fn share(&self, other: &Self, kind: u64) -> bool {
        other.0.iter().any(|mark| mark & FILE == kind && self.0.contains(mark))
    }
}

/// Those of `others` that are like `this`: most in common first, then the latest. The alert itself is left out.
pub fn similar<'a>(this: Likeness<'_>, others: impl Iterator<Item = Likeness<'a>>) -> Vec<Similar> {
    let lower = |text: &Untrusted| text.raw().to_lowercase();
    let detector = this.alert.detector_id.as_ref().map(lower).filter(|id| !id.is_empty());
    let users: Vec<String> = this.people.iter().flat_map(names).map(lower).collect();
    let shared = |other: Likeness<'_>| -> Vec<Why> {
        let is_detector = |id: &Untrusted| detector.as_deref().is_some_and(|known| is_lower(id.raw(), known));
        let is_user = |name: &Untrusted| users.iter().any(|known| is_lower(name.raw(), known));
        let same = [
            (Why::Detector, other.alert.detector_id.as_ref().is_some_and(is_detector)),
            (Why::User, other.people.iter().flat_map(names).any(is_user)),
            (Why::Device, this.marks.share(other.marks, 0)),
            (Why::File, this.marks.share(other.marks, FILE)),
        ];
        same.into_iter().filter(|(_, is_same)| *is_same).map(|(why, _)| why).collect()
    };
    let mut found: Vec<(&Alert, Vec<Why>)> = others
        .filter(|other| other.alert.id != this.alert.id)
        .map(|other| (other.alert, shared(other)))
        .filter(|(_, why)| !why.is_empty())
        .collect();
    found.sort_by(|(a, a_why), (b, b_why)| {
        b_why.len().cmp(&a_why.len()).then_with(|| b.began().cmp(&a.began())).then_with(|| a.id.cmp(&b.id))
    });
    found.into_iter().map(|(other, why)| Similar { id: other.id.clone(), why }).collect()
}

/// By what a person is told from others.
fn names(person: &Person) -> impl Iterator<Item = &Untrusted> {
    [&person.object_id, &person.upn].into_iter().filter(|name| !name.is_empty())
}

/// Whether `text` is `lower` once it is lower case.
fn is_lower(text: &str, lower: &str) -> bool {
    if text.is_ascii() { text.eq_ignore_ascii_case(lower) } else { text.to_lowercase() == lower }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FromJson;
    use crate::triage::people::people;
    use serde_json::json;

    fn alert(id: &str, detector: &str, upn: &str, device: &str, file: &str) -> Alert {
        Alert::from_json(json!({
            "id": id, "detectorId": detector, "createdDateTime": "2026-11-23T08:00:00Z",
            "evidence": [
                {"@odata.type": "#microsoft.graph.security.userEvidence", "userAccount": {"userPrincipalName": upn}},
                {"@odata.type": "#microsoft.graph.security.deviceEvidence", "deviceDnsName": device},
                {"@odata.type": "#microsoft.graph.security.fileEvidence", "fileDetails": {"fileName": file}}
            ]
        }))
        .unwrap()
    }

    fn like(this: &Alert, others: &[Alert]) -> Vec<Similar> {
        let told: Vec<_> = [this].into_iter().chain(others).map(|one| (one, people([one]), Marks::of(one))).collect();
        let mut all = told.iter().map(|(alert, people, marks)| Likeness { alert, people, marks });
        similar(all.next().unwrap(), all)
    }

    #[test]
    fn what_alerts_have_in_common_makes_them_similar() {
        let this = alert("a", "d1", "mara@contoso.example", "lt-1.contoso.example", "plan.zip");
        let others = [
            this.clone(),
            alert("b", "d2", "leo@contoso.example", "lt-2.contoso.example", "other.txt"),
            alert("c", "d1", "leo@contoso.example", "lt-2.contoso.example", ""),
            alert("d", "", "Mara@contoso.example", "LT-1.contoso.example", "plan.zip"),
            alert("e", "", "", "", "PLAN.zip"),
        ];
        let found = like(&this, &others);
        let found: Vec<(&str, &[Why])> = found.iter().map(|similar| (&*similar.id, &similar.why[..])).collect();
        let expected: [(&str, &[Why]); 3] =
            [("d", &[Why::User, Why::Device, Why::File]), ("c", &[Why::Detector]), ("e", &[Why::File])];
        assert_eq!(found, expected);
    }

    #[test]
    fn what_neither_names_is_nothing_in_common() {
        assert_eq!(like(&alert("a", "", "", "", ""), &[alert("b", "", "", "", "")]), []);
    }
}
