//! `union`: sources brought to the same columns.

use super::project::matches;
use crate::kql::check::Binder;
use crate::kql::check::message::INVALID;
use crate::kql::check::naming::Names;
use crate::kql::check::scope::Binding;
use crate::kql::plan::{Field, Node, Relation, Scalar};
use crate::kql::syntax::ast::{Expr, ExprKind, Union};
use crate::kql::{Span, Type, Value};
use std::sync::Arc;

/// A source and what `withsource` calls it.
pub(super) struct Source {
    pub name: Arc<str>,
    pub relation: Relation,
}

impl Binder<'_> {
    pub(super) fn union(&mut self, input: Option<Relation>, union: &Union, span: Span) -> Option<Relation> {
        let mut sources = Vec::new();
        if let Some(relation) = input {
            sources.push(Source { name: "union_arg0".into(), relation });
        }
        let mut sound = true;
        for source in &union.sources {
            if union.fuzzy && self.is_unknown_table(source) {
                continue;
            }
            match self.sources(source, sources.len()) {
                Some(found) => sources.extend(found),
                None => sound = false,
            }
        }
        if !sound {
            return None;
        }
        if sources.is_empty() {
            return self.refuse(span, "'union' operator: none of its sources exists", INVALID);
        }
        Some(unite(sources, union.with_source.as_ref().map(|name| &name.text), union.inner, span))
    }

    /// What one item of a list of sources stands for.
    pub(super) fn sources(&mut self, source: &Expr, at: usize) -> Option<Vec<Source>> {
        match &source.kind {
            ExprKind::Wildcard(pattern) => {
                let tables = self.schema.tables().iter().filter(|table| matches(pattern, &table.name));
                let names: Vec<Arc<str>> = tables.map(|table| Arc::clone(&table.name)).collect();
                if names.is_empty() {
                    self.unknown_table(pattern, source.span);
                    return None;
                }
                let found = names.into_iter().filter_map(|name| {
                    let relation = self.schema_table(&name, source.span)?;
                    Some(Source { name, relation })
                });
                Some(found.collect())
            }
            kind => {
                let relation = self.table(source)?;
                let name = match kind {
                    ExprKind::Name(name) if self.scope.find(name).is_none() => Arc::clone(name),
                    _ => format!("union_arg{at}").into(),
                };
                Some(vec![Source { name, relation }])
            }
        }
    }

    /// Whether `source` is a name that means nothing: passed over where the union is fuzzy.
    fn is_unknown_table(&self, source: &Expr) -> bool {
        match &source.kind {
            ExprKind::Group(inner) => self.is_unknown_table(inner),
            ExprKind::Pipeline(pipeline) => {
                pipeline.source.as_ref().is_some_and(|source| self.is_unknown_table(source))
            }
            ExprKind::Name(name) => {
                let bound = self.scope.find(name).is_some_and(|binding| !matches!(binding, Binding::Poisoned));
                !bound && self.schema.table(name).is_none()
            }
            ExprKind::Wildcard(pattern) => !self.schema.tables().iter().any(|table| matches(pattern, &table.name)),
            _ => false,
        }
    }
}

/// All rows of `sources`. A column is known by name and type: one name with two types gives `X_long` and `X_string`,
/// which stand side by side.
pub(super) fn unite(sources: Vec<Source>, with_source: Option<&Arc<str>>, inner: bool, span: Span) -> Relation {
    let mut columns: Vec<Field> = Vec::new();
    for field in sources
        .iter()
        .flat_map(|source| &source.relation.columns)
        .filter(|field| !inner || sources.iter().all(|source| source.relation.position(&field.name).is_some()))
    {
        if !columns.contains(field) {
            let last = columns.iter().rposition(|known| known.name == field.name);
            columns.insert(last.map_or(columns.len(), |last| last + 1), field.clone());
        }
    }
    let mut names = Names::default();
    let mut fields: Vec<Field> = Vec::new();
    if let Some(name) = with_source {
        fields.push(Field::new(names.unique(name), Type::String));
    }
    for column in &columns {
        let contested = columns.iter().filter(|other| other.name == column.name).count() > 1;
        let name: Arc<str> =
            if contested { format!("{}_{}", column.name, column.ty).into() } else { Arc::clone(&column.name) };
        fields.push(Field { name: names.unique(&name), ty: column.ty });
    }
    let inputs = sources.into_iter().map(|Source { name, relation }| {
        let mut outputs = Vec::with_capacity(fields.len());
        if with_source.is_some() {
            outputs.push(Scalar::literal(Value::String(name), Type::String, span));
        }
        outputs.extend(columns.iter().map(|column| {
            let at = relation.columns.iter().position(|field| field == column);
            at.map_or_else(|| Scalar::null(column.ty, span), |at| Scalar::column(at, column.ty, span))
        }));
        if relation.columns == fields { relation } else { relation.project(fields.clone(), outputs, span) }
    });
    let inputs: Vec<Relation> = inputs.collect();
    Relation { columns: fields, node: Node::Union(inputs), span }
}
