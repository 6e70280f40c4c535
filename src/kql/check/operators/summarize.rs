//! `summarize` and `count`. Arithmetic over aggregates becomes a projection over the aggregates.

use crate::kql::aggregates::{self, Aggregate, Naming};
use crate::kql::check::Binder;
use crate::kql::check::expression::Context;
use crate::kql::check::message::{INVALID, WRONG_TYPE};
use crate::kql::check::naming::{Names, implied};
use crate::kql::plan::{AggregateCall, Field, Relation, Scalar};
use crate::kql::syntax::ast::{Expr, ExprKind, Name, NamedExpr};
use crate::kql::{Diagnostic, Span, Type};
use std::sync::Arc;

/// The aggregates of one `summarize` as they are met.
pub(in crate::kql::check) struct AggregateSink {
    input: Vec<Field>,
    keys: Vec<Scalar>,
    calls: Vec<AggregateCall>,
    /// The types of the calls' outputs, one after the other.
    outputs: Vec<Type>,
}

impl AggregateSink {
    /// The summarized relation's column for the input's column at `at`, where that is a key.
    pub fn key_column(&self, at: usize, span: Span) -> Option<Scalar> {
        let is_key = |key: &Scalar| matches!(key.node, crate::kql::plan::ScalarNode::Column(column) if column == at);
        let key = self.keys.iter().position(is_key)?;
        self.keys.get(key).map(|scalar| Scalar::column(key, scalar.ty, span))
    }

    /// Adds a call; gives the index of its first output among the summarized relation's columns.
    fn push(&mut self, aggregate: &'static Aggregate, arguments: Vec<Scalar>, outputs: &[Type]) -> usize {
        let at = self.keys.len() + self.outputs.len();
        self.outputs.extend(outputs);
        self.calls.push(AggregateCall { aggregate, arguments, outputs: outputs.len() });
        at
    }
}

