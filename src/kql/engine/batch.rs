//! Rows on their way between operators.

use super::column::Column;
use super::run::StopFlag;
use crate::kql::plan::{Field, Scalar, ScalarNode};

/// Columns of equal length.
#[derive(Clone, Debug, Default)]
pub(super) struct Batch {
    pub(super) columns: Vec<Column>,
    pub(super) rows: usize,
}

impl Batch {
    /// `rows` rows of nothing, of the types of `fields`.
    pub(super) fn nulls(fields: &[Field], rows: usize) -> Self {
        Self { columns: fields.iter().map(|field| Column::nulls(field.ty, rows)).collect(), rows }
    }

    pub(super) fn slice(&self, start: usize, len: usize) -> Self {
        let rows = len.min(self.rows.saturating_sub(start));
        Self { columns: self.columns.iter().map(|column| column.slice(start, len)).collect(), rows }
    }

    /// The rows at `rows`, of the columns in `needed`; the others are null.
    pub(super) fn take(&self, rows: &[u32], needed: &ColumnSet) -> Self {
        self.pick(rows.len(), needed, |column| column.take(rows))
    }

    /// As [`Self::take`], null where a row is missing.
    pub(super) fn take_padded(&self, rows: &[u32], needed: &ColumnSet) -> Self {
        self.pick(rows.len(), needed, |column| column.take_padded(rows))
    }

    /// The columns in `needed`; the others are null.
    pub(super) fn only(&self, needed: &ColumnSet) -> Self {
        self.pick(self.rows, needed, Clone::clone)
    }

    fn pick(&self, rows: usize, needed: &ColumnSet, get: impl Fn(&Column) -> Column) -> Self {
        let pick = |(at, column): (usize, &Column)| {
            if needed.has(at) { get(column) } else { Column::nulls(column.ty(), rows) }
        };
        Self { columns: self.columns.iter().enumerate().map(pick).collect(), rows }
    }

    /// All rows of `batches`, whose columns are those of `fields`, taken out of there; not all of them once `stop` is set.
    pub(super) fn concat(fields: &[Field], batches: &mut [Self], stop: &StopFlag) -> Self {
        let rows = batches.iter().map(|batch| batch.rows).sum();
        let column = |(at, field): (usize, &Field)| {
            // What they were is let go of column by column.
            let take = |column: &mut Column| std::mem::replace(column, Column::nulls(field.ty, 0));
            let parts: Vec<Column> =
                batches.iter_mut().filter_map(|batch| batch.columns.get_mut(at).map(take)).collect();
            Column::concat_until(field.ty, &parts, stop)
        };
        Self { columns: stop.watch(fields.iter().enumerate()).map(column).collect(), rows }
    }

    /// About how many bytes it has for itself.
    pub(super) fn bytes(&self) -> usize {
        self.columns.iter().map(Column::own_bytes).sum()
    }

    /// The columns of both, side by side.
    pub(super) fn beside(mut self, other: Self) -> Self {
        self.columns.extend(other.columns);
        self
    }
}

/// Which columns of a relation are used by what stands above it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ColumnSet(Vec<bool>);

impl ColumnSet {
    /// The first `count` columns.
    pub(super) fn all(count: usize) -> Self {
        Self(vec![true; count])
    }

    /// How many.
    pub(super) fn count(&self) -> usize {
        self.0.iter().filter(|used| **used).count()
    }

    pub(super) fn has(&self, column: usize) -> bool {
        self.0.get(column).copied().unwrap_or(false)
    }

    pub(super) fn add(&mut self, column: usize) {
        if self.0.len() <= column {
            self.0.resize(column + 1, false);
        }
        self.0[column] = true;
    }

    /// Adds the columns that `scalar` reads.
    pub(super) fn add_used(&mut self, scalar: &Scalar) {
        match &scalar.node {
            ScalarNode::Literal(_) | ScalarNode::FirstCell(_) | ScalarNode::GivenCell(_) => {}
            ScalarNode::Column(column) => self.add(*column),
            ScalarNode::Call { arguments, .. } => arguments.iter().for_each(|argument| self.add_used(argument)),
            ScalarNode::InRelation { needle, .. } => self.add_used(needle),
        }
    }

    /// The columns that `scalars` read.
    pub(super) fn used_by<'a>(scalars: impl IntoIterator<Item = &'a Scalar>) -> Self {
        let mut set = Self::default();
        scalars.into_iter().for_each(|scalar| set.add_used(scalar));
        set
    }

    /// With the columns that `scalars` read added.
    pub(super) fn and_used_by<'a>(&self, scalars: impl IntoIterator<Item = &'a Scalar>) -> Self {
        let mut set = self.clone();
        scalars.into_iter().for_each(|scalar| set.add_used(scalar));
        set
    }

    /// The columns from `start` on, counted from there.
    pub(super) fn from(&self, start: usize) -> Self {
        Self(self.0.get(start..).unwrap_or_default().to_vec())
    }
}
