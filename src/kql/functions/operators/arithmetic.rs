//! `+ - * / %` and unary minus.
//!
//! Whole numbers are computed as `long`, also two of `int`, and wrap; dividing them by zero gives null, cuts towards zero, and their remainder is never negative.
//! Reals follow IEEE; beside a decimal all is decimal, and dividing by zero gives null.

use super::{Accepts, Eval, Example, Function, Nulls, Parameter, Returns, Signature, once};
use crate::base::Timestamp;
use crate::kql::Decimal;
use crate::kql::engine::convert::{convert, widened};
use crate::kql::engine::{Column, Native};
use crate::kql::types::Type;
use crate::kql::value::Value;

const NUMBERS_SOURCE: &str = "https://learn.microsoft.com/kusto/query/numerical-operators";
const TIMES_SOURCE: &str = "https://learn.microsoft.com/kusto/query/datetime-timespan-arithmetic";

const LONGS: &[Parameter] = &[once("left", Accepts::Only(Type::Long)), once("right", Accepts::Only(Type::Long))];
const REALS: &[Parameter] = &[once("left", Accepts::Only(Type::Real)), once("right", Accepts::Only(Type::Real))];
const DECIMALS: &[Parameter] =
    &[once("left", Accepts::Only(Type::Decimal)), once("right", Accepts::Only(Type::Decimal))];
const SPAN_SPAN: &[Parameter] = &[once("left", SPAN), once("right", SPAN)];
const SPAN_NUMBER: &[Parameter] = &[once("left", SPAN), once("right", Accepts::Number)];
const NUMBER_SPAN: &[Parameter] = &[once("left", Accepts::Number), once("right", SPAN)];
const TIME_SPAN: &[Parameter] = &[once("left", TIME), once("right", SPAN)];
const SPAN_TIME: &[Parameter] = &[once("left", SPAN), once("right", TIME)];
const TIME_TIME: &[Parameter] = &[once("left", TIME), once("right", TIME)];
const TIME_DYNAMIC: &[Parameter] = &[once("left", TIME), once("right", DYNAMIC)];
const DYNAMIC_TIME: &[Parameter] = &[once("left", DYNAMIC), once("right", TIME)];
const DYNAMIC_DYNAMIC: &[Parameter] = &[once("left", DYNAMIC), once("right", DYNAMIC)];
const DYNAMIC_INT: &[Parameter] = &[once("left", DYNAMIC), once("right", INT)];
const INT_DYNAMIC: &[Parameter] = &[once("left", INT), once("right", DYNAMIC)];
const DYNAMIC_OTHER: &[Parameter] = &[once("left", DYNAMIC), once("right", Accepts::Summable)];
const OTHER_DYNAMIC: &[Parameter] = &[once("left", Accepts::Summable), once("right", DYNAMIC)];

const SPAN: Accepts = Accepts::Only(Type::TimeSpan);
const TIME: Accepts = Accepts::Only(Type::DateTime);
const DYNAMIC: Accepts = Accepts::Only(Type::Dynamic);
const INT: Accepts = Accepts::Only(Type::Int);

const fn gives(parameters: &'static [Parameter], ty: Type) -> Signature {
    Signature { parameters, returns: Returns::Only(ty) }
}

const DYNAMICS: Signature = gives(DYNAMIC_DYNAMIC, Type::Dynamic);
pub(super) static ADD: Function = Function {
    name: "+",
    signatures: &[
        gives(LONGS, Type::Long),
        gives(REALS, Type::Real),
        gives(DECIMALS, Type::Decimal),
        gives(SPAN_SPAN, Type::TimeSpan),
        gives(TIME_SPAN, Type::DateTime),
        gives(SPAN_TIME, Type::DateTime),
        DYNAMICS,
        gives(DYNAMIC_INT, Type::Long),
        gives(INT_DYNAMIC, Type::Long),
        Signature { parameters: DYNAMIC_OTHER, returns: Returns::Argument(1) },
        Signature { parameters: OTHER_DYNAMIC, returns: Returns::Argument(0) },
    ],
    summary: "the sum",
    source: NUMBERS_SOURCE,
    examples: &[Example { call: "1 + 2", result: "3" }, Example { call: "1d + 1h", result: "1.01:00:00" }],
    nulls: Nulls::Propagate,
    eval: Eval::Columns(|_, arguments, rows| compute(arguments, rows, Operation::Add)),
};

