//! Files in a directory of the test's own, variables by table.

use super::key::Key;
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

fn load_at(path: &Path, name: Option<&str>, set: &[(&str, &str)]) -> Result<Option<Profile>, String> {
    let variables = |wanted: &str| match wanted {
        CONFIG => Some(path.to_str().unwrap().to_owned()),
        _ => set.iter().find(|(name, _)| *name == wanted).map(|(_, value)| (*value).to_owned()),
    };
    load(name, &variables).map_err(|error| error.to_string())
}

/// The profile without where its values came from.
fn plain(profile: Result<Option<Profile>, String>) -> Profile {
    Profile { settings: Vec::new(), ..profile.unwrap().unwrap() }
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
        allow_response: false,
        people: People::ByName,
        grace_seconds: 3,
        refresh_interval: 60,
        views: Vec::new(),
        notify: "watch:any".to_owned(),
        theme: "dark".to_owned(),
        mouse: false,
        score: Vec::new(),
        ageing: Vec::new(),
        labels: Vec::new(),
        kept: Kept { tokens: false, queues: true },
        proxy: None,
        authorities: Vec::new(),
        graph_root: None,
        authority: None,
        settings: Vec::new(),
    }
}

#[test]
fn the_default_profile_is_taken_unless_one_is_named() {
    assert_eq!(plain(load_text(TWO, None, &[])), b());
    assert_eq!(load_text(TWO, Some("a"), &[]).unwrap().unwrap().tenant, "ta");
    let only = "[profile.x]\ntenant = 't'\nclient_id = 'c'\n";
    assert_eq!(load_text(only, None, &[]).unwrap().unwrap().name, "x");
}

