//! Regular expressions as Kusto writes them.

use regex::Regex;
use std::borrow::Cow;
use std::iter::Peekable;
use std::str::Chars;

/// The octal digits that may follow `\0`.
const OCTAL_DIGITS_MAX: usize = 2;

/// How long the numbers of a repetition can be; it may not be of more than a thousand.
const REPETITION_MAX: usize = 16;

/// Compiles `pattern`. RE2's syntax, which Kusto documents, names a character by `\0` and octal digits, and a class has
/// no classes within, nor sets of them; a brace that begins no repetition is itself; the rest is as the crate reads it, so that a reference back to a group is
/// refused as in Kusto.
///
/// # Errors
/// Where it is no regular expression.
pub fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    Regex::new(&translated(pattern))
}

/// `pattern` with `\0`, `\012` and their like written in hexadecimal, and with what only the crate gives a meaning
/// inside a class (`[`, `&&`, `--`, `~~`) escaped.
fn translated(pattern: &str) -> Cow<'_, str> {
    if !pattern.contains("\\0") && !pattern.contains(['[', '{']) {
        return Cow::Borrowed(pattern);
    }
    let mut written = String::with_capacity(pattern.len() + 8);
    let mut characters = pattern.chars().peekable();
    let mut class = Class::Outside;
    while let Some(c) = characters.next() {
        if c == '\\' {
            class = class.within();
            match characters.next() {
                Some('0') => written.push_str(&octal(&mut characters)),
                Some(kind @ ('p' | 'P' | 'x')) if characters.peek() == Some(&'{') => {
                    written.extend([c, kind]);
                    copy_to(&mut characters, '}', &mut written);
                }
                other => written.extend(std::iter::once(c).chain(other)),
            }
            continue;
        }
        if class == Class::Outside {
            class = if c == '[' { Class::Start } else { class };
            if c == '{' && !is_repetition(characters.clone()) {
                written.push('\\');
            }
            written.push(c);
            continue;
        }
        match c {
            '^' if class == Class::Start => written.push(c),
            ']' if class == Class::Start => {
                written.push_str("\\]");
                class = Class::Inside;
            }
            ']' => {
                written.push(c);
                class = Class::Outside;
            }
            // A named class ends at its own bracket.
            '[' if characters.peek() == Some(&':') => {
                written.push(c);
                copy_to(&mut characters, ']', &mut written);
                class = Class::Inside;
            }
            '[' | '&' | '~' => {
                written.extend(['\\', c]);
                class = Class::Inside;
            }
            '-' if characters.peek() == Some(&'-') => {
                written.extend(['\\', c]);
                class = Class::Inside;
            }
            _ => {
                written.push(c);
                class = Class::Inside;
            }
        }
    }
    Cow::Owned(written)
}

/// Writes what comes up to `end`, that included.
fn copy_to(characters: &mut Peekable<Chars<'_>>, end: char, written: &mut String) {
    for inner in characters {
        written.push(inner);
        if inner == end {
            return;
        }
    }
}

/// Whether `2}`, `2,}` or `2,5}` follows: a brace before anything else is itself.
fn is_repetition(after: Peekable<Chars<'_>>) -> bool {
    let text: String = after.take(REPETITION_MAX).collect();
    let Some((inside, _)) = text.split_once('}') else { return false };
    let (least, most) = inside.split_once(',').unwrap_or((inside, ""));
    let is_digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    !least.is_empty() && is_digits(least) && is_digits(most)
}

/// Where in a class of characters a pattern is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Outside,
    /// Nothing but a `^` was met: a `]` here is itself.
    Start,
    Inside,
}

impl Class {
    /// After a character of a class.
    fn within(self) -> Self {
        if self == Self::Start { Self::Inside } else { self }
    }
}

/// The character after `\0`, in hexadecimal.
fn octal(characters: &mut Peekable<Chars<'_>>) -> String {
    let mut code = 0;
    for _ in 0..OCTAL_DIGITS_MAX {
        let Some(digit) = characters.next_if(|next| next.is_digit(8)).and_then(|next| next.to_digit(8)) else {
            break;
        };
        code = code * 8 + digit;
    }
    format!("\\x{{{code:x}}}")
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
    fn a_class_has_no_class_within() {
        let cases = [
            (r#"[[",\]]"#, "[", true),
            ("[]a]", "]", true),
            ("[^]a]", "]", false),
            ("[[:alpha:]_]", "_", true),
            ("[[:alpha:]]", "[", false),
            ("[a&&b]", "&", true),
            (r"[\w-]", "-", true),
            ("[a]b]", "ab]", true),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(compile(pattern).ok().map(|regex| regex.is_match(text)), Some(expected), "{pattern} {text}");
        }
    }

    #[test]
    fn a_brace_that_repeats_nothing_is_itself() {
        let cases = [
            ("a{1-3}", "a{1-3}", true),
            ("^{a}$", "{a}", true),
            ("x{2}y{1,}z{0,2}", "xxyzz", true),
            (r"\x{41}\p{Lu}[{]", "AB{", true),
            ("a{2", "a{2", true),
            ("a{,2}", "aa", false),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(compile(pattern).ok().map(|regex| regex.is_match(text)), Some(expected), "{pattern} {text}");
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
