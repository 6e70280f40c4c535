//! Every scalar function and operator: one static each, read by the binder (signatures), the engine (`eval`), the
//! editor and the tests (examples).
//!
//! To add one: a `Function` in the file of its family and its name in that family's list.

/// A function of one signature that is computed a row at a time and gives null for null.
macro_rules! row_function {
    ($name:ident, $text:literal, $parameters:expr, $returns:ident, $summary:literal, $source:literal, $call:literal => $result:literal, $eval:expr) => {
        static $name: Function = Function {
            name: $text,
            signatures: &[Signature { parameters: $parameters, returns: Returns::Only(Type::$returns) }],
            summary: $summary,
            source: concat!("https://learn.microsoft.com/kusto/query/", $source),
            examples: &[Example { call: $call, result: $result }],
            nulls: Nulls::Propagate,
            eval: Eval::Row($eval),
        };
    };
}

pub mod agent;
pub mod analysis;
pub mod arguments;
pub mod arrays;
pub mod bags;
pub mod bits;
pub mod calendar;
pub mod compare;
pub mod conditional;
pub mod conversion;
pub mod datetime;
pub mod datetime_text;
pub mod digest;
pub mod encoding;
pub mod extraction;
pub mod geo;
pub mod growing;
pub mod hash;
pub mod ipv6;
pub mod literals;
pub mod math;
pub mod naming;
pub mod network;
pub mod operators;
pub mod packing;
pub mod parsing;
pub mod path;
pub mod pattern;
pub mod periods;
pub mod place;
pub mod punycode;
pub mod replacement;
pub mod rounding;
pub mod sequences;
pub mod series;
pub mod sets;
pub mod signature;
pub mod sketches;
pub mod string;
pub mod xml;
pub mod zones;

use super::engine::StopFlag;
use super::engine::hash::FastMap;
use super::types::Type;
use super::value::Value;
use crate::base::Timestamp;
use regex::Regex;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// The families of named functions, those most used first. Operators are apart: their names are not identifiers.
static FAMILIES: &[&[&Function]] = &[
    conversion::FUNCTIONS,
    conditional::FUNCTIONS,
    datetime::FUNCTIONS,
    string::FUNCTIONS,
    extraction::FUNCTIONS,
    replacement::FUNCTIONS,
    arrays::FUNCTIONS,
    sequences::FUNCTIONS,
    sets::FUNCTIONS,
    bags::FUNCTIONS,
    rounding::FUNCTIONS,
    datetime_text::FUNCTIONS,
    parsing::FUNCTIONS,
    encoding::FUNCTIONS,
    network::FUNCTIONS,
    ipv6::FUNCTIONS,
    math::FUNCTIONS,
    bits::FUNCTIONS,
    hash::FUNCTIONS,
    place::FUNCTIONS,
    series::FUNCTIONS,
    analysis::FUNCTIONS,
    agent::FUNCTIONS,
    sketches::FUNCTIONS,
    periods::FUNCTIONS,
    zones::FUNCTIONS,
    geo::FUNCTIONS,
    punycode::FUNCTIONS,
    packing::FUNCTIONS,
];

/// The named functions by name.
static BY_NAME: LazyLock<FastMap<&str, &Function>> =
    LazyLock::new(|| all().map(|function| (function.name, function)).collect());

/// The operators by their text.
static OPERATOR_BY_TEXT: LazyLock<FastMap<&str, &Function>> =
    LazyLock::new(|| operators::FUNCTIONS.iter().map(|function| (function.name, *function)).collect());

/// The function called exactly `name`.
pub fn find(name: &str) -> Option<&'static Function> {
    BY_NAME.get(name).copied()
}

/// The function that brings a value to type `ty`: `tostring`, `todouble`, ….
pub fn conversion_to(ty: Type) -> Option<&'static Function> {
    find(match ty {
        Type::Bool => "tobool",
        Type::Int => "toint",
        Type::Long => "tolong",
        Type::Real => "todouble",
        Type::Decimal => "todecimal",
        Type::String => "tostring",
        Type::DateTime => "todatetime",
        Type::TimeSpan => "totimespan",
        Type::Guid => "toguid",
        Type::Dynamic => "todynamic",
    })
}

/// All named functions, by family.
pub fn all() -> impl Iterator<Item = &'static Function> {
    FAMILIES.iter().flat_map(|family| family.iter().copied())
}

/// The operator written `text`, e.g. `==`, `!has_cs`, `matches regex`, `in~`, `between`; `negate` for unary minus,
/// `member` for `bag.name` and `element` for `list[index]` or `bag["name"]`.
pub fn operator(text: &str) -> Option<&'static Function> {
    OPERATOR_BY_TEXT.get(text).copied()
}

