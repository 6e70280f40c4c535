//! Sums, means and spread. Nulls are left out; a sum of nothing is 0, a mean of nothing is not a number.

use super::condition::when;
use super::{Accepts, Accumulator, Aggregate, Naming, PREDICATE, Parameter, Signature, gives, once};
use crate::kql::Decimal;
use crate::kql::engine::convert::widened;
use crate::kql::engine::{Column, StopFlag};
use crate::kql::types::Type;

const LONG: Parameter = once("value", Accepts::Only(Type::Long));
const REAL: Parameter = once("value", Accepts::Only(Type::Real));
const SPAN: Parameter = once("value", Accepts::Only(Type::TimeSpan));
const TIME: Parameter = once("value", Accepts::Only(Type::DateTime));
const DECIMAL: Parameter = once("value", Accepts::Only(Type::Decimal));
const NUMBER: Parameter = once("value", Accepts::Number);

pub(super) static SUM: Aggregate = Aggregate {
    name: "sum",
    signatures: &[
        gives(&[LONG], Type::Long),
        gives(&[REAL], Type::Real),
        gives(&[SPAN], Type::TimeSpan),
        gives(&[DECIMAL], Type::Decimal),
    ],
    naming: Naming::PrefixAndFirst("sum"),
    summary: "the sum; of int it is long",
    source: "https://learn.microsoft.com/kusto/query/sum-aggregation-function",
    start: sum,
};

pub(super) static SUM_IF: Aggregate = Aggregate {
    name: "sumif",
    signatures: &[
        gives(&[LONG, PREDICATE], Type::Long),
        gives(&[REAL, PREDICATE], Type::Real),
        gives(&[SPAN, PREDICATE], Type::TimeSpan),
        gives(&[DECIMAL, PREDICATE], Type::Decimal),
    ],
    naming: Naming::PrefixAndFirst("sumif"),
    summary: "the sum where the predicate is true",
    source: "https://learn.microsoft.com/kusto/query/sumif-aggregation-function",
    start: |types| when(1, sum, types),
};

pub(super) static AVG: Aggregate = Aggregate {
    name: "avg",
    signatures: &[
        gives(&[REAL], Type::Real),
        gives(&[SPAN], Type::TimeSpan),
        gives(&[TIME], Type::DateTime),
        gives(&[DECIMAL], Type::Decimal),
    ],
    naming: Naming::PrefixAndFirst("avg"),
    summary: "the mean",
    source: "https://learn.microsoft.com/kusto/query/avg-aggregation-function",
    start: mean,
};

pub(super) static AVG_IF: Aggregate = Aggregate {
    name: "avgif",
    signatures: &[
        gives(&[REAL, PREDICATE], Type::Real),
        gives(&[SPAN, PREDICATE], Type::TimeSpan),
        gives(&[TIME, PREDICATE], Type::DateTime),
        gives(&[DECIMAL, PREDICATE], Type::Decimal),
    ],
    naming: Naming::PrefixAndFirst("avgif"),
    summary: "the mean where the predicate is true",
    source: "https://learn.microsoft.com/kusto/query/avgif-aggregation-function",
    start: |types| when(1, mean, types),
};

const SPREAD: &[Signature] = &[gives(&[NUMBER], Type::Real)];
const SPREAD_IF: &[Signature] = &[gives(&[NUMBER, PREDICATE], Type::Real)];

macro_rules! spread {
    ($name:ident, $if_name:ident, $text:literal, $if_text:literal, $summary:literal, $kind:expr) => {
        pub(super) static $name: Aggregate = Aggregate {
            name: $text,
            signatures: SPREAD,
            naming: Naming::PrefixAndFirst($text),
            summary: $summary,
            source: concat!("https://learn.microsoft.com/kusto/query/", $text, "-aggregation-function"),
            start: |_| spread($kind),
        };
        pub(super) static $if_name: Aggregate = Aggregate {
            name: $if_text,
            signatures: SPREAD_IF,
            naming: Naming::PrefixAndFirst($if_text),
            summary: concat!($summary, ", where the predicate is true"),
            source: concat!("https://learn.microsoft.com/kusto/query/", $if_text, "-aggregation-function"),
            start: |types| when(1, $name.start, types),
        };
    };
}

