//! `$filter`: its grammar, and what each collection lets it name.
//!
//! ```text
//! or      = and *( "or" and )        and  = unary *( "and" unary )      unary = "not" unary | primary
//! primary = "(" or ")" | function | path "/any(" [ variable ":" or ] ")" | path "/all(" variable ":" or ")"
//!         | operand op operand | path "in" "(" list ")"
//! ```

mod parser;

use super::path::Path;
use super::set::{EntitySet, Service};
use crate::base::Timestamp;
use crate::lab::reply::Problem;

/// A condition on an entity.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// Both.
    And(Box<Filter>, Box<Filter>),
    /// Either.
    Or(Box<Filter>, Box<Filter>),
    /// Not.
    Not(Box<Filter>),
    /// The value at the path stands so to the literal.
    Compare(Path, Comparison, Literal),
    /// The value at the path is one of these.
    In(Path, Vec<Literal>),
    /// The text at the path stands so to the literal.
    Text(TextTest, Path, String),
    /// Some element fulfils the condition; without one, there is an element.
    Any(Path, Option<Box<Filter>>),
    /// Every element fulfils the condition.
    All(Path, Box<Filter>),
}

/// Comparison operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `eq`.
    Equal,
    /// `ne`.
    NotEqual,
    /// `gt`.
    Greater,
    /// `ge`.
    GreaterOrEqual,
    /// `lt`.
    Less,
    /// `le`.
    LessOrEqual,
}

/// Functions on text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextTest {
    /// `startswith`.
    StartsWith,
    /// `endswith`.
    EndsWith,
    /// `contains`.
    Contains,
}

/// A constant, already of the kind it is compared with. Text is in lower case: Graph compares it without regard to
/// case.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `null`.
    Null,
    /// Text.
    Text(String),
    /// An enum's member as it is declared.
    Member(&'static str),
    /// A number.
    Number(f64),
    /// `true`, `false`.
    Bool(bool),
    /// An instant, and how it is written.
    Instant(Timestamp, String),
}

impl Filter {
    /// Reads `text` as a filter on `set`.
    ///
    /// # Errors
    /// Bad grammar, an unknown property, or one that the collection cannot be filtered by.
    pub fn parse(text: &str, set: &EntitySet) -> Result<Self, Problem> {
        parser::read(text, set).map_err(|problem| match set.service {
            Service::Directory if problem.code.is_empty() => problem.by_reader("Invalid filter clause: "),
            _ => problem,
        })
    }
}

impl Comparison {
    /// The operator for swapped sides.
    fn flipped(self) -> Self {
        match self {
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            same => same,
        }
    }
}

impl TextTest {
    const fn name(self) -> &'static str {
        match self {
            Self::StartsWith => "startswith",
            Self::EndsWith => "endswith",
            Self::Contains => "contains",
        }
    }
}
