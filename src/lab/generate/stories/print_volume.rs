//! A product manager who has resigned prints the roadmap, evening after evening. Only Insider Risk notices.

use super::telling::{Policy, device, files, insider_risk, run, user};
use super::{Finding, Story};
use crate::base::TimeSpan;
use crate::lab::generate::acts::{Deed, Tally};
use crate::lab::generate::alert::{Alert, Incident, Progress, Severity};
use crate::lab::generate::content::{CONFIDENTIAL, Document};
use crate::lab::generate::rows::data_security_events::PRINTED;
use crate::lab::generate::world::World;

/// Pages are not recorded; jobs are.
const JOBS: usize = 164;
/// Evenings it takes.
const EVENINGS: usize = 4;
/// The printer on her floor.
const PRINTER: &str = "PRN-FREIBURG-2";

/// Plants the story.
pub fn plant(world: &mut World) {
    let person = world.people.by_surname("Brandt");
    let policy = Policy::new("Data leaks by priority users", world);
    let notice = policy.sequence(world);
    let documents: Vec<Document> = (0..JOBS)
        .map(|number| Document::invent(&person, 1 + number, &mut world.random).labelled(CONFIDENTIAL))
        .collect();
    let (mut first, mut last) = (None, world.now());
    for (number, part) in documents.chunks(JOBS.div_ceil(EVENINGS)).enumerate() {
        let start = person.local(world.now(), (EVENINGS - number + 1) as i64, 18 * 60 + 40);
        let tally = run(world, &person, part, (start, 70), &Deed::Print(PRINTER), &notice);
        first = first.or(Some(tally.first));
        last = tally.last;
    }
    let tally = Tally { first: first.unwrap_or(last), last, count: documents.len() };
    let description =
        format!("{} files printed on {PRINTER} in {EVENINGS} evenings, far above the user's norm.", tally.count);
    let trigger = "HR connector: resignation recorded";
    let alert = Alert {
        severity: Severity::Medium,
        created: (tally.last + TimeSpan::hours(9)).min(world.ago(TimeSpan::hours(20))),
        evidence: [vec![user(&person), device(&person)], files(&person, &documents, 6)].concat(),
        ..insider_risk(&policy, trigger, "Unusual print volume before resignation", description, &tally)
    };
    let created = alert.created;
    let alerts = vec![world.raise(alert)];
    world.open(Incident {
        name: "Unusual print volume before resignation".to_owned(),
        description: None,
        alerts,
        created,
        progress: Progress::New,
        tags: Vec::new(),
        system_tags: Vec::new(),
        comments: Vec::new(),
    });
    let findings = vec![Finding::events("files printed", &person.upn, PRINTED, tally.count)];
    world.stories.push(Story {
        slug: "print-volume",
        account: person.upn.to_string(),
        verdict: ("truePositive", "maliciousUserActivity"),
        debrief: "Nobody but Insider Risk sees a printer. Compare files printed a day with the weeks before; the \
                  behaviours of those days are anomalous.",
        findings,
    });
}
