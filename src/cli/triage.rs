//! `watchfloor triage`: the plan that the workspace shows, printed and sent.

use super::args::{Args, Triage};
use super::connect::{Connection, connect_chosen};
use super::exit::Exit;
use super::output::{self, Output};
use super::problem::Problem;
use super::pseudonyms;
use crate::app::apply::entry_of;
use crate::app::dispose::READ_ONLY;
use crate::app::pseudonyms::learn_fresh;
use crate::app::reply::{Applied, Fresh, Outcome};
use crate::base::{Timestamp, Untrusted};
use crate::model::{Alert, Incident, Severity};
use crate::runtime::Keeper;
use crate::triage::journal::{Author, Entry};
use crate::triage::plan::{Body, Text, plan};
use crate::triage::purview::PurviewState;
use crate::triage::stated::Misstated;
use crate::triage::{Act, Macro, Plan, Stated, Subject, Target};
use serde_json::{Value, json};

/// What to do about [`READ_ONLY`].
pub const READ_ONLY_REMEDY: &str =
    "read_only in the profile or --read-only says so; --dry-run prints the plan all the same";

/// Runs it.
pub async fn run(args: &Args, triage: &Triage) -> Result<Exit, Problem> {
    let mut connection = connect_chosen(args).await?;
    let act = act(triage, &connection.profile.macros, connection.profile.me.as_deref())?;
    let (incidents, alerts) = read(&connection, &triage.ids).await?;
    let mut plan = plan_of(&incidents, &alerts, &act);
    plan.is_consented = triage.dismiss_undecided;
    // Only now: the journal gets the plan as it is.
    pseudonyms::show(&mut connection, |book| {
        for incident in &incidents {
            book.learn_incident(incident);
        }
        for alert in &alerts {
            book.learn_alert(alert);
        }
    })?;
    let mut out = Output::new();
    let is_sent = !triage.dry_run && plan.is_applicable() && !plan.wants_consent();
    if !triage.json {
        print(&plan, &mut out)?;
    }
    if is_sent && connection.profile.read_only {
        return Err(Problem::new("triage", READ_ONLY, READ_ONLY_REMEDY).exiting(Exit::Refused));
    }
    let results = if is_sent { apply(&connection, &plan).await } else { Vec::new() };
    let fresh = results.iter().filter_map(|applied| match &applied.outcome {
        Outcome::Done(fresh) | Outcome::Conflict(fresh) => Some(fresh),
        Outcome::Unread(_) | Outcome::Failed(_) => None,
    });
    pseudonyms::show(&mut connection, |book| fresh.for_each(|fresh| learn_fresh(book, fresh)))?;
    if triage.json {
        out.json(&record(&plan, &results))?;
    } else {
        print_results(&results, &mut out)?;
    }
    out.flush()?;
    exit(&plan, &results, triage.dry_run)
}

/// What the options ask for.
fn act(triage: &Triage, macros: &[Macro], me: Option<&str>) -> Result<Act, Problem> {
    let mut acts = Vec::new();
    if let Some(name) = &triage.r#macro {
        let found = macros.iter().find(|known| known.name == *name);
        let known = macros.iter().map(|known| known.name.as_str()).collect::<Vec<_>>().join(", ");
        acts.push(found.ok_or_else(|| unknown("macro", name, &known))?.act(me).map_err(|error| misstated(&error))?);
    }
    let stated = Stated {
        status: triage.status.clone(),
        classification: triage.classification.clone(),
        determination: triage.determination.clone(),
        assign: triage.assign.clone(),
        tags: triage.tag.clone(),
        comment: triage.comment.clone(),
    };
    acts.extend(stated.acts(me).map_err(|error| misstated(&error))?);
    if let Some(severity) = &triage.severity {
        let offered = [Severity::High, Severity::Medium, Severity::Low, Severity::Informational];
        let severity = offered.into_iter().find(|known| known.wire().eq_ignore_ascii_case(severity));
        let given = triage.severity.as_deref().unwrap_or_default();
        let severity = severity.ok_or_else(|| unknown("severity", given, "high, medium, low, informational"))?;
        acts.push(Act::SetSeverity(severity));
    }
    if !triage.untag.is_empty() {
        acts.push(Act::Tag { add: Vec::new(), remove: triage.untag.clone() });
    }
    let texts = [
        (Text::Name, &triage.name),
        (Text::Description, &triage.description),
        (Text::Summary, &triage.summary),
        (Text::ResolvingComment, &triage.resolving_comment),
    ];
    acts.extend(texts.into_iter().filter_map(|(text, value)| Some(Act::Write(text, value.clone()?))));
    if acts.is_empty() {
        return Err(
            Problem::new("triage", "nothing is to be changed", "see watchfloor triage --help").exiting(Exit::Usage)
        );
    }
    Ok(Act::Several(acts))
}

