//! The workspace line by line: numbered rows, prompts, the same verbs; no alternate screen, no boxes, no cursor moves.
//! For screen readers, serial lines and terminals that cannot draw, and for scripts that speak to it through a pipe.
//!
//! A plan is written some seconds after `apply` is typed, and until then any line but `now` takes it back. Lines that come
//! through a pipe wait for nobody, so there it is written at once.

use super::input::Keyboard;
use super::keymap::Keymap;
use super::memory::ViewMemory;
use super::mouse::Spots;
use super::screen::{self, Scene};
use super::theme::Theme;
use super::{Performer, TuiError, backend, overlays};
use crate::app::command::{COMMANDS, Command};
use crate::app::notices::Notice;
use crate::app::overlay::{Picker, PlanPreview};
use crate::app::queue::Move;
use crate::app::store::{Progress, Store};
use crate::app::{Action, App, Effect, Event, Input, Key, Overlay, Remote, View};
use crate::base::Timestamp;
use crate::base::alias::{shown, through};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::io::{self, BufRead, IsTerminal, Write};
use std::ops::ControlFlow;
use std::process::ExitCode;
use tokio::sync::mpsc;

/// Rows of a queue that are printed at once.
const PAGE: usize = 20;
/// The size at which pages are laid out before they are printed as lines.
const SIZE: (u16, u16) = (100, 60);
/// What stands before a notice on a drawn screen.
const NOTICE: &str = "▌";

/// Runs the application line by line until it ends or the input does.
///
/// # Errors
/// Where output cannot be written.
pub async fn run(
    mut app: App,
    performer: impl Performer,
    mut events: mpsc::Receiver<Event>,
    keymap: Option<Keymap>,
) -> Result<ExitCode, TuiError> {
    if !io::stdin().is_terminal() {
        app.profile.grace_seconds = 0;
    }
    let keyboard = Keyboard::new(keymap.unwrap_or_else(Keymap::built_in));
    let mut face = Face { app, performer, keyboard, first: 0, told: Vec::new(), ended: None };
    let mut lines = lines();
    face.update(Event::Started);
    loop {
        while face.is_busy() && face.ended.is_none() {
            let Some(event) = events.recv().await else { break };
            face.update(event);
        }
        if let Some(code) = face.ended {
            return Ok(code);
        }
        face.show()?;
        say("> ")?;
        loop {
            tokio::select! {
                biased;
                Some(event) = events.recv() => {
                    let was_counting = face.is_counting_down();
                    face.update(event);
                    if was_counting && !face.is_counting_down() {
                        // The plan is on its way; what becomes of it is told.
                        break;
                    }
                }
                line = lines.recv() => {
                    let Some(line) = line else {
                        face.update(Event::Closing);
                        return Ok(face.ended.unwrap_or(ExitCode::SUCCESS));
                    };
                    face.take(line.trim());
                    break;
                }
            }
        }
    }
}

/// Lines of standard input, read on a thread of their own: a read cannot be given up.
fn lines() -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel(16);
    std::thread::spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            if sender.blocking_send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

fn say(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(shown(text).as_bytes())?;
    out.flush()
}

/// Says why a line did nothing. Output that fails is noticed at the next prompt.
fn complain(why: &str) {
    drop(say(&format!("{why}\n")));
}

struct Face<P> {
    app: App,
    performer: P,
    keyboard: Keyboard,
    /// The first row of the queue that is printed.
    first: usize,
    /// Notices that were printed.
    told: Vec<Notice>,
    ended: Option<ExitCode>,
}

impl<P: Performer> Face<P> {
    fn update(&mut self, event: Event) {
        let mut effects = self.app.update(event, Timestamp::now());
        // There is no clipboard: what is copied is printed.
        effects.retain(|effect| match effect {
            Effect::Copy(text) | Effect::Notify(text) => say(&format!("{text}\n")).is_err(),
            _ => true,
        });
        if let ControlFlow::Break(code) = self.performer.perform(effects) {
            self.ended = Some(code);
        }
    }

    fn act(&mut self, action: Action) {
        self.update(Event::Action(action));
    }

    fn press(&mut self, key: Key, ctrl: bool) {
        self.update(Event::Input(Input { key, ctrl, shift: false }));
    }

    /// Whether something is under way whose end is worth waiting for.
    fn is_busy(&self) -> bool {
        let app = &self.app;
        let is_old = |fetch: &Remote<Progress>| fetch.is_loading() && fetch.stale_since().is_some();
        app.awaits_first_data()
            || is_old(&app.store.incidents_fetch)
            || is_old(&app.store.alerts_fetch)
            || app.applying.is_some()
            || app.undoing.is_some()
            || (app.view == View::Incident && app.incident.as_ref().is_some_and(|page| page.fetch.is_loading()))
            || (app.view == View::Hunt && app.hunt.outcome.is_loading())
    }

