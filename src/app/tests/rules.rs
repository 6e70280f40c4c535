//! One rule a test.

use super::acts::remainder;
use super::*;
use crate::app::hunt::library::Template;
use crate::app::overlay::Choice;
use crate::triage::dossier::Section;
use crate::triage::{Act, Person};

#[test]
fn late_reply_is_dropped() {
    let mut app = App::new(profile());
    let (stale, _) = fetch_tasks(&app.update(Event::Started, now()));
    let effects = act(&mut app, Action::Refresh);
    assert!(effects.contains(&Effect::Cancel(stale)));
    let before = app.clone();
    app.update(Event::Reply(stale, Reply::Incidents(Ok(page(incidents())))), now());
    app.update(Event::Reply(TaskId(999), Reply::Applied(vec![])), now());
    app.update(Event::Reply(TaskId(999), Reply::User(Err(failure(Cause::Offline)))), now());
    assert_eq!(app, before.clone());
    assert_eq!(app.store.incidents().len(), 0);
}

#[test]
fn selection_stays_on_its_record_over_refresh_filter_and_sort() {
    let mut app = loaded();
    run(&mut app, "list.down");
    assert_eq!(app.incidents.selected(), Some("4100"));
    let (task, _) = fetch_tasks(&act(&mut app, Action::Refresh));
    let mut more = incidents();
    more.insert(0, incident("4200", "Newer and graver", "high", "active"));
    app.update(Event::Reply(task, Reply::Incidents(Ok(page(more)))), now());
    assert_eq!(app.incidents.selected(), Some("4100"));
    assert_eq!(app.incidents.cursor(), 2);
    run(&mut app, "queue.sort");
    assert_eq!(app.incidents.selected(), Some("4100"));
    run(&mut app, "queue.filter");
    type_text(&mut app, "phishing");
    assert_eq!((shown(&app), app.incidents.selected()), (vec!["4100"], Some("4100")));
}

#[test]
fn a_row_that_leaves_gives_the_cursor_to_the_one_in_its_place() {
    let mut app = loaded();
    let (task, _) = fetch_tasks(&act(&mut app, Action::Refresh));
    let rest = incidents().into_iter().filter(|incident| &*incident.id != "4127").collect();
    app.update(Event::Reply(task, Reply::Incidents(Ok(page(rest)))), now());
    assert_eq!((app.incidents.cursor(), app.incidents.selected()), (0, Some("4100")));
}

#[test]
fn a_failed_refresh_keeps_what_was_there_and_says_why() {
    let mut app = loaded();
    let (task, _) = fetch_tasks(&act(&mut app, Action::Refresh));
    app.update(Event::Reply(task, Reply::Incidents(Err(failure(Cause::Throttled)))), now());
    assert_eq!(shown(&app), ["4127", "4100"]);
    let RemoteState::Loaded { failure: Some(cause), .. } = app.store.incidents_fetch.state() else { panic!("loaded") };
    assert_eq!(cause.cause, Cause::Throttled);
}

#[test]
fn incidents_show_the_sources_and_people_of_alerts_that_came_first() {
    let mut app = App::new(profile());
    let (incidents_task, alerts_task) = fetch_tasks(&app.update(Event::Started, now()));
    app.update(Event::Reply(alerts_task, Reply::Alerts(Ok(page(alerts())))), now());
    app.update(Event::Reply(incidents_task, Reply::Incidents(Ok(page(incidents())))), now());
    let entry = app.store.incident("4127").unwrap();
    let badges: Vec<&str> = entry.sources.iter().map(crate::model::ServiceSource::badge).collect();
    assert_eq!((badges, entry.people[0].upn.raw()), (vec!["IRM", "DLP"], MARA));
}

