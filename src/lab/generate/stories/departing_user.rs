//! A controller who leaves in nine days collects the quarter's close, hides it, copies it to a stick and cleans up.

use super::{Finding, Story};
use crate::base::{TimeSpan, Timestamp};
use crate::lab::generate::acts::{Deed, Notice, Tally};
use crate::lab::generate::alert::{
    ARCHIVE, Alert, FILE_DELETION, FROM_SHAREPOINT, Incident, MASQUERADE, Progress, Severity, USB,
};
use crate::lab::generate::content::{
    ADDRESSES, CONFIDENTIAL, CREDIT_CARD, Document, FULL_NAMES, Found, GENERAL, Media,
};
use crate::lab::generate::evidence::{Entity, Evidence, Program, SHAREPOINT};
use crate::lab::generate::people::Person;
use crate::lab::generate::products::{DLP, ENDPOINT, INSIDER_RISK};
use crate::lab::generate::rows::data_security_events::{
    ARCHIVED, COPIED_TO_MEDIA, DELETED, DOWNLOADED, RENAMED,
};
use crate::lab::generate::rows::device_file_events::ARCHIVER;
use crate::lab::generate::world::World;
use std::sync::Arc;

/// How many files are taken.
const FILES: usize = 312;
/// How many of them are labelled Confidential.
const LABELLED: usize = 41;
/// How many of them hold card numbers.
const WITH_CARDS: usize = 18;
/// The insider risk policy.
const POLICY: &str = "Data theft by departing users";
/// The archive, and what it is renamed to.
const ARCHIVE_NAMES: (&str, &str) = ("finance-close-q3.zip", "holiday-photos-2019.jpg");

/// What happened, step by step.
struct Course {
    person: Arc<Person>,
    media: Arc<Media>,
    policy_id: String,
    dlp_policy_id: String,
    taken: Vec<Document>,
    archive: Document,
    downloaded: Tally,
    archived: Tally,
    copied: Tally,
    deleted: Tally,
    archiver_at: Timestamp,
}

/// Plants the story.
pub fn plant(world: &mut World) {
    let Some(course) = act_out(world) else { return };
    let alerts = [collected(&course), hidden(&course), written(&course), matched(&course), cleaned(&course)];
    let created = course.downloaded.last + TimeSpan::minutes(52);
    let alerts = alerts.into_iter().map(|alert| world.raise(alert)).collect();
    world.open(Incident {
        name: "Departing user: download, archive, USB involving one user".to_owned(),
        description: None,
        alerts,
        created,
        progress: Progress::New,
        tags: Vec::new(),
        system_tags: vec!["Critical asset"],
        comments: Vec::new(),
    });
    let upn = course.person.upn.to_string();
    let events = |says: &str, action: &str, count: usize| Finding::events(format!("{count} {says}"), &upn, action, count);
    let findings = vec![
        events("files downloaded from SharePoint", DOWNLOADED.action_type, course.downloaded.count),
        events("files archived", ARCHIVED.action_type, course.archived.count),
        events("files copied to removable media", COPIED_TO_MEDIA.action_type, course.copied.count),
        events("files deleted", DELETED.action_type, course.deleted.count),
        Finding {
            says: format!("renamed to {}", ARCHIVE_NAMES.1),
            query: format!(
                "DeviceFileEvents\n| where InitiatingProcessAccountUpn =~ \"{upn}\" and ActionType == \"FileRenamed\"\n| \
                 where PreviousFileName == \"{}\"",
                ARCHIVE_NAMES.0
            ),
            rows: 1,
        },
    ];
    world.stories.push(Story {
        slug: "departing-user",
        account: upn,
        verdict: ("truePositive", "maliciousUserActivity"),
        debrief: "Leaves in nine days. In three evenings downloads the quarter's close, packs it, gives the archive a \
                  picture's name, copies all to a stick never seen before, deletes the traces. The sequence is one \
                  SequenceCorrelationId from download to deletion.",
        findings,
    });
}

