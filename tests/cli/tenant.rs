//! What a person needs to open a tenant: init, config, login, logout, doctor.

use crate::{Lab, NOW, text, watchfloor};
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use tempfile::TempDir;

/// Runs `arguments` with configuration and state under `home`, and `answers` on standard input.
fn run(home: &Path, answers: &str, arguments: &[&str], set: &[(&str, &str)]) -> Output {
    let mut command = watchfloor();
    for (name, folder) in [("HOME", "."), ("XDG_CONFIG_HOME", "config"), ("XDG_STATE_HOME", "state")] {
        command.env(name, home.join(folder));
    }
    command.args(arguments).envs(set.iter().copied());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(answers.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn init_writes_a_profile_that_config_shows_and_names_what_to_grant() {
    let home = TempDir::new().unwrap();
    let answers = "work\n\ndevicecode\ndevice-code\nfabrikam.example\napp\nyes\nno\n";
    let output = run(home.path(), answers, &["init"], &[]);
    let (told, asked) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{asked}");
    assert!(asked.contains("did you mean device-code?"), "{asked}");
    for needed in [
        "SecurityIncident.ReadWrite.All",
        "To read only, grant instead: SecurityIncident.Read.All",
        "az ad app permission admin-consent --id app",
        "Insider Risk Management Analysts",
        "Share user risk details with other security solutions",
    ] {
        assert!(told.contains(needed), "no {needed:?} in\n{told}");
    }

    let output = run(home.path(), "", &["config", "--json"], &[("WATCHFLOOR_CLOUD", "usgov")]);
    let shown: Value = serde_json::from_slice(&output.stdout).unwrap();
    let setting = |name: &str| {
        let settings = shown["settings"].as_array().unwrap();
        settings.iter().find(|setting| setting["name"] == name).unwrap().clone()
    };
    assert_eq!((&shown["profile"], &setting("tenant")["value"]), (&"work".into(), &"fabrikam.example".into()));
    assert!(setting("tenant")["from"].as_str().unwrap().ends_with("config.toml"));
    assert_eq!(setting("cloud")["from"], "environment, WATCHFLOOR_CLOUD");
    assert_eq!((&setting("token_cache")["value"], &setting("proxy")["value"]), (&"file".into(), &Value::Null));

    let output = run(home.path(), answers, &["init"], &[]);
    assert!(text(&output.stderr).contains("has a profile \"work\" already"), "{}", text(&output.stderr));
    let output = run(home.path(), "home\nchina\nmanaged-identity\n\n\nyes\n", &["init"], &[]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let file = fs::read_to_string(home.path().join("config/watchfloor/config.toml")).unwrap();
    assert!(
        file.ends_with("[profile.\"home\"]\ncloud = \"china\"\nauth = \"managed-identity\"\nread_only = true\n"),
        "{file}"
    );
    let output = run(home.path(), "only\n", &["init"], &[]);
    assert!(text(&output.stderr).contains("there are no more answers"), "{}", text(&output.stderr));
}

#[test]
fn login_and_logout_tell_who_and_whether_anything_was_kept() {
    let (home, lab) = (TempDir::new().unwrap(), Lab::serve());
    let names = ["base_url", "authority", "client_id", "client_secret", "tenant_id"];
    let variables =
        ["GRAPH_ROOT", "AUTHORITY", "CLIENT_ID", "CLIENT_SECRET", "TENANT"].map(|name| format!("WATCHFLOOR_{name}"));
    let set: Vec<(&str, &str)> =
        variables.iter().map(String::as_str).zip(names.map(|name| lab.address(name))).collect();
    let output = run(home.path(), "", &["login"], &set);
    let told = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(told.starts_with("signed in: the app watchfloor lab, tenant "), "{told}");
    assert!(told.contains("not kept"), "{told}");
    let output = run(home.path(), "", &["logout"], &set);
    assert_eq!(text(&output.stdout), "no sign-in was kept\n");

    let state = home.path().join("state/watchfloor");
    fs::create_dir_all(&state).unwrap();
    fs::write(state.join("tokens"), "x").unwrap();
    let output = run(home.path(), "", &["logout", "--all"], &[]);
    assert!(text(&output.stdout).starts_with("signed out"), "{}", text(&output.stderr));
    assert!(!state.join("tokens").exists());

    let output = run(home.path(), lab.address("token"), &["login"], &[set[0], ("WATCHFLOOR_TOKEN_FILE", "-")]);
    assert!(output.status.success(), "a token on standard input: {}", text(&output.stderr));
}

/// A row of the doctor's table.
fn capability<'r>(report: &'r Value, name: &str) -> &'r Value {
    let rows = report["capabilities"].as_array().unwrap();
    rows.iter().find(|row| row["capability"] == name).unwrap()
}

#[test]
fn the_doctor_finds_what_is_missing_and_ends_with_its_code() {
    let (home, lab) = (TempDir::new().unwrap(), Lab::serve());
    let reading = lab.address("read_only_client_id");
    let with = |client_id: &str, secret: &str| {
        let set = [
            ("WATCHFLOOR_GRAPH_ROOT", lab.address("base_url")),
            ("WATCHFLOOR_AUTHORITY", lab.address("authority")),
            ("WATCHFLOOR_TENANT", lab.address("tenant_id")),
            ("WATCHFLOOR_CLIENT_ID", client_id),
            ("WATCHFLOOR_CLIENT_SECRET", secret),
            ("WATCHFLOOR_NOW", NOW),
        ];
        let output = run(home.path(), "", &["doctor", "--json"], &set);
        let report: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
        assert_eq!(output.status.code().map(Value::from), Some(report["exit"].clone()));
        report
    };
    let secret = lab.address("client_secret");
    let report = with(lab.address("client_id"), secret);
    assert_eq!(report["exit"], 0, "{report:#}");
    let is_response = |row: &Value| row["write"] == "off (no allow_response)";
    let rows = report["capabilities"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["read"] == "yes" || is_response(row)), "{report:#}");
    assert_eq!(rows.iter().filter(|row| is_response(row)).count(), 3);
    assert_eq!(capability(&report, "incidents")["write"], "granted");

    let report = with(reading, secret);
    assert_eq!(report["exit"], 4, "hunting is refused");
    assert_eq!(
        (&capability(&report, "alerts")["read"], &capability(&report, "alerts")["write"]),
        (&"yes".into(), &"not granted".into())
    );
    let hunting = capability(&report, "hunting");
    assert_eq!(
        hunting["proven"][0],
        "ThreatHunting.Read.All is not granted to the app with an administrator's consent"
    );
    assert!(hunting["request_id"].is_string(), "{hunting}");

    let report = with(reading, "wrong");
    let sign_in = report["checks"].as_array().unwrap().iter().find(|check| check["check"] == "sign-in").unwrap();
    assert_eq!((&report["exit"], &sign_in["verdict"]), (&4.into(), &"failed".into()));
    assert!(sign_in["words"].as_str().unwrap().contains("AADSTS7000215"), "{sign_in}");
    assert_eq!(capability(&report, "incidents")["read"], "untried");
    assert!(!report.to_string().contains(secret), "no secret is told");
}

