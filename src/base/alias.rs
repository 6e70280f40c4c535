//! Aliases that stand in place of names wherever text leaves the program towards a person.
//!
//! [`Aliases`] knows how people are spelled and what each is called instead. [`through`] puts them before everything that
//! this thread makes for a face until it returns: the destination functions of [`Untrusted`](super::Untrusted) and
//! [`clip`](super::text::clip) ask [`shown`], so no view can forget to. What is kept, compared and sent stays as it came.
//!
//! A spelling is a row of words, whatever stands between them and in whatever case: `mara.okafor@contoso.example` is
//! found in `/personal/mara_okafor_contoso_example` and in `mara.okafor%40contoso.example`, and never inside a word.

use serde_json::Value;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// What every alias begins with.
pub const PREFIX: &str = "Person-";

/// The most words of a spelling: a security identifier has eight.
const WORDS_MAX: usize = 12;

/// The most bytes between two words of a name.
const BETWEEN_MAX: usize = 3;

/// The most people that one alias of a shared name tells apart.
const SHARED_MAX: usize = 3;

/// Where a spelling stands for the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Where it is the whole text: a given name in a column of its own.
    Alone,
    /// Where it is part of a compound such as `LT-OKAFOR-02`, or the whole text: a surname, which may be a plain word too.
    Compound,
    /// Everywhere.
    Anywhere,
}

/// How people are spelled, and what stands in place of that.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Aliases {
    /// By words in lower case, a blank between.
    spellings: HashMap<Box<str>, Spelling>,
    /// The most words of a spelling that begins with this one.
    firsts: HashMap<Box<str>, usize>,
    /// Codes by person; the alias is [`PREFIX`] and the code.
    codes: Vec<Box<str>>,
    /// People whose names are shown as they are.
    open: BTreeSet<usize>,
}

#[derive(Clone, Debug, PartialEq)]
struct Spelling {
    owners: Vec<usize>,
    scope: Scope,
}

/// A spelling found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found<'a> {
    /// The bytes as they stand.
    pub text: &'a str,
    /// Whose it is; several where they share it.
    pub owners: &'a [usize],
}

impl Aliases {
    /// Adds a person called `code`; the number that names them here.
    pub fn person(&mut self, code: &str) -> usize {
        self.codes.push(code.into());
        self.codes.len() - 1
    }

    /// Says that `text` spells `person` where `scope` says. Text of no word spells nobody.
    pub fn add(&mut self, person: usize, text: &str, scope: Scope) {
        let words: Vec<String> = Words { text, at: 0 }.map(|(start, end)| lower(text, start, end)).collect();
        let Some(first) = words.first().filter(|_| words.len() <= WORDS_MAX) else { return };
        let most = self.firsts.entry(first.as_str().into()).or_default();
        *most = words.len().max(*most);
        let key = words.join(" ").into();
        let spelling = self.spellings.entry(key).or_insert(Spelling { owners: Vec::new(), scope });
        spelling.scope = scope.max(spelling.scope);
        if !spelling.owners.contains(&person) {
            spelling.owners.push(person);
        }
    }

