//! The workspace: state machine, runtime and terminal put together.

use super::args::Args;
use super::connect::{self, Connection, Tenant};
use super::exit::Exit;
use super::output;
use super::problem::Problem;
use crate::app::{App, Effect};
use crate::lab::LabOptions;
use crate::lab::training::score::Outcome;
use crate::runtime::{EVENTS_MAX, Runtime};
use crate::tui::{self, Options, Performer, TuiError};
use std::ops::ControlFlow;
use std::process::ExitCode;
use tokio::sync::mpsc;

/// Opens the workspace on the configured tenant. Where none is, says what it needs and offers the lab.
pub async fn run(args: &Args) -> Result<Exit, Problem> {
    let tenant = match connect::choose(args)? {
        Some(tenant) => tenant,
        None => offer_lab()?,
    };
    check_terminal()?;
    let connection = connect::connect(args, tenant).await?;
    Box::pin(open(args, connection)).await
}

/// Tells what a tenant needs and asks whether the lab will do; the problem where it will not, or nobody can answer.
fn offer_lab() -> Result<Tenant, Problem> {
    let problem = connect::not_configured();
    check_terminal().map_err(|_| problem.clone())?;
    problem.tell();
    if output::confirm("open the lab now?")? {
        Ok(Tenant::Lab(connect::lab_config(), LabOptions::default()))
    } else {
        Err(Problem::told(problem.exit))
    }
}

/// Opens the workspace on `connection`, until the analyst leaves.
pub async fn open(args: &Args, connection: Connection) -> Result<Exit, Problem> {
    let (sender, events) = mpsc::channel(EVENTS_MAX);
    connection.prompts.redirect(sender.clone());
    let runtime = Runtime::new(connection.services.clone(), connection.place.clone(), sender);
    let app = App::new(connection.profile.clone());
    let no_color = args.no_color || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let options = Options { no_color, ascii: !speaks_utf8(), editor: editor(), ..Options::default() };
    let ended = Box::pin(tui::run(app, Effects(runtime), events, options)).await;
    if let Some(outcome) = connection.lab.as_ref().map(crate::lab::Running::score).filter(Outcome::is_judged) {
        output::say(&format!("lab: {}; watchfloor lab debrief N tells the truth of story N", outcome.line()));
    }
    // The lab, if this process serves it, has served until here.
    drop(connection);
    ended.map(|_| Exit::Ok).map_err(problem)
}

/// Refuses early, in one line that names the alternative, where no screen can be drawn.
pub fn check_terminal() -> Result<(), Problem> {
    tui::terminal::check_environment().map_err(problem)
}

fn problem(error: TuiError) -> Problem {
    Problem::new("terminal", error, "")
}

/// The editor that the user has chosen for full screens, else for any.
fn editor() -> Option<String> {
    ["VISUAL", "EDITOR"].into_iter().filter_map(|name| std::env::var(name).ok()).find(|name| !name.trim().is_empty())
}

/// Whether the locale says that the terminal takes UTF-8; one that says nothing is taken to.
fn speaks_utf8() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(|name| std::env::var(name).ok());
    let locale = locale.map(|value| value.to_lowercase()).find(|value| !value.is_empty());
    locale.is_none_or(|locale| locale.contains("utf-8") || locale.contains("utf8"))
}

/// The runtime as the terminal wants it.
struct Effects(Runtime);

impl Performer for Effects {
    fn perform(&mut self, effects: Vec<Effect>) -> ControlFlow<ExitCode> {
        self.0.perform(effects).map_break(|()| ExitCode::SUCCESS)
    }
}
