//! Choices and tests of emptiness.

use super::arguments::flag;
use super::signature::{BOOL, many, once};
use super::{Accepts, Context, Eval, Example, Function, Nulls, Returns, Signature};
use crate::kql::types::Type;
use crate::kql::value::Value;
use std::cmp::Ordering;

/// This family.
pub static FUNCTIONS: &[&Function] = &[
    &IFF,
    &IIF,
    &CASE,
    &COALESCE,
    &ISEMPTY,
    &ISNOTEMPTY,
    &NOTEMPTY,
    &ISNULL,
    &ISNOTNULL,
    &NOTNULL,
    &NOT,
    &MAX_OF,
    &MIN_OF,
];

const IFF_SIGNATURES: &[Signature] = &[Signature {
    parameters: &[once("if", BOOL), once("then", Accepts::Common), once("else", Accepts::Common)],
    returns: Returns::Common,
}];

static IFF: Function = Function {
    name: "iff",
    signatures: IFF_SIGNATURES,
    summary: "The second argument where the first is true, else the third; null counts as false.",
    source: "https://learn.microsoft.com/kusto/query/iff-function",
    examples: &[
        Example { call: "iff(2 > 1, 'more', 'less')", result: "more" },
        Example { call: "iff(bool(null), 1, 2)", result: "2" },
    ],
    nulls: Nulls::Seen,
    eval: Eval::Row(iff),
};

static IIF: Function = Function {
    name: "iif",
    signatures: IFF_SIGNATURES,
    summary: "The same as iff.",
    source: "https://learn.microsoft.com/kusto/query/iff-function",
    examples: &[Example { call: "iif(1 > 2, 'more', 'less')", result: "less" }],
    nulls: Nulls::Seen,
    eval: Eval::Row(iff),
};

fn iff(_: &Context, arguments: &[Value]) -> Value {
    let at = if flag(arguments, 0) == Some(true) { 1 } else { 2 };
    arguments.get(at).cloned().unwrap_or(Value::Null)
}

static CASE: Function = Function {
    name: "case",
    signatures: &[Signature {
        parameters: &[once("predicate", BOOL), once("then", Accepts::Common), many("arms", Accepts::CaseArms)],
        returns: Returns::Common,
    }],
    summary: "The value after the first predicate that is true, else the last argument.",
    source: "https://learn.microsoft.com/kusto/query/case-function",
    examples: &[
        Example { call: "case(3 <= 3, 'small', 3 <= 10, 'medium', 'large')", result: "small" },
        Example { call: "case(30 <= 3, 'small', 30 <= 10, 'medium', 'large')", result: "large" },
    ],
    nulls: Nulls::Seen,
    eval: Eval::Row(case),
};

fn case(_: &Context, arguments: &[Value]) -> Value {
    let (arms, rest) = arguments.as_chunks::<2>();
    let chosen = arms.iter().find(|[predicate, _]| *predicate == Value::Bool(true)).map(|[_, value]| value);
    chosen.or_else(|| rest.first()).cloned().unwrap_or(Value::Null)
}

static COALESCE: Function = Function {
    name: "coalesce",
    signatures: &[Signature {
        parameters: &[once("arg", Accepts::Common), once("arg", Accepts::Common), many("arg", Accepts::Common)],
        returns: Returns::Common,
    }],
    summary: "The first argument that is not null, or not empty where the arguments are strings.",
    source: "https://learn.microsoft.com/kusto/query/coalesce-function",
    examples: &[
        Example { call: "coalesce(tolong('not a number'), tolong('42'), 33)", result: "42" },
        Example { call: "coalesce('', 'b')", result: "b" },
    ],
    nulls: Nulls::Seen,
    eval: Eval::Row(|_, arguments| {
        arguments.iter().find(|value| !is_empty(value)).or(arguments.last()).cloned().unwrap_or(Value::Null)
    }),
};

const ANY: &[Signature] =
    &[Signature { parameters: &[once("value", Accepts::Any)], returns: Returns::Only(Type::Bool) }];

static ISEMPTY: Function = Function {
    name: "isempty",
    signatures: ANY,
    summary: "Whether the argument is null or the empty string.",
    source: "https://learn.microsoft.com/kusto/query/isempty-function",
    examples: &[
        Example { call: "isempty('')", result: "True" },
        Example { call: "isempty(' ')", result: "False" },
        Example { call: "isempty(int(null))", result: "True" },
        Example { call: "isempty(parse_json('\"\"'))", result: "True" },
        Example { call: "isempty(parse_json('[]'))", result: "False" },
    ],
    nulls: Nulls::Seen,
    eval: Eval::Row(|_, arguments| Value::Bool(arguments.first().is_none_or(is_empty))),
};

