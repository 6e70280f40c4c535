//! What one shift leaves to the next, as Markdown: what was done, what is open with its next step, what waits, what to
//! watch, and how queue and tool stand.
//!
//! A note decides where an incident stands: one that begins with `waiting` (for someone, for a day) puts it under
//! *Waiting*, one that begins with `watch` puts it, or a person, under *Watch*; the last note of any other is its next
//! step. The rule is ours; no portal has one.

use super::journal::{Kind, Record, Standing, Story, stories};
use super::{Person, Target};
use crate::base::text::count;
use crate::base::{Timestamp, Untrusted};
use crate::model::{Incident, IncidentStatus, ServiceSource, Severity};

/// The most lines of a part; more are counted.
const LINES_MAX: usize = 100;

/// An incident of the queue.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The incident.
    pub incident: &'a Incident,
    /// Products of its alerts.
    pub sources: &'a [ServiceSource],
    /// Whom it is about.
    pub people: &'a [Person],
    /// Its priority, see [`score`](super::score).
    pub points: u8,
}

/// All that a report is made from.
#[derive(Clone, Copy, Debug)]
pub struct Shift<'a> {
    /// The tenant's name.
    pub tenant: &'a str,
    /// The analyst's UPN; empty for an application, and then what anyone owns is reported.
    pub by: &'a str,
    /// Its first instant.
    pub from: Timestamp,
    /// Its last.
    pub to: Timestamp,
    /// The journal's records of that time, in order.
    pub records: &'a [Record],
    /// Every note of the journal, in order.
    pub notes: &'a [Record],
    /// What is open in the queue, in the order of priority.
    pub open: &'a [Case<'a>],
    /// What of the tool does not work, a sentence each.
    pub troubles: &'a [String],
    /// How far the journal's chain holds, one sentence.
    pub chain: &'a str,
}

/// Where an incident stands for the next shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Open,
    Waiting,
    Watch,
}

/// The report.
pub fn report(shift: &Shift<'_>) -> String {
    let mut page = String::new();
    let minute = |at: Timestamp| at.to_seconds_text().replace('T', " ").chars().take(16).collect::<String>();
    line(&mut page, &format!("# Handover, {} to {} UTC", minute(shift.from), minute(shift.to)));
    line(&mut page, "");
    let by = if shift.by.is_empty() { "an application".to_owned() } else { markdown(shift.by) };
    line(&mut page, &format!("{}, by {by}", markdown(shift.tenant)));
    let acts = stories(shift.records);
    let is_done = |story: &&Story| matches!(story.standing(), Standing::Done | Standing::Undone);
    let is_partly = |story: &&Story| matches!(story.standing(), Standing::Partly(..) | Standing::Unknown);
    part(&mut page, "Done", acts.iter().rev().filter(is_done).map(act), "Nothing was written in this time.");
    let partly: Vec<String> = acts.iter().rev().filter(is_partly).map(act).collect();
    if !partly.is_empty() {
        part(&mut page, "Not finished", partly.into_iter(), "");
    }
    let held = |place: Place| {
        let mine = shift.open.iter().filter(move |case| is_ours(shift, case));
        mine.filter(move |case| place_of(last_note(shift, case)) == place).map(move |case| open_case(shift, case))
    };
    part(&mut page, "Open, with the next step", held(Place::Open), "Nothing open is owned here.");
    part(&mut page, "Waiting", held(Place::Waiting), "Nothing waits.");
    part(&mut page, "Watch", held(Place::Watch).chain(watched_people(shift)), "Nobody and nothing is watched.");
    part(&mut page, "Queue", queue(shift).into_iter(), "");
    let chain = std::iter::once(format!("Journal: {}", shift.chain));
    part(&mut page, "Tools", shift.troubles.iter().map(|trouble| markdown(trouble)).chain(chain), "");
    page
}

fn line(page: &mut String, text: &str) {
    page.push_str(text);
    page.push('\n');
}

fn part(page: &mut String, title: &str, lines: impl Iterator<Item = String>, empty: &str) {
    line(page, "");
    line(page, &format!("## {title}"));
    line(page, "");
    let lines: Vec<String> = lines.collect();
    for text in lines.iter().take(LINES_MAX) {
        line(page, &format!("- {text}"));
    }
    match lines.len().checked_sub(LINES_MAX) {
        Some(more) if more > 0 => line(page, &format!("- and {more} more")),
        _ if lines.is_empty() => line(page, empty),
        _ => {}
    }
}

