//! The queue's background: some 150 incidents over a month of 500 people, handled as a small team would.

use super::hostile::FORMULA_SUBJECT;
use super::mail::outbound;
use super::shifts::DAYS;
use super::{endpoint, inside, outside};
use crate::base::{TimeSpan, Timestamp};
use crate::lab::generate::acts::{Deed, Notice, Tally};
use crate::lab::generate::alert::{Alert, FROM_SHAREPOINT, Incident, Progress, Severity};
use crate::lab::generate::assets::Assets;
use crate::lab::generate::content::{CREDIT_CARD, Document, FULL_NAMES, Found};
use crate::lab::generate::evidence::{Entity, Evidence, SHAREPOINT};
use crate::lab::generate::products::{CLOUD_APPS, DLP, LINKED};
use crate::lab::generate::tools::BROWSER;
use crate::lab::generate::world::World;
use std::sync::Arc;

/// What happened before it is an incident.
pub(super) struct Happening {
    /// Name of the incident.
    pub name: String,
    /// Keys of its alerts.
    pub alerts: Vec<usize>,
}

/// How many incidents are made of [`KINDS`]: 150 of 500 people.
fn incidents_of(world: &World) -> usize {
    (world.config.scale.people * 3 / 10).clamp(36, 150)
}

/// Makes one kind of incident happen at an instant.
type Kind = fn(&mut World, Timestamp) -> Happening;

/// What happens, in turn.
const KINDS: [(&str, Kind); 29] = [
    ("phishing", outside::phishing),
    ("dlp-mail", dlp_mail),
    ("malware-file", outside::malware_file),
    ("unfamiliar", outside::unfamiliar),
    ("mass-download", mass_download),
    ("consent", outside::consent),
    ("hostile-dlp-mail", hostile_dlp_mail),
    ("travel", outside::travel),
    ("hostile-phishing", outside::hostile_phishing),
    ("malware-mail", outside::malware_mail),
    ("inbox-rule", outside::inbox_rule),
    ("guessing", outside::guessing),
    ("tampering", endpoint::tampering),
    ("teams-message", inside::teams_message),
    ("script", endpoint::script),
    ("group-change", inside::group_change),
    ("new-domain", endpoint::new_domain),
    ("sharing", inside::sharing),
    ("unwanted", endpoint::unwanted),
    ("odd-token", inside::odd_token),
    ("stick", endpoint::stick),
    ("copilot", inside::copilot),
    ("remote-desktop", endpoint::remote_desktop),
    ("storage", inside::storage),
    ("exclusion", endpoint::exclusion),
    ("role", inside::role),
    ("odd-session", inside::odd_session),
    ("shadow-ai", inside::shadow_ai),
    ("sleeper", inside::sleeper),
];

/// Minutes of the month in which incidents begin.
const MINUTES: i64 = DAYS * 24 * 60 - 600;

/// Fills the queue.
pub(super) fn happen(world: &mut World) {
    let count = incidents_of(world);
    for number in 0..count {
        // The square makes recent days busier than old ones: nothing older is still of interest to most.
        let back = 45 + MINUTES * (number * number) as i64 / (count * count) as i64;
        one(world, number, TimeSpan::minutes(back));
    }
    empty(world);
    merged(world);
}

/// Makes the incident of that number happen at `at`, which is still to come: nobody has looked at it.
pub(super) fn come(world: &mut World, number: usize, at: Timestamp) {
    let (_, happen) = KINDS[number % KINDS.len()];
    let Happening { name, alerts } = happen(world, at);
    let created = alerts.iter().map(|key| world.alerts[*key].created).min();
    let Some(created) = created.filter(|created| *created >= at) else { return };
    world.open(Incident {
        name,
        description: None,
        alerts,
        created,
        progress: Progress::New,
        tags: Vec::new(),
        system_tags: Vec::new(),
        comments: Vec::new(),
    });
}

/// One more incident, some time in the month; equal numbers make equal incidents.
pub(super) fn another(world: &mut World, number: usize) {
    world.scope(&format!("noise/another/{number}"));
    let back = world.random.between(45, 45 + MINUTES);
    one(world, incidents_of(world) + number, TimeSpan::minutes(back));
}

/// The incident of that number, so long ago.
fn one(world: &mut World, number: usize, age: TimeSpan) {
    let (kind, happen) = KINDS[number % KINDS.len()];
    world.scope(&format!("noise/{kind}/{number}"));
    let at = world.ago(age) - world.random.seconds(0, 2_400);
    let happening = happen(world, at);
    let incident = handled(world, happening, age);
    world.open(incident);
}

