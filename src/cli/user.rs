//! `watchfloor user`: what is known of a person, part by part, each missing part with its cause.

use super::args::{Args, User as UserArgs};
use super::connect::connect_chosen;
use super::exit::Exit;
use super::headless::Headless;
use super::output::Output;
use super::problem::Problem;
use super::records::{self, PersonRecord};
use crate::app::user::{NOT_CARRIED, State};
use crate::app::{Action, App, Remote};
use crate::base::text::count;
use crate::base::{Timestamp, Untrusted};
use crate::model::User;
use crate::triage::{Filter, Person};

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
    headless.act(Action::OpenPerson(person), |app| app.user.as_ref().is_some_and(is_loading)).await;
    let app = &headless.app;
    let Some(page) = &app.user else { return Err(Problem::new("user", "no page opened", "")) };
    let mut out = Output::new();
    if user.json {
        out.json(&record(app, page).json())?;
    } else {
        print(app, page, &mut out)?;
    }
    out.flush()?;
    match page.identity.failure() {
        Some(failure) if page.alert_ids.is_empty() => Err(failure.clone().into()),
        _ => Ok(Exit::Ok),
    }
}

fn is_loading(page: &State) -> bool {
    page.identity.is_loading()
        || page.manager.is_loading()
        || page.entra_risk.is_loading()
        || page.activity.is_loading()
        || page.behaviors.is_loading()
        || page.sections.iter().any(|part| part.rows.is_loading())
}

fn record<'a>(app: &'a App, page: &'a State) -> PersonRecord<'a> {
    let entries = page.alert_ids.iter().filter_map(|id| app.store.alert(id));
    PersonRecord {
        user: page.identity.value(),
        manager: page.manager.value().and_then(Option::as_ref),
        risk: page.entra_risk.value().and_then(Option::as_ref),
        derived: &page.level,
        alerts: entries.map(|entry| records::alert(&entry.alert, &entry.people)).collect(),
        sections: page
            .sections
            .iter()
            .map(|part| (part.section.title(), part.section.rule(), part.rows.value(), part.facts.as_slice()))
            .collect(),
        unavailable: unavailable(app, page),
    }
}

/// Parts that could not be had, and why.
fn unavailable(app: &App, page: &State) -> Vec<(&'static str, String)> {
    let parts = [
        ("user", why(&page.identity)),
        ("manager", why(&page.manager)),
        ("entra_risk", why(&page.entra_risk)),
        ("activity", why(&page.activity)),
        ("behaviors", why(&page.behaviors)),
        ("alerts", why(&app.store.alerts_fetch)),
    ];
    let sections = page.sections.iter().map(|part| (part.section.title(), why(&part.rows)));
    parts.into_iter().chain(sections).filter_map(|(part, why)| Some((part, why?))).collect()
}

fn why<T>(part: &Remote<T>) -> Option<String> {
    part.failure().map(|failure| format!("{}; {}", failure.why.line(), failure.remedy))
}

fn print(app: &App, page: &State, out: &mut Output) -> Result<(), Problem> {
    if let Some(user) = page.identity.value() {
        out.line(&format!("{}  {}", user.display_name.line(), user.upn.line()))?;
        out.line(&format!("  position      {}", position(user)))?;
        if let Some(leaves) = user.leave_date.known() {
            out.line(&format!("  leaves        {}", leaves.to_seconds_text()))?;
        }
    }
    match page.manager.value() {
        Some(Some(manager)) => out.line(&format!("  manager       {}", manager.display_name.line()))?,
        Some(None) => out.line("  manager       none in the directory")?,
        None => {}
    }
    match page.entra_risk.value() {
        Some(Some(risk)) => {
            out.line(&format!("  Entra risk    {}, {}", risk.risk_level.wire(), risk.risk_state.wire()))?;
        }
        Some(None) => out.line("  Entra risk    none recorded")?,
        None => {}
    }
    out.line(&format!("  insider risk  {}, derived here", page.level.level.title()))?;
    for reason in &page.level.reasons {
        out.line(&format!("                {reason}"))?;
    }
    if let Some(activity) = page.activity.value() {
        for series in &activity.series {
            out.line(&format!("  {:<13} {} in 30 days", series.category, count(series.total as usize, "event")))?;
        }
    }
    out.line(&format!("  alerts        {}", page.alert_ids.len()))?;
    for entry in page.alert_ids.iter().filter_map(|id| app.store.alert(id)) {
        let alert = &entry.alert;
        let when = alert.began().map_or_else(String::new, Timestamp::to_seconds_text);
        let (source, severity, status) = (alert.service_source.badge(), alert.severity.letter(), alert.status.title());
        out.line(&format!("    {when}  {source}  {severity}  {status:<11}  {}", alert.title.line()))?;
    }
    print_sections(page, out)?;
    for (part, why) in unavailable(app, page) {
        out.line(&format!("  not available: {part}: {why}"))?;
    }
    for absent in NOT_CARRIED {
        out.line(&format!("  not shown: {absent}"))?;
    }
    Ok(())
}

/// Every section that could be had, uncut; an empty one says what that means.
fn print_sections(page: &State, out: &mut Output) -> Result<(), Problem> {
    for part in page.sections.iter().filter(|part| part.rows.value().is_some()) {
        out.line(&format!("  {}", part.section.title()))?;
        if part.facts.is_empty() {
            out.line(&format!("    {}", part.section.none()))?;
        }
        for fact in &part.facts {
            out.line(&format!("  {} {}", if fact.is_notable { "!" } else { " " }, fact.text))?;
        }
    }
    Ok(())
}

fn position(user: &User) -> String {
    let parts = [&user.department, &user.job_title, &user.office_location, &user.country];
    let parts: Vec<String> = parts.into_iter().flatten().map(|part| part.line().into_owned()).collect();
    if parts.is_empty() { "not told".to_owned() } else { parts.join(" · ") }
}
