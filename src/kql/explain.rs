//! A plan in words, a line a relation.

use super::plan::{Field, JoinKind, Node, Plan, Relation, Scalar, ScalarNode};

/// A line of a plan.
#[derive(Clone, Debug)]
pub struct Step<'p> {
    /// How far in it stands: its inputs stand one further.
    pub depth: usize,
    /// What it does.
    pub text: String,
    /// The relation.
    pub relation: &'p Relation,
}

/// The steps of `plan`: the answer first, each relation before its inputs; then what is computed once, by number.
pub fn steps(plan: &Plan) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    add(&plan.root, 0, "", &mut steps);
    for (number, relation) in plan.more.iter().enumerate() {
        add(relation, 0, &format!("table {}: ", number + 2), &mut steps);
    }
    for (number, relation) in plan.shared.iter().enumerate() {
        add(relation, 0, &format!("shared {number}: "), &mut steps);
    }
    steps
}

fn add<'p>(relation: &'p Relation, depth: usize, prefix: &str, steps: &mut Vec<Step<'p>>) {
    steps.push(Step { depth, text: format!("{prefix}{}", text(relation)), relation });
    for input in relation.inputs() {
        add(input, depth + 1, "", steps);
    }
}

fn text(relation: &Relation) -> String {
    let columns = || crate::base::text::count(relation.columns.len(), "column");
    let keys = |count: usize| crate::base::text::count(count, "key");
    match &relation.node {
        Node::Table(name) => format!("table {name}"),
        Node::Rows(rows) => format!("{} written in the query", crate::base::text::count(rows.len(), "row")),
        Node::Shared(number) => format!("rows of shared {number}"),
        Node::Given => "the rows of the group".to_owned(),
        Node::External => "externaldata".to_owned(),
        Node::Range(_) => "range".to_owned(),
        Node::Filter { predicate, .. } => format!("filter by {}", conditions(predicate, &relation.columns)),
        Node::Project { .. } => format!("compute {}", columns()),
        Node::Summarize { keys: by, aggregates, .. } if aggregates.is_empty() => {
            format!("distinct by {}", keys(by.len()))
        }
        Node::Summarize { keys: by, aggregates, .. } => {
            let names: Vec<&str> = aggregates.iter().map(|call| call.aggregate.name).collect();
            format!("summarize {} by {}", names.join(", "), keys(by.len()))
        }
        Node::Sort { keys: by, .. } => format!("sort by {}", keys(by.len())),
        Node::Top { rows, keys: by, .. } => format!("the first {rows} by {}", keys(by.len())),
        Node::Take { rows, .. } => format!("take {rows}"),
        Node::Union(inputs) => format!("union of {}", inputs.len()),
        Node::Join { kind, on, .. } => format!("join {} on {}", join(*kind), keys(on.len())),
        Node::MvExpand { expansions, .. } => format!("expand {}", crate::base::text::count(expansions.len(), "list")),
        Node::Window { calls, .. } if calls.is_empty() => "keep the order".to_owned(),
        Node::Window { calls, .. } => {
            let names: Vec<&str> = calls.iter().map(|call| call.window.name).collect();
            names.join(", ")
        }
        Node::Apply { keys: by, .. } => format!("for each group by {}", keys(by.len())),
        Node::Series { .. } => "series".to_owned(),
        Node::Scan { steps, .. } => format!("scan of {}", crate::base::text::count(steps.len(), "step")),
    }
}

const fn join(kind: JoinKind) -> &'static str {
    match kind {
        JoinKind::InnerUnique => "innerunique",
        JoinKind::Inner => "inner",
        JoinKind::LeftOuter => "leftouter",
        JoinKind::RightOuter => "rightouter",
        JoinKind::FullOuter => "fullouter",
        JoinKind::LeftSemi => "leftsemi",
        JoinKind::RightSemi => "rightsemi",
        JoinKind::LeftAnti => "leftanti",
        JoinKind::RightAnti => "rightanti",
    }
}

/// The conditions of a predicate over `fields`, in the order in which they are asked: what each does, and the columns it
/// reads.
fn conditions(predicate: &Scalar, fields: &[Field]) -> String {
    fn split<'s>(predicate: &'s Scalar, found: &mut Vec<&'s Scalar>) {
        match &predicate.node {
            ScalarNode::Call { function, arguments } if function.name == "and" => {
                for argument in arguments {
                    split(argument, found);
                }
            }
            _ => found.push(predicate),
        }
    }
    let mut found = Vec::new();
    split(predicate, &mut found);
    let conditions: Vec<String> = found.into_iter().map(|condition| self::condition(condition, fields)).collect();
    conditions.join(", ")
}

fn condition(condition: &Scalar, fields: &[Field]) -> String {
    fn read<'s>(scalar: &'s Scalar, fields: &'s [Field], found: &mut (Vec<&'s str>, Vec<&'s str>)) {
        let (names, functions) = &mut *found;
        let here = match &scalar.node {
            ScalarNode::Column(at) => fields.get(*at).map(|field| (names, &*field.name)),
            ScalarNode::Call { function, .. } => Some((functions, function.name)),
            ScalarNode::InRelation { .. } => Some((functions, "in (table)")),
            ScalarNode::Literal(_) | ScalarNode::FirstCell(_) | ScalarNode::GivenCell(_) => None,
        };
        if let Some((list, name)) = here.filter(|(list, name)| !list.contains(name)) {
            list.push(name);
        }
        scalar.parts().iter().for_each(|part| read(part, fields, found));
    }
    let mut read_so_far = (Vec::new(), Vec::new());
    read(condition, fields, &mut read_so_far);
    let (names, functions) = read_so_far;
    match (names.as_slice(), functions.as_slice()) {
        ([], []) => "a constant".to_owned(),
        (names, []) => names.join(", "),
        ([], functions) => functions.join(" "),
        (names, functions) => format!("{} {}", names.join(", "), functions.join(" ")),
    }
}
