//! The present a command works in: the machine's, unless a lab's is asked for.

use super::args::{Args, Command, Lab};
use super::connect;
use super::exit::Exit;
use super::problem::Problem;
use crate::base::Timestamp;
use crate::graph::http;

/// Sets this process's clock to what `args` say, which only a lab allows: everything written about a tenant is dated.
pub fn set(args: &Args) -> Result<(), Problem> {
    if let Some(Command::Lab(Lab { anchor: Some(anchor), .. })) = &args.command {
        Timestamp::set_now(*anchor);
        return Ok(());
    }
    let Some(now) = args.now.as_deref().filter(|now| !now.is_empty()) else { return Ok(()) };
    let remedy = "leave --now out, and unset WATCHFLOOR_NOW";
    let now = now.parse().map_err(|error| Problem::new("--now", error, remedy).exiting(Exit::Usage))?;
    if !is_about_a_lab(args)? {
        let why = "time is set for a lab only: what is done to a tenant is dated";
        return Err(Problem::new("--now", why, remedy).exiting(Exit::Usage));
    }
    Timestamp::set_now(now);
    Ok(())
}

/// Whether the tenant of `args`, where they have one, is a lab's: Graph is on this machine.
fn is_about_a_lab(args: &Args) -> Result<bool, Problem> {
    if args.lab || matches!(args.command, Some(Command::Lab(_) | Command::Kql(_))) {
        return Ok(true);
    }
    let profile = connect::load_profile(args)?;
    Ok(profile.is_none_or(|profile| profile.graph_root.as_ref().is_some_and(http::is_loopback)))
}
