//! From one type to another.

use super::signature::once;
use super::{Accepts, Context, Eval, Example, Function, Nulls, Returns, Signature};
use crate::kql::engine::bitmap::Bitmap;
use crate::kql::engine::hash::FastMap;
use crate::kql::engine::{Column, Texts};
use crate::kql::format::{convert, is_json, json_text, parse_json};
use crate::kql::types::Type;
use crate::kql::value::Value;
use serde_json::Value as Json;
use std::sync::Arc;

/// This family.
pub static FUNCTIONS: &[&Function] = &[
    &TOSTRING,
    &TOINT,
    &TOLONG,
    &TO_DOUBLE,
    &TOREAL,
    &TODECIMAL,
    &TOBOOL,
    &TOBOOLEAN,
    &TO_DATETIME,
    &TOTIMESPAN,
    &TOTIME,
    &TOGUID,
    &TO_DYNAMIC,
    &TOOBJECT,
    &PARSE_JSON,
    &PARSEJSON,
    &DYNAMIC_TO_JSON,
    &GETTYPE,
];

/// The signature of a conversion to `ty`.
macro_rules! converts_to {
    ($ty:ident) => {
        &[Signature { parameters: &[once("value", Accepts::Any)], returns: Returns::Only(Type::$ty) }]
    };
}

