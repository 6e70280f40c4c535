//! Views drawn into a buffer at several sizes; random keys at random sizes.

use super::input::{Heard, Keyboard};
use super::keymap::Keymap;
use super::memory::ViewMemory;
use super::mouse::{Pointer, Spots};
use super::screen::{self, Drawn, Scene};
use super::theme::{Role, Theme};
use crate::app::reply::{HuntOutcome, Page};
use crate::app::{App, Cause, Effect, Event, Failure, Reply, TaskId, hunt};
use crate::base::Timestamp;
use crate::model::json::FromJson;
use crate::model::{HuntingResult, Incident, RiskChange, RiskyUser, User};
use crate::triage::journal::Record;
use crossterm::event::{Event as TerminalEvent, KeyCode, KeyEvent, KeyModifiers, MouseEvent, MouseEventKind};
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde_json::{Value, json};
use std::time::Instant;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 50)];

/// The application at a keyboard and a screen, its effects answered from fixtures.
pub(super) struct Desk {
    pub(super) app: App,
    keyboard: Keyboard,
    memory: ViewMemory,
    theme: Theme,
    pub(super) spots: Spots,
    pointer: Pointer,
    /// When the mouse moves; stands still unless moved on.
    pub(super) clock: Instant,
    now: Timestamp,
    fails: bool,
}

impl Desk {
    fn new() -> Self {
        Self {
            app: App::new(crate::app::Profile {
                name: "lab".to_owned(),
                tenant: "contoso".to_owned(),
                me: Some("j.ruiz@contoso.example".to_owned()),
                ..crate::app::Profile::default()
            }),
            keyboard: Keyboard::new(Keymap::built_in()),
            memory: ViewMemory::default(),
            theme: Theme::named("dark"),
            spots: Spots::default(),
            pointer: Pointer::default(),
            clock: Instant::now(),
            now: "2026-11-23T12:00:00Z".parse().unwrap(),
            fails: false,
        }
    }

    /// With the queues loaded.
    pub(super) fn loaded() -> Self {
        let mut desk = Self::new();
        desk.tell(Event::Started);
        desk
    }

    /// Updates the application and answers its effects until there are none.
    pub(super) fn tell(&mut self, event: Event) {
        let mut effects = self.app.update(event, self.now);
        for _ in 0..20 {
            let replies: Vec<Event> = effects.drain(..).filter_map(|effect| self.answer(effect)).collect();
            for reply in replies {
                effects.extend(self.app.update(reply, self.now));
            }
        }
    }

    fn answer(&self, effect: Effect) -> Option<Event> {
        let refused = || Failure {
            what: "the risk of the user".to_owned(),
            cause: Cause::Permission("IdentityRiskyUser.Read.All".to_owned()),
            why: "Missing application roles".into(),
            remedy: "Ask an administrator to consent to IdentityRiskyUser.Read.All.".to_owned(),
            request_id: Some("11111111-2222-3333-4444-555555555555".to_owned()),
        };
        let reply = |task: TaskId, reply| Some(Event::Reply(task, reply));
        match effect {
            Effect::FetchIncidents(task, _) if self.fails => reply(task, Reply::Incidents(Err(refused()))),
            Effect::FetchIncidents(task, _) => {
                reply(task, Reply::Incidents(Ok(Page { items: read(incidents()), is_last: true })))
            }
            Effect::FetchAlerts(task, _) => {
                reply(task, Reply::Alerts(Ok(Page { items: read(alerts()), is_last: true })))
            }
            Effect::FetchIncident(task, id) => {
                let mut found = incidents().into_iter().find(|incident| incident["id"] == *id)?;
                found["alerts"] = alerts().into_iter().filter(|alert| alert["incidentId"] == *id).collect();
                reply(task, Reply::Incident(Ok(Box::new(Incident::from_json(found).unwrap()))))
            }
            Effect::FetchUser(task, _) => reply(task, Reply::User(Ok(Box::new(User::from_json(user()).unwrap())))),
            Effect::FetchManager(task, _) => reply(task, Reply::Manager(Ok(None))),
            Effect::FetchRiskyUser(task, _) if self.fails => reply(task, Reply::RiskyUser(Err(refused()))),
            Effect::FetchRiskyUser(task, _) => {
                let risk = json!({"id": "u1", "userPrincipalName": "m.okafor@contoso.example", "riskLevel": "low",
                    "riskState": "atRisk", "riskLastUpdatedDateTime": "2026-11-20T08:00:00Z"});
                reply(task, Reply::RiskyUser(Ok(Some(Box::new(RiskyUser::from_json(risk).unwrap())))))
            }
            Effect::FetchRiskHistory(task, _) => {
                let change = json!({"id": "h1", "userId": "u1", "riskLevel": "medium", "riskState": "dismissed",
                    "riskLastUpdatedDateTime": "2026-11-02T08:00:00Z", "riskDetail": "adminDismissedAllRiskForUser"});
                reply(task, Reply::RiskHistory(Ok(vec![RiskChange::from_json(change).unwrap()])))
            }
            Effect::ReadLog(task) => reply(task, Reply::Requests(Vec::new())),
            Effect::Hunt(task, query) => {
                let result = Box::new(HuntingResult::from_json(hunting(&query.text)).unwrap());
                reply(task, Reply::Hunt(Ok(HuntOutcome { result, took_ms: 180, bytes: 2_140 })))
            }
            Effect::Record(entry) => Some(Event::Journaled(Box::new(Record {
                number: self.app.journal.stories.len() as i64 + 1,
                entry: *entry,
                hash: "00".repeat(32),
            }))),
            Effect::Apply(..)
            | Effect::StopApplying(_)
            | Effect::ReadAgain(..)
            | Effect::Restore(_)
            | Effect::KeepQueues(_)
            | Effect::SaveDraft(..)
            | Effect::RememberQuery(_)
            | Effect::KeepPseudonyms(_)
            | Effect::Cancel(_)
            | Effect::Wake { .. }
            | Effect::Examine(_)
            | Effect::CancelSignIn
            | Effect::Copy(_)
            | Effect::Edit(..)
            | Effect::Notify(_)
            | Effect::Export(..)
            | Effect::Exit => None,
        }
    }

