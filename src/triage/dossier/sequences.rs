//! Sequences: acts that belong together, as Insider Risk ties them, and as a rule of our own finds them.

use super::{Fact, text, time, whole};
use crate::base::text::count;
use crate::base::{TimeSpan, Timestamp};
use crate::model::HuntingResult;
use indexmap::{IndexMap, IndexSet};

/// How far apart two neighbouring stages of a sequence found here may lie.
const STAGE_GAP: TimeSpan = TimeSpan::days(3);

/// The rule, for whoever asks how a sequence came about.
pub const RULE: &str = "Acts with one SequenceCorrelationId are a sequence that Insider Risk recognised. Derived here, \
                        outside those: one file, by its name or the name before it was renamed, is collected, then \
                        obfuscated, then exfiltrated, each at most three days after the stage before; its deletion at \
                        most three days later counts as clean-up. Files that leave within three days of one another \
                        are one sequence. A file that leaves inside an archive of another name is missed.";

/// Acts of one category on one file within one hour.
#[derive(Clone, Debug)]
struct Step {
    sequence: String,
    category: String,
    /// Name of the file in lower case; empty where there is none.
    file: String,
    /// Its name before, where it was renamed.
    before: String,
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
            file: text(result, row, "File"),
            before: text(result, row, "Before"),
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

/// Sequences by [`RULE`] in order of time.
fn found(steps: &[Step]) -> Vec<Vec<&Step>> {
    let mut files: IndexMap<&str, Vec<&Step>> = IndexMap::new();
    for step in steps.iter().filter(|step| step.sequence.is_empty()) {
        for name in step.names() {
            files.entry(name).or_default().push(step);
        }
    }
    let about = |step: &Step| -> Vec<&Step> {
        step.names().filter_map(|name| files.get(name)).flatten().copied().collect::<Vec<_>>()
    };
    let stage = |category: &str, near: &Step, is_before: bool| {
        let is_near = |step: &&&Step| {
            let (earlier, later) = if is_before { (step.first, near.first) } else { (near.first, step.first) };
            step.is(category) && earlier <= later && later.since(earlier) <= STAGE_GAP
        };
        about(near).iter().filter(is_near).copied().next_back()
    };
    let mut chains: Vec<Vec<&Step>> = Vec::new();
    let mut over: Option<Timestamp> = None;
    for exfiltration in steps.iter().filter(|step| step.sequence.is_empty() && step.is("Exfiltration")) {
        let Some(obfuscation) = stage("Obfuscation", exfiltration, true) else { continue };
        let Some(collection) = stage("Collection", obfuscation, true) else { continue };
        if over.is_none_or(|over| exfiltration.first > over) {
            chains.push(Vec::new());
        }
        over = Some(exfiltration.first + STAGE_GAP);
        let Some(chain) = chains.last_mut() else { continue };
        let acts = [Some(collection), Some(obfuscation), Some(exfiltration), stage("Deletion", exfiltration, false)];
        for act in acts.into_iter().flatten() {
            if !chain.iter().any(|known| std::ptr::eq(*known, act)) {
                chain.push(act);
            }
        }
    }
    chains
}

impl Step {
    fn is(&self, category: &str) -> bool {
        self.category.eq_ignore_ascii_case(category)
    }

