//! What does not depend on rows, computed once.

use crate::kql::Value;
use crate::kql::engine::batch::Batch;
use crate::kql::engine::eval::{Evaluator, weight_of};
use crate::kql::plan::{Node, Relation, Scalar, ScalarNode};

/// Replaces calls on constants by what they give, all through `relation`.
pub(super) fn fold(relation: &mut Relation, evaluator: &Evaluator<'_>) {
    for scalar in relation.scalars_mut() {
        fold_scalar(scalar, evaluator);
    }
    for input in relation.inputs_mut() {
        fold(input, evaluator);
    }
    // A filter that always holds is none; one that never does leaves nothing to be read.
    if let Node::Filter { input, predicate } = &mut relation.node {
        match predicate.as_literal() {
            Some(Value::Bool(true)) => relation.node = std::mem::replace(&mut input.node, Node::Given),
            Some(_) => relation.node = Node::Rows(Vec::new()),
            None => {}
        }
    }
}

fn fold_scalar(scalar: &mut Scalar, evaluator: &Evaluator<'_>) {
    scalar.parts_mut().iter_mut().for_each(|part| fold_scalar(part, evaluator));
    let ScalarNode::Call { function, arguments } = &mut scalar.node else { return };
    if arguments.iter().all(|argument| argument.as_literal().is_some()) {
        if !scalar.is_random() && evaluator.go_on().is_ok() {
            let value = evaluator.eval(scalar, &Batch { columns: Vec::new(), rows: 1 }).value(0);
            if evaluator.go_on().is_ok() {
                evaluator.budget.hold(weight_of(&value));
                scalar.node = ScalarNode::Literal(value);
            }
        }
        return;
    }
    // `true and x` is x; `false and x` is false whatever x is. `or` the other way about.
    let neutral = match function.name {
        "and" => true,
        "or" => false,
        _ => return,
    };
    let is = |argument: &Scalar, wanted: bool| argument.as_literal() == Some(&Value::Bool(wanted));
    if arguments.iter().any(|argument| is(argument, !neutral)) {
        scalar.node = ScalarNode::Literal(Value::Bool(!neutral));
    } else if let [left, right] = arguments.as_mut_slice() {
        let other = match (is(left, neutral), is(right, neutral)) {
            (true, _) => right,
            (_, true) => left,
            _ => return,
        };
        let other = std::mem::replace(&mut other.node, ScalarNode::Literal(Value::Null));
        scalar.node = other;
    }
}
