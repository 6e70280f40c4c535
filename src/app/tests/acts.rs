//! From plan to what became of it: time to think again, consent, conflicts, undo, drafts.

use super::*;
use crate::app::overlay::{About, Choice, Remainder};
use crate::triage::journal::{Author, Kind, Record};
use crate::triage::plan::Status;

/// The first row of the results on show.
pub fn remainder(app: &App) -> &Remainder {
    match app.overlays.last() {
        Some(Overlay::Results(results)) => &results.rows[0],
        other => panic!("no results on show: {other:?}"),
    }
}

/// Gives the journal what `effects` add to it, as the runtime does.
fn journal(app: &mut App, effects: &[Effect]) {
    for effect in effects {
        if let Effect::Record(entry) = effect {
            let number = 1 + app.journal.stories.iter().map(|story| 1 + story.rest.len() as i64).sum::<i64>();
            let record = Record { number, entry: (**entry).clone(), hash: String::new() };
            app.update(Event::Journaled(Box::new(record)), now());
        }
    }
}

/// A note of an earlier run.
fn noted(number: i64, subject: &str, text: &str) -> Record {
    let entry = Author { by: "l.brandt@contoso.example", at: now() }.noted(subject, text);
    Record { number, entry, hash: String::new() }
}

fn apply_task(effects: &[Effect]) -> TaskId {
    task(effects, |effect| match effect {
        Effect::Apply(task, _) => Some(*task),
        _ => None,
    })
}

/// Incident 4127 as it is after `change`.
fn changed(change: impl FnOnce(&mut Incident)) -> Fresh {
    let mut fresh = incident("4127", "Departing user", "high", "active");
    fresh.last_update = Some(now());
    change(&mut fresh);
    Fresh::Incident(Box::new(fresh))
}

fn applied(outcome: Outcome) -> Reply {
    let target = Target::Incident("4127".into());
    Reply::Applied(vec![Applied { target, outcome, request_id: Some("r-1".to_owned()) }])
}

/// Takes incident 4127 and has it written.
fn taken(app: &mut App) {
    run(app, "triage.assign-to-me");
    let effects = key(app, Key::Enter);
    journal(app, &effects);
    let me = app.profile.me.clone().unwrap();
    let done = Outcome::Done(changed(|incident| incident.assigned_to = Some(me.into())));
    let effects = app.update(Event::Reply(apply_task(&effects), applied(done)), now());
    journal(app, &effects);
}

#[test]
fn a_plan_waits_and_can_be_stopped_until_its_time_is_over() {
    let mut app = loaded();
    app.profile.grace_seconds = 2;
    run(&mut app, "triage.assign-to-me");
    let second = Effect::Wake { timer: Timer::Grace, after_ms: 1_000 };
    assert_eq!(key(&mut app, Key::Enter), std::slice::from_ref(&second));
    assert_eq!(app.update(Event::Woke(Timer::Grace), now()), [second]);
    key(&mut app, Key::Esc);
    assert!(matches!(app.overlays.last(), Some(Overlay::Plan(_))), "the plan stays to be looked at");
    assert_eq!((app.update(Event::Woke(Timer::Grace), now()), &app.applying), (vec![], &None));
    key(&mut app, Key::Enter);
    app.update(Event::Woke(Timer::Grace), now());
    let effects = app.update(Event::Woke(Timer::Grace), now());
    assert!(matches!(effects[..], [Effect::Apply(..), Effect::Record(_)]), "{effects:?}");
}

#[test]
fn enter_does_not_wait() {
    let mut app = loaded();
    app.profile.grace_seconds = 60;
    run(&mut app, "triage.assign-to-me");
    key(&mut app, Key::Enter);
    let effects = key(&mut app, Key::Enter);
    assert!(matches!(effects[..], [Effect::Apply(..), Effect::Record(_)]), "{effects:?}");
}

