//! Rounding: to whole numbers, digits and bins.

use super::arguments::{long, real};
use super::signature::{DATETIME, LONG, TIMESPAN, once, optional};
use super::{Accepts, Context, Eval, Example, Function, Nulls, Returns, Signature};
use crate::base::time::TICKS_PER_DAY;
use crate::kql::Decimal;
use crate::kql::types::Type;
use crate::kql::value::Value;

/// This family.
pub static FUNCTIONS: &[&Function] = &[&ABS, &CEILING, &ROUND, &BIN, &FLOOR, &BIN_AT];

const BIN_SIGNATURES: &[Signature] = &[
    Signature {
        parameters: &[once("value", Accepts::Number), once("roundTo", Accepts::Number)],
        returns: Returns::Widest,
    },
    Signature {
        parameters: &[once("value", TIMESPAN), once("roundTo", TIMESPAN)],
        returns: Returns::Only(Type::TimeSpan),
    },
    Signature {
        parameters: &[once("value", DATETIME), once("roundTo", TIMESPAN)],
        returns: Returns::Only(Type::DateTime),
    },
    Signature {
        parameters: &[once("value", DATETIME), once("roundTo", DATETIME)],
        returns: Returns::Only(Type::DateTime),
    },
];

static ABS: Function = Function {
    name: "abs",
    signatures: &[
        Signature { parameters: &[once("number", Accepts::Integer)], returns: Returns::Only(Type::Long) },
        Signature { parameters: &[once("number", Accepts::Number)], returns: Returns::Argument(0) },
        Signature { parameters: &[once("number", TIMESPAN)], returns: Returns::Only(Type::TimeSpan) },
    ],
    summary: "Without its sign.",
    source: "https://learn.microsoft.com/kusto/query/abs-function",
    examples: &[
        Example { call: "abs(-5)", result: "5" },
        Example { call: "abs(-1.5)", result: "1.5" },
        Example { call: "abs(-2h)", result: "02:00:00" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(abs),
};

static CEILING: Function = Function {
    name: "ceiling",
    signatures: &[Signature { parameters: &[once("number", Accepts::Number)], returns: Returns::Argument(0) }],
    summary: "The least whole number not below it.",
    source: "https://learn.microsoft.com/kusto/query/ceiling-function",
    examples: &[Example { call: "ceiling(-1.1)", result: "-1.0" }, Example { call: "ceiling(1.1)", result: "2.0" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(ceiling),
};

static ROUND: Function = Function {
    name: "round",
    signatures: &[Signature {
        parameters: &[once("number", Accepts::Number), optional("precision", LONG)],
        returns: Returns::Argument(0),
    }],
    summary: "Rounded to so many digits, halves away from 0.",
    source: "https://learn.microsoft.com/kusto/query/round-function",
    examples: &[
        Example { call: "round(2.98765, 3)", result: "2.988" },
        Example { call: "round(2.5)", result: "3.0" },
        Example { call: "round(-2.5)", result: "-3.0" },
        Example { call: "round(1234, -2)", result: "1200" },
        Example { call: "round(decimal(2.345), 2)", result: "2.35" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(round),
};

static BIN: Function = Function {
    name: "bin",
    signatures: BIN_SIGNATURES,
    summary: "The greatest multiple of the second argument that is not above the first.",
    source: "https://learn.microsoft.com/kusto/query/bin-function",
    examples: &[
        Example { call: "bin(4.5, 1)", result: "4.0" },
        Example { call: "bin(7, 3)", result: "6" },
        Example { call: "bin(-1, 3)", result: "-3" },
        Example { call: "bin(datetime(1970-05-11 13:45:07), 1d)", result: "1970-05-11T00:00:00.0000000Z" },
        Example { call: "bin(16d, 7d)", result: "14.00:00:00" },
        Example { call: "bin(5, 0)", result: "" },
        Example { call: "bin(decimal(-4.5), 1)", result: "-5" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(bin),
};

static FLOOR: Function = Function {
    name: "floor",
    signatures: BIN_SIGNATURES,
    summary: "The same as bin.",
    source: "https://learn.microsoft.com/kusto/query/floor-function",
    examples: &[Example { call: "floor(4.5, 1)", result: "4.0" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(bin),
};

static BIN_AT: Function = Function {
    name: "bin_at",
    signatures: &[
        Signature {
            parameters: &[
                once("value", Accepts::Number),
                once("bin_size", Accepts::Number),
                once("fixed_point", Accepts::Number),
            ],
            returns: Returns::Widest,
        },
        Signature {
            parameters: &[once("value", TIMESPAN), once("bin_size", TIMESPAN), once("fixed_point", TIMESPAN)],
            returns: Returns::Only(Type::TimeSpan),
        },
        Signature {
            parameters: &[once("value", DATETIME), once("bin_size", Accepts::Any), once("fixed_point", DATETIME)],
            returns: Returns::Only(Type::DateTime),
        },
    ],
    summary: "Like bin, with bins counted from a fixed point.",
    source: "https://learn.microsoft.com/kusto/query/bin-at-function",
    examples: &[
        Example { call: "bin_at(6.5, 2.5, 7)", result: "4.5" },
        Example {
            call: "bin_at(datetime(2017-05-15 10:20:00), 1d, datetime(1970-01-01 12:00:00))",
            result: "2017-05-14T12:00:00.0000000Z",
        },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(bin),
};

fn abs(_: &Context, arguments: &[Value]) -> Value {
    match arguments.first() {
        Some(Value::Int(number)) => Value::Long(i64::from(*number).abs()),
        Some(Value::Long(number)) => Value::Long(number.wrapping_abs()),
        Some(Value::Real(number)) => Value::Real(number.abs()),
        Some(Value::Decimal(number)) => Value::Decimal(number.absolute()),
        Some(Value::TimeSpan(ticks)) => Value::TimeSpan(ticks.wrapping_abs()),
        _ => Value::Null,
    }
}

fn ceiling(_: &Context, arguments: &[Value]) -> Value {
    match arguments.first() {
        Some(Value::Real(number)) => Value::Real(number.ceil()),
        Some(Value::Decimal(number)) => {
            number.negated().floor().map_or(Value::Null, |whole| Value::Decimal(whole.negated()))
        }
        Some(whole) => whole.clone(),
        None => Value::Null,
    }
}

/// Rounds halves away from 0.
fn round(_: &Context, arguments: &[Value]) -> Value {
    let digits = long(arguments, 1).unwrap_or(0).clamp(-300, 300) as i32;
    let rounded = |number: f64| {
        let scale = 10_f64.powi(digits.abs());
        let rounded = if digits < 0 { (number / scale).round() * scale } else { (number * scale).round() / scale };
        if rounded.is_finite() { rounded } else { number }
    };
    match arguments.first() {
        Some(Value::Real(number)) => Value::Real(rounded(*number)),
        Some(Value::Decimal(number)) => number.rounded(digits).map_or(Value::Null, Value::Decimal),
        Some(Value::Long(number)) if digits < 0 => Value::Long(rounded(*number as f64) as i64),
        Some(Value::Int(number)) if digits < 0 => Value::Int(rounded(f64::from(*number)) as i32),
        Some(whole) => whole.clone(),
        None => Value::Null,
    }
}

/// The greatest multiple of `size` at or below `value`, both counted from `origin`; `None` for a size of 0 or less.
fn floor_long(value: i64, size: i64, origin: i64) -> Option<i64> {
    if size <= 0 {
        return None;
    }
    let from = value.checked_sub(origin)?;
    from.div_euclid(size).checked_mul(size)?.checked_add(origin)
}

fn floor_real(value: f64, size: f64, origin: f64) -> Value {
    if size > 0.0 { Value::Real(((value - origin) / size).floor() * size + origin) } else { Value::Null }
}

fn floor_decimal(value: Option<Decimal>, size: Option<Decimal>, origin: Option<Decimal>) -> Option<Decimal> {
    let (size, origin) = (size.filter(|size| *size > Decimal::default())?, origin?);
    value?.minus(origin)?.over(size)?.floor()?.times(size)?.plus(origin)
}

/// `bin` and `bin_at`: the type of the first argument, or of the widest number, decides.
fn bin(_: &Context, arguments: &[Value]) -> Value {
    let number = |at: usize| arguments.get(at).map_or(Some(0), as_ticks);
    match arguments.first() {
        Some(Value::DateTime(ticks)) => {
            let start = bin_size(arguments.get(1)).zip(number(2)).and_then(|(size, at)| floor_long(*ticks, size, at));
            start.filter(|ticks| *ticks >= 0).map_or(Value::Null, Value::DateTime)
        }
        Some(Value::TimeSpan(ticks)) => {
            let start = bin_size(arguments.get(1)).zip(number(2)).and_then(|(size, at)| floor_long(*ticks, size, at));
            start.map_or(Value::Null, Value::TimeSpan)
        }
        Some(_) if arguments.iter().any(|value| matches!(value, Value::Decimal(_))) => {
            let number = |at: usize| arguments.get(at).map_or(Some(Decimal::default()), Value::as_decimal);
            floor_decimal(number(0), number(1), number(2)).map_or(Value::Null, Value::Decimal)
        }
        Some(_) if arguments.iter().any(|value| matches!(value, Value::Real(_))) => {
            let origin = arguments.get(2).map_or(Some(0.0), Value::as_real);
            match (real(arguments, 0), real(arguments, 1), origin) {
                (Some(value), Some(size), Some(origin)) => floor_real(value, size, origin),
                _ => Value::Null,
            }
        }
        Some(value) => {
            let start = long(arguments, 0).zip(long(arguments, 1)).zip(number(2));
            let start = start.and_then(|((value, size), origin)| floor_long(value, size, origin));
            match (start, value, arguments.get(1)) {
                (Some(start), Value::Int(_), Some(Value::Int(_))) => {
                    i32::try_from(start).map_or(Value::Null, Value::Int)
                }
                (Some(start), _, _) => Value::Long(start),
                (None, _, _) => Value::Null,
            }
        }
        None => Value::Null,
    }
}

/// Ticks of a bin's size; a number counts days.
fn bin_size(value: Option<&Value>) -> Option<i64> {
    match value? {
        Value::Real(days) => Some((days * TICKS_PER_DAY as f64) as i64),
        Value::Int(_) | Value::Long(_) => value?.as_long()?.checked_mul(TICKS_PER_DAY),
        ticks => as_ticks(ticks),
    }
}

fn as_ticks(value: &Value) -> Option<i64> {
    match value {
        Value::DateTime(ticks) | Value::TimeSpan(ticks) => Some(*ticks),
        other => other.as_long(),
    }
}