spread!(STDEV, STDEV_IF, "stdev", "stdevif", "the standard deviation of a sample", Kind { root: true, sample: true });
spread!(
    VARIANCE,
    VARIANCE_IF,
    "variance",
    "varianceif",
    "the variance of a sample",
    Kind { root: false, sample: true }
);

pub(super) static STDEV_P: Aggregate = Aggregate {
    name: "stdevp",
    signatures: SPREAD,
    naming: Naming::PrefixAndFirst("stdevp"),
    summary: "the standard deviation of a population",
    source: "https://learn.microsoft.com/kusto/query/stdevp-aggregation-function",
    start: |_| spread(Kind { root: true, sample: false }),
};

pub(super) static VARIANCE_P: Aggregate = Aggregate {
    name: "variancep",
    signatures: SPREAD,
    naming: Naming::PrefixAndFirst("variancep"),
    summary: "the variance of a population",
    source: "https://learn.microsoft.com/kusto/query/variancep-aggregation-function",
    start: |_| spread(Kind { root: false, sample: false }),
};

pub(super) static VARIANCE_P_IF: Aggregate = Aggregate {
    name: "variancepif",
    signatures: SPREAD_IF,
    naming: Naming::PrefixAndFirst("variancepif"),
    summary: "the variance of a population where the predicate is true",
    source: "https://learn.microsoft.com/kusto/query/variancepif-aggregation-function",
    start: |types| when(1, VARIANCE_P.start, types),
};

fn sum(types: &[Type]) -> Box<dyn Accumulator> {
    match types.first() {
        Some(Type::Real) => Box::new(RealSum::default()),
        Some(Type::Decimal) => Box::new(DecimalSum { mean: false, sums: Vec::new() }),
        Some(ty @ (Type::TimeSpan | Type::DateTime)) => Box::new(LongSum { ty: *ty, sums: Vec::new() }),
        _ => Box::new(LongSum { ty: Type::Long, sums: Vec::new() }),
    }
}

struct LongSum {
    ty: Type,
    sums: Vec<i64>,
}

impl Accumulator for LongSum {
    fn update(&mut self, arguments: &[Column], groups: &[u32], group_count: usize) {
        self.sums.resize(group_count, 0);
        let Some(values) = arguments.first() else { return };
        let values = if values.ty().is_number() { widened(values, Type::Long) } else { values.clone() };
        for (value, group) in values.view::<i64>().iter().zip(groups) {
            let sum = &mut self.sums[*group as usize];
            *sum = sum.wrapping_add(value.unwrap_or_default());
        }
    }

    fn finish(&mut self, group_count: usize, _: &StopFlag) -> Vec<Column> {
        self.sums.resize(group_count, 0);
        vec![Column::from_natives(self.ty, std::mem::take(&mut self.sums), None)]
    }
}

#[derive(Default)]
struct RealSum(Vec<f64>);

impl Accumulator for RealSum {
    fn update(&mut self, arguments: &[Column], groups: &[u32], group_count: usize) {
        self.0.resize(group_count, 0.0);
        let Some(values) = arguments.first() else { return };
        for (value, group) in widened(values, Type::Real).view::<f64>().iter().zip(groups) {
            self.0[*group as usize] += value.unwrap_or_default();
        }
    }

    fn finish(&mut self, group_count: usize, _: &StopFlag) -> Vec<Column> {
        self.0.resize(group_count, 0.0);
        vec![Column::from_natives(Type::Real, std::mem::take(&mut self.0), None)]
    }
}

/// The sum of decimals or their mean; null where it leaves the range, and the mean of nothing.
struct DecimalSum {
    mean: bool,
    sums: Vec<(Option<Decimal>, i64)>,
}

impl Accumulator for DecimalSum {
    fn update(&mut self, arguments: &[Column], groups: &[u32], group_count: usize) {
        self.sums.resize(group_count, (Some(Decimal::default()), 0));
        let Some(values) = arguments.first() else { return };
        for (value, group) in widened(values, Type::Decimal).view::<Decimal>().iter().zip(groups) {
            if let Some(value) = value {
                let (sum, count) = &mut self.sums[*group as usize];
                *sum = sum.and_then(|sum| sum.plus(value));
                *count += 1;
            }
        }
    }

