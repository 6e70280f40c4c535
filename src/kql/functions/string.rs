//! Text: joining, measuring, cutting.

use super::arguments::{list, list_value, long, text};
use super::growing::GrowingText;
use super::signature::{DYNAMIC, LONG, STRING, many, once, optional};
use super::{Accepts, Context, Eval, Example, Function, Nulls, Returns, Signature};
use crate::kql::format::to_text;
use crate::kql::types::Type;
use crate::kql::value::Value;
use serde_json::Value as Json;
use std::borrow::Cow;

/// This family.
pub static FUNCTIONS: &[&Function] = &[
    &STRCAT,
    &STRCAT_DELIM,
    &STRCAT_ARRAY,
    &STRLEN,
    &STRING_SIZE,
    &TOLOWER,
    &TOUPPER,
    &SUBSTRING,
    &REVERSE,
    &STRREP,
    &SPLIT,
    &STRCMP,
    &MAKE_STRING,
    &UNICODE_CODEPOINTS_FROM_STRING,
    &UNICODE_CODEPOINTS_TO_STRING,
    &ARRAY_STRCAT,
    &ISASCII,
    &ISUTF8,
];

static STRCAT: Function = Function {
    name: "strcat",
    signatures: &[Signature {
        parameters: &[once("arg", Accepts::Any), many("arg", Accepts::Any)],
        returns: Returns::Only(Type::String),
    }],
    summary: "All arguments as text, one after the other.",
    source: "https://learn.microsoft.com/kusto/query/strcat-function",
    examples: &[
        Example { call: "strcat('a', 1, true)", result: "a1True" },
        Example { call: "strcat('a', int(null), 'b')", result: "ab" },
    ],
    nulls: Nulls::Seen,
    eval: Eval::Row(|_, arguments| joined(arguments.iter().map(text_of), "")),
};

static STRCAT_DELIM: Function = Function {
    name: "strcat_delim",
    signatures: &[Signature {
        parameters: &[once("delimiter", Accepts::Any), once("arg", Accepts::Any), many("arg", Accepts::Any)],
        returns: Returns::Only(Type::String),
    }],
    summary: "The arguments after the first as text, with the first between them.",
    source: "https://learn.microsoft.com/kusto/query/strcat-delim-function",
    examples: &[Example { call: "strcat_delim('-', 1, 'A', 2.5)", result: "1-A-2.5" }],
    nulls: Nulls::Seen,
    eval: Eval::Row(|_, arguments| joined(arguments.iter().skip(1).map(text_of), &text(arguments, 0))),
};