/// Three evenings of downloads, then archive, rename, copy and deletion within some hours before now.
fn act_out(world: &mut World) -> Option<Course> {
    let person = world.people.by_surname("Okafor");
    let policy_id = world.random.guid();
    let dlp_policy_id = world.random.guid();
    let notice = Notice {
        sequence: Some(world.random.guid().into()),
        irm: Some(Notice::irm(POLICY, &policy_id)),
        dlp: None,
    };
    let taken = documents(world, &person);
    let mut downloads = Vec::new();
    for (number, document) in taken.iter().enumerate() {
        let evening = person.local(world.now(), 4 - (number * 3 / FILES) as i64, 19 * 60 + 20);
        let at = evening + world.random.seconds(0, 4_500);
        world.act(at, &person, document, &Deed::Download, &notice);
        downloads.push(at);
    }

    let archiver_at = world.ago(TimeSpan::minutes(250));
    let archived = run(world, &person, &taken, archiver_at, &|_| Deed::Archive, &notice);
    let folder = &*taken.first()?.folder;
    let archive = Document::named(ARCHIVE_NAMES.0, folder, 734_003_200, &mut world.random).labelled(GENERAL);
    let made_at = Tally::of(&archived)?.last + TimeSpan::seconds(2);
    world.act(made_at, &person, &archive, &Deed::Create(ARCHIVER), &notice);
    let renamed = Document { name: ARCHIVE_NAMES.1.into(), ..archive.clone() };
    let rename = Deed::Rename { from: ARCHIVE_NAMES.0.into() };
    world.act(made_at + TimeSpan::seconds(94), &person, &renamed, &rename, &notice);

    let serial = world.random.hex(16).to_uppercase();
    let media = Arc::new(Media { manufacturer: "Kestrel", model: "Pocket 64 GB", serial, drive: "E:" });
    let on_media: Vec<Document> = taken.iter().map(|document| document.moved_to(r"E:\backup")).collect();
    let copy = |_: usize| Deed::CopyToMedia(Arc::clone(&media));
    let dlp = Some((Notice::dlp("Finance exfil", &dlp_policy_id), 1));
    let copied = run(world, &person, &on_media, world.ago(TimeSpan::minutes(222)), &copy, &Notice { dlp, ..notice.clone() });
    let deleted = run(world, &person, &taken, world.ago(TimeSpan::minutes(182)), &|_| Deed::Delete, &notice);
    Some(Course {
        downloaded: Tally::of(&downloads)?,
        archived: Tally::of(&archived)?,
        copied: Tally::of(&copied)?,
        deleted: Tally::of(&deleted)?,
        person,
        media,
        policy_id,
        dlp_policy_id,
        taken,
        archive: renamed,
        archiver_at,
    })
}

/// Does the same with each document, about one a second from `start` on; when each was done.
fn run(
    world: &mut World,
    person: &Arc<Person>,
    documents: &[Document],
    start: Timestamp,
    deed: &dyn Fn(usize) -> Deed,
    notice: &Notice,
) -> Vec<Timestamp> {
    let mut at = start;
    let mut times = Vec::with_capacity(documents.len());
    for (number, document) in documents.iter().enumerate() {
        at = at + TimeSpan(world.random.between(2_000_000, 18_000_000));
        world.act(at, person, document, &deed(number), notice);
        times.push(at);
    }
    times
}

fn documents(world: &mut World, person: &Arc<Person>) -> Vec<Document> {
    let folder = format!(r"C:\Users\{}\Downloads\close", person.account_name);
    let people = [Found { sensitive: FULL_NAMES, count: 12 }, Found { sensitive: ADDRESSES, count: 9 }];
    let cards = [Found { sensitive: CREDIT_CARD, count: 118 }];
    let document = |number: usize| {
        let document = Document::invent(person, number + 1, &mut world.random).moved_to(&folder);
        match number * LABELLED / FILES != (number + 1) * LABELLED / FILES {
            true if number % 2 == 0 => document.labelled(CONFIDENTIAL).containing(&people),
            true => document.labelled(CONFIDENTIAL),
            false if number < WITH_CARDS => document.labelled(GENERAL).containing(&cards),
            false => document.labelled(GENERAL),
        }
    };
    (0..FILES).map(document).collect()
}

impl Course {
    fn user(&self) -> Evidence {
        Evidence::suspicious(Entity::User(Arc::clone(&self.person)), &["policyViolator"])
    }

    fn device(&self) -> Evidence {
        Evidence::of(Entity::Device(Arc::clone(&self.person.laptop), Arc::clone(&self.person)))
    }

    /// Some of the files: alerts do not list hundreds.
    fn files(&self, count: usize) -> impl Iterator<Item = Evidence> {
        let device = &self.person.laptop;
        let file = |document: &Document| Evidence::of(Entity::File(document.clone(), Some(Arc::clone(device))));
        self.taken.iter().take(count).map(file)
    }

