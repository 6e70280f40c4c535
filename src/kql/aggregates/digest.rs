//! Digests of a group's values: `hll` and `tdigest`, and what merges several.

use super::condition::when;
use super::{Accepts, Accumulator, Aggregate, Naming, PREDICATE, Parameter, gives, once, optional};
use crate::kql::engine::{Column, StopFlag};
use crate::kql::sketch::hll::Hll;
use crate::kql::sketch::tdigest::TDigest;
use crate::kql::types::Type;
use crate::kql::value::Value;

const VALUE: Parameter = once("value", Accepts::Any);
const ACCURACY: Parameter = optional("accuracy", Accepts::Integer);
const DIGEST: Parameter = once("digest", Accepts::Only(Type::Dynamic));

pub(super) static HLL: Aggregate = Aggregate {
    name: "hll",
    signatures: &[gives(&[VALUE, ACCURACY], Type::Dynamic)],
    naming: Naming::PrefixAndFirst("hll"),
    summary: "a digest of the different values, for dcount_hll and hll_merge",
    source: "https://learn.microsoft.com/kusto/query/hll-aggregation-function",
    start: hll,
};

pub(super) static HLL_IF: Aggregate = Aggregate {
    name: "hll_if",
    signatures: &[gives(&[VALUE, PREDICATE, ACCURACY], Type::Dynamic)],
    naming: Naming::PrefixAndFirst("hll_if"),
    summary: "a digest of the different values where the predicate is true",
    source: "https://learn.microsoft.com/kusto/query/hll-if-aggregation-function",
    start: |types| when(1, hll, types),
};

pub(super) static HLL_MERGE: Aggregate = Aggregate {
    name: "hll_merge",
    signatures: &[gives(&[DIGEST], Type::Dynamic)],
    naming: Naming::PrefixAndFirst("hll_merge"),
    summary: "the digest of all values of several digests",
    source: "https://learn.microsoft.com/kusto/query/hll-merge-aggregation-function",
    start: |_| Box::new(Counted { merges: true, groups: Vec::new() }),
};

pub(super) static TDIGEST: Aggregate = Aggregate {
    name: "tdigest",
    signatures: &[gives(&[once("value", Accepts::Summable), optional("weight", Accepts::Integer)], Type::Dynamic)],
    naming: Naming::PrefixAndFirst("tdigest"),
    summary: "a digest of how values are spread, for percentile_tdigest and tdigest_merge",
    source: "https://learn.microsoft.com/kusto/query/tdigest-aggregation-function",
    start: |types| {
        let ty = types.first().copied().unwrap_or(Type::Real);
        Box::new(Spread { ty, merges: false, groups: Vec::new() })
    },
};

macro_rules! tdigest_merge {
    ($name:ident, $text:literal) => {
        pub(super) static $name: Aggregate = Aggregate {
            name: $text,
            signatures: &[gives(&[DIGEST], Type::Dynamic)],
            naming: Naming::PrefixAndFirst("merge_tdigests"),
            summary: "the digest of all values of several digests",
            source: "https://learn.microsoft.com/kusto/query/tdigest-merge-aggregation-function",
            start: |_| Box::new(Spread { ty: Type::Real, merges: true, groups: Vec::new() }),
        };
    };
}

tdigest_merge!(TDIGEST_MERGE, "tdigest_merge");
tdigest_merge!(MERGE_TDIGEST, "merge_tdigest");

fn hll(_: &[Type]) -> Box<dyn Accumulator> {
    Box::new(Counted { merges: false, groups: Vec::new() })
}

/// Different values a group, or those of digests.
struct Counted {
    merges: bool,
    groups: Vec<Option<Hll>>,
}

impl Accumulator for Counted {
    fn update(&mut self, arguments: &[Column], groups: &[u32], group_count: usize) {
        self.groups.resize(group_count, None);
        let Some(values) = arguments.first() else { return };
        let accuracy = arguments.get(1).filter(|given| !given.is_empty()).and_then(|given| given.value(0).as_long());
        for (value, group) in values.values().zip(groups) {
            let known = &mut self.groups[*group as usize];
            if !self.merges {
                known.get_or_insert_with(|| Hll::new(accuracy)).add(&value);
            } else if let Some(digest) = json_of(&value).and_then(|json| Hll::from_json(&json)) {
                match known {
                    Some(known) => known.merge(&digest),
                    None => *known = Some(digest),
                }
            }
        }
    }

    fn bytes(&self) -> usize {
        self.groups.iter().flatten().map(Hll::bytes).sum()
    }

    fn finish(&mut self, group_count: usize, stop: &StopFlag) -> Vec<Column> {
        self.groups.resize(group_count, None);
        let digests = stop.watch(std::mem::take(&mut self.groups));
        vec![Column::from_values(
            Type::Dynamic,
            digests.map(|digest| digest.unwrap_or_else(|| Hll::new(None)).to_value()),
        )]
    }
}

/// How the values of a group, or of digests, are spread.
struct Spread {
    ty: Type,
    merges: bool,
    groups: Vec<TDigest>,
}

impl Accumulator for Spread {
    fn update(&mut self, arguments: &[Column], groups: &[u32], group_count: usize) {
        self.groups.resize(group_count, TDigest::new(self.ty));
        let Some(values) = arguments.first() else { return };
        for (at, (value, group)) in values.values().zip(groups).enumerate() {
            let known = &mut self.groups[*group as usize];
            if self.merges {
                if let Some(digest) = json_of(&value).and_then(|json| TDigest::from_json(&json)) {
                    known.merge(&digest);
                }
                continue;
            }
            let weight = arguments.get(1).map_or(Some(1), |weights| weights.value(at).as_long());
            known.add(value, weight.and_then(|weight| u64::try_from(weight).ok()).unwrap_or(0));
        }
    }

    fn bytes(&self) -> usize {
        self.groups.iter().map(TDigest::bytes).sum()
    }

    fn finish(&mut self, group_count: usize, stop: &StopFlag) -> Vec<Column> {
        self.groups.resize(group_count, TDigest::new(self.ty));
        let digests = stop.watch(std::mem::take(&mut self.groups));
        vec![Column::from_values(Type::Dynamic, digests.map(TDigest::to_value))]
    }
}

fn json_of(value: &Value) -> Option<std::sync::Arc<serde_json::Value>> {
    match value {
        Value::Dynamic(json) => Some(std::sync::Arc::clone(json)),
        _ => None,
    }
}
