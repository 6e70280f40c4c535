//! Files in a directory of the test's own, variables by table.

use super::*;
use crate::base::Secret;
use std::fs;
use tempfile::TempDir;
use url::Url;

/// Loads `text` as the file, with `variables` set.
fn load_text(text: &str, name: Option<&str>, variables: &[(&str, &str)]) -> Result<Option<Profile>, String> {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("config.toml");
    fs::write(&path, text).unwrap();
    load_at(&path, name, variables).map_err(|error| error.replace(directory.path().to_str().unwrap(), "~"))
}

fn load_at(path: &std::path::Path, name: Option<&str>, set: &[(&str, &str)]) -> Result<Option<Profile>, String> {
    let variables = |wanted: &str| match wanted {
        CONFIG => Some(path.to_str().unwrap().to_owned()),
        _ => set.iter().find(|(name, _)| *name == wanted).map(|(_, value)| (*value).to_owned()),
    };
    load(name, &variables).map_err(|error| error.to_string())
}

const TWO: &str = "default_profile = 'b'\n[profile.a]\ntenant = 'ta'\nclient_id = 'ca'\n\
                   [profile.b]\ntenant = 'tb'\nclient_id = 'cb'\ncloud = 'usgov'\nread_only = true\n";

fn b() -> Profile {
    Profile {
        name: "b".to_owned(),
        tenant: "tb".to_owned(),
        client_id: "cb".to_owned(),
        cloud: "usgov".to_owned(),
        auth: Auth::DeviceCode,
        read_only: true,
        grace_seconds: GRACE_USUAL,
        graph_root: None,
        authority: None,
    }
}

#[test]
fn the_default_profile_is_taken_unless_one_is_named() {
    assert_eq!(load_text(TWO, None, &[]), Ok(Some(b())));
    assert_eq!(load_text(TWO, Some("a"), &[]).unwrap().unwrap().tenant, "ta");
    let only = "[profile.x]\ntenant = 't'\nclient_id = 'c'\n";
    assert_eq!(load_text(only, None, &[]).unwrap().unwrap().name, "x");
}

#[test]
fn the_environment_overrides_the_file() {
    let set = [
        (TENANT, "t"),
        (CLIENT_ID, "c"),
        (CLIENT_SECRET, "s"),
        (AUTHORITY, "http://127.0.0.1:9"),
        (GRAPH_ROOT, "http://127.0.0.1:9"),
    ];
    let lab = Url::parse("http://127.0.0.1:9").unwrap();
    let expected = Profile {
        tenant: "t".to_owned(),
        client_id: "c".to_owned(),
        auth: Auth::ClientSecret(Secret::new("s")),
        graph_root: Some(lab.clone()),
        authority: Some(lab),
        ..b()
    };
    assert_eq!(load_text(TWO, None, &set), Ok(Some(expected)));
}

#[test]
fn a_token_alone_needs_neither_tenant_nor_client() {
    let profile = load_text("", None, &[(TOKEN, "t")]).unwrap().unwrap();
    assert_eq!((profile.name.as_str(), profile.auth), ("environment", Auth::Token(Secret::new("t"))));
}

#[test]
fn nothing_configured_is_no_error() {
    assert_eq!(load_text("", None, &[]), Ok(None));
    assert_eq!(load_text("", None, &[(TENANT, "")]), Ok(None));
}

#[test]
fn mistakes_are_told_with_place_and_remedy() {
    let cases = [
        ("[profile.a]\ntennant = 'x'\n", None, "~/config.toml:2: unknown field `tennant`, expected one of"),
        ("[profile.a]\ntenant = 3\n", None, "~/config.toml:2: invalid type: integer `3`, expected a string"),
        ("[profile.a\n", None, "~/config.toml:1: "),
        ("[profile.a]\nauth = 'magic'\n", None, "~/config.toml:2: unknown variant `magic`, expected one of"),
        ("[profile.a]\n", None, "profile a: no tenant; set it in the profile or in WATCHFLOOR_TENANT"),
        ("[profile.a]\ntenant = 't'\n", None, "profile a: no client_id; set it in"),
        ("[profile.a]\nauth = 'token'\n", None, "profile a: no token; set WATCHFLOOR_TOKEN"),
        ("[profile.a]\nauth = 'client-secret'\n", None, "profile a: no client secret; set WATCHFLOOR_CLIENT_SECRET or"),
        ("[profile.a]\n[profile.b]\n", None, "several profiles in ~/config.toml (a, b); name one, or set"),
        (TWO, Some("c"), "no profile \"c\" in ~/config.toml; it has a, b"),
        ("", Some("c"), "no profiles are configured; write one to ~/config.toml"),
        (
            "[profile.a]\ntenant = 't'\nclient_id = 'c'\ngraph_root = 'graph'\n",
            None,
            "graph_root: \"graph\" is not an address",
        ),
    ];
    for (text, name, start) in cases {
        let error = load_text(text, name, &[]).unwrap_err();
        assert!(error.starts_with(start), "{error}\nshould start with\n{start}");
    }
}

#[test]
fn a_secret_in_the_file_is_refused_and_not_repeated() {
    let error = load_text("[profile.a]\ntenant = 't'\nclient_secret = 'hunter2'\n", None, &[]).unwrap_err();
    assert!(error.starts_with("~/config.toml:3: a client secret does not belong in this file"), "{error}");
    assert!(!error.contains("hunter2"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_secret_file_must_be_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let directory = TempDir::new().unwrap();
    let (path, secret) = (directory.path().join("config.toml"), directory.path().join("secret"));
    fs::write(&path, "[profile.a]\ntenant = 't'\nclient_id = 'c'\nclient_secret_file = 'secret'\n").unwrap();
    fs::write(&secret, "hunter2\n").unwrap();
    let mode = |bits| fs::set_permissions(&secret, fs::Permissions::from_mode(bits)).unwrap();

    mode(0o640);
    let error = load_at(&path, None, &[]).unwrap_err();
    assert!(error.ends_with("secret can be read by others; run chmod 600 on it"), "{error}");

    mode(0o600);
    let profile = load_at(&path, None, &[]).unwrap().unwrap();
    assert_eq!(profile.auth, Auth::ClientSecret(Secret::new("hunter2")));

    fs::write(&secret, " \n").unwrap();
    assert!(load_at(&path, None, &[]).unwrap_err().ends_with("secret is empty"));
}

#[test]
fn a_file_asked_for_by_name_must_exist() {
    let directory = TempDir::new().unwrap();
    let error = load_at(&directory.path().join("none.toml"), None, &[(TENANT, "t")]).unwrap_err();
    assert!(error.starts_with("cannot read "), "{error}");
}
