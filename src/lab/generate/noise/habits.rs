//! What a person has to do with all month: documents, colleagues, threads, sites, programs.

use crate::lab::generate::assets::Assets;
use crate::lab::generate::content::{
    ADDRESSES, CONFIDENTIAL, CREDIT_CARD, Document, FULL_NAMES, Found, GENERAL, HIGHLY_CONFIDENTIAL, Media,
};
use crate::lab::generate::operations::Remote;
use crate::lab::generate::people::Person;
use crate::lab::generate::rows::message_events::Thread;
use crate::lab::generate::tools::{
    BROWSER, CAD, CODE_EDITOR, COMMAND_SHELL, GIT, OFFICE_EDITOR, OUTLOOK, POWERPOINT, READER, SYNC_CLIENT, TEAMS,
    Tool, WORD,
};
use crate::lab::generate::world::World;
use std::sync::Arc;

/// Documents a person works on in a month.
const DOCUMENTS: usize = 14;
/// Colleagues a person writes to.
const COLLEAGUES: usize = 10;

/// Sites that many visit; all fictional.
const SITES: [&str; 16] = [
    "harrowgate.sharepoint.example",
    "mail.harrowgate.example",
    "intranet.harrowgate.example",
    "timesheets.harrowgate.example",
    "search.lumen.example",
    "www.metrology-weekly.example",
    "maps.wayfarer.example",
    "weather.northshore.example",
    "portal.northfell.example",
    "share.calderoptics.example",
    "travel.brightwing.example",
    "docs.quillsoft.example",
    "cdn.quillsoft.example",
    "news.dailyledger.example",
    "translate.babelfish.example",
    "jobs.talentbridge.example",
];

/// What a person has to do with.
#[derive(Debug)]
pub(super) struct Habits {
    /// Who.
    pub person: Arc<Person>,
    /// Documents of the month, some labelled.
    pub documents: Vec<Document>,
    /// The company's stick they use.
    pub stick: Arc<Media>,
    /// Colleagues they write to.
    pub colleagues: Vec<Arc<Person>>,
    /// Threads in Teams.
    pub threads: Vec<Arc<Thread>>,
    /// Sites they visit.
    pub sites: Vec<Remote>,
    /// Addresses they open from elsewhere.
    pub pages: Vec<Arc<str>>,
    /// Programs they start every day.
    pub tools: &'static [&'static Tool],
    /// A partner they work with.
    pub partner: &'static str,
    /// The site of their department.
    pub site: Arc<str>,
    /// Whether they use the file server.
    pub uses_shares: bool,
    /// The door they use: id and name.
    pub door: (Arc<str>, Arc<str>),
    /// What the antivirus says after a scan.
    pub scan: Arc<str>,
    /// A value that an updater sets: key, name, data.
    pub setting: [Arc<str>; 3],
    /// A library that Office loads.
    pub library: Document,
}

impl Habits {
    /// What `person` has to do with, drawn from the world's stream.
    pub fn of(world: &mut World, person: &Arc<Person>) -> Self {
        let documents = (0..DOCUMENTS).map(|number| document(world, person, number)).collect();
        let stick = Media {
            manufacturer: "Harrowgate",
            model: "Company stick 16 GB",
            serial: world.random.hex(12).to_uppercase(),
            drive: "E:",
        };
        let colleagues: Vec<_> = (0..COLLEAGUES).map(|_| Arc::clone(world.random.pick(&world.people.all))).collect();
        let threads = (0..4).map(|number| Arc::new(thread(world, person, &colleagues, number))).collect();
        let sites = (0..7).map(|_| Remote::web(world.random.pick::<&str>(&SITES))).collect();
        let pages = (0..3).map(|_| format!("https://{}/start", world.random.pick(&SITES)).into()).collect();
        let city = person.office.city.as_str();
        let department = person.department.name.as_str();
        Self {
            documents,
            stick: Arc::new(stick),
            threads,
            sites,
            pages,
            tools: tools(department),
            partner: world.random.pick::<String>(&Assets::get().organisation.partners),
            site: person.site().into(),
            uses_shares: ["Engineering", "Manufacturing", "Finance"].contains(&department),
            door: (format!("{}-MAIN-1", city.to_uppercase()).into(), format!("{city} main entrance").into()),
            scan: r#"{"ScanTypeIndex":"Quick","ScanId":"scheduled"}"#.into(),
            setting: [
                r"HKEY_CURRENT_USER\Software\Microsoft\EdgeUpdate\ClientState".into(),
                "LastCheckSuccess".into(),
                world.random.between(1_000_000, 9_000_000).to_string().into(),
            ],
            library: Document::named(
                "mso40uiwin32client.dll",
                r"C:\Program Files\Microsoft Office\root\Office16",
                1_204_224,
                &mut world.random,
            ),
            colleagues,
            person: Arc::clone(person),
        }
    }
}

fn document(world: &mut World, person: &Person, number: usize) -> Document {
    let random = &mut world.random;
    let document = Document::invent(person, 400 + number, random);
    match random.below(12) {
        0 => document.labelled(CONFIDENTIAL).containing(&[Found { sensitive: FULL_NAMES, count: 7 }]),
        1 => document.labelled(CONFIDENTIAL),
        2 => document.labelled(HIGHLY_CONFIDENTIAL).containing(&[Found { sensitive: ADDRESSES, count: 3 }]),
        3 => document.labelled(GENERAL).containing(&[Found { sensitive: CREDIT_CARD, count: 1 }]),
        4..8 => document.labelled(GENERAL),
        _ => document,
    }
}

/// A chat with some colleagues; the first is a channel of the department's team.
fn thread(world: &mut World, person: &Person, colleagues: &[Arc<Person>], number: usize) -> Thread {
    let reader =
        |one: &Arc<Person>| (Arc::clone(&one.display_name), Arc::clone(&one.upn), Some(Arc::clone(&one.object_id)));
    let is_channel = number == 0;
    let suffix = if is_channel { "thread.tacv2" } else { "thread.v2" };
    let readers: Vec<_> = colleagues.iter().skip(number).take(3).map(reader).collect();
    Thread {
        id: format!("19:{}@{suffix}", world.random.hex(32)).into(),
        name: if is_channel { "General".into() } else { Arc::clone(&readers[0].0) },
        team: is_channel.then(|| Arc::clone(&person.department_name)),
        readers,
    }
}

/// The programs of a department's people.
fn tools(department: &str) -> &'static [&'static Tool] {
    match department {
        "Software" => &[BROWSER, OUTLOOK, TEAMS, CODE_EDITOR, GIT, COMMAND_SHELL],
        "Engineering" => &[BROWSER, OUTLOOK, TEAMS, CAD, OFFICE_EDITOR, READER],
        "Sales" | "Marketing" => &[BROWSER, OUTLOOK, TEAMS, POWERPOINT, WORD],
        "Legal" | "Human Resources" => &[BROWSER, OUTLOOK, TEAMS, WORD, READER],
        "Information Technology" | "Security Operations" => &[BROWSER, OUTLOOK, TEAMS, COMMAND_SHELL, OFFICE_EDITOR],
        _ => &[BROWSER, OUTLOOK, TEAMS, OFFICE_EDITOR, SYNC_CLIENT],
    }
}
