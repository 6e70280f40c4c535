//! What is done to an account from the command line: shown first, refused unless the profile allows it, and in the journal
//! with what was before, what is now, and the request.

use crate::{Lab, text};
use serde_json::{Value, json};
use std::path::Path;

/// Runs `watchfloor respond` on `upn` with the journal in `store`, where `allowed` in a profile that allows it.
fn respond(lab: &Lab, store: &Path, allowed: bool, arguments: &[&str]) -> (Option<i32>, Value, String) {
    let mut command = lab.command(&[&["respond"], arguments, &["--json"]].concat());
    command.env("WATCHFLOOR_STORE", store).env("WATCHFLOOR_ALLOW_RESPONSE", allowed.to_string());
    let output = command.output().unwrap();
    let record = text(&output.stdout).lines().last().and_then(|line| serde_json::from_str(line).ok());
    (output.status.code(), record.unwrap_or_default(), text(&output.stderr))
}

/// The entries of the journal in `store`.
fn entries(lab: &Lab, store: &Path) -> Vec<Value> {
    let records = lab.records(&["journal", "--json", "--store", &store.display().to_string()]);
    records.into_iter().map(|mut record| record["entry"].take()).collect()
}

#[test]
fn a_response_is_shown_refused_done_and_journaled() {
    let lab = Lab::serve();
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("work.sqlite");
    let queue = lab.records(&["incidents", "--json"]);
    let departing = queue.iter().find(|incident| incident["name"].as_str().unwrap().starts_with("Departing")).unwrap();
    let user = &departing["users"][0];
    let (upn, id) = (user["upn"].as_str().unwrap(), user["object_id"].as_str().unwrap());
    let run = |allowed: bool, arguments: &[&str]| respond(&lab, &store, allowed, &[&[upn], arguments].concat());

    let (code, _, told) = run(true, &["fire"]);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("one of revoke, disable, enable, confirm-risk, dismiss-risk"), "{told}");
    let (code, _, told) = run(false, &["disable"]);
    assert_eq!(code, Some(4), "{told}");
    let (code, shown, told) = run(false, &["disable", "--dry-run"]);
    assert_eq!(code, Some(0), "a plan can be looked at all the same: {told}");
    assert!(shown["rows"][0]["result"].is_null() && shown["applicable"] == true, "{shown}");
    assert!(!store.exists() || entries(&lab, &store).is_empty(), "nothing was done yet");

    for act in ["disable", "enable", "revoke", "confirm-risk", "dismiss-risk"] {
        let (code, done, told) = run(true, &[act]);
        assert_eq!((code, &done["rows"][0]["result"]["state"]), (Some(0), &"written".into()), "{act}: {done} {told}");
        if act == "disable" {
            assert_eq!(done["rows"][0]["request"], shown["rows"][0]["request"], "what was shown is what was sent");
            assert_eq!(lab.records(&["user", upn, "--json"])[0]["user"]["account_enabled"], false);
            let (_, again, told) = run(true, &["disable"]);
            assert_eq!(again["applicable"], false, "{told}");
        }
    }
    let entries = entries(&lab, &store);
    let written: Vec<&Value> = entries.iter().filter(|entry| entry["kind"] == "write").collect();
    let account = json!(format!("account:{id}"));
    let risk = json!(format!("risk:{id}"));
    assert_eq!(written.len(), 5, "{entries:#?}");
    assert!(written.iter().all(|entry| entry["request_id"].is_string()), "{written:#?}");
    let subjects: Vec<&Value> = written.iter().map(|entry| &entry["subject"]).collect();
    assert_eq!(subjects, [&account, &account, &account, &risk, &risk]);
    let (on, off) = (json!({"accountEnabled": true}), json!({"accountEnabled": false}));
    assert_eq!([&written[0]["before"], &written[0]["after"]], [&on, &off]);
    assert_eq!([&written[1]["before"], &written[1]["after"]], [&off, &on]);
    for (entry, action) in written[2..].iter().zip(["revokeSignInSessions", "confirmCompromised", "dismiss"]) {
        assert_eq!(entry["after"]["action"], action, "{entry}");
        assert!(!entry["before"].is_null() && !entry["after"]["state"].is_null(), "{entry}");
        assert_ne!(entry["before"], entry["after"]["state"], "something became of it");
    }
    assert_eq!(entries.iter().filter(|entry| entry["kind"] == "plan").count(), 5);
    let verified = lab.records(&["journal", "verify", "--json", "--store", &store.display().to_string()]);
    assert_eq!(verified[0]["whole"], true);
}