#[test]
fn the_environment_overrides_the_file() {
    let set = [
        (key::TENANT.variable, "t"),
        (key::CLIENT_ID.variable, "c"),
        (CLIENT_SECRET, "s"),
        (key::AUTHORITY.variable, "http://127.0.0.1:9"),
        (key::GRAPH_ROOT.variable, "http://127.0.0.1:9"),
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
    assert_eq!(plain(load_text(TWO, None, &set)), expected);
    // With the version at its end, as other clients want it, it is the same address.
    for root in ["http://127.0.0.1:9/v1.0", "http://127.0.0.1:9/v1.0/"] {
        let set = set.map(|(name, value)| (name, if name == key::GRAPH_ROOT.variable { root } else { value }));
        assert_eq!(plain(load_text(TWO, None, &set)), expected, "{root}");
    }
}

#[test]
fn a_token_alone_needs_neither_tenant_nor_client() {
    let profile = load_text("", None, &[(TOKEN, "t")]).unwrap().unwrap();
    assert_eq!((profile.name.as_str(), profile.auth), ("environment", Auth::Token(Secret::new("t"))));
}

#[test]
fn nothing_configured_is_no_error() {
    assert_eq!(load_text("", None, &[]), Ok(None));
    assert_eq!(load_text("", None, &[(key::TENANT.variable, "")]), Ok(None));
}

#[test]
fn mistakes_are_told_with_place_and_remedy() {
    let cases = [
        ("[profile.a]\ntennant = 'x'\n", None, "~/config.toml:2: unknown field `tennant`; did you mean `tenant`?"),
        ("[profile.a]\ntenant = 3\n", None, "~/config.toml:2: invalid type: integer `3`, expected a string"),
        ("[profile.a\n", None, "~/config.toml:1: "),
        ("[profile.a]\nauth = 'magic'\n", None, "~/config.toml:2: unknown variant `magic`, expected one of"),
        (
            "[profile.a]\nauth = 'devicecode'\n",
            None,
            "~/config.toml:2: unknown variant `devicecode`; did you mean `device-code`?",
        ),
        ("[profile.a]\nread_only = 'yes'\n", None, "~/config.toml:2: invalid type: string \"yes\", expected a boolean"),
        (
            "defualt_profile = 'a'\n",
            None,
            "~/config.toml:1: unknown field `defualt_profile`; did you mean `default_profile`?",
        ),
        (
            "[macro.pentest]\nkey = 'x t'\nstaus = 'resolved'\n",
            None,
            "~/config.toml:3: unknown field `staus`; did you mean `status`?",
        ),
        (
            "[profile.a]\ntenant = 't'\nclient_id = 'c'\ntoken_cache = 'disk'\n",
            None,
            "token_cache: \"disk\" is not one of memory or file",
        ),
        (
            "[profile.a]\nauth = 'client-certificate'\n",
            None,
            "profile a: no client certificate; set client_certificate",
        ),
        ("[profile.a]\nauth = 'workload-identity'\n", None, "profile a: no federated token; set federated_token_file"),
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
    let error = load_at(&directory.path().join("none.toml"), None, &[(key::TENANT.variable, "t")]).unwrap_err();
    assert!(error.starts_with("cannot read "), "{error}");
}

#[test]
fn every_key_can_be_written_and_is_shown_with_its_origin() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("config.toml");
    let value = |key: &Key| match key.name {
        "read_only" | "allow_response" | "pseudonyms" | "mouse" => "true".to_owned(),
        "grace_seconds" => "5".to_owned(),
        "refresh_interval" => "30".to_owned(),
        "auth" => "'azure-cli'".to_owned(),
        "token_cache" => "'file'".to_owned(),
        "queue_cache" => "'memory'".to_owned(),
        "ca_file" => "'ca.pem'".to_owned(),
        "proxy" => "'http://mara:hunter2@proxy.example:8080'".to_owned(),
        "graph_root" | "authority" => "'https://graph.example'".to_owned(),
        name => format!("'{name}'"),
    };
    let lines: Vec<String> = key::KEYS.iter().map(|key| format!("{} = {}\n", key.name, value(key))).collect();
    fs::write(&path, format!("[profile.a]\n{}", lines.concat())).unwrap();
    fs::write(directory.path().join("ca.pem"), "pem").unwrap();
    let set = [(key::TENANT.variable, "other"), (TOKEN, "hunter2")];
    let profile = load_at(&path, None, &set).unwrap().unwrap();
    assert_eq!(
        (&profile.auth, profile.kept, &*profile.authorities),
        (&Auth::AzureCli, Kept { tokens: true, queues: false }, &b"pem"[..])
    );
    for key in &key::KEYS {
        let setting = profile.settings.iter().find(|setting| setting.name == key.name).unwrap();
        match key.name {
            "tenant" => assert_eq!(setting.origin, Origin::Variable("WATCHFLOOR_TENANT")),
            _ => assert_eq!(setting.origin, Origin::File(path.clone()), "{}", key.name),
        }
    }
    let shown = format!("{:?} {profile:?}", profile.settings);
    assert!(!shown.contains("hunter2"), "{shown}");
    let bare = load_text("[profile.a]\ntenant = 't'\nclient_id = 'c'\n", None, &[]).unwrap().unwrap();
    let of = |name: &str| bare.settings.iter().find(|setting| setting.name == name).unwrap();
    assert_eq!((&*of("cloud").value, &of("cloud").origin), ("global", &Origin::Default));
    assert_eq!((&*of("proxy").value, &of("proxy").origin), ("", &Origin::Unset));
    let derived = Origin::Derived("no secret, certificate or token is set");
    assert_eq!((&*of("auth").value, &of("auth").origin), ("device-code", &derived));
    let token = load_text("[profile.a]\ntenant = 't'\n", None, &[(TOKEN, "hunter2")]).unwrap().unwrap();
    let auth = token.settings.iter().find(|setting| setting.name == "auth").unwrap();
    assert_eq!((&*auth.value, auth.origin.to_string()), ("token", "derived: a token is set".to_owned()));
}

#[test]
fn azures_own_variables_describe_machines_and_workloads() {
    let named = |auth: &'static str, set: &[(&'static str, &'static str)]| {
        let all: Vec<(&str, &str)> = set.iter().copied().chain([(key::AUTH.variable, auth)]).collect();
        load_text("", None, &all).unwrap().unwrap()
    };
    let url = |text: &str| Url::parse(text).unwrap();
    assert_eq!(named("managed-identity", &[]).auth, Auth::Machine(url("http://169.254.169.254")));
    let set = [("IDENTITY_ENDPOINT", "http://127.0.0.1:4/msi/token"), ("IDENTITY_HEADER", "h")];
    let expected = Auth::AppService(url("http://127.0.0.1:4/msi/token"), Secret::new("h"));
    assert_eq!(named("managed-identity", &set).auth, expected);
    let set = [
        ("AZURE_FEDERATED_TOKEN_FILE", "/var/token"),
        ("AZURE_TENANT_ID", "t"),
        ("AZURE_CLIENT_ID", "c"),
        ("AZURE_AUTHORITY_HOST", "https://login.microsoftonline.us/"),
    ];
    let workload = named("workload-identity", &set);
    assert_eq!((&*workload.tenant, &*workload.client_id), ("t", "c"));
    assert_eq!(workload.auth, Auth::Workload("/var/token".into()));
    assert_eq!(workload.authority, Some(url("https://login.microsoftonline.us/")));
}

