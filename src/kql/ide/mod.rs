//! Editor services: pure functions of text and place.

use super::Span;

/// What a token is, for colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A tabular operator or other keyword.
    Keyword,
    /// A string or scalar operator.
    Operator,
    /// A function or aggregate name.
    Function,
    /// A known table.
    Table,
    /// Any other name.
    Name,
    /// A string literal.
    String,
    /// A number, instant, span, guid or boolean literal.
    Number,
    /// A type name.
    Type,
    /// A comment.
    Comment,
    /// `|`, brackets, commas.
    Punctuation,
    /// Not understood.
    Error,
}

/// The coloured tokens of `source` in order of place; white space is left out.
pub fn highlight(source: &str) -> Vec<(Span, TokenKind)> {
    let _ = source;
    Vec::new()
}

/// The statement that a blank line before and after sets apart around byte `at`: what the portal runs.
pub fn statement_at(source: &str, at: usize) -> Span {
    let _ = at;
    Span::new(0, source.len())
}
