//! Lists of numbers as series: element by element, filled, filtered, and summed.
//! <https://learn.microsoft.com/kusto/query/scalar-functions#series-element-wise-functions>

use super::arguments::{flag, list, list_value, real};
use super::signature::{BOOL, DYNAMIC, once, optional};
use super::{Accepts, Context, Eval, Example, Function, Nulls, Parameter, Returns, Signature};
use crate::kql::types::Type;
use crate::kql::value::Value;
use serde_json::Value as Json;

const ANY: Accepts = Accepts::Any;
const UNARY: &[Parameter] = &[once("series", DYNAMIC)];
const BINARY: &[Parameter] = &[once("series1", ANY), once("series2", ANY)];
const FILL: &[Parameter] = &[once("series", DYNAMIC), optional("missing_value_placeholder", ANY)];
const FILL_CONST: &[Parameter] =
    &[once("series", DYNAMIC), optional("constant_value", ANY), optional("missing_value_placeholder", ANY)];
const FIR: &[Parameter] =
    &[once("series", DYNAMIC), once("filter", DYNAMIC), optional("normalize", BOOL), optional("center", BOOL)];
const IIR: &[Parameter] = &[once("series", DYNAMIC), once("numerators", DYNAMIC), once("denominators", DYNAMIC)];

macro_rules! series {
    ($($name:ident, $text:literal, $parameters:ident, $returns:ident, $summary:literal, $call:literal => $result:literal, $eval:expr;)*) => {
        /// This family.
        pub static FUNCTIONS: &[&Function] = &[$(&$name),*];
        $(static $name: Function = Function {
            name: $text,
            signatures: &[Signature { parameters: $parameters, returns: Returns::Only(Type::$returns) }],
            summary: $summary,
            source: "https://learn.microsoft.com/kusto/query/scalar-functions#series-element-wise-functions",
            examples: &[Example { call: $call, result: $result }],
            nulls: Nulls::Propagate,
            eval: Eval::Row($eval),
        };)*
    };
}

