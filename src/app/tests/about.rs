//! Getting about: the way back and on, the palette, pivots, the filter line, what is watched and announced.

use super::*;
use crate::app::palette::{Found, Palette};
use crate::app::queue::Move;
use crate::triage::Watchlist;
use crate::triage::filter::Collection;
use std::sync::Arc;

#[test]
fn back_and_forward_go_through_places_with_their_cursor() {
    let mut app = loaded();
    act(&mut app, Action::Move(Move::Last));
    let last = app.incidents.selected().unwrap().to_owned();
    act(&mut app, Action::Open);
    act(&mut app, Action::OpenUser);
    assert_eq!(app.breadcrumbs(), ["incidents", &last, "l.brandt@contoso.example"]);
    act(&mut app, Action::Back);
    act(&mut app, Action::Back);
    act(&mut app, Action::Move(Move::First));
    act(&mut app, Action::Forward);
    assert_eq!((app.view, app.incident.as_ref().map(|page| &*page.id)), (View::Incident, Some(&*last)));
    act(&mut app, Action::Forward);
    assert_eq!(app.view, View::User);
    act(&mut app, Action::Back);
    act(&mut app, Action::Show(Tab::Journal));
    act(&mut app, Action::Forward);
    assert_eq!((app.view, app.ahead.len()), (View::Journal, 0), "a new way forgets what lay ahead");
    act(&mut app, Action::Back);
    act(&mut app, Action::Back);
    assert_eq!((app.view, app.incidents.selected()), (View::Incidents, app.incidents.selected()));
}

#[test]
fn the_palette_finds_commands_views_people_and_incidents() {
    let app = loaded();
    let found = |typed: &str| Palette::matching(line::Line::new(typed), &app).matches;
    let command = |found: &Found| match found {
        Found::Command(place) => COMMANDS[*place].id,
        _ => "",
    };
    assert_eq!(found("assign me").first().map(command), Some("triage.assign-to-me"));
    assert!(found("").iter().all(|found| matches!(found, Found::Command(_))));
    assert!(
        found("insider")
            .iter()
            .any(|found| matches!(found, Found::View { filter, .. } if filter.starts_with("source:insider-risk")))
    );
    assert!(found("okafor").iter().any(|found| matches!(found, Found::Person(person) if person.upn.raw() == MARA)));
    assert!(found("departing").contains(&Found::Incident("4127".into())));
    assert_eq!(found("qqqq"), []);
}

#[test]
fn what_the_palette_found_opens() {
    let mut app = loaded();
    run(&mut app, "palette");
    type_text(&mut app, "departing");
    key(&mut app, Key::Enter);
    assert_eq!((app.view, app.incident.as_ref().map(|page| &*page.id)), (View::Incident, Some("4127")));
    run(&mut app, "palette");
    type_text(&mut app, "nobody's");
    key(&mut app, Key::Enter);
    assert_eq!((app.view, &*app.incidents.filter.text), (View::Incidents, "status:new,inProgress owner:nobody"));
}

#[test]
fn a_row_leads_on_from_anything_it_names() {
    let mut app = loaded();
    let choose = |app: &mut App, title: &str| {
        run(app, "pivot");
        let Some(Overlay::Pivots(_, picker)) = app.overlays.last_mut() else { panic!("{:?}", app.overlays) };
        picker.cursor = picker.items.iter().position(|item| item.label == title).unwrap();
        key(app, Key::Enter)
    };
    choose(&mut app, "Alerts that name it");
    assert_eq!((app.view, app.alerts.rows().len()), (View::Alerts, 2));
    assert_eq!(app.alerts.filter.text, format!("user:\"{MARA}\""));
    choose(&mut app, "Hunt: behaviours that Insider Risk finds unusual");
    assert_eq!(app.view, View::Hunt);
    assert!(app.hunt.editor.text().starts_with("DataSecurityBehaviors"));
    run(&mut app, "back");
    choose(&mut app, "Open the page");
    assert_eq!(app.view, View::User);
}

#[test]
fn the_filter_line_completes_what_occurs_and_says_who_filters() {
    let mut app = loaded();
    run(&mut app, "queue.filter");
    type_text(&mut app, "us");
    key(&mut app, Key::Tab);
    for pressed in [Key::Down, Key::Enter] {
        key(&mut app, pressed);
    }
    let Some(Overlay::Filter(prompt)) = app.overlays.last() else { panic!("{:?}", app.overlays) };
    assert!(
        prompt.line.text().starts_with("status:new,inProgress severity>=low age<7d user:"),
        "{}",
        prompt.line.text()
    );
    assert!(prompt.line.text().contains("@contoso.example\" ") || prompt.line.text().contains("@contoso.example "));
    key(&mut app, Key::Enter);
    assert_eq!((app.overlays.len(), app.incidents.rows().len()), (0, 1));

    let filter = Filter::parse("status:new age<30d usb");
    let divided = |app: &App| app.division(&filter, Collection::Incidents, now()).map(|terms| terms.join(" "));
    assert_eq!(divided(&app), ["age<30d", "status:new usb"]);
    app.is_narrowed = true;
    assert_eq!(divided(&app), ["status:new age<30d", "usb"]);
}

