//! Whatever is pressed and whatever comes back, in any order.

use super::*;
use crate::app::action::Direction;
use crate::app::hunt::library::Template;
use crate::app::overlay::Purpose;
use crate::app::queue::Move;
use crate::triage::Act;
use crate::triage::plan::Status;
use proptest::prelude::*;

fn actions() -> impl Strategy<Value = Event> {
    let action = prop::sample::select(vec![
        Action::Refresh,
        Action::Show(Tab::Incidents),
        Action::Show(Tab::Alerts),
        Action::Show(Tab::User),
        Action::Show(Tab::Hunt),
        Action::Back,
        Action::Forward,
        Action::Ask(Question::Entities),
        Action::Move(Move::By(1)),
        Action::Move(Move::By(isize::MIN)),
        Action::Move(Move::Pages(isize::MAX)),
        Action::Move(Move::Last),
        Action::Open,
        Action::OpenUser,
        Action::Part(Direction::Next),
        Action::ToggleMark,
        Action::MarkRange,
        Action::NextUp,
        Action::NextNews,
        Action::Arrange(queue::Arrange::NextSort),
        Action::Arrange(queue::Arrange::NextGrouping),
        Action::Arrange(queue::Arrange::Fold),
        Action::Arrange(queue::Arrange::FoldAll),
        Action::CopyFilter,
        Action::Ask(Question::Columns),
        Action::ResetFilter,
        Action::Ask(Question::Help),
        Action::Ask(Question::Palette),
        Action::Ask(Question::Filter),
        Action::Ask(Question::Sources),
        Action::Ask(Question::Owner),
        Action::Ask(Question::Status),
        Action::Ask(Question::Finding(Purpose::Resolve)),
        Action::Ask(Question::Comment),
        Action::Ask(Question::Severity),
        Action::Ask(Question::Tags),
        Action::Ask(Question::Words),
        Action::Ask(Question::Text),
        Action::Ask(Question::History),
        Action::Ask(Question::Views),
        Action::Ask(Question::Note),
        Action::Show(Tab::Journal),
        Action::Undo,
        Action::Propose(Act::SetStatus(Status::InProgress)),
        Action::HuntAbout(Template::Alerts),
        Action::Hunt(hunt::Action::Run),
        Action::Hunt(hunt::Action::SwitchFocus),
        Action::Hunt(hunt::Action::Column(-1)),
        Action::Copy,
    ]);
    action.prop_map(Event::Action)
}

fn inputs() -> impl Strategy<Value = Event> {
    let key = prop::sample::select(vec![
        Key::Enter,
        Key::Enter,
        Key::Esc,
        Key::Tab,
        Key::Backspace,
        Key::Delete,
        Key::Left,
        Key::Right,
        Key::Up,
        Key::Down,
        Key::Home,
        Key::End,
        Key::PageDown,
        Key::PageUp,
        Key::Char(' '),
        Key::Char('a'),
        Key::Char('"'),
        Key::Char('e'),
        Key::Char('\u{301}'),
        Key::Char('漢'),
        Key::Paste("👩‍👩‍👧 x\r\ny".to_owned()),
    ]);
    (key, any::<bool>(), any::<bool>()).prop_map(|(key, ctrl, shift)| Event::Input(Input { key, ctrl, shift }))
}

fn replies() -> impl Strategy<Value = Event> {
    let reply = prop::sample::select(vec![
        Reply::Incidents(Ok(page(incidents()))),
        Reply::Incidents(Ok(Page { items: vec![], is_last: false })),
        Reply::Alerts(Ok(page(alerts()))),
        Reply::Alerts(Err(failure(Cause::Offline))),
        Reply::Incident(Ok(Box::new(incident("4127", "Again", "low", "resolved")))),
        Reply::Hunt(Ok(HuntOutcome { result: Box::default(), took_ms: 1, bytes: 1 })),
        Reply::RiskyUser(Ok(None)),
        Reply::Applied(vec![Applied {
            target: Target::Alert("ir1".into()),
            outcome: Outcome::Failed(failure(Cause::Service)),
            request_id: None,
        }]),
        Reply::Wrote(Applied {
            target: Target::Alert("ir1".into()),
            outcome: Outcome::Conflict(Fresh::Alert(Box::new(alerts().remove(1)))),
            request_id: None,
        }),
        Reply::Read(vec![(Target::Alert("ir1".into()), Err(failure(Cause::Offline)))]),
        Reply::Restored(Ok(Box::default())),
    ]);
    (0_u64..40, reply).prop_map(|(task, reply)| Event::Reply(TaskId(task), reply))
}

fn events() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => actions(),
        4 => inputs(),
        2 => replies(),
        1 => (0_usize..60).prop_map(|rows| Event::Resized { rows }),
        1 => Just(Event::Woke(Timer::Refresh)),
        1 => Just(Event::Woke(Timer::Grace)),
    ]
}

/// What holds between any two events.
fn check(app: &App) {
    for queue in [&app.incidents, &app.alerts] {
        assert!(queue.cursor() < queue.rows().len().max(1));
        assert_eq!(queue.selected().is_some(), !queue.rows().is_empty());
    }
    if let Some(page) = &app.user {
        assert!(page.cursor < page.alert_ids.len().max(1));
    }
    assert!(app.trail.len() <= 50);
}

proptest! {
    #![proptest_config(crate::base::cases::cases(96))]

    #[test]
    fn no_sequence_of_events_breaks_the_state(events in prop::collection::vec(events(), 1..60)) {
        let mut app = loaded();
        for event in events {
            app.update(event, now());
            check(&app);
        }
    }

    #[test]
    fn the_same_events_make_the_same_state(events in prop::collection::vec(events(), 1..30)) {
        let (mut one, mut other) = (loaded(), loaded());
        for event in events {
            let effects = one.update(event.clone(), now());
            prop_assert_eq!(effects, other.update(event, now()));
        }
        prop_assert_eq!(one, other);
    }

    #[test]
    fn a_line_keeps_its_cursor_on_a_border(events in prop::collection::vec(inputs(), 0..40)) {
        let mut line = line::Line::default();
        for event in events {
            if let Event::Input(input) = event {
                line.input(&input);
                let (before, after) = line.split();
                prop_assert_eq!(format!("{before}{after}"), line.text());
            }
        }
    }
}
