//! How queues are laid out, what refreshes bring, and what is found again.

use super::*;
use crate::app::columns::Field;
use crate::app::queue::{Arrange, ListLine, Move};
use crate::base::Untrusted;

/// An application that shows `incidents` and `alerts` without a filter.
fn with(incidents: Vec<Incident>, alerts: Vec<Alert>) -> App {
    let mut app = App::new(Profile { refresh_seconds: 60, ..profile() });
    let (incidents_task, alerts_task) = fetch_tasks(&app.update(Event::Started, now()));
    app.update(Event::Reply(incidents_task, Reply::Incidents(Ok(page(incidents)))), now());
    app.update(Event::Reply(alerts_task, Reply::Alerts(Ok(page(alerts)))), now());
    app.incidents.filter = Filter::parse("");
    app.order_queues(now());
    app
}

/// Refreshes and answers with these.
fn refresh(app: &mut App, incidents: Vec<Incident>, alerts: Vec<Alert>) {
    let (incidents_task, alerts_task) = fetch_tasks(&app.update(Event::Woke(Timer::Refresh), now()));
    app.update(Event::Reply(incidents_task, Reply::Incidents(Ok(page(incidents)))), now());
    app.update(Event::Reply(alerts_task, Reply::Alerts(Ok(page(alerts)))), now());
}

fn lines(app: &App) -> Vec<String> {
    let queue = &app.incidents;
    let id = |place: usize| app.store.incident_at(queue.rows()[place].index).unwrap().incident.id.to_string();
    (0..queue.line_count())
        .map(|line| match queue.line(line).unwrap() {
            ListLine::Heading(group) => format!("{} {}", group.name, group.count),
            ListLine::Folded(place, group) => {
                assert_eq!(queue.line_of(place), line);
                format!("{} {}+ {}", group.name, group.count, id(place))
            }
            ListLine::Row(place) => {
                assert_eq!(queue.line_of(place), line);
                id(place)
            }
        })
        .collect()
}

#[test]
fn groups_stand_together_with_counts_and_fold_to_their_first_row() {
    let mut app = with(
        vec![
            incident("1", "A", "high", "active"),
            incident("2", "B", "low", "active"),
            incident("3", "C", "medium", "active"),
            incident("4", "D", "low", "inProgress"),
        ],
        vec![
            alert("a1", "1", IRM, MARA),
            alert("a2", "2", IRM, MARA),
            alert("a3", "3", IRM, "l.brandt@contoso.example"),
        ],
    );
    act(&mut app, Action::Arrange(Arrange::NextGrouping));
    let unfolded = [&format!("{MARA} 2"), "1", "2", "l.brandt@contoso.example 1", "3", "nobody named 1", "4"];
    assert_eq!(lines(&app), unfolded);
    act(&mut app, Action::Move(Move::By(1)));
    act(&mut app, Action::Arrange(Arrange::Fold));
    assert_eq!(lines(&app)[..3], [&format!("{MARA} 2+ 1"), "l.brandt@contoso.example 1", "3"]);
    assert_eq!((app.incidents.selected(), app.incidents.matched()), (Some("1"), 4));
    act(&mut app, Action::Arrange(Arrange::FoldAll));
    let folded = [&format!("{MARA} 2+ 1"), "l.brandt@contoso.example 1+ 3", "nobody named 1+ 4"];
    assert_eq!(lines(&app), folded, "a line a group");
    act(&mut app, Action::Arrange(Arrange::FoldAll));
    assert_eq!(lines(&app), unfolded);
    for _ in Field::GROUPING {
        act(&mut app, Action::Arrange(Arrange::NextGrouping));
    }
    assert_eq!(app.incidents.grouping, None);
    assert_eq!(lines(&app), ["1", "3", "2", "4"]);
}

#[test]
fn a_refresh_tells_what_changed_and_by_whom_until_the_cursor_has_left_the_row() {
    let mut app = with(incidents(), alerts());
    act(&mut app, Action::Move(Move::First));
    let before = app.incidents.selected().unwrap().to_owned();
    let mut taken = incident("4127", "Departing user", "high", "inProgress");
    taken.assigned_to = Some("a.ng@contoso.example".into());
    taken.last_modified_by = Some("a.ng@contoso.example".into());
    taken.last_update = Some("2026-11-23T11:59:00Z".parse().unwrap());
    let mut fresh = incident("5000", "Brand new", "high", "active");
    fresh.created = Some("2026-11-23T11:58:00Z".parse().unwrap());
    let older = incident("3000", "Came with a wider look", "low", "active");
    let mut again = incident("4100", "Phishing wave", "medium", "active");
    again.last_update = Some("2026-11-23T11:59:00Z".parse().unwrap());
    refresh(&mut app, vec![taken, fresh, older, again], vec![alert("ir9", "4100", IRM, MARA)]);

    let unseen = &app.incidents.unseen;
    let told = unseen.of("4127").unwrap();
    let changes: Vec<(Field, &str)> = told.changes.iter().map(|change| (change.field, change.before.raw())).collect();
    assert_eq!(changes, [(Field::Status, "active"), (Field::Owner, "nobody")]);
    assert!(told.changes.iter().all(|change| change.by == Some("a.ng@contoso.example".into())), "{told:?}");
    assert!(unseen.of("5000").unwrap().is_new);
    assert_eq!(unseen.of("3000"), None);
    let more = unseen.of("4100").unwrap();
    let came = more.changes[0].by.as_ref().map(Untrusted::raw);
    assert_eq!((more.changes[0].field, more.changes[0].before.raw()), (Field::Alerts, "1"));
    assert_eq!(came, Some("Microsoft Purview Insider Risk Management"));

    assert_eq!(app.incidents.selected(), Some(&*before), "new rows move nothing from under the cursor");
    let mut led = Vec::new();
    for _ in 0..2 {
        act(&mut app, Action::NextNews);
        led.push(app.incidents.selected().unwrap().to_owned());
    }
    led.sort();
    assert_eq!(led, ["4100", "5000"], "each that is new or changed, once");
    let notice = |app: &App| app.notices.latest().map(|notice| notice.text.clone());
    act(&mut app, Action::NextNews);
    assert_eq!(notice(&app).as_deref(), Some("nothing here is new or changed"));
    act(&mut app, Action::Move(Move::First));
    act(&mut app, Action::Move(Move::Last));
    assert!(app.incidents.unseen.is_empty(), "seen once the cursor was on them");
    let mut again = incident("4100", "Phishing wave", "high", "active");
    again.last_update = Some("2026-11-23T11:59:30Z".parse().unwrap());
    refresh(&mut app, vec![again], Vec::new());
    act(&mut app, Action::Arrange(Arrange::See));
    assert!(app.incidents.unseen.is_empty());
}

