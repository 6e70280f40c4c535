//! `project-reorder`; the other projections are plain lists.

use crate::kql::syntax::ast::Reorder;
use crate::kql::syntax::parser::Parser;

impl Parser<'_> {
    pub(super) fn reorder(&mut self) -> Reorder {
        let column = self.wildcard_or_name();
        let descending = match self.text() {
            "asc" | "granny-asc" => Some(false),
            "desc" | "granny-desc" => Some(true),
            _ => None,
        };
        if descending.is_some() {
            self.bump();
        }
        Reorder { column, descending }
    }
}
