//! `assets/keymap.toml`: from keys, in a scope, to command ids; and back, for footers and help.

mod macros;

use crate::base::near::nearest;
pub use macros::macro_of;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The key map built in.
pub const DEFAULT: &str = include_str!("../../../assets/keymap.toml");

/// The most keys in a sequence.
const SEQUENCE_MAX: usize = 3;

/// One key with its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Chord {
    code: KeyCode,
    modifiers: KeyModifiers,
}

impl Chord {
    /// The chord a key event stands for. Shift is part of the character and dropped beside one.
    pub fn of(key: KeyEvent) -> Self {
        let mut modifiers = key.modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT);
        let code = match key.code {
            KeyCode::Char(character) => {
                modifiers.remove(KeyModifiers::SHIFT);
                KeyCode::Char(character)
            }
            KeyCode::BackTab => {
                modifiers.remove(KeyModifiers::SHIFT);
                KeyCode::BackTab
            }
            code => code,
        };
        Self { code, modifiers }
    }

    /// Whether it types a character when text is being entered.
    pub fn is_text(self) -> bool {
        matches!(self.code, KeyCode::Char(_)) && !self.modifiers.contains(KeyModifiers::CONTROL)
    }

    /// The press of the key that footers call `text`: `Enter`, `Ctrl-S`, `t`; `None` where it is no single key.
    pub fn pressed(text: &str) -> Option<KeyEvent> {
        let is_letter = text.chars().nth(1).is_none();
        let chord = if is_letter { Self::parse(text) } else { Self::parse(&text.to_lowercase()) }?;
        Some(KeyEvent::new(chord.code, chord.modifiers))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut modifiers = KeyModifiers::empty();
        let mut rest = text;
        loop {
            if let Some(after) = rest.strip_prefix("ctrl-").filter(|after| !after.is_empty()) {
                modifiers |= KeyModifiers::CONTROL;
                rest = after;
            } else if let Some(after) = rest.strip_prefix("shift-").filter(|after| !after.is_empty()) {
                modifiers |= KeyModifiers::SHIFT;
                rest = after;
            } else {
                break;
            }
        }
        let named = NAMES.iter().find(|(name, _)| *name == rest).map(|(_, code)| *code);
        let code = named.or_else(|| {
            let mut characters = rest.chars();
            characters.next().filter(|_| characters.next().is_none()).map(KeyCode::Char)
        })?;
        Some(Self { code, modifiers })
    }
}

/// Keys that have a name in key map files.
const NAMES: &[(&str, KeyCode)] = &[
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("backtab", KeyCode::BackTab),
    ("space", KeyCode::Char(' ')),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pgup", KeyCode::PageUp),
    ("pgdn", KeyCode::PageDown),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("f1", KeyCode::F(1)),
    ("f5", KeyCode::F(5)),
];

/// As footers and help print it: `j`, `Ctrl-R`, `Enter`, `PgDn`.
impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let control = self.modifiers.contains(KeyModifiers::CONTROL);
        if control {
            f.write_str("Ctrl-")?;
        }
        if self.modifiers.contains(KeyModifiers::SHIFT) {
            f.write_str("Shift-")?;
        }
        match self.code {
            KeyCode::Char(' ') => f.write_str("Space"),
            KeyCode::Char(character) if control => write!(f, "{}", character.to_ascii_uppercase()),
            KeyCode::Char(character) => write!(f, "{character}"),
            KeyCode::PageUp => f.write_str("PgUp"),
            KeyCode::PageDown => f.write_str("PgDn"),
            KeyCode::Up => f.write_str("↑"),
            KeyCode::Down => f.write_str("↓"),
            KeyCode::Left => f.write_str("←"),
            KeyCode::Right => f.write_str("→"),
            KeyCode::F(number) => write!(f, "F{number}"),
            code => {
                let name = NAMES.iter().find(|(_, named)| *named == code).map_or("?", |(name, _)| *name);
                let mut letters = name.chars();
                let first = letters.next().map(|first| first.to_ascii_uppercase());
                f.write_str(&first.into_iter().chain(letters).collect::<String>())
            }
        }
    }
}

