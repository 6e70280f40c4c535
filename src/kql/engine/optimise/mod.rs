//! Makes a plan cheaper without changing what it answers.
//!
//! What does not depend on rows is computed once. Filters go towards the tables they are about, the cheapest condition
//! first, the time range before all; the first rows of an order are picked instead of sorting all; a limit goes as far
//! down as it holds. What depends on how many rows there are, such as the side of a join that is hashed, is decided
//! while running.

mod filter;
mod first;
mod fold;

use super::eval::Evaluator;
use super::run::{Budget, StopFlag};
use crate::kql::functions::Context;
use crate::kql::plan::{Plan, Relation, Scalar, ScalarNode};
use std::sync::Mutex;

/// What is computed once may take so much; what needs more, or an eighth of this alone, is left to the run, which has a
/// limit of its own.
const FOLDED_MAX: usize = 1 << 30;

/// `plan` made cheaper. What is computed once counts as of `context`.
pub fn optimised(plan: &Plan, context: &Context) -> Plan {
    optimised_until(plan, context, &StopFlag::default())
}

/// As [`optimised`]; once `stop` is set nothing more is computed.
pub(super) fn optimised_until(plan: &Plan, context: &Context, stop: &StopFlag) -> Plan {
    let budget = Budget::new(FOLDED_MAX);
    let evaluator = Evaluator { context, stop, budget, shared: Vec::new(), given: Mutex::new(None) };
    let better = |relation: &Relation| {
        let mut relation = relation.clone();
        fold::fold(&mut relation, &evaluator);
        first::limit(filter::push(relation))
    };
    Plan {
        root: better(&plan.root),
        shared: plan.shared.iter().map(better).collect(),
        more: plan.more.iter().map(better).collect(),
    }
}

/// Whether `scalar` reads only columns for which `known` holds.
fn reads_only(scalar: &Scalar, known: &impl Fn(usize) -> bool) -> bool {
    match &scalar.node {
        ScalarNode::Column(column) => known(*column),
        _ => scalar.parts().iter().all(|part| reads_only(part, known)),
    }
}

/// `scalar` over other columns: each that it reads, its place and it, replaced by what `of` gives for it.
fn over(scalar: &Scalar, of: &impl Fn(usize, &Scalar) -> Option<Scalar>) -> Scalar {
    let mut moved = scalar.clone();
    if let ScalarNode::Column(column) = moved.node {
        return of(column, scalar).unwrap_or(moved);
    }
    moved.parts_mut().iter_mut().for_each(|part| *part = over(part, of));
    moved
}

/// Whether `output`, as a column of the type of `field`, is a column of the input or a constant: whoever reads it can
/// as well read that.
fn is_plain(output: &Scalar, field: &crate::kql::plan::Field) -> bool {
    output.ty == field.ty && matches!(output.node, ScalarNode::Column(_) | ScalarNode::Literal(_))
}