#[test]
fn a_dismissal_without_a_decision_takes_a_key_of_its_own() {
    let mut app = loaded();
    act(&mut app, Action::Show(Tab::Alerts));
    while app.alerts.selected() != Some("ir1") {
        run(&mut app, "list.down");
    }
    act(&mut app, Action::Propose(crate::triage::Act::SetStatus(Status::Resolved)));
    key(&mut app, Key::Enter);
    assert_eq!(app.applying, None);
    let effects = key(&mut app, Key::Char('D'));
    let Some(Effect::Apply(_, plan)) = effects.first() else { panic!("{effects:?}") };
    assert_eq!(plan.requests().len(), 1);
}

#[test]
fn a_conflict_is_left_or_written_over_as_chosen() {
    let mut app = loaded();
    run(&mut app, "triage.assign-to-me");
    let effects = key(&mut app, Key::Enter);
    let theirs = changed(|incident| incident.assigned_to = Some("l.brandt@contoso.example".into()));
    app.update(Event::Reply(apply_task(&effects), applied(Outcome::Conflict(theirs))), now());
    key(&mut app, Key::Enter);
    assert_eq!(remainder(&app).choice, Choice::Open, "nothing goes on before a choice");
    let [meanwhile] = &remainder(&app).meanwhile[..] else { panic!("{:?}", remainder(&app)) };
    assert_eq!((meanwhile.old.raw(), meanwhile.new.raw()), ("nobody", "l.brandt@contoso.example"));
    key(&mut app, Key::Char('t'));
    let mut left = app.clone();
    key(&mut left, Key::Enter);
    assert_eq!((left.overlays, left.applying), (vec![], None));

    key(&mut app, Key::Char('o'));
    key(&mut app, Key::Enter);
    let row = &shown_plan(&app).rows[0];
    assert_eq!(row.last_update, Some(now()), "over the record as it is now");
    assert_eq!(row.changes[0].old, "l.brandt@contoso.example".into());
    assert!(matches!(key(&mut app, Key::Enter)[0], Effect::Apply(..)));
}

#[test]
fn what_someone_else_changed_is_named_though_the_plan_does_not_touch_it_and_one_key_chooses_for_all() {
    let mut app = loaded();
    app.incidents.marks.extend(["4127".into(), "4100".into()]);
    run(&mut app, "triage.assign-to-me");
    let task = apply_task(&key(&mut app, Key::Enter));
    let conflict = |id: &str, edit: &dyn Fn(&mut Incident)| {
        let mut theirs = app.store.incident(id).unwrap().incident.clone();
        edit(&mut theirs);
        let outcome = Outcome::Conflict(Fresh::Incident(Box::new(theirs)));
        Applied { target: Target::Incident(id.into()), outcome, request_id: None }
    };
    let results = vec![
        conflict("4127", &|incident| incident.severity = crate::model::Severity::Low),
        conflict("4100", &|incident| {
            incident.details_mut().comments.push(crate::model::Comment {
                comment: "Spoke to HR.".into(),
                created_by: "l.brandt@contoso.example".into(),
                created: Some(now()),
            });
        }),
    ];
    app.update(Event::Reply(task, Reply::Applied(results)), now());
    let Some(Overlay::Results(shown)) = app.overlays.last() else { panic!("{:?}", app.overlays) };
    let told = |row: &Remainder| {
        row.meanwhile.iter().map(|one| format!("{} {}", one.field.title(), one.new.line())).collect::<Vec<_>>()
    };
    assert_eq!(shown.rows.iter().map(told).collect::<Vec<_>>(), [["severity low"], ["comment Spoke to HR."]]);
    key(&mut app, Key::Char('O'));
    key(&mut app, Key::Enter);
    assert_eq!(shown_plan(&app).rows.len(), 2);
}