    fn press(&mut self, code: KeyCode, modifiers: KeyModifiers) {
        let key = TerminalEvent::Key(KeyEvent::new(code, modifiers));
        if let Heard::Event(event) = self.keyboard.hear(&self.app, key) {
            self.tell(event);
        }
    }

    /// Lets the mouse do something at a cell of the screen drawn last.
    pub(super) fn point(&mut self, kind: MouseEventKind, (column, row): (u16, u16)) {
        let mouse = MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE };
        for event in self.pointer.hear(&self.spots, &self.app, &mut self.keyboard, mouse, self.clock) {
            self.tell(event);
        }
    }

    /// Presses the keys of `text`; `\n` is Enter, `\t` Tab, `\u{1b}` Esc.
    pub(super) fn keys(&mut self, text: &str) -> &mut Self {
        for character in text.chars() {
            let code = match character {
                '\n' => KeyCode::Enter,
                '\t' => KeyCode::Tab,
                '\u{1b}' => KeyCode::Esc,
                other => KeyCode::Char(other),
            };
            self.press(code, KeyModifiers::NONE);
        }
        self
    }

    pub(super) fn draw(&mut self, (width, height): (u16, u16)) -> (Buffer, Drawn) {
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        let scene = Scene {
            app: &self.app,
            theme: &self.theme,
            keyboard: &self.keyboard,
            now: self.now,
            sparing: false,
            spots: &self.spots,
        };
        let drawn = screen::draw(&scene, &mut self.memory, &mut buffer);
        (buffer, drawn)
    }

    /// The screen as text.
    pub(super) fn screen(&mut self, size: (u16, u16)) -> String {
        let (buffer, _) = self.draw(size);
        let rows: Vec<String> = (0..size.1)
            .map(|y| (0..size.0).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned())
            .collect();
        rows.join("\n")
    }

    /// Compares the screen at each size with its snapshot.
    fn snapshot(&mut self, name: &str) {
        for size in SIZES {
            insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), self.screen(size));
        }
    }
}

fn read<T: FromJson>(items: Vec<Value>) -> Vec<T> {
    items.into_iter().map(|item| T::from_json(item).unwrap()).collect()
}

