//! The pseudonym mode on the command line: what is printed shows aliases, what is typed may; `watchfloor reveal` tells one.

use super::args::{Args, Command, Reveal};
use super::connect::{self, Connection};
use super::exit::Exit;
use super::journal::problem;
use super::output::{Output, say};
use super::problem::Problem;
use crate::base::Timestamp;
use crate::base::alias::{PREFIX, wear};
use crate::runtime::siem::Mask;
use crate::store::{Place, Store};
use crate::triage::journal::Author;
use crate::triage::pseudonym::Book;
use clap::Parser as _;
use serde_json::json;
use std::ffi::OsString;
use std::sync::Arc;

/// `args` with the names behind the aliases that were typed; `None` where none were. An alias is one of this machine's
/// store, so nothing of it is ever sent.
pub fn opened(args: &Args) -> Option<Args> {
    let typed: Vec<OsString> = std::env::args_os().collect();
    let prefix = PREFIX.to_ascii_lowercase();
    let is_alias = |text: &OsString| text.to_string_lossy().to_ascii_lowercase().contains(&prefix);
    if matches!(args.command, Some(Command::Reveal(_))) || !typed.iter().skip(1).any(is_alias) {
        return None;
    }
    let book = book(&connect::place(args).ok()?)?;
    // A name of a file need not be text; it holds no alias then.
    let opened = |text: &OsString| text.to_str().map_or_else(|| text.clone(), |text| book.open(text).into());
    Args::try_parse_from(typed.iter().map(opened)).ok()
}

/// The book kept at `place`, where one is.
fn book(place: &Place) -> Option<Book> {
    let Place::File(path) = place else { return None };
    path.exists().then(|| Store::open(place).and_then(|store| store.pseudonyms(None)).ok()).flatten()
}

/// `text` with the names behind its aliases, as the book at `place` has them.
pub fn open(place: &Place, text: String) -> String {
    if !text.to_ascii_lowercase().contains(&PREFIX.to_ascii_lowercase()) {
        return text;
    }
    book(place).map_or_else(|| text.clone(), |book| book.open(&text))
}

/// Learns from what is about to be printed, keeps that, and shows people by their aliases from now on. Does nothing where
/// the mode is off.
///
/// # Errors
/// Where the store fails: a name that gets another alias the next time would be worse than no answer.
pub fn show(connection: &mut Connection, learn: impl FnOnce(&mut Book)) -> Result<(), Problem> {
    let Some(book) = &mut connection.pseudonyms else { return Ok(()) };
    wear(None);
    learn(book);
    keep(&connection.place, book)?;
    wear(Some(Arc::clone(book.aliases())));
    Ok(())
}

fn keep(place: &Place, book: &mut Book) -> Result<(), Problem> {
    let unkept = book.take_unkept();
    if unkept.is_empty() || *place == Place::Memory {
        return Ok(());
    }
    Store::open(place).and_then(|mut store| store.keep_pseudonyms(&unkept)).map_err(problem)
}

/// What puts aliases into records on their way to a SIEM; `None` where the mode is off. Whom they name is learned from each
/// before it goes.
pub fn mask(connection: &mut Connection) -> Option<Mask> {
    let (mut book, place) = (connection.pseudonyms.take()?, connection.place.clone());
    Some(Box::new(move |record| {
        if let Some(alert) = record.alert() {
            book.learn_alert(alert);
        }
        if let Some(incident) = record.incident() {
            book.learn_incident(incident);
        }
        if let Err(problem) = keep(&place, &mut book) {
            problem.tell();
        }
        book.aliases().show_json(record.sent.clone())
    }))
}

/// That files are shown as they are: nobody tells here whom they name.
pub fn of_files() -> Problem {
    let remedy = "leave the flag out to see the names, or hunt in the tenant";
    Problem::new("kql", "whom files name is not known, so nobody can be hidden in them", remedy).exiting(Exit::BadQuery)
}

/// Tells who an alias is, and writes into the journal that this was asked.
pub async fn reveal(args: &Args, asked: &Reveal) -> Result<Exit, Problem> {
    if asked.why.trim().is_empty() {
        return Err(Problem::new("reveal", "it is not said why", "--why says it, and goes into the journal")
            .exiting(Exit::BadQuery));
    }
    let connection = connect::connect_chosen(args).await?;
    if connection.place == Place::Memory {
        return Err(Problem::new("reveal", "a lab keeps no aliases", "name its file with --store"));
    }
    let mut store = Store::open(&connection.place).map_err(problem)?;
    let me = connection.profile.me.as_deref();
    let book = store.pseudonyms(me).map_err(problem)?;
    let unknown = || {
        let remedy = "aliases belong to one profile on one machine: is it this one?";
        Problem::new("reveal", format!("nobody is called {:?} here", asked.alias), remedy).exiting(Exit::BadQuery)
    };
    let person = book.person(&asked.alias).ok_or_else(unknown)?;
    let (name, alias) = (book.principal(person).ok_or_else(unknown)?, book.alias(person).unwrap_or_default());
    let author = Author { by: me.unwrap_or_default(), at: Timestamp::now() };
    // First the journal: a name that is told without a trace would be one too many.
    let record = store.append(&author.revealed(&alias, name, asked.why.trim(), "the command line")).map_err(problem)?;
    wear(None);
    let mut out = Output::new();
    if asked.json {
        out.json(&json!({"alias": alias, "name": name, "names": book.names(person), "entry": record.number}))?;
    } else {
        book.names(person).iter().try_for_each(|name| out.line(&crate::base::Untrusted::from(*name).line()))?;
    }
    out.flush()?;
    say(&format!("that you looked is entry {} of the journal", record.number));
    Ok(Exit::Ok)
}
