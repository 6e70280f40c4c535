//! A write before it is sent: what forbids it, what changes record by record, what Purview does, what to think about.

use super::boxed;
use crate::app::overlay::PlanPreview;
use crate::base::text::{count, width};
use crate::base::wrap::wrap;
use crate::triage::Plan;
use crate::triage::plan::{Body, Row};
use crate::triage::purview::{PurviewEffect, PurviewState};
use crate::tui::screen::Scene;
use crate::tui::theme::Role;
use crate::tui::widgets::popup;
use crate::tui::widgets::table::scroll;
use crate::tui::widgets::text::{Line, below, safe, top};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Cells of text in a row of the preview.
const WIDE: u16 = 96;

/// Cells from which what the keys do is said in full.
const ENDING: u16 = 66;

/// The most records that change alike which are named before what follows from the plan.
const HEADS_MAX: usize = 6;

/// Pieces of one row.
type Pieces = Vec<(String, Role)>;

/// Draws it.
pub fn draw(scene: &Scene<'_>, preview: &PlanPreview, buffer: &mut Buffer, screen: Rect) {
    let wide = WIDE.min(screen.width.saturating_sub(4)).max(10);
    let rows = rows(scene, &preview.plan, usize::from(wide));
    let ending = ending(scene, preview, wide);
    let lines = rows.len() + ending.len();
    let inside = boxed(scene, buffer, screen, (wide, lines as u16), &safe_title(&preview.plan));
    let foot = (ending.len() as u16).min(inside.height);
    let body = top(inside, inside.height - foot);
    let first = scroll(preview.scroll, None, rows.len(), usize::from(body.height));
    let seen = rows.iter().skip(first).take(usize::from(body.height)).enumerate();
    for (area, row, pieces) in seen
        .map(|(row, pieces)| (body, row, pieces))
        .chain(ending.iter().enumerate().map(|(row, pieces)| (below(inside, body.height), row, pieces)))
    {
        let mut line = Line::new(buffer, area, row as u16);
        for (text, role) in pieces {
            line.put(text, scene.style(*role));
        }
    }
    popup::more(buffer, screen, inside, rows.len().saturating_sub(first + usize::from(body.height)), scene.theme);
}

/// Its title and what it would do, line by line, without what keys do about it.
pub fn lines(scene: &Scene<'_>, preview: &PlanPreview, wide: usize) -> Vec<String> {
    let rows = rows(scene, &preview.plan, wide);
    let text = |row: Pieces| row.into_iter().map(|(text, _)| text).collect::<String>();
    std::iter::once(safe_title(&preview.plan)).chain(rows.into_iter().map(text)).collect()
}

fn safe_title(plan: &Plan) -> String {
    safe(&plan.title.as_str().into())
}

fn rows(scene: &Scene<'_>, plan: &Plan, wide: usize) -> Vec<Pieces> {
    let mut rows: Vec<Pieces> = Vec::new();
    for stop in &plan.stops {
        labelled(&mut rows, wide, ("Stopped  ", Role::Error), (&stop.why, Role::Error));
        labelled(&mut rows, wide, ("         ", Role::Text), (stop.remedy, Role::Text));
    }
    for consent in &plan.consents {
        labelled(&mut rows, wide, ("Decide   ", Role::Error), (consent, Role::Error));
    }
    let is_held = !plan.stops.is_empty() || !plan.consents.is_empty();
    if is_held && !plan.rows.is_empty() {
        rows.push(Vec::new());
    } else if plan.stops.is_empty() && plan.rows.is_empty() {
        rows.push(vec![("Nothing would change.".to_owned(), Role::Muted)]);
    }
    changes(&mut rows, plan, wide);
    if !plan.side_effects.is_empty() {
        rows.push(Vec::new());
        for effect in &plan.side_effects {
            labelled(&mut rows, wide, ("Also     ", Role::Muted), (effect, Role::Text));
        }
    }
    purview(&mut rows, scene, plan, wide);
    if !plan.warnings.is_empty() {
        rows.push(Vec::new());
        for warning in &plan.warnings {
            labelled(&mut rows, wide, ("Mind     ", Role::Warning), (warning, Role::Warning));
        }
    }
    if !plan.lost.is_empty() && plan.warnings.is_empty() {
        rows.push(Vec::new());
    }
    for lost in &plan.lost {
        labelled(&mut rows, wide, ("Stays    ", Role::Warning), (lost, Role::Warning));
    }
    whole_list(&mut rows, plan);
    rows
}

/// What the keys do; on screen whatever is scrolled.
fn ending(scene: &Scene<'_>, preview: &PlanPreview, wide: u16) -> Vec<Pieces> {
    let plan = &preview.plan;
    let mut rows: Vec<Pieces> = Vec::new();
    if let Some(seconds) = preview.seconds_left {
        rows.push(Vec::new());
        // On a slow line nothing ticks.
        let when = if scene.sparing { "in some seconds".to_owned() } else { format!("in {seconds} s") };
        rows.push(vec![
            (format!("Written {when}.  "), Role::Warning),
            ("Esc".to_owned(), Role::Key),
            (" stops it; ".to_owned(), Role::Text),
            ("Enter".to_owned(), Role::Key),
            (" does not wait".to_owned(), Role::Text),
        ]);
    } else if plan.wants_consent() {
        rows.push(Vec::new());
        rows.push(vec![
            ("D".to_owned(), Role::Key),
            (" dismisses without a decision; ".to_owned(), Role::Text),
            ("Esc".to_owned(), Role::Key),
            (" writes nothing, and r resolves with one".to_owned(), Role::Text),
        ]);
    } else if plan.is_applicable() {
        rows.push(Vec::new());
        let writes = match plan.rows.len() {
            // What the service is asked for all the same.
            _ if wide < ENDING => " writes it; ".to_owned(),
            1 => " writes it if nobody changed it meanwhile; ".to_owned(),
            many => format!(" writes the {} nobody changed meanwhile; ", count(many, "record")),
        };
        rows.push(vec![
            ("Enter".to_owned(), Role::Key),
            (writes, Role::Text),
            ("Esc".to_owned(), Role::Key),
            (" writes nothing".to_owned(), Role::Text),
        ]);
    }
    rows
}