fn incidents() -> Vec<Value> {
    let incident = |id: &str, name: &str, severity: &str, status: &str, created: &str, owner: Option<&str>| {
        json!({"id": id, "displayName": name, "severity": severity, "status": status, "classification": "unknown",
            "determination": "unknown", "assignedTo": owner, "createdDateTime": created, "lastUpdateDateTime": created,
            "customTags": if id == "4127" { json!(["leaver"]) } else { json!([]) }, "systemTags": [], "comments": []})
    };
    vec![
        incident("4127", "Departing user: download, archive, USB", "high", "active", "2026-11-23T10:20:00Z", None),
        incident(
            "4119",
            "Label downgrade, then personal cloud",
            "high",
            "inProgress",
            "2026-11-23T07:00:00Z",
            Some("j.ruiz@contoso.example"),
        ),
        incident("4102", "Unusual print volume before resignation", "medium", "active", "2026-11-22T09:00:00Z", None),
        incident(
            "4090",
            "\u{1b}]52;c;aGk=\u{7}Hostile\nname\u{202e}fdp",
            "low",
            "active",
            "2026-11-21T09:00:00Z",
            None,
        ),
    ]
}

fn alerts() -> Vec<Value> {
    let account = |upn: &str, name: &str| {
        json!({"@odata.type": "#microsoft.graph.security.userEvidence",
            "userAccount": {"userPrincipalName": upn, "displayName": name, "azureAdUserId": format!("id-{upn}")}})
    };
    let okafor = || account("m.okafor@contoso.example", "Mara Okafor");
    let file = |name: &str, path: &str| {
        json!({"@odata.type": "#microsoft.graph.security.fileEvidence", "verdict": "suspicious",
            "fileDetails": {"fileName": name, "filePath": path, "fileSize": 18_000_000}})
    };
    let device = |name: &str| json!({"@odata.type": "#microsoft.graph.security.deviceEvidence", "deviceDnsName": name, "osPlatform": "Windows11"});
    let alert =
        |id: &str, incident: &str, title: &str, source: &str, severity: &str, at: &str, evidence: Vec<Value>| {
            json!({"id": id, "incidentId": incident, "title": title, "serviceSource": source, "severity": severity,
            "status": "new", "classification": "unknown", "determination": "unknown", "createdDateTime": at,
            "lastUpdateDateTime": at, "firstActivityDateTime": at, "category": "Exfiltration", "evidence": evidence,
            "description": "Files were collected, renamed and moved off the device in one sequence."})
        };
    let (irm, mde, dlp) = ("microsoftInsiderRiskManagement", "microsoftDefenderForEndpoint", "dataLossPrevention");
    vec![
        alert(
            "ir1",
            "4127",
            "Files archived and renamed",
            irm,
            "high",
            "2026-11-23T09:12:00Z",
            vec![
                okafor(),
                file("finance-close-q3.zip", "C:\\Users\\mokafor\\Documents"),
                file("payroll-2026.xlsx", "C:\\Users\\mokafor\\Documents"),
            ],
        ),
        alert(
            "da2",
            "4127",
            "Removable media write",
            mde,
            "medium",
            "2026-11-23T09:40:00Z",
            vec![okafor(), device("LT-OKAFOR-02")],
        ),
        alert(
            "dl3",
            "4127",
            "Sensitive file copied to removable",
            dlp,
            "high",
            "2026-11-23T09:58:00Z",
            vec![okafor(), file("payroll-2026.xlsx", "E:\\")],
        ),
        alert(
            "ir4",
            "4119",
            "Label downgraded, then uploaded",
            irm,
            "high",
            "2026-11-23T06:58:00Z",
            vec![account("i.vance@contoso.example", "Idris Vance")],
        ),
        alert(
            "ir5",
            "4102",
            "Printing far above own norm",
            irm,
            "medium",
            "2026-11-22T08:40:00Z",
            vec![account("l.brandt@contoso.example", "Lena Brandt")],
        ),
    ]
}

fn user() -> Value {
    json!({"id": "u1", "displayName": "Mara Okafor", "userPrincipalName": "m.okafor@contoso.example",
        "department": "Finance", "jobTitle": "Controller", "officeLocation": "Lisbon", "accountEnabled": true,
        "employeeLeaveDateTime": "2026-12-02T00:00:00Z"})
}

