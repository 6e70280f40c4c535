//! Who and what alerts are about: people, devices, files, addresses, counted over their evidence.

use super::evidence::EvidenceType;
use crate::base::Untrusted;
use crate::model::evidence::Account;
use crate::model::{Alert, Evidence, EvidenceKind, Verdict};
use indexmap::IndexMap;
use std::borrow::Cow;

/// A person as evidence names one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Person {
    /// User principal name; empty where not told, a pseudonym where Purview hides it.
    pub upn: Untrusted,
    /// Entra object id; empty where not told.
    pub object_id: Untrusted,
    /// The name to show.
    pub label: Untrusted,
}

impl Person {
    /// The person behind `account`; `None` where nothing identifies anyone.
    pub fn of(account: &Account) -> Option<Self> {
        (!account.is_empty()).then(|| Self {
            upn: account.upn.clone(),
            object_id: account.entra_object_id.clone(),
            label: account.label().clone(),
        })
    }

    /// Someone known by their user principal name only.
    pub fn by_upn(upn: &str) -> Self {
        Self { upn: upn.into(), object_id: Untrusted::default(), label: upn.into() }
    }

    /// What the directory is asked by: the object id, else the user principal name; `None` where neither is usable,
    /// as for a pseudonym.
    pub fn directory_key(&self) -> Option<&str> {
        if !self.object_id.is_empty() {
            return Some(self.object_id.raw());
        }
        Some(self.upn.raw()).filter(|upn| upn.contains('@'))
    }

    /// Whether both name one person: by object id where both have one, else by name without regard to case.
    pub fn is(&self, other: &Self) -> bool {
        if !self.object_id.is_empty() && !other.object_id.is_empty() {
            return self.object_id.raw().eq_ignore_ascii_case(other.object_id.raw());
        }
        if !self.upn.is_empty() && !other.upn.is_empty() {
            return self.upn.raw().eq_ignore_ascii_case(other.upn.raw());
        }
        self.label == other.label
    }
}

/// What an entity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntityKind {
    /// A person.
    User,
    /// A device.
    Device,
    /// A mailbox.
    Mailbox,
    /// A file.
    File,
    /// An IP address.
    Ip,
    /// A URL.
    Url,
    /// A process.
    Process,
    /// A cloud application.
    CloudApp,
    /// A mail message.
    Mail,
    /// A resource in a cloud: storage, containers, clusters, repositories.
    CloudResource,
    /// A sign-in session.
    Session,
    /// A group.
    Group,
    /// A connection, a name looked up, a network adapter.
    Network,
    /// A key or value of a registry.
    Registry,
    /// Evidence of a kind this build shows by its type name.
    Other,
}

impl EntityKind {
    /// The word on screen, singular.
    pub const fn title(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Device => "device",
            Self::Mailbox => "mailbox",
            Self::File => "file",
            Self::Ip => "IP address",
            Self::Url => "URL",
            Self::Process => "process",
            Self::CloudApp => "cloud app",
            Self::Mail => "message",
            Self::CloudResource => "cloud resource",
            Self::Session => "session",
            Self::Group => "group",
            Self::Network => "connection",
            Self::Registry => "registry",
            Self::Other => "other",
        }
    }
}

/// One thing that evidence of one or more alerts names.
#[derive(Clone, Debug, PartialEq)]
pub struct Entity {
    /// What it is.
    pub kind: EntityKind,
    /// Its name.
    pub label: Untrusted,
    /// A second fact: a path, a platform, a country, a UPN. May be empty.
    pub detail: Untrusted,
    /// How many pieces of evidence name it.
    pub count: usize,
    /// The gravest verdict among them.
    pub verdict: Verdict,
    /// Who, for a user, a mailbox or a process.
    pub person: Option<Person>,
}

/// The entities of `alerts`, each once, by kind and then most named first.
pub fn entities<'a>(alerts: impl IntoIterator<Item = &'a Alert>) -> Vec<Entity> {
    let mut found: IndexMap<(EntityKind, String), Entity> = IndexMap::new();
    let mut devices: Vec<[String; 2]> = Vec::new();
    for evidence in alerts.into_iter().flat_map(|alert| &alert.details().evidence) {
        let entity = entity_of(evidence);
        let key = match &entity.person {
            _ if matches!(evidence.kind, EvidenceKind::Device { .. }) => device_key(evidence, &mut devices),
            Some(person) if entity.kind == EntityKind::User => person_key(person),
            _ => format!("{}\n{}", entity.label.raw(), entity.detail.raw()).to_lowercase(),
        };
        match found.entry((entity.kind, key)) {
            indexmap::map::Entry::Occupied(mut known) => {
                let known = known.get_mut();
                known.count += 1;
                if gravity(&entity.verdict) > gravity(&known.verdict) {
                    known.verdict = entity.verdict;
                }
            }
            indexmap::map::Entry::Vacant(free) => {
                free.insert(entity);
            }
        }
    }
    let mut entities: Vec<Entity> = found.into_values().collect();
    entities.sort_by_key(|entity| (entity.kind, std::cmp::Reverse(entity.count)));
    entities
}

