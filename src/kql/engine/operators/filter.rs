//! The rows where a predicate is true.

use crate::kql::engine::batch::ColumnSet;
use crate::kql::engine::run::{Flow, Run, RunError, Sink};
use crate::kql::plan::{Relation, Scalar, ScalarNode};
use crate::kql::types::Type;

pub(in crate::kql::engine) fn stream(
    run: &Run<'_>,
    input: &Relation,
    predicate: &Scalar,
    needed: &ColumnSet,
    sink: &mut Sink<'_>,
) -> Result<Flow, RunError> {
    let mut conjuncts = Vec::new();
    split(predicate, &mut conjuncts);
    conjuncts.sort_by_key(|conjunct| cost(conjunct));
    let wanted = needed.and_used_by(conjuncts.iter().copied());
    run.stream(input, &wanted, &mut |batch| match run.evaluator.select(&conjuncts, &batch) {
        None => sink(batch.only(needed)),
        Some(rows) if rows.is_empty() => Ok(Flow::More),
        Some(rows) => sink(batch.take(&rows, needed)),
    })
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

/// A guess at what a row costs: comparing numbers and instants first, then strings, then what reads dynamics. No
/// conjunct can fail, so that any order gives the same rows.
fn cost(scalar: &Scalar) -> u32 {
    let own = match scalar.ty {
        Type::Dynamic => 50,
        Type::String => 4,
        _ => 1,
    };
    match &scalar.node {
        ScalarNode::Literal(_) | ScalarNode::GivenCell(_) => 0,
        ScalarNode::Column(_) | ScalarNode::FirstCell(_) => own,
        ScalarNode::InRelation { needle, .. } => 5 + cost(needle),
        ScalarNode::Call { function, arguments } => {
            let work = if function.name.contains("regex") { 20 } else { own };
            arguments.iter().map(cost).fold(work, u32::saturating_add)
        }
    }
}