/// A scalar function or operator.
#[derive(Debug)]
pub struct Function {
    /// Its name, or the operator's text such as `has_any` or `==`.
    pub name: &'static str,
    /// Ways to call it, the first fitting one wins.
    pub signatures: &'static [Signature],
    /// What it gives, in one line.
    pub summary: &'static str,
    /// The documentation the behaviour is taken from.
    pub source: &'static str,
    /// Checked by the tests: each call is run and its `tostring` compared.
    pub examples: &'static [Example],
    /// What a null argument does. Strings are never null.
    pub nulls: Nulls,
    /// The code.
    pub eval: Eval,
}

/// A call and what it gives.
#[derive(Debug)]
pub struct Example {
    /// A KQL expression.
    pub call: &'static str,
    /// Its value as `tostring` writes it; nothing for null.
    pub result: &'static str,
}

/// What a null argument does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nulls {
    /// The result is null (`""` for strings) and `eval` is not called for that row.
    Propagate,
    /// `eval` decides.
    Seen,
}

/// One way to call a function.
#[derive(Debug)]
pub struct Signature {
    /// In order. An optional parameter may be left out with all after it; a repeated one may only be the last.
    pub parameters: &'static [Parameter],
    /// The type given.
    pub returns: Returns,
}

/// A parameter.
#[derive(Debug)]
pub struct Parameter {
    /// As documented.
    pub name: &'static str,
    /// Types taken. An `int` is widened to a `long` or `real` parameter, a `long` to a `real`, before the call.
    pub accepts: Accepts,
    /// How often.
    pub occurs: Occurs,
}

/// How often an argument may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occurs {
    /// Once.
    Once,
    /// Once or not at all.
    Optional,
    /// Any number of times, none included. Put a `Once` of the same kind before it to need one.
    Many,
}

/// Types a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepts {
    /// Just this one (after widening).
    Only(Type),
    /// `int`, `long`, `real` or `decimal`, as it is.
    Number,
    /// `int` or `long`, as it is.
    Integer,
    /// A number, `datetime` or `timespan`, as it is.
    Summable,
    /// Anything.
    Any,
    /// `string` or `dynamic`, as it is.
    Text,
    /// All arguments so marked are brought to one common type: `int` < `long` < `real`; otherwise they must be equal,
    /// or one is `dynamic` and stays so.
    Common,
    /// The arms of `case` after the first: a `bool` and a [`Accepts::Common`] value in turn, ended by such a value.
    CaseArms,
}

/// The type a call gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Returns {
    /// Always this one.
    Only(Type),
    /// That of the argument at this index.
    Argument(usize),
    /// The common type of the [`Accepts::Common`] arguments.
    Common,
    /// The widest of the number arguments: `int` with `int` is `int`, with a `long` `long`, with a `real` `real`.
    Widest,
}

/// How a call is computed.
#[derive(Clone, Copy)]
pub enum Eval {
    /// A row at a time.
    Row(fn(&Context, &[Value]) -> Value),
    /// Whole columns, for what is hot.
    Columns(fn(&Context, &[super::engine::Column], usize) -> super::engine::Column),
}

impl std::fmt::Debug for Eval {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Row(_) => "Row",
            Self::Columns(_) => "Columns",
        })
    }
}

/// What a call may know besides its arguments.
#[derive(Debug)]
pub struct Context {
    /// The instant that `now()` and `ago()` mean, the same all through a query.
    pub now: Timestamp,
    /// Patterns seen so far; `None` for one that is no regular expression.
    regexes: Arc<Mutex<HashMap<String, Option<Arc<Regex>>>>>,
    /// How many random numbers were given.
    randoms: Arc<AtomicU64>,
    /// Looked at by what makes long lists: what is left of them then is left out and goes nowhere.
    pub stop: StopFlag,
}

impl Context {
    /// The most patterns kept compiled; a query that makes patterns out of data has no end of them.
    const REGEXES_MAX: usize = 256;

    /// A context at the instant `now`.
    pub fn new(now: Timestamp) -> Self {
        Self { now, regexes: Arc::default(), randoms: Arc::default(), stop: StopFlag::default() }
    }

    /// The same, ended by `stop`.
    pub fn until(&self, stop: &StopFlag) -> Self {
        let (regexes, randoms) = (Arc::clone(&self.regexes), Arc::clone(&self.randoms));
        Self { now: self.now, regexes, randoms, stop: stop.clone() }
    }

    /// The next random number: the same sequence in each context of one instant.
    pub fn next_random(&self) -> u64 {
        let count = self.randoms.fetch_add(1, Ordering::Relaxed).wrapping_add(self.now.ticks() as u64);
        // SplitMix64.
        let mixed = count.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// `pattern` compiled, once a context; `None` where it is no regular expression.
    pub fn regex(&self, pattern: &str) -> Option<Arc<Regex>> {
        let mut regexes = self.regexes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = regexes.get(pattern) {
            return known.clone();
        }
        let regex = pattern::compile(pattern).ok().map(Arc::new);
        if regexes.len() >= Self::REGEXES_MAX {
            regexes.clear();
        }
        regexes.insert(pattern.to_owned(), regex.clone());
        regex
    }
}

#[cfg(test)]
mod tests;
