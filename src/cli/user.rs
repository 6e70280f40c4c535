//! `watchfloor user`: what is known of a person, part by part, each missing part with its cause.

use super::args::{Args, User as UserArgs};
use super::connect::connect_chosen;
use super::exit::Exit;
use super::headless::Headless;
use super::output::{Output, say};
use super::problem::Problem;
use super::records::{self, PersonRecord};
use crate::app::user::State;
use crate::app::user::report::{lines, unavailable};
use crate::app::{Action, App};
use crate::base::alias::{shown, shown_json};
use crate::base::{Timestamp, Untrusted, private_file};
use crate::triage::{Filter, Person};
use std::path::Path;

/// Runs it.
pub async fn run(args: &Args, user: &UserArgs) -> Result<Exit, Problem> {
    let connection = connect_chosen(args).await?;
    // Every alert the service keeps, whatever its status.
    let mut headless = Headless::new(&connection, Filter::parse(""));
    headless.load_queues().await;
    let person = if user.key.contains('@') {
        Person::by_upn(&user.key)
    } else {
        let key = Untrusted::new(user.key.as_str());
        Person { upn: Untrusted::default(), object_id: key.clone(), label: key }
    };
    let is_loading = |app: &App| app.user.as_ref().is_some_and(State::is_loading);
    headless.act(Action::OpenPerson(person), is_loading).await;
    headless.act(Action::Gather, is_loading).await;
    let app = &headless.app;
    let Some(page) = &app.user else { return Err(Problem::new("user", "no page opened", "")) };
    if let Some(path) = &user.export {
        export(app, page, path)?;
    } else {
        let mut out = Output::new();
        if user.json {
            out.json(&record(app, page).json())?;
        } else {
            lines(page, &app.store).iter().try_for_each(|line| out.line(line))?;
        }
        out.flush()?;
    }
    match page.identity.failure() {
        Some(failure) if page.alert_ids.is_empty() => Err(failure.clone().into()),
        _ => Ok(Exit::Ok),
    }
}

fn record<'a>(app: &'a App, page: &'a State) -> PersonRecord<'a> {
    let entries = page.alert_ids.iter().filter_map(|id| app.store.alert(id));
    PersonRecord {
        user: page.identity.value(),
        manager: page.manager.value().and_then(Option::as_ref),
        risk: page.entra_risk.value().and_then(Option::as_ref),
        risk_history: page.risk_history.value().map(Vec::as_slice),
        derived: &page.level,
        level: page.level_title(&app.store),
        uncounted: page.uncounted(&app.store),
        alerts: entries.map(|entry| records::alert(&entry.alert, &entry.people)).collect(),
        sections: page
            .sections
            .iter()
            .map(|part| (part.section.title(), part.section.rule(), part.rows.value(), part.facts.as_slice()))
            .collect(),
        unavailable: unavailable(page, &app.store),
    }
}

/// Writes the page to a file that must not be there yet, for its owner alone.
fn export(app: &App, page: &State, path: &Path) -> Result<(), Problem> {
    let is_json = path.extension().is_some_and(|suffix| suffix.eq_ignore_ascii_case("json"));
    let text = if is_json {
        format!("{:#}\n", shown_json(record(app, page).json()))
    } else {
        app.user_report(Timestamp::now()).unwrap_or_default()
    };
    private_file::write_new(path, &shown(&text)).map_err(|why| {
        Problem::new("export", why, "name a file that is not there yet, in a folder you may write to")
    })?;
    say(&format!("written to {}", Untrusted::new(path.display().to_string()).line()));
    Ok(())
}
