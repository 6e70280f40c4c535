//! A comment written in the analyst's own editor.

use crate::first_row;
use crate::support::Terminal;
use std::fs;

/// Notes who may read what it is given, leaves a text the first time, and fails the second.
const EDITOR: &str = r#"#!/bin/sh
seen="$(dirname "$0")/seen"
if [ -e "$seen" ]; then exit 3; fi
{ cat "$1"; echo; stat -c %a "$1" "$(dirname "$1")"; echo "$1"; } > "$seen"
printf 'Asked HR\nand the manager\n' > "$1"
"#;

#[cfg(target_os = "linux")]
#[test]
fn a_comment_is_written_in_the_editor_and_stays_where_that_fails() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = folder.path().join("editor.sh");
    fs::write(&script, EDITOR).expect("a script");
    let command = format!("sh '{}'", script.display());
    let mut t = Terminal::start(&["lab", "--scale", "small"], 120, 40, &[("VISUAL", &command), ("EDITOR", "false")]);
    t.wait_for("the departing user on top", |screen| first_row(screen).contains("Mara Okafor"));
    t.send("m").wait_text("Comment on");
    t.send("begun here").wait_text("begun here");
    t.send("\x0f").wait_text("and the manager");
    let seen = fs::read_to_string(folder.path().join("seen")).expect("the editor ran");
    let seen: Vec<&str> = seen.lines().collect();
    assert_eq!(seen[..3], ["begun here", "600", "700"]);
    let directory = std::path::Path::new(seen[3]).parent().expect("its directory");
    assert!(!directory.exists(), "{} is left", directory.display());

    t.send("\x0f").wait_text("ended with exit status: 3");
    t.wait_text("and the manager");
    t.send(" too").wait_text("and the manager too");
    t.send("\x13").wait_text("Comment on incident");
    t.send("\r").wait_text("written");
}

#[test]
fn a_long_comment_is_wrapped_and_arrows_go_by_the_rows_on_screen() {
    let mut t = Terminal::start(&["lab", "--scale", "small"], 60, 20, &[]);
    t.wait_text("Mara Okafor");
    t.send("m").wait_text("Comment on");
    let words =
        "She told her manager on Monday that she leaves; HR has asked for all that she took to be kept as it is.";
    let screen = t.send(words).wait_text("kept as it is.");
    assert!(screen.contains("│ She told her manager") && screen.contains("│ asked for"), "all of it is seen: {screen}");
    t.send("\x1b[A").send("<").wait_for("the mark, a row up", |screen| {
        screen.lines().any(|line| line.contains("She told") && line.contains('<'))
    });
    t.send("\x1b[B").send(">").wait_for("the mark, a row down", |screen| {
        screen.lines().any(|line| line.contains('>') && !line.contains("She told") && line.starts_with('│'))
    });
    t.send("\x1b").wait_gone("Comment on");
}
