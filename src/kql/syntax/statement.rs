//! Statements: `let`, queries, and those that are refused by name.

use super::ast::{
    ColumnDeclaration, Expr, FunctionDeclaration, LetValue, Name, NamedExpr, ParameterDeclaration, ParameterType,
    Query, Statement, StatementKind,
};
use super::parser::Parser;
use super::reserved;
use super::token::TokenKind;
use crate::kql::Type;
use std::sync::Arc;

impl Parser<'_> {
    /// The whole text.
    pub fn query(&mut self) -> Query {
        Query { statements: self.statements(TokenKind::End) }
    }

    fn statements(&mut self, end: TokenKind) -> Vec<Statement> {
        let mut statements = Vec::new();
        loop {
            while self.kind() == TokenKind::Semicolon {
                self.complain(self.span(), "A query is expected before ';'");
                self.bump();
            }
            if self.kind() == end || self.kind() == TokenKind::End {
                return statements;
            }
            let before = self.position();
            statements.push(self.statement());
            if self.eat(TokenKind::Semicolon) {
                continue;
            }
            if !matches!(self.kind(), TokenKind::Semicolon | TokenKind::End) && self.kind() != end {
                self.unexpected("';' or '|'");
                self.skip_to(if end == TokenKind::CloseBrace { &[TokenKind::CloseBrace] } else { &[] });
                let stuck = !matches!(self.kind(), TokenKind::Semicolon | TokenKind::End) && self.kind() != end;
                if stuck || self.position() == before {
                    // A bracket too many: what follows belongs to the statement before it.
                    self.bump();
                    self.skip_to(&[]);
                }
                self.eat(TokenKind::Semicolon);
            }
        }
    }

    fn statement(&mut self) -> Statement {
        let start = self.span();
        let next_is_word = self.kind_at(1) == TokenKind::Name;
        let kind = match (self.kind(), self.text()) {
            (TokenKind::Name, "let") if next_is_word || self.kind_at(1) == TokenKind::OpenBracket => {
                self.bump();
                self.let_statement()
            }
            (TokenKind::Name, "set") if next_is_word => {
                self.skip_to(&[]);
                StatementKind::Set
            }
            (TokenKind::Name, "declare") if self.text_at(1) == "query_parameters" => {
                self.bump();
                self.bump();
                self.expect(TokenKind::OpenParen, "'('");
                let declared = self.list(Self::parameter);
                self.close_paren();
                StatementKind::Parameters(declared.into_iter().flatten().collect())
            }
            (TokenKind::Name, "declare") if next_is_word => {
                self.refused("Of 'declare' statements only 'declare query_parameters' is supported")
            }
            (TokenKind::Name, "alias" | "restrict" | "pattern") if next_is_word => {
                let message = format!("The '{}' statement is not supported", self.text());
                self.refused(&message)
            }
            _ => StatementKind::Query(self.pipeline_or_expression()),
        };
        Statement { span: self.since(start), kind }
    }

    fn refused(&mut self, message: &str) -> StatementKind {
        self.complain(self.span(), message);
        self.skip_to(&[]);
        StatementKind::Error
    }

    fn let_statement(&mut self) -> StatementKind {
        let Some(name) = self.name("a name") else {
            self.skip_to(&[]);
            return StatementKind::Error;
        };
        if !self.expect(TokenKind::Assign, "'='") {
            self.skip_to(&[]);
            return StatementKind::Error;
        }
        let value = if self.at_function() {
            LetValue::Function(Arc::new(self.function()))
        } else {
            LetValue::Expr(self.pipeline_or_expression())
        };
        StatementKind::Let { name, value }
    }

    /// Whether a function follows: an optional `view`, brackets with parameters, and an opening brace.
    fn at_function(&self) -> bool {
        let mut at = usize::from(self.at_word("view"));
        if self.kind_at(at) != TokenKind::OpenParen {
            return false;
        }
        let mut open = 0_usize;
        loop {
            match self.kind_at(at) {
                TokenKind::OpenParen => open += 1,
                TokenKind::CloseParen if open == 1 => return self.kind_at(at + 1) == TokenKind::OpenBrace,
                TokenKind::CloseParen => open -= 1,
                TokenKind::End | TokenKind::Semicolon | TokenKind::OpenBrace => return false,
                _ => {}
            }
            at += 1;
        }
    }

    fn function(&mut self) -> FunctionDeclaration {
        self.eat_word("view");
        self.expect(TokenKind::OpenParen, "'('");
        let mut parameters = Vec::new();
        if self.kind() != TokenKind::CloseParen {
            let declared = self.list(Self::parameter);
            parameters.extend(declared.into_iter().flatten());
        }
        self.expect(TokenKind::CloseParen, "')'");
        self.expect(TokenKind::OpenBrace, "'{'");
        let body = self.nested(|parser| parser.statements(TokenKind::CloseBrace)).unwrap_or_default();
        self.expect(TokenKind::CloseBrace, "'}'");
        FunctionDeclaration { parameters, body }
    }

    pub(super) fn parameter(&mut self) -> Option<ParameterDeclaration> {
        let Some(name) = self.name("a parameter name") else {
            self.skip_to(&[TokenKind::Comma]);
            return None;
        };
        self.expect(TokenKind::Colon, "':'");
        let ty = if self.eat(TokenKind::OpenParen) {
            let columns = if self.eat(TokenKind::Star) { Vec::new() } else { self.column_declarations() };
            self.expect(TokenKind::CloseParen, "')'");
            ParameterType::Table(columns)
        } else {
            ParameterType::Scalar(self.type_name().unwrap_or(Type::Dynamic))
        };
        let default = self.eat(TokenKind::Assign).then(|| self.expression());
        Some(ParameterDeclaration { name, ty, default })
    }

    /// `name: type, …` up to a closing bracket, which is left.
    pub(super) fn column_declarations(&mut self) -> Vec<ColumnDeclaration> {
        if self.kind() == TokenKind::CloseParen {
            return Vec::new();
        }
        let columns = self.list(|parser| {
            if parser.kind() == TokenKind::CloseParen {
                return None;
            }
            let Some(name) = parser.name("a column name") else {
                parser.skip_to(&[TokenKind::Comma]);
                return None;
            };
            parser.expect(TokenKind::Colon, "':'");
            let ty = parser.type_name()?;
            Some(ColumnDeclaration { name, ty })
        });
        columns.into_iter().flatten().collect()
    }

    /// A type's name.
    pub(super) fn type_name(&mut self) -> Option<Type> {
        let span = self.span();
        let name = self.name("a type")?;
        let ty = Type::from_name(&name.text);
        if ty.is_none() {
            self.complain(span, format!("'{}' is not a type", name.text));
        }
        ty
    }

    /// `name = value`, `(a, b) = value` or a value.
    pub(super) fn named_expression(&mut self) -> NamedExpr {
        if self.kind() == TokenKind::OpenParen
            && let Some(names) = self.name_tuple()
        {
            return NamedExpr { names, value: self.expression() };
        }
        let start = self.position();
        if let Some(name) = self.eat_name() {
            if self.eat(TokenKind::Assign) {
                if self.text_of(name.span) == &*name.text && reserved::needs_brackets(&name.text) {
                    self.complain(name.span, reserved::complaint(&name.text));
                }
                return NamedExpr { names: vec![name], value: self.expression() };
            }
            self.rewind(start);
        }
        NamedExpr { names: Vec::new(), value: self.expression() }
    }

    /// `(a, b) =`; takes nothing where it is not that.
    fn name_tuple(&mut self) -> Option<Vec<Name>> {
        let start = self.position();
        self.bump();
        let mut names = Vec::new();
        while let Some(name) = self.eat_name() {
            names.push(name);
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        if !names.is_empty() && self.eat(TokenKind::CloseParen) && self.eat(TokenKind::Assign) {
            return Some(names);
        }
        self.rewind(start);
        None
    }

    /// Names with commas between.
    pub(super) fn named_expressions(&mut self) -> Vec<NamedExpr> {
        self.list(Self::named_expression)
    }

    /// An expression that stands for what could not be understood.
    pub(super) fn error_expression(&self) -> Expr {
        Expr { span: self.span(), kind: super::ast::ExprKind::Error }
    }
}
