//! The ways in which the program ends, and whether it leaves the terminal as it was.

use super::{Lab, Pty, Session, first_screen, program};
use std::ffi::OsStr;
use std::process::Command;
use std::time::{Duration, Instant};

/// In whose environment it stands, the bench is a child that ends in a panic.
const PANICS: &str = "WATCHFLOOR_BENCH_PANICS";
/// In whose environment it stands, the bench is a child that runs the program in a pseudo-terminal until it is killed.
const HOLDS: &str = "WATCHFLOOR_BENCH_HOLDS";
/// How long the program may go on without a terminal.
const GONE_WITHIN: Duration = Duration::from_secs(2);

/// What is to be done in a child of the bench, if this is one.
pub fn play_child() -> bool {
    if std::env::var_os(PANICS).is_some() {
        let mut terminal = watchfloor::tui::terminal::Terminal::enter().expect("a terminal");
        terminal.take_mouse(true).expect("the mouse");
        panic!("as a bug would");
    }
    let holds = std::env::var_os(HOLDS).is_some();
    if holds {
        hold();
    }
    holds
}

/// The endings that can be played from outside, each with what came of it and whether that is as it should be.
pub fn play(lab: &Lab) -> Vec<(&'static str, String, bool)> {
    let told = |is_given_back: bool| if is_given_back { "given back" } else { "NOT GIVEN BACK" }.to_owned();
    let mut played = Vec::new();
    let mut add = |name, is_given_back| played.push((name, told(is_given_back), is_given_back));
    let (mut session, ..) = first_screen(lab);
    session.send(b"q");
    add("q", session.is_given_back());
    for signal in ["TERM", "HUP", "INT", "QUIT"] {
        let (mut session, ..) = first_screen(lab);
        signal_to(&session, signal);
        add(signal, session.is_given_back());
    }
    add("TSTP, CONT and q", is_stopped_and_continued(lab));
    let this = std::env::current_exe().expect("the bench");
    add("panic", Session::of(Pty::start(this.as_os_str(), &[], (80, 24), &[(PANICS, "1")])).is_given_back());
    if let Some((told, is_gone)) = is_gone_with_its_terminal(lab, this.as_os_str()) {
        played.push(("lost terminal, HUP ignored", told, is_gone));
    }
    played
}

fn signal_to(session: &Session, signal: &str) {
    let pid = session.pty.child.process_id().expect("it runs").to_string();
    assert!(Command::new("kill").args(["-s", signal, &pid]).status().expect("kill runs").success());
}

/// Whether the program gives the terminal back before it stops, takes it over again, and gives it back at its end.
fn is_stopped_and_continued(lab: &Lab) -> bool {
    let (mut session, ..) = first_screen(lab);
    signal_to(&session, "TSTP");
    session.wait_for(|screen| !screen.alternate_screen());
    let is_given_back = !session.screen.screen().hide_cursor() && !session.screen.screen().bracketed_paste();
    let pid = session.pty.child.process_id().expect("it runs").to_string();
    let is_stopped = || {
        let state = Command::new("ps").args(["-o", "stat=", "-p", &pid]).output().expect("ps runs");
        state.stdout.starts_with(b"T")
    };
    // The terminal is given back before the process stops; going on must come after both.
    while !is_stopped() {
        std::thread::yield_now();
    }
    signal_to(&session, "CONT");
    session.wait("Mara Okafor");
    session.send(b"q");
    session.is_given_back() && is_given_back
}

/// What becomes of the program when its terminal vanishes and nobody tells it: how long it stays and what that costs.
/// `None` where the system does not tell.
fn is_gone_with_its_terminal(lab: &Lab, this: &OsStr) -> Option<(String, bool)> {
    ticks(&std::process::id().to_string())?;
    let mut holder = Command::new(this);
    holder.env(HOLDS, "1").envs(lab.environment.iter().map(|(name, value)| (*name, value)));
    let output = holder.output().expect("the holder ends");
    let pid = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    assert!(pid.parse::<u32>().is_ok(), "the holder tells the program's id: {output:?}");
    let since = Instant::now();
    let ticks_at_first = ticks(&pid).unwrap_or_default();
    let mut ticks_at_last = ticks_at_first;
    while since.elapsed() < GONE_WITHIN * 2 {
        let Some(now) = ticks(&pid) else {
            let (took, spent) = (since.elapsed(), (ticks_at_last - ticks_at_first) * 10);
            return Some((format!("ended after {} ms, {spent} ms CPU", took.as_millis()), took <= GONE_WITHIN));
        };
        ticks_at_last = now;
        std::thread::sleep(Duration::from_millis(5));
    }
    drop(Command::new("kill").args(["-s", "KILL", &pid]).status());
    Some(("STILL RUNS".to_owned(), false))
}

/// Hundredths of a second that a process has spent; `None` once it has ended.
fn ticks(pid: &str) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    // Its state, and the times in user and kernel mode: fields 3, 14 and 15 of proc(5).
    let number = |place: usize| fields.get(place).and_then(|field| field.parse::<u64>().ok());
    (fields.first() != Some(&"Z")).then_some(number(11)? + number(12)?)
}

/// Runs the program in a pseudo-terminal of its own, deaf to HUP, and ends without ado once its screen stands: the
/// terminal is gone from one moment to the next.
fn hold() {
    let names = super::LAB_VARIABLES;
    let kept: Vec<(&str, String)> = names.iter().filter_map(|name| Some((*name, std::env::var(name).ok()?))).collect();
    let kept: Vec<(&str, &str)> = kept.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let script = format!("trap '' HUP; exec '{}'", program().display());
    let pty = Pty::start(OsStr::new("sh"), &["-c", &script], (120, 40), &kept);
    let pid = pty.child.process_id().expect("it runs");
    Session::of(pty).wait("Mara Okafor");
    println!("{pid}");
}
