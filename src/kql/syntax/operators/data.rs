//! Literal tables and literal dynamics.

use crate::kql::format::json_of;
use crate::kql::syntax::ast::{Expr, ExprKind};
use crate::kql::syntax::literal;
use crate::kql::syntax::parser::Parser;
use crate::kql::syntax::token::TokenKind;
use crate::kql::{Type, Value};
use serde_json::{Map, Number, Value as Json};

/// What after a minus is the least long, and alone is too large for one.
const LEAST_LONG: &str = "9223372036854775808";

impl Parser<'_> {
    /// `datatable(name: type, …)[cell, …]`
    pub(in crate::kql::syntax) fn datatable(&mut self) -> ExprKind {
        self.bump();
        self.expect(TokenKind::OpenParen, "'('");
        let columns = self.column_declarations();
        self.close_paren();
        let mut cells = Vec::new();
        if self.expect(TokenKind::OpenBracket, "'['") {
            while !matches!(self.kind(), TokenKind::CloseBracket | TokenKind::End | TokenKind::Semicolon) {
                cells.push(self.cell());
                if !self.eat(TokenKind::Comma) {
                    break;
                }
            }
            if !self.expect(TokenKind::CloseBracket, "']'") {
                self.skip_to(&[TokenKind::CloseBracket, TokenKind::Pipe]);
                self.eat(TokenKind::CloseBracket);
            }
        }
        ExprKind::Datatable { columns, cells }
    }

    /// `externaldata(name: type, …)[address, …] with (…)`
    pub(in crate::kql::syntax) fn external(&mut self) -> ExprKind {
        self.bump();
        self.expect(TokenKind::OpenParen, "'('");
        let columns = self.column_declarations();
        self.close_paren();
        if self.expect(TokenKind::OpenBracket, "'['") {
            self.skip_to(&[TokenKind::CloseBracket]);
            self.expect(TokenKind::CloseBracket, "']'");
        }
        if self.eat_word("with") && self.expect(TokenKind::OpenParen, "'('") {
            self.list(Self::property);
            self.close_paren();
        }
        ExprKind::External(columns)
    }

    /// `name=value`, which is read and then left out.
    fn property(&mut self) {
        let named = self.name("a property").is_some() && self.expect(TokenKind::Assign, "'='");
        if named && !matches!(self.kind(), TokenKind::Comma | TokenKind::CloseParen | TokenKind::End) {
            self.bump();
        } else if named {
            self.missing("a value");
        }
    }

    /// The least long is read here only: anywhere else its digits after the minus are too large for a long.
    fn cell(&mut self) -> Expr {
        let before = self.position();
        if self.kind() == TokenKind::Minus && self.text_at(1) == LEAST_LONG {
            let start = self.bump().span;
            self.bump();
            return Expr { span: self.since(start), kind: ExprKind::Literal(Type::Long, Value::Long(i64::MIN)) };
        }
        let cell = self.expression();
        if self.position() == before {
            self.skip_to(&[TokenKind::Comma]);
        }
        cell
    }

    /// `dynamic(…)`
    pub(in crate::kql::syntax) fn dynamic_literal(&mut self) -> ExprKind {
        self.bump();
        self.bump();
        let value = self.json();
        self.close_paren();
        match value {
            Some(value) => ExprKind::Literal(Type::Dynamic, Value::dynamic(value)),
            None => ExprKind::Error,
        }
    }

    fn json(&mut self) -> Option<Json> {
        self.nested(Self::json_value).flatten()
    }

    fn json_value(&mut self) -> Option<Json> {
        let span = self.span();
        let text = self.text();
        let value = match self.kind() {
            TokenKind::OpenBracket => return self.json_list(),
            TokenKind::OpenBrace => return self.json_bag(),
            TokenKind::String => {
                self.bump();
                return Some(Json::String(self.joined_strings(text)));
            }
            TokenKind::Long => literal::long(text).map(Json::from),
            TokenKind::Real => text.parse().ok().and_then(Number::from_f64).map(Json::Number),
            TokenKind::Minus | TokenKind::Plus => return self.json_signed(),
            TokenKind::Name if text == "null" => Some(Json::Null),
            TokenKind::Name if text == "true" || text == "false" => Some(Json::Bool(text == "true")),
            TokenKind::Name if text == "dynamic" && self.kind_at(1) == TokenKind::OpenParen => {
                self.bump();
                self.bump();
                let inner = self.json();
                self.close_paren();
                return inner;
            }
            TokenKind::TimeSpan => crate::kql::format::parse_timespan(text)
                .map(|ticks| Json::String(crate::kql::format::timespan_text(ticks))),
            TokenKind::TypedLiteral => typed_json(text),
            _ => None,
        };
        match value {
            Some(_) => {
                self.bump();
            }
            None => self.complain(span, "Expected a JSON value in the dynamic literal"),
        }
        value
    }

    fn json_signed(&mut self) -> Option<Json> {
        let negative = self.bump().kind == TokenKind::Minus;
        let number = self.json_value()?;
        match number {
            Json::Number(number) if negative => Some(match number.as_i64() {
                Some(whole) => Json::from(whole.wrapping_neg()),
                None => number.as_f64().and_then(|real| Number::from_f64(-real)).map_or(Json::Null, Json::Number),
            }),
            other => Some(other),
        }
    }

    fn json_list(&mut self) -> Option<Json> {
        self.bump();
        let mut items = Vec::new();
        while self.kind() != TokenKind::CloseBracket {
            items.push(self.json()?);
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        self.expect(TokenKind::CloseBracket, "']'").then_some(Json::Array(items))
    }

    fn json_bag(&mut self) -> Option<Json> {
        self.bump();
        let mut bag = Map::new();
        while self.kind() != TokenKind::CloseBrace {
            let key = match self.kind() {
                TokenKind::String => literal::string(self.text()),
                TokenKind::Name => self.text().to_owned(),
                _ => {
                    self.missing("a property name");
                    return None;
                }
            };
            self.bump();
            self.expect(TokenKind::Colon, "':'");
            bag.insert(key, self.json()?);
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        self.expect(TokenKind::CloseBrace, "'}'").then_some(Json::Object(bag))
    }
}

/// A typed literal inside a dynamic: numbers and booleans as JSON has them, all else as its text.
fn typed_json(text: &str) -> Option<Json> {
    let (_, value) = literal::typed(text).ok()?;
    match value {
        Value::Real(number) => Some(Number::from_f64(number).map_or(Json::Null, Json::Number)),
        value => Some(json_of(&value)),
    }
}
