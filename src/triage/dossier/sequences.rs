//! Sequences: acts that belong together, as Insider Risk ties them, and as a rule of our own finds them.

use super::{Fact, text, time, whole};
use crate::base::text::count;
use crate::base::{TimeSpan, Timestamp};
use crate::model::HuntingResult;
use indexmap::IndexMap;

/// How far apart two neighbouring stages of a sequence found here may lie.
const STAGE_GAP: TimeSpan = TimeSpan::days(3);

/// The rule, for whoever asks how a sequence came about.
pub const RULE: &str = "Acts with one SequenceCorrelationId are a sequence that Insider Risk recognised. Derived here: \
                        collection, then obfuscation, then exfiltration, each at most three days after the one before, \
                        outside those; deletion at most three days later counts as its clean-up. The stages are not \
                        tied to one file, so everyday work may match: read the timeline before you conclude.";

/// Acts of one category within one hour.
#[derive(Clone, Debug)]
struct Step {
    sequence: String,
    category: String,
    first: Timestamp,
    last: Timestamp,
    events: u64,
}

/// How many sequences Insider Risk recognised in the rows of the sequences' query.
pub fn recognised(result: &HuntingResult) -> usize {
    grouped(&steps(result)).len()
}

/// A line a sequence: the recognised ones first, then those that [`RULE`] finds, the latest first.
pub fn facts(result: &HuntingResult) -> Vec<Fact> {
    let steps = steps(result);
    let mut facts: Vec<Fact> = grouped(&steps)
        .values()
        .map(|stages| Fact::notable(format!("recognised by Insider Risk: {}", told(stages))))
        .collect();
    let own = found(&steps);
    facts.extend(own.iter().rev().map(|stages| Fact::plain(format!("derived here: {}", told(stages)))));
    facts
}

fn steps(result: &HuntingResult) -> Vec<Step> {
    let read = |row: &Vec<_>| {
        Some(Step {
            sequence: text(result, row, "Sequence"),
            category: text(result, row, "Category"),
            first: time(result, row, "First")?,
            last: time(result, row, "Last")?,
            events: whole(result, row, "Events"),
        })
    };
    let mut steps: Vec<Step> = result.rows.iter().filter_map(read).collect();
    steps.sort_by_key(|step| step.first);
    steps
}

/// Steps by the sequence that Insider Risk ties them to, the latest first.
fn grouped(steps: &[Step]) -> IndexMap<&str, Vec<&Step>> {
    let mut groups: IndexMap<&str, Vec<&Step>> = IndexMap::new();
    for step in steps.iter().rev().filter(|step| !step.sequence.is_empty()) {
        groups.entry(&step.sequence).or_default().insert(0, step);
    }
    groups
}

/// Sequences by [`RULE`] in order of time; none shares its exfiltration with another.
fn found(steps: &[Step]) -> Vec<Vec<&Step>> {
    let of = |category: &'static str| {
        steps.iter().filter(move |step| step.sequence.is_empty() && step.category.eq_ignore_ascii_case(category))
    };
    let before = |category: &'static str, later: &Step| {
        of(category).filter(|step| step.first <= later.first && later.first.since(step.first) <= STAGE_GAP).last()
    };
    let mut chains: Vec<Vec<&Step>> = Vec::new();
    let mut over: Option<Timestamp> = None;
    for exfiltration in of("Exfiltration").filter(|step| step.events > 0) {
        if over.is_some_and(|over| exfiltration.first <= over) {
            continue;
        }
        let Some(obfuscation) = before("Obfuscation", exfiltration) else { continue };
        let Some(collection) = before("Collection", obfuscation) else { continue };
        let mut chain = vec![collection, obfuscation, exfiltration];
        chain.extend(
            of("Deletion")
                .find(|step| step.first >= exfiltration.first && step.first.since(exfiltration.first) <= STAGE_GAP),
        );
        over = Some(exfiltration.first + STAGE_GAP);
        chains.push(chain);
    }
    chains
}

/// `Collection 12 → Exfiltration 3, 15 events, 2026-11-20T09:00:00Z to 2026-11-20T11:00:00Z`.
fn told(steps: &[&Step]) -> String {
    let mut stages: Vec<(&str, u64)> = Vec::new();
    for step in steps {
        match stages.iter_mut().find(|(category, _)| *category == step.category) {
            Some((_, events)) => *events += step.events,
            None => stages.push((&step.category, step.events)),
        }
    }
    let total: u64 = stages.iter().map(|(_, events)| events).sum();
    let stages: Vec<String> = stages.iter().map(|(category, events)| format!("{category} {events}")).collect();
    let span = match (steps.iter().map(|step| step.first).min(), steps.iter().map(|step| step.last).max()) {
        (Some(first), Some(last)) => format!(", {} to {}", first.to_seconds_text(), last.to_seconds_text()),
        _ => String::new(),
    };
    format!("{}, {}{span}", stages.join(" → "), count(total as usize, "event"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FromJson;
    use serde_json::json;

    fn result(rows: &[(&str, &str, u32, u32)]) -> HuntingResult {
        let at = |day: u32, hour: u32| format!("2026-11-{day:02}T{hour:02}:00:00Z");
        let rows: Vec<_> = rows
            .iter()
            .map(|(sequence, category, day, hour)| {
                json!({"Sequence": sequence, "Category": category, "First": at(*day, *hour),
                    "Last": at(*day, *hour), "Events": 2})
            })
            .collect();
        let column = |name: &str| json!({"name": name, "type": "String"});
        let schema: Vec<_> = ["Sequence", "Category", "First", "Last", "Events"].into_iter().map(column).collect();
        HuntingResult::from_json(json!({"schema": schema, "results": rows})).unwrap()
    }

    #[test]
    fn stages_in_order_and_near_are_a_sequence() {
        let cases: [(&[(&str, &str, u32, u32)], &[&str]); 5] = [
            (&[("", "Collection", 1, 8), ("", "Exfiltration", 1, 9)], &[]),
            (&[("", "Exfiltration", 1, 8), ("", "Obfuscation", 1, 9), ("", "Collection", 1, 10)], &[]),
            (&[("", "Collection", 1, 8), ("", "Obfuscation", 1, 9), ("", "Exfiltration", 8, 9)], &[]),
            (
                &[
                    ("", "Collection", 1, 8),
                    ("", "Obfuscation", 2, 9),
                    ("", "Exfiltration", 3, 9),
                    ("", "Deletion", 4, 9),
                ],
                &["derived here: Collection 2 → Obfuscation 2 → Exfiltration 2 → Deletion 2, 8 events, \
                   2026-11-01T08:00:00Z to 2026-11-04T09:00:00Z"],
            ),
            (
                &[("s1", "Collection", 1, 8), ("s1", "Exfiltration", 1, 9)],
                &["recognised by Insider Risk: Collection 2 → Exfiltration 2, 4 events, \
                   2026-11-01T08:00:00Z to 2026-11-01T09:00:00Z"],
            ),
        ];
        for (rows, told) in cases {
            let facts = facts(&result(rows));
            assert_eq!(facts.iter().map(|fact| fact.text.as_str()).collect::<Vec<_>>(), told, "{rows:?}");
        }
        assert_eq!(recognised(&result(&[("s1", "Collection", 1, 8), ("s2", "Access", 1, 8), ("", "Access", 1, 9)])), 2);
    }
}
