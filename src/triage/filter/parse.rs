//! Reading and printing the filter line.

use super::{Comparison, Filter, FilterError, Owner, StatusWord, Term, Test};
use crate::base::TimeSpan;
use crate::model::{Classification, ServiceSource, Severity};
use std::fmt;
use std::ops::Range;

/// The fields as they are typed, with an example of each.
pub const FIELDS: [(&str, &str); 12] = [
    ("source", "source:insider-risk,dlp"),
    ("status", "status:new,inProgress"),
    ("severity", "severity>=medium"),
    ("class", "class:tp"),
    ("user", "user:okafor"),
    ("owner", "owner:me"),
    ("tag", "tag:leaver"),
    ("title", "title~usb"),
    ("age", "age<7d"),
    ("changed", "changed<2h"),
    ("id", "id:4127"),
    ("watch", "watch:any"),
];

/// Reads a filter line.
pub(super) fn parse(text: &str) -> Filter {
    let mut filter = Filter { text: text.to_owned(), ..Filter::default() };
    // The place of an `or` that waits for what follows it, and whether the word before is a term to join, else why not,
    // where that was not told yet.
    let (mut waiting, mut left): (Option<Range<usize>>, Result<(), Option<&str>>) = (None, Err(Some(NO_SIDES)));
    // The place of a `not` that waits for its term.
    let mut negating: Option<Range<usize>> = None;
    for mut word in words(text) {
        if word.is("not") && negating.is_none() {
            negating = Some(word.span);
            continue;
        }
        if let Some(span) = negating.take() {
            word.span.start = span.start;
            word.negated = !word.negated;
        }
        if word.is("or") {
            match left {
                Ok(()) => waiting = Some(word.span),
                Err(Some(why)) => filter.errors.push(FilterError { span: word.span, message: why.to_owned() }),
                Err(None) => {}
            }
            left = Err(Some(NO_SIDES));
            continue;
        }
        match read_tests(&word) {
            // None of several is each of them negated, which is no side of an or.
            Ok(tests) if word.negated && tests.len() > 1 => {
                if waiting.take().is_some() {
                    filter.errors.push(FilterError { span: word.span, message: NO_LISTS.to_owned() });
                } else {
                    let term = |test| Term { negated: true, test, span: word.span.clone() };
                    filter.terms.extend(tests.into_iter().map(term));
                }
                left = Err(Some(NO_LISTS));
            }
            Ok(tests) => {
                let mut terms =
                    tests.into_iter().map(|test| Term { negated: word.negated, test, span: word.span.clone() });
                let first = if waiting.take().is_some() { filter.terms.pop() } else { terms.next() };
                filter.terms.extend(first.map(|first| terms.fold(first, either)));
                left = Ok(());
            }
            Err(message) => {
                filter.errors.push(FilterError { span: word.span, message });
                (waiting, left) = (None, Err(None));
            }
        }
    }
    if let Some(span) = waiting {
        filter.errors.push(FilterError { span, message: NO_SIDES.to_owned() });
    }
    if let Some(span) = negating {
        filter.errors.push(FilterError { span, message: NO_TERM.to_owned() });
    }
    filter
}

/// What is wrong with a negated list beside an `or`.
const NO_LISTS: &str = "a list cannot be negated beside or: write its values apart";
/// What is wrong with a `not` at the end.
const NO_TERM: &str = "not stands before a term: not tag:vip, or -tag:vip. Quote it to look for the word";
/// What is wrong with a parenthesis.
const NO_GROUPS: &str =
    "there are no parentheses: or binds closer than the blank, so user:a or user:b tag:c is (a or b) and c";

/// What is wrong with an `or` that lacks a side.
const NO_SIDES: &str = "or stands between two terms: owner:me or owner:none. Quote it to look for the word";

/// One of two terms, the first of which may be several already.
fn either(left: Term, right: Term) -> Term {
    let span = left.span.start..right.span.end;
    let mut terms = match left.test {
        Test::Any(terms) => terms,
        test => vec![Term { test, ..left }],
    };
    terms.push(right);
    Term { negated: false, test: Test::Any(terms), span }
}