/// The kinds among `entities` in their order, each with how many there are and the gravest verdict among them.
pub fn groups(entities: &[Entity]) -> Vec<(EntityKind, usize, Verdict)> {
    let mut groups: Vec<(EntityKind, usize, Verdict)> = Vec::new();
    for entity in entities {
        match groups.iter_mut().find(|(kind, ..)| *kind == entity.kind) {
            Some((_, number, verdict)) => {
                *number += 1;
                if gravity(&entity.verdict) > gravity(verdict) {
                    *verdict = entity.verdict.clone();
                }
            }
            None => groups.push((entity.kind, 1, entity.verdict.clone())),
        }
    }
    groups
}

/// A person, and how much alerts speak of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Mentioned {
    /// Who.
    pub person: Person,
    /// One for each mention in evidence, a thousand for one in an insider-risk alert.
    pub weight: u32,
}

/// Whom the evidence of `alert` names, each mention by itself.
pub fn mentioned(alert: &Alert) -> impl Iterator<Item = Mentioned> {
    let weight = if alert.is_insider_risk() { 1_000 } else { 1 };
    let people = alert.details().evidence.iter().filter_map(Evidence::account).filter_map(Person::of);
    people.map(move |person| Mentioned { person, weight })
}

/// Who is mentioned, each once, in the order of first mention.
pub fn together(mentions: impl IntoIterator<Item = Mentioned>) -> Vec<Mentioned> {
    let mut found: Vec<Mentioned> = Vec::new();
    for mention in mentions {
        match found.iter_mut().find(|known| known.person.is(&mention.person)) {
            Some(known) => {
                known.weight = known.weight.saturating_add(mention.weight);
                complete(&mut known.person, mention.person);
            }
            None => found.push(mention),
        }
    }
    found
}

/// The places of those `mentioned`, those of insider-risk alerts first, then the most named.
pub fn order(mentioned: &[Mentioned]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..mentioned.len()).collect();
    places.sort_by_key(|place| std::cmp::Reverse(mentioned.get(*place).map(|mentioned| mentioned.weight)));
    places
}

/// The people that evidence of `alerts` names, those of insider-risk alerts first, then the most named.
pub fn people<'a>(alerts: impl IntoIterator<Item = &'a Alert>) -> Vec<Person> {
    let mentioned = together(alerts.into_iter().flat_map(mentioned));
    order(&mentioned).into_iter().filter_map(|place| mentioned.get(place)).map(|found| found.person.clone()).collect()
}

/// Fills what `known` lacks from another mention of the same person.
fn complete(known: &mut Person, other: Person) {
    if known.object_id.is_empty() {
        known.object_id = other.object_id;
    }
    if known.upn.is_empty() {
        known.upn = other.upn;
    }
}

/// The place of a device among those `seen`: one has been where its id or its full name has. What a mention adds to
/// what is known of it is kept.
fn device_key(evidence: &Evidence, seen: &mut Vec<[String; 2]>) -> String {
    let EvidenceKind::Device { dns_name, mde_device_id, .. } = &evidence.kind else { return String::new() };
    let told = [mde_device_id, dns_name].map(|name| name.raw().to_lowercase());
    let shares = |known: &[String; 2]| known.iter().zip(&told).any(|(known, told)| !told.is_empty() && known == told);
    let place = seen.iter().position(shares).unwrap_or(seen.len());
    match seen.get_mut(place) {
        Some(known) => {
            for (known, told) in known.iter_mut().zip(told) {
                if known.is_empty() {
                    *known = told;
                }
            }
        }
        None => seen.push(told),
    }
    place.to_string()
}

fn person_key(person: &Person) -> String {
    let key = if person.upn.is_empty() { &person.label } else { &person.upn };
    key.raw().to_lowercase()
}

const fn gravity(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Malicious => 3,
        Verdict::Suspicious => 2,
        Verdict::NoThreatsFound => 1,
        Verdict::Unknown | Verdict::Unrecognized(_) => 0,
    }
}

