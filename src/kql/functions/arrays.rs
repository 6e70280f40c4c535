//! Lists.

use super::arguments::{flag, list, list_value, long, long_or_null};
use super::compare::{json_equal, json_order};
use super::growing::grown;
use super::signature::{BOOL, DYNAMIC, LONG, many, once, optional};
use super::{Accepts, Context, Eval, Example, Function, Nulls, Returns, Signature};
use crate::kql::engine::sorting::{Comparison, Sorting};
use crate::kql::format::json_of;
use crate::kql::types::Type;
use crate::kql::value::Value;
use serde_json::Value as Json;

/// This family.
pub static FUNCTIONS: &[&Function] = &[
    &ARRAY_LENGTH,
    &ARRAY_CONCAT,
    &ARRAY_SLICE,
    &ARRAY_INDEX_OF,
    &ARRAY_SORT_ASC,
    &ARRAY_SORT_DESC,
    &ARRAY_SUM,
    &ARRAY_REVERSE,
    &ARRAY_ROTATE_LEFT,
    &ARRAY_ROTATE_RIGHT,
    &ARRAY_SHIFT_LEFT,
    &ARRAY_SHIFT_RIGHT,
    &ARRAY_SPLIT,
    &ARRAY_IFF,
    &ARRAY_IIF,
];