fn misstated(error: &Misstated) -> Problem {
    Problem::new("triage", error, "").exiting(Exit::Usage)
}

fn unknown(what: &str, given: &str, known: &str) -> Problem {
    Problem::new(what, format!("no {given:?}"), format!("one of {known}")).exiting(Exit::Usage)
}

/// The records of `ids`: a number names an incident, anything else an alert.
async fn read(connection: &Connection, ids: &[String]) -> Result<(Vec<Incident>, Vec<Alert>), Problem> {
    let is_number = |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    let target = |id: &String| {
        if is_number(id) { Target::Incident(id.as_str().into()) } else { Target::Alert(id.as_str().into()) }
    };
    let (mut incidents, mut alerts) = (Vec::new(), Vec::new());
    for (_, fresh) in connection.services.read_again(ids.iter().map(target).collect()).await {
        match fresh? {
            Fresh::Incident(incident) => incidents.push(*incident),
            Fresh::Alert(alert) => alerts.push(*alert),
            // Only incidents and alerts were asked for.
            Fresh::Account(_) | Fresh::Risk(_) => {}
        }
    }
    Ok((incidents, alerts))
}

fn plan_of(incidents: &[Incident], alerts: &[Alert], act: &Act) -> Plan {
    let with_alerts: Vec<(&Incident, Vec<&Alert>)> =
        incidents.iter().map(|incident| (incident, incident.alerts.iter().flatten().collect())).collect();
    let alone: Vec<&Alert> = alerts.iter().collect();
    match (incidents, alerts) {
        (_, []) => plan(Subject::Incidents(&with_alerts), act),
        ([], _) => plan(Subject::Alerts(&alone), act),
        _ => plan(Subject::Incidents(&with_alerts), act).and(plan(Subject::Alerts(&alone), act)),
    }
}

/// Sends the plan and puts it into the journal.
pub(super) async fn apply(connection: &Connection, plan: &Plan) -> Vec<Applied> {
    let keeper = Keeper::start(connection.place.clone(), |failure| output::complain_of(&failure));
    let keep = |entry: Entry| {
        keeper.run(move |store| {
            if let Err(error) = store.append(&entry) {
                output::complain("journal", &error.to_string(), "the act is not in the journal", None);
            }
        });
    };
    let by = connection.profile.me.as_deref().unwrap_or_default();
    let author = || Author { by, at: Timestamp::now() };
    let act = format!("{}-cli", Timestamp::now().ticks());
    keep(author().planned(&act, plan));
    let mut results = Vec::new();
    let mut outcomes = std::pin::pin!(connection.services.outcomes(plan));
    while let Some(applied) = futures_util::StreamExt::next(&mut outcomes).await {
        if let Some(row) = plan.rows.get(results.len()) {
            keep(entry_of(author(), &act, row, &applied));
        }
        results.push(applied);
    }
    let is_done = |applied: &Applied| matches!(applied.outcome, Outcome::Done(_) | Outcome::Unread(_));
    if results.iter().any(|applied| is_done(applied) && matches!(applied.target, Target::Incident(_))) {
        plan.carried.iter().for_each(|carried| keep(author().carried(&act, carried)));
    }
    keeper.flush();
    results
}

pub(super) fn print(plan: &Plan, out: &mut Output) -> Result<(), Problem> {
    out.line(&plan.title)?;
    for stop in &plan.stops {
        out.line(&format!("  stopped   {}; {}", stop.why, stop.remedy))?;
    }
    for row in &plan.rows {
        out.line(&format!("  {}  {}", row.target.wire(), row.title.line()))?;
        for change in &row.changes {
            let (old, new) = (change.old.line(), change.new.line());
            let arrow = if old.is_empty() { new.into_owned() } else { format!("{old} -> {new}") };
            out.line(&format!("    {:<16} {arrow}", change.field.title()))?;
        }
        if matches!(row.body, Body::Order(..)) {
            out.line("    cannot be undone")?;
        }
    }
    for effect in &plan.side_effects {
        out.line(&format!("  also      {effect}"))?;
    }
    let word = |state: Option<PurviewState>| state.map_or("unknown", PurviewState::title);
    for effect in &plan.purview {
        let id = Untrusted::new(effect.alert_id.clone());
        let (from, to) = (word(effect.from), word(effect.to));
        out.line(&format!("  purview   {}: {from} -> {to}; {}", id.line(), effect.why))?;
    }
    if let Some(by) = plan.purview_by(Timestamp::now()) {
        out.line(&format!("            Purview follows by {} UTC at the latest", by.to_clock_text()))?;
    }
    for warning in &plan.warnings {
        out.line(&format!("  mind      {warning}"))?;
    }
    for stays in &plan.lost {
        out.line(&format!("  stays     {stays}"))?;
    }
    for consent in &plan.consents {
        out.line(&format!("  decide    {consent}; agree with --dismiss-undecided"))?;
    }
    Ok(())
}

