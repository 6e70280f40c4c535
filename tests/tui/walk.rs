//! Every story of the lab, from the queue to its right verdict by keys alone; and the same screens where every text of
//! the tenant is an attacker's.

use crate::support::{Lab, Terminal};
use crate::{ENTER, ESC, first_row};
use std::time::{Duration, Instant};
use watchfloor::base::Timestamp;
use watchfloor::lab::training::tell;
use watchfloor::lab::{LabConfig, Scale, generate};
use watchfloor::model::{Classification, Determination};

const CTRL_S: &str = "\x13";
const CTRL_U: &str = "\x15";

/// The stories whose keys and seconds `docs/triage.md` tells.
const MEASURED: [usize; 5] = [1, 3, 5, 14, 24];

/// The letters that take a list's cursor from its first row to the one called `wanted`: each goes to the next that begins
/// with it.
fn letters(titles: &[&str], wanted: &str) -> String {
    let first = wanted.chars().next().expect("a title");
    let begins = |place: &usize| titles[*place % titles.len()].starts_with(first);
    let stops = (1..=titles.len()).filter(begins);
    let until = stops.map(|place| titles[place % titles.len()]).take_while(|title| *title != wanted).count();
    first.to_string().repeat(until + 1)
}

/// What was pressed and how long the program took.
#[derive(Default)]
struct Walked {
    keys: usize,
    words: usize,
    took: Duration,
}

impl Walked {
    /// Presses `keys`, and waits until the screen shows `until`.
    fn press(&mut self, t: &mut Terminal, keys: &str, until: impl Fn(&str) -> bool) {
        self.keys += keys.chars().count();
        let begun = Instant::now();
        t.send(keys).wait_for(&format!("what {keys:?} brings"), until);
        self.took += begun.elapsed();
    }

    /// Writes `text`.
    fn write(&mut self, t: &mut Terminal, text: &str) {
        self.words += text.chars().count();
        t.send(text).wait_text(text);
    }
}

/// Narrows the queue to the incident `id`.
fn narrow(t: &mut Terminal, id: &str) {
    t.send("/").wait_text("Esc undo");
    t.send(CTRL_U).send(&format!("id:{id}")).send(ENTER);
    t.wait_for("the incident alone", |screen| first_row(screen).contains(id) && screen.contains("1 of "));
}

/// Whether a line says that the act called so was written.
fn is_written(screen: &str, act: &str) -> bool {
    screen.lines().any(|line| line.contains(act) && line.contains(" written"))
}

/// Takes the incident under the cursor, says what it was and why, and closes it.
fn dispose(t: &mut Terminal, id: &str, classification: &Classification, determination: &Determination) -> Walked {
    let mut walked = Walked::default();
    let assign = format!("Assign incident {id} to");
    walked.press(t, "a", |screen| screen.contains(&assign));
    walked.press(t, ENTER, |screen| is_written(screen, &assign));

    let known =
        [Classification::TruePositive, Classification::InformationalExpectedActivity, Classification::FalsePositive];
    let offered = Determination::offered_under(classification);
    let titles: Vec<&str> = known.iter().map(Classification::title).collect();
    let finer: Vec<&str> = offered.iter().map(Determination::title).collect();
    walked.press(t, "r", |screen| screen.contains(&format!("Resolve incident {id} as")));
    let letter = letters(&titles, classification.title());
    walked.press(t, &letter, |screen| screen.contains(&format!("> {}", classification.title())));
    walked.press(t, ENTER, |screen| screen.contains("Determination:"));
    let letter = letters(&finer, determination.title());
    walked.press(t, &letter, |screen| screen.contains(&format!("> {}", determination.title())));
    walked.press(t, ENTER, |screen| screen.contains("→ resolved"));
    walked.press(t, "m", |screen| screen.contains("Reason, for"));
    walked.write(t, "As found in hunting.");
    walked.press(t, CTRL_S, |screen| screen.contains("resolved because"));
    let resolve = format!("Resolve incident {id} as");
    walked.press(t, ENTER, |screen| is_written(screen, &resolve));
    walked
}

