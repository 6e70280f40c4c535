//! Long lists on the screen.

use super::first_row;
use crate::support::Terminal;

/// How many incidents there are, from `9 of 37`.
fn fetched(screen: &str) -> usize {
    let rest = screen.lines().nth(1).and_then(|line| line.split(" of ").nth(1)).unwrap_or_default();
    rest.split_whitespace().next().and_then(|word| word.parse().ok()).unwrap_or_default()
}

#[test]
fn the_first_page_is_on_screen_while_the_rest_comes() {
    let slow = ["lab", "--scale", "small", "--fault", "latency=2000@/v1.0/security/incidents"];
    let mut t = Terminal::start(&slow, 120, 40, &[]);
    t.wait_text("Mara Okafor");
    // A wider view has more pages than one.
    t.send("w").wait_text("open, 30 days");
    t.send("2");
    let part = t.wait_text("loading 50 …");
    assert!(first_row(&part).starts_with('>'), "rows are there, with a cursor\n{part}");
    let whole = t.wait_for("the rest", |screen| !screen.contains("loading") && fetched(screen) > 50);
    assert!(first_row(&whole).starts_with('>'), "{whole}");
}
