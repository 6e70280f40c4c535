//! What is still known after a mistake, so that the rest of the query is checked and nothing is said of its consequences.

use super::Binder;
use super::message::{ARGUMENT_COUNT, INVALID, NOT_COMPARABLE, WRONG_TYPE};
use crate::kql::aggregates::{self, Naming};
use crate::kql::engine::hash::FastSet;
use crate::kql::plan::{Field, Node, Relation};
use crate::kql::syntax::Parsed;
use crate::kql::syntax::ast::{ExprKind, NamedExpr, Operator, Stage};
use crate::kql::syntax::token::TokenKind;
use crate::kql::{Diagnostic, Span};
use std::sync::Arc;

/// What a mistake that was said already leaves unknown.
#[derive(Default)]
pub(super) struct Unknown {
    /// Names of columns whose value could not be bound.
    names: FastSet<Arc<str>>,
    /// Whether the table at hand may have any other column.
    pub any: bool,
    /// Whether the operator at hand lost a star, and so columns that it did not name.
    all: bool,
    /// The columns that the operator which gave nothing would have given.
    columns: Option<Vec<Field>>,
    /// Whether anything was guessed at all: there is no plan then.
    pub guessed: bool,
}

impl Unknown {
    /// Whether a column called `name` may be there.
    pub fn has(&self, name: &str) -> bool {
        self.any || self.names.contains(name)
    }

    /// Whether `name` is that of a column whose value could not be bound.
    pub fn is_named(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// The names that `column` would have given.
    pub fn lose(&mut self, column: &NamedExpr) {
        self.names.extend(column.names.iter().map(|name| Arc::clone(&name.text)));
        if column.names.is_empty() {
            self.names.extend(super::naming::implied(&column.value));
        }
        self.all |= takes_all(column);
        if let ExprKind::Call { name, arguments } = &column.value.kind
            && aggregates::find(&name.text).is_some_and(|known| known.naming == Naming::Arguments)
        {
            self.names.extend(arguments.iter().filter_map(super::naming::name_of));
        }
    }

    /// A name that something lost would have given.
    pub fn lose_name(&mut self, name: &Arc<str>) {
        self.names.insert(Arc::clone(name));
    }

    /// Keeps `columns` as those of an operator that could not be bound, and gives nothing.
    pub fn guess<T>(&mut self, columns: Vec<Field>) -> Option<T> {
        self.columns = Some(columns);
        None
    }
}

impl Binder<'_> {
    /// `stage` over `input`. Where it could not be bound, no rows of the columns that it would give.
    pub(super) fn stage(&mut self, input: Relation, stage: &Stage) -> Option<Relation> {
        let outer = std::mem::take(&mut self.windows);
        let kept = (!tells_its_columns(&stage.operator)).then(|| input.columns.clone());
        self.unknown.columns = None;
        self.unknown.all = false;
        let bound = self.operator(input, stage);
        self.windows = outer;
        if bound.is_some() {
            if replaces_columns(&stage.operator) {
                self.unknown.any = false;
            }
            return bound;
        }
        if matches!(stage.operator, Operator::Graph { .. }) {
            return None;
        }
        // What an operator inside this one would give is not what this one gives.
        let columns = self.unknown.columns.take().filter(|_| kept.is_none());
        let comes_through = !replaces_columns(&stage.operator) && (self.unknown.any || self.unknown.all);
        self.unknown.any = columns.is_none() || comes_through;
        Some(self.guessed(columns.or(kept).unwrap_or_default(), stage.span))
    }

    /// A table of which only `columns` are known.
    pub(super) fn guessed(&mut self, columns: Vec<Field>, span: Span) -> Relation {
        self.unknown.guessed = true;
        Relation { columns, node: Node::Rows(Vec::new()), span }
    }

    /// What `bind` gives, and whether a table in it may have any column. What is around keeps its own.
    pub(super) fn apart<T>(&mut self, bind: impl FnOnce(&mut Self) -> T) -> (T, bool) {
        let outer = std::mem::take(&mut self.unknown.any);
        let bound = bind(self);
        (bound, std::mem::replace(&mut self.unknown.any, outer))
    }
}

/// Whether `diagnostic` is about types or numbers of arguments rather than names.
pub(super) fn is_of_type(diagnostic: &Diagnostic) -> bool {
    diagnostic.code.is_some_and(|code| [WRONG_TYPE, ARGUMENT_COUNT, INVALID, NOT_COMPARABLE].contains(&code))
}

/// Leaves out complaints about types in operators that were not understood whole: they are guesses.
pub(super) fn drop_guesses(diagnostics: &mut Vec<Diagnostic>, parsed: &Parsed) {
    if parsed.diagnostics.iter().all(|diagnostic| !diagnostic.is_error()) {
        return;
    }
    let ends: Vec<usize> = parsed
        .tokens
        .iter()
        .filter(|token| matches!(token.kind, TokenKind::Pipe | TokenKind::Semicolon))
        .map(|token| token.span.start)
        .collect();
    let operator_at = |at: usize| ends.partition_point(|end| *end < at);
    let broken: FastSet<usize> = parsed
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.is_error())
        .map(|diagnostic| operator_at(diagnostic.span.start))
        .collect();
    diagnostics.retain(|diagnostic| !is_of_type(diagnostic) || !broken.contains(&operator_at(diagnostic.span.start)));
}

/// Whether the operator leaves its columns as a guess where it gives nothing.
fn tells_its_columns(operator: &Operator) -> bool {
    matches!(
        operator,
        Operator::Where(_)
            | Operator::Project(_)
            | Operator::Extend(_)
            | Operator::Serialize(_)
            | Operator::Summarize { .. }
            | Operator::Distinct(_)
            | Operator::Sort(_)
            | Operator::Top { .. }
            | Operator::Take(_)
            | Operator::Join(_)
            | Operator::MvExpand(_)
            | Operator::Parse(_)
            | Operator::ProjectRename(_)
            | Operator::Count
            | Operator::Render
    )
}

/// Whether no column comes through the operator that it does not name.
fn replaces_columns(operator: &Operator) -> bool {
    match operator {
        Operator::Project(_) | Operator::Count => true,
        Operator::Summarize { aggregates: columns, .. } | Operator::Distinct(columns) => !columns.iter().any(takes_all),
        _ => false,
    }
}

/// Whether `column` stands for columns that it does not name.
fn takes_all(column: &NamedExpr) -> bool {
    match &column.value.kind {
        ExprKind::Wildcard(_) => true,
        ExprKind::Call { arguments, .. } => {
            arguments.iter().any(|argument| matches!(argument.value.kind, ExprKind::Wildcard(_)))
        }
        _ => false,
    }
}
