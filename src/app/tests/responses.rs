//! Acting on an account: offered only where the profile allows it, planned, sent after the grace, taken back.

use super::*;
use crate::app::respond::RESPONSES_OFF;
use crate::model::RiskyUser;
use crate::triage::Person;
use crate::triage::journal::{Kind, Record};
use crate::triage::plan::{Order, Response};

fn user(enabled: bool) -> User {
    User::from_json(json!({"id": "id-1", "displayName": "Mara Okafor", "userPrincipalName": MARA,
        "accountEnabled": enabled, "signInSessionsValidFromDateTime": "2026-11-01T00:00:00Z"}))
    .unwrap()
}

fn risk(state: &str, at: &str) -> RiskyUser {
    RiskyUser::from_json(json!({"id": "id-1", "userPrincipalName": MARA, "riskLevel": "medium", "riskState": state,
        "riskLastUpdatedDateTime": at}))
    .unwrap()
}

/// The page of Mara, her account enabled and at risk, with responses allowed.
fn page() -> App {
    let mut app = loaded();
    app.profile.allow_response = true;
    let effects = act(&mut app, Action::OpenPerson(Person::by_upn(MARA)));
    let identity = task(&effects, |effect| match effect {
        Effect::FetchUser(task, _) => Some(*task),
        _ => None,
    });
    let effects = app.update(Event::Reply(identity, Reply::User(Ok(Box::new(user(true))))), now());
    let of_risk = task(&effects, |effect| match effect {
        Effect::FetchRiskyUser(task, _) => Some(*task),
        _ => None,
    });
    let risk = Box::new(risk("atRisk", "2026-11-20T08:00:00Z"));
    app.update(Event::Reply(of_risk, Reply::RiskyUser(Ok(Some(risk)))), now());
    app
}

fn why(app: &App) -> String {
    (command::command("user.respond").unwrap().resolve)(app).unwrap_err().why
}

/// Takes the plan of the choice at `place` and answers it with `outcome`; what was journaled.
fn take(app: &mut App, place: usize, outcome: Outcome) -> Vec<crate::triage::journal::Entry> {
    run(app, "user.respond");
    for _ in 0..place {
        key(app, Key::Down);
    }
    key(app, Key::Enter);
    let target = shown_plan(app).rows[0].target.clone();
    let mut effects = key(app, Key::Enter);
    let sent = task(&effects, |effect| match effect {
        Effect::Apply(task, _) => Some(*task),
        _ => None,
    });
    let applied = Applied { target, outcome, request_id: Some("c-1".to_owned()) };
    effects.extend(app.update(Event::Reply(sent, Reply::Wrote(applied)), now()));
    effects.extend(app.update(Event::Reply(sent, Reply::Applied(Vec::new())), now()));
    let entries: Vec<_> = effects
        .into_iter()
        .filter_map(|effect| match effect {
            Effect::Record(entry) => Some(*entry),
            _ => None,
        })
        .collect();
    for entry in &entries {
        let number = app.journal.entries().count() as i64 + 1;
        let record = Record { number, entry: entry.clone(), hash: String::new() };
        app.update(Event::Journaled(Box::new(record)), now());
    }
    entries
}

#[test]
fn nothing_is_offered_without_leave_and_without_knowing_whom() {
    let mut app = page();
    app.profile.allow_response = false;
    assert_eq!(why(&app), RESPONSES_OFF);
    app.profile.allow_response = true;
    app.profile.read_only = true;
    assert_eq!(why(&app), "read-only: nothing is written to the tenant");
    app.profile.read_only = false;
    act(&mut app, Action::Show(Tab::Incidents));
    assert_eq!(why(&app), "open the page of a person first");
    let mut app = loaded();
    app.profile.allow_response = true;
    act(&mut app, Action::OpenPerson(Person::by_upn(MARA)));
    assert_eq!(why(&app), "the directory record is not there: whom it would hit is not certain");
}

