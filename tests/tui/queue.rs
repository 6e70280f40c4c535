//! The queues: what they start with, how they are laid out, what a profile makes of them.

use crate::support::Terminal;
use crate::{ENTER, ESC, first_row};

#[test]
fn the_first_filter_is_the_portals_and_leaves_informational_out() {
    let mut t = Terminal::start(&["lab", "--scale", "small"], 80, 24, &[]);
    t.wait_for("the departing user on top", |screen| first_row(screen).contains("Departing user"));
    t.wait_text(" status:new,inProgress severity>=low age<7d ");
    t.send("/").wait_text("Graph filters age<7d   here status:new,inProgress severity>=low");
    // What is longer than the row goes on in the next.
    t.send("source:insider-risk user:okafor,dao not tag:vip title~departing");
    t.wait_text("title:departing");
    t.send(ENTER).wait_for("one row", |screen| screen.contains(" 1 of "));
    t.send("/").wait_text("Esc undo");
    t.send("\x15(usb").wait_text("there are no parentheses");
}

#[test]
fn a_folded_group_is_a_line_with_its_count() {
    let mut t = Terminal::start(&["lab", "--scale", "small"], 100, 30, &[]);
    t.wait_for("the departing user on top", |screen| first_row(screen).contains("Mara Okafor"));
    t.send("zz").wait_text("- Mara Okafor  1 incident");
    t.send("zM").wait_for("two groups side by side", |screen| {
        let mut rows = screen.lines().skip(3);
        let is_folded = |row: Option<&str>| row.is_some_and(|row| row.contains(" + "));
        is_folded(rows.next()) && is_folded(rows.next())
    });
    t.send("j").wait_for("the cursor on the second group", |screen| {
        screen.lines().nth(4).is_some_and(|row| row.starts_with("> + "))
    });
    t.send("za").wait_text("- ");
}

#[test]
fn the_command_line_switches_writes_off() {
    let mut t = Terminal::start(&["lab", "--scale", "small", "--read-only"], 80, 24, &[]);
    t.wait_text("READ-ONLY");
    t.wait_text("Mara Okafor");
    for key in ["a", "s", "r", "u"] {
        t.send(key).wait_text("read-only: nothing is written to the tenant");
        t.send("j").wait_gone("read-only: nothing is written to the tenant");
    }
}

#[test]
fn the_labs_profile_brings_views_weights_and_targets() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("config.toml");
    let config = "[profile.lab]\nrefresh_interval = 0\n[profile.lab.views]\nleavers = \"user:okafor\"\n\
                  [profile.lab.score]\ninsider_risk = 3\n";
    std::fs::write(&path, config).expect("a configuration file");
    let file = path.display().to_string();
    let mut t = Terminal::start(&["lab", "--scale", "small"], 120, 40, &[("WATCHFLOOR_CONFIG", &file)]);
    t.wait_text("insider risk +3");
    t.send("w").wait_text("8  leavers");
    t.send("8").wait_text(" user:okafor ");
    t.send("L").wait_text("Requests and messages");
    t.wait_text("id ");
    t.send("y").wait_text("sent to the clipboard");
    t.send(ESC).send(":").wait_text("Find");
}