    /// Gives all spellings of `other` to `person`, of whom it has turned out to be another name.
    pub fn merge<'a>(&mut self, person: usize, other: usize, texts: impl Iterator<Item = &'a str>) {
        for text in texts {
            let words: Vec<String> = Words { text, at: 0 }.map(|(start, end)| lower(text, start, end)).collect();
            if let Some(spelling) = self.spellings.get_mut(words.join(" ").as_str()) {
                spelling.owners.retain(|owner| *owner != other && *owner != person);
                spelling.owners.push(person);
            }
        }
    }

    /// Whom the whole of `text` spells.
    pub fn owners(&self, text: &str) -> &[usize] {
        let words: Vec<String> = Words { text, at: 0 }.map(|(start, end)| lower(text, start, end)).collect();
        self.spellings.get(words.join(" ").as_str()).map_or(&[], |spelling| &spelling.owners)
    }

    /// Shows the names of `person` as they are, or no longer.
    pub fn set_open(&mut self, person: usize, open: bool) {
        if open {
            self.open.insert(person);
        } else {
            self.open.remove(&person);
        }
    }

    /// The alias of these people: one, or a few who share a name; `None` where their names are shown.
    pub fn alias(&self, people: &[usize]) -> Option<String> {
        if people.iter().all(|person| self.open.contains(person)) {
            return None;
        }
        let codes: Vec<&str> = people.iter().filter_map(|person| self.codes.get(*person)).map(|code| &**code).collect();
        let more = if codes.len() > SHARED_MAX { "/…" } else { "" };
        let told = codes.get(..SHARED_MAX).unwrap_or(&codes);
        Some(format!("{PREFIX}{}{more}", told.join("/")))
    }

    /// `text` with aliases in place of names. Borrows where it names nobody.
    pub fn show<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.replace(text, |found| self.alias(found.owners))
    }

    /// `value` with aliases in place of names, in every text of it, names of properties included.
    pub fn show_json(&self, value: Value) -> Value {
        match value {
            Value::String(text) => self.show(&text).into_owned().into(),
            Value::Array(items) => items.into_iter().map(|item| self.show_json(item)).collect(),
            Value::Object(properties) => {
                let shown =
                    properties.into_iter().map(|(name, value)| (self.show(&name).into_owned(), self.show_json(value)));
                Value::Object(shown.collect())
            }
            plain => plain,
        }
    }

    /// `text` with each name replaced by what `with` says, from left to right and the longest first; a name that it says
    /// nothing about stays.
    pub fn replace<'a>(&self, text: &'a str, mut with: impl FnMut(Found<'_>) -> Option<String>) -> Cow<'a, str> {
        if self.spellings.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut replaced = String::new();
        let (mut copied, mut words) = (0, Words { text, at: 0 });
        while let Some((start, end)) = words.next() {
            // A line break written as an escape in JSON text looks like the word's first letter.
            let behind_escape = text.get(..start).is_some_and(|before| before.ends_with('\\'))
                && text.get(start..end).is_some_and(|word| word.starts_with(['n', 'r', 't']) && word.len() > 1);
            let mut starts = [Some(start), behind_escape.then_some(start + 1)].into_iter().flatten();
            let found = starts.find_map(|start| Some((start, self.find(text, start, end)?)));
            let Some((start, (end, owners))) = found else { continue };
            words.at = end;
            let name = text.get(start..end).unwrap_or_default();
            if let Some(alias) = with(Found { text: name, owners }) {
                replaced.push_str(text.get(copied..start).unwrap_or_default());
                replaced.push_str(&alias);
                copied = end;
            }
        }
        if copied == 0 {
            return Cow::Borrowed(text);
        }
        replaced.push_str(text.get(copied..).unwrap_or_default());
        Cow::Owned(replaced)
    }

    /// The longest spelling that begins with the word at `start`: where it ends, and whose it is.
    fn find(&self, text: &str, start: usize, first_end: usize) -> Option<(usize, &[usize])> {
        let mut key = lower(text, start, first_end);
        let most = *self.firsts.get(key.as_str())?;
        let (mut end, mut best) = (first_end, None);
        for count in 1..=most {
            if let Some(spelling) = self.spellings.get(key.as_str()).filter(|known| known.fits(text, start, end)) {
                best = Some((end, &*spelling.owners));
            }
            if count == most {
                break;
            }
            let Some((next, next_end)) = (Words { text, at: end }).next() else { break };
            if !joins(text.get(end..next).unwrap_or_default()) {
                break;
            }
            key.push(' ');
            key.push_str(&lower(text, next, next_end));
            end = next_end;
        }
        best
    }
}

impl Spelling {
    /// Whether it stands for its person at these bytes of `text`.
    fn fits(&self, text: &str, start: usize, end: usize) -> bool {
        let (before, after) = (text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
        let is_whole = before.trim().is_empty() && after.trim().is_empty();
        match self.scope {
            Scope::Anywhere => true,
            Scope::Alone => is_whole,
            Scope::Compound => {
                let ties = |c: char| matches!(c, '-' | '_' | '\\' | '/' | '.' | '@');
                let mut back = before.chars().rev();
                let mut on = after.chars();
                let is_tied = |side: &mut dyn Iterator<Item = char>| {
                    side.next().is_some_and(ties) && side.next().is_some_and(char::is_alphanumeric)
                };
                is_whole || is_tied(&mut back) || is_tied(&mut on)
            }
        }
    }
}

/// Whether `between` can stand between two words of one name; a comma alone parts cells of a table.
fn joins(between: &str) -> bool {
    let plain = |c: char| matches!(c, ' ' | '.' | '_' | '-' | '@' | '\\' | '/' | '\'' | '’' | '+');
    between.len() <= BETWEEN_MAX && (between == ", " || between.starts_with('%') || between.chars().all(plain))
}

/// A word in lower case.
fn lower(text: &str, start: usize, end: usize) -> String {
    text.get(start..end).unwrap_or_default().chars().flat_map(char::to_lowercase).collect()
}

/// The words of a text as places: letters and digits in a row. `%40` and its like are no part of one.
struct Words<'a> {
    text: &'a str,
    at: usize,
}

impl Iterator for Words<'_> {
    type Item = (usize, usize);

    fn next(&mut self) -> Option<(usize, usize)> {
        let rest = |at: usize| self.text.get(at..).unwrap_or_default();
        let mut start = self.at;
        loop {
            let left = rest(start);
            let first = left.chars().next()?;
            if let Some(code) = left.strip_prefix('%').and_then(|code| code.get(..2))
                && code.bytes().all(|byte| byte.is_ascii_hexdigit())
            {
                start += 3;
            } else if first.is_alphanumeric() {
                break;
            } else {
                start += first.len_utf8();
            }
        }
        let length = rest(start).find(|c: char| !c.is_alphanumeric()).unwrap_or(rest(start).len());
        self.at = start + length;
        Some((start, self.at))
    }
}

