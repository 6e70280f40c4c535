//! How Kusto calls the columns that a query leaves unnamed.

use crate::kql::aggregates::{self, Aggregate, Naming};
use crate::kql::engine::hash::FastSet;
use crate::kql::functions::naming::{ResultName, result_name};
use crate::kql::syntax::ast::{Expr, ExprKind, NamedExpr};
use crate::kql::{Type, Value};
use std::sync::Arc;

/// The name that `expr` gives its column; nothing where it gives none.
pub(super) fn implied(expr: &Expr) -> Option<Arc<str>> {
    match &expr.kind {
        ExprKind::Name(name) => Some(Arc::clone(name)),
        ExprKind::Group(inner) => implied(inner),
        ExprKind::Member { object, name } => Some(format!("{}_{}", implied(object)?, name.text).into()),
        ExprKind::Element { object, index } => match &index.kind {
            ExprKind::Literal(Type::String, Value::String(key)) => Some(format!("{}_{key}", implied(object)?).into()),
            ExprKind::Literal(Type::Long, Value::Long(at)) => Some(format!("{}_{at}", implied(object)?).into()),
            _ => None,
        },
        ExprKind::Call { name, arguments } => {
            let first = || name_of(arguments.first()?);
            match result_name(&name.text) {
                ResultName::Unnamed => aggregates::find(&name.text).and_then(|known| aggregate_name(known, arguments)),
                ResultName::FirstArgument => first(),
                ResultName::OnlyArgument if arguments.len() == 1 => first(),
                ResultName::OnlyArgument => None,
                ResultName::OfSeveral(name) if arguments.len() > 1 => Some(name.into()),
                ResultName::OfSeveral(_) => {
                    aggregates::find(&name.text).and_then(|known| aggregate_name(known, arguments))
                }
                ResultName::Fixed(name) => Some(name.into()),
                ResultName::Prefixed(prefix) => {
                    Some(format!("{prefix}_{}", first().as_deref().unwrap_or_default()).into())
                }
            }
        }
        _ => None,
    }
}

/// The name that an item gives its column: the one it says, else the one it implies.
pub(super) fn name_of(item: &NamedExpr) -> Option<Arc<str>> {
    item.names.first().map(|name| Arc::clone(&name.text)).or_else(|| implied(&item.value))
}

/// `sum_Size`, `count_`, `percentile_Size_95`; for those called as their arguments, the first one's name.
pub(super) fn aggregate_name(aggregate: &Aggregate, arguments: &[NamedExpr]) -> Option<Arc<str>> {
    let first = arguments.first().and_then(name_of);
    let prefix = match aggregate.naming {
        Naming::Arguments | Naming::FirstArgument => return first,
        Naming::PrefixAndFirst(prefix) | Naming::PrefixFirstAndSecond(prefix) | Naming::PrefixFirstAndLast(prefix) => {
            prefix
        }
    };
    let second = match aggregate.naming {
        Naming::PrefixFirstAndSecond(_) => arguments.get(1),
        Naming::PrefixFirstAndLast(_) => arguments.last(),
        _ => None,
    };
    let second = match second.map(|argument| &argument.value.kind) {
        Some(ExprKind::Literal(_, value)) => value.as_real().map(|second| format!("_{second}")).unwrap_or_default(),
        _ => String::new(),
    };
    Some(format!("{prefix}_{}{second}", first.as_deref().unwrap_or_default()).into())
}

/// Names given out so far in one list of columns.
#[derive(Default)]
pub(super) struct Names {
    taken: FastSet<Arc<str>>,
    /// Those of them that a star gave: a name that the query writes is no mistake there, but made different.
    by_star: FastSet<Arc<str>>,
    unnamed: usize,
}

impl Names {
    /// Names already taken.
    pub fn of(names: impl IntoIterator<Item = Arc<str>>) -> Self {
        Self { taken: names.into_iter().collect(), ..Self::default() }
    }

    /// Takes `name`, or gives false where it is taken.
    pub fn claim(&mut self, name: &Arc<str>) -> bool {
        self.taken.insert(Arc::clone(name))
    }

    /// Takes `name` as one that the query writes; nothing where it is taken.
    pub fn written(&mut self, name: &Arc<str>) -> Option<Arc<str>> {
        if self.by_star.contains(name) {
            return Some(self.unique(name));
        }
        self.claim(name).then(|| Arc::clone(name))
    }

    /// [`Names::unique`] of a name that a star gives.
    pub fn of_star(&mut self, name: &Arc<str>) -> Arc<str> {
        let unique = self.unique(name);
        self.by_star.insert(Arc::clone(&unique));
        unique
    }

    /// `name`, or the first of `name1`, `name2`, … that is free.
    pub fn unique(&mut self, name: &Arc<str>) -> Arc<str> {
        let mut unique = Arc::clone(name);
        let mut number = 1;
        while !self.taken.insert(Arc::clone(&unique)) {
            unique = format!("{name}{number}").into();
            number += 1;
        }
        unique
    }

    /// [`Names::unique`] of an implied name, [`Names::next_unnamed`] where none is.
    pub fn implied_or_next(&mut self, implied: Option<Arc<str>>) -> Arc<str> {
        match implied {
            Some(name) => self.unique(&name),
            None => self.next_unnamed(),
        }
    }

    /// The next of `Column1`, `Column2`, ….
    fn next_unnamed(&mut self) -> Arc<str> {
        loop {
            self.unnamed += 1;
            let name: Arc<str> = format!("Column{}", self.unnamed).into();
            if self.taken.insert(Arc::clone(&name)) {
                return name;
            }
        }
    }
}
