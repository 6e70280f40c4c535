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
    if let Node::Shared(shared) = &mut relation.node {
        index(shared);
    }
    for input in relation.inputs_mut() {
        visit(input, index);
    }
    for scalar in relation.scalars_mut() {
        visit_scalar(scalar, index);
    }
}

fn visit_scalar(scalar: &mut Scalar, index: &mut impl FnMut(&mut usize)) {
    if let ScalarNode::FirstCell(shared) | ScalarNode::InRelation { shared, .. } = &mut scalar.node {
        index(shared);
    }
    for part in scalar.parts_mut() {
        visit_scalar(part, index);
    }
}
