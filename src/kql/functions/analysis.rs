//! Series analysed: their measures, a line through them, what is periodic in them and what stands out. The functions
//! that Kusto gives several columns for give a list here, which the binder takes apart by [`OUTPUTS`].

use super::arguments::{list, real, text};
use super::series::{number, reals};
use super::signature::{BOOL, DYNAMIC, once, optional};
use super::{Accepts, Context, Eval, Example, Function, Nulls, Parameter, Returns, Signature};
use crate::kql::types::Type;
use crate::kql::value::Value;
use serde_json::{Value as Json, json};

/// This family.
pub static FUNCTIONS: &[&Function] =
    &[&STATS, &STATS_DYNAMIC, &FIT_LINE, &FIT_LINE_DYNAMIC, &OUTLIERS, &DECOMPOSE, &DECOMPOSE_ANOMALIES];

/// Functions that give several columns: how their names end, and their types.
/// The endings are those of <https://learn.microsoft.com/kusto/query/series-stats-function> and its kin.
pub static OUTPUTS: &[(&str, &[(&str, Type)])] = &[
    (
        "series_stats",
        &[
            ("min", Type::Real),
            ("min_idx", Type::Long),
            ("max", Type::Real),
            ("max_idx", Type::Long),
            ("avg", Type::Real),
            ("stdev", Type::Real),
            ("variance", Type::Real),
        ],
    ),
    (
        "series_fit_line",
        &[
            ("rsquare", Type::Real),
            ("slope", Type::Real),
            ("variance", Type::Real),
            ("rvariance", Type::Real),
            ("interception", Type::Real),
            ("line_fit", Type::Dynamic),
        ],
    ),
    (
        "series_decompose",
        &[
            ("baseline", Type::Dynamic),
            ("seasonal", Type::Dynamic),
            ("trend", Type::Dynamic),
            ("residual", Type::Dynamic),
        ],
    ),
    (
        "series_decompose_forecast",
        &[
            ("baseline", Type::Dynamic),
            ("seasonal", Type::Dynamic),
            ("trend", Type::Dynamic),
            ("residual", Type::Dynamic),
        ],
    ),
    ("series_fft", &[("real", Type::Dynamic), ("imag", Type::Dynamic)]),
    ("series_ifft", &[("real", Type::Dynamic), ("imag", Type::Dynamic)]),
    ("series_periods_detect", &[("periods", Type::Dynamic), ("scores", Type::Dynamic)]),
    ("series_periods_validate", &[("periods", Type::Dynamic), ("scores", Type::Dynamic)]),
    (
        "series_fit_poly",
        &[
            ("rsquare", Type::Real),
            ("coefficients", Type::Dynamic),
            ("variance", Type::Real),
            ("rvariance", Type::Real),
            ("poly_fit", Type::Dynamic),
        ],
    ),
    (
        "series_fit_2lines",
        &[
            ("rsquare", Type::Real),
            ("split_idx", Type::Long),
            ("variance", Type::Real),
            ("rvariance", Type::Real),
            ("line_fit", Type::Dynamic),
            ("right_rsquare", Type::Real),
            ("right_slope", Type::Real),
            ("right_interception", Type::Real),
            ("right_variance", Type::Real),
            ("right_rvariance", Type::Real),
            ("left_rsquare", Type::Real),
            ("left_slope", Type::Real),
            ("left_interception", Type::Real),
            ("left_variance", Type::Real),
            ("left_rvariance", Type::Real),
        ],
    ),
    (
        "series_decompose_anomalies",
        &[("ad_flag", Type::Dynamic), ("ad_score", Type::Dynamic), ("baseline", Type::Dynamic)],
    ),
];

const SERIES: &[Parameter] = &[once("series", DYNAMIC)];
const STATS_PARAMETERS: &[Parameter] = &[once("series", DYNAMIC), optional("ignore_nonfinite", BOOL)];
const ANY: Accepts = Accepts::Any;

const fn gives_dynamic(parameters: &'static [Parameter]) -> Signature {
    Signature { parameters, returns: Returns::Only(Type::Dynamic) }
}

