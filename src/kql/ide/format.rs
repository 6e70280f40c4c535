//! A query laid out anew: an operator a line, what stands in a subquery further in, one space where there were several.
//! Breaks that the author made inside an operator stay, as do comments and blank lines; no token changes.

use crate::kql::Span;
use crate::kql::syntax::lex;
use crate::kql::syntax::token::TokenKind;

/// Blanks a level.
const INDENT: usize = 4;

/// `source` laid out. What has a string that is not closed, or a character without a meaning, stays as it is.
pub fn format(source: &str) -> String {
    let words = words(source);
    let broken = |word: &Word| matches!(word.kind, TokenKind::UnterminatedString | TokenKind::Unknown);
    if words.is_empty() || words.iter().any(broken) {
        return source.to_owned();
    }
    let mut layout = Layout { words: &words, open: Vec::new(), text: String::with_capacity(source.len()) };
    for at in 0..words.len() {
        layout.put(source, at);
    }
    let mut text = layout.text;
    if source.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// A token that is no white space.
struct Word {
    kind: TokenKind,
    span: Span,
    /// Line breaks before it.
    breaks: usize,
    /// Whether anything stands between it and the one before.
    apart: bool,
    /// Of an opening bracket: whether operators stand right inside.
    holds_query: bool,
}

fn words(source: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let (mut breaks, mut apart) = (0, false);
    for token in lex(source) {
        if token.kind == TokenKind::Whitespace {
            breaks += token.span.of(source).matches('\n').count();
            apart = true;
            continue;
        }
        match token.kind {
            TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => open.push(words.len()),
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => {
                open.pop();
            }
            TokenKind::Pipe => {
                if let Some(bracket) = open.last().and_then(|at| words.get_mut(*at)) {
                    bracket.holds_query = true;
                }
            }
            _ => {}
        }
        words.push(Word { kind: token.kind, span: token.span, breaks, apart, holds_query: false });
        (breaks, apart) = (0, false);
    }
    words
}

/// The text so far.
struct Layout<'w> {
    words: &'w [Word],
    /// For each open bracket, whether it holds a query.
    open: Vec<bool>,
    text: String,
}

