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
                        obfuscated (packed into an archive, renamed, its label lowered or taken off), then exfiltrated, \
                        each at most three days after the stage before; its deletion at most three days later counts \
                        as clean-up. An archive that leaves, under whatever name, holds the files packed in the three \
                        days before; where no row names them, what was collected in the three days before. Files that \
                        leave within three days of one another are one sequence.";

/// How names of archives end.
const ARCHIVES: &[&str] = &[".zip", ".rar", ".7z", ".tar", ".gz", ".tgz"];

/// Acts of one category on one file within one hour.
#[derive(Clone, Debug)]
struct Step {
    sequence: String,
    category: String,
    /// Name of the file in lower case; empty where there is none.
    file: String,
    /// Its name before, where it was renamed.
    before: String,
    /// Whether something was packed into an archive: the file itself, or the file is the archive.
    packs: bool,
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
            packs: text(result, row, "Act") == "archive",
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
    let is_near =
        |earlier: &Step, later: &Step| earlier.first <= later.first && later.first.since(earlier.first) <= STAGE_GAP;
    let loose = || steps.iter().filter(|step| step.sequence.is_empty());
    let stage = |category: &str, near: &Step, is_before: bool| {
        let fits = |step: &&&Step| {
            let (earlier, later) = if is_before { (**step, near) } else { (near, **step) };
            step.is(category) && is_near(earlier, later)
        };
        about(near).iter().filter(fits).copied().next_back()
    };
    // What was packed before `archive` left or was renamed.
    let packed = |archive: &Step| -> Vec<&Step> {
        let others = loose().filter(|step| step.packs && step.is("Obfuscation") && is_near(step, archive));
        others.filter(|_| archive.is_archive()).collect()
    };
    let collected_before = |near: &Step| {
        let is_unnamed = near.packs && near.is_archive();
        loose().rfind(|step| is_unnamed && step.is("Collection") && is_near(step, near))
    };
    let mut chains: Vec<Vec<&Step>> = Vec::new();
    let mut over: Option<Timestamp> = None;
    for exfiltration in steps.iter().filter(|step| step.sequence.is_empty() && step.is("Exfiltration")) {
        let hidden = stage("Obfuscation", exfiltration, true);
        let mut hiding: Vec<&Step> = hidden.into_iter().collect();
        hiding.extend(packed(exfiltration));
        hiding.extend(hidden.map(&packed).unwrap_or_default());
        let collected: Vec<&Step> = hiding
            .iter()
            .filter_map(|step| stage("Collection", step, true).or_else(|| collected_before(step)))
            .collect();
        if collected.is_empty() {
            continue;
        }
        if over.is_none_or(|over| exfiltration.first > over) {
            chains.push(Vec::new());
        }
        over = Some(exfiltration.first + STAGE_GAP);
        let Some(chain) = chains.last_mut() else { continue };
        let gone = hiding.iter().chain([&exfiltration]).filter_map(|step| stage("Deletion", step, false));
        let gone: Vec<&Step> = gone.filter(|step| is_near(exfiltration, step)).collect();
        for act in collected.into_iter().chain(hiding.iter().copied()).chain([exfiltration]).chain(gone) {
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

    /// Whether the file is an archive, or was one before it was renamed.
    fn is_archive(&self) -> bool {
        self.names().any(|name| ARCHIVES.iter().any(|ending| name.ends_with(ending)))
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

    const A: &str = "Archive";

    /// Rows of sequence, category, file, name before, day and hour, of two events each.
    fn result(rows: &[(&str, &str, &str, &str, u32, u32)]) -> HuntingResult {
        let rows: Vec<_> = rows
            .iter()
            .map(|(sequence, category, file, before, day, hour)| {
                // `Archive` stands for an obfuscation that packs.
                let (category, act) = if *category == A { ("Obfuscation", "archive") } else { (*category, "") };
                let at = format!("2026-11-{day:02}T{hour:02}:00:00Z");
                json!({"Sequence": sequence, "Category": category, "File": file, "Before": before,
                    "Act": act, "First": at, "Last": at, "Events": 2})
            })
            .collect();
        let column = |name: &str| json!({"name": name, "type": "String"});
        let names = ["Sequence", "Category", "File", "Before", "Act", "First", "Last", "Events"];
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

    #[test]
    fn a_file_is_followed_into_archives_and_through_names() {
        const C: &str = "Collection";
        const O: &str = "Obfuscation";
        const X: &str = "Exfiltration";
        type Rows<'a> = &'a [(&'a str, &'a str, &'a str, &'a str, u32, u32)];
        let cases: [(&str, Rows<'_>, &[&str]); 8] = [
            (
                "packed files leave in an archive of another name",
                &[("", C, "a.doc", "", 1, 8), ("", A, "a.doc", "", 1, 9), ("", X, "q3.zip", "", 1, 10)],
                &["Collection 2 → Obfuscation 2 → Exfiltration 2"],
            ),
            (
                "the archive is renamed to a picture",
                &[
                    ("", C, "a.doc", "", 1, 8),
                    ("", A, "a.doc", "", 1, 9),
                    ("", O, "holiday.jpg", "q3.zip", 1, 10),
                    ("", X, "holiday.jpg", "", 1, 11),
                ],
                &["Collection 2 → Obfuscation 4 → Exfiltration 2"],
            ),
            (
                "the row names the archive alone",
                &[("", C, "a.doc", "", 1, 8), ("", A, "q3.7z", "", 1, 9), ("", X, "q3.7z", "", 1, 10)],
                &["Collection 2 → Obfuscation 2 → Exfiltration 2"],
            ),
            (
                "an archive of before the span",
                &[("", C, "a.doc", "", 1, 8), ("", A, "a.doc", "", 1, 9), ("", X, "q3.zip", "", 9, 10)],
                &[],
            ),
            (
                "packed, but something else leaves",
                &[("", C, "a.doc", "", 1, 8), ("", A, "a.doc", "", 1, 9), ("", X, "b.doc", "", 1, 10)],
                &[],
            ),
            ("an archive got elsewhere", &[("", C, "a.doc", "", 1, 8), ("", X, "tool.zip", "", 1, 10)], &[]),
            ("packed without having been collected", &[("", A, "a.doc", "", 1, 9), ("", X, "q3.rar", "", 1, 10)], &[]),
            (
                "a lowered label, then the upload",
                &[("", C, "a.doc", "", 1, 8), ("", O, "a.doc", "", 1, 9), ("", X, "a.doc", "", 1, 10)],
                &["Collection 2 → Obfuscation 2 → Exfiltration 2"],
            ),
        ];
        for (case, rows, stages) in cases {
            let facts = facts(&result(rows));
            assert_eq!(facts.len(), stages.len(), "{case}: {facts:?}");
            for (fact, stages) in facts.iter().zip(stages) {
                assert!(fact.text.starts_with(&format!("derived here: {stages}, ")), "{case}: {}", fact.text);
            }
        }
    }
}
