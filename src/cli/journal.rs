//! `watchfloor journal`: what was done from here, and whether the record of it is whole.

use super::args::{Args, Journal, JournalCommand};
use super::connect::{self, Connection};
use super::exit::Exit;
use super::output::{self, Output, say};
use super::problem::Problem;
use crate::base::Untrusted;
use crate::base::alias::wear;
use crate::runtime::Keeper;
use crate::store::journal::Verdict;
use crate::store::{Place, Store, StoreError};
use crate::triage::journal::{Entry, Record, Standing, stories};
use serde_json::json;
use std::sync::Arc;

/// Runs it.
pub fn run(args: &Args, journal: &Journal) -> Result<Exit, Problem> {
    let place = connect::place(args)?;
    let Place::File(path) = &place else {
        return Err(Problem::new("journal", "a lab keeps none", "name its file with --store"));
    };
    if !path.exists() {
        say(&format!("nothing is kept yet in {}", path.display()));
        // Whoever checks a journal must hear that it is gone.
        return Ok(if journal.command.is_some() { Exit::NotFound } else { Exit::Ok });
    }
    let mut store = Store::open(&place).map_err(problem)?;
    match &journal.command {
        Some(JournalCommand::Verify { json, holds }) => verify(&store, *json, holds.as_deref()),
        None => {
            let records = store.records(journal.limit).map_err(problem)?;
            if connect::shows_pseudonyms(args)? {
                let mut book = store.pseudonyms(None).map_err(problem)?;
                for record in &records {
                    book.learn_entry(&record.entry);
                }
                store.keep_pseudonyms(&book.take_unkept()).map_err(problem)?;
                wear(Some(Arc::clone(book.aliases())));
            }
            if journal.json { print_records(&records) } else { print_acts(&records) }
        }
    }
}

/// Puts `entry` into the journal; where that fails, says so and goes on.
pub(super) fn keep(connection: &Connection, entry: Entry) {
    let keeper = Keeper::start(connection.place.clone(), |failure| output::complain_of(&failure));
    keeper.run(move |store| {
        if let Err(error) = store.append(&entry) {
            output::complain("journal", &error.to_string(), "this is not in the journal", None);
        }
    });
    keeper.flush();
}

/// What a failing store means to whoever asked for the journal.
pub(super) fn problem(error: StoreError) -> Problem {
    let remedy = match &error {
        StoreError::NoStore(_) => "name the store with --store; a file that is there must be watchfloor's own",
        StoreError::File { .. } => "name a file that you may write to with --store",
        StoreError::Newer { .. } => "use that version, or another file with --store",
        StoreError::Sqlite(_) if error.is_full() => "make room, or name a file on another disk with --store",
        StoreError::Entry { .. } | StoreError::Sqlite(_) => "",
    };
    Problem::new("journal", error, remedy)
}

fn print_records(records: &[Record]) -> Result<Exit, Problem> {
    let mut out = Output::new();
    for record in records {
        out.json(&json!({"number": record.number, "entry": record.entry, "hash": record.hash}))?;
    }
    out.flush()?;
    Ok(Exit::Ok)
}

fn print_acts(records: &[Record]) -> Result<Exit, Problem> {
    let safe = |text: &str| Untrusted::new(text).line().into_owned();
    let rows: Vec<Vec<String>> = stories(records)
        .iter()
        .map(|story| {
            let entry = &story.head.entry;
            let state = match story.standing() {
                Standing::Seen => String::new(),
                Standing::Done => "written".to_owned(),
                Standing::Partly(written, not) => format!("{written} of {} written", written + not),
                Standing::Unknown => "end not known".to_owned(),
                Standing::Undone => "undone".to_owned(),
            };
            let text = entry.text.line().into_owned();
            vec![entry.at.to_seconds_text(), entry.kind.title().to_owned(), state, safe(&entry.by), text]
        })
        .collect();
    let mut out = Output::new();
    out.table(&["WHEN", "WHAT", "STATE", "BY", "ACT"], &rows)?;
    out.flush()?;
    Ok(Exit::Ok)
}

/// `1 entry`, `2 entries`.
pub(super) fn counted(entries: i64) -> String {
    format!("{entries} {}", if entries == 1 { "entry" } else { "entries" })
}

/// Checks the chain. A chain cannot tell that its end is missing: an earlier last hash that it must still hold can.
fn verify(store: &Store, json: bool, holds: Option<&str>) -> Result<Exit, Problem> {
    let verdict = store.verify().map_err(problem)?;
    let is_held = holds.map_or(Ok(true), |hash| store.holds(hash)).map_err(problem)?;
    let mut out = Output::new();
    let exit = match &verdict {
        Verdict::Whole { entries, .. } if !is_held => {
            let why = "the given hash is of none of the entries: the journal was cut off or begun anew";
            if json {
                out.json(&json!({"whole": false, "entries": entries, "why": why}))?;
            } else {
                out.line(&format!("BROKEN: {why}; left: {}", counted(*entries)))?;
            }
            Exit::Failed
        }
        Verdict::Whole { entries, head } => {
            if json {
                out.json(&json!({"whole": true, "entries": entries, "head": head}))?;
            } else {
                out.line(&format!("whole: {}, last hash {head}", counted(*entries)))?;
            }
            Exit::Ok
        }
        Verdict::Broken { number, why } => {
            if json {
                out.json(&json!({"whole": false, "entry": number, "why": why}))?;
            } else {
                out.line(&format!("BROKEN: entry {number} {why}"))?;
            }
            Exit::Failed
        }
    };
    out.flush()?;
    Ok(exit)
}