/// A blank-separated part of the line, taken apart.
struct Word {
    span: Range<usize>,
    negated: bool,
    /// Field and operator, where there is one outside quotes.
    field: Option<(String, &'static str)>,
    /// The value with quotes resolved.
    value: String,
    /// Bytes of the value at which a comma outside quotes stands.
    commas: Vec<usize>,
    /// Whether a quote was opened and never closed.
    is_open: bool,
    /// Whether a part of it was quoted.
    is_quoted: bool,
}

impl Word {
    /// The values between commas, the empty ones left out.
    fn values(&self) -> impl Iterator<Item = &str> {
        let ends = self.commas.iter().copied().chain([self.value.len()]);
        let starts = std::iter::once(0).chain(self.commas.iter().map(|comma| comma + 1));
        starts.zip(ends).filter_map(|(start, end)| self.value.get(start..end)).filter(|value| !value.is_empty())
    }

    fn is(&self, word: &str) -> bool {
        !self.negated && !self.is_quoted && self.field.is_none() && self.value.eq_ignore_ascii_case(word)
    }
}

/// Splits at blanks outside quotes.
fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut characters = text.char_indices().peekable();
    while let Some(&(start, c)) = characters.peek() {
        if c.is_whitespace() {
            characters.next();
            continue;
        }
        let mut word = Word {
            span: start..text.len(),
            negated: false,
            field: None,
            value: String::new(),
            commas: Vec::new(),
            is_open: false,
            is_quoted: false,
        };
        while let Some(&(at, c)) = characters.peek() {
            if c.is_whitespace() && !word.is_open {
                word.span.end = at;
                break;
            }
            characters.next();
            let next = characters.peek().map(|&(_, next)| next);
            match c {
                '"' => (word.is_open, word.is_quoted) = (!word.is_open, true),
                '\\' if word.is_open && matches!(next, Some('"' | '\\')) => {
                    word.value.extend(next);
                    characters.next();
                }
                '-' if at == start && next.is_some_and(|next| !next.is_whitespace()) => word.negated = true,
                ':' | '=' | '~' | '<' | '>'
                    if !word.is_open && !word.is_quoted && word.field.is_none() && !word.value.is_empty() =>
                {
                    let followed = next == Some('=') && matches!(c, '<' | '>');
                    if followed {
                        characters.next();
                    }
                    let operator = match (c, followed) {
                        ('<', false) => "<",
                        ('<', true) => "<=",
                        ('>', false) => ">",
                        ('>', true) => ">=",
                        _ => ":",
                    };
                    word.commas.clear();
                    word.field = Some((std::mem::take(&mut word.value).to_lowercase(), operator));
                }
                c => {
                    if c == ',' && !word.is_open {
                        word.commas.push(word.value.len());
                    }
                    word.value.push(c);
                }
            }
        }
        words.push(word);
    }
    words
}

/// What a word asks: one thing, or any of several where a field's value is a list.
fn read_tests(word: &Word) -> Result<Vec<Test>, String> {
    let is_listed = |field: &str| matches!(field, "user" | "owner" | "assigned" | "tag" | "id" | "title" | "watch");
    let is_list = word.field.as_ref().is_some_and(|(field, operator)| *operator == ":" && is_listed(field));
    if !is_list || word.values().next().is_none() {
        return read_term(word, &word.value).map(|test| vec![test]);
    }
    word.values().map(|value| read_term(word, value)).collect()
}

