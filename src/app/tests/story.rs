//! From the queue to a documented disposition.

use super::*;
use crate::model::{AlertStatus, Classification};

#[test]
fn an_insider_risk_incident_is_triaged_end_to_end() {
    let mut app = loaded();
    assert_eq!(shown(&app), ["4127", "4100"]);

    // Filter to Insider Risk by the picker: it is offered first.
    run(&mut app, "queue.sources");
    key(&mut app, Key::Enter);
    assert_eq!(app.incidents.filter.text, "source:insider-risk status:new,inProgress severity>=low age<7d");
    assert_eq!(shown(&app), ["4127"]);

    // Open the incident; its alerts are there before the fresh copy is.
    let effects = run(&mut app, "list.open");
    assert!(matches!(&effects[..], [Effect::FetchIncident(_, id)] if &**id == "4127"), "{effects:?}");
    assert_eq!(app.incident.as_ref().unwrap().alert_ids, ["dl1".into(), "ir1".into()]);
    run(&mut app, "list.down");
    assert_eq!(app.incident.as_ref().unwrap().alert.as_deref(), Some("ir1"));

    open_the_user(&mut app);
    hunt_about_them(&mut app);
    resolve_the_alert(&mut app);
}

fn open_the_user(app: &mut App) {
    let effects = run(app, "triage.user");
    let kinds: Vec<&str> = effects.iter().map(kind).collect();
    assert_eq!(kinds[..6], ["journal", "user", "manager", "risk", "history", "alerts"]);
    assert_eq!(kinds[6..], ["hunt"; 3], "activity, behaviours and sequences; the rest when it is focused");
    let identity = task(&effects, |effect| match effect {
        Effect::FetchUser(task, key) if &**key == "id-m.okafor@contoso.example" => Some(*task),
        _ => None,
    });
    let user = User::from_json(json!({"id": "id-1", "displayName": "Mara Okafor", "userPrincipalName": MARA})).unwrap();
    app.update(Event::Reply(identity, Reply::User(Ok(Box::new(user)))), now());
    let risk = task(&effects, |effect| match effect {
        Effect::FetchRiskyUser(task, _) => Some(*task),
        _ => None,
    });
    app.update(Event::Reply(risk, Reply::RiskyUser(Ok(None))), now());
    let page = app.user.as_ref().unwrap();
    assert_eq!(page.identity.value().unwrap().display_name, "Mara Okafor".into());
    assert_eq!(page.entra_risk.value(), Some(&None));
    assert_eq!(page.level.reasons, ["1 high alert"]);
    assert_eq!(page.alerts_by_source(&app.store).len(), 2);
}

fn hunt_about_them(app: &mut App) {
    run(app, "user.hunt");
    assert_eq!(app.view, View::Hunt);
    assert!(app.takes_text());
    let text = app.hunt.editor.text();
    assert!(text.contains("AccountUpn =~ \"m.okafor@contoso.example\""), "{text}");
    let effects = run(app, "hunt.run");
    let [Effect::Hunt(task, query), Effect::Record(_), Effect::RememberQuery(_)] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(query.text, text);
    let result = HuntingResult::from_json(json!({
        "schema": [{"name": "ActionType", "type": "String"}], "results": [{"ActionType": "File copied to Removable media"}]
    }));
    let outcome = HuntOutcome { result: Box::new(result.unwrap()), took_ms: 12, bytes: 1 };
    app.update(Event::Reply(*task, Reply::Hunt(Ok(outcome))), now());
    assert_eq!(app.hunt.cell().unwrap().text(), "File copied to Removable media".into());
    act(app, Action::Back);
    act(app, Action::Back);
    assert_eq!(app.view, View::Incident);
}

fn resolve_the_alert(app: &mut App) {
    // By status alone it is stopped and explained, and nothing is sent.
    run(app, "triage.status");
    key(app, Key::End);
    key(app, Key::Enter);
    assert!(shown_plan(app).consents[0].contains("it will be Dismissed in Purview"));
    assert_eq!(key(app, Key::Enter), [notice_timer(12_000)]);
    assert!(app.notices.latest().unwrap().text.contains("dismisses without a decision; Enter does not"));
    key(app, Key::Esc);
    key(app, Key::Esc);

    // With a finding the effect in Purview is shown first, and exactly the shown plan is sent.
    run(app, "triage.resolve");
    key(app, Key::Enter);
    key(app, Key::Down);
    key(app, Key::Enter);
    let plan = shown_plan(app).clone();
    assert_eq!(plan.title, "Resolve alert ir1 as true positive, malicious user activity");
    assert_eq!(plan.purview[0].to, Some(crate::triage::PurviewState::Confirmed));
    let effects = key(app, Key::Enter);
    let [Effect::Apply(task, sent), Effect::Record(_)] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((**sent).requests(), plan.requests());
    assert!(matches!(&plan.requests()[0].body, Body::Update(_)));
    assert_eq!(app.overlays, []);

    // The queue changes with the fresh record.
    let mut fresh = alert("ir1", "4127", IRM, MARA);
    fresh.status = AlertStatus::Resolved;
    fresh.classification = Classification::TruePositive;
    fresh.last_update = Some(now());
    let done = Applied {
        target: Target::Alert("ir1".into()),
        outcome: Outcome::Done(Fresh::Alert(Box::new(fresh))),
        request_id: None,
    };
    let effects = app.update(Event::Reply(*task, Reply::Applied(vec![done])), now());
    let follows = |effect: &Effect| matches!(effect, Effect::FetchIncident(_, id) if &**id == "4127");
    assert!(effects.iter().any(follows), "{effects:?}");
    assert_eq!(
        app.notices.latest().unwrap().text,
        "Resolve alert ir1 as true positive, malicious user activity: 1 record written · Purview by 12:30 UTC at the latest · u undoes it"
    );
    act(app, Action::Show(Tab::Alerts));
    let open: Vec<&str> = app
        .alerts
        .rows()
        .iter()
        .filter_map(|row| app.store.alert_at(row.index))
        .map(|entry| &*entry.alert.id)
        .collect();
    assert_eq!(open, ["fa1", "dl1"]);
    assert_eq!(app.applying, None);
}

fn kind(effect: &Effect) -> &'static str {
    match effect {
        Effect::FetchUser(..) => "user",
        Effect::FetchManager(..) => "manager",
        Effect::FetchRiskyUser(..) => "risk",
        Effect::FetchRiskHistory(..) => "history",
        Effect::FetchAlerts(..) => "alerts",
        Effect::Hunt(..) => "hunt",
        Effect::Record(_) => "journal",
        _ => "other",
    }
}

fn notice_timer(after_ms: u64) -> Effect {
    Effect::Wake { timer: Timer::Notices, after_ms }
}