/// One line of a key map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The scope's name, as in `app::command`.
    pub scope: String,
    /// Keys in order.
    pub keys: Vec<Chord>,
    /// Id of the command.
    pub command: String,
}

impl Binding {
    /// The binding of `command` to the keys that `text` names.
    fn read(scope: &str, command: &str, text: &str) -> Result<Self, KeymapError> {
        let keys: Option<Vec<Chord>> = text.split_whitespace().map(Chord::parse).collect();
        match keys.filter(|keys| (1..=SEQUENCE_MAX).contains(&keys.len())) {
            Some(keys) => Ok(Self { scope: scope.to_owned(), keys, command: command.to_owned() }),
            None => Err(KeymapError::UnknownKey {
                scope: scope.to_owned(),
                command: command.to_owned(),
                key: text.to_owned(),
            }),
        }
    }

    /// As footers print it: `g i` or `Ctrl-R`.
    pub fn keys_text(&self) -> String {
        self.keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }
}

/// What a sequence of keys means so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match<'a> {
    /// This command.
    Command(&'a str),
    /// The beginning of a longer sequence.
    Pending,
    /// Nothing.
    None,
}

/// Why a key map file does not load.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeymapError {
    /// Not TOML, or not scopes of commands of keys.
    #[error("the key map is not a table of scopes: {0}")]
    Syntax(String),
    /// A key that does not exist.
    #[error("[{scope}] {command}: {key:?} is no key; write q, ctrl-x, enter or f5 (Alt is not taken)")]
    UnknownKey {
        /// Scope.
        scope: String,
        /// Command.
        command: String,
        /// The text.
        key: String,
    },
    /// Two commands of one scope on the same keys, or one on the beginning of another's.
    #[error("[{scope}] {first} and {second} both use {keys:?}")]
    Conflict {
        /// Scope.
        scope: String,
        /// First command.
        first: String,
        /// Second command.
        second: String,
        /// The keys they share.
        keys: String,
    },
}

/// All bindings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

impl Keymap {
    /// Reads a key map: a TOML table a scope, in it a command's id with a list of keys. Keys in one text, parted by
    /// blanks, are pressed one after the other.
    pub fn parse(source: &str) -> Result<Self, KeymapError> {
        let scopes: BTreeMap<String, toml::Table> =
            toml::from_str(source).map_err(|error| KeymapError::Syntax(error.to_string()))?;
        let mut bindings = Vec::new();
        for (scope, commands) in scopes {
            for (command, keys) in commands {
                bindings.extend(bindings_of(&scope, &command, keys)?);
            }
        }
        conflict(&bindings).map_or(Ok(Self { bindings }), Err)
    }

    /// The key map built in with what a person's own file says instead: the keys it gives a command in a scope replace
    /// those built in, and no keys take the command's away. Each line that cannot be taken is left out and told.
    pub fn with(own: &str) -> (Self, Vec<String>) {
        let built_in = Self::built_in();
        let own = match toml::from_str::<BTreeMap<String, toml::Table>>(own) {
            Ok(own) => own,
            Err(error) => return (built_in, vec![KeymapError::Syntax(error.to_string()).to_string()]),
        };
        let (mut keymap, mut problems) = (built_in, Vec::new());
        for (scope, commands) in own {
            for (command, keys) in commands {
                match keymap.bind(&scope, &command, keys) {
                    Ok(bound) => keymap = bound,
                    Err(problem) => problems.push(problem),
                }
            }
        }
        (keymap, problems)
    }

