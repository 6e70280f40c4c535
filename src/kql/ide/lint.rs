//! Advice on hunting queries that run, but cost much or do not do what was probably meant.

use crate::base::limits::HUNTING_ROWS_MAX;
use crate::base::time::TICKS_PER_SECOND;
use crate::kql::check::bind;
use crate::kql::plan::{JoinKind, Node, Plan, Relation, Scalar, ScalarNode};
use crate::kql::syntax::ast::{Expr, ExprKind, Join, LetValue, Operator, Pipeline, Stage, StatementKind};
use crate::kql::syntax::{Parsed, parse};
use crate::kql::{Diagnostic, Schema, Type, Value};

/// How far back advanced hunting's own tables reach.
/// <https://learn.microsoft.com/defender-xdr/advanced-hunting-limits>
const KEPT_DAYS: i64 = 30;
const KEPT_TICKS: i64 = KEPT_DAYS * 86_400 * TICKS_PER_SECOND;

/// What could be better in `source`, in order of place, also for a custom detection.
pub fn lints(source: &str, schema: &Schema) -> Vec<Diagnostic> {
    let parsed = parse(source);
    let plan = bind(&parsed, schema, None).plan;
    let mut found = advice(&parsed, plan.as_ref(), schema);
    if let Some(plan) = plan {
        let names = |name: &str| plan.root.columns.iter().any(|column| &*column.name == name);
        if !names("Timestamp") || !names("ReportId") {
            let last = parsed.query.statements.last().map(|statement| statement.span).unwrap_or_default();
            let message = "A custom detection needs the columns Timestamp and ReportId of an event in its result";
            found.push(Diagnostic::warning(last, message));
        }
    }
    found.sort_by_key(|diagnostic| diagnostic.span);
    found
}

/// What could be better in a query of which `parsed` is the tree and `plan` the plan, in order of place.
pub fn advice(parsed: &Parsed, plan: Option<&Plan>, schema: &Schema) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for statement in &parsed.query.statements {
        match &statement.kind {
            StatementKind::Query(expr) | StatementKind::Let { value: LetValue::Expr(expr), .. } => {
                walk(expr, &mut found);
            }
            _ => {}
        }
    }
    if let Some(plan) = plan {
        for relation in plan.shared.iter().chain([&plan.root]) {
            unbounded(relation, false, schema, &mut found);
        }
    }
    found.sort_by_key(|diagnostic| diagnostic.span);
    found.dedup();
    found
}

/// Reads of event tables that no bound on time narrows.
fn unbounded(relation: &Relation, bounded: bool, schema: &Schema, found: &mut Vec<Diagnostic>) {
    if let Node::Table(name) = &relation.node {
        let timed = schema.table(name).is_some_and(|table| table.column("Timestamp").is_some());
        if timed && !bounded {
            let message = format!("'{name}' is read over all of its time: filter on Timestamp first");
            found.push(Diagnostic::warning(relation.span, message));
        }
    }
    for (at, input) in relation.inputs().into_iter().enumerate() {
        let bounded = match &relation.node {
            Node::Filter { predicate, .. } => bounded || reads_time(predicate, input),
            Node::Join { kind, .. } => at == 0 && bounded && *kind != JoinKind::RightOuter,
            _ => bounded,
        };
        unbounded(input, bounded, schema, found);
    }
}

/// Whether `predicate` looks at an instant of its row.
fn reads_time(predicate: &Scalar, input: &Relation) -> bool {
    match &predicate.node {
        ScalarNode::Column(at) => input.columns.get(*at).is_some_and(|column| column.ty == Type::DateTime),
        ScalarNode::Call { arguments, .. } => arguments.iter().any(|argument| reads_time(argument, input)),
        _ => false,
    }
}

fn walk(expr: &Expr, found: &mut Vec<Diagnostic>) {
    match &expr.kind {
        ExprKind::Pipeline(pipeline) => walk_pipeline(pipeline, found),
        ExprKind::Group(inner) => walk(inner, found),
        ExprKind::Chain { operands, .. } => operands.iter().for_each(|operand| walk(operand, found)),
        ExprKind::Among { items, .. } => items.iter().for_each(|item| walk(item, found)),
        ExprKind::Call { name, arguments } if *name.text == *"ago" => {
            let past = arguments.first().map(|argument| &argument.value.kind);
            if matches!(past, Some(ExprKind::Literal(_, Value::TimeSpan(ticks))) if *ticks > KEPT_TICKS) {
                let message = format!("Advanced hunting keeps {KEPT_DAYS} days: what is older is not found");
                found.push(Diagnostic::warning(expr.span, message));
            }
        }
        ExprKind::Call { arguments, .. } => arguments.iter().for_each(|argument| walk(&argument.value, found)),
        ExprKind::Binary { operator: "contains", operator_span, right, .. } => {
            if let ExprKind::Literal(_, Value::String(text)) = &right.kind
                && text.len() >= 4
                && text.chars().all(char::is_alphanumeric)
            {
                let message = "'contains' reads every text to its end: 'has' finds whole terms by an index";
                found.push(Diagnostic::warning(*operator_span, message).hinted("use has where a whole term is meant"));
            }
        }
        ExprKind::Binary { left, right, .. } => {
            walk(left, found);
            walk(right, found);
        }
        ExprKind::Between { value, low, high, .. } => [value, low, high].into_iter().for_each(|one| walk(one, found)),
        _ => {}
    }
}

/// Advice on a number of rows that no answer can have.
fn rows_advice(rows: &Expr, found: &mut Vec<Diagnostic>) {
    if let ExprKind::Literal(_, Value::Long(count)) = rows.kind
        && usize::try_from(count).is_ok_and(|count| count > HUNTING_ROWS_MAX)
    {
        let message = format!("Graph answers with {HUNTING_ROWS_MAX} rows at most and cuts the rest without a word");
        found.push(Diagnostic::warning(rows.span, message));
    }
}

fn walk_pipeline(pipeline: &Pipeline, found: &mut Vec<Diagnostic>) {
    if let Some(source) = &pipeline.source {
        walk(source, found);
    }
    for (at, stage) in pipeline.stages.iter().enumerate() {
        match &stage.operator {
            Operator::Where(predicate) => walk(predicate, found),
            Operator::Take(rows) | Operator::Top { rows, .. } => rows_advice(rows, found),
            Operator::Join(join) => join_advice(stage, join, found),
            Operator::Lookup(join) => walk(&join.right, found),
            Operator::Union(union) => union.sources.iter().for_each(|source| walk(source, found)),
            Operator::Search(search) if search.tables.is_empty() && at == 0 && pipeline.source.is_none() => {
                let message = "'search' without 'in (tables)' reads every table";
                found.push(Diagnostic::warning(stage.keyword, message));
            }
            Operator::MvApply(_, body) | Operator::Partition(_, body) | Operator::Facet(_, body) => {
                walk_pipeline(&Pipeline { source: None, stages: body.clone() }, found);
            }
            Operator::PartitionQuery(_, query) => walk(query, found),
            Operator::Fork(legs) => {
                for leg in legs {
                    walk_pipeline(&Pipeline { source: None, stages: leg.clone() }, found);
                }
            }
            _ => {}
        }
    }
}

fn join_advice(stage: &Stage, join: &Join, found: &mut Vec<Diagnostic>) {
    if join.kind.is_none() {
        let message = "A join without a kind is 'innerunique': one row of the left for each key";
        found.push(Diagnostic::warning(stage.keyword, message).hinted("say kind=inner, or kind=innerunique"));
    }
    walk(&join.right, found);
}
