//! From what the terminal sends to what the application is told.

use super::keymap::{Chord, Keymap, Match, macro_of};
use crate::app::command::{Unavailable, command};
use crate::app::{Action, App, Event, Input, Key, Scope};
use crossterm::event::{Event as TerminalEvent, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// The scope's name in key map files.
pub const fn scope_name(scope: Scope) -> &'static str {
    match scope {
        Scope::Global => "global",
        Scope::List => "list",
        Scope::Queue => "queue",
        Scope::Triage => "triage",
        Scope::Incident => "incident",
        Scope::User => "user",
        Scope::Hunt => "hunt",
        Scope::Results => "results",
        Scope::Overlay => "overlay",
    }
}

/// The names of the scopes whose keys work now, innermost first.
pub fn scope_names(app: &App) -> Vec<&'static str> {
    app.scopes().iter().map(|scope| scope_name(*scope)).collect()
}

/// What a terminal event comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// Tell the application.
    Event(Event),
    /// The terminal has another size.
    Resized,
    /// Nothing to tell; the footer may have changed.
    Nothing,
}

/// A key with Alt as Escape and that key. A link that delivers the two together makes them look like one, and nothing
/// here needs Alt.
pub fn apart(event: TerminalEvent) -> impl Iterator<Item = TerminalEvent> {
    let (escape, event) = match event {
        TerminalEvent::Key(key) if key.modifiers.contains(KeyModifiers::ALT) => {
            let alone = KeyEvent { modifiers: key.modifiers.difference(KeyModifiers::ALT), ..key };
            let escape = KeyEvent { code: KeyCode::Esc, modifiers: KeyModifiers::NONE, ..key };
            (Some(TerminalEvent::Key(escape)), TerminalEvent::Key(alone))
        }
        other => (None, other),
    };
    escape.into_iter().chain([event])
}

/// The keyboard: the key map, the keys of a sequence so far, and why the last key did nothing.
#[derive(Clone, Debug, Default)]
pub struct Keyboard {
    keymap: Keymap,
    pending: Vec<Chord>,
    /// Whether somebody hesitates amid a sequence.
    is_paused: bool,
    refusal: Option<String>,
    /// Whether commands are typed by their titles, so that those are named in place of keys.
    is_spoken: bool,
}

impl Keyboard {
    /// A keyboard with these bindings.
    pub fn new(keymap: Keymap) -> Self {
        Self { keymap, ..Self::default() }
    }

    /// One at which the titles of commands are typed.
    pub fn spoken(keymap: Keymap) -> Self {
        Self { is_spoken: true, ..Self::new(keymap) }
    }

    /// Whether commands are typed by their titles.
    pub fn is_spoken(&self) -> bool {
        self.is_spoken
    }

    /// The bindings.
    pub fn keymap(&self) -> &Keymap {
        &self.keymap
    }

    /// Whether a sequence is begun and nobody was told how it may go on.
    pub fn is_waiting(&self) -> bool {
        !self.pending.is_empty() && !self.is_paused
    }

    /// Somebody hesitates: say how the sequence may go on.
    pub fn pause(&mut self) {
        self.is_paused = true;
    }

