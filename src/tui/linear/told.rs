//! What is printed: notices, then the overlay that asks something, else the view.

use super::asked::{ask, choices};
use super::page::{self, Lines};
use super::{Face, PAGE, say};
use crate::app::command::{COMMANDS, Command};
use crate::app::overlay::{Message, PlanPreview};
use crate::app::store::Store;
use crate::app::{Action, App, Event, Overlay, Pane, Scope, View};
use crate::base::Timestamp;
use crate::base::alias::through;
use crate::tui::memory::ViewMemory;
use crate::tui::mouse::Spots;
use crate::tui::screen::{self, Scene};
use crate::tui::theme::Theme;
use crate::tui::{Performer, overlays};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::io;

/// The size at which pages are laid out before they are printed as lines: as wide as keeps their parts below each other.
const SIZE: (u16, u16) = (132, 60);
/// Rows of an overlay that are printed at most: all that it has.
const ALL: u16 = 2_000;

impl<P: Performer> Face<P> {
    /// Prints what is new.
    pub(super) fn show(&mut self) -> io::Result<()> {
        through(self.app.pseudonyms.faces(), || self.tell())
    }

    fn tell(&mut self) -> io::Result<()> {
        let notices = self.app.notices.all().to_vec();
        for notice in notices.iter().filter(|notice| !self.told.contains(notice)) {
            say(&format!("{}\n", notice.text))?;
        }
        self.told = notices;
        match self.app.overlays.last() {
            Some(overlay) => self.show_overlay(overlay),
            None => self.show_view(),
        }
    }

    fn show_overlay(&self, overlay: &Overlay) -> io::Result<()> {
        if let Overlay::Plan(PlanPreview { seconds_left: Some(seconds), .. }) = overlay {
            return say(&format!("written in {seconds} s; now does not wait, anything else takes it back\n"));
        }
        let text = match overlay {
            Overlay::Plan(preview) => self.plan(preview),
            Overlay::Help { .. } => self.verbs(),
            Overlay::Filter(prompt) => format!("filter now: {}\n", prompt.before.text),
            overlay => match self.choices() {
                none if none.is_empty() => self.overlay(overlay).text,
                choices => {
                    let numbered = |(choice, number): (&String, usize)| format!("{number}. {choice}");
                    choices.iter().zip(1..).map(numbered).collect::<Vec<_>>().join("\n") + "\n"
                }
            },
        };
        say(&format!("{text}{}\n", ask(overlay)))
    }

    fn show_view(&mut self) -> io::Result<()> {
        if matches!(self.app.view, View::Incidents | View::Alerts) {
            self.follow_rows(PAGE);
            return self.show_queue();
        }
        if self.app.focused() == Some(Pane::Editor) {
            // No key is text here, so the verbs are those of both halves.
            self.act(Action::Focus(Pane::Results));
        }
        let (page, rows) = self.page();
        self.numbers.begin(self.app.view, true);
        page.numbers.iter().for_each(|number| self.numbers.add(*number, ""));
        self.follow_rows(rows);
        let query = match (self.app.view, self.app.hunt.editor.text()) {
            (View::Hunt, text) if !text.trim().is_empty() => {
                let safe = crate::base::Untrusted::new(text);
                format!("query:\n{}\n", safe.block())
            }
            _ => String::new(),
        };
        // The rows of another result are other rows, however alike.
        let result = self.app.hunt.outcome.fetched_at();
        let place = format!("{:?} {:?} {result:?}", self.app.view, self.app.breadcrumbs());
        say(&self.printed.news(place, &format!("{query}{}", page.text)))
    }

    /// Tells how many rows are printed at once, for moves by a page.
    fn follow_rows(&mut self, rows: usize) {
        let rows = rows.max(1);
        if rows != self.app.page_rows {
            self.update(Event::Resized { rows });
        }
    }

    fn show_queue(&mut self) -> io::Result<()> {
        let app = &self.app;
        let is_incidents = app.view == View::Incidents;
        let (queue, fetch, noun) = if is_incidents {
            (&app.incidents, &app.store.incidents_fetch, "incidents")
        } else {
            (&app.alerts, &app.store.alerts_fetch, "alerts")
        };
        let rows = queue.rows();
        self.first = if self.first < rows.len() { self.first } else { 0 };
        let filter = if queue.filter.text.is_empty() { "none" } else { &queue.filter.text };
        let heading = format!("{} {noun}, filter {filter}, by {}\n", queue.matched(), queue.sort.title());
        let (place, mut text) = (format!("{heading} {}", self.first), heading);
        if let Some(at) = fetch.stale_since() {
            text.extend(["as last seen, stale since ", &*at.to_seconds_text(), " UTC\n"]);
        }
        self.numbers.begin(app.view, false);
        for (place, row) in rows.iter().enumerate().skip(self.first).take(PAGE) {
            let told = if is_incidents { incident(&app.store, row.index) } else { alert(&app.store, row.index) };
            let Some((id, told)) = told else { continue };
            self.numbers.add(place + 1, id);
            let mark = if queue.marks.contains(id) { ", marked" } else { "" };
            let here = if place == queue.cursor() { ", here" } else { "" };
            let number = (place + 1).to_string();
            text.extend([&*number, ". ", &*told, mark, here, "\n"]);
        }
        if self.first + PAGE < rows.len() {
            text.extend([&*(rows.len() - self.first - PAGE).to_string(), " more\n"]);
        }
        say(&self.printed.news(place, &text))
    }