static TOSTRING: Function = Function {
    name: "tostring",
    signatures: converts_to!(String),
    summary: "The text of a value; the empty string for null.",
    source: "https://learn.microsoft.com/kusto/query/tostring-function",
    examples: &[
        Example { call: "tostring(123)", result: "123" },
        Example { call: "tostring(1.0)", result: "1.0" },
        Example { call: "tostring(0.1 + 0.2)", result: "0.30000000000000004" },
        Example { call: "tostring(datetime(2021-01-01))", result: "2021-01-01T00:00:00.0000000Z" },
        Example { call: "tostring(1d + 2h + 3m + 4s + 5ms)", result: "1.02:03:04.0050000" },
        Example { call: "tostring(dynamic({'a': [1, 'b', null]}))", result: r#"{"a":[1,"b",null]}"# },
        Example { call: "tostring(true)", result: "True" },
        Example { call: "tostring(long(null))", result: "" },
    ],
    nulls: Nulls::Seen,
    eval: Eval::Row(|_, arguments| to(arguments, Type::String)),
};

static TOINT: Function = Function {
    name: "toint",
    signatures: converts_to!(Int),
    summary: "The value as a 32-bit number; null where it is none or does not fit.",
    source: "https://learn.microsoft.com/kusto/query/toint-function",
    examples: &[
        Example { call: "toint('123')", result: "123" },
        Example { call: "toint('  45  ')", result: "45" },
        Example { call: "toint('12.5')", result: "" },
        Example { call: "toint(12.9)", result: "12" },
        Example { call: "toint('2147483648')", result: "" },
        Example { call: "toint(dynamic('7'))", result: "7" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| to(arguments, Type::Int)),
};

static TOLONG: Function = Function {
    name: "tolong",
    signatures: converts_to!(Long),
    summary: "The value as a 64-bit number; null where it is none. Instants and timespans give their ticks.",
    source: "https://learn.microsoft.com/kusto/query/tolong-function",
    examples: &[
        Example { call: "tolong('123')", result: "123" },
        Example { call: "tolong('0x1F')", result: "31" },
        Example { call: "tolong('text')", result: "" },
        Example { call: "tolong(1s)", result: "10000000" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| to(arguments, Type::Long)),
};

static TO_DOUBLE: Function = Function {
    name: "todouble",
    signatures: converts_to!(Real),
    summary: "The value as a real; null where it is no number.",
    source: "https://learn.microsoft.com/kusto/query/todouble-function",
    examples: &[
        Example { call: "todouble('123.4')", result: "123.4" },
        Example { call: "todouble('abc')", result: "" },
        Example { call: "todouble(2)", result: "2.0" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| to(arguments, Type::Real)),
};

static TOREAL: Function = Function {
    name: "toreal",
    signatures: converts_to!(Real),
    summary: "The same as todouble.",
    source: "https://learn.microsoft.com/kusto/query/todouble-function",
    examples: &[Example { call: "toreal('1e3')", result: "1000.0" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| to(arguments, Type::Real)),
};

static TODECIMAL: Function = Function {
    name: "todecimal",
    signatures: converts_to!(Decimal),
    summary: "The value as a decimal; null where it is no number.",
    source: "https://learn.microsoft.com/kusto/query/todecimal-function",
    examples: &[
        Example { call: "todecimal('123.45678')", result: "123.45678" },
        Example { call: "todecimal('abc')", result: "" },
        Example { call: "todecimal('0.1') + todecimal('0.2')", result: "0.3" },
        Example { call: "todecimal(1) / 3", result: "0.3333333333333333333333333333333333" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| to(arguments, Type::Decimal)),
};

static TOBOOL: Function = Function {
    name: "tobool",
    signatures: converts_to!(Bool),
    summary: "The value as a bool: true and false in any case, numbers by whether they are zero.",
    source: "https://learn.microsoft.com/kusto/query/tobool-function",
    examples: &[
        Example { call: "tobool('true')", result: "True" },
        Example { call: "tobool('False')", result: "False" },
        Example { call: "tobool(1)", result: "True" },
        Example { call: "tobool('maybe')", result: "" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| to(arguments, Type::Bool)),
};

static TOBOOLEAN: Function = Function {
    name: "toboolean",
    signatures: converts_to!(Bool),
    summary: "The same as tobool.",
    source: "https://learn.microsoft.com/kusto/query/tobool-function",
    examples: &[Example { call: "toboolean('FALSE')", result: "False" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| to(arguments, Type::Bool)),
};

static TO_DATETIME: Function = Function {
    name: "todatetime",
    signatures: converts_to!(DateTime),
    summary: "Text as an instant, UTC where it names no offset; null where it is none.",
    source: "https://learn.microsoft.com/kusto/query/todatetime-function",
    examples: &[
        Example { call: "todatetime('2015-12-24')", result: "2015-12-24T00:00:00.0000000Z" },
        Example { call: "todatetime('2015-12-24T10:00:00+02:00')", result: "2015-12-24T08:00:00.0000000Z" },
        Example { call: "todatetime('Sat, 8 Nov 14 15:05:02 GMT')", result: "2014-11-08T15:05:02.0000000Z" },
        Example { call: "todatetime('soon')", result: "" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| to(arguments, Type::DateTime)),
};

static TOTIMESPAN: Function = Function {
    name: "totimespan",
    signatures: converts_to!(TimeSpan),
    summary: "Text as a timespan; null where it is none.",
    source: "https://learn.microsoft.com/kusto/query/totimespan-function",
    examples: &[
        Example { call: "totimespan('0.00:01:00')", result: "00:01:00" },
        Example { call: "totimespan('1d')", result: "1.00:00:00" },
        Example { call: "totimespan('abc')", result: "" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| to(arguments, Type::TimeSpan)),
};

static TOTIME: Function = Function {
    name: "totime",
    signatures: converts_to!(TimeSpan),
    summary: "The same as totimespan.",
    source: "https://learn.microsoft.com/kusto/query/totimespan-function",
    examples: &[Example { call: "totime('01:02:03')", result: "01:02:03" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| to(arguments, Type::TimeSpan)),
};

static TOGUID: Function = Function {
    name: "toguid",
    signatures: converts_to!(Guid),
    summary: "Text as a guid; null where it is none.",
    source: "https://learn.microsoft.com/kusto/query/toguid-function",
    examples: &[
        Example {
            call: "toguid('70FC66F7-8279-44FC-9092-D364D70FCE44')",
            result: "70fc66f7-8279-44fc-9092-d364d70fce44",
        },
        Example { call: "toguid('70fc66f7')", result: "" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| to(arguments, Type::Guid)),
};

/// Text as JSON; what is dynamic already stays.
const READS_JSON: &[Signature] =
    &[Signature { parameters: &[once("value", Accepts::Text)], returns: Returns::Only(Type::Dynamic) }];

static TO_DYNAMIC: Function = Function {
    name: "todynamic",
    signatures: READS_JSON,
    summary: "The same as parse_json.",
    source: "https://learn.microsoft.com/kusto/query/parse-json-function",
    examples: &[Example { call: "todynamic('[1, 2]')[1]", result: "2" }],
    nulls: Nulls::Propagate,
    eval: Eval::Columns(parse),
};

static TOOBJECT: Function = Function {
    name: "toobject",
    signatures: READS_JSON,
    summary: "The same as parse_json.",
    source: "https://learn.microsoft.com/kusto/query/parse-json-function",
    examples: &[Example { call: "toobject('{\"a\": 1}').a", result: "1" }],
    nulls: Nulls::Propagate,
    eval: Eval::Columns(parse),
};

static PARSE_JSON: Function = Function {
    name: "parse_json",
    signatures: READS_JSON,
    summary: "Text read as JSON; text that is not JSON stays a string.",
    source: "https://learn.microsoft.com/kusto/query/parse-json-function",
    examples: &[
        Example { call: "parse_json('{\"name\": \"ada\"}').name", result: "ada" },
        Example { call: "parse_json('no json')", result: "no json" },
        Example { call: "parse_json('')", result: "" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Columns(parse),
};

static PARSEJSON: Function = Function {
    name: "parsejson",
    signatures: READS_JSON,
    summary: "The same as parse_json.",
    source: "https://learn.microsoft.com/kusto/query/parse-json-function",
    examples: &[Example { call: "parsejson('[\"x\"]')[0]", result: "x" }],
    nulls: Nulls::Propagate,
    eval: Eval::Columns(parse),
};

static DYNAMIC_TO_JSON: Function = Function {
    name: "dynamic_to_json",
    signatures: converts_to!(String),
    summary: "JSON text with the keys of every bag sorted.",
    source: "https://learn.microsoft.com/kusto/query/dynamic-to-json-function",
    examples: &[
        Example { call: "dynamic_to_json(dynamic({'b': 1, 'a': [2, 3]}))", result: r#"{"a":[2,3],"b":1}"# },
        Example { call: "dynamic_to_json('text')", result: "\"text\"" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| {
        let mut json = crate::kql::format::json_of(arguments.first().unwrap_or(&Value::Null));
        json.sort_all_objects();
        Value::string(json_text(&json))
    }),
};

static GETTYPE: Function = Function {
    name: "gettype",
    signatures: converts_to!(String),
    summary: "The name of the type; for a dynamic, of what it holds.",
    source: "https://learn.microsoft.com/kusto/query/gettype-function",
    examples: &[
        Example { call: "gettype('a')", result: "string" },
        Example { call: "gettype(parse_json('[1]'))", result: "array" },
        Example { call: "gettype(parse_json('{}'))", result: "dictionary" },
        Example { call: "gettype(1h)", result: "timespan" },
        Example { call: "gettype(toint('x'))", result: "int" },
        Example { call: "gettype(dynamic(null))", result: "null" },
    ],
    nulls: Nulls::Seen,
    eval: Eval::Columns(gettype),
};

fn to(arguments: &[Value], ty: Type) -> Value {
    arguments.first().map_or_else(|| Value::null_of(ty), |value| convert(value, ty))
}

/// Strings read as JSON. Where most differ and all are JSON they stay text, and are read when something in them is
/// asked for.
fn parse(_: &Context, arguments: &[Column], rows: usize) -> Column {
    let Some(column) = arguments.first() else { return Column::nulls(Type::Dynamic, rows) };
    if column.ty() != Type::String {
        return Column::from_values(Type::Dynamic, column.values().map(|value| convert(&value, Type::Dynamic)));
    }
    let texts = column.texts();
    if let Texts::Coded(codes, dictionary) = texts {
        let is_blank = |code: &u32| matches!(dictionary.text(*code).trim(), "" | "null");
        let stays = |code: &u32| is_blank(code) || is_json(dictionary.text(*code));
        if dictionary.len() > rows && codes.iter().all(stays) {
            let validity = Bitmap::from_fn(rows, |at| codes.get(at).is_some_and(|code| !is_blank(code)));
            return Column::from_packed(codes.to_vec(), Arc::clone(dictionary), Some(validity));
        }
    }
    let mut parsed: FastMap<u32, Value> = FastMap::default();
    let read = |at: usize| match texts {
        Texts::Constant(text) => parse_json(text),
        Texts::Coded(codes, dictionary) if dictionary.len() <= rows => {
            let code = codes.get(at).copied().unwrap_or_default();
            parsed.entry(code).or_insert_with(|| parse_json(dictionary.text(code))).clone()
        }
        Texts::Coded(..) => parse_json(texts.text(at)),
    };
    Column::from_values(Type::Dynamic, (0..rows).map(read))
}

fn gettype(_: &Context, arguments: &[Column], rows: usize) -> Column {
    match arguments.first() {
        Some(column) if column.ty() == Type::Dynamic => {
            Column::from_values(Type::String, column.values().map(|value| Value::string(held_type(&value))))
        }
        column => {
            let name = column.map_or("null", |column| column.ty().name());
            Column::constant(Value::string(name), Type::String, rows)
        }
    }
}

/// The name of what a dynamic holds.
fn held_type(value: &Value) -> &'static str {
    let Value::Dynamic(json) = value else { return "null" };
    match &**json {
        Json::Array(_) => "array",
        Json::Object(_) => "dictionary",
        Json::String(_) => "string",
        Json::Bool(_) => "bool",
        Json::Number(number) if number.is_f64() => "real",
        Json::Number(_) => "long",
        Json::Null => "null",
    }
}
