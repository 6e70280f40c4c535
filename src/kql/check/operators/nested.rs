//! `top-hitters` and `top-nested`.

use crate::kql::check::Binder;
use crate::kql::check::expression::{Context, mismatch};
use crate::kql::check::naming::name_of;
use crate::kql::plan::{Field, JoinKind, Node, Relation, Scalar, SortKey};
use crate::kql::syntax::ast::{Expr, ExprKind, Name, NamedExpr, NestedLevel};
use crate::kql::{Span, Type, Value};
use std::sync::Arc;

impl Binder<'_> {
    /// The most frequent values; exact here, an estimate in the service.
    pub(super) fn top_hitters(
        &mut self,
        input: Relation,
        rows: &Expr,
        of: &NamedExpr,
        by: Option<&NamedExpr>,
        span: Span,
    ) -> Option<Relation> {
        let rows = self.row_count(rows, "top-hitters")?;
        let (aggregate, measured, kind) = match by {
            Some(by) => ("sum", by, "sum"),
            None => ("count", of, "count"),
        };
        let name = format!("approximate_{kind}_{}", name_of(measured).unwrap_or_default());
        let arguments = by.into_iter().cloned().collect();
        let call = ExprKind::Call { name: Name { text: aggregate.into(), span }, arguments };
        let counted = NamedExpr { names: vec![Name { text: name.into(), span }], value: Expr { span, kind: call } };
        let grouped = self.summarize(input, &[counted], std::slice::from_ref(of), span)?;
        let weight = grouped.column(1, span)?;
        Some(grouped.top(rows, vec![largest_first(weight)], span))
    }

    pub(super) fn top_nested(&mut self, input: Relation, levels: &[NestedLevel], span: Span) -> Option<Relation> {
        let mut columns: Vec<NamedExpr> = Vec::new();
        let mut names: Vec<Arc<str>> = Vec::new();
        for (at, level) in levels.iter().enumerate() {
            let text = name_of(&level.of).unwrap_or_else(|| format!("Column{}", at + 1).into());
            names.push(Arc::clone(&text));
            if !level.of.names.is_empty() || !matches!(level.of.value.kind, ExprKind::Name(_)) {
                let name = Name { text, span: level.of.value.span };
                columns.push(NamedExpr { names: vec![name], value: level.of.value.clone() });
            }
        }
        let extended = if columns.is_empty() { input } else { self.extend(input, &columns, "top-nested", span)? };
        let rows = self.shared_use(extended, span);
        let mut chosen: Vec<Relation> = Vec::with_capacity(levels.len());
        for (depth, level) in levels.iter().enumerate() {
            let within = match chosen.last() {
                Some(outer) => paired(&rows, outer, JoinKind::LeftSemi, &names[..depth], span)?,
                None => rows.clone(),
            };
            let best = self.level(within, level, &names[..=depth], span)?;
            let best = self.shared_use(best, span);
            let all = match chosen.last() {
                Some(outer) => beside(outer.clone(), best, &names, depth, span)?,
                None => best,
            };
            chosen.push(self.shared_use(all, span));
        }
        let columns = chosen.last()?.columns.clone();
        let mut all = vec![chosen.last()?.clone()];
        for depth in (0..levels.len()).rev() {
            if levels.iter().skip(depth).any(|level| level.others.is_some()) {
                let outer = depth.checked_sub(1).and_then(|depth| chosen.get(depth));
                let nested = Nested { rows: &rows, levels, names: &names, columns: &columns };
                all.push(self.others(&nested, outer, chosen.get(depth)?, depth, span)?);
            }
        }
        if let [_] = all[..] {
            return all.pop();
        }
        Some(Relation { columns, node: Node::Union(all), span })
    }

    /// What `with others` adds at `depth`: a row for each combination of the levels before, over the rows whose value
    /// there was not chosen. Levels that do not ask for others are empty in it.
    fn others(
        &mut self,
        nested: &Nested<'_>,
        outer: Option<&Relation>,
        best: &Relation,
        depth: usize,
        span: Span,
    ) -> Option<Relation> {
        let Nested { rows, levels, names, columns } = *nested;
        let (before, here) = (names.get(..depth)?, names.get(..=depth)?);
        let within = match outer {
            Some(outer) => paired(rows, outer, JoinKind::LeftSemi, before, span)?,
            None => rows.clone(),
        };
        let rest = paired(&within, best, JoinKind::LeftAnti, here, span)?;
        let asking = || levels.iter().enumerate().skip(depth).filter(|(_, level)| level.others.is_some());
        let mut weights: Vec<NamedExpr> = asking()
            .map(|(at, level)| {
                let name = Name { text: format!("\u{0}{at}").into(), span };
                NamedExpr { names: vec![name], value: level.by.value.clone() }
            })
            .collect();
        let count = ExprKind::Call { name: Name { text: "count".into(), span }, arguments: Vec::new() };
        let name = Name { text: "\u{0}rows".into(), span };
        weights.push(NamedExpr { names: vec![name], value: Expr { span, kind: count } });
        let keys: Vec<NamedExpr> = before.iter().map(|name| by_name(name, span)).collect();
        let grouped = self.summarize(rest, &weights, &keys, span)?;
        let counted = grouped.column(grouped.columns.len().checked_sub(1)?, span)?;
        let zero = Scalar::literal(Value::Long(0), Type::Long, span);
        let any = self.operator_call(">", vec![counted, zero], span, mismatch(">", span))?;
        let grouped = grouped.filter(any, span);
        let (first_weight, paths) = match outer {
            Some(outer) => {
                let on = pairs(outer, &grouped, before, span)?;
                let columns: Vec<Field> = outer.columns.iter().chain(&grouped.columns).cloned().collect();
                let first = outer.columns.len() + depth;
                let (left, right) = (Box::new(outer.clone()), Box::new(grouped));
                (first, Relation { columns, node: Node::Join { kind: JoinKind::Inner, left, right, on }, span })
            }
            None => (0, grouped),
        };
        let mut outputs: Vec<Scalar> = (0..2 * depth).filter_map(|at| paths.column(at, span)).collect();
        let mut weight = first_weight;
        for (at, level) in levels.iter().enumerate().skip(depth) {
            let (label, measure) = (columns.get(2 * at)?.ty, columns.get(2 * at + 1)?.ty);
            match &level.others {
                Some(others) => {
                    outputs.push(self.scalar_of(label, others, &mut Context::constant("top-nested"))?);
                    outputs.push(paths.column(weight, span)?);
                    weight += 1;
                }
                None => outputs.extend([Scalar::null(label, span), Scalar::null(measure, span)]),
            }
        }
        Some(paths.project(columns.to_vec(), outputs, span))
    }

    /// The first values of the last of `names`, within each combination of those before it.
    fn level(&mut self, input: Relation, level: &NestedLevel, names: &[Arc<str>], span: Span) -> Option<Relation> {
        let depth = names.len() - 1;
        let keys: Vec<NamedExpr> = names.iter().map(|name| by_name(name, span)).collect();
        let mut weight = level.by.clone();
        if weight.names.is_empty() {
            weight.names.push(Name { text: format!("aggregated_{}", names[depth]).into(), span });
        }
        let grouped = self.summarize(input, &[weight], &keys, span)?;
        let Some(rows) = &level.rows else { return Some(grouped) };
        let rows = self.row_count(rows, "top-nested")?;
        let given = Relation { columns: grouped.columns.clone(), node: Node::Given, span };
        let order = SortKey {
            descending: level.descending,
            nulls_first: !level.descending,
            ..largest_first(given.column(depth + 1, span)?)
        };
        let body = given.top(rows, vec![order], span);
        let keys = (0..depth).filter_map(|at| grouped.column(at, span)).collect();
        let columns = grouped.columns.clone();
        let node = Node::Apply { input: Box::new(grouped), keys, keep: Vec::new(), body: Box::new(body) };
        Some(Relation { columns, node, span })
    }

    /// `relation` as one that is computed once and used more than once.
    pub(super) fn shared_use(&mut self, relation: Relation, span: Span) -> Relation {
        let columns = relation.columns.clone();
        let shared = self.share(relation);
        Relation { columns, node: Node::Shared(shared), span }
    }
}

