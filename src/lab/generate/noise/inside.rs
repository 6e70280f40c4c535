//! Alerts about what colleagues do in the cloud: groups, roles, sharing, Teams, Copilot, storage.

use super::incidents::Happening;
use super::outside::{alert, user};
use crate::base::{TimeSpan, Timestamp};
use crate::lab::generate::acts::{Deed, Notice};
use crate::lab::generate::alert::{
    ACCOUNT_MANIPULATION, APP_TOKEN, Alert, CLOUD_ACCOUNTS, CLOUD_STORAGE, FROM_SHAREPOINT, Severity, TO_CLOUD,
};
use crate::lab::generate::assets::Assets;
use crate::lab::generate::content::{CREDIT_CARD, Document, FULL_NAMES, Found};
use crate::lab::generate::evidence::{
    ASSISTANT, ASSISTANT_DOMAIN, COPILOT, Entity, Evidence, OAuthApp, Post, SHAREPOINT, TEAMS,
};
use crate::lab::generate::operations::{Operation, SigningIn};
use crate::lab::generate::people::Person;
use crate::lab::generate::products::{APP_GOVERNANCE, CLOUD_APPS, DEFENDER_FOR_CLOUD, DLP, ENTRA, IDENTITY, Product};
use crate::lab::generate::rows::message_events::Thread;
use crate::lab::generate::sign_ins::RiskLevel;
use crate::lab::generate::world::World;
use std::sync::Arc;

/// An administrator no story is about; anyone of the staff where there is none.
fn administrator(world: &mut World) -> Arc<Person> {
    let admins: Vec<_> = world.people.staff().iter().filter(|person| person.is_admin).map(Arc::clone).collect();
    if admins.is_empty() { world.someone() } else { Arc::clone(world.random.pick(&admins)) }
}

/// A document with customers' data in it.
fn customers(world: &mut World, person: &Person, number: usize) -> Document {
    let found = [Found { sensitive: CREDIT_CARD, count: 3 }, Found { sensitive: FULL_NAMES, count: 12 }];
    Document::invent(person, 800 + number, &mut world.random).containing(&found)
}

fn one(name: &str, key: usize) -> Happening {
    Happening { name: name.to_owned(), alerts: vec![key] }
}

/// A member is added to a group that matters.
pub(super) fn group_change(world: &mut World, at: Timestamp) -> Happening {
    let (admin, member) = (administrator(world), world.someone());
    let name: Arc<str> = (*world.random.pick(&["Domain Admins", "Backup Operators", "Server Operators"])).into();
    let operation = Operation::AddToGroup(Arc::clone(&member), Arc::clone(&name));
    world.operate(at, &admin, &operation, &Notice::default());
    let group = Entity::Group(world.random.guid_bits(), "S-1-5-32-551".into(), Arc::clone(&name));
    let found = alert(world, IDENTITY, "Suspicious additions to sensitive groups", (at, at));
    let key = world.raise(Alert {
        description: format!("{} added {} to {name}.", admin.account_name, member.account_name),
        severity: Severity::Medium,
        category: "Persistence",
        techniques: &[ACCOUNT_MANIPULATION],
        evidence: vec![Evidence::suspicious(group, &["suspicious"]), user(&admin), user(&member)],
        ..found
    });
    one("Sensitive group changed", key)
}

/// A role of the directory is given outside the process.
pub(super) fn role(world: &mut World, at: Timestamp) -> Happening {
    let (admin, member) = (administrator(world), world.someone());
    let operation = Operation::AddToRole(Arc::clone(&member), "Exchange Administrator".into());
    world.operate(at, &admin, &operation, &Notice::default());
    let found = alert(world, CLOUD_APPS, "Privileged role assigned outside the approval process", (at, at));
    let key = world.raise(Alert {
        description: format!("{} made {} Exchange Administrator.", admin.upn, member.upn),
        severity: Severity::Medium,
        category: "PrivilegeEscalation",
        techniques: &[ACCOUNT_MANIPULATION],
        evidence: vec![user(&admin), user(&member)],
        ..found
    });
    one("Privileged role assigned", key)
}

