//! `watchfloor export`: alerts and incidents carried on to a SIEM.

use super::args::{Args, Export as Asked};
use super::connect::{self, Connection, Tenant, connect};
use super::exit::Exit;
use super::output::say;
use super::problem::Problem;
use super::pseudonyms;
use super::{journal, signals};
use crate::base::text::count;
use crate::base::{Secret, Timestamp, Untrusted};
use crate::export::{Checkpoint, Kind};
use crate::graph::Network;
use crate::runtime::siem::{Error, Export, SinkError, SinkFailure, State, Tally};
use crate::store::Store;
use crate::triage::Filter;
use crate::triage::filter::{Asker, Collection};
use crate::triage::journal::Author;
use std::path::Path;
use std::time::Duration;

/// The variable with the token of an HTTP collector.
const TOKEN: &str = "WATCHFLOOR_EXPORT_TOKEN";

/// Runs it.
pub async fn run(args: &Args, asked: &Asked) -> Result<Exit, Problem> {
    let wanted = Wanted::of(asked)?;
    let state = state(asked)?;
    let tenant = connect::choose(args)?.ok_or_else(connect::not_configured)?;
    let network = network(&tenant)?;
    let sink = asked.to.open(asked.format, token(asked)?, &network).map_err(|error| refused(asked, &error))?;
    let mut connection = connect(args, tenant).await?;
    let mut export = Export {
        client: connection.services.client().clone(),
        format: asked.format,
        sink,
        state,
        mask: pseudonyms::mask(&mut connection),
        start: Timestamp::now() - asked.since,
    };
    let ended = rounds(asked, &wanted, &mut export, &connection).await;
    export.sink.close().await;
    ended
}

/// One round; round after round where it follows.
async fn rounds(asked: &Asked, wanted: &Wanted, export: &mut Export, connection: &Connection) -> Result<Exit, Problem> {
    let stopped = signals::interrupted().map_err(|error| Problem::new("export", error, ""))?;
    tokio::pin!(stopped);
    loop {
        let mut tally = Tally::default();
        let now = Timestamp::now();
        let kinds = wanted.at(now);
        let ended = tokio::select! {
            ended = export.run(&kinds, now, &mut tally) => Some(ended),
            () = &mut stopped => None,
        };
        if matches!(&ended, Some(Err(Error::Sink(error))) if error.kind == SinkFailure::Content) {
            return Ok(Exit::Ok);
        }
        told(asked, connection, tally)?;
        match ended {
            None => return Ok(Exit::Ok),
            Some(Ok(())) if !asked.follow => return Ok(Exit::Ok),
            Some(Ok(())) => {}
            Some(Err(error)) => {
                let problem = problem(asked, error);
                if !asked.follow || problem.exit != Exit::TryLater {
                    return Err(problem);
                }
                problem.tell();
            }
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(asked.every)) => {}
            () = &mut stopped => return Ok(Exit::Ok),
        }
    }
}

/// What to ask for.
struct Wanted {
    filter: Filter,
    kinds: Vec<(Kind, Collection)>,
}

impl Wanted {
    fn of(asked: &Asked) -> Result<Self, Problem> {
        let wrong = |why: String, remedy: &str| Problem::new("--filter", why, remedy).exiting(Exit::BadQuery);
        let filter = Filter::parse(&asked.filter);
        if let Some(error) = filter.errors.first() {
            return Err(wrong(error.message.clone(), ""));
        }
        let known = [("alerts", Kind::Alert, Collection::Alerts), ("incidents", Kind::Incident, Collection::Incidents)];
        let mut kinds = Vec::new();
        for (word, kind, collection) in
            known.into_iter().filter(|(word, ..)| asked.what.iter().any(|what| what == word))
        {
            if let Some(term) = filter.local_terms(collection, Asker { me: None, now: Timestamp::now() }).next() {
                let why = format!("Graph cannot filter {word} by {term}");
                return Err(wrong(why, "leave it to the SIEM; incidents have no source of their own: --what alerts"));
            }
            kinds.push((kind, collection));
        }
        Ok(Self { filter, kinds })
    }

