//! What queues do beyond moving: what is next, ranges of marks.

use super::*;

/// An application with these incidents, shown without a filter.
fn with(incidents: Vec<Incident>) -> App {
    let mut app = App::new(profile());
    let (incidents_task, alerts_task) = fetch_tasks(&app.update(Event::Started, now()));
    app.update(Event::Reply(incidents_task, Reply::Incidents(Ok(page(incidents)))), now());
    app.update(Event::Reply(alerts_task, Reply::Alerts(Ok(page(Vec::new())))), now());
    app.incidents.filter = Filter::parse("");
    app.order_queues(now());
    app
}

#[test]
fn next_up_steps_through_what_is_open_and_nobodys_by_priority_whatever_the_order() {
    let mut taken = incident("3", "Taken", "high", "active");
    taken.assigned_to = Some("a.ng@contoso.example".into());
    let mut app = with(vec![
        incident("1", "Low", "low", "active"),
        taken,
        incident("4", "Closed", "high", "resolved"),
        incident("2", "High", "high", "active"),
        incident("5", "Medium", "medium", "active"),
    ]);
    app.incidents.sort = sort::Sort::reversed(columns::Field::Age);
    app.order_queues(now());
    let visited: Vec<String> = (0..4)
        .map(|_| {
            run(&mut app, "queue.next-up");
            app.incidents.selected().unwrap().to_owned()
        })
        .collect();
    assert_eq!(visited, ["2", "5", "1", "2"]);
}

#[test]
fn next_up_says_when_nothing_is_left() {
    let mut app = with(vec![incident("4", "Closed", "high", "resolved")]);
    run(&mut app, "queue.next-up");
    assert_eq!(app.notices.latest().unwrap().text, "everything open here is somebody's");
}

#[test]
fn a_range_is_marked_from_the_last_mark_to_the_cursor_either_way() {
    let mut app = with((1..=6).map(|id| incident(&id.to_string(), "Same", "high", "active")).collect());
    let all: Vec<String> = shown(&app).into_iter().map(str::to_owned).collect();
    act(&mut app, Action::Move(queue::Move::By(2)));
    run(&mut app, "queue.mark-range");
    assert!(app.incidents.marks.iter().eq([&Box::<str>::from(all[2].as_str())]));
    act(&mut app, Action::Move(queue::Move::First));
    run(&mut app, "queue.mark-range");
    let mut marked: Vec<&str> = app.incidents.marks.iter().map(|id| &**id).collect();
    marked.sort_unstable();
    let mut expected: Vec<&str> = all[..3].iter().map(String::as_str).collect();
    expected.sort_unstable();
    assert_eq!(marked, expected);
}

#[test]
fn records_come_back_from_the_store_as_they_came() {
    use crate::model::Pool;
    let sent = |number: usize| {
        json!({
            "id": format!("ir{number}"), "incidentId": (number % 40).to_string(), "title": format!("Alert {}", number % 7),
            "description": format!("what happened, {number} times"), "assignedTo": null, "createdDateTime": "soon",
            "customDetails": {"Team": ["Payments", number, null, {"deep": true}]}, "comments": [{"comment": "seen"}],
            "evidence": (0..number % 5).map(|of| json!({
                "@odata.type": "#microsoft.graph.security.fileEvidence", "verdict": "novel", "spin": of,
                "fileDetails": {"fileName": format!("plan {of}.docx"), "sha1": "bb"}
            })).collect::<Vec<_>>()
        })
    };
    let mut app = App::new(profile());
    let (_, task) = fetch_tasks(&app.update(Event::Started, now()));
    for first in (0..1_000).step_by(250) {
        let pool = Pool::packing(None);
        let read = |number| Alert::from_node(sent(number).into(), &pool).unwrap();
        let items: Vec<Alert> = (first..first + 250).map(read).collect();
        pool.finish();
        app.update(Event::Reply(task, Reply::Alerts(Ok(Page { items, is_last: first == 750 }))), now());
    }
    for number in (0..1_000).rev() {
        let entry = app.store.alert(&format!("ir{number}")).unwrap();
        assert_eq!(entry.alert, Alert::from_json(sent(number)).unwrap());
    }
    assert_eq!(app.store.alerts_of("7").len(), 25);
}

#[test]
fn a_page_keeps_rows_of_the_one_before_as_far_as_it_has_them() {
    let cases = [(21, 18), (12, 9), (8, 6), (3, 2), (2, 1), (1, 1), (0, 1)];
    for (page, rows) in cases {
        assert_eq!(queue::Move::Pages(1).apply(0, 100, page), rows, "{page}");
        assert_eq!(queue::Move::Pages(-1).apply(50, 100, page), 50 - rows, "{page}");
    }
}
