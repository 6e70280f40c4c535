//! The workspace with people by aliases: every view, what leaves it, and looking behind an alias.

use crate::people::{People, QUERY};
use crate::relay::Relay;
use crate::support::{Lab, Terminal};
use crate::{CTRL_R, ENTER, ESC, first_row};
use std::process::Command;

/// The names of everyone in `lab`.
fn everyone(lab: &Lab) -> People {
    let mut command = Command::new(env!("CARGO_BIN_EXE_watchfloor"));
    command.args(["hunt", QUERY, "--json"]).envs(lab.environment()).env("WATCHFLOOR_STORE", ":memory:");
    let output = command.output().expect("the binary runs");
    let text = String::from_utf8(output.stdout).expect("text");
    People::of(&text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect::<Vec<_>>())
}

/// The alias in the first row of a queue.
fn first_alias(screen: &str) -> String {
    let row = first_row(screen);
    let (_, rest) = row.split_once("Person-").expect("a person");
    format!("Person-{}", rest.split_whitespace().next().expect("a code"))
}

#[test]
fn no_view_names_anyone_and_no_alias_is_sent() {
    let lab = Lab::start_with(&["--scale", "small"]);
    let people = everyone(&lab);
    let relay = Relay::to(lab.told("base_url"));
    let mut environment = lab.environment().to_vec();
    environment.push(("WATCHFLOOR_GRAPH_ROOT", &relay.root));
    let mut t = Terminal::start(&["--pseudonyms"], 160, 50, &environment);
    let look = |t: &mut Terminal, keys: &str, until: &str| {
        let screen = t.send(keys).wait_text(until);
        people.assert_hidden(until, &screen);
        screen
    };
    t.wait_text("PSEUDONYMS");
    t.wait_for("a person on top", |screen| first_row(screen).contains("Person-"));
    look(&mut t, "2", " Category ");
    t.send("1").wait_gone(" Category ");
    people.assert_hidden("the incident queue", &t.text());
    look(&mut t, "/", "Esc undo");
    look(&mut t, "\x15user:", "Person-");
    look(&mut t, ESC, "PSEUDONYMS");
    look(&mut t, ENTER, "Needs review");
    for part in ["evidence", "entities", "comments", "timeline", "similar"] {
        look(&mut t, "\t", part);
        look(&mut t, "i", "Esc close");
        t.send(ESC).wait_gone("Esc close");
    }
    look(&mut t, "\t", "similar");
    look(&mut t, ".", "Go on from");
    t.send(ESC).wait_gone("Go on from");
    look(&mut t, ":", "Find");
    look(&mut t, "person-", "user Person-");
    t.send(ESC).wait_gone("user Person-");
    look(&mut t, "m", "Comment on");
    t.send(ESC).wait_gone("Comment on");
    look(&mut t, "p", "derived here");
    let sections =
        ["timeline", "sequences", "behaviours", "norms", "policies", "sensitive", "devices", "sign-ins", "inventory"];
    for section in sections {
        look(&mut t, "\t", &format!("{section}, now"));
    }
    look(&mut t, "N", "Note on");
    t.send(ESC).wait_gone("Note on");
    look(&mut t, "h", "AccountUpn =~ \"Person-");
    look(&mut t, CTRL_R, " rows · ");
    look(&mut t, ESC, "Tab editor");
    let file = look(&mut t, "J", "written to ");
    exported(&people, &file);
    look(&mut t, "L", "runHuntingQuery");
    t.send(ESC).wait_gone("Esc close");
    look(&mut t, "5", "Person-");
    look(&mut t, ENTER, "entry ");
    t.send(ESC).wait_gone("Esc close");
    t.send("q");
    t.wait_exit();
    let sent = relay.sent();
    assert!(sent.contains("runHuntingQuery"), "the relay saw what was sent");
    assert!(!sent.to_lowercase().contains("person-"), "an alias was sent");
}

/// Looks into the file that `screen` says was written.
fn exported(people: &People, screen: &str) {
    let (_, rest) = screen.split_once("written to ").expect("a path");
    let path = rest.split_whitespace().next().expect("a path");
    let text = std::fs::read_to_string(path).expect("the file");
    drop(std::fs::remove_file(path));
    assert!(text.contains("Person-"), "it is about someone");
    people.assert_hidden(path, &text);
}

#[test]
fn a_name_is_shown_for_a_reason_hidden_again_and_the_mode_can_be_left() {
    let mut t = Terminal::start(&["lab", "--scale", "small", "--pseudonyms"], 120, 40, &[]);
    let queue = t.wait_for("a person on top", |screen| first_row(screen).contains("Person-"));
    let alias = first_alias(&queue);
    t.send("W").wait_text("goes into the journal");
    t.send(ENTER).wait_text("say why");
    t.send("works council").send(ENTER).wait_text("REVEALED");
    t.wait_for("the name", |screen| first_row(screen).contains("Mara Okafor"));
    t.send("W").wait_text("hidden again");
    t.wait_for("the alias", |screen| first_row(screen).contains(&alias));
    let journal = t.send("5").wait_text("works council");
    assert!(journal.contains("reveal") && journal.contains(&alias), "{journal}");
    t.send("1").send("P").wait_text("by their names again");
    t.wait_for("the name", |screen| first_row(screen).contains("Mara Okafor"));
    t.send("P").wait_text("PSEUDONYMS");
    t.wait_for("the same alias as before", |screen| first_row(screen).contains(&alias));
    t.send("q");
    t.wait_exit();
}
