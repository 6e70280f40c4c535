//! Alerts like another one, and why: the same detector, user, device or file. Derived here from what the alerts say.

use super::people::people;
use crate::model::{Alert, EvidenceKind};
use std::collections::BTreeSet;

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

/// Those of `others` that are like `alert`: most in common first, then the latest. The alert itself is left out.
pub fn similar<'a>(alert: &Alert, others: impl Iterator<Item = &'a Alert>) -> Vec<Similar> {
    let this = Marks::of(alert);
    let mut found: Vec<(&Alert, Vec<Why>)> = others
        .filter(|other| other.id != alert.id)
        .map(|other| (other, this.shared(&Marks::of(other))))
        .filter(|(_, why)| !why.is_empty())
        .collect();
    found.sort_by(|(a, a_why), (b, b_why)| {
        b_why.len().cmp(&a_why.len()).then_with(|| b.began().cmp(&a.began())).then_with(|| a.id.cmp(&b.id))
    });
    found.into_iter().map(|(other, why)| Similar { id: other.id.clone(), why }).collect()
}

/// By what an alert is told from others, lower case.
struct Marks {
    detector: Option<String>,
    users: BTreeSet<String>,
    devices: BTreeSet<String>,
    files: BTreeSet<String>,
}

impl Marks {
    fn of(alert: &Alert) -> Self {
        let mut marks = Self {
            detector: alert.detector_id.as_ref().map(|id| id.raw().to_lowercase()).filter(|id| !id.is_empty()),
            users: BTreeSet::new(),
            devices: BTreeSet::new(),
            files: BTreeSet::new(),
        };
        for person in people([alert]) {
            put(&mut marks.users, [person.object_id.raw(), person.upn.raw()]);
        }
        for evidence in &alert.evidence {
            match &evidence.kind {
                EvidenceKind::Device { dns_name, mde_device_id, .. } => {
                    put(&mut marks.devices, [dns_name.raw(), mde_device_id.raw()]);
                }
                EvidenceKind::File { name, sha256, .. } => put(&mut marks.files, [name.raw(), sha256.raw()]),
                _ => {}
            }
        }
        marks
    }

    fn shared(&self, other: &Self) -> Vec<Why> {
        let same = [
            (Why::Detector, self.detector.is_some() && self.detector == other.detector),
            (Why::User, !self.users.is_disjoint(&other.users)),
            (Why::Device, !self.devices.is_disjoint(&other.devices)),
            (Why::File, !self.files.is_disjoint(&other.files)),
        ];
        same.into_iter().filter(|(_, is_same)| *is_same).map(|(why, _)| why).collect()
    }
}

fn put(marks: &mut BTreeSet<String>, names: [&str; 2]) {
    marks.extend(names.into_iter().filter(|name| !name.is_empty()).map(str::to_lowercase));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FromJson;
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
        let found = similar(&this, others.iter());
        let found: Vec<(&str, &[Why])> = found.iter().map(|similar| (&*similar.id, &similar.why[..])).collect();
        let expected: [(&str, &[Why]); 3] =
            [("d", &[Why::User, Why::Device, Why::File]), ("c", &[Why::Detector]), ("e", &[Why::File])];
        assert_eq!(found, expected);
    }

    #[test]
    fn what_neither_names_is_nothing_in_common() {
        assert_eq!(similar(&alert("a", "", "", "", ""), [alert("b", "", "", "", "")].iter()), []);
    }
}
