//! What the user page asks for and when, and what leaves it.

use super::*;
use crate::app::action::Direction;
use crate::app::queue::Move;
use crate::app::reply::HuntOutcome;
use crate::model::{FromJson, HuntingResult};
use crate::triage::Person;
use crate::triage::dossier::Section;

fn hunts(effects: &[Effect]) -> Vec<(TaskId, &str)> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Hunt(task, query) => Some((*task, query.text.as_str())),
            _ => None,
        })
        .collect()
}

fn no_rows() -> HuntOutcome {
    let result = HuntingResult::from_json(json!({"schema": [], "results": []})).unwrap();
    HuntOutcome { result: Box::new(result), took_ms: 1, bytes: 1 }
}

fn open() -> (App, Vec<Effect>) {
    let mut app = loaded();
    let effects = act(&mut app, Action::OpenPerson(Person::by_upn(MARA)));
    (app, effects)
}

#[test]
fn what_is_seen_first_is_asked_for_at_once_the_rest_once_it_has_come_and_the_timeline_when_focused() {
    let (mut app, effects) = open();
    let first = hunts(&effects);
    assert_eq!(first.len(), 3, "activity, and the sequences and behaviours that the level rests on");
    let answer = |app: &mut App, task| app.update(Event::Reply(task, Reply::Hunt(Ok(no_rows()))), now());
    assert_eq!(hunts(&answer(&mut app, first[0].0)).len() + hunts(&answer(&mut app, first[1].0)).len(), 0);
    let rest = answer(&mut app, first[2].0);
    assert_eq!(hunts(&rest).len(), Section::ALL.len() - 3, "all but the timeline, which may be long");
    assert!(hunts(&rest).iter().all(|(_, query)| !query.contains("Failed sign-in")), "{rest:?}");
}

#[test]
fn a_service_that_throttles_is_asked_for_nothing_more_than_is_focused() {
    let (mut app, effects) = open();
    let mut asked = 0;
    for (task, _) in hunts(&effects) {
        let reply = Reply::Hunt(Err(failure(Cause::Throttled)));
        asked += hunts(&app.update(Event::Reply(task, reply), now())).len();
    }
    assert_eq!(asked, 0);
    assert_eq!(app.user.as_ref().unwrap().uncounted(&app.store), ["sequences", "behaviours"], "the level says so");
}

