//! Who is who under which alias: the book that a profile keeps, so that a person is always called the same.
//!
//! An alias is [`PREFIX`] and a code of four or more characters, made of the profile's secret key and the first thing that
//! was known of the person. Two mentions are of one person where an address, an object id or a security identifier says so;
//! a display name or an account name alone only where nobody else has it. [`learn`] tells where names come from.
//!
//! Text that is edited holds aliases too, and they must lead back to exactly what they stand for: [`Book::seal`] writes
//! `Person-K7QF` for the principal name and `Person-K7QF.2` and so on for any other spelling, [`Book::open`] undoes it.

pub mod learn;
#[cfg(test)]
mod tests;

use crate::base::alias::{Aliases, Found, PREFIX, Scope};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The fewest characters of a code: a million codes.
const CODE_MIN: usize = 4;

/// Digits of codes: none is mistaken for another, and none makes a word.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The fewest letters of an account name that stands for its person inside other text.
const ACCOUNT_MIN: usize = 3;

/// The fewest letters of a surname that stands for its person in a compound.
const SURNAME_MIN: usize = 4;

/// Account names that are words, or no person's: they stand for an account only where they are the whole text.
const WORDS: &[&str] = &[
    "admin",
    "administrator",
    "all",
    "anonymous",
    "azure",
    "billing",
    "communications",
    "contact",
    "default",
    "device",
    "engineering",
    "everyone",
    "external",
    "finance",
    "guest",
    "help",
    "helpdesk",
    "info",
    "information",
    "insider",
    "internal",
    "it",
    "legal",
    "mail",
    "marketing",
    "microsoft",
    "network",
    "news",
    "nobody",
    "noreply",
    "office",
    "operations",
    "owner",
    "people",
    "person",
    "postmaster",
    "printer",
    "purview",
    "reception",
    "root",
    "sales",
    "scanner",
    "security",
    "server",
    "service",
    "services",
    "sharepoint",
    "support",
    "system",
    "team",
    "test",
    "unknown",
    "user",
    "users",
    "windows",
];

/// Accounts that belong to no person at all.
const BUILT_IN: &[&str] = &[
    "system",
    "local system",
    "local service",
    "network service",
    "anonymous logon",
    "anonymous",
    "root",
    "localsystem",
    "nt authority\\system",
    "sharepoint app",
    "app@sharepoint",
];

/// A spelling as it is kept: the person's code and the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spelled {
    /// The code of the person's alias.
    pub code: String,
    /// One spelling.
    pub text: String,
}

/// Everyone known by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Book {
    key: Vec<u8>,
    /// The signed-in analyst, whose own name is never hidden; in lower case.
    me: String,
    aliases: Arc<Aliases>,
    people: Vec<Known>,
    codes: BTreeMap<String, usize>,
    /// People by what is theirs alone, in lower case.
    ids: BTreeMap<String, usize>,
    unkept: Vec<Spelled>,
}

/// One person.
#[derive(Clone, Debug, Default, PartialEq)]
struct Known {
    code: String,
    /// Spellings in the order they became known.
    texts: Vec<String>,
    /// Exact texts that were sealed and are not the principal one.
    sealed: Vec<String>,
}

impl Book {
    /// An empty book under the profile's secret `key`, for the analyst `me`; with what was kept of it.
    pub fn new(key: Vec<u8>, me: Option<&str>, kept: impl IntoIterator<Item = Spelled>) -> Self {
        let mut book = Self { key, me: me.unwrap_or_default().to_lowercase(), ..Self::default() };
        let mut groups: Vec<(String, Vec<String>)> = Vec::new();
        for Spelled { code, text } in kept {
            match groups.last_mut() {
                Some((known, texts)) if *known == code => texts.push(text),
                _ => groups.push((code, vec![text])),
            }
        }
        for (code, texts) in groups {
            let person = match book.codes.get(&code) {
                Some(person) => *person,
                None => book.enter(code),
            };
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            book.spell(person, &texts);
        }
        book.unkept.clear();
        book
    }

    /// The same for the analyst `me`, whose own name is not hidden.
    #[must_use]
    pub fn of(mut self, me: Option<&str>) -> Self {
        self.me = me.unwrap_or_default().to_lowercase();
        if let Some(person) = self.ids.get(&self.me) {
            Arc::make_mut(&mut self.aliases).set_open(*person, true);
        }
        self
    }

    /// What stands before faces.
    pub fn aliases(&self) -> &Arc<Aliases> {
        &self.aliases
    }

    /// What became known and is to be kept, once.
    pub fn take_unkept(&mut self) -> Vec<Spelled> {
        std::mem::take(&mut self.unkept)
    }