static ARRAY_LENGTH: Function = Function {
    name: "array_length",
    signatures: &[Signature { parameters: &[once("array", DYNAMIC)], returns: Returns::Only(Type::Long) }],
    summary: "How many elements; null for anything but a list.",
    source: "https://learn.microsoft.com/kusto/query/array-length-function",
    examples: &[
        Example { call: "array_length(dynamic([1, 2, 3]))", result: "3" },
        Example { call: "array_length(dynamic({'a': 1}))", result: "" },
        Example { call: "array_length(dynamic([]))", result: "0" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(array_length),
};

static ARRAY_CONCAT: Function = Function {
    name: "array_concat",
    signatures: &[Signature {
        parameters: &[once("array", DYNAMIC), many("array", DYNAMIC)],
        returns: Returns::Only(Type::Dynamic),
    }],
    summary: "The elements of all lists in one; anything but a list counts as none.",
    source: "https://learn.microsoft.com/kusto/query/array-concat-function",
    examples: &[
        Example { call: "array_concat(dynamic([1, 2]), dynamic(['a']))", result: r#"[1,2,"a"]"# },
        Example { call: "array_concat(dynamic(null), dynamic([99]))", result: "[99]" },
    ],
    nulls: Nulls::Seen,
    eval: Eval::Row(concat),
};

static ARRAY_SLICE: Function = Function {
    name: "array_slice",
    signatures: &[Signature {
        parameters: &[once("array", DYNAMIC), once("start", LONG), once("end", LONG)],
        returns: Returns::Only(Type::Dynamic),
    }],
    summary: "The elements from a start to an end, both included; below 0 they count from the end.",
    source: "https://learn.microsoft.com/kusto/query/array-slice-function",
    examples: &[
        Example { call: "array_slice(dynamic([1, 2, 3]), 1, 2)", result: "[2,3]" },
        Example { call: "array_slice(dynamic([1, 2, 3, 4, 5]), -3, -2)", result: "[3,4]" },
        Example { call: "array_slice(dynamic([1, 2, 3]), 2, -1)", result: "[3]" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(slice),
};

static ARRAY_INDEX_OF: Function = Function {
    name: "array_index_of",
    signatures: &[Signature {
        parameters: &[
            once("array", DYNAMIC),
            once("value", Accepts::Any),
            optional("start", LONG),
            optional("length", LONG),
            optional("occurrence", LONG),
        ],
        returns: Returns::Only(Type::Long),
    }],
    summary: "Where the value is in the list, from 0; -1 where it is not.",
    source: "https://learn.microsoft.com/kusto/query/array-index-of-function",
    examples: &[
        Example { call: "array_index_of(dynamic(['this', 'is', 'an']), 'is')", result: "1" },
        Example { call: "array_index_of(dynamic([5, 7]), 7.0)", result: "1" },
        Example { call: "array_index_of(dynamic([5]), 9)", result: "-1" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(index_of),
};

static ARRAY_SORT_ASC: Function = Function {
    name: "array_sort_asc",
    signatures: &[Signature {
        parameters: &[once("array", DYNAMIC), optional("nulls_last", BOOL)],
        returns: Returns::Only(Type::Dynamic),
    }],
    summary: "The list in rising order, nulls last.",
    source: "https://learn.microsoft.com/kusto/query/array-sort-asc-function",
    examples: &[
        Example { call: "array_sort_asc(dynamic([3, null, 1, 2]))", result: "[1,2,3,null]" },
        Example { call: "array_sort_asc(dynamic(['b', 'a']))", result: r#"["a","b"]"# },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|context, arguments| sorted(context, arguments, false)),
};

static ARRAY_SORT_DESC: Function = Function {
    name: "array_sort_desc",
    signatures: &[Signature {
        parameters: &[once("array", DYNAMIC), optional("nulls_last", BOOL)],
        returns: Returns::Only(Type::Dynamic),
    }],
    summary: "The list in falling order, nulls last.",
    source: "https://learn.microsoft.com/kusto/query/array-sort-desc-function",
    examples: &[
        Example { call: "array_sort_desc(dynamic([3, null, 1, 2]))", result: "[3,2,1,null]" },
        Example { call: "array_sort_desc(dynamic(['b', 'a']))", result: r#"["b","a"]"# },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|context, arguments| sorted(context, arguments, true)),
};

static ARRAY_SUM: Function = Function {
    name: "array_sum",
    signatures: &[Signature { parameters: &[once("array", DYNAMIC)], returns: Returns::Only(Type::Real) }],
    summary: "The sum of the elements; null where one is no number.",
    source: "https://learn.microsoft.com/kusto/query/array-sum-function",
    examples: &[
        Example { call: "array_sum(dynamic([1, 2, 3, 4.5]))", result: "10.5" },
        Example { call: "array_sum(dynamic(['a']))", result: "" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(sum),
};

static ARRAY_REVERSE: Function = Function {
    name: "array_reverse",
    signatures: &[Signature { parameters: &[once("value", DYNAMIC)], returns: Returns::Only(Type::Dynamic) }],
    summary: "The list from last to first.",
    source: "https://learn.microsoft.com/kusto/query/array-reverse-function",
    examples: &[Example { call: "array_reverse(dynamic([1, 2, 3]))", result: "[3,2,1]" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| {
        list(arguments, 0).map_or(Value::Null, |list| list_value(list.iter().rev().cloned().collect()))
    }),
};

static ARRAY_ROTATE_LEFT: Function = Function {
    name: "array_rotate_left",
    signatures: &[Signature {
        parameters: &[once("array", DYNAMIC), once("rotate_count", LONG)],
        returns: Returns::Only(Type::Dynamic),
    }],
    summary: "The list turned to the left by so many places.",
    source: "https://learn.microsoft.com/kusto/query/array-rotate-left-function",
    examples: &[Example { call: "array_rotate_left(dynamic([1, 2, 3, 4, 5]), 2)", result: "[3,4,5,1,2]" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| rotated(arguments, 1)),
};

static ARRAY_ROTATE_RIGHT: Function = Function {
    name: "array_rotate_right",
    signatures: &[Signature {
        parameters: &[once("array", DYNAMIC), once("rotate_count", LONG)],
        returns: Returns::Only(Type::Dynamic),
    }],
    summary: "The list turned to the right by so many places.",
    source: "https://learn.microsoft.com/kusto/query/array-rotate-right-function",
    examples: &[Example { call: "array_rotate_right(dynamic([1, 2, 3, 4, 5]), 2)", result: "[4,5,1,2,3]" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| rotated(arguments, -1)),
};

static ARRAY_SHIFT_LEFT: Function = Function {
    name: "array_shift_left",
    signatures: &[Signature {
        parameters: &[once("array", DYNAMIC), once("shift_count", LONG), optional("default_value", Accepts::Any)],
        returns: Returns::Only(Type::Dynamic),
    }],
    summary: "The list moved to the left by so many places, the free ones filled.",
    source: "https://learn.microsoft.com/kusto/query/array-shift-left-function",
    examples: &[Example { call: "array_shift_left(dynamic([1, 2, 3, 4, 5]), 2)", result: "[3,4,5,null,null]" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|context, arguments| shifted(context, arguments, 1)),
};

static ARRAY_SHIFT_RIGHT: Function = Function {
    name: "array_shift_right",
    signatures: &[Signature {
        parameters: &[once("array", DYNAMIC), once("shift_count", LONG), optional("default_value", Accepts::Any)],
        returns: Returns::Only(Type::Dynamic),
    }],
    summary: "The list moved to the right by so many places, the free ones filled.",
    source: "https://learn.microsoft.com/kusto/query/array-shift-right-function",
    examples: &[Example { call: "array_shift_right(dynamic([1, 2, 3]), 1, 0)", result: "[0,1,2]" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|context, arguments| shifted(context, arguments, -1)),
};

static ARRAY_SPLIT: Function = Function {
    name: "array_split",
    signatures: &[Signature {
        parameters: &[once("array", DYNAMIC), once("indices", Accepts::Any)],
        returns: Returns::Only(Type::Dynamic),
    }],
    summary: "The list cut before each index.",
    source: "https://learn.microsoft.com/kusto/query/array-split-function",
    examples: &[
        Example { call: "array_split(dynamic([1, 2, 3, 4, 5]), 2)", result: "[[1,2],[3,4,5]]" },
        Example { call: "array_split(dynamic([1, 2, 3, 4, 5]), dynamic([1, 3]))", result: "[[1],[2,3],[4,5]]" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(array_split),
};

static ARRAY_IFF: Function = Function {
    name: "array_iff",
    signatures: &[Signature {
        parameters: &[
            once("condition_array", DYNAMIC),
            once("when_true", Accepts::Any),
            once("when_false", Accepts::Any),
        ],
        returns: Returns::Only(Type::Dynamic),
    }],
    summary: "For each condition, the element of the second or third list at its place.",
    source: "https://learn.microsoft.com/kusto/query/array-iff-function",
    examples: &[Example {
        call: "array_iff(dynamic([true, false, true]), dynamic([1, 2, 3]), dynamic([4, 5, 6]))",
        result: "[1,5,3]",
    }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(array_iff),
};

static ARRAY_IIF: Function = Function {
    name: "array_iif",
    signatures: &[Signature {
        parameters: &[
            once("condition_array", DYNAMIC),
            once("when_true", Accepts::Any),
            once("when_false", Accepts::Any),
        ],
        returns: Returns::Only(Type::Dynamic),
    }],
    summary: "For each condition, the element of the second or third list at its place.",
    source: "https://learn.microsoft.com/kusto/query/array-iff-function",
    examples: &[Example {
        call: "array_iif(dynamic([true, false, true]), dynamic([1, 2, 3]), dynamic([4, 5, 6]))",
        result: "[1,5,3]",
    }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(array_iff),
};

fn array_length(_: &Context, arguments: &[Value]) -> Value {
    long_or_null(list(arguments, 0).map(|list| list.len() as i64))
}

fn concat(context: &Context, arguments: &[Value]) -> Value {
    let lists = (0..arguments.len()).filter_map(|at| list(arguments, at));
    list_value(grown(context, lists.flatten().cloned()))
}

/// `index` counted from the end where it is below 0, held within `0..=length`.
fn from_end(index: i64, length: usize) -> usize {
    let at = if index < 0 { index.saturating_add(length as i64) } else { index };
    at.clamp(0, length as i64) as usize
}

fn slice(_: &Context, arguments: &[Value]) -> Value {
    let (Some(list), Some(start), Some(end)) = (list(arguments, 0), long(arguments, 1), long(arguments, 2)) else {
        return Value::Null;
    };
    let start = from_end(start, list.len());
    let end = if end == -1 { list.len() } else { from_end(end.saturating_add(1), list.len()) };
    list_value(list.get(start..end).unwrap_or_default().to_vec())
}

fn index_of(_: &Context, arguments: &[Value]) -> Value {
    let Some(list) = list(arguments, 0) else { return Value::Null };
    let wanted = json_of(arguments.get(1).unwrap_or(&Value::Null));
    let start = from_end(long(arguments, 2).unwrap_or(0), list.len());
    let length = match long(arguments, 3).unwrap_or(-1) {
        -1 => usize::MAX,
        length => length.max(0) as usize,
    };
    let skipped = long(arguments, 4).unwrap_or(1).saturating_sub(1).max(0) as usize;
    let window = list.iter().enumerate().skip(start).take(length);
    let found = window.filter(|(_, element)| json_equal(element, &wanted)).map(|(at, _)| at as i64).nth(skipped);
    Value::Long(found.unwrap_or(-1))
}

/// The list in order, nulls last unless the second argument is false.
fn sorted(context: &Context, arguments: &[Value], descending: bool) -> Value {
    let Some(list) = list(arguments, 0) else { return Value::Null };
    let (mut nulls, rest): (Vec<u32>, Vec<u32>) =
        (0..list.len() as u32).partition(|place| list[*place as usize].is_null());
    let order: &Comparison<'_> = &|left, right| {
        let (one, other) = (&list[left as usize], &list[right as usize]);
        if descending { json_order(other, one) } else { json_order(one, other) }.then(left.cmp(&right))
    };
    let sorting = Sorting { stop: &context.stop, cores: 1 };
    let mut places = sorting.sorted(rest, order).unwrap_or_default();
    if flag(arguments, 1) == Some(false) {
        std::mem::swap(&mut nulls, &mut places);
    }
    places.append(&mut nulls);
    list_value(grown(context, places.into_iter().map(|place| list[place as usize].clone())))
}

fn sum(_: &Context, arguments: &[Value]) -> Value {
    let Some(list) = list(arguments, 0) else { return Value::Null };
    let mut sum = 0.0;
    for element in list.iter().filter(|element| !element.is_null()) {
        let Some(number) = element.as_f64() else { return Value::Null };
        sum += number;
    }
    Value::Real(sum)
}

/// The list turned by so many places; to the left where `direction` is 1.
fn rotated(arguments: &[Value], direction: i64) -> Value {
    let (Some(list), Some(by)) = (list(arguments, 0), long(arguments, 1)) else { return Value::Null };
    let mut turned = list.to_vec();
    if !turned.is_empty() {
        turned.rotate_left((by.wrapping_mul(direction)).rem_euclid(list.len() as i64) as usize);
    }
    list_value(turned)
}

/// The list moved by so many places, free places filled; to the left where `direction` is 1.
fn shifted(context: &Context, arguments: &[Value], direction: i64) -> Value {
    let (Some(list), Some(by)) = (list(arguments, 0), long(arguments, 1)) else { return Value::Null };
    let by = by.wrapping_mul(direction);
    let fill = json_of(arguments.get(2).unwrap_or(&Value::Null));
    let moved = (0..list.len() as i64).map(|at| {
        let from = at.checked_add(by).and_then(|from| usize::try_from(from).ok());
        from.and_then(|from| list.get(from)).unwrap_or(&fill).clone()
    });
    list_value(grown(context, moved))
}

fn array_split(_: &Context, arguments: &[Value]) -> Value {
    let Some(list) = list(arguments, 0) else { return Value::Null };
    let indices: Vec<i64> = match arguments.get(1) {
        Some(Value::Dynamic(json)) => match &**json {
            Json::Array(indices) => indices.iter().filter_map(Json::as_i64).collect(),
            other => other.as_i64().into_iter().collect(),
        },
        _ => long(arguments, 1).into_iter().collect(),
    };
    let mut borders: Vec<usize> = indices.into_iter().map(|index| from_end(index, list.len())).collect();
    borders.sort_unstable();
    borders.push(list.len());
    let mut start = 0;
    let mut parts = Vec::new();
    for end in borders {
        parts.push(Json::Array(list.get(start..end).unwrap_or_default().to_vec()));
        start = end;
    }
    list_value(parts)
}

fn array_iff(context: &Context, arguments: &[Value]) -> Value {
    let Some(conditions) = list(arguments, 0) else { return Value::Null };
    let pick = |argument: usize, at: usize| match arguments.get(argument) {
        Some(Value::Dynamic(json)) if json.is_array() => json.get(at).cloned().unwrap_or(Json::Null),
        Some(scalar) => json_of(scalar),
        None => Json::Null,
    };
    let chosen = conditions.iter().enumerate().map(|(at, condition)| match condition {
        Json::Bool(true) => pick(1, at),
        Json::Bool(false) => pick(2, at),
        Json::Number(number) => pick(if number.as_f64() == Some(0.0) { 2 } else { 1 }, at),
        _ => Json::Null,
    });
    list_value(grown(context, chosen))
}
