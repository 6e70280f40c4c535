//! The workspace: state machine, runtime and terminal put together.

use super::args::Args;
use super::connect::{self, Connection, Tenant};
use super::exit::Exit;
use super::output;
use super::own::Own;
use super::problem::Problem;
use crate::app::overlay::Message;
use crate::app::{App, Effect, Event, Overlay, pseudonyms};
use crate::lab::LabOptions;
use crate::lab::training::score::Outcome;
use crate::runtime::{EVENTS_MAX, Runtime, Site};
use crate::tui::color::{Tier, Told, is_ascii_only};
use crate::tui::{self, Options, Performer, TuiError};
use std::ops::ControlFlow;
use std::process::ExitCode;
use tokio::sync::mpsc;

/// Opens the workspace on the configured tenant. Where none is, says what it needs and offers the lab.
pub async fn run(args: &Args) -> Result<Exit, Problem> {
    let tenant = match connect::choose(args)? {
        Some(tenant) => tenant,
        None => offer_lab(args)?,
    };
    check_terminal(args)?;
    let connection = connect::connect_workspace(args, tenant).await?;
    Box::pin(open(args, connection)).await
}

/// Tells what a tenant needs and asks whether the lab will do; the problem where it will not, or nobody can answer.
fn offer_lab(args: &Args) -> Result<Tenant, Problem> {
    let problem = connect::not_configured();
    check_terminal(args).map_err(|_| problem.clone())?;
    problem.tell();
    if output::confirm("open the lab now?")? {
        Ok(Tenant::Lab(connect::lab_config(), LabOptions::default()))
    } else {
        Err(Problem::told(problem.exit))
    }
}

/// Opens the workspace on `connection`, until the analyst leaves.
pub async fn open(args: &Args, mut connection: Connection) -> Result<Exit, Problem> {
    let (sender, events) = mpsc::channel(EVENTS_MAX);
    if let Some(queues) = connection.last_seen.take() {
        // The channel is empty, so there is room.
        drop(sender.try_send(Event::Recalled(queues)));
    }
    connection.prompts.redirect(sender.clone());
    connection.sign_in(sender.clone());
    let site = Site { place: connection.place.clone(), open: connection.store.take() };
    let runtime = Runtime::new(connection.services.clone(), site, sender);
    let mut own = Own::read();
    let options = options(args, &mut own)?;
    let mut app = App::new(connection.profile.clone());
    app.has_mouse = connection.has_mouse && !args.linear;
    app.pseudonyms = connection.pseudonyms.clone().map(pseudonyms::State::on).unwrap_or_default();
    if !own.problems.is_empty() {
        let (title, lines) = ("Your own files".to_owned(), std::mem::take(&mut own.problems));
        app.overlays.push(Overlay::Message(Message::new(title, lines)));
    }
    let ended = if args.linear {
        Box::pin(tui::linear::run(app, Effects(runtime), events, options.keymap, options.ascii)).await
    } else {
        Box::pin(tui::run(app, Effects(runtime), events, options)).await
    };
    if let Some(outcome) = connection.lab.as_ref().map(crate::lab::Running::score).filter(Outcome::is_judged) {
        output::say(&format!("lab: {}; watchfloor lab debrief N tells the truth of story N", outcome.line()));
    }
    // The lab, if this process serves it, has served until here.
    drop(connection);
    ended.map(|_| Exit::Ok).map_err(problem)
}

/// How it looks: as the arguments say, else the profile, else the terminal.
fn options(args: &Args, own: &mut Own) -> Result<Options, Problem> {
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    let term = variable("TERM");
    let no_color = args.no_color || !variable("NO_COLOR").is_empty();
    let told = Told { flag: args.color.as_deref(), no_color, term: &term, colorterm: &variable("COLORTERM") };
    let theme = match (&args.theme, args.lab) {
        (Some(theme), _) => theme.clone(),
        (None, true) => String::new(),
        (None, false) => connect::load_profile(args)?.map(|profile| profile.theme).unwrap_or_default(),
    };
    let theme = if theme.is_empty() { "dark" } else { &theme };
    Ok(Options {
        theme: Some(own.theme(theme)),
        colors: Tier::detect(told),
        ascii: args.ascii || !speaks_utf8() || is_ascii_only(&term),
        keymap: own.keymap.take(),
        editor: editor(),
    })
}

/// Refuses early, in one line that names the alternative, where no screen can be drawn.
pub fn check_terminal(args: &Args) -> Result<(), Problem> {
    if args.linear {
        return Ok(());
    }
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