    /// The same with the keys of one command in one scope replaced.
    fn bind(&self, scope: &str, command: &str, keys: toml::Value) -> Result<Self, String> {
        let scopes: BTreeSet<&str> = self.bindings.iter().map(|binding| binding.scope.as_str()).collect();
        if !scopes.contains(scope) {
            let near = nearest(scope, scopes.iter().copied()).map(|near| format!("; did you mean [{near}]?"));
            return Err(format!("[{scope}] is no scope{}", near.unwrap_or_default()));
        }
        let known = || crate::app::COMMANDS.iter().map(|command| command.id);
        if !known().any(|id| id == command) {
            let near = nearest(command, known()).map(|near| format!("; did you mean {near}?"));
            return Err(format!("[{scope}] {command} is no command{}", near.unwrap_or_default()));
        }
        let added = bindings_of(scope, command, keys).map_err(|error| error.to_string())?;
        let others = self.bindings.iter().filter(|known| known.scope != scope || known.command != command).cloned();
        let bindings: Vec<Binding> = others.chain(added).collect();
        conflict(&bindings).map_or(Ok(Self { bindings }), |error| Err(error.to_string()))
    }

    /// The key map built in; without bindings if it is damaged, which a test rules out.
    pub fn built_in() -> Self {
        Self::parse(DEFAULT).unwrap_or_default()
    }

    /// What `keys` mean in the first of `scopes` that knows them.
    pub fn resolve(&self, scopes: &[&str], keys: &[Chord]) -> Match<'_> {
        for scope in scopes {
            let mut begun = false;
            for binding in self.bindings.iter().filter(|binding| binding.scope == *scope) {
                if binding.keys == keys {
                    return Match::Command(&binding.command);
                }
                begun |= binding.keys.starts_with(keys);
            }
            if begun {
                return Match::Pending;
            }
        }
        Match::None
    }

    /// All bindings, scope by scope in the order of the file's commands.
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// The first keys of `command` in the first of `scopes` that has it, for a hint.
    pub fn keys_of(&self, scopes: &[&str], command: &str) -> Option<String> {
        scopes.iter().find_map(|scope| {
            let found = |binding: &&Binding| binding.scope == *scope && binding.command == command;
            self.bindings.iter().find(found).map(Binding::keys_text)
        })
    }
}

/// Reads the keys of one command in one scope.
fn bindings_of(scope: &str, command: &str, keys: toml::Value) -> Result<Vec<Binding>, KeymapError> {
    let list: Vec<String> = keys
        .try_into()
        .map_err(|error: toml::de::Error| KeymapError::Syntax(format!("[{scope}] {command}: {error}")))?;
    let read = |text: String| {
        let keys: Option<Vec<Chord>> = text.split_whitespace().map(Chord::parse).collect();
        match keys.filter(|keys| (1..=SEQUENCE_MAX).contains(&keys.len())) {
            Some(keys) => Ok(Binding { scope: scope.to_owned(), keys, command: command.to_owned() }),
            None => Err(KeymapError::UnknownKey { scope: scope.to_owned(), command: command.to_owned(), key: text }),
        }
    };
    list.into_iter().map(read).collect()
}