/// An answer with the columns that the query's reader looks for.
fn hunting(query: &str) -> Value {
    if query.contains("DataSecurityBehaviors") {
        return json!({"schema": [{"name": "ActionType", "type": "String"}, {"name": "Description", "type": "String"},
                {"name": "IsAnomalous", "type": "SByte"}, {"name": "ActivityCount", "type": "Int64"}],
            "results": [{"ActionType": "Print", "Description": "Printed 8 times own norm", "IsAnomalous": 1, "ActivityCount": 41},
                {"ActionType": "Upload", "Description": "Uploads to personal cloud", "IsAnomalous": 0, "ActivityCount": 3}]});
    }
    if query.contains("by Day") {
        let row = |day: &str, category: &str, events: u32| json!({"Day": day, "Category": category, "Events": events});
        return json!({"schema": [{"name": "Day", "type": "DateTime"}, {"name": "Category", "type": "String"},
                {"name": "Events", "type": "Int64"}],
            "results": [row("2026-11-18T00:00:00Z", "Exfiltration", 2), row("2026-11-22T00:00:00Z", "Exfiltration", 9),
                row("2026-11-23T00:00:00Z", "Exfiltration", 41), row("2026-11-22T00:00:00Z", "Obfuscation", 12)]});
    }
    if let Some(rows) = section(query) {
        return rows;
    }
    let row = |action: &str, device: &str, files: u32| {
        json!({"ActionType": action, "DeviceName": device, "Files": files, "Last": "2026-11-23T09:58:11.1234567Z",
            "ObjectId": "C:\\Users\\mokafor\\Documents\\a path that is longer than a column may be\\payroll-2026.xlsx",
            "Nothing": {}})
    };
    json!({"schema": [{"name": "ActionType", "type": "String"}, {"name": "DeviceName", "type": "String"},
            {"name": "Files", "type": "Int64"}, {"name": "Last", "type": "DateTime"},
            {"name": "ObjectId", "type": "String"}, {"name": "Nothing", "type": "String"}],
        "results": [row("File copied to removable media", "LT-OKAFOR-02", 312), row("File archived", "LT-OKAFOR-02", 4),
            row("File renamed", "PHX-VDI-14", 12)]})
}

/// The answer to the query of a section of the user page; `None` for any other query.
fn section(query: &str) -> Option<Value> {
    let table = |names: &[&str], rows: Value| {
        let columns: Vec<Value> = names.iter().map(|name| json!({"name": name, "type": "String"})).collect();
        Some(json!({"schema": columns, "results": rows}))
    };
    if query.contains("Failed sign-in") {
        let row = |clock: &str, kind: &str, what: &str, on: &str, place: &str| json!({"Timestamp": format!("2026-11-23T{clock}Z"), "Kind": kind, "What": what, "On": on, "Where": place});
        let names = ["Timestamp", "Kind", "What", "On", "Where"];
        let copied =
            row("09:58:11", "Exfiltration", "File copied to Removable media", "E:\\payroll.zip", "LT-OKAFOR-02");
        let alert = row("09:12:00", "Alert", "Files archived and renamed", "High", "Insider Risk Management");
        return table(&names, json!([copied, alert, row("08:01:30", "Sign-in", "Office 365", "192.0.2.7", "PT")]));
    }
    if query.contains("SequenceCorrelationId") {
        let row = |category: &str, clock: &str, events: u32| {
            let at = format!("2026-11-23T{clock}Z");
            json!({"Sequence": "s1", "Category": category, "File": "payroll.zip", "Before": "", "First": at, "Last": at,
                "Events": events})
        };
        let names = ["Sequence", "Category", "File", "Before", "First", "Last", "Events"];
        return table(&names, json!([row("Obfuscation", "09:12:00", 12), row("Exfiltration", "09:58:11", 41)]));
    }
    if query.contains("OwnBefore") {
        let names = ["Own", "OwnBefore", "Others", "People", "Department"];
        return table(&names, json!([{"Own": 52, "OwnBefore": 6, "Others": 30, "People": 8, "Department": "Finance"}]));
    }
    let is_section = ["isnotempty(", "EntraIdSignInEvents", "IdentityInfo"].iter().any(|part| query.contains(part));
    if is_section { table(&[], json!([])) } else { None }
}

#[test]
fn user_sections() {
    Desk::loaded().keys("p\t\t").snapshot("user_sequences");
}

#[test]
fn incident_queue() {
    Desk::loaded().snapshot("incidents");
}

#[test]
fn alert_queue() {
    Desk::loaded().keys("2 j").snapshot("alerts");
}

#[test]
fn incident_page() {
    Desk::loaded().keys("\n\t").snapshot("incident");
}

#[test]
fn timeline() {
    Desk::loaded().keys("\n\t\t\t\t").snapshot("timeline");
}

#[test]
fn similar_alerts() {
    Desk::loaded().keys("\n\t\t\t\t\t").snapshot("similar");
}

