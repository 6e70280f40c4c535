//! The user page as text, uncut: what the command line prints and what a file gets.

use super::{NOT_CARRIED, Part, State};
use crate::app::store::Store;
use crate::app::{App, Remote};
use crate::base::Timestamp;
use crate::base::text::count;
use crate::model::{RiskChange, User};
use crate::triage::dossier::absence;

impl App {
    /// The open user page as Markdown as of `now`. The page is a literal block, so that nothing the tenant holds becomes
    /// markup.
    pub fn user_report(&self, now: Timestamp) -> Option<String> {
        let page = self.user.as_ref()?;
        let lines: Vec<String> = lines(page, &self.store).iter().map(|line| format!("    {line}\n")).collect();
        let name = page.person.label.markdown();
        Some(format!("# {name}\n\nAs of {}.\n\n{}", now.to_seconds_text(), lines.concat()))
    }
}

/// Parts that could not be had, and why.
pub fn unavailable(page: &State, store: &Store) -> Vec<(&'static str, String)> {
    let parts = [
        ("user", why(&page.identity)),
        ("manager", why(&page.manager)),
        ("entra_risk", why(&page.entra_risk)),
        ("entra_risk_history", why(&page.risk_history)),
        ("activity", why(&page.activity)),
        ("alerts", why(&store.alerts_fetch)),
        ("alerts_six_months", why(&page.found)),
    ];
    let sections = page.sections.iter().map(|part| (part.section.title(), why(&part.rows).or_else(|| without(part))));
    parts.into_iter().chain(sections).filter_map(|(part, why)| Some((part, why?))).collect()
}

/// Which rows a section was read without, and why.
fn without(part: &Part) -> Option<String> {
    let gone = |table: &String| format!("no rows of {table}, which the tenant has not: {}", absence::remedy(table));
    (!part.without.is_empty()).then(|| part.without.iter().map(gone).collect::<Vec<_>>().join("; "))
}

fn why<T>(part: &Remote<T>) -> Option<String> {
    part.failure().map(|failure| format!("{}; {}", failure.why.line(), failure.remedy))
}

/// The page in lines, uncut, each safe for a screen.
pub fn lines(page: &State, store: &Store) -> Vec<String> {
    let mut out = Vec::new();
    directory(page, &mut out);
    out.push(format!("  insider risk  {}, derived here", page.level.level.title()));
    for reason in &page.level.reasons {
        out.push(format!("                {reason}"));
    }
    if let Some(left_out) = left_out(page, store) {
        out.push(format!("                {left_out}"));
    }
    if let Some(activity) = page.activity.value() {
        for series in &activity.series {
            out.push(format!("  {:<13} {} in 30 days", series.category, count(series.total as usize, "event")));
        }
    }
    out.push(format!("  alerts        {}, {}", page.alert_ids.len(), page.reach()));
    for tally in page.alerts_by_source(store) {
        let (alerts, incidents) = (count(tally.alerts, "alert"), count(tally.incidents.len(), "incident"));
        out.push(format!("                {}: {alerts} in {incidents}", tally.source.badge()));
    }
    for entry in page.alert_ids.iter().filter_map(|id| store.alert(id)) {
        let alert = &entry.alert;
        let when = alert.began().map_or_else(String::new, Timestamp::to_seconds_text);
        let (source, severity, status) = (alert.service_source.badge(), alert.severity.letter(), alert.status.title());
        out.push(format!("    {when}  {source}  {severity}  {status:<11}  {}", alert.title.line()));
    }
    sections(page, &mut out);
    for (part, why) in unavailable(page, store) {
        out.push(format!("  not available: {part}: {why}"));
    }
    for absent in NOT_CARRIED {
        out.push(format!("  not shown: {absent}"));
    }
    out
}

/// `not counted: sequences, behaviours could not be had`, where the level rests on less than it should.
pub fn left_out(page: &State, store: &Store) -> Option<String> {
    let uncounted = page.uncounted(store);
    (!uncounted.is_empty()).then(|| format!("not counted: {} could not be had", uncounted.join(", ")))
}

/// What the directory and Entra say.
fn directory(page: &State, out: &mut Vec<String>) {
    if let Some(user) = page.identity.value() {
        out.push(format!("{}  {}", user.display_name.line(), user.upn.line()));
        out.push(format!("  position      {}", position(user)));
        if user.account_enabled == Some(false) {
            out.push("  account       disabled".to_owned());
        }
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
    let changes = page.risk_history.value().into_iter().flatten();
    out.extend(changes.map(|change| format!("                {}", told(change))));
}

/// `2026-11-20 09:00:00 medium, atRisk, unfamiliarFeatures`.
pub fn told(change: &RiskChange) -> String {
    let when = change.at.map_or_else(|| "time not told".to_owned(), Timestamp::to_seconds_text);
    let mut words = vec![change.risk_level.wire().to_owned(), change.risk_state.wire().to_owned()];
    let detail = change.risk_detail.iter().chain(&change.event_types).map(|text| text.line().into_owned());
    words.extend(detail.filter(|word| !word.is_empty() && word != "none"));
    format!("{when} {}", words.join(", "))
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
