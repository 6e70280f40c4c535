//! `order by`, `top`.

use crate::kql::check::Binder;
use crate::kql::check::expression::Context;
use crate::kql::check::message::WRONG_TYPE;
use crate::kql::plan::{Relation, SortKey};
use crate::kql::syntax::ast::{Expr, Ordering};
use crate::kql::{Span, Type};

impl Binder<'_> {
    pub(super) fn sort(&mut self, input: Relation, by: &[Ordering], span: Span) -> Option<Relation> {
        let Some(keys) = self.sort_keys(&input, by, "order") else { return self.unknown.guess(input.columns) };
        Some(input.sort(keys, span))
    }

    pub(super) fn top(&mut self, input: Relation, rows: &Expr, by: &[Ordering], span: Span) -> Option<Relation> {
        let rows = self.row_count(rows, "top");
        let keys = self.sort_keys(&input, by, "top");
        let (Some(rows), Some(keys)) = (rows, keys) else { return self.unknown.guess(input.columns) };
        Some(input.top(rows, keys, span))
    }

    fn sort_keys(&mut self, input: &Relation, by: &[Ordering], operator: &'static str) -> Option<Vec<SortKey>> {
        let keys: Vec<Option<SortKey>> = by
            .iter()
            .map(|ordering| {
                let by = self.scalar(&ordering.by, &mut Context::over(&input.columns, operator))?;
                if by.ty == Type::Dynamic {
                    let message = format!("'{operator}' operator: key can't be of dynamic type");
                    return self.refuse(ordering.by.span, message, WRONG_TYPE);
                }
                let nulls_first = ordering.nulls_first.unwrap_or(!ordering.descending);
                Some(SortKey { by, descending: ordering.descending, nulls_first })
            })
            .collect();
        keys.into_iter().collect()
    }
}
