//! The rows where a predicate is true.

use crate::kql::engine::batch::{Batch, ColumnSet};
use crate::kql::engine::eval::Evaluator;
use crate::kql::engine::run::{Flow, Run, RunError, Sink, Source, Stage, Step, Threads};
use crate::kql::plan::{Relation, Scalar, ScalarNode};

pub(in crate::kql::engine) fn step<'s>(
    run: &Run<'_>,
    input: &'s Relation,
    predicate: &'s Scalar,
    needed: &ColumnSet,
) -> Step<'s> {
    let mut conjuncts = Vec::new();
    if run.optimises() {
        split(predicate, &mut conjuncts);
    } else {
        conjuncts.push(predicate);
    }
    let wanted = needed.and_used_by(conjuncts.iter().copied());
    let stage = Filter { conjuncts, needed: needed.clone() };
    Step { stage: Box::new(stage), source: Source::Relation(input, wanted) }
}

struct Filter<'s> {
    /// In the order in which they are asked.
    conjuncts: Vec<&'s Scalar>,
    needed: ColumnSet,
}

impl Stage for Filter<'_> {
    fn apply(&self, evaluator: &Evaluator<'_>, batch: Batch, sink: &mut Sink<'_>) -> Result<Flow, RunError> {
        match evaluator.select(&self.conjuncts, &batch) {
            None => sink(batch.only(&self.needed)),
            Some(rows) if rows.is_empty() => Ok(Flow::More),
            Some(rows) => sink(batch.take(&rows, &self.needed)),
        }
    }

    fn scalars(&self) -> Vec<&Scalar> {
        self.conjuncts.clone()
    }

    fn threads(&self) -> Threads {
        if self.conjuncts.iter().any(|conjunct| conjunct.is_random()) { Threads::Show } else { Threads::Pay }
    }
}

/// Takes `and` apart.
fn split<'a>(predicate: &'a Scalar, conjuncts: &mut Vec<&'a Scalar>) {
    match &predicate.node {
        ScalarNode::Call { function, arguments } if function.name == "and" => {
            for argument in arguments {
                split(argument, conjuncts);
            }
        }
        _ => conjuncts.push(predicate),
    }
}
