//! `mv-expand`

use crate::kql::check::Binder;
use crate::kql::check::expression::Context;
use crate::kql::check::message::WRONG_TYPE;
use crate::kql::check::naming::{Names, implied};
use crate::kql::functions;
use crate::kql::plan::{Expansion, Field, Node, Relation, Scalar, ScalarNode};
use crate::kql::syntax::ast::{MvColumn, MvExpand};
use crate::kql::{Span, Type};
use std::sync::Arc;

impl Binder<'_> {
    pub(super) fn mv_expand(&mut self, input: Relation, expand: &MvExpand, span: Span) -> Option<Relation> {
        let mut columns = input.columns.clone();
        let mut names = Names::of(columns.iter().map(|field| Arc::clone(&field.name)));
        let mut expansions: Vec<Expansion> = Vec::new();
        let mut added = Vec::new();
        let mut sound = true;
        for column in &expand.columns {
            let Some((expansion, name)) = self.expansion(&input, column) else {
                self.unknown.lose(&column.value);
                sound = false;
                continue;
            };
            if let Some(field) = expansion.replaces.and_then(|at| columns.get_mut(at)) {
                field.ty = expansion.ty;
            } else {
                added.push(Field { name: names.implied_or_next(name), ty: expansion.ty });
            }
            expansions.push(expansion);
        }
        let limit = match &expand.limit {
            Some(limit) => {
                let rows = self.row_count(limit, "mv-expand");
                sound &= rows.is_some();
                rows
            }
            None => None,
        };
        columns.extend(added);
        if let Some(index) = &expand.item_index {
            columns.push(Field { name: names.unique(&index.text), ty: Type::Long });
        }
        if !sound {
            return self.unknown.guess(columns);
        }
        let with_item_index = expand.item_index.is_some();
        if expand.array_expansion.is_some() {
            for expansion in &mut expansions {
                expansion.list = as_pairs(expansion.list.clone())?;
            }
        }
        let node = Node::MvExpand { input: Box::new(input), expansions, with_item_index, limit };
        Some(Relation { columns, node, span })
    }

    /// One list, and the name of its column.
    fn expansion(&mut self, input: &Relation, column: &MvColumn) -> Option<(Expansion, Option<Arc<str>>)> {
        let value = &column.value.value;
        let list = self.scalar(value, &mut Context::over(&input.columns, "mv-expand"))?;
        if list.ty != Type::Dynamic {
            let message = format!("'mv-expand' operator: expanded expression must be dynamic, not {}", list.ty);
            let mut diagnostic = crate::kql::Diagnostic::error(value.span, message).coded(WRONG_TYPE);
            if list.ty == Type::String {
                diagnostic = diagnostic.hinted("parse_json() makes a dynamic of JSON text");
            }
            self.complain(diagnostic);
            return None;
        }
        let name = match column.value.names.first() {
            Some(name) => Some(Arc::clone(&name.text)),
            None => implied(value),
        };
        let replaces = name.as_deref().and_then(|name| input.position(name));
        Some((Expansion { list, replaces, ty: column.ty.unwrap_or(Type::Dynamic) }, name))
    }
}

/// A bag as pairs of key and value; all else as it is.
fn as_pairs(list: Scalar) -> Option<Scalar> {
    let span = list.span;
    let function = functions::operator("bag pairs")?;
    Some(Scalar { ty: Type::Dynamic, span, node: ScalarNode::Call { function, arguments: vec![list] } })
}
