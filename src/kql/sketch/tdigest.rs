//! T-digest: how values are spread, more exact at the ends. Few values are kept as they are, so that a percentile of
//! them is one of them; many are merged with their neighbours. How the service stores a digest is not documented, so
//! that one of its own is not read here.
//! <https://learn.microsoft.com/kusto/query/tdigest-aggregation-function>

use crate::kql::engine::convert::to_json;
use crate::kql::engine::order::compare_values;
use crate::kql::format;
use crate::kql::types::Type;
use crate::kql::value::Value;
use serde_json::{Value as Json, json};
use std::cmp::Ordering;

/// How many points are kept before neighbours are merged.
const POINTS_MAX: usize = 2_000;
/// About how many are left then.
const POINTS_LEFT: f64 = 1_000.0;

/// A digest of values of one type.
#[derive(Clone, Debug)]
pub struct TDigest {
    ty: Type,
    /// Values and how much each weighs; in order after [`TDigest::sort`].
    points: Vec<(Value, u64)>,
}

impl TDigest {
    /// No values yet, of type `ty`.
    pub fn new(ty: Type) -> Self {
        Self { ty, points: Vec::new() }
    }

    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.points.len() * size_of::<(Value, u64)>()
    }

    /// Takes a value that counts `weight` times; null is none.
    pub fn add(&mut self, value: Value, weight: u64) {
        let is_number = value.as_real().is_none_or(f64::is_finite);
        if !value.is_null() && weight > 0 && is_number {
            self.points.push((value, weight));
            if self.points.len() > 2 * POINTS_MAX {
                self.compress();
            }
        }
    }

    /// Takes all values of another digest.
    pub fn merge(&mut self, other: &Self) {
        if self.points.is_empty() {
            self.ty = other.ty;
        }
        for (value, weight) in &other.points {
            self.add(format::convert(value, self.ty), *weight);
        }
    }

    fn sort(&mut self) {
        self.points.sort_by(|(left, _), (right, _)| compare_values(left, right).unwrap_or(Ordering::Equal));
    }

    /// Merges neighbours whose places are near, the ends last.
    fn compress(&mut self) {
        self.sort();
        let all: f64 = self.points.iter().map(|(_, weight)| *weight as f64).sum();
        let place = |rank: f64| POINTS_LEFT / std::f64::consts::TAU * (2.0 * rank / all - 1.0).clamp(-1.0, 1.0).asin();
        let mut merged: Vec<(Value, u64)> = Vec::with_capacity(POINTS_LEFT as usize);
        let (mut before, mut open) = (0.0, 0.0);
        for (value, weight) in std::mem::take(&mut self.points) {
            let end = before + open + weight as f64;
            match merged.last_mut() {
                Some((mean, known)) if place(end) - place(before) <= 1.0 => {
                    *mean = middle((mean, *known), (&value, weight));
                    *known = known.saturating_add(weight);
                    open += weight as f64;
                }
                _ => {
                    before += open;
                    open = weight as f64;
                    merged.push((value, weight));
                }
            }
        }
        self.points = merged;
    }

    /// The value that `percent` of the weight does not exceed; null where there is none.
    pub fn percentile(&self, percent: f64) -> Value {
        let wanted = percent.clamp(0.0, 100.0) / 100.0 * self.weight() as f64;
        let wanted = (wanted.ceil() as u64).max(1);
        let mut met = 0_u64;
        for (at, (value, weight)) in self.points.iter().enumerate() {
            let before = met;
            met = met.saturating_add(*weight);
            if met >= wanted && *weight > 1 {
                return self.between(at, before, wanted);
            }
            if met >= wanted {
                return value.clone();
            }
        }
        self.points.last().map_or(Value::Null, |(value, _)| value.clone())
    }

    /// The value at rank `wanted` in the merged point at `at`, before which lies the weight `before`: on the way from
    /// its middle to that of its neighbour.
    fn between(&self, at: usize, before: u64, wanted: u64) -> Value {
        let Some((value, weight)) = self.points.get(at) else { return Value::Null };
        // Twice the rank of each middle, so that halves stay whole.
        let (middle_here, wanted) = (2 * before + weight, 2 * wanted);
        let neighbour = if wanted > middle_here { at.checked_add(1) } else { at.checked_sub(1) };
        let Some((other, other_weight)) = neighbour.and_then(|at| self.points.get(at)) else { return value.clone() };
        let (off, apart) = (wanted.abs_diff(middle_here), weight + other_weight);
        middle((value, apart.saturating_sub(off)), (other, off))
    }

    /// How much weight lies at `value` and below.
    pub fn rank(&self, value: &Value) -> u64 {
        let value = format::convert(value, self.ty);
        let below = |(known, _): &&(Value, u64)| compare_values(known, &value).is_some_and(Ordering::is_le);
        self.points.iter().filter(below).fold(0, |sum, (_, weight)| sum.saturating_add(*weight))
    }

    /// The weight of all values.
    pub fn weight(&self) -> u64 {
        self.points.iter().fold(0, |sum, (_, weight)| sum.saturating_add(*weight))
    }

    /// The digest as a dynamic.
    pub fn to_value(mut self) -> Value {
        if self.points.len() > POINTS_MAX {
            self.compress();
        }
        self.sort();
        let values: Vec<Json> = self.points.iter().filter_map(|(value, _)| to_json(value)).collect();
        let weights: Vec<u64> = self.points.iter().map(|(_, weight)| *weight).collect();
        Value::dynamic(json!([self.ty.name(), values, weights]))
    }

    /// The digest that `json` is; nothing for anything else.
    pub fn from_json(json: &Json) -> Option<Self> {
        let [ty, values, weights] = json.as_array()?.as_slice() else { return None };
        let mut read = Self::new(Type::from_name(ty.as_str()?).filter(|ty| ty.is_summable())?);
        let (values, weights) = (values.as_array()?, weights.as_array()?);
        if values.len() != weights.len() {
            return None;
        }
        for (value, weight) in values.iter().zip(weights) {
            let value = format::convert(&Value::dynamic(value.clone()), read.ty);
            read.points
                .push((Some(value).filter(|value| !value.is_null())?, weight.as_u64().filter(|weight| *weight > 0)?));
        }
        read.sort();
        Some(read)
    }
}

