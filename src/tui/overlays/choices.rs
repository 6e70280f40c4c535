//! Lists to choose from: sources, statuses, findings, owners, commands.

use super::{boxed, chosen_from, flowed, hint_rows, hinted, typed, under_line};
use crate::app::command::COMMANDS;
use crate::app::overlay::{About, AssignPrompt, Picker, Purpose, Revealing};
use crate::app::palette::{Found, Palette};
use crate::base::Untrusted;
use crate::base::text::width;
use crate::model::ServiceSource;
use crate::tui::mouse::Manner;
use crate::tui::screen::Scene;
use crate::tui::theme::Role;
use crate::tui::widgets::picker::{self, Item};
use crate::tui::widgets::text::{below, paragraph, safe, top};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// The most cells of a list's row.
const CELLS_MAX: usize = 110;
/// Cells in which hints stand in one row.
const HINT_CELLS: u16 = 56;

/// The title of a choice of findings.
pub fn finding_title(about: &About, purpose: Purpose) -> String {
    match purpose {
        Purpose::Classify => format!("Classify {}", about.title()),
        Purpose::Resolve => format!("Resolve {} as", about.title()),
    }
}

/// A plain list. Boxes to tick stand before the items where any is marked.
pub fn draw<T>(scene: &Scene<'_>, title: &str, picker: &Picker<T>, buffer: &mut Buffer, screen: Rect) {
    let several = picker.items.iter().any(|item| item.marked);
    let items: Vec<Item> = picker
        .items
        .iter()
        .map(|item| Item {
            title: item.label.clone(),
            note: item.detail.clone(),
            checked: several.then_some(item.marked),
        })
        .collect();
    let inside = boxed(scene, buffer, screen, size(screen, title, &items, 0), title);
    chosen_from(scene, buffer, (screen, inside, inside), &items, Some(picker.cursor), Manner::Take);
}

/// Sources to filter by, with how to take one, several or all.
pub fn sources(scene: &Scene<'_>, picker: &Picker<Option<ServiceSource>>, buffer: &mut Buffer, screen: Rect) {
    const HINTS: [&str; 2] = ["Enter takes the one at the cursor", "Space marks several"];
    const MARKED: [&str; 2] = ["Enter takes the marked", "Space on all sources unmarks"];
    let several = picker.items.iter().any(|item| item.marked);
    let items: Vec<Item> = picker
        .items
        .iter()
        .map(|item| Item {
            title: item.label.clone(),
            note: item.detail.clone(),
            checked: (several && item.value.is_some()).then_some(item.marked),
        })
        .collect();
    let title = "Service sources";
    let (wide, rows) = size(screen, title, &items, 0);
    let wide = wide.max(HINT_CELLS).min(screen.width.saturating_sub(4));
    let hints = if several { &MARKED } else { &HINTS };
    let inside = boxed(scene, buffer, screen, (wide, rows + hint_rows(hints, wide)), title);
    let list = hinted(scene, hints, buffer, (screen, inside));
    chosen_from(scene, buffer, (screen, inside, list), &items, Some(picker.cursor), Manner::Tick);
}

/// Cells a list wants.
fn size(screen: Rect, title: &str, items: &[Item], more_rows: u16) -> (u16, u16) {
    let most = usize::from(screen.width.saturating_sub(8)).clamp(76, CELLS_MAX);
    let widest = items.iter().map(|item| width(&item.title) + width(&item.note) + 10).max().unwrap_or(0);
    (widest.max(width(title) + 4).clamp(30, most) as u16, items.len() as u16 + more_rows)
}

/// Whose it shall be: a name being typed over a list.
pub fn assign(
    scene: &Scene<'_>,
    about: &str,
    prompt: &AssignPrompt,
    buffer: &mut Buffer,
    screen: Rect,
) -> Option<Position> {
    let items: Vec<Item> = prompt
        .choices
        .iter()
        .map(|choice| match choice {
            Some(upn) => Item { title: safe(&Untrusted::new(upn.as_str())), note: "you".to_owned(), checked: None },
            None => Item { title: "nobody".to_owned(), ..Item::default() },
        })
        .collect();
    let title = format!("Owner of {about}");
    let inside = boxed(scene, buffer, screen, size(screen, &title, &items, 2), &title);
    let cursor = typed(scene, &prompt.line, buffer, top(inside, 1), "UPN ");
    let list = under_line(screen, inside);
    let chosen = prompt.line.text().is_empty().then_some(prompt.cursor);
    match chosen {
        Some(_) => chosen_from(scene, buffer, (screen, inside, list), &items, chosen, Manner::Take),
        // What is typed counts, and Enter takes that.
        None => drop(picker::draw(buffer, list, &items, chosen, scene.theme)),
    }
    cursor
}