#[test]
fn the_timeline_is_narrowed_by_kind_and_words() {
    let (mut app, _) = open();
    let effects = run(&mut app, "user.kinds");
    let [(task, _)] = hunts(&effects)[..] else { panic!("{effects:?}") };
    let row = |clock: &str, kind: &str, what: &str| json!({"Timestamp": format!("2026-11-23T{clock}Z"), "Kind": kind, "What": what});
    let result = HuntingResult::from_json(json!({
        "schema": [{"name": "Timestamp", "type": "DateTime"}, {"name": "Kind", "type": "String"}, {"name": "What", "type": "String"}],
        "results": [row("09:58:11", "Deletion", "File deleted"), row("09:12:00", "Alert", "Clean-up"),
            row("08:01:30", "Deletion", "Recycle bin emptied")]
    }));
    let outcome = HuntOutcome { result: Box::new(result.unwrap()), took_ms: 1, bytes: 1 };
    app.update(Event::Reply(task, Reply::Hunt(Ok(outcome))), now());
    let shown = |app: &App| {
        let facts = app.user.as_ref().unwrap().focused().unwrap().shown();
        facts.map(|fact| fact.text.split("  ").last().unwrap().trim().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(shown(&app), ["File deleted", "Clean-up", "Recycle bin emptied"]);
    run(&mut app, "user.kinds");
    assert_eq!(shown(&app), ["File deleted", "Recycle bin emptied"]);
    run(&mut app, "user.words");
    type_text(&mut app, "BIN emptied");
    assert_eq!(shown(&app), ["Recycle bin emptied"], "as it is typed, in any case");
    key(&mut app, Key::Esc);
    assert_eq!(shown(&app).len(), 2, "given up");
    run(&mut app, "user.words");
    type_text(&mut app, "usb");
    key(&mut app, Key::Enter);
    assert_eq!(shown(&app).len(), 0);
    act(&mut app, Action::Move(Move::Last));
    act(&mut app, Action::Open);
    assert_eq!(app.overlays.len(), 0, "there is nothing to open");
    let report = app.user_report(now()).unwrap();
    assert!(report.contains("Clean-up") && report.contains("Recycle bin"), "a file gets all: {report}");
}

#[test]
fn the_timeline_goes_on_without_a_table_that_the_tenant_has_not() {
    let (mut app, _) = open();
    let effects = act(&mut app, Action::Part(Direction::Next));
    let refused = |table: &str| {
        let message = format!("Failed to resolve table or column expression named '{table}'. Fix semantic errors");
        Reply::Hunt(Err(failure(Cause::BadQuery { message: message.into() })))
    };
    let again = app.update(Event::Reply(hunts(&effects)[0].0, refused("EntraIdSignInEvents")), now());
    let [(task, query)] = hunts(&again)[..] else { panic!("{again:?}") };
    assert!(!query.contains("EntraIdSignInEvents") && query.contains("DataSecurityEvents"), "{query}");
    app.update(Event::Reply(task, Reply::Hunt(Ok(no_rows()))), now());
    let page = app.user.as_ref().unwrap();
    assert_eq!(page.focused().unwrap().without, ["EntraIdSignInEvents"]);
    let report = app.user_report(now()).unwrap();
    let told = "not available: timeline: no rows of EntraIdSignInEvents, which the tenant has not: The table needs";
    assert!(report.contains(told), "{report}");

    let effects = act(&mut app, Action::Refresh);
    let again = app.update(Event::Reply(hunts(&effects)[0].0, refused("EntraIdSignInEvents")), now());
    assert_eq!(hunts(&again).len(), 0, "it is not asked for the same for ever");
}

#[test]
fn a_section_in_focus_is_refreshed_by_itself() {
    let (mut app, _) = open();
    let effects = act(&mut app, Action::Part(Direction::Next));
    assert_eq!(hunts(&effects).len(), 1);
    assert_eq!(app.user.as_ref().unwrap().focused().unwrap().section, Section::Timeline);
    assert_eq!(hunts(&act(&mut app, Action::Part(Direction::Next))).len(), 0, "the sequences are on their way");
    assert_eq!(hunts(&act(&mut app, Action::Part(Direction::Previous))).len(), 0);
    let again = act(&mut app, Action::Refresh);
    assert_eq!(hunts(&again).len(), 1, "a refresh is of the section in focus");
    assert!(again.iter().any(|effect| matches!(effect, Effect::Cancel(_))), "in place of the one under way");
    act(&mut app, Action::Part(Direction::Previous));
    let anew = act(&mut app, Action::Refresh);
    assert_eq!(hunts(&anew).len(), 3, "of the alerts' side, all that is seen first");
}

#[test]
fn alerts_of_six_months_come_by_the_filter_and_stay_through_a_refresh_of_the_queue() {
    let (mut app, effects) = open();
    let (found, filter) = effects
        .iter()
        .find_map(|effect| match effect {
            Effect::FetchAlerts(task, list) => Some((*task, list.filter.clone().unwrap())),
            _ => None,
        })
        .unwrap();
    let cast = "microsoft.graph.security.userEvidence/userAccount/userPrincipalName";
    let wanted = format!("createdDateTime ge 2026-05-27T12:00:00Z and evidence/any(e: e/{cast} eq '{MARA}')");
    assert_eq!(filter, wanted);
    let first = Page { items: vec![alert("old1", "77", IRM, MARA)], is_last: false };
    app.update(Event::Reply(found, Reply::Alerts(Ok(first))), now());
    app.update(Event::Reply(found, Reply::Alerts(Ok(page(vec![alert("old2", "78", IRM, MARA)])))), now());
    let shown = app.user.as_ref().unwrap();
    assert_eq!(shown.found.value().unwrap().ids, ["old1".into(), "old2".into()]);
    let tallies = shown.alerts_by_source(&app.store);
    let told: Vec<_> = tallies.iter().map(|one| (one.source.badge(), one.alerts, one.incidents.len())).collect();
    assert_eq!(told, [("IRM", 3, 3), ("DLP", 1, 1)]);
    assert_eq!(shown.reach(), "since 2026-05-27 (180 days)");

    act(&mut app, Action::Show(Tab::Incidents));
    let (_, task) = fetch_tasks(&act(&mut app, Action::Refresh));
    app.update(Event::Reply(task, Reply::Alerts(Ok(page(alerts())))), now());
    assert!(app.store.alert("old1").is_some(), "the page still shows it");
}

#[test]
fn where_graph_does_not_filter_by_person_the_page_says_how_far_its_alerts_reach() {
    let (mut app, effects) = open();
    let (_, found) = (
        0,
        task(&effects, |effect| match effect {
            Effect::FetchAlerts(task, _) => Some(*task),
            _ => None,
        }),
    );
    app.update(Event::Reply(found, Reply::Alerts(Err(failure(Cause::Service)))), now());
    let shown = app.user.as_ref().unwrap();
    assert_eq!(shown.alert_ids.len(), 2, "those of the queue stay");
    assert_eq!(shown.reach(), "those of the alert queue: Graph did not find more by person");
}

#[test]
fn a_page_is_written_once_all_of_it_is_there() {
    let (mut app, first) = open();
    let mut waiting = run(&mut app, "user.export");
    assert_eq!(hunts(&waiting).len(), Section::ALL.len() - 2, "every section not asked for yet");
    waiting.extend(first);
    let exports = |effects: &[Effect]| effects.iter().filter(|one| matches!(one, Effect::Export(..))).count();
    let mut written = Vec::new();
    for _ in 0..3 {
        let replies: Vec<Event> = waiting
            .drain(..)
            .filter_map(|effect| {
                let (task, reply) = match effect {
                    Effect::Hunt(task, _) => (task, Reply::Hunt(Err(failure(Cause::Throttled)))),
                    Effect::FetchUser(task, _) => (task, Reply::User(Err(failure(Cause::NotFound)))),
                    Effect::FetchManager(task, _) => (task, Reply::Manager(Ok(None))),
                    Effect::FetchAlerts(task, _) => (task, Reply::Alerts(Ok(page(Vec::new())))),
                    effect @ Effect::Export(..) => {
                        written.push(effect);
                        return None;
                    }
                    _ => return None,
                };
                Some(Event::Reply(task, reply))
            })
            .collect();
        for reply in replies {
            assert_eq!(exports(&waiting), 0, "not before the last answer");
            waiting.extend(app.update(reply, now()));
        }
    }
    let [Effect::Export(task, name, text)] = &written[..] else { panic!("{written:?}") };
    assert_eq!(name, "watchfloor-m.okafor-20261123120000.md");
    assert!(text.starts_with("# m.okafor\\@contoso.example\n"), "{text}");
    assert!(text.contains("not available: timeline: it broke; mend it"), "{text}");
    app.update(Event::Reply(*task, Reply::Exported(Ok("/tmp/x.md".to_owned()))), now());
    assert_eq!(app.notices.latest().unwrap().text, "written to /tmp/x.md");
}
