//! The binary in a pseudo-terminal, from keys to screen, over the lab's real HTTP.

#![expect(clippy::expect_used, clippy::panic, reason = "a panic is the report")]

#[path = "tui/doctor.rs"]
mod doctor;
#[path = "tui/editor.rs"]
mod editor;
#[path = "tui/linear.rs"]
mod linear;
#[path = "tui/link.rs"]
mod link;
#[path = "tui/macros.rs"]
mod macros;
#[path = "tui/mouse.rs"]
mod mouse;
#[path = "tui/paging.rs"]
mod paging;
#[path = "support/people.rs"]
mod people;
#[path = "tui/pivot.rs"]
mod pivot;
#[path = "tui/pseudonyms.rs"]
mod pseudonyms;
#[path = "tui/queue.rs"]
mod queue;
#[path = "support/relay.rs"]
mod relay;
#[path = "tui/small.rs"]
mod small;
mod support;
#[path = "tui/sync.rs"]
mod sync;
#[path = "tui/walk.rs"]
mod walk;
#[path = "tui/warm.rs"]
mod warm;

use support::{Lab, NOW, Terminal};

const ESC: &str = "\x1b";
const ENTER: &str = "\r";
const DOWN: &str = "\x1b[B";
const CTRL_R: &str = "\x12";

#[test]
fn an_insider_risk_incident_is_triaged_from_queue_to_resolution() {
    let mut t = Terminal::start(&["lab", "--scale", "small"], 120, 40, &[]);
    // A key pressed before the alerts are there, which make the priority, would hold the cursor where it is.
    let all = shown(&t.wait_for("the departing user on top", |screen| first_row(screen).contains("Mara Okafor")));

    // The queue, narrowed to Insider Risk by the picker.
    t.send("f").wait_text("Service sources");
    t.send(" ").send(ENTER).wait_text("source:insider-risk");
    let queue = t.wait_for("fewer rows, the departing user on top", |screen| {
        shown(screen) < all && first_row(screen).contains("Mara Okafor")
    });
    let open_before = shown(&queue);

    // The incident: its alerts of several products, evidence, and both words for where it stands.
    t.send("gg").send(ENTER).wait_text("Clean-up after exfiltration");
    let page = t.wait_text("Needs review");
    for product in ["IRM", "DLP", "MDE"] {
        assert!(page.contains(product), "no {product} alert on\n{page}");
    }

    // The person.
    t.send("p").wait_text("derived here");
    t.wait_text("Finance Controller");
    t.wait_text("Exfiltration");

    // A hunt about the person, answered by the engine.
    t.send("h").wait_text("DataSecurityEvents");
    t.send(CTRL_R).wait_text(" rows · ");
    t.wait_text("m.okafor");
    t.send(ESC).wait_text("Tab editor");
    t.send(ESC).wait_text("Finance Controller");
    t.send(ESC).wait_text("Needs review");

    // Resolving without a classification is stopped and explained.
    select_alert(&mut t, "Unusual volume of downloads");
    t.send("s").wait_text("Status of");
    t.send(DOWN).send(DOWN).send(ENTER);
    t.wait_text("it will be Dismissed in");
    t.send(ENTER).wait_text("Enter does not");
    t.send(ESC).wait_gone("it will be Dismissed in");
    t.send(ESC).wait_gone("Status of");

    // With a true positive the plan shows what Purview will do, and only then is it written.
    t.send("r").wait_text("Resolve alert");
    t.send(ENTER).wait_text("Determination");
    t.send(DOWN).send(ENTER);
    let plan = t.wait_text("new → resolved");
    assert!(plan.contains("malicious user activity") && plan.contains("Needs review → Confirmed"), "{plan}");
    t.send(ENTER).wait_text("Purview by");
    t.wait_for("the alert resolved", |screen| {
        screen.lines().any(|line| line.contains("Unusual volume of downloads") && line.contains("resolved"))
    });

    // The whole incident from the queue, which then has one less.
    t.send(ESC).wait_text("source:insider-risk");
    t.send("r").wait_text("Resolve incident");
    t.send(ENTER).wait_text("Determination");
    t.send(DOWN).send(ENTER).wait_text("→ resolved");
    t.send(ENTER);
    t.wait_for("one open incident less", |screen| shown(screen) + 1 == open_before);

    t.send("q");
    assert_eq!(t.wait_exit(), 0);
    t.assert_restored();
}

