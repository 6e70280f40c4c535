//! Alerts about what happens on computers: scripts, settings, connections, media, software nobody asked for.

use super::incidents::Happening;
use super::outside::{alert, user};
use crate::base::{TimeSpan, Timestamp};
use crate::lab::generate::acts::Notice;
use crate::lab::generate::alert::{
    Alert, IMPAIR, MALICIOUS_FILE, POWERSHELL_USE, REMOTE_DESKTOP_USE, Severity, USB, WEB_TRAFFIC,
};
use crate::lab::generate::content::{Document, Media};
use crate::lab::generate::devices::Place;
use crate::lab::generate::evidence::{Entity, Evidence, Program};
use crate::lab::generate::operations::{Operation, Remote};
use crate::lab::generate::people::Person;
use crate::lab::generate::products::{ANTIVIRUS, CUSTOM_DETECTION, ENDPOINT, IDENTITY};
use crate::lab::generate::tools::{BROWSER, EXPLORER, POWERSHELL, REGISTRY_EDITOR, Tool};
use crate::lab::generate::world::World;
use std::sync::Arc;

/// The user's computer.
fn device(person: &Arc<Person>) -> Evidence {
    Evidence::of(Entity::Device(Arc::clone(&person.laptop), Arc::clone(person)))
}

/// A program that `person` ran at `at`.
fn program(tool: &'static Tool, command_line: &str, at: Timestamp, person: &Arc<Person>) -> Evidence {
    let image = Document {
        name: tool.file_name.into(),
        site: "".into(),
        relative: "".into(),
        folder: tool.folder.into(),
        size: 454_656,
        sha1: tool.sha1.into(),
        sha256: tool.sha256.into(),
        label: None,
        found: None,
    };
    let id = 4_000 + at.ticks() / 10_000_000 % 9_000;
    let program = Program { image, command_line: command_line.to_owned(), id, started: at, parent: "explorer.exe" };
    Evidence::suspicious(Entity::Process(program, Arc::clone(&person.laptop), Arc::clone(person)), &["suspicious"])
}

/// Someone tries to turn off a part of the antivirus.
pub(super) fn tampering(world: &mut World, at: Timestamp) -> Happening {
    let person = world.someone();
    let notice = Notice::default();
    let value = [
        r"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows Defender\Real-Time Protection".into(),
        "DisableRealtimeMonitoring".into(),
        "1".into(),
    ];
    let [key, name, data] = value.each_ref().map(Arc::clone);
    let set = Operation::SetRegistry { tool: REGISTRY_EDITOR, key, name, data, previous: Some("0".into()) };
    world.operate(at, &person, &set, &notice);
    world.operate(at, &person, &Operation::Tamper("DisableRealtimeMonitoring"), &notice);
    let found = alert(world, ENDPOINT, "Attempt to turn off Microsoft Defender Antivirus protection", (at, at));
    let key = world.raise(Alert {
        description: format!("A setting of the antivirus was changed on {} and changed back.", person.laptop.name),
        severity: Severity::Medium,
        category: "DefenseEvasion",
        techniques: &[IMPAIR],
        evidence: vec![
            Evidence::suspicious(Entity::RegistryValue(Arc::clone(&person.laptop), value), &["suspicious"]),
            device(&person),
            user(&person),
        ],
        ..found
    });
    Happening { name: format!("Antivirus tampering on {}", person.laptop.name), alerts: vec![key] }
}

/// A folder is excluded from the antivirus, found by a query of the organisation's own.
pub(super) fn exclusion(world: &mut World, at: Timestamp) -> Happening {
    let person = world.someone();
    let folder: Arc<str> = format!(r"C:\Users\{}\build", person.account_name).into();
    world.operate(at, &person, &Operation::ExcludeFromGuard(Arc::clone(&folder)), &Notice::default());
    let found = alert(world, CUSTOM_DETECTION, "Folder excluded from antivirus", (at, at));
    let key = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows Defender\Exclusions\Paths".into();
    let key = world.raise(Alert {
        description: format!("{} excluded {folder} on {}.", person.account_name, person.laptop.name),
        category: "DefenseEvasion",
        techniques: &[IMPAIR],
        evidence: vec![Evidence::suspicious(Entity::RegistryKey(key), &["suspicious"]), device(&person), user(&person)],
        ..found
    });
    Happening { name: "Custom detection: antivirus exclusion".to_owned(), alerts: vec![key] }
}

/// A script that hides what it does, by an administrator as often as not.
pub(super) fn script(world: &mut World, at: Timestamp) -> Happening {
    let person = world.someone();
    let line = "powershell.exe -NoProfile -WindowStyle Hidden -EncodedCommand RwBlAHQALQBQAHIAbwBjAGUAcwBzAA==";
    let run = Operation::Run { tool: POWERSHELL, command_line: Some(line.into()), parent: EXPLORER };
    world.operate(at, &person, &run, &Notice::default());
    let found = alert(world, ENDPOINT, "Suspicious PowerShell command line", (at, at));
    let session = Entity::HostSession(Arc::clone(&person), Arc::clone(&person.laptop), at - TimeSpan::hours(2), at);
    let key = world.raise(Alert {
        description: format!("An encoded command was run on {}.", person.laptop.name),
        severity: Severity::Medium,
        category: "Execution",
        techniques: &[POWERSHELL_USE],
        evidence: vec![program(POWERSHELL, line, at, &person), device(&person), user(&person), Evidence::of(session)],
        ..found
    });
    Happening { name: "Suspicious PowerShell on one endpoint".to_owned(), alerts: vec![key] }
}

