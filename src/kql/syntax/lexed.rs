//! A text and its tokens, cut once for all who look at it: at each key an editor asks for the statement under the cursor, for
//! its tree and for colours.

use super::token::Token;
use super::{Parsed, lex, parsed};
use crate::kql::Span;
use std::sync::Arc;

/// A text and its tokens, trivia included. Clones share both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lexed {
    source: Arc<str>,
    tokens: Arc<[Token]>,
}

impl Lexed {
    /// `source` and its tokens.
    pub fn new(source: &str) -> Self {
        Self { source: source.into(), tokens: lex(source).into() }
    }

    /// That of `source`: this one where it is of that text.
    pub fn of(&self, source: &str) -> Self {
        if &*self.source == source { self.clone() } else { Self::new(source) }
    }

    /// The text.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The tokens; together they are the text.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Parses the part at `span`, which begins and ends where tokens do. Places in what comes of it are counted from there.
    pub fn parse(&self, span: Span) -> Parsed {
        let from = self.tokens.partition_point(|token| token.span.start < span.start);
        let to = self.tokens.partition_point(|token| token.span.end <= span.end);
        let part = self.tokens.get(from..to).unwrap_or_default().iter();
        let near = |token: &Token| Token {
            span: Span::new(token.span.start - span.start, token.span.end - span.start),
            ..*token
        };
        parsed(span.of(&self.source), part.map(near).collect())
    }
}

impl From<&Parsed> for Lexed {
    fn from(parsed: &Parsed) -> Self {
        Self { source: parsed.source().into(), tokens: parsed.tokens.as_slice().into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_statement_of_a_text_is_parsed_as_it_is_alone(text in "[a-zT0-9|=;'\"`~#/(){}. \n]{0,80}", at in 0_usize..80) {
            let lexed = Lexed::new(&text);
            let span = lexed.statement_at(at);
            let (part, alone) = (lexed.parse(span), super::super::parse(span.of(&text)));
            prop_assert_eq!(&part.tokens, &alone.tokens);
            prop_assert_eq!((part.source(), &part.diagnostics), (alone.source(), &alone.diagnostics));
        }
    }
}
