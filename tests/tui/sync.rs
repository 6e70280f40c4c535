//! How far Purview is with what was written, in the rows of the queues, after a restart too.

use crate::support::{Lab, Terminal};
use crate::{DOWN, ENTER, first_row, row_of};

#[test]
fn a_row_says_that_purview_has_to_follow_after_a_restart_too() {
    let lab = Lab::start_with(&["--scale", "small"]);
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("work.sqlite").display().to_string();
    let mut environment = lab.environment().to_vec();
    environment.push(("WATCHFLOOR_STORE", &store));
    let narrow = |t: &mut Terminal| {
        t.wait_text("Mara Okafor");
        t.send("2").wait_text("Src Sev Alert");
        t.send("/").wait_text("Esc undo");
        t.send("\x15").send("\"Unusual volume of downloads before\"").send(ENTER).wait_text("1 of ");
    };
    let mut t = Terminal::start(&[], 120, 40, &environment);
    narrow(&mut t);
    // A classification alone leaves Purview where it is: nothing has to follow.
    t.send("c").wait_text("Classify alert");
    t.send(ENTER).wait_text("Determination:");
    t.send("m").send(ENTER).wait_text("stays Needs review");
    t.send(ENTER).wait_for("the classification, and no mark", |screen| {
        first_row(screen).contains("true positive") && !first_row(screen).contains("… Unusual volume")
    });
    t.send("s").wait_text("Status of");
    t.send(DOWN).send(DOWN).send(ENTER).wait_text("Needs review → Confirmed");
    t.send(ENTER).wait_for("a mark", |screen| first_row(screen).contains("… Unusual volume"));
    t.send("1").wait_text("Pri Sev Incident");
    t.wait_for("a mark at its incident", |screen| row_of(screen, "Mara").contains("… "));
    t.send("q");
    assert_eq!(t.wait_exit(), 0);

    let mut t = Terminal::start(&[], 120, 40, &environment);
    narrow(&mut t);
    t.wait_for("the same mark", |screen| first_row(screen).contains("… Unusual volume"));
    t.wait_text("follows by");
}
