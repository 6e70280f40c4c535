//! A row a group.

use super::project::worth;
use crate::kql::aggregates::Accumulator;
use crate::kql::engine::batch::{Batch, ColumnSet};
use crate::kql::engine::column::Column;
use crate::kql::engine::eval::Evaluator;
use crate::kql::engine::group::Grouper;
use crate::kql::engine::run::{Flow, Kept, Run, RunError, Sink, Stage, Threads};
use crate::kql::plan::{AggregateCall, Relation, Scalar};
use crate::kql::types::Type;

/// Rows that get their groups in one go.
const GROUPED: usize = 4_096;

/// Rows that an aggregate takes in one go: groups of equal size grow at the same time.
const UPDATED: usize = 1_024;

/// The groups so far, and each aggregate over them.
type Groups = (Grouper, Vec<Box<dyn Accumulator>>);

pub(in crate::kql::engine) fn stream(
    run: &Run<'_>,
    input: &Relation,
    (keys, aggregates): (&[Scalar], &[AggregateCall]),
    needed: &ColumnSet,
    sink: &mut Sink<'_>,
) -> Result<Flow, RunError> {
    let mut calls = Vec::with_capacity(aggregates.len());
    let mut accumulators = Vec::with_capacity(aggregates.len());
    let mut wanted = ColumnSet::used_by(keys);
    let mut output = keys.len();
    for call in aggregates {
        let arguments = wanted_arguments(call, &needed.from(output));
        output += call.outputs;
        for (argument, _) in call.arguments.iter().zip(&arguments).filter(|(_, wanted)| **wanted) {
            wanted.add_used(argument);
        }
        let types: Vec<Type> = call.arguments.iter().map(|argument| argument.ty).collect();
        accumulators.push((call.aggregate.start)(&types));
        calls.push((call, arguments));
    }
    let mut groups: Kept<'_, Groups> = run.keep((Grouper::new(keys.iter().map(|key| key.ty)), accumulators));
    let inputs = Inputs { keys, calls };
    run.stream_through((input, &wanted), &inputs, &mut |batch| {
        let (grouper, accumulators) = &mut *groups;
        let (columns, mut rest) = batch.columns.split_at(keys.len());
        let mut rows = Vec::with_capacity(batch.rows);
        for start in (0..batch.rows).step_by(GROUPED) {
            let part: Vec<Column> = columns.iter().map(|column| column.slice(start, GROUPED)).collect();
            rows.extend(grouper.assign(&part, GROUPED.min(batch.rows - start)));
            run.check_size(grouper.len())?;
        }
        for ((call, _), accumulator) in inputs.calls.iter().zip(accumulators.iter_mut()) {
            let (arguments, others) = rest.split_at(call.arguments.len());
            rest = others;
            // Between parts it can be stopped; no smaller ones than pay with so many groups.
            let length = UPDATED.max(grouper.len() / 4);
            for (part, rows) in rows.chunks(length).enumerate() {
                run.go_on()?;
                let arguments: Vec<Column> =
                    arguments.iter().map(|argument| argument.slice(part * length, length)).collect();
                accumulator.update(&arguments, rows, grouper.len());
            }
        }
        let bytes = accumulators.iter().map(|one| one.bytes()).fold(grouper.bytes(), usize::saturating_add);
        groups.weigh(bytes)?;
        Ok(Flow::More)
    })?;
    let (grouper, _) = &mut *groups;
    let rows = grouper.len();
    let columns = grouper.take_keys(run.stop());
    let mut result = groups.made(Batch { columns, rows });
    let (_, accumulators) = &mut *groups;
    for ((call, _), accumulator) in inputs.calls.iter().zip(accumulators) {
        run.go_on()?;
        result.columns.extend(accumulator.finish(rows, run.stop()).into_iter().take(call.outputs));
    }
    run.go_on()?;
    drop(groups);
    result.weigh(result.bytes())?;
    run.emit(&result, sink)
}

/// The keys of each row, then the arguments of each aggregate.
struct Inputs<'s> {
    keys: &'s [Scalar],
    calls: Vec<(&'s AggregateCall, Vec<bool>)>,
}

impl Inputs<'_> {
    /// With whether it is wanted.
    fn all(&self) -> impl Iterator<Item = (&Scalar, bool)> {
        let arguments = self.calls.iter().flat_map(|(call, wanted)| call.arguments.iter().zip(wanted.iter().copied()));
        self.keys.iter().map(|key| (key, true)).chain(arguments)
    }
}

impl Stage for Inputs<'_> {
    fn apply(&self, evaluator: &Evaluator<'_>, batch: Batch, sink: &mut Sink<'_>) -> Result<Flow, RunError> {
        let mut values = evaluator.eval_all(self.scalars(), &batch).into_iter();
        let column = |(scalar, wanted): (&Scalar, bool)| {
            wanted.then(|| values.next()).flatten().unwrap_or_else(|| Column::nulls(scalar.ty, batch.rows))
        };
        sink(Batch { columns: self.all().map(column).collect(), rows: batch.rows })
    }

    fn scalars(&self) -> Vec<&Scalar> {
        self.all().filter(|(_, wanted)| *wanted).map(|(scalar, _)| scalar).collect()
    }

    fn threads(&self) -> Threads {
        worth(self.scalars().into_iter())
    }
}

/// Where an aggregate gives each argument back, as `arg_max(a, *)` does, those whose output nothing uses are left out.
/// The first decides which row it is and stays.
fn wanted_arguments(call: &AggregateCall, needed: &ColumnSet) -> Vec<bool> {
    let gives_each = call.outputs > 1 && call.outputs == call.arguments.len();
    (0..call.arguments.len()).map(|at| !gives_each || at == 0 || needed.has(at)).collect()
}