    /// An insider risk alert; its trigger and counts are invented in form.
    fn insider_risk(&self, title: &str, description: String, tally: &Tally, evidence: Vec<Evidence>) -> Alert {
        Alert {
            product: INSIDER_RISK,
            title: title.to_owned(),
            description,
            severity: Severity::High,
            category: "Exfiltration",
            techniques: &[],
            first: tally.first,
            last: tally.last,
            created: tally.last + TimeSpan::seconds(194),
            evidence,
            policy: Some((POLICY, self.policy_id.clone())),
            additional: vec![
                ("PolicyName", POLICY.to_owned()),
                ("TriggeringEvent", "HR connector: last working day recorded".to_owned()),
                ("EventCount", tally.count.to_string()),
            ],
        }
    }
}

fn collected(course: &Course) -> Alert {
    let tally = &course.downloaded;
    let description = format!(
        "{} files downloaded from SharePoint in three evenings by a user whose last working day is near.",
        tally.count
    );
    let evidence = [course.user(), course.device(), Evidence::of(Entity::CloudApp(SHAREPOINT))];
    let evidence = evidence.into_iter().chain(course.files(3)).collect();
    Alert {
        severity: Severity::Medium,
        category: "Collection",
        techniques: &[FROM_SHAREPOINT],
        created: tally.last + TimeSpan::minutes(52),
        ..course.insider_risk("Unusual volume of downloads before departure", description, tally, evidence)
    }
}

fn hidden(course: &Course) -> Alert {
    let tally = Tally { last: course.archived.last + TimeSpan::seconds(96), ..course.archived };
    let description = format!(
        "{} files archived, {LABELLED} of them labelled Confidential; the archive {} was renamed to {}.",
        tally.count, ARCHIVE_NAMES.0, ARCHIVE_NAMES.1
    );
    let archive = Entity::File(course.archive.clone(), Some(Arc::clone(&course.person.laptop)));
    let evidence = [course.user(), course.device(), Evidence::suspicious(archive, &["created"])];
    let evidence = evidence.into_iter().chain(course.files(4)).collect();
    let alert = course.insider_risk("Files archived and renamed", description, &tally, evidence);
    Alert { category: "DefenseEvasion", techniques: &[ARCHIVE, MASQUERADE], ..alert }
}

fn written(course: &Course) -> Alert {
    let media = &course.media;
    let program = Program {
        image: Document { name: ARCHIVER.file_name.into(), folder: ARCHIVER.folder.into(), ..course.archive.clone() },
        command_line: format!("{} {}", ARCHIVER.command_line, ARCHIVE_NAMES.0),
        id: 7_412,
        started: course.archiver_at,
        parent: "explorer.exe",
    };
    let person = &course.person;
    let process = Entity::Process(program, Arc::clone(&person.laptop), Arc::clone(person));
    Alert {
        product: ENDPOINT,
        title: "Large write to removable media".to_owned(),
        description: format!(
            "{} files copied to removable media {} {} ({}), first seen on this device today.",
            course.copied.count, media.manufacturer, media.model, media.drive
        ),
        severity: Severity::Medium,
        category: "Exfiltration",
        techniques: &[USB],
        first: course.copied.first,
        last: course.copied.last,
        created: course.copied.last + TimeSpan::seconds(41),
        evidence: vec![course.device(), course.user(), Evidence::of(process)],
        policy: None,
        additional: Vec::new(),
    }
}

fn matched(course: &Course) -> Alert {
    let (first, last) = (course.copied.first, course.copied.last);
    Alert {
        product: DLP,
        title: "DLP policy (Finance exfil) matched for files copied to removable media".to_owned(),
        description: format!(
            "{} files copied to removable media; {WITH_CARDS} hold credit card numbers. Policy \"Finance exfil\", audit \
             only.",
            course.copied.count
        ),
        severity: Severity::High,
        category: "Exfiltration",
        techniques: &[USB],
        first,
        last,
        created: last + TimeSpan::seconds(127),
        evidence: [course.user(), course.device()].into_iter().chain(course.files(5)).collect(),
        policy: Some(("Finance exfil", course.dlp_policy_id.clone())),
        additional: vec![("PolicyName", "Finance exfil".to_owned())],
    }
}

fn cleaned(course: &Course) -> Alert {
    let tally = &course.deleted;
    let description = format!(
        "Sequence of {}, {}, {} and deletion: {} files deleted after they were copied to removable media.",
        DOWNLOADED.behaviour.to_lowercase(),
        RENAMED.behaviour.to_lowercase(),
        COPIED_TO_MEDIA.behaviour.to_lowercase(),
        tally.count
    );
    let evidence = [course.user(), course.device()].into_iter().chain(course.files(2)).collect();
    let alert = course.insider_risk("Clean-up after exfiltration", description, tally, evidence);
    Alert { category: "Impact", techniques: &[FILE_DELETION], ..alert }
}
