//! What is given wrong, is not there or is full: told with a next step and the right exit code, and never by a panic.

use crate::{Lab, text, watchfloor};
use std::process::Output;

fn told(output: &Output) -> String {
    text(&output.stdout) + &text(&output.stderr)
}

#[test]
fn wrong_arguments_end_with_a_code_and_a_next_step() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (nowhere, note, here) = (path("missing/file"), path("note.txt"), path(""));
    std::fs::write(&note, "shopping: bread").unwrap();
    let cases: &[(&[&str], i32, &str)] = &[
        (&["user", ""], 2, "a value is required"),
        (&["export", "--since", "soon"], 2, "write 30m, 12h, 7d or 2w"),
        (&["export", "--lab", "--to", &nowhere], 1, "in a folder that is there"),
        (&["export", "--lab", "--checkpoint", &nowhere], 1, "in a folder that is there"),
        (&["hunt", "--lab", " "], 3, "give it as an argument, or `-` and standard input"),
        (&["incidents", "--lab", "--filter", "colour:red"], 3, "there are source, status"),
        (&["kql", "T", "--table", "T"], 2, "e.g. --table T=export.csv"),
        (&["kql", "T", "--table", &format!("T={nowhere}")], 1, "a table is read from a file of CSV"),
        (&["kql", "T", "--table", &format!("T={here}")], 1, "a table is read from a file of CSV"),
        (&["kql", "check", &nowhere], 1, "name files of queries"),
        (&["journal", "verify", "--store", &nowhere], 5, "nothing is kept yet in"),
        (&["journal", "--store", &note], 1, "is no store of watchfloor's"),
        (&["journal", "--store", &here], 1, "is no store of watchfloor's"),
        (&["respond", "someone@x.example", "fire", "--lab"], 2, "one of revoke, disable"),
        (&["lab", "debrief", "999"], 5, "watchfloor lab stories lists them"),
        (&["lab", "score", "--url", "http://127.0.0.1:9"], 6, "watchfloor lab serve"),
        (&["incidents"], 4, "watchfloor init"),
    ];
    for (arguments, code, words) in cases {
        let output = watchfloor().args(*arguments).output().unwrap();
        let told = told(&output);
        assert_eq!(output.status.code(), Some(*code), "{arguments:?}: {told}");
        assert!(told.contains(words), "{arguments:?}: {told}");
        assert!(!told.contains("(os error") && !told.contains("a fault of its own"), "{arguments:?}: {told}");
    }
    assert_eq!(std::fs::read_to_string(&note).unwrap(), "shopping: bread");
}

#[test]
fn an_empty_variable_counts_as_none() {
    let lab = Lab::serve();
    let mut command = lab.command(&["incidents", "--json"]);
    let output = command.env("WATCHFLOOR_STORE", "").env("WATCHFLOOR_PROFILE", "").output().unwrap();
    assert!(output.status.success(), "{}", told(&output));
}

#[cfg(unix)]
#[test]
fn a_name_that_is_no_text_and_a_disk_that_is_full_are_told() {
    use std::os::unix::ffi::OsStrExt as _;

    let folder = tempfile::tempdir().unwrap();
    let odd = folder.path().join(std::ffi::OsStr::from_bytes(b"\xff.sqlite"));
    let output = watchfloor().args(["note", "4127", "hello", "--lab", "--store"]).arg(&odd).output().unwrap();
    assert!(output.status.success() && odd.exists(), "{}", told(&output));
    let output = watchfloor().arg("user").arg(std::ffi::OsStr::from_bytes(b"\xff")).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));

    let full = |arguments: &[&str]| -> Output {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        watchfloor().args(arguments).stdout(full).output().unwrap()
    };
    if std::path::Path::new("/dev/full").exists() {
        for arguments in [&["kql", "print 1"][..], &["lab", "stories", "--scale", "small"]] {
            let output = full(arguments);
            assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", told(&output));
            assert!(told(&output).contains("what was printed is not whole"), "{}", told(&output));
        }
    }
}

#[test]
fn the_time_is_set_for_a_lab_only() {
    let set = |name: &str, value: &str| {
        let mut command = watchfloor();
        command.args(["incidents"]).env("WATCHFLOOR_TENANT", "t").env("WATCHFLOOR_CLIENT_ID", "c").env(name, value);
        let output = command.output().unwrap();
        (output.status.code(), text(&output.stderr))
    };
    let (code, told) = set("WATCHFLOOR_NOW", crate::NOW);
    assert!(code == Some(2) && told.contains("time is set for a lab only"), "{told}");
    let (code, told) = set("WATCHFLOOR_NOW", "yesterday");
    assert!(code == Some(2) && told.contains("yesterday"), "{told}");
}
