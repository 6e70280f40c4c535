//! Finding anything by name: commands, views, people, incidents.

use super::action::Tab;
use super::command::{COMMANDS, Scope};
use super::fuzzy;
use super::line::Line;
use super::notices::NoticeKind;
use super::{App, Cx};
use crate::triage::{Filter, Person};
use std::cmp::Reverse;

/// The most that is found at once.
const FOUND_MAX: usize = 60;
/// The fewest letters for which people and incidents are looked through.
const LETTERS_MIN: usize = 2;

/// What was typed, and what it finds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Palette {
    /// What was typed.
    pub line: Line,
    /// What it finds, best first.
    pub matches: Vec<Found>,
    /// Under the cursor.
    pub cursor: usize,
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// The command at this place of [`COMMANDS`].
    Command(usize),
    /// A filter that has a name.
    View {
        /// Its name.
        name: String,
        /// The filter's text.
        filter: String,
    },
    /// A person whom alerts name.
    Person(Person),
    /// The incident of this id.
    Incident(Box<str>),
}

impl Palette {
    /// What `line` finds. Of commands those of the view on screen; without anything typed, commands alone.
    pub(super) fn matching(line: Line, app: &App) -> Self {
        let typed = app.pseudonyms.open(line.text()).to_lowercase();
        let mut found: Vec<(Reverse<i32>, usize, Found)> = Vec::new();
        let mut add = |text: &str, bonus: i32, what: &dyn Fn() -> Found| {
            if let Some(points) = fuzzy::score(&typed, text) {
                found.push((Reverse(points + bonus), found.len(), what()));
            }
        };
        let scopes = app.scopes_below_overlays();
        for (place, command) in COMMANDS.iter().enumerate() {
            if scopes.contains(&command.scope) && command.scope != Scope::Overlay {
                let text = format!("{} {} {}", command.title, command.help, command.id).to_lowercase();
                add(&text, 20, &|| Found::Command(place));
            }
        }
        if !typed.trim().is_empty() {
            for (name, filter) in app.views() {
                add(&name.to_lowercase(), 10, &|| Found::View { name: name.clone(), filter: filter.clone() });
            }
        }
        if typed.trim().len() >= LETTERS_MIN {
            let faces = app.pseudonyms.faces();
            let (mut known, mut shown): (Vec<Person>, String) = Default::default();
            for (index, entry) in app.store.incidents().enumerate() {
                app.store.write_shown(index, &mut shown);
                add(&shown, -40, &|| Found::Incident(entry.incident.id.clone()));
                for person in &**entry.people {
                    let alias = faces.as_ref().map(|aliases| aliases.show(person.upn.raw())).unwrap_or_default();
                    let name = format!("{} {} {alias}", person.label.raw(), person.upn.raw()).to_lowercase();
                    if fuzzy::score(&typed, &name).is_some() && !known.iter().any(|other| other.is(person)) {
                        add(&name, 15, &|| Found::Person(person.clone()));
                        known.push(person.clone());
                    }
                }
            }
        }
        found.sort_by_key(|(points, place, _)| (*points, *place));
        let matches = found.into_iter().take(FOUND_MAX).map(|(_, _, found)| found).collect();
        Self { line, matches, cursor: 0 }
    }
}

impl App {
    /// Does the command, shows the view or opens the page that is under the cursor of the palette.
    pub(super) fn take_found(&mut self, palette: &Palette, cx: &mut Cx<'_>) {
        self.overlays.pop();
        match palette.matches.get(palette.cursor) {
            Some(Found::Command(place)) => match COMMANDS.get(*place).map(|command| (command.resolve)(self)) {
                Some(Ok(action)) => self.act(action, cx),
                Some(Err(refused)) => self.notices.show(NoticeKind::Warning, refused.why, cx),
                None => {}
            },
            Some(Found::View { filter, .. }) => {
                if self.queue().is_none() {
                    self.show(Tab::Incidents);
                }
                self.set_filter(Filter::parse(filter), cx);
            }
            Some(Found::Person(person)) => self.open_person(person.clone(), cx),
            Some(Found::Incident(id)) => self.open_incident(id, None, cx),
            None => {}
        }
    }
}