#[test]
fn a_filter_that_looks_further_back_fetches_more() {
    let mut app = loaded();
    run(&mut app, "queue.filter");
    app.update(Event::Input(Input { key: Key::Char('u'), ctrl: true, shift: false }), now());
    type_text(&mut app, "age<90d");
    let effects = key(&mut app, Key::Enter);
    let asked = effects.iter().find_map(|effect| match effect {
        Effect::FetchIncidents(_, query) => query.filter.clone(),
        _ => None,
    });
    assert_eq!(asked.as_deref(), Some("createdDateTime ge 2026-08-25T12:00:00Z"));
}

#[test]
fn an_unreadable_filter_is_not_taken_and_escape_brings_the_old_one_back() {
    let mut app = loaded();
    let before = app.incidents.filter.clone();
    run(&mut app, "queue.filter");
    type_text(&mut app, "colour:red");
    key(&mut app, Key::Enter);
    assert!(matches!(app.overlays.last(), Some(Overlay::Filter(_))));
    key(&mut app, Key::Esc);
    assert_eq!((app.overlays.len(), &app.incidents.filter), (0, &before));
}

#[test]
fn a_read_only_profile_offers_no_write_and_says_why() {
    let mut app = loaded();
    app.profile.read_only = true;
    for command in COMMANDS.iter().filter(|command| command.id.starts_with("triage.")) {
        let resolved = (command.resolve)(&app);
        if !["triage.user", "triage.hunt", "triage.note"].contains(&command.id) {
            assert_eq!(resolved.unwrap_err().why, "read-only: nothing is written to the tenant", "{}", command.id);
        }
    }
    act(&mut app, Action::Propose(Act::Assign(None)));
    assert_eq!(app.overlays, []);
}

#[test]
fn a_record_changed_by_someone_else_is_reported_and_shown_as_it_is() {
    let mut app = loaded();
    run(&mut app, "triage.assign-to-me");
    let effects = key(&mut app, Key::Enter);
    let [Effect::Apply(task, _), Effect::Record(_)] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((command::command("triage.assign").unwrap().resolve)(&app).unwrap_err().why, "a write is under way");
    let mut theirs = incident("4127", "Departing user", "high", "inProgress");
    theirs.last_update = Some(now());
    let conflict = Applied {
        target: Target::Incident("4127".into()),
        outcome: Outcome::Conflict(Fresh::Incident(Box::new(theirs))),
        request_id: None,
    };
    app.update(Event::Reply(*task, Reply::Applied(vec![conflict])), now());
    assert_eq!(remainder(&app).choice, Choice::Open);
    assert_eq!(app.store.incident("4127").unwrap().incident.status.title(), "in progress");
}

#[test]
fn an_older_copy_never_replaces_a_newer_one() {
    let mut app = loaded();
    let mut newer = incident("4127", "Renamed", "high", "active");
    newer.last_update = Some(now());
    app.store.take_incidents([newer], TaskId(50));
    app.store.take_incidents(incidents(), TaskId(51));
    assert_eq!(app.store.incident("4127").unwrap().incident.display_name, "Renamed".into());
}

#[test]
fn a_comment_is_planned_with_its_line_breaks() {
    let mut app = loaded();
    run(&mut app, "triage.comment");
    key(&mut app, Key::Paste("first\r\nsecond\rthird".to_owned()));
    app.update(Event::Input(Input { key: Key::Char('s'), ctrl: true, shift: false }), now());
    assert_eq!(shown_plan(&app).rows[0].body, Body::Comment("first\nsecond\nthird".to_owned()));
}

#[test]
fn marked_alerts_are_written_together() {
    let mut app = loaded();
    act(&mut app, Action::Show(Tab::Alerts));
    run(&mut app, "queue.mark");
    run(&mut app, "queue.mark");
    run(&mut app, "triage.assign-to-me");
    assert_eq!(shown_plan(&app).requests().len(), 2);
}

