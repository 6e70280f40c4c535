//! Percentiles, by nearest rank and exact; the service estimates them for large groups.

use super::{Accepts, Accumulator, Aggregate, Naming, gives_first, once};
use crate::kql::engine::Column;
use crate::kql::engine::order::compare_values;
use crate::kql::types::Type;
use crate::kql::value::Value;
use std::cmp::Ordering;

pub(super) static PERCENTILE: Aggregate = Aggregate {
    name: "percentile",
    signatures: &[gives_first(&[once("value", Accepts::Summable), once("percentile", Accepts::Number)])],
    naming: Naming::PrefixFirstAndSecond("percentile"),
    summary: "the value that so many per cent of the values do not exceed",
    source: "https://learn.microsoft.com/kusto/query/percentiles-aggregation-function",
    start: |types| {
        let ty = types.first().copied().unwrap_or(Type::Real);
        Box::new(Percentile { ty, percent: 50.0, groups: Vec::new() })
    },
};

struct Percentile {
    ty: Type,
    percent: f64,
    groups: Vec<Vec<Value>>,
}

impl Accumulator for Percentile {
    fn update(&mut self, arguments: &[Column], groups: &[u32], group_count: usize) {
        self.groups.resize(group_count, Vec::new());
        let [values, percent] = arguments else { return };
        if let Some(percent) = percent.value(0).as_real() {
            self.percent = percent.clamp(0.0, 100.0);
        }
        for (value, group) in values.values().zip(groups) {
            if !value.is_null() {
                self.groups[*group as usize].push(value);
            }
        }
    }

    fn finish(&mut self, group_count: usize) -> Vec<Column> {
        self.groups.resize(group_count, Vec::new());
        let groups = std::mem::take(&mut self.groups);
        let ranked = groups.into_iter().map(|mut values| {
            values.sort_by(|left, right| compare_values(left, right).unwrap_or(Ordering::Equal));
            let rank = (self.percent / 100.0 * values.len() as f64).ceil() as usize;
            values.get(rank.saturating_sub(1)).cloned().unwrap_or(Value::Null)
        });
        vec![Column::from_values(self.ty, ranked)]
    }
}