#[test]
fn where_there_is_more_than_fits_graph_filters_too() {
    let mut app = App::new(profile());
    let (incidents_task, _) = fetch_tasks(&app.update(Event::Started, now()));
    let one = incident("4127", "Departing user", "high", "active");
    let many = vec![one; load::RECORDS_MAX];
    app.update(Event::Reply(incidents_task, Reply::Incidents(Ok(page(many)))), now());
    let filter = |effects: &[Effect]| {
        effects.iter().find_map(|effect| match effect {
            Effect::FetchIncidents(_, query) => query.filter.clone(),
            _ => None,
        })
    };
    let asked = filter(&act(&mut app, Action::Refresh)).unwrap();
    assert!(asked.contains("createdDateTime ge") && asked.contains("status eq 'active'"), "{asked}");
    run(&mut app, "queue.filter");
    type_text(&mut app, "severity:high");
    let effects = key(&mut app, Key::Enter);
    let asked = filter(&effects).unwrap();
    assert!(asked.contains("severity eq 'high'"), "{asked}");
    let (incidents_task, alerts_task) = fetch_tasks(&effects);
    app.update(Event::Reply(incidents_task, Reply::Incidents(Ok(page(incidents())))), now());
    app.update(Event::Reply(alerts_task, Reply::Alerts(Ok(page(alerts())))), now());
    let asked = filter(&app.update(Event::Woke(Timer::Refresh), now())).unwrap();
    assert!(asked.starts_with("lastUpdateDateTime ge ") && !asked.contains(" and "), "what leaves is seen: {asked}");
}

#[test]
fn the_filter_in_force_is_copied_as_text() {
    let mut app = loaded();
    assert!(run(&mut app, "queue.copy-filter").contains(&Effect::Copy(filter::DEFAULT.to_owned())));
}

#[test]
fn what_is_watched_is_told_counts_and_is_announced_once() {
    let watchlist = Watchlist::parse(&format!("[users]\n\"{MARA}\" = \"leaves soon\"")).unwrap();
    let watching = Profile { watchlist: Arc::new(watchlist), notify: "watch:any".to_owned(), ..profile() };
    let mut app = App::new(watching);
    let (incidents_task, alerts_task) = fetch_tasks(&app.update(Event::Started, now()));
    app.update(Event::Reply(incidents_task, Reply::Incidents(Ok(page(incidents())))), now());
    let first = app.update(Event::Reply(alerts_task, Reply::Alerts(Ok(page(alerts())))), now());
    let announced = |effects: &[Effect]| -> Vec<String> {
        let texts = effects.iter().filter_map(|effect| match effect {
            Effect::Notify(text) => Some(text.clone()),
            _ => None,
        });
        texts.collect()
    };
    assert_eq!(announced(&first), Vec::<String>::new(), "what was there at the start is no news");
    let entry = app.store.incident("4127").unwrap();
    assert_eq!((entry.watched.len(), &*entry.watched[0].why), (1, "leaves soon"));
    app.incidents.filter = Filter::parse("watch:leaves");
    app.order_queues(now());
    assert_eq!(shown(&app), ["4127"]);

    let fresh = |id: &str| {
        let mut fresh = incident(id, "Bulk copy", "high", "active");
        fresh.created = Some("2026-11-23T11:59:00Z".parse().unwrap());
        fresh
    };
    let (incidents_task, alerts_task) = fetch_tasks(&app.update(Event::Woke(Timer::Refresh), now()));
    let before =
        app.update(Event::Reply(incidents_task, Reply::Incidents(Ok(page(vec![fresh("5000"), fresh("5001")])))), now());
    assert_eq!(announced(&before), Vec::<String>::new(), "whom it is about is not known yet");
    let last =
        app.update(Event::Reply(alerts_task, Reply::Alerts(Ok(page(vec![alert("n1", "5000", IRM, MARA)])))), now());
    assert_eq!(announced(&last), ["new incident 5000 Bulk copy"]);
    let (incidents_task, alerts_task) = fetch_tasks(&app.update(Event::Woke(Timer::Refresh), now()));
    app.update(Event::Reply(incidents_task, Reply::Incidents(Ok(page(vec![fresh("5000")])))), now());
    let again = app.update(Event::Reply(alerts_task, Reply::Alerts(Ok(page(Vec::new())))), now());
    assert_eq!(announced(&again), Vec::<String>::new());
}
