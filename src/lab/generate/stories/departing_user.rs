//! A controller who leaves in nine days collects the quarter's close, hides it, copies it to a stick and cleans up.

use super::telling::{Policy, alert, device, files, insider_risk, run, user};
use super::{Condition, Finding, Story};
use crate::base::{TimeSpan, Timestamp};
use crate::lab::generate::acts::{Deed, Notice, Tally};
use crate::lab::generate::alert::{
    ARCHIVE, Alert, FILE_DELETION, FROM_SHAREPOINT, Incident, MASQUERADE, Progress, Severity, USB,
};
use crate::lab::generate::content::{
    ADDRESSES, CONFIDENTIAL, CREDIT_CARD, Document, FULL_NAMES, Found, GENERAL, Media,
};
use crate::lab::generate::evidence::{Entity, Evidence, Program, SHAREPOINT};
use crate::lab::generate::noise::sign_in_from;
use crate::lab::generate::people::Person;
use crate::lab::generate::products::{DLP, ENDPOINT};
use crate::lab::generate::rows::data_security_events::{ARCHIVED, COPIED_TO_MEDIA, DELETED, DOWNLOADED};
use crate::lab::generate::rows::device_file_events::{ARCHIVER, BROWSER};
use crate::lab::generate::world::World;
use std::sync::Arc;

/// How many files are taken.
const FILES: usize = 312;
/// How many of them are labelled Confidential.
const LABELLED: usize = 41;
/// How many of them hold card numbers.
const WITH_CARDS: usize = 18;
/// The line at home: address in a range reserved for documentation, country, city.
const HOME: (&str, &str, &str) = ("198.51.100.77", "NG", "Lagos");
/// What made insider risk look at the user.
const TRIGGER: &str = "HR connector: last working day recorded";
/// The archive, and what it is renamed to.
const ARCHIVE_NAMES: (&str, &str) = ("finance-close-q3.zip", "holiday-photos-2019.jpg");

/// What happened, step by step.
struct Course {
    person: Arc<Person>,
    media: Arc<Media>,
    insider_risk: Policy,
    dlp: Policy,
    taken: Vec<Document>,
    archive: Document,
    downloaded: Tally,
    archived: Tally,
    copied: Tally,
    deleted: Tally,
}

/// Plants the story.
pub fn plant(world: &mut World) {
    let course = act_out(world);
    let alerts = [collected(&course), hidden(&course), written(&course), matched(&course), cleaned(&course)];
    let created = alerts[0].created;
    let mut alerts: Vec<usize> = alerts.into_iter().map(|alert| world.raise(alert)).collect();
    let evening = course.downloaded.last - TimeSpan::minutes(6);
    let unfamiliar = ("Unfamiliar sign-in properties", Severity::Low);
    alerts.push(sign_in_from(world, &course.person, evening, unfamiliar, HOME));
    world.open(Incident {
        name: "Departing user: download, archive, USB".to_owned(),
        description: None,
        alerts,
        created,
        progress: Progress::New,
        tags: Vec::new(),
        system_tags: vec!["Critical asset"],
        comments: Vec::new(),
    });
    world.stories.push(Story {
        slug: "departing-user",
        account: course.person.upn.to_string(),
        verdict: ("truePositive", "maliciousUserActivity"),
        debrief: "Leaves in nine days. In three evenings downloads the quarter's close, packs it, gives the archive a \
                  picture's name, copies all to a stick never seen before, deletes the traces. One \
                  SequenceCorrelationId ties download, archive, copy and deletion.",
        findings: findings(&course),
    });
}

