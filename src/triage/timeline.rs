//! The attack story of an incident: its alerts, what they name when it was first seen, remarks, and our own acts, in order
//! of time.

use super::journal::{Entry, Kind as EntryKind};
use super::people::entity_of;
use super::{Entity, EntityKind, Target};
use crate::base::{TimeSpan, Timestamp, Untrusted};
use crate::model::{Alert, Comment, Incident, ServiceSource};
use serde_json::Value;
use std::collections::BTreeMap;

/// What a moment tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An alert whose activity began.
    Alert,
    /// A thing that evidence names, when it was first added to any of the alerts.
    Evidence,
    /// A remark on the incident or an alert.
    Comment,
    /// A write of ours, from the journal.
    Act,
}

impl Kind {
    /// All, in the order in which the filter steps through them.
    pub const ALL: [Self; 4] = [Self::Alert, Self::Evidence, Self::Comment, Self::Act];

    /// The word on screen.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Alert => "alert",
            Self::Evidence => "evidence",
            Self::Comment => "comment",
            Self::Act => "our act",
        }
    }
}

/// One row of the story.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// What it tells of.
    pub kind: Kind,
    /// The product of its alert; `None` for what is about the incident itself.
    pub source: Option<ServiceSource>,
    /// The alert it belongs to.
    pub alert: Option<Box<str>>,
    /// What happened.
    pub text: Untrusted,
    /// Who, for remarks and acts; the kind of thing for evidence; may be empty.
    pub who: Untrusted,
    /// The users and devices that it, or else its alert, names.
    pub names: Vec<Name>,
}

/// A user or a device by the name that tells it from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Which of the two.
    pub kind: EntityKind,
    /// A user's UPN where known, a device without its domain; in lower case.
    pub key: String,
    /// As it is shown.
    pub label: Untrusted,
}

impl Name {
    /// What `entity` is called; `None` for anything but users and devices.
    fn of(entity: &Entity) -> Option<Self> {
        let key = match (entity.kind, &entity.person) {
            (EntityKind::User, Some(person)) if !person.upn.is_empty() => person.upn.raw(),
            (EntityKind::User, _) => entity.label.raw(),
            (EntityKind::Device, _) => entity.label.raw().split('.').next().unwrap_or_default(),
            _ => "",
        };
        let name = Self { kind: entity.kind, key: key.to_lowercase(), label: entity.label.clone() };
        (!name.key.is_empty()).then_some(name)
    }
}

/// How much of the story is shown around a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Zoom {
    /// All of it.
    #[default]
    All,
    /// A day.
    Day,
    /// An hour.
    Hour,
}

impl Zoom {
    /// What is shown before the moment and after it; `None` for everything.
    const fn either_side(self) -> Option<TimeSpan> {
        match self {
            Self::All => None,
            Self::Day => Some(TimeSpan::hours(12)),
            Self::Hour => Some(TimeSpan::minutes(30)),
        }
    }

    /// The next closer one, and all after the closest.
    const fn next(self) -> Self {
        match self {
            Self::All => Self::Day,
            Self::Day => Self::Hour,
            Self::Hour => Self::All,
        }
    }

    /// The words on screen.
    pub const fn title(self) -> &'static str {
        match self {
            Self::All => "all times",
            Self::Day => "the day around",
            Self::Hour => "the hour around",
        }
    }
}

/// Which moments are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Only this kind.
    pub kind: Option<Kind>,
    /// Only what belongs to alerts of this product.
    pub source: Option<ServiceSource>,
    /// Only what names this user.
    pub user: Option<Name>,
    /// Only what names this device.
    pub device: Option<Name>,
    /// How much of it.
    pub zoom: Zoom,
    /// The moment around which, unless all is shown.
    pub around: Option<Timestamp>,
}

impl Shown {
    /// Whether `moment` is shown.
    pub fn takes(&self, moment: &Moment) -> bool {
        self.kind.is_none_or(|kind| kind == moment.kind)
            && self.source.as_ref().is_none_or(|source| moment.source.as_ref() == Some(source))
            && [&self.user, &self.device].into_iter().flatten().all(|wanted| moment.names_one(wanted))
            && self.span().is_none_or(|(from, to)| (from..=to).contains(&moment.at))
    }

    /// From when to when, unless all is shown.
    fn span(&self) -> Option<(Timestamp, Timestamp)> {
        let (around, side) = (self.around?, self.zoom.either_side()?);
        Some((around - side, around + side))
    }

