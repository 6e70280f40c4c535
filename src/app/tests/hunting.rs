//! The hunting view: help while typing, what can be done with a result.

use super::*;
use crate::app::hunt::{Focus, Timespan};

fn hunting() -> App {
    let mut app = loaded();
    act(&mut app, Action::Show(Tab::Hunt));
    app
}

/// `app` with the answer to the query in its editor.
fn answered(app: &mut App, schema: &serde_json::Value, results: &serde_json::Value) {
    let effects = run(app, "hunt.run");
    let task = task(&effects, |effect| match effect {
        Effect::Hunt(task, _) => Some(*task),
        _ => None,
    });
    let result = HuntingResult::from_json(json!({"schema": schema, "results": results})).unwrap();
    let outcome = HuntOutcome { result: Box::new(result), took_ms: 12, bytes: 1 };
    app.update(Event::Reply(task, Reply::Hunt(Ok(outcome))), now());
    app.hunt.focus = Focus::Results;
}

fn three_rows() -> App {
    let mut app = hunting();
    type_text(&mut app, "print 1;");
    let schema = json!([
        {"name": "AccountUpn", "type": "String"}, {"name": "Size", "type": "Int64"}, {"name": "IncidentId", "type": "String"}
    ]);
    let rows = json!([
        {"AccountUpn": MARA, "Size": 9, "IncidentId": "4127"},
        {"AccountUpn": "=x\"y", "Size": 10, "IncidentId": ""},
        {"AccountUpn": "b", "Size": null, "IncidentId": "1"}
    ]);
    answered(&mut app, &schema, &rows);
    app
}

fn cells(app: &mut App) -> Vec<String> {
    let count = app.hunt.arranged.rows.len();
    let mut cells = Vec::new();
    for row in 0..count {
        app.hunt.row = row;
        cells.push(app.hunt.cell().unwrap().text().raw().to_owned());
    }
    app.hunt.row = 0;
    cells
}

#[test]
fn a_word_is_completed_by_tab_and_undone_in_one_step() {
    let mut app = hunting();
    type_text(&mut app, "AlertIn");
    assert_eq!(app.hunt.assist.choice().map(|choice| choice.label.as_str()), Some("AlertInfo"));
    key(&mut app, Key::Tab);
    assert_eq!((app.hunt.editor.text().as_str(), app.hunt.assist.offered.len()), ("AlertInfo", 0));
    type_text(&mut app, "\u{20}| where Sev");
    let before = app.hunt.assist.choice().cloned();
    key(&mut app, Key::Down);
    let lines = app.hunt.editor.cursor().0;
    assert!(app.hunt.assist.chosen == 1 || app.hunt.assist.offered.len() == 1, "the arrow chooses");
    assert_eq!(lines, 0, "and does not move the cursor");
    assert!(before.is_some());
    run(&mut app, "hunt.switch");
    assert_eq!(
        (app.hunt.focus, app.hunt.assist.offered.len()),
        (Focus::Editor, 0),
        "the first Esc closes what is offered"
    );
    run(&mut app, "hunt.switch");
    assert_eq!(app.hunt.focus, Focus::Results);
}

#[test]
fn a_completion_in_the_second_statement_lands_there() {
    let mut app = hunting();
    app.update(Event::Input(Input::plain(Key::Paste("AlertInfo\n| take 1\n\nAlertEvid".to_owned()))), now());
    assert!(app.hunt.assist.offered.is_empty(), "a paste offers nothing");
    key(&mut app, Key::Tab);
    key(&mut app, Key::Tab);
    assert_eq!(app.hunt.editor.text(), "AlertInfo\n| take 1\n\nAlertEvidence");
}

#[test]
fn tab_without_a_word_is_a_tab_and_enter_a_new_line() {
    let mut app = hunting();
    key(&mut app, Key::Tab);
    type_text(&mut app, "AlertInf");
    key(&mut app, Key::Enter);
    assert_eq!(app.hunt.editor.text(), "    AlertInf\n");
}