#[test]
fn nothing_of_a_name_escapes_its_literal() {
    let cases = [
        "a\" | take 1 //",
        "back\\slash\\",
        "line\nbreak\r\t",
        "\u{202e}rtl\u{200b}",
        "\u{1b}[31m",
        "o'hara",
        "\\\" or 1 == 1 //",
    ];
    for name in cases {
        let literal = hunt::literal::string(name);
        let inner = literal.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap();
        let mut escaped = false;
        for c in inner.chars() {
            assert!(escaped || c != '"', "{literal}");
            assert!(!c.is_control(), "{literal}");
            escaped = c == '\\' && !escaped;
        }
        assert!(!escaped, "{literal}");
        for template in Template::ABOUT_PERSON {
            let query = template.about(&Person::by_upn(name));
            assert!(query.contains(&literal), "{query}");
            assert_eq!(query.replace(&literal, "").matches('"').count(), 0, "{query}");
        }
    }
}

#[test]
fn a_missing_table_is_explained_by_data_sharing() {
    let mut app = loaded();
    let effects = run(&mut app, "triage.user");
    let hunts: Vec<TaskId> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Hunt(task, _) => Some(*task),
            _ => None,
        })
        .collect();
    let cause = Cause::BadQuery { message: "Failed to resolve table 'DataSecurityEvents'".into() };
    app.update(Event::Reply(hunts[0], Reply::Hunt(Err(failure(cause)))), now());
    let page = app.user.as_ref().unwrap();
    assert!(page.activity.failure().unwrap().remedy.starts_with("Insider Risk shares no data"));
    assert!(page.part(Section::Behaviors).unwrap().rows.is_loading());
}

#[test]
fn a_pseudonym_is_not_looked_up() {
    let mut app = loaded();
    let (_, task) = fetch_tasks(&act(&mut app, Action::Refresh));
    let mut hidden = alert("ir9", "4127", IRM, "AnonIS8-988");
    hidden.incident_id = Some("4100".into());
    if let Some(evidence) = hidden.details_mut().evidence.first_mut()
        && let crate::model::EvidenceKind::User(account) = &mut evidence.kind
    {
        account.entra_object_id = "".into();
    }
    app.update(Event::Reply(task, Reply::Alerts(Ok(page(vec![hidden])))), now());
    run(&mut app, "list.last");
    run(&mut app, "list.first");
    assert_eq!(app.incidents.selected(), Some("4100"));
    assert!(matches!(run(&mut app, "triage.user")[..], [Effect::Record(_)]));
    assert!(matches!(app.user.as_ref().unwrap().identity.state(), RemoteState::Unavailable(_)));
}

#[test]
fn the_timer_fetches_only_what_changed_and_drops_nothing() {
    let mut app = loaded();
    let effects = app.update(Event::Woke(Timer::Refresh), now());
    let (task, _) = fetch_tasks(&effects);
    let Effect::FetchIncidents(_, query) = &effects[0] else { panic!("{effects:?}") };
    assert_eq!(query.filter.as_deref(), Some("lastUpdateDateTime ge 2026-11-23T11:55:00Z"));
    app.update(Event::Reply(task, Reply::Incidents(Ok(page(vec![])))), now());
    assert_eq!(shown(&app), ["4127", "4100"]);
}

#[test]
fn back_returns_to_where_one_was_with_its_cursor() {
    let mut app = loaded();
    run(&mut app, "list.down");
    run(&mut app, "list.open");
    run(&mut app, "triage.user");
    for view in [View::Incident, View::Incidents] {
        act(&mut app, Action::Back);
        assert_eq!(app.view, view);
    }
    assert_eq!(app.incidents.selected(), Some("4100"));
}

#[test]
fn the_palette_runs_what_it_finds() {
    let mut app = loaded();
    run(&mut app, "palette");
    type_text(&mut app, "sort");
    key(&mut app, Key::Enter);
    assert_eq!((&app.incidents.sort, app.overlays.len()), (&sort::Sort::by(columns::Field::Age), 0));
    assert_eq!(app.update(Event::Action(Action::Ask(Question::Help)), now()), []);
    assert_eq!(app.overlays, [Overlay::Help { scroll: 0 }]);
}

