//! `$filter` text to tokens.

use crate::lab::reply::Problem;

/// A token and where it starts, in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its first character's place.
    pub at: usize,
}

/// Kinds of tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// An identifier, keyword or dotted type name.
    Word(String),
    /// A number or an unquoted date.
    Bare(String),
    /// A quoted string, `''` undone.
    Quoted(String),
    /// `(`, `)`, `,`, `/` or `:`.
    Mark(char),
}

/// Splits `text`.
///
/// # Errors
/// An unterminated string or a character that starts no token.
pub fn tokens(text: &str) -> Result<Vec<Token>, Problem> {
    let characters: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&c) = characters.get(at) {
        let start = at;
        let kind = match c {
            c if c.is_whitespace() => {
                at += 1;
                continue;
            }
            '(' | ')' | ',' | '/' | ':' => {
                at += 1;
                TokenKind::Mark(c)
            }
            '\'' => TokenKind::Quoted(quoted(&characters, &mut at).ok_or_else(|| unterminated(start, text))?),
            c if c.is_alphabetic() || c == '_' => {
                TokenKind::Word(take(&characters, &mut at, |c| c.is_alphanumeric() || matches!(c, '_' | '.' | '@')))
            }
            c if c.is_ascii_digit() || c == '-' => {
                TokenKind::Bare(take(&characters, &mut at, |c| c.is_ascii_alphanumeric() || "+-.:".contains(c)))
            }
            _ => return Err(syntax(start, text)),
        };
        tokens.push(Token { kind, at: start });
    }
    Ok(tokens)
}

/// The refusal of text that is not a filter, at character `at`.
pub fn syntax(at: usize, text: &str) -> Problem {
    Problem::query(format!("Syntax error at position {at} in '{text}'."))
}

fn unterminated(at: usize, text: &str) -> Problem {
    Problem::query(format!("There is an unterminated string literal at position {at} in '{text}'."))
}

fn take(characters: &[char], at: &mut usize, belongs: impl Fn(char) -> bool) -> String {
    let word: String = characters.iter().skip(*at).take_while(|&&c| belongs(c)).collect();
    *at += word.chars().count();
    word
}

fn quoted(characters: &[char], at: &mut usize) -> Option<String> {
    let mut text = String::new();
    *at += 1;
    loop {
        let c = *characters.get(*at)?;
        *at += 1;
        if c != '\'' {
            text.push(c);
        } else if characters.get(*at) == Some(&'\'') {
            text.push('\'');
            *at += 1;
        } else {
            return Some(text);
        }
    }
}