macro_rules! analysis {
    ($name:ident, $text:literal, $parameters:expr, $summary:literal, $source:literal, $call:literal => $result:literal, $eval:expr) => {
        static $name: Function = Function {
            name: $text,
            signatures: &[gives_dynamic($parameters)],
            summary: $summary,
            source: concat!("https://learn.microsoft.com/kusto/query/", $source),
            examples: &[Example { call: $call, result: $result }],
            nulls: Nulls::Propagate,
            eval: Eval::Row($eval),
        };
    };
}

analysis!(STATS, "series_stats", STATS_PARAMETERS, "Least, greatest, mean and spread of a series.", "series-stats-function",
    "series_stats(dynamic([1, 3]))[0]" => "1.0", |_, arguments| stats(arguments).map_or(Value::Null, |found| Value::dynamic(Json::Array(found.into_iter().map(|(_, value)| value).collect()))));
analysis!(STATS_DYNAMIC, "series_stats_dynamic", STATS_PARAMETERS, "Measures of a series as a bag.", "series-stats-dynamic-function",
    "series_stats_dynamic(dynamic([1, 3])).max" => "3.0", stats_dynamic);
analysis!(FIT_LINE, "series_fit_line", SERIES, "The straight line nearest to a series.", "series-fit-line-function",
    "series_fit_line(dynamic([1, 3, 5]))[0]" => "1.0", |_, arguments| fit_line(arguments).map_or(Value::Null, |found| Value::dynamic(Json::Array(found.into_iter().map(|(_, value)| value).collect()))));
analysis!(FIT_LINE_DYNAMIC, "series_fit_line_dynamic", SERIES, "The straight line nearest to a series, as a bag.", "series-fit-line-dynamic-function",
    "series_fit_line_dynamic(dynamic([1, 3, 5])).slope" => "2.0", |_, arguments| bag(fit_line(arguments)));
analysis!(OUTLIERS, "series_outliers", &[once("series", DYNAMIC), optional("kind", super::signature::STRING), optional("ignore_val", ANY), optional("min_percentile", ANY), optional("max_percentile", ANY)],
    "How far each element lies outside of what is usual; beyond 1.5 either way it stands out.", "series-outliers-function",
    "series_outliers(dynamic([1, 1, 1, 1, 9]))[0]" => "0.0", outliers);
analysis!(DECOMPOSE, "series_decompose", &[once("series", DYNAMIC), optional("period", ANY), optional("trend", super::signature::STRING), optional("test_points", ANY), optional("threshold", ANY)],
"What of a series is periodic, what is trend, and what is left.", "series-decompose-function",
"series_decompose(dynamic([1, 2, 1, 2, 1, 2, 1, 2]), 2)[0]" => "[1.0,2.0,1.0,2.0,1.0,2.0,1.0,2.0]", |_, arguments| decompose(arguments, 1, 2, 3).map_or(Value::Null, parts_value));
analysis!(DECOMPOSE_ANOMALIES, "series_decompose_anomalies", &[once("series", DYNAMIC), optional("threshold", ANY), optional("period", ANY), optional("trend", super::signature::STRING), optional("test_points", ANY), optional("method", super::signature::STRING), optional("seasonality_threshold", ANY)],
    "Which elements of a series stand out from what its period and trend let expect: 1 above, -1 below, 0 not.", "series-decompose-anomalies-function",
    "series_decompose_anomalies(dynamic([1, 1, 1, 1, 1, 1, 9, 1, 1, 1, 1, 1]))[0]" => "[0,0,0,0,0,0,1,0,0,0,0,0]", anomalies);

/// The numbers of the series; what is none counts as 0.
pub(super) fn values(arguments: &[Value]) -> Option<Vec<f64>> {
    Some(list(arguments, 0)?.iter().map(|element| number(element).unwrap_or_default()).collect())
}