pub(super) static SUBTRACT: Function = Function {
    name: "-",
    signatures: &[
        gives(LONGS, Type::Long),
        gives(REALS, Type::Real),
        gives(DECIMALS, Type::Decimal),
        gives(SPAN_SPAN, Type::TimeSpan),
        gives(TIME_TIME, Type::TimeSpan),
        gives(TIME_DYNAMIC, Type::TimeSpan),
        gives(DYNAMIC_TIME, Type::TimeSpan),
        gives(TIME_SPAN, Type::DateTime),
        gives(SPAN_TIME, Type::DateTime),
        DYNAMICS,
        gives(DYNAMIC_INT, Type::Long),
        gives(INT_DYNAMIC, Type::Long),
        Signature { parameters: DYNAMIC_OTHER, returns: Returns::Argument(1) },
        Signature { parameters: OTHER_DYNAMIC, returns: Returns::Argument(0) },
    ],
    summary: "the difference",
    source: TIMES_SOURCE,
    examples: &[Example { call: "datetime(2026-01-02) - datetime(2026-01-01)", result: "1.00:00:00" }],
    nulls: Nulls::Propagate,
    eval: Eval::Columns(|_, arguments, rows| compute(arguments, rows, Operation::Subtract)),
};

pub(super) static MULTIPLY: Function = Function {
    name: "*",
    signatures: &[
        gives(LONGS, Type::Long),
        gives(REALS, Type::Real),
        gives(DECIMALS, Type::Decimal),
        gives(SPAN_NUMBER, Type::TimeSpan),
        gives(NUMBER_SPAN, Type::TimeSpan),
        DYNAMICS,
        gives(DYNAMIC_INT, Type::Long),
        gives(INT_DYNAMIC, Type::Long),
        Signature { parameters: DYNAMIC_OTHER, returns: Returns::Argument(1) },
        Signature { parameters: OTHER_DYNAMIC, returns: Returns::Argument(0) },
    ],
    summary: "the product",
    source: NUMBERS_SOURCE,
    examples: &[Example { call: "2 * 1.5", result: "3.0" }, Example { call: "2 * 1h", result: "02:00:00" }],
    nulls: Nulls::Propagate,
    eval: Eval::Columns(|_, arguments, rows| compute(arguments, rows, Operation::Multiply)),
};