#[test]
fn assigning_and_commenting_are_planned_and_written() {
    let mut t = Terminal::start(&["lab", "--scale", "small"], 120, 40, &[]);
    t.wait_for("the departing user on top", |screen| first_row(screen).contains("Mara Okafor"));
    t.send("a").wait_text("owner");
    t.send(ENTER).wait_for("an owner in the row", |screen| !row_of(screen, "Mara Okafor").contains(" -  "));
    t.send("m").wait_text("Comment on");
    t.send("talked to HR").send("\x13").wait_text("talked to HR");
    t.send(ENTER).wait_text("written");
    t.send(ENTER).wait_text("comments 1");
}

#[test]
fn an_act_waits_can_be_stopped_and_is_taken_back() {
    let mut t = Terminal::start(&["lab"], 120, 40, &[("WATCHFLOOR_GRACE_SECONDS", "600")]);
    t.wait_for("the departing user on top", |screen| first_row(screen).contains("Mara Okafor"));
    t.send("a").wait_text("nobody →");
    t.send(ENTER).wait_text("Written in");
    t.send(ESC).wait_text("stopped in time: nothing was written");
    t.send(ENTER).wait_text("Written in");
    t.send(ENTER).wait_text("u undoes it");
    t.wait_for("an owner in the row", |screen| !row_of(screen, "Mara Okafor").contains(" -  "));
    t.send("u").wait_text("Undo: Assign incident");
    t.wait_text("→ nobody");
    t.send(ENTER).wait_text("Written in");
    t.send(ENTER).wait_for("nobody's again", |screen| row_of(screen, "Mara Okafor").contains(" -  "));
    t.send("5").wait_text("Undo: Assign incident");
    t.wait_text("undone");
}

#[test]
fn what_is_typed_survives_the_end_of_the_program() {
    let path = std::env::temp_dir().join(format!("watchfloor-drafts-{}.sqlite", std::process::id()));
    let file = path.display().to_string();
    let environment = [("WATCHFLOOR_STORE", file.as_str())];
    let mut t = Terminal::start(&["lab"], 80, 24, &environment);
    t.wait_text("Mara Okafor");
    t.send("4").wait_text("Nothing has run yet");
    t.send("AlertInfo | take 3").wait_text("take 3");
    let killed = std::process::Command::new("kill").args(["-s", "TERM", &t.pid().to_string()]).status();
    assert!(killed.expect("kill runs").success());
    t.wait_exit();
    let mut t = Terminal::start(&["lab"], 80, 24, &environment);
    t.wait_text("AlertInfo | take 3");
    t.send(ESC).send("q");
    t.wait_exit();
    for suffix in ["", "-wal", "-shm"] {
        drop(std::fs::remove_file(format!("{file}{suffix}")));
    }
}

#[test]
fn a_read_only_profile_refuses_writes_and_says_why() {
    let lab = Lab::start();
    let path = std::env::temp_dir().join(format!("watchfloor-read-only-{}.toml", std::process::id()));
    let config = format!(
        "default_profile = \"audit\"\n[profile.audit]\nread_only = true\ntenant = \"{}\"\nclient_id = \"{}\"\n\
         auth = \"token\"\ngraph_root = \"{root}\"\nauthority = \"{root}\"\n",
        lab.told("tenant_id"),
        lab.told("client_id"),
        root = lab.told("base_url"),
    );
    std::fs::write(&path, config).expect("a configuration file");
    let file = path.display().to_string();
    let environment = [("WATCHFLOOR_CONFIG", file.as_str()), ("WATCHFLOOR_TOKEN", lab.told("token"))];
    let mut t = Terminal::start(&[], 120, 40, &environment);
    t.wait_text("READ-ONLY");
    t.wait_text("Mara Okafor");
    for key in ["s", "c", "r", "m", "A", "a"] {
        t.send(key).wait_text("read-only: nothing is written to the tenant");
        t.send("j").wait_gone("read-only: nothing is written to the tenant");
    }
    drop(std::fs::remove_file(path));
}

