//! Macros of `config.toml` in the workspace: by their keys and by name.

use crate::support::Terminal;
use crate::{ENTER, ESC, first_row, row_of};

#[test]
fn a_macro_is_done_by_its_keys_or_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("config.toml");
    let config = "[macro.pentest]\nkey = 'x t'\nstatus = 'resolved'\nclassification = 'informationalExpectedActivity'\n\
        determination = 'securityTesting'\ncomment = 'Announced test.'\n\n[macro.mine]\nassign = 'me'\ntags = ['seen']\n";
    std::fs::write(&path, config).expect("a configuration");
    let path = path.display().to_string();
    let mut t = Terminal::start(&["lab", "--scale", "small"], 120, 40, &[("WATCHFLOOR_CONFIG", &path)]);
    t.wait_for("the departing user on top", |screen| first_row(screen).contains("Mara Okafor"));
    t.send("xt").wait_text("Resolve incident");
    let plan = t.wait_text("Announced test.");
    assert!(plan.contains("security testing") && plan.contains("Needs review → Dismissed"), "{plan}");
    t.send(ESC).wait_gone("Announced test.");

    t.send("M").wait_text("Macro for incident");
    let offered = t.wait_text("x t  pentest");
    assert!(offered.contains("resolved · expected: security testing · comment"), "{offered}");
    t.send("m").send(ENTER).wait_text("tags");
    t.send(ENTER).wait_text("written");
    t.wait_for("an owner in the row", |screen| !row_of(screen, "Mara Okafor").contains(" -  "));
}
