//! The filter line being edited, in its own place over the queue: what is wrong underlined and explained, what may come
//! next, and which part Graph filters.

use super::typed;
use crate::app::View;
use crate::app::overlay::FilterPrompt;
use crate::base::text::width;
use crate::base::wrap::wrap;
use crate::triage::filter::Collection;
use crate::tui::mouse::{Manner, Spot};
use crate::tui::screen::Scene;
use crate::tui::theme::Role;
use crate::tui::widgets::picker::{self, Item};
use crate::tui::widgets::table::scroll;
use crate::tui::widgets::text::{Line, below, inset, paragraph, safe, top};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;

/// The most candidates on screen.
const CANDIDATES_MAX: u16 = 8;

/// Draws it over the first rows of the view.
pub fn draw(scene: &Scene<'_>, prompt: &FilterPrompt, buffer: &mut Buffer, screen: Rect) -> Option<Position> {
    let wide = usize::from(screen.width.saturating_sub(4));
    let told = prompt.filter.errors.first().map_or_else(|| division(scene, prompt), |error| error.message.clone());
    let rows = wrap(&told, wide).len().clamp(1, 4) as u16;
    let area = top(screen, 1 + rows);
    clear(buffer, area);
    scene.spots.add(area, Spot::Cover);
    let cursor = typed(scene, &prompt.line, buffer, top(area, 1), "/ ");
    let under = below(area, 1);
    let is_wrong = !prompt.filter.errors.is_empty();
    paragraph(buffer, inset(under, 2), &told, scene.style(if is_wrong { Role::Error } else { Role::Text }));
    if is_wrong {
        underline(scene, prompt, buffer, area);
    }
    candidates(scene, prompt, buffer, below(screen, 1 + rows), cursor);
    cursor
}

fn clear(buffer: &mut Buffer, area: Rect) {
    for position in area.intersection(buffer.area).positions() {
        if let Some(cell) = buffer.cell_mut(position) {
            cell.reset();
        }
    }
}

/// Underlines what is wrong.
fn underline(scene: &Scene<'_>, prompt: &FilterPrompt, buffer: &mut Buffer, area: Rect) {
    let text = prompt.line.text();
    for error in &prompt.filter.errors {
        let cells = |bytes: usize| text.get(..bytes).map_or(0, width) as u16;
        // The prompt takes two cells; a line scrolled sideways is not underlined.
        let (from, to) = (2 + cells(error.span.start), 2 + cells(error.span.end));
        if width(text) + 3 <= usize::from(area.width) {
            for x in from..to.min(area.width) {
                if let Some(cell) = buffer.cell_mut(Position::new(area.x + x, area.y)) {
                    cell.set_style(scene.style(Role::Error).add_modifier(Modifier::UNDERLINED));
                }
            }
        }
    }
}

/// What Graph filters and what is filtered here, in words.
fn division(scene: &Scene<'_>, prompt: &FilterPrompt) -> String {
    let collection = if scene.app.view == View::Alerts { Collection::Alerts } else { Collection::Incidents };
    let [graph, here] = scene.app.division(&prompt.filter, collection, scene.now);
    let named =
        |terms: Vec<String>| if terms.is_empty() { "nothing".to_owned() } else { safe(&terms.join(" ").into()) };
    format!("Graph filters {}   here {}", named(graph), named(here))
}

/// What may come next, under the cursor.
fn candidates(scene: &Scene<'_>, prompt: &FilterPrompt, buffer: &mut Buffer, area: Rect, cursor: Option<Position>) {
    let found = &prompt.completion.candidates;
    if found.is_empty() || area.height == 0 {
        return;
    }
    let most = usize::from(CANDIDATES_MAX.min(area.height));
    let first = scroll(0, prompt.chosen, found.len(), most);
    let items: Vec<Item> = found
        .iter()
        .skip(first)
        .take(most)
        .map(|candidate| Item {
            title: safe(&candidate.text.trim_end().into()),
            note: safe(&candidate.note.as_str().into()),
            checked: None,
        })
        .collect();
    let cells = |item: &Item| (width(&item.title) + width(&item.note) + 5) as u16;
    let wide = items.iter().map(cells).max().unwrap_or(0).min(area.width);
    let x = cursor.map_or(area.x, |cursor| cursor.x).min(area.right().saturating_sub(wide));
    let place = Rect { x, width: wide, height: items.len() as u16, ..area };
    clear(buffer, place);
    picker::draw(buffer, place, &items, prompt.chosen.map(|chosen| chosen - first), scene.theme);
    let left = found.len().saturating_sub(first + items.len());
    let under = top(below(area, place.height), 1);
    if left > 0 && !under.is_empty() {
        let more = format!("  {left} more ↓ ");
        let under = Rect { x, width: (width(&more) as u16).min(area.right() - x), ..under };
        clear(buffer, under);
        Line::new(buffer, under, 0).put(&more, scene.style(Role::Key));
    }
    scene.spots.choices(place, Manner::Take, first, items.len());
}
