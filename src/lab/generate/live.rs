//! What happens after the anchor: incidents that come in, and insider risk alerts that grow as activity accrues. Ordinary
//! life goes on as long ([`World::until`]): its rows are [`noise`]'s.
//!
//! It is written like the past, with later times, and kept from view until its time has come: resources by
//! [`Tenant::hide_coming`](crate::lab::Tenant::hide_coming), rows by the window of every query.

use super::acts::{Deed, Notice};
use super::alert::{Alert, Incident, Progress, Severity, TO_CLOUD};
use super::content::Document;
use super::evidence::{Entity, Evidence, PERSONAL_CLOUD_DOMAIN};
use super::noise;
use super::people::Person;
use super::products::INSIDER_RISK;
use super::world::World;
use crate::base::{TimeSpan, Timestamp};
use crate::lab::purview::Growth;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Minutes between two incidents of the noise, on average.
const NOISE_MINUTES: i64 = 35;
/// Hours between two insider risk alerts, on average.
const RISK_HOURS: i64 = 5;
/// Steps in which an insider risk alert grows.
const STEPS: usize = 6;
/// From how many activities on an alert is of medium and of high severity. Invented: the thresholds of a policy are its
/// administrator's.
const GRAVER: [(usize, Severity); 2] = [(40, Severity::High), (15, Severity::Medium)];

/// How many files an insider risk alert is raised with. Invented, as the next.
const FIRST_FILES: usize = 4;
/// How many it gets with every step.
const FURTHER_FILES: usize = 3;

/// Plants `hours` of what comes.
pub fn plant(world: &mut World, hours: u32) {
    let start = world.config.anchor;
    let minutes = i64::from(hours) * 60;
    // What happens is never later than the world's now: it is moved to the end of what comes while that is written.
    world.until = start + TimeSpan::minutes(minutes);
    world.config.anchor = world.until;
    for number in 0..minutes / NOISE_MINUTES {
        world.scope(&format!("live/noise/{number}"));
        let at = start + TimeSpan::minutes(number * NOISE_MINUTES) + world.random.seconds(60, NOISE_MINUTES * 60);
        noise::coming(world, number as usize, at);
    }
    let mut people = BTreeSet::new();
    for number in 0..=minutes / 60 / RISK_HOURS {
        world.scope(&format!("live/risk/{number}"));
        let at = start + TimeSpan::hours(number * RISK_HOURS) + world.random.seconds(600, 3_000);
        let person = world.someone();
        // One alert counts all that its user does, so nobody has two of them.
        if people.insert(Arc::clone(&person.object_id)) {
            risk(world, &person, at);
        }
    }
    world.config.anchor = start;
}

/// Someone begins to upload documents to a personal cloud. Insider Risk notices, and goes on counting.
fn risk(world: &mut World, person: &Arc<Person>, start: Timestamp) {
    let policy = ("Data leaks", world.random.guid());
    let notice = Notice { irm: Some(Notice::irm(policy.0, &policy.1)), ..Notice::default() };
    let (mut documents, mut at) = (Vec::new(), start);
    upload(world, person, &notice, &mut at, &mut documents);
    let created = at + TimeSpan::seconds(194);
    let mut alert = alert(person, policy, (start, at, created), &documents);
    let key = world.raise(alert.clone());
    world.open(Incident {
        name: format!("Unusual uploads by {}", person.display_name),
        description: None,
        alerts: vec![key],
        created,
        progress: Progress::New,
        tags: Vec::new(),
        system_tags: Vec::new(),
        comments: Vec::new(),
    });
    for _ in 0..STEPS {
        at = at.max(created) + world.random.seconds(1_200, 4_800);
        if at >= world.now() {
            return;
        }
        let known = documents.len();
        upload(world, person, &notice, &mut at, &mut documents);
        let count = documents.len();
        alert.severity = severity(count);
        alert.description = description(person, count);
        alert.last = at;
        alert.evidence.extend(files(person, &documents, known, FURTHER_FILES));
        world.growth.push((at + TimeSpan::seconds(60), key, Growth { alert: Arc::new(alert.clone()), count }));
    }
}

/// A burst of uploads from `at` on, which becomes the last one's instant.
fn upload(world: &mut World, person: &Arc<Person>, notice: &Notice, at: &mut Timestamp, documents: &mut Vec<Document>) {
    for _ in 0..world.random.between(5, 12) {
        *at = *at + world.random.seconds(4, 40);
        let document = Document::invent(person, 300 + documents.len(), &mut world.random);
        world.act(*at, person, &document, &Deed::Upload(PERSONAL_CLOUD_DOMAIN), notice);
        documents.push(document);
    }
}

fn alert(
    person: &Arc<Person>,
    policy: (&'static str, String),
    (first, last, created): (Timestamp, Timestamp, Timestamp),
    documents: &[Document],
) -> Alert {
    let mut evidence = vec![
        Evidence::suspicious(Entity::User(Arc::clone(person)), &["policyViolator"]),
        Evidence::of(Entity::Device(Arc::clone(&person.laptop), Arc::clone(person))),
    ];
    evidence.extend(files(person, documents, 0, FIRST_FILES));
    Alert {
        product: INSIDER_RISK,
        title: "Unusual uploads to a personal cloud".to_owned(),
        description: description(person, documents.len()),
        severity: severity(documents.len()),
        category: "Exfiltration",
        techniques: &[TO_CLOUD],
        first,
        last,
        created,
        evidence,
        additional: vec![
            ("PolicyName", policy.0.to_owned()),
            ("TriggeringEvent", "User performs an exfiltration activity".to_owned()),
            ("EventCount", documents.len().to_string()),
        ],
        policy: Some(policy),
    }
}

/// `count` of `documents` from `start` on, as evidence on the person's laptop.
fn files(person: &Arc<Person>, documents: &[Document], start: usize, count: usize) -> impl Iterator<Item = Evidence> {
    let file = |document: &Document| Evidence::of(Entity::File(document.clone(), Some(Arc::clone(&person.laptop))));
    documents.iter().skip(start).take(count).map(file)
}

fn description(person: &Person, count: usize) -> String {
    format!("{} uploaded {count} files to {PERSONAL_CLOUD_DOMAIN}, above the user's norm.", person.upn)
}

fn severity(count: usize) -> Severity {
    GRAVER.iter().find(|(from, _)| count >= *from).map_or(Severity::Low, |(_, severity)| *severity)
}
