//! Expressions, by precedence: `or`, `and`, comparison, `+ -`, `* / %`, unary, postfix.

use super::ast::{Expr, ExprKind, Name, NamedExpr};
use super::literal;
use super::parser::Parser;
use super::reserved;
use super::token::TokenKind;
use crate::kql::{Span, Type, Value, aggregates, functions};

/// How many binary operators of one kind may follow each other: `a + b + …` nests to the left.
const CHAIN_MAX: usize = 200;

/// Word operators that compare two values, with or without a leading `!`.
static WORD_COMPARISONS: &[&str] = &[
    "has",
    "!has",
    "has_cs",
    "!has_cs",
    "hasprefix",
    "!hasprefix",
    "hasprefix_cs",
    "!hasprefix_cs",
    "hassuffix",
    "!hassuffix",
    "hassuffix_cs",
    "!hassuffix_cs",
    "contains",
    "!contains",
    "contains_cs",
    "!contains_cs",
    "startswith",
    "!startswith",
    "startswith_cs",
    "!startswith_cs",
    "endswith",
    "!endswith",
    "endswith_cs",
    "!endswith_cs",
    "matches regex",
];

/// Word operators that take a list in brackets.
static WORD_LISTS: &[&str] = &["in", "!in", "in~", "!in~", "has_any", "has_all"];

