//! Text to tree: tokens, then statements and operators by recursive descent, expressions by precedence.
//!
//! Nothing here fails or panics. What cannot be understood becomes an error node and a diagnostic, and reading goes on
//! at the next `|`, `;` or closing bracket. Depth is bounded, so hostile text cannot exhaust the stack.

pub mod ast;
mod expression;
mod lexed;
mod lexer;
pub mod literal;
mod operators;
mod parser;
mod reserved;
mod statement;
pub mod token;

#[cfg(test)]
mod tests;

use super::{Diagnostic, Span};
use token::Token;

pub use lexed::Lexed;
pub use lexer::lex;
pub use operators::{GUESSED, OPERATORS};

/// A query's tree and what could not be understood.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// The tree.
    pub query: ast::Query,
    /// All tokens, trivia included; together they are the text.
    pub tokens: Vec<Token>,
    /// What could not be understood, in order of place.
    pub diagnostics: Vec<Diagnostic>,
    source: Box<str>,
}

impl Parsed {
    /// The whole text.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The text at `span`.
    pub fn text_of(&self, span: Span) -> &str {
        span.of(&self.source)
    }
}

/// Parses `source`.
pub fn parse(source: &str) -> Parsed {
    parsed(source, lex(source))
}

/// Parses `source`, of which `tokens` are those.
fn parsed(source: &str, tokens: Vec<Token>) -> Parsed {
    let mut parser = parser::Parser::new(source, &tokens);
    let query = parser.query();
    let mut diagnostics = parser.diagnostics;
    diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    Parsed { query, tokens, diagnostics, source: source.into() }
}
