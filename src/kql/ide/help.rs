//! What a word in a query is, how a call goes on, where a name was given, and what can be folded.

use super::complete::{Scope, started};
use crate::kql::functions::{Accepts, Occurs, Signature};
use crate::kql::syntax::token::{Token, TokenKind};
use crate::kql::syntax::{OPERATORS, lex, parse};
use crate::kql::{Schema, Span, aggregates, functions, windows};

/// How much of a `let` statement is shown.
const LET_CHARS_MAX: usize = 160;

/// What is known of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The word.
    pub span: Span,
    /// One line on it.
    pub text: String,
}

/// How a call goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureHelp {
    /// The ways to call it: `strlen(source: string)`.
    pub labels: Vec<String>,
    /// The argument the place is in, from 0.
    pub argument: usize,
    /// What it gives, in one line.
    pub summary: &'static str,
}

/// A function, aggregate or window function: how it is called and what it gives.
fn callable(name: &str) -> Option<(&'static [Signature], &'static str)> {
    let function = functions::find(name).map(|known| (known.signatures, known.summary));
    let aggregate = || aggregates::find(name).map(|known| (known.signatures, known.summary));
    let window = || windows::find(name).map(|known| (known.signatures, known.summary));
    function.or_else(aggregate).or_else(window)
}

/// `name(a: long, [b: string], …)`
fn label(name: &str, signature: &Signature) -> String {
    let parameter = |parameter: &functions::Parameter| {
        let ty = match parameter.accepts {
            Accepts::Only(ty) => ty.name(),
            Accepts::Number => "number",
            Accepts::Integer => "whole number",
            Accepts::Summable => "number, datetime or timespan",
            Accepts::Text => "string or dynamic",
            Accepts::Any | Accepts::Common | Accepts::CaseArms => "any",
        };
        match parameter.occurs {
            Occurs::Once => format!("{}: {ty}", parameter.name),
            Occurs::Optional => format!("[{}: {ty}]", parameter.name),
            Occurs::Many => format!("[{}: {ty}, …]", parameter.name),
        }
    };
    let parameters: Vec<String> = signature.parameters.iter().map(parameter).collect();
    format!("{name}({})", parameters.join(", "))
}

/// Those of `tokens` that are words, and the index of the one at byte `at`.
fn word_at(tokens: &[Token], at: usize) -> Option<(Vec<Token>, usize)> {
    let words: Vec<Token> = tokens.iter().filter(|token| !token.kind.is_trivia()).copied().collect();
    let index = words
        .iter()
        .position(|token| token.span.start <= at && at <= token.span.end && token.kind == TokenKind::Name)?;
    Some((words, index))
}

/// What the word at byte `at` of `source` is.
pub fn hover(source: &str, at: usize, schema: &Schema) -> Option<Hover> {
    hover_in(&mut Scope::default(), source, at, schema)
}

/// The same, for one place after another: `scope` is kept between them, and is of one schema.
pub fn hover_in(scope: &mut Scope, source: &str, at: usize, schema: &Schema) -> Option<Hover> {
    let (words, index) = word_at(scope.lexed(source).tokens(), at)?;
    let word = words.get(index)?;
    let span = word.span;
    let name = span.of(source);
    let next = words.get(index + 1).map(|token| token.kind);
    let before = index.checked_sub(1).and_then(|before| words.get(before)).map(|token| token.kind);
    let found = |text: String| Some(Hover { span, text });
    if let Some(given) = given(source, &words, index) {
        return found(given);
    }
    if next == Some(TokenKind::OpenParen)
        && let Some((signatures, summary)) = callable(name)
    {
        let first = signatures.first().map(|signature| label(name, signature)).unwrap_or_default();
        return found(format!("{first}: {summary}"));
    }
    if before == Some(TokenKind::Pipe)
        && let Some((operator, summary)) = operator_at(source, &words, index)
    {
        return found(format!("{operator}: {summary}"));
    }
    if let Some(table) = schema.table(name) {
        return found(format!("{name}: {}", table.description));
    }
    // A column that is named where it is made, or as a join's key, is none of those that reach the operator.
    let reaching = scope.column_at(name, source, span.start, schema);
    let near = words.iter().filter(|word| word.kind == TokenKind::Name);
    let near = near.filter_map(|word| schema.table(word.span.of(source)));
    let documented = near.chain(schema.tables()).find_map(|table| table.column(name));
    match (reaching, documented) {
        (Some(ty), Some(column)) if column.ty == ty => found(format!("{name}: {ty}. {}", column.description)),
        (Some(ty), _) => found(format!("{name}: {ty}. A column of this query")),
        (None, Some(column)) => found(format!("{name}: {}. {}", column.ty, column.description)),
        (None, None) => functions::operator(name).and_then(|known| found(format!("{name}: {}", known.summary))),
    }
}

