//! Equality, order and `between`.
//!
//! With one null, `==` is false and `!=` true; with two, both are null, as is any order with a null.
//! <https://learn.microsoft.com/kusto/query/scalar-data-types/null-values>

use super::{Accepts, Eval, Example, Function, Nulls, Parameter, Signature, gives_bool, once};
use crate::kql::Decimal;
use crate::kql::engine::convert::widened;
use crate::kql::engine::order::compare_values;
use crate::kql::engine::{Column, Native, Texts, View};
use crate::kql::types::Type;
use crate::kql::value::Value;
use std::cmp::Ordering;

const SOURCE: &str = "https://learn.microsoft.com/kusto/query/numerical-operators";
const BETWEEN_SOURCE: &str = "https://learn.microsoft.com/kusto/query/between-operator";
const COMMON: &[Signature] = &[gives_bool(&[once("left", Accepts::Common), once("right", Accepts::Common)])];

macro_rules! comparison {
    ($name:ident, $text:literal, $summary:literal, $nulls:ident, $examples:expr, $pattern:pat) => {
        pub(super) static $name: Function = Function {
            name: $text,
            signatures: COMMON,
            summary: $summary,
            source: SOURCE,
            examples: $examples,
            nulls: Nulls::$nulls,
            eval: Eval::Columns(|_, arguments, rows| {
                let [left, right] = arguments else { return Column::nulls(Type::Bool, rows) };
                compare(left, right, rows, &Test { text: $text, ordering: |ordering| matches!(ordering, $pattern) })
            }),
        };
    };
}

comparison!(
    EQUAL,
    "==",
    "whether both are equal",
    Seen,
    &[Example { call: "1 == 1.0", result: "True" }, Example { call: "'a' == 'A'", result: "False" }],
    Some(Ordering::Equal)
);
comparison!(
    NOT_EQUAL,
    "!=",
    "whether both differ; a null differs from any value",
    Seen,
    &[Example { call: "1 != 2", result: "True" }, Example { call: "int(null) != 1", result: "True" }],
    None | Some(Ordering::Less | Ordering::Greater)
);
comparison!(
    LESS,
    "<",
    "whether the left is less",
    Propagate,
    &[Example { call: "1 < 2", result: "True" }, Example { call: "int(null) < 2", result: "" }],
    Some(Ordering::Less)
);
comparison!(
    LESS_OR_EQUAL,
    "<=",
    "whether the left is less or equal",
    Propagate,
    &[Example { call: "2 <= 2", result: "True" }],
    Some(Ordering::Less | Ordering::Equal)
);
comparison!(
    GREATER,
    ">",
    "whether the left is greater",
    Propagate,
    &[Example { call: "1h > 30m", result: "True" }],
    Some(Ordering::Greater)
);
comparison!(
    GREATER_OR_EQUAL,
    ">=",
    "whether the left is greater or equal",
    Propagate,
    &[Example { call: "1 >= 2", result: "False" }],
    Some(Ordering::Greater | Ordering::Equal)
);

/// What is asked of two values. The text picks a plain loop for plain types; the rest asks the ordering.
struct Test {
    text: &'static str,
    /// `None` is unordered: not a number, or values of kinds that do not compare.
    ordering: fn(Option<Ordering>) -> bool,
}

