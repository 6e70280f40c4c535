//! What could be written next: tables where rows come from, operators after a bar, columns in scope and functions
//! elsewhere, known values inside a string.

use crate::kql::plan::Field;
use crate::kql::syntax::token::{Token, TokenKind};
use crate::kql::syntax::{Lexed, OPERATORS, Parsed, parse};
use crate::kql::{Schema, Span, aggregates, check, functions};

/// The most completions given.
const COMPLETIONS_MAX: usize = 200;

/// Something that could be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The text.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// A type or a line on what it is.
    pub detail: String,
    /// What of the source it replaces.
    pub span: Span,
}

/// What a completion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CompletionKind {
    /// A column in scope.
    Column,
    /// A `let` name.
    Let,
    /// A table of the schema.
    Table,
    /// A tabular operator.
    Operator,
    /// A word of an operator's grammar, or a comparison.
    Keyword,
    /// An aggregate function.
    Aggregate,
    /// A scalar function.
    Function,
    /// A value seen in a column.
    Value,
}

/// What was found of the text that was asked about last, for the next question. While one writes within an operator, what
/// is before it stays, and so do the columns that reach it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scope {
    /// That text.
    lexed: Lexed,
    /// The text that the columns come from.
    before: String,
    columns: Vec<Field>,
}

/// What could be written at byte `at` of `source`, best first.
pub fn complete(source: &str, at: usize, schema: &Schema) -> Vec<Completion> {
    complete_in(&mut Scope::default(), source, at, schema)
}

/// The same, for one key after another: `scope` is kept between them, and is of one schema.
pub fn complete_in(scope: &mut Scope, source: &str, at: usize, schema: &Schema) -> Vec<Completion> {
    let lexed = scope.lexed(source);
    let tokens = started(lexed.tokens(), at);
    let place = Place::find(source, at, tokens);
    let mut offer = Offer { typed: place.typed.of(source), found: Vec::new() };
    match &place.wanted {
        Wanted::Nothing => {}
        Wanted::Values(column) => values(column, schema, &mut offer),
        Wanted::Operators => {
            for (name, detail) in OPERATORS {
                offer.add(name, CompletionKind::Operator, detail);
            }
        }
        Wanted::Tables => tables(source, at, tokens, schema, &mut offer),
        Wanted::Kinds => KINDS.iter().for_each(|kind| offer.add(kind, CompletionKind::Keyword, "kind of join")),
        Wanted::Connectives => {
            for (word, what) in CONNECTIVES {
                offer.add(word, CompletionKind::Keyword, what);
            }
        }
        Wanted::Operands { aggregates } => {
            scope.reach(source, &place, schema);
            operands(source, at, tokens, scope, *aggregates, &mut offer);
        }
    }
    let typed = offer.typed.as_bytes();
    let mut found = offer.found;
    found
        .sort_by_key(|(label, ..)| !label.as_bytes().get(..typed.len()).is_some_and(|s| s.eq_ignore_ascii_case(typed)));
    found.truncate(COMPLETIONS_MAX);
    let span = place.typed;
    let made = found.into_iter().map(|(label, kind, detail)| Completion {
        label: label.to_owned(),
        kind,
        detail: detail.to_owned(),
        span,
    });
    made.collect()
}

/// Those of `tokens` that start before byte `at`.
pub(super) fn started(tokens: &[Token], at: usize) -> &[Token] {
    tokens.get(..tokens.partition_point(|token| token.span.start < at)).unwrap_or(tokens)
}

/// What may be written, as far as it fits what is there already.
struct Offer<'o> {
    typed: &'o str,
    found: Vec<(&'o str, CompletionKind, &'o str)>,
}

impl<'o> Offer<'o> {
    fn add(&mut self, label: &'o str, kind: CompletionKind, detail: &'o str) {
        let typed = self.typed.as_bytes();
        if typed.is_empty() || label.as_bytes().windows(typed.len()).any(|part| part.eq_ignore_ascii_case(typed)) {
            self.found.push((label, kind, detail));
        }
    }
}

/// The kinds of join, most used first.
pub(super) static KINDS: &[&str] =
    &["inner", "leftouter", "leftsemi", "leftanti", "innerunique", "rightouter", "rightsemi", "rightanti", "fullouter"];

/// What can follow an operand.
static CONNECTIVES: &[(&str, &str)] = &[
    ("and", "both"),
    ("or", "either"),
    ("by", "groups or order"),
    ("asc", "smallest first"),
    ("desc", "largest first"),
    ("has", "holds the term, any case"),
    ("has_any", "holds any of the terms"),
    ("has_all", "holds all of the terms"),
    ("!has", "does not hold the term"),
    ("contains", "holds the text, any case"),
    ("!contains", "does not hold the text"),
    ("startswith", "starts with the text, any case"),
    ("endswith", "ends with the text, any case"),
    ("in", "is one of"),
    ("in~", "is one of, any case"),
    ("!in", "is none of"),
    ("!in~", "is none of, any case"),
    ("between", "lies in a range"),
    ("matches regex", "matches a regular expression"),
    ("on", "keys of a join"),
    ("to typeof", "type of an expanded column"),
];

