//! The graph operators. They are read to their end, so that what is wrong in them is told; nothing here runs them.
//! <https://learn.microsoft.com/kusto/query/graph-operators>

use crate::kql::Span;
use crate::kql::syntax::ast::{Expr, Name, Operator};
use crate::kql::syntax::parser::Parser;
use crate::kql::syntax::token::TokenKind;

impl Parser<'_> {
    /// Any of the graph operators, after its name; nothing for other operators.
    pub(super) fn graph(&mut self, name: &str, keyword: Span) -> Option<Operator> {
        let mut tables = Vec::new();
        match name {
            "make-graph" => self.make_graph(&mut tables),
            "graph-match" | "graph-shortest-paths" => self.graph_match(),
            "graph-to-table" => {
                self.list(Self::graph_table);
            }
            "graph-mark-components" => self.graph_parameters(),
            "graph-where-nodes" | "graph-where-edges" => {
                self.expression();
            }
            _ => return None,
        }
        Some(Operator::Graph { name: Name { text: name.into(), span: keyword }, tables })
    }

    /// `source --> target [with table on key, …] [with_node_id=name] [partitioned-by column (stages)]`
    fn make_graph(&mut self, tables: &mut Vec<Expr>) {
        self.skip_hints();
        self.postfix();
        self.arrow();
        self.postfix();
        self.graph_parameters();
        if self.eat_word("with") {
            tables.extend(self.list(|parser| {
                let table = parser.postfix();
                parser.expect_word("on");
                parser.postfix();
                table
            }));
        }
        if self.at_word("partitioned") && self.kind_at(1) == TokenKind::Minus && self.text_at(2) == "by" {
            for _ in 0..3 {
                self.bump();
            }
            self.name("a column name");
            self.body();
        }
    }

    /// `name=value` any number of times.
    fn graph_parameters(&mut self) {
        while self.kind() == TokenKind::Name && self.kind_at(1) == TokenKind::Assign {
            self.bump();
            self.bump();
            self.postfix();
        }
    }

    /// `[cycles=none] pattern, … [where predicate] [project columns]`
    fn graph_match(&mut self) {
        self.graph_parameters();
        self.list(Self::graph_pattern);
        if self.eat_word("where") {
            self.expression();
        }
        if self.eat_word("project") {
            self.named_expressions();
        }
    }

    /// `(node)-[edge]->(node)` of any length.
    fn graph_pattern(&mut self) {
        self.graph_node();
        while matches!(self.kind(), TokenKind::Minus | TokenKind::Less) {
            self.graph_edge();
            self.graph_node();
        }
    }

    /// `(name)`, `()`
    fn graph_node(&mut self) {
        if !self.expect(TokenKind::OpenParen, "'(' of a node") {
            return;
        }
        self.eat_name();
        self.close_paren();
    }

    /// `-->`, `<--`, `--`, and the same with `[name]` or `[name*1..3]` between the dashes.
    fn graph_edge(&mut self) {
        self.eat(TokenKind::Less);
        self.expect(TokenKind::Minus, "'-' of an edge");
        if self.eat(TokenKind::OpenBracket) {
            self.eat_name();
            if self.eat(TokenKind::Star) {
                self.graph_length();
            }
            self.expect(TokenKind::CloseBracket, "']'");
        }
        self.expect(TokenKind::Minus, "'-' of an edge");
        self.eat(TokenKind::Greater);
    }

    /// `1..3`
    fn graph_length(&mut self) {
        self.expect(TokenKind::Long, "how many edges there are at least");
        self.expect(TokenKind::DotDot, "'..'");
        self.expect(TokenKind::Long, "how many edges there are at most");
    }

    fn arrow(&mut self) {
        let whole = self.kind() == TokenKind::Minus
            && self.kind_at(1) == TokenKind::Minus
            && self.kind_at(2) == TokenKind::Greater;
        if !whole {
            return self.unexpected("'-->'");
        }
        for _ in 0..3 {
            self.bump();
        }
    }

    /// `nodes [as name] [with_node_id=name]`, or the same of `edges`.
    fn graph_table(&mut self) {
        if !self.eat_word("nodes") && !self.eat_word("edges") {
            self.unexpected("'nodes' or 'edges'");
        }
        if self.eat_word("as") {
            self.name("a name");
        }
        self.graph_parameters();
    }
}
