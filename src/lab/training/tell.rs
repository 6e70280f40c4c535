//! The stories as they are listed before they are solved, and told after.

use crate::lab::tenant::Planted;
use serde_json::{Value, json};

/// A story without anything that gives it away.
pub fn listed(story: &Planted) -> Value {
    let mut sources: Vec<&str> = story.file.alerts.iter().map(|alert| alert.product.service_source).collect();
    sources.sort_unstable();
    sources.dedup();
    json!({
        "number": story.file.number,
        "title": story.file.title,
        "difficulty": story.file.difficulty.word(),
        "serviceSources": sources,
        "incident": story.incident,
        "incidentCreatedDateTime": story.created,
        "goesOn": story.file.has_coming(),
    })
}

/// The whole truth about a story.
pub fn told(story: &Planted) -> Value {
    let debrief = &story.debrief;
    let finding = |finding: &crate::lab::generate::stories::Finding| json!({ "shows": finding.shows, "says": finding.says, "query": finding.query, "rows": finding.rows });
    let findings: Vec<Value> = debrief.findings.iter().map(finding).collect();
    let people: Vec<Value> = story
        .file
        .people
        .iter()
        .map(|person| json!(format!("{} {}, {}", person.given, person.surname, person.title)))
        .collect();
    json!({
        "number": story.file.number,
        "title": story.file.title,
        "difficulty": story.file.difficulty.word(),
        "incident": story.incident,
        "people": people,
        "classification": story.file.verdict.classification,
        "determination": story.file.verdict.determination,
        "what": debrief.what,
        "lookFor": debrief.look_for,
        "reasoning": debrief.reasoning,
        "traps": debrief.traps,
        "findings": findings,
    })
}