#[test]
fn a_write_that_the_tenant_forbids_is_explained_and_changes_nothing() {
    let lab = Lab::start();
    let environment = [
        ("WATCHFLOOR_TENANT", lab.told("tenant_id")),
        ("WATCHFLOOR_CLIENT_ID", lab.told("read_only_client_id")),
        ("WATCHFLOOR_CLIENT_SECRET", lab.told("client_secret")),
        ("WATCHFLOOR_AUTHORITY", lab.told("authority")),
        ("WATCHFLOOR_GRAPH_ROOT", lab.told("base_url")),
    ];
    let mut t = Terminal::start(&[], 120, 40, &environment);
    t.wait_for("the departing user on top", |screen| first_row(screen).contains("Mara Okafor"));
    t.send("s").wait_text("Status of");
    t.send(DOWN).send(ENTER).wait_text("active → in progress");
    t.send(ENTER).wait_text("SecurityIncident.ReadWrite.All");
    t.send(ESC).wait_for("the row as it was", |screen| first_row(screen).contains("active"));
}

#[test]
fn a_wrong_query_is_corrected_where_it_stands() {
    let mut t = Terminal::start(&["lab", "--scale", "small"], 120, 40, &[]);
    t.wait_text("Mara Okafor");
    t.send("4").wait_text("Nothing has run yet");
    t.send("DataSecurityEvnts | take 3").wait_text("1:1 Failed to resolve table");
    t.wait_text("did you mean DataSecurityEvents?");
    t.send(CTRL_R).wait_text("run again to send it all the same");
    t.send(CTRL_R).wait_text("The service refused the query: Failed to resolve");
}

#[test]
fn an_incident_without_alerts_says_what_may_be_behind_it() {
    let mut t = Terminal::start(&["lab", "--scale", "small"], 80, 24, &[]);
    t.wait_text("Mara Okafor");
    t.send("/").wait_text("Ctrl-U clear");
    t.send("\x15synchronised").send(ENTER).wait_text(" 1 of ");
    t.wait_text("No alert of it is known here");
    t.send(ENTER).wait_text("Insider Risk Management Analysts");
    t.send("p").wait_text("no person is named here");
    t.send(ESC).wait_text(" 1 of ");
}

#[cfg(unix)]
#[test]
fn a_stopped_program_gives_the_terminal_back_and_draws_anew_when_it_goes_on() {
    let mut t = Terminal::start(&["lab", "--scale", "small"], 80, 24, &[("WATCHFLOOR_MOUSE", "true")]);
    t.wait_text("Mara Okafor");
    let pid = t.pid().to_string();
    let send = |signal: &str| {
        let sent = std::process::Command::new("kill").args(["-s", signal, &pid]).status();
        assert!(sent.expect("kill runs").success());
    };
    send("TSTP");
    t.wait_gone("Mara Okafor");
    t.assert_restored();
    // The terminal is given back before the process stops; going on must come after both.
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    let is_stopped = || {
        let state = std::process::Command::new("ps").args(["-o", "stat=", "-p", &pid]).output().expect("ps runs");
        state.stdout.starts_with(b"T")
    };
    while !is_stopped() {
        assert!(std::time::Instant::now() < deadline, "it does not stop");
    }
    send("CONT");
    t.wait_text("Mara Okafor");
    assert!(t.has_mouse(), "it is taken again");
    t.send("q");
    assert_eq!(t.wait_exit(), 0);
    t.assert_restored();
}

#[test]
fn the_screen_follows_the_terminals_size() {
    let mut t = Terminal::start(&["lab", "--scale", "small"], 80, 24, &[]);
    t.wait_text("Departing user");
    t.wait_text("Mara Okafor");
    t.resize(200, 50);
    t.wait_text("Departing user: download, archive, USB");
    t.resize(30, 8);
    t.wait_for("one list", |screen| screen.contains("Depart"));
    t.resize(80, 24);
    t.wait_text("Mara Okafor");
    t.send("?").wait_text("Mark it for a common act");
    t.send(ESC).wait_gone("Mark it for a common act");
    t.send("q");
    assert_eq!(t.wait_exit(), 0);
}

