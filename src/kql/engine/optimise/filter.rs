//! Filters on their way to the tables.

use super::{is_plain, over, reads_only};
use crate::kql::functions::operator;
use crate::kql::plan::{JoinKind, Node, Relation, Scalar, ScalarNode};
use crate::kql::types::Type;

/// `relation` with each condition of its filters as far down as it holds.
pub(super) fn push(relation: Relation) -> Relation {
    pushed(relation, Vec::new())
}

/// The rows of `relation` that fulfil all of `conditions`.
fn pushed(mut relation: Relation, mut conditions: Vec<Scalar>) -> Relation {
    if let Node::Filter { input, predicate } = relation.node {
        // What is random stays where it is, and what stands above it too.
        if predicate.is_random() {
            relation.node = Node::Filter { input: Box::new(push(*input)), predicate };
            return filtered(relation, conditions);
        }
        let mut own = Vec::new();
        split(predicate, &mut own);
        own.append(&mut conditions);
        return pushed(*input, own);
    }
    let below = |input: Box<Relation>, conditions: Vec<Scalar>| Box::new(pushed(*input, conditions));
    let (node, left) = match relation.node {
        Node::Project { input, outputs } => {
            let fields = &relation.columns;
            let plain =
                |at: usize| outputs.get(at).zip(fields.get(at)).is_some_and(|(one, field)| is_plain(one, field));
            let (through, left) = part(conditions, |condition| reads_only(condition, &plain));
            let through = through.iter().map(|condition| over(condition, &|at, _| outputs.get(at).cloned())).collect();
            (Node::Project { input: below(input, through), outputs }, left)
        }
        Node::Sort { input, keys } => (Node::Sort { input: below(input, conditions), keys }, Vec::new()),
        // Only the order counts from here on, which a filter keeps.
        Node::Window { input, calls } if calls.is_empty() => {
            (Node::Window { input: below(input, conditions), calls }, Vec::new())
        }
        Node::Union(inputs) => {
            let inputs = inputs.into_iter().map(|input| pushed(input, conditions.clone())).collect();
            (Node::Union(inputs), Vec::new())
        }
        Node::Summarize { input, keys, aggregates } if !keys.is_empty() => {
            let (through, left) = part(conditions, |condition| reads_only(condition, &|at| is_key(&keys, at)));
            let through = through.iter().map(|condition| over(condition, &|at, _| keys.get(at).cloned())).collect();
            (Node::Summarize { input: below(input, through), keys, aggregates }, left)
        }
        Node::MvExpand { input, expansions, with_item_index, limit } => {
            let width = input.columns.len();
            let kept = |at: usize| at < width && !expansions.iter().any(|expansion| expansion.replaces == Some(at));
            let (through, left) = part(conditions, |condition| reads_only(condition, &kept));
            (Node::MvExpand { input: below(input, through), expansions, with_item_index, limit }, left)
        }
        Node::Join { kind, left, right, on } => {
            let sides = Sides { kind, width: left.columns.len(), on: &on };
            let (to_left, rest) = part(conditions, |condition| sides.to_left(condition));
            let (to_right, rest) = part(rest, |condition| sides.to_right(condition));
            let to_right = to_right.iter().map(|condition| sides.over_right(condition)).collect();
            (Node::Join { kind, left: below(left, to_left), right: below(right, to_right), on }, rest)
        }
        node => {
            relation.node = node;
            for input in relation.inputs_mut() {
                let taken =
                    std::mem::replace(input, Relation { columns: Vec::new(), node: Node::Given, span: input.span });
                *input = push(taken);
            }
            return filtered(relation, conditions);
        }
    };
    relation.node = node;
    filtered(relation, left)
}

/// Takes `and` apart.
fn split(predicate: Scalar, conditions: &mut Vec<Scalar>) {
    match predicate.node {
        ScalarNode::Call { function, arguments } if function.name == "and" => {
            for argument in arguments {
                split(argument, conditions);
            }
        }
        _ => conditions.push(predicate),
    }
}

/// Those for which `goes` holds, and the others.
fn part(conditions: Vec<Scalar>, goes: impl Fn(&Scalar) -> bool) -> (Vec<Scalar>, Vec<Scalar>) {
    conditions.into_iter().partition(goes)
}