/// The mean of two weighted values of one type.
fn middle((left, left_weight): (&Value, u64), (right, right_weight): (&Value, u64)) -> Value {
    let whole = |left: i64, right: i64| {
        let sum = i128::from(left) * i128::from(left_weight) + i128::from(right) * i128::from(right_weight);
        (sum / (i128::from(left_weight) + i128::from(right_weight)).max(1)) as i64
    };
    match (left, right) {
        (Value::DateTime(left), Value::DateTime(right)) => Value::DateTime(whole(*left, *right)),
        (Value::TimeSpan(left), Value::TimeSpan(right)) => Value::TimeSpan(whole(*left, *right)),
        (Value::Long(left), Value::Long(right)) => Value::Long(whole(*left, *right)),
        (Value::Int(left), Value::Int(right)) => Value::Int(whole(i64::from(*left), i64::from(*right)) as i32),
        _ => {
            let (low, high) = (left.as_real().unwrap_or_default(), right.as_real().unwrap_or_default());
            let share = right_weight as f64 / (left_weight as f64 + right_weight as f64);
            let mean = Value::Real(low + (high - low) * share);
            left.ty().map_or(Value::Null, |ty| format::convert(&mean, ty))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: impl Iterator<Item = i64>) -> TDigest {
        let mut digest = TDigest::new(Type::Long);
        values.for_each(|value| digest.add(Value::Long(value), 1));
        digest
    }

    fn stored(digest: TDigest) -> TDigest {
        let Value::Dynamic(json) = digest.to_value() else { panic!("a digest is a dynamic") };
        TDigest::from_json(&json).unwrap()
    }

    #[test]
    fn percentiles_of_few_are_values_and_of_many_are_near() {
        let few = stored(of([30, 10, 20].into_iter()));
        for (percent, value) in [(0.0, 10), (33.0, 10), (34.0, 20), (100.0, 30)] {
            assert_eq!(few.percentile(percent), Value::Long(value), "{percent}");
        }
        let many = stored(of((0..100_000).map(|at| at * 7_919 % 100_000)));
        for percent in [0.1, 1.0, 50.0, 95.0, 99.0, 99.9] {
            let found = many.percentile(percent).as_long().unwrap();
            let off = (found as f64 / 1_000.0 - percent).abs();
            assert!(off < 0.5, "{percent}: {found}");
        }
        assert_eq!(many.weight(), 100_000);
        assert!(many.points.len() <= POINTS_MAX);
        assert_eq!(TDigest::new(Type::Long).percentile(50.0), Value::Null);
    }

    #[test]
    fn merging_counts_the_values_of_both_and_ranks_are_counts() {
        let mut merged = of(0..100);
        merged.merge(&of(100..200));
        let merged = stored(merged);
        assert_eq!(merged.weight(), 200);
        assert_eq!(merged.percentile(50.0), Value::Long(99));
        assert_eq!(
            (merged.rank(&Value::Long(49)), merged.rank(&Value::Long(-1)), merged.rank(&Value::Long(500))),
            (50, 0, 200)
        );
    }

    #[test]
    fn what_is_no_digest_is_none() {
        for other in [
            json!(null),
            json!([]),
            json!(["long", [1], []]),
            json!(["string", ["a"], [1]]),
            json!(["long", ["x"], [1]]),
        ] {
            assert!(TDigest::from_json(&other).is_none(), "{other}");
        }
    }
}
