//! The command line as scripts use it: the binary, its output and its exit codes, against the lab over HTTP.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is the report")]

#[path = "cli/export.rs"]
mod export;
#[path = "cli/hostile.rs"]
mod hostile;
#[path = "cli/macros.rs"]
mod macros;
#[path = "support/people.rs"]
mod people;
#[path = "cli/pseudonyms.rs"]
mod pseudonyms;
#[path = "support/relay.rs"]
mod relay;
#[path = "cli/respond.rs"]
mod respond;
#[path = "cli/tenant.rs"]
mod tenant;
#[path = "cli/wrong.rs"]
mod wrong;

use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

/// When it is, to the lab and to whoever asks it.
const NOW: &str = "2026-11-23T12:00:00Z";

fn watchfloor() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_watchfloor"));
    // No configuration of this machine may reach a test.
    command.env("XDG_CONFIG_HOME", "/nonexistent").env("HOME", "/nonexistent").stdin(Stdio::null());
    for name in ["TENANT", "CLIENT_ID", "CLIENT_SECRET", "TOKEN", "AUTHORITY", "GRAPH_ROOT", "PROFILE", "CONFIG"] {
        command.env_remove(format!("WATCHFLOOR_{name}"));
    }
    command.env("WATCHFLOOR_STORE", ":memory:");
    command
}

/// A lab served by a process of its own, as `lab serve --json` announces it.
struct Lab {
    process: Child,
    addresses: Value,
}

impl Lab {
    fn serve() -> Self {
        Self::serve_with(&[])
    }

    /// One served with `flags` besides.
    fn serve_with(flags: &[&str]) -> Self {
        let serve = ["lab", "serve", "--port", "0", "--json", "--scale", "small", "--anchor", NOW];
        let mut process = watchfloor().args(serve).args(flags).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { process, addresses: serde_json::from_str(&line).expect("one line of JSON") }
    }

    fn address(&self, name: &str) -> &str {
        self.addresses[name].as_str().unwrap_or_else(|| panic!("no {name} in {}", self.addresses))
    }

    /// Runs the binary against this lab as a script would: by environment alone.
    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// The binary, about to run so.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = watchfloor();
        command.env("WATCHFLOOR_GRAPH_ROOT", self.address("base_url"));
        for name in ["authority", "client_id", "client_secret"] {
            command.env(format!("WATCHFLOOR_{}", name.to_uppercase()), self.address(name));
        }
        command.env("WATCHFLOOR_TENANT", self.address("tenant_id")).env("WATCHFLOOR_NOW", NOW).args(arguments);
        command
    }

    /// Runs it and reads its JSON lines.
    fn records(&self, arguments: &[&str]) -> Vec<Value> {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }
}

#[test]
fn triage_prints_the_plan_sends_it_and_the_journal_is_whole() {
    let lab = Lab::serve();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("work.sqlite").display().to_string();
    let queue = lab.records(&["incidents", "--filter", "status:new,inProgress", "--json"]);
    let departing = queue.iter().find(|incident| incident["name"].as_str().unwrap().starts_with("Departing")).unwrap();
    let id = departing["id"].as_str().unwrap();

    let undecided = lab.run(&["triage", id, "--status", "resolved", "--store", &file]);
    assert_eq!(undecided.status.code(), Some(1));
    assert!(text(&undecided.stderr).contains("will be Dismissed in Purview"), "{}", text(&undecided.stderr));

    let found = ["--classification", "truePositive", "--determination", "maliciousUserActivity"];
    let resolve =
        [&["triage", id, "--status", "resolved", "--comment", "see HR-12", "--store", &file, "--json"], &found[..]]
            .concat();
    let dry = lab.records(&[&resolve[..], &["--dry-run"]].concat());
    let sent = lab.records(&resolve);
    let requests = |record: &Value| -> Vec<Value> {
        record["rows"].as_array().unwrap().iter().map(|row| row["request"].clone()).collect()
    };
    assert_eq!(requests(&dry[0]), requests(&sent[0]), "what is shown is what is sent");
    let rows = sent[0]["rows"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["result"]["state"] == "written"), "{sent:?}");
    assert!(dry[0]["rows"].as_array().unwrap().iter().all(|row| row["result"].is_null()));

    let records = lab.records(&["journal", "--json", "--store", &file]);
    let written = records.iter().filter(|record| record["entry"]["kind"] == "write").count();
    assert_eq!(written, rows.len());
    let verified = lab.records(&["journal", "verify", "--json", "--store", &file]);
    assert_eq!(verified[0]["whole"], true);
    let head = verified[0]["head"].as_str().unwrap();

    let query = "IdentityInfo | count";
    assert!(lab.run(&["hunt", query, "--store", &file]).status.success());
    let last = lab.records(&["journal", "--json", "--store", &file]).pop().unwrap();
    assert_eq!((&last["entry"]["kind"], &last["entry"]["text"]), (&"query".into(), &query.into()));
    let held = lab.run(&["journal", "verify", "--holds", head, "--store", &file]);
    assert_eq!(held.status.code(), Some(0), "{}", text(&held.stdout));
    let gone = lab.run(&["journal", "verify", "--holds", &"7".repeat(64), "--store", &file]);
    assert_eq!(gone.status.code(), Some(1));
    assert!(text(&gone.stdout).contains("cut off or begun anew"), "{}", text(&gone.stdout));
    let acts = lab.run(&["journal", "--store", &file]);
    assert!(text(&acts.stdout).contains("written"), "{}", text(&acts.stdout));
}

