//! The user page: who the person is, what Insider Risk and Entra say, what they did, and what no API carries. Each part
//! says itself whether it is there.

mod sections;

use super::{parts, words};
use crate::app::store::AlertEntry;
use crate::app::user::report::left_out;
use crate::app::user::{NOT_CARRIED, State};
use crate::app::{Pane, Remote, RemoteState};
use crate::base::text::{count, width};
use crate::base::time::TICKS_PER_DAY;
use crate::base::wrap::wrap;
use crate::base::{TimeSpan, Timestamp};
use crate::model::LeaveDate;
use crate::triage::dossier::Section;
use crate::triage::insider_risk::Level;
use crate::triage::journal::subject_of;
use crate::tui::memory::{List, ViewMemory};
use crate::tui::screen::{Drawn, Scene, is_small};
use crate::tui::theme::Role;
use crate::tui::widgets::panel::{self, Absent};
use crate::tui::widgets::sparkline::bars;
use crate::tui::widgets::table::{self, Column, Table, TableCell, Width};
use crate::tui::widgets::text::{Line, below, inset, paragraph, safe, top};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

const ALERTS: &[Column] = &[
    Column::new("Began", Width::Fixed(11)).from(56),
    Column::new("Src", Width::Fixed(3)),
    Column::new("Sev", Width::Fixed(3)),
    Column::new("Alert", Width::Fill { min: 12, weight: 3 }),
    Column::new("Incident", Width::Fixed(8)).from(70),
    Column::new("Status", Width::Fixed(words::STATUS_CELLS)).from(44),
    Column::new("Classification", Width::Fixed(14)).from(90),
];

/// Days of activity shown: what advanced hunting keeps.
const DAYS: usize = 30;
/// A leave date this near stands out.
const LEAVES_SOON: TimeSpan = TimeSpan::days(30);
/// The least width at which incidents are counted by product too.
const WIDE: u16 = 110;
/// The least width at which a section stands beside the alerts.
const TWO_COLUMNS: u16 = 160;
/// Column at which values begin.
const VALUES: u16 = 16;
/// Column at which a value begins that is too wide for the room there.
const BELOW: u16 = 2;
/// From so many rows on, a narrow screen shows more than a row each of the directory and the level.
const TALL: u16 = 18;
/// The most rows of each there.
const FEW: u16 = 4;
/// The most rows that the reasons of the level take.
const REASON_ROWS: u16 = 2;

/// Draws the view.
pub fn draw(scene: &Scene<'_>, memory: &mut ViewMemory, buffer: &mut Buffer, area: Rect) -> Drawn {
    let Some(user) = &scene.app.user else { return Drawn::default() };
    let page = inset(area, 1);
    let small = is_small(Rect { height: area.height + 2, ..area });
    let mut rest = page;
    let most = match small {
        true if area.height < TALL => 1,
        true => FEW,
        false => u16::MAX,
    };
    rest = below(rest, identity(scene, user, buffer, rest, most));
    if small {
        rest = below(rest, level(scene, user, buffer, rest, most));
    } else {
        rest = below(rest, risk(scene, user, buffer, rest));
        rest = below(rest, u16::from(parts::note(scene, &subject_of(&user.person), buffer, rest, 0)));
        let gap = u16::from(area.height > 30);
        rest = below(rest, gap);
        rest = below(rest, activity(scene, user, buffer, rest));
        rest = below(rest, sections::behaviors(scene, user, buffer, rest));
        rest = below(rest, tallies(scene, user, buffer, rest) + gap);
    }
    let wide = usize::from(rest.width.saturating_sub(VALUES));
    let notes: Vec<String> = NOT_CARRIED.iter().flat_map(|note| wrap(note, wide)).collect();
    let not_shown = if small { 0 } else { (notes.len() as u16).min(rest.height.saturating_sub(6)) };
    let list = Rect { x: area.x, width: area.width, ..top(rest, rest.height - not_shown) };
    sections::names(scene, user, buffer, list);
    let list = below(list, 1);
    // Beside the alerts stands what was asked for in any case.
    let first = || user.part(Section::Sequences);
    let beside = user.focused().or_else(first).filter(|_| list.width >= TWO_COLUMNS);
    let drawn = match (beside, user.focused()) {
        (Some(part), _) => {
            let left = Rect { width: list.width / 2, ..list };
            let right = Rect { x: list.x + left.width, width: list.width - left.width, ..list };
            sections::facts(scene, (user, part), memory, buffer, right);
            alerts(scene, user, memory, buffer, left)
        }
        (None, Some(part)) => {
            sections::facts(scene, (user, part), memory, buffer, list);
            Drawn { cursor: None, page_rows: usize::from(list.height.saturating_sub(1)) }
        }
        (None, None) => alerts(scene, user, memory, buffer, list),
    };
    let last = below(rest, rest.height - not_shown);
    for row in 0..not_shown {
        let name = if row == 0 { "Not shown" } else { "" };
        let text = notes.get(usize::from(row)).map_or("", String::as_str);
        labelled(scene, buffer, last, row, name).put(text, scene.style(Role::Muted));
    }
    drawn
}

