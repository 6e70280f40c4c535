//! Pipelines and tabular operators. To add one: its name in `OPERATORS`, its node in the tree, its parsing here or in a
//! file of its own, its lowering in `check`.

mod apply;
mod data;
mod expand;
mod graph;
mod join;
mod nested;
mod parse;
mod project;
mod render;
mod rows;
mod scan;
mod search;
mod series;
mod sort;
mod summarize;
mod union;

use super::ast::{Expr, ExprKind, Operator, Pipeline, Stage};
use super::parser::Parser;
use super::token::TokenKind;
use crate::base::near::nearest;

/// How many operators one pipeline may have; each nests the plan by one.
const STAGES_MAX: usize = 200;

/// The tabular operators that are understood, with one line on each.
pub static OPERATORS: &[(&str, &str)] = &[
    ("where", "rows for which a predicate is true"),
    ("project", "chooses, renames and computes columns"),
    ("project-away", "all columns but some"),
    ("project-keep", "some columns, in the order of the input"),
    ("project-rename", "new names for columns"),
    ("project-reorder", "some columns first"),
    ("extend", "adds computed columns"),
    ("summarize", "aggregates rows by groups"),
    ("order by", "sorts rows, descending unless told"),
    ("sort by", "sorts rows, descending unless told"),
    ("top", "the first rows in some order"),
    ("take", "any so many rows"),
    ("limit", "any so many rows"),
    ("count", "the number of rows"),
    ("distinct", "distinct combinations of columns"),
    ("union", "rows of several tables"),
    ("join", "pairs rows of two tables by equal keys"),
    ("lookup", "adds the columns of a small table"),
    ("mv-expand", "a row for each element of a list"),
    ("parse", "columns out of a text by a pattern"),
    ("parse-where", "columns out of a text by a pattern; rows that do not match are dropped"),
    ("range", "a row for each step from a start to an end"),
    ("invoke", "calls a function with the table so far"),
    ("search", "rows that hold a term in any column"),
    ("as", "names the table so far"),
    ("serialize", "keeps the order of rows"),
    ("getschema", "the columns of the table"),
    ("render", "how a portal draws the result; without effect here"),
    ("filter", "rows for which a predicate is true"),
    ("make-series", "a list of values by steps of time for each group"),
    ("mv-apply", "a query over the elements of each row's list"),
    ("partition", "a query over the rows of each value of a column"),
    ("fork", "several queries over the same rows, a table each"),
    ("facet", "how often each value of some columns comes, a table each"),
    ("evaluate", "a plugin: bag_unpack, pivot, narrow"),
    ("top-nested", "the first values of a column, and of another within each"),
    ("top-hitters", "the most frequent values"),
    ("sample", "any so many rows"),
    ("sample-distinct", "any so many different values"),
    ("parse-kv", "columns out of pairs of key and value in a text"),
    ("scan", "matches sequences of rows step by step"),
    ("find", "rows of several tables for which a predicate is true"),
    ("consume", "reads all rows and gives none"),
];

/// Why `reduce` and plugins like it are refused, and what to do.
pub const GUESSED: &str = "how it groups is documented in outline only, so its answer could only be guessed: \
     summarize by what you make alike, e.g. with replace_regex()";

/// Operators of Kusto that are refused by name.
static NOT_YET: &[&str] =
    &["reduce", "macro-expand", "assert-schema", "execute-and-cache", "project-by-names", "partition-by"];

