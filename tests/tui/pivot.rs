//! From a cell of a hunt's result to what else is known of it.

use crate::support::Terminal;
use crate::{CTRL_R, ENTER, ESC, first_row};

#[test]
fn a_cell_of_a_result_leads_to_its_alert_and_into_the_next_query() {
    let mut t = Terminal::start(&["lab", "--scale", "small"], 120, 40, &[]);
    t.wait_for("the departing user on top", |screen| first_row(screen).contains("Mara Okafor"));
    t.send("4").wait_text("Nothing has run yet");
    let query = "AlertInfo | where Timestamp > ago(2d) | top 3 by Timestamp | project AlertId, Title";
    t.send(&format!("\x1b[200~{query}\x1b[201~")).wait_text("project AlertId");
    t.send(CTRL_R).wait_text("3 rows · ");
    t.send(ESC).wait_text("Tab editor");
    t.send(".").wait_text("Hunt: all about it");
    t.wait_text("Open the alert");
    t.send(ENTER).wait_text("evidence");
    t.send(ESC).wait_text("3 rows · ");
    t.send(".").wait_text("No rows with it");
    t.send("N").wait_text("> No rows with it");
    t.send(ENTER).wait_text("| where AlertId != \"");
    t.send(CTRL_R).wait_text("2 rows · ");
    // What is not one thing but several is asked first.
    t.send("\x1b[200~\n\nprint Both = dynamic({\"IPAddress\": \"203.0.113.7\", \"AccountUpn\": \"m.okafor@harrowgate.example\"})\x1b[201~");
    t.send(CTRL_R).wait_text("1 row · ");
    t.send(ESC).wait_text("Tab editor");
    t.send(".").wait_text("Go on from");
    t.send("u").wait_text("> user        m.okafor@harrowgate.example");
    t.send(ENTER).wait_text("Open the page");
    t.send(ENTER).wait_text("derived here");
}