fn markdown(text: &str) -> String {
    Untrusted::new(text).markdown()
}

/// An act in a line: when, what, on what, and how it ended.
fn act(story: &Story) -> String {
    let entry = &story.head.entry;
    let written = story.rest.iter().filter(|record| record.entry.kind == Kind::Write).count();
    let end = match story.standing() {
        Standing::Done => format!("{} written", count(written, "record")),
        Standing::Undone => "taken back".to_owned(),
        Standing::Partly(written, not) => format!("{written} of {} written", written + not),
        Standing::Unknown => "how it ended is not known".to_owned(),
        Standing::Seen => String::new(),
    };
    let clock: String = entry.at.to_seconds_text().chars().skip(11).take(5).collect();
    format!("{clock} {} ({end})", entry.text.markdown())
}

/// Whether the incident is the reporting analyst's; an application has none of its own and reports everyone's.
fn is_ours(shift: &Shift<'_>, case: &Case<'_>) -> bool {
    match &case.incident.assigned_to {
        Some(owner) => shift.by.is_empty() || owner.raw().eq_ignore_ascii_case(shift.by),
        None => false,
    }
}

fn last_note<'a>(shift: &Shift<'a>, case: &Case<'_>) -> Option<&'a Record> {
    let subject = Target::Incident(case.incident.id.clone()).wire();
    shift.notes.iter().rev().find(|note| note.entry.subject == subject)
}

fn place_of(note: Option<&Record>) -> Place {
    let text = note.map(|note| note.entry.text.raw().trim_start().to_lowercase()).unwrap_or_default();
    if text.starts_with("waiting") {
        Place::Waiting
    } else if text.starts_with("watch") {
        Place::Watch
    } else {
        Place::Open
    }
}

fn open_case(shift: &Shift<'_>, case: &Case<'_>) -> String {
    let incident = case.incident;
    let sources: Vec<&str> = case.sources.iter().map(ServiceSource::badge).collect();
    let mut text = format!(
        "**{}** {}: {}, {}, priority {}",
        markdown(&incident.id),
        incident.display_name.markdown(),
        incident.severity.wire(),
        incident.status.title(),
        case.points
    );
    if !sources.is_empty() {
        text.push_str(", ");
        text.push_str(&sources.join(" "));
    }
    if let Some(person) = case.people.first() {
        text.push_str(", ");
        text.push_str(&person.label.markdown());
    }
    // An application reports everyone's: whose each is has to be told.
    if let Some(owner) = incident.assigned_to.as_ref().filter(|_| shift.by.is_empty()) {
        text.push_str(", with ");
        text.push_str(&owner.markdown());
    }
    match last_note(shift, case) {
        Some(note) => {
            text.push_str(". Next: ");
            text.push_str(&note.entry.text.markdown());
        }
        None => text.push_str(". No next step was noted"),
    }
    text
}

/// People whose last note begins with `watch`.
fn watched_people<'a>(shift: &Shift<'a>) -> impl Iterator<Item = String> + use<'a> {
    let notes = shift.notes;
    let is_last = move |note: &&Record| {
        notes.iter().rev().find(|other| other.entry.subject == note.entry.subject).map(|last| last.number)
            == Some(note.number)
    };
    notes
        .iter()
        .filter(|note| Target::from_wire(&note.entry.subject).is_none())
        .filter(is_last)
        .filter(|note| place_of(Some(note)) == Place::Watch)
        .map(|note| format!("{}: {}", markdown(&note.entry.subject), note.entry.text.markdown()))
}