/// Customers' data in a chat with someone outside.
pub(super) fn teams_message(world: &mut World, at: Timestamp) -> Happening {
    let person = world.someone();
    let partner: Arc<str> = world.random.pick::<String>(&Assets::get().organisation.partners).as_str().into();
    let document = customers(world, &person, 1);
    let thread = Arc::new(Thread {
        id: format!("19:{}@thread.v2", world.random.hex(32)).into(),
        name: "Project call".into(),
        team: None,
        readers: vec![(Arc::clone(&partner), Arc::clone(&partner), None)],
    });
    let dlp = Some((Notice::dlp("Customer data in Teams", &world.random.guid()), 1));
    let notice = Notice { dlp, ..Notice::default() };
    world.act(at, &person, &document, &Deed::Post(Arc::clone(&thread)), &notice);
    let post = Post { at, sender: Arc::clone(&person), thread, subject: Arc::clone(&document.name) };
    let found = alert(world, DLP, "DLP policy (Customer data in Teams) matched for message", (at, at));
    let key = world.raise(Alert {
        description: format!("{} sent customer data to {partner} on Teams.", person.upn),
        category: "Exfiltration",
        evidence: vec![
            Evidence::suspicious(Entity::Post(Box::new(post)), &["policyViolator"]),
            Evidence::of(Entity::File(document, None)),
            Evidence::of(Entity::CloudApp(TEAMS)),
            user(&person),
        ],
        ..found
    });
    one("DLP policy match for Teams message", key)
}

/// Files shared with whoever has the link.
pub(super) fn sharing(world: &mut World, at: Timestamp) -> Happening {
    let person = world.someone();
    let mut evidence = vec![user(&person), Evidence::of(Entity::CloudApp(SHAREPOINT))];
    let mut last = at;
    for number in 0..world.random.between(2, 6) {
        last = (at + TimeSpan::seconds(number * 41)).min(world.now());
        let document = customers(world, &person, number as usize);
        world.act(last, &person, &document, &Deed::ShareWithAnyone, &Notice::default());
        evidence.push(Evidence::of(Entity::File(document, None)));
    }
    let found = alert(world, CLOUD_APPS, "Files shared by anonymous link", (at, last));
    let key = world.raise(Alert {
        description: format!("{} files were shared by anonymous link by {}.", evidence.len() - 2, person.upn),
        category: "Exfiltration",
        techniques: &[FROM_SHAREPOINT],
        evidence,
        ..found
    });
    one("Anonymous sharing by one user", key)
}

/// Copilot is asked about customers' data.
pub(super) fn copilot(world: &mut World, at: Timestamp) -> Happening {
    let person = world.someone();
    let document = customers(world, &person, 2);
    let dlp = Some((Notice::dlp("Copilot and customer data", &world.random.guid()), 1));
    world.act(at, &person, &document, &Deed::Prompt, &Notice { dlp, ..Notice::default() });
    let found = alert(world, DLP, "DLP policy (Copilot and customer data) matched for prompt", (at, at));
    let agent = Entity::Agent(world.random.guid(), "Order Desk Helper");
    let key = world.raise(Alert {
        description: format!("{} put customer data into a prompt.", person.upn),
        severity: Severity::Informational,
        category: "Exfiltration",
        evidence: vec![
            user(&person),
            Evidence::of(agent),
            Evidence::of(Entity::CloudApp(COPILOT)),
            Evidence::of(Entity::File(document, None)),
        ],
        ..found
    });
    one("DLP policy match for Copilot prompt", key)
}

/// An assistant that nobody allowed.
pub(super) fn shadow_ai(world: &mut World, at: Timestamp) -> Happening {
    let person = world.someone();
    world.operate(at, &person, &Operation::VisitAi(ASSISTANT_DOMAIN), &Notice::default());
    let document = Document::invent(&person, 803, &mut world.random);
    let last = (at + TimeSpan::minutes(3)).min(world.now());
    let deed = Deed::PromptElsewhere(ASSISTANT, ASSISTANT_DOMAIN);
    world.act(last, &person, &document, &deed, &Notice::default());
    let found = alert(world, CLOUD_APPS, "Use of an unsanctioned generative AI app", (at, last));
    let key = world.raise(Alert {
        description: format!("{} uses {}, which is not sanctioned.", person.upn, ASSISTANT.name),
        category: "Exfiltration",
        techniques: &[TO_CLOUD],
        evidence: vec![
            user(&person),
            Evidence::suspicious(Entity::CloudApp(ASSISTANT), &["destination"]),
            Evidence::of(Entity::Url(format!("https://{ASSISTANT_DOMAIN}/chat"))),
        ],
        ..found
    });
    one("Unsanctioned AI app used", key)
}

