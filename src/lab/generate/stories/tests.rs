//! What must hold of every story: it can be told, and alerts, evidence and rows agree.

use super::*;
use crate::base::{TimeSpan, Timestamp};
use crate::kql::compile;
use crate::kql::engine::{Limits, StopFlag, run};
use crate::kql::functions::Context;
use crate::kql::schema::Schema;
use crate::kql::value::Value;
use crate::lab::Scale;
use crate::lab::generate::{build, finish};
use crate::lab::tables::HuntingTables;
use crate::lab::tenant::{LabConfig, Tenant};
use serde_json::Value as Json;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

fn config(anchor: &str) -> LabConfig {
    LabConfig { seed: 7, anchor: anchor.parse().unwrap(), scale: Scale::SMALL }
}

const NOON: &str = "2026-11-23T12:00:00Z";

static TOLD: LazyLock<(Vec<Story>, Tenant)> = LazyLock::new(|| {
    let world = build(&config(NOON));
    let stories = world.stories.clone();
    let (tenant, work) = finish::tenant(world);
    work.run(&StopFlag::default());
    (stories, tenant)
});

fn text(value: &Json) -> &str {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}"))
}

/// The story's alerts as Graph serves them.
fn alerts_of(story: &Story) -> Vec<Cow<'static, Json>> {
    let tenant = &TOLD.1;
    let planted = tenant.stories.iter().find(|planted| planted.file.number == story.file.number).unwrap();
    planted.alerts.iter().map(|id| tenant.alerts.get(id).unwrap()).collect()
}

/// How many rows `query` yields, or why it does not run.
fn hunt(query: &str, tables: &HuntingTables) -> Result<usize, String> {
    let compiled = compile(query, Schema::hunting());
    let plan = compiled.plan.ok_or_else(|| format!("{:?}", compiled.diagnostics))?;
    let context = Context::new(NOON.parse().unwrap());
    let found = run(&plan, tables, &context, Limits::default(), &StopFlag::default());
    found.map(|table| table.row_count()).map_err(|error| error.to_string())
}

#[test]
fn every_story_can_be_told_whenever_the_lab_starts() {
    for anchor in ["2026-11-23T00:05:00Z", NOON, "2026-11-28T06:30:00Z", "2026-11-29T23:55:00Z"] {
        let config = config(anchor);
        let mut world = World::new(&config);
        for file in library::all() {
            let story = plant(file, &mut world).unwrap_or_else(|flaw| panic!("{flaw}"));
            let created = world.incidents[story.incident].created;
            assert!(created <= config.anchor, "{} begins in the future at {anchor}", file.slug);
            for key in &story.alerts {
                let alert = &world.alerts[*key];
                assert!(alert.first <= alert.last && alert.last <= alert.created, "{}: {}", file.slug, alert.title);
                let coming = alert.created > config.anchor;
                assert!(!coming || file.has_coming(), "{}: {} is of the future", file.slug, alert.title);
            }
        }
    }
}

#[test]
fn every_finding_is_said_by_an_alert_and_yields_its_rows() {
    let (stories, tenant) = &*TOLD;
    assert_eq!(stories.len(), library::all().len());
    let mut flaws = Vec::new();
    for story in stories {
        let slug = &story.file.slug;
        let alerts = alerts_of(story);
        assert!(story.debrief.findings.iter().any(|finding| finding.says.is_some()), "{slug}");
        for finding in &story.debrief.findings {
            if let Some(said) = &finding.says {
                let says =
                    |alert: &Json| text(&alert["description"]).contains(said) || text(&alert["title"]).contains(said);
                if !alerts.iter().any(|alert| says(alert)) {
                    flaws.push(format!("{slug}: nobody says {said:?}"));
                }
            }
            let rows = hunt(&finding.query, &tenant.tables);
            if rows != Ok(finding.rows) {
                flaws.push(format!("{slug}: {rows:?}, not {}, of\n{}", finding.rows, finding.query));
            }
        }
    }
    assert!(flaws.is_empty(), "{}", flaws.join("\n\n"));
}

#[test]
fn alerts_name_their_people_and_the_first_and_last_second_of_their_rows() {
    let (stories, tenant) = &*TOLD;
    // Who is told to have acted at which ticks, by whichever of the two texts a table knows people by.
    let mut told: BTreeMap<i64, BTreeSet<(usize, bool)>> = BTreeMap::new();
    for (number, story) in stories.iter().enumerate() {
        for alert in alerts_of(story) {
            for property in ["firstActivityDateTime", "lastActivityDateTime"] {
                let at: Timestamp = text(&alert[property]).parse().unwrap();
                told.entry(at.ticks()).or_default().insert((number, at <= NOON.parse().unwrap()));
            }
            let evidence = alert["evidence"].to_string();
            let is_named =
                |person: &Arc<Person>| evidence.contains(&*person.object_id) || evidence.contains(&*person.upn);
            assert!(story.people.iter().any(is_named), "{}: {}", story.file.slug, alert["title"]);
        }
    }
    for (_, table) in tenant.tables.iter() {
        let Some(times) = table.index_of("Timestamp") else { continue };
        for row in 0..table.row_count() {
            let Value::DateTime(at) = table.value(row, times) else { continue };
            let Some(waiting) = told.get_mut(&at) else { continue };
            let cells: String = table.row(row).filter_map(|cell| cell.as_str().map(str::to_owned)).collect();
            waiting.retain(|(number, _)| {
                !stories[*number].people.iter().any(|who| cells.contains(&*who.upn) || cells.contains(&*who.object_id))
            });
        }
    }
    let unseen: Vec<_> = told.iter().flat_map(|(at, who)| who.iter().map(move |(number, _)| (at, *number))).collect();
    let unseen: Vec<_> =
        unseen.iter().map(|(at, number)| (Timestamp::from_ticks(**at), &stories[*number].file.slug)).collect();
    assert!(unseen.is_empty(), "no row at {unseen:?}");
}

#[test]
fn nobody_of_a_story_is_in_an_alert_of_another_or_of_the_noise() {
    let (stories, tenant) = &*TOLD;
    for story in stories {
        let alerts = alerts_of(story);
        let own: BTreeSet<&str> = alerts.iter().map(|alert| text(&alert["id"])).collect();
        for alert in tenant.alerts.values().filter(|alert| !own.contains(text(&alert["id"]))) {
            let evidence = alert["evidence"].to_string();
            for person in &story.people {
                assert!(!evidence.contains(&*person.upn), "{} is in {}", person.upn, alert["title"]);
            }
        }
    }
    let mut people: Vec<_> = stories.iter().flat_map(|story| &story.people).map(|person| &person.upn).collect();
    let all = people.len();
    people.sort();
    people.dedup();
    assert_eq!(people.len(), all, "somebody is in two stories");
}

#[test]
fn what_happens_is_within_the_month_that_can_be_hunted() {
    let (stories, _) = &*TOLD;
    let start = NOON.parse::<Timestamp>().unwrap() - TimeSpan::days(29);
    for story in stories {
        for alert in alerts_of(story) {
            assert!(text(&alert["firstActivityDateTime"]).parse::<Timestamp>().unwrap() > start, "{}", story.file.slug);
        }
    }
}