fn findings(course: &Course) -> Vec<Finding> {
    let upn = &course.person.upn;
    vec![
        Finding::events("files downloaded from SharePoint", upn, DOWNLOADED, course.downloaded.count),
        Finding::events("files archived", upn, ARCHIVED, course.archived.count),
        Finding::events("files copied to removable media", upn, COPIED_TO_MEDIA, course.copied.count),
        Finding::events("files deleted", upn, DELETED, course.deleted.count),
        Finding {
            says: format!("{LABELLED} of them labelled Confidential"),
            table: "DataSecurityEvents",
            conditions: vec![
                Condition::Is("AccountUpn", upn.to_string()),
                Condition::Is("ActionType", ARCHIVED.action_type.to_owned()),
                Condition::Filled("SequenceCorrelationId"),
                Condition::Has("SensitivityLabelId", CONFIDENTIAL.id.to_owned()),
            ],
            rows: LABELLED,
        },
        Finding {
            says: format!("{WITH_CARDS} hold credit card numbers"),
            table: "DataSecurityEvents",
            conditions: vec![
                Condition::Is("AccountUpn", upn.to_string()),
                Condition::Is("ActionType", COPIED_TO_MEDIA.action_type.to_owned()),
                Condition::Filled("DlpPolicyMatchInfo"),
                Condition::Has("SensitiveInfoTypeInfo", CREDIT_CARD.id.to_owned()),
            ],
            rows: WITH_CARDS,
        },
        Finding {
            says: format!("renamed to {}", ARCHIVE_NAMES.1),
            table: "DeviceFileEvents",
            conditions: vec![
                Condition::Is("InitiatingProcessAccountUpn", upn.to_string()),
                Condition::Is("ActionType", "FileRenamed".to_owned()),
                Condition::Is("PreviousFileName", ARCHIVE_NAMES.0.to_owned()),
            ],
            rows: 1,
        },
    ]
}

/// Three evenings of downloads, then archive, rename, copy and deletion within some hours before now.
fn act_out(world: &mut World) -> Course {
    let person = world.people.by_surname("Okafor");
    let insider_risk = Policy::new("Data theft by departing users", world);
    let dlp = Policy::new("Finance exfil", world);
    let notice = insider_risk.sequence(world);
    let taken = documents(world, &person);
    let downloaded = evenings(world, &person, &taken, &notice);

    let archived = run(world, &person, &taken, (world.ago(TimeSpan::minutes(250)), 2), &Deed::Archive, &notice);
    let folder = taken.first().map_or("", |document| &*document.folder);
    let archive = Document::named(ARCHIVE_NAMES.0, folder, 734_003_200, &mut world.random).labelled(GENERAL);
    let made_at = archived.last + TimeSpan::seconds(2);
    world.act(made_at, &person, &archive, &Deed::Create(ARCHIVER), &notice);
    let renamed = Document { name: ARCHIVE_NAMES.1.into(), ..archive };
    let rename = Deed::Rename { from: ARCHIVE_NAMES.0.into() };
    world.act(renamed_at(&archived), &person, &renamed, &rename, &notice);

    let serial = world.random.hex(16).to_uppercase();
    let media = Arc::new(Media { manufacturer: "Kestrel", model: "Pocket 64 GB", serial, drive: "E:" });
    let on_media: Vec<Document> = taken.iter().map(|document| document.moved_to(r"E:\backup")).collect();
    let copy = Deed::CopyToMedia(Arc::clone(&media));
    let start = world.ago(TimeSpan::minutes(222));
    let copied = run(world, &person, &on_media, (start, 2), &copy, &dlp.matched(&notice, 1));
    let deleted = run(world, &person, &taken, (world.ago(TimeSpan::minutes(182)), 2), &Deed::Delete, &notice);
    Course { person, media, insider_risk, dlp, taken, archive: renamed, downloaded, archived, copied, deleted }
}

/// When the archive gets its harmless name.
fn renamed_at(archived: &Tally) -> Timestamp {
    archived.last + TimeSpan::seconds(96)
}

/// The downloads: a third each evening.
fn evenings(world: &mut World, person: &Arc<Person>, taken: &[Document], notice: &Notice) -> Tally {
    let mut times = Vec::new();
    for (part, days) in taken.chunks(FILES.div_ceil(3)).zip([4, 3, 2]) {
        let start = person.local(world.now(), days, 19 * 60 + 20) + world.random.seconds(0, 900);
        let tally = run(world, person, part, (start, 40), &Deed::Download(BROWSER), notice);
        times.extend([tally.first, tally.last]);
    }
    let (first, last) = (times.first().copied().unwrap_or_default(), times.last().copied().unwrap_or_default());
    Tally { first, last, count: taken.len() }
}