/// Connections to a domain that nobody visited before.
pub(super) fn new_domain(world: &mut World, at: Timestamp) -> Happening {
    let person = world.someone();
    let remote = Remote::web(world.random.pick::<&str>(&["q7-cdn.badnews.example", "sync.parcel-desk.example"]));
    let mut last = at;
    for number in 0..world.random.between(3, 7) {
        last = (at + TimeSpan::seconds(number * 300)).min(world.now());
        let connect = Operation::Connect { tool: BROWSER, remote: remote.clone(), sent: Some(640), is_success: true };
        world.operate(last, &person, &connect, &Notice::default());
    }
    let found = alert(world, ENDPOINT, "Connection to a newly registered domain", (at, last));
    let laptop = &person.laptop;
    let key = world.raise(Alert {
        description: format!("{} connected to {} at regular intervals.", laptop.name, remote.domain),
        category: "CommandAndControl",
        techniques: &[WEB_TRAFFIC],
        evidence: vec![
            Evidence::suspicious(Entity::Connection(Arc::clone(laptop), remote.clone()), &["commandAndControl"]),
            Evidence::of(Entity::Dns(Arc::clone(laptop), remote.clone())),
            Evidence::suspicious(Entity::Url(format!("https://{}/", remote.domain)), &["destination"]),
            device(&person),
            user(&person),
        ],
        ..found
    });
    Happening { name: "Command and control: newly registered domain".to_owned(), alerts: vec![key] }
}

/// A stick that is not the organisation's.
pub(super) fn stick(world: &mut World, at: Timestamp) -> Happening {
    let person = world.someone();
    let media = Media {
        manufacturer: "Nonesuch",
        model: "Keyring 8 GB",
        serial: world.random.hex(10).to_uppercase(),
        drive: "F:",
    };
    world.operate(at, &person, &Operation::Mount(Arc::new(media)), &Notice::default());
    let found = alert(world, CUSTOM_DETECTION, "Removable medium not issued by the organisation", (at, at));
    let key = world.raise(Alert {
        description: format!("A medium seen for the first time was connected to {}.", person.laptop.name),
        severity: Severity::Informational,
        category: "Exfiltration",
        techniques: &[USB],
        evidence: vec![device(&person), user(&person)],
        ..found
    });
    Happening { name: "Custom detection: unknown removable medium".to_owned(), alerts: vec![key] }
}

/// Software that nobody needs, stopped.
pub(super) fn unwanted(world: &mut World, at: Timestamp) -> Happening {
    let person = world.someone();
    let folder = format!(r"C:\Users\{}\Downloads", person.account_name);
    let name = *world.random.pick(&["pdf_toolbar_setup.exe", "coupon_helper.msi", "driver_booster.exe"]);
    let document = Document::named(name, &folder, 2_118_144, &mut world.random);
    let detect = Operation::Detect(document.clone(), "PUA:Win32/Toolbargain".into());
    world.operate(at, &person, &detect, &Notice::default());
    let found = alert(world, ANTIVIRUS, "'Toolbargain' unwanted software was prevented", (at, at));
    let key = world.raise(Alert {
        description: format!("{name} was blocked on {}.", person.laptop.name),
        severity: Severity::Informational,
        category: "Malware",
        techniques: &[MALICIOUS_FILE],
        evidence: vec![Evidence::malicious(Entity::Hash(document), "prevented"), device(&person), user(&person)],
        ..found
    });
    Happening { name: format!("Unwanted software prevented on {}", person.laptop.name), alerts: vec![key] }
}

/// Someone signs in on a server who usually does not.
pub(super) fn remote_desktop(world: &mut World, at: Timestamp) -> Happening {
    let person = world.someone();
    let server = Arc::clone(world.random.pick(&world.services.servers));
    let place = Place { device: Some(Arc::clone(&server)), network: None };
    let from = Some(Arc::clone(&person.laptop));
    let log_on = Operation::LogOn { logon_type: "RemoteInteractive", from, failure: None };
    world.operate(at, &person, &log_on, &Notice { place, ..Notice::default() });
    let found = alert(world, IDENTITY, "Remote sign-in to a server by an unusual account", (at, at));
    let end = (at + TimeSpan::minutes(26)).min(world.now());
    let session = Entity::HostSession(Arc::clone(&person), Arc::clone(&server), at, end);
    let key = world.raise(Alert {
        description: format!("{} signed in on {} for the first time in 90 days.", person.account_name, server.name),
        category: "LateralMovement",
        techniques: &[REMOTE_DESKTOP_USE],
        evidence: vec![Evidence::suspicious(session, &["suspicious"]), device(&person), user(&person)],
        ..found
    });
    Happening { name: "Unusual remote sign-in to a server".to_owned(), alerts: vec![key] }
}
