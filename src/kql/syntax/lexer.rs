//! Text to tokens. Total: any text lexes, and each byte belongs to exactly one token.

use super::token::{Token, TokenKind};
use crate::kql::Span;

/// The tokens of `source`, trivia included, in order of place.
pub fn lex(source: &str) -> Vec<Token> {
    let mut lexer = Lexer { source, at: 0 };
    let mut tokens = Vec::with_capacity(source.len() / 4);
    while let Some(first) = lexer.peek() {
        let start = lexer.at;
        let kind = lexer.token(first);
        if lexer.at == start {
            lexer.bump();
        }
        tokens.push(Token { kind, span: Span::new(start, lexer.at) });
    }
    tokens
}

struct Lexer<'s> {
    source: &'s str,
    at: usize,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn peek_at(&self, ahead: usize) -> Option<char> {
        self.rest().chars().nth(ahead)
    }

    fn bump(&mut self) {
        self.at += self.peek().map_or(0, char::len_utf8);
    }

    fn bump_while(&mut self, keep: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.find(|c| !keep(c)).unwrap_or(rest.len());
    }

    fn eat(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    fn token(&mut self, first: char) -> TokenKind {
        match first {
            c if is_blank(c) => {
                self.bump_while(is_blank);
                TokenKind::Whitespace
            }
            '/' if self.rest().starts_with("//") => {
                self.bump_while(|c| c != '\n' && c != '\r');
                TokenKind::Comment
            }
            'h' | 'H' if matches!(self.peek_at(1), Some('"' | '\'')) => {
                self.bump();
                self.quoted()
            }
            'h' | 'H' if self.peek_at(1) == Some('@') && matches!(self.peek_at(2), Some('"' | '\'')) => {
                self.bump();
                self.bump();
                self.verbatim()
            }
            'h' | 'H' if matches!(self.rest().get(1..4), Some("```" | "~~~")) => {
                self.bump();
                self.fenced()
            }
            '@' if matches!(self.peek_at(1), Some('"' | '\'')) => {
                self.bump();
                self.verbatim()
            }
            '"' | '\'' => self.quoted(),
            '`' | '~' if matches!(self.rest().get(..3), Some("```" | "~~~")) => self.fenced(),
            c if is_name_start(c) => self.name(),
            c if c.is_ascii_digit() => self.number(),
            '!' if self.peek_at(1).is_some_and(|c| c.is_ascii_alphabetic()) => {
                self.bump();
                self.bump_while(is_name_part);
                self.eat("~");
                TokenKind::WordOperator
            }
            _ => self.symbol(),
        }
    }

    /// A name, `in~`, or a typed literal such as `datetime(2026-11-23)`.
    fn name(&mut self) -> TokenKind {
        let start = self.at;
        self.bump();
        self.bump_while(is_name_part);
        let name = self.source.get(start..self.at).unwrap_or_default();
        if name == "in" && self.rest().starts_with('~') {
            self.bump();
            return TokenKind::WordOperator;
        }
        if super::literal::typed_literal(name).is_none() {
            return TokenKind::Name;
        }
        let rest = self.rest();
        let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let Some(inside) = rest.get(blank..).and_then(|rest| rest.strip_prefix('(')) else { return TokenKind::Name };
        let Some(close) = inside.find([')', '\n', '(', ';', '|']) else { return TokenKind::Name };
        if !inside.get(close..).is_some_and(|rest| rest.starts_with(')')) {
            return TokenKind::Name;
        }
        self.at += blank + 1 + close + 1;
        TokenKind::TypedLiteral
    }

    fn number(&mut self) -> TokenKind {
        if matches!(self.rest().get(..2), Some("0x" | "0X")) && self.peek_at(2).is_some_and(|c| c.is_ascii_hexdigit()) {
            self.bump();
            self.bump();
            self.bump_while(|c| c.is_ascii_hexdigit());
            return self.number_end(TokenKind::Long);
        }
        self.bump_while(|c| c.is_ascii_digit());
        let mut kind = TokenKind::Long;
        if self.peek() == Some('.') && self.peek_at(1).is_some_and(|c| c.is_ascii_digit()) {
            self.bump();
            self.bump_while(|c| c.is_ascii_digit());
            kind = TokenKind::Real;
        }
        // A point at the end of a number is part of it, but not where names or ranges follow.
        if kind == TokenKind::Long
            && self.peek() == Some('.')
            && !self.peek_at(1).is_some_and(|c| c == '.' || c == '[' || is_name_start(c))
        {
            self.bump();
            return TokenKind::Real;
        }
        if let Some(length) = exponent_length(self.rest()) {
            self.at += length;
            kind = TokenKind::Real;
        }
        let unit_start = self.at;
        self.bump_while(|c| c.is_ascii_alphabetic());
        let unit = self.source.get(unit_start..self.at).unwrap_or_default();
        if !unit.is_empty()
            && crate::kql::format::timespan::unit_scale(unit).is_some()
            && !self.peek().is_some_and(is_name_part)
        {
            return TokenKind::TimeSpan;
        }
        self.at = unit_start;
        self.number_end(kind)
    }

    /// Letters right after a number make the whole a name, such as `3DObjects`.
    fn number_end(&mut self, kind: TokenKind) -> TokenKind {
        if self.peek().is_some_and(is_name_start) {
            self.bump_while(is_name_part);
            return TokenKind::Name;
        }
        kind
    }

    /// `"…"` or `'…'` with backslash escapes, on one line.
    fn quoted(&mut self) -> TokenKind {
        let quote = self.peek();
        self.bump();
        while let Some(c) = self.peek() {
            match c {
                '\n' | '\r' => return TokenKind::UnterminatedString,
                '\\' => {
                    self.bump();
                    if !matches!(self.peek(), Some('\n' | '\r')) {
                        self.bump();
                    }
                }
                c => {
                    self.bump();
                    if Some(c) == quote {
                        return TokenKind::String;
                    }
                }
            }
        }
        TokenKind::UnterminatedString
    }

    /// The rest of `@"…"`, where a doubled quote stands for one.
    fn verbatim(&mut self) -> TokenKind {
        let quote = self.peek();
        self.bump();
        while let Some(c) = self.peek() {
            if c == '\n' || c == '\r' {
                return TokenKind::UnterminatedString;
            }
            self.bump();
            if Some(c) == quote {
                if self.peek() != quote {
                    return TokenKind::String;
                }
                self.bump();
            }
        }
        TokenKind::UnterminatedString
    }

    /// Three backticks or tildes to the next three, over lines.
    fn fenced(&mut self) -> TokenKind {
        let fence = if self.rest().starts_with('`') { "```" } else { "~~~" };
        self.at += fence.len();
        let rest = self.rest();
        let Some(end) = rest.find(fence) else {
            self.at = self.source.len();
            return TokenKind::UnterminatedString;
        };
        self.at += end + fence.len();
        TokenKind::String
    }

    fn symbol(&mut self) -> TokenKind {
        for (text, kind) in SYMBOLS {
            if self.eat(text) {
                return *kind;
            }
        }
        self.bump();
        TokenKind::Unknown
    }
}