    /// Learns that `names` are all of one person: principal name, addresses, object id, security identifiers, account name,
    /// display name, in any order; empty ones and those of accounts that are no person's are left out.
    pub fn learn(&mut self, names: &[&str]) {
        let names: Vec<&str> = names.iter().map(|name| plain(name)).filter(|name| is_name(name)).collect();
        if names.is_empty() {
            return;
        }
        let ids: Vec<&str> = names.iter().copied().filter(|name| is_id(name)).collect();
        let known: Vec<usize> = ids.iter().filter_map(|id| self.ids.get(&id.to_lowercase()).copied()).collect();
        let person = match known.first() {
            Some(person) => {
                for other in &known {
                    self.merge(*person, *other);
                }
                Some(*person)
            }
            None => self.by_name(&names, ids.is_empty()),
        };
        let person = person.unwrap_or_else(|| {
            let code = self.code(first_of(&names));
            self.enter(code)
        });
        self.spell(person, &names);
    }

    /// Whom names alone mean: the only one who has one of them. Where the names come with an id that is new, one who has
    /// an id already is someone else.
    fn by_name(&self, names: &[&str], alone: bool) -> Option<usize> {
        let of = |name: &&str| match self.aliases.owners(name) {
            [only] => Some(*only).filter(|person| {
                let has_id = self.people.get(*person).is_some_and(|known| known.texts.iter().any(|text| is_id(text)));
                alone || !has_id
            }),
            // Several share it: that it is one of them is all that can be known.
            [first, ..] if alone => Some(*first),
            _ => None,
        };
        names.iter().filter(|name| !is_id(name)).find_map(of)
    }

    /// Adds spellings to `person`.
    fn spell(&mut self, person: usize, names: &[&str]) {
        for name in names {
            let Some(known) = self.people.get_mut(person) else { return };
            if known.texts.iter().any(|text| text.eq_ignore_ascii_case(name)) {
                continue;
            }
            let is_shared = is_id(name) && self.ids.get(&name.to_lowercase()).is_some_and(|owner| *owner != person);
            if is_shared || (!is_id(name) && self.aliases.owners(name).len() > 1 && self.owns(person, name)) {
                continue;
            }
            let Some(known) = self.people.get_mut(person) else { return };
            known.texts.push((*name).to_owned());
            self.unkept.push(Spelled { code: known.code.clone(), text: (*name).to_owned() });
            if is_id(name) {
                self.ids.insert(name.to_lowercase(), person);
            }
            let aliases = Arc::make_mut(&mut self.aliases);
            for (text, scope) in spellings(name) {
                aliases.add(person, &text, scope);
            }
            if !self.me.is_empty() && name.to_lowercase() == self.me {
                aliases.set_open(person, true);
            }
        }
    }

    fn owns(&self, person: usize, name: &str) -> bool {
        self.aliases.owners(name).contains(&person)
    }

    /// Makes one of two who turned out to be the same, where one of them is known by a single spelling; two who are known
    /// well are not thrown together by one row that says so.
    fn merge(&mut self, person: usize, other: usize) {
        let is_stub = |at: usize| self.people.get(at).is_some_and(|known| known.texts.len() <= 1);
        if person == other || !(is_stub(other) || is_stub(person)) {
            return;
        }
        let Some(absorbed) = self.people.get_mut(other) else { return };
        let (texts, code) = (std::mem::take(&mut absorbed.texts), absorbed.code.clone());
        let aliases = Arc::make_mut(&mut self.aliases);
        for text in &texts {
            let all = spellings(text);
            aliases.merge(person, other, all.iter().map(|(text, _)| text.as_str()));
            if is_id(text) {
                self.ids.insert(text.to_lowercase(), person);
            }
        }
        self.codes.insert(code, person);
        if let Some(known) = self.people.get_mut(person) {
            for text in texts {
                self.unkept.push(Spelled { code: known.code.clone(), text: text.clone() });
                known.texts.push(text);
            }
        }
    }

    fn enter(&mut self, code: String) -> usize {
        let person = Arc::make_mut(&mut self.aliases).person(&code);
        self.codes.insert(code.clone(), person);
        self.people.push(Known { code, ..Known::default() });
        person
    }

    /// A code that nobody has, made of the key and `text`.
    fn code(&self, text: &str) -> String {
        let text = text.to_lowercase();
        let digest = Sha256::digest([&*self.key, &[0], text.as_bytes()].concat());
        let digits: String =
            digest.iter().filter_map(|byte| DIGITS.get(usize::from(byte % 32))).map(|d| char::from(*d)).collect();
        let shortest = (CODE_MIN..digits.len()).filter_map(|length| digits.get(..length));
        shortest.map(str::to_owned).find(|code| !self.codes.contains_key(code)).unwrap_or(digits)
    }