/// The incident of a happening, as far as the team has got with one of that age.
fn handled(world: &mut World, happening: Happening, age: TimeSpan) -> Incident {
    let created = happening.alerts.iter().map(|key| world.alerts[*key].created).min().unwrap_or(world.now());
    let owner = world.people.by_surname(world.random.pick::<&str>(&["Ruiz", "Lindqvist", "Mensah"]));
    let upn = owner.upn.to_string();
    let touched = (created + world.random.seconds(1_800, 90_000)).min(world.now());
    let (resolved, in_progress) = match age.ticks() / TimeSpan::days(1).ticks() {
        0 => (5, 15),
        1..7 => (22, 30),
        _ => (45, 25),
    };
    let progress = match world.random.below(100) {
        roll if roll < resolved => {
            let (verdict, reason) = *world.random.pick(&VERDICTS);
            Progress::Resolved { owner: upn, at: touched, verdict, reason }
        }
        roll if roll < resolved + in_progress => Progress::InProgress { owner: upn },
        _ => Progress::New,
    };
    let who = owner.display_name.to_string();
    let comments = match &progress {
        Progress::InProgress { .. } => vec![(touched, who, "Looking into it; asked the user by phone.".to_owned())],
        Progress::Resolved { reason, .. } => vec![(touched, who, (*reason).to_owned())],
        Progress::New | Progress::MergedInto(_) => Vec::new(),
    };
    let tags =
        if world.random.chance(20) { vec![*world.random.pick(&["awareness", "follow-up", "vip"])] } else { vec![] };
    Incident {
        name: happening.name,
        description: None,
        alerts: happening.alerts,
        created,
        progress,
        tags,
        system_tags: Vec::new(),
        comments,
    }
}

/// Classification, determination, and why.
const VERDICTS: [((&str, &str), &str); 5] = [
    (("truePositive", "phishing"), "Mails purged, link blocked, users told."),
    (("falsePositive", "notMalicious"), "The user travelled; confirmed by the manager."),
    (("informationalExpectedActivity", "confirmedActivity"), "Part of the user's work."),
    (("truePositive", "malware"), "File removed, full scan clean."),
    (("falsePositive", "notEnoughDataToValidate"), "Nothing more to be found."),
];

/// Mails that a data loss prevention policy noted.
fn dlp_mail(world: &mut World, at: Timestamp) -> Happening {
    noted_mail(world, at, None)
}

/// The same with a subject that attacks the spreadsheet it is exported to.
fn hostile_dlp_mail(world: &mut World, at: Timestamp) -> Happening {
    noted_mail(world, at, Some(FORMULA_SUBJECT))
}

/// Mails that a data loss prevention policy noted: an alert a mail.
fn noted_mail(world: &mut World, at: Timestamp, subject: Option<&str>) -> Happening {
    let person = world.someone();
    let policy_id = world.random.guid();
    let dlp = Some((Notice::dlp("Customer data outbound", &policy_id), 1));
    let notice = Notice { dlp, ..Notice::default() };
    let mut alerts = Vec::new();
    for number in 0..world.random.between(1, 3) {
        let at = at + TimeSpan::seconds(number * 613);
        let partner = world.random.pick(&Assets::get().organisation.partners).as_str();
        let mut message = outbound(at, &person, (partner.into(), None), &mut world.random);
        if let Some(subject) = subject {
            message.subject = subject.into();
        }
        message.attachments = 1;
        world.mail(&message, false);
        let found = [Found { sensitive: CREDIT_CARD, count: 2 }, Found { sensitive: FULL_NAMES, count: 4 }];
        let document = Document::invent(&person, 900 + number as usize, &mut world.random).containing(&found);
        world.act(at, &person, &document, &Deed::MatchRule, &notice);
        alerts.push(world.raise(Alert {
            product: DLP,
            title: format!("DLP policy (Customer data outbound) matched for email with subject ({})", message.subject),
            description: format!("{} sent 1 message with sensitive content to {partner}.", person.upn),
            severity: Severity::Low,
            category: "Exfiltration",
            techniques: &[],
            first: at,
            last: at,
            created: (at + TimeSpan::minutes(4)).min(world.now()),
            evidence: vec![
                Evidence::suspicious(Entity::User(Arc::clone(&person)), &["policyViolator"]),
                Evidence::of(Entity::Message(message)),
                Evidence::of(Entity::File(document, None)),
            ],
            policy: Some(("Customer data outbound", policy_id.clone())),
            additional: vec![("PolicyName", "Customer data outbound".to_owned())],
        }));
    }
    Happening { name: "DLP policy match for email involving one user".to_owned(), alerts }
}