#[test]
fn text_is_laid_out_explained_and_advised_on() {
    let mut app = hunting();
    type_text(&mut app, "AlertInfo|where Title contains 'mass'");
    let advice: Vec<&str> = app.hunt.diagnostics.iter().map(|found| found.message.as_str()).collect();
    assert!(advice.iter().any(|text| text.contains("'has' finds whole terms")), "{advice:?}");
    run(&mut app, "hunt.format");
    assert_eq!(app.hunt.editor.text(), "AlertInfo\n| where Title contains 'mass'");
    run(&mut app, "hunt.explain");
    assert!(app.hunt.assist.explained.is_some());
    key(&mut app, Key::Left);
    assert_eq!(app.hunt.assist.explained, None);
    assert!(app.hunt.editor.undo() && app.hunt.editor.undo(), "what was there goes in one step, what came in another");
    assert_eq!(app.hunt.editor.text(), "AlertInfo|where Title contains 'mass'");
}

#[test]
fn a_run_looks_as_far_back_as_chosen() {
    let mut app = hunting();
    type_text(&mut app, "print 1");
    run(&mut app, "hunt.timespan");
    run(&mut app, "hunt.timespan");
    assert_eq!(app.hunt.timespan, Timespan::Week);
    let effects = run(&mut app, "hunt.run");
    let sent = effects.iter().find_map(|effect| match effect {
        Effect::Hunt(_, query) => query.timespan.clone(),
        _ => None,
    });
    assert_eq!(sent.as_deref(), Some("P7D"));
}

#[test]
fn queries_beside_each_other_keep_their_text_and_are_kept_apart() {
    let mut app = hunting();
    type_text(&mut app, "// leavers");
    run(&mut app, "hunt.new-query");
    assert_eq!(app.hunt.editor.text(), "");
    run(&mut app, "hunt.new-query");
    assert_eq!(app.hunt.buffers.count(), 2, "an empty one is enough");
    let effects = key(&mut app, Key::Char('x'));
    assert!(effects.contains(&Effect::SaveDraft("hunt:2".to_owned(), "x".to_owned())), "{effects:?}");
    run(&mut app, "hunt.next-query");
    assert_eq!((app.hunt.editor.text().as_str(), app.hunt.buffer_name().as_str()), ("// leavers", "leavers"));
    run(&mut app, "hunt.next-query");
    assert_eq!(app.hunt.editor.text(), "x");
    app.hunt.focus = Focus::Results;
    run(&mut app, "hunt.new-query");
    assert_eq!(app.hunt.focus, Focus::Editor, "what is typed next is the query");
}

#[test]
fn rows_are_ordered_and_columns_hidden_without_asking_again() {
    let mut app = three_rows();
    app.hunt.column = 1;
    assert_eq!(cells(&mut app), ["9", "10", ""]);
    run(&mut app, "results.sort");
    assert_eq!(cells(&mut app), ["9", "10", ""], "what has no value comes last");
    run(&mut app, "results.sort");
    assert_eq!(cells(&mut app), ["10", "9", ""]);
    run(&mut app, "results.hide");
    assert_eq!(cells(&mut app), ["", "4127", "1"], "the column after it is under the cursor");
    run(&mut app, "results.hide");
    run(&mut app, "results.hide");
    assert_eq!(app.hunt.arranged.columns.len(), 1, "the last column stays");
    run(&mut app, "results.all");
    assert_eq!(cells(&mut app), [MARA, "=x\"y", "b"]);
}

#[test]
fn a_value_narrows_the_query_or_opens_what_it_names() {
    let mut app = three_rows();
    app.hunt.row = 1;
    run(&mut app, "results.narrow");
    assert!(
        app.hunt.editor.text().ends_with("\n\nprint 1\n| where AccountUpn == \"=x\\\"y\""),
        "{}",
        app.hunt.editor.text()
    );
    let mut app = three_rows();
    (app.hunt.row, app.hunt.column) = (2, 1);
    run(&mut app, "results.narrow");
    assert!(app.hunt.editor.text().ends_with("| where isempty(Size)"));
    let mut app = three_rows();
    run(&mut app, "results.open");
    assert_eq!(app.view, View::User);
    let mut app = three_rows();
    app.hunt.column = 2;
    run(&mut app, "results.open");
    assert_eq!((app.view, app.incident.as_ref().map(|page| &*page.id)), (View::Incident, Some("4127")));
    let mut app = three_rows();
    app.hunt.column = 1;
    run(&mut app, "results.open");
    assert_eq!(app.view, View::Hunt);
}

