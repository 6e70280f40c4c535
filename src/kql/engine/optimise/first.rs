//! Limits on their way to the tables.

use super::{is_plain, over, reads_only};
use crate::kql::plan::{Node, Relation, Scalar, SortKey};

/// `relation` with its limits as far down as they hold.
pub(super) fn limit(mut relation: Relation) -> Relation {
    relation.node = match relation.node {
        Node::Take { input, rows } => return take(*input, rows),
        Node::Top { input, rows, keys } => return top(*input, rows, keys),
        node => node,
    };
    inputs(relation)
}

/// `relation` with the limits below it as far down as they hold.
fn inputs(mut relation: Relation) -> Relation {
    for input in relation.inputs_mut() {
        let taken = std::mem::replace(input, Relation { columns: Vec::new(), node: Node::Given, span: input.span });
        *input = limit(taken);
    }
    relation
}

/// The first `rows` rows of `relation`.
fn take(mut relation: Relation, rows: u64) -> Relation {
    match relation.node {
        Node::Take { input, rows: fewer } => take(*input, rows.min(fewer)),
        // All of an order are not sorted for the first of it.
        Node::Sort { input, keys } => top(*input, rows, keys),
        Node::Top { input, rows: fewer, keys } => top(*input, rows.min(fewer), keys),
        Node::Project { input, outputs } if !outputs.iter().any(Scalar::is_random) => {
            relation.node = Node::Project { input: Box::new(take(*input, rows)), outputs };
            relation
        }
        Node::Window { input, calls } if calls.is_empty() => {
            relation.node = Node::Window { input: Box::new(take(*input, rows)), calls };
            relation
        }
        Node::Union(inputs) => {
            relation.node = Node::Union(inputs.into_iter().map(|input| take(input, rows)).collect());
            taken(relation, rows)
        }
        _ => taken(inputs(relation), rows),
    }
}

fn taken(relation: Relation, rows: u64) -> Relation {
    let (columns, span) = (relation.columns.clone(), relation.span);
    Relation { columns, span, node: Node::Take { input: Box::new(relation), rows } }
}

/// The first `rows` rows of `relation` by `keys`.
fn top(mut relation: Relation, rows: u64, keys: Vec<SortKey>) -> Relation {
    match relation.node {
        // What is computed of each row is computed of the first rows only, where their order does not need it.
        Node::Project { input, outputs } => {
            let fields = &relation.columns;
            let plain =
                |at: usize| outputs.get(at).zip(fields.get(at)).is_some_and(|(one, field)| is_plain(one, field));
            let goes = keys.iter().all(|key| reads_only(&key.by, &plain)) && !outputs.iter().any(Scalar::is_random);
            if goes {
                let key =
                    |key: &SortKey| SortKey { by: over(&key.by, &|at, _| outputs.get(at).cloned()), ..key.clone() };
                let keys = keys.iter().map(key).collect();
                relation.node = Node::Project { input: Box::new(top(*input, rows, keys)), outputs };
                return relation;
            }
            relation.node = Node::Project { input, outputs };
        }
        // Rows of equal keys keep their order, that of the inputs.
        Node::Union(inputs) => {
            relation.node = Node::Union(inputs.into_iter().map(|input| top(input, rows, keys.clone())).collect());
            return first(relation, rows, keys);
        }
        node => relation.node = node,
    }
    first(inputs(relation), rows, keys)
}

fn first(relation: Relation, rows: u64, keys: Vec<SortKey>) -> Relation {
    let (columns, span) = (relation.columns.clone(), relation.span);
    Relation { columns, span, node: Node::Top { input: Box::new(relation), rows, keys } }
}
