//! Editor services: pure functions of text and place.

mod complete;
mod format;
mod help;
mod highlight;
mod lint;
mod statement;

#[cfg(test)]
mod tests;

pub use complete::{Completion, CompletionKind, Scope, complete, complete_in};
pub use format::format;
pub use help::{Hover, SignatureHelp, definition, folds, hover, hover_in, signature_help, signature_help_in};
pub use lint::{advice, lints};

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