/// The levels of a `top-nested` and what they are over.
struct Nested<'a> {
    rows: &'a Relation,
    levels: &'a [NestedLevel],
    /// The column of each level.
    names: &'a [Arc<str>],
    /// The columns of the answer: two a level.
    columns: &'a [Field],
}

/// The column called `name`.
fn by_name(name: &Arc<str>, span: Span) -> NamedExpr {
    NamedExpr { names: Vec::new(), value: Expr { span, kind: ExprKind::Name(Arc::clone(name)) } }
}

/// The rows of `rows` whose `names` have, or have not, values chosen in `outer`.
fn paired(rows: &Relation, outer: &Relation, kind: JoinKind, names: &[Arc<str>], span: Span) -> Option<Relation> {
    let on = pairs(rows, outer, names, span)?;
    let node = Node::Join { kind, left: Box::new(rows.clone()), right: Box::new(outer.clone()), on };
    Some(Relation { columns: rows.columns.clone(), node, span })
}

/// `outer` with the last two columns of `inner`, whose values are equal in the first `depth` names.
fn beside(outer: Relation, inner: Relation, names: &[Arc<str>], depth: usize, span: Span) -> Option<Relation> {
    let on = pairs(&outer, &inner, names.get(..depth)?, span)?;
    let (left, all) = (outer.columns.len(), outer.columns.len() + inner.columns.len());
    let columns: Vec<Field> = outer.columns.iter().chain(&inner.columns).cloned().collect();
    let kept: Vec<usize> = (0..left).chain(all - 2..all).collect();
    let node = Node::Join { kind: JoinKind::Inner, left: Box::new(outer), right: Box::new(inner), on };
    Some(Relation { columns, node, span }.keep(&kept, span))
}

fn pairs(left: &Relation, right: &Relation, names: &[Arc<str>], span: Span) -> Option<Vec<(Scalar, Scalar)>> {
    let column = |relation: &Relation, name: &str| relation.column(relation.position(name)?, span);
    names.iter().map(|name| Some((column(left, name)?, column(right, name)?))).collect()
}

fn largest_first(by: Scalar) -> SortKey {
    SortKey { by, descending: true, nulls_first: false }
}