#[test]
fn a_handover_tells_what_was_done_and_what_is_left() {
    let lab = Lab::serve();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("work.sqlite").display().to_string();
    let queue = lab.records(&["incidents", "--json", "--filter", "status:new"]);
    let id = |place: usize| queue[place]["id"].as_str().unwrap();
    let owner = ["--assign", "kim@soc.example", "--store", &file];
    for incident in [id(0), id(1)] {
        assert!(lab.run(&[&["triage", incident], &owner[..]].concat()).status.success());
    }
    for (about, words) in [(id(0), "waiting for HR"), ("Mara@x.example", "watch until Friday")] {
        assert!(lab.run(&["note", about, words, "--store", &file]).status.success());
    }
    let report = lab.run(&["handover", "--last", "1h", "--store", &file]);
    let report = text(&report.stdout);
    let part = |title: &str| {
        let found =
            report.split("\n## ").find(|part| part.strip_prefix(title).is_some_and(|rest| rest.starts_with('\n')));
        found.unwrap_or_else(|| panic!("no {title} in {report}"))
    };
    assert_eq!(part("Done").matches("written").count(), 2, "{report}");
    assert!(
        part("Waiting").contains(&format!("**{}**", id(0))) && part("Waiting").contains("waiting for HR"),
        "{report}"
    );
    assert!(part("Open, with the next step").contains(&format!("**{}**", id(1))), "{report}");
    assert!(part("Watch").contains("mara\\@x.example"), "{report}");
    assert!(part("Tools").contains("Journal: whole, "), "{report}");
    assert_eq!(lab.run(&["handover", "--last", "soon", "--store", &file]).status.code(), Some(2));
}

