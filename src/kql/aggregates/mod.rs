//! Every aggregate: one static each, read by the binder, the engine, the editor and the tests.

mod collect;
mod condition;
mod count;
mod digest;
mod extreme;
mod rank;
mod schema;
mod sum;
mod together;

pub use rank::SEVERAL;

use super::engine::{Column, StopFlag};
use super::functions::{Accepts, Occurs, Parameter, Returns, Signature};
use super::types::Type;

/// All aggregates.
static AGGREGATES: &[&Aggregate] = &[
    &count::COUNT,
    &count::COUNT_DISTINCT,
    &count::COUNT_DISTINCT_IF,
    &count::COUNT_IF,
    &count::DCOUNT,
    &count::DCOUNT_IF,
    &sum::AVG,
    &sum::AVG_IF,
    &sum::STDEV,
    &sum::STDEV_IF,
    &sum::STDEV_P,
    &sum::SUM,
    &sum::SUM_IF,
    &sum::VARIANCE,
    &sum::VARIANCE_IF,
    &sum::VARIANCE_P,
    &sum::VARIANCE_P_IF,
    &together::BINARY_ALL_AND,
    &together::BINARY_ALL_OR,
    &together::BINARY_ALL_XOR,
    &together::COVARIANCE,
    &together::COVARIANCE_IF,
    &together::COVARIANCE_P,
    &together::COVARIANCE_P_IF,
    &extreme::ANY,
    &extreme::ANY_IF,
    &extreme::ARG_MAX_OLD,
    &extreme::ARG_MIN_OLD,
    &extreme::ARG_MAX,
    &extreme::ARG_MIN,
    &extreme::MAX,
    &extreme::MAX_IF,
    &extreme::MIN,
    &extreme::MIN_IF,
    &extreme::TAKE_ANY,
    &extreme::TAKE_ANY_IF,
    &collect::MAKE_BAG,
    &collect::MAKE_BAG_IF,
    &collect::MAKE_BAG_OLD,
    &collect::MAKE_LIST,
    &collect::MAKE_LIST_IF,
    &collect::MAKE_LIST_OLD,
    &collect::MAKE_LIST_WITH_NULLS,
    &collect::MAKE_SET,
    &collect::MAKE_SET_IF,
    &collect::MAKE_SET_OLD,
    &digest::HLL,
    &digest::HLL_IF,
    &digest::HLL_MERGE,
    &digest::TDIGEST,
    &digest::TDIGEST_MERGE,
    &digest::MERGE_TDIGEST,
    &rank::PERCENTILE,
    &rank::PERCENTILE_WEIGHTED,
    &rank::PERCENTILES_ARRAY,
    &rank::PERCENTILES_WEIGHTED_ARRAY,
    &schema::BUILD_SCHEMA,
];

/// The aggregate called exactly `name`.
pub fn find(name: &str) -> Option<&'static Aggregate> {
    all().find(|aggregate| aggregate.name == name)
}

/// All aggregates.
pub fn all() -> impl Iterator<Item = &'static Aggregate> {
    AGGREGATES.iter().copied()
}

/// An aggregate function of `summarize`.
#[derive(Debug)]
pub struct Aggregate {
    /// Its name.
    pub name: &'static str,
    /// Ways to call it; see [`super::functions`].
    pub signatures: &'static [Signature],
    /// How the column is called when the query does not say.
    pub naming: Naming,
    /// What it gives, in one line.
    pub summary: &'static str,
    /// The documentation the behaviour is taken from.
    pub source: &'static str,
    /// Starts an accumulator for all groups; given the types of the arguments.
    pub start: fn(&[Type]) -> Box<dyn Accumulator>,
}

/// The name of a result column that the query leaves unnamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// The prefix, `_`, and the first argument's column name, or nothing where it is not a column: `sum_Size`, `count_`.
    PrefixAndFirst(&'static str),
    /// The names of the arguments themselves: `arg_max(a, b)` gives `a`, `b`.
    Arguments,
    /// The name of the first argument, which alone is given: `take_anyif(a, b)` gives `a`.
    FirstArgument,
    /// The prefix, the first argument's column name and the second, a constant: `percentile_Size_95`.
    PrefixFirstAndSecond(&'static str),
    /// The same with the last argument: `percentile_Size_95` of a weighted percentile.
    PrefixFirstAndLast(&'static str),
}

/// The state of one aggregate call over all groups of a `summarize`.
pub trait Accumulator: Send {
    /// Takes a batch: row `i` of each argument column belongs to group `groups[i]`, and `groups[i] < group_count`.
    /// Groups not seen before start empty.
    fn update(&mut self, arguments: &[Column], groups: &[u32], group_count: usize);

    /// About how many bytes all groups take, where that grows with the values and not only with the groups.
    fn bytes(&self) -> usize {
        0
    }

    /// Gives the output columns, as many as [`super::plan::AggregateCall::outputs`], each of `group_count` rows; fewer once
    /// `stop` is set, see [`StopFlag::watch`].
    fn finish(&mut self, group_count: usize, stop: &StopFlag) -> Vec<Column>;
}

/// A parameter given once.
const fn once(name: &'static str, accepts: Accepts) -> Parameter {
    Parameter { name, accepts, occurs: Occurs::Once }
}

/// A parameter that may be left out.
const fn optional(name: &'static str, accepts: Accepts) -> Parameter {
    Parameter { name, accepts, occurs: Occurs::Optional }
}

/// A parameter given any number of times.
const fn many(name: &'static str, accepts: Accepts) -> Parameter {
    Parameter { name, accepts, occurs: Occurs::Many }
}

/// The condition of an `…if` form.
const PREDICATE: Parameter = once("predicate", Accepts::Only(Type::Bool));

const fn gives(parameters: &'static [Parameter], ty: Type) -> Signature {
    Signature { parameters, returns: Returns::Only(ty) }
}

const fn gives_first(parameters: &'static [Parameter]) -> Signature {
    Signature { parameters, returns: Returns::Argument(0) }
}

#[cfg(test)]
mod tests;
