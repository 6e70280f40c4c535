//! String predicates: `has`, `contains`, `startswith`, `=~`, `matches regex` and kin.
//!
//! A dynamic counts as its text. Where the sought text is the same for all rows, a string is looked at once a code.

use super::needle::{Needle, Place};
use super::{Accepts, Eval, Example, Function, Nulls, Signature, gives_bool, once};
use crate::kql::engine::convert::text_of;
use crate::kql::engine::{Column, Texts};
use crate::kql::functions::Context;
use crate::kql::types::Type;
use std::borrow::Cow;

const SOURCE: &str = "https://learn.microsoft.com/kusto/query/datatypes-string-operators";
const TEXTS: &[Signature] = &[gives_bool(&[once("text", Accepts::Text), once("sought", Accepts::Text)])];

macro_rules! predicate {
    ($name:ident, $text:literal, $place:ident, $ignore_case:literal, $wanted:literal, $summary:literal, $call:literal) => {
        pub(super) static $name: Function = Function {
            name: $text,
            signatures: TEXTS,
            summary: $summary,
            source: SOURCE,
            examples: &[Example { call: $call, result: "True" }],
            nulls: Nulls::Seen,
            eval: Eval::Columns(|_, arguments, rows| search(arguments, rows, Place::$place, $ignore_case, $wanted)),
        };
    };
}

predicate!(EQUAL_CASELESS, "=~", Whole, true, true, "equal but for case", "'ABC' =~ 'abc'");
predicate!(NOT_EQUAL_CASELESS, "!~", Whole, true, false, "not equal even but for case", "'ABC' !~ 'abcd'");
predicate!(HAS, "has", Term, true, true, "has it as a whole term, in any case", "'Hello-World' has 'world'");
predicate!(NOT_HAS, "!has", Term, true, false, "has it not as a whole term", "'helloworld' !has 'world'");
predicate!(HAS_CS, "has_cs", Term, false, true, "has it as a whole term, case as given", "'a-World' has_cs 'World'");
predicate!(
    NOT_HAS_CS,
    "!has_cs",
    Term,
    false,
    false,
    "has it not as a whole term of that case",
    "'World' !has_cs 'world'"
);
predicate!(HAS_PREFIX, "hasprefix", TermStart, true, true, "a term starts with it", "'North America' hasprefix 'ame'");
predicate!(
    NOT_HAS_PREFIX,
    "!hasprefix",
    TermStart,
    true,
    false,
    "no term starts with it",
    "'North America' !hasprefix 'mer'"
);
predicate!(
    HAS_PREFIX_CS,
    "hasprefix_cs",
    TermStart,
    false,
    true,
    "a term starts with it, case as given",
    "'North America' hasprefix_cs 'Ame'"
);
predicate!(
    NOT_HAS_PREFIX_CS,
    "!hasprefix_cs",
    TermStart,
    false,
    false,
    "no term starts with it in that case",
    "'North America' !hasprefix_cs 'ame'"
);
predicate!(HAS_SUFFIX, "hassuffix", TermEnd, true, true, "a term ends with it", "'North America' hassuffix 'RTH'");
predicate!(
    NOT_HAS_SUFFIX,
    "!hassuffix",
    TermEnd,
    true,
    false,
    "no term ends with it",
    "'North America' !hassuffix 'ort'"
);
predicate!(
    HAS_SUFFIX_CS,
    "hassuffix_cs",
    TermEnd,
    false,
    true,
    "a term ends with it, case as given",
    "'North America' hassuffix_cs 'rth'"
);
predicate!(
    NOT_HAS_SUFFIX_CS,
    "!hassuffix_cs",
    TermEnd,
    false,
    false,
    "no term ends with it in that case",
    "'North America' !hassuffix_cs 'RTH'"
);
predicate!(CONTAINS, "contains", Anywhere, true, true, "contains it, in any case", "'FabriKam' contains 'BRik'");
predicate!(
    NOT_CONTAINS,
    "!contains",
    Anywhere,
    true,
    false,
    "does not contain it in any case",
    "'Fabrikam' !contains 'xyz'"
);
predicate!(
    CONTAINS_CS,
    "contains_cs",
    Anywhere,
    false,
    true,
    "contains it, case as given",
    "'FabriKam' contains_cs 'Kam'"
);
predicate!(
    NOT_CONTAINS_CS,
    "!contains_cs",
    Anywhere,
    false,
    false,
    "does not contain it in that case",
    "'FabriKam' !contains_cs 'kam'"
);
predicate!(STARTS_WITH, "startswith", Start, true, true, "starts with it, in any case", "'Fabrikam' startswith 'fab'");
predicate!(
    NOT_STARTS_WITH,
    "!startswith",
    Start,
    true,
    false,
    "does not start with it",
    "'Fabrikam' !startswith 'kam'"
);
predicate!(
    STARTS_WITH_CS,
    "startswith_cs",
    Start,
    false,
    true,
    "starts with it, case as given",
    "'Fabrikam' startswith_cs 'Fab'"
);
predicate!(
    NOT_STARTS_WITH_CS,
    "!startswith_cs",
    Start,
    false,
    false,
    "does not start with it in that case",
    "'Fabrikam' !startswith_cs 'fab'"
);
predicate!(ENDS_WITH, "endswith", End, true, true, "ends with it, in any case", "'Fabrikam' endswith 'KAM'");
predicate!(NOT_ENDS_WITH, "!endswith", End, true, false, "does not end with it", "'Fabrikam' !endswith 'brik'");
predicate!(
    ENDS_WITH_CS,
    "endswith_cs",
    End,
    false,
    true,
    "ends with it, case as given",
    "'Fabrikam' endswith_cs 'kam'"
);
predicate!(
    NOT_ENDS_WITH_CS,
    "!endswith_cs",
    End,
    false,
    false,
    "does not end with it in that case",
    "'Fabrikam' !endswith_cs 'KAM'"
);

