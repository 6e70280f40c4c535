//! `watchfloor incidents` and `watchfloor alerts`: a queue, filtered as in the workspace.

use super::args::{Args, List};
use super::connect::connect_chosen;
use super::exit::Exit;
use super::headless::Headless;
use super::output::{self, Output};
use super::problem::Problem;
use super::records;
use crate::app::store::{AlertEntry, IncidentEntry, Store};
use crate::app::{App, Failure};
use crate::base::{Timestamp, Untrusted};
use crate::model::ServiceSource;
use crate::triage::{Filter, Person};
use serde_json::Value;

/// Prints the incident queue.
pub async fn incidents(args: &Args, list: &List) -> Result<Exit, Problem> {
    let header = ["ID", "SEV", "STATUS", "OWNER", "SOURCES", "AL", "AGE", "USER", "INCIDENT"];
    let loaded = load(args, list, |store| store.incidents_fetch.failure().cloned()).await?;
    let rows = loaded.incidents.rows().iter().filter_map(|row| loaded.store.incident_at(row.index)).take(list.limit);
    let entries: Vec<&IncidentEntry> = rows.collect();
    let json = |entry: &IncidentEntry| {
        let alerts = loaded.store.alerts_as_they_came(&entry.incident.id);
        let alerts: Vec<_> = alerts.map(|entry| &entry.alert).collect();
        records::incident(&entry.incident, &alerts, &entry.sources, &entry.people)
    };
    print(list, &header, entries.into_iter(), json, incident_cells)?;
    // Without alerts an incident has neither source nor user: say so rather than leave the columns blank.
    if let Some(failure) = loaded.store.alerts_fetch.failure() {
        output::complain_of(failure);
    }
    Ok(Exit::Ok)
}

/// Prints the alert queue.
pub async fn alerts(args: &Args, list: &List) -> Result<Exit, Problem> {
    let header = ["INCIDENT", "SEV", "STATUS", "OWNER", "SOURCE", "AGE", "USER", "ALERT", "ID"];
    let loaded = load(args, list, |store| store.alerts_fetch.failure().cloned()).await?;
    let rows = loaded.alerts.rows().iter().filter_map(|row| loaded.store.alert_at(row.index)).take(list.limit);
    let entries: Vec<&AlertEntry> = rows.collect();
    print(list, &header, entries.into_iter(), |entry| records::alert(&entry.alert, &entry.people), alert_cells)?;
    Ok(Exit::Ok)
}

async fn load(args: &Args, list: &List, failed: fn(&Store) -> Option<Failure>) -> Result<App, Problem> {
    let filter = Filter::parse(&list.filter);
    if let Some(error) = filter.errors.first() {
        return Err(Problem::new("filter", &error.message, "").exiting(Exit::BadQuery));
    }
    let connection = connect_chosen(args).await?;
    let mut headless = Headless::new(&connection, filter);
    headless.load_queues().await;
    match failed(&headless.app.store) {
        Some(failure) => Err(failure.into()),
        None => Ok(headless.app),
    }
}

fn print<'a, T: 'a>(
    list: &List,
    header: &[&str],
    entries: impl Iterator<Item = &'a T>,
    json: impl Fn(&T) -> Value,
    cells: fn(&T, Timestamp) -> Vec<String>,
) -> Result<(), Problem> {
    let mut out = Output::new();
    if list.json {
        for entry in entries {
            out.json(&json(entry))?;
        }
    } else {
        let now = Timestamp::now();
        let rows: Vec<Vec<String>> = entries.map(|entry| cells(entry, now)).collect();
        out.table(header, &rows)?;
    }
    Ok(out.flush()?)
}

fn incident_cells(entry: &IncidentEntry, now: Timestamp) -> Vec<String> {
    let incident = &entry.incident;
    let sources: Vec<&str> = entry.sources.iter().map(ServiceSource::badge).collect();
    vec![
        incident.id.to_string(),
        incident.severity.letter().to_owned(),
        incident.status.title().to_owned(),
        owner(incident.assigned_to.as_ref()),
        sources.join(" "),
        entry.alert_count().to_string(),
        age(incident.created, now),
        first_person(&entry.people),
        incident.display_name.line().into_owned(),
    ]
}

fn alert_cells(entry: &AlertEntry, now: Timestamp) -> Vec<String> {
    let alert = &entry.alert;
    vec![
        alert.incident_id.as_deref().unwrap_or("-").to_owned(),
        alert.severity.letter().to_owned(),
        alert.status.title().to_owned(),
        owner(alert.assigned_to.as_ref()),
        alert.service_source.badge().to_owned(),
        age(alert.created, now),
        first_person(&entry.people),
        alert.title.line().into_owned(),
        alert.id.to_string(),
    ]
}

fn owner(owner: Option<&Untrusted>) -> String {
    owner.map_or_else(|| "-".to_owned(), |owner| owner.line().into_owned())
}

fn age(at: Option<Timestamp>, now: Timestamp) -> String {
    at.map_or_else(|| "-".to_owned(), |at| at.age(now))
}

fn first_person(people: &[Person]) -> String {
    match people {
        [] => "-".to_owned(),
        [only] => only.label.line().into_owned(),
        [first, others @ ..] => format!("{} +{}", first.label.line(), others.len()),
    }
}
