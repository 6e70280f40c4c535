//! Which query of several is meant.

use crate::kql::Span;
use crate::kql::syntax::Lexed;
use crate::kql::syntax::token::TokenKind;

impl Lexed {
    /// The query around byte `at`: what blank lines before and after set apart, as the portal has it. On a blank line it is
    /// the one before. Blank lines inside a string do not count.
    pub fn statement_at(&self, at: usize) -> Span {
        let mut blocks: Vec<Span> = Vec::new();
        let mut open: Option<Span> = None;
        for token in self.tokens() {
            if token.kind == TokenKind::Whitespace {
                if token.span.of(self.source()).matches('\n').count() > 1 {
                    blocks.extend(open.take());
                }
            } else {
                open = Some(open.map_or(token.span, |block| block.to(token.span)));
            }
        }
        blocks.extend(open);
        let before = blocks.iter().rev().find(|block| block.start <= at);
        before.or(blocks.first()).copied().unwrap_or_default()
    }
}