/// Source, what changes, where it is said to come from, whether there is more activity.
type Case<'a> = (&'a str, &'a dyn Fn(&mut Alert), Option<&'a str>, bool);

#[test]
fn what_changed_in_an_insider_risk_alert_names_the_side_it_came_from() {
    let later = "2026-11-23T11:59:00Z";
    let grown = |alert: &mut Alert| alert.last_activity = Some(later.parse().unwrap());
    let decided = |alert: &mut Alert| alert.status = crate::model::AlertStatus::Resolved;
    let taken = |alert: &mut Alert| {
        alert.status = crate::model::AlertStatus::InProgress;
        alert.assigned_to = Some("a.ng@contoso.example".into());
    };
    let raised = |alert: &mut Alert| alert.severity = crate::model::Severity::Low;
    let both = |alert: &mut Alert| {
        grown(alert);
        decided(alert);
    };
    let elsewhere = Some("in Purview or by someone else");
    let cases: [Case<'_>; 6] = [
        (IRM, &grown, Some("by Insider Risk"), true),
        (IRM, &raised, Some("by Insider Risk"), false),
        (IRM, &decided, elsewhere, false),
        (IRM, &taken, None, false),
        (IRM, &both, Some("by Insider Risk; the decision in Purview or by someone else"), true),
        ("dataLossPrevention", &decided, None, false),
    ];
    for (source, change, origin, has_grown) in cases {
        let before = alert("x1", "4127", source, MARA);
        let mut after = before.clone();
        after.last_update = Some(later.parse().unwrap());
        change(&mut after);
        let mut app = with(incidents(), vec![before]);
        refresh(&mut app, incidents(), vec![after]);
        let news = app.alerts.unseen.of("x1").unwrap();
        assert_eq!((news.origin, news.has_grown), (origin, has_grown), "{source}");
    }
}

#[test]
fn what_was_written_from_here_is_no_news() {
    let mut app = with(incidents(), alerts());
    let mut ours = incident("4127", "Departing user", "high", "inProgress");
    ours.last_update = Some("2026-11-23T11:59:00Z".parse().unwrap());
    app.store.take_incidents([ours.clone()], TaskId(99));
    refresh(&mut app, vec![ours], Vec::new());
    assert!(app.incidents.unseen.is_empty());
}

#[test]
fn the_session_is_found_again() {
    let kept = |effects: &[Effect]| -> Vec<(String, String)> {
        let saved = effects.iter().filter_map(|effect| match effect {
            Effect::SaveDraft(key, text) => Some((key.clone(), text.clone())),
            _ => None,
        });
        saved.collect()
    };
    let mut app = with(incidents(), alerts());
    app.profile.keeps_journal = true;
    act(&mut app, Action::Show(Tab::Alerts));
    app.set_filter(
        Filter::parse("source:insider-risk"),
        &mut Cx { now: now(), effects: Vec::new(), tasks_started: &mut 99 },
    );
    act(&mut app, Action::Ask(Question::Columns));
    for pressed in [Key::Char(' '), Key::Down, Key::Char('s'), Key::Char('+'), Key::Enter] {
        key(&mut app, pressed);
    }
    let drafts = kept(&app.update(Event::Closing, now()));
    assert!(drafts.contains(&("session.view".to_owned(), "alerts".to_owned())), "{drafts:?}");
    assert_eq!(kept(&app.update(Event::Closing, now())), [], "what is kept is not kept again");

    let mut next = App::new(Profile { keeps_journal: true, ..profile() });
    let effects = next.update(Event::Started, now());
    let restoring = task(&effects, |effect| match effect {
        Effect::Restore(task) => Some(*task),
        _ => None,
    });
    let restored = reply::Kept { drafts, ..reply::Kept::default() };
    let effects = next.update(Event::Reply(restoring, Reply::Restored(Ok(Box::new(restored)))), now());
    assert_eq!(next.view, View::Alerts);
    assert_eq!((&next.alerts.columns, &next.alerts.sort), (&app.alerts.columns, &app.alerts.sort));
    assert_eq!(next.notices.latest(), None, "a session is no unfinished text");
    let (incidents_task, alerts_task) = fetch_tasks(&effects);
    next.update(Event::Reply(incidents_task, Reply::Incidents(Ok(page(incidents())))), now());
    next.update(Event::Reply(alerts_task, Reply::Alerts(Ok(page(alerts())))), now());
    assert_eq!(next.alerts.filter.text, "source:insider-risk");
    assert_eq!(next.alerts.selected(), app.alerts.selected());
}