#[test]
fn user_page() {
    Desk::loaded().keys("p").snapshot("user");
}

#[test]
fn hunting_view() {
    let mut desk = Desk::loaded();
    desk.keys("h");
    desk.press(KeyCode::Char('r'), KeyModifiers::CONTROL);
    desk.keys("\u{1b}jlll").snapshot("hunt");
}

#[test]
fn overlays() {
    let cases = [
        ("help", "?"),
        ("palette", ":"),
        ("filter", "/ sevrity:high"),
        ("sources", "f"),
        ("status", "s"),
        ("finding", "r"),
        ("owner", "A"),
        ("comment", "mLooks like a leaver"),
        ("columns", "O"),
        ("pivot", "."),
        ("completion", "/source:"),
        ("grouped", "zz"),
        ("plan", "s\n"),
        ("take", "a"),
    ];
    for (name, keys) in cases {
        let mut desk = Desk::loaded();
        let text = desk.keys(keys).screen((80, 24));
        insta::assert_snapshot!(format!("overlay_{name}"), text);
    }
}

#[test]
fn a_refresh_says_what_was_what_is_and_who_did_it() {
    let mut desk = Desk::loaded();
    desk.keys("jk");
    let (now, mut taken) = (desk.now, incidents().remove(0));
    taken["status"] = "inProgress".into();
    taken["assignedTo"] = "a.ng@contoso.example".into();
    taken["lastModifiedBy"] = "a.ng@contoso.example".into();
    taken["lastUpdateDateTime"] = now.to_string().into();
    for effect in desk.app.update(Event::Woke(crate::app::Timer::Refresh), now) {
        let reply = match effect {
            Effect::FetchIncidents(task, _) => {
                (task, Reply::Incidents(Ok(Page { items: read(vec![taken.clone()]), is_last: true })))
            }
            Effect::FetchAlerts(task, _) => (task, Reply::Alerts(Ok(Page { items: Vec::new(), is_last: true }))),
            _ => continue,
        };
        drop(desk.app.update(Event::Reply(reply.0, reply.1), now));
    }
    let text = desk.screen((120, 40));
    assert!(text.contains("Changed  now  status active → in progress  owner nobody → a.ng by a.ng"), "{text}");
    assert!(text.contains("~1 changed"), "{text}");
}

#[test]
fn queues_say_why_they_are_empty() {
    let mut loading = Desk::new();
    drop(loading.app.update(Event::Started, loading.now));
    assert!(loading.screen((80, 24)).contains("loading …"));

    let mut refused = Desk::new();
    refused.fails = true;
    refused.tell(Event::Started);
    let screen = refused.screen((80, 24));
    assert!(screen.contains("Ask an administrator to consent"), "{screen}");

    let mut filtered = Desk::loaded();
    let screen = filtered.keys("/zzzz\n").screen((80, 24));
    assert!(screen.contains("None of the 4 incidents passes the filter. / edits it, F resets it."), "{screen}");
}

#[test]
fn severity_and_insider_risk_have_their_colours() {
    let mut desk = Desk::loaded();
    let (buffer, _) = desk.draw((120, 40));
    let row =
        (0..40).find(|y| (0..120).map(|x| buffer[(x, *y)].symbol()).collect::<String>().contains("4127")).unwrap();
    let at = |text: &str| -> u16 { (0..120).find(|x| buffer[(*x, row)].symbol() == text).unwrap() };
    let style = |x: u16| (buffer[(x, row)].fg, buffer[(x, row)].modifier);
    let of = |role| (desk.theme.style(role).fg.unwrap(), desk.theme.style(role).add_modifier);
    assert_eq!(style(at("H")), of(Role::SeverityHigh));
    assert_eq!(style(at(">")), of(Role::Marker));
}

#[test]
fn moving_in_a_queue_costs_little() {
    let mut desk = Desk::loaded();
    let mut painter = super::backend::Painter::default();
    let first = {
        let (buffer, drawn) = desk.draw((120, 40));
        painter.paint(&buffer, drawn.cursor).len()
    };
    desk.keys("j");
    let (buffer, drawn) = desk.draw((120, 40));
    let step = painter.paint(&buffer, drawn.cursor).len();
    assert!(first <= 6_000 && step <= 1_200, "first {first}, step {step}");
}

