//! `mv-expand`

use crate::kql::syntax::ast::{MvColumn, MvExpand};
use crate::kql::syntax::parser::Parser;

impl Parser<'_> {
    pub(super) fn mv_expand(&mut self) -> MvExpand {
        let mut item_index = None;
        let mut array_expansion = None;
        loop {
            self.skip_hints();
            if self.at_parameter("with_itemindex") {
                self.bump();
                self.bump();
                item_index = self.name("a column name");
            } else if self.at_parameter("bagexpansion") || self.at_parameter("kind") {
                self.bump();
                self.bump();
                let span = self.span();
                match self.eat_name().as_ref().map(|name| &*name.text) {
                    Some("array") => array_expansion = Some(span),
                    Some("bag") => {}
                    _ => self.complain(span, "A bag expands as 'bag' or as 'array'"),
                }
            } else {
                break;
            }
        }
        let columns = self.list(Self::mv_column);
        let limit = self.eat_word("limit").then(|| self.expression());
        MvExpand { item_index, array_expansion, columns, limit }
    }

    fn mv_column(&mut self) -> MvColumn {
        let value = self.named_expression();
        let mut ty = None;
        if self.eat_word("to") && self.expect_word("typeof") {
            ty = Some(self.bracketed_type());
        }
        MvColumn { value, ty }
    }
}
