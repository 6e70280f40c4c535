//! Percentiles, by nearest rank and exact; the service estimates them for large groups. `percentiles` and
//! `percentilesw` are taken apart by the binder, a call for each percentile.

use super::{Accepts, Accumulator, Aggregate, Naming, Parameter, gives, gives_first, many, once};
use crate::kql::engine::convert::to_json;
use crate::kql::engine::order::compare_values;
use crate::kql::engine::sorting::{Comparison, Sorting};
use crate::kql::engine::{Column, StopFlag};
use crate::kql::types::Type;
use crate::kql::value::Value;
use serde_json::Value as Json;
use std::cmp::Ordering;
use std::sync::Arc;

const SOURCE: &str = "https://learn.microsoft.com/kusto/query/percentiles-aggregation-function";
const VALUE: Parameter = once("value", Accepts::Summable);
const WEIGHT: Parameter = once("weight", Accepts::Integer);
const PERCENT: Parameter = once("percentile", Accepts::Number);
const PERCENTS: Parameter = many("percentile", Accepts::Number);

pub(super) static PERCENTILE: Aggregate = Aggregate {
    name: "percentile",
    signatures: &[gives_first(&[VALUE, PERCENT])],
    naming: Naming::PrefixFirstAndSecond("percentile"),
    summary: "the value that so many per cent of the values do not exceed",
    source: SOURCE,
    start: |types| start(types, false, false),
};

pub(super) static PERCENTILE_WEIGHTED: Aggregate = Aggregate {
    name: "percentilew",
    signatures: &[gives_first(&[VALUE, WEIGHT, PERCENT])],
    naming: Naming::PrefixFirstAndLast("percentile"),
    summary: "the value that so many per cent of the values do not exceed, each counted as often as its weight says",
    source: SOURCE,
    start: |types| start(types, true, false),
};

pub(super) static PERCENTILES_ARRAY: Aggregate = Aggregate {
    name: "percentiles_array",
    signatures: &[gives(&[VALUE, PERCENT, PERCENTS], Type::Dynamic)],
    naming: Naming::PrefixAndFirst("percentiles"),
    summary: "several percentiles as an array",
    source: SOURCE,
    start: |types| start(types, false, true),
};

pub(super) static PERCENTILES_WEIGHTED_ARRAY: Aggregate = Aggregate {
    name: "percentilesw_array",
    signatures: &[gives(&[VALUE, WEIGHT, PERCENT, PERCENTS], Type::Dynamic)],
    naming: Naming::PrefixAndFirst("percentiles"),
    summary: "several percentiles of weighted values as an array",
    source: SOURCE,
    start: |types| start(types, true, true),
};

/// The aggregates that give several percentiles a call, and the one that gives each; how many arguments come before
/// the percentiles.
pub static SEVERAL: &[(&str, &str, usize)] = &[("percentiles", "percentile", 1), ("percentilesw", "percentilew", 2)];

fn start(types: &[Type], weighted: bool, as_array: bool) -> Box<dyn Accumulator> {
    let ty = types.first().copied().unwrap_or(Type::Real);
    Box::new(Percentiles { ty, weighted, as_array, percents: Vec::new(), groups: Vec::new() })
}

struct Percentiles {
    ty: Type,
    weighted: bool,
    as_array: bool,
    percents: Vec<f64>,
    /// The values of each group with their weights.
    groups: Vec<Vec<(Value, u64)>>,
}

impl Accumulator for Percentiles {
    fn update(&mut self, arguments: &[Column], groups: &[u32], group_count: usize) {
        self.groups.resize(group_count, Vec::new());
        let Some((values, rest)) = arguments.split_first() else { return };
        let (weights, percents) = match rest.split_first() {
            Some((weights, percents)) if self.weighted => (Some(weights), percents),
            _ => (None, rest),
        };
        if !groups.is_empty() {
            let percent = |column: &Column| column.value(0).as_real().unwrap_or(50.0).clamp(0.0, 100.0);
            self.percents = percents.iter().map(percent).collect();
        }
        for (at, (value, group)) in values.values().zip(groups).enumerate() {
            let weight = weights.map_or(Some(1), |weights| weights.value(at).as_long());
            let weight = weight.and_then(|weight| u64::try_from(weight).ok()).unwrap_or(0);
            if !value.is_null() && weight > 0 {
                self.groups[*group as usize].push((value, weight));
            }
        }
    }

    fn bytes(&self) -> usize {
        self.groups.iter().map(|values| values.capacity() * size_of::<(Value, u64)>()).sum()
    }

    fn finish(&mut self, group_count: usize, stop: &StopFlag) -> Vec<Column> {
        self.groups.resize(group_count, Vec::new());
        let Self { ty, weighted, as_array, percents, groups } = self;
        let sorting = Sorting { stop, cores: 1 };
        for values in stop.watch(&mut *groups).filter(|_| *weighted) {
            let compare: &Comparison<'_> = &|left, right| order(values, left, right);
            let sorted = sorting.sorted(places(values), compare).unwrap_or_default();
            let mut take = |place: u32| std::mem::replace(&mut values[place as usize], (Value::Null, 0));
            *values = stop.watch(sorted).map(&mut take).collect();
        }
        let groups = stop.watch(groups);
        if *as_array {
            let list = |values: &mut Vec<(Value, u64)>| -> Vec<Json> {
                percents
                    .iter()
                    .map(|percent| to_json(&ranked(values, *percent, *weighted, sorting)).unwrap_or(Json::Null))
                    .collect()
            };
            return vec![Column::from_dynamics(groups.map(|values| Some(Arc::new(Json::Array(list(values))))))];
        }
        let percent = percents.first().copied().unwrap_or(50.0);
        vec![Column::from_values(*ty, groups.map(|values| ranked(values, percent, *weighted, sorting)))]
    }
}

fn places(values: &[(Value, u64)]) -> Vec<u32> {
    (0..values.len() as u32).collect()
}

/// By value; what is not a number comes last. Of equals, those met first.
fn order(values: &[(Value, u64)], left: u32, right: u32) -> Ordering {
    let is_nan = |value: &Value| matches!(value, Value::Real(real) if real.is_nan());
    let (one, other) = (&values[left as usize].0, &values[right as usize].0);
    compare_values(one, other).unwrap_or_else(|| is_nan(one).cmp(&is_nan(other))).then(left.cmp(&right))
}

/// The first of `values` in order up to which lies so much of the weight of all. Weighted ones are sorted already; of
/// others, which weigh the same, it is enough to look for one.
fn ranked(values: &[(Value, u64)], percent: f64, weighted: bool, sorting: Sorting<'_>) -> Value {
    let all = sorting.stop.watch(values).fold(0_u64, |sum, (_, weight)| sum.saturating_add(*weight));
    let wanted = ((percent / 100.0 * all as f64).ceil() as u64).max(1);
    if !weighted {
        let compare = |left: u32, right: u32| order(values, left, right);
        let first = sorting.first(places(values), (wanted as usize).min(values.len()), &compare).unwrap_or_default();
        let last = sorting.stop.watch(first).max_by(|left, right| compare(*left, *right));
        return last.map_or(Value::Null, |place| values[place as usize].0.clone());
    }
    let mut met = 0_u64;
    for (value, weight) in sorting.stop.watch(values) {
        met = met.saturating_add(*weight);
        if met >= wanted {
            return value.clone();
        }
    }
    values.last().map_or(Value::Null, |(value, _)| value.clone())
}