    /// Whether a plan is about to be written and can still be taken back.
    fn is_counting_down(&self) -> bool {
        matches!(self.app.overlays.last(), Some(Overlay::Plan(preview)) if preview.seconds_left.is_some())
    }

    /// Does what a line says.
    fn take(&mut self, line: &str) {
        match self.app.overlays.last() {
            None => self.take_verb(line),
            Some(Overlay::Plan(_)) if self.is_counting_down() => match line {
                "now" => self.press(Key::Enter, false),
                // Whoever types something else thinks again, or believes it written already: neither may be wrong.
                _ => self.act(Action::CloseOverlay),
            },
            Some(Overlay::Plan(_)) => match line {
                "apply" | "yes" => self.press(Key::Enter, false),
                "dismiss" => self.press(Key::Char('D'), false),
                "reason" => self.press(Key::Char('m'), false),
                _ => self.act(Action::CloseOverlay),
            },
            Some(Overlay::Comment(..) | Overlay::Write(..) | Overlay::Note(..)) => match line {
                "" => self.act(Action::CloseOverlay),
                text => {
                    self.press(Key::Paste(text.to_owned()), false);
                    self.press(Key::Char('s'), true);
                }
            },
            Some(Overlay::Reveal(_)) if line.is_empty() => self.act(Action::CloseOverlay),
            Some(Overlay::Filter(_) | Overlay::Tags(..) | Overlay::Words(..) | Overlay::Reveal(_)) => {
                self.press(Key::Char('u'), true);
                self.press(Key::Paste(line.to_owned()), false);
                self.press(Key::Enter, false);
            }
            Some(Overlay::Results(_)) => match line {
                "theirs" => self.press(Key::Char('t'), false),
                "ours" => self.press(Key::Char('o'), false),
                "go" => self.press(Key::Enter, false),
                _ => self.act(Action::CloseOverlay),
            },
            Some(Overlay::Message(_) | Overlay::Help { .. } | Overlay::Columns(_) | Overlay::Doctor(_)) => {
                self.act(Action::CloseOverlay);
                if !line.is_empty() {
                    self.take_verb(line);
                }
            }
            Some(_) => self.choose(line),
        }
    }

    /// Takes the numbered choice, or what was typed where a name can be.
    fn choose(&mut self, line: &str) {
        let number = line.parse::<usize>().ok().filter(|number| *number > 0);
        match (self.app.overlays.last_mut(), number) {
            (_, None) if line.is_empty() => return self.act(Action::CloseOverlay),
            (Some(Overlay::Assign(_, prompt)), Some(number)) => prompt.cursor = number - 1,
            (Some(Overlay::Assign(..) | Overlay::Palette(_)), None) => self.press(Key::Paste(line.to_owned()), false),
            (Some(overlay), Some(number)) => {
                if let Some(cursor) = cursor(overlay) {
                    *cursor = number - 1;
                }
            }
            (_, None) => return,
            (None, _) => {}
        }
        self.press(Key::Enter, false);
    }

    /// Does a verb: a command's id or title, or the start of one; a number before it says which row.
    fn take_verb(&mut self, line: &str) {
        let (number, verb) = match line.split_once(' ') {
            Some((first, rest)) if first.parse::<usize>().is_ok() => (first.parse().ok(), rest.trim()),
            _ if line.parse::<usize>().is_ok() => (line.parse().ok(), "open"),
            _ => (None, line),
        };
        if let Some(number) = number {
            self.act(Action::Move(Move::First));
            self.act(Action::Move(Move::By(isize::try_from(usize::saturating_sub(number, 1)).unwrap_or(isize::MAX))));
        }
        match verb {
            "" | "list" => self.first = 0,
            "more" => self.first += PAGE,
            "help" | "?" => self.print_verbs(),
            verb => match self.command(verb) {
                Ok(command) => match (command.resolve)(&self.app) {
                    Ok(action) => self.act(action),
                    Err(refused) => complain(&refused.why),
                },
                Err(why) => complain(&why),
            },
        }
    }

