//! Building blocks of plans.

use crate::kql::Span;
use crate::kql::plan::{AggregateCall, Field, Node, Relation, Scalar, ScalarNode, SortKey};
use crate::kql::{Type, Value};

/// Where the column called `name` is among `columns`. Names of one query begin alike: their ends are looked at first.
pub(super) fn place_of(columns: &[Field], name: &str) -> Option<usize> {
    let last = name.as_bytes().last();
    let alike = |field: &Field| field.name.len() == name.len() && field.name.as_bytes().last() == last;
    columns.iter().position(|field| alike(field) && &*field.name == name)
}

impl Relation {
    /// A scalar for each column of this.
    pub(super) fn all_columns(&self, span: Span) -> Vec<Scalar> {
        (0..self.columns.len()).filter_map(|at| self.column(at, span)).collect()
    }

    /// The column at `at` as a scalar.
    pub(super) fn column(&self, at: usize, span: Span) -> Option<Scalar> {
        self.columns.get(at).map(|field| Scalar::column(at, field.ty, span))
    }

    /// Where the column called `name` is.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        place_of(&self.columns, name)
    }

    /// The rows where `predicate` is true.
    pub(super) fn filter(self, predicate: Scalar, span: Span) -> Self {
        let columns = self.columns.clone();
        Self { columns, node: Node::Filter { input: Box::new(self), predicate }, span }
    }

    /// `columns`, computed by `outputs`.
    pub(super) fn project(self, columns: Vec<Field>, outputs: Vec<Scalar>, span: Span) -> Self {
        Self { columns, node: Node::Project { input: Box::new(self), outputs }, span }
    }

    /// The columns at `kept`, in that order.
    pub(super) fn keep(self, kept: &[usize], span: Span) -> Self {
        let columns = kept.iter().filter_map(|at| self.columns.get(*at).cloned()).collect();
        let outputs = kept.iter().filter_map(|at| self.column(*at, span)).collect();
        self.project(columns, outputs, span)
    }

    /// The first `rows` rows.
    pub(super) fn take(self, rows: u64, span: Span) -> Self {
        let columns = self.columns.clone();
        Self { columns, node: Node::Take { input: Box::new(self), rows }, span }
    }

    /// The rows in order.
    pub(super) fn sort(self, keys: Vec<SortKey>, span: Span) -> Self {
        let columns = self.columns.clone();
        Self { columns, node: Node::Sort { input: Box::new(self), keys }, span }
    }

    /// The first `rows` rows in order.
    pub(super) fn top(self, rows: u64, keys: Vec<SortKey>, span: Span) -> Self {
        let columns = self.columns.clone();
        Self { columns, node: Node::Top { input: Box::new(self), rows, keys }, span }
    }

    /// A row a group.
    pub(super) fn summarize(
        self,
        columns: Vec<Field>,
        keys: Vec<Scalar>,
        aggregates: Vec<AggregateCall>,
        span: Span,
    ) -> Self {
        Self { columns, node: Node::Summarize { input: Box::new(self), keys, aggregates }, span }
    }

    /// One row without columns: what `print` computes over.
    pub(super) fn one_row(span: Span) -> Self {
        Self { columns: Vec::new(), node: Node::Rows(vec![Vec::new()]), span }
    }

    /// How many nodes lie under each other.
    pub(super) fn depth(&self) -> usize {
        let depths = self.inputs().into_iter().map(Self::depth);
        1 + match self.node {
            Node::Apply { .. } => depths.sum::<usize>(),
            _ => depths.max().unwrap_or(0),
        }
    }

    /// Whether computing it again costs nothing.
    pub(super) fn is_trivial(&self) -> bool {
        matches!(self.node, Node::Table(_) | Node::Shared(_))
    }
}

impl Scalar {
    /// The empty value of `ty`.
    pub(super) fn null(ty: Type, span: Span) -> Self {
        Self::literal(Value::null_of(ty), ty, span)
    }

    /// Whether its value depends on a row.
    pub(super) fn reads_row(&self) -> bool {
        match &self.node {
            ScalarNode::Literal(_) | ScalarNode::FirstCell(_) | ScalarNode::GivenCell(_) => false,
            ScalarNode::Column(_) => true,
            ScalarNode::Call { arguments, .. } => arguments.iter().any(Self::reads_row),
            ScalarNode::InRelation { needle, .. } => needle.reads_row(),
        }
    }

    /// How many nodes lie under each other.
    pub(super) fn depth(&self) -> usize {
        1 + match &self.node {
            ScalarNode::Literal(_) | ScalarNode::FirstCell(_) | ScalarNode::GivenCell(_) | ScalarNode::Column(_) => 0,
            ScalarNode::Call { arguments, .. } => arguments.iter().map(Self::depth).max().unwrap_or(0),
            ScalarNode::InRelation { needle, .. } => needle.depth(),
        }
    }

    /// How many nodes it has.
    pub(super) fn size(&self) -> usize {
        match &self.node {
            ScalarNode::Literal(_) | ScalarNode::FirstCell(_) | ScalarNode::GivenCell(_) | ScalarNode::Column(_) => 1,
            ScalarNode::Call { arguments, .. } => 1 + arguments.iter().map(Self::size).sum::<usize>(),
            ScalarNode::InRelation { needle, .. } => 1 + needle.size(),
        }
    }
}