impl Layout<'_> {
    fn put(&mut self, source: &str, at: usize) {
        let Some(word) = self.words.get(at) else { return };
        let closed = match word.kind {
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => self.open.pop(),
            _ => None,
        };
        if at > 0 {
            match self.breaks(at, closed) {
                0 => self.text.push_str(if self.apart(at) { " " } else { "" }),
                breaks => {
                    self.text.extend(std::iter::repeat_n('\n', breaks));
                    let blanks = if self.begins(at, closed, breaks) { 0 } else { INDENT };
                    let levels = self.open.iter().filter(|holds_query| **holds_query).count();
                    self.text.extend(std::iter::repeat_n(' ', levels * INDENT + blanks));
                }
            }
        }
        self.text.push_str(word.span.of(source).trim_end());
        if matches!(word.kind, TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace) {
            self.open.push(word.holds_query);
        }
    }

    /// The word before, or whatever is not a comment among those before.
    fn before(&self, at: usize) -> Option<&Word> {
        self.words.get(..at)?.iter().rev().find(|word| word.kind != TokenKind::Comment)
    }

    /// The kind of the next word from `at` on that is no comment.
    fn next(&self, at: usize) -> Option<TokenKind> {
        self.words.get(at..)?.iter().map(|word| word.kind).find(|kind| *kind != TokenKind::Comment)
    }

    /// Line breaks before the word at `at`, at most a blank line.
    fn breaks(&self, at: usize, closed: Option<bool>) -> usize {
        let (Some(word), Some(before)) = (self.words.get(at), at.checked_sub(1).and_then(|at| self.words.get(at)))
        else {
            return 0;
        };
        let trails = word.kind == TokenKind::Comment && word.breaks == 0;
        let in_query = self.open.last().is_none_or(|holds_query| *holds_query);
        let forced = !trails
            && (before.kind == TokenKind::Comment
                || before.holds_query
                || closed == Some(true)
                || (word.kind == TokenKind::Pipe && in_query)
                || (before.kind == TokenKind::Semicolon && in_query));
        word.breaks.clamp(usize::from(forced), 2)
    }

    /// Whether the word at `at`, first of its line, begins a statement or an operator, or closes a bracket: it is not
    /// the rest of the line before.
    fn begins(&self, at: usize, closed: Option<bool>, breaks: usize) -> bool {
        let in_query = self.open.last().is_none_or(|holds_query| *holds_query);
        let begun = self.before(at).is_none_or(|before| before.kind == TokenKind::Semicolon || before.holds_query);
        let next = self.next(at);
        let leads = in_query && (begun || breaks > 1 || matches!(next, None | Some(TokenKind::Pipe)));
        leads || closed.is_some()
    }

    /// Whether a space stands before the word at `at`, on the line of the one before.
    fn apart(&self, at: usize) -> bool {
        let (Some(word), Some(before)) = (self.words.get(at), at.checked_sub(1).and_then(|at| self.words.get(at)))
        else {
            return false;
        };
        let compares = |kind: TokenKind| {
            matches!(
                kind,
                TokenKind::Equal
                    | TokenKind::NotEqual
                    | TokenKind::EqualTilde
                    | TokenKind::NotEqualTilde
                    | TokenKind::Less
                    | TokenKind::LessEqual
                    | TokenKind::Greater
                    | TokenKind::GreaterEqual
                    | TokenKind::Arrow
                    | TokenKind::Pipe
            )
        };
        match (before.kind, word.kind) {
            (_, TokenKind::Comment) => true,
            (TokenKind::OpenParen | TokenKind::OpenBracket, _)
            | (_, TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::Comma | TokenKind::Semicolon) => false,
            (TokenKind::Comma | TokenKind::Semicolon, _) => true,
            (before, word_kind) => compares(before) || compares(word_kind) || word.apart,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The tokens that mean something, and the comments.
    fn meant(source: &str) -> Vec<String> {
        words(source).iter().map(|word| word.span.of(source).trim_end().to_owned()).collect()
    }

    #[test]
    fn operators_stand_on_lines_of_their_own() {
        let cases = [
            ("T|where a==1|take 5", "T\n| where a == 1\n| take 5"),
            ("let x=5 ;let y = 6;  T | take x", "let x=5;\nlet y = 6;\nT\n| take x"),
            (
                "T | join kind=inner (U | where b  >  1) on Id | count",
                "T\n| join kind=inner (\n    U\n    | where b > 1\n) on Id\n| count",
            ),
            (
                "T\n| where a in ( 'x' ,'y' ) // why\n   // whole line\n| project a,b",
                "T\n| where a in ('x', 'y') // why\n// whole line\n| project a, b",
            ),
            ("T\n| where a == 1\nor b == 2\n\n\n\nU | count", "T\n| where a == 1\n    or b == 2\n\nU\n| count"),
            ("let l = dynamic([\n'a',\n  'b'\n]);\nT", "let l = dynamic([\n    'a',\n    'b'\n]);\nT"),
            ("let f = (x:long) { T | where a == x };f(1)", "let f = (x:long) {\n    T\n    | where a == x\n};\nf(1)"),
            ("T | where a == 'open", "T | where a == 'open"),
            ("union (A | take 1), (B | take 1)", "union (\n    A\n    | take 1\n), (\n    B\n    | take 1\n)"),
        ];
        for (source, expected) in cases {
            assert_eq!(format(source), expected, "{source}");
            assert_eq!(format(expected), expected, "again: {source}");
        }
    }

    /// Pieces of queries with all that could stand between them.
    static PIECES: &[&str] = &[
        "T",
        "|",
        "where",
        "a",
        "==",
        "1",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ";",
        "\n",
        "\n\n",
        " ",
        "  ",
        "// note\n",
        "'text'",
        "-",
        "=",
        "let",
        "in~",
        "!has",
        "..",
        "long",
        "5m",
        "\t",
        "dynamic",
        "```\nx\n```",
        ":",
        "*",
        "<",
    ];

    proptest! {
        #[test]
        fn a_layout_changes_no_token_and_is_its_own(pieces in proptest::collection::vec(0..PIECES.len(), 0..40)) {
            let source: String = pieces.into_iter().map(|at| PIECES[at]).collect();
            let laid_out = format(&source);
            prop_assert_eq!(meant(&laid_out), meant(&source), "{}", source);
            prop_assert_eq!(format(&laid_out), laid_out.clone(), "{:?} of {:?}", laid_out, source);
        }
    }
}
