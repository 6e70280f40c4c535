//! Line by line at a terminal: the time to think again before a plan is written.

use crate::support::{Lab, Terminal};

/// The incident's row once it is taken into work.
const WRITTEN: &str = "Mara Okafor, high, in progress";

/// The small lab line by line, an incident's plan to take it into work on show.
fn plan(grace_seconds: &str) -> Terminal {
    let environment = [("TERM", "dumb"), ("WATCHFLOOR_GRACE_SECONDS", grace_seconds)];
    let mut t = Terminal::start(&["lab", "--scale", "small", "--linear"], 100, 250, &environment);
    t.wait_text("Mara Okafor");
    t.send("filter user:vance\r").wait_text("incidents, filter user:vance, by priority");
    t.send("filter\r").wait_text("type the new one");
    t.send("user:okafor\r").wait_text("incidents, filter user:okafor, by priority");
    t.send("1 status\r").wait_text("2. in progress");
    let screen = t.send("2\r").wait_text("apply writes it");
    assert!(!screen.contains("Enter") && !screen.contains("Esc"), "no keys of a screen: {screen}");
    t
}

#[test]
fn line_by_line_a_plan_is_taken_back_in_time_or_written_without_waiting() {
    let mut t = plan("600");
    t.send("apply\r").wait_text("written in 600 s; now does not wait, anything else takes it back");
    t.send("stop\r").wait_text("stopped in time: nothing was written");
    t.send("no\r").wait_for("the choices once more", |screen| screen.matches("2. in progress").count() == 2);
    t.send("\r").wait_for("the row as it was", |screen| screen.matches("Mara Okafor, high, active").count() == 3);
    t.send("1 status\r").wait_for("the choices again", |screen| screen.matches("2. in progress").count() == 3);
    t.send("2\r").wait_for("the plan again", |screen| screen.matches("apply writes it").count() == 3);
    t.send("apply\r").wait_for("the countdown", |screen| screen.matches("written in 600 s").count() == 2);
    t.send("now\r").wait_text(WRITTEN);
    t.send("quit\r");
    assert_eq!(t.wait_exit(), 0);
}

#[test]
fn line_by_line_a_plan_is_written_once_the_time_is_over() {
    let mut t = plan("1");
    t.send("apply\r").wait_text(WRITTEN);
    t.send("quit\r");
    assert_eq!(t.wait_exit(), 0);
}

#[test]
fn line_by_line_nothing_names_a_key_and_every_view_is_left_again() {
    let environment = [("TERM", "dumb")];
    let mut t = Terminal::start(&["lab", "--scale", "small", "--linear"], 140, 900, &environment);
    t.wait_text("Mara Okafor");
    t.send("99 status\r").wait_text("no row 99 was printed");
    t.send("columns\r").wait_text("a number shows or hides one");
    t.send("99 sort\r").wait_text("there is no 99");
    t.send("2 sort\r").wait_text("here, [x] Sev");
    t.send("reset\r").wait_for("as at first", |screen| screen.matches("Sev (severity)").count() == 3);
    t.send("\r").wait_for("where one is", |screen| screen.matches("high, active, owner nobody, here").count() == 3);
    t.send("list\r").wait_for("the queue again", |screen| screen.matches("by priority").count() == 2);
    t.send("sources\r").wait_text("several with blanks between");
    t.send("2 3\r").wait_text("filter source:insider-risk,dlp ");
    t.send("1\r").wait_text("1. here, ");
    t.send("next part\r").wait_text("1. here, user");
    t.send("user\r").wait_text("derived here");
    t.send("section\r").wait_text("timeline, now");
    t.wait_text(" more; page down goes on");
    // The hunting view, from which one once could only break off.
    t.send("h\r").wait_text("run runs it");
    t.send("query DeviceInfo | take 3\r").wait_text("DeviceInfo | take 3");
    t.send("run\r").wait_text("3 rows");
    t.send("doctor\r").wait_text("again checks again");
    t.send("commands\r").wait_text("words to look for");
    t.send("incident queue\r").wait_text("1. Show the incident queue  incidents");
    let screen = t.send("1\r").wait_for("the queue", |screen| screen.matches("by priority").count() == 4);
    for key in ["Enter", "Esc", "Ctrl-", "Space", "j/k", " F5"] {
        assert!(!screen.contains(key), "no keys of a screen, but {key}: {screen}");
    }
    t.send("quit\r");
    assert_eq!(t.wait_exit(), 0);
}

#[test]
fn line_by_line_a_conflict_is_told_and_decided_by_number() {
    let lab = Lab::start_with(&["--scale", "small"]);
    let environment: Vec<(&str, &str)> = lab.environment().into_iter().chain([("TERM", "dumb")]).collect();
    let mut t = Terminal::start(&["--linear"], 140, 400, &environment);
    let queue = t.wait_text("Mara Okafor");
    let id = |number: &str| -> String {
        let row = queue.lines().find_map(|line| line.strip_prefix(number)).expect("a row");
        row.split_whitespace().next().expect("an id").to_owned()
    };
    t.send("1 mark\r").wait_text("owner nobody, marked");
    let screen = t.send("2 mark\r").wait_for("two marks", |screen| screen.matches(", marked").count() == 2);
    let told = screen.rsplit("2 mark").next().unwrap_or_default();
    assert_eq!(told.matches("owner").count(), 2, "only the row that is marked and the next: {told}");
    t.send("status\r").wait_text("2. in progress");
    t.send("IN PRO\r").wait_text("apply writes it");
    for id in [id("1. "), id("2. ")] {
        let colleague = std::process::Command::new(env!("CARGO_BIN_EXE_watchfloor"))
            .args(["triage", &id, "--assign", "j.ruiz@harrowgate.example"])
            .envs(environment.iter().copied())
            .envs([("WATCHFLOOR_STORE", ":memory:"), ("HOME", "/nonexistent"), ("XDG_CONFIG_HOME", "/nonexistent")])
            .output()
            .expect("the binary runs");
        assert!(colleague.status.success(), "{colleague:?}");
    }
    let screen = t.send("apply\r").wait_text("go goes on");
    assert!(screen.contains("theirs keeps theirs, ours writes yours"), "{screen}");
    assert!(!screen.contains("t keeps theirs"), "no keys of a screen: {screen}");
    t.send("2 ours\r").wait_text("yours is written over it");
    t.send("9 ours\r").wait_text("there is no 9");
    t.send("1 theirs\r").wait_text("theirs stays");
    let again = t.send("go\r").wait_text("Again: ");
    assert_eq!(again.matches("reason adds one").count(), 1, "only where one can be added: {again}");
    t.send("apply\r").wait_text("1 record written");
    t.send("quit\r");
    assert_eq!(t.wait_exit(), 0);
}