    /// The command that `verb` names in this view.
    fn command(&self, verb: &str) -> Result<&'static Command, String> {
        let scopes = self.app.scopes_below_overlays();
        let here = || COMMANDS.iter().filter(|command| scopes.contains(&command.scope));
        if let Some(exact) = here().find(|command| command.id == verb || command.title == verb) {
            return Ok(exact);
        }
        let started: Vec<&Command> = here().filter(|command| command.title.starts_with(verb)).collect();
        match &started[..] {
            [only] => Ok(only),
            [] => Err(format!("{verb:?} is no verb here; help lists them")),
            several => {
                let titles: Vec<&str> = several.iter().map(|command| command.title).collect();
                Err(format!("{verb:?} may be {}", titles.join(", ")))
            }
        }
    }

    fn print_verbs(&self) {
        let scopes = self.app.scopes_below_overlays();
        let mut text =
            "A number opens that row; a number and a verb do it there; list and more print rows.\n".to_owned();
        for command in COMMANDS.iter().filter(|command| scopes.contains(&command.scope)) {
            text.extend([command.title, ": ", command.help, "\n"]);
        }
        drop(say(&text));
    }

    /// Prints what is new: notices, then the overlay that asks something, else the view.
    fn show(&mut self) -> io::Result<()> {
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
        let ask = match overlay {
            Overlay::Plan(PlanPreview { seconds_left: Some(seconds), .. }) => {
                return say(&format!("written in {seconds} s; now does not wait, anything else takes it back\n"));
            }
            Overlay::Plan(PlanPreview { plan, .. }) if plan.wants_consent() => {
                "dismiss writes the dismissal without a decision, reason adds one; anything else drops it"
            }
            Overlay::Plan(PlanPreview { plan, .. }) if plan.is_applicable() => {
                "apply writes it if nobody changed it meanwhile, reason adds one; anything else drops it"
            }
            Overlay::Plan(_) => "it cannot be written so; anything goes back",
            Overlay::Comment(..) | Overlay::Write(..) | Overlay::Note(..) => "type it in one line; nothing drops it",
            Overlay::Filter(prompt) => return say(&format!("filter now: {}\ntype the new one\n", prompt.before.text)),
            Overlay::Tags(..) => "type all tags, commas between",
            Overlay::Reveal(_) => "type why the first name is to be shown; nothing closes it",
            Overlay::Words(..) => "type the words that facts must hold; nothing shows all",
            Overlay::Results(_) => "theirs, ours, go; anything else leaves it",
            Overlay::Message(_) | Overlay::Help { .. } | Overlay::Columns(_) | Overlay::Doctor(_) => "any verb goes on",
            Overlay::Assign(..) => "type a number or a name; nothing closes it",
            _ => "type a number; nothing closes it",
        };
        let choices = choices(overlay);
        let text = if let Overlay::Plan(preview) = overlay {
            self.plan(preview)
        } else if choices.is_empty() {
            self.drawn(Some(overlay))
        } else {
            let numbered =
                choices.iter().zip(1..).map(|(choice, number): (&String, usize)| format!("{number}. {choice}"));
            numbered.collect::<Vec<_>>().join("\n") + "\n"
        };
        say(&format!("{text}{ask}\n"))
    }

    fn show_view(&mut self) -> io::Result<()> {
        let app = &self.app;
        let (queue, fetch, noun) = match app.view {
            View::Incidents => (&app.incidents, &app.store.incidents_fetch, "incidents"),
            View::Alerts => (&app.alerts, &app.store.alerts_fetch, "alerts"),
            _ => return say(&self.drawn(None)),
        };
        let rows = queue.rows();
        self.first = if self.first < rows.len() { self.first } else { 0 };
        let filter = if queue.filter.text.is_empty() { "none" } else { &queue.filter.text };
        let mut text = format!("{} {noun}, filter {filter}, by {}\n", queue.matched(), queue.sort.title());
        if let Some(at) = fetch.stale_since() {
            text.extend(["as last seen, stale since ", &*at.to_seconds_text(), " UTC\n"]);
        }
        for (place, row) in rows.iter().enumerate().skip(self.first).take(PAGE) {
            let told = if app.view == View::Incidents {
                incident(&app.store, row.index)
            } else {
                alert(&app.store, row.index)
            };
            let mark = if place == queue.cursor() { ", here" } else { "" };
            let number = (place + 1).to_string();
            text.extend([&*number, ". ", &*told.unwrap_or_default(), mark, "\n"]);
        }
        if self.first + PAGE < rows.len() {
            text.extend([&*(rows.len() - self.first - PAGE).to_string(), " more\n"]);
        }
        say(&text)
    }

    /// A plan, without the keys that a screen takes for it.
    fn plan(&self, preview: &PlanPreview) -> String {
        let (theme, spots) = (Theme::plain(), Spots::default());
        let (app, now) = (&self.app, Timestamp::now());
        let scene = Scene { app, theme: &theme, keyboard: &self.keyboard, now, sparing: false, spots: &spots };
        let lines = overlays::plan_lines(&scene, preview, usize::from(SIZE.0));
        let mut buffer = Buffer::with_lines(lines);
        let rows: Vec<u16> = (0..buffer.area.height).collect();
        text(&mut buffer, &rows)
    }

    /// The view, or an overlay over it, laid out and taken apart into lines without boxes.
    fn drawn(&self, overlay: Option<&Overlay>) -> String {
        let theme = Theme::plain();
        let (app, now) = (&self.app, Timestamp::now());
        let spots = Spots::default();
        let scene = Scene { app, theme: &theme, keyboard: &self.keyboard, now, sparing: false, spots: &spots };
        let area = Rect::new(0, 0, SIZE.0, SIZE.1);
        let mut buffer = Buffer::empty(area);
        match overlay {
            Some(overlay) => {
                overlays::draw(&scene, overlay, &mut buffer, area);
            }
            None => {
                screen::draw(&scene, &mut ViewMemory::default(), &mut buffer);
            }
        }
        // Header and footer are for keys; notices are printed by themselves.
        let rows = if overlay.is_some() { 0..area.height } else { 1..area.height - 1 };
        let rows: Vec<u16> = rows.filter(|y| !symbols(&buffer, *y).contains(NOTICE)).collect();
        text(&mut buffer, &rows)
    }
}