series! {
    ADD, "series_add", BINARY, Dynamic, "The sums of the elements.", "series_add(dynamic([1, 2]), dynamic([3, 4]))" => "[4.0,6.0]", |_, a| binary(a, |a, b| a + b);
    SUBTRACT, "series_subtract", BINARY, Dynamic, "The differences of the elements.", "series_subtract(dynamic([5, 2]), 1)" => "[4.0,1.0]", |_, a| binary(a, |a, b| a - b);
    MULTIPLY, "series_multiply", BINARY, Dynamic, "The products of the elements.", "series_multiply(dynamic([5, 2]), 2)" => "[10.0,4.0]", |_, a| binary(a, |a, b| a * b);
    DIVIDE, "series_divide", BINARY, Dynamic, "The quotients of the elements.", "series_divide(dynamic([5, 2]), 2)" => "[2.5,1.0]", |_, a| binary(a, |a, b| a / b);
    POW, "series_pow", BINARY, Dynamic, "The elements of one raised to those of the other.", "series_pow(dynamic([5, 2]), 2)" => "[25.0,4.0]", |_, a| binary(a, f64::powf);
    GREATER, "series_greater", BINARY, Dynamic, "Whether each element is the greater.", "series_greater(dynamic([5, 2]), 2)" => "[true,false]", |_, a| compared(a, |a, b| a > b);
    GREATER_EQUALS, "series_greater_equals", BINARY, Dynamic, "Whether each element is not the smaller.", "series_greater_equals(dynamic([5, 2]), 2)" => "[true,true]", |_, a| compared(a, |a, b| a >= b);
    LESS, "series_less", BINARY, Dynamic, "Whether each element is the smaller.", "series_less(dynamic([5, 1]), 2)" => "[false,true]", |_, a| compared(a, |a, b| a < b);
    LESS_EQUALS, "series_less_equals", BINARY, Dynamic, "Whether each element is not the greater.", "series_less_equals(dynamic([5, 2]), 2)" => "[false,true]", |_, a| compared(a, |a, b| a <= b);
    EQUALS, "series_equals", BINARY, Dynamic, "Whether the elements are equal.", "series_equals(dynamic([5, 2]), 2)" => "[false,true]", |_, a| compared(a, |a, b| (a - b).abs() <= 0.0);
    NOT_EQUALS, "series_not_equals", BINARY, Dynamic, "Whether the elements differ.", "series_not_equals(dynamic([5, 2]), 2)" => "[true,false]", |_, a| compared(a, |a, b| (a - b).abs() > 0.0);
    ABS, "series_abs", UNARY, Dynamic, "The absolute values.", "series_abs(dynamic([-5, 2]))" => "[5.0,2.0]", |_, a| unary(a, f64::abs);
    SIGN, "series_sign", UNARY, Dynamic, "The signs: -1, 0 or 1.", "series_sign(dynamic([-5, 0, 2]))" => "[-1.0,0.0,1.0]", |_, a| unary(a, |x| if x == 0.0 { 0.0 } else { x.signum() });
    EXP, "series_exp", UNARY, Dynamic, "The exponentials.", "series_exp(dynamic([0]))" => "[1.0]", |_, a| unary(a, f64::exp);
    LOG, "series_log", UNARY, Dynamic, "The natural logarithms.", "series_log(dynamic([1]))" => "[0.0]", |_, a| unary(a, f64::ln);
    FLOOR, "series_floor", UNARY, Dynamic, "The elements rounded down.", "series_floor(dynamic([1.5]))" => "[1.0]", |_, a| unary(a, f64::floor);
    CEILING, "series_ceiling", UNARY, Dynamic, "The elements rounded up.", "series_ceiling(dynamic([1.5]))" => "[2.0]", |_, a| unary(a, f64::ceil);
    SIN, "series_sin", UNARY, Dynamic, "The sines.", "series_sin(dynamic([0]))" => "[0.0]", |_, a| unary(a, f64::sin);
    COS, "series_cos", UNARY, Dynamic, "The cosines.", "series_cos(dynamic([0]))" => "[1.0]", |_, a| unary(a, f64::cos);
    TAN, "series_tan", UNARY, Dynamic, "The tangents.", "series_tan(dynamic([0]))" => "[0.0]", |_, a| unary(a, f64::tan);
    ASIN, "series_asin", UNARY, Dynamic, "The arcsines.", "series_asin(dynamic([0]))" => "[0.0]", |_, a| unary(a, f64::asin);
    ACOS, "series_acos", UNARY, Dynamic, "The arccosines.", "series_acos(dynamic([1]))" => "[0.0]", |_, a| unary(a, f64::acos);
    ATAN, "series_atan", UNARY, Dynamic, "The arctangents.", "series_atan(dynamic([0]))" => "[0.0]", |_, a| unary(a, f64::atan);
    SUM, "series_sum", UNARY, Real, "The sum of the elements.", "series_sum(dynamic([1, 2]))" => "3.0", |_, a| Value::Real(numbers(a, 0).sum());
    PRODUCT, "series_product", UNARY, Real, "The product of the elements.", "series_product(dynamic([3, 2]))" => "6.0", |_, a| Value::Real(numbers(a, 0).product());
    MAGNITUDE, "series_magnitude", UNARY, Real, "The length as a vector.", "series_magnitude(dynamic([3, 4]))" => "5.0", |_, a| Value::Real(dot(a, 0, 0).sqrt());
    DOT_PRODUCT, "series_dot_product", BINARY, Real, "The sum of the products of the elements.", "series_dot_product(dynamic([1, 2]), dynamic([3, 4]))" => "11.0", |_, a| Value::Real(dot(a, 0, 1));
    COSINE, "series_cosine_similarity", BINARY, Real, "The cosine of the angle between two vectors.", "series_cosine_similarity(dynamic([1, 0]), dynamic([0, 1]))" => "0.0", |_, a| Value::Real(dot(a, 0, 1) / (dot(a, 0, 0) * dot(a, 1, 1)).sqrt());
    PEARSON, "series_pearson_correlation", BINARY, Real, "The correlation of two series.", "series_pearson_correlation(dynamic([1, 2]), dynamic([2, 1]))" => "-1.0", pearson;
    FILL_FORWARD, "series_fill_forward", FILL, Dynamic, "Missing elements become the one before.", "series_fill_forward(dynamic([null, 1, null]))" => "[null,1,1]", |_, a| filled(a, 1, false);
    FILL_BACKWARD, "series_fill_backward", FILL, Dynamic, "Missing elements become the one after.", "series_fill_backward(dynamic([null, 1, null]))" => "[1,1,null]", |_, a| filled(a, 1, true);
    FILL_LINEAR, "series_fill_linear", FILL, Dynamic, "Missing elements lie on the line between their neighbours.", "series_fill_linear(dynamic([1, null, 3]))" => "[1,2.0,3]", fill_linear;
    FILL_WITH, "series_fill_const", FILL_CONST, Dynamic, "Missing elements become a constant, 0 unless given.", "series_fill_const(dynamic([1, null]), 7)" => "[1,7]", fill_const;
    FIR_FILTER, "series_fir", FIR, Dynamic, "The series under a filter of finite impulse response.", "series_fir(dynamic([5, 15, 10]), dynamic([1, -1]), false)" => "[5.0,10.0,-5.0]", fir;
    IIR_FILTER, "series_iir", IIR, Dynamic, "The series under a filter of infinite impulse response.", "series_iir(dynamic([1, 2, 3]), dynamic([1]), dynamic([1, -1]))" => "[1.0,3.0,6.0]", iir;
}

