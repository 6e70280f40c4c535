//! What a key in the filter line and a change of the order take over 100,000 alerts in 25,000 incidents:
//! `cargo bench --bench queues`. The budget is 16 ms, a frame.

#![expect(clippy::unwrap_used, reason = "a bench may end at the first surprise")]

use divan::Bencher;
use serde_json::json;
use watchfloor::app::action::{Question, Tab};
use watchfloor::app::queue::Arrange;
use watchfloor::app::reply::Page;
use watchfloor::app::{Action, App, Effect, Event, Input, Key, Profile, Reply};
use watchfloor::base::Timestamp;
use watchfloor::model::{Alert, FromJson, Incident};

const ALERTS: u64 = 100_000;
const INCIDENTS: u64 = ALERTS / 4;

fn main() {
    divan::main();
}

/// The last letter of a line of fields, typed and taken back.
#[divan::bench(args = ["incidents", "alerts"])]
fn filter_by_fields(bencher: Bencher<'_, '_>, queue: &str) {
    type_and_take_back(
        bencher,
        queue,
        "source:insider-risk,dlp severity>=medium status:new,inProgress age<30d user:person",
    );
}

/// The last letter of words that the title holds.
#[divan::bench(args = ["incidents", "alerts"])]
fn filter_by_title(bencher: Bencher<'_, '_>, queue: &str) {
    type_and_take_back(bencher, queue, "title~removable");
}

/// The last letter of words that stand anywhere.
#[divan::bench(args = ["incidents", "alerts"])]
fn filter_by_text(bencher: Bencher<'_, '_>, queue: &str) {
    type_and_take_back(bencher, queue, "robocopy");
}

/// The next order over all rows: by priority, newest, oldest, last changed in turn.
#[divan::bench(args = ["incidents", "alerts"])]
fn order(bencher: Bencher<'_, '_>, queue: &str) {
    let mut app = loaded(queue);
    press(&mut app, Action::Ask(Question::Filter));
    write(&mut app, "");
    app.update(Event::Input(Input::plain(Key::Enter)), now());
    bencher.bench_local(|| app.update(Event::Action(Action::Arrange(Arrange::NextSort)), now()));
}

fn type_and_take_back(bencher: Bencher<'_, '_>, queue: &str, line: &str) {
    let mut app = loaded(queue);
    press(&mut app, Action::Ask(Question::Filter));
    write(&mut app, line);
    let last = line.chars().next_back().unwrap();
    let mut is_whole = true;
    bencher.bench_local(|| {
        let key = if is_whole { Key::Backspace } else { Key::Char(last) };
        is_whole = !is_whole;
        app.update(Event::Input(Input::plain(key)), now())
    });
}

fn press(app: &mut App, action: Action) {
    app.update(Event::Action(action), now());
}

/// Puts `line` in place of what stands in the filter line.
fn write(app: &mut App, line: &str) {
    app.update(Event::Input(Input { key: Key::Char('u'), ctrl: true, shift: false }), now());
    app.update(Event::Input(Input::plain(Key::Paste(line.to_owned()))), now());
}

fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

/// The workspace with all loaded and one of its queues on screen.
fn loaded(queue: &str) -> App {
    let mut app = App::new(Profile { me: Some("j.ruiz@contoso.example".to_owned()), ..Profile::default() });
    for effect in app.update(Event::Started, now()) {
        match effect {
            Effect::FetchIncidents(task, _) => {
                let items = (0..INCIDENTS).map(incident).collect();
                app.update(Event::Reply(task, Reply::Incidents(Ok(Page { items, is_last: true }))), now());
            }
            Effect::FetchAlerts(task, _) => {
                let items = (0..ALERTS).map(alert).collect();
                app.update(Event::Reply(task, Reply::Alerts(Ok(Page { items, is_last: true }))), now());
            }
            _ => {}
        }
    }
    press(&mut app, Action::Show(if queue == "alerts" { Tab::Alerts } else { Tab::Incidents }));
    app
}

/// A number that follows from another, spread evenly.
fn mixed(number: u64) -> u64 {
    number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32
}

fn pick<const N: usize>(texts: [&str; N], number: u64) -> &str {
    texts[(mixed(number) % N as u64) as usize]
}

fn instant(number: u64) -> String {
    let (day, hour) = (mixed(number) % 22 + 1, mixed(number + 1) % 24);
    format!("2026-11-{day:02}T{hour:02}:{:02}:{:02}Z", number % 60, mixed(number) % 60)
}

fn title(number: u64) -> String {
    let what =
        pick(["Large write to removable media", "Mass download", "Label downgrade", "Robocopy to a share"], number);
    format!("{what} by one account of team {}", mixed(number) % 300)
}

fn incident(number: u64) -> Incident {
    let json = json!({
        "id": (4_000 + number).to_string(), "displayName": title(number),
        "status": pick(["active", "inProgress", "resolved"], number),
        "severity": pick(["high", "medium", "low", "informational"], number + 7),
        "createdDateTime": instant(number), "lastUpdateDateTime": instant(number + 5),
    });
    Incident::from_json(json).unwrap()
}

fn alert(number: u64) -> Alert {
    let person = mixed(number) % 5_000;
    let source = ["microsoftInsiderRiskManagement", "dataLossPrevention", "microsoftDefenderForEndpoint"];
    let json = json!({
        "id": format!("fa{number:032x}"), "incidentId": (4_000 + number / 4).to_string(), "title": title(number),
        "serviceSource": pick(source, number), "severity": pick(["high", "medium", "low", "informational"], number),
        "status": pick(["new", "inProgress", "resolved"], number + 3),
        "createdDateTime": instant(number), "lastUpdateDateTime": instant(number + 5),
        "evidence": [
            {"@odata.type": "#microsoft.graph.security.userEvidence", "userAccount": {
                "userPrincipalName": format!("person{person}@contoso.example"), "displayName": format!("Person {person}"),
                "azureAdUserId": format!("{person:032x}"),
            }},
            {"@odata.type": "#microsoft.graph.security.fileEvidence", "fileDetails": {
                "fileName": format!("quarter {number}.xlsx"), "filePath": "C:\\Users\\person\\Documents",
            }},
        ],
    });
    Alert::from_json(json).unwrap()
}
