//! Tokens: what the lexer cuts text into.

use crate::kql::Span;

/// A piece of the source. The tokens of a text cover it without gap or overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where.
    pub span: Span,
}

/// What a token is. Keywords are names: `count`, `kind` and `type` are legal column names, so only the parser knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Spaces, tabs, line breaks.
    Whitespace,
    /// `// …` to the end of the line.
    Comment,
    /// A name or keyword, `$left` included.
    Name,
    /// `in~` and what starts with `!` and a letter: `!has`, `!in~`.
    WordOperator,
    /// Decimal or `0x` whole number.
    Long,
    /// A number with a fraction or an exponent.
    Real,
    /// `1d`, `1.5h`, `100ms`, `1tick`.
    TimeSpan,
    /// `datetime(…)`, `guid(…)`, `long(…)` and kin with all up to the closing bracket.
    TypedLiteral,
    /// Any of the quoted forms.
    String,
    /// A quoted form that its line or the text ended.
    UnterminatedString,
    /// `|`
    Pipe,
    /// `;`
    Semicolon,
    /// `,`
    Comma,
    /// `(`
    OpenParen,
    /// `)`
    CloseParen,
    /// `[`
    OpenBracket,
    /// `]`
    CloseBracket,
    /// `{`
    OpenBrace,
    /// `}`
    CloseBrace,
    /// `:`
    Colon,
    /// `=`
    Assign,
    /// `==`
    Equal,
    /// `!=` or `<>`
    NotEqual,
    /// `=~`
    EqualTilde,
    /// `!~`
    NotEqualTilde,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Star,
    /// `/`
    Slash,
    /// `%`
    Percent,
    /// `.`
    Dot,
    /// `..`
    DotDot,
    /// `=>`
    Arrow,
    /// A character with no meaning in KQL.
    Unknown,
    /// After the last byte; never in the lexer's output.
    End,
}

impl TokenKind {
    /// White space or a comment.
    pub const fn is_trivia(self) -> bool {
        matches!(self, Self::Whitespace | Self::Comment)
    }

    /// A literal of any kind.
    pub const fn is_literal(self) -> bool {
        matches!(
            self,
            Self::Long | Self::Real | Self::TimeSpan | Self::TypedLiteral | Self::String | Self::UnterminatedString
        )
    }
}
