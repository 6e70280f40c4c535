//! Small terminals: what is cut says so, and everything is reached.

use crate::support::Terminal;
use crate::{ENTER, ESC};

/// The small lab in the size that has room for one list alone.
fn one_list() -> Terminal {
    let mut t = Terminal::start(&["lab", "--scale", "small"], 39, 9, &[]);
    t.wait_for("the departing user on top", |screen| {
        screen.lines().next().is_some_and(|row| row.starts_with("> H") && row.contains("Departing user"))
    });
    t
}

#[test]
fn lists_say_how_many_follow_and_hints_are_whole() {
    let mut t = one_list();
    t.send("O").wait_text("0 as at first");
    let screen = t.wait_text(" more ↓");
    for hint in ["Space shows or hides", "< > moves", "- + width", "s sorts by it", "S sorts by it next", "sort 1"] {
        assert!(screen.contains(hint), "no {hint} on\n{screen}");
    }
    t.send(ESC).wait_gone("Columns");
    t.send("f").wait_text("Enter takes the one at the cursor");
    t.wait_text("Space marks several");
    t.send(" ").wait_text("Space on all sources unmarks");
    t.send(ESC).wait_gone("Service sources");
    t.send("t").wait_text("what is taken out of the line is");
    t.send(ESC).wait_gone("Tags of");
    t.send(":").wait_text("50 more ↓");
    t.send(ESC).wait_gone("Find");
    // A plan says what was, and its title that it is cut.
    t.send("c").wait_text("Classify incident");
    t.send(ENTER).wait_text("Determination");
    let plan = t.send(ENTER).wait_text("Enter writes it");
    assert!(
        plan.contains("not set →") && plan.lines().any(|line| line.contains("Classify") && line.contains('…')),
        "{plan}"
    );
    t.send(ESC).send(ESC).send(ESC).wait_gone("Classify");
    t.send("q");
    assert_eq!(t.wait_exit(), 0);
}

#[test]
fn the_open_part_and_the_level_are_on_screen() {
    let mut t = one_list();
    t.send(ENTER).wait_text("evidence 6");
    for part in ["evidence 6", "entities 12", "comments 0", "timeline 18", "similar"] {
        t.send("\t").wait_for(part, |screen| screen.lines().any(|line| line.starts_with("──") && line.contains(part)));
    }
    t.send("p").wait_text("ELEVATED");
    for section in ["timeline", "sequences", "behaviours", "norms", "policies", "sensitive", "devices", "sign-ins"] {
        t.send("\t")
            .wait_for(section, |screen| screen.lines().any(|line| line.starts_with("──") && line.contains(section)));
    }
    t.send("q");
    assert_eq!(t.wait_exit(), 0);
}
