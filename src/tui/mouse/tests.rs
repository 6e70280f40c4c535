//! Clicks and the wheel on drawn screens.

use super::*;
use crate::app::View;
use crate::app::columns::Field;
use crate::app::hunt::Editor;
use crate::tui::tests::Desk;
use proptest::prelude::*;

const SIZE: (u16, u16) = (120, 40);
const LEFT: MouseEventKind = MouseEventKind::Down(MouseButton::Left);
const RIGHT: MouseEventKind = MouseEventKind::Down(MouseButton::Right);

fn taken() -> Desk {
    let mut desk = Desk::loaded();
    desk.app.has_mouse = true;
    desk
}

/// Where `text` stands on the screen, which is drawn.
fn find(desk: &mut Desk, text: &str) -> (u16, u16) {
    place(desk, text, false)
}

/// Where it stands lowest.
fn find_last(desk: &mut Desk, text: &str) -> (u16, u16) {
    place(desk, text, true)
}

fn find_in(desk: &mut Desk, size: (u16, u16), text: &str) -> (u16, u16) {
    place_in(&desk.screen(size), text, false)
}

fn place(desk: &mut Desk, text: &str, is_last: bool) -> (u16, u16) {
    place_in(&desk.screen(SIZE), text, is_last)
}

fn place_in(screen: &str, text: &str, is_last: bool) -> (u16, u16) {
    let mut found = screen.lines().enumerate().filter_map(|(row, line)| Some((line.find(text)?, row, line)));
    let found = if is_last { found.last() } else { found.next() };
    let Some((at, row, line)) = found else { panic!("no {text} on\n{screen}") };
    (line.get(..at).unwrap_or_default().chars().count() as u16, row as u16)
}

/// Clicks on `text`, some time after whatever was clicked before.
fn click(desk: &mut Desk, text: &str) {
    let place = find(desk, text);
    desk.clock += DOUBLE * 2;
    desk.point(LEFT, place);
}

fn click_last(desk: &mut Desk, text: &str) {
    let place = find_last(desk, text);
    desk.clock += DOUBLE * 2;
    desk.point(LEFT, place);
}

fn sorted(desk: &Desk) -> String {
    desk.app.incidents.sort.title()
}

#[test]
fn where_it_is_the_terminals_nothing_is_known_and_nothing_happens() {
    let mut desk = Desk::loaded();
    let place = find(&mut desk, "Label downgrade");
    let before = desk.app.clone();
    desk.point(LEFT, place);
    let places = (0..SIZE.0).flat_map(|x| (0..SIZE.1).map(move |y| Position::new(x, y)));
    assert!(desk.app == before && places.filter_map(|place| desk.spots.at(place)).count() == 0);
    desk.keys("gm");
    assert!(desk.app.has_mouse && desk.screen(SIZE).contains("the mouse is taken"));
    desk.keys("gm");
    assert!(!desk.app.has_mouse);
}

#[test]
fn a_click_selects_and_two_open_though_nothing_was_drawn_between() {
    let mut desk = taken();
    click(&mut desk, "Label downgrade");
    assert_eq!((desk.app.incidents.selected(), desk.app.view), (Some("4119"), View::Incidents));
    click(&mut desk, "Departing user");
    let place = find(&mut desk, "Label downgrade");
    desk.clock += DOUBLE * 2;
    desk.point(LEFT, place);
    desk.point(LEFT, place);
    assert_eq!(desk.app.view, View::Incident);
    assert_eq!(desk.app.incident.as_ref().map(|page| &*page.id), Some("4119"));
    // A third click is no second double click.
    desk.point(LEFT, place);
    assert_eq!(desk.app.view, View::Incident);
}

#[test]
fn two_slow_clicks_are_no_double_click() {
    let mut desk = taken();
    let place = find(&mut desk, "Label downgrade");
    desk.point(LEFT, place);
    desk.clock += DOUBLE;
    desk.point(LEFT, place);
    assert_eq!(desk.app.view, View::Incidents);
}

