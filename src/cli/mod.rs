//! The command line: one file a subcommand, thin over the services that the workspace uses.

pub mod args;
pub mod conduct;
pub mod config;
pub mod connect;
pub mod crash;
pub mod doctor;
pub mod exit;
pub mod export;
pub mod handover;
pub mod headless;
pub mod hunt;
pub mod init;
pub mod journal;
pub mod kql;
mod kql_check;
mod kql_repl;
pub mod lab;
pub mod login;
pub mod logout;
pub mod macros;
pub mod output;
mod own;
mod present;
pub mod problem;
mod pseudonyms;
pub mod queue;
pub mod records;
pub mod respond;
pub mod score;
pub mod signals;
pub mod stories;
pub mod triage;
pub mod user;
pub mod workspace;

use args::{Args, Command};
use exit::Exit;
use problem::Problem;

/// Runs the command line `args` to its end; tells what went wrong on standard error.
pub fn run(args: &Args) -> Exit {
    crash::report_faults();
    let opened = pseudonyms::opened(args);
    let args = opened.as_ref().unwrap_or(args);
    // A client's work goes on in the loop's own thread, between keys: another would keep memory of its own. The lab serves
    // with two.
    let mut runtime = if matches!(args.command, Some(Command::Lab(_))) {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        runtime.worker_threads(2);
        runtime
    } else {
        tokio::runtime::Builder::new_current_thread()
    };
    let runtime = runtime.enable_all().build();
    let ended = match runtime {
        Ok(runtime) => {
            let ended = present::set(args).and_then(|()| runtime.block_on(dispatch(args)));
            // A request still in flight must not hold the process up.
            runtime.shutdown_background();
            ended
        }
        Err(error) => Err(Problem::new("start", error, "")),
    };
    ended.unwrap_or_else(|problem| {
        problem.tell();
        problem.exit
    })
}

async fn dispatch(args: &Args) -> Result<Exit, Problem> {
    match &args.command {
        Some(Command::Incidents(list)) => queue::incidents(args, list).await,
        Some(Command::Alerts(list)) => queue::alerts(args, list).await,
        Some(Command::User(user)) => user::run(args, user).await,
        Some(Command::Hunt(hunt)) => hunt::run(args, hunt).await,
        Some(Command::Triage(triage)) => triage::run(args, triage).await,
        Some(Command::Respond(asked)) => respond::run(args, asked).await,
        Some(Command::Export(asked)) => Box::pin(export::run(args, asked)).await,
        Some(Command::Journal(journal)) => journal::run(args, journal),
        Some(Command::Reveal(asked)) => pseudonyms::reveal(args, asked).await,
        Some(Command::Note(noted)) => handover::note(args, noted).await,
        Some(Command::Handover(asked)) => handover::run(args, asked).await,
        Some(Command::Kql(_)) if args.pseudonyms => Err(pseudonyms::of_files()),
        Some(Command::Kql(asked)) => kql::query(asked),
        Some(Command::Login) => login::run(args).await,
        Some(Command::Logout { all }) => logout::run(args, *all).await,
        Some(Command::Config { json }) => config::run(args, *json),
        Some(Command::Init) => init::run(),
        Some(Command::Doctor { json }) => doctor::run(args, *json).await,
        Some(Command::Lab(lab)) => Box::pin(lab::run(args, lab)).await,
        None => Box::pin(workspace::run(args)).await,
    }
}