#[test]
fn triage_refuses_what_it_does_not_know() {
    let lab = Lab::serve();
    let cases: [(&[&str], i32); 4] = [
        (&["triage", "1", "--status", "done"], 2),
        (&["triage", "1", "--classification", "falsePositive", "--determination", "malware"], 2),
        (&["triage", "999999", "--status", "resolved"], 5),
        (&["triage", "1"], 2),
    ];
    for (arguments, code) in cases {
        let output = lab.run(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", text(&output.stderr));
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn queues_users_and_hunts_print_records_that_agree() {
    let lab = Lab::serve();

    let incidents = lab.records(&["incidents", "--filter", "source:insider-risk", "--json"]);
    assert!(incidents.len() >= 3, "{incidents:?}");
    let alerts = lab.records(&["alerts", "--filter", "source:insider-risk", "--json"]);
    assert!(alerts.iter().all(|alert| alert["service_source"] == "microsoftInsiderRiskManagement"));
    let ids = |records: &[Value], name: &str| -> BTreeSet<String> {
        records.iter().map(|record| record[name].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(ids(&alerts, "incident_id"), ids(&incidents, "id"), "alerts belong to the incidents that list them");

    let hunted =
        lab.records(&["hunt", "AlertInfo | where ServiceSource has 'Insider Risk' | project AlertId", "--json"]);
    assert_eq!(ids(&hunted, "AlertId"), ids(&alerts, "id"), "hunting knows the same alerts");

    let upn = alerts[0]["users"][0]["upn"].as_str().unwrap();
    let user = &lab.records(&["user", upn, "--json"])[0];
    assert_eq!(user["user"]["upn"], upn);
    assert_eq!(user["unavailable"], serde_json::json!({}));
    assert_ne!(user["insider_risk_derived_here"]["level"], "none");
    an_export_is_the_whole_page_for_its_owner_alone(&lab, upn, user);
}

fn an_export_is_the_whole_page_for_its_owner_alone(lab: &Lab, upn: &str, user: &Value) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    for name in ["page.json", "page.md"] {
        assert!(lab.run(&["user", upn, "--export", &path(name)]).status.success());
        #[cfg(unix)]
        {
            let mode = std::fs::metadata(path(name)).unwrap();
            assert_eq!(std::os::unix::fs::PermissionsExt::mode(&mode.permissions()) & 0o777, 0o600);
        }
    }
    let json: Value = serde_json::from_str(&std::fs::read_to_string(path("page.json")).unwrap()).unwrap();
    assert_eq!(json["sections"]["devices"], user["sections"]["devices"]);
    let page = std::fs::read_to_string(path("page.md")).unwrap();
    let facts = user["sections"].as_object().unwrap().values().flat_map(|part| part["facts"].as_array().unwrap());
    for fact in facts.take(200) {
        assert!(page.contains(fact.as_str().unwrap()), "{fact}");
    }
    assert!(!lab.run(&["user", upn, "--export", &path("page.md")]).status.success(), "nothing is overwritten");
}

#[test]
fn tables_are_for_people_and_complaints_go_to_standard_error() {
    let lab = Lab::serve();

    let table = lab.run(&["incidents", "--filter", "user:okafor"]);
    let printed = text(&table.stdout);
    assert!(printed.starts_with("ID") && printed.contains("Mara Okafor") && printed.contains("IRM"), "{printed}");

    let wrong = lab.run(&["hunt", "AlertInf | take 1"]);
    assert_eq!((wrong.status.code(), text(&wrong.stdout)), (Some(3), String::new()));
    assert!(text(&wrong.stderr).contains("Failed to resolve table or column expression named 'AlertInf'"));

    let unknown = lab.run(&["user", "nobody@harrowgate.example"]);
    assert_eq!(unknown.status.code(), Some(5), "{}", text(&unknown.stderr));

    let filter = lab.run(&["alerts", "--filter", "colour:red"]);
    assert_eq!(filter.status.code(), Some(3), "{}", text(&filter.stderr));
}

#[test]
fn a_refused_token_is_told_and_never_printed() {
    let lab = Lab::serve();
    let mut command = watchfloor();
    command.env("WATCHFLOOR_GRAPH_ROOT", lab.address("base_url")).env("WATCHFLOOR_TOKEN", "not-a-token");
    let output = command.args(["incidents"]).output().unwrap();
    assert_eq!(output.status.code(), Some(4), "{}", text(&output.stderr));
    assert!(!text(&output.stderr).contains("not-a-token"), "a token is never printed");
}

#[test]
fn without_a_tenant_it_says_what_it_needs_and_offers_the_lab() {
    for arguments in [&[][..], &["incidents"]] {
        let output = watchfloor().args(arguments).output().unwrap();
        let words = text(&output.stderr);
        assert_eq!(output.status.code(), Some(4));
        for needed in ["watchfloor lab", "config.toml", "client_id", "SecurityIncident.ReadWrite.All"] {
            assert!(words.contains(needed), "no {needed:?} in:\n{words}");
        }
    }
}

#[test]
fn the_workspace_is_refused_off_a_terminal_with_the_alternative_named() {
    for arguments in [&["lab"][..], &["--lab"]] {
        let output = watchfloor().args(arguments).stdout(Stdio::piped()).output().unwrap();
        let words = text(&output.stderr);
        assert!(!output.status.success() && words.contains("watchfloor incidents"), "{words}");
        assert_eq!(words.trim_end().lines().count(), 1, "one line: {words}");
    }
}

#[test]
fn one_seed_and_anchor_give_one_tenant() {
    let hunt = [
        "hunt",
        "DataSecurityEvents | summarize Rows = count(), Last = max(Timestamp) by ActionType | order by ActionType asc",
        "--json",
    ];
    let answers: Vec<Vec<Value>> = (0..2).map(|_| Lab::serve().records(&hunt)).collect();
    assert_eq!(answers[0], answers[1]);
    assert!(answers[0].len() > 3);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let lab = Lab::serve();
    let mut command = watchfloor();
    command.env("WATCHFLOOR_GRAPH_ROOT", lab.address("base_url")).env("WATCHFLOOR_TOKEN", lab.address("token"));
    let query = "CloudAppEvents | project Timestamp, ActionType, ObjectName, AccountDisplayName";
    let mut hunt = command.args(["hunt", query]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(hunt.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let ended = hunt.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), text(&ended.stderr)), (Some(0), String::new()));
}

#[test]
fn stories_are_listed_told_and_scored() {
    let lab = Lab::serve();
    let url = lab.address("base_url");
    let listed = lab.records(&["lab", "stories", "--url", url, "--json"]);
    assert!(listed.len() >= 20, "{}", listed.len());
    let number = listed[0]["number"].to_string();
    let told = lab.records(&["lab", "debrief", &number, "--url", url, "--json"]).remove(0);
    assert_eq!(told["incident"], listed[0]["incident"]);
    let alone = lab.records(&["lab", "debrief", &number, "--json", "--scale", "small", "--anchor", NOW]).remove(0);
    assert_eq!(alone["findings"][0]["shows"], told["findings"][0]["shows"]);

    let printed = text(&lab.run(&["lab", "debrief", &number, "--url", url]).stdout);
    let query = told["findings"][0]["query"].as_str().unwrap();
    assert!(printed.contains("Verdict: truePositive, maliciousUserActivity") && printed.contains(query), "{printed}");
    let rows = lab.records(&["hunt", query, "--json"]);
    assert_eq!(rows.len() as u64, told["findings"][0]["rows"].as_u64().unwrap());

    let score = lab.records(&["lab", "score", "--url", url, "--json"]).remove(0);
    assert_eq!(score["stories"].as_array().unwrap().len(), listed.len());
    let printed = text(&lab.run(&["lab", "score", "--url", url]).stdout);
    assert!(printed.contains("0 right, 0 wrong"), "{printed}");
    let incident = listed[0]["incident"].as_str().unwrap();
    let verdict = ["--status", "resolved", "--classification", "falsePositive", "--determination", "notMalicious"];
    assert!(lab.run(&[&["triage", incident, "--store", ":memory:"][..], &verdict].concat()).status.success());
    let printed = text(&lab.run(&["lab", "score", "--url", url]).stdout);
    let debrief = format!("what it was:  watchfloor lab debrief {number} --url {url}");
    for said in ["0 right, 1 wrong", "first touch after 0:0", "\nwrong: 1\n", "\nnot looked at: 2, 3, 4", &debrief] {
        assert!(printed.contains(said), "{said}: {printed}");
    }
    assert_eq!(lab.run(&["lab", "debrief", "999", "--url", url]).status.code(), Some(5));
    assert_eq!(lab.run(&["lab", "score", "--url", "http://127.0.0.1:9"]).status.code(), Some(6));
}

#[test]
fn the_lab_is_driven_by_flags() {
    let flags = ["--speed", "0", "--live", "--purview-delay", "PT5M", "--fault", "500@/security/incidents"];
    let lab = Lab::serve_with(&flags);
    let output = lab.run(&["alerts", "--json", "--limit", "1"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(!lab.run(&["incidents", "--filter", "status:new,inProgress", "--json"]).status.success());
    for (flag, value, complaint) in [
        ("--fault", "lightning", "no fault \"lightning\"; known are latency,"),
        ("--speed", "-1", "write a number from 0 to 86400"),
        ("--speed", "fast", "write a number from 0 to 86400"),
        ("--patch-lag", "2s", "write an ISO 8601 duration"),
    ] {
        let refused = watchfloor().args(["lab", "serve", &format!("{flag}={value}")]).output().unwrap();
        assert_eq!(refused.status.code(), Some(2), "{flag} {value}");
        assert!(text(&refused.stderr).contains(complaint), "{}", text(&refused.stderr));
    }
}
