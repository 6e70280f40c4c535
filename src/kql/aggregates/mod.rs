//! Every aggregate: one static each, read by the binder, the engine, the editor and the tests.

use super::engine::Column;
use super::functions::Signature;
use super::types::Type;

/// All aggregates.
static AGGREGATES: &[&Aggregate] = &[];

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
}

/// The state of one aggregate call over all groups of a `summarize`.
pub trait Accumulator: Send {
    /// Takes a batch: row `i` of each argument column belongs to group `groups[i]`, and `groups[i] < group_count`.
    /// Groups not seen before start empty.
    fn update(&mut self, arguments: &[Column], groups: &[u32], group_count: usize);

    /// Gives the output columns, as many as [`super::plan::AggregateCall::outputs`], each of `group_count` rows.
    fn finish(&mut self, group_count: usize) -> Vec<Column>;
}
