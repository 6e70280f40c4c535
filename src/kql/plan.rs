//! The bound query: what the binder makes and the engine runs. Names are resolved, types are known, and the many
//! tabular operators are lowered to a few nodes.

use super::aggregates::Aggregate;
use super::functions::Function;
use super::syntax::ast::ScanOutput;
use super::text::Span;
use super::types::Type;
use super::value::Value;
use super::windows::Window;
use std::sync::Arc;

/// A query ready to run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What is answered.
    pub root: Relation,
    /// Relations computed once and used by index: `materialize`, tabular `let`s used twice, `toscalar`, `in (table)`.
    /// A relation refers only to lower indices.
    pub shared: Vec<Relation>,
    /// Further tables that are answered: `fork` and `facet` at the end of a query. Graph's API gives the first only.
    pub more: Vec<Relation>,
}

/// Rows under typed columns.
#[derive(Clone, Debug)]
pub struct Relation {
    /// The columns it gives.
    pub columns: Vec<Field>,
    /// How they come about.
    pub node: Node,
    /// The operator in the source, for run-time errors.
    pub span: Span,
}

/// The relations that a node comes from, borrowed as it is.
macro_rules! inputs {
    ($node:expr, $iter:ident) => {
        match $node {
            Node::Table(_) | Node::Rows(_) | Node::Range(_) | Node::Shared(_) | Node::Given | Node::External => {
                Vec::new()
            }
            Node::Filter { input, .. }
            | Node::Project { input, .. }
            | Node::Summarize { input, .. }
            | Node::Sort { input, .. }
            | Node::Top { input, .. }
            | Node::Take { input, .. }
            | Node::MvExpand { input, .. }
            | Node::Window { input, .. }
            | Node::Series { input, .. }
            | Node::Scan { input, .. } => vec![input],
            Node::Apply { input, body, .. } => vec![input, body],
            Node::Union(inputs) => inputs.$iter().collect(),
            Node::Join { left, right, .. } => vec![left, right],
        }
    };
}

impl Relation {
    /// The relations it comes from, in their order; of [`Node::Apply`] the body last.
    pub fn inputs(&self) -> Vec<&Self> {
        inputs!(&self.node, iter)
    }

    /// As [`Self::inputs`], to change them.
    pub fn inputs_mut(&mut self) -> Vec<&mut Self> {
        inputs!(&mut self.node, iter_mut)
    }

    /// The scalars it computes itself, to change them.
    pub fn scalars_mut(&mut self) -> Vec<&mut Scalar> {
        match &mut self.node {
            Node::Table(_)
            | Node::Rows(_)
            | Node::Shared(_)
            | Node::Given
            | Node::External
            | Node::Take { .. }
            | Node::Union(_) => Vec::new(),
            Node::Range(bounds) => bounds.iter_mut().collect(),
            Node::Filter { predicate, .. } => vec![predicate],
            Node::Project { outputs, .. } => outputs.iter_mut().collect(),
            Node::Summarize { keys, aggregates, .. } => {
                keys.iter_mut().chain(aggregates.iter_mut().flat_map(|call| &mut call.arguments)).collect()
            }
            Node::Sort { keys, .. } | Node::Top { keys, .. } => keys.iter_mut().map(|key| &mut key.by).collect(),
            Node::Join { on, .. } => on.iter_mut().flat_map(|(left, right)| [left, right]).collect(),
            Node::MvExpand { expansions, .. } => expansions.iter_mut().map(|expansion| &mut expansion.list).collect(),
            Node::Window { calls, .. } => calls.iter_mut().flat_map(|call| &mut call.arguments).collect(),
            Node::Apply { keys, .. } => keys.iter_mut().collect(),
            Node::Series { steps, .. } => {
                let bounds = steps.start.iter_mut().chain(&mut steps.stop).chain([&mut steps.step]);
                bounds.chain(&mut steps.defaults).collect()
            }
            Node::Scan { declared, steps, .. } => {
                let of_steps = steps.iter_mut().flat_map(|step| {
                    let set = step.assignments.iter_mut().map(|(_, scalar)| scalar);
                    std::iter::once(&mut step.condition).chain(set)
                });
                declared.iter_mut().chain(of_steps).collect()
            }
        }
    }
}

/// A column of a relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name, exact case.
    pub name: Arc<str>,
    /// Its type.
    pub ty: Type,
}

impl Field {
    /// A column called `name`.
    pub fn new(name: impl Into<Arc<str>>, ty: Type) -> Self {
        Self { name: name.into(), ty }
    }
}

