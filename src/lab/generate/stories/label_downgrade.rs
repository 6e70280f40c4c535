//! A bid manager lowers the labels of a tender's files, then uploads them to a personal cloud, past a warning.

use super::telling::{Policy, alert, device, files, insider_risk, run, user};
use super::{Finding, Story};
use crate::base::TimeSpan;
use crate::lab::generate::acts::Deed;
use crate::lab::generate::alert::{Alert, Incident, Progress, Severity, TO_CLOUD};
use crate::lab::generate::content::{ADDRESSES, Document, FULL_NAMES, Found, GENERAL, HIGHLY_CONFIDENTIAL};
use crate::lab::generate::evidence::{Entity, Evidence, PERSONAL_CLOUD, PERSONAL_CLOUD_DOMAIN};
use crate::lab::generate::products::DLP;
use crate::lab::generate::rows::data_security_events::{DOWNGRADED, UPLOADED};
use crate::lab::generate::world::World;

/// How many files lose their label.
const DOWNGRADED_FILES: usize = 12;
/// How many files are uploaded: those, and some that needed no change.
const UPLOADED_FILES: usize = 29;
/// What made insider risk look at the user.
const TRIGGER: &str = "High severity DLP alert";

/// Plants the story.
pub fn plant(world: &mut World) {
    let person = world.people.by_surname("Vance");
    let policy = Policy::new("Data leaks", world);
    let dlp = Policy::new("Tender documents", world);
    let notice = policy.sequence(world);
    let found = [Found { sensitive: FULL_NAMES, count: 31 }, Found { sensitive: ADDRESSES, count: 14 }];
    let documents: Vec<Document> = (0..UPLOADED_FILES)
        .map(|number| Document::invent(&person, 1 + number, &mut world.random).labelled(GENERAL).containing(&found))
        .collect();
    let lowered = &documents[..DOWNGRADED_FILES];

    let start = world.ago(TimeSpan::minutes(338));
    let downgraded = run(world, &person, lowered, (start, 45), &Deed::Downgrade { from: HIGHLY_CONFIDENTIAL }, &notice);
    let start = downgraded.last + TimeSpan::minutes(11);
    let bypassed = dlp.matched(&notice, 3);
    let uploaded = run(world, &person, &documents, (start, 20), &Deed::Upload(PERSONAL_CLOUD_DOMAIN), &bypassed);

    let label_text = format!("{} files had their label lowered from Highly Confidential to General.", downgraded.count);
    let cloud_text = format!(
        "{} files uploaded to {PERSONAL_CLOUD_DOMAIN} eleven minutes after {} of them were downgraded.",
        uploaded.count, downgraded.count
    );
    let dlp_text =
        format!("{} files uploaded to {PERSONAL_CLOUD_DOMAIN}, which policy does not allow.", uploaded.count);
    let bypass_text = "The user was warned and went on, giving as reason: the customer asked for it.".to_owned();
    let title = format!("DLP policy ({}) matched for files uploaded to a personal cloud", dlp.name);
    let dlp_policy = Some((dlp.name, dlp.id.clone()));
    let evidence = || [vec![user(&person), device(&person)], files(&person, lowered, 4)].concat();
    let cloud =
        || [evidence(), vec![Evidence::suspicious(Entity::CloudApp(PERSONAL_CLOUD), &["destination"])]].concat();
    let alerts = [
        Alert {
            severity: Severity::Medium,
            category: "DefenseEvasion",
            evidence: evidence(),
            ..insider_risk(&policy, TRIGGER, "Sensitivity labels downgraded", label_text, &downgraded)
        },
        Alert {
            severity: Severity::High,
            techniques: &[TO_CLOUD],
            evidence: cloud(),
            policy: dlp_policy.clone(),
            ..alert(DLP, &title, dlp_text, &uploaded, TimeSpan::seconds(88))
        },
        Alert {
            severity: Severity::Low,
            evidence: vec![user(&person), device(&person)],
            policy: dlp_policy,
            ..alert(DLP, "DLP warning bypassed by the user", bypass_text, &uploaded, TimeSpan::seconds(90))
        },
        Alert {
            techniques: &[TO_CLOUD],
            evidence: cloud(),
            ..insider_risk(&policy, TRIGGER, "Label downgrade, then personal cloud", cloud_text, &uploaded)
        },
    ];
    let created = alerts[0].created;
    let alerts = alerts.into_iter().map(|alert| world.raise(alert)).collect();
    let owner = world.analyst("Ruiz");
    let comment = "The customer of that tender did not ask for files; checking with the manager.".to_owned();
    world.open(Incident {
        name: "Label downgrade, then personal cloud".to_owned(),
        description: None,
        alerts,
        created,
        progress: Progress::InProgress { owner },
        tags: vec!["insider"],
        system_tags: Vec::new(),
        comments: vec![(world.ago(TimeSpan::minutes(95)), "Jonas Ruiz".to_owned(), comment)],
    });
    let account = &person.upn;
    let findings = vec![
        Finding::events("files had their label lowered", account, DOWNGRADED, downgraded.count),
        Finding::events("files uploaded", account, UPLOADED, uploaded.count),
    ];
    world.stories.push(Story {
        slug: "label-downgrade",
        account: account.to_string(),
        verdict: ("truePositive", "maliciousUserActivity"),
        debrief: "Labels go down first, so that the upload passes; the warning is overridden. Look for rows whose \
                  PreviousSensitivityLabelId is filled and for what the same user does in the next two hours.",
        findings,
    });
}
