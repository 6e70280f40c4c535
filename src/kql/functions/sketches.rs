//! What digests of `hll` and `tdigest` tell.

use super::arguments::{list, list_value, real};
use super::signature::{DYNAMIC, many, once};
use super::{Accepts, Context, Eval, Example, Function, Nulls, Parameter, Returns, Signature};
use crate::kql::engine::convert::to_json;
use crate::kql::sketch::hll::Hll;
use crate::kql::sketch::tdigest::TDigest;
use crate::kql::types::Type;
use crate::kql::value::Value;
use serde_json::Value as Json;

/// This family.
pub static FUNCTIONS: &[&Function] = &[
    &DCOUNT_HLL,
    &HLL_MERGE,
    &PERCENTILE_TDIGEST,
    &PERCENTILES_ARRAY_TDIGEST,
    &PERCENTRANK_TDIGEST,
    &RANK_TDIGEST,
    &TDIGEST_MERGE,
    &MERGE_TDIGEST,
];

const DIGEST: &[Parameter] = &[once("digest", DYNAMIC)];
const DIGESTS: &[Parameter] = &[once("digest1", DYNAMIC), once("digest2", DYNAMIC), many("digest", DYNAMIC)];
const PERCENT: &[Parameter] = &[once("digest", DYNAMIC), once("percentile", Accepts::Number)];
const PERCENTS: &[Parameter] =
    &[once("digest", DYNAMIC), once("percentile", Accepts::Any), many("percentile", Accepts::Any)];
const VALUE: &[Parameter] = &[once("digest", DYNAMIC), once("value", Accepts::Any)];

row_function!(DCOUNT_HLL, "dcount_hll", DIGEST, Long, "The number of different values in a digest of hll.", "dcount-hll-function",
    "dcount_hll(dynamic([14, [1, 2, 3]]))" => "3", |_, arguments| hll(arguments, 0).map_or(Value::Null, |digest| Value::Long(digest.count())));
row_function!(HLL_MERGE, "hll_merge", DIGESTS, Dynamic, "The digest of all values of several digests of hll.", "hll-merge-function",
    "dcount_hll(hll_merge(dynamic([14, [1, 2]]), dynamic([14, [2, 3]])))" => "3", hll_merge);
row_function!(PERCENTILE_TDIGEST, "percentile_tdigest", PERCENT, Dynamic, "The value of a digest of tdigest that so many per cent do not exceed.", "percentile-tdigest-function",
    "percentile_tdigest(dynamic(['long', [1, 5, 9], [1, 1, 1]]), 50)" => "5", |_, arguments| match (tdigest(arguments, 0), real(arguments, 1)) {
    (Some(digest), Some(percent)) => dynamic_of(&digest.percentile(percent)),
    _ => Value::Null,
});
row_function!(PERCENTILES_ARRAY_TDIGEST, "percentiles_array_tdigest", PERCENTS, Dynamic, "Several percentiles of a digest of tdigest, as a list.", "percentiles-array-tdigest-function",
    "percentiles_array_tdigest(dynamic(['long', [1, 5, 9], [1, 1, 1]]), 0, 100)" => "[1,9]", percentiles);
row_function!(PERCENTRANK_TDIGEST, "percentrank_tdigest", VALUE, Real, "How many per cent of the values of a digest of tdigest lie at a value and below.", "percentrank-tdigest-function",
    "percentrank_tdigest(dynamic(['long', [1, 5], [1, 1]]), 1)" => "50.0", |_, arguments| match (tdigest(arguments, 0), arguments.get(1)) {
    (Some(digest), Some(value)) if digest.weight() > 0 => Value::Real(100.0 * digest.rank(value) as f64 / digest.weight() as f64),
    _ => Value::Null,
});
row_function!(RANK_TDIGEST, "rank_tdigest", VALUE, Real, "How many values of a digest of tdigest lie at a value and below.", "rank-tdigest-function",
    "rank_tdigest(dynamic(['long', [1, 5], [1, 1]]), 4)" => "1.0", |_, arguments| match (tdigest(arguments, 0), arguments.get(1)) {
    (Some(digest), Some(value)) => Value::Real(digest.rank(value) as f64),
    _ => Value::Null,
});
row_function!(TDIGEST_MERGE, "tdigest_merge", DIGESTS, Dynamic, "The digest of all values of several digests of tdigest.", "tdigest-merge-function",
    "percentile_tdigest(tdigest_merge(dynamic(['long', [1], [1]]), dynamic(['long', [5], [1]])), 100)" => "5", tdigest_merge);
row_function!(MERGE_TDIGEST, "merge_tdigest", DIGESTS, Dynamic, "The same as tdigest_merge.", "tdigest-merge-function",
    "percentile_tdigest(merge_tdigest(dynamic(['long', [1], [1]]), dynamic(['long', [5], [1]])), 0)" => "1", tdigest_merge);

fn hll(arguments: &[Value], at: usize) -> Option<Hll> {
    match arguments.get(at)? {
        Value::Dynamic(json) => Hll::from_json(json),
        _ => None,
    }
}

fn tdigest(arguments: &[Value], at: usize) -> Option<TDigest> {
    match arguments.get(at)? {
        Value::Dynamic(json) => TDigest::from_json(json),
        _ => None,
    }
}

fn dynamic_of(value: &Value) -> Value {
    to_json(value).map_or(Value::Null, Value::dynamic)
}

fn hll_merge(_: &Context, arguments: &[Value]) -> Value {
    let Some(mut merged) = hll(arguments, 0) else { return Value::Null };
    (1..arguments.len()).filter_map(|at| hll(arguments, at)).for_each(|digest| merged.merge(&digest));
    merged.to_value()
}

fn tdigest_merge(_: &Context, arguments: &[Value]) -> Value {
    let Some(mut merged) = tdigest(arguments, 0) else { return Value::Null };
    (1..arguments.len()).filter_map(|at| tdigest(arguments, at)).for_each(|digest| merged.merge(&digest));
    merged.to_value()
}

fn percentiles(_: &Context, arguments: &[Value]) -> Value {
    let Some(digest) = tdigest(arguments, 0) else { return Value::Null };
    let listed = list(arguments, 1).map(|percents| percents.iter().filter_map(Json::as_f64).collect());
    let percents: Vec<f64> =
        listed.unwrap_or_else(|| (1..arguments.len()).filter_map(|at| real(arguments, at)).collect());
    list_value(percents.iter().map(|percent| to_json(&digest.percentile(*percent)).unwrap_or(Json::Null)).collect())
}