    /// Shows less around `at`, and all after the least.
    pub fn step_zoom(&mut self, at: Option<Timestamp>) {
        self.zoom = self.zoom.next();
        self.around = at.filter(|_| self.zoom != Zoom::All);
        if self.around.is_none() {
            self.zoom = Zoom::All;
        }
    }

    /// Shows what names the next user among `moments` alone, and everyone after the last.
    pub fn step_user(&mut self, moments: &[Moment]) {
        self.user = next(self.user.as_ref(), &names(moments, EntityKind::User));
    }

    /// Shows what names the next device among `moments` alone, and all after the last.
    pub fn step_device(&mut self, moments: &[Moment]) {
        self.device = next(self.device.as_ref(), &names(moments, EntityKind::Device));
    }

    /// Shows the next kind alone, and all kinds after the last.
    pub fn step_kind(&mut self) {
        self.kind = next(self.kind.as_ref(), &Kind::ALL);
    }

    /// Shows what belongs to the next of the products among `moments` alone, and all after the last.
    pub fn step_source(&mut self, moments: &[Moment]) {
        let mut sources: Vec<ServiceSource> = Vec::new();
        for source in moments.iter().filter_map(|moment| moment.source.as_ref()) {
            if !sources.contains(source) {
                sources.push(source.clone());
            }
        }
        self.source = next(self.source.as_ref(), &sources);
    }
}

impl Moment {
    /// Whether it names `wanted`.
    fn names_one(&self, wanted: &Name) -> bool {
        self.names.iter().any(|name| (name.kind, &name.key) == (wanted.kind, &wanted.key))
    }
}

/// The names of one kind among `moments`, each once, in the order of the story.
fn names(moments: &[Moment], kind: EntityKind) -> Vec<Name> {
    let mut names: Vec<Name> = Vec::new();
    for name in moments.iter().flat_map(|moment| &moment.names).filter(|name| name.kind == kind) {
        if names.iter().all(|known| known.key != name.key) {
            names.push(name.clone());
        }
    }
    names
}

/// The choice after `now`; none after the last.
fn next<T: Clone + PartialEq>(now: Option<&T>, choices: &[T]) -> Option<T> {
    match now {
        None => choices.first().cloned(),
        Some(now) => choices.iter().skip_while(|choice| *choice != now).nth(1).cloned(),
    }
}

/// The story of `incident` and its `alerts`, earliest first; `entries` are the journal's. What has no time is left out.
pub fn moments<'a>(
    incident: Option<&Incident>,
    alerts: &[&Alert],
    entries: impl Iterator<Item = &'a Entry>,
) -> Vec<Moment> {
    let mut moments: Vec<Moment> = Vec::new();
    for alert in alerts {
        if let Some(at) = alert.began() {
            moments.push(of_alert(at, Kind::Alert, alert, alert.title.clone(), Untrusted::default()));
        }
        moments.extend(alert.details().comments.iter().filter_map(|comment| {
            Some(of_alert(comment.created?, Kind::Comment, alert, comment.comment.clone(), comment.created_by.clone()))
        }));
    }
    moments.extend(first_seen(alerts));
    let remarks: &[Comment] = incident.map_or(&[], |incident| &incident.details().comments);
    moments.extend(remarks.iter().filter_map(|comment| {
        Some(Moment {
            at: comment.created?,
            kind: Kind::Comment,
            source: None,
            alert: None,
            text: comment.comment.clone(),
            who: comment.created_by.clone(),
            names: Vec::new(),
        })
    }));
    moments.extend(entries.filter_map(|entry| act(entry, incident, alerts)));
    moments.sort_by_key(|moment| (moment.at, moment.kind));
    moments
}

/// A moment in full, safe for a screen.
pub fn lines(moment: &Moment) -> Vec<String> {
    let mut lines = vec![format!("{}  {}", moment.at.to_seconds_text(), moment.kind.title())];
    if !moment.who.is_empty() {
        lines.push(moment.who.line().into_owned());
    }
    lines.extend(moment.text.block().lines().map(str::to_owned));
    lines
}

fn of_alert(at: Timestamp, kind: Kind, alert: &Alert, text: Untrusted, who: Untrusted) -> Moment {
    let names = alert_names(alert);
    Moment { at, kind, source: Some(alert.service_source.clone()), alert: Some(alert.id.clone()), text, who, names }
}

/// The users and devices that the evidence of `alert` names, each once.
fn alert_names(alert: &Alert) -> Vec<Name> {
    let mut names: Vec<Name> = Vec::new();
    for name in alert.details().evidence.iter().filter_map(|evidence| Name::of(&entity_of(evidence))) {
        if names.iter().all(|known| (known.kind, &known.key) != (name.kind, &name.key)) {
            names.push(name);
        }
    }
    names
}