#[test]
fn escape_and_the_next_key_are_told_apart_when_they_come_together() {
    let mut t = Terminal::start(&["lab", "--scale", "small"], 120, 40, &[]);
    t.wait_for("the departing user on top", |screen| first_row(screen).contains("Mara Okafor"));
    t.send(ENTER).wait_text("Needs review");
    t.send("\x1b2").wait_text("Clean-up after exfiltration");
    t.wait_for("the alert queue", |screen| screen.contains("Src Sev Alert"));
}

#[test]
fn without_colour_no_colour_is_sent() {
    let mut t = Terminal::start(&["lab", "--scale", "small"], 80, 24, &[("NO_COLOR", "1")]);
    t.wait_text("Mara Okafor");
    t.send("q");
    t.wait_exit();
    let written = String::from_utf8_lossy(&t.written).into_owned();
    let coloured = written.split("\x1b[").skip(1).any(|sequence| {
        let end = sequence.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(0);
        let is_style = sequence.get(end..).is_some_and(|rest| rest.starts_with('m'));
        let numbers = sequence.get(..end).unwrap_or_default().split(';').filter_map(|number| number.parse::<u8>().ok());
        is_style && numbers.into_iter().any(|number| matches!(number, 30..=38 | 40..=48 | 90..=107))
    });
    assert!(!coloured, "a colour was sent");
}

#[cfg(unix)]
#[test]
fn the_terminal_is_given_back_on_every_signal_that_ends_it() {
    for signal in ["TERM", "HUP", "INT"] {
        let mut t = Terminal::start(&["lab", "--scale", "small"], 80, 24, &[("WATCHFLOOR_MOUSE", "true")]);
        t.wait_text("Mara Okafor");
        let sent = std::process::Command::new("kill").args(["-s", signal, &t.pid().to_string()]).status();
        assert!(sent.expect("kill runs").success());
        t.wait_exit();
        t.assert_restored();
    }
}

/// The child of the next test: takes the terminal over and panics, as a bug in a view would, in words that quote what no
/// report may hold.
#[test]
fn child_that_panics_on_screen() {
    if let Some(secret) = std::env::var_os("WATCHFLOOR_TEST_PANIC") {
        watchfloor::cli::crash::report_faults();
        let mut terminal = watchfloor::tui::terminal::Terminal::enter().expect("a terminal");
        terminal.take_mouse(true).expect("the mouse");
        let secret = secret.to_string_lossy();
        panic!("as a bug would with {secret}, of {:?}", format!("Mara Okafor {secret}"));
    }
}

#[test]
fn the_terminal_is_given_back_before_a_panic_prints() {
    let program = std::env::current_exe().expect("this test");
    let arguments = ["--exact", "child_that_panics_on_screen", "--nocapture"];
    // As a token is: JSON in base64.
    let secret = format!("eyJ{}", "0aZ_-".repeat(40));
    let mut t = Terminal::start_program(
        program.as_os_str(),
        &arguments,
        (80, 24),
        &[("WATCHFLOOR_TEST_PANIC", &secret), ("RUST_BACKTRACE", "1")],
    );
    assert_ne!(t.wait_exit(), 0);
    t.assert_restored();
    let written = String::from_utf8_lossy(&t.written);
    let (_, report) = written.rsplit_once("\x1b[?1049l").expect("the main screen is back");
    assert!(report.contains("as a bug would"), "the report is on it:\n{report}");
    assert!(report.contains("tests/tui.rs"), "with file and line:\n{report}");
    assert!(report.contains("child_that_panics_on_screen"), "with what led there:\n{report}");
    assert!(!written.contains("eyJ") && !written.contains("Okafor"), "without what it was about:\n{written}");
}

/// The first row of a queue: the one after the header.
fn first_row(screen: &str) -> &str {
    screen.lines().skip_while(|line| !line.contains("Sev")).nth(1).unwrap_or_default()
}

/// The row of a queue that has `name` in it; what is done to it may move it.
fn row_of<'screen>(screen: &'screen str, name: &str) -> &'screen str {
    screen.lines().skip_while(|line| !line.contains("Sev")).find(|line| line.contains(name)).unwrap_or_default()
}

/// How many incidents pass the filter, from `9 of 37`.
fn shown(screen: &str) -> usize {
    let line = screen.lines().nth(1).unwrap_or_default();
    let before = line.split(" of ").next().unwrap_or_default();
    before.split_whitespace().next_back().and_then(|word| word.parse().ok()).unwrap_or(usize::MAX / 2)
}

