//! People by aliases: no command names anyone, nothing of it is sent, and who looks behind an alias leaves a trace.

use crate::people::{People, QUERY};
use crate::relay::Relay;
use crate::{Lab, text};
use serde_json::Value;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// A command over the lab through `relay`, with the mode on and its store in `folder`.
fn masked(lab: &Lab, relay: &Relay, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = lab.command(arguments);
    command.env("WATCHFLOOR_GRAPH_ROOT", &relay.root).env("WATCHFLOOR_STORE", folder.join("work.sqlite"));
    command.env("WATCHFLOOR_PSEUDONYMS", "true").current_dir(folder);
    command
}

/// What a command tells on both outputs.
fn told(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let told = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{command:?}: {told}");
    told
}

fn records(command: &mut Command) -> Vec<Value> {
    let told = told(command);
    told.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect()
}

#[test]
fn no_command_names_anyone_and_no_alias_is_sent() {
    let lab = Lab::serve();
    let people = People::of(&lab.records(&["hunt", QUERY, "--json"]));
    let (relay, folder) = (Relay::to(lab.address("base_url")), tempfile::tempdir().unwrap());
    let run = |arguments: &[&str]| masked(&lab, &relay, folder.path(), arguments);
    let queue = lab.records(&["incidents", "--json"]);
    let departing = queue.iter().find(|incident| incident["name"].as_str().unwrap().starts_with("Departing")).unwrap();
    let (id, upn) = (departing["id"].as_str().unwrap(), departing["users"][0]["upn"].as_str().unwrap());

    let all = ["incidents", "alerts"].map(|queue| [queue, "--filter", ""]);
    let hunts = [
        "IdentityInfo",
        "DataSecurityEvents | take 300",
        "AlertEvidence | take 500",
        "EmailEvents | take 300",
        "DeviceInfo | take 100",
    ];
    for arguments in [
        &all[0][..],
        &[&all[0][..], &["--json"]].concat(),
        &all[1],
        &[&all[1][..], &["--json"]].concat(),
        &["user", upn],
        &["user", upn, "--json"],
        &["user", upn, "--export", "page.md"],
        &["user", upn, "--export", "page.json"],
        &["triage", id, "--assign", upn, "--dry-run", "--json"],
        &["triage", id, "--assign", upn, "--comment", &format!("asked {upn}")],
        &["respond", upn, "revoke", "--dry-run"],
        &["respond", upn, "disable", "--dry-run", "--json"],
        &["note", upn, "waiting", "for", upn],
        &["journal"],
        &["journal", "--json"],
        &["handover"],
    ] {
        people.assert_hidden(&arguments.join(" "), &told(&mut run(arguments)));
    }
    for query in hunts {
        people.assert_hidden(query, &told(&mut run(&["hunt", query])));
        people.assert_hidden(query, &told(&mut run(&["hunt", query, "--json"])));
    }
    told(&mut run(&["export", "--to", "records.jsonl"]));
    told(&mut run(&["export", "--to", "records.cef", "--format", "cef"]));
    for file in ["page.md", "page.json", "records.jsonl", "records.cef"] {
        let page = std::fs::read_to_string(folder.path().join(file)).unwrap();
        assert!(page.contains("Person-"), "{file} is about someone");
        people.assert_hidden(file, &page);
    }
    line_by_line(&mut run(&["--linear"]), &people);

    let alias =
        records(&mut run(&["incidents", "--json"])).iter().find(|incident| incident["id"] == *id).unwrap()["users"][0]
            ["upn"]
            .as_str()
            .unwrap()
            .to_owned();
    let query = format!("IdentityInfo | where AccountUpn =~ '{alias}' | project AccountUpn");
    let rows = records(&mut run(&["hunt", &query, "--json"]));
    assert_eq!(rows[0]["AccountUpn"], *alias, "an alias that is typed finds its person");
    let found = records(&mut run(&["incidents", "--json", "--filter", &format!("user:{}", alias.to_lowercase())]));
    assert!(found.iter().any(|incident| incident["id"] == *id), "{found:?}");
    assert!(told(&mut run(&["user", &alias])).starts_with(&alias));
    told(&mut run(&["triage", id, "--comment", &format!("{alias} answered")]));

    let files = run(&["kql", "print 1", "--pseudonyms"]).output().unwrap();
    assert!(text(&files.stderr).contains("whom files name is not known"), "{}", text(&files.stderr));
    let sent = relay.sent();
    assert!(sent.contains("runHuntingQuery") && sent.contains(upn), "the relay saw what was sent");
    assert!(!sent.to_lowercase().contains("person-"), "an alias was sent");
}

/// Goes through the workspace line by line.
fn line_by_line(command: &mut Command, people: &People) {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let lines = "1\nnext part\nnext part\ndetails\ntriage.user\nuser.rule\nback\nback\njournal\nquit\n";
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let told = text(&output.stdout);
    assert!(told.contains("Person-"), "{told}");
    people.assert_hidden("line by line", &told);
}

#[test]
fn an_alias_stays_and_whoever_looks_behind_it_is_in_the_journal() {
    let lab = Lab::serve();
    let (relay, folder) = (Relay::to(lab.address("base_url")), tempfile::tempdir().unwrap());
    let run = |arguments: &[&str]| masked(&lab, &relay, folder.path(), arguments);
    let aliases = || {
        let queue = records(&mut run(&["incidents", "--json", "--filter", ""]));
        let users = queue.iter().map(|incident| (incident["id"].clone(), incident["users"].clone()));
        users.collect::<Vec<_>>()
    };
    let before = aliases();
    told(&mut run(&["hunt", "IdentityInfo | take 40"]));
    assert_eq!(before, aliases(), "what is learned since changes nobody's alias");

    let plain = lab.records(&["incidents", "--json", "--filter", ""]);
    let names: Vec<&str> = plain.iter().filter_map(|incident| incident["users"][0]["upn"].as_str()).collect();
    let shown: Vec<&str> = before.iter().filter_map(|(_, users)| users[0]["upn"].as_str()).collect();
    assert_eq!(names.len(), shown.len());
    for (place, name) in names.iter().enumerate() {
        let first = names.iter().position(|known| known == name).unwrap();
        assert_eq!(shown[place], shown[first], "one person, one alias");
    }

    let unsaid = run(&["reveal", shown[0], "--why", " "]).output().unwrap();
    assert!(!unsaid.status.success());
    let unknown = run(&["reveal", "Person-0000", "--why", "to test"]).output().unwrap();
    assert!(text(&unknown.stderr).contains("nobody is called \"Person-0000\" here"), "{}", text(&unknown.stderr));
    let output = run(&["reveal", shown[0], "--why", "works council asked", "--json"]).output().unwrap();
    let revealed: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(revealed["name"], *names[0]);
    let journal = run(&["journal", "--json"]).env("WATCHFLOOR_PSEUDONYMS", "false").output().unwrap();
    let entry: Value = serde_json::from_str(text(&journal.stdout).lines().last().unwrap()).unwrap();
    let expected = format!("{} at the command line: works council asked", shown[0]);
    assert_eq!((&entry["entry"]["kind"], &entry["entry"]["text"]), (&"reveal".into(), &expected.into()));
    assert_eq!(entry["entry"]["subject"], names[0].to_lowercase());
    let verified = records(&mut run(&["journal", "verify", "--json"]));
    assert_eq!(verified[0]["whole"], true);
}