#[test]
fn a_preview_follows_once_the_keys_pause() {
    let mut desk = Desk::loaded();
    let mut painter = super::backend::Painter::default();
    let mut paint = |desk: &mut Desk| {
        let (buffer, drawn) = desk.draw((120, 40));
        painter.paint(&buffer, drawn.cursor).len()
    };
    paint(&mut desk);
    desk.memory.hurry(true);
    desk.keys("j");
    let step = paint(&mut desk);
    assert!(step <= 60 && desk.memory.is_behind(), "{step}");
    assert!(desk.screen((120, 40)).contains("── 4127"));
    desk.memory.hurry(false);
    paint(&mut desk);
    assert!(desk.screen((120, 40)).contains("── 4119") && !desk.memory.is_behind());
}

#[test]
fn rows_that_come_in_above_move_nothing_from_under_the_cursor() {
    let mut memory = ViewMemory::default();
    let list = super::memory::List::Incidents;
    assert_eq!(memory.follow(list, Some("a"), 0, 50, 10), 0);
    assert_eq!(memory.follow(list, Some("b"), 4, 50, 10), 0);
    assert_eq!(memory.follow(list, Some("b"), 7, 53, 10), 3, "three came in above");
    assert_eq!(memory.follow(list, Some("b"), 2, 48, 10), 0, "and five went");
    assert_eq!(memory.follow(list, Some("c"), 3, 48, 10), 0);
}

#[test]
fn a_tiny_screen_is_all_list() {
    let mut desk = Desk::loaded();
    let screen = desk.screen((39, 9));
    assert!(screen.starts_with("> H   4127") && screen.lines().count() >= 4, "{screen}");
    assert!(!desk.screen((40, 10)).starts_with('>'));
}

#[test]
fn the_tenants_text_cannot_reach_the_terminal_raw() {
    let mut desk = Desk::loaded();
    let screen = desk.screen((200, 50));
    assert!(screen.contains("<U+001B>]52;c;aGk=<U+0007>Hostile⏎name<U+202E>fdp"), "{screen}");
}

#[test]
fn forgetting_scroll_positions_changes_no_behaviour() {
    let mut desk = Desk::loaded();
    desk.keys("jj");
    let before = desk.app.clone();
    desk.draw((80, 24));
    desk.memory = ViewMemory::default();
    desk.draw((200, 50));
    assert_eq!(desk.app, before);
}

#[test]
fn every_screen_is_drawn_down_to_one_cell() {
    for keys in ["", "2", "\n", "p", "h", "?", ":", "/x", "f", "s", "s\n", "r", "A", "mtext"] {
        let mut desk = Desk::loaded();
        desk.keys(keys);
        for (width, height) in [(1, 1), (1, 9), (9, 1), (2, 2), (5, 3), (20, 4), (59, 14), (61, 15), (300, 100)] {
            desk.draw((width, height));
        }
    }
}

proptest! {
    #![proptest_config(crate::base::cases::cases(48))]

    #[test]
    fn random_keys_at_random_sizes_never_panic(
        steps in prop::collection::vec(
            (prop::sample::select("jkGghRofF/?:12345ascrAmpyOzM.[]=YwnV \n\t\u{1b}-xé漢".chars().collect::<Vec<_>>()), 1_u16..130, 1_u16..45),
            1..40,
        ),
        fails in any::<bool>(),
    ) {
        let mut desk = Desk::new();
        desk.fails = fails;
        desk.tell(Event::Started);
        for (key, width, height) in steps {
            desk.keys(&key.to_string());
            let (buffer, drawn) = desk.draw((width, height));
            let inside = |cursor: ratatui::layout::Position| buffer.area.contains(cursor);
            prop_assert!(drawn.cursor.is_none_or(inside), "{:?} in {width}x{height}", drawn.cursor);
            let rows = drawn.page_rows.max(1);
            if rows != desk.app.page_rows {
                desk.tell(Event::Resized { rows });
            }
        }
    }
}

#[test]
fn the_editor_colours_by_the_languages_own_lexer_and_underlines_what_is_wrong() {
    let mut desk = Desk::loaded();
    desk.keys("h");
    desk.app.hunt.editor = hunt::Editor::new("DataSecurityEvents\n| where");
    desk.keys(" x");
    let (buffer, _) = desk.draw((80, 24));
    let pipe = (0..80).find(|x| buffer[(*x, 2)].symbol() == "|").unwrap();
    assert_eq!(Some(buffer[(pipe + 2, 2)].fg), desk.theme.style(Role::SyntaxKeyword).fg);
}
