//! Series as waves and as curves: Fourier transforms, periods, polynomials, two lines, forecasts.

use super::analysis::{decomposed, line, mean, parts_value, values, variance};
use super::arguments::{list, long, real, text};
use super::series::{number, reals};
use super::signature::{DYNAMIC, INTEGER, LONG, STRING, many, once, optional};
use super::{Accepts, Context, Eval, Example, Function, Nulls, Parameter, Returns, Signature};
use crate::kql::types::Type;
use crate::kql::value::Value;
use serde_json::{Map, Value as Json, json};
use std::f64::consts::TAU;

/// This family.
pub static FUNCTIONS: &[&Function] = &[
    &SEASONAL,
    &PERIODS_DETECT,
    &PERIODS_VALIDATE,
    &FORECAST,
    &FIT_2LINES,
    &FIT_2LINES_DYNAMIC,
    &FIT_POLY,
    &FFT,
    &IFFT,
];

const NUMBER: Accepts = Accepts::Number;
const SERIES: &[Parameter] = &[once("series", DYNAMIC)];
const COMPLEX: &[Parameter] = &[once("series", DYNAMIC), optional("series_imaginary", DYNAMIC)];

row_function!(SEASONAL, "series_seasonal", &[once("series", DYNAMIC), optional("period", INTEGER), optional("test_points", INTEGER)], Dynamic,
"What of a series comes again with its period; the period is found where it is not given.",
"series-seasonal-function", "series_seasonal(dynamic([1, 3, 1, 3, 1, 3, 1, 3]), 2)" => "[1.0,3.0,1.0,3.0,1.0,3.0,1.0,3.0]",
|_, arguments| {
    let Some(values) = values(arguments) else { return Value::Null };
    let tested = long(arguments, 2).and_then(|points| usize::try_from(points).ok()).unwrap_or(0);
    let parts = decomposed(&values, real(arguments, 1), "none", tested);
    reals(parts.seasonal.into_iter().map(Some))
});
row_function!(PERIODS_DETECT, "series_periods_detect",
    &[once("series", DYNAMIC), once("min_period", NUMBER), once("max_period", NUMBER), once("num_periods", LONG)], Dynamic,
    "The shifts under which a series is most like itself, with how like it is, 0 to 1.",
    "series-periods-detect-function", "series_periods_detect(dynamic([1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3]), 2, 5, 1)[0]" => "[3.0]",
    detect);
row_function!(PERIODS_VALIDATE, "series_periods_validate",
&[once("series", DYNAMIC), once("period", NUMBER), many("period", NUMBER)], Dynamic,
"How like itself a series is under each shift that is given, 0 to 1.",
"series-periods-validate-function", "series_periods_validate(dynamic([1, 2, 1, 2, 1, 2, 1, 2]), 2)[0]" => "[2.0]",
|_, arguments| {
    let Some(values) = values(arguments) else { return Value::Null };
    let asked: Vec<f64> = (1..arguments.len()).filter_map(|at| real(arguments, at)).collect();
    let scores: Vec<f64> = asked.iter().map(|period| likeness(&values, *period)).collect();
    Value::dynamic(json!([asked, scores]))
});
row_function!(FORECAST, "series_decompose_forecast",
&[once("series", DYNAMIC), once("test_points", INTEGER), optional("period", INTEGER), optional("trend", STRING), optional("seasonality_threshold", NUMBER)], Dynamic,
"What period and trend of a series let expect of its last points, which are not looked at.",
"series-decompose-forecast-function", "series_decompose_forecast(dynamic([1, 2, 1, 2, 1, 2, 0, 0]), 2, 2, 'avg')[0]" => "[1.0,2.0,1.0,2.0,1.0,2.0,1.0,2.0]",
|_, arguments| {
    let Some(values) = values(arguments) else { return Value::Null };
    let tested = long(arguments, 1).and_then(|points| usize::try_from(points).ok()).unwrap_or(0);
    let kind = if arguments.len() > 3 { text(arguments, 3) } else { "linefit".into() };
    parts_value(decomposed(&values, real(arguments, 2), &kind, tested))
});
row_function!(FIT_2LINES, "series_fit_2lines", SERIES, Dynamic, "The two straight lines, one after the other, that are nearest to a series.",
"series-fit-2lines-function", "series_fit_2lines(dynamic([1, 2, 3, 3, 2, 1]))[1]" => "3",
|_, arguments| two_lines(arguments).map_or(Value::Null, |found| {
    Value::dynamic(Json::Array(found.into_iter().map(|(_, value)| value).collect()))
}));
row_function!(FIT_2LINES_DYNAMIC, "series_fit_2lines_dynamic", SERIES, Dynamic, "The two straight lines nearest to a series, as a bag.",
    "series-fit-2lines-dynamic-function", "series_fit_2lines_dynamic(dynamic([1, 2, 3, 3, 2, 1])).split_idx" => "3",
    two_lines_bag);