/// An operator that compares.
enum Comparison {
    Binary(&'static str),
    List(&'static str),
    Between(&'static str),
}

impl Parser<'_> {
    /// A scalar expression; `a or b` is the loosest.
    pub fn expression(&mut self) -> Expr {
        self.nested(Self::disjunction).unwrap_or_else(|| self.error_expression())
    }

    fn disjunction(&mut self) -> Expr {
        self.chain("or", Self::conjunction)
    }

    fn conjunction(&mut self) -> Expr {
        self.chain("and", Self::comparison)
    }

    fn chain(&mut self, operator: &'static str, operand: fn(&mut Self) -> Expr) -> Expr {
        let first = operand(self);
        if !self.at_word(operator) {
            return first;
        }
        let start = first.span;
        let mut operands = vec![first];
        while self.eat_word(operator) {
            operands.push(operand(self));
        }
        Expr { span: self.since(start), kind: ExprKind::Chain { operator, operands } }
    }

    fn comparison(&mut self) -> Expr {
        let mut left = self.sum();
        for _ in 0..CHAIN_MAX {
            let operator_span = self.span();
            let Some(comparison) = self.eat_comparison() else { return left };
            let operator_span = self.since(operator_span);
            let start = left.span;
            let kind = match comparison {
                Comparison::Binary(operator) => {
                    let right = self.search_term_or_sum(operator);
                    ExprKind::Binary { operator, operator_span, left: Box::new(left), right: Box::new(right) }
                }
                Comparison::List(operator) => {
                    let items = self.bracketed_items();
                    ExprKind::Among { operator, operator_span, value: Box::new(left), items }
                }
                Comparison::Between(operator) => {
                    let (low, high) = self.range();
                    ExprKind::Between {
                        operator,
                        operator_span,
                        value: Box::new(left),
                        low: Box::new(low),
                        high: Box::new(high),
                    }
                }
            };
            left = Expr { span: self.since(start), kind };
        }
        self.too_long();
        left
    }

    fn search_term_or_sum(&mut self, operator: &str) -> Expr {
        if operator == ":" && self.kind() == TokenKind::Star {
            let span = self.bump().span;
            return Expr { span, kind: ExprKind::Wildcard("*".into()) };
        }
        self.sum()
    }

    fn eat_comparison(&mut self) -> Option<Comparison> {
        let symbol = match self.kind() {
            TokenKind::Equal => "==",
            TokenKind::NotEqual => "!=",
            TokenKind::EqualTilde => "=~",
            TokenKind::NotEqualTilde => "!~",
            TokenKind::Less => "<",
            TokenKind::LessEqual => "<=",
            TokenKind::Greater => ">",
            TokenKind::GreaterEqual => ">=",
            TokenKind::Colon => ":",
            TokenKind::Name | TokenKind::WordOperator => return self.eat_word_comparison(),
            _ => return None,
        };
        self.bump();
        Some(Comparison::Binary(symbol))
    }

    fn eat_word_comparison(&mut self) -> Option<Comparison> {
        let text = self.text();
        if text == "matches" && self.kind_at(1) == TokenKind::Name && self.text_at(1) == "regex" {
            self.bump();
            self.bump();
            return Some(Comparison::Binary("matches regex"));
        }
        let text = match text {
            "notcontains" => "!contains",
            "notcontains_cs" => "!contains_cs",
            "containscs" => "contains_cs",
            other => other,
        };
        let find = |known: &[&'static str]| known.iter().copied().find(|known| *known == text);
        let comparison = if let Some(operator) = find(WORD_COMPARISONS) {
            Comparison::Binary(operator)
        } else if let Some(operator) = find(WORD_LISTS) {
            Comparison::List(operator)
        } else if let Some(operator) = find(&["between", "!between"]) {
            Comparison::Between(operator)
        } else {
            return None;
        };
        self.bump();
        Some(comparison)
    }

    /// `(a, b, c)` after `in` and kin; a table is one item.
    fn bracketed_items(&mut self) -> Vec<Expr> {
        if self.kind() != TokenKind::OpenParen {
            self.unexpected("'('");
            self.hint(Some("the values stand in brackets"));
            return vec![self.sum()];
        }
        self.bump();
        let items = self.list(Self::pipeline_or_expression);
        self.close_paren();
        items
    }

    /// `(low .. high)`
    fn range(&mut self) -> (Expr, Expr) {
        self.expect(TokenKind::OpenParen, "'('");
        let low = self.sum();
        self.expect(TokenKind::DotDot, "'..'");
        let high = self.sum();
        self.close_paren();
        (low, high)
    }

    /// Takes the closing bracket; where something else stands before it, complains and passes that over.
    pub(super) fn close_paren(&mut self) {
        if !self.expect(TokenKind::CloseParen, "')'") {
            self.skip_to(&[TokenKind::CloseParen, TokenKind::Pipe]);
            self.eat(TokenKind::CloseParen);
        }
    }

    fn sum(&mut self) -> Expr {
        self.left_associative(&[(TokenKind::Plus, "+"), (TokenKind::Minus, "-")], Self::product)
    }

    fn product(&mut self) -> Expr {
        let operators = &[(TokenKind::Star, "*"), (TokenKind::Slash, "/"), (TokenKind::Percent, "%")];
        self.left_associative(operators, Self::unary)
    }

    fn left_associative(&mut self, operators: &[(TokenKind, &'static str)], operand: fn(&mut Self) -> Expr) -> Expr {
        let mut left = operand(self);
        for _ in 0..CHAIN_MAX {
            let Some((_, operator)) = operators.iter().find(|(kind, _)| *kind == self.kind()) else { return left };
            let operator_span = self.bump().span;
            let right = operand(self);
            let span = self.since(left.span);
            let kind = ExprKind::Binary { operator, operator_span, left: Box::new(left), right: Box::new(right) };
            left = Expr { span, kind };
        }
        self.too_long();
        left
    }

    fn too_long(&mut self) {
        self.complain(self.span(), format!("More than {CHAIN_MAX} operators in a row; group them with brackets"));
        self.skip_to(&[TokenKind::Pipe]);
    }

    fn unary(&mut self) -> Expr {
        let start = self.span();
        match self.kind() {
            TokenKind::Minus => {
                self.bump();
                let operand = self.nested(Self::unary).unwrap_or_else(|| self.error_expression());
                Expr { span: self.since(start), kind: negated(operand) }
            }
            TokenKind::Plus => {
                self.bump();
                self.nested(Self::unary).unwrap_or_else(|| self.error_expression())
            }
            _ => self.postfix(),
        }
    }

    pub(super) fn postfix(&mut self) -> Expr {
        let mut object = self.primary();
        for _ in 0..CHAIN_MAX {
            let start = object.span;
            let kind = match self.kind() {
                TokenKind::Dot => {
                    self.bump();
                    if self.kind() == TokenKind::OpenBracket && self.kind_at(1) != TokenKind::String {
                        continue;
                    }
                    let Some(name) = self.name("a property name") else { return object };
                    ExprKind::Member { object: Box::new(object), name }
                }
                TokenKind::OpenBracket => {
                    self.bump();
                    let index = self.expression();
                    if !self.expect(TokenKind::CloseBracket, "']'") {
                        self.skip_to(&[TokenKind::CloseBracket, TokenKind::Pipe]);
                        self.eat(TokenKind::CloseBracket);
                    }
                    ExprKind::Element { object: Box::new(object), index: Box::new(index) }
                }
                _ => return object,
            };
            object = Expr { span: self.since(start), kind };
        }
        self.too_long();
        object
    }

    fn primary(&mut self) -> Expr {
        let start = self.span();
        let kind = match self.kind() {
            kind if kind.is_literal() => self.literal(),
            TokenKind::OpenParen => {
                self.bump();
                let inner = self.pipeline_or_expression();
                self.close_paren();
                ExprKind::Group(Box::new(inner))
            }
            TokenKind::Star => {
                self.bump();
                if self.kind() == TokenKind::Name && self.span().start == start.end {
                    self.rewind(self.position() - 1);
                    self.wildcard_kind()
                } else {
                    ExprKind::Wildcard("*".into())
                }
            }
            TokenKind::Name => self.name_or_call(),
            TokenKind::OpenBracket if self.kind_at(1) == TokenKind::String => match self.name("a name") {
                Some(name) if self.kind() == TokenKind::OpenParen => self.call(name),
                Some(name) => ExprKind::Name(name.text),
                None => {
                    self.bump();
                    ExprKind::Error
                }
            },
            _ => {
                self.missing("an expression");
                return self.error_expression();
            }
        };
        Expr { span: self.since(start), kind }
    }

    fn name_or_call(&mut self) -> ExprKind {
        match self.text() {
            "true" => self.constant(Type::Bool, Value::Bool(true)),
            "false" => self.constant(Type::Bool, Value::Bool(false)),
            "dynamic" if self.kind_at(1) == TokenKind::OpenParen => self.dynamic_literal(),
            "typeof" if self.kind_at(1) == TokenKind::OpenParen => {
                self.bump();
                ExprKind::TypeOf(self.bracketed_type())
            }
            "datatable" if self.kind_at(1) == TokenKind::OpenParen => self.datatable(),
            "externaldata" | "external_data" if self.kind_at(1) == TokenKind::OpenParen => self.external(),
            word if reserved::is_operator(word) => self.misplaced_operator(),
            "where" | "by" if self.kind_at(1) != TokenKind::OpenParen => self.misplaced_operator(),
            "not" if self.kind_at(1) == TokenKind::Name || self.kind_at(1).is_literal() => {
                let span = self.bump().span;
                self.complain(span, "'not' is a function: write not(…)");
                self.nested(Self::comparison);
                ExprKind::Error
            }
            _ => match self.eat_name() {
                Some(name) if self.kind() == TokenKind::OpenParen => self.call(name),
                Some(name) => ExprKind::Name(name.text),
                None => ExprKind::Error,
            },
        }
    }

    /// An operator where an expression should be: a column of that name, or one side is missing.
    fn misplaced_operator(&mut self) -> ExprKind {
        let ends = matches!(
            self.kind_at(1),
            TokenKind::Comma | TokenKind::CloseParen | TokenKind::Pipe | TokenKind::Semicolon | TokenKind::End
        );
        if ends {
            let message = reserved::complaint(self.text());
            let span = self.bump().span;
            self.complain(span, message);
        } else {
            self.missing("an expression");
        }
        ExprKind::Error
    }

    /// `(type)`; dynamic where it is none.
    pub(super) fn bracketed_type(&mut self) -> Type {
        self.expect(TokenKind::OpenParen, "'('");
        let ty = self.type_name().unwrap_or(Type::Dynamic);
        self.close_paren();
        ty
    }

    fn constant(&mut self, ty: Type, value: Value) -> ExprKind {
        self.bump();
        ExprKind::Literal(ty, value)
    }

    fn call(&mut self, name: Name) -> ExprKind {
        self.bump();
        let mut arguments: Vec<NamedExpr> = Vec::new();
        if self.kind() != TokenKind::CloseParen {
            let takes_tables = functions::find(&name.text).is_none() && aggregates::find(&name.text).is_none();
            arguments = self.list(|parser| parser.argument(takes_tables));
        }
        self.close_paren();
        ExprKind::Call { name, arguments }
    }

    /// An argument, which may be a table only where the function is none of those that take values: a bar in it means
    /// then that a closing bracket was forgotten.
    fn argument(&mut self, takes_tables: bool) -> NamedExpr {
        if self.kind() == TokenKind::Name && self.kind_at(1) == TokenKind::Assign {
            return self.named_expression();
        }
        let value = if takes_tables { self.pipeline_or_expression() } else { self.expression() };
        NamedExpr { names: Vec::new(), value }
    }

    fn literal(&mut self) -> ExprKind {
        let span = self.span();
        let text = self.text();
        let kind = self.bump().kind;
        match kind {
            TokenKind::Long => match literal::long(text) {
                Some(number) => ExprKind::Literal(Type::Long, Value::Long(number)),
                None => self.bad_literal(span, format!("'{text}' is too large for a long")),
            },
            TokenKind::Real => match text.parse() {
                Ok(number) => ExprKind::Literal(Type::Real, Value::Real(number)),
                Err(_) => self.bad_literal(span, format!("'{text}' is not a real")),
            },
            TokenKind::TimeSpan => match crate::kql::format::parse_timespan(text) {
                Some(ticks) => ExprKind::Literal(Type::TimeSpan, Value::TimeSpan(ticks)),
                None => self.bad_literal(span, format!("'{text}' is too long for a timespan")),
            },
            TokenKind::TypedLiteral => match literal::typed(text) {
                Ok((ty, value)) => ExprKind::Literal(ty, value),
                Err(message) => self.bad_literal(span, message),
            },
            TokenKind::UnterminatedString => self.bad_literal(span, "The string is not closed".to_owned()),
            _ => match literal::bad_escape(text) {
                Some(escape) => {
                    self.complain(span, format!("'{escape}' is no escape in a string"));
                    self.hint_at(span, "double the backslash, or put @ before the string");
                    ExprKind::Error
                }
                None => ExprKind::Literal(Type::String, Value::string(self.joined_strings(text))),
            },
        }
    }

    /// String literals that follow each other are one.
    pub(super) fn joined_strings(&mut self, first: &str) -> String {
        let mut text = literal::string(first);
        while self.kind() == TokenKind::String {
            text.push_str(&literal::string(self.text()));
            self.bump();
        }
        text
    }

    fn bad_literal(&mut self, span: Span, message: String) -> ExprKind {
        self.complain(span, message);
        ExprKind::Error
    }

    /// A name with stars in it, such as `Device*`, where the next tokens are one; else a name.
    pub(super) fn wildcard_or_name(&mut self) -> Expr {
        let start = self.span();
        if self.kind() == TokenKind::OpenBracket {
            return match self.name("a name") {
                Some(name) => Expr { span: name.span, kind: ExprKind::Name(name.text) },
                None => self.error_expression(),
            };
        }
        if !matches!(self.kind(), TokenKind::Name | TokenKind::Star) {
            self.missing("a name");
            self.skip_to(&[TokenKind::Comma, TokenKind::Pipe]);
            return Expr { span: self.since(start), kind: ExprKind::Error };
        }
        let kind = self.wildcard_kind();
        Expr { span: self.since(start), kind }
    }

    fn wildcard_kind(&mut self) -> ExprKind {
        let start = self.bump().span;
        while matches!(self.kind(), TokenKind::Name | TokenKind::Star | TokenKind::Long)
            && self.since(start).end == self.span().start
        {
            self.bump();
        }
        let text = self.text_of(self.since(start));
        if text.contains('*') { ExprKind::Wildcard(text.into()) } else { ExprKind::Name(text.into()) }
    }
}

/// A negated literal is a literal.
fn negated(operand: Expr) -> ExprKind {
    match operand.kind {
        ExprKind::Literal(Type::Long, Value::Long(number)) => {
            ExprKind::Literal(Type::Long, Value::Long(number.wrapping_neg()))
        }
        ExprKind::Literal(Type::Real, Value::Real(number)) => ExprKind::Literal(Type::Real, Value::Real(-number)),
        ExprKind::Literal(Type::TimeSpan, Value::TimeSpan(ticks)) => {
            ExprKind::Literal(Type::TimeSpan, Value::TimeSpan(ticks.wrapping_neg()))
        }
        _ => ExprKind::Negate(Box::new(operand)),
    }
}
