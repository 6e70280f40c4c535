//! What the user page asks for and when, and what leaves it.

use super::*;
use crate::app::action::Direction;
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

fn open() -> (App, Vec<Effect>) {
    let mut app = loaded();
    let effects = act(&mut app, Action::OpenPerson(Person::by_upn(MARA)));
    (app, effects)
}

#[test]
fn a_section_is_asked_for_when_it_is_focused_and_only_then() {
    let (mut app, effects) = open();
    assert_eq!(hunts(&effects).len(), 3, "activity, behaviours, and the sequences that the level rests on");
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
    assert_eq!(hunts(&waiting).len(), Section::ALL.len() - 1, "every section not asked for yet");
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