    /// The names that the file goes or went by.
    fn names(&self) -> impl Iterator<Item = &str> {
        let before = Some(self.before.as_str()).filter(|before| *before != self.file);
        std::iter::once(self.file.as_str()).chain(before).filter(|name| !name.is_empty())
    }
}

/// `Collection 12 → Exfiltration 3, 15 events, 4 files, 2026-11-20 09:00:00 to 2026-11-20 11:00:00`.
fn told(steps: &[&Step]) -> String {
    let mut stages: Vec<(&str, u64)> = Vec::new();
    for step in steps {
        match stages.iter_mut().find(|(category, _)| *category == step.category) {
            Some((_, events)) => *events += step.events,
            None => stages.push((&step.category, step.events)),
        }
    }
    let total: u64 = stages.iter().map(|(_, events)| events).sum();
    let files: IndexSet<&str> = steps.iter().map(|step| step.file.as_str()).filter(|file| !file.is_empty()).collect();
    let files = if files.is_empty() { String::new() } else { format!(", {}", count(files.len(), "file")) };
    let stages: Vec<String> = stages.iter().map(|(category, events)| format!("{category} {events}")).collect();
    let span = match (steps.iter().map(|step| step.first).min(), steps.iter().map(|step| step.last).max()) {
        (Some(first), Some(last)) => format!(", {} to {}", first.to_seconds_text(), last.to_seconds_text()),
        _ => String::new(),
    };
    format!("{}, {}{files}{span}", stages.join(" → "), count(total as usize, "event"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FromJson;
    use serde_json::json;

    /// Rows of sequence, category, file, name before, day and hour, of two events each.
    fn result(rows: &[(&str, &str, &str, &str, u32, u32)]) -> HuntingResult {
        let rows: Vec<_> = rows
            .iter()
            .map(|(sequence, category, file, before, day, hour)| {
                let at = format!("2026-11-{day:02}T{hour:02}:00:00Z");
                json!({"Sequence": sequence, "Category": category, "File": file, "Before": before,
                    "First": at, "Last": at, "Events": 2})
            })
            .collect();
        let column = |name: &str| json!({"name": name, "type": "String"});
        let names = ["Sequence", "Category", "File", "Before", "First", "Last", "Events"];
        let schema: Vec<_> = names.into_iter().map(column).collect();
        HuntingResult::from_json(json!({"schema": schema, "results": rows})).unwrap()
    }

    #[test]
    fn one_file_through_stages_in_order_and_near_is_a_sequence() {
        const C: &str = "Collection";
        const O: &str = "Obfuscation";
        const X: &str = "Exfiltration";
        const D: &str = "Deletion";
        let whole = [
            ("", C, "a.doc", "", 1, 8),
            ("", O, "b.doc", "a.doc", 2, 9),
            ("", X, "b.doc", "", 3, 9),
            ("", D, "b.doc", "", 4, 9),
        ];
        let two = [
            ("", C, "a", "", 1, 8),
            ("", C, "b", "", 1, 9),
            ("", O, "a", "", 1, 10),
            ("", O, "b", "", 1, 11),
            ("", X, "a", "", 1, 12),
            ("", X, "b", "", 2, 12),
        ];
        let cases: [(&str, &[_], &[&str]); 7] = [
            ("no stage between", &[("", C, "a", "", 1, 8), ("", X, "a", "", 1, 9)], &[]),
            ("backwards", &[("", X, "a", "", 1, 8), ("", O, "a", "", 1, 9), ("", C, "a", "", 1, 10)], &[]),
            ("too far", &[("", C, "a", "", 1, 8), ("", O, "a", "", 1, 9), ("", X, "a", "", 8, 9)], &[]),
            ("other files", &[("", C, "a", "", 1, 8), ("", O, "b", "", 1, 9), ("", X, "c", "", 1, 10)], &[]),
            (
                "renamed, with clean-up",
                &whole,
                &["derived here: Collection 2 → Obfuscation 2 → Exfiltration 2 → Deletion 2, 8 events, 2 files, \
                   2026-11-01 08:00:00 to 2026-11-04 09:00:00"],
            ),
            (
                "two files, one sequence",
                &two,
                &["derived here: Collection 4 → Obfuscation 4 → Exfiltration 4, 12 events, 2 files, \
                   2026-11-01 08:00:00 to 2026-11-02 12:00:00"],
            ),
            (
                "recognised, whatever the files",
                &[("s1", C, "a", "", 1, 8), ("s1", X, "", "", 1, 9)],
                &["recognised by Insider Risk: Collection 2 → Exfiltration 2, 4 events, 1 file, \
                   2026-11-01 08:00:00 to 2026-11-01 09:00:00"],
            ),
        ];
        for (case, rows, told) in cases {
            let facts = facts(&result(rows));
            assert_eq!(facts.iter().map(|fact| fact.text.as_str()).collect::<Vec<_>>(), told, "{case}");
        }
        let rows = [("s1", C, "a", "", 1, 8), ("s2", "Access", "a", "", 1, 8), ("", "Access", "a", "", 1, 9)];
        assert_eq!(recognised(&result(&rows)), 2);
    }
}