#[test]
fn a_heading_sorts_and_turns_round() {
    let mut desk = taken();
    click(&mut desk, "Age");
    let once = sorted(&desk);
    click(&mut desk, "Age");
    assert_ne!(once, sorted(&desk));
    assert_eq!(desk.app.incidents.sort.keys().iter().map(|key| key.field).collect::<Vec<_>>(), [Field::Age]);
}

#[test]
fn the_wheel_moves_what_is_under_it() {
    let mut desk = taken();
    let place = find(&mut desk, "Departing user");
    desk.point(MouseEventKind::ScrollDown, place);
    assert_eq!(desk.app.incidents.cursor(), 3);
    desk.point(MouseEventKind::ScrollUp, place);
    assert_eq!(desk.app.incidents.cursor(), 0);
    desk.keys("?");
    let place = find(&mut desk, "Keys of this view");
    desk.point(MouseEventKind::ScrollDown, place);
    assert!(matches!(desk.app.overlays.last(), Some(Overlay::Help { scroll: 3 })));
}

#[test]
fn a_right_click_offers_where_to_go_and_a_click_beside_closes() {
    let mut desk = taken();
    let place = find(&mut desk, "Unusual print");
    desk.point(RIGHT, place);
    assert_eq!(desk.app.incidents.selected(), Some("4102"));
    assert!(matches!(desk.app.overlays.last(), Some(Overlay::Pivots(..))), "{:?}", desk.app.overlays);
    desk.screen(SIZE);
    desk.point(LEFT, (0, 0));
    assert_eq!(desk.app.overlays, []);
    desk.screen(SIZE);
    desk.point(RIGHT, place);
    click(&mut desk, "Alerts that name it");
    assert_eq!((desk.app.view, desk.app.overlays.len()), (View::Alerts, 0));
}

#[test]
fn a_choice_is_taken_once_however_often_it_is_clicked() {
    let mut desk = taken();
    desk.keys("s");
    let place = find_last(&mut desk, "in progress");
    desk.point(LEFT, place);
    desk.screen(SIZE);
    desk.point(LEFT, place);
    assert!(matches!(desk.app.overlays[..], [Overlay::Status(..), Overlay::Plan(_)]), "{:?}", desk.app.overlays);
    click(&mut desk, "Esc do not");
    assert_eq!(desk.app.overlays.len(), 1);
}

#[test]
fn a_click_puts_the_cursor_of_a_text_where_it_is() {
    let mut desk = taken();
    desk.keys("mtalked to HR\nand to legal");
    let written = |desk: &Desk| desk.app.overlays.last().and_then(Overlay::written).map(Editor::cursor);
    click(&mut desk, "to HR");
    assert_eq!(written(&desk), Some((0, 7)));
    desk.keys("twice ");
    assert!(desk.screen(SIZE).contains("talked twice to HR"));
    // Behind the end of a line, and below the last.
    let (column, row) = find(&mut desk, "and to legal");
    desk.clock += DOUBLE * 2;
    desk.point(LEFT, (column + 40, row));
    assert_eq!(written(&desk), Some((1, 12)));
    desk.point(LEFT, (column + 4, row + 3));
    assert_eq!(written(&desk).map(|(line, _)| line), Some(1));
    desk.point(MouseEventKind::ScrollUp, (column, row));
    assert_eq!(written(&desk).map(|(line, _)| line), Some(0), "the wheel moves as arrows do");
    assert!(matches!(desk.app.overlays[..], [Overlay::Comment(..)]), "{:?}", desk.app.overlays);
}