/// Many files downloaded within minutes.
fn mass_download(world: &mut World, at: Timestamp) -> Happening {
    let person = world.someone();
    let folder = format!(r"C:\Users\{}\Downloads", person.account_name);
    let mut times = Vec::new();
    for number in 0..world.random.between(24, 48) {
        let at = (at + TimeSpan::seconds(number * 3)).min(world.now());
        let document = Document::invent(&person, 700 + number as usize, &mut world.random).moved_to(&folder);
        world.act(at, &person, &document, &Deed::Download(BROWSER), &Notice::default());
        times.push(at);
    }
    let Some(tally) = Tally::of(&times) else { return Happening { name: String::new(), alerts: Vec::new() } };
    let key = world.raise(Alert {
        product: CLOUD_APPS,
        title: "Mass download by a single user".to_owned(),
        description: format!("{} files downloaded from SharePoint within minutes by {}.", tally.count, person.upn),
        severity: Severity::Low,
        category: "Collection",
        techniques: &[FROM_SHAREPOINT],
        first: tally.first,
        last: tally.last,
        created: (tally.last + TimeSpan::minutes(6)).min(world.now()),
        evidence: vec![
            Evidence::suspicious(Entity::User(Arc::clone(&person)), &["suspicious"]),
            Evidence::of(Entity::Ip(Arc::clone(&person.egress), &person.office.country)),
            Evidence::of(Entity::CloudApp(SHAREPOINT)),
        ],
        policy: None,
        additional: Vec::new(),
    });
    Happening { name: "Mass download involving one user".to_owned(), alerts: vec![key] }
}

/// How many incidents an analyst linked an alert to.
const LINKED_INCIDENTS: usize = 3;

/// Alerts that an analyst linked to incidents by hand, having found more by a query.
pub(super) fn linked(world: &mut World) {
    world.scope("noise/linked");
    let is_one = |key: &usize| {
        let incident = &world.incidents[*key];
        let is_open = matches!(incident.progress, Progress::New | Progress::InProgress { .. });
        is_open && !incident.alerts.is_empty() && world.stories.iter().all(|story| story.incident != *key)
    };
    let keys: Vec<usize> = (0..world.incidents.len()).filter(is_one).take(LINKED_INCIDENTS).collect();
    for key in keys {
        let Some(raised) = world.incidents[key].alerts.first().map(|alert| world.alerts[*alert].clone()) else {
            continue;
        };
        let created = (raised.created + world.random.seconds(600, 4_000)).min(world.now());
        let alert = world.raise(Alert {
            product: LINKED,
            title: "More of the same activity".to_owned(),
            description: "Linked by hand from the results of a hunting query.".to_owned(),
            created,
            techniques: &[],
            policy: None,
            additional: Vec::new(),
            ..raised
        });
        world.incidents[key].alerts.push(alert);
    }
}

/// An incident without alerts: Sentinel's copies of Insider Risk incidents carry none.
fn empty(world: &mut World) {
    let created = world.ago(TimeSpan::hours(31));
    world.open(Incident {
        name: "Insider risk incident synchronised without alerts".to_owned(),
        description: Some("Insider risk incidents do not carry their alerts to Microsoft Sentinel.".to_owned()),
        alerts: Vec::new(),
        created,
        progress: Progress::New,
        tags: Vec::new(),
        system_tags: Vec::new(),
        comments: Vec::new(),
    });
}

/// An incident merged into the oldest open one about phishing.
fn merged(world: &mut World) {
    let is_survivor = |incident: &Incident| {
        incident.name.starts_with("Phishing") && !matches!(incident.progress, Progress::Resolved { .. })
    };
    let Some(survivor) = world.incidents.iter().rposition(is_survivor) else { return };
    let created = world.incidents[survivor].created + TimeSpan::minutes(25);
    world.open(Incident {
        name: "Phishing mail reported by a user".to_owned(),
        description: None,
        alerts: Vec::new(),
        created: created.min(world.now()),
        progress: Progress::MergedInto(survivor),
        tags: Vec::new(),
        system_tags: Vec::new(),
        comments: Vec::new(),
    });
}