pub(super) fn print_results(results: &[Applied], out: &mut Output) -> Result<(), Problem> {
    for applied in results {
        let (word, why) = told(&applied.outcome);
        let why = if why.is_empty() { String::new() } else { format!(": {why}") };
        out.line(&format!("  {word:<10}{}{why}", applied.target.wire()))?;
    }
    Ok(())
}

/// How a request ended, and why where it did not go well.
fn told(outcome: &Outcome) -> (&'static str, String) {
    match outcome {
        Outcome::Done(_) => ("written", String::new()),
        Outcome::Unread(failure) => ("written", format!("not read again, {}", failure.why.line())),
        Outcome::Conflict(_) => ("conflict", "changed by someone else since it was read".to_owned()),
        Outcome::Failed(failure) => ("failed", format!("{} {}", failure.why.line(), failure.remedy)),
    }
}

/// The published record of a plan and of what became of it.
pub(super) fn record(plan: &Plan, results: &[Applied]) -> Value {
    let body = |body: &Body| match body {
        Body::Update(update) => json!({"method": "PATCH", "body": update.body()}),
        Body::Comment(comment) => json!({"method": "POST", "body": {"comment": comment}}),
        Body::Order(order, _) => json!({"method": "POST", "action": order.wire()}),
    };
    let row = |(index, row): (usize, &crate::triage::plan::Row)| {
        let result = results.get(index).map(|applied| {
            let (word, why) = told(&applied.outcome);
            json!({"state": word, "why": why, "request_id": applied.request_id})
        });
        let changes: Vec<Value> = row
            .changes
            .iter()
            .map(|change| json!({"field": change.field.title(), "old": change.old, "new": change.new}))
            .collect();
        json!({"target": row.target.wire(), "title": row.title, "changes": changes, "request": body(&row.body),
            "result": result})
    };
    let word = |state: Option<PurviewState>| state.map(PurviewState::title);
    let purview: Vec<Value> = plan
        .purview
        .iter()
        .map(|effect| json!({"alert": effect.alert_id, "from": word(effect.from), "to": word(effect.to), "why": effect.why}))
        .collect();
    let stops: Vec<Value> = plan.stops.iter().map(|stop| json!({"why": stop.why, "remedy": stop.remedy})).collect();
    json!({
        "title": plan.title,
        "applicable": plan.is_applicable() && !plan.wants_consent(),
        "rows": plan.rows.iter().enumerate().map(row).collect::<Vec<_>>(),
        "side_effects": plan.side_effects,
        "purview": purview,
        "purview_by": plan.purview_by(Timestamp::now()),
        "warnings": plan.warnings,
        "stays": plan.lost,
        "consents": plan.consents,
        "stops": stops,
    })
}

/// 0 where all that was asked for is done, or would be.
pub(super) fn exit(plan: &Plan, results: &[Applied], is_dry: bool) -> Result<Exit, Problem> {
    if let Some(stop) = plan.stops.first() {
        return Err(Problem::new(&plan.title, &stop.why, stop.remedy));
    }
    if let (Some(consent), true) = (plan.consents.first(), plan.wants_consent()) {
        return Err(Problem::new(&plan.title, consent, "classify it, or agree with --dismiss-undecided"));
    }
    let failed = results.iter().find_map(|applied| match &applied.outcome {
        Outcome::Failed(failure) => Some(Exit::of(&failure.cause)),
        Outcome::Conflict(_) => Some(Exit::Failed),
        Outcome::Done(_) | Outcome::Unread(_) => None,
    });
    Ok(if is_dry { Exit::Ok } else { failed.unwrap_or(Exit::Ok) })
}
