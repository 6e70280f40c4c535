//! KQL string literals around text that came from outside.

/// `text` as a KQL string literal that means exactly `text`, whatever is in it. Characters that draw nothing or redirect
/// what follows are written as escapes, so that the query one reads is the query that runs.
pub fn string(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('"');
    for c in text.chars() {
        match c {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            c if c.is_control() || is_invisible(c) => push_escape(&mut literal, c),
            c => literal.push(c),
        }
    }
    literal.push('"');
    literal
}

/// Soft hyphens, zero-width and bidirectional marks, line separators, byte order marks, tags, variation selectors.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E0FFF}')
}

/// `\uXXXX`, or `\UXXXXXXXX` outside the basic plane.
fn push_escape(literal: &mut String, c: char) {
    let code = c as u32;
    let (letter, digits) = if code > 0xFFFF { ('U', 8) } else { ('u', 4) };
    literal.push('\\');
    literal.push(letter);
    let places = (0..digits).rev().map(|place| (code >> (4 * place)) & 0xF);
    literal.extend(places.filter_map(|digit| char::from_digit(digit, 16)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kql::syntax::literal;
    use proptest::prelude::*;

    #[test]
    fn what_cannot_be_seen_is_spelt_out() {
        assert_eq!(string("a\u{202e}b\u{e0041}\u{1b}"), "\"a\\u202eb\\U000e0041\\u001b\"");
        assert_eq!(string("o'hara\\\"x"), "\"o'hara\\\\\\\"x\"");
    }

    proptest! {
        #[test]
        fn a_literal_means_its_text(text in any::<String>()) {
            prop_assert_eq!(literal::string(&string(&text)), text);
        }
    }
}