fn conflict(bindings: &[Binding]) -> Option<KeymapError> {
    for (index, first) in bindings.iter().enumerate() {
        for second in bindings.iter().skip(index + 1).filter(|second| second.scope == first.scope) {
            let shorter = if first.keys.len() <= second.keys.len() { first } else { second };
            if first.keys.starts_with(&shorter.keys) && second.keys.starts_with(&shorter.keys) {
                return Some(KeymapError::Conflict {
                    scope: first.scope.clone(),
                    first: first.command.clone(),
                    second: second.command.clone(),
                    keys: shorter.keys_text(),
                });
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chord(text: &str) -> Chord {
        Chord::parse(text).unwrap()
    }

    #[test]
    fn keys_read_and_print() {
        let cases = [
            ("j", "j"),
            ("G", "G"),
            ("ctrl-r", "Ctrl-R"),
            ("ctrl-space", "Ctrl-Space"),
            ("enter", "Enter"),
            ("pgdn", "PgDn"),
            ("-", "-"),
            ("?", "?"),
            ("f5", "F5"),
        ];
        for (text, printed) in cases {
            assert_eq!(chord(text).to_string(), printed);
        }
        assert_eq!(Chord::parse("hyper-x"), None);
    }

    #[test]
    fn a_capital_letter_is_itself_with_or_without_shift() {
        let with = KeyEvent::new(KeyCode::Char('G'), KeyModifiers::SHIFT);
        let without = KeyEvent::new(KeyCode::Char('G'), KeyModifiers::NONE);
        assert_eq!((Chord::of(with), Chord::of(without)), (chord("G"), chord("G")));
    }

    #[test]
    fn the_nearest_scope_wins_and_sequences_wait() {
        let keymap = Keymap::parse(
            "[global]\n'quit' = ['q']\n'go.incidents' = ['g i']\n[hunt]\n'run' = ['ctrl-r']\n'leave' = ['q']",
        )
        .unwrap();
        let scopes = ["hunt", "global"];
        let cases: [(&[&str], Match<'_>); 5] = [
            (&["q"], Match::Command("leave")),
            (&["ctrl-r"], Match::Command("run")),
            (&["g"], Match::Pending),
            (&["g", "i"], Match::Command("go.incidents")),
            (&["g", "x"], Match::None),
        ];
        for (keys, meaning) in cases {
            let keys: Vec<Chord> = keys.iter().map(|key| chord(key)).collect();
            assert_eq!(keymap.resolve(&scopes, &keys), meaning, "{keys:?}");
        }
        assert_eq!(keymap.keys_of(&scopes, "go.incidents").as_deref(), Some("g i"));
    }

    #[test]
    fn conflicts_are_named() {
        let cases = [
            ("[a]\nx = ['q']\ny = ['q']", "[a] x and y both use \"q\""),
            ("[a]\nx = ['g']\ny = ['g i']", "[a] x and y both use \"g\""),
            ("[a]\nx = ['alt-q']", "[a] x: \"alt-q\" is no key; write q, ctrl-x, enter or f5 (Alt is not taken)"),
        ];
        for (source, message) in cases {
            assert_eq!(Keymap::parse(source).unwrap_err().to_string(), message);
        }
        assert!(Keymap::parse("[a]\nx = ['q']\n[b]\ny = ['q']").is_ok());
    }

    #[test]
    fn a_persons_own_keys_replace_those_built_in_and_mistakes_are_told_line_by_line() {
        let (keymap, problems) = Keymap::with(
            "[queue]\n'queue.sort' = ['ctrl-s', 'g s']\n'queue.views' = ['o', 'W']\n'queue.fiter' = ['x']\n\
             [queu]\n'queue.mark' = ['x']\n[global]\n'quit' = ['hyper-q']\n'help' = []",
        );
        assert_eq!(
            problems,
            [
                "[global] quit: \"hyper-q\" is no key; write q, ctrl-x, enter or f5 (Alt is not taken)",
                "[queu] is no scope; did you mean [queue]?",
                "[queue] queue.fiter is no command; did you mean queue.filter?",
            ]
        );
        let queue = ["queue", "global"];
        assert_eq!(keymap.keys_of(&queue, "queue.sort").as_deref(), Some("Ctrl-S"));
        assert_eq!(keymap.resolve(&queue, &[chord("o")]), Match::Command("queue.views"));
        assert_eq!(keymap.resolve(&queue, &[chord("g"), chord("s")]), Match::Command("queue.sort"));
        assert_eq!(keymap.resolve(&queue, &[chord("q")]), Match::Command("quit"));
        assert_eq!(keymap.keys_of(&queue, "help"), None);
        let (_, problems) = Keymap::with("[queue]\n'queue.views' = ['o']");
        assert_eq!(problems, ["[queue] queue.sort and queue.views both use \"o\""]);
        let (_, problems) = Keymap::with("nonsense");
        assert_eq!(problems.len(), 1);
    }

    #[test]
    fn the_built_in_key_map_loads() {
        assert_eq!(Keymap::parse(DEFAULT).err(), None);
    }
}
