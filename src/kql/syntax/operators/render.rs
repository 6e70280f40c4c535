//! `render kind with (property=value, …)`, which is read and then left out: results are tables here.
//! <https://learn.microsoft.com/kusto/query/render-operator>

use crate::base::near::nearest;
use crate::kql::Span;
use crate::kql::syntax::ast::Operator;
use crate::kql::syntax::parser::Parser;
use crate::kql::syntax::token::TokenKind;

/// What can be drawn.
static KINDS: &[&str] = &[
    "table",
    "list",
    "barchart",
    "piechart",
    "ladderchart",
    "timechart",
    "linechart",
    "anomalychart",
    "pivotchart",
    "areachart",
    "stackedareachart",
    "scatterchart",
    "timepivot",
    "columnchart",
    "timeline",
    "3Dchart",
    "card",
    "treemap",
    "plotly",
    "graph",
    "sankey",
];

impl Parser<'_> {
    pub(super) fn render(&mut self, keyword: Span) -> Operator {
        self.warn(keyword, "'render' has no effect here: results are shown as a table");
        let start = self.span();
        let mut kind = String::new();
        while matches!(self.kind(), TokenKind::Name | TokenKind::Long | TokenKind::TimeSpan | TokenKind::Real)
            && (kind.is_empty() || self.since(start).end == self.span().start)
        {
            kind.push_str(self.text());
            self.bump();
        }
        if kind.is_empty() {
            self.missing("a kind of chart");
        } else if !KINDS.contains(&&*kind) {
            let span = self.since(start);
            self.complain(span, format!("'{kind}' is no kind of chart; there are {}", KINDS.join(", ")));
            if let Some(known) = nearest(&kind, KINDS.iter().copied()) {
                self.hint_at(span, &format!("did you mean {known}?"));
            }
        }
        let bracketed = self.eat_word("with") && self.expect(TokenKind::OpenParen, "'('");
        while self.kind() == TokenKind::Name && self.kind_at(1) == TokenKind::Assign {
            self.bump();
            self.bump();
            self.expression();
            // Columns are given as a list; what has no `=` after it is the next of them.
            while self.kind() == TokenKind::Comma && self.kind_at(2) != TokenKind::Assign {
                self.bump();
                self.expression();
            }
            self.eat(TokenKind::Comma);
        }
        if bracketed {
            self.close_paren();
        }
        Operator::Render
    }
}