/// Each thing that evidence names, once, when it was first added. Devices are told by name, other things by name and
/// detail.
fn first_seen(alerts: &[&Alert]) -> Vec<Moment> {
    let mut first: BTreeMap<(EntityKind, String, String), Moment> = BTreeMap::new();
    for alert in alerts {
        for evidence in &alert.details().evidence {
            let Some(at) = evidence.created else { continue };
            let entity = entity_of(evidence);
            let detail = if entity.kind == EntityKind::Device { "" } else { entity.detail.raw() };
            let key = (entity.kind, entity.label.raw().to_lowercase(), detail.to_lowercase());
            let own = Name::of(&entity);
            let mut moment = of_alert(at, Kind::Evidence, alert, entity.label, entity.kind.title().into());
            if let Some(own) = own {
                // A device is not the other devices of its alert.
                moment.names.retain(|name| name.kind != own.kind);
                moment.names.push(own);
            }
            match first.get_mut(&key) {
                Some(known) if known.at <= at => {}
                Some(known) => *known = moment,
                None => drop(first.insert(key, moment)),
            }
        }
    }
    first.into_values().collect()
}

/// A write to the incident or to one of its alerts; `None` for any other entry.
fn act(entry: &Entry, incident: Option<&Incident>, alerts: &[&Alert]) -> Option<Moment> {
    if entry.kind != EntryKind::Write {
        return None;
    }
    let alert = match Target::from_wire(&entry.subject)? {
        Target::Incident(id) if incident.is_some_and(|incident| incident.id == id) => None,
        Target::Alert(id) => Some(*alerts.iter().find(|alert| alert.id == id)?),
        Target::Incident(_) | Target::Account(_) | Target::Risk(_) => return None,
    };
    Some(Moment {
        at: entry.at,
        kind: Kind::Act,
        source: alert.map(|alert| alert.service_source.clone()),
        alert: alert.map(|alert| alert.id.clone()),
        text: written(entry).into(),
        who: entry.by.as_str().into(),
        names: alert.map(alert_names).unwrap_or_default(),
    })
}

