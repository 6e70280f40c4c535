//! Leaves out shared relations that nothing refers to: a `let` that is never used, a function bound only for its
//! complaints.

use crate::kql::plan::{Node, Plan, Relation, Scalar, ScalarNode};
use std::collections::{BTreeMap, BTreeSet};

/// `plan` with only the shared relations that the answer needs, in their order.
pub(super) fn prune(mut plan: Plan) -> Plan {
    let mut needed = BTreeSet::new();
    for answer in std::iter::once(&mut plan.root).chain(&mut plan.more) {
        visit(answer, &mut |index| {
            needed.insert(*index);
        });
    }
    for (at, relation) in plan.shared.iter_mut().enumerate().rev() {
        if needed.contains(&at) {
            visit(relation, &mut |index| {
                needed.insert(*index);
            });
        }
    }
    if needed.len() == plan.shared.len() {
        return plan;
    }
    let moved: BTreeMap<usize, usize> = needed.iter().enumerate().map(|(to, from)| (*from, to)).collect();
    let mut rename = |index: &mut usize| {
        if let Some(to) = moved.get(index) {
            *index = *to;
        }
    };
    let kept = plan.shared.into_iter().enumerate().filter(|(at, _)| needed.contains(at));
    plan.shared = kept.map(|(_, relation)| relation).collect();
    plan.shared.iter_mut().for_each(|relation| visit(relation, &mut rename));
    std::iter::once(&mut plan.root).chain(&mut plan.more).for_each(|answer| visit(answer, &mut rename));
    plan
}

/// Calls `index` with each reference to a shared relation.
fn visit(relation: &mut Relation, index: &mut impl FnMut(&mut usize)) {
    match &mut relation.node {
        Node::Table(_) | Node::Rows(_) | Node::Given | Node::External => {}
        Node::Shared(shared) => index(shared),
        Node::Range(bounds) => bounds.iter_mut().for_each(|scalar| visit_scalar(scalar, index)),
        Node::Filter { input, predicate } => {
            visit(input, index);
            visit_scalar(predicate, index);
        }
        Node::Project { input, outputs } => {
            visit(input, index);
            for output in outputs {
                visit_scalar(output, index);
            }
        }
        Node::Summarize { input, keys, aggregates } => {
            visit(input, index);
            let arguments = aggregates.iter_mut().flat_map(|call| &mut call.arguments);
            keys.iter_mut().chain(arguments).for_each(|scalar| visit_scalar(scalar, index));
        }
        Node::Sort { input, keys } | Node::Top { input, keys, .. } => {
            visit(input, index);
            for key in keys {
                visit_scalar(&mut key.by, index);
            }
        }
        Node::Take { input, .. } => visit(input, index),
        Node::Union(inputs) => inputs.iter_mut().for_each(|input| visit(input, index)),
        Node::Join { left, right, on, .. } => {
            visit(left, index);
            visit(right, index);
            for (left, right) in on {
                visit_scalar(left, index);
                visit_scalar(right, index);
            }
        }
        Node::MvExpand { input, expansions, .. } => {
            visit(input, index);
            for expansion in expansions {
                visit_scalar(&mut expansion.list, index);
            }
        }
        Node::Window { input, calls } => {
            visit(input, index);
            calls.iter_mut().flat_map(|call| &mut call.arguments).for_each(|scalar| visit_scalar(scalar, index));
        }
        Node::Apply { input, keys, body, .. } => {
            visit(input, index);
            for key in keys {
                visit_scalar(key, index);
            }
            visit(body, index);
        }
        Node::Series { input, steps, .. } => {
            visit(input, index);
            let bounds = steps.start.iter_mut().chain(&mut steps.stop).chain([&mut steps.step]);
            bounds.chain(&mut steps.defaults).for_each(|scalar| visit_scalar(scalar, index));
        }
        Node::Scan { input, declared, steps, .. } => {
            visit(input, index);
            for scalar in declared {
                visit_scalar(scalar, index);
            }
            for step in steps {
                visit_scalar(&mut step.condition, index);
                step.assignments.iter_mut().for_each(|(_, scalar)| visit_scalar(scalar, index));
            }
        }
    }
}

fn visit_scalar(scalar: &mut Scalar, index: &mut impl FnMut(&mut usize)) {
    match &mut scalar.node {
        ScalarNode::Literal(_) | ScalarNode::Column(_) | ScalarNode::GivenCell(_) => {}
        ScalarNode::Call { arguments, .. } => arguments.iter_mut().for_each(|scalar| visit_scalar(scalar, index)),
        ScalarNode::FirstCell(shared) => index(shared),
        ScalarNode::InRelation { needle, shared, .. } => {
            visit_scalar(needle, index);
            index(shared);
        }
    }
}
