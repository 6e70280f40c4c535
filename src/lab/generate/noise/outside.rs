//! Alerts about what came from outside: phishing, malware, strange sign-ins, applications asking for consent.

use super::hostile::{ESCAPING_SUBJECT, TURNED_FILE_NAME};
use super::incidents::Happening;
use super::mail::inbound;
use crate::base::{TimeSpan, Timestamp};
use crate::lab::generate::acts::{Deed, Notice};
use crate::lab::generate::alert::{
    APP_TOKEN, Alert, CLOUD_ACCOUNTS, MAIL_RULE, MALICIOUS_FILE, PASSWORD_SPRAY, PHISHING, Severity, Technique,
};
use crate::lab::generate::content::{Delivery, Document, Message};
use crate::lab::generate::devices::{Network, Place};
use crate::lab::generate::evidence::{Entity, Evidence, MICROSOFT_365, OAuthApp};
use crate::lab::generate::operations::{Operation, SigningIn};
use crate::lab::generate::people::Person;
use crate::lab::generate::products::{
    ANTIVIRUS, APP_GOVERNANCE, CLOUD_APPS, CUSTOM_DETECTION, ENTRA, IDENTITY, OFFICE, Product,
};
use crate::lab::generate::sign_ins::{FOREIGN_BROWSER, RiskLevel};
use crate::lab::generate::tools::BROWSER;
use crate::lab::generate::world::{Risk, World};
use std::sync::Arc;

/// Addresses no colleague signs in from: address, country, city. The ranges are reserved for documentation.
const ABROAD: [(&str, &str, &str); 4] = [
    ("203.0.113.101", "KZ", "Almaty"),
    ("203.0.113.140", "BR", "Recife"),
    ("203.0.113.177", "VN", "Hue"),
    ("203.0.113.202", "MA", "Fes"),
];

/// The common part of an alert: raised some minutes after the last of `times`.
pub(super) fn alert(world: &mut World, product: &'static Product, title: &str, span: (Timestamp, Timestamp)) -> Alert {
    Alert {
        product,
        title: title.to_owned(),
        description: String::new(),
        severity: Severity::Low,
        category: "InitialAccess",
        techniques: &[],
        first: span.0,
        last: span.1,
        created: (span.1 + world.random.seconds(60, 1_500)).min(world.now()),
        evidence: Vec::new(),
        policy: None,
        additional: Vec::new(),
    }
}

/// The user as the one who may be compromised.
pub(super) fn user(person: &Arc<Person>) -> Evidence {
    Evidence::suspicious(Entity::User(Arc::clone(person)), &["compromised"])
}

/// A phishing mail that reached several inboxes.
pub(super) fn phishing(world: &mut World, at: Timestamp) -> Happening {
    campaign(world, at, None)
}

/// The same with a subject that attacks the terminal that shows it.
pub(super) fn hostile_phishing(world: &mut World, at: Timestamp) -> Happening {
    campaign(world, at, Some(ESCAPING_SUBJECT))
}

/// A phishing mail to some people, then perhaps a strange sign-in by one who got it.
fn campaign(world: &mut World, at: Timestamp, subject: Option<&str>) -> Happening {
    let link =
        format!("https://login.{}.example/session", world.random.pick(&["parcel-desk", "hr-benefits", "shared-doc"]));
    let first = world.someone();
    let (mut keys, mut sent) = (Vec::new(), Vec::new());
    for number in 0..world.random.between(1, 3) {
        let person = if number == 0 { Arc::clone(&first) } else { world.someone() };
        let at = at + TimeSpan::seconds(number * 7);
        let mut message = inbound(at, "service@parcel-desk.example", &person, &mut world.random);
        if let Some(subject) = subject {
            message.subject = subject.into();
        }
        message.urls = vec![link.clone()];
        message.delivery = Delivery::PhishDelivered;
        world.mail(&message, true);
        world.withdraw(&message, TimeSpan::minutes(9), "Phish ZAP");
        sent.push(message.clone());
        let found = alert(world, OFFICE, "Email messages containing malicious URL removed after delivery", (at, at));
        keys.push(world.raise(Alert {
            description: format!("A message with a malicious link was delivered to {}.", person.upn),
            severity: if number == 0 { Severity::Medium } else { Severity::Informational },
            techniques: &[PHISHING],
            evidence: mail_evidence(&person, &message),
            ..found
        }));
    }
    if let Some(first) = keys.first().and_then(|key| world.alerts.get_mut(*key)) {
        first.evidence.push(Evidence::malicious(Entity::Mails(sent), "remediated"));
    }
    if world.random.chance(35) {
        keys.push(sign_in(world, &first, at + TimeSpan::minutes(41), "Unfamiliar sign-in properties", Severity::High));
    }
    Happening { name: format!("Phishing campaign reaching {}", first.department.name), alerts: keys }
}

