//! The queues as last seen, on screen before the tenant has answered.

use crate::first_row;
use crate::support::{Lab, Terminal};

#[test]
fn the_last_queue_is_on_screen_though_the_tenant_is_away_and_says_how_old_it_is() {
    let lab = Lab::start_with(&["--scale", "small"]);
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("work.sqlite").display().to_string();
    let told: Vec<(String, String)> =
        lab.environment().iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let mut environment: Vec<(&str, &str)> = told.iter().map(|(name, value)| (&**name, &**value)).collect();
    environment.push(("WATCHFLOOR_STORE", &store));
    let mut t = Terminal::start(&[], 120, 40, &environment);
    t.wait_for("the departing user on top", |screen| first_row(screen).contains("Mara Okafor"));
    t.wait_text(" of ");
    t.send("q");
    assert_eq!(t.wait_exit(), 0);
    drop(lab);

    let mut t = Terminal::start(&[], 120, 40, &environment);
    let screen = t.wait_for("the same row", |screen| first_row(screen).contains("Mara Okafor"));
    assert!(screen.contains("stale since") && screen.contains("as last seen"), "{screen}");
    t.wait_text("the incident queue:");
    assert!(first_row(&t.text()).contains("Mara Okafor"));
    t.send("q");
    assert_eq!(t.wait_exit(), 0);

    environment.push(("WATCHFLOOR_QUEUE_CACHE", "memory"));
    let mut t = Terminal::start(&[], 120, 40, &environment);
    assert!(!t.wait_text("the incident queue:").contains("Mara Okafor"));
    t.send("q");
    assert_eq!(t.wait_exit(), 0);
    environment.pop();
    let mut t = Terminal::start(&[], 120, 40, &environment);
    assert!(!t.wait_text("the incident queue:").contains("Mara Okafor"), "it was not forgotten");
}