#[test]
fn commands_are_unique_and_fit_the_help_screen() {
    let mut ids: Vec<&str> = COMMANDS.iter().map(|command| command.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), COMMANDS.len());
    for command in COMMANDS {
        assert!(command.help.len() <= 60 && command.title.len() <= 16, "{}", command.id);
    }
}

#[test]
fn a_statement_with_errors_is_sent_only_when_asked_twice() {
    let mut app = loaded();
    act(&mut app, Action::Show(Tab::Hunt));
    type_text(&mut app, "NoSuchTable | take 1");
    let has_error = app.hunt.diagnostics.iter().any(crate::kql::Diagnostic::is_error);
    let first = run(&mut app, "hunt.run");
    let sent = |effects: &[Effect]| effects.iter().any(|effect| matches!(effect, Effect::Hunt(..)));
    assert_eq!(sent(&first), !has_error);
    assert!(sent(&run(&mut app, "hunt.run")));
}

#[test]
fn a_second_query_goes_below_the_first() {
    let mut app = loaded();
    act(&mut app, Action::Show(Tab::Hunt));
    type_text(&mut app, "print 1");
    act(&mut app, Action::Back);
    run(&mut app, "triage.hunt");
    assert!(app.hunt.editor.text().starts_with("print 1\n\nDataSecurityEvents\n"));
    app.hunt.editor.undo();
    assert_eq!(app.hunt.editor.cursor().0, app.hunt.editor.lines().len() - 1);
}

#[test]
fn the_built_in_queries_fit_the_schema() {
    for template in Template::ABOUT_PERSON.into_iter().chain([Template::ActivitySummary]) {
        let query = template.about(&Person::by_upn("o\"hara\\@contoso.example"));
        let compiled = crate::kql::compile(&query, crate::kql::Schema::hunting());
        let errors: Vec<String> =
            compiled.diagnostics.iter().filter(|one| one.is_error()).map(|one| one.render(&query)).collect();
        assert_eq!(errors, Vec::<String>::new(), "{template:?}");
    }
}

#[test]
fn a_wanted_sign_in_is_shown_once_with_the_newest_code() {
    let mut app = App::new(profile());
    for code in ["enter the code ABC", "enter the code XYZ\u{1b}[31m"] {
        let wanted = Event::SignInWanted { message: code.into(), code: "ABC".into() };
        assert_eq!(app.update(wanted, now()), [Effect::Copy("ABC".to_owned())]);
    }
    let [Overlay::Message(message)] = &app.overlays[..] else { panic!("{:?}", app.overlays) };
    assert_eq!(message.lines[0], "enter the code XYZ<U+001B>[31m");
    let hidden = app.update(Event::Input(Input::plain(Key::Enter)), now());
    assert_eq!((hidden, app.overlays.len()), (Vec::new(), 0), "the sign-in goes on");
    app.update(Event::SignInWanted { message: "again".into(), code: "ABC".into() }, now());
    let given_up = app.update(Event::Input(Input::plain(Key::Esc)), now());
    assert_eq!((given_up, app.overlays.len()), (vec![Effect::CancelSignIn], 0));
    app.update(Event::SignInWanted { message: "again".into(), code: "ABC".into() }, now());
    app.overlays.clear();
    let long = "go to https://login.contoso.example/tenant/oauth2/deviceauth?hint=analyst. Enter ABC";
    app.update(Event::SignInWanted { message: long.into(), code: "ABC".into() }, now());
    let copied = ['y', 'c'].map(|letter| key(&mut app, Key::Char(letter)));
    let address = "https://login.contoso.example/tenant/oauth2/deviceauth?hint=analyst".to_owned();
    assert_eq!(copied, [vec![Effect::Copy(address)], vec![Effect::Copy("ABC".to_owned())]], "each whole");
    app.overlays.clear();
    app.update(Event::SignInWanted { message: "again".into(), code: "ABC".into() }, now());
    let ended = app.update(Event::SignInEnded, now());
    assert_eq!((ended, app.overlays.len()), (Vec::new(), 0), "a dead code is taken off the screen");
}
