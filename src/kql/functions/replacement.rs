//! Text: finding and replacing.

use super::arguments::{list, long, text};
use super::growing::GrowingText;
use super::signature::{DYNAMIC, LONG, STRING, once, optional};
use super::string::text_of;
use super::{Accepts, Context, Eval, Example, Function, Nulls, Returns, Signature};
use crate::kql::types::Type;
use crate::kql::value::Value;

/// This family.
pub static FUNCTIONS: &[&Function] = &[&INDEXOF, &REPLACE_STRING, &REPLACE_STRINGS, &TRANSLATE, &HAS_ANY_INDEX];

static INDEXOF: Function = Function {
    name: "indexof",
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
    summary: "Where the text is found, counted from 0; -1 where it is not.",
    source: "https://learn.microsoft.com/kusto/query/indexof-function",
    examples: &[
        Example { call: "indexof('abcdefg', 'cde')", result: "2" },
        Example { call: "indexof('abcdefg', 'cde', 1, 4)", result: "2" },
        Example { call: "indexof('abcdefg', 'cde', 1, 2)", result: "-1" },
        Example { call: "indexof('abcabc', 'a', 0, -1, 2)", result: "3" },
        Example { call: "indexof(123456, 5)", result: "4" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(indexof),
};

static REPLACE_STRING: Function = Function {
    name: "replace_string",
    signatures: &[Signature {
        parameters: &[once("text", STRING), once("lookup", STRING), once("rewrite", STRING)],
        returns: Returns::Only(Type::String),
    }],
    summary: "Every occurrence replaced.",
    source: "https://learn.microsoft.com/kusto/query/replace-string-function",
    examples: &[Example { call: "replace_string('Number is 1.1', '.', '_')", result: "Number is 1_1" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(replace_string),
};

static REPLACE_STRINGS: Function = Function {
    name: "replace_strings",
    signatures: &[Signature {
        parameters: &[once("text", STRING), once("lookups", DYNAMIC), once("rewrites", DYNAMIC)],
        returns: Returns::Only(Type::String),
    }],
    summary: "Every occurrence of each of several texts replaced by its own rewrite.",
    source: "https://learn.microsoft.com/kusto/query/replace-strings-function",
    examples: &[Example {
        call: "replace_strings('a cat into a dog', dynamic(['cat', 'dog']), dynamic(['dog', 'pigeon']))",
        result: "a dog into a pigeon",
    }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(replace_strings),
};

static TRANSLATE: Function = Function {
    name: "translate",
    signatures: &[Signature {
        parameters: &[once("searchList", STRING), once("replacementList", STRING), once("source", STRING)],
        returns: Returns::Only(Type::String),
    }],
    summary: "Each character of the first list replaced by that at its place in the second.",
    source: "https://learn.microsoft.com/kusto/query/translate-function",
    examples: &[
        Example { call: "translate('krasp', 'otsku', 'spark')", result: "kusto" },
        Example { call: "translate('abc', 'x', 'abc')", result: "xxx" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(translate),
};

static HAS_ANY_INDEX: Function = Function {
    name: "has_any_index",
    signatures: &[Signature {
        parameters: &[once("source", Accepts::Text), once("values", DYNAMIC)],
        returns: Returns::Only(Type::Long),
    }],
    summary: "The index of the first value that `has` finds in the source; -1 where none is.",
    source: "https://learn.microsoft.com/kusto/query/has-any-index-function",
    examples: &[
        Example { call: "has_any_index('this is an example', dynamic(['not', 'an']))", result: "1" },
        Example { call: "has_any_index('example', dynamic(['exam']))", result: "-1" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(has_any_index),
};

/// The characters `indexof` looks at: from `start`, at most `length` of them. `None` where they make no sense.
pub(super) fn search_window(source: &str, start: Option<i64>, length: Option<i64>) -> Option<(usize, String)> {
    let characters: Vec<char> = source.chars().collect();
    let start = start.unwrap_or(0);
    let start = if start < 0 { (start + characters.len() as i64).max(0) } else { start } as usize;
    let length = match length.unwrap_or(-1) {
        -1 => usize::MAX,
        length => usize::try_from(length).ok()?,
    };
    Some((start, characters.into_iter().skip(start).take(length).collect()))
}

fn indexof(_: &Context, arguments: &[Value]) -> Value {
    let (source, wanted) = (text(arguments, 0), text(arguments, 1));
    let occurrence = long(arguments, 4).unwrap_or(1);
    let Some((start, window)) = search_window(&source, long(arguments, 2), long(arguments, 3)) else {
        return Value::Null;
    };
    let Ok(skipped) = usize::try_from(occurrence.saturating_sub(1)) else { return Value::Null };
    let found = window
        .char_indices()
        .enumerate()
        .filter(|(_, (byte, _))| window.get(*byte..).is_some_and(|rest| rest.starts_with(&*wanted)));
    let at = found.map(|(at, _)| at).nth(skipped);
    let at = at.or_else(|| (window.is_empty() && wanted.is_empty()).then_some(0));
    Value::Long(at.map_or(-1, |at| (at + start) as i64))
}

fn replace_string(_: &Context, arguments: &[Value]) -> Value {
    let (source, wanted) = (text(arguments, 0), text(arguments, 1));
    if wanted.is_empty() {
        return Value::string(source);
    }
    let (mut replaced, rewrite) = (GrowingText::default(), text(arguments, 2));
    for (at, part) in source.split(&*wanted).enumerate() {
        if at > 0 {
            replaced.push(&rewrite);
        }
        if !replaced.push(part) {
            break;
        }
    }
    replaced.finish()
}

/// One pass from the left: what was put in is not looked at again.
fn replace_strings(_: &Context, arguments: &[Value]) -> Value {
    let source = text(arguments, 0);
    let (Some(wanted), Some(rewrites)) = (list(arguments, 1), list(arguments, 2)) else { return Value::string("") };
    let pairs: Vec<(&str, &str)> = wanted
        .iter()
        .zip(rewrites)
        .filter_map(|(wanted, rewrite)| Some((wanted.as_str().filter(|text| !text.is_empty())?, rewrite.as_str()?)))
        .collect();
    let (mut replaced, mut rest) = (GrowingText::default(), &*source);
    while let Some(next) = rest.chars().next().filter(|_| !replaced.is_full()) {
        let hit = pairs.iter().find_map(|(wanted, rewrite)| Some((rest.strip_prefix(wanted)?, rewrite)));
        if let Some((after, rewrite)) = hit {
            replaced.push(rewrite);
            rest = after;
        } else {
            replaced.push(next.encode_utf8(&mut [0; 4]));
            rest = rest.get(next.len_utf8()..).unwrap_or_default();
        }
    }
    replaced.finish()
}

fn translate(_: &Context, arguments: &[Value]) -> Value {
    let from: Vec<char> = text(arguments, 0).chars().collect();
    let to: Vec<char> = text(arguments, 1).chars().collect();
    let Some(last) = to.last().copied() else { return Value::string(text(arguments, 2)) };
    let change = |c: char| match from.iter().position(|known| *known == c) {
        Some(at) => to.get(at).copied().unwrap_or(last),
        None => c,
    };
    Value::string(text(arguments, 2).chars().map(change).collect::<String>())
}

fn has_any_index(_: &Context, arguments: &[Value]) -> Value {
    let source = text(arguments, 0).to_lowercase();
    let found = list(arguments, 1).unwrap_or_default().iter().position(|wanted| {
        let wanted = text_of(&Value::dynamic(wanted.clone())).to_lowercase();
        has_term(&source, &wanted)
    });
    Value::Long(found.map_or(-1, |at| at as i64))
}

/// Whether `term` stands in `source` with no letter or digit on either side.
fn has_term(source: &str, term: &str) -> bool {
    source.match_indices(term).any(|(at, _)| {
        let before = source.get(..at).and_then(|text| text.chars().next_back());
        let after = source.get(at + term.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}
