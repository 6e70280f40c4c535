//! Runs the cases in `tests/kql/*.txt` through parser, binder and engine.
//!
//! A case is `== rule`, the query, then either `-- name:type, …` and the rows, or `!! part of the first error`. A cell
//! is written as `tostring` writes it, strings and dynamics as JSON, null as `null`; cells are parted by ` | `. Rows
//! are compared in order. What stands before the first case is put before each query of the file.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may end at the first surprise")]

#[path = "kql/memory.rs"]
mod memory;
#[path = "kql/plans.rs"]
mod plans;
#[path = "kql/robust.rs"]
mod robust;

use std::fmt::Write;
use std::path::Path;
use watchfloor::base::Timestamp;
use watchfloor::kql::functions::Context;
use watchfloor::kql::{self, Schema, Value, engine, format};

struct Case {
    rule: String,
    query: String,
    expected: String,
}

fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut in_query = false;
    for line in text.lines() {
        if let Some(rule) = line.strip_prefix("== ") {
            cases.push(Case { rule: rule.to_owned(), query: String::new(), expected: String::new() });
            in_query = true;
            continue;
        }
        let Some(case) = cases.last_mut() else { continue };
        in_query &= !line.starts_with("-- ") && !line.starts_with("!! ") && line != "--";
        let part = if in_query { &mut case.query } else { &mut case.expected };
        if in_query || !line.trim().is_empty() {
            part.push_str(line);
            part.push('\n');
        }
    }
    cases
}

/// What stands before the first case: tables that all cases of the file read.
fn prelude(text: &str) -> &str {
    text.split_once("\n== ").filter(|_| !text.starts_with("== ")).map_or("", |(before, _)| before)
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::String(text) => serde_json::Value::from(&**text).to_string(),
        Value::Dynamic(json) => json.to_string(),
        other => format::to_text(other),
    }
}

/// The answer in the form of the expectation.
fn answer(query: &str) -> String {
    let compiled = kql::compile(query, Schema::hunting());
    let Some(plan) = compiled.plan else {
        let error = compiled.diagnostics.iter().find(|diagnostic| diagnostic.is_error());
        return format!("!! {}\n", error.map_or("no plan and no error", |error| &error.message));
    };
    let context = Context::new("2026-11-23T12:00:00Z".parse::<Timestamp>().unwrap());
    let stop = engine::StopFlag::default();
    let table = match engine::run(&plan, &engine::NoTables, &context, engine::Limits::default(), &stop) {
        Ok(table) => table,
        Err(error) => return format!("!! {error}\n"),
    };
    let columns: Vec<String> = table.fields().iter().map(|field| format!("{}:{}", field.name, field.ty)).collect();
    let mut answer = format!("-- {}\n", columns.join(", "));
    for row in 0..table.row_count() {
        let cells: Vec<String> = (0..columns.len()).map(|column| cell(&table.value(row, column))).collect();
        writeln!(answer, "{}", cells.join(" | ")).unwrap();
    }
    answer
}

fn agrees(expected: &str, answer: &str) -> bool {
    match (expected.strip_prefix("!! "), answer.strip_prefix("!! ")) {
        (Some(expected), Some(error)) => error.contains(expected.trim()),
        _ => expected == answer,
    }
}

fn check(file: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kql").join(file);
    let text = std::fs::read_to_string(path).unwrap();
    let prelude = prelude(&text);
    let cases = cases(&text);
    assert!(!cases.is_empty(), "{file} has no case");
    let mut report = String::new();
    let mut failed = 0;
    for case in &cases {
        let answer = answer(&format!("{prelude}{}", case.query));
        if !agrees(&case.expected, &answer) {
            failed += 1;
            let Case { rule, query, expected } = case;
            writeln!(report, "== {rule}\n{query}expected\n{expected}answered\n{answer}").unwrap();
        }
    }
    assert!(failed == 0, "{file}: {failed} of {} cases fail\n{report}", cases.len());
}

/// A test a file, so that they run side by side and fail by name.
macro_rules! files {
    ($($name:ident),* $(,)?) => {
        $(#[test]
        fn $name() {
            check(concat!(stringify!($name), ".txt"));
        })*

        #[test]
        fn every_file_of_cases_is_run() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kql");
            let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
            let mut found: Vec<String> = paths
                .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
                .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
                .collect();
            found.sort();
            let mut listed = vec![$(stringify!($name)),*];
            listed.sort_unstable();
            assert_eq!(found, listed);
        }
    };
}

files!(
    arithmetic, bodies, datetime, decimal, dynamic, errors, filter, hunting, join, lets, mv_expand, naming, nulls,
    parse, project, sequences, sort, strings, summarize, union,
);

#[test]
fn every_example_of_every_function_gives_what_it_says() {
    let mut report = String::new();
    for function in kql::functions::all() {
        assert!(!function.examples.is_empty(), "{} has no example", function.name);
        for example in function.examples {
            let expected = format!("-- x:string\n{}\n", serde_json::Value::from(example.result));
            let answer = answer(&format!("print x = tostring({})", example.call));
            if answer != expected {
                writeln!(report, "{}\n  expected {expected}  answered {answer}", example.call).unwrap();
            }
        }
    }
    assert!(report.is_empty(), "{report}");
}