enum Wanted {
    Nothing,
    Tables,
    Operators,
    Kinds,
    Connectives,
    Operands {
        aggregates: bool,
    },
    /// Values of the column called so.
    Values(String),
}

/// What a place in the text asks for.
struct Place {
    wanted: Wanted,
    /// The part of a word that is there already.
    typed: Span,
    /// The bar that starts the operator around the place.
    bar: Option<usize>,
    /// Where the pipeline before that bar starts.
    pipeline: usize,
    /// Where the statement around the place starts.
    statement: usize,
}

impl Place {
    /// What stands before byte `at` is `tokens`.
    fn find(source: &str, at: usize, tokens: &[Token]) -> Self {
        let here = Span::new(at, at);
        let mut place = Self { wanted: Wanted::Nothing, typed: here, bar: None, pipeline: 0, statement: 0 };
        let last = tokens.last().copied();
        let inside = last.filter(|token| token.span.end >= at);
        let words: Vec<Token> = tokens.iter().filter(|token| !token.kind.is_trivia()).copied().collect();
        match inside.map(|token| (token.kind, token.span)) {
            Some((TokenKind::Comment, _)) => return place,
            Some((TokenKind::String, span)) if span.end == at => return place,
            Some((TokenKind::String | TokenKind::UnterminatedString, span)) => {
                place.typed = Span::new((span.start + 1).min(at), at);
                place.wanted = value_column(source, &words).map_or(Wanted::Nothing, Wanted::Values);
                return place;
            }
            Some((TokenKind::Name | TokenKind::WordOperator, span)) => place.typed = Span::new(span.start, at),
            _ => {}
        }
        let before: &[Token] =
            if place.typed.start < at { words.split_last().map_or(&[], |(_, rest)| rest) } else { &words };
        place.surround(source, before);
        place.wanted = place.asks(source, before);
        place
    }

    /// Finds the bar, pipeline and statement around the place, walking back from it.
    fn surround(&mut self, source: &str, before: &[Token]) {
        let mut closed = 0_usize;
        for (at, token) in before.iter().enumerate().rev() {
            match token.kind {
                TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => closed += 1,
                TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace if closed > 0 => closed -= 1,
                TokenKind::OpenParen | TokenKind::OpenBrace if self.bar.is_some() && self.pipeline == 0 => {
                    self.pipeline = token.span.end;
                }
                TokenKind::Pipe if closed == 0 && self.bar.is_none() => self.bar = Some(token.span.start),
                TokenKind::Assign if closed == 0 && self.pipeline == 0 && is_let(source, before, at) => {
                    self.pipeline = token.span.end;
                }
                TokenKind::Semicolon if closed == 0 => {
                    self.statement = token.span.end;
                    break;
                }
                _ => {}
            }
        }
        self.pipeline = self.pipeline.max(self.statement);
    }

    /// What may stand after the words `before`.
    fn asks(&self, source: &str, before: &[Token]) -> Wanted {
        let text = |back: usize| {
            before.len().checked_sub(back).and_then(|at| before.get(at)).map_or("", |token| token.span.of(source))
        };
        let Some(last) = before.last() else { return Wanted::Tables };
        let takes_table =
            |word: &str| matches!(word, "join" | "lookup" | "union" | "in" | "materialize" | "toscalar" | "search");
        match last.kind {
            TokenKind::Pipe => Wanted::Operators,
            TokenKind::Semicolon | TokenKind::OpenBrace => Wanted::Tables,
            TokenKind::Dot => Wanted::Nothing,
            TokenKind::Assign if text(2) == "kind" => Wanted::Kinds,
            TokenKind::Assign if is_let(source, before, before.len() - 1) => Wanted::Tables,
            TokenKind::OpenParen if takes_table(text(2)) || KINDS.contains(&text(2)) => Wanted::Tables,
            TokenKind::Name if matches!(text(1), "join" | "lookup" | "union") || KINDS.contains(&text(1)) => {
                Wanted::Tables
            }
            TokenKind::Comma if self.operator(source) == "union" => Wanted::Tables,
            TokenKind::Name if self.expects_operand(source, last) => self.operands(source),
            kind if kind.is_literal() => Wanted::Connectives,
            TokenKind::Name | TokenKind::CloseParen | TokenKind::CloseBracket => Wanted::Connectives,
            _ => self.operands(source),
        }
    }

    fn operands(&self, source: &str) -> Wanted {
        Wanted::Operands { aggregates: self.operator(source) == "summarize" }
    }

    /// The operator around the place.
    fn operator<'s>(&self, source: &'s str) -> &'s str {
        let after = self.bar.map_or(self.statement, |bar| bar + 1);
        let rest = source.get(after..).unwrap_or_default().trim_start();
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '-' && c != '_').unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    }

    /// Whether `word` is one after which an operand stands: an operator's name, `by`, `and`, `has`.
    fn expects_operand(&self, source: &str, word: &Token) -> bool {
        let text = word.span.of(source);
        let is_operator = self.operator(source).ends_with(text)
            && self.bar.is_some_and(|bar| {
                source.get(bar + 1..word.span.start).is_some_and(|s| !s.contains([' ', '\n']) || s.trim().is_empty())
            });
        is_operator
            || matches!(text, "by" | "on" | "and" | "or" | "print" | "regex")
            || functions::operator(text).is_some()
    }
}

