//! Any text bound to the hunting schema, and what the editor says of it: a plan or an error, in places of the text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use watchfloor::kql::{Diagnostic, Schema, compile, ide};

fuzz_target!(|text: &str| {
    let schema = Schema::hunting();
    let compiled = compile(text, schema);
    let refused = compiled.diagnostics.iter().any(Diagnostic::is_error);
    assert!(compiled.plan.is_none() == refused || compiled.open);
    for diagnostic in compiled.diagnostics.iter().chain(&ide::lints(text, schema)) {
        assert!(text.get(diagnostic.span.range()).is_some());
    }
    let middle = (text.len() / 2..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    for at in [middle, text.len()] {
        for offered in ide::complete(text, at, schema) {
            assert!(text.get(offered.span.range()).is_some());
        }
        let _ = ide::signature_help(text, at);
        let _ = ide::hover(text, at, schema);
    }
});