fn mail_evidence(person: &Arc<Person>, message: &Message) -> Vec<Evidence> {
    let mut evidence = vec![
        Evidence::malicious(Entity::Message(message.clone()), "remediated"),
        Evidence::of(Entity::Mailbox(Arc::clone(person))),
        Evidence::of(Entity::User(Arc::clone(person))),
        Evidence::suspicious(Entity::Ip(Arc::clone(&message.sender_ip), "NL"), &["source"]),
    ];
    evidence.extend(message.urls.iter().map(|url| Evidence::malicious(Entity::Url(url.clone()), "none")));
    evidence
}

/// A mail with a bad attachment, stopped.
pub(super) fn malware_mail(world: &mut World, at: Timestamp) -> Happening {
    let person = world.someone();
    let mut message = inbound(at, "orders@freight-docs.example", &person, &mut world.random);
    message.delivery = Delivery::MalwareQuarantined;
    message.attachments = 1;
    world.mail(&message, true);
    let found = alert(world, OFFICE, "Email messages containing malicious file removed after delivery", (at, at));
    let key = world.raise(Alert {
        description: format!("A message with a malicious attachment to {} was quarantined.", person.upn),
        severity: Severity::Informational,
        techniques: &[MALICIOUS_FILE],
        evidence: mail_evidence(&person, &message),
        ..found
    });
    Happening { name: "Malicious attachment quarantined".to_owned(), alerts: vec![key] }
}

/// A bad file downloaded and stopped by the antivirus.
pub(super) fn malware_file(world: &mut World, at: Timestamp) -> Happening {
    let person = world.someone();
    let folder = format!(r"C:\Users\{}\Downloads", person.account_name);
    let mut keys = Vec::new();
    for number in 0..world.random.between(1, 3) {
        let at = at + TimeSpan::seconds(number * 95);
        // The first bears a name written by an attacker, on purpose: it holds a right-to-left override.
        let name = if number == 0 { TURNED_FILE_NAME } else { "setup_viewer.exe" };
        let document = Document::named(name, &folder, 412_672, &mut world.random);
        world.act(at, &person, &document, &Deed::Create(BROWSER), &Notice::default());
        let threat = "Trojan:Win32/Loadrun!MTB".into();
        world.operate(at, &person, &Operation::Detect(document.clone(), threat), &Notice::default());
        let family = world.random.pick(&["Loadrun", "Fakeview", "Adbunny"]);
        let found = alert(world, ANTIVIRUS, &format!("'{family}' malware was prevented"), (at, at));
        let laptop = &person.laptop;
        keys.push(world.raise(Alert {
            description: format!("Defender Antivirus stopped a file that {} had downloaded.", person.account_name),
            severity: if number == 0 { Severity::Low } else { Severity::Informational },
            category: "Malware",
            techniques: &[MALICIOUS_FILE],
            evidence: vec![
                Evidence::malicious(Entity::File(document, Some(Arc::clone(laptop))), "prevented"),
                Evidence::of(Entity::Device(Arc::clone(laptop), Arc::clone(&person))),
                Evidence::of(Entity::User(Arc::clone(&person))),
            ],
            ..found
        }));
    }
    Happening { name: format!("Malware prevented on {}", person.laptop.name), alerts: keys }
}

