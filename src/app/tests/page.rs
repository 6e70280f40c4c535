//! The parts of the incident page.

use super::*;
use crate::app::incident::Part;
use crate::triage::journal::Record;
use crate::triage::timeline::Kind;

fn open_page() -> App {
    let mut app = loaded();
    run(&mut app, "list.open");
    assert_eq!(&*app.incident.as_ref().unwrap().id, "4127");
    app
}

#[test]
fn the_timeline_holds_our_acts_and_is_narrowed_by_a_key() {
    let mut app = open_page();
    let entry = json!({"at": "2026-11-23T11:00:00Z", "by": "j.ruiz@contoso.example", "kind": "write", "act": "1",
        "undoes": "", "subject": "alert:ir1", "text": "", "before": null, "after": {"status": "inProgress"},
        "request_id": null});
    let record = Record { number: 1, entry: serde_json::from_value(entry).unwrap(), hash: String::new() };
    app.update(Event::Journaled(Box::new(record)), now());
    assert_eq!(app.incident.as_ref().unwrap().moments().count(), 3);
    for _ in Kind::ALL {
        run(&mut app, "page.kinds");
    }
    let page = app.incident.as_ref().unwrap();
    assert_eq!((page.part, page.shown.kind, page.moments().count()), (Part::Timeline, Some(Kind::Act), 1));
    run(&mut app, "list.open");
    let Some(Overlay::Message(message)) = app.overlays.last() else { panic!("{:?}", app.overlays) };
    assert!(message.lines.iter().any(|line| line == "status inProgress"), "{:?}", message.lines);
}

#[test]
fn similar_alerts_go_into_the_marks_at_one_key() {
    let mut app = open_page();
    run(&mut app, "page.previous-part");
    let page = app.incident.as_ref().unwrap();
    let similar: Vec<&str> = page.similar.iter().map(|similar| &*similar.id).collect();
    assert_eq!((page.part, page.alert.as_deref(), similar), (Part::Similar, Some("dl1"), vec!["ir1"]));
    run(&mut app, "page.mark-similar");
    assert_eq!(app.view, View::Alerts);
    assert_eq!(app.about(), Some(overlay::About::Alerts(vec!["dl1".into(), "ir1".into()])));
    act(&mut app, Action::Back);
    run(&mut app, "list.open");
    let page = app.incident.as_ref().unwrap();
    assert_eq!((&*page.id, page.alert.as_deref()), ("4127", Some("ir1")));
}

#[test]
fn what_alerts_will_tell_is_said_to_be_on_its_way() {
    let mut app = App::new(profile());
    let (incidents_task, alerts_task) = fetch_tasks(&app.update(Event::Started, now()));
    app.update(Event::Reply(incidents_task, Reply::Incidents(Ok(page(incidents())))), now());
    let told = |app: &App| app.notices.latest().map(|notice| notice.text.clone()).unwrap_or_default();
    for command in ["triage.user", "triage.hunt", "pivot"] {
        run(&mut app, command);
        assert!(told(&app).ends_with("here yet: the alerts are still loading"), "{command}: {}", told(&app));
    }
    let fetch = task(&run(&mut app, "list.open"), |effect| match effect {
        Effect::FetchIncident(task, _) => Some(*task),
        _ => None,
    });
    for command in ["page.details", "triage.user"] {
        run(&mut app, command);
        assert!(told(&app).ends_with("yet: the alerts are still loading"), "{command}: {}", told(&app));
    }
    app.update(Event::Reply(alerts_task, Reply::Alerts(Ok(page(Vec::new())))), now());
    app.update(Event::Reply(fetch, Reply::Incident(Ok(Box::new(incidents().swap_remove(1))))), now());
    run(&mut app, "triage.user");
    assert_eq!(told(&app), "no person is named here");
}
