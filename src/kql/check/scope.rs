//! What `let` names mean, and from where they can be seen.

use crate::kql::Type;
use crate::kql::plan::{Relation, Scalar};
use crate::kql::syntax::ast::FunctionDeclaration;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

/// The names that can be seen, innermost first. Cheap to clone; a function keeps the one it was declared in.
#[derive(Clone, Default)]
pub(super) struct Scope(Option<Rc<Entry>>);

struct Entry {
    name: Arc<str>,
    binding: Binding,
    outer: Scope,
}

/// What a name means.
#[derive(Clone)]
pub(super) enum Binding {
    /// A scalar, and the row level it was bound at.
    Scalar(Scalar, usize),
    /// A table.
    Table(Rc<NamedTable>),
    /// A function.
    Function(Rc<LetFunction>),
    /// Something that could not be bound; said already.
    Poisoned,
}

/// A table with a name.
pub(super) struct NamedTable {
    /// How it comes about.
    pub relation: Relation,
    /// Whether it may have other columns than are known.
    pub any: bool,
    /// Whether it is worth computing once.
    pub repeated: bool,
    /// Its index among the shared relations, once it is one.
    pub shared: Cell<Option<usize>>,
}

/// A function and where it was declared.
pub(super) struct LetFunction {
    /// Parameters and body.
    pub declaration: Arc<FunctionDeclaration>,
    /// What its body can see.
    pub scope: Scope,
    /// Whether it gives a table.
    pub gives_table: bool,
}

impl Scope {
    /// The meaning of `name`.
    pub fn find(&self, name: &str) -> Option<&Binding> {
        let mut scope = self;
        while let Some(entry) = &scope.0 {
            if &*entry.name == name {
                return Some(&entry.binding);
            }
            scope = &entry.outer;
        }
        None
    }

    /// Gives `name` a meaning.
    pub fn declare(&mut self, name: Arc<str>, binding: Binding) {
        let outer = std::mem::take(self);
        self.0 = Some(Rc::new(Entry { name, binding, outer }));
    }

    /// All names, innermost first.
    pub fn names(&self) -> Vec<(Arc<str>, Binding)> {
        let mut names = Vec::new();
        let mut scope = self;
        while let Some(entry) = &scope.0 {
            names.push((Arc::clone(&entry.name), entry.binding.clone()));
            scope = &entry.outer;
        }
        names
    }
}

impl Drop for Entry {
    /// Unlinks one by one: a text of a hundred thousand `let`s must not exhaust the stack.
    fn drop(&mut self) {
        let mut outer = self.outer.0.take();
        while let Some(entry) = outer {
            outer = Rc::try_unwrap(entry).ok().and_then(|mut entry| entry.outer.0.take());
        }
    }
}

impl Binding {
    /// The type of a scalar.
    pub fn scalar_type(&self) -> Option<Type> {
        match self {
            Self::Scalar(scalar, _) => Some(scalar.ty),
            _ => None,
        }
    }
}