#[test]
fn an_account_is_disabled_journaled_and_enabled_again_by_undo() {
    let mut app = page();
    run(&mut app, "user.respond");
    let Some(Overlay::Responses(picker)) = app.overlays.last() else { panic!("no choice") };
    let offered: Vec<_> = picker.items.iter().map(|item| (item.value, item.detail.as_str())).collect();
    let so_already = "it is so already: nothing would change";
    assert_eq!(
        offered,
        [
            (Response::Revoke, "cannot be undone"),
            (Response::Disable, "can be undone"),
            (Response::Enable, so_already),
            (Response::ConfirmRisk, "cannot be undone"),
            (Response::DismissRisk, "cannot be undone"),
        ]
    );
    key(&mut app, Key::Esc);
    let entries = take(&mut app, 1, Outcome::Done(Fresh::Account(Box::new(user(false)))));
    assert_eq!(app.user.as_ref().unwrap().identity.value().unwrap().account_enabled, Some(false));
    let write = entries.iter().find(|entry| entry.kind == Kind::Write).unwrap();
    assert_eq!(write.subject, "account:id-1");
    let (before, after) = (json!({"accountEnabled": true}), json!({"accountEnabled": false}));
    assert_eq!((&write.before, &write.after, write.request_id.as_deref()), (&before, &after, Some("c-1")));

    let effects = run(&mut app, "undo");
    let read = task(&effects, |effect| match effect {
        Effect::ReadAgain(task, targets) if *targets == [Target::Account("id-1".into())] => Some(*task),
        _ => None,
    });
    let fresh = vec![(Target::Account("id-1".into()), Ok(Fresh::Account(Box::new(user(false)))))];
    app.update(Event::Reply(read, Reply::Read(fresh)), now());
    let Body::Update(update) = &shown_plan(&app).rows[0].body else { panic!("no update") };
    assert_eq!(update.body(), json!({"accountEnabled": true}));
    key(&mut app, Key::Esc);
    app.profile.allow_response = false;
    assert_eq!(app.undoable().unwrap_err().why, RESPONSES_OFF);
}

#[test]
fn a_dismissed_risk_shows_and_says_that_it_stays() {
    let mut app = page();
    let gone = risk("dismissed", "2026-11-23T12:00:00Z");
    let entries = take(&mut app, 4, Outcome::Done(Fresh::Risk(Box::new(gone.clone()))));
    assert_eq!(app.user.as_ref().unwrap().entra_risk.value(), Some(&Some(gone.clone())));
    let write = entries.iter().find(|entry| entry.kind == Kind::Write).unwrap();
    assert_eq!(write.before["riskState"], "atRisk");
    assert_eq!((&write.after["action"], &write.after["state"]["riskState"]), (&json!("dismiss"), &json!("dismissed")));
    let told = app.notices.latest().map(|notice| notice.text.clone()).unwrap_or_default();
    assert!(told.contains("1 record written") && !told.contains("undoes"), "{told}");
    let effects = run(&mut app, "undo");
    let read = task(&effects, |effect| match effect {
        Effect::ReadAgain(task, _) => Some(*task),
        _ => None,
    });
    app.update(
        Event::Reply(read, Reply::Read(vec![(Target::Risk("id-1".into()), Ok(Fresh::Risk(Box::new(gone))))])),
        now(),
    );
    let plan = shown_plan(&app);
    assert_eq!(plan.lost, ["a decision on Entra's risk has no inverse: decide anew"]);
    assert!(!plan.is_applicable());
}

#[test]
fn a_plan_is_sent_as_it_was_shown() {
    let mut app = page();
    run(&mut app, "user.respond");
    key(&mut app, Key::Enter);
    let [write] = &shown_plan(&app).requests()[..] else { panic!("one request") };
    assert!(matches!(write.body, Body::Order(Order::Revoke, _)));
    assert_eq!(write.target, Target::Account("id-1".into()));
    assert_eq!(write.last_update, Some("2026-11-01T00:00:00Z".parse().unwrap()));
}
