//! Lists made of values: packed, counted, repeated, zipped.

use super::arguments::{list, list_value, long, real, timespan};
use super::growing::grown;
use super::signature::{BOOL, DYNAMIC, LONG, STRING, many, once, optional};
use super::{Accepts, Context, Eval, Example, Function, Nulls, Returns, Signature};
use crate::base::time::TICKS_PER_HOUR;
use crate::kql::format::json_of;
use crate::kql::types::Type;
use crate::kql::value::Value;
use serde_json::Value as Json;

/// This family.
pub static FUNCTIONS: &[&Function] = &[&PACK_ARRAY, &ZIP, &RANGE, &REPEAT];

static PACK_ARRAY: Function = Function {
    name: "pack_array",
    signatures: &[Signature {
        parameters: &[once("value", Accepts::Any), many("value", Accepts::Any)],
        returns: Returns::Only(Type::Dynamic),
    }],
    summary: "A list of the arguments.",
    source: "https://learn.microsoft.com/kusto/query/pack-array-function",
    examples: &[
        Example { call: "pack_array(1, 'a', 2.5)", result: r#"[1,"a",2.5]"# },
        Example { call: "pack_array(int(null))", result: "[null]" },
    ],
    nulls: Nulls::Seen,
    eval: Eval::Row(|context, arguments| list_value(grown(context, arguments.iter().map(json_of)))),
};

static ZIP: Function = Function {
    name: "zip",
    signatures: &[Signature {
        parameters: &[once("array", DYNAMIC), once("array", DYNAMIC), many("array", DYNAMIC)],
        returns: Returns::Only(Type::Dynamic),
    }],
    summary: "A list of lists: the first elements, the second, and so on; the shorter lists padded with null.",
    source: "https://learn.microsoft.com/kusto/query/zip-function",
    examples: &[Example { call: "zip(dynamic([1, 3, 5]), dynamic([2, 4]))", result: "[[1,2],[3,4],[5,null]]" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(zip),
};

static RANGE: Function = Function {
    name: "range",
    signatures: &[Signature {
        parameters: &[
            once("start", Accepts::Summable),
            once("stop", Accepts::Summable),
            optional("step", Accepts::Summable),
        ],
        returns: Returns::Only(Type::Dynamic),
    }],
    summary: "A list of values from a start to an end by steps (1, or an hour).",
    source: "https://learn.microsoft.com/kusto/query/range-function",
    examples: &[
        Example { call: "range(1, 8, 3)", result: "[1,4,7]" },
        Example { call: "range(0.0, 1.0, 0.5)", result: "[0.0,0.5,1.0]" },
        Example { call: "range(2, 1)", result: "[]" },
        Example {
            call: "range(datetime(2007-01-01), datetime(2007-01-02), 1d)",
            result: r#"["2007-01-01T00:00:00.0000000Z","2007-01-02T00:00:00.0000000Z"]"#,
        },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(range),
};

static REPEAT: Function = Function {
    name: "repeat",
    signatures: &[
        Signature {
            parameters: &[once("value", Accepts::Summable), once("count", LONG)],
            returns: Returns::Only(Type::Dynamic),
        },
        Signature { parameters: &[once("value", STRING), once("count", LONG)], returns: Returns::Only(Type::Dynamic) },
        Signature { parameters: &[once("value", BOOL), once("count", LONG)], returns: Returns::Only(Type::Dynamic) },
    ],
    summary: "A list of the value so many times; null for a count below 0.",
    source: "https://learn.microsoft.com/kusto/query/repeat-function",
    examples: &[Example { call: "repeat(1, 3)", result: "[1,1,1]" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(repeat),
};

/// The longest list `range` and `repeat` give.
pub const LIST_MAX: usize = 1_048_576;

fn zip(context: &Context, arguments: &[Value]) -> Value {
    let lists: Vec<&[Json]> = (0..arguments.len()).filter_map(|at| list(arguments, at)).collect();
    if lists.len() < arguments.len() {
        return Value::Null;
    }
    let longest = lists.iter().map(|list| list.len()).max().unwrap_or(0);
    let row = |at: usize| grown(context, lists.iter().map(|list| list.get(at).cloned().unwrap_or(Json::Null)));
    list_value(grown(context, (0..longest).map(|at| Json::Array(row(at)))))
}

/// Values from a start to an end, both of the same type, by steps.
fn range(context: &Context, arguments: &[Value]) -> Value {
    let (Some(start), Some(stop)) = (arguments.first(), arguments.get(1)) else { return Value::Null };
    let step = |default: i64| arguments.get(2).map_or(Some(default), |_| timespan(arguments, 2));
    let elements: Option<Vec<Json>> = match (start, stop) {
        (Value::DateTime(start), Value::DateTime(stop)) => {
            let at = |at| json_of(&Value::DateTime(at));
            step(TICKS_PER_HOUR).map(|step| grown(context, ticks(*start, *stop, step).map(at)))
        }
        (Value::TimeSpan(start), Value::TimeSpan(stop)) => {
            let at = |at| json_of(&Value::TimeSpan(at));
            step(TICKS_PER_HOUR).map(|step| grown(context, ticks(*start, *stop, step).map(at)))
        }
        _ if arguments.iter().any(|argument| matches!(argument, Value::Real(_))) => reals(context, arguments),
        _ => {
            let step = arguments.get(2).map_or(Some(1), |_| long(arguments, 2));
            match (long(arguments, 0), long(arguments, 1), step) {
                (Some(start), Some(stop), Some(step)) => Some(grown(context, ticks(start, stop, step).map(Json::from))),
                _ => None,
            }
        }
    };
    elements.map_or(Value::Null, list_value)
}

/// Whole numbers from `start` to `stop`, both included; none where `step` leads away.
fn ticks(start: i64, stop: i64, step: i64) -> impl Iterator<Item = i64> {
    let way = i128::from(stop) - i128::from(start);
    // Known beforehand, so that the list is made in one piece.
    let count = match way.checked_div(i128::from(step)) {
        Some(steps) if way == 0 || (way > 0) == (step > 0) => steps.saturating_add(1).min(LIST_MAX as i128),
        _ => 0,
    };
    (0..count as i64).map(move |at| start.wrapping_add(at.wrapping_mul(step)))
}

fn reals(context: &Context, arguments: &[Value]) -> Option<Vec<Json>> {
    let (start, stop) = (real(arguments, 0)?, real(arguments, 1)?);
    let step = arguments.get(2).map_or(Some(1.0), |_| real(arguments, 2)).filter(|step| *step != 0.0)?;
    let count = ((stop - start) / step).floor();
    let counted = if count >= 0.0 { (count as usize).saturating_add(1).min(LIST_MAX) } else { 0 };
    Some(grown(context, (0..counted).map(|at| Json::from(start + at as f64 * step))))
}

fn repeat(context: &Context, arguments: &[Value]) -> Value {
    let Some(times) = long(arguments, 1).and_then(|times| usize::try_from(times).ok()) else { return Value::Null };
    let element = json_of(arguments.first().unwrap_or(&Value::Null));
    list_value(grown(context, std::iter::repeat_n(element, times.min(LIST_MAX))))
}