    /// How the sequence may go on, with what that does; nothing unless somebody hesitates.
    pub fn continuations(&self, app: &App) -> Vec<(String, &'static str)> {
        if self.pending.is_empty() || !self.is_paused {
            return Vec::new();
        }
        let mut found: Vec<(String, &'static str)> = Vec::new();
        for scope in scope_names(app) {
            let bindings = self.keymap.bindings().iter().filter(|binding| binding.scope == scope);
            for binding in bindings.filter(|binding| binding.keys.len() > self.pending.len()) {
                if binding.keys.starts_with(&self.pending)
                    && let Some(command) = command(&binding.command)
                    && found.iter().all(|(keys, _)| *keys != binding.keys_text())
                {
                    found.push((binding.keys_text(), command.title));
                }
            }
        }
        found
    }

    /// What the footer says of the keyboard: an unfinished sequence, or why the last key did nothing.
    pub fn note(&self) -> Option<String> {
        if self.pending.is_empty() {
            return self.refusal.clone();
        }
        let keys: Vec<String> = self.pending.iter().map(ToString::to_string).collect();
        Some(format!("{} …", keys.join(" ")))
    }

    /// Forgets a sequence that was begun, and why the last key did nothing.
    pub fn forget(&mut self) {
        self.pending.clear();
        (self.refusal, self.is_paused) = (None, false);
    }

    /// What the command `id` comes to, as if its key had been pressed.
    pub fn command(&mut self, app: &App, id: &str) -> Heard {
        self.forget();
        resolve(app, id).unwrap_or_else(|unavailable| {
            self.refusal = Some(unavailable.why);
            Heard::Nothing
        })
    }

    /// What `event` comes to in this state of the application.
    pub fn hear(&mut self, app: &App, event: TerminalEvent) -> Heard {
        match event {
            TerminalEvent::Key(key) if key.kind != KeyEventKind::Release => self.key(app, key),
            TerminalEvent::Paste(text) if app.takes_text() => {
                Heard::Event(Event::Input(Input::plain(Key::Paste(text))))
            }
            TerminalEvent::Resize(..) => Heard::Resized,
            TerminalEvent::Key(_)
            | TerminalEvent::Paste(_)
            | TerminalEvent::Mouse(_)
            | TerminalEvent::FocusGained
            | TerminalEvent::FocusLost => Heard::Nothing,
        }
    }

    fn key(&mut self, app: &App, key: KeyEvent) -> Heard {
        (self.refusal, self.is_paused) = (None, false);
        let chord = Chord::of(key);
        let typing = app.takes_text();
        if typing && chord.is_text() {
            self.pending.clear();
            return text_input(key);
        }
        self.pending.push(chord);
        match self.keymap.resolve(&scope_names(app), &self.pending) {
            Match::Command(id) => {
                let id = id.to_owned();
                self.command(app, &id)
            }
            Match::Pending if !typing => Heard::Nothing,
            Match::Pending | Match::None => {
                self.pending.clear();
                if typing { text_input(key) } else { Heard::Nothing }
            }
        }
    }
}

fn resolve(app: &App, id: &str) -> Result<Heard, Unavailable> {
    if let Some(name) = macro_of(id) {
        return app.can_write().map(|()| Heard::Event(Event::Action(Action::Macro(name.to_owned()))));
    }
    match command(id) {
        Some(command) => (command.resolve)(app).map(|action| Heard::Event(Event::Action(action))),
        None => Err(Unavailable { why: format!("the key map names no command of this version: {id}") }),
    }
}

/// A key for an editor or a prompt.
fn text_input(key: KeyEvent) -> Heard {
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    let shift = key.modifiers.contains(KeyModifiers::SHIFT);
    // What old terminals send for Backspace.
    if ctrl && key.code == KeyCode::Char('h') {
        return Heard::Event(Event::Input(Input::plain(Key::Backspace)));
    }
    let key = match key.code {
        KeyCode::Char(character) => Key::Char(character),
        KeyCode::Enter => Key::Enter,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Esc => Key::Esc,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        _ => return Heard::Nothing,
    };
    Heard::Event(Event::Input(Input { key, ctrl, shift }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{COMMANDS, View, action::Tab};
    use std::collections::BTreeSet;

    const SCOPES: [Scope; 9] = [
        Scope::Global,
        Scope::List,
        Scope::Queue,
        Scope::Triage,
        Scope::Incident,
        Scope::User,
        Scope::Hunt,
        Scope::Results,
        Scope::Overlay,
    ];

    fn press(keyboard: &mut Keyboard, app: &App, code: KeyCode, modifiers: KeyModifiers) -> Heard {
        keyboard.hear(app, TerminalEvent::Key(KeyEvent::new(code, modifiers)))
    }

    fn letter(keyboard: &mut Keyboard, app: &App, letter: char) -> Heard {
        press(keyboard, app, KeyCode::Char(letter), KeyModifiers::NONE)
    }

    #[test]
    fn every_binding_names_a_scope_and_a_command() {
        let scopes: BTreeSet<&str> = SCOPES.map(scope_name).into();
        for binding in Keymap::built_in().bindings() {
            assert!(scopes.contains(binding.scope.as_str()), "{binding:?}");
            assert!(command(&binding.command).is_some(), "{binding:?}");
        }
    }

    #[test]
    fn every_command_has_a_key_in_its_own_scope() {
        let keymap = Keymap::built_in();
        let without: Vec<&str> = COMMANDS
            .iter()
            .filter(|command| keymap.keys_of(&[scope_name(command.scope)], command.id).is_none())
            .map(|command| command.id)
            .collect();
        assert_eq!(without, Vec::<&str>::new());
    }

    #[test]
    fn where_text_is_typed_keys_are_text_and_chords_are_commands() {
        let mut keyboard = Keyboard::new(Keymap::built_in());
        let mut app = App::default();
        app.view = View::Hunt;
        let typed = letter(&mut keyboard, &app, 'q');
        assert_eq!(typed, Heard::Event(Event::Input(Input::plain(Key::Char('q')))));
        let run = press(&mut keyboard, &app, KeyCode::Char('r'), KeyModifiers::CONTROL);
        assert_eq!(run, Heard::Event(Event::Action(Action::Hunt(crate::app::hunt::Action::Run))));
    }

    #[test]
    fn a_sequence_waits_and_says_so() {
        let mut keyboard = Keyboard::new(Keymap::built_in());
        let app = App::default();
        assert_eq!(letter(&mut keyboard, &app, 'g'), Heard::Nothing);
        assert_eq!(keyboard.note().as_deref(), Some("g …"));
        assert_eq!(keyboard.continuations(&app), [], "nobody hesitates");
        keyboard.pause();
        let told = keyboard.continuations(&app);
        assert!(
            told.contains(&("g a".to_owned(), "alerts")) && told.contains(&("g g".to_owned(), "first")),
            "{told:?}"
        );
        assert_eq!(letter(&mut keyboard, &app, 'a'), Heard::Event(Event::Action(Action::Show(Tab::Alerts))));
        assert_eq!(keyboard.note(), None);
        assert_eq!(letter(&mut keyboard, &app, 'g'), Heard::Nothing);
        assert_eq!(letter(&mut keyboard, &app, 'x'), Heard::Nothing);
        assert_eq!(keyboard.note(), None);
    }

    #[test]
    fn a_command_that_cannot_be_used_says_why_until_the_next_key() {
        let mut keyboard = Keyboard::new(Keymap::built_in());
        let app = App::default();
        assert_eq!(letter(&mut keyboard, &app, '3'), Heard::Nothing);
        assert_eq!(keyboard.note().as_deref(), Some("no user page was opened yet"));
        letter(&mut keyboard, &app, 'j');
        assert_eq!(keyboard.note(), None);
    }
}