impl Binder<'_> {
    pub(super) fn count(&mut self, input: Relation, span: Span) -> Option<Relation> {
        let Some(aggregate) = aggregates::find("count") else {
            return self.refuse(span, "The 'count' operator is not supported yet", INVALID);
        };
        let call = AggregateCall { aggregate, arguments: Vec::new(), outputs: 1 };
        Some(input.summarize(vec![Field::new("Count", Type::Long)], Vec::new(), vec![call], span))
    }

    pub(super) fn summarize(
        &mut self,
        input: Relation,
        columns: &[NamedExpr],
        keys: &[NamedExpr],
        span: Span,
    ) -> Option<Relation> {
        let mut names = Names::default();
        let (bound, mut sound) = self.keys(&input, keys, &mut names);
        let (mut fields, keys): (Vec<Field>, Vec<Scalar>) = bound.into_iter().unzip();
        let key_count = keys.len();
        let sink = AggregateSink { input: input.columns.clone(), keys, calls: Vec::new(), outputs: Vec::new() };
        let mut binding = Summarize { sink, outputs: Vec::new(), names };
        for column in columns {
            if self.summarized(&mut binding, column).is_none() {
                self.unknown.lose(column);
                sound = false;
            }
        }
        let Summarize { sink, outputs, .. } = binding;
        if !sound {
            fields.extend(outputs.into_iter().map(|(field, _)| field));
            return self.unknown.guess(fields);
        }
        let direct = outputs.iter().enumerate().all(|(at, (_, scalar))| {
            matches!(scalar.node, crate::kql::plan::ScalarNode::Column(column) if column == key_count + at)
        }) && outputs.len() == sink.outputs.len();
        if direct {
            fields.extend(outputs.into_iter().map(|(field, _)| field));
            return Some(input.summarize(fields, sink.keys, sink.calls, span));
        }
        let mut inner = fields.clone();
        inner.extend(sink.outputs.iter().enumerate().map(|(at, ty)| Field::new(format!("aggregate_{at}"), *ty)));
        let mut scalars: Vec<Scalar> =
            fields.iter().enumerate().map(|(at, field)| Scalar::column(at, field.ty, span)).collect();
        for (field, scalar) in outputs {
            fields.push(field);
            scalars.push(scalar);
        }
        Some(input.summarize(inner, sink.keys, sink.calls, span).project(fields, scalars, span))
    }

    /// The keys that can be bound, and whether those are all.
    fn keys(&mut self, input: &Relation, keys: &[NamedExpr], names: &mut Names) -> (Vec<(Field, Scalar)>, bool) {
        let mut bound = Vec::new();
        let mut sound = true;
        for key in keys {
            let scalar = self.scalar(&key.value, &mut Context::over(&input.columns, "summarize"));
            let name = self.output_name("summarize", key, names);
            let (Some(scalar), Some(name)) = (scalar, name) else {
                self.unknown.lose(key);
                sound = false;
                continue;
            };
            if scalar.ty == Type::Dynamic {
                let message = format!(
                    "Summarize group key ('{name}') is of a 'dynamic' type. Please use an explicit cast (for example, \
                     'summarize ... by tostring({name})') as grouping by a 'dynamic' type is not supported"
                );
                self.complain(Diagnostic::error(key.value.span, message).coded(WRONG_TYPE));
                self.unknown.lose_name(&name);
                sound = false;
                continue;
            }
            bound.push((Field { name, ty: scalar.ty }, scalar));
        }
        (bound, sound)
    }

    /// One item before `by`.
    fn summarized(&mut self, binding: &mut Summarize, column: &NamedExpr) -> Option<()> {
        if let Some((aggregate, name, arguments)) = self.aggregate_of(&column.value)
            && aggregate.naming == Naming::Arguments
        {
            return self.row_aggregate(binding, aggregate, name, arguments, column);
        }
        if let Some(each) = self.percentiles(column) {
            return each.iter().try_for_each(|one| self.summarized(binding, one));
        }
        let operator = "summarize";
        let input = binding.sink.input.clone();
        let mut context = Context { aggregates: Some(&mut binding.sink), ..Context::over(&input, operator) };
        let scalar = self.scalar(&column.value, &mut context)?;
        let name = self.output_name(operator, column, &mut binding.names)?;
        binding.outputs.push((Field { name, ty: scalar.ty }, scalar));
        Some(())
    }

    /// `percentiles(a, 5, 50)` as a call for each percentile; nothing for other items.
    fn percentiles(&self, column: &NamedExpr) -> Option<Vec<NamedExpr>> {
        let ExprKind::Call { name, arguments } = &column.value.kind else { return None };
        let (_, one, before) = aggregates::SEVERAL.iter().find(|(several, ..)| **several == *name.text)?;
        if self.scope.find(&name.text).is_some() || arguments.len() <= *before {
            return None;
        }
        let (same, percents) = arguments.split_at(*before);
        let call = |(at, percent): (usize, &NamedExpr)| {
            let arguments = same.iter().chain([percent]).cloned().collect();
            let name = Name { text: (*one).into(), span: name.span };
            let value = Expr { span: column.value.span, kind: ExprKind::Call { name, arguments } };
            NamedExpr { names: column.names.get(at).cloned().into_iter().collect(), value }
        };
        Some(percents.iter().enumerate().map(call).collect())
    }

    /// The aggregate that `expr` calls, where it is just that.
    fn aggregate_of<'e>(&self, expr: &'e Expr) -> Option<(&'static Aggregate, &'e Name, &'e [NamedExpr])> {
        match &expr.kind {
            ExprKind::Group(inner) => self.aggregate_of(inner),
            ExprKind::Call { name, arguments } if self.scope.find(&name.text).is_none() => {
                aggregates::find(&name.text).map(|aggregate| (aggregate, name, arguments.as_slice()))
            }
            _ => None,
        }
    }

    /// `arg_max(a, b, *)` and kin: as many columns as arguments, called like them.
    fn row_aggregate(
        &mut self,
        binding: &mut Summarize,
        aggregate: &'static Aggregate,
        name: &Name,
        arguments: &[NamedExpr],
        column: &NamedExpr,
    ) -> Option<()> {
        let input = binding.sink.input.clone();
        let mut scalars: Vec<Scalar> = Vec::new();
        let mut fields: Vec<Arc<str>> = Vec::new();
        let mut starred = 0..0;
        for argument in arguments {
            if let ExprKind::Wildcard(_) = argument.value.kind {
                let span = argument.value.span;
                starred.start = fields.len();
                for (at, field) in input.iter().enumerate() {
                    let named = fields.contains(&field.name) || binding.sink.key_column(at, span).is_some();
                    if !named {
                        scalars.push(Scalar::column(at, field.ty, span));
                        fields.push(Arc::clone(&field.name));
                    }
                }
                starred.end = fields.len();
                continue;
            }
            let scalar = self.scalar(&argument.value, &mut Context::over(&input, "summarize"))?;
            let implied = implied(&argument.value);
            fields.push(implied.unwrap_or_else(|| format!("{}_{}", prefix(aggregate), scalars.len()).into()));
            scalars.push(scalar);
        }
        let fitted = self.fit(aggregate.name, aggregate.signatures, scalars, name.span)?;
        let types: Vec<Type> = fitted.arguments.iter().map(|argument| argument.ty).collect();
        let first = binding.sink.push(aggregate, fitted.arguments, &types);
        for (at, (field, ty)) in fields.iter().zip(types).enumerate() {
            let name = match column.names.get(at) {
                Some(name) => {
                    let Some(written) = binding.names.written(&name.text) else {
                        let message = format!("'summarize' operator: a column named '{}' already exists", name.text);
                        return self.refuse(name.span, message, INVALID);
                    };
                    written
                }
                None if starred.contains(&at) => binding.names.of_star(field),
                None => binding.names.unique(field),
            };
            let scalar = Scalar::column(first + at, ty, column.value.span);
            binding.outputs.push((Field { name, ty }, scalar));
        }
        Some(())
    }

    /// A call of an aggregate inside an expression of `summarize`: the column that will hold it.
    pub(in crate::kql::check) fn aggregate(
        &mut self,
        name: &Name,
        arguments: &[NamedExpr],
        span: Span,
        context: &mut Context<'_>,
    ) -> Option<Scalar> {
        let aggregate = aggregates::find(&name.text)?;
        let bound: Vec<Option<Scalar>> = arguments
            .iter()
            .filter(|argument| !matches!(argument.value.kind, ExprKind::Wildcard(_)))
            .map(|argument| self.scalar(&argument.value, &mut context.plain()))
            .collect();
        let bound: Vec<Scalar> = bound.into_iter().collect::<Option<_>>()?;
        let fitted = self.fit(aggregate.name, aggregate.signatures, bound, name.span)?;
        let ty = match aggregate.naming {
            Naming::Arguments => fitted.arguments.first().map_or(fitted.ty, |argument| argument.ty),
            _ => fitted.ty,
        };
        let outputs = match aggregate.naming {
            Naming::Arguments => fitted.arguments.iter().map(|argument| argument.ty).collect(),
            _ => vec![ty],
        };
        if let ("count", Some(argument)) = (aggregate.name, arguments.first()) {
            let message = "count() looks at no value: all rows count, those where it is null or false too";
            let warning = Diagnostic::warning(argument.span(), message);
            self.complain(warning.hinted("write count(), countif() for a predicate, dcount() for different values"));
        }
        let sink = context.aggregates.as_mut()?;
        let at = sink.push(aggregate, fitted.arguments, &outputs);
        Some(Scalar::column(at, ty, span))
    }
}

/// A `summarize` while its items are bound.
struct Summarize {
    sink: AggregateSink,
    outputs: Vec<(Field, Scalar)>,
    names: Names,
}

fn prefix(aggregate: &Aggregate) -> &'static str {
    match aggregate.naming {
        Naming::PrefixAndFirst(prefix) | Naming::PrefixFirstAndSecond(prefix) | Naming::PrefixFirstAndLast(prefix) => {
            prefix
        }
        Naming::Arguments | Naming::FirstArgument => aggregate.name,
    }
}