/// How the queue stands.
fn queue(shift: &Shift<'_>) -> Vec<String> {
    let of = |test: &dyn Fn(&Case<'_>) -> bool| shift.open.iter().filter(|case| test(case)).count();
    let graded = [Severity::High, Severity::Medium, Severity::Low, Severity::Informational];
    let grades: Vec<String> = graded
        .iter()
        .map(|severity| (severity, of(&|case| case.incident.severity == *severity)))
        .filter(|(_, number)| *number > 0)
        .map(|(severity, number)| format!("{number} {}", severity.wire()))
        .collect();
    let by_grade = if grades.is_empty() { String::new() } else { format!(": {}", grades.join(", ")) };
    let nobodys = of(&|case| case.incident.assigned_to.is_none());
    let untouched = of(&|case| case.incident.status == IncidentStatus::Active);
    let insider = of(&|case| case.sources.contains(&ServiceSource::InsiderRiskManagement));
    let fresh = of(&|case| case.incident.created.is_some_and(|at| at >= shift.from));
    let mut lines = vec![
        format!("{} open{by_grade}", count(shift.open.len(), "incident")),
        format!("{insider} with insider-risk alerts, {nobodys} owned by nobody, {untouched} untouched"),
        format!("{fresh} came in this time"),
    ];
    let unowned = shift.open.iter().find(|case| case.incident.assigned_to.is_none());
    lines.extend(unowned.map(|case| {
        let incident = case.incident;
        let (id, name) = (markdown(&incident.id), incident.display_name.markdown());
        format!("first to take: **{id}** {name}, priority {}", case.points)
    }));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FromJson as _;
    use crate::triage::journal::{Author, Entry};
    use serde_json::json;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn incident(id: &str, owner: Option<&str>) -> Incident {
        Incident::from_json(json!({
            "id": id, "displayName": "A *bold* [name](http://x.example)", "severity": "high", "status": "active",
            "assignedTo": owner, "createdDateTime": "2026-11-25T09:00:00Z", "lastUpdateDateTime": "2026-11-25T09:00:00Z",
        }))
        .unwrap()
    }

    fn note(number: i64, subject: &str, text: &str) -> Record {
        let entry: Entry = Author { by: "kim@soc.example", at: at("2026-11-25T10:00:00Z") }.noted(subject, text);
        Record { number, entry, hash: String::new() }
    }

    fn written(open: &[Case<'_>], notes: &[Record]) -> String {
        report(&Shift {
            tenant: "Harrowgate",
            by: "kim@soc.example",
            from: at("2026-11-25T06:00:00Z"),
            to: at("2026-11-25T14:00:00Z"),
            records: notes,
            notes,
            open,
            troubles: &[],
            chain: "whole, 3 entries",
        })
    }

    fn part_of<'a>(page: &'a str, title: &str) -> &'a str {
        let parts = page.split("\n## ");
        parts.into_iter().find(|part| part.strip_prefix(title).is_some_and(|rest| rest.starts_with('\n'))).unwrap()
    }

    #[test]
    fn the_last_note_decides_where_an_incident_stands() {
        let incidents = ["1", "2", "3", "4"].map(|id| incident(id, Some("Kim@soc.example")));
        let strangers = incident("5", Some("lee@soc.example"));
        let cases: Vec<Case<'_>> = incidents
            .iter()
            .chain([&strangers])
            .map(|incident| Case { incident, sources: &[], people: &[], points: 50 })
            .collect();
        let notes = [
            note(1, "incident:1", "waiting for HR"),
            note(2, "incident:1", "HR answered: call the manager"),
            note(3, "incident:2", "Waiting for the device"),
            note(4, "incident:3", "watch until Friday"),
            note(5, "m.okafor@x.example", "watch: leaves soon"),
            note(6, "a.b@x.example", "watch"),
            note(7, "a.b@x.example", "explained by the manager"),
        ];
        let page = written(&cases, &notes);
        let open = part_of(&page, "Open, with the next step");
        assert!(open.contains("**1** ") && open.contains("Next: HR answered\\: call the manager"), "{page}");
        assert!(open.contains("**4** ") && open.contains("No next step was noted"), "{page}");
        assert!(!open.contains("**5**") && !open.contains("**2**"), "{page}");
        assert!(part_of(&page, "Waiting").contains("**2** "), "{page}");
        let watch = part_of(&page, "Watch");
        assert!(watch.contains("**3** ") && watch.contains("m.okafor\\@x.example"), "{page}");
        assert!(!watch.contains("a.b"), "{page}");
        assert!(part_of(&page, "Queue").contains("5 incidents open: 5 high"), "{page}");
    }

    #[test]
    fn tenant_text_makes_no_markup() {
        let one = incident("1", None);
        let page = written(&[Case { incident: &one, sources: &[], people: &[], points: 9 }], &[]);
        assert!(page.contains("A \\*bold\\* \\[name\\](http\\://x.example)"), "{page}");
    }
}