    /// The verbs of the view, and what they do.
    pub(super) fn verbs(&self) -> String {
        let mut text =
            "A number opens that row; a number and a verb do it there; list and more print rows. The start of a \
                        verb does, where it is of no other; so do the keys of a screen.\n"
                .to_owned();
        if self.app.view == View::Hunt {
            text.push_str("query: Make what follows it in the line the query\n");
        }
        let known = commands(&self.app);
        for command in &known {
            // Of two with one title, it means the inner one.
            let first = known.iter().find(|other| other.title == command.title);
            let name = if first.is_some_and(|first| first.id == command.id) { command.title } else { command.id };
            text.extend([name, ": ", command.help, "\n"]);
        }
        text
    }

    /// What the topmost overlay offers, where it is a list.
    pub(super) fn choices(&self) -> Vec<String> {
        let offered = |overlay| self.with_scene(&Spots::default(), |scene| choices(scene, overlay));
        self.app.overlays.last().map(offered).unwrap_or_default()
    }

    fn with_scene<T>(&self, spots: &Spots, draw: impl FnOnce(&Scene<'_>) -> T) -> T {
        let theme = Theme::plain();
        let (app, now) = (&self.app, Timestamp::now());
        draw(&Scene { app, theme: &theme, keyboard: &self.keyboard, now, sparing: false, spots })
    }

    /// A plan, without the keys that a screen takes for it.
    fn plan(&self, preview: &PlanPreview) -> String {
        let lines =
            self.with_scene(&Spots::default(), |scene| overlays::plan_lines(scene, preview, usize::from(SIZE.0)));
        let mut buffer = Buffer::with_lines(lines);
        let rows = (0, buffer.area.height);
        page::lines(&mut buffer, rows, &Spots::default(), None, self.ascii).text
    }

    /// An overlay, whole.
    fn overlay(&self, overlay: &Overlay) -> Lines {
        let spots = Spots::recording();
        let area = Rect::new(0, 0, SIZE.0, ALL);
        let mut buffer = Buffer::empty(area);
        self.with_scene(&spots, |scene| match overlay {
            // How a screen hides it is said by what is asked here.
            Overlay::Message(message) if message.is_sign_in() => {
                let lines = message.lines.iter().take_while(|line| !line.is_empty()).cloned().collect();
                overlays::draw(scene, &Overlay::Message(Message::new(&*message.title, lines)), &mut buffer, area)
            }
            overlay => overlays::draw(scene, overlay, &mut buffer, area),
        });
        page::lines(&mut buffer, (0, ALL), &spots, None, self.ascii)
    }

    /// The view, and how many rows its list shows.
    fn page(&self) -> (Lines, usize) {
        let spots = Spots::recording();
        let mut buffer = Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1));
        let drawn = self.with_scene(&spots, |scene| screen::draw(scene, &mut ViewMemory::default(), &mut buffer));
        // Header and footer are for keys.
        let mut told = page::lines(&mut buffer, (1, SIZE.1 - 1), &spots, self.app.focused(), self.ascii);
        let hidden = self.app.focused().map_or(0, |pane| spots.hidden(pane));
        if hidden > 0 && !told.numbers.is_empty() {
            told.text.extend([&*hidden.to_string(), " more; page down goes on\n"]);
        }
        (told, drawn.page_rows)
    }
}

/// The commands that are verbs in the view: what is done to a record, then innermost first.
pub fn commands(app: &App) -> Vec<&'static Command> {
    let scopes = app.scopes_below_overlays();
    // There is no mouse.
    let known = COMMANDS.iter().filter(|command| command.id != "mouse" && scopes.contains(&command.scope));
    let mut known: Vec<&Command> = known.collect();
    // `user` and `hunt` are about the record at hand, before what a page calls so too.
    let place = |command: &&Command| scopes.iter().position(|scope| *scope == command.scope);
    known.sort_by_key(|command| (command.scope != Scope::Triage, place(command)));
    known
}

fn incident(store: &Store, index: usize) -> Option<(&str, String)> {
    let entry = store.incident_at(index)?;
    let incident = &entry.incident;
    let person = entry.people.first().map(|person| format!(", {}", person.label.line())).unwrap_or_default();
    let owner = incident.assigned_to.as_ref().map_or("nobody".into(), |owner| owner.line());
    let (severity, status) = (incident.severity.title(), incident.status.title());
    let told = format!("{} {}{person}, {severity}, {status}, owner {owner}", incident.id, incident.display_name.line());
    Some((&incident.id, told))
}

fn alert(store: &Store, index: usize) -> Option<(&str, String)> {
    let entry = store.alert_at(index)?;
    let alert = &entry.alert;
    let person = entry.people.first().map(|person| format!(", {}", person.label.line())).unwrap_or_default();
    let incident = alert.incident_id.as_deref().unwrap_or("none");
    let (severity, status) = (alert.severity.title(), alert.status.title());
    let source = alert.service_source.badge();
    let told = format!("{source} {}{person}, {severity}, {status}, incident {incident}", alert.title.line());
    Some((&alert.id, told))
}