    /// The person of the alias `text`, with or without [`PREFIX`] and what follows the code.
    pub fn person(&self, text: &str) -> Option<usize> {
        let text = text.trim().to_uppercase();
        let code = text.strip_prefix(&PREFIX.to_uppercase()).unwrap_or(&text);
        self.codes.get(code.split(['.', '/']).next().unwrap_or_default()).copied()
    }

    /// Whom `text` names, each once, in order.
    pub fn named(&self, text: &str) -> Vec<usize> {
        let mut named = Vec::new();
        self.aliases.replace(text, |Found { owners, .. }| {
            named.extend(owners.iter().copied());
            None
        });
        let mut seen = std::collections::BTreeSet::new();
        named.retain(|person| seen.insert(*person));
        named
    }

    /// The alias of `person`; `None` for the analyst, who has none.
    pub fn alias(&self, person: usize) -> Option<String> {
        let known = self.people.get(person)?;
        let is_me = known.texts.iter().any(|text| text.to_lowercase() == self.me);
        (!is_me).then(|| format!("{PREFIX}{}", known.code))
    }

    /// What `person` is called best: by an address, else by an id, else by name.
    pub fn principal(&self, person: usize) -> Option<&str> {
        let texts: Vec<&str> = self.people.get(person)?.texts.iter().map(String::as_str).collect();
        (!texts.is_empty()).then(|| first_of(&texts))
    }

    /// Everything `person` is known by, the most telling first.
    pub fn names(&self, person: usize) -> Vec<&str> {
        let mut texts: Vec<&str> =
            self.people.get(person).map(|known| known.texts.iter().map(String::as_str).collect()).unwrap_or_default();
        texts.sort_by_key(|text| rank(text));
        texts
    }

    /// Shows the names of `person`, or no longer.
    pub fn set_revealed(&mut self, person: usize, revealed: bool) {
        Arc::make_mut(&mut self.aliases).set_open(person, revealed);
    }

    /// `text`, which is about to be edited, with aliases that [`Self::open`] turns back into exactly this text.
    pub fn seal(&mut self, text: &str) -> String {
        let aliases = Arc::clone(&self.aliases);
        let sealed = aliases.replace(text, |Found { text, owners }| {
            aliases.alias(owners)?;
            let person = *owners.first()?;
            let principal = self.principal(person) == Some(text) && is_quotable(text);
            let known = self.people.get_mut(person)?;
            if principal {
                return Some(format!("{PREFIX}{}", known.code));
            }
            let place = known.sealed.iter().position(|sealed| sealed == text).unwrap_or_else(|| {
                known.sealed.push(text.to_owned());
                known.sealed.len() - 1
            });
            Some(format!("{PREFIX}{}.{}", known.code, place + 2))
        });
        sealed.into_owned()
    }

    /// `text` with what aliases stand for. Quotes in a name are written as a query's literals want them. What only looks
    /// like an alias stays.
    pub fn open(&self, text: &str) -> String {
        let (lower, prefix) = (text.to_ascii_lowercase(), PREFIX.to_ascii_lowercase());
        let (mut opened, mut copied) = (String::with_capacity(text.len()), 0);
        for (start, _) in lower.match_indices(&prefix) {
            let inside = text.get(..start).is_some_and(|before| before.ends_with(char::is_alphanumeric));
            let rest = text.get(start + prefix.len()..).unwrap_or_default();
            let length = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
            let code = rest.get(..length).unwrap_or_default().to_uppercase();
            let Some(person) = self.codes.get(&code).filter(|_| !inside && start >= copied) else { continue };
            let (number, digits) = number(rest.get(length..).unwrap_or_default());
            let sealed = number.and_then(|number| self.people.get(*person)?.sealed.get(number.checked_sub(2)?));
            let (name, end) = match (sealed, self.principal(*person)) {
                (Some(text), _) => (text.clone(), length + digits),
                // A word of the filter line, which ends at a blank unless it is quoted.
                (None, Some(name))
                    if name.contains(' ') && text.get(..start).is_some_and(|text| text.ends_with(':')) =>
                {
                    (format!("\"{}\"", quoted(name)), length)
                }
                (None, name) => (name.map(quoted).unwrap_or_default(), length),
            };
            opened.push_str(text.get(copied..start).unwrap_or_default());
            opened.push_str(&name);
            copied = start + prefix.len() + end;
        }
        opened.push_str(text.get(copied..).unwrap_or_default());
        opened
    }
}

