//! Tree to plan: names resolved, types known, the many tabular operators lowered to few nodes.
//!
//! Every complaint is made once, at the name or operand it is about. What could not be bound is passed up as nothing,
//! silently, so that one mistake gives one complaint and the rest of the query is still checked.

mod call;
mod expression;
mod hunting;
mod message;
mod naming;
mod operators;
mod prune;
mod recover;
mod relation;
mod scope;
mod signature;
mod statement;
mod unsupported;
mod window;

#[cfg(test)]
mod tests;

use super::engine::hash::FastMap;
use super::engine::{RunError, Table};
use super::plan::{Field, Plan, Relation, Scalar, WindowCall};
use super::syntax::Parsed;
use super::syntax::token::TokenKind;
use super::{Compiled, Diagnostic, Schema, Span};
use recover::Unknown;
use scope::Scope;

/// How many complaints are kept.
const DIAGNOSTICS_MAX: usize = 100;
/// How deep let functions may call each other.
const INLINE_DEPTH_MAX: usize = 24;
/// How many calls of let functions a query may hold once all are inlined.
const INLINE_MAX: usize = 500;

/// Gives the rows of a plan that is part of the query being bound.
pub type Data<'d> = dyn Fn(&Plan) -> Result<Table, RunError> + 'd;

/// Binds `parsed` against `schema`, and against `data` where columns depend on it. Where the text does not parse, what was understood of it is
/// still checked.
pub fn bind(parsed: &Parsed, schema: &Schema, data: Option<&Data<'_>>) -> Compiled {
    let mut binder = Binder { data, ..Binder::new(parsed, schema) };
    let root = binder.query(&parsed.query);
    let (mut diagnostics, open) = (binder.diagnostics, binder.open.is_some());
    if let Some(since) = binder.open {
        let later = diagnostics.split_off(since);
        diagnostics.extend(later.into_iter().filter(|diagnostic| !recover::is_of_type(diagnostic)));
    }
    recover::drop_guesses(&mut diagnostics, parsed);
    diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    let sound = !diagnostics.iter().any(Diagnostic::is_error);
    let whole = sound && !binder.unknown.guessed;
    let plan = root.filter(|_| whole).map(|root| prune::prune(Plan { root, shared: binder.shared, more: binder.more }));
    Compiled { plan: plan.filter(|_| !open), diagnostics, open }
}

/// The columns that `parsed` answers with, as far as they are known: complaints are passed over.
pub fn columns(parsed: &Parsed, schema: &Schema) -> Option<Vec<Field>> {
    Binder::new(parsed, schema).query(&parsed.query).map(|root| root.columns)
}

/// What is known while binding.
struct Binder<'s> {
    schema: &'s Schema,
    /// The `let` names that can be seen from here.
    scope: Scope,
    shared: Vec<Relation>,
    diagnostics: Vec<Diagnostic>,
    /// How often each name is written, to tell tables that are worth sharing.
    mentions: FastMap<String, usize>,
    /// How many let functions are being inlined.
    inline_depth: usize,
    /// How many were.
    inlined: usize,
    /// How many tables in scalars are being bound: a scalar of an outer row has no meaning inside.
    row_level: usize,
    /// How deep the scalar being bound nests.
    depth: usize,
    /// The calls of window functions in the operator being bound.
    windows: Vec<WindowCall>,
    /// Where rows can be had while binding.
    data: Option<&'s Data<'s>>,
    /// What `fork` or `facet` gives besides its first table.
    more: Vec<Relation>,
    /// How many complaints there were when columns were first guessed that depend on rows: later ones on types are
    /// guesses too.
    open: Option<usize>,
    /// Whether a query between the braces of `partition` is being bound.
    in_partition: bool,
    /// What is not known for a mistake that was said already.
    unknown: Unknown,
}

/// A scalar or a table.
enum Bound {
    Scalar(Scalar),
    Table(Relation),
}

impl<'s> Binder<'s> {
    fn new(parsed: &Parsed, schema: &'s Schema) -> Self {
        let mut mentions: FastMap<String, usize> = FastMap::default();
        let names = parsed.tokens.iter().filter(|token| token.kind == TokenKind::Name);
        for name in names.map(|token| parsed.text_of(token.span)) {
            match mentions.get_mut(name) {
                Some(count) => *count += 1,
                None => _ = mentions.insert(name.to_owned(), 1),
            }
        }
        Self {
            schema,
            scope: Scope::default(),
            shared: Vec::new(),
            diagnostics: parsed.diagnostics.clone(),
            mentions,
            inline_depth: 0,
            inlined: 0,
            row_level: 0,
            depth: 0,
            windows: Vec::new(),
            data: None,
            more: Vec::new(),
            open: None,
            in_partition: false,
            unknown: Unknown::default(),
        }
    }

    /// Complains, unless the same was already said of the same place: a let function is bound at each call.
    fn complain(&mut self, diagnostic: Diagnostic) {
        let known = self.diagnostics.iter().any(|d| d.span == diagnostic.span && d.message == diagnostic.message);
        if !known && self.diagnostics.len() < DIAGNOSTICS_MAX {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Complains and gives nothing.
    fn refuse<T>(&mut self, span: Span, message: impl Into<String>, code: &'static str) -> Option<T> {
        self.complain(Diagnostic::error(span, message).coded(code));
        None
    }

    /// Makes `relation` one of the shared ones and gives its index.
    fn share(&mut self, relation: Relation) -> usize {
        self.shared.push(relation);
        self.shared.len() - 1
    }
}