impl Parser<'_> {
    /// A scalar, or a table and what is done to it.
    pub fn pipeline_or_expression(&mut self) -> Expr {
        self.nested(Self::pipeline).unwrap_or_else(|| self.error_expression())
    }

    fn pipeline(&mut self) -> Expr {
        let start = self.span();
        let mut stages = Vec::new();
        let source = if self.at_leading_operator() {
            stages.push(self.stage());
            None
        } else {
            let source = self.expression();
            if self.kind() != TokenKind::Pipe || !may_be_table(&source.kind) {
                return source;
            }
            Some(source)
        };
        while self.eat(TokenKind::Pipe) {
            if stages.len() == STAGES_MAX {
                self.complain(self.span(), format!("More than {STAGES_MAX} operators in one pipeline"));
                self.skip_to(&[]);
                break;
            }
            stages.push(self.stage());
        }
        let pipeline = Box::new(Pipeline { source, stages });
        Expr { span: self.since(start), kind: ExprKind::Pipeline(pipeline) }
    }

    /// Whether an operator that needs no input follows: these words are also legal names.
    fn at_leading_operator(&self) -> bool {
        if self.kind() != TokenKind::Name {
            return false;
        }
        let next = self.kind_at(1);
        let argument_follows =
            matches!(next, TokenKind::Name | TokenKind::OpenParen | TokenKind::Star) || next.is_literal();
        match self.text() {
            "print" => argument_follows || matches!(next, TokenKind::OpenBracket | TokenKind::Minus),
            "union" | "search" => argument_follows || next == TokenKind::OpenBracket,
            "range" => next == TokenKind::Name && self.text_at(2) == "from",
            "find" => next == TokenKind::Name || next == TokenKind::String,
            _ => false,
        }
    }

    /// `(stage | stage)`, a query over rows that the operator before it gives.
    fn body(&mut self) -> Vec<Stage> {
        let mut stages = Vec::new();
        if !self.expect(TokenKind::OpenParen, "'('") {
            return stages;
        }
        let nested = self.nested(|parser| {
            let mut stages = vec![parser.stage()];
            while stages.len() < STAGES_MAX && parser.eat(TokenKind::Pipe) {
                stages.push(parser.stage());
            }
            stages
        });
        stages.extend(nested.unwrap_or_default());
        self.close_paren();
        stages
    }

    fn stage(&mut self) -> Stage {
        let start = self.span();
        let name = self.operator_name();
        let keyword = self.since(start);
        let operator = match name.as_deref() {
            Some(name) => self.operator(name, keyword),
            None => Operator::Error,
        };
        if !matches!(
            self.kind(),
            TokenKind::Pipe | TokenKind::Semicolon | TokenKind::End | TokenKind::CloseParen | TokenKind::CloseBrace
        ) {
            let hint = leftover_hint(self.text());
            self.unexpected("'|' or the end of the query");
            self.hint(hint);
            self.skip_to(&[TokenKind::Pipe]);
        }
        Stage { span: self.since(start), keyword, operator }
    }

    /// The name after a bar, whose words may be joined by dashes.
    fn operator_name(&mut self) -> Option<String> {
        if self.kind() != TokenKind::Name {
            self.missing("an operator");
            self.skip_to(&[TokenKind::Pipe]);
            return None;
        }
        let start = self.bump().span;
        while self.kind() == TokenKind::Minus
            && self.kind_at(1) == TokenKind::Name
            && self.is_adjacent(1)
            && self.since(start).end == self.span().start
        {
            self.bump();
            self.bump();
        }
        Some(self.text_of(self.since(start)).to_owned())
    }

    /// The predicate of `where`. Kusto lets it be named, and does nothing with the name.
    fn predicate(&mut self) -> Expr {
        if self.kind() == TokenKind::Name && self.kind_at(1) == TokenKind::Assign {
            self.bump();
            self.warn(self.span(), "'=' names what follows and compares nothing: '==' compares");
            self.bump();
        }
        self.expression()
    }

    fn operator(&mut self, name: &str, keyword: crate::kql::Span) -> Operator {
        match name {
            "where" | "filter" => {
                self.skip_hints();
                Operator::Where(self.predicate())
            }
            "project" => Operator::Project(self.named_expressions()),
            "project-away" => Operator::ProjectAway(self.list(Self::wildcard_or_name)),
            "project-keep" => Operator::ProjectKeep(self.list(Self::wildcard_or_name)),
            "project-rename" => Operator::ProjectRename(self.named_expressions()),
            "project-reorder" => Operator::ProjectReorder(self.list(Self::reorder)),
            "extend" => Operator::Extend(self.named_expressions()),
            "summarize" => self.summarize(),
            "order" | "sort" => self.sort(),
            "top" => self.top(),
            "take" | "limit" | "sample" => Operator::Take(self.expression()),
            "count" => Operator::Count,
            "distinct" => {
                self.skip_hints();
                Operator::Distinct(self.named_expressions())
            }
            "union" => self.union(),
            "join" => Operator::Join(self.join()),
            "lookup" => Operator::Lookup(self.join()),
            "mv-expand" | "mvexpand" => Operator::MvExpand(self.mv_expand()),
            "print" => Operator::Print(self.named_expressions()),
            "search" => self.search(),
            "parse" => self.parse(false),
            "parse-where" => self.parse(true),
            "range" => self.range_rows(),
            "invoke" => self.invoke(),
            "make-series" => self.make_series(),
            "mv-apply" | "mvapply" => self.mv_apply(),
            "partition" => self.partition(),
            "fork" => self.fork(),
            "facet" => self.facet(),
            "evaluate" => self.evaluate(),
            "top-nested" => self.top_nested(),
            "top-hitters" => self.top_hitters(),
            "sample-distinct" => self.sample_distinct(),
            "parse-kv" => self.parse_kv(),
            "scan" => self.scan(),
            "find" => self.find(),
            "consume" => {
                self.skip_to(&[TokenKind::Pipe]);
                Operator::Consume
            }
            "as" => {
                self.skip_hints();
                self.name("a name").map_or(Operator::Error, Operator::As)
            }
            "serialize" => {
                let ends = matches!(self.kind(), TokenKind::Pipe | TokenKind::Semicolon | TokenKind::End)
                    || matches!(self.kind(), TokenKind::CloseParen | TokenKind::CloseBrace);
                Operator::Serialize(if ends { Vec::new() } else { self.named_expressions() })
            }
            "getschema" => Operator::GetSchema,
            "render" => self.render(keyword),
            other => self.refused_operator(other, keyword),
        }
    }

    fn refused_operator(&mut self, name: &str, keyword: crate::kql::Span) -> Operator {
        if let Some(graph) = self.graph(name, keyword) {
            return graph;
        }
        if NOT_YET.contains(&name) {
            self.complain(keyword, format!("The '{name}' operator is not supported yet"));
            if name == "reduce" {
                self.hint_at(keyword, GUESSED);
            }
        } else {
            self.complain(keyword, format!("'{name}' is not a tabular operator"));
            if let Some(known) = nearest(name, OPERATORS.iter().map(|(known, _)| *known))
                && let Some(diagnostic) = self.diagnostics.last_mut()
                && diagnostic.span == keyword
            {
                diagnostic.hint = Some(format!("did you mean {known}?"));
            }
        }
        self.skip_operator();
        Operator::Error
    }

    /// Passes over an operator that is not understood, with all that its brackets hold, `;` too.
    fn skip_operator(&mut self) {
        let mut open = 0_usize;
        loop {
            match self.kind() {
                TokenKind::End => return,
                TokenKind::Pipe | TokenKind::Semicolon if open == 0 => return,
                TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => open += 1,
                TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => match open.checked_sub(1) {
                    Some(left) => open = left,
                    None => return,
                },
                _ => {}
            }
            self.bump();
        }
    }

    /// Passes over `hint.name=value`, which only tells a cluster how to run the query.
    fn skip_hints(&mut self) {
        while self.at_word("hint") && self.kind_at(1) == TokenKind::Dot && self.kind_at(3) == TokenKind::Assign {
            for _ in 0..5 {
                self.bump();
            }
        }
    }
}

/// What was probably meant by a text that cannot follow an operand.
fn leftover_hint(text: &str) -> Option<&'static str> {
    Some(match text {
        "=" => "values are compared with ==",
        "&" | "AND" | "And" => "write and, in lower case",
        "OR" | "Or" => "write or, in lower case",
        "IN" | "In" => "write in, in lower case",
        "like" | "LIKE" => "use has, contains, startswith or matches regex",
        "is" | "IS" => "use isempty(), isnotempty(), isnull() or isnotnull()",
        _ => return None,
    })
}

/// Whether rows can come from it: a bar after anything else means that a closing bracket was forgotten.
fn may_be_table(kind: &ExprKind) -> bool {
    !matches!(
        kind,
        ExprKind::Binary { .. }
            | ExprKind::Chain { .. }
            | ExprKind::Among { .. }
            | ExprKind::Between { .. }
            | ExprKind::Negate(_)
            | ExprKind::Literal(..)
    )
}
