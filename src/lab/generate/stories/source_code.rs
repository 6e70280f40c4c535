//! A developer mirrors the firmware's repository and uploads it in archives to a code host of his own.

use super::telling::{Policy, alert, device, insider_risk, run, user};
use super::{Condition, Finding, Story};
use crate::base::TimeSpan;
use crate::lab::generate::acts::{Deed, Notice};
use crate::lab::generate::alert::{ARCHIVE, Alert, Incident, Progress, Severity, TO_CODE_REPOSITORY};
use crate::lab::generate::content::{Document, Found, PASSWORD, STORAGE_KEY};
use crate::lab::generate::evidence::{CODE_HOST, CODE_HOST_DOMAIN, Entity, Evidence, Program};
use crate::lab::generate::products::{CUSTOM_DETECTION, ENDPOINT};
use crate::lab::generate::rows::data_security_events::UPLOADED;
use crate::lab::generate::rows::device_file_events::{ARCHIVER, GIT};
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

/// Plants the story.
pub fn plant(world: &mut World) {
    let person = world.people.by_surname("Deshmukh");
    let policy = Policy::new("Data leaks", world);
    let root = format!(r"C:\Users\{}\mirror", person.account_name);
    let sources: Vec<Document> = (0..SOURCES)
        .map(|number| {
            let (folder, extension) = KINDS[number % KINDS.len()];
            let size = world.random.between(600, 60_000);
            let name = format!("unit_{number:03}.{extension}");
            Document::named(&name, &format!(r"{root}\{folder}"), size, &mut world.random)
        })
        .collect();
    let start = person.local(world.now(), 4, 22 * 60 + 5);
    let mirrored = run(world, &person, &sources, (start, 1), &Deed::Create(GIT), &Notice::default());

    let found = [Found { sensitive: STORAGE_KEY, count: 2 }, Found { sensitive: PASSWORD, count: 5 }];
    let parts: Vec<Document> = (1..=PARTS)
        .map(|part| {
            Document::named(&format!("prism.7z.{part:03}"), &root, 52_428_800, &mut world.random).containing(&found)
        })
        .collect();
    let start = mirrored.last + TimeSpan::minutes(9);
    run(world, &person, &parts, (start, 30), &Deed::Create(ARCHIVER), &Notice::default());
    let notice = Notice { repository: Some(REPOSITORY.into()), ..policy.sequence(world) };
    let start = mirrored.last + TimeSpan::minutes(21);
    let uploaded = run(world, &person, &parts, (start, 240), &Deed::Upload(CODE_HOST_DOMAIN), &notice);

    let program = Program {
        image: Document::named(GIT.file_name, GIT.folder, 4_100_000, &mut world.random),
        command_line: format!("{} ssh://code.harrowgate.example/{REPOSITORY}.git", GIT.command_line),
        id: 11_872,
        started: mirrored.first,
        parent: "cmd.exe",
    };
    let laptop = Arc::clone(&person.laptop);
    let process = Evidence::suspicious(Entity::Process(program, laptop, Arc::clone(&person)), &["suspicious"]);
    let mirror_text = format!("{} source files written by git.exe while {REPOSITORY} was mirrored.", mirrored.count);
    let pack_text = format!("{PARTS} archives of source files made outside working hours.");
    let upload_text = format!("{} files uploaded to {CODE_HOST_DOMAIN} from repository {REPOSITORY}.", uploaded.count);
    let host = Evidence::suspicious(Entity::CloudApp(CODE_HOST), &["destination"]);
    let parts = super::telling::files(&person, &parts, 3);
    let alerts = [
        Alert {
            category: "Collection",
            evidence: vec![device(&person), user(&person), process.clone()],
            ..alert(CUSTOM_DETECTION, "Repository mirrored to a laptop", mirror_text, &mirrored, TimeSpan::minutes(31))
        },
        Alert {
            severity: Severity::Low,
            category: "Collection",
            techniques: &[ARCHIVE],
            evidence: vec![device(&person), user(&person), process],
            ..alert(ENDPOINT, "Source files archived in parts", pack_text, &mirrored, TimeSpan::minutes(18))
        },
        Alert {
            techniques: &[TO_CODE_REPOSITORY],
            evidence: [vec![user(&person), device(&person), host], parts].concat(),
            ..insider_risk(
                &policy,
                "Exfiltration indicator",
                "Source code to a personal repository",
                upload_text,
                &uploaded,
            )
        },
    ];
    let created = alerts[1].created;
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
    let account = &person.upn;
    let mirror = Finding {
        says: format!("{} source files", mirrored.count),
        table: "DeviceFileEvents",
        conditions: vec![
            Condition::Is("InitiatingProcessAccountUpn", account.to_string()),
            Condition::Is("InitiatingProcessFileName", GIT.file_name.to_owned()),
            Condition::Has("FolderPath", "mirror".to_owned()),
        ],
        rows: mirrored.count,
    };
    let findings = vec![mirror, Finding::events("files uploaded", account, UPLOADED, uploaded.count)];
    world.stories.push(Story {
        slug: "source-code",
        account: account.to_string(),
        verdict: ("truePositive", "maliciousUserActivity"),
        debrief: "A mirror clone at ten in the evening, archives in parts, uploads to a code host. SourceCodeInfo names \
                  the repository; the archives hold keys and passwords.",
        findings,
    });
}
