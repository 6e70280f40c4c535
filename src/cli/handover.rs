//! `watchfloor handover` and `watchfloor note`: what one shift leaves to the next.

use super::args::{Args, Handover, Note};
use super::connect::{Connection, connect_chosen};
use super::exit::Exit;
use super::headless::Headless;
use super::journal::{counted, problem};
use super::output::{Output, say};
use super::problem::Problem;
use crate::app::App;
use crate::base::Timestamp;
use crate::store::journal::Verdict;
use crate::store::{Place, Store};
use crate::triage::handover::{Case, Shift, report};
use crate::triage::journal::Author;
use crate::triage::{Filter, Target};
use std::cmp::Reverse;

/// What the report looks at: all that is open, however old.
const OPEN: &str = "status:new,inProgress";

/// Prints the report of the time that ends now.
pub async fn run(args: &Args, handover: &Handover) -> Result<Exit, Problem> {
    let connection = connect_chosen(args).await?;
    let to = Timestamp::now();
    let from = to - handover.last;
    let store = Store::open(&connection.place).map_err(problem)?;
    let (records, notes) = (store.records_since(from).map_err(problem)?, store.notes().map_err(problem)?);
    let chain = chain(&connection, &store)?;
    let mut headless = Headless::new(&connection, Filter::parse(OPEN));
    headless.load_queues().await;
    headless.learn(records.iter().chain(&notes));
    let app = &headless.app;
    let open = open(app);
    let troubles = troubles(app);
    let shift = Shift {
        tenant: &connection.profile.tenant,
        by: connection.profile.me.as_deref().unwrap_or_default(),
        from,
        to,
        records: &records,
        notes: &notes,
        open: &open,
        troubles: &troubles,
        chain: &chain,
    };
    let mut out = Output::new();
    out.line(report(&shift).trim_end())?;
    out.flush()?;
    Ok(Exit::Ok)
}

/// Keeps a note.
pub async fn note(args: &Args, note: &Note) -> Result<Exit, Problem> {
    let text = note.text.join(" ");
    if text.trim().is_empty() {
        return Err(Problem::new("note", "it has no words", "watchfloor note 4216 waiting for HR"));
    }
    let connection = connect_chosen(args).await?;
    let is_number = note.about.bytes().all(|byte| byte.is_ascii_digit());
    let subject =
        if is_number { Target::Incident(note.about.as_str().into()).wire() } else { note.about.to_lowercase() };
    let author = Author { by: connection.profile.me.as_deref().unwrap_or_default(), at: Timestamp::now() };
    let mut store = Store::open(&connection.place).map_err(problem)?;
    let record = store.append(&author.noted(&subject, text.trim())).map_err(problem)?;
    if connection.place == Place::Memory {
        say("noted in memory only, and gone now: a lab keeps nothing unless --store names a file");
    } else {
        say(&format!("noted as entry {} of the journal; nothing was sent", record.number));
    }
    Ok(Exit::Ok)
}

/// How far the journal's chain holds, in a sentence; its last hash can be compared later.
fn chain(connection: &Connection, store: &Store) -> Result<String, Problem> {
    if connection.place == Place::Memory {
        return Ok("in memory only, nothing is kept".to_owned());
    }
    Ok(match store.verify().map_err(problem)? {
        Verdict::Whole { entries, head } => format!("whole, {}, last hash `{head}`", counted(entries)),
        Verdict::Broken { number, why } => format!("**BROKEN**, entry {number} {why}"),
    })
}

/// What is open, the most pressing first.
fn open(app: &App) -> Vec<Case<'_>> {
    let rows = app.incidents.rows().iter().filter_map(|row| Some((app.store.incident_at(row.index)?, row.points)));
    let mut open: Vec<Case<'_>> = rows
        .map(|(entry, points)| Case {
            incident: &entry.incident,
            sources: &entry.sources,
            people: &entry.people,
            points,
        })
        .collect();
    open.sort_by_key(|case| (Reverse(case.points), Reverse(case.incident.last_update)));
    open
}

/// What could not be had, as the workspace would say it.
fn troubles(app: &App) -> Vec<String> {
    let failures = [app.store.incidents_fetch.failure(), app.store.alerts_fetch.failure()];
    let told = failures.into_iter().flatten();
    told.map(|failure| format!("{}: {} {}", failure.what, failure.why.line(), failure.remedy)).collect()
}
