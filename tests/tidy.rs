//! The laws of the source tree: who may name whom, how long a file may be, what must not be left behind.

#![expect(clippy::unwrap_used, reason = "a panic is the report")]
#![expect(clippy::string_slice, reason = "the offsets are those of matches in the same text")]

use std::fs;
use std::path::{Path, PathBuf};

/// A layer, the layers it may name, and the crates it must not.
struct Layer {
    name: &'static str,
    may_use: &'static [&'static str],
    must_not_use: &'static [&'static str],
}

/// What pure layers must not touch: terminal, network, files, clock, threads.
const IMPURE: &[&str] = &[
    "axum",
    "crossterm",
    "ratatui",
    "reqwest",
    "tokio",
    "std::env",
    "std::fs",
    "std::net::TcpListener",
    "std::net::TcpStream",
    "std::net::UdpSocket",
    "std::process",
    "std::thread",
    "std::time::SystemTime",
    "std::time::Instant",
    "Timestamp::now",
];

const LAYERS: &[Layer] = &[
    Layer { name: "base", may_use: &[], must_not_use: &["axum", "crossterm", "ratatui", "reqwest", "tokio"] },
    Layer { name: "model", may_use: &["base"], must_not_use: IMPURE },
    Layer { name: "kql", may_use: &["base"], must_not_use: IMPURE },
    Layer { name: "triage", may_use: &["base", "model"], must_not_use: IMPURE },
    Layer {
        name: "graph",
        may_use: &["base", "model"],
        must_not_use: &["axum", "crossterm", "ratatui", "tui_textarea", "std::env", "std::process"],
    },
    Layer { name: "config", may_use: &["base"], must_not_use: &["axum", "crossterm", "ratatui", "reqwest", "tokio"] },
    Layer {
        name: "store",
        may_use: &["base", "model", "triage"],
        must_not_use: &["axum", "crossterm", "ratatui", "reqwest", "tokio", "std::env", "std::process"],
    },
    Layer { name: "export", may_use: &["base", "model", "triage"], must_not_use: IMPURE },
    Layer {
        name: "lab",
        may_use: &["base", "kql"],
        must_not_use: &["crossterm", "ratatui", "reqwest", "tui_textarea"],
    },
    Layer { name: "app", may_use: &["base", "model", "triage", "kql"], must_not_use: IMPURE },
    Layer {
        name: "runtime",
        may_use: &["base", "model", "triage", "kql", "graph", "store", "export", "app"],
        must_not_use: &["axum", "crossterm", "ratatui", "tui_textarea"],
    },
    Layer {
        name: "tui",
        may_use: &["base", "model", "triage", "kql", "app", "runtime"],
        must_not_use: &["axum", "reqwest"],
    },
];

/// The one file that names the text area crate outside `tui`.
const EDITOR: &str = "src/app/hunt/editor.rs";

/// The one file of `graph` that runs a program.
const AZURE_CLI: &str = "src/graph/auth/azure_cli.rs";
/// A query runs on all cores; its threads end before it does, but for those that give memory back.
const QUERY_THREADS: &str = "src/kql/engine/run/threads.rs";

/// A file longer than this has two subjects. Tests in files of their own are not counted.
const LINES_MAX: usize = 620;

fn rust_files(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let inside = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().to_owned();
                found.push((inside, text));
            }
        }
    }
    found.sort();
    found
}

/// Numbered lines without comments.
fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")).map(|(at, line)| (at + 1, line))
}

/// The layers a line names through `crate::`, also inside braces: `crate::{app, base::Timestamp}`.
fn named_layers(line: &str) -> Vec<&str> {
    let mut named = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        let rest = &line[at + "crate::".len()..];
        let names = rest.strip_prefix('{').unwrap_or(rest);
        let end = if rest.starts_with('{') {
            names.len()
        } else {
            names.find([':', ';', ',', ' ', ')']).unwrap_or(names.len())
        };
        for name in names[..end].split(',') {
            let word = name.trim().split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
            named.push(word);
        }
    }
    named
}