/// A number in a list; nothing for what is none.
pub(super) fn number(json: &Json) -> Option<f64> {
    json.as_f64()
}

/// The numbers of the list at `at`, without what is none.
fn numbers(arguments: &[Value], at: usize) -> impl Iterator<Item = f64> + '_ {
    list(arguments, at).unwrap_or_default().iter().filter_map(number)
}

/// A list of reals, null where a real is none that JSON has.
pub(super) fn reals(values: impl IntoIterator<Item = Option<f64>>) -> Value {
    list_value(values.into_iter().map(|value| value.map_or(Json::Null, Json::from)).collect())
}

fn unary(arguments: &[Value], make: fn(f64) -> f64) -> Value {
    match list(arguments, 0) {
        Some(series) => reals(series.iter().map(|element| number(element).map(make))),
        None => Value::Null,
    }
}

/// The elements of both, a scalar counting as a series of itself.
fn pairs(arguments: &[Value]) -> Option<Vec<(Option<f64>, Option<f64>)>> {
    let (left, right) = (list(arguments, 0), list(arguments, 1));
    let length = left.map(<[Json]>::len).into_iter().chain(right.map(<[Json]>::len)).min()?;
    let scalar = |at| real(arguments, at);
    let element = |series: Option<&[Json]>, at: usize, row: usize| match series {
        Some(series) => series.get(row).and_then(number),
        None => scalar(at),
    };
    Some((0..length).map(|row| (element(left, 0, row), element(right, 1, row))).collect())
}

fn binary(arguments: &[Value], make: fn(f64, f64) -> f64) -> Value {
    let both = |(left, right): (Option<f64>, Option<f64>)| Some(make(left?, right?));
    pairs(arguments).map_or(Value::Null, |pairs| reals(pairs.into_iter().map(both)))
}

fn compared(arguments: &[Value], holds: fn(f64, f64) -> bool) -> Value {
    let Some(pairs) = pairs(arguments) else { return Value::Null };
    let one = |(left, right): (Option<f64>, Option<f64>)| match (left, right) {
        (Some(left), Some(right)) => Json::Bool(holds(left, right)),
        _ => Json::Null,
    };
    list_value(pairs.into_iter().map(one).collect())
}

fn dot(arguments: &[Value], left: usize, right: usize) -> f64 {
    numbers(arguments, left).zip(numbers(arguments, right)).map(|(left, right)| left * right).sum()
}

fn pearson(_: &Context, arguments: &[Value]) -> Value {
    let Some(pairs) = pairs(arguments) else { return Value::Null };
    let known: Vec<(f64, f64)> = pairs.into_iter().filter_map(|(left, right)| left.zip(right)).collect();
    let count = known.len() as f64;
    let (left, right) = known.iter().fold((0.0, 0.0), |(a, b), (left, right)| (a + left, b + right));
    let (left, right) = (left / count, right / count);
    let sums = known.iter().fold((0.0, 0.0, 0.0), |(xy, xx, yy), (x, y)| {
        (xy + (x - left) * (y - right), xx + (x - left) * (x - left), yy + (y - right) * (y - right))
    });
    Value::Real(sums.0 / (sums.1 * sums.2).sqrt())
}