fn bag(found: Option<Vec<(&'static str, Json)>>) -> Value {
    let bag = |found: Vec<(&'static str, Json)>| {
        Value::dynamic(Json::Object(found.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()))
    };
    found.map_or(Value::Null, bag)
}

/// The mean.
pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The variance of a sample; 0 for one value.
pub(super) fn variance(values: &[f64]) -> f64 {
    let mean = mean(values);
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    if values.len() > 1 { squares / (values.len() - 1) as f64 } else { 0.0 }
}

fn stats(arguments: &[Value]) -> Option<Vec<(&'static str, Json)>> {
    let values = values(arguments).filter(|values| !values.is_empty())?;
    let place = |better: fn(&f64, &f64) -> bool| {
        (0..values.len()).reduce(|best, at| if better(&values[at], &values[best]) { at } else { best }).unwrap_or(0)
    };
    let (least, greatest) = (place(|a, b| a < b), place(|a, b| a > b));
    let variance = variance(&values);
    Some(vec![
        ("min", values[least].into()),
        ("min_idx", least.into()),
        ("max", values[greatest].into()),
        ("max_idx", greatest.into()),
        ("avg", mean(&values).into()),
        ("stdev", variance.sqrt().into()),
        ("variance", variance.into()),
    ])
}

fn stats_dynamic(_: &Context, arguments: &[Value]) -> Value {
    let Some(mut found) = stats(arguments) else { return Value::Null };
    let values = values(arguments).unwrap_or_default();
    found.push(("sum", values.iter().sum::<f64>().into()));
    found.push(("len", values.len().into()));
    bag(Some(found))
}

/// The line through `values` by least squares: slope and value at 0.
pub(super) fn line(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let middle = (count - 1.0) / 2.0;
    let mean = mean(values);
    let (above, below) = values.iter().enumerate().fold((0.0, 0.0), |(above, below), (at, value)| {
        let off = at as f64 - middle;
        (above + off * (value - mean), below + off * off)
    });
    let slope = if below == 0.0 { 0.0 } else { above / below };
    (slope, mean - slope * middle)
}

fn fit_line(arguments: &[Value]) -> Option<Vec<(&'static str, Json)>> {
    let values = values(arguments).filter(|values| !values.is_empty())?;
    let (slope, start) = line(&values);
    let fitted: Vec<f64> = (0..values.len()).map(|at| start + slope * at as f64).collect();
    let left: Vec<f64> = values.iter().zip(&fitted).map(|(value, fitted)| value - fitted).collect();
    let (all, unexplained) = (variance(&values), variance(&left));
    let explained = if all == 0.0 { 1.0 } else { 1.0 - unexplained / all };
    Some(vec![
        ("rsquare", explained.into()),
        ("slope", slope.into()),
        ("variance", all.into()),
        ("rvariance", unexplained.into()),
        ("interception", start.into()),
        ("line_fit", fitted.into()),
    ])
}

/// The value that so many per cent of `sorted` do not exceed, between neighbours by proportion.
fn percentile(sorted: &[f64], percent: f64) -> f64 {
    let place = percent / 100.0 * (sorted.len().saturating_sub(1)) as f64;
    let (below, above) = (place.floor() as usize, place.ceil() as usize);
    let at = |at: usize| sorted.get(at).copied().unwrap_or_default();
    at(below) + (at(above) - at(below)) * place.fract()
}

/// Tukey's test with fences at the 10th and 90th percentile (or those given): 0 inside of them, outside the distance
/// by the distance between them. Where both are the same, the spread of all values stands for that distance; this is
/// *invented*, as the service does not say.
fn scores(values: &[f64], low: f64, high: f64) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (low, high) = (percentile(&sorted, low), percentile(&sorted, high));
    let spread = high - low;
    let spread = if spread > 1e-9 { spread } else { variance(values).sqrt() / 2.0 };
    let score = |value: &f64| match value {
        _ if spread <= 1e-9 => 0.0,
        value if *value > high => (value - high) / spread,
        value if *value < low => (value - low) / spread,
        _ => 0.0,
    };
    values.iter().map(score).collect()
}

fn outliers(_: &Context, arguments: &[Value]) -> Value {
    let Some(values) = values(arguments) else { return Value::Null };
    let tukey = text(arguments, 1) == "tukey";
    let (low, high) = if tukey { (25.0, 75.0) } else { (10.0, 90.0) };
    let (low, high) = (real(arguments, 3).unwrap_or(low), real(arguments, 4).unwrap_or(high));
    reals(scores(&values, low, high).into_iter().map(Some))
}

/// A series taken apart.
pub(super) struct Parts {
    pub(super) seasonal: Vec<f64>,
    trend: Vec<f64>,
    residual: Vec<f64>,
}

impl Parts {
    fn baseline(&self) -> Vec<f64> {
        self.seasonal.iter().zip(&self.trend).map(|(seasonal, trend)| seasonal + trend).collect()
    }
}