fn read_term(word: &Word, value: &str) -> Result<Test, String> {
    if word.is_open {
        return Err("the quote is never closed".to_owned());
    }
    let opens = |text: &str| text.starts_with('(') || (text.ends_with(')') && !text.contains('('));
    if !word.is_quoted && (opens(value) || word.field.as_ref().is_some_and(|(field, _)| opens(field))) {
        return Err(NO_GROUPS.to_owned());
    }
    let Some((field, operator)) = &word.field else {
        return if value.is_empty() {
            Err("nothing to look for".to_owned())
        } else {
            Ok(Test::Text(value.to_lowercase()))
        };
    };
    if value.is_empty() {
        return Err(format!("{field} needs a value"));
    }
    let comparison = match *operator {
        "<" => Some(Comparison::Less),
        "<=" => Some(Comparison::AtMost),
        ">" => Some(Comparison::More),
        ">=" => Some(Comparison::AtLeast),
        _ => None,
    };
    match (field.as_str(), comparison) {
        ("source", None) => list(value, source).map(Test::Source),
        ("status", None) => list(value, status).map(Test::Status),
        ("severity", None) => list(value, severity).map(Test::SeverityIn),
        ("severity", Some(comparison)) => Ok(Test::Severity(comparison, severity(value)?)),
        ("class" | "classification", None) => list(value, classification).map(Test::Classification),
        ("user", None) => Ok(Test::User(value.to_lowercase())),
        ("owner" | "assigned", None) => Ok(Test::Owner(owner(value))),
        ("tag", None) => Ok(Test::Tag(value.to_lowercase())),
        ("age", Some(comparison)) => Ok(Test::Age(comparison, span(value)?)),
        ("age" | "changed", None) => Err(format!("{field} is compared: {field}<7d or {field}>2h")),
        ("changed", Some(comparison)) => Ok(Test::Changed(comparison, span(value)?)),
        ("id", None) => Ok(Test::Id(value.to_owned())),
        ("title", None) => Ok(Test::Title(value.to_lowercase())),
        ("watch", None) => Ok(Test::Watch(value.to_lowercase())),
        (known, Some(_))
            if matches!(known, "assigned" | "classification") || FIELDS.iter().any(|(word, _)| *word == known) =>
        {
            Err(format!("{field} cannot be compared; use {field}:value"))
        }
        _ => {
            let fields = FIELDS.map(|(word, _)| word).join(", ");
            Err(format!("there is no field {field}; there are {fields}. Quote it to look for the text"))
        }
    }
}