pub(super) static MATCHES_REGEX: Function = Function {
    name: "matches regex",
    signatures: TEXTS,
    summary: "whether the regular expression matches somewhere in the text",
    source: "https://learn.microsoft.com/kusto/query/regex",
    examples: &[Example { call: "'Fabrikam' matches regex 'b.*k'", result: "True" }],
    nulls: Nulls::Seen,
    eval: Eval::Columns(matches),
};

/// The texts of a column of strings or dynamics.
pub(super) fn as_texts(column: &Column) -> Cow<'_, Column> {
    if column.ty() == Type::String {
        return Cow::Borrowed(column);
    }
    Cow::Owned(match column.as_constant() {
        Some(value) => Column::constant(text_of(value), Type::String, column.len()),
        None => Column::from_values(Type::String, column.values().map(|value| text_of(&value))),
    })
}

fn search(arguments: &[Column], rows: usize, place: Place, ignore_case: bool, wanted: bool) -> Column {
    let [text, sought] = arguments else { return Column::nulls(Type::Bool, rows) };
    let (text, sought) = (as_texts(text), as_texts(sought));
    let (text, sought) = (text.texts(), sought.texts());
    Column::from_bools(match sought {
        Texts::Constant(sought) => {
            let needle = Needle::new(sought, place, ignore_case);
            match text.joined().and_then(|texts| needle.is_in_each(&texts)) {
                Some(found) => found.into_iter().map(|found| found == wanted).collect(),
                None => text.map(rows, |text| needle.is_in(text) == wanted),
            }
        }
        Texts::Coded(..) => (0..rows)
            .map(|at| Needle::new(sought.text(at), place, ignore_case).is_in(text.text(at)) == wanted)
            .collect(),
    })
}

fn matches(context: &Context, arguments: &[Column], rows: usize) -> Column {
    let [text, pattern] = arguments else { return Column::nulls(Type::Bool, rows) };
    let (text, pattern) = (as_texts(text), as_texts(pattern));
    let (text, pattern) = (text.texts(), pattern.texts());
    Column::from_bools(match pattern {
        Texts::Constant(pattern) => match context.regex(pattern) {
            Some(regex) => text.map(rows, |text| regex.is_match(text)),
            None => vec![false; rows],
        },
        Texts::Coded(..) => (0..rows)
            .map(|at| context.regex(pattern.text(at)).is_some_and(|regex| regex.is_match(text.text(at))))
            .collect(),
    })
}
