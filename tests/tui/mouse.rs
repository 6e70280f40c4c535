//! The mouse, by the reports that a terminal sends.

use crate::support::Terminal;
use crate::{ESC, first_row};

/// A click of the left button on a cell, counted from 0.
fn click(column: usize, row: usize) -> String {
    let (column, row) = (column + 1, row + 1);
    format!("\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m")
}

/// Where `text` stands on the screen.
fn place(screen: &str, text: &str) -> (usize, usize) {
    let found =
        screen.lines().enumerate().find_map(|(row, line)| Some((line.split_once(text)?.0.chars().count(), row)));
    found.unwrap_or_else(|| panic!("no {text} on\n{screen}"))
}

#[test]
fn it_is_the_terminals_until_it_is_asked_for() {
    let mut t = Terminal::start(&["lab", "--scale", "small"], 120, 40, &[]);
    t.wait_for("the departing user on top", |screen| first_row(screen).contains("Mara Okafor"));
    t.send("j").wait_for("the second row", |screen| screen.lines().nth(4).is_some_and(|row| row.starts_with('>')));
    assert!(!t.has_mouse() && !t.written.windows(4).any(|four| four == b"1000"), "no report was asked for");
    // What comes all the same is no key.
    t.send(&click(20, 6)).send("gm").wait_text("the mouse is taken");
    assert!(t.has_mouse());
    t.send("gm").wait_text("the terminal's again");
    assert!(!t.has_mouse());
    t.send("q");
    assert_eq!(t.wait_exit(), 0);
}

#[test]
fn it_selects_opens_sorts_pivots_and_closes() {
    let mut t = Terminal::start(&["lab", "--scale", "small"], 120, 40, &[("WATCHFLOOR_MOUSE", "true")]);
    t.wait_for("the departing user on top", |screen| first_row(screen).contains("Mara Okafor"));
    assert!(t.has_mouse());
    // Torn amid its numbers, and its rest late.
    let report = click(20, 6);
    let (begins, ends) = report.split_at(6);
    t.send(begins);
    std::thread::sleep(std::time::Duration::from_millis(150));
    t.send(ends).wait_for("the fourth row", |screen| screen.lines().nth(6).is_some_and(|row| row.starts_with('>')));
    let screen = t.send("\x1b[<64;20;7M").wait_for("the first row", |screen| first_row(screen).starts_with('>'));
    let id = screen.lines().nth(6).and_then(|row| row.get(10..14)).expect("a fourth row").to_owned();
    // Two clicks in one open, and a tab of the header leads back.
    t.send(&click(20, 6).repeat(2)).wait_text("Severity");
    t.wait_for("its page", |screen| screen.lines().nth(1).is_some_and(|row| row.contains(&id)));
    let screen = t.text();
    let (column, _) = place(&screen, "1 Incidents");
    t.send(&click(column, 0)).wait_text(" by priority");
    let screen = t.text();
    let (column, row) = place(&screen, " Age");
    t.send(&click(column + 1, row)).wait_text(" by newest");
    // Where to go from what a row names: its menu closes by a click beside it.
    t.send(&format!("\x1b[<2;20;{}M", row + 2)).wait_text("Esc close");
    t.send(&click(0, 1)).wait_gone("Esc close");
    t.send(ESC).send("q");
    assert_eq!(t.wait_exit(), 0);
    t.assert_restored();
}

#[test]
fn it_places_the_cursor_of_a_comment_and_scrolls_the_preview() {
    let mut t = Terminal::start(&["lab", "--scale", "small"], 80, 24, &[("WATCHFLOOR_MOUSE", "true")]);
    t.wait_for("the departing user on top", |screen| first_row(screen).contains("Departing user"));
    // Three of its six alerts have room; the wheel shows the others, and the queue stays where it is.
    let screen = t.wait_text("+3 alerts");
    let (column, row) = place(&screen, "Unusual volume of downloads");
    t.send(&format!("\x1b[<65;{};{}M", column + 1, row + 1)).wait_text("Clean-up after exfiltration");
    t.wait_for("the first row", |screen| first_row(screen).starts_with('>'));
    t.send(&format!("\x1b[<64;{};{}M", column + 1, row + 1)).wait_text("Unusual volume of downloads");
    t.send("m").wait_text("Comment on incident");
    let screen = t.send("talked to HR").wait_text("talked to HR");
    let (column, row) = place(&screen, "to HR");
    t.send(&click(column, row)).send("twice ").wait_text("talked twice to HR");
    t.send(ESC).wait_gone("talked twice");
    t.send("q");
    assert_eq!(t.wait_exit(), 0);
}
