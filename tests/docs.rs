//! What the documentation says of keys, exit codes and the lab is what the program does.

#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use watchfloor::app::command::{COMMANDS, command};
use watchfloor::cli::exit::Exit;
use watchfloor::lab::faults::FAULTS;
use watchfloor::lab::routes::control::CONTROLS;
use watchfloor::triage::filter::{DEFAULT, FIELDS};
use watchfloor::triage::score::REASONS;
use watchfloor::tui::keymap::Keymap;

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap()
}

#[test]
fn the_key_page_is_the_key_map() {
    let keymap = Keymap::built_in();
    let mut page = String::from(
        "# Keys\n\nMade from the key map; `?` shows those of the view you are in. Where the mouse is on, clicks do what\nkeys do: [queues.md](queues.md) says how.\n",
    );
    let mut scopes: Vec<&str> = Vec::new();
    for binding in keymap.bindings() {
        if !scopes.contains(&binding.scope.as_str()) {
            scopes.push(&binding.scope);
        }
    }
    for scope in scopes {
        write!(page, "\n## {scope}\n\n| keys | command | what it does |\n|---|---|---|\n").unwrap();
        for known in COMMANDS {
            let bound =
                keymap.bindings().iter().filter(|binding| binding.scope == scope && binding.command == known.id);
            let keys: Vec<String> = bound.map(|binding| format!("`{}`", binding.keys_text())).collect();
            if !keys.is_empty() {
                let help = command(known.id).unwrap().help;
                writeln!(page, "| {} | {} | {help} |", keys.join(" "), known.id).unwrap();
            }
        }
    }
    if std::env::var_os("WATCHFLOOR_WRITE_DOCS").is_some() {
        std::fs::write(path("docs/keys.md"), &page).unwrap();
    }
    assert!(read("docs/keys.md") == page, "write it anew with WATCHFLOOR_WRITE_DOCS=1 cargo test --test docs");
}

#[test]
fn the_lab_page_has_every_fault_and_control() {
    const HEAD: &str = "| fault | value | default | strikes | imitates |\n|---|---|---|---|---|\n";
    let page = read("docs/lab.md");
    let mut table = String::new();
    for fault in FAULTS {
        let (takes, default) = (fault.value.takes, fault.value.default);
        let default = if default.is_empty() { String::new() } else { format!("`{default}`") };
        writeln!(table, "| `{}` | {takes} | {default} | `{}` | {} |", fault.name, fault.route, fault.imitates).unwrap();
    }
    let written = format!("{}{HEAD}{table}", page.split(HEAD).next().unwrap());
    if std::env::var_os("WATCHFLOOR_WRITE_DOCS").is_some() {
        std::fs::write(path("docs/lab.md"), &written).unwrap();
    }
    assert!(page == written, "write it anew with WATCHFLOOR_WRITE_DOCS=1 cargo test --test docs");
    for control in CONTROLS {
        // Controls that differ in their last segment share a line.
        let parts = control.path.split(['{', '}']).filter(|part| part.len() > 1);
        for part in parts {
            assert!(page.contains(part), "docs/lab.md does not show {} {}", control.method, control.path);
        }
    }
}

#[test]
fn the_page_of_the_queues_has_every_word_and_reason() {
    let page = read("docs/queues.md");
    for (word, example) in FIELDS {
        assert!(page.contains(&format!("| `{word}` | `{example}` |")), "docs/queues.md lacks {word}");
    }
    for (reason, points, _) in REASONS {
        assert!(page.contains(&format!("| `{reason}` | {points} |")), "docs/queues.md lacks {reason}, {points}");
    }
    assert!(page.contains(&format!("`{DEFAULT}`")), "docs/queues.md lacks the first filter");
}

#[test]
fn the_readme_lists_every_exit_code() {
    let readme = read("README.md");
    for (code, meaning) in Exit::TABLE {
        let row = format!("| {code} | {meaning} |");
        assert!(readme.contains(&row), "README.md lacks the row {row}");
    }
}

#[test]
fn the_readme_names_the_commands_that_ci_runs() {
    let (readme, ci) = (read("README.md"), read(".ci/run"));
    assert!(readme.contains("cargo run --release -- lab\ncargo test\n"));
    assert!(ci.contains("cargo test"), "CI runs the README's test command");
}