static STRCAT_ARRAY: Function = Function {
    name: "strcat_array",
    signatures: &[Signature {
        parameters: &[once("array", DYNAMIC), once("delimiter", Accepts::Any)],
        returns: Returns::Only(Type::String),
    }],
    summary: "The elements of a list as text, with the delimiter between them; nulls as nothing.",
    source: "https://learn.microsoft.com/kusto/query/strcat-array-function",
    examples: &[
        Example { call: "strcat_array(dynamic([1, 2, 3]), '->')", result: "1->2->3" },
        Example { call: "strcat_array(dynamic([1, null]), '-')", result: "1-" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(strcat_array),
};

static STRLEN: Function = Function {
    name: "strlen",
    signatures: &[Signature { parameters: &[once("source", Accepts::Text)], returns: Returns::Only(Type::Long) }],
    summary: "How many characters.",
    source: "https://learn.microsoft.com/kusto/query/strlen-function",
    examples: &[Example { call: "strlen('hello')", result: "5" }, Example { call: "strlen('😀')", result: "1" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| Value::Long(text(arguments, 0).chars().count() as i64)),
};

static STRING_SIZE: Function = Function {
    name: "string_size",
    signatures: &[Signature { parameters: &[once("source", Accepts::Text)], returns: Returns::Only(Type::Long) }],
    summary: "How many bytes of UTF-8.",
    source: "https://learn.microsoft.com/kusto/query/string-size-function",
    examples: &[
        Example { call: "string_size('hello')", result: "5" },
        Example { call: "string_size('😀')", result: "4" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| Value::Long(text(arguments, 0).len() as i64)),
};

static TOLOWER: Function = Function {
    name: "tolower",
    signatures: &[Signature { parameters: &[once("value", Accepts::Any)], returns: Returns::Only(Type::String) }],
    summary: "In lower case.",
    source: "https://learn.microsoft.com/kusto/query/tolower-function",
    examples: &[Example { call: "tolower('Hello')", result: "hello" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| cased(&text(arguments, 0), char::to_lowercase)),
};

static TOUPPER: Function = Function {
    name: "toupper",
    signatures: &[Signature { parameters: &[once("value", Accepts::Any)], returns: Returns::Only(Type::String) }],
    summary: "In upper case.",
    source: "https://learn.microsoft.com/kusto/query/toupper-function",
    examples: &[Example { call: "toupper('Straße')", result: "STRAßE" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| cased(&text(arguments, 0), char::to_uppercase)),
};

static SUBSTRING: Function = Function {
    name: "substring",
    signatures: &[Signature {
        parameters: &[once("source", Accepts::Any), once("start", LONG), optional("length", LONG)],
        returns: Returns::Only(Type::String),
    }],
    summary: "The characters from a start, counted from 0 or, below 0, from the end.",
    source: "https://learn.microsoft.com/kusto/query/substring-function",
    examples: &[
        Example { call: "substring('123456', 1, 2)", result: "23" },
        Example { call: "substring('abcdef', -2)", result: "ef" },
        Example { call: "substring('abc', 5, 3)", result: "" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(substring),
};

static REVERSE: Function = Function {
    name: "reverse",
    signatures: &[Signature { parameters: &[once("value", Accepts::Any)], returns: Returns::Only(Type::String) }],
    summary: "The characters from last to first.",
    source: "https://learn.microsoft.com/kusto/query/reverse-function",
    examples: &[Example { call: "reverse('Kusto')", result: "otsuK" }, Example { call: "reverse(123)", result: "321" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| Value::string(text(arguments, 0).chars().rev().collect::<String>())),
};

static STRREP: Function = Function {
    name: "strrep",
    signatures: &[Signature {
        parameters: &[once("value", Accepts::Any), once("multiplier", LONG), optional("delimiter", Accepts::Any)],
        returns: Returns::Only(Type::String),
    }],
    summary: "The value so many times (at most 1,024), with a delimiter between.",
    source: "https://learn.microsoft.com/kusto/query/strrep-function",
    examples: &[
        Example { call: "strrep('from_now_', 2)", result: "from_now_from_now_" },
        Example { call: "strrep('a', 3, '-')", result: "a-a-a" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(strrep),
};

static SPLIT: Function = Function {
    name: "split",
    signatures: &[Signature {
        parameters: &[once("source", Accepts::Any), once("delimiter", STRING), optional("index", LONG)],
        returns: Returns::Only(Type::Dynamic),
    }],
    summary: "The parts between delimiters as a list; with an index, a list of just that part, or null where there is none.",
    source: "https://learn.microsoft.com/kusto/query/split-function",
    examples: &[
        Example { call: "split('aa_bb_cc', '_')", result: r#"["aa","bb","cc"]"# },
        Example { call: "split('aa_bb', '_', 1)", result: r#"["bb"]"# },
        Example { call: "split('aa_bb', '_', 7)", result: "" },
        Example { call: "split('', '_')", result: r#"[""]"# },
        Example { call: "split('a_b', '_')[1]", result: "b" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(split),
};

static STRCMP: Function = Function {
    name: "strcmp",
    signatures: &[Signature {
        parameters: &[once("string1", Accepts::Any), once("string2", Accepts::Any)],
        returns: Returns::Only(Type::Long),
    }],
    summary: "-1, 0 or 1 as the first is less than, equal to or greater than the second.",
    source: "https://learn.microsoft.com/kusto/query/strcmp-function",
    examples: &[
        Example { call: "strcmp('ABC', 'ABC')", result: "0" },
        Example { call: "strcmp('abc', 'ABC')", result: "1" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| Value::Long(text(arguments, 0).cmp(&text(arguments, 1)) as i64)),
};

static MAKE_STRING: Function = Function {
    name: "make_string",
    signatures: &[Signature {
        parameters: &[once("value", Accepts::Any), many("value", Accepts::Any)],
        returns: Returns::Only(Type::String),
    }],
    summary: "The characters of code points, given as numbers or lists of them.",
    source: "https://learn.microsoft.com/kusto/query/make-string-function",
    examples: &[
        Example { call: "make_string(75, 117, 115, 116, 111)", result: "Kusto" },
        Example { call: "make_string(dynamic([72, 105]))", result: "Hi" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(make_string),
};

static UNICODE_CODEPOINTS_FROM_STRING: Function = Function {
    name: "unicode_codepoints_from_string",
    signatures: &[Signature { parameters: &[once("value", Accepts::Any)], returns: Returns::Only(Type::Dynamic) }],
    summary: "The code points of the characters as a list.",
    source: "https://learn.microsoft.com/kusto/query/unicode-codepoints-from-string-function",
    examples: &[Example { call: "unicode_codepoints_from_string('Hi')", result: "[72,105]" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| list_value(text(arguments, 0).chars().map(|c| Json::from(u32::from(c))).collect())),
};

static UNICODE_CODEPOINTS_TO_STRING: Function = Function {
    name: "unicode_codepoints_to_string",
    signatures: &[Signature {
        parameters: &[once("value", Accepts::Any), many("value", Accepts::Any)],
        returns: Returns::Only(Type::String),
    }],
    summary: "Text out of code points or lists of them.",
    source: "https://learn.microsoft.com/kusto/query/unicode-codepoints-to-string-function",
    examples: &[Example { call: "unicode_codepoints_to_string(72, dynamic([105]))", result: "Hi" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(make_string),
};

row_function!(ARRAY_STRCAT, "array_strcat", &[once("array", Accepts::Only(Type::Dynamic)), once("delimiter", STRING)], String, "The elements of a list as one text.",
    "strcat-array-function", "array_strcat(dynamic(['a', 1]), '-')" => "a-1", strcat_array);
row_function!(ISASCII, "isascii", &[once("value", Accepts::Any)], Bool, "Whether a text is of ASCII characters only.",
    "isascii-function", "isascii('é')" => "False", |_, arguments| Value::Bool(text(arguments, 0).is_ascii()));
row_function!(ISUTF8, "isutf8", &[once("value", Accepts::Any)], Bool, "Whether a text is UTF-8, as all text is here.",
    "isutf8-function", "isutf8('é')" => "True", |_, _| Value::Bool(true));

pub(super) fn text_of(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(to_text(other)),
    }
}

fn joined<'t>(parts: impl Iterator<Item = Cow<'t, str>>, delimiter: &str) -> Value {
    let mut joined = GrowingText::default();
    for (at, part) in parts.enumerate() {
        if at > 0 {
            joined.push(delimiter);
        }
        if !joined.push(&part) {
            break;
        }
    }
    joined.finish()
}

fn strcat_array(_: &Context, arguments: &[Value]) -> Value {
    let element = |element: &'_ Json| Cow::Owned(to_text(&Value::dynamic(element.clone())));
    joined(list(arguments, 0).unwrap_or_default().iter().map(element), &text(arguments, 1))
}

/// Changes each character whose other case is one character, as .NET's invariant culture does.
fn cased<I: Iterator<Item = char>>(text: &str, change: fn(char) -> I) -> Value {
    let single = |c: char| {
        let mut changed = change(c);
        match (changed.next(), changed.next()) {
            (Some(one), None) => one,
            _ => c,
        }
    };
    Value::string(text.chars().map(single).collect::<String>())
}

fn substring(_: &Context, arguments: &[Value]) -> Value {
    let source = text(arguments, 0);
    let Some(start) = long(arguments, 1) else { return Value::string("") };
    let start = if start < 0 { (start + source.chars().count() as i64).max(0) } else { start };
    let length = if arguments.len() > 2 { long(arguments, 2).unwrap_or(0) } else { i64::MAX };
    let part: String = source.chars().skip(start as usize).take(length.max(0) as usize).collect();
    Value::string(part)
}

fn strrep(_: &Context, arguments: &[Value]) -> Value {
    let times = long(arguments, 1).unwrap_or(0).clamp(0, REPETITIONS_MAX) as usize;
    let value = text(arguments, 0);
    joined(std::iter::repeat_n(Cow::Borrowed(&*value), times), &text(arguments, 2))
}

/// Kusto's own limit on repetitions.
const REPETITIONS_MAX: i64 = 1024;

fn split(_: &Context, arguments: &[Value]) -> Value {
    let (source, delimiter) = (text(arguments, 0), text(arguments, 1));
    let parts: Vec<&str> = if delimiter.is_empty() { vec![&*source] } else { source.split(&*delimiter).collect() };
    if arguments.len() < 3 {
        return list_value(parts.into_iter().map(Json::from).collect());
    }
    let part = long(arguments, 2).and_then(|index| usize::try_from(index).ok()).and_then(|index| parts.get(index));
    part.map_or(Value::Null, |part| list_value(vec![Json::from(*part)]))
}

fn make_string(_: &Context, arguments: &[Value]) -> Value {
    let codes = arguments.iter().flat_map(|argument| match argument {
        Value::Dynamic(json) => match &**json {
            Json::Array(elements) => elements.iter().map(Json::as_i64).collect(),
            other => vec![other.as_i64()],
        },
        other => vec![other.as_long()],
    });
    let character = |code: Option<i64>| code.and_then(|code| u32::try_from(code).ok()).and_then(char::from_u32);
    let mut made = GrowingText::default();
    let mut characters = codes.filter_map(character);
    while characters.next().is_some_and(|character| made.push(character.encode_utf8(&mut [0; 4]))) {}
    made.finish()
}