/// What was written, e.g. `status resolved, classification falsePositive`; `taken back` before the values of an undo.
fn written(entry: &Entry) -> String {
    let value = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let fields: Vec<String> = entry.after.as_object().map_or_else(Vec::new, |body| {
        body.iter()
            .filter(|(name, _)| !name.starts_with('@'))
            .map(|(name, to)| format!("{name} {}", value(to)))
            .collect()
    });
    let back = if entry.undoes.is_empty() { "" } else { "taken back: " };
    format!("{back}{}", fields.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FromJson;
    use serde_json::json;

    const IRM: &str = "microsoftInsiderRiskManagement";

    fn alert(id: &str, source: &str, seen: &str) -> Alert {
        Alert::from_json(json!({
            "id": id, "title": format!("Alert {id}"), "serviceSource": source,
            "firstActivityDateTime": "2026-11-23T08:00:00Z",
            "comments": [{"comment": "asked HR", "createdByDisplayName": "J. Ruiz", "createdDateTime": "2026-11-23T11:00:00Z"}],
            "evidence": [{"@odata.type": "#microsoft.graph.security.deviceEvidence", "createdDateTime": seen,
                "deviceDnsName": "lt-1.contoso.example"}]
        }))
        .unwrap()
    }

    fn wrote(subject: &str) -> Entry {
        serde_json::from_value(json!({"at": "2026-11-23T12:00:00Z", "by": "j.ruiz@contoso.example", "kind": "write",
            "act": "1", "undoes": "", "subject": subject, "text": "", "before": null,
            "after": {"status": "resolved", "classification": "falsePositive"}, "request_id": null}))
        .unwrap()
    }

    fn story() -> Vec<Moment> {
        let alerts =
            [alert("ir1", IRM, "2026-11-23T10:00:00Z"), alert("dl1", "dataLossPrevention", "2026-11-23T09:00:00Z")];
        let incident = Incident::from_json(json!({"id": "4127", "displayName": "x"})).unwrap();
        let entries = [wrote("alert:ir1"), wrote("alert:other"), wrote("incident:4127"), wrote("incident:1")];
        moments(Some(&incident), &alerts.iter().collect::<Vec<_>>(), entries.iter())
    }

    #[test]
    fn the_story_is_in_order_and_names_a_device_once_when_first_seen() {
        let story = story();
        assert!(story.is_sorted_by_key(|moment| moment.at));
        let count = |kind: Kind| story.iter().filter(|moment| moment.kind == kind).count();
        assert_eq!(Kind::ALL.map(count), [2, 1, 2, 2]);
        let device = story.iter().find(|moment| moment.kind == Kind::Evidence).unwrap();
        assert_eq!((device.at.to_string().as_str(), device.alert.as_deref()), ("2026-11-23T09:00:00Z", Some("dl1")));
        let act = story.iter().find(|moment| moment.kind == Kind::Act && moment.alert.is_some()).unwrap();
        let text = act.text.raw();
        assert!(text.contains("status resolved") && text.contains("classification falsePositive"), "{text}");
    }

    #[test]
    fn the_filter_steps_through_kinds_and_the_products_there_are() {
        let story = story();
        let mut shown = Shown::default();
        let mut kinds = Vec::new();
        for _ in 0..=Kind::ALL.len() {
            kinds.push(story.iter().filter(|moment| shown.takes(moment)).count());
            shown.step_kind();
        }
        assert_eq!((kinds, shown.kind), (vec![7, 2, 1, 2, 2], None));
        let mut sources = Vec::new();
        for _ in 0..3 {
            shown.step_source(&story);
            sources.push((shown.source.clone(), story.iter().filter(|moment| shown.takes(moment)).count()));
        }
        assert_eq!(sources.iter().map(|(_, count)| *count).collect::<Vec<_>>(), [3, 3, 7]);
        assert_eq!(sources.last().unwrap().0, None);
    }

    #[test]
    fn the_filter_steps_through_users_and_devices_as_the_story_names_them() {
        let user = |upn: &str| {
            json!({"@odata.type": "#microsoft.graph.security.userEvidence", "createdDateTime": "2026-11-23T09:00:00Z",
            "userAccount": {"userPrincipalName": upn, "displayName": upn}})
        };
        let device =
            |name: &str| json!({"@odata.type": "#microsoft.graph.security.deviceEvidence", "deviceDnsName": name});
        let alert = |id: &str, evidence: Vec<Value>| {
            Alert::from_json(
                json!({"id": id, "title": id, "firstActivityDateTime": "2026-11-23T08:00:00Z", "evidence": evidence}),
            )
            .unwrap()
        };
        let alerts = [
            alert("one", vec![user("a@x.example"), device("lt-1.x.example")]),
            alert("two", vec![user("B@x.example"), device("LT-1"), device("lt-2.x.example")]),
        ];
        let story = moments(None, &alerts.iter().collect::<Vec<_>>(), std::iter::empty());
        let shown_alerts = |shown: &Shown| -> Vec<String> {
            let shown = story.iter().filter(|moment| moment.kind == Kind::Alert && shown.takes(moment));
            shown.map(|moment| moment.text.raw().to_owned()).collect()
        };
        let mut shown = Shown::default();
        let mut by_user = Vec::new();
        for _ in 0..3 {
            shown.step_user(&story);
            by_user.push(shown_alerts(&shown));
        }
        assert_eq!(by_user, [vec!["one"], vec!["two"], vec!["one", "two"]]);
        let mut by_device = Vec::new();
        for _ in 0..3 {
            shown.step_device(&story);
            by_device.push(shown_alerts(&shown));
        }
        assert_eq!(
            by_device,
            [vec!["one", "two"], vec!["two"], vec!["one", "two"]],
            "a device is one by any of its names"
        );
        shown.step_user(&story);
        let evidence = story.iter().filter(|moment| moment.kind == Kind::Evidence && shown.takes(moment));
        assert_eq!(
            evidence.map(|moment| moment.text.raw()).collect::<Vec<_>>(),
            ["a@x.example"],
            "and none of the others"
        );
    }

    #[test]
    fn zooming_shows_less_around_a_moment_and_then_all() {
        let story = story();
        let at = story.iter().find(|moment| moment.kind == Kind::Evidence).map(|moment| moment.at);
        let mut shown = Shown::default();
        let mut counts = Vec::new();
        for _ in 0..3 {
            shown.step_zoom(at);
            counts.push((shown.zoom, story.iter().filter(|moment| shown.takes(moment)).count()));
        }
        assert_eq!(counts, [(Zoom::Day, 7), (Zoom::Hour, 1), (Zoom::All, 7)]);
        shown.step_zoom(None);
        assert_eq!(shown.zoom, Zoom::All, "around nothing there is nothing to see");
    }
}
