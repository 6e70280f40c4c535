//! Any text through the parser, laid out anew and parsed again: no token changes, and neither does what it means.

#![no_main]

use libfuzzer_sys::fuzz_target;
use watchfloor::kql::{ide, syntax};

fn words(text: &str) -> Vec<&str> {
    let tokens = syntax::lex(text).into_iter().filter(|token| !token.kind.is_trivia());
    tokens.map(|token| token.span.of(text)).collect()
}

fuzz_target!(|text: &str| {
    let parsed = syntax::parse(text);
    for diagnostic in &parsed.diagnostics {
        assert!(text.get(diagnostic.span.range()).is_some());
    }
    let printed = ide::format(text);
    assert_eq!(words(&printed), words(text));
    assert_eq!(ide::format(&printed), printed);
    let again = syntax::parse(&printed);
    assert_eq!(again.diagnostics.len(), parsed.diagnostics.len());
    assert_eq!(again.query.statements.len(), parsed.query.statements.len());
});
