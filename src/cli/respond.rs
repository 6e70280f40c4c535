//! `watchfloor respond`: act on an account, by the plan that the workspace shows.

use super::args::{Args, Respond};
use super::connect::connect_chosen;
use super::exit::Exit;
use super::output::Output;
use super::problem::Problem;
use super::pseudonyms;
use super::triage::{READ_ONLY_REMEDY, apply, exit, print, print_results, record};
use crate::app::dispose::READ_ONLY;
use crate::app::respond::RESPONSES_OFF;
use crate::triage::plan::{Response, respond};

/// Runs it.
pub async fn run(args: &Args, asked: &Respond) -> Result<Exit, Problem> {
    let known = Response::ALL.map(Response::word).join(", ");
    let response = Response::ALL.into_iter().find(|response| response.word() == asked.act).ok_or_else(|| {
        Problem::new("act", format!("no {:?}", asked.act), format!("one of {known}")).exiting(Exit::Usage)
    })?;
    let mut connection = connect_chosen(args).await?;
    let user = connection.services.user(&asked.user).await?;
    let risk = if response.is_about_risk() { connection.services.risky_user(&user.id).await? } else { None };
    let plan = respond::respond(response, &user, risk.as_deref(), connection.profile.me.as_deref());
    // Only now: the journal gets the plan as it is.
    pseudonyms::show(&mut connection, |book| {
        book.learn_user(&user);
        if let Some(risk) = &risk {
            book.learn_risk(risk);
        }
    })?;
    let mut out = Output::new();
    if !asked.json {
        print(&plan, &mut out)?;
    }
    let is_sent = !asked.dry_run && plan.is_applicable();
    let refused = |why: &str, remedy: &str| Err(Problem::new("respond", why, remedy).exiting(Exit::Refused));
    if is_sent && connection.profile.read_only {
        return refused(READ_ONLY, READ_ONLY_REMEDY);
    }
    if is_sent && !connection.profile.allow_response {
        return refused(RESPONSES_OFF, "watchfloor config shows it; --dry-run prints the plan all the same");
    }
    let results = if is_sent { apply(&connection, &plan).await } else { Vec::new() };
    if asked.json {
        out.json(&record(&plan, &results))?;
    } else {
        print_results(&results, &mut out)?;
    }
    out.flush()?;
    exit(&plan, &results, asked.dry_run)
}