row_function!(FIT_POLY, "series_fit_poly", &[once("y_series", DYNAMIC), optional("x_series", DYNAMIC), optional("degree", LONG)], Dynamic,
    "The polynomial, of degree 1 unless said, that is nearest to a series; coefficients from the highest power down.",
    "series-fit-poly-function", "array_length(series_fit_poly(dynamic([1, 4, 9, 16]), dynamic([1, 2, 3, 4]), 2)[1])" => "3",
    fit_poly);
row_function!(FFT, "series_fft", COMPLEX, Dynamic, "The Fourier transform of a series: its real and imaginary parts.",
    "series-fft-function", "series_fft(dynamic([1, 1, 1, 1]))[0]" => "[4.0,0.0,0.0,0.0]",
    |_, arguments| transform(arguments, false));
row_function!(IFFT, "series_ifft", COMPLEX, Dynamic, "The series whose Fourier transform is given by its real and imaginary parts.",
    "series-ifft-function", "series_ifft(dynamic([4, 0, 0, 0]))[0]" => "[1.0,1.0,1.0,1.0]",
    |_, arguments| transform(arguments, true));

/// The correlation of a series with itself so many places on, 0 where there is none.
fn likeness(values: &[f64], period: f64) -> f64 {
    let shift = period.round();
    if !(1.0..values.len() as f64).contains(&shift) {
        return 0.0;
    }
    let shift = shift as usize;
    let (early, late) =
        (values.get(..values.len() - shift).unwrap_or_default(), values.get(shift..).unwrap_or_default());
    let (left, right) = (mean(early), mean(late));
    let sums = early.iter().zip(late).fold((0.0, 0.0, 0.0), |(both, a, b), (early, late)| {
        let (early, late) = (early - left, late - right);
        (both + early * late, a + early * early, b + late * late)
    });
    let size = (sums.1 * sums.2).sqrt();
    if size > 1e-12 { (sums.0 / size).clamp(0.0, 1.0) } else { 0.0 }
}

fn detect(_: &Context, arguments: &[Value]) -> Value {
    let (Some(values), Some(low), Some(high)) = (values(arguments), real(arguments, 1), real(arguments, 2)) else {
        return Value::Null;
    };
    let wanted = long(arguments, 3).and_then(|count| usize::try_from(count).ok()).unwrap_or(1);
    let last = (high.min(values.len() as f64 / 2.0).max(0.0)) as usize;
    let first = low.ceil().max(2.0) as usize;
    let scored: Vec<(usize, f64)> = (first..=last).map(|shift| (shift, likeness(&values, shift as f64))).collect();
    // Only what is more like than its neighbours is a period of its own.
    let score = |at: Option<usize>| at.and_then(|at| scored.get(at)).map_or(0.0, |(_, score)| *score);
    let mut peaks: Vec<(usize, f64)> = (0..scored.len())
        .filter(|at| {
            score(Some(*at)) > 0.0
                && score(Some(*at)) >= score(at.checked_sub(1))
                && score(Some(*at)) >= score(Some(at + 1))
        })
        .filter_map(|at| scored.get(at).copied())
        .collect();
    peaks.sort_by(|(_, left), (_, right)| right.total_cmp(left));
    peaks.truncate(wanted);
    let periods: Vec<f64> = peaks.iter().map(|(shift, _)| *shift as f64).collect();
    let scores: Vec<f64> = peaks.iter().map(|(_, score)| *score).collect();
    Value::dynamic(json!([periods, scores]))
}

/// A line through part of a series.
struct Fit {
    slope: f64,
    start: f64,
    variance: f64,
    unexplained: f64,
    fitted: Vec<f64>,
}

impl Fit {
    fn of(values: &[f64]) -> Self {
        let (slope, start) = line(values);
        let fitted: Vec<f64> = (0..values.len()).map(|at| start + slope * at as f64).collect();
        let left: Vec<f64> = values.iter().zip(&fitted).map(|(value, fitted)| value - fitted).collect();
        Self { slope, start, variance: variance(values), unexplained: variance(&left), fitted }
    }