#[test]
fn what_failed_is_tried_again_and_what_was_written_is_not() {
    let mut app = loaded();
    app.incidents.marks.extend(["4127".into(), "4100".into()]);
    assert_eq!(app.about(), Some(About::Incidents(vec!["4127".into(), "4100".into()])));
    run(&mut app, "triage.assign-to-me");
    assert_eq!(shown_plan(&app).rows.len(), 2);
    let task = apply_task(&key(&mut app, Key::Enter));
    let done = Outcome::Done(changed(|_| {}));
    let first = Applied { target: Target::Incident("4127".into()), outcome: done, request_id: None };
    app.update(Event::Reply(task, Reply::Wrote(first)), now());
    assert_eq!(app.applying.as_ref().map(|applying| applying.results.len()), Some(1));
    let outcome = Outcome::Failed(failure(Cause::Throttled));
    let second = Applied { target: Target::Incident("4100".into()), outcome, request_id: None };
    app.update(Event::Reply(task, Reply::Applied(vec![second])), now());
    assert_eq!(app.incidents.marks.iter().map(|id| &**id).collect::<Vec<_>>(), ["4100"]);
    key(&mut app, Key::Enter);
    let again: Vec<&Target> = shown_plan(&app).rows.iter().map(|row| &row.target).collect();
    assert_eq!(again, [&Target::Incident("4100".into())]);
}

#[test]
fn undo_reads_again_and_puts_the_values_before_back() {
    let mut app = loaded();
    taken(&mut app);
    let effects = run(&mut app, "undo");
    let [Effect::ReadAgain(task, targets)] = &effects[..] else { panic!("{effects:?}") };
    assert!(targets.contains(&Target::Incident("4127".into())));
    let me = app.profile.me.clone().unwrap();
    let now_held = changed(|incident| incident.assigned_to = Some(me.into()));
    let read = vec![(Target::Incident("4127".into()), Ok(now_held))];
    app.update(Event::Reply(*task, Reply::Read(read)), now());
    let plan = shown_plan(&app).clone();
    assert_eq!(plan.title, "Undo: Assign incident 4127 to j.ruiz@contoso.example");
    assert_eq!((&plan.rows[0].changes[0].new, plan.rows[0].last_update), (&"nobody".into(), Some(now())));
    let effects = key(&mut app, Key::Enter);
    journal(&mut app, &effects);
    let done = Outcome::Done(changed(|_| {}));
    let effects = app.update(Event::Reply(apply_task(&effects), applied(done)), now());
    journal(&mut app, &effects);
    assert!(app.journal.stories[1].is_undone);
    assert_eq!((command::command("undo").unwrap().resolve)(&app).unwrap_err().why, "no act is known to undo");
}

#[test]
fn undo_leaves_what_someone_else_changed_and_says_so() {
    let mut app = loaded();
    taken(&mut app);
    let effects = run(&mut app, "undo");
    let Effect::ReadAgain(task, _) = &effects[0] else { panic!("{effects:?}") };
    let foreign = changed(|incident| incident.assigned_to = Some("l.brandt@contoso.example".into()));
    let read = vec![(Target::Incident("4127".into()), Ok(foreign))];
    app.update(Event::Reply(*task, Reply::Read(read)), now());
    let plan = shown_plan(&app);
    assert_eq!(plan.requests(), []);
    assert!(plan.lost[0].starts_with("incident 4127: owner is l.brandt@contoso.example by now"), "{:?}", plan.lost);
}

#[test]
fn what_is_written_is_kept_as_it_is_typed_until_it_is_sent() {
    let mut app = loaded();
    run(&mut app, "triage.comment");
    let effects = key(&mut app, Key::Char('x'));
    assert_eq!(effects, [Effect::SaveDraft("comment:incident:4127".to_owned(), "x".to_owned())]);
    key(&mut app, Key::Esc);
    run(&mut app, "triage.comment");
    app.update(Event::Input(Input { key: Key::Char('s'), ctrl: true, shift: false }), now());
    assert_eq!(shown_plan(&app).rows[0].changes[0].new, "x".into());
    let effects = key(&mut app, Key::Enter);
    assert_eq!(effects[0], Effect::SaveDraft("comment:incident:4127".to_owned(), String::new()));
}