thread_local! {
    /// What this thread shows names through. Only [`through`] and [`wear`] write it.
    static WORN: RefCell<Option<Arc<Aliases>>> = const { RefCell::new(None) };
}

/// Does `work` with `aliases` before every face; `None` shows names.
pub fn through<T>(aliases: Option<Arc<Aliases>>, work: impl FnOnce() -> T) -> T {
    let before = WORN.replace(aliases);
    let done = work();
    WORN.set(before);
    done
}

/// Puts `aliases` before every face of this thread from now on: for a command line, which is all face.
pub fn wear(aliases: Option<Arc<Aliases>>) {
    WORN.set(aliases);
}

/// `text` as a face may show it now.
pub fn shown(text: &str) -> Cow<'_, str> {
    WORN.with_borrow(|worn| worn.as_ref().map_or(Cow::Borrowed(text), |aliases| aliases.show(text)))
}

/// `value` as a face may show it now, see [`Aliases::show_json`].
pub fn shown_json(value: Value) -> Value {
    match WORN.with_borrow(Clone::clone) {
        Some(aliases) => aliases.show_json(value),
        None => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mara() -> Aliases {
        let mut aliases = Aliases::default();
        let mara = aliases.person("K7QF");
        for text in ["mara.okafor@contoso.example", "Mara Okafor", "mokafor", "S-1-5-21-1-2-3-1104"] {
            aliases.add(mara, text, Scope::Anywhere);
        }
        aliases.add(mara, "Okafor", Scope::Compound);
        aliases.add(mara, "Mara", Scope::Alone);
        aliases
    }

    #[test]
    fn names_are_found_however_they_are_joined_and_never_inside_words() {
        let cases = [
            (
                "Exfiltration involving Mara Okafor on one endpoint",
                "Exfiltration involving Person-K7QF on one endpoint",
            ),
            (r"C:\Users\mokafor\Desktop", r"C:\Users\Person-K7QF\Desktop"),
            ("https://x/personal/mara_okafor_contoso_example/Documents", "https://x/personal/Person-K7QF/Documents"),
            ("upn=MARA.OKAFOR%40contoso.example&x", "upn=Person-K7QF&x"),
            (r#"{"a":"by\nMara Okafor"}"#, r#"{"a":"by\nPerson-K7QF"}"#),
            ("S-1-5-21-1-2-3-1104", "Person-K7QF"),
            ("S-1-5-21-1-2-3-11045", "S-1-5-21-1-2-3-11045"),
            ("LT-OKAFOR-02 and Okafor by name", "LT-Person-K7QF-02 and Okafor by name"),
            ("Okafor", "Person-K7QF"),
            ("Mara", "Person-K7QF"),
            ("Mara said", "Mara said"),
            ("mokafors xmokafor mokafor1", "mokafors xmokafor mokafor1"),
            ("Mara,Okafor", "Mara,Okafor"),
            ("nobody", "nobody"),
        ];
        let aliases = mara();
        for (text, expected) in cases {
            assert_eq!(aliases.show(text), expected, "{text}");
        }
    }

    #[test]
    fn a_shared_name_tells_all_who_have_it_and_one_that_is_open_shows() {
        let mut aliases = mara();
        let other = aliases.person("9M2D");
        aliases.add(other, "Mara Okafor", Scope::Anywhere);
        assert_eq!(aliases.show("Mara Okafor"), "Person-K7QF/9M2D");
        aliases.set_open(0, true);
        assert_eq!(aliases.show("Mara Okafor, mokafor"), "Person-K7QF/9M2D, mokafor");
        aliases.set_open(0, false);
        assert_eq!(aliases.show("mokafor"), "Person-K7QF");
    }

    #[test]
    fn they_stand_before_faces_only_while_asked_to() {
        let aliases = Arc::new(mara());
        assert_eq!(through(Some(aliases), || shown("mokafor").into_owned()), "Person-K7QF");
        assert_eq!(shown("mokafor"), "mokafor");
    }

    proptest! {
        #[test]
        fn what_is_shown_names_nobody_and_is_shown_as_it_is(before in "\\PC{0,20}", after in "\\PC{0,20}") {
            let aliases = mara();
            let once = aliases.show(&format!("{before} Mara Okafor {after}")).into_owned();
            prop_assert!(once.contains("Person-K7QF"), "{once}");
            prop_assert!(!once.to_lowercase().contains(" mara okafor "), "{once}");
            prop_assert_eq!(aliases.show(&once).into_owned(), once);
        }
    }
}
