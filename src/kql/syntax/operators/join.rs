//! `join` and `lookup`.

use crate::kql::syntax::ast::Join;
use crate::kql::syntax::parser::Parser;

impl Parser<'_> {
    pub(super) fn join(&mut self) -> Join {
        let mut kind = None;
        loop {
            self.skip_hints();
            if !self.at_parameter("kind") {
                break;
            }
            self.bump();
            self.bump();
            kind = self.name("a kind of join");
        }
        let right = self.postfix();
        self.skip_hints();
        let on = if self.expect_word("on") { self.list(Self::expression) } else { Vec::new() };
        Join { kind, right, on }
    }
}