/// The operator whose first word is at `index`: its name may be of several, joined by dashes.
fn operator_at(source: &str, words: &[Token], index: usize) -> Option<&'static (&'static str, &'static str)> {
    let first = words.get(index)?.span;
    let joined = words.get(index..)?.windows(2).take_while(|pair| pair[0].span.end == pair[1].span.start);
    let end = joined.last().map_or(first.end, |pair| pair[1].span.end);
    let name = source.get(first.start..end)?;
    OPERATORS.iter().find(|(operator, _)| operator.split(' ').next() == Some(name))
}

/// What the `let` name at `index` stands for: the first line of its statement.
fn given(source: &str, words: &[Token], index: usize) -> Option<String> {
    let at = let_before(source, words, index)?;
    let statement = source.get(words.get(at)?.span.start..)?;
    let line = statement.lines().next()?.trim_end();
    Some(line.chars().take(LET_CHARS_MAX).collect())
}

/// Where the `let` before or at `index` stands that names the word there.
fn let_before(source: &str, words: &[Token], index: usize) -> Option<usize> {
    let name = words.get(index)?.span.of(source);
    let is_member = index.checked_sub(1).and_then(|at| words.get(at)).is_some_and(|token| token.kind == TokenKind::Dot);
    let mut pairs = words.windows(2).take(index.max(1)).enumerate().filter(|(_, pair)| {
        pair[0].span.of(source) == "let" && pair[1].kind == TokenKind::Name && pair[1].span.of(source) == name
    });
    pairs.next_back().map(|(at, _)| at).filter(|_| !is_member)
}

/// The call around byte `at` of `source`.
pub fn signature_help(source: &str, at: usize) -> Option<SignatureHelp> {
    signature_help_in(&mut Scope::default(), source, at)
}

/// The same, for one place after another: `scope` is kept between them.
pub fn signature_help_in(scope: &mut Scope, source: &str, at: usize) -> Option<SignatureHelp> {
    let lexed = scope.lexed(source);
    let tokens = lexed.tokens();
    let words = started(tokens, at).iter().filter(|token| !token.kind.is_trivia());
    let words: Vec<Token> = words.copied().collect();
    let (mut closed, mut argument) = (0_usize, 0);
    for (index, token) in words.iter().enumerate().rev() {
        match token.kind {
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => closed += 1,
            TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace if closed > 0 => closed -= 1,
            TokenKind::Comma if closed == 0 => argument += 1,
            TokenKind::OpenParen => {
                let at = index.checked_sub(1)?;
                let name = words.get(at)?.span.of(source);
                if let Some(label) = let_before(source, &words, at).and_then(|given| function_label(source, given)) {
                    return Some(SignatureHelp { labels: vec![label], argument, summary: "a function of this query" });
                }
                let (signatures, summary) = callable(name)?;
                let labels = signatures.iter().map(|signature| label(name, signature)).collect();
                return Some(SignatureHelp { labels, argument, summary });
            }
            TokenKind::Pipe | TokenKind::Semicolon => return None,
            _ => {}
        }
    }
    None
}

/// `name(a: long, b: string = 'x')` of the function whose `let` is the word at `given`; nothing of other values.
fn function_label(source: &str, given: usize) -> Option<String> {
    let words: Vec<Token> = lex(source).into_iter().filter(|token| !token.kind.is_trivia()).collect();
    let name = words.get(given + 1)?.span;
    let open = words.iter().skip(given + 3).find(|token| token.span.of(source) != "view")?;
    if open.kind != TokenKind::OpenParen || words.get(given + 2)?.kind != TokenKind::Assign {
        return None;
    }
    let mut depth = 0_usize;
    let mut inside = words.iter().skip_while(|token| token.span != open.span);
    let close = inside.find(|token| {
        depth += usize::from(token.kind == TokenKind::OpenParen);
        depth -= usize::from(token.kind == TokenKind::CloseParen);
        depth == 0
    })?;
    (inside.next()?.kind == TokenKind::OpenBrace).then(|| {
        let parameters = source.get(open.span.start..close.span.end).unwrap_or_default();
        format!("{}{}", name.of(source), parameters.split_whitespace().collect::<Vec<_>>().join(" "))
    })
}

/// Where the `let` name at byte `at` of `source` was given.
pub fn definition(source: &str, at: usize) -> Option<Span> {
    let (words, index) = word_at(&lex(source), at)?;
    let given = let_before(source, &words, index)?;
    words.get(given + 1).map(|name| name.span)
}

/// What can be folded: statements and brackets over more than one line, in order of place.
pub fn folds(source: &str) -> Vec<Span> {
    let parsed = parse(source);
    let mut folds: Vec<Span> = parsed.query.statements.iter().map(|statement| statement.span).collect();
    let mut open: Vec<usize> = Vec::new();
    for token in &parsed.tokens {
        match token.kind {
            TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => open.push(token.span.start),
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => {
                folds.extend(open.pop().map(|start| Span::new(start, token.span.end)));
            }
            _ => {}
        }
    }
    folds.retain(|fold| fold.of(source).contains('\n'));
    folds.sort_by_key(|fold| (fold.start, std::cmp::Reverse(fold.end)));
    folds.dedup();
    folds
}
