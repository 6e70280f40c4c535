//! Macros of `config.toml` on the command line: done, shown, and refused with their place.

use crate::{Lab, text};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Output;

const PENTEST: &str = "[macro.pentest]\nkey = 'x t'\nstatus = 'resolved'\n\
    classification = 'informationalExpectedActivity'\ndetermination = 'securityTesting'\n\
    comment = 'Announced test.'\ntags = ['pentest']\nassign = 'kim@soc.example'\n";

/// Runs `arguments` against `lab` with `config` as the file.
fn run(lab: &Lab, folder: &Path, config: &str, arguments: &[&str]) -> Output {
    let path = folder.join("config.toml");
    fs::write(&path, config).unwrap();
    lab.command(arguments).env("WATCHFLOOR_CONFIG", path).output().unwrap()
}

#[test]
fn a_macro_does_all_it_says_in_one_plan() {
    let lab = Lab::serve();
    let folder = tempfile::tempdir().unwrap();
    let id = lab.records(&["incidents", "--json"])[0]["id"].as_str().unwrap().to_owned();
    let plan = |more: &[&str]| -> Value {
        let arguments = [&["triage", &id, "--macro", "pentest", "--json"], more].concat();
        let output = run(&lab, folder.path(), PENTEST, &arguments);
        assert!(output.status.success(), "{}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let changes = |plan: &Value| -> Vec<String> {
        let of_incident = |row: &&Value| row["target"] == format!("incident:{id}");
        let rows = plan["rows"].as_array().unwrap().iter().filter(of_incident);
        let told =
            |change: &Value| format!("{} {}", change["field"].as_str().unwrap(), change["new"].as_str().unwrap());
        rows.flat_map(|row| row["changes"].as_array().unwrap().iter().map(told)).collect()
    };
    let shown = changes(&plan(&["--dry-run"]));
    for change in [
        "status resolved",
        "classification informational, expected activity",
        "determination security testing",
        "owner kim@soc.example",
        "comment Announced test.",
    ] {
        assert!(shown.iter().any(|known| known == change), "no {change:?} in {shown:?}");
    }
    assert!(shown.iter().any(|change| change.starts_with("tags ") && change.contains("pentest")), "{shown:?}");
    let other = changes(&plan(&["--dry-run", "--assign", ""]));
    assert!(!other.iter().any(|change| change.starts_with("owner kim")), "an option counts more: {other:?}");

    let sent = plan(&[]);
    assert!(sent["rows"].as_array().unwrap().iter().all(|row| row["result"]["state"] == "written"), "{sent}");
    let settings = run(&lab, folder.path(), PENTEST, &["config"]);
    let settings = text(&settings.stdout);
    let line = settings.lines().find(|line| line.starts_with("macro.pentest.determination")).unwrap();
    assert!(line.contains("securityTesting") && line.ends_with("config.toml"), "{settings}");
}

#[test]
fn a_macro_that_cannot_be_is_refused_by_name() {
    let lab = Lab::serve();
    let folder = tempfile::tempdir().unwrap();
    let cases = [
        (
            PENTEST.replace("securityTesting", "malware"),
            "pentest",
            "malware is not offered under informationalExpected",
        ),
        (PENTEST.replace("determination", "#"), "pentest", "the determination is missing"),
        (PENTEST.replace("x t", "r"), "pentest", "triage.resolve and macro pentest both use \"r\""),
        (PENTEST.replace("tags", "tag"), "pentest", "config.toml:7: unknown field `tag`; did you mean `tags`?"),
        (PENTEST.to_owned(), "pentset", "no \"pentset\"   one of pentest"),
    ];
    for (config, name, expected) in cases {
        let output = run(&lab, folder.path(), &config, &["triage", "1", "--macro", name, "--dry-run"]);
        let told = text(&output.stderr);
        assert!(!output.status.success() && told.replace('\n', " ").contains(expected), "{expected:?}: {told}");
    }
}
