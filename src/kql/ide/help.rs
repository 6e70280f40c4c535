//! What a word in a query is, how a call goes on, where a name was given, and what can be folded.

use crate::kql::functions::{Accepts, Occurs, Signature};
use crate::kql::syntax::token::{Token, TokenKind};
use crate::kql::syntax::{OPERATORS, lex, parse};
use crate::kql::{Schema, Span, aggregates, functions, windows};

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

/// The tokens of `source` that are words, and the index of the one at byte `at`.
fn word_at(source: &str, at: usize) -> Option<(Vec<Token>, usize)> {
    let words: Vec<Token> = lex(source).into_iter().filter(|token| !token.kind.is_trivia()).collect();
    let index = words
        .iter()
        .position(|token| token.span.start <= at && at <= token.span.end && token.kind == TokenKind::Name)?;
    Some((words, index))
}

/// What the word at byte `at` of `source` is.
pub fn hover(source: &str, at: usize, schema: &Schema) -> Option<Hover> {
    let (words, index) = word_at(source, at)?;
    let span = words.get(index)?.span;
    let name = span.of(source);
    let next = words.get(index + 1).map(|token| token.kind);
    let before = index.checked_sub(1).and_then(|before| words.get(before)).map(|token| token.kind);
    let found = |text: String| Some(Hover { span, text });
    if next == Some(TokenKind::OpenParen)
        && let Some((signatures, summary)) = callable(name)
    {
        let first = signatures.first().map(|signature| label(name, signature)).unwrap_or_default();
        return found(format!("{first}: {summary}"));
    }
    if before == Some(TokenKind::Pipe)
        && let Some((operator, summary)) =
            OPERATORS.iter().find(|(operator, _)| operator.split(' ').next() == Some(name))
    {
        return found(format!("{operator}: {summary}"));
    }
    if let Some(table) = schema.table(name) {
        return found(format!("{name}: {}", table.description));
    }
    let mentioned = |table: &str| words.iter().any(|word| word.span.of(source) == table);
    let tables = schema.tables().iter();
    let (near, far): (Vec<_>, Vec<_>) = tables.partition(|table| mentioned(&table.name));
    let column = near.into_iter().chain(far).find_map(|table| table.column(name))?;
    found(format!("{name}: {}. {}", column.ty, column.description))
}

/// The call around byte `at` of `source`.
pub fn signature_help(source: &str, at: usize) -> Option<SignatureHelp> {
    let words: Vec<Token> =
        lex(source).into_iter().filter(|token| !token.kind.is_trivia() && token.span.start < at).collect();
    let (mut closed, mut argument) = (0_usize, 0);
    for (index, token) in words.iter().enumerate().rev() {
        match token.kind {
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => closed += 1,
            TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace if closed > 0 => closed -= 1,
            TokenKind::Comma if closed == 0 => argument += 1,
            TokenKind::OpenParen => {
                let name = index.checked_sub(1).and_then(|before| words.get(before))?.span.of(source);
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

/// Where the `let` name at byte `at` of `source` was given.
pub fn definition(source: &str, at: usize) -> Option<Span> {
    let (words, index) = word_at(source, at)?;
    let name = words.get(index)?.span.of(source);
    let mut given = words.windows(2).take(index.max(1)).filter_map(|pair| match pair {
        [first, second] if first.span.of(source) == "let" && second.span.of(source) == name => Some(second.span),
        _ => None,
    });
    given.next_back()
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