/// How a relation comes about. `columns` below are the relation's own; indices are into the input's columns.
#[derive(Clone, Debug)]
pub enum Node {
    /// The columns of that name of a table the caller provides.
    Table(Arc<str>),
    /// Literal rows, a value for each column: `datatable`; a single row of no columns under `print`.
    Rows(Vec<Vec<Value>>),
    /// [`Plan::shared`] at this index.
    Shared(usize),
    /// The rows that the [`Node::Apply`] around hands to its body.
    Given,
    /// Rows of an address outside, which nothing here reads: the run ends with a message.
    External,
    /// A row for each value from a start to a stop by a step, in this order: the operator `range`. They read no row and
    /// are of the column's type, but the step is of type timespan where that is datetime.
    Range(Box<[Scalar; 3]>),
    /// The rows where `predicate` is true; null counts as false.
    Filter {
        /// From.
        input: Box<Relation>,
        /// Of type bool.
        predicate: Scalar,
    },
    /// A scalar for each column: `project` and all its kin, `extend`, `print`.
    Project {
        /// From.
        input: Box<Relation>,
        /// As many as columns.
        outputs: Vec<Scalar>,
    },
    /// A row a group; columns are the keys, then each aggregate's outputs. Without keys there is exactly one row.
    /// Without aggregates it is `distinct`.
    Summarize {
        /// From.
        input: Box<Relation>,
        /// Group keys. Nulls group together.
        keys: Vec<Scalar>,
        /// Aggregates.
        aggregates: Vec<AggregateCall>,
    },
    /// The rows in order; stable.
    Sort {
        /// From.
        input: Box<Relation>,
        /// Most significant first.
        keys: Vec<SortKey>,
    },
    /// The first `rows` rows in order.
    Top {
        /// From.
        input: Box<Relation>,
        /// How many.
        rows: u64,
        /// Most significant first.
        keys: Vec<SortKey>,
    },
    /// Any `rows` rows; here the first.
    Take {
        /// From.
        input: Box<Relation>,
        /// How many.
        rows: u64,
    },
    /// All rows of inputs whose columns are already the same as the relation's.
    Union(Vec<Relation>),
    /// Rows of two sides with equal keys. Columns are those of both sides, left first, for kinds that give both; of one
    /// side for semi and anti kinds. Null keys match each other, as in Kusto.
    Join {
        /// Which rows.
        kind: JoinKind,
        /// Left.
        left: Box<Relation>,
        /// Right.
        right: Box<Relation>,
        /// Pairs of equal type; left over left's columns, right over right's.
        on: Vec<(Scalar, Scalar)>,
    },
    /// A row an element of each expanded list. Columns are the input's in their order with the expanded ones replaced,
    /// then those of expansions that replace none, then the item index.
    MvExpand {
        /// From.
        input: Box<Relation>,
        /// What is expanded; several run in step, the shorter padded with nulls.
        expansions: Vec<Expansion>,
        /// Whether a last column of type long counts the elements from 0.
        with_item_index: bool,
        /// At most so many rows a row.
        limit: Option<u64>,
    },
    /// The input's columns, then one for each call. Rows keep their order.
    Window {
        /// From.
        input: Box<Relation>,
        /// In order; later ones may read earlier ones.
        calls: Vec<WindowCall>,
    },
    /// For each group of rows, in the order they are met: the rows of `body`, in which [`Node::Given`] stands for the
    /// group. Columns are those kept, of the group's first row, then the body's.
    Apply {
        /// From.
        input: Box<Relation>,
        /// What makes a group.
        keys: Vec<Scalar>,
        /// The input's columns that are kept.
        keep: Vec<usize>,
        /// What becomes of a group.
        body: Box<Relation>,
    },
    /// A row for each group of keys, with a list for each aggregate and a last one of the steps. The input's columns
    /// are the keys, the step, and the aggregates.
    Series {
        /// From.
        input: Box<Relation>,
        /// How many keys.
        keys: usize,
        /// From where to where.
        steps: Box<Steps>,
    },
    /// Sequences of rows. Columns are the input's, the declared ones, and the number of the match where asked for.
    Scan {
        /// From.
        input: Box<Relation>,
        /// The value of each declared column where no step sets it.
        declared: Vec<Scalar>,
        /// In order.
        steps: Vec<ScanStep>,
        /// Whether a last column of type long counts the matches from 0.
        with_match_id: bool,
    },
}

/// A window function over the rows in their order.
#[derive(Clone, Debug)]
pub struct WindowCall {
    /// Which.
    pub window: &'static Window,
    /// Over the input's columns and those of the calls before it.
    pub arguments: Vec<Scalar>,
    /// The type it gives.
    pub ty: Type,
}

/// The steps of [`Node::Series`].
#[derive(Clone, Debug)]
pub struct Steps {
    /// The first; the least value where not said.
    pub start: Option<Scalar>,
    /// Past the last; the greatest value included where not said.
    pub stop: Option<Scalar>,
    /// From one to the next.
    pub step: Scalar,
    /// What each aggregate is where a step has no row.
    pub defaults: Vec<Scalar>,
}