/// A strange sign-in from abroad: its rows and its alert's key.
pub fn sign_in(world: &mut World, person: &Arc<Person>, at: Timestamp, title: &str, severity: Severity) -> usize {
    let place = *world.random.pick(&ABROAD);
    sign_in_from(world, person, at, (title, severity), place)
}

/// A strange sign-in from `place`: address, country, city.
fn sign_in_from(
    world: &mut World,
    person: &Arc<Person>,
    at: Timestamp,
    (title, severity): (&str, Severity),
    (address, country, city): (&'static str, &'static str, &'static str),
) -> usize {
    let at = at.min(world.now() - TimeSpan::minutes(2));
    let (level, risk) =
        if severity == Severity::High { ("medium", RiskLevel::Medium) } else { ("low", RiskLevel::Low) };
    let how = SigningIn {
        client: FOREIGN_BROWSER,
        is_managed: false,
        is_multi_factor: false,
        risk: (risk, risk_events(title)),
        ..SigningIn::default()
    };
    world.operate(at, person, &Operation::SignIn(how), &from_abroad((address, country, city)));
    let risk = Risk { level, state: "atRisk", detail: "none", updated: at };
    world.risks.insert(Arc::clone(&person.object_id), risk);
    let found = alert(world, ENTRA, title, (at, at));
    world.raise(Alert {
        description: format!("{} signed in from {city} with properties not seen before for this user.", person.upn),
        severity,
        techniques: &[CLOUD_ACCOUNTS],
        evidence: vec![
            user(person),
            Evidence::suspicious(Entity::Ip(address.into(), country), &["source"]),
            Evidence::of(Entity::CloudApp(MICROSOFT_365)),
        ],
        ..found
    })
}

/// The circumstances of what is done from `place`: address, country, city.
fn from_abroad((address, country, city): (&'static str, &'static str, &'static str)) -> Notice {
    let network = Network {
        ip: address.into(),
        country,
        city,
        isp: "Unknown carrier",
        coordinates: ("", ""),
        is_corporate: false,
    };
    Notice { place: Place { device: None, network: Some(Arc::new(network)) }, ..Notice::default() }
}

/// Entra's reasons for an alert of that title.
fn risk_events(title: &str) -> &'static [&'static str] {
    match title {
        "Anonymous IP address" => &["anonymizedIPAddress"],
        "Atypical travel" => &["unlikelyTravel"],
        _ => &["unfamiliarFeatures"],
    }
}

/// A sign-in Entra finds unfamiliar.
pub(super) fn unfamiliar(world: &mut World, at: Timestamp) -> Happening {
    let person = world.someone();
    let title = *world.random.pick(&["Unfamiliar sign-in properties", "Anonymous IP address", "Atypical travel"]);
    let severity = *world.random.pick(&[Severity::Low, Severity::Low, Severity::Medium]);
    let key = sign_in(world, &person, at, title, severity);
    let settled = [
        ("none", "remediated", "userPassedMFADrivenByRiskBasedPolicy"),
        ("none", "dismissed", "adminDismissedAllRiskForUser"),
    ];
    if let Some((level, state, detail)) = settled.get(world.random.below(4)).copied() {
        let updated = (at + TimeSpan::hours(3)).min(world.now());
        world.risks.insert(Arc::clone(&person.object_id), Risk { level, state, detail, updated });
    }
    Happening { name: format!("{title} involving one user"), alerts: vec![key] }
}

/// Two countries within the hour, as Cloud Apps and Entra see it.
pub(super) fn travel(world: &mut World, at: Timestamp) -> Happening {
    let person = world.someone();
    let signing_in = Operation::SignIn(SigningIn::default());
    world.operate(at, &person, &signing_in, &Notice::default());
    let place = *world.random.pick(&ABROAD);
    let (address, country, city) = place;
    let there = (at + TimeSpan::minutes(48)).min(world.now());
    world.operate(there, &person, &signing_in, &from_abroad(place));
    let found = alert(world, CLOUD_APPS, "Impossible travel activity", (at, there));
    let key = world.raise(Alert {
        description: format!("{} was active in {} and, 48 minutes later, in {city}.", person.upn, person.office.city),
        severity: Severity::Medium,
        techniques: &[CLOUD_ACCOUNTS],
        evidence: vec![
            user(&person),
            Evidence::of(Entity::Ip(Arc::clone(&person.egress), &person.office.country)),
            Evidence::suspicious(Entity::Ip(address.into(), country), &["source"]),
            Evidence::of(Entity::CloudApp(MICROSOFT_365)),
        ],
        ..found
    });
    let second = sign_in(world, &person, there, "Atypical travel", Severity::Medium);
    Happening { name: "Impossible travel involving one user".to_owned(), alerts: vec![key, second] }
}

/// An application given consent to read mail.
pub(super) fn consent(world: &mut World, at: Timestamp) -> Happening {
    let person = world.someone();
    let app = OAuthApp {
        app_id: world.random.guid(),
        object_id: world.random.guid(),
        name: world.random.pick::<&str>(&["MailMerge Pro", "Calendar Buddy", "SignQuick"]),
        publisher: "Unverified",
    };
    world.operate(at, &person, &Operation::Consent(app.clone(), "Mail.Read User.Read"), &Notice::default());
    let severity = *world.random.pick(&[Severity::Low, Severity::Medium]);
    let found = alert(world, APP_GOVERNANCE, "New app with mail read permission and unverified publisher", (at, at));
    let key = world.raise(Alert {
        description: format!("{} consented to {}, which may read mail.", person.upn, app.name),
        severity,
        category: "CredentialAccess",
        techniques: &[APP_TOKEN],
        evidence: vec![Evidence::suspicious(Entity::OAuthApp(app), &["suspicious"]), user(&person)],
        ..found
    });
    Happening { name: "App governance: unverified app with mail access".to_owned(), alerts: vec![key] }
}

/// An inbox rule that hides mail, found by a query of the organisation's own.
pub(super) fn inbox_rule(world: &mut World, at: Timestamp) -> Happening {
    let person = world.someone();
    let parameters = vec![("MoveToFolder", "RSS Feeds".into()), ("MarkAsRead", "True".into())];
    world.operate(at, &person, &Operation::MakeInboxRule("RSS".into(), parameters), &Notice::default());
    let found = alert(world, CUSTOM_DETECTION, "Inbox rule moves mail to a rarely read folder", (at, at));
    let key = world.raise(Alert {
        description: format!("{} has a new inbox rule that moves mail to RSS.", person.upn),
        severity: Severity::Medium,
        category: "DefenseEvasion",
        techniques: &[MAIL_RULE],
        evidence: vec![user(&person), Evidence::of(Entity::Mailbox(Arc::clone(&person)))],
        ..found
    });
    Happening { name: "Custom detection: inbox rule hides mail".to_owned(), alerts: vec![key] }
}

/// Guessed passwords, as Identity sees it on premises: an alert a user.
pub(super) fn guessing(world: &mut World, at: Timestamp) -> Happening {
    const TECHNIQUES: &[Technique] = &[PASSWORD_SPRAY];
    let mut keys = Vec::new();
    for number in 0..world.random.between(2, 4) {
        let person = world.someone();
        let at = at + TimeSpan::minutes(number);
        let failed = Operation::LogOn { logon_type: "Network", from: None, failure: Some("WrongPassword") };
        for attempt in 0..8 {
            world.operate(at - TimeSpan::seconds(attempt * 3), &person, &failed, &Notice::default());
        }
        let found = alert(world, IDENTITY, "Suspected brute-force attack (Kerberos, NTLM)", (at, at));
        keys.push(world.raise(Alert {
            description: format!("Many failed sign-ins for {} from one device.", person.account_name),
            severity: if number == 0 { Severity::Medium } else { Severity::Low },
            category: "CredentialAccess",
            techniques: TECHNIQUES,
            evidence: vec![user(&person), Evidence::of(Entity::Ip("10.20.0.250".into(), ""))],
            ..found
        }));
    }
    Happening { name: "Password guessing against several users".to_owned(), alerts: keys }
}
