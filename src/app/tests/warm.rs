//! Queues of the last run on screen until the tenant answers.

use super::*;
use crate::app::warm::{Keeping, Queues};

fn keeping() -> Profile {
    Profile { keeps_journal: true, keeping: Keeping::For("lab 1".to_owned()), ..profile() }
}

fn kept(effects: &[Effect]) -> Option<Queues> {
    effects.iter().find_map(|effect| match effect {
        Effect::KeepQueues(queues) => queues.as_deref().cloned(),
        _ => None,
    })
}

/// An application that starts on `queues`, and the tasks of its fetches.
fn started_on(queues: Queues) -> (App, TaskId, TaskId) {
    let mut app = App::new(keeping());
    let effects = app.update(Event::Started, now());
    let (incidents, alerts) = fetch_tasks(&effects);
    app.update(Event::Recalled(Ok(Box::new(queues))), now());
    (app, incidents, alerts)
}

/// What a run leaves at its end.
fn left() -> Queues {
    let mut app = loaded();
    app.profile = keeping();
    let queues = kept(&app.update(Event::Closing, now())).expect("queues are kept");
    assert_eq!(kept(&app.update(Event::Closing, now())), None, "what is kept is not kept again");
    queues
}

#[test]
fn a_run_begins_on_what_the_last_one_saw_and_says_so_until_all_is_new() {
    let (mut app, incidents_task, alerts_task) = started_on(left());
    assert!(!app.awaits_first_data(), "there is something to look at");
    assert_eq!(shown(&app), ["4127", "4100"], "the resolved one was not on screen");
    let entry = app.store.incident("4127").unwrap();
    assert_eq!((entry.alert_count(), entry.people[0].upn.raw()), (2, MARA));
    assert_eq!(app.store.incidents_fetch.stale_since(), Some(now()));

    let first = Page { items: vec![incident("4127", "Departing user, renamed", "high", "active")], is_last: false };
    app.update(Event::Reply(incidents_task, Reply::Incidents(Ok(first))), now());
    assert_eq!(app.store.incidents_fetch.stale_since(), Some(now()), "4100 is still the old one");
    app.update(Event::Reply(incidents_task, Reply::Incidents(Ok(page(Vec::new())))), now());
    app.update(Event::Reply(alerts_task, Reply::Alerts(Ok(page(alerts())))), now());
    assert_eq!(shown(&app), ["4127"], "what the tenant has no more is gone");
    assert_eq!((app.store.incidents_fetch.stale_since(), app.store.alerts_fetch.stale_since()), (None, None));
}

#[test]
fn a_tenant_that_does_not_answer_leaves_the_rows_and_their_age() {
    let (mut app, incidents_task, _) = started_on(left());
    app.update(Event::Reply(incidents_task, Reply::Incidents(Err(failure(Cause::Offline)))), now());
    assert_eq!(shown(&app), ["4127", "4100"]);
    assert_eq!(app.store.incidents_fetch.stale_since(), Some(now()));
    assert!(matches!(app.store.incidents_fetch.state(), RemoteState::Loaded { failure: Some(_), .. }));
    assert!(kept(&app.update(Event::Closing, now())).is_none(), "old rows are not kept as new ones");
}

#[test]
fn rows_of_last_week_and_rows_that_come_too_late_are_not_shown() {
    let old = Queues { at: now() - crate::base::TimeSpan::days(8), ..left() };
    let (app, ..) = started_on(old);
    assert!(app.awaits_first_data() && app.store.incidents().len() == 0);

    let mut app = loaded();
    app.recall(Queues { incidents: vec![incident("1", "Old", "high", "active")], ..left() }, now());
    assert_eq!(app.store.incident("1"), None);
}

#[test]
fn what_was_kept_and_cannot_be_read_is_told_and_changes_nothing() {
    let mut app = loaded();
    app.update(Event::Recalled(Err(failure(Cause::Store))), now());
    assert!(app.notices.latest().is_some_and(|notice| notice.text.contains("it broke")));
    assert_eq!((shown(&app), app.journal.failure.is_none()), (vec!["4127", "4100"], true));
}

#[test]
fn what_must_not_be_on_a_disk_is_forgotten() {
    let mut app = App::new(Profile { keeping: Keeping::Forgotten, keeps_journal: true, ..profile() });
    let effects = app.update(Event::Started, now());
    assert!(effects.contains(&Effect::KeepQueues(None)));
    let mut app = loaded();
    app.profile.keeping = Keeping::Forgotten;
    app.profile.keeps_journal = true;
    assert_eq!(kept(&app.update(Event::Closing, now())), None);
}