fn symbols(buffer: &Buffer, y: u16) -> String {
    (0..buffer.area.width).filter_map(|x| buffer.cell((x, y))).map(ratatui::buffer::Cell::symbol).collect()
}

/// What stands on `rows`, made ASCII, without the lines of boxes.
fn text(buffer: &mut Buffer, rows: &[u16]) -> String {
    backend::to_ascii(buffer);
    let mut text = String::new();
    for y in rows {
        let row = symbols(buffer, *y);
        let row = row.trim_matches(|c: char| c.is_whitespace() || matches!(c, '|' | '+' | '-'));
        if !row.is_empty() {
            text.push_str(row);
            text.push('\n');
        }
    }
    text
}

/// The cursor of an overlay that is a list.
fn cursor(overlay: &mut Overlay) -> Option<&mut usize> {
    Some(match overlay {
        Overlay::Sources(picker) => &mut picker.cursor,
        Overlay::Entities(picker) => &mut picker.cursor,
        Overlay::Pivots(_, picker) => &mut picker.cursor,
        Overlay::Status(_, picker) => &mut picker.cursor,
        Overlay::Severity(_, picker) => &mut picker.cursor,
        Overlay::Texts(_, picker) => &mut picker.cursor,
        Overlay::Classification(_, _, picker) => &mut picker.cursor,
        Overlay::Determination(_, _, _, picker) => &mut picker.cursor,
        Overlay::Macros(_, picker) | Overlay::Views(picker) | Overlay::History(picker) => &mut picker.cursor,
        Overlay::Responses(picker) => &mut picker.cursor,
        _ => return None,
    })
}

/// The choices of an overlay that is a list.
fn choices(overlay: &Overlay) -> Vec<String> {
    fn of<T>(picker: &Picker<T>) -> Vec<String> {
        let label =
            |item: &crate::app::overlay::Item<T>| format!("{}  {}", item.label, item.detail).trim_end().to_owned();
        picker.items.iter().map(label).collect()
    }
    match overlay {
        Overlay::Sources(picker) => of(picker),
        Overlay::Entities(picker) => of(picker),
        Overlay::Pivots(_, picker) => of(picker),
        Overlay::Status(_, picker) => of(picker),
        Overlay::Severity(_, picker) => of(picker),
        Overlay::Texts(_, picker) => of(picker),
        Overlay::Classification(_, _, picker) => of(picker),
        Overlay::Determination(_, _, _, picker) => of(picker),
        Overlay::Macros(_, picker) | Overlay::Views(picker) | Overlay::History(picker) => of(picker),
        Overlay::Responses(picker) => of(picker),
        Overlay::Assign(_, prompt) => {
            prompt.choices.iter().map(|choice| choice.clone().unwrap_or_else(|| "nobody".to_owned())).collect()
        }
        _ => Vec::new(),
    }
}

fn incident(store: &Store, index: usize) -> Option<String> {
    let entry = store.incident_at(index)?;
    let incident = &entry.incident;
    let person = entry.people.first().map(|person| format!(", {}", person.label.line())).unwrap_or_default();
    let owner = incident.assigned_to.as_ref().map_or("nobody".into(), |owner| owner.line());
    let (severity, status) = (incident.severity.title(), incident.status.title());
    Some(format!("{} {}{person}, {severity}, {status}, owner {owner}", incident.id, incident.display_name.line()))
}

fn alert(store: &Store, index: usize) -> Option<String> {
    let entry = store.alert_at(index)?;
    let alert = &entry.alert;
    let person = entry.people.first().map(|person| format!(", {}", person.label.line())).unwrap_or_default();
    let incident = alert.incident_id.as_deref().unwrap_or("none");
    let (severity, status) = (alert.severity.title(), alert.status.title());
    let source = alert.service_source.badge();
    Some(format!("{source} {}{person}, {severity}, {status}, incident {incident}", alert.title.line()))
}
