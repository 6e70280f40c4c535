//! The state machine driven by events alone.

mod about;
mod acts;
mod arrange;
mod hunting;
mod page;
mod properties;
mod pseudonyms;
mod queues;
mod quick;
mod responses;
mod rules;
mod story;
mod user_page;
mod warm;

use super::action::{Question, Tab};
use super::reply::{Applied, Fresh, HuntOutcome, Outcome, Page};
use super::*;
use crate::model::{Alert, FromJson, HuntingResult, Incident, User};
use crate::triage::plan::Body;
use crate::triage::{Plan, Target};
use serde_json::json;

fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn profile() -> Profile {
    Profile {
        name: "lab".to_owned(),
        tenant: "contoso".to_owned(),
        me: Some("j.ruiz@contoso.example".to_owned()),
        ..Profile::default()
    }
}

fn incident(id: &str, name: &str, severity: &str, status: &str) -> Incident {
    Incident::from_json(json!({
        "id": id, "displayName": name, "status": status, "severity": severity,
        "createdDateTime": "2026-11-22T08:00:00Z", "lastUpdateDateTime": "2026-11-22T09:00:00Z"
    }))
    .unwrap()
}

fn alert(id: &str, incident: &str, source: &str, upn: &str) -> Alert {
    Alert::from_json(json!({
        "id": id, "incidentId": incident, "title": format!("Alert {id}"), "serviceSource": source,
        "severity": "high", "status": "new", "createdDateTime": "2026-11-22T08:00:00Z",
        "lastUpdateDateTime": "2026-11-22T09:00:00Z",
        "evidence": [{
            "@odata.type": "#microsoft.graph.security.userEvidence",
            "userAccount": {"userPrincipalName": upn, "displayName": upn, "azureAdUserId": format!("id-{upn}")}
        }]
    }))
    .unwrap()
}

const IRM: &str = "microsoftInsiderRiskManagement";
const MARA: &str = "m.okafor@contoso.example";

fn incidents() -> Vec<Incident> {
    vec![
        incident("4100", "Phishing wave", "medium", "active"),
        incident("4127", "Departing user", "high", "active"),
        incident("4090", "Old story", "high", "resolved"),
    ]
}

fn alerts() -> Vec<Alert> {
    vec![
        alert("fa1", "4100", "microsoftDefenderForOffice365", "l.brandt@contoso.example"),
        alert("ir1", "4127", IRM, MARA),
        alert("dl1", "4127", "dataLossPrevention", MARA),
    ]
}

/// The task of the first effect that `pick` knows.
fn task(effects: &[Effect], pick: impl Fn(&Effect) -> Option<TaskId>) -> TaskId {
    effects.iter().find_map(pick).unwrap_or_else(|| panic!("not among {effects:?}"))
}

fn fetch_tasks(effects: &[Effect]) -> (TaskId, TaskId) {
    let incidents = task(effects, |effect| match effect {
        Effect::FetchIncidents(task, _) => Some(*task),
        _ => None,
    });
    let alerts = task(effects, |effect| match effect {
        Effect::FetchAlerts(task, _) => Some(*task),
        _ => None,
    });
    (incidents, alerts)
}

fn page<T>(items: Vec<T>) -> Page<T> {
    Page { items, is_last: true }
}

/// An application with both queues loaded.
fn loaded() -> App {
    let mut app = App::new(profile());
    let (incidents_task, alerts_task) = fetch_tasks(&app.update(Event::Started, now()));
    app.update(Event::Reply(incidents_task, Reply::Incidents(Ok(page(incidents())))), now());
    app.update(Event::Reply(alerts_task, Reply::Alerts(Ok(page(alerts())))), now());
    app
}

fn act(app: &mut App, action: Action) -> Vec<Effect> {
    app.update(Event::Action(action), now())
}

/// Runs the command called `id`, as a key does.
fn run(app: &mut App, id: &str) -> Vec<Effect> {
    let command = command::command(id).unwrap_or_else(|| panic!("no command {id}"));
    let action = (command.resolve)(app).unwrap_or_else(|refused| panic!("{id}: {}", refused.why));
    act(app, action)
}

fn key(app: &mut App, key: Key) -> Vec<Effect> {
    app.update(Event::Input(Input::plain(key)), now())
}

fn type_text(app: &mut App, text: &str) {
    for c in text.chars() {
        key(app, Key::Char(c));
    }
}

fn shown(app: &App) -> Vec<&str> {
    let ids = app.incidents.rows().iter().filter_map(|row| app.store.incident_at(row.index));
    ids.map(|entry| &*entry.incident.id).collect()
}

fn shown_plan(app: &App) -> &Plan {
    match app.overlays.last() {
        Some(Overlay::Plan(preview)) => &preview.plan,
        other => panic!("no plan on show: {other:?}"),
    }
}

fn failure(cause: Cause) -> Failure {
    Failure {
        what: "the thing".to_owned(),
        cause,
        why: "it broke".into(),
        remedy: "mend it".to_owned(),
        request_id: None,
    }
}