/// Whether `element` stands for a value that is missing: null, or the placeholder at argument `place`.
fn is_missing(element: &Json, arguments: &[Value], place: usize) -> bool {
    let placeholder = arguments.get(place).map(crate::kql::format::json_of);
    element.is_null() || placeholder.is_some_and(|known| super::compare::json_equal(element, &known))
}

fn filled(arguments: &[Value], place: usize, backward: bool) -> Value {
    let Some(series) = list(arguments, 0) else { return Value::Null };
    let mut series = series.to_vec();
    if backward {
        series.reverse();
    }
    let mut last: Option<Json> = None;
    for element in &mut series {
        if !is_missing(element, arguments, place) {
            last = Some(element.clone());
        } else if let Some(last) = &last {
            *element = last.clone();
        }
    }
    if backward {
        series.reverse();
    }
    list_value(series)
}

fn fill_const(_: &Context, arguments: &[Value]) -> Value {
    let Some(series) = list(arguments, 0) else { return Value::Null };
    let constant = arguments.get(1).map_or(Json::from(0), crate::kql::format::json_of);
    let one = |element: &Json| if is_missing(element, arguments, 2) { constant.clone() } else { element.clone() };
    list_value(series.iter().map(one).collect())
}

fn fill_linear(_: &Context, arguments: &[Value]) -> Value {
    let Some(series) = list(arguments, 0) else { return Value::Null };
    let known: Vec<(usize, f64)> = series
        .iter()
        .enumerate()
        .filter(|(_, element)| !is_missing(element, arguments, 1))
        .filter_map(|(at, element)| Some((at, number(element)?)))
        .collect();
    let one = |(at, element): (usize, &Json)| {
        if !is_missing(element, arguments, 1) {
            return element.clone();
        }
        let after = known.partition_point(|(place, _)| *place < at);
        match (after.checked_sub(1).and_then(|before| known.get(before)), known.get(after)) {
            (Some((from, left)), Some((to, right))) => {
                Json::from(left + (right - left) * (at - from) as f64 / (to - from) as f64)
            }
            (Some((_, only)), None) | (None, Some((_, only))) => Json::from(*only),
            (None, None) => element.clone(),
        }
    };
    list_value(series.iter().enumerate().map(one).collect())
}

fn fir(_: &Context, arguments: &[Value]) -> Value {
    let Some(series) = list(arguments, 0) else { return Value::Null };
    let series: Vec<f64> = series.iter().map(|element| number(element).unwrap_or_default()).collect();
    let mut filter: Vec<f64> = numbers(arguments, 1).collect();
    let (total, uniform) = (filter.iter().sum::<f64>(), filter.iter().all(|tap| *tap >= 0.0));
    if flag(arguments, 2).unwrap_or(uniform) && total != 0.0 {
        for tap in &mut filter {
            *tap /= total;
        }
    }
    let ahead = if flag(arguments, 3) == Some(true) { filter.len() / 2 } else { 0 };
    let one = |at: usize| {
        let taps = filter.iter().enumerate();
        taps.filter_map(|(back, tap)| Some(tap * series.get((at + ahead).checked_sub(back)?)?)).sum()
    };
    reals((0..series.len()).map(|at| Some(one(at))))
}

fn iir(_: &Context, arguments: &[Value]) -> Value {
    let Some(series) = list(arguments, 0) else { return Value::Null };
    let series: Vec<f64> = series.iter().map(|element| number(element).unwrap_or_default()).collect();
    let (numerators, denominators): (Vec<f64>, Vec<f64>) =
        (numbers(arguments, 1).collect(), numbers(arguments, 2).collect());
    let first = denominators.first().copied().filter(|first| *first != 0.0).unwrap_or(1.0);
    let mut given: Vec<f64> = Vec::with_capacity(series.len());
    let back = |values: &[f64], at: usize, by: usize| {
        at.checked_sub(by).and_then(|at| values.get(at)).copied().unwrap_or_default()
    };
    for at in 0..series.len() {
        let fed: f64 = numerators.iter().enumerate().map(|(by, factor)| factor * back(&series, at, by)).sum();
        let fed_back: f64 =
            denominators.iter().enumerate().skip(1).map(|(by, factor)| factor * back(&given, at, by)).sum();
        given.push((fed - fed_back) / first);
    }
    reals(given.into_iter().map(Some))
}