/// A row that begins with a name.
fn labelled<'a>(scene: &Scene<'_>, buffer: &'a mut Buffer, area: Rect, row: u16, name: &str) -> Line<'a> {
    let mut line = Line::new(buffer, area, row);
    line.put(name, scene.style(Role::Muted)).to_column(area, VALUES);
    line
}

/// Puts one line about a remote value that is not there: what is in the way, and what helps.
fn put_absent<T>(scene: &Scene<'_>, line: &mut Line<'_>, remote: &Remote<T>) {
    match (remote.state(), remote.failure()) {
        (RemoteState::Loading, _) => line.put("loading …", scene.style(Role::Muted)),
        (_, Some(failure)) => line
            .put(&words::obstacle(failure), scene.style(Role::Error))
            .gap(2)
            .put(&failure.remedy, scene.style(Role::Text)),
        _ => line.put("not asked for", scene.style(Role::Muted)),
    };
}

/// Puts how old a part is, at the end of its row, where it differs from the age of the page in the first.
fn put_age<T>(scene: &Scene<'_>, user: &State, line: &mut Line<'_>, part: &Remote<T>) {
    let age = |at: Option<Timestamp>| at.map(|at| at.age(scene.now));
    if let Some(own) = age(part.fetched_at()).filter(|own| age(user.identity.fetched_at()).as_ref() != Some(own)) {
        let failed = if part.failure().is_some() { ", the last fetch failed" } else { "" };
        line.right(&[(&format!("{own}{failed}"), scene.style(Role::Muted))]);
    }
}

/// Who it is, what the directory says in at most `most` rows; returns the rows used.
fn identity(scene: &Scene<'_>, user: &State, buffer: &mut Buffer, area: Rect, most: u16) -> u16 {
    let person = &user.person;
    let text = scene.style(Role::Text);
    let record = user.identity.value();
    let name = record.map_or(&person.label, |record| &record.display_name);
    let upn = record.map_or(&person.upn, |record| &record.upn);
    let mut line = Line::new(buffer, area, 0);
    let (name, upn) = (safe(name), safe(upn));
    line.put(&name, scene.style(Role::Strong));
    if upn != name {
        line.gap(3).put(&upn, scene.style(Role::Muted));
    }
    if let Some(at) = user.identity.fetched_at() {
        let age = at.age(scene.now);
        line.right(&[(if age == "now" { "fresh" } else { age.as_str() }, scene.style(Role::Muted))]);
    }
    if let Some(absent) = words::absent(&user.identity) {
        labelled(scene, buffer, area, 1, "Directory");
        let values = Rect { x: area.x + VALUES, width: area.width.saturating_sub(VALUES), ..top(below(area, 1), most) };
        return 1 + panel::draw(buffer, values, &absent, scene.theme);
    }
    let mut facts: Vec<(String, Style)> = Vec::new();
    if let Some(record) = record {
        if record.account_enabled == Some(false) {
            facts.push(("account disabled".to_owned(), scene.style(Role::Warning)));
        }
        if let Some(leaves) = record.leave_date.known() {
            let day = leaves.to_seconds_text().chars().take(10).collect::<String>();
            let word = if leaves > scene.now { "leaves" } else { "left" };
            let soon = leaves.since(scene.now) <= LEAVES_SOON;
            facts.push((format!("HR: {word} {day}"), scene.style(if soon { Role::Warning } else { Role::Text })));
        }
        let words = [&record.department, &record.job_title, &record.office_location, &record.country];
        facts.extend(words.into_iter().flatten().filter(|word| !word.is_empty()).map(|word| (safe(word), text)));
    }
    let leave_is_told = record.is_none_or(|record| record.leave_date != LeaveDate::NotTold);
    match user.manager.value() {
        Some(Some(manager)) => facts.push((format!("manager {}", safe(&manager.display_name)), text)),
        Some(None) => facts.push(("no manager in the directory".to_owned(), scene.style(Role::Muted))),
        None if user.manager.failure().is_some() => {
            facts.push(("manager not available".to_owned(), scene.style(Role::Muted)));
        }
        None => {}
    }
    if !leave_is_told {
        // A permission of its own; without it nobody knows whether there is a date.
        facts.push(("leave date not told".to_owned(), scene.style(Role::Muted)));
    }
    1 + facts_in_rows(scene, &facts, buffer, top(below(area, 1), most))
}

