//! Arithmetic beyond the operators.

use super::arguments::real;
use super::signature::once;
use super::{Accepts, Eval, Example, Function, Nulls, Returns, Signature};
use crate::kql::types::Type;
use crate::kql::value::Value;

/// This family.
pub static FUNCTIONS: &[&Function] = &[
    &SQRT, &EXP, &EXP2, &EXP10, &LOG, &LOG2, &LOG10, &SIN, &COS, &TAN, &ATAN, &ASIN, &ACOS, &COT, &DEGREES, &RADIANS,
    &ATAN2, &POW, &PI, &SIGN, &ISNAN, &ISINF, &ISFINITE, &ERF, &ERFC, &AROUND,
];

static SQRT: Function = Function {
    name: "sqrt",
    signatures: &[Signature { parameters: &[once("number", Accepts::Number)], returns: Returns::Only(Type::Real) }],
    summary: "The square root.",
    source: "https://learn.microsoft.com/kusto/query/sqrt-function",
    examples: &[Example { call: "sqrt(16)", result: "4.0" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| of_real(arguments, any, f64::sqrt)),
};

static EXP: Function = Function {
    name: "exp",
    signatures: &[Signature { parameters: &[once("number", Accepts::Number)], returns: Returns::Only(Type::Real) }],
    summary: "e to the power of the number.",
    source: "https://learn.microsoft.com/kusto/query/exp-function",
    examples: &[Example { call: "exp(0)", result: "1.0" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| of_real(arguments, any, f64::exp)),
};

static EXP2: Function = Function {
    name: "exp2",
    signatures: &[Signature { parameters: &[once("number", Accepts::Number)], returns: Returns::Only(Type::Real) }],
    summary: "2 to the power of the number.",
    source: "https://learn.microsoft.com/kusto/query/exp2-function",
    examples: &[Example { call: "exp2(10)", result: "1024.0" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| of_real(arguments, any, f64::exp2)),
};

static EXP10: Function = Function {
    name: "exp10",
    signatures: &[Signature { parameters: &[once("number", Accepts::Number)], returns: Returns::Only(Type::Real) }],
    summary: "10 to the power of the number.",
    source: "https://learn.microsoft.com/kusto/query/exp10-function",
    examples: &[Example { call: "exp10(3)", result: "1000.0" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| of_real(arguments, any, |number| 10_f64.powf(number))),
};

static LOG: Function = Function {
    name: "log",
    signatures: &[Signature { parameters: &[once("number", Accepts::Number)], returns: Returns::Only(Type::Real) }],
    summary: "The natural logarithm; null below 0.",
    source: "https://learn.microsoft.com/kusto/query/log-function",
    examples: &[Example { call: "log(1)", result: "0.0" }, Example { call: "log(-1)", result: "" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| of_real(arguments, not_negative, f64::ln)),
};

static LOG2: Function = Function {
    name: "log2",
    signatures: &[Signature { parameters: &[once("number", Accepts::Number)], returns: Returns::Only(Type::Real) }],
    summary: "The logarithm to base 2; null below 0.",
    source: "https://learn.microsoft.com/kusto/query/log2-function",
    examples: &[Example { call: "log2(8)", result: "3.0" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| of_real(arguments, not_negative, f64::log2)),
};

static LOG10: Function = Function {
    name: "log10",
    signatures: &[Signature { parameters: &[once("number", Accepts::Number)], returns: Returns::Only(Type::Real) }],
    summary: "The logarithm to base 10; null below 0.",
    source: "https://learn.microsoft.com/kusto/query/log10-function",
    examples: &[Example { call: "log10(1000)", result: "3.0" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| of_real(arguments, not_negative, f64::log10)),
};

static SIN: Function = Function {
    name: "sin",
    signatures: &[Signature { parameters: &[once("number", Accepts::Number)], returns: Returns::Only(Type::Real) }],
    summary: "The sine of an angle in radians.",
    source: "https://learn.microsoft.com/kusto/query/sin-function",
    examples: &[Example { call: "sin(0)", result: "0.0" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| of_real(arguments, any, f64::sin)),
};

static COS: Function = Function {
    name: "cos",
    signatures: &[Signature { parameters: &[once("number", Accepts::Number)], returns: Returns::Only(Type::Real) }],
    summary: "The cosine of an angle in radians.",
    source: "https://learn.microsoft.com/kusto/query/cos-function",
    examples: &[Example { call: "cos(0)", result: "1.0" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| of_real(arguments, any, f64::cos)),
};

static TAN: Function = Function {
    name: "tan",
    signatures: &[Signature { parameters: &[once("number", Accepts::Number)], returns: Returns::Only(Type::Real) }],
    summary: "The tangent of an angle in radians.",
    source: "https://learn.microsoft.com/kusto/query/tan-function",
    examples: &[Example { call: "tan(0)", result: "0.0" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| of_real(arguments, any, f64::tan)),
};

static ATAN: Function = Function {
    name: "atan",
    signatures: &[Signature { parameters: &[once("number", Accepts::Number)], returns: Returns::Only(Type::Real) }],
    summary: "The angle in radians whose tangent it is.",
    source: "https://learn.microsoft.com/kusto/query/atan-function",
    examples: &[Example { call: "atan(0)", result: "0.0" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| of_real(arguments, any, f64::atan)),
};

static ASIN: Function = Function {
    name: "asin",
    signatures: &[Signature { parameters: &[once("number", Accepts::Number)], returns: Returns::Only(Type::Real) }],
    summary: "The angle in radians whose sine it is; null outside -1 to 1.",
    source: "https://learn.microsoft.com/kusto/query/asin-function",
    examples: &[Example { call: "asin(0)", result: "0.0" }, Example { call: "asin(2)", result: "" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| of_real(arguments, within_one, f64::asin)),
};

static ACOS: Function = Function {
    name: "acos",
    signatures: &[Signature { parameters: &[once("number", Accepts::Number)], returns: Returns::Only(Type::Real) }],
    summary: "The angle in radians whose cosine it is; null outside -1 to 1.",
    source: "https://learn.microsoft.com/kusto/query/acos-function",
    examples: &[Example { call: "acos(1)", result: "0.0" }, Example { call: "acos(2)", result: "" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| of_real(arguments, within_one, f64::acos)),
};

static COT: Function = Function {
    name: "cot",
    signatures: &[Signature { parameters: &[once("number", Accepts::Number)], returns: Returns::Only(Type::Real) }],
    summary: "The cotangent of an angle in radians.",
    source: "https://learn.microsoft.com/kusto/query/cot-function",
    examples: &[Example { call: "round(cot(1), 4)", result: "0.6421" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| of_real(arguments, any, |number| 1.0 / number.tan())),
};

static DEGREES: Function = Function {
    name: "degrees",
    signatures: &[Signature { parameters: &[once("number", Accepts::Number)], returns: Returns::Only(Type::Real) }],
    summary: "Radians as degrees.",
    source: "https://learn.microsoft.com/kusto/query/degrees-function",
    examples: &[Example { call: "degrees(pi())", result: "180.0" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| of_real(arguments, any, f64::to_degrees)),
};

static RADIANS: Function = Function {
    name: "radians",
    signatures: &[Signature { parameters: &[once("number", Accepts::Number)], returns: Returns::Only(Type::Real) }],
    summary: "Degrees as radians.",
    source: "https://learn.microsoft.com/kusto/query/radians-function",
    examples: &[Example { call: "round(radians(180), 5)", result: "3.14159" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| of_real(arguments, any, f64::to_radians)),
};

static ATAN2: Function = Function {
    name: "atan2",
    signatures: &[Signature {
        parameters: &[once("y", Accepts::Number), once("x", Accepts::Number)],
        returns: Returns::Only(Type::Real),
    }],
    summary: "The angle in radians from the x axis to the point.",
    source: "https://learn.microsoft.com/kusto/query/atan2-function",
    examples: &[Example { call: "atan2(0, 1)", result: "0.0" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| of_reals(arguments, f64::atan2)),
};

static POW: Function = Function {
    name: "pow",
    signatures: &[Signature {
        parameters: &[once("base", Accepts::Number), once("exponent", Accepts::Number)],
        returns: Returns::Only(Type::Real),
    }],
    summary: "The first to the power of the second.",
    source: "https://learn.microsoft.com/kusto/query/pow-function",
    examples: &[Example { call: "pow(2, 3)", result: "8.0" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| of_reals(arguments, f64::powf)),
};

static PI: Function = Function {
    name: "pi",
    signatures: &[Signature { parameters: &[], returns: Returns::Only(Type::Real) }],
    summary: "The ratio of a circle to its width.",
    source: "https://learn.microsoft.com/kusto/query/pi-function",
    examples: &[Example { call: "pi()", result: "3.141592653589793" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, _| Value::Real(std::f64::consts::PI)),
};

static SIGN: Function = Function {
    name: "sign",
    signatures: &[Signature { parameters: &[once("number", Accepts::Number)], returns: Returns::Only(Type::Real) }],
    summary: "-1, 0 or 1 as the number is below, at or above 0.",
    source: "https://learn.microsoft.com/kusto/query/sign-function",
    examples: &[
        Example { call: "sign(-42)", result: "-1.0" },
        Example { call: "sign(0)", result: "0.0" },
        Example { call: "sign(11.2)", result: "1.0" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| of_real(arguments, any, |number| if number == 0.0 { 0.0 } else { number.signum() })),
};

static ISNAN: Function = Function {
    name: "isnan",
    signatures: &[Signature { parameters: &[once("number", Accepts::Number)], returns: Returns::Only(Type::Bool) }],
    summary: "Whether it is not a number.",
    source: "https://learn.microsoft.com/kusto/query/isnan-function",
    examples: &[Example { call: "isnan(0.0 / 0.0)", result: "True" }, Example { call: "isnan(1)", result: "False" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| test(arguments, f64::is_nan)),
};

static ISINF: Function = Function {
    name: "isinf",
    signatures: &[Signature { parameters: &[once("number", Accepts::Number)], returns: Returns::Only(Type::Bool) }],
    summary: "Whether it is infinite, either way.",
    source: "https://learn.microsoft.com/kusto/query/isinf-function",
    examples: &[Example { call: "isinf(1.0 / 0.0)", result: "True" }, Example { call: "isinf(1)", result: "False" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| test(arguments, f64::is_infinite)),
};

static ISFINITE: Function = Function {
    name: "isfinite",
    signatures: &[Signature { parameters: &[once("number", Accepts::Number)], returns: Returns::Only(Type::Bool) }],
    summary: "Whether it is neither infinite nor not a number.",
    source: "https://learn.microsoft.com/kusto/query/isfinite-function",
    examples: &[
        Example { call: "isfinite(1.5)", result: "True" },
        Example { call: "isfinite(1.0 / 0.0)", result: "False" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| test(arguments, f64::is_finite)),
};

row_function!(ERF, "erf", &[once("number", Accepts::Number)], Real, "The error function.", "erf-function",
    "round(erf(0.5), 9)" => "0.520499878", |_, arguments| of_real(arguments, any, |number| 1.0 - complement(number)));
row_function!(ERFC, "erfc", &[once("number", Accepts::Number)], Real, "1 less the error function.", "erfc-function",
    "round(erfc(0.5), 9)" => "0.479500122", |_, arguments| of_real(arguments, any, complement));
static AROUND: Function = Function {
    name: "around",
    signatures: &[
        Signature {
            parameters: &[
                once("value", Accepts::Only(Type::DateTime)),
                once("center", Accepts::Only(Type::DateTime)),
                once("delta", Accepts::Only(Type::TimeSpan)),
            ],
            returns: Returns::Only(Type::Bool),
        },
        Signature {
            parameters: &[
                once("value", Accepts::Number),
                once("center", Accepts::Number),
                once("delta", Accepts::Number),
            ],
            returns: Returns::Only(Type::Bool),
        },
    ],
    summary: "Whether a value lies no further from a centre than a distance.",
    source: "https://learn.microsoft.com/kusto/query/around-function",
    examples: &[
        Example { call: "around(5, 3, 2)", result: "True" },
        Example { call: "around(datetime(2026-01-02), datetime(2026-01-01), 1h)", result: "False" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| match arguments {
        [Value::DateTime(value), Value::DateTime(center), Value::TimeSpan(delta)] => Value::Bool(
            i128::from(*value).abs_diff(i128::from(*center)) <= i128::from(*delta).max(0) as u128 && *delta >= 0,
        ),
        _ => match (real(arguments, 0), real(arguments, 1), real(arguments, 2)) {
            (Some(value), Some(center), Some(delta)) => Value::Bool((value - center).abs() <= delta),
            _ => Value::Null,
        },
    }),
};

/// `erfc` by a series near 0 and a continued fraction further out.
fn complement(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    let size = x.abs();
    let of_size = if size < 2.5 {
        let (mut term, mut sum) = (size, size);
        for n in 1..200_u32 {
            term *= -size * size / f64::from(n);
            sum += term / f64::from(2 * n + 1);
        }
        1.0 - std::f64::consts::FRAC_2_SQRT_PI * sum
    } else {
        let fraction = (1..=60_u32).rev().fold(size, |below, n| size + f64::from(n) / 2.0 / below);
        (-size * size).exp() / fraction * std::f64::consts::FRAC_2_SQRT_PI / 2.0
    };
    if x < 0.0 { 2.0 - of_size } else { of_size }
}

/// A function of one real; not a number becomes null where `domain` is false for the argument.
fn of_real(arguments: &[Value], domain: impl Fn(f64) -> bool, compute: impl Fn(f64) -> f64) -> Value {
    match real(arguments, 0) {
        Some(number) if domain(number) => Value::Real(compute(number)),
        _ => Value::Null,
    }
}

fn any(_: f64) -> bool {
    true
}

/// Where a logarithm exists; at 0 it is minus infinity.
fn not_negative(number: f64) -> bool {
    number >= 0.0
}

fn within_one(number: f64) -> bool {
    (-1.0..=1.0).contains(&number)
}

fn of_reals(arguments: &[Value], compute: impl Fn(f64, f64) -> f64) -> Value {
    match (real(arguments, 0), real(arguments, 1)) {
        (Some(left), Some(right)) => Value::Real(compute(left, right)),
        _ => Value::Null,
    }
}

fn test(arguments: &[Value], holds: impl Fn(f64) -> bool) -> Value {
    real(arguments, 0).map_or(Value::Null, |number| Value::Bool(holds(number)))
}
