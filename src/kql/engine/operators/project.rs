//! A scalar a column.

use crate::kql::engine::batch::{Batch, ColumnSet};
use crate::kql::engine::column::Column;
use crate::kql::engine::convert::widened;
use crate::kql::engine::eval::Evaluator;
use crate::kql::engine::run::{Flow, RunError, Sink, Source, Stage, Step, Threads};
use crate::kql::plan::{Field, Relation, Scalar, ScalarNode};

pub(in crate::kql::engine) fn step<'s>(
    input: &'s Relation,
    outputs: &'s [Scalar],
    fields: &'s [Field],
    needed: &ColumnSet,
) -> Step<'s> {
    let wanted = outputs.iter().enumerate().filter(|(at, _)| needed.has(*at)).map(|(_, output)| output);
    let wanted = ColumnSet::used_by(wanted);
    let stage = Project { outputs, fields, needed: needed.clone() };
    Step { stage: Box::new(stage), source: Source::Relation(input, wanted) }
}

struct Project<'s> {
    outputs: &'s [Scalar],
    fields: &'s [Field],
    needed: ColumnSet,
}

impl Stage for Project<'_> {
    fn apply(&self, evaluator: &Evaluator<'_>, batch: Batch, sink: &mut Sink<'_>) -> Result<Flow, RunError> {
        let mut values = evaluator.eval_all(self.scalars(), &batch).into_iter();
        let column = |(at, field): (usize, &Field)| match self.needed.has(at).then(|| values.next()).flatten() {
            Some(values) => widened(&values, field.ty),
            None => Column::nulls(field.ty, batch.rows),
        };
        let columns = self.fields.iter().enumerate().map(column).collect();
        sink(Batch { columns, rows: batch.rows })
    }

    fn scalars(&self) -> Vec<&Scalar> {
        self.outputs.iter().enumerate().filter(|(at, _)| self.needed.has(*at)).map(|(_, output)| output).collect()
    }

    fn threads(&self) -> Threads {
        worth(self.scalars().into_iter())
    }
}

/// Whether threads are worth it for computing `scalars`.
pub(super) fn worth<'s>(scalars: impl Iterator<Item = &'s Scalar>) -> Threads {
    let of = |scalar: &Scalar| match scalar.node {
        ScalarNode::Column(_) | ScalarNode::Literal(_) => Threads::Idle,
        _ if scalar.is_random() => Threads::Show,
        _ => Threads::Pay,
    };
    scalars.map(of).max().unwrap_or(Threads::Idle)
}