    fn explained(&self) -> f64 {
        explained(self.variance, self.unexplained)
    }
}

fn explained(all: f64, unexplained: f64) -> f64 {
    if all == 0.0 { 1.0 } else { 1.0 - unexplained / all }
}

/// The longest series whose every split is tried; of a longer one only so many splits are.
const SPLITS_MAX: usize = 2_000;

fn two_lines(arguments: &[Value]) -> Option<Vec<(&'static str, Json)>> {
    let values = values(arguments).filter(|values| values.len() >= 4)?;
    let squares = |fit: &Fit| fit.unexplained * (fit.fitted.len().saturating_sub(1)) as f64;
    let step = values.len().div_ceil(SPLITS_MAX).max(1);
    let split = (2..=values.len() - 2).step_by(step).min_by(|left, right| {
        let cost = |at: &usize| {
            let (before, after) = values.split_at(*at);
            squares(&Fit::of(before)) + squares(&Fit::of(after))
        };
        cost(left).total_cmp(&cost(right))
    })?;
    let (before, after) = values.split_at(split);
    let (left, right) = (Fit::of(before), Fit::of(after));
    let fitted: Vec<f64> = left.fitted.iter().chain(&right.fitted).copied().collect();
    let rest: Vec<f64> = values.iter().zip(&fitted).map(|(value, fitted)| value - fitted).collect();
    let (all, unexplained) = (variance(&values), variance(&rest));
    Some(vec![
        ("rsquare", explained(all, unexplained).into()),
        ("split_idx", split.into()),
        ("variance", all.into()),
        ("rvariance", unexplained.into()),
        ("line_fit", fitted.into()),
        ("right_rsquare", right.explained().into()),
        ("right_slope", right.slope.into()),
        ("right_interception", right.start.into()),
        ("right_variance", right.variance.into()),
        ("right_rvariance", right.unexplained.into()),
        ("left_rsquare", left.explained().into()),
        ("left_slope", left.slope.into()),
        ("left_interception", left.start.into()),
        ("left_variance", left.variance.into()),
        ("left_rvariance", left.unexplained.into()),
    ])
}

/// The measures of each side in a bag of its own.
fn two_lines_bag(_: &Context, arguments: &[Value]) -> Value {
    let Some(found) = two_lines(arguments) else { return Value::Null };
    let (mut all, mut left, mut right) = (Map::new(), Map::new(), Map::new());
    for (name, value) in found {
        let (bag, name) = match name.split_once('_') {
            Some(("left", rest)) => (&mut left, rest),
            Some(("right", rest)) => (&mut right, rest),
            _ => (&mut all, name),
        };
        bag.insert(name.to_owned(), value);
    }
    all.insert("right".to_owned(), Json::Object(right));
    all.insert("left".to_owned(), Json::Object(left));
    Value::dynamic(Json::Object(all))
}

/// The highest degree of a polynomial.
const DEGREE_MAX: usize = 5;

fn fit_poly(_: &Context, arguments: &[Value]) -> Value {
    let Some(values) = values(arguments) else { return Value::Null };
    let given = list(arguments, 1).map(|list| list.iter().map(|x| number(x).unwrap_or_default()).collect());
    let places: Vec<f64> = given.unwrap_or_else(|| (0..values.len()).map(|at| at as f64).collect());
    let degree = long(arguments, 2).and_then(|degree| usize::try_from(degree).ok()).unwrap_or(1);
    if values.is_empty() || places.len() != values.len() || !(1..=DEGREE_MAX).contains(&degree) {
        return Value::Null;
    }
    // Powers of centred and scaled places stay near 1, where the equations keep their digits.
    let center = mean(&places);
    let scale = places.iter().map(|x| (x - center).abs()).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    let scaled: Vec<f64> = places.iter().map(|x| (x - center) / scale).collect();
    let Some(solution) = least_squares(&scaled, &values, degree) else { return Value::Null };
    let fitted: Vec<f64> =
        scaled.iter().map(|x| solution.iter().rev().fold(0.0, |sum, factor| sum * x + factor)).collect();
    let rest: Vec<f64> = values.iter().zip(&fitted).map(|(value, fitted)| value - fitted).collect();
    let (all, unexplained) = (variance(&values), variance(&rest));
    let mut factors = vec![0.0; degree + 1];
    for factor in solution.iter().rev() {
        // Horner's scheme over polynomials: times (x - center) / scale, plus the factor.
        let mut next = vec![0.0; degree + 1];
        for (power, known) in factors.iter().enumerate() {
            next[power] -= known * center / scale;
            if let Some(higher) = next.get_mut(power + 1) {
                *higher += known / scale;
            }
        }
        next[0] += factor;
        factors = next;
    }
    factors.reverse();
    Value::dynamic(json!([explained(all, unexplained), factors, all, unexplained, fitted]))
}