/// A storage account read from a place it never was read from.
pub(super) fn storage(world: &mut World, at: Timestamp) -> Happening {
    let subscription = world.random.guid();
    let account: Arc<str> = format!(
        "/subscriptions/{subscription}/resourceGroups/telemetry/providers/Microsoft.Storage/storageAccounts/hgtelemetry"
    )
    .into();
    let document = Document::named("fleet-2026.parquet", "", 88_104_960, &mut world.random);
    let found = alert(world, DEFENDER_FOR_CLOUD, "Access from an unusual location to a storage account", (at, at));
    let key = world.raise(Alert {
        description: "A storage account was read from a country that is new for it.".to_owned(),
        category: "Collection",
        techniques: &[CLOUD_STORAGE],
        evidence: vec![
            Evidence::suspicious(Entity::AzureResource(Arc::clone(&account)), &["attacked"]),
            Evidence::of(Entity::Blob(account, "fleet", document)),
            Evidence::suspicious(Entity::Ip("203.0.113.215".into(), "MD"), &["source"]),
        ],
        ..found
    });
    one("Storage account read from an unusual place", key)
}

/// An application that slept for months wakes up.
pub(super) fn sleeper(world: &mut World, at: Timestamp) -> Happening {
    let admin = administrator(world);
    let app = OAuthApp {
        app_id: world.random.guid(),
        object_id: world.random.guid(),
        name: world.random.pick::<&str>(&["Survey Loader", "Old CRM Bridge"]),
        publisher: "Unverified",
    };
    let uri = "https://graph.microsoft.com/v1.0/users?$select=mail,jobTitle".into();
    let call = Operation::CallGraph(app.clone(), "GET", uri, 512_000, "User.Read.All");
    world.operate(at, &admin, &call, &Notice::default());
    let found = alert(world, APP_GOVERNANCE, "Unused app became active", (at, at));
    let key = world.raise(Alert {
        description: format!("{} was not used for 90 days and now reads all users.", app.name),
        category: "Discovery",
        techniques: &[APP_TOKEN],
        evidence: vec![Evidence::suspicious(Entity::ServicePrincipal(app), &["suspicious"]), user(&admin)],
        ..found
    });
    one("App governance: unused app became active", key)
}

/// A token with properties Entra never saw in this session.
pub(super) fn odd_token(world: &mut World, at: Timestamp) -> Happening {
    session(world, at, ENTRA, "Anomalous token", &["unfamiliarFeatures"])
}

/// Mail read through a session that Cloud Apps finds odd.
pub(super) fn odd_session(world: &mut World, at: Timestamp) -> Happening {
    session(world, at, CLOUD_APPS, "Activity from infrequent country", &["mcasImpossibleTravel"])
}

fn session(
    world: &mut World,
    at: Timestamp,
    product: &'static Product,
    title: &str,
    risk_events: &'static [&'static str],
) -> Happening {
    let person = world.someone();
    let how = SigningIn { risk: (RiskLevel::Low, risk_events), ..SigningIn::default() };
    let mut notice = Notice::default();
    notice.place.network = Some(Arc::clone(&person.home));
    world.operate(at, &person, &Operation::SignIn(how), &notice);
    world.operate((at + TimeSpan::minutes(2)).min(world.now()), &person, &Operation::ReadMail, &notice);
    let fact = world.sign_ins.last().map(Arc::clone);
    let found = alert(world, product, title, (at, at));
    let mut evidence = vec![user(&person), Evidence::of(Entity::Ip(Arc::clone(&person.home.ip), person.home.country))];
    evidence.extend(fact.map(|fact| Evidence::suspicious(Entity::CloudSession(fact), &["suspicious"])));
    let key = world.raise(Alert {
        description: format!("A session of {} has properties not seen before.", person.upn),
        techniques: &[CLOUD_ACCOUNTS],
        evidence,
        ..found
    });
    one(&format!("{title} involving one user"), key)
}
