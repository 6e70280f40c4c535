//! Whole numbers as bits.

use super::arguments::{long, long_or_null};
use super::signature::{LONG, once, optional};
use super::{Eval, Example, Function, Nulls, Returns, Signature};
use crate::kql::types::Type;
use crate::kql::value::Value;

/// This family.
pub static FUNCTIONS: &[&Function] = &[
    &BINARY_AND,
    &BINARY_OR,
    &BINARY_XOR,
    &BINARY_NOT,
    &BINARY_SHIFT_LEFT,
    &BINARY_SHIFT_RIGHT,
    &BITSET_COUNT_ONES,
    &TOHEX,
];

static BINARY_AND: Function = Function {
    name: "binary_and",
    signatures: &[Signature {
        parameters: &[once("value1", LONG), once("value2", LONG)],
        returns: Returns::Only(Type::Long),
    }],
    summary: "Bits set in both.",
    source: "https://learn.microsoft.com/kusto/query/binary-and-function",
    examples: &[Example { call: "binary_and(12, 10)", result: "8" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| of_longs(arguments, |left, right| left & right)),
};

static BINARY_OR: Function = Function {
    name: "binary_or",
    signatures: &[Signature {
        parameters: &[once("value1", LONG), once("value2", LONG)],
        returns: Returns::Only(Type::Long),
    }],
    summary: "Bits set in either.",
    source: "https://learn.microsoft.com/kusto/query/binary-or-function",
    examples: &[Example { call: "binary_or(12, 10)", result: "14" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| of_longs(arguments, |left, right| left | right)),
};

static BINARY_XOR: Function = Function {
    name: "binary_xor",
    signatures: &[Signature {
        parameters: &[once("value1", LONG), once("value2", LONG)],
        returns: Returns::Only(Type::Long),
    }],
    summary: "Bits set in just one.",
    source: "https://learn.microsoft.com/kusto/query/binary-xor-function",
    examples: &[Example { call: "binary_xor(12, 10)", result: "6" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| of_longs(arguments, |left, right| left ^ right)),
};

static BINARY_NOT: Function = Function {
    name: "binary_not",
    signatures: &[Signature { parameters: &[once("value", LONG)], returns: Returns::Only(Type::Long) }],
    summary: "All bits turned.",
    source: "https://learn.microsoft.com/kusto/query/binary-not-function",
    examples: &[Example { call: "binary_not(100)", result: "-101" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| long_or_null(long(arguments, 0).map(|number| !number))),
};

static BINARY_SHIFT_LEFT: Function = Function {
    name: "binary_shift_left",
    signatures: &[Signature {
        parameters: &[once("value", LONG), once("shift", LONG)],
        returns: Returns::Only(Type::Long),
    }],
    summary: "Bits moved up; the shift is taken modulo 64.",
    source: "https://learn.microsoft.com/kusto/query/binary-shift-left-function",
    examples: &[Example { call: "binary_shift_left(1, 3)", result: "8" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| of_longs(arguments, |number, by| number.wrapping_shl(by as u32))),
};

static BINARY_SHIFT_RIGHT: Function = Function {
    name: "binary_shift_right",
    signatures: &[Signature {
        parameters: &[once("value", LONG), once("shift", LONG)],
        returns: Returns::Only(Type::Long),
    }],
    summary: "Bits moved down; the shift is taken modulo 64.",
    source: "https://learn.microsoft.com/kusto/query/binary-shift-right-function",
    examples: &[Example { call: "binary_shift_right(16, 3)", result: "2" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| of_longs(arguments, |number, by| number.wrapping_shr(by as u32))),
};

static BITSET_COUNT_ONES: Function = Function {
    name: "bitset_count_ones",
    signatures: &[Signature { parameters: &[once("value", LONG)], returns: Returns::Only(Type::Long) }],
    summary: "How many bits are set.",
    source: "https://learn.microsoft.com/kusto/query/bitset-count-ones-function",
    examples: &[Example { call: "bitset_count_ones(42)", result: "3" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| long_or_null(long(arguments, 0).map(|number| i64::from(number.count_ones())))),
};

static TOHEX: Function = Function {
    name: "tohex",
    signatures: &[Signature {
        parameters: &[once("value", LONG), optional("minLength", LONG)],
        returns: Returns::Only(Type::String),
    }],
    summary: "The number in hex, padded to a length.",
    source: "https://learn.microsoft.com/kusto/query/tohex-function",
    examples: &[
        Example { call: "tohex(256)", result: "100" },
        Example { call: "tohex(-256)", result: "ffffffffffffff00" },
        Example { call: "tohex(256, 8)", result: "00000100" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| match long(arguments, 0) {
        Some(number) => {
            let length = long(arguments, 1).unwrap_or(0).clamp(0, 64) as usize;
            Value::string(format!("{number:0length$x}"))
        }
        None => Value::string(""),
    }),
};

fn of_longs(arguments: &[Value], compute: impl Fn(i64, i64) -> i64) -> Value {
    long_or_null(long(arguments, 0).zip(long(arguments, 1)).map(|(left, right)| compute(left, right)))
}