fn compare(left: &Column, right: &Column, rows: usize, test: &Test) -> Column {
    match (left.ty(), right.ty()) {
        (Type::String, Type::String) => texts(left, right, rows, test),
        (Type::Bool, Type::Bool) => natives::<bool>(left, right, rows, test),
        (Type::Guid, Type::Guid) => seldom::<u128>(left, right, rows, test),
        (Type::Int, Type::Int) => natives::<i32>(left, right, rows, test),
        (Type::Decimal, other) | (other, Type::Decimal) if other.is_number() => {
            seldom::<Decimal>(&widened(left, Type::Decimal), &widened(right, Type::Decimal), rows, test)
        }
        (Type::Real, other) | (other, Type::Real) if other.is_number() => {
            natives::<f64>(&widened(left, Type::Real), &widened(right, Type::Real), rows, test)
        }
        (one, other) if one.is_number() && other.is_number() => {
            natives::<i64>(&widened(left, Type::Long), &widened(right, Type::Long), rows, test)
        }
        (one, other) if one == other && one != Type::Dynamic => natives::<i64>(left, right, rows, test),
        _ => Column::from_options(
            Type::Bool,
            (0..rows).map(|at| {
                let (left, right) = (left.value(at), right.value(at));
                match (left.is_null(), right.is_null()) {
                    (true, true) => None,
                    (false, false) => Some((test.ordering)(compare_values(&left, &right))),
                    _ => Some(test.text == "!="),
                }
            }),
        ),
    }
}

/// Types that queries compare all the time: a plain loop for each way, of which what is greater is what is less the other
/// way round.
fn natives<T: Native + PartialOrd>(left: &Column, right: &Column, rows: usize, test: &Test) -> Column {
    match test.text {
        "==" => equality::<T>(left, right, rows, true),
        "!=" => equality::<T>(left, right, rows, false),
        "<" => ordered(left, right, rows, less::<T>),
        "<=" => ordered(left, right, rows, less_or_equal::<T>),
        ">" => ordered(right, left, rows, less::<T>),
        _ => ordered(right, left, rows, less_or_equal::<T>),
    }
}

fn less<T: Copy + PartialOrd>(left: T, right: T) -> bool {
    left < right
}

fn less_or_equal<T: Copy + PartialOrd>(left: T, right: T) -> bool {
    left <= right
}

/// Types that are seldom compared: one loop for all ways.
fn seldom<T: Native + PartialOrd>(left: &Column, right: &Column, rows: usize, test: &Test) -> Column {
    let (left, right) = (left.view::<T>(), right.view::<T>());
    Column::from_options(
        Type::Bool,
        (0..rows).map(|at| match (left.get(at), right.get(at)) {
            (Some(left), Some(right)) => Some((test.ordering)(left.partial_cmp(&right))),
            (None, None) => None,
            _ => Some(test.text == "!="),
        }),
    )
}

/// Whether both are equal, or differ where that is not `wanted`: null where both are null, different where one is.
fn equality<T: Native + PartialEq>(left: &Column, right: &Column, rows: usize, wanted: bool) -> Column {
    if !left.may_be_null() && !right.may_be_null() {
        return ordered(left, right, rows, move |left: T, right: T| (left == right) == wanted);
    }
    let (left, right) = (left.view::<T>(), right.view::<T>());
    Column::from_options(
        Type::Bool,
        (0..rows).map(|at| match (left.get(at), right.get(at)) {
            (Some(left), Some(right)) => Some((left == right) == wanted),
            (None, None) => None,
            _ => Some(!wanted),
        }),
    )
}

/// The test row by row; what it says of nulls is not looked at.
fn ordered<T: Native>(left: &Column, right: &Column, rows: usize, test: impl Fn(T, T) -> bool) -> Column {
    let (left, right): (View<'_, T>, View<'_, T>) = (left.view(), right.view());
    let bools = match ((left.raw(), right.raw()), (left.as_constant(), right.as_constant())) {
        ((Some(left), _), (_, Some(right))) => {
            let right = right.unwrap_or_default();
            left.iter().map(|left| test(*left, right)).collect()
        }
        ((_, Some(right)), (Some(left), _)) => {
            let left = left.unwrap_or_default();
            right.iter().map(|right| test(left, *right)).collect()
        }
        ((Some(left), Some(right)), _) => left.iter().zip(right).map(|(left, right)| test(*left, *right)).collect(),
        _ => (0..rows).map(|at| test(left.get(at).unwrap_or_default(), right.get(at).unwrap_or_default())).collect(),
    };
    Column::from_bools(bools)
}