/// Opens the menu of the cell under the cursor and takes the choice called `title`, if there is one.
fn choose(app: &mut App, title: &str) {
    run(app, "pivot");
    let Some(Overlay::Pivots(_, picker)) = app.overlays.last_mut() else { panic!("{:?}", app.overlays) };
    let labels: Vec<&str> = picker.items.iter().map(|item| item.label.as_str()).collect();
    let place = labels.iter().position(|label| *label == title);
    picker.cursor = place.unwrap_or_else(|| panic!("no {title} in {labels:?}"));
    key(app, Key::Enter);
}

#[test]
fn a_cell_leads_on_by_what_its_column_is() {
    let mut app = three_rows();
    choose(&mut app, "Open the page");
    assert_eq!(app.view, View::User);
    let mut app = three_rows();
    choose(&mut app, "Alerts that name it");
    assert_eq!((app.view, app.alerts.rows().len()), (View::Alerts, 2));
    let mut app = three_rows();
    app.hunt.column = 2;
    choose(&mut app, "Open the incident");
    assert_eq!((app.view, app.incident.as_ref().map(|page| &*page.id)), (View::Incident, Some("4127")));
    let mut app = three_rows();
    app.hunt.row = 1;
    choose(&mut app, "No rows with it: write the query so");
    assert!(app.hunt.editor.text().ends_with("\n\nprint 1\n| where AccountUpn != \"=x\\\"y\""));
    let mut app = three_rows();
    (app.hunt.row, app.hunt.column) = (2, 1);
    choose(&mut app, "No rows with it: write the query so");
    assert!(app.hunt.editor.text().ends_with("| where isnotempty(Size)"));
    let mut app = three_rows();
    app.hunt.focus = Focus::Editor;
    run(&mut app, "pivot");
    assert_eq!(app.overlays, []);
}

#[test]
fn an_object_in_a_cell_leads_on_from_each_thing_in_it() {
    let mut app = hunting();
    type_text(&mut app, "print 1");
    let schema = json!([{"name": "AdditionalFields", "type": "String"}]);
    let object = json!({"Count": 3, "Target": [{"a\"b": "203.0.113.7"}], "None": ""}).to_string();
    answered(&mut app, &schema, &json!([{"AdditionalFields": object}]));
    run(&mut app, "pivot");
    let Some(Overlay::Entities(picker)) = app.overlays.last_mut() else { panic!("{:?}", app.overlays) };
    let kinds: Vec<&str> = picker.items.iter().map(|item| item.value.kind).collect();
    assert_eq!(kinds, ["value", "IP address", "value"]);
    picker.cursor = 1;
    key(&mut app, Key::Enter);
    let Some(Overlay::Pivots(_, picker)) = app.overlays.last_mut() else { panic!("{:?}", app.overlays) };
    picker.cursor = picker.items.iter().position(|item| item.label.starts_with("Only rows")).unwrap();
    key(&mut app, Key::Enter);
    let narrowed = r#"| where tostring(parse_json(AdditionalFields)["Target"][0]["a\"b"]) == "203.0.113.7""#;
    assert!(app.hunt.editor.text().ends_with(narrowed), "{}", app.hunt.editor.text());
}

#[test]
fn what_is_shown_goes_into_a_file_as_it_is_shown() {
    let mut app = three_rows();
    app.hunt.column = 2;
    run(&mut app, "results.hide");
    let saved = |effects: Vec<Effect>| match effects.into_iter().next() {
        Some(Effect::Export(_, name, text)) => (name, text),
        other => panic!("{other:?}"),
    };
    let (name, text) = saved(run(&mut app, "results.csv"));
    assert_eq!(name, "watchfloor-hunt-20261123120000.csv");
    assert_eq!(text, format!("AccountUpn,Size\r\n{MARA},9\r\n\"'=x\"\"y\",10\r\nb,\r\n"));
    let (name, text) = saved(run(&mut app, "results.json"));
    assert_eq!(name, "watchfloor-hunt-20261123120000.json");
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["rows"], json!([[MARA, 9], ["=x\"y", 10], ["b", null]]));
    let mut app = hunting();
    app.hunt.focus = Focus::Results;
    assert!(!run(&mut app, "results.csv").iter().any(|effect| matches!(effect, Effect::Export(..))));
}
