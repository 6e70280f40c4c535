//! How two values vary together, and the bits that all values have.

use super::condition::when;
use super::{Accepts, Accumulator, Aggregate, Naming, PREDICATE, Parameter, Signature, gives, gives_first, once};
use crate::kql::engine::convert::widened;
use crate::kql::engine::{Column, StopFlag};
use crate::kql::types::Type;

const NUMBER: Accepts = Accepts::Number;
const PAIR: &[Signature] = &[gives(&[once("value1", NUMBER), once("value2", NUMBER)], Type::Real)];
const PAIR_IF: &[Signature] = &[gives(&[once("value1", NUMBER), once("value2", NUMBER), PREDICATE], Type::Real)];

macro_rules! covariance {
    ($name:ident, $if_name:ident, $text:literal, $if_text:literal, $summary:literal, $sample:literal) => {
        pub(super) static $name: Aggregate = Aggregate {
            name: $text,
            signatures: PAIR,
            naming: Naming::PrefixAndFirst($text),
            summary: $summary,
            source: concat!("https://learn.microsoft.com/kusto/query/", $text, "-aggregation-function"),
            start: |_| Box::new(Covariance { sample: $sample, groups: Vec::new() }),
        };
        pub(super) static $if_name: Aggregate = Aggregate {
            name: $if_text,
            signatures: PAIR_IF,
            naming: Naming::PrefixAndFirst($if_text),
            summary: concat!($summary, ", where the predicate is true"),
            source: concat!("https://learn.microsoft.com/kusto/query/", $if_text, "-aggregation-function"),
            start: |types| when(2, $name.start, types),
        };
    };
}

covariance!(COVARIANCE, COVARIANCE_IF, "covariance", "covarianceif", "how two values of a sample vary together", true);
covariance!(
    COVARIANCE_P,
    COVARIANCE_P_IF,
    "covariancep",
    "covariancepif",
    "how two values of a population vary together",
    false
);

#[derive(Clone, Copy, Default)]
struct Moments {
    count: f64,
    means: (f64, f64),
    product: f64,
}

struct Covariance {
    sample: bool,
    groups: Vec<Moments>,
}

impl Accumulator for Covariance {
    fn update(&mut self, arguments: &[Column], groups: &[u32], group_count: usize) {
        self.groups.resize(group_count, Moments::default());
        let [left, right, ..] = arguments else { return };
        let (left, right) = (widened(left, Type::Real), widened(right, Type::Real));
        let pairs = left.view::<f64>().iter().zip(right.view::<f64>().iter());
        for ((left, right), group) in pairs.zip(groups) {
            if let (Some(left), Some(right)) = (left, right) {
                let known = &mut self.groups[*group as usize];
                known.count += 1.0;
                let off = left - known.means.0;
                known.means.0 += off / known.count;
                known.means.1 += (right - known.means.1) / known.count;
                known.product += off * (right - known.means.1);
            }
        }
    }

    fn finish(&mut self, group_count: usize, _: &StopFlag) -> Vec<Column> {
        self.groups.resize(group_count, Moments::default());
        let measure = |moments: &Moments| {
            let degrees = moments.count - f64::from(u8::from(self.sample));
            if degrees > 0.0 { moments.product / degrees } else { 0.0 }
        };
        vec![Column::from_natives(Type::Real, self.groups.iter().map(measure).collect(), None)]
    }
}

const WHOLE: Parameter = once("value", Accepts::Only(Type::Long));

macro_rules! bits {
    ($name:ident, $text:literal, $summary:literal, $combine:expr) => {
        pub(super) static $name: Aggregate = Aggregate {
            name: $text,
            signatures: &[gives_first(&[WHOLE])],
            naming: Naming::FirstArgument,
            summary: $summary,
            source: concat!("https://learn.microsoft.com/kusto/query/", $text, "-aggregation-function"),
            start: |_| Box::new(Bits { combine: $combine, groups: Vec::new() }),
        };
    };
}

bits!(BINARY_ALL_AND, "binary_all_and", "the bits that all values have", |a, b| a & b);
bits!(BINARY_ALL_OR, "binary_all_or", "the bits that any value has", |a, b| a | b);
bits!(BINARY_ALL_XOR, "binary_all_xor", "the bits that an odd number of values have", |a, b| a ^ b);

struct Bits {
    combine: fn(i64, i64) -> i64,
    groups: Vec<Option<i64>>,
}

impl Accumulator for Bits {
    fn update(&mut self, arguments: &[Column], groups: &[u32], group_count: usize) {
        self.groups.resize(group_count, None);
        let Some(values) = arguments.first() else { return };
        for (value, group) in values.view::<i64>().iter().zip(groups) {
            let known = &mut self.groups[*group as usize];
            *known = match (*known, value) {
                (Some(known), Some(value)) => Some((self.combine)(known, value)),
                (known, value) => known.or(value),
            };
        }
    }

    fn finish(&mut self, group_count: usize, _: &StopFlag) -> Vec<Column> {
        self.groups.resize(group_count, None);
        vec![Column::from_options(Type::Long, std::mem::take(&mut self.groups))]
    }
}
