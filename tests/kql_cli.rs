//! `watchfloor kql` as a process: files in, rows out; query files checked.

#![expect(clippy::unwrap_used, reason = "a test may end at the first surprise")]

use std::path::Path;
use std::process::{Command, Output};

fn watchfloor(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_watchfloor")).current_dir(folder).arg("kql").args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn literals_need_no_table() {
    let folder = tempfile::tempdir().unwrap();
    let ran = watchfloor(folder.path(), &["print a = 1, b = 'x', c = real(null)", "--format", "json"]);
    assert_eq!(
        text(&ran.stdout),
        "{\"columns\":[{\"name\":\"a\",\"type\":\"long\"},{\"name\":\"b\",\"type\":\"string\"},\
         {\"name\":\"c\",\"type\":\"real\"}],\"rows\":[[1,\"x\",null]]}\n"
    );
    assert_eq!(ran.status.code(), Some(0));
}

#[test]
fn files_are_tables() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("users.csv"), "name,badge\nana,7\nbo,9\n").unwrap();
    std::fs::write(
        folder.path().join("doors.jsonl"),
        "{\"badge\":7,\"door\":\"lab\"}\n{\"badge\":7,\"door\":\"roof\"}\n",
    )
    .unwrap();
    let query = "Users | join kind=inner Doors on badge | summarize n = count(), make_set(door) by name";
    let arguments = [query, "--table", "Users=users.csv", "--table", "Doors=doors.jsonl", "--format", "jsonl"];
    let ran = watchfloor(folder.path(), &arguments);
    assert_eq!(
        text(&ran.stdout),
        "{\"name\":\"ana\",\"n\":2,\"set_door\":[\"lab\",\"roof\"]}\n",
        "{}",
        text(&ran.stderr)
    );
    let csv = watchfloor(folder.path(), &["Users | where badge > 7", "--table", "Users=users.csv", "--format", "csv"]);
    assert_eq!(text(&csv.stdout), "name,badge\nbo,9\n");
}

#[test]
fn columns_that_depend_on_rows_are_found_in_files() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("t.json"), "[{\"bag\":{\"x\":1}},{\"bag\":{\"y\":\"z\"}}]").unwrap();
    let ran = watchfloor(folder.path(), &["T | evaluate bag_unpack(bag)", "--table", "T=t.json", "--format", "csv"]);
    assert_eq!(text(&ran.stdout), "x,y\n1,\n,z\n", "{}", text(&ran.stderr));
}

#[test]
fn a_text_that_grows_without_end_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let ran = watchfloor(folder.path(), &["print strlen(strrep(strrep(strrep('abcdefgh', 1000), 1000), 1000))"]);
    assert_eq!(ran.status.code(), Some(3), "{}", text(&ran.stdout));
    assert!(text(&ran.stderr).contains("memory"), "{}", text(&ran.stderr));
}

#[test]
fn mistakes_are_told_with_their_place() {
    let folder = tempfile::tempdir().unwrap();
    let ran = watchfloor(folder.path(), &["print nope"]);
    assert_eq!((ran.status.code(), ran.stdout.len()), (Some(3), 0));
    assert!(text(&ran.stderr).contains("'nope'"), "{}", text(&ran.stderr));
    let ran = watchfloor(folder.path(), &["DeviceEvents | take 1"]);
    assert!(text(&ran.stderr).contains("--table DeviceEvents=FILE"), "{}", text(&ran.stderr));
}

#[test]
fn query_files_are_checked_by_line() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("good.kql"), "AlertInfo\n| where Timestamp > ago(1d)\n| project Title\n")
        .unwrap();
    std::fs::write(folder.path().join("bad.kql"), "AlertInfo\n| where Titel == 'x'\n").unwrap();
    let ran = watchfloor(folder.path(), &["check", "--errors-only", "good.kql", "bad.kql"]);
    assert_eq!(ran.status.code(), Some(3));
    let told = text(&ran.stdout);
    assert!(told.starts_with("bad.kql:2:9: error: 'where' operator: Failed to resolve scalar"), "{told}");
    assert_eq!(told.lines().count(), 1);
    let ran = watchfloor(folder.path(), &["check", "--json", "good.kql"]);
    assert_eq!(ran.status.code(), Some(0));
    assert!(text(&ran.stdout).contains("custom detection"), "{}", text(&ran.stdout));
}

#[test]
fn findings_are_told_as_builds_take_them() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("rules, all")).unwrap();
    std::fs::write(folder.path().join("rules, all/bad.kql"), "\u{feff}AlertInfo\n| where Titel == '100%'\n").unwrap();
    std::fs::write(folder.path().join("rules, all/notes.md"), "no query").unwrap();
    let ran = watchfloor(folder.path(), &["check", "--errors-only", "--format", "github", "rules, all"]);
    assert_eq!(
        text(&ran.stdout),
        "::error file=rules%2C all/bad.kql,line=2,col=9,endLine=2,endColumn=14,title=SEM0100::'where' operator: Failed \
         to resolve scalar expression named 'Titel' (did you mean Title?)\n"
    );
    assert_eq!(ran.status.code(), Some(3));
    let ran = watchfloor(folder.path(), &["check", "--format", "sarif", "rules, all"]);
    let log: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    let run = &log["runs"][0];
    assert_eq!((log["version"].as_str(), run["tool"]["driver"]["name"].as_str()), (Some("2.1.0"), Some("watchfloor")));
    let first = &run["results"].as_array().unwrap()[0];
    assert_eq!(first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "rules%2C%20all/bad.kql");
    let named: Vec<_> = run["tool"]["driver"]["rules"].as_array().unwrap().iter().map(|rule| &rule["id"]).collect();
    assert!(run["results"].as_array().unwrap().iter().all(|result| named.contains(&&result["ruleId"])), "{log}");
}

#[test]
fn queries_are_answered_one_after_the_other() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("users.csv"), "name,badge\nana,7\nbo,9\n").unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_watchfloor"))
        .current_dir(folder.path())
        .args(["kql", "--repl", "--table", "Users=users.csv", "--format", "csv"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let typed = ".schema Users\nlet least = 8;\nUsers\n| where badge > least\n\nNoSuch | take 1;\nprint x = least\n";
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), typed.as_bytes()).unwrap();
    let ran = child.wait_with_output().unwrap();
    assert_eq!(text(&ran.stdout), "name: string\nbadge: long\nname,badge\nbo,9\nx\n8\n", "{}", text(&ran.stderr));
    assert!(text(&ran.stderr).contains("NoSuch"));
    assert_eq!(ran.status.code(), Some(0));
}

#[test]
fn a_plan_is_told_with_the_rows_of_each_step() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("users.csv"), "name,badge\nana,7\nbo,9\nal,9\n").unwrap();
    let query = "Users | where badge > 8 | summarize count() by badge";
    let ran = watchfloor(folder.path(), &[query, "--table", "Users=users.csv", "--explain"]);
    let told = text(&ran.stdout);
    let steps: Vec<(String, String)> = told
        .lines()
        .skip(1)
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            (words[0].to_owned(), words[3..].join(" "))
        })
        .collect();
    let expected = [("1", "summarize count by 1 key"), ("2", "filter by badge >"), ("3", "table Users, 1 column read")];
    assert_eq!(steps, expected.map(|(rows, step)| (rows.to_owned(), step.to_owned())), "{told}");
}