#[test]
fn views_keep_the_files_order_and_their_text() {
    let text = "[profile.a]\ntenant = 't'\nclient_id = 'c'\nrefresh_interval = 0\n\
                [profile.a.views]\nunowned = 'owner:none'\n'big ones' = ' severity>=high '\na = 'owner:me'\n";
    let profile = load_text(text, None, &[]).unwrap().unwrap();
    let named = |name: &str, filter: &str| NamedFilter { name: name.to_owned(), filter: filter.to_owned() };
    let expected = [named("unowned", "owner:none"), named("big ones", "severity>=high"), named("a", "owner:me")];
    assert_eq!((profile.refresh_interval, &*profile.views), (0, &expected[..]));
    let shown: Vec<(&str, &str)> = profile
        .settings
        .iter()
        .filter(|setting| setting.name.starts_with("views."))
        .map(|setting| (&*setting.name, &*setting.value))
        .collect();
    assert_eq!(
        shown,
        [("views.unowned", "owner:none"), ("views.big ones", " severity>=high "), ("views.a", "owner:me")]
    );
}

#[test]
fn an_interval_or_a_view_that_cannot_be_meant_is_told() {
    let head = "[profile.a]\ntenant = 't'\nclient_id = 'c'\n";
    let cases = [
        ("refresh_interval = 3\n", "refresh_interval: \"3\" is not one of 0 for never, or 10 and more"),
        ("refresh_interval = -1\n", "~/config.toml:4: invalid value: integer `-1`, expected u32"),
        ("[profile.a.views]\nx = ' '\n", "profile a: no filter in a view; write it as"),
        ("[profile.a.views]\n'' = 'x'\n", "profile a: no name for a view; write it as"),
        ("[profile.a.views]\nx = 3\n", "~/config.toml:5: invalid type: integer `3`, expected a string"),
    ];
    for (text, start) in cases {
        let error = load_text(&format!("{head}{text}"), None, &[]).unwrap_err();
        assert!(error.starts_with(start), "{error}\nshould start with\n{start}");
    }
    let set = [(key::REFRESH_INTERVAL.variable, "often")];
    let error = load_text(head, None, &set).unwrap_err();
    assert_eq!(error, "refresh_interval: \"often\" is not one of 0, 1, 2 and so on, in seconds");
}

#[test]
fn labels_have_the_ids_that_rows_carry() {
    let text = |labels: &str| format!("[profile.a]\ntenant = 't'\nclient_id = 'c'\n[profile.a.labels]\n{labels}");
    let id = "5F2C0D6E-9a41-4b7a-8a0e-3c1d2b4f6a70";
    let profile = load_text(&text(&format!("\"{id}\" = \"Board only\"\n")), None, &[]).unwrap().unwrap();
    assert_eq!(profile.labels, [(id.to_ascii_lowercase(), "Board only".to_owned())]);
    assert!(profile.settings.iter().any(|setting| setting.name == format!("labels.{id}")));
    for wrong in ["\"Board only\" = \"x\"\n".to_owned(), format!("\"{id}\" = \"\"\n")] {
        assert!(load_text(&text(&wrong), None, &[]).is_err(), "{wrong}");
    }
}
