//! Text by regular expression and by JSON path.

use super::arguments::{list_value, long, text};
use super::growing::{GrowingText, grown};
use super::path;
use super::replacement::search_window;
use super::signature::{DYNAMIC, LONG, STRING, once, optional};
use super::{Accepts, Context, Eval, Example, Function, Nulls, Returns, Signature};
use crate::kql::format::{json_text, parse_json};
use crate::kql::types::Type;
use crate::kql::value::Value;
use regex::{Captures, Regex};
use serde_json::Value as Json;
use std::sync::Arc;

/// This family.
pub static FUNCTIONS: &[&Function] = &[
    &EXTRACT,
    &EXTRACT_ALL,
    &EXTRACTALL,
    &EXTRACT_JSON,
    &EXTRACTJSON,
    &REPLACE_REGEX,
    &REPLACE,
    &TRIM,
    &TRIM_START,
    &TRIM_END,
    &COUNTOF,
    &INDEXOF_REGEX,
    &REGEX_QUOTE,
];

static EXTRACT: Function = Function {
    name: "extract",
    signatures: &[Signature {
        parameters: &[once("regex", STRING), once("captureGroup", LONG), once("source", STRING)],
        returns: Returns::Only(Type::String),
    }],
    summary: "The group of the first match; nothing where there is no match. Group 0 is the whole match.",
    source: "https://learn.microsoft.com/kusto/query/extract-function",
    examples: &[
        Example { call: "extract('x=([0-9.]+)', 1, 'hello x=45.6|wo')", result: "45.6" },
        Example { call: "extract('x=([0-9.]+)', 1, 'hello')", result: "" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(extract),
};

static EXTRACT_ALL_SIGNATURES: &[Signature] = &[
    Signature { parameters: &[once("regex", STRING), once("source", STRING)], returns: Returns::Only(Type::Dynamic) },
    Signature {
        parameters: &[once("regex", STRING), once("captureGroups", DYNAMIC), once("source", STRING)],
        returns: Returns::Only(Type::Dynamic),
    },
];

static EXTRACT_ALL: Function = Function {
    name: "extract_all",
    signatures: EXTRACT_ALL_SIGNATURES,
    summary: "The groups of every match: a list of texts for one group, of lists for more; null where there is no match.",
    source: "https://learn.microsoft.com/kusto/query/extract-all-function",
    examples: &[
        Example { call: r"extract_all(@'(\d+)', 'a set of 12 and 34')", result: r#"["12","34"]"# },
        Example { call: r"extract_all(@'([a-z])(\d)', 'a1 b2')", result: r#"[["a","1"],["b","2"]]"# },
        Example { call: r"extract_all(@'([a-z])(\d)', dynamic([2]), 'a1 b2')", result: r#"["1","2"]"# },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(extract_all),
};

static EXTRACTALL: Function = Function {
    name: "extractall",
    signatures: EXTRACT_ALL_SIGNATURES,
    summary: "The older name of `extract_all`.",
    source: "https://learn.microsoft.com/kusto/query/extract-all-function",
    examples: &[Example { call: "extractall('(.)', 'ab')", result: r#"["a","b"]"# }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(extract_all),
};

static EXTRACT_JSON: Function = Function {
    name: "extract_json",
    signatures: &[Signature {
        parameters: &[once("jsonPath", STRING), once("jsonText", Accepts::Text)],
        returns: Returns::Only(Type::String),
    }],
    summary: "The text of what a JSON path leads to.",
    source: "https://learn.microsoft.com/kusto/query/extract-json-function",
    examples: &[
        Example { call: r#"extract_json('$.a[1].b', '{"a": [1, {"b": "deep"}]}')"#, result: "deep" },
        Example { call: "extract_json('$.c', '{}')", result: "" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(extract_json),
};

static EXTRACTJSON: Function = Function {
    name: "extractjson",
    signatures: &[Signature {
        parameters: &[once("jsonPath", STRING), once("jsonText", Accepts::Text)],
        returns: Returns::Only(Type::String),
    }],
    summary: "The same as extract_json.",
    source: "https://learn.microsoft.com/kusto/query/extract-json-function",
    examples: &[Example { call: r#"extractjson('$.a', '{"a": 5}')"#, result: "5" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(extract_json),
};

static REPLACE_REGEX: Function = Function {
    name: "replace_regex",
    signatures: &[Signature {
        parameters: &[once("source", STRING), once("regex", STRING), once("rewrite", STRING)],
        returns: Returns::Only(Type::String),
    }],
    summary: r"Every match replaced; \1 in the rewrite stands for the first group, \0 for the match.",
    source: "https://learn.microsoft.com/kusto/query/replace-regex-function",
    examples: &[Example { call: r"replace_regex('Number is 1.11', @'(\d+)', @'<\1>')", result: "Number is <1>.<11>" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|context, arguments| {
        replaced(context, &text(arguments, 0), &text(arguments, 1), &text(arguments, 2))
    }),
};

static REPLACE: Function = Function {
    name: "replace",
    signatures: &[Signature {
        parameters: &[once("regex", STRING), once("rewrite", STRING), once("source", STRING)],
        returns: Returns::Only(Type::String),
    }],
    summary: "The same as replace_regex with the source last.",
    source: "https://learn.microsoft.com/kusto/query/replace-regex-function",
    examples: &[Example { call: "replace(@'[aeiou]', '*', 'kusto')", result: "k*st*" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|context, arguments| {
        replaced(context, &text(arguments, 2), &text(arguments, 0), &text(arguments, 1))
    }),
};

static TRIM: Function = Function {
    name: "trim",
    signatures: &[Signature {
        parameters: &[once("regex", STRING), once("source", STRING)],
        returns: Returns::Only(Type::String),
    }],
    summary: "Without one match of the pattern at the start and one at the end.",
    source: "https://learn.microsoft.com/kusto/query/trim-function",
    examples: &[
        Example { call: "trim('--', '--https://x.example--')", result: "https://x.example" },
        Example { call: r"trim(@'[^\w]+', '  Te st1// $')", result: "Te st1" },
        Example { call: "trim(' ', '  a  ')", result: " a " },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|context, arguments| trimmed(context, arguments, true, true)),
};

static TRIM_START: Function = Function {
    name: "trim_start",
    signatures: &[Signature {
        parameters: &[once("regex", STRING), once("source", STRING)],
        returns: Returns::Only(Type::String),
    }],
    summary: "Without a match of the pattern at the start.",
    source: "https://learn.microsoft.com/kusto/query/trim-start-function",
    examples: &[Example { call: "trim_start('https://', 'https://x.example')", result: "x.example" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|context, arguments| trimmed(context, arguments, true, false)),
};

static TRIM_END: Function = Function {
    name: "trim_end",
    signatures: &[Signature {
        parameters: &[once("regex", STRING), once("source", STRING)],
        returns: Returns::Only(Type::String),
    }],
    summary: "Without a match of the pattern at the end.",
    source: "https://learn.microsoft.com/kusto/query/trim-end-function",
    examples: &[Example { call: "trim_end('.com', 'x.com')", result: "x" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|context, arguments| trimmed(context, arguments, false, true)),
};

static COUNTOF: Function = Function {
    name: "countof",
    signatures: &[Signature {
        parameters: &[once("source", STRING), once("search", STRING), optional("kind", STRING)],
        returns: Returns::Only(Type::Long),
    }],
    summary: "How often text occurs, overlaps counted; or with `regex`, how many matches.",
    source: "https://learn.microsoft.com/kusto/query/countof-function",
    examples: &[
        Example { call: "countof('aaa', 'a')", result: "3" },
        Example { call: "countof('aaaa', 'aa')", result: "3" },
        Example { call: "countof('ababa', 'ab', 'normal')", result: "2" },
        Example { call: "countof('abcabc', 'a.c', 'regex')", result: "2" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(countof),
};

static INDEXOF_REGEX: Function = Function {
    name: "indexof_regex",
    signatures: &[Signature {
        parameters: &[
            once("source", Accepts::Any),
            once("lookup", Accepts::Any),
            optional("start", LONG),
            optional("length", LONG),
            optional("occurrence", LONG),
        ],
        returns: Returns::Only(Type::Long),
    }],
    summary: "Where the pattern matches, counted from 0; -1 where it does not.",
    source: "https://learn.microsoft.com/kusto/query/indexof-regex-function",
    examples: &[
        Example { call: "indexof_regex('abcabc', @'a.c')", result: "0" },
        Example { call: "indexof_regex('abcabcdefg', @'a.c', 0, 9, 2)", result: "3" },
        Example { call: "indexof_regex('abcabc', @'x')", result: "-1" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(indexof_regex),
};

static REGEX_QUOTE: Function = Function {
    name: "regex_quote",
    signatures: &[Signature { parameters: &[once("value", Accepts::Any)], returns: Returns::Only(Type::String) }],
    summary: "The text as a pattern that matches just it.",
    source: "https://learn.microsoft.com/kusto/query/regex-quote-function",
    examples: &[Example { call: "regex_quote('(so$me.Te^xt)')", result: r"\(so\$me\.Te\^xt\)" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| Value::string(regex::escape(&text(arguments, 0)))),
};

fn extract(context: &Context, arguments: &[Value]) -> Value {
    let found = context.regex(&text(arguments, 0)).and_then(|regex| {
        let group = usize::try_from(long(arguments, 1)?).ok()?;
        let source = text(arguments, 2);
        Some(regex.captures(&source)?.get(group)?.as_str().to_owned())
    });
    Value::string(found.unwrap_or_default())
}

fn extract_all(context: &Context, arguments: &[Value]) -> Value {
    let Some(regex) = context.regex(&text(arguments, 0)) else { return Value::Null };
    let source = text(arguments, arguments.len().saturating_sub(1));
    let groups: Vec<usize> = match arguments {
        [_, Value::Dynamic(chosen), _] => group_numbers(&regex, chosen),
        _ if regex.captures_len() == 1 => vec![0],
        _ => (1..regex.captures_len()).collect(),
    };
    let group_text =
        |captures: &Captures<'_>, group: usize| Json::from(captures.get(group).map_or("", |found| found.as_str()));
    let matches = grown(
        context,
        regex.captures_iter(&source).map(|captures| match groups.as_slice() {
            [only] => group_text(&captures, *only),
            several => Json::Array(grown(context, several.iter().map(|group| group_text(&captures, *group)))),
        }),
    );
    if matches.is_empty() { Value::Null } else { list_value(matches) }
}

/// Group indices of a list of numbers and group names.
fn group_numbers(regex: &Regex, chosen: &Json) -> Vec<usize> {
    let number = |group: &Json| match group {
        Json::String(name) => regex.capture_names().position(|known| known == Some(name)),
        other => other.as_u64().map(|number| number as usize),
    };
    chosen.as_array().map(|groups| groups.iter().filter_map(number).collect()).unwrap_or_default()
}

fn replaced(context: &Context, source: &str, pattern: &str, rewrite: &str) -> Value {
    let Some(regex) = context.regex(pattern) else { return Value::string(source) };
    let (mut replaced, mut end) = (GrowingText::default(), 0);
    for captures in regex.captures_iter(source) {
        let Some(found) = captures.get(0) else { continue };
        replaced.push(source.get(end..found.start()).unwrap_or_default());
        expand(rewrite, &captures, &mut replaced);
        if replaced.is_full() {
            return replaced.finish();
        }
        end = found.end();
    }
    replaced.push(source.get(end..).unwrap_or_default());
    replaced.finish()
}

/// Adds `rewrite` to `expanded`: what it names as `\1` is put in.
fn expand(rewrite: &str, captures: &Captures<'_>, expanded: &mut GrowingText) {
    let mut rest = rewrite;
    while let Some((before, after)) = rest.split_once('\\') {
        expanded.push(before);
        let mut next = after.chars();
        rest = match next.next() {
            Some(digit) if digit.is_ascii_digit() => {
                let group = digit.to_digit(10).unwrap_or_default() as usize;
                expanded.push(captures.get(group).map_or("", |found| found.as_str()));
                next.as_str()
            }
            Some('\\') => {
                expanded.push("\\");
                next.as_str()
            }
            _ => {
                expanded.push("\\");
                after
            }
        };
        if expanded.is_full() {
            return;
        }
    }
    expanded.push(rest);
}

/// Takes one match of the pattern off the start, one off the end, or both.
fn trimmed(context: &Context, arguments: &[Value], at_start: bool, at_end: bool) -> Value {
    let (pattern, source) = (text(arguments, 0), text(arguments, 1));
    let anchored = |anchored: String| -> Option<Arc<Regex>> { context.regex(&anchored) };
    let mut kept: &str = &source;
    if at_start && let Some(found) = anchored(format!("^(?:{pattern})")).and_then(|regex| regex.find(kept)) {
        kept = kept.get(found.end()..).unwrap_or_default();
    }
    if at_end && let Some(found) = anchored(format!("(?:{pattern})$")).and_then(|regex| regex.find(kept)) {
        kept = kept.get(..found.start()).unwrap_or_default();
    }
    Value::string(kept)
}

fn countof(context: &Context, arguments: &[Value]) -> Value {
    let (source, wanted) = (text(arguments, 0), text(arguments, 1));
    if text(arguments, 2).eq_ignore_ascii_case("regex") {
        return Value::Long(context.regex(&wanted).map_or(0, |regex| regex.find_iter(&source).count()) as i64);
    }
    if wanted.is_empty() {
        return Value::Long(0);
    }
    let starts_here = |at: usize| source.get(at..).is_some_and(|rest| rest.starts_with(&*wanted));
    Value::Long(source.char_indices().filter(|(at, _)| starts_here(*at)).count() as i64)
}

fn indexof_regex(context: &Context, arguments: &[Value]) -> Value {
    let source = text(arguments, 0);
    let Some((start, window)) = search_window(&source, long(arguments, 2), long(arguments, 3)) else {
        return Value::Null;
    };
    let Ok(skipped) = usize::try_from(long(arguments, 4).unwrap_or(1).saturating_sub(1)) else { return Value::Null };
    let Some(regex) = context.regex(&text(arguments, 1)) else { return Value::Null };
    let byte = regex.find_iter(&window).nth(skipped).map(|found| found.start());
    let at = byte.and_then(|byte| window.get(..byte)).map(|before| before.chars().count() + start);
    Value::Long(at.map_or(-1, |at| at as i64))
}

fn extract_json(_: &Context, arguments: &[Value]) -> Value {
    let steps = path::steps(&text(arguments, 0));
    let Value::Dynamic(json) = parse_json(&text(arguments, 1)) else { return Value::string("") };
    Value::string(match steps.as_deref().and_then(|steps| path::walk(&json, steps)) {
        None | Some(Json::Null) => String::new(),
        Some(Json::String(text)) => text.clone(),
        Some(other) => json_text(other),
    })
}
