//! A false positive: an administrator moves an old site's files in the planned window. All that leaves arrives inside.

use super::telling::{Policy, alert, device, insider_risk, run, user};
use super::{Finding, Story};
use crate::base::TimeSpan;
use crate::lab::generate::acts::{Deed, Notice};
use crate::lab::generate::alert::{Alert, FILE_DELETION, FROM_SHAREPOINT, Incident, Progress, Severity};
use crate::lab::generate::content::Document;
use crate::lab::generate::evidence::{Entity, Evidence, SHAREPOINT};
use crate::lab::generate::products::CLOUD_APPS;
use crate::lab::generate::rows::data_security_events::{DELETED_ON_SITE, DOWNLOADED};
use crate::lab::generate::rows::device_file_events::POWERSHELL;
use crate::lab::generate::world::World;

/// Files moved.
const FILES: usize = 640;

/// Plants the story.
pub fn plant(world: &mut World) {
    let person = world.people.by_surname("Aaltonen");
    let policy = Policy::new("Data leaks", world);
    let notice = policy.sequence(world);
    let old: Vec<Document> = (0..FILES)
        .map(|number| {
            let owner = world.someone();
            Document::invent(&owner, 1 + number, &mut world.random).moved_to(r"D:\Migration\CHG-4471")
        })
        .collect();
    let site = |document: &Document| Document { site: format!("{}-archive", document.site).into(), ..document.clone() };
    let new: Vec<Document> = old.iter().map(site).collect();

    let start = person.local(world.now(), 3, 22 * 60);
    let downloaded = run(world, &person, &old, (start, 3), &Deed::Download(POWERSHELL), &notice);
    let start = downloaded.last + TimeSpan::minutes(4);
    let arrived = run(world, &person, &new, (start, 3), &Deed::PutOnSite, &Notice::default());
    let start = arrived.last + TimeSpan::minutes(35);
    let deleted = run(world, &person, &old, (start, 3), &Deed::DeleteOnSite, &notice);

    let download_text = format!("{} files downloaded from SharePoint within an hour.", downloaded.count);
    let delete_text = format!("{} files deleted from SharePoint by one user.", deleted.count);
    let risk_text = format!(
        "{} files downloaded from SharePoint and {} files deleted from SharePoint in one night by a user with \
         administrative rights.",
        downloaded.count, deleted.count
    );
    let app = || vec![user(&person), Evidence::of(Entity::CloudApp(SHAREPOINT))];
    let alerts = [
        Alert {
            category: "Collection",
            techniques: &[FROM_SHAREPOINT],
            evidence: app(),
            ..alert(CLOUD_APPS, "Mass download by a single user", download_text, &downloaded, TimeSpan::minutes(3))
        },
        Alert {
            category: "Impact",
            techniques: &[FILE_DELETION],
            evidence: app(),
            ..alert(CLOUD_APPS, "Unusual file deletion activity (by user)", delete_text, &deleted, TimeSpan::minutes(3))
        },
        Alert {
            severity: Severity::High,
            first: downloaded.first,
            evidence: [app(), vec![device(&person)], super::telling::files(&person, &old, 4)].concat(),
            ..insider_risk(&policy, "Exfiltration indicator", "Mass collection and deletion", risk_text, &deleted)
        },
    ];
    let created = alerts[0].created;
    let alerts = alerts.into_iter().map(|alert| world.raise(alert)).collect();
    world.open(Incident {
        name: "Mass collection and deletion by an administrator".to_owned(),
        description: None,
        alerts,
        created,
        progress: Progress::New,
        tags: Vec::new(),
        system_tags: Vec::new(),
        comments: Vec::new(),
    });
    let account = &person.upn;
    let findings = vec![
        Finding::events("files downloaded from SharePoint", account, DOWNLOADED, downloaded.count),
        Finding::events("files deleted from SharePoint", account, DELETED_ON_SITE, deleted.count),
    ];
    world.stories.push(Story {
        slug: "admin-migration",
        account: account.to_string(),
        verdict: ("informationalExpectedActivity", "confirmedActivity"),
        debrief: "Every file that was downloaded was put on another site of the same organisation before it was deleted: \
                  FileUploaded in CloudAppEvents, as many. The folder bears a change number, the program is a script, \
                  the address is the office's.",
        findings,
    });
}