/// A step of [`Node::Scan`]. Its scalars are over the input's columns, the declared ones, and then both again for each
/// step in order: the last row that belongs to it.
#[derive(Clone, Debug)]
pub struct ScanStep {
    /// Which rows belong to it.
    pub condition: Scalar,
    /// Declared columns, counted from the first of them, and what they become.
    pub assignments: Vec<(usize, Scalar)>,
    /// Which of its rows are given.
    pub output: ScanOutput,
}

/// One expanded list.
#[derive(Clone, Debug)]
pub struct Expansion {
    /// Of type dynamic. A property bag expands to bags of one property; a scalar to itself.
    pub list: Scalar,
    /// The input column it replaces; `None` where it adds one.
    pub replaces: Option<usize>,
    /// The type of the new column: `dynamic` unless `to typeof(…)`.
    pub ty: Type,
}

/// How a join pairs rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinKind {
    /// Kusto's default: one left row a key, then inner.
    InnerUnique,
    /// All pairs.
    Inner,
    /// All pairs and unpaired left rows.
    LeftOuter,
    /// All pairs and unpaired right rows.
    RightOuter,
    /// All pairs and unpaired rows of both.
    FullOuter,
    /// Left rows with a pair.
    LeftSemi,
    /// Right rows with a pair.
    RightSemi,
    /// Left rows without a pair.
    LeftAnti,
    /// Right rows without a pair.
    RightAnti,
}

/// An ordering.
#[derive(Clone, Debug)]
pub struct SortKey {
    /// By what.
    pub by: Scalar,
    /// Descending is Kusto's default.
    pub descending: bool,
    /// Default: first when ascending, last when descending.
    pub nulls_first: bool,
}

/// An aggregate over the rows of a group.
#[derive(Clone, Debug)]
pub struct AggregateCall {
    /// Which.
    pub aggregate: &'static Aggregate,
    /// Over the input's columns.
    pub arguments: Vec<Scalar>,
    /// How many columns it gives: one, but for `arg_max`, `arg_min` and `take_any` of several.
    pub outputs: usize,
}

/// A typed expression.
#[derive(Clone, Debug)]
pub struct Scalar {
    /// Its type.
    pub ty: Type,
    /// Where it stands in the source.
    pub span: Span,
    /// What it is.
    pub node: ScalarNode,
}

/// What a scalar is.
#[derive(Clone, Debug)]
pub enum ScalarNode {
    /// A constant.
    Literal(Value),
    /// The input's column at this index.
    Column(usize),
    /// A function or operator of [`super::functions`]; arguments are already of the types its signature takes.
    Call {
        /// Which.
        function: &'static Function,
        /// Arguments.
        arguments: Vec<Scalar>,
    },
    /// The first cell of [`Plan::shared`] at this index: `toscalar`.
    FirstCell(usize),
    /// The value, in the first row of the group that [`Node::Given`] stands for, of the column at this index: what
    /// `partition by column { … }` calls by the column's name.
    GivenCell(usize),
    /// Whether `needle` is among the first column of [`Plan::shared`]: `x in (table)`.
    InRelation {
        /// What is looked for; its type is the column's.
        needle: Box<Scalar>,
        /// Index into shared.
        shared: usize,
        /// `in~`.
        ignore_case: bool,
    },
}

impl Scalar {
    /// A constant of type `ty`.
    pub fn literal(value: Value, ty: Type, span: Span) -> Self {
        Self { ty, span, node: ScalarNode::Literal(value) }
    }

    /// The column at `index`.
    pub fn column(index: usize, ty: Type, span: Span) -> Self {
        Self { ty, span, node: ScalarNode::Column(index) }
    }

    /// The constant, where it is one.
    pub fn as_literal(&self) -> Option<&Value> {
        match &self.node {
            ScalarNode::Literal(value) => Some(value),
            _ => None,
        }
    }

    /// The scalars it is computed from.
    pub fn parts(&self) -> &[Self] {
        match &self.node {
            ScalarNode::Call { arguments, .. } => arguments,
            ScalarNode::InRelation { needle, .. } => std::slice::from_ref(needle),
            ScalarNode::Literal(_) | ScalarNode::Column(_) | ScalarNode::FirstCell(_) | ScalarNode::GivenCell(_) => &[],
        }
    }

    /// As [`Self::parts`], to change them.
    pub fn parts_mut(&mut self) -> &mut [Self] {
        match &mut self.node {
            ScalarNode::Call { arguments, .. } => arguments,
            ScalarNode::InRelation { needle, .. } => std::slice::from_mut(needle),
            ScalarNode::Literal(_) | ScalarNode::Column(_) | ScalarNode::FirstCell(_) | ScalarNode::GivenCell(_) => {
                &mut []
            }
        }
    }

    /// Whether it gives another value each time it is computed, so that it must stay where it was written.
    pub fn is_random(&self) -> bool {
        match &self.node {
            ScalarNode::Call { function, .. } if matches!(function.name, "rand" | "new_guid") => true,
            _ => self.parts().iter().any(Self::is_random),
        }
    }
}
