//! How many rows, and how many different values.

use super::condition::when;
use super::{Accepts, Accumulator, Aggregate, Naming, PREDICATE, Parameter, Signature, gives, once, optional};
use crate::kql::engine::group::{Pairs, ValueIds};
use crate::kql::engine::{Column, StopFlag};
use crate::kql::types::Type;

pub(super) static COUNT: Aggregate = Aggregate {
    name: "count",
    signatures: &[gives(&[optional("value", Accepts::Any)], Type::Long)],
    naming: Naming::PrefixAndFirst("count"),
    summary: "the number of rows, nulls included",
    source: "https://learn.microsoft.com/kusto/query/count-aggregation-function",
    start: rows,
};

pub(super) static COUNT_IF: Aggregate = Aggregate {
    name: "countif",
    signatures: &[gives(&[PREDICATE], Type::Long)],
    naming: Naming::PrefixAndFirst("countif"),
    summary: "the number of rows where the predicate is true",
    source: "https://learn.microsoft.com/kusto/query/countif-aggregation-function",
    start: |types| when(0, rows, types),
};

const DISTINCT: &[Parameter] = &[once("value", Accepts::Any), optional("accuracy", Accepts::Integer)];
const DISTINCT_IF: &[Parameter] = &[once("value", Accepts::Any), PREDICATE, optional("accuracy", Accepts::Integer)];
const DCOUNT_SIGNATURES: &[Signature] = &[gives(DISTINCT, Type::Long)];

pub(super) static DCOUNT: Aggregate = Aggregate {
    name: "dcount",
    signatures: DCOUNT_SIGNATURES,
    naming: Naming::PrefixAndFirst("dcount"),
    summary: "the number of different values; exact here, an estimate in the service",
    source: "https://learn.microsoft.com/kusto/query/dcount-aggregation-function",
    start: distinct,
};

pub(super) static DCOUNT_IF: Aggregate = Aggregate {
    name: "dcountif",
    signatures: &[gives(DISTINCT_IF, Type::Long)],
    naming: Naming::PrefixAndFirst("dcountif"),
    summary: "the number of different values where the predicate is true; exact here, an estimate in the service",
    source: "https://learn.microsoft.com/kusto/query/dcountif-aggregation-function",
    start: |types| when(1, distinct, types),
};

pub(super) static COUNT_DISTINCT: Aggregate = Aggregate {
    name: "count_distinct",
    signatures: &[gives(&[once("value", Accepts::Any)], Type::Long)],
    naming: Naming::PrefixAndFirst("count_distinct"),
    summary: "the number of different values, exact",
    source: "https://learn.microsoft.com/kusto/query/count-distinct-aggregation-function",
    start: distinct,
};

pub(super) static COUNT_DISTINCT_IF: Aggregate = Aggregate {
    name: "count_distinctif",
    signatures: &[gives(&[once("value", Accepts::Any), PREDICATE], Type::Long)],
    naming: Naming::PrefixAndFirst("count_distinctif"),
    summary: "the number of different values where the predicate is true, exact",
    source: "https://learn.microsoft.com/kusto/query/count-distinctif-aggregation-function",
    start: |types| when(1, distinct, types),
};

fn rows(_: &[Type]) -> Box<dyn Accumulator> {
    Box::new(Count::default())
}

#[derive(Default)]
struct Count(Vec<i64>);

impl Accumulator for Count {
    fn update(&mut self, _: &[Column], groups: &[u32], group_count: usize) {
        self.0.resize(group_count, 0);
        for group in groups {
            self.0[*group as usize] += 1;
        }
    }

    fn finish(&mut self, group_count: usize, _: &StopFlag) -> Vec<Column> {
        self.0.resize(group_count, 0);
        vec![Column::from_natives(Type::Long, std::mem::take(&mut self.0), None)]
    }
}

/// Different values a group; nulls do not count.
struct Distinct {
    ids: ValueIds,
    seen: Pairs,
    counts: Vec<i64>,
}

fn distinct(types: &[Type]) -> Box<dyn Accumulator> {
    let ty = types.first().copied().unwrap_or(Type::Long);
    Box::new(Distinct { ids: ValueIds::new(ty), seen: Pairs::default(), counts: Vec::new() })
}

impl Accumulator for Distinct {
    fn update(&mut self, arguments: &[Column], groups: &[u32], group_count: usize) {
        self.counts.resize(group_count, 0);
        let Some(values) = arguments.first() else { return };
        for (at, (id, group)) in self.ids.assign(values).into_iter().zip(groups).enumerate() {
            if !values.is_null(at) && self.seen.assign(*group, id).1 {
                self.counts[*group as usize] += 1;
            }
        }
    }

    fn bytes(&self) -> usize {
        self.ids.bytes() + self.seen.bytes()
    }

    fn finish(&mut self, group_count: usize, _: &StopFlag) -> Vec<Column> {
        self.counts.resize(group_count, 0);
        vec![Column::from_natives(Type::Long, std::mem::take(&mut self.counts), None)]
    }
}
