//! `mv-apply` and `partition`: a query over some of the rows at a time.

use crate::kql::syntax::ast::Operator;
use crate::kql::syntax::parser::Parser;

impl Parser<'_> {
    /// `mv-apply columns on (stages)`
    pub(super) fn mv_apply(&mut self) -> Operator {
        let expand = self.mv_expand();
        self.expect_word("on");
        Operator::MvApply(expand, self.body())
    }

    /// `partition by column (stages)`
    pub(super) fn partition(&mut self) -> Operator {
        self.skip_hints();
        self.expect_word("by");
        self.skip_hints();
        let Some(name) = self.name("a column name") else { return Operator::Error };
        let by =
            crate::kql::syntax::ast::Expr { span: name.span, kind: crate::kql::syntax::ast::ExprKind::Name(name.text) };
        Operator::Partition(by, self.body())
    }
}