fn documents(world: &mut World, person: &Arc<Person>) -> Vec<Document> {
    let folder = format!(r"C:\Users\{}\Downloads\close", person.account_name);
    let people = [Found { sensitive: FULL_NAMES, count: 12 }, Found { sensitive: ADDRESSES, count: 9 }];
    let cards = [Found { sensitive: CREDIT_CARD, count: 118 }];
    let document = |number: usize| {
        let document = Document::invent(person, number + 1, &mut world.random).moved_to(&folder);
        // Spreads the labelled ones evenly over all.
        let is_labelled = number * LABELLED / FILES != (number + 1) * LABELLED / FILES;
        let document = document.labelled(if is_labelled { CONFIDENTIAL } else { GENERAL });
        match number {
            ..WITH_CARDS => document.containing(&cards),
            _ if is_labelled => document.containing(&people),
            _ => document,
        }
    };
    (0..FILES).map(document).collect()
}

fn collected(course: &Course) -> Alert {
    let (person, tally) = (&course.person, &course.downloaded);
    let description = format!(
        "{} files downloaded from SharePoint in three evenings by a user whose last working day is near.",
        tally.count
    );
    let title = "Unusual volume of downloads before departure";
    let evidence = vec![user(person), device(person), Evidence::of(Entity::CloudApp(SHAREPOINT))];
    Alert {
        severity: Severity::Medium,
        category: "Collection",
        techniques: &[FROM_SHAREPOINT],
        created: course.archived.first - TimeSpan::minutes(12),
        evidence: [evidence, files(person, &course.taken, 3)].concat(),
        ..insider_risk(&course.insider_risk, TRIGGER, title, description, tally)
    }
}

fn hidden(course: &Course) -> Alert {
    let person = &course.person;
    let tally = Tally { last: renamed_at(&course.archived), ..course.archived.clone() };
    let description = format!(
        "{} files archived, {LABELLED} of them labelled Confidential; the archive {} was renamed to {}.",
        tally.count, ARCHIVE_NAMES.0, ARCHIVE_NAMES.1
    );
    let archive = Entity::File(course.archive.clone(), Some(Arc::clone(&person.laptop)));
    let evidence = vec![user(person), device(person), Evidence::suspicious(archive, &["created"])];
    Alert {
        category: "DefenseEvasion",
        techniques: &[ARCHIVE, MASQUERADE],
        evidence: [evidence, files(person, &course.taken, 4)].concat(),
        ..insider_risk(&course.insider_risk, TRIGGER, "Files archived and renamed", description, &tally)
    }
}

fn written(course: &Course) -> Alert {
    let (media, person) = (&course.media, &course.person);
    let description = format!(
        "{} files copied to removable media {} {} ({}), first seen on this device today.",
        course.copied.count, media.manufacturer, media.model, media.drive
    );
    let program = Program {
        image: Document { name: ARCHIVER.file_name.into(), folder: ARCHIVER.folder.into(), ..course.archive.clone() },
        command_line: format!("{} {}", ARCHIVER.command_line, ARCHIVE_NAMES.0),
        id: 7_412,
        started: course.archived.first,
        parent: "explorer.exe",
    };
    let process = Entity::Process(program, Arc::clone(&person.laptop), Arc::clone(person));
    Alert {
        techniques: &[USB],
        evidence: vec![device(person), user(person), Evidence::of(process)],
        ..alert(ENDPOINT, "Large write to removable media", description, &course.copied, TimeSpan::seconds(41))
    }
}

fn matched(course: &Course) -> Alert {
    let person = &course.person;
    let description = format!(
        "{} files copied to removable media; {WITH_CARDS} hold credit card numbers. Policy \"{}\", audit only.",
        course.copied.count, course.dlp.name
    );
    let title = format!("DLP policy ({}) matched for files copied to removable media", course.dlp.name);
    Alert {
        severity: Severity::High,
        techniques: &[USB],
        evidence: [vec![user(person), device(person)], files(person, &course.taken, 5)].concat(),
        policy: Some((course.dlp.name, course.dlp.id.clone())),
        additional: vec![("PolicyName", course.dlp.name.to_owned())],
        ..alert(DLP, &title, description, &course.copied, TimeSpan::seconds(127))
    }
}

fn cleaned(course: &Course) -> Alert {
    let (person, tally) = (&course.person, &course.deleted);
    let description = format!(
        "Sequence of download, archive, rename, copy and clean-up: {} files deleted after they were copied to removable \
         media.",
        tally.count
    );
    Alert {
        category: "Impact",
        techniques: &[FILE_DELETION],
        evidence: [vec![user(person), device(person)], files(person, &course.taken, 2)].concat(),
        ..insider_risk(&course.insider_risk, TRIGGER, "Clean-up after exfiltration", description, tally)
    }
}
