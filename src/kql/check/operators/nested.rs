//! `top-hitters` and `top-nested`.

use crate::kql::Span;
use crate::kql::check::Binder;
use crate::kql::check::message::INVALID;
use crate::kql::check::naming::name_of;
use crate::kql::plan::{Field, JoinKind, Node, Relation, Scalar, SortKey};
use crate::kql::syntax::ast::{Expr, ExprKind, Name, NamedExpr, NestedLevel};
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
            if let Some(others) = &level.others {
                return self.refuse(others.span, "'top-nested' operator: 'with others' is not supported yet", INVALID);
            }
            let text = name_of(&level.of).unwrap_or_else(|| format!("Column{}", at + 1).into());
            names.push(Arc::clone(&text));
            if !level.of.names.is_empty() || !matches!(level.of.value.kind, ExprKind::Name(_)) {
                let name = Name { text, span: level.of.value.span };
                columns.push(NamedExpr { names: vec![name], value: level.of.value.clone() });
            }
        }
        let extended = if columns.is_empty() { input } else { self.extend(input, &columns, "top-nested", span)? };
        let rows = self.shared_use(extended, span);
        let mut chosen: Option<Relation> = None;
        for (depth, level) in levels.iter().enumerate() {
            let within = match &chosen {
                Some(outer) => within(&rows, outer, &names, depth, span)?,
                None => rows.clone(),
            };
            let best = self.level(within, level, &names[..=depth], span)?;
            let best = self.shared_use(best, span);
            chosen = Some(match chosen {
                Some(outer) => beside(outer, best, &names, depth, span)?,
                None => best,
            });
        }
        chosen
    }

    /// The first values of the last of `names`, within each combination of those before it.
    fn level(&mut self, input: Relation, level: &NestedLevel, names: &[Arc<str>], span: Span) -> Option<Relation> {
        let depth = names.len() - 1;
        let key = |text: &Arc<str>| {
            let value = Expr { span, kind: ExprKind::Name(Arc::clone(text)) };
            NamedExpr { names: Vec::new(), value }
        };
        let keys: Vec<NamedExpr> = names.iter().map(key).collect();
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

/// The rows of `rows` whose first `depth` names have values chosen in `outer`.
fn within(rows: &Relation, outer: &Relation, names: &[Arc<str>], depth: usize, span: Span) -> Option<Relation> {
    let on = pairs(rows, outer, names, depth, span)?;
    let node =
        Node::Join { kind: JoinKind::LeftSemi, left: Box::new(rows.clone()), right: Box::new(outer.clone()), on };
    Some(Relation { columns: rows.columns.clone(), node, span })
}

/// `outer` with the last two columns of `inner`, whose values are equal in the first `depth` names.
fn beside(outer: Relation, inner: Relation, names: &[Arc<str>], depth: usize, span: Span) -> Option<Relation> {
    let on = pairs(&outer, &inner, names, depth, span)?;
    let (left, all) = (outer.columns.len(), outer.columns.len() + inner.columns.len());
    let columns: Vec<Field> = outer.columns.iter().chain(&inner.columns).cloned().collect();
    let kept: Vec<usize> = (0..left).chain(all - 2..all).collect();
    let node = Node::Join { kind: JoinKind::Inner, left: Box::new(outer), right: Box::new(inner), on };
    Some(Relation { columns, node, span }.keep(&kept, span))
}

fn pairs(
    left: &Relation,
    right: &Relation,
    names: &[Arc<str>],
    depth: usize,
    span: Span,
) -> Option<Vec<(Scalar, Scalar)>> {
    let column = |relation: &Relation, name: &str| relation.column(relation.position(name)?, span);
    names.iter().take(depth).map(|name| Some((column(left, name)?, column(right, name)?))).collect()
}

fn largest_first(by: Scalar) -> SortKey {
    SortKey { by, descending: true, nulls_first: false }
}