fn texts(left: &Column, right: &Column, rows: usize, test: &Test) -> Column {
    let (left, right) = (left.texts(), right.texts());
    match (left, right) {
        (_, Texts::Constant(constant)) => {
            Column::from_bools(left.map(rows, |text| (test.ordering)(Some(text.cmp(constant)))))
        }
        (Texts::Constant(constant), _) => {
            Column::from_bools(right.map(rows, |text| (test.ordering)(Some(constant.cmp(text)))))
        }
        _ => Column::from_bools((0..rows).map(|at| (test.ordering)(Some(left.text(at).cmp(right.text(at))))).collect()),
    }
}

const fn three(low: Accepts, middle: Accepts, high: Accepts) -> [Parameter; 3] {
    [once("value", low), once("low", middle), once("high", high)]
}

const NUMBERS: [Parameter; 3] = three(Accepts::Number, Accepts::Number, Accepts::Number);
const INSTANTS: [Parameter; 3] =
    three(Accepts::Only(Type::DateTime), Accepts::Only(Type::DateTime), Accepts::Only(Type::DateTime));
const INSTANT_AND_LENGTH: [Parameter; 3] =
    three(Accepts::Only(Type::DateTime), Accepts::Only(Type::DateTime), Accepts::Only(Type::TimeSpan));
const SPANS: [Parameter; 3] =
    three(Accepts::Only(Type::TimeSpan), Accepts::Only(Type::TimeSpan), Accepts::Only(Type::TimeSpan));
const DYNAMIC: [Parameter; 3] = three(Accepts::Only(Type::Dynamic), Accepts::Number, Accepts::Number);
const RANGES: &[Signature] = &[
    gives_bool(&NUMBERS),
    gives_bool(&INSTANTS),
    gives_bool(&INSTANT_AND_LENGTH),
    gives_bool(&SPANS),
    gives_bool(&DYNAMIC),
];

pub(super) static BETWEEN: Function = Function {
    name: "between",
    signatures: RANGES,
    summary: "whether the value lies in the range, both ends included; a timespan as end counts from the start",
    source: BETWEEN_SOURCE,
    examples: &[
        Example { call: "5 between (1 .. 5)", result: "True" },
        Example { call: "datetime(2026-01-02) between (datetime(2026-01-01) .. 2d)", result: "True" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Columns(|_, arguments, rows| within(arguments, rows, true)),
};

pub(super) static NOT_BETWEEN: Function = Function {
    name: "!between",
    signatures: RANGES,
    summary: "whether the value lies outside the range",
    source: BETWEEN_SOURCE,
    examples: &[Example { call: "5 !between (1 .. 5)", result: "False" }],
    nulls: Nulls::Propagate,
    eval: Eval::Columns(|_, arguments, rows| within(arguments, rows, false)),
};

fn within(arguments: &[Column], rows: usize, inside: bool) -> Column {
    let [value, low, high] = arguments else { return Column::nulls(Type::Bool, rows) };
    let high = if low.ty() == Type::DateTime && high.ty() == Type::TimeSpan {
        let (starts, lengths) = (low.view::<i64>(), high.view::<i64>());
        let end = |at| Some(starts.get(at)?.saturating_add(lengths.get(at)?));
        match (low.as_constant(), high.as_constant()) {
            (Some(_), Some(_)) => Column::constant(end(0).map_or(Value::Null, Value::DateTime), Type::DateTime, rows),
            _ => Column::from_options(Type::DateTime, (0..rows).map(end)),
        }
    } else {
        high.clone()
    };
    let at_least = compare(value, low, rows, &Test { text: ">=", ordering: |o| o.is_some_and(Ordering::is_ge) });
    let at_most = compare(value, &high, rows, &Test { text: "<=", ordering: |o| o.is_some_and(Ordering::is_le) });
    let (at_least, at_most) = (at_least.view::<bool>(), at_most.view::<bool>());
    Column::from_options(Type::Bool, (0..rows).map(|at| Some((at_least.get(at)? && at_most.get(at)?) == inside)))
}