#[test]
fn the_wheel_scrolls_the_preview_and_the_next_one_begins_at_its_top() {
    let mut desk = taken();
    let size = (80, 20);
    let first = |desk: &mut Desk| {
        let screen = desk.screen(size);
        let at = screen.lines().position(|line| line.starts_with("── ")).expect("a preview");
        (screen.lines().nth(at + 4).unwrap_or_default().to_owned(), screen.contains('+'))
    };
    let (top, is_more) = first(&mut desk);
    assert!(is_more, "{top}");
    let place = find_in(&mut desk, size, "Priority");
    let cursor = desk.app.incidents.cursor();
    desk.point(MouseEventKind::ScrollDown, place);
    assert_ne!(first(&mut desk).0, top);
    assert_eq!(desk.app.incidents.cursor(), cursor, "the queue stays");
    for _ in 0..9 {
        desk.point(MouseEventKind::ScrollDown, place);
    }
    desk.point(MouseEventKind::ScrollUp, place);
    desk.point(MouseEventKind::ScrollUp, place);
    assert_eq!(first(&mut desk).0, top, "no farther than to the last row, so not far back");
    desk.point(MouseEventKind::ScrollDown, place);
    desk.keys("jk");
    desk.screen(size);
    desk.keys("j");
    desk.screen(size);
    desk.keys("k");
    assert_eq!(first(&mut desk).0, top);
}

#[test]
fn boxes_are_ticked_and_candidates_taken() {
    let mut desk = taken();
    desk.keys("O");
    let shown = desk.app.incidents.columns.clone();
    click_last(&mut desk, "Owner");
    assert_ne!(desk.app.incidents.columns, shown);
    desk.keys("\u{1b}/source:");
    click_last(&mut desk, "insider-risk");
    let Some(Overlay::Filter(prompt)) = desk.app.overlays.last() else { panic!("the filter is closed") };
    assert!(prompt.line.text().contains("source:insider-risk"), "{}", prompt.line.text());
}

#[test]
fn parts_tabs_and_footers_go_where_they_say() {
    let mut desk = taken();
    click(&mut desk, "2 Alerts");
    assert_eq!(desk.app.view, View::Alerts);
    click(&mut desk, " Enter open".trim_start());
    assert_eq!(desk.app.view, View::Incident);
    click(&mut desk, "entities");
    assert_eq!(desk.app.focused(), Some(Pane::Part(crate::app::incident::Part::Entities)));
    click(&mut desk, "Removable media write");
    assert_eq!(desk.app.focused(), Some(Pane::Part(crate::app::incident::Part::Alerts)));
    assert_eq!(desk.app.incident.as_ref().and_then(|page| page.alert.as_deref()), Some("da2"));
}

#[test]
fn cells_headings_and_text_of_a_hunt() {
    let mut desk = taken();
    desk.keys("h");
    desk.point(LEFT, (0, 0));
    desk.tell(Event::Action(Action::Hunt(hunt::Action::Run)));
    click(&mut desk, "PHX-VDI-14");
    assert_eq!((desk.app.hunt.row, desk.app.hunt.column, desk.app.focused()), (2, 1, Some(Pane::Results)));
    click_last(&mut desk, "Files");
    assert_eq!(desk.app.hunt.arranged.sorted, Some((2, false)));
    click(&mut desk, "where");
    let (line, character) = desk.app.hunt.editor.cursor();
    let text = &desk.app.hunt.editor.lines()[line];
    assert_eq!(text.chars().skip(character).take(5).collect::<String>(), "where", "{text}");
    assert_eq!(desk.app.focused(), Some(Pane::Editor));
}

proptest! {
    #![proptest_config(crate::base::cases::cases(48))]

    #[test]
    fn clicks_anywhere_amid_keys_never_panic(
        steps in prop::collection::vec(
            (prop::sample::select("jkG?/f:12345srAOp.Mmw \n\t\u{1b}".chars().collect::<Vec<_>>()), 0_u16..120, 0_u16..40, 0_u8..5),
            1..40,
        ),
    ) {
        let mut desk = taken();
        for (key, column, row, what) in steps {
            desk.draw(SIZE);
            match what {
                0 => drop(desk.keys(&key.to_string())),
                1 => desk.point(MouseEventKind::ScrollDown, (column, row)),
                2 => desk.point(RIGHT, (column, row)),
                _ => desk.point(LEFT, (column, row)),
            }
            desk.clock += DOUBLE / 3;
        }
    }
}
