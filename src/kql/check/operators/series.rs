//! `make-series`: a summary by steps, whose rows become lists.

use crate::kql::check::Binder;
use crate::kql::check::expression::Context;
use crate::kql::check::message::WRONG_TYPE;
use crate::kql::check::naming::implied;
use crate::kql::check::signature::convert;
use crate::kql::plan::{Field, Node, Relation, Scalar, Steps};
use crate::kql::syntax::ast::{Expr, ExprKind, MakeSeries, Name, NamedExpr};
use crate::kql::{Span, Type, Value};
use std::sync::Arc;

impl Binder<'_> {
    pub(super) fn make_series(&mut self, input: Relation, series: &MakeSeries, span: Span) -> Option<Relation> {
        let axis = &series.axis.value;
        let ty = self.scalar(axis, &mut Context::over(&input.columns, "make-series"))?.ty;
        if !ty.is_summable() {
            let message = format!("'make-series' operator: the axis must be a number or datetime, not {ty}");
            return self.refuse(axis.span, message, WRONG_TYPE);
        }
        let mut input = input;
        for (bound, operator) in [(&series.start, ">="), (&series.stop, "<")] {
            if let Some(bound) = bound {
                input = self.filter(input, &compared(axis, operator, bound), span)?;
            }
        }
        let mut arguments = vec![unnamed(axis), unnamed(&series.step)];
        arguments.extend(series.start.as_ref().map(unnamed));
        let rounding = if series.start.is_some() { "bin_at" } else { "bin" };
        let binned = ExprKind::Call { name: named(rounding, axis.span), arguments };
        let names = match series.axis.names.first() {
            Some(name) => vec![name.clone()],
            None => implied(axis).map(|text| Name { text, span: axis.span }).into_iter().collect(),
        };
        let mut keys = series.keys.clone();
        keys.push(NamedExpr { names, value: Expr { span: axis.span, kind: binned } });
        let aggregates: Vec<NamedExpr> = series.aggregates.iter().map(|(aggregate, _)| aggregate.clone()).collect();
        let grouped = self.summarize(input, &aggregates, &keys, span)?;
        let key_count = series.keys.len();
        let steps = self.steps(series, ty, grouped.columns.get(key_count + 1..)?)?;
        let (groups, values) = grouped.columns.split_at_checked(key_count)?;
        let (axis, values) = values.split_first()?;
        let lists = values.iter().chain([axis]).map(|field| Field::new(Arc::clone(&field.name), Type::Dynamic));
        let columns = groups.iter().cloned().chain(lists).collect();
        let node = Node::Series { input: Box::new(grouped), keys: key_count, steps: Box::new(steps) };
        Some(Relation { columns, node, span })
    }

    fn steps(&mut self, series: &MakeSeries, ty: Type, values: &[Field]) -> Option<Steps> {
        let constant = &mut Context::constant("make-series");
        let bound = |binder: &mut Self, expr: &Option<Expr>| match expr {
            Some(expr) => Some(Some(convert(binder.scalar(expr, &mut Context::constant("make-series"))?, ty))),
            None => Some(None),
        };
        let start = bound(self, &series.start)?;
        let stop = bound(self, &series.stop)?;
        let step = self.scalar(&series.step, constant)?;
        let step = if ty.is_number() { convert(step, ty) } else { step };
        let mut defaults = Vec::with_capacity(values.len());
        for (_, default) in &series.aggregates {
            defaults.push(match default {
                Some(default) => self.scalar(default, constant)?,
                None => Scalar::literal(Value::Long(0), Type::Long, series.step.span),
            });
        }
        Some(Steps { start, stop, step, defaults })
    }
}

fn named(name: &str, span: Span) -> Name {
    Name { text: name.into(), span }
}

fn unnamed(expr: &Expr) -> NamedExpr {
    NamedExpr { names: Vec::new(), value: expr.clone() }
}

/// `left operator right`
fn compared(left: &Expr, operator: &'static str, right: &Expr) -> Expr {
    let (left, right) = (Box::new(left.clone()), Box::new(right.clone()));
    let span = right.span;
    Expr { span, kind: ExprKind::Binary { operator, operator_span: span, left, right } }
}