/// The number after a point at the start of `text`, and the bytes both take.
fn number(text: &str) -> (Option<usize>, usize) {
    let digits: String = text.strip_prefix('.').unwrap_or_default().chars().take_while(char::is_ascii_digit).collect();
    (digits.parse().ok(), digits.len() + 1)
}

/// The most telling of `names`.
fn first_of<'a>(names: &[&'a str]) -> &'a str {
    names.iter().min_by_key(|name| rank(name)).copied().unwrap_or_default()
}

/// How much a name tells: an address most, then an object id, a security identifier, a display name, an account name.
fn rank(name: &str) -> u8 {
    match () {
        () if is_address(name) => 0,
        () if is_guid(name) => 1,
        () if is_sid(name) => 2,
        () if name.contains(char::is_whitespace) => 3,
        () => 4,
    }
}

/// A name without its domain, `CONTOSO\mokafor`, and without blanks around it.
fn plain(name: &str) -> &str {
    let name = name.trim();
    if name.contains(char::is_whitespace) { name } else { name.rsplit('\\').next().unwrap_or(name) }
}

fn is_name(name: &str) -> bool {
    let lower = name.to_lowercase();
    let is_window_manager = ["dwm-", "umfd-"].iter().any(|start| lower.starts_with(start));
    let is_system_sid = lower.starts_with("s-1-") && !is_sid(name);
    lower.chars().any(char::is_alphanumeric)
        && name.len() <= 256
        && !name.ends_with('$')
        && !is_window_manager
        && !is_system_sid
        && !BUILT_IN.contains(&&*lower)
}

/// Whether a name is one person's alone.
fn is_id(name: &str) -> bool {
    is_address(name) || is_guid(name) || is_sid(name)
}

fn is_address(name: &str) -> bool {
    name.split_once('@').is_some_and(|(user, domain)| !user.is_empty() && domain.contains('.'))
        && !name.contains(char::is_whitespace)
}

fn is_guid(name: &str) -> bool {
    name.len() == 36 && name.chars().all(|c| c.is_ascii_hexdigit() || c == '-') && name.matches('-').count() == 4
}

/// Whether it is the security identifier of an account of a domain, a machine or Entra.
fn is_sid(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    ["S-1-5-21-", "S-1-12-1-"].iter().any(|start| upper.starts_with(start))
}

/// Whether a name can stand in any literal as it is.
fn is_quotable(name: &str) -> bool {
    !name.contains(['"', '\'', '\\'])
}

fn quoted(name: &str) -> String {
    let mut quoted = String::with_capacity(name.len());
    for c in name.chars() {
        if matches!(c, '"' | '\'' | '\\') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted
}

/// The ways in which `name` occurs in text, and where each stands for the person.
fn spellings(name: &str) -> Vec<(String, Scope)> {
    if is_guid(name) || is_sid(name) {
        return vec![(name.to_owned(), Scope::Anywhere)];
    }
    if let Some((user, _)) = name.split_once('@').filter(|_| is_address(name)) {
        let is_row = user.chars().any(|c| !c.is_alphanumeric());
        let scope = if is_row { Scope::Anywhere } else { of_word(user) };
        return vec![(name.to_owned(), Scope::Anywhere), (user.to_owned(), scope)];
    }
    // What stands in brackets behind a name, `(external)`, is not always written.
    let bare = name.split(['(', '[']).next().unwrap_or(name).trim();
    let words: Vec<&str> =
        bare.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()).collect();
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return Vec::new() };
    if words.len() == 1 {
        return vec![(name.to_owned(), of_word(first))];
    }
    let (given, surname) = if bare.contains(',') { (*last, *first) } else { (*first, *last) };
    let others = words.iter().filter(|word| **word != surname).copied().collect::<Vec<_>>().join(" ");
    let compound = if surname.chars().count() >= SURNAME_MIN { Scope::Compound } else { Scope::Alone };
    vec![
        (name.to_owned(), Scope::Anywhere),
        (format!("{others} {surname}"), Scope::Anywhere),
        (format!("{surname} {others}"), Scope::Anywhere),
        (surname.to_owned(), compound),
        (given.to_owned(), Scope::Alone),
    ]
}

/// Where a name of one word stands for its person.
fn of_word(word: &str) -> Scope {
    let is_plain = WORDS.contains(&&*word.to_lowercase()) || word.chars().count() < ACCOUNT_MIN;
    if is_plain { Scope::Alone } else { Scope::Anywhere }
}