/// A name, and text wrapped beside it.
fn labelled(rows: &mut Vec<Pieces>, wide: usize, name: (&str, Role), text: (&str, Role)) {
    let cells = width(name.0);
    for (index, line) in wrap(text.0, wide.saturating_sub(cells)).into_iter().enumerate() {
        let label = if index == 0 { name.0.to_owned() } else { " ".repeat(cells) };
        rows.push(vec![(label, name.1), (line, text.1)]);
    }
}

/// What changes: a heading a record and a row a property, records that change alike together.
fn changes(rows: &mut Vec<Pieces>, plan: &Plan, wide: usize) {
    let is_alike = |a: &Row, b: &Row| a.changes == b.changes && a.inverse.is_some() == b.inverse.is_some();
    let mut groups: Vec<Vec<&Row>> = Vec::new();
    for row in &plan.rows {
        match groups.iter_mut().find(|group| group.first().is_some_and(|first| is_alike(first, row))) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    for group in groups {
        let shown = if group.len() > HEADS_MAX { HEADS_MAX - 1 } else { group.len() };
        rows.extend(group.iter().take(shown).map(|row| head(row)));
        if shown < group.len() {
            let more = format!("and {} more alike, listed at the end", group.len() - shown);
            rows.push(vec![(more, Role::Strong)]);
        }
        let Some(row) = group.first() else { continue };
        for change in &row.changes {
            let name = format!("  {:<16}", change.field.title());
            let (old, new) = (safe(&change.old), safe(&change.new));
            if width(&name) + width(&old) + width(&new) + 3 <= wide && !old.is_empty() {
                rows.push(vec![
                    (name, Role::Muted),
                    (old, Role::Before),
                    (" → ".to_owned(), Role::Muted),
                    (new, Role::After),
                ]);
            } else {
                // What is short is told with what it was all the same; what is long is not told twice.
                let is_short = !old.is_empty() && width(&name) + width(&old) + 2 <= wide;
                if is_short {
                    rows.push(vec![(name.clone(), Role::Muted), (old, Role::Before), (" →".to_owned(), Role::Muted)]);
                }
                let blank = " ".repeat(width(&name));
                let label = if is_short { &blank } else { &name };
                labelled(rows, wide, (label, Role::Muted), (&new, Role::After));
            }
        }
        if row.inverse.is_none() && !matches!(row.body, Body::Comment(_)) {
            rows.push(vec![("  cannot be undone".to_owned(), Role::Warning)]);
        }
    }
}

/// A record of the plan: which, and its title.
fn head(row: &Row) -> Pieces {
    vec![(row.target.title(), Role::Strong), ("  ".to_owned(), Role::Text), (safe(&row.title), Role::Text)]
}

/// Every record, where some were not named above: what follows from the plan is not to be pushed off the screen by them.
fn whole_list(rows: &mut Vec<Pieces>, plan: &Plan) {
    if plan.rows.len() > HEADS_MAX {
        rows.push(Vec::new());
        rows.push(vec![(format!("All {}", count(plan.rows.len(), "record")), Role::Muted)]);
        rows.extend(plan.rows.iter().map(head));
    }
}

/// What Purview makes of it, and by when.
fn purview(rows: &mut Vec<Pieces>, scene: &Scene<'_>, plan: &Plan, wide: usize) {
    if plan.purview.is_empty() {
        return;
    }
    rows.push(Vec::new());
    let word = |state: Option<PurviewState>| state.map_or("unknown", PurviewState::title);
    let is_alike = |a: &PurviewEffect, b: &PurviewEffect| (a.from, a.to, a.why) == (b.from, b.to, b.why);
    for group in plan.purview.chunk_by(is_alike) {
        let Some(effect) = group.first() else { continue };
        let mut pieces = vec![("Purview  ".to_owned(), Role::SourceInsiderRisk)];
        if effect.changes() {
            pieces.push((word(effect.from).to_owned(), Role::Before));
            pieces.push((" → ".to_owned(), Role::Muted));
            pieces.push((word(effect.to).to_owned(), Role::After));
        } else {
            pieces.push((format!("stays {}", word(effect.from)), Role::Text));
        }
        let which = if group.len() == 1 { safe(&effect.title) } else { count(group.len(), "alert") };
        pieces.push((format!("  {which}"), Role::Muted));
        rows.push(pieces);
        labelled(rows, wide, ("         ", Role::Text), (effect.why, Role::Muted));
    }
    if let Some(by) = plan.purview_by(scene.now) {
        let text = format!("Purview follows by {} UTC at the latest.", by.to_clock_text());
        labelled(rows, wide, ("         ", Role::Text), (&text, Role::Text));
    }
}