/// Whether the `=` at `at` follows `let name`.
fn is_let(source: &str, words: &[Token], at: usize) -> bool {
    at.checked_sub(2).and_then(|at| words.get(at)).is_some_and(|token| token.span.of(source) == "let")
}

/// The column that the string at the end of `words` is compared with.
fn value_column(source: &str, words: &[Token]) -> Option<String> {
    let (_, before) = words.split_last()?;
    let mut before = before
        .iter()
        .rev()
        .skip_while(|token| matches!(token.kind, TokenKind::OpenParen | TokenKind::Comma | TokenKind::String));
    let operator = before.next()?;
    let compares = matches!(operator.kind, TokenKind::Equal | TokenKind::NotEqual | TokenKind::EqualTilde)
        || matches!(operator.kind, TokenKind::NotEqualTilde | TokenKind::WordOperator)
        || functions::operator(operator.span.of(source)).is_some();
    let column = before.next()?;
    (compares && column.kind == TokenKind::Name).then(|| column.span.of(source).to_owned())
}

fn values<'o>(column: &str, schema: &'o Schema, offer: &mut Offer<'o>) {
    let known =
        schema.tables().iter().filter_map(|table| table.column(column)).find(|column| !column.values.is_empty());
    if let Some(known) = known {
        known.values.iter().for_each(|value| offer.add(value, CompletionKind::Value, &known.name));
    }
}

fn tables<'o>(source: &'o str, at: usize, tokens: &[Token], schema: &'o Schema, offer: &mut Offer<'o>) {
    lets(source, at, tokens, offer);
    for table in schema.tables() {
        offer.add(&table.name, CompletionKind::Table, &table.description);
    }
    for (word, detail) in OPERATORS.iter().filter(|(word, _)| matches!(*word, "union" | "search")) {
        offer.add(word, CompletionKind::Operator, detail);
    }
    offer.add("let", CompletionKind::Keyword, "names a value, a table or a function");
    offer.add("print", CompletionKind::Operator, "one row of values");
}

/// The names that `let` gives among `tokens` before `at`.
fn lets<'o>(source: &'o str, at: usize, tokens: &[Token], offer: &mut Offer<'o>) {
    let mut words = tokens.iter().filter(|token| !token.kind.is_trivia());
    let mut is_let = false;
    for word in &mut words {
        if is_let && word.kind == TokenKind::Name && word.span.end < at {
            offer.add(word.span.of(source), CompletionKind::Let, "let");
        }
        is_let = word.span.of(source) == "let";
    }
}

fn operands<'o>(
    source: &'o str,
    at: usize,
    tokens: &[Token],
    scope: &'o Scope,
    with_aggregates: bool,
    offer: &mut Offer<'o>,
) {
    scope.columns.iter().for_each(|f| offer.add(&f.name, CompletionKind::Column, f.ty.name()));
    lets(source, at, tokens, offer);
    if with_aggregates {
        aggregates::all().for_each(|known| offer.add(known.name, CompletionKind::Aggregate, known.summary));
    }
    functions::all().for_each(|known| offer.add(known.name, CompletionKind::Function, known.summary));
}

impl Scope {
    /// Takes note of a text that is parsed already.
    pub fn remember(&mut self, parsed: &Parsed) {
        self.lexed = parsed.into();
    }

    /// `source` and its tokens, trivia included.
    pub(super) fn lexed(&mut self, source: &str) -> Lexed {
        self.lexed = self.lexed.of(source);
        self.lexed.clone()
    }

    /// The type of the column called `name` at byte `at` of `source`, where there is one.
    pub(super) fn column_at(
        &mut self,
        name: &str,
        source: &str,
        at: usize,
        schema: &Schema,
    ) -> Option<crate::kql::Type> {
        let lexed = self.lexed(source);
        let place = Place::find(source, at, started(lexed.tokens(), at));
        place.bar?;
        self.reach(source, &place, schema);
        self.columns.iter().find(|column| &*column.name == name).map(|column| column.ty)
    }

    /// Finds the columns that reach the operator around the place: what the pipeline before it gives.
    fn reach(&mut self, source: &str, place: &Place, schema: &Schema) {
        let lets = source.get(..place.statement).unwrap_or_default();
        let pipeline = place.bar.and_then(|bar| source.get(place.pipeline..bar)).unwrap_or_default();
        let known = self.before.strip_prefix(lets).and_then(|rest| rest.strip_prefix('\n')) == Some(pipeline);
        if !known {
            let before = format!("{lets}\n{pipeline}");
            self.columns = check::columns(&parse(&before), schema).unwrap_or_default();
            self.before = before;
        }
    }
}
