//! `watchfloor user`: what is known of a person, part by part, each missing part with its cause.

use super::args::{Args, User as UserArgs};
use super::connect::connect_chosen;
use super::exit::Exit;
use super::headless::Headless;
use super::output::{Output, say};
use super::problem::Problem;
use super::records::{self, PersonRecord};
use crate::app::user::{NOT_CARRIED, State};
use crate::app::{Action, App, Remote};
use crate::base::text::count;
use crate::base::{Timestamp, Untrusted};
use crate::model::User;
use crate::triage::{Filter, Person};
use std::io::Write as _;
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
    headless.act(Action::OpenPerson(person), |app| app.user.as_ref().is_some_and(is_loading)).await;
    let app = &headless.app;
    let Some(page) = &app.user else { return Err(Problem::new("user", "no page opened", "")) };
    if let Some(path) = &user.export {
        export(app, page, path)?;
    } else {
        let mut out = Output::new();
        if user.json {
            out.json(&record(app, page).json())?;
        } else {
            lines(app, page).iter().try_for_each(|line| out.line(line))?;
        }
        out.flush()?;
    }
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

/// Writes the page to a file that must not be there yet, for its owner alone. In Markdown the page is a literal block, so
/// that nothing the tenant holds becomes markup.
fn export(app: &App, page: &State, path: &Path) -> Result<(), Problem> {
    let is_json = path.extension().is_some_and(|suffix| suffix.eq_ignore_ascii_case("json"));
    let text = if is_json {
        format!("{:#}\n", record(app, page).json())
    } else {
        let lines: Vec<String> = lines(app, page).iter().map(|line| format!("    {line}\n")).collect();
        format!(
            "# {}\n\nAs of {}.\n\n{}",
            page.person.label.markdown(),
            Timestamp::now().to_seconds_text(),
            lines.concat()
        )
    };
    let mut options = std::fs::OpenOptions::new();
    options.create_new(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|why| {
        Problem::new("export", why, "name a file that is not there yet, in a folder you may write to")
    })?;
    say(&format!("written to {}", Untrusted::new(path.display().to_string()).line()));
    Ok(())
}

/// The page in lines, uncut.
fn lines(app: &App, page: &State) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(user) = page.identity.value() {
        out.push(format!("{}  {}", user.display_name.line(), user.upn.line()));
        out.push(format!("  position      {}", position(user)));
        if let Some(leaves) = user.leave_date.known() {
            out.push(format!("  leaves        {}", leaves.to_seconds_text()));
        }
    }
    match page.manager.value() {
        Some(Some(manager)) => out.push(format!("  manager       {}", manager.display_name.line())),
        Some(None) => out.push("  manager       none in the directory".to_owned()),
        None => {}
    }
    match page.entra_risk.value() {
        Some(Some(risk)) => {
            out.push(format!("  Entra risk    {}, {}", risk.risk_level.wire(), risk.risk_state.wire()));
        }
        Some(None) => out.push("  Entra risk    none recorded".to_owned()),
        None => {}
    }
    out.push(format!("  insider risk  {}, derived here", page.level.level.title()));
    for reason in &page.level.reasons {
        out.push(format!("                {reason}"));
    }
    if let Some(activity) = page.activity.value() {
        for series in &activity.series {
            out.push(format!("  {:<13} {} in 30 days", series.category, count(series.total as usize, "event")));
        }
    }
    out.push(format!("  alerts        {}", page.alert_ids.len()));
    for entry in page.alert_ids.iter().filter_map(|id| app.store.alert(id)) {
        let alert = &entry.alert;
        let when = alert.began().map_or_else(String::new, Timestamp::to_seconds_text);
        let (source, severity, status) = (alert.service_source.badge(), alert.severity.letter(), alert.status.title());
        out.push(format!("    {when}  {source}  {severity}  {status:<11}  {}", alert.title.line()));
    }
    sections(page, &mut out);
    for (part, why) in unavailable(app, page) {
        out.push(format!("  not available: {part}: {why}"));
    }
    for absent in NOT_CARRIED {
        out.push(format!("  not shown: {absent}"));
    }
    out
}

/// Every section that could be had, uncut; an empty one says what that means.
fn sections(page: &State, out: &mut Vec<String>) {
    for part in page.sections.iter().filter(|part| part.rows.value().is_some()) {
        out.push(format!("  {}", part.section.title()));
        if part.facts.is_empty() {
            out.push(format!("    {}", part.section.none()));
        }
        for fact in &part.facts {
            out.push(format!("  {} {}", if fact.is_notable { "!" } else { " " }, fact.text));
        }
    }
}

fn position(user: &User) -> String {
    let parts = [&user.department, &user.job_title, &user.office_location, &user.country];
    let parts: Vec<String> = parts.into_iter().flatten().map(|part| part.line().into_owned()).collect();
    if parts.is_empty() { "not told".to_owned() } else { parts.join(" · ") }
}