    fn finish(&mut self, group_count: usize, _: &StopFlag) -> Vec<Column> {
        self.sums.resize(group_count, (Some(Decimal::default()), 0));
        let result = |(sum, count): (Option<Decimal>, i64)| {
            if self.mean { sum?.over(Decimal::from(count)) } else { sum }
        };
        vec![Column::from_options(Type::Decimal, std::mem::take(&mut self.sums).into_iter().map(result))]
    }
}

fn mean(types: &[Type]) -> Box<dyn Accumulator> {
    if types.first() == Some(&Type::Decimal) {
        return Box::new(DecimalSum { mean: true, sums: Vec::new() });
    }
    let ty = types.first().copied().filter(|ty| !ty.is_number()).unwrap_or(Type::Real);
    Box::new(Mean { ty, sums: Vec::new() })
}

/// Ticks are summed wide, so that instants do not overflow.
struct Mean {
    ty: Type,
    sums: Vec<(i128, f64, i64)>,
}

impl Accumulator for Mean {
    fn update(&mut self, arguments: &[Column], groups: &[u32], group_count: usize) {
        self.sums.resize(group_count, (0, 0.0, 0));
        let Some(values) = arguments.first() else { return };
        if self.ty == Type::Real {
            for (value, group) in widened(values, Type::Real).view::<f64>().iter().zip(groups) {
                if let Some(value) = value {
                    let (_, sum, count) = &mut self.sums[*group as usize];
                    *sum += value;
                    *count += 1;
                }
            }
        } else {
            for (value, group) in values.view::<i64>().iter().zip(groups) {
                if let Some(value) = value {
                    let (sum, _, count) = &mut self.sums[*group as usize];
                    *sum += i128::from(value);
                    *count += 1;
                }
            }
        }
    }

    fn finish(&mut self, group_count: usize, _: &StopFlag) -> Vec<Column> {
        self.sums.resize(group_count, (0, 0.0, 0));
        let sums = std::mem::take(&mut self.sums);
        vec![if self.ty == Type::Real {
            let means = sums.iter().map(|(_, sum, count)| if *count == 0 { f64::NAN } else { sum / *count as f64 });
            Column::from_natives(Type::Real, means.collect(), None)
        } else {
            let means = sums.iter().map(|(sum, _, count)| Some(sum.checked_div(i128::from(*count))? as i64));
            Column::from_options(self.ty, means)
        }]
    }
}

/// Which measure of spread.
#[derive(Clone, Copy)]
struct Kind {
    /// The root of it.
    root: bool,
    /// Of a sample, not of a population.
    sample: bool,
}

fn spread(kind: Kind) -> Box<dyn Accumulator> {
    Box::new(Spread { kind, moments: Vec::new() })
}

/// Running moments after Welford: they do not lose digits where the mean is large.
struct Spread {
    kind: Kind,
    moments: Vec<Moments>,
}

#[derive(Clone, Copy, Default)]
struct Moments {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Accumulator for Spread {
    fn update(&mut self, arguments: &[Column], groups: &[u32], group_count: usize) {
        self.moments.resize(group_count, Moments::default());
        let Some(values) = arguments.first() else { return };
        for (value, group) in widened(values, Type::Real).view::<f64>().iter().zip(groups) {
            if let Some(value) = value {
                let moments = &mut self.moments[*group as usize];
                moments.count += 1.0;
                let off = value - moments.mean;
                moments.mean += off / moments.count;
                moments.squares += off * (value - moments.mean);
            }
        }
    }

    fn finish(&mut self, group_count: usize, _: &StopFlag) -> Vec<Column> {
        self.moments.resize(group_count, Moments::default());
        let Kind { root, sample } = self.kind;
        let measure = |moments: &Moments| {
            let degrees = moments.count - f64::from(u8::from(sample));
            let variance = if degrees > 0.0 { moments.squares / degrees } else { 0.0 };
            let variance = ten_decimals(variance);
            if root { variance.sqrt() } else { variance }
        };
        vec![Column::from_natives(Type::Real, self.moments.iter().map(measure).collect(), None)]
    }
}

/// The service rounds a variance to ten decimals, also under the root: that of 1 to 6 is 2.9166666667.
fn ten_decimals(value: f64) -> f64 {
    let scaled = value * 1e10;
    if scaled.abs() < 9e15 { scaled.round() / 1e10 } else { value }
}