/// Reads comma-separated values.
fn list<T>(value: &str, read: fn(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
    let values: Vec<T> = value.split(',').filter(|part| !part.is_empty()).map(read).collect::<Result<_, _>>()?;
    if values.is_empty() { Err("a value is missing".to_owned()) } else { Ok(values) }
}

fn source(word: &str) -> Result<ServiceSource, String> {
    let known = ServiceSource::KNOWN.iter();
    let found = known.clone().find(|source| {
        [source.filter_word(), source.badge(), source.wire()].iter().any(|name| name.eq_ignore_ascii_case(word))
    });
    found.cloned().ok_or_else(|| {
        let words: Vec<&str> = known.map(ServiceSource::filter_word).collect();
        format!("no source {word}; there are {}", words.join(", "))
    })
}

fn status(word: &str) -> Result<StatusWord, String> {
    let plain = word.replace(['-', '_'], "");
    let plain = if plain.eq_ignore_ascii_case("active") { "new" } else { &plain };
    let found = StatusWord::ALL.into_iter().find(|status| status.word().eq_ignore_ascii_case(plain));
    found.ok_or_else(|| format!("no status {word}; there are {}", StatusWord::ALL.map(StatusWord::word).join(", ")))
}

fn severity(word: &str) -> Result<Severity, String> {
    let found = Severity::KNOWN.iter().find(|severity| {
        severity.wire().eq_ignore_ascii_case(word)
            || (severity.rank() > 0 && severity.letter().eq_ignore_ascii_case(word))
    });
    found.cloned().ok_or_else(|| format!("no severity {word}; there are high, medium, low, informational"))
}

/// The words for classifications and what they stand for.
pub(super) const CLASSIFICATIONS: [(&str, Classification); 4] = [
    ("tp", Classification::TruePositive),
    ("fp", Classification::FalsePositive),
    ("expected", Classification::InformationalExpectedActivity),
    ("none", Classification::Unknown),
];

fn classification(word: &str) -> Result<Classification, String> {
    let short = CLASSIFICATIONS.iter().find(|(short, _)| short.eq_ignore_ascii_case(word));
    let known = || Classification::KNOWN.iter().find(|known| known.wire().eq_ignore_ascii_case(word)).cloned();
    let found = short.map(|(_, classification)| classification.clone()).or_else(known);
    found.ok_or_else(|| format!("no classification {word}; there are tp, fp, expected, none"))
}

fn owner(word: &str) -> Owner {
    match word.to_lowercase() {
        me if me == "me" => Owner::Me,
        none if none == "none" || none == "nobody" => Owner::Nobody,
        name => Owner::Named(name),
    }
}

/// Reads `7d`, `12h`, `30m`, `2w`.
pub fn span(word: &str) -> Result<TimeSpan, String> {
    let refuse = || format!("{word} is not a length of time; write 30m, 12h, 7d or 2w");
    let unit = word.chars().next_back().ok_or_else(refuse)?;
    let number: i64 = word.strip_suffix(unit).and_then(|digits| digits.parse().ok()).ok_or_else(refuse)?;
    if !(0..=100_000).contains(&number) {
        return Err(refuse());
    }
    match unit {
        'm' => Ok(TimeSpan::minutes(number)),
        'h' => Ok(TimeSpan::hours(number)),
        'd' => Ok(TimeSpan::days(number)),
        'w' => Ok(TimeSpan::days(7 * number)),
        _ => Err(refuse()),
    }
}

impl fmt::Display for Term {
    /// As it would be typed: what is printed reads back as the same term.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negated {
            f.write_str("-")?;
        }
        match &self.test {
            Test::Source(sources) => write!(f, "source:{}", join(sources, |source| source.filter_word())),
            Test::Status(statuses) => write!(f, "status:{}", join(statuses, |status| status.word())),
            Test::Severity(comparison, severity) => write!(f, "severity{}{}", comparison.symbol(), severity.wire()),
            Test::SeverityIn(severities) => write!(f, "severity:{}", join(severities, Severity::wire)),
            Test::Classification(found) => write!(f, "class:{}", join(found, classification_word)),
            Test::User(text) => write!(f, "user:{}", quoted(text)),
            Test::Owner(Owner::Me) => f.write_str("owner:me"),
            Test::Owner(Owner::Nobody) => f.write_str("owner:none"),
            Test::Owner(Owner::Named(name)) => write!(f, "owner:{}", quoted(name)),
            Test::Tag(text) => write!(f, "tag:{}", quoted(text)),
            Test::Age(comparison, span) => write!(f, "age{}{}", comparison.symbol(), span_text(*span)),
            Test::Changed(comparison, span) => write!(f, "changed{}{}", comparison.symbol(), span_text(*span)),
            Test::Id(id) => write!(f, "id:{}", quoted(id)),
            Test::Title(text) => write!(f, "title:{}", quoted(text)),
            Test::Watch(text) => write!(f, "watch:{}", quoted(text)),
            Test::Any(terms) => {
                for (place, term) in terms.iter().enumerate() {
                    write!(f, "{}{term}", if place == 0 { "" } else { " or " })?;
                }
                Ok(())
            }
            Test::Text(text) if text == "or" || text == "not" => write!(f, "\"{text}\""),
            Test::Text(text) => f.write_str(&quoted(text)),
        }
    }
}

impl fmt::Display for Filter {
    /// The line in one form: what was understood, a blank between terms.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, term) in self.terms.iter().enumerate() {
            write!(f, "{}{term}", if place == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

fn join<T>(values: &[T], word: impl Fn(&T) -> &str) -> String {
    values.iter().map(word).collect::<Vec<_>>().join(",")
}

fn classification_word(classification: &Classification) -> &str {
    let short = CLASSIFICATIONS.iter().find(|(_, known)| known == classification);
    short.map_or_else(|| classification.wire(), |(short, _)| short)
}

/// `text`, in quotes where it would otherwise be taken apart.
pub(super) fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '@' | '/');
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn span_text(span: TimeSpan) -> String {
    let minutes = span.ticks() / TimeSpan::minutes(1).ticks();
    match minutes {
        0 => "0m".to_owned(),
        whole if whole % 1_440 == 0 => format!("{}d", whole / 1_440),
        whole if whole % 60 == 0 => format!("{}h", whole / 60),
        odd => format!("{odd}m"),
    }
}