/// The parts as the list that the binder takes apart.
pub(super) fn parts_value(parts: Parts) -> Value {
    let lists = [parts.baseline(), parts.seasonal, parts.trend, parts.residual];
    Value::dynamic(Json::Array(lists.map(Json::from).to_vec()))
}

/// The series at argument 0 with the period at `period`, the trend at `trend` and the number of points at its end that
/// are not looked at at `tested`.
fn decompose(arguments: &[Value], period: usize, trend: usize, tested: usize) -> Option<Parts> {
    let values = values(arguments).filter(|values| !values.is_empty())?;
    let tested = real(arguments, tested).map_or(0, |points| points.max(0.0) as usize);
    Some(decomposed(&values, real(arguments, period), &text(arguments, trend), tested))
}

/// `values` by the period that is asked for (found by itself where that is nothing or -1) and the trend `kind`: `avg`,
/// `linefit` or `none`. The last `tested` points do not count, but are given what the others let expect.
pub(super) fn decomposed(values: &[f64], period: Option<f64>, kind: &str, tested: usize) -> Parts {
    let known = values.get(..values.len().saturating_sub(tested)).unwrap_or_default();
    let trend: Vec<f64> = match kind {
        _ if known.is_empty() => vec![0.0; values.len()],
        "linefit" => {
            let (slope, start) = line(known);
            (0..values.len()).map(|at| start + slope * at as f64).collect()
        }
        "none" => vec![0.0; values.len()],
        _ => vec![mean(known); values.len()],
    };
    let flat: Vec<f64> = values.iter().zip(&trend).map(|(value, trend)| value - trend).collect();
    let flat_known = flat.get(..known.len()).unwrap_or_default();
    let period = match period {
        Some(asked) if asked >= 2.0 => Some(asked as usize),
        Some(asked) if asked >= 0.0 => None,
        _ => found_period(flat_known),
    };
    let seasonal: Vec<f64> = match period.filter(|period| *period <= known.len() / 2) {
        Some(period) => {
            let phase = |phase: usize| {
                let mut same: Vec<f64> = flat_known.iter().skip(phase).step_by(period).copied().collect();
                same.sort_by(f64::total_cmp);
                percentile(&same, 50.0)
            };
            let phases: Vec<f64> = (0..period).map(phase).collect();
            (0..values.len()).map(|at| phases[at % period]).collect()
        }
        None => vec![0.0; values.len()],
    };
    let residual = flat.iter().zip(&seasonal).map(|(value, seasonal)| value - seasonal).collect();
    Parts { seasonal, trend, residual }
}

/// The shift under which a series is most like itself, where it is so at all: a correlation over 0.6. *Invented*: the
/// service does not say how it finds a period.
fn found_period(values: &[f64]) -> Option<usize> {
    let power: f64 = values.iter().map(|value| value * value).sum();
    if power <= 1e-12 || values.len() < 6 {
        return None;
    }
    let likeness = |shift: usize| {
        let both: f64 = values.iter().zip(values.iter().skip(shift)).map(|(a, b)| a * b).sum();
        both / power * values.len() as f64 / (values.len() - shift) as f64
    };
    let mut best: Option<(usize, f64)> = None;
    for shift in 2..=values.len() / 2 {
        let now = likeness(shift);
        if now > 0.6 && best.is_none_or(|(_, known)| now > known + 0.05) {
            best = Some((shift, now));
        }
    }
    best.map(|(shift, _)| shift)
}

fn anomalies(_: &Context, arguments: &[Value]) -> Value {
    let Some(parts) = decompose(arguments, 2, 3, 4) else { return Value::Null };
    let threshold = real(arguments, 1).unwrap_or(1.5);
    let (low, high) = if text(arguments, 5) == "tukey" { (25.0, 75.0) } else { (10.0, 90.0) };
    let scores = scores(&parts.residual, low, high);
    let flag = |score: &f64| {
        let beyond = score.abs() >= threshold;
        if beyond { if *score > 0.0 { 1 } else { -1 } } else { 0 }
    };
    let flags: Vec<i64> = scores.iter().map(flag).collect();
    Value::dynamic(json!([flags, scores, parts.baseline()]))
}
