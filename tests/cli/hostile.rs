//! Whatever the tenant's texts hold, no command lets it reach a terminal, and JSON still carries it as it came.

use crate::{Lab, text};

/// What would drive a terminal, disguise what follows or draw nothing.
fn is_raw(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[test]
fn hostile_text_reaches_no_terminal_from_any_command() {
    let lab = Lab::serve_with(&["--fault", "hostile-text"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("work.sqlite").display().to_string();
    let incidents = lab.records(&["incidents", "--json"]);
    assert!(
        incidents.iter().any(|incident| incident["name"].as_str().unwrap().chars().any(is_raw)),
        "a name comes as it was, {incidents:?}"
    );
    let id = incidents[0]["id"].as_str().unwrap().to_owned();
    let upn = "m.okafor@harrowgate.example";
    let kept = ["--store", &file];
    let commands: [&[&str]; 14] = [
        &["incidents"],
        &["incidents", "--json"],
        &["alerts"],
        &["alerts", "--json"],
        &["user", upn],
        &["user", upn, "--json"],
        &["hunt", "AlertInfo | take 50"],
        &["hunt", "DataSecurityEvents | take 50", "--json"],
        &["triage", &id, "--status", "in-progress", "--comment", "seen", "--dry-run"],
        &["triage", &id, "--status", "in-progress", "--comment", "seen", "--json"],
        &["respond", upn, "revoke", "--dry-run"],
        &["handover"],
        &["journal"],
        &["journal", "--json"],
    ];
    for command in commands {
        let output = lab.run(&[command, &kept[..]].concat());
        for printed in [text(&output.stdout), text(&output.stderr)] {
            let raw: Vec<char> = printed.chars().filter(|c| is_raw(*c)).collect();
            assert!(raw.is_empty(), "{command:?} prints {raw:?}");
        }
        assert!(!output.stdout.is_empty(), "{command:?}: {}", text(&output.stderr));
    }
}