static ISNOTEMPTY: Function = Function {
    name: "isnotempty",
    signatures: ANY,
    summary: "Whether the argument is neither null nor the empty string.",
    source: "https://learn.microsoft.com/kusto/query/isnotempty-function",
    examples: &[
        Example { call: "isnotempty('a')", result: "True" },
        Example { call: "isnotempty('')", result: "False" },
        Example { call: "isnotempty(dynamic(null))", result: "False" },
    ],
    nulls: Nulls::Seen,
    eval: Eval::Row(is_not_empty),
};

static NOTEMPTY: Function = Function {
    name: "notempty",
    signatures: ANY,
    summary: "The same as isnotempty.",
    source: "https://learn.microsoft.com/kusto/query/isnotempty-function",
    examples: &[Example { call: "notempty('a')", result: "True" }],
    nulls: Nulls::Seen,
    eval: Eval::Row(is_not_empty),
};

static ISNULL: Function = Function {
    name: "isnull",
    signatures: ANY,
    summary: "Whether the argument is null; a string never is.",
    source: "https://learn.microsoft.com/kusto/query/isnull-function",
    examples: &[
        Example { call: "isnull(toint('x'))", result: "True" },
        Example { call: "isnull('')", result: "False" },
        Example { call: "isnull(dynamic(null))", result: "True" },
    ],
    nulls: Nulls::Seen,
    eval: Eval::Row(|_, arguments| Value::Bool(arguments.first().is_none_or(Value::is_null))),
};

static ISNOTNULL: Function = Function {
    name: "isnotnull",
    signatures: ANY,
    summary: "Whether the argument is not null; a string never is.",
    source: "https://learn.microsoft.com/kusto/query/isnotnull-function",
    examples: &[
        Example { call: "isnotnull('')", result: "True" },
        Example { call: "isnotnull(real(null))", result: "False" },
    ],
    nulls: Nulls::Seen,
    eval: Eval::Row(is_not_null),
};

static NOTNULL: Function = Function {
    name: "notnull",
    signatures: ANY,
    summary: "The same as isnotnull.",
    source: "https://learn.microsoft.com/kusto/query/isnotnull-function",
    examples: &[Example { call: "notnull(1)", result: "True" }],
    nulls: Nulls::Seen,
    eval: Eval::Row(is_not_null),
};

static NOT: Function = Function {
    name: "not",
    signatures: &[Signature { parameters: &[once("expr", BOOL)], returns: Returns::Only(Type::Bool) }],
    summary: "The opposite; null stays null.",
    source: "https://learn.microsoft.com/kusto/query/not-function",
    examples: &[Example { call: "not(true)", result: "False" }, Example { call: "not(bool(null))", result: "" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| flag(arguments, 0).map_or(Value::Null, |flag| Value::Bool(!flag))),
};

const COMMON: &[Signature] = &[Signature {
    parameters: &[once("arg", Accepts::Common), once("arg", Accepts::Common), many("arg", Accepts::Common)],
    returns: Returns::Common,
}];

static MAX_OF: Function = Function {
    name: "max_of",
    signatures: COMMON,
    summary: "The greatest argument; nulls are passed over.",
    source: "https://learn.microsoft.com/kusto/query/max-of-function",
    examples: &[
        Example { call: "max_of(10, 1, -3, 17)", result: "17" },
        Example { call: "max_of(int(null), 3)", result: "3" },
        Example { call: "max_of('a', 'B')", result: "a" },
    ],
    nulls: Nulls::Seen,
    eval: Eval::Row(|_, arguments| extreme(arguments, Ordering::Greater)),
};

static MIN_OF: Function = Function {
    name: "min_of",
    signatures: COMMON,
    summary: "The least argument; nulls are passed over.",
    source: "https://learn.microsoft.com/kusto/query/min-of-function",
    examples: &[
        Example { call: "min_of(10, 1, -3, 17)", result: "-3" },
        Example { call: "min_of(1h, 1m)", result: "00:01:00" },
    ],
    nulls: Nulls::Seen,
    eval: Eval::Row(|_, arguments| extreme(arguments, Ordering::Less)),
};

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Dynamic(json) => json.as_str() == Some(""),
        _ => false,
    }
}

fn is_not_empty(_: &Context, arguments: &[Value]) -> Value {
    Value::Bool(!arguments.first().is_none_or(is_empty))
}

fn is_not_null(_: &Context, arguments: &[Value]) -> Value {
    Value::Bool(!arguments.first().is_none_or(Value::is_null))
}

fn extreme(arguments: &[Value], wanted: Ordering) -> Value {
    let mut best = &Value::Null;
    for value in arguments {
        if !value.is_null() && (best.is_null() || order(value, best) == Some(wanted)) {
            best = value;
        }
    }
    best.clone()
}

/// The order of two values of one type; `None` where there is none.
fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (Value::DateTime(left), Value::DateTime(right)) | (Value::TimeSpan(left), Value::TimeSpan(right)) => {
            Some(left.cmp(right))
        }
        (Value::Guid(left), Value::Guid(right)) => Some(left.cmp(right)),
        _ => match (left.as_long(), right.as_long()) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            _ => left.as_real()?.partial_cmp(&right.as_real()?),
        },
    }
}