    /// With what Graph filters of each kind. An age is reckoned from `now`, which a run that follows passes each time.
    fn at(&self, now: Timestamp) -> Vec<(Kind, Option<String>)> {
        let asker = Asker { me: None, now };
        self.kinds.iter().map(|(kind, collection)| (*kind, self.filter.to_odata(*collection, asker))).collect()
    }
}

/// How far the export has come.
fn state(asked: &Asked) -> Result<State, Problem> {
    let of = format!("{} to {} as {}", asked.what.join(","), asked.to.name(), asked.format.name());
    let of = if asked.filter.is_empty() { of } else { format!("{of}, {}", asked.filter) };
    match &asked.checkpoint {
        None => Ok(State::unkept(Checkpoint::new(of))),
        Some(path) => State::open(path, &of).map_err(|why| {
            Problem::new(
                format!("checkpoint {}", path.display()),
                why,
                "name a file of your own (chmod 600) in a folder that is there, or remove this one to send everything again",
            )
        }),
    }
}

fn network(tenant: &Tenant) -> Result<Network, Problem> {
    match tenant {
        Tenant::Lab(..) => Ok(Network::default()),
        Tenant::Profile(profile) => connect::network(profile),
    }
}

/// What the collector knows us by.
fn token(asked: &Asked) -> Result<Option<Secret>, Problem> {
    let read = |path: &Path| {
        let text = std::fs::read_to_string(path);
        text.map_err(|error| Problem::new(format!("--token-file {}", path.display()), error, ""))
    };
    let token = match &asked.token_file {
        Some(path) => Some(read(path)?),
        None => std::env::var(TOKEN).ok(),
    };
    Ok(token.map(|token| Secret::new(token.trim())).filter(|token| !token.reveal().is_empty()))
}

/// Says and journals what was sent; nothing where it was nothing and more runs follow.
fn told(asked: &Asked, connection: &Connection, tally: Tally) -> Result<(), Problem> {
    if tally.skipped > 0 {
        say(&format!("{} had no id and could not be sent", count(tally.skipped, "item")));
    }
    if tally.sent() == 0 && asked.follow {
        return Ok(());
    }
    let (alerts, incidents) = (count(tally.alerts, "alert"), count(tally.incidents, "incident"));
    let to = Untrusted::new(asked.to.name());
    let words = format!("{alerts} and {incidents} sent to {} as {}", to.line(), asked.format.name());
    say(&words);
    if tally.sent() > 0 {
        let by = connection.profile.me.as_deref().unwrap_or_default();
        let mut store = Store::open(&connection.place).map_err(journal::problem)?;
        store.append(&Author { by, at: Timestamp::now() }.exported(&words)).map_err(journal::problem)?;
    }
    Ok(())
}

fn problem(asked: &Asked, error: Error) -> Problem {
    match error {
        Error::Source(failure) => (*failure).into(),
        Error::Sink(error) => refused(asked, &error),
        Error::Checkpoint(why) => Problem::new("checkpoint", why, "name a file in a folder that you may write to"),
        Error::TooMany(from) => {
            let why = format!("more changed in the minute from {} UTC than one list may hold", from.to_seconds_text());
            Problem::new("export", why, "narrow it with --filter")
        }
    }
}

fn refused(asked: &Asked, error: &SinkError) -> Problem {
    let exit = match error.kind {
        SinkFailure::Unavailable => Exit::TryLater,
        SinkFailure::Refused => Exit::Refused,
        SinkFailure::Unacceptable => Exit::Failed,
        SinkFailure::Content => Exit::Ok,
    };
    let what = format!("export to {}", Untrusted::new(asked.to.name()).line());
    Problem::new(what, error.why.line(), error.remedy).exiting(exit)
}