/// `relation` filtered here by `conditions`, the cheapest first. None can fail, so that any order gives the same rows.
fn filtered(relation: Relation, mut conditions: Vec<Scalar>) -> Relation {
    conditions.sort_by_key(cost);
    let both = |left: Scalar, right: Scalar| match operator("and") {
        Some(function) => {
            let span = left.span.to(right.span);
            Scalar { ty: Type::Bool, span, node: ScalarNode::Call { function, arguments: vec![left, right] } }
        }
        None => left,
    };
    let Some(predicate) = conditions.into_iter().reduce(both) else { return relation };
    let (columns, span) = (relation.columns.clone(), relation.span);
    Relation { columns, span, node: Node::Filter { input: Box::new(relation), predicate } }
}

/// A guess at what a row costs: a time range first, then what compares numbers, then strings, then what reads dynamics.
fn cost(scalar: &Scalar) -> u32 {
    let own = match scalar.ty {
        Type::Dynamic => 50,
        Type::String => 4,
        _ => 1,
    };
    match &scalar.node {
        ScalarNode::Literal(_) | ScalarNode::GivenCell(_) => 0,
        ScalarNode::Column(_) if scalar.ty == Type::DateTime => 0,
        ScalarNode::Column(_) | ScalarNode::FirstCell(_) => own,
        ScalarNode::InRelation { needle, .. } => 5 + cost(needle),
        ScalarNode::Call { function, arguments } => {
            let work = if function.name.contains("regex") { 20 } else { own };
            arguments.iter().map(cost).fold(work, u32::saturating_add)
        }
    }
}

/// Whether the key at `at` is a column whose values are the same in all rows of a group: reals are not, 0.0 and -0.0
/// being one group, nor dynamics, which are grouped by their text.
fn is_key(keys: &[Scalar], at: usize) -> bool {
    keys.get(at).is_some_and(is_exact_column)
}

fn is_exact_column(key: &Scalar) -> bool {
    matches!(key.node, ScalarNode::Column(_)) && !matches!(key.ty, Type::Real | Type::Decimal | Type::Dynamic)
}

/// Which side of a join a condition on its columns is about.
struct Sides<'j> {
    kind: JoinKind,
    /// How many columns the left side has.
    width: usize,
    on: &'j [(Scalar, Scalar)],
}

impl Sides<'_> {
    /// Whether the left rows that do not fulfil `condition` can be left out before they are joined.
    fn to_left(&self, condition: &Scalar) -> bool {
        match self.kind {
            JoinKind::Inner | JoinKind::LeftOuter | JoinKind::LeftSemi | JoinKind::LeftAnti => {
                reads_only(condition, &|at| at < self.width)
            }
            // Of the rows of a key one is taken: only what is the same for all of them may be asked before.
            JoinKind::InnerUnique => reads_only(condition, &|at| {
                let is_at = |key: &Scalar| matches!(key.node, ScalarNode::Column(column) if column == at);
                at < self.width && self.on.iter().any(|(key, _)| is_at(key) && is_exact_column(key))
            }),
            JoinKind::RightOuter | JoinKind::FullOuter | JoinKind::RightSemi | JoinKind::RightAnti => false,
        }
    }

    /// Whether the right rows that do not fulfil `condition` can.
    fn to_right(&self, condition: &Scalar) -> bool {
        match self.kind {
            JoinKind::Inner | JoinKind::InnerUnique | JoinKind::RightOuter => {
                reads_only(condition, &|at| at >= self.width)
            }
            JoinKind::RightSemi | JoinKind::RightAnti => true,
            JoinKind::LeftOuter | JoinKind::FullOuter | JoinKind::LeftSemi | JoinKind::LeftAnti => false,
        }
    }

    /// `condition` over the columns of the right side.
    fn over_right(&self, condition: &Scalar) -> Scalar {
        if matches!(self.kind, JoinKind::RightSemi | JoinKind::RightAnti) {
            return condition.clone();
        }
        over(condition, &|at, column| Some(Scalar::column(at.saturating_sub(self.width), column.ty, column.span)))
    }
}
