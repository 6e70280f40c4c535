//! Regular expressions as Kusto writes them.

use regex::Regex;
use std::borrow::Cow;

/// The octal digits that may follow `\0`.
const OCTAL_DIGITS_MAX: usize = 2;

/// Compiles `pattern`. RE2's syntax, which Kusto documents, names a character by `\0` and octal digits; the rest is as
/// the crate reads it, so that a reference back to a group is refused as in Kusto.
///
/// # Errors
/// Where it is no regular expression.
pub fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    Regex::new(&without_octal(pattern))
}

/// `pattern` with `\0`, `\012` and their like written in hexadecimal.
fn without_octal(pattern: &str) -> Cow<'_, str> {
    if !pattern.contains("\\0") {
        return Cow::Borrowed(pattern);
    }
    let mut written = String::with_capacity(pattern.len() + 8);
    let mut characters = pattern.chars().peekable();
    while let Some(c) = characters.next() {
        if c != '\\' {
            written.push(c);
            continue;
        }
        if characters.next_if_eq(&'0').is_none() {
            written.push(c);
            written.extend(characters.next());
            continue;
        }
        let mut code = 0;
        for _ in 0..OCTAL_DIGITS_MAX {
            let Some(digit) = characters.next_if(|next| next.is_digit(8)).and_then(|next| next.to_digit(8)) else {
                break;
            };
            code = code * 8 + digit;
        }
        written.extend(["\\x{", &format!("{code:x}"), "}"]);
    }
    Cow::Owned(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octal_escapes_name_characters() {
        let cases = [(r"\0", "\0"), (r"a\0b", "a\0b"), (r"[\0]", "\0"), (r"\0101", "\u{8}1"), (r"\012", "\n")];
        for (pattern, text) in cases {
            let found = compile(pattern).ok().and_then(|regex| regex.find(text).map(|found| found.as_str().to_owned()));
            assert_eq!(found.as_deref(), Some(text), "{pattern}");
        }
    }

    #[test]
    fn an_escaped_backslash_is_not_the_start_of_one() {
        let regex = compile(r"\\0").unwrap();
        assert!(regex.is_match(r"\0") && !regex.is_match("\0"));
        assert!(compile(r"(a)\1").is_err(), "a reference back");
        assert!(compile("(").is_err());
    }
}