/// Moves the cursor of the incident page's alerts to the one whose title starts so.
fn select_alert(t: &mut Terminal, title: &str) {
    t.send("gg");
    for _ in 0..10 {
        let screen = t.wait_for("a cursor among the alerts", |screen| screen.lines().any(|line| line.starts_with('>')));
        let at = screen.lines().find(|line| line.starts_with('>')).unwrap_or_default().to_owned();
        if at.contains(title) {
            return;
        }
        t.send("j").wait_for("the cursor moves", |screen| !screen.lines().any(|line| line == at));
    }
    panic!("no alert {title:?}\n{}", t.text());
}

#[test]
fn without_a_tenant_the_lab_is_offered_and_opens() {
    let mut t = Terminal::start(&[], 120, 40, &[]);
    let offer = t.wait_text("open the lab now?");
    assert!(offer.contains("config.toml") && offer.contains("ThreatHunting.Read.All"), "{offer}");
    t.send(ENTER).wait_text("Mara Okafor");
    t.send("q");
    assert_eq!(t.wait_exit(), 0);
}

#[test]
fn line_by_line_an_incident_is_found_and_its_status_written() {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let mut child = Command::new(env!("CARGO_BIN_EXE_watchfloor"))
        .args(["lab", "--scale", "small", "--linear"])
        .envs([("TERM", "dumb"), ("XDG_CONFIG_HOME", "/nonexistent"), ("HOME", "/nonexistent")])
        .env("WATCHFLOOR_STORE", ":memory:")
        .env("WATCHFLOOR_NOW", NOW)
        .env_remove("WATCHFLOOR_CONFIG")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts");
    let lines = "filter\nuser:okafor\n1 status\n2\napply\nlist\nnonsense\n1\nback\nquit\n";
    child.stdin.take().expect("standard input").write_all(lines.as_bytes()).expect("lines are taken");
    let output = child.wait_with_output().expect("it ends");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}");
    for told in [
        "filter status:new,inProgress severity>=low age<7d, by priority",
        "incidents, filter user:okafor, by priority",
        "2. in progress",
        "active → in progress",
        "in progress, owner",
        "\"nonsense\" is no verb here; help lists them",
        "Clean-up after exfiltration",
    ] {
        assert!(text.contains(told), "no {told:?} in\n{text}");
    }
    assert!(!text.contains('\u{1b}'), "no escape sequence is written:\n{text}");
}

#[test]
fn view_filter_and_cursor_survive_the_end_of_the_program() {
    let path = std::env::temp_dir().join(format!("watchfloor-session-{}.sqlite", std::process::id()));
    let file = path.display().to_string();
    let environment = [("WATCHFLOOR_STORE", file.as_str())];
    let mut t = Terminal::start(&["lab", "--scale", "small"], 100, 30, &environment);
    t.wait_text("Mara Okafor");
    t.send("2").wait_text("Src Sev Alert");
    t.send("/\x15source:insider-risk\r").wait_text("source:insider-risk");
    t.send("zz").wait_text("by user");
    let killed = std::process::Command::new("kill").args(["-s", "HUP", &t.pid().to_string()]).status();
    assert!(killed.expect("kill runs").success());
    t.wait_exit();
    let mut t = Terminal::start(&["lab", "--scale", "small"], 100, 30, &environment);
    t.wait_text("Src Sev Alert");
    t.wait_text("source:insider-risk");
    t.wait_text("by user");
    t.send("q");
    t.wait_exit();
    for suffix in ["", "-wal", "-shm"] {
        drop(std::fs::remove_file(format!("{file}{suffix}")));
    }
}

#[test]
fn a_hesitation_amid_a_sequence_shows_how_it_goes_on() {
    let mut t = Terminal::start(&["lab", "--scale", "small"], 100, 30, &[]);
    t.wait_text("Mara Okafor");
    t.send("z").wait_text("z M fold all");
    t.send("z").wait_text("by user");
    t.send(".").wait_text("Go on from");
    t.send(ESC).wait_gone("Go on from");
    t.send("L").wait_text("GET /security/incidents?$top=50&$filter=createdDateTime");
    t.send(ESC).send(":").wait_text("Find");
    t.send("okafor\r").wait_text("Finance Controller");
}