/// What the directory says, in as many rows as it takes and there are; returns them.
fn facts_in_rows(scene: &Scene<'_>, facts: &[(String, Style)], buffer: &mut Buffer, area: Rect) -> u16 {
    let (mut row, mut x, mut begin) = (0, VALUES, VALUES);
    labelled(scene, buffer, area, 0, "Directory");
    for (place, (fact, style)) in facts.iter().enumerate() {
        let wide = width(fact) as u16;
        let separator = if x > begin { 3 } else { 0 };
        if x + separator + wide > area.width {
            // What is too wide beside the name of the row stands below it.
            let is_alone = x == begin;
            let can_move = row + 1 < area.height && (!is_alone || begin > BELOW);
            if can_move {
                begin = if is_alone { BELOW } else { VALUES };
                (row, x) = (row + 1, begin);
            } else if !is_alone {
                let left = Rect { x: area.x + x, width: area.width.saturating_sub(x), ..area };
                let more = format!(" +{}", facts.len() - place);
                Line::new(buffer, left, row).put(&more, scene.style(Role::Muted));
                break;
            }
        }
        let mut line = Line::new(buffer, area, row);
        line.to_column(area, x);
        if x > begin {
            line.put(" · ", scene.style(Role::Muted));
        }
        x = line.put(fact, *style).x() - area.x;
    }
    row + 1
}

/// The insider-risk level derived here, with its reasons in at most `most` rows; returns the rows used.
fn level(scene: &Scene<'_>, user: &State, buffer: &mut Buffer, area: Rect, most: u16) -> u16 {
    let level = &user.level;
    let role = match level.level {
        Level::Elevated => Role::SeverityHigh,
        Level::Moderate => Role::SeverityMedium,
        Level::Minor => Role::SeverityLow,
        Level::None => Role::Muted,
    };
    let word = user.level_title(&scene.app.store);
    let why = match level.reasons.join(", ") {
        none if none.is_empty() => "derived here: nothing found points at insider risk".to_owned(),
        reasons => format!("derived here from {reasons}"),
    };
    let indent = word.len() + 2;
    labelled(scene, buffer, area, 0, "Insider risk").put(&word.to_uppercase(), scene.style(role));
    let x = VALUES + indent as u16;
    let room = Rect { x: area.x + x, width: area.width.saturating_sub(x), ..top(area, most) };
    paragraph(buffer, room, &why, scene.style(Role::Text)).max(1)
}

fn risk(scene: &Scene<'_>, user: &State, buffer: &mut Buffer, area: Rect) -> u16 {
    let left_out = left_out(user, &scene.app.store);
    let mut row = level(scene, user, buffer, area, REASON_ROWS);
    if let Some(left_out) = left_out {
        labelled(scene, buffer, area, row, "").put(&left_out, scene.style(Role::Warning));
        row += 1;
    }
    let mut line = labelled(scene, buffer, area, row, "Entra ID risk");
    match (user.entra_risk.value(), words::absent(&user.entra_risk)) {
        (_, Some(_)) => put_absent(scene, &mut line, &user.entra_risk),
        (Some(None) | None, None) => {
            line.put("none recorded", scene.style(Role::Text));
        }
        (Some(Some(risk)), None) => {
            line.put(risk.risk_level.wire(), scene.style(Role::Strong))
                .gap(2)
                .put(words::risk_state(&risk.risk_state), scene.style(Role::Text))
                .gap(2)
                .put(&format!("set {}", words::ago(scene, risk.last_updated)), scene.style(Role::Muted));
        }
    }
    history(scene, user, &mut line);
    put_age(scene, user, &mut line, &user.entra_risk);
    row + 1
}

/// What Entra's risk was before, behind what it is, as far as there is room.
fn history(scene: &Scene<'_>, user: &State, line: &mut Line<'_>) {
    let changes = user.risk_history.value().map(Vec::as_slice).unwrap_or_default();
    let now = user.entra_risk.value().and_then(Option::as_ref).and_then(|risk| risk.last_updated);
    let before: Vec<String> = changes
        .iter()
        .filter(|change| change.at.is_none() || change.at != now)
        .map(|change| {
            let state = words::risk_state(&change.risk_state);
            format!("{} {state} {}", change.risk_level.wire(), words::ago(scene, change.at)).replace("  ", " ")
        })
        .collect();
    if !before.is_empty() {
        line.put(&format!("   before: {}", before.join(" · ")), scene.style(Role::Muted));
    } else if let Some(failure) = user.risk_history.failure() {
        line.put(&format!("   history: {}", failure.why.line()), scene.style(Role::Muted));
    }
}