pub(super) static DIVIDE: Function = Function {
    name: "/",
    signatures: &[
        gives(LONGS, Type::Long),
        gives(REALS, Type::Real),
        gives(DECIMALS, Type::Decimal),
        gives(SPAN_SPAN, Type::Real),
        gives(SPAN_NUMBER, Type::TimeSpan),
        gives(TIME_SPAN, Type::Real),
        DYNAMICS,
        gives(DYNAMIC_INT, Type::Long),
        gives(INT_DYNAMIC, Type::Long),
        Signature { parameters: DYNAMIC_OTHER, returns: Returns::Argument(1) },
        Signature { parameters: OTHER_DYNAMIC, returns: Returns::Argument(0) },
    ],
    summary: "the quotient; whole numbers are cut towards zero, and give null where divided by zero",
    source: NUMBERS_SOURCE,
    examples: &[
        Example { call: "-7 / 2", result: "-3" },
        Example { call: "1 / 0", result: "" },
        Example { call: "1h / 30m", result: "2.0" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Columns(|_, arguments, rows| compute(arguments, rows, Operation::Divide)),
};

pub(super) static MODULO: Function = Function {
    name: "%",
    signatures: &[
        gives(LONGS, Type::Long),
        gives(REALS, Type::Real),
        gives(DECIMALS, Type::Decimal),
        gives(SPAN_SPAN, Type::TimeSpan),
        gives(TIME_SPAN, Type::TimeSpan),
        DYNAMICS,
        gives(DYNAMIC_INT, Type::Long),
        gives(INT_DYNAMIC, Type::Long),
        Signature { parameters: DYNAMIC_OTHER, returns: Returns::Argument(1) },
        Signature { parameters: OTHER_DYNAMIC, returns: Returns::Argument(0) },
    ],
    summary: "the remainder, never negative",
    source: NUMBERS_SOURCE,
    examples: &[Example { call: "-7 % 3", result: "2" }, Example { call: "7 % 0", result: "" }],
    nulls: Nulls::Propagate,
    eval: Eval::Columns(|_, arguments, rows| compute(arguments, rows, Operation::Modulo)),
};

pub(super) static NEGATE: Function = Function {
    name: "negate",
    signatures: &[
        Signature { parameters: &[once("value", Accepts::Number)], returns: Returns::Argument(0) },
        gives(&[once("value", SPAN)], Type::TimeSpan),
        gives(&[once("value", DYNAMIC)], Type::Dynamic),
    ],
    summary: "the value with its sign turned",
    source: NUMBERS_SOURCE,
    examples: &[Example { call: "-(1h)", result: "-01:00:00" }],
    nulls: Nulls::Propagate,
    eval: Eval::Columns(|_, arguments, rows| {
        let [value] = arguments else { return Column::nulls(Type::Long, rows) };
        let zero = match value.ty() {
            Type::Real => return unary(value, Type::Real, |number: f64| -number),
            Type::Int => return unary(value, Type::Int, i32::wrapping_neg),
            Type::Decimal => return unary(value, Type::Decimal, Decimal::negated),
            Type::Dynamic => Column::constant(Value::dynamic(0.into()), Type::Dynamic, rows),
            ty => return unary(value, ty, i64::wrapping_neg),
        };
        compute(&[zero, value.clone()], rows, Operation::Subtract)
    }),
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

impl Operation {
    fn longs(self, left: i64, right: i64) -> Option<i64> {
        match self {
            Self::Add => Some(left.wrapping_add(right)),
            Self::Subtract => Some(left.wrapping_sub(right)),
            Self::Multiply => Some(left.wrapping_mul(right)),
            Self::Divide => (right != 0).then(|| left.wrapping_div(right)),
            Self::Modulo => (right != 0).then(|| left.wrapping_rem_euclid(right)),
        }
    }

    fn decimals(self, left: Decimal, right: Decimal) -> Option<Decimal> {
        match self {
            Self::Add => left.plus(right),
            Self::Subtract => left.minus(right),
            Self::Multiply => left.times(right),
            Self::Divide => left.over(right),
            Self::Modulo => left.modulo(right),
        }
    }

    fn reals(self, left: f64, right: f64) -> f64 {
        match self {
            Self::Add => left + right,
            Self::Subtract => left - right,
            Self::Multiply => left * right,
            Self::Divide => left / right,
            Self::Modulo => left.rem_euclid(right),
        }
    }
}

fn compute(arguments: &[Column], rows: usize, operation: Operation) -> Column {
    let [left, right] = arguments else { return Column::nulls(Type::Long, rows) };
    let longs = |ty| binary(left, right, rows, ty, |left: i64, right: i64| operation.longs(left, right));
    match (left.ty(), right.ty()) {
        (one, other) if one.is_number() && other.is_number() => {
            if one == Type::Decimal || other == Type::Decimal {
                let (left, right) = (widened(left, Type::Decimal), widened(right, Type::Decimal));
                binary(&left, &right, rows, Type::Decimal, |left: Decimal, right| operation.decimals(left, right))
            } else if one == Type::Real || other == Type::Real {
                let (left, right) = (widened(left, Type::Real), widened(right, Type::Real));
                binary(&left, &right, rows, Type::Real, |left: f64, right: f64| Some(operation.reals(left, right)))
            } else {
                let (left, right) = (widened(left, Type::Long), widened(right, Type::Long));
                binary(&left, &right, rows, Type::Long, |left: i64, right: i64| operation.longs(left, right))
            }
        }
        (Type::TimeSpan | Type::DateTime, Type::TimeSpan) if operation == Operation::Divide => {
            binary(left, right, rows, Type::Real, |left: i64, right: i64| Some(left as f64 / right as f64))
        }
        (Type::TimeSpan, Type::TimeSpan) | (Type::DateTime, Type::DateTime) => longs(Type::TimeSpan),
        (Type::DateTime, Type::TimeSpan) if operation == Operation::Modulo => longs(Type::TimeSpan),
        (Type::DateTime, Type::TimeSpan) | (Type::TimeSpan, Type::DateTime) => {
            binary(left, right, rows, Type::DateTime, |left: i64, right: i64| {
                operation.longs(left, right).filter(|ticks| Timestamp::from_ticks(*ticks).is_some())
            })
        }
        (Type::TimeSpan, number) if number.is_number() => scaled(left, right, rows, operation),
        (number, Type::TimeSpan) if number.is_number() => scaled(right, left, rows, operation),
        _ => loose(left, right, rows, operation),
    }
}

/// A timespan times or over a number.
fn scaled(span: &Column, number: &Column, rows: usize, operation: Operation) -> Column {
    if matches!(number.ty(), Type::Real | Type::Decimal) {
        let number = widened(number, Type::Real);
        return binary_mixed(span, &number, rows, |span: i64, number: f64| {
            let ticks = operation.reals(span as f64, number);
            ticks.is_finite().then_some(ticks as i64)
        });
    }
    let number = widened(number, Type::Long);
    binary(span, &number, rows, Type::TimeSpan, |span: i64, number: i64| operation.longs(span, number))
}

/// With a dynamic on one side: by the values met. The result's type is the other side's, `long` beside an `int`.
fn loose(left: &Column, right: &Column, rows: usize, operation: Operation) -> Column {
    let ty = match (left.ty(), right.ty()) {
        (Type::Dynamic, Type::Dynamic) => Type::Dynamic,
        (Type::DateTime, _) | (_, Type::DateTime) if operation == Operation::Subtract => Type::TimeSpan,
        (Type::Dynamic, Type::Int) | (Type::Int, Type::Dynamic) => Type::Long,
        (Type::Dynamic, other) | (other, _) => other,
    };
    let scalar = |value: Value, other: Type| match (&value, other) {
        (Value::Dynamic(_), Type::DateTime | Type::TimeSpan) => convert(value, other),
        (Value::Dynamic(json), _) if json.is_f64() => convert(value, Type::Real),
        (Value::Dynamic(json), _) if json.is_number() => convert(value, Type::Long),
        (Value::Dynamic(_), _) => Value::Null,
        _ => value,
    };
    Column::from_values(
        ty,
        (0..rows).map(|at| {
            let one = scalar(left.value(at), right.ty());
            let other = scalar(right.value(at), left.ty());
            let (Some(one_type), Some(other_type)) = (one.ty(), other.ty()) else { return Value::Null };
            let columns = [Column::constant(one, one_type, 1), Column::constant(other, other_type, 1)];
            convert(compute(&columns, 1, operation).value(0), ty)
        }),
    )
}

fn unary<T: Native>(value: &Column, ty: Type, turn: impl Fn(T) -> T) -> Column {
    Column::from_options(ty, value.view::<T>().iter().map(|value| value.map(&turn)))
}

fn binary<T: Native, R: Native>(
    left: &Column,
    right: &Column,
    rows: usize,
    ty: Type,
    compute: impl Fn(T, T) -> Option<R>,
) -> Column {
    let (left, right) = (left.view::<T>(), right.view::<T>());
    Column::from_options(ty, (0..rows).map(|at| compute(left.get(at)?, right.get(at)?)))
}

fn binary_mixed(span: &Column, number: &Column, rows: usize, compute: impl Fn(i64, f64) -> Option<i64>) -> Column {
    let (span, number) = (span.view::<i64>(), number.view::<f64>());
    Column::from_options(Type::TimeSpan, (0..rows).map(|at| compute(span.get(at)?, number.get(at)?)))
}