/// What one piece of evidence names, as an entity counted once.
pub fn entity_of(evidence: &Evidence) -> Entity {
    let (kind, label, detail) = parts(evidence);
    Entity {
        kind,
        label: (&*label).into(),
        detail: (&*detail).into(),
        count: 1,
        verdict: evidence.verdict.clone(),
        person: evidence.account().and_then(Person::of),
    }
}

/// The names of what `alert` is about, for searching.
pub fn labels(alert: &Alert) -> impl Iterator<Item = Cow<'_, str>> {
    alert.details().evidence.iter().map(|evidence| parts(evidence).1)
}

/// What a piece of evidence is, its name, and a second fact.
fn parts(evidence: &Evidence) -> (EntityKind, Cow<'_, str>, Cow<'_, str>) {
    let (kind, label, detail) = named(evidence);
    // An application without instances, a mailbox without a name: the second fact is the first.
    let detail = if detail.eq_ignore_ascii_case(&label) { "".into() } else { detail };
    (kind, label, detail)
}

fn named(evidence: &Evidence) -> (EntityKind, Cow<'_, str>, Cow<'_, str>) {
    let (kind, label, detail) = match &evidence.kind {
        EvidenceKind::User(account) => (EntityKind::User, account.label(), &account.upn),
        EvidenceKind::Mailbox { address, display_name, .. } => (EntityKind::Mailbox, address, display_name),
        EvidenceKind::Device { dns_name, os_platform, .. } => (EntityKind::Device, dns_name, os_platform),
        EvidenceKind::File { name, path, .. } => (EntityKind::File, name, path),
        EvidenceKind::Ip { address, country } => (EntityKind::Ip, address, country),
        EvidenceKind::Url(url) => return (EntityKind::Url, url.raw().into(), "".into()),
        EvidenceKind::Process { image, command_line, .. } => (EntityKind::Process, image, command_line),
        EvidenceKind::CloudApplication { display_name, instance_name } => {
            (EntityKind::CloudApp, display_name, instance_name)
        }
        EvidenceKind::MailMessage { subject, recipient, .. } => (EntityKind::Mail, subject, recipient),
        EvidenceKind::Other => return other_parts(evidence),
    };
    (kind, label.raw().into(), detail.raw().into())
}

/// The same for what the model does not read by name: by the table, else by its type.
fn other_parts(evidence: &Evidence) -> (EntityKind, Cow<'_, str>, Cow<'_, str>) {
    let type_name: Cow<'_, str> = (&*evidence.type_name).into();
    let Some(known) = EvidenceType::of(&type_name) else { return (EntityKind::Other, type_name, "".into()) };
    let named = known.named(evidence);
    match (named.label.is_empty(), named.detail.is_empty()) {
        (true, _) => (known.kind, type_name, named.detail.into()),
        (false, true) => (known.kind, named.label.into(), type_name),
        (false, false) => (known.kind, named.label.into(), named.detail.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FromJson;
    use serde_json::{Value, json};

    #[test]
    fn devices_of_all_alerts_are_seen_as_one() {
        let device = |id: Value, name: &str| json!({"@odata.type": "#microsoft.graph.security.deviceEvidence", "mdeDeviceId": id, "deviceDnsName": name});
        let alert = |evidence: Vec<Value>| Alert::from_json(json!({"id": "a", "evidence": evidence})).unwrap();
        let alerts = [
            alert(vec![device(json!("d1"), "LT-1.contoso.example")]),
            alert(vec![device(Value::Null, "lt-1.contoso.example"), device(json!("d2"), "lt-2.contoso.example")]),
            alert(vec![device(json!("D1"), "renamed.contoso.example")]),
        ];
        let counts: Vec<usize> = entities(&alerts).iter().map(|entity| entity.count).collect();
        assert_eq!(counts, [3, 1]);
    }

    #[test]
    fn kinds_are_counted_with_their_gravest_verdict() {
        let ip = |address: &str, verdict: &str| json!({"@odata.type": "#microsoft.graph.security.ipEvidence", "ipAddress": address, "verdict": verdict});
        let alert = Alert::from_json(json!({"id": "a", "evidence": [
            ip("192.0.2.1", "noThreatsFound"), ip("192.0.2.2", "malicious"), ip("192.0.2.2", "suspicious"),
            {"@odata.type": "#microsoft.graph.security.azureResourceEvidence", "resourceName": "vault", "verdict": "suspicious"}
        ]}))
        .unwrap();
        let expected = [(EntityKind::Ip, 2, Verdict::Malicious), (EntityKind::CloudResource, 1, Verdict::Suspicious)];
        assert_eq!(groups(&entities([&alert])), expected);
    }
}