/// The person's alerts by product, and how far back they reach.
fn tallies(scene: &Scene<'_>, user: &State, buffer: &mut Buffer, area: Rect) -> u16 {
    let mut line = labelled(scene, buffer, area, 0, "Alerts");
    let is_wide = area.width >= WIDE;
    for tally in user.alerts_by_source(&scene.app.store) {
        line.put(tally.source.badge(), words::source_style(scene, &tally.source))
            .put(&format!(" {}", tally.alerts), scene.style(Role::Strong));
        if is_wide {
            line.put(&format!(" in {}", count(tally.incidents.len(), "incident")), scene.style(Role::Text));
        }
        line.gap(2);
    }
    line.put(&user.reach(), scene.style(Role::Muted));
    1
}

/// A bar a day for each category; as many categories as there are rows for.
fn activity(scene: &Scene<'_>, user: &State, buffer: &mut Buffer, area: Rect) -> u16 {
    let mut line = labelled(scene, buffer, area, 0, "Activity, 30 d");
    if words::absent(&user.activity).is_some() {
        put_absent(scene, &mut line, &user.activity);
        return 1;
    }
    let first_day = user.activity.value().and_then(|activity| activity.first_day);
    let series = user.activity.value().map(|activity| activity.series.as_slice()).unwrap_or_default();
    if series.is_empty() {
        line.put("no events of this person in DataSecurityEvents", scene.style(Role::Muted));
        return 1;
    }
    let shown = series.len().min(if area.height > 24 { 6 } else { 3 });
    let names = series.iter().take(shown).map(|one| width(&one.category)).max().unwrap_or(0).min(28) as u16;
    for (row, one) in series.iter().take(shown).enumerate() {
        let mut line = labelled(scene, buffer, area, row as u16, if row == 0 { "Activity, 30 d" } else { "" });
        let room = usize::from(line.remaining().saturating_sub(names + 12));
        let days = last_days(&one.days, first_day, scene.now, room.min(DAYS));
        line.put(&crate::base::text::fit(&one.category, usize::from(names)), scene.style(Role::Text))
            .gap(2)
            .put(&bars(&days), scene.style(Role::SourceInsiderRisk))
            .gap(2)
            .put(&one.total.to_string(), scene.style(Role::Strong));
        if row + 1 == shown && series.len() > shown {
            let others: Vec<String> =
                series.iter().skip(shown).map(|one| format!("{} {}", one.category, one.total)).collect();
            line.gap(2).put(&format!("+ {}", others.join(", ")), scene.style(Role::Muted));
        } else if row == 0 {
            put_age(scene, user, &mut line, &user.activity);
        }
    }
    shown as u16
}

/// The last `length` days of a series up to today; days that it does not reach have no events.
fn last_days(days: &[u32], first_day: Option<Timestamp>, now: Timestamp, length: usize) -> Vec<u64> {
    let day = |at: Timestamp| at.ticks() / TICKS_PER_DAY;
    let first = first_day.map_or_else(|| day(now), day);
    (0..length)
        .map(|index| day(now) - (length - 1 - index) as i64)
        .map(|wanted| {
            usize::try_from(wanted - first)
                .ok()
                .and_then(|index| days.get(index))
                .map_or(0, |events| u64::from(*events))
        })
        .collect()
}

fn alerts(scene: &Scene<'_>, user: &State, memory: &mut ViewMemory, buffer: &mut Buffer, area: Rect) -> Drawn {
    let page = area.height.saturating_sub(1);
    let drawn = Drawn { cursor: None, page_rows: usize::from(page) };
    let known: Vec<&AlertEntry> = user.alert_ids.iter().filter_map(|id| scene.app.store.alert(id)).collect();
    if known.is_empty() {
        let absent = words::absent::<_>(&scene.app.store.alerts_fetch)
            .unwrap_or_else(|| Absent::Empty("No alert that you may see names this person.".to_owned()));
        panel::draw(buffer, inset(area, 2), &absent, scene.theme);
        return drawn;
    }
    let row = |index: usize| -> Vec<TableCell> {
        let Some(entry) = known.get(index) else { return Vec::new() };
        let alert = &entry.alert;
        let text = scene.style(Role::Text);
        let mut cells = words::alert_cells(scene, alert);
        cells.extend([
            (alert.incident_id.as_deref().unwrap_or("-").to_owned(), scene.style(Role::Muted)),
            words::alert_status_cell(scene, &alert.status),
            (words::finding(&alert.classification).to_owned(), text),
        ]);
        cells
    };
    let selected = Some(user.cursor.min(known.len() - 1));
    let first = memory.scroll(List::UserAlerts, selected, known.len(), page);
    let (focused, pane, spots) = (user.focus.is_none(), Pane::Section(None), scene.spots);
    let table = Table { columns: ALERTS, rows: known.len(), selected, row: &row, focused, pane, spots };
    table::draw(buffer, area, &table, scene.theme, first);
    drawn
}
