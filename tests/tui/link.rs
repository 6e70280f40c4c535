//! A slow line: one frame in flight, a word on it, and less drawn.

use crate::first_row;
use crate::support::Terminal;
use std::time::Duration;

#[test]
fn on_a_slow_line_the_view_steps_down_and_says_so() {
    let mut t = Terminal::start(&["lab", "--scale", "small"], 120, 40, &[("WATCHFLOOR_GRACE_SECONDS", "60")]);
    t.answer_reports_after(Duration::from_millis(250));
    t.wait_for("the departing user on top", |screen| first_row(screen).contains("Mara Okafor"));
    // A machine with much else to do makes it longer.
    t.wait_for("a slow round trip", |screen| {
        let header: Vec<&str> = screen.lines().next().unwrap_or_default().split_whitespace().collect();
        let is_slow = |word: &str| word.parse::<u32>().is_ok_and(|milliseconds| milliseconds >= 200);
        header.windows(2).any(|pair| matches!(pair, [number, "ms"] if is_slow(number)))
    });
    t.wait_for("coarse ages", |screen| !screen.contains(" min ") && screen.contains("read/write"));
    let muted = "\u{1b}[90m";
    let before = t.written.len();
    t.send("j")
        .send("j")
        .wait_for("the next row but one", |screen| screen.lines().nth(5).is_some_and(|row| row.starts_with('>')));
    let title = t.text().lines().nth(5).and_then(|row| row.get(12..30).map(str::to_owned)).expect("a row");
    t.wait_for("its preview", |screen| screen.lines().any(|row| row.starts_with("── ") && row.contains(&title)));
    let drawn = String::from_utf8_lossy(t.written.get(before..).unwrap_or_default()).into_owned();
    assert!(!drawn.contains(muted), "no colour but where it warns: {drawn:?}");
    t.send("a").wait_text("Enter");
    t.send("\r").wait_text("Written in some seconds.");
    t.send("q");
}
