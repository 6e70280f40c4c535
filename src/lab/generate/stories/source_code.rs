//! A developer mirrors the firmware's repository and uploads it in archives to a code host of his own.

use super::telling::{Policy, alert, device, files, insider_risk, run, user};
use super::{Condition, Finding, Story};
use crate::base::TimeSpan;
use crate::lab::generate::acts::{Deed, Notice, Tally};
use crate::lab::generate::alert::{ARCHIVE, Alert, Incident, Progress, Severity, TO_CODE_REPOSITORY};
use crate::lab::generate::content::{Document, Found, PASSWORD, STORAGE_KEY};
use crate::lab::generate::evidence::{CODE_HOST, CODE_HOST_DOMAIN, Entity, Evidence, Program};
use crate::lab::generate::people::Person;
use crate::lab::generate::products::{CUSTOM_DETECTION, ENDPOINT};
use crate::lab::generate::rows::data_security_events::UPLOADED;
use crate::lab::generate::rows::device_file_events::{ARCHIVER, GIT, Tool};
use crate::lab::generate::world::World;
use std::sync::Arc;

/// Files of the mirror.
const SOURCES: usize = 486;
/// Archives it is uploaded in.
const PARTS: usize = 7;
/// The repository.
const REPOSITORY: &str = "firmware/prism-controller";
/// Folders and extensions of the sources, in turn.
const KINDS: [(&str, &str); 4] = [("src", "c"), ("include", "h"), ("drivers", "c"), ("tools", "py")];

/// What happened, step by step.
struct Course {
    person: Arc<Person>,
    policy: Policy,
    parts: Vec<Document>,
    program: Program,
    mirrored: Tally,
    packed: Tally,
    uploaded: Tally,
}

/// Plants the story.
pub fn plant(world: &mut World) {
    let course = act_out(world);
    let alerts = alerts(&course);
    let created = alerts.iter().map(|alert| alert.created).min().unwrap_or(world.now());
    let alerts = alerts.into_iter().map(|alert| world.raise(alert)).collect();
    world.open(Incident {
        name: "Source code to a personal repository".to_owned(),
        description: None,
        alerts,
        created,
        progress: Progress::InProgress { owner: world.analyst("Mensah") },
        tags: vec!["insider", "engineering"],
        system_tags: Vec::new(),
        comments: Vec::new(),
    });
    let account = &course.person.upn;
    let made_by = |says: String, tool: &Tool, rows: usize| Finding {
        says,
        table: "DeviceFileEvents",
        conditions: vec![
            Condition::Is("InitiatingProcessAccountUpn", account.to_string()),
            Condition::Is("InitiatingProcessFileName", tool.file_name.to_owned()),
            Condition::Has("FolderPath", "mirror".to_owned()),
        ],
        rows,
    };
    let findings = vec![
        made_by(format!("{} source files", course.mirrored.count), GIT, course.mirrored.count),
        made_by(format!("{} archives", course.packed.count), ARCHIVER, course.packed.count),
        Finding::events("files uploaded", account, UPLOADED, course.uploaded.count),
    ];
    world.stories.push(Story {
        slug: "source-code",
        account: account.to_string(),
        verdict: ("truePositive", "maliciousUserActivity"),
        debrief: "A mirror clone at ten in the evening, archives in parts, uploads to a code host. SourceCodeInfo names \
                  the repository; the archives hold keys and passwords.",
        findings,
    });
}

/// One evening: mirror, archives, uploads.
fn act_out(world: &mut World) -> Course {
    let person = world.people.by_surname("Deshmukh");
    let policy = Policy::new("Data leaks", world);
    let root = format!(r"C:\Users\{}\mirror", person.account_name);
    let source = |number: usize| {
        let (folder, extension) = KINDS[number % KINDS.len()];
        let size = world.random.between(600, 60_000);
        let name = format!("unit_{number:03}.{extension}");
        Document::named(&name, &format!(r"{root}\{folder}"), size, &mut world.random)
    };
    let sources: Vec<Document> = (0..SOURCES).map(source).collect();
    let start = person.local(world.now(), 4, 22 * 60 + 5);
    let mirrored = run(world, &person, &sources, (start, 1), &Deed::Create(GIT), &Notice::default());

    let found = [Found { sensitive: STORAGE_KEY, count: 2 }, Found { sensitive: PASSWORD, count: 5 }];
    let part = |part: usize| {
        let name = format!("prism.7z.{part:03}");
        Document::named(&name, &root, 52_428_800, &mut world.random).containing(&found)
    };
    let parts: Vec<Document> = (1..=PARTS).map(part).collect();
    let start = mirrored.last + TimeSpan::minutes(9);
    let packed = run(world, &person, &parts, (start, 30), &Deed::Create(ARCHIVER), &Notice::default());
    let notice = Notice { repository: Some(REPOSITORY.into()), ..policy.sequence(world) };
    let start = packed.last + TimeSpan::minutes(12);
    let uploaded = run(world, &person, &parts, (start, 240), &Deed::Upload(CODE_HOST_DOMAIN), &notice);
    let program = Program {
        image: Document::named(GIT.file_name, GIT.folder, 4_100_000, &mut world.random),
        command_line: format!("{} ssh://code.harrowgate.example/{REPOSITORY}.git", GIT.command_line),
        id: 11_872,
        started: mirrored.first,
        parent: "cmd.exe",
    };
    Course { person, policy, parts, program, mirrored, packed, uploaded }
}

fn alerts(course: &Course) -> [Alert; 3] {
    let Course { person, mirrored, packed, uploaded, .. } = course;
    let process = Entity::Process(course.program.clone(), Arc::clone(&person.laptop), Arc::clone(person));
    let process = Evidence::suspicious(process, &["suspicious"]);
    let mirror_text = format!("{} source files written by git.exe while {REPOSITORY} was mirrored.", mirrored.count);
    let pack_text = format!("{} archives of source files made outside working hours.", packed.count);
    let upload_text = format!("{} files uploaded to {CODE_HOST_DOMAIN} from repository {REPOSITORY}.", uploaded.count);
    let host = Evidence::suspicious(Entity::CloudApp(CODE_HOST), &["destination"]);
    let (title, trigger) = ("Source code to a personal repository", "Exfiltration indicator");
    [
        Alert {
            category: "Collection",
            evidence: vec![device(person), user(person), process],
            ..alert(CUSTOM_DETECTION, "Repository mirrored to a laptop", mirror_text, mirrored, TimeSpan::minutes(31))
        },
        Alert {
            severity: Severity::Low,
            category: "Collection",
            techniques: &[ARCHIVE],
            evidence: [vec![device(person), user(person)], files(person, &course.parts, 2)].concat(),
            ..alert(ENDPOINT, "Source files archived in parts", pack_text, packed, TimeSpan::minutes(3))
        },
        Alert {
            techniques: &[TO_CODE_REPOSITORY],
            evidence: [vec![user(person), device(person), host], files(person, &course.parts, 3)].concat(),
            ..insider_risk(&course.policy, trigger, title, upload_text, uploaded)
        },
    ]
}
