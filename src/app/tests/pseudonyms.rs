//! The pseudonym mode: faces get aliases, what is sent and kept gets names.

use super::*;
use crate::app::pseudonyms::{REVEALED_FOR, State};
use crate::triage::journal::Kind;
use crate::triage::pseudonym::Book;

/// An application with both queues loaded and the mode on.
fn masked() -> App {
    let mut app = loaded();
    app.pseudonyms.book = Some(Book::new(b"key".to_vec(), app.profile.me.as_deref(), []));
    run(&mut app, "pseudonyms");
    app
}

fn alias(app: &App) -> String {
    app.pseudonyms.faces().unwrap().show(MARA).into_owned()
}

fn go_to_mara(app: &mut App) {
    run(app, "list.first");
    assert_eq!(app.person_at_hand().unwrap().upn.raw(), MARA);
}

#[test]
fn what_arrives_is_known_before_it_is_shown_and_kept_for_the_next_time() {
    let mut app = App::new(profile());
    app.pseudonyms = State::on(Book::new(b"key".to_vec(), Some("j.ruiz@contoso.example"), []));
    let (_, task) = fetch_tasks(&app.update(Event::Started, now()));
    let effects = app.update(Event::Reply(task, Reply::Alerts(Ok(page(alerts())))), now());
    let kept: Vec<&str> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::KeepPseudonyms(spelled) => Some(spelled.iter().map(|one| one.text.as_str())),
            _ => None,
        })
        .flatten()
        .collect();
    assert!(kept.contains(&MARA), "{kept:?}");
    let shown = app.pseudonyms.faces().unwrap();
    assert!(shown.show(MARA).starts_with("Person-"));
    assert_eq!(shown.show("j.ruiz@contoso.example"), "j.ruiz@contoso.example", "the analyst's own name stays");
}

#[test]
fn a_query_is_edited_with_aliases_and_sent_with_names() {
    let mut app = masked();
    go_to_mara(&mut app);
    run(&mut app, "triage.hunt");
    let edited = app.hunt.editor.text();
    assert!(edited.contains(&alias(&app)) && !edited.contains(MARA), "{edited}");
    let effects = run(&mut app, "hunt.run");
    let sent = effects.iter().find_map(|effect| match effect {
        Effect::Hunt(_, query) => Some(query.text.as_str()),
        _ => None,
    });
    assert!(sent.is_some_and(|sent| sent.contains(MARA) && !sent.contains("Person-")), "{sent:?}");
    for effect in &effects {
        match effect {
            Effect::Record(entry) => {
                assert!(entry.text.raw().contains(MARA), "the journal has the query as it was sent");
            }
            Effect::RememberQuery(text) => assert!(text.contains(MARA)),
            _ => {}
        }
    }
    run(&mut app, "show.incidents");
    run(&mut app, "pseudonyms");
    assert!(app.hunt.editor.text().contains(MARA), "names come back with the mode off");
}

#[test]
fn an_alias_that_is_typed_finds_and_assigns_its_person() {
    let mut app = masked();
    let alias = alias(&app);
    run(&mut app, "queue.filter");
    key(&mut app, Key::Paste(format!("user:{}", alias.to_lowercase())));
    key(&mut app, Key::Enter);
    assert_eq!(shown(&app), ["4127"]);
    run(&mut app, "queue.reset-filter");
    run(&mut app, "triage.comment");
    type_text(&mut app, &format!("asked {alias}"));
    app.update(Event::Input(Input { key: Key::Char('s'), ctrl: true, shift: false }), now());
    let Body::Comment(comment) = &shown_plan(&app).rows[0].body else { panic!("{:?}", shown_plan(&app).rows) };
    assert_eq!(*comment, format!("asked {MARA}"));
}

#[test]
fn what_leaves_for_a_person_shows_aliases() {
    let mut app = masked();
    go_to_mara(&mut app);
    run(&mut app, "triage.user");
    let copied = run(&mut app, "list.copy");
    assert_eq!(copied.iter().find(|effect| matches!(effect, Effect::Copy(_))), Some(&Effect::Copy(alias(&app))));
}

#[test]
fn a_name_is_shown_for_a_reason_that_is_journaled_and_for_five_minutes() {
    let mut app = masked();
    go_to_mara(&mut app);
    let hidden = alias(&app);
    run(&mut app, "reveal");
    assert_eq!(key(&mut app, Key::Enter).iter().filter(|effect| matches!(effect, Effect::Record(_))).count(), 0);
    assert_eq!(alias(&app), hidden, "without a reason nothing is shown");
    type_text(&mut app, "works council asked");
    let effects = key(&mut app, Key::Enter);
    let entry = effects.iter().find_map(|effect| match effect {
        Effect::Record(entry) => Some(entry),
        _ => None,
    });
    let entry = entry.expect("a reveal leaves a trace");
    assert_eq!((entry.kind, entry.subject.as_str(), entry.by.as_str()), (Kind::Reveal, MARA, "j.ruiz@contoso.example"));
    assert_eq!(entry.text.raw(), format!("{hidden} at incidents: works council asked"));
    assert_eq!(alias(&app), MARA);
    app.update(Event::Woke(Timer::Reveal), now());
    assert_eq!(alias(&app), MARA, "its time is not over");
    app.update(Event::Woke(Timer::Reveal), now() + REVEALED_FOR);
    assert_eq!(alias(&app), hidden);
}

#[test]
fn nothing_changes_while_it_is_off() {
    let mut app = loaded();
    assert!(app.pseudonyms.faces().is_none());
    run(&mut app, "pseudonyms");
    assert!(!app.pseudonyms.is_on, "without the book of who was called what, it does not go on");
    assert!(app.notices.latest().unwrap().text.contains("local store"));
}
