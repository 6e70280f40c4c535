//! What a fault of the program's own leaves on standard error: where it is, and what to do. The words of a fault may
//! quote whatever was being worked on, so of those nothing is told that could be the tenant's or a secret.

use crate::base::Untrusted;
use std::backtrace::{Backtrace, BacktraceStatus};

/// The most characters of one word that are told: tokens are longer.
const WORD_MAX: usize = 32;

/// Tells faults so from now on.
#[expect(clippy::print_stderr, reason = "standard error is the command line's place for words")]
pub fn report_faults() {
    std::panic::set_hook(Box::new(|fault| {
        let payload = fault.payload();
        let words = payload.downcast_ref::<String>().map(String::as_str).or(payload.downcast_ref::<&str>().copied());
        let place = fault.location().map(ToString::to_string).unwrap_or_default();
        eprintln!("{}", report(words.unwrap_or_default(), &place));
        // Asked for by RUST_BACKTRACE; it holds names of functions alone.
        let trace = Backtrace::capture();
        if trace.status() == BacktraceStatus::Captured {
            eprintln!("{trace}");
        }
    }));
}

fn report(words: &str, place: &str) -> String {
    format!(
        "watchfloor {}: a fault of its own, at {place}: {}\n  \
         please report this line; `watchfloor journal` tells what was written before",
        env!("CARGO_PKG_VERSION"),
        harmless(words)
    )
}

/// The first line of `words` up to what it quotes, without long words.
fn harmless(words: &str) -> String {
    let line = words.lines().next().unwrap_or_default();
    let (told, quoted) = match line.split_once(['"', '`', '\'']) {
        Some((told, _)) => (told, "…"),
        None => (line, ""),
    };
    let short = |word| if str::chars(word).count() > WORD_MAX { "…" } else { word };
    let told: Vec<&str> = told.split(' ').map(short).collect();
    Untrusted::new(told.join(" ") + quoted).line().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_fault_quotes_is_not_told() {
        let token = format!("eyJ{}", "x".repeat(900));
        for (words, told) in [
            (
                "index out of bounds: the len is 3 but the index is 5",
                "index out of bounds: the len is 3 but the index is 5",
            ),
            ("called `Option::unwrap()` on a `None` value", "called …"),
            (
                "byte index 1 is not a char boundary; it is inside 'é' (bytes 0..2) of `érica okafor`",
                "byte index 1 is not a char boundary; it is inside …",
            ),
            ("called `Result::unwrap()` on an `Err` value: Bad(\"m.okafor@x.example\nrow\")", "called …"),
            (&*format!("cannot send {token}"), "cannot send …"),
            ("title \u{1b}]52;c;aGk=\u{7}", "title <U+001B>]52;c;aGk=<U+0007>"),
        ] {
            assert_eq!(harmless(words), told, "{words}");
        }
        assert!(report("x", "src/a.rs:1:2").contains("at src/a.rs:1:2: x\n  please report"));
    }
}
