//! Statements: what `let` names, and which expression is the answer.

use super::expression::Context;
use super::message::INVALID;
use super::scope::{Binding, LetFunction, NamedTable};
use super::{Binder, Bound};
use crate::kql::plan::{Field, Node, Relation, Scalar};
use crate::kql::syntax::ast::{
    Expr, ExprKind, FunctionDeclaration, LetValue, Name, Operator, ParameterDeclaration, ParameterType, Query,
    Statement, StatementKind,
};
use crate::kql::{Diagnostic, Span};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

/// How many nodes a `let` scalar may have: each use copies it.
const LET_SIZE_MAX: usize = 2_000;
/// How deep a `let` scalar may nest.
const LET_DEPTH_MAX: usize = 100;
/// How deep a `let` table may nest before it is computed apart, which keeps plans shallow.
const LET_TABLE_DEPTH_MAX: usize = 50;

impl Binder<'_> {
    /// All statements; the answer is the last query.
    pub(super) fn query(&mut self, query: &Query) -> Option<Relation> {
        let mut answer: Option<&Expr> = None;
        let mut root = None;
        self.declared_twice(&[], &query.statements);
        for statement in &query.statements {
            match &statement.kind {
                StatementKind::Let { name, value } => self.let_statement(name, value),
                StatementKind::Query(expr) => {
                    if answer.is_some() {
                        let message = "Only one query can run at a time; the one before this is left out";
                        self.complain(Diagnostic::warning(statement.span, message));
                    }
                    answer = Some(expr);
                    root = self.apart(|binder| binder.table(expr)).0;
                    if !gives_several(expr) {
                        self.more.clear();
                    }
                }
                StatementKind::Parameters(parameters) => self.query_parameters(parameters),
                StatementKind::Set => {}
                StatementKind::Error => answer = None,
            }
        }
        let refused = query.statements.iter().any(|statement| statement.kind == StatementKind::Error);
        if answer.is_none() && !refused {
            let end = query.statements.last().map_or(Span::default(), |statement| statement.span);
            let message = "No tabular expression statement found";
            return self.refuse(Span::new(end.end, end.end), message, INVALID);
        }
        root
    }

    /// Complains of each name that `statements` give a second meaning, or one that a parameter has. A function's body
    /// may give a name of its surroundings another meaning.
    fn declared_twice(&mut self, parameters: &[ParameterDeclaration], statements: &[Statement]) {
        let mut known: BTreeSet<&str> = parameters.iter().map(|parameter| &*parameter.name.text).collect();
        for statement in statements {
            if let StatementKind::Let { name, .. } = &statement.kind
                && !known.insert(&name.text)
            {
                let message = format!("A variable with the name '{}' has already been declared", name.text);
                self.complain(Diagnostic::error(name.span, message).coded(INVALID));
            }
        }
    }

    /// Parameters of a query: each has the value of its default.
    fn query_parameters(&mut self, parameters: &[ParameterDeclaration]) {
        for parameter in parameters {
            let ParameterType::Scalar(ty) = parameter.ty else { continue };
            let binding = if let Some(default) = &parameter.default {
                self.scalar_of(ty, default, &mut Context::constant("declare"))
            } else {
                let message = format!("The query parameter '{}' has no value and no default", parameter.name.text);
                self.refuse(parameter.name.span, message, INVALID)
            };
            let binding = binding.map_or(Binding::Poisoned, |scalar| Binding::Scalar(scalar, self.row_level));
            self.scope.declare(Arc::clone(&parameter.name.text), binding);
        }
    }

    fn let_statement(&mut self, name: &Name, value: &LetValue) {
        let binding = match value {
            LetValue::Function(declaration) => {
                let function = LetFunction::new(Arc::clone(declaration), self.scope.clone(), self.schema);
                if self.mentions.get(&*name.text).is_none_or(|mentions| *mentions < 2) {
                    self.check_uncalled(&function);
                }
                Binding::Function(Rc::new(function))
            }
            LetValue::Expr(expr) => match self.apart(|binder| binder.value(expr, &mut Context::constant("let"))) {
                (Some(Bound::Scalar(scalar)), _) if scalar.size() > LET_SIZE_MAX || scalar.depth() > LET_DEPTH_MAX => {
                    let message = "The value is too large once all names in it are put in";
                    self.complain(Diagnostic::error(expr.span, message).coded(INVALID));
                    Binding::Poisoned
                }
                (Some(Bound::Scalar(scalar)), _) => Binding::Scalar(scalar, self.row_level),
                (Some(Bound::Table(relation)), any) => self.named_table(&name.text, relation, any),
                (None, _) => Binding::Poisoned,
            },
        };
        self.scope.declare(Arc::clone(&name.text), binding);
    }

    /// A table under a name that the query writes more than twice is computed once.
    pub(super) fn named_table(&self, name: &str, relation: Relation, any: bool) -> Binding {
        let repeated =
            self.mentions.get(name).is_some_and(|mentions| *mentions > 2) || relation.depth() > LET_TABLE_DEPTH_MAX;
        Binding::Table(Rc::new(NamedTable { relation, any, repeated, shared: Cell::new(None) }))
    }

    /// A use of `table`.
    pub(super) fn use_table(&mut self, table: &NamedTable, span: Span) -> Relation {
        self.unknown.any |= table.any;
        if !table.repeated || table.relation.is_trivial() {
            return table.relation.clone();
        }
        let index = table.shared.get().unwrap_or_else(|| self.share(table.relation.clone()));
        table.shared.set(Some(index));
        Relation { columns: table.relation.columns.clone(), node: Node::Shared(index), span }
    }

    /// Binds a function that nothing calls, over empty arguments, for its complaints only.
    fn check_uncalled(&mut self, function: &LetFunction) {
        let mut scope = function.scope.clone();
        for parameter in &function.declaration.parameters {
            let span = parameter.name.span;
            let binding = match &parameter.ty {
                ParameterType::Scalar(ty) => Binding::Scalar(Scalar::null(*ty, span), self.row_level),
                ParameterType::Table(columns) if columns.is_empty() => return,
                ParameterType::Table(columns) => {
                    let columns = columns.iter().map(|column| Field::new(Arc::clone(&column.name.text), column.ty));
                    let relation = Relation { columns: columns.collect(), node: Node::Rows(Vec::new()), span };
                    self.named_table(&parameter.name.text, relation, false)
                }
            };
            scope.declare(Arc::clone(&parameter.name.text), binding);
        }
        self.body(&function.declaration, scope);
    }

    /// The value of a function's body where its parameters mean what `scope` says.
    pub(super) fn body(&mut self, declaration: &FunctionDeclaration, scope: super::Scope) -> Option<Bound> {
        let outer = std::mem::replace(&mut self.scope, scope);
        let mut value = None;
        self.declared_twice(&declaration.parameters, &declaration.body);
        for Statement { kind, .. } in &declaration.body {
            match kind {
                StatementKind::Let { name, value } => self.let_statement(name, value),
                StatementKind::Query(expr) => value = self.value(expr, &mut Context::constant("let")),
                StatementKind::Set | StatementKind::Parameters(_) | StatementKind::Error => {}
            }
        }
        self.scope = outer;
        value
    }
}

/// Whether `expr` ends with an operator that gives several tables.
fn gives_several(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Group(inner) => gives_several(inner),
        ExprKind::Pipeline(pipeline) => {
            matches!(pipeline.stages.last().map(|stage| &stage.operator), Some(Operator::Fork(_) | Operator::Facet(..)))
        }
        _ => false,
    }
}