/// Whose name is to be shown, under the reason that is being typed.
pub fn reveal(scene: &Scene<'_>, revealing: &Revealing, buffer: &mut Buffer, screen: Rect) -> Option<Position> {
    let item = |person: &usize| Item { title: scene.app.alias_of(*person), ..Item::default() };
    let items: Vec<Item> = revealing.people.iter().map(item).collect();
    let title = "Show the name for 5 minutes; it goes into the journal";
    let inside = boxed(scene, buffer, screen, size(screen, title, &items, 2), title);
    let cursor = typed(scene, &revealing.line, buffer, top(inside, 1), "why ");
    let list = under_line(screen, inside);
    chosen_from(scene, buffer, (screen, inside, list), &items, Some(revealing.cursor), Manner::Point);
    cursor
}

/// The line of an incident's tags.
pub fn tags(
    scene: &Scene<'_>,
    about: &str,
    line: &crate::app::line::Line,
    buffer: &mut Buffer,
    screen: Rect,
) -> Option<Position> {
    const HINTS: [&str; 2] = ["commas between", "what is taken out of the line is taken away"];
    let wide = 70.min(screen.width.saturating_sub(4));
    let rows = 2 + flowed(&HINTS, usize::from(wide)).len() as u16;
    let inside = boxed(scene, buffer, screen, (wide, rows), &format!("Tags of {about}"));
    let cursor = typed(scene, line, buffer, top(inside, 1), "");
    hinted(scene, &HINTS, buffer, (screen, inside));
    cursor
}

/// The words that a section is narrowed to, on the last row of the view: the section is seen to follow.
pub fn words(scene: &Scene<'_>, line: &crate::app::line::Line, buffer: &mut Buffer, screen: Rect) -> Option<Position> {
    let row = top(below(screen, screen.height.saturating_sub(1)), 1);
    for position in row.intersection(buffer.area).positions() {
        if let Some(cell) = buffer.cell_mut(position) {
            cell.reset();
        }
    }
    typed(scene, line, buffer, row, "/ ")
}

/// What the palette finds: commands with their keys, those that cannot be used now with why; views, people, incidents.
pub fn palette(scene: &Scene<'_>, palette: &Palette, buffer: &mut Buffer, screen: Rect) -> Option<Position> {
    let rows = (palette.matches.len() as u16).clamp(1, 14) + 2;
    let inside = boxed(scene, buffer, screen, (70, rows), "Find");
    let cursor = typed(scene, &palette.line, buffer, top(inside, 1), ": ");
    let list = under_line(screen, inside);
    if palette.matches.is_empty() {
        paragraph(buffer, list, "no command, view, person or incident is called that", scene.style(Role::Muted));
    }
    let items: Vec<Item> = palette.matches.iter().map(|found| found_item(scene, found)).collect();
    chosen_from(scene, buffer, (screen, inside, list), &items, Some(palette.cursor), Manner::Take);
    cursor
}

/// What the palette finds, line by line.
pub fn found_lines(scene: &Scene<'_>, palette: &Palette) -> Vec<String> {
    let items = palette.matches.iter().map(|found| found_item(scene, found));
    items.map(|item| format!("{}  {}", item.title, item.note).trim_end().to_owned()).collect()
}

fn found_item(scene: &Scene<'_>, found: &Found) -> Item {
    let (title, note) = match found {
        Found::Command(place) => match COMMANDS.get(*place) {
            Some(command) => {
                let key = |_| scene.key(command.id).unwrap_or_default();
                (command.help.to_owned(), (command.resolve)(scene.app).map_or_else(|refused| refused.why, key))
            }
            None => (String::new(), String::new()),
        },
        Found::View { name, filter } => {
            (format!("view {}", safe(&name.as_str().into())), safe(&filter.as_str().into()))
        }
        Found::Person(person) => (format!("user {}", safe(&person.label)), safe(&person.upn)),
        Found::Incident(id) => {
            let name = scene.app.store.incident(id).map(|entry| safe(&entry.incident.display_name));
            (format!("incident {id} {}", name.unwrap_or_default()), String::new())
        }
    };
    Item { title, note, checked: None }
}