#[test]
fn a_restart_brings_drafts_and_the_journal_back() {
    let mut first = loaded();
    taken(&mut first);
    let records = first.journal.stories.iter().rev().flat_map(|story| std::iter::once(&story.head).chain(&story.rest));
    let kept = reply::Kept {
        drafts: vec![("hunt".to_owned(), "AlertInfo | take 3".to_owned())],
        records: records.cloned().collect(),
        queries: vec!["AlertInfo".to_owned()],
        notes: vec![noted(90, "incident:1", "waiting for HR")],
        ..reply::Kept::default()
    };
    let mut app = App::new(profile());
    let restore = task(&app.update(Event::Started, now()), |effect| match effect {
        Effect::Restore(task) => Some(*task),
        _ => None,
    });
    app.update(Event::Reply(restore, Reply::Restored(Ok(Box::new(kept)))), now());
    assert_eq!(app.hunt.editor.text(), "AlertInfo | take 3");
    assert!(app.undoable().is_ok(), "an act of the run before can be taken back");
    assert_eq!(app.journal.notes("incident:1").len(), 1);
    assert_eq!(app.journal.notes("incident:2"), []);
}

#[test]
fn a_note_is_kept_here_and_sent_nowhere() {
    let mut app = loaded();
    run(&mut app, "triage.note");
    let effects = key(&mut app, Key::Char('x'));
    assert_eq!(effects, [Effect::SaveDraft("note:incident:4127".to_owned(), "x".to_owned())]);
    let effects = app.update(Event::Input(Input { key: Key::Char('s'), ctrl: true, shift: false }), now());
    let entry = effects.iter().find_map(|effect| match effect {
        Effect::Record(entry) => Some(&**entry),
        _ => None,
    });
    let entry = entry.expect("a journal entry");
    assert_eq!((entry.kind, entry.subject.as_str(), entry.text.raw()), (Kind::Note, "incident:4127", "x"));
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Apply(..))), "{effects:?}");
    assert_eq!(effects[0], Effect::SaveDraft("note:incident:4127".to_owned(), String::new()));
    journal(&mut app, &effects);
    assert_eq!(app.journal.notes("incident:4127").len(), 1);
    assert!(app.overlays.is_empty());
}

#[test]
fn a_store_that_fails_is_told_once_and_stops_nothing() {
    let mut app = loaded();
    let effects = app.update(Event::StoreFailed(failure(Cause::Store)), now());
    assert_eq!(effects.len(), 1, "the notice's timer: {effects:?}");
    assert_eq!(app.update(Event::StoreFailed(failure(Cause::Store)), now()), []);
    taken(&mut app);
    assert_eq!(app.applying, None);
}

#[test]
fn writes_that_are_not_sent_yet_are_stopped_and_told_as_not_written() {
    let mut app = loaded();
    assert!(!app.can_stop());
    run(&mut app, "triage.assign-to-me");
    let effects = key(&mut app, Key::Enter);
    let task = apply_task(&effects);
    assert_eq!(run(&mut app, "stop").first(), Some(&Effect::StopApplying(task)));
    let stopped = Failure {
        what: "incident 4127".to_owned(),
        cause: Cause::Service,
        why: "stopped before it was sent".into(),
        remedy: String::new(),
        request_id: None,
    };
    app.update(Event::Reply(task, applied(Outcome::Failed(stopped))), now());
    let Some(Overlay::Results(results)) = app.overlays.last() else { panic!("{:?}", app.overlays) };
    assert_eq!((results.rows.len(), results.rows[0].choice), (1, Choice::Ours));
    assert!(!app.can_stop());
}

#[test]
fn loading_is_stopped_and_what_has_come_stays() {
    let mut app = App::new(Profile::default());
    let effects = app.update(Event::Started, now());
    let incidents = task(&effects, |effect| match effect {
        Effect::FetchIncidents(task, _) => Some(*task),
        _ => None,
    });
    let page = Page { items: vec![incident("4127", "Departing user", "high", "active")], is_last: false };
    app.update(Event::Reply(incidents, Reply::Incidents(Ok(page))), now());
    let effects = run(&mut app, "stop");
    assert_eq!(effects.iter().filter(|effect| matches!(effect, Effect::Cancel(_))).count(), 2, "{effects:?}");
    assert_eq!(app.store.incidents().len(), 1);
    assert!(!app.can_stop() && app.store.incidents_fetch.failure().is_some());
    assert!(run(&mut app, "refresh").iter().any(|effect| matches!(effect, Effect::FetchIncidents(..))));
}