#[test]
fn the_doctor_reports_in_words_too() {
    let output = watchfloor().args(["doctor", "--lab"]).output().unwrap();
    let told = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    for part in ["ok       sign-in: ", "capability", "behaviors", "DataSecurity", "ThreatHunting.Read.All"] {
        assert_eq!(told.contains(part), part != "DataSecurity", "{part}:\n{told}");
    }
}

/// Every file below `folder`.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn no_secret_and_no_token_is_printed_or_kept() {
    let (home, lab) = (TempDir::new().unwrap(), Lab::serve());
    let secret = lab.address("client_secret");
    let store = home.path().join("work.sqlite").display().to_string();
    let set = [
        ("WATCHFLOOR_GRAPH_ROOT", lab.address("base_url")),
        ("WATCHFLOOR_AUTHORITY", lab.address("authority")),
        ("WATCHFLOOR_TENANT", lab.address("tenant_id")),
        ("WATCHFLOOR_CLIENT_ID", lab.address("client_id")),
        ("WATCHFLOOR_CLIENT_SECRET", secret),
        ("WATCHFLOOR_STORE", &store),
        ("WATCHFLOOR_NOW", NOW),
    ];
    let queue = run(home.path(), "", &["incidents", "--json"], &set);
    let first: Value = serde_json::from_str(text(&queue.stdout).lines().next().unwrap()).unwrap();
    let id = first["id"].as_str().unwrap();
    let commands: [&[&str]; 7] = [
        &["config"],
        &["login"],
        &["doctor"],
        &["doctor", "--json"],
        &["hunt", "AlertInfo | take 1"],
        &["hunt", "AlertInfo | tke 1"],
        &["triage", id, "--comment", "seen"],
    ];
    for arguments in commands {
        let output = run(home.path(), "", arguments, &set);
        for told in [text(&output.stdout), text(&output.stderr)] {
            // Tokens are JSON in base64, which begins so.
            assert!(!told.contains(secret) && !told.contains("eyJ"), "{arguments:?}: {told}");
        }
    }
    let kept = files(home.path());
    assert!(kept.iter().any(|file| file.ends_with("work.sqlite")), "{kept:?}");
    for file in kept {
        let bytes = fs::read(&file).unwrap();
        let holds = |needle: &str| bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
        assert!(!holds(secret) && !holds("eyJ"), "{}", file.display());
    }
}