/// Longer ones first.
static SYMBOLS: &[(&str, TokenKind)] = &[
    ("==", TokenKind::Equal),
    ("!=", TokenKind::NotEqual),
    ("<>", TokenKind::NotEqual),
    ("=~", TokenKind::EqualTilde),
    ("!~", TokenKind::NotEqualTilde),
    ("<=", TokenKind::LessEqual),
    (">=", TokenKind::GreaterEqual),
    ("=>", TokenKind::Arrow),
    ("..", TokenKind::DotDot),
    ("|", TokenKind::Pipe),
    (";", TokenKind::Semicolon),
    (",", TokenKind::Comma),
    ("(", TokenKind::OpenParen),
    (")", TokenKind::CloseParen),
    ("[", TokenKind::OpenBracket),
    ("]", TokenKind::CloseBracket),
    ("{", TokenKind::OpenBrace),
    ("}", TokenKind::CloseBrace),
    (":", TokenKind::Colon),
    ("=", TokenKind::Assign),
    ("<", TokenKind::Less),
    (">", TokenKind::Greater),
    ("+", TokenKind::Plus),
    ("-", TokenKind::Minus),
    ("*", TokenKind::Star),
    ("/", TokenKind::Slash),
    ("%", TokenKind::Percent),
    (".", TokenKind::Dot),
];

/// White space, also of no width: what is pasted from web pages has it.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}')
}

fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || c == '_' || c == '$'
}

fn is_name_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The length of `e5`, `E-5`, `e+5` at the start of `rest`.
fn exponent_length(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix(['e', 'E'])?;
    let digits = after.strip_prefix(['+', '-']).unwrap_or(after);
    let count = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    (count > 0).then(|| rest.len() - digits.len() + count)
}