/// The factors of the powers from 0 to `degree` for which the squares of what is left are least, by the normal
/// equations; nothing where they have no one solution.
fn least_squares(places: &[f64], values: &[f64], degree: usize) -> Option<Vec<f64>> {
    let count = degree + 1;
    let mut rows: Vec<Vec<f64>> = (0..count)
        .map(|row| {
            let sums = (0..count).map(|column| places.iter().map(|x| x.powi((row + column) as i32)).sum());
            let right = places.iter().zip(values).map(|(x, y)| y * x.powi(row as i32)).sum();
            sums.chain([right]).collect()
        })
        .collect();
    for pivot in 0..count {
        let best = (pivot..count).max_by(|a, b| rows[*a][pivot].abs().total_cmp(&rows[*b][pivot].abs()))?;
        rows.swap(pivot, best);
        let lead = rows.get(pivot)?.clone();
        if lead[pivot].abs() < 1e-12 {
            return None;
        }
        for (_, row) in rows.iter_mut().enumerate().filter(|(at, _)| *at != pivot) {
            let times = row[pivot] / lead[pivot];
            for (cell, lead) in row.iter_mut().zip(&lead) {
                *cell -= times * lead;
            }
        }
    }
    Some((0..count).map(|at| rows[at][count] / rows[at][at]).collect())
}

/// The longest series that is transformed; by the plain sum a longer one of awkward length would take minutes.
const TRANSFORM_MAX: usize = 1 << 16;

fn transform(arguments: &[Value], inverse: bool) -> Value {
    let Some(real) = values(arguments) else { return Value::Null };
    let imaginary = list(arguments, 1).map(|list| list.iter().map(|x| number(x).unwrap_or_default()).collect());
    let mut imaginary: Vec<f64> = imaginary.unwrap_or_default();
    imaginary.resize(real.len(), 0.0);
    if real.len() > TRANSFORM_MAX {
        return Value::Null;
    }
    let sign = if inverse { 1.0 } else { -1.0 };
    let points: Vec<(f64, f64)> = real.into_iter().zip(imaginary).collect();
    let scale = if inverse { points.len().max(1) as f64 } else { 1.0 };
    let (real, imaginary): (Vec<f64>, Vec<f64>) =
        fourier(&points, sign).into_iter().map(|(re, im)| (settled(re / scale), settled(im / scale))).unzip();
    Value::dynamic(json!([real, imaginary]))
}

/// Without the dust that sums of rounded waves leave where 0 is meant.
fn settled(value: f64) -> f64 {
    if value.abs() < 1e-12 { 0.0 } else { value }
}

/// Halves the series as long as it has halves, and sums what is left plainly.
fn fourier(points: &[(f64, f64)], sign: f64) -> Vec<(f64, f64)> {
    let count = points.len();
    let turned =
        |(re, im): (f64, f64), angle: f64| (re * angle.cos() - im * angle.sin(), re * angle.sin() + im * angle.cos());
    if count < 2 || count % 2 == 1 {
        let one = |wave: usize| {
            points.iter().enumerate().fold((0.0, 0.0), |(re, im), (at, point)| {
                let (more_re, more_im) = turned(*point, sign * TAU * ((wave * at) % count) as f64 / count as f64);
                (re + more_re, im + more_im)
            })
        };
        return (0..count).map(one).collect();
    }
    let half = |odd: usize| fourier(&points.iter().skip(odd).step_by(2).copied().collect::<Vec<_>>(), sign);
    let (even, odd) = (half(0), half(1));
    let turned: Vec<(f64, f64)> =
        odd.into_iter().enumerate().map(|(at, point)| turned(point, sign * TAU * at as f64 / count as f64)).collect();
    let sums = even.iter().zip(&turned).map(|(a, b)| (a.0 + b.0, a.1 + b.1));
    let differences = even.iter().zip(&turned).map(|(a, b)| (a.0 - b.0, a.1 - b.1));
    sums.chain(differences).collect()
}