#[test]
fn every_story_is_walked_to_its_right_verdict() {
    let anchor = Timestamp::now();
    let (tenant, _) = generate::begin(&LabConfig { seed: 1, anchor, scale: Scale::SMALL });
    assert_eq!(tenant.stories.len(), 27);
    let arguments = ["lab", "--scale", "small", "--seed", "1", "--anchor", &anchor.to_string()];
    let mut t = Terminal::start(&arguments, 200, 50, &[]);
    t.wait_text("Mara Okafor");
    for story in &tenant.stories {
        let truth = tell::told(story);
        let word = |name: &str| truth[name].as_str().expect("a verdict").to_owned();
        let classification = Classification::from_wire(&word("classification"));
        let determination = Determination::from_wire(&word("determination"));
        narrow(&mut t, &story.incident);
        let walked = dispose(&mut t, &story.incident, &classification, &determination);
        if MEASURED.contains(&story.file.number) {
            // Told by `--nocapture`, for docs/triage.md.
            let (keys, words, took) = (walked.keys, walked.words, walked.took.as_secs_f64());
            eprintln!("story {}: {keys} keys, {words} of a reason, {took:.2} s", story.file.number);
        }
    }
    t.send("q");
    assert_eq!(t.wait_exit(), 0);
    let told = "lab: 270 of 270 points: 27 right, 0 wrong, 0 undecided, 0 not looked at";
    assert!(t.text().contains(told), "{}", t.text());
}

#[test]
fn hostile_text_in_every_field_reaches_no_terminal() {
    let lab = Lab::start_with(&["--scale", "small", "--fault", "hostile-text"]);
    let mut t = Terminal::start(&[], 120, 40, &lab.environment());
    t.wait_text(" of ");
    t.wait_for("rows", |screen| !first_row(screen).is_empty());
    let id = lab.ask(&["lab", "stories"])[0]["incident"].as_str().expect("an incident").to_owned();
    narrow(&mut t, &id);
    t.send(ENTER).wait_text(" similar ");
    // The alerts are there; before, there is nothing to show in full and nobody to open.
    t.wait_text("Needs review");
    // Each part with its details, then the page of the person, a plan, a comment and the journal.
    for part in ["evidence", "entities", "comments", "timeline", "similar"] {
        t.send("\t").wait_text(part);
        t.send("i").wait_text("Esc close");
        t.send(ESC).wait_gone("Esc close");
    }
    t.send("\t").send("p").wait_text("derived here");
    // Every section's rows, narrowed and in full.
    t.send("z").wait_text("timeline, now");
    t.send(ENTER).wait_text("Esc close");
    t.send(ESC).wait_gone("Esc close");
    for section in ["sequences", "behaviours", "norms", "policies", "sensitive", "devices", "sign-ins", "inventory"] {
        t.send("\t").wait_text(&format!("  {section}, now"));
    }
    t.send(ESC).wait_text(" similar ");
    t.send("m").wait_text("Comment on");
    t.send("x\x13").wait_text("Comment on alert");
    t.send(ENTER).wait_text(" written");
    t.send("5").wait_text("Comment on alert");
    t.send("2").wait_text("Src Sev Alert");
    t.send("q");
    t.wait_exit();
    let written = String::from_utf8(t.written.clone()).expect("UTF-8");
    for raw in [
        "\u{202e}", "\u{202d}", "\u{2066}", "\u{61c}", "\u{200b}", "\u{feff}", "\u{9b}", "\u{9d}", "\0", "\x07",
        "\u{7f}",
    ] {
        assert!(!written.contains(raw), "{raw:?} was sent");
    }
    // What the program itself sends: cursor, colours, modes; no title, no clipboard, no report.
    for raw in ["\x1b]", "\x1bP", "\x1b[6n", "\x1b[31mcleared"] {
        assert!(!written.contains(raw), "{raw:?} was sent");
    }
}