fn names_crate(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + name.len()..].chars().next();
        let starts = before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':' && c != '"');
        let ends = if name.contains("::") {
            after.is_none_or(|c| !c.is_alphanumeric() && c != '_')
        } else {
            line[at + name.len()..].starts_with("::")
        };
        starts && ends
    })
}

#[test]
fn a_layer_names_only_the_layers_below_it() {
    let mut complaints = Vec::new();
    let names: Vec<&str> = LAYERS.iter().map(|layer| layer.name).chain(["cli"]).collect();
    for layer in LAYERS {
        for (path, text) in rust_files(&format!("src/{}", layer.name)) {
            for (at, line) in code_lines(&text) {
                for named in named_layers(line) {
                    if names.contains(&named) && named != layer.name && !layer.may_use.contains(&named) {
                        complaints.push(format!("{}:{at}: {} may not use {named}", path.display(), layer.name));
                    }
                }
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn pure_layers_touch_neither_terminal_network_files_nor_clock() {
    let mut complaints = Vec::new();
    for layer in LAYERS {
        for (path, text) in rust_files(&format!("src/{}", layer.name)) {
            let in_clock = path.ends_with("base/time.rs");
            for (at, line) in code_lines(&text) {
                for forbidden in layer.must_not_use {
                    let editor = *forbidden == "tui_textarea" && path == Path::new(EDITOR);
                    let program = *forbidden == "std::process" && path == Path::new(AZURE_CLI);
                    let threads = *forbidden == "std::thread" && path == Path::new(QUERY_THREADS);
                    if !in_clock && !editor && !program && !threads && names_crate(line, forbidden) {
                        complaints.push(format!("{}:{at}: {} may not name {forbidden}", path.display(), layer.name));
                    }
                }
                if layer.name == "app" && path != Path::new(EDITOR) && names_crate(line, "tui_textarea") {
                    complaints.push(format!("{}:{at}: only {EDITOR} may name the text area", path.display()));
                }
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn a_file_has_one_subject() {
    let long: Vec<String> = rust_files("src")
        .into_iter()
        .filter(|(path, _)| !path.ends_with("tests.rs"))
        .map(|(path, text)| {
            (path, text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default().lines().count())
        })
        .filter(|(_, lines)| *lines > LINES_MAX)
        .map(|(path, lines)| format!("{}: {lines} lines, more than {LINES_MAX}", path.display()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn every_module_says_what_it_is() {
    let silent: Vec<String> = rust_files("src")
        .into_iter()
        .filter(|(path, text)| !text.starts_with("//!") && !path.ends_with("tests.rs"))
        .map(|(path, _)| path.display().to_string())
        .collect();
    assert!(silent.is_empty(), "no `//!` at the top of:\n{}", silent.join("\n"));
}

#[test]
fn nothing_is_left_behind() {
    // Spelled apart, so that this file does not complain of itself.
    let leftovers =
        ["TO\u{44}O", "FIX\u{4d}E", "XX\u{58}", "todo\u{21}(", "unimplemented\u{21}(", "dbg\u{21}(", "#\u{5b}ignore"];
    let mut complaints = Vec::new();
    for folder in ["src", "tests"] {
        for (path, text) in rust_files(folder) {
            for (at, line) in text.lines().enumerate() {
                let is_word = |leftover: &str| {
                    let at = line.find(leftover)?;
                    let beside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
                    let after = line[at + leftover.len()..].chars().next();
                    (!beside(line[..at].chars().next_back()) && !beside(after.filter(|_| !leftover.ends_with('('))))
                        .then_some(())
                };
                if let Some(leftover) = leftovers.iter().find(|leftover| is_word(leftover).is_some()) {
                    complaints.push(format!("{}:{}: {leftover}", path.display(), at + 1));
                }
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn no_drawer_modules() {
    let drawers = ["util", "utils", "helper", "helpers", "common", "misc", "manager", "handler", "types"];
    let found: Vec<String> = rust_files("src")
        .into_iter()
        .map(|(path, _)| path)
        .filter(|path| {
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            drawers.contains(&stem) && !path.starts_with("src/kql")
        })
        .map(|path| path.display().to_string())
        .collect();
    assert!(found.is_empty(), "named after no subject:\n{}", found.join("\n"));
}
