//! Any text through the lexer: every byte belongs to exactly one token, and colours fall on the text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use watchfloor::kql::syntax::{self, Lexed};

fuzz_target!(|text: &str| {
    let mut end = 0;
    for token in syntax::lex(text) {
        assert_eq!(token.span.start, end);
        assert!(token.span.end > end && text.get(token.span.range()).is_some());
        end = token.span.end;
    }
    assert_eq!(end, text.len());
    for (span, _) in Lexed::new(text).highlight() {
        assert!(text.get(span.range()).is_some());
    }
});
