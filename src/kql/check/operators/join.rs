//! `join` and `lookup`.

use crate::kql::check::Binder;
use crate::kql::check::expression::Context;
use crate::kql::check::message::{INVALID, NOT_COMPARABLE, WRONG_TYPE};
use crate::kql::check::naming::Names;
use crate::kql::check::signature::{convert, unify};
use crate::kql::plan::{Field, JoinKind, Node, Relation, Scalar, ScalarNode};
use crate::kql::syntax::ast::{Expr, ExprKind, Join, Name};
use crate::kql::{Span, Type};
use std::sync::Arc;

/// The kinds of `join`, with the aliases that Kusto still takes.
static KINDS: &[(&str, JoinKind)] = &[
    ("innerunique", JoinKind::InnerUnique),
    ("inner", JoinKind::Inner),
    ("leftouter", JoinKind::LeftOuter),
    ("rightouter", JoinKind::RightOuter),
    ("fullouter", JoinKind::FullOuter),
    ("leftsemi", JoinKind::LeftSemi),
    ("rightsemi", JoinKind::RightSemi),
    ("leftanti", JoinKind::LeftAnti),
    ("leftantisemi", JoinKind::LeftAnti),
    ("anti", JoinKind::LeftAnti),
    ("rightanti", JoinKind::RightAnti),
    ("rightantisemi", JoinKind::RightAnti),
];

/// The kinds of `lookup`.
static LOOKUP_KINDS: &[(&str, JoinKind)] = &[("leftouter", JoinKind::LeftOuter), ("inner", JoinKind::Inner)];

impl Binder<'_> {
    pub(super) fn join(&mut self, left: Relation, join: &Join, span: Span) -> Option<Relation> {
        let kind = self.kind(join.kind.as_ref(), KINDS, JoinKind::InnerUnique);
        let Some(right) = self.table(&join.right) else {
            self.unknown.any = true;
            return self.unknown.guess(left.columns);
        };
        let on = self.conditions(&left, &right, &join.on, "join");
        let (Some(kind), Some(on)) = (kind, on) else {
            let columns = joined(kind.unwrap_or(JoinKind::Inner), left, right, Vec::new(), span).columns;
            return self.unknown.guess(columns);
        };
        Some(joined(kind, left, right, on, span))
    }

    /// A join whose right keys are left out: on each row of the left, the columns of the right are looked up.
    pub(super) fn lookup(&mut self, left: Relation, join: &Join, span: Span) -> Option<Relation> {
        let kind = self.kind(join.kind.as_ref(), LOOKUP_KINDS, JoinKind::LeftOuter);
        let right = self.table(&join.right)?;
        let on = self.conditions(&left, &right, &join.on, "lookup")?;
        let keys: Vec<usize> = on.iter().filter_map(|(_, right)| column_of(right)).collect();
        let left_count = left.columns.len();
        let right_count = right.columns.len();
        let mut names = Names::of(left.columns.iter().map(|field| Arc::clone(&field.name)));
        let mut fields = left.columns.clone();
        let mut kept: Vec<usize> = (0..left_count).collect();
        for (at, field) in right.columns.iter().enumerate().take(right_count) {
            if !keys.contains(&at) {
                fields.push(Field { name: names.unique(&field.name), ty: field.ty });
                kept.push(left_count + at);
            }
        }
        let mut relation = joined(kind?, left, right, on, span).keep(&kept, span);
        relation.columns = fields;
        Some(relation)
    }

    fn kind(&mut self, said: Option<&Name>, kinds: &[(&str, JoinKind)], default: JoinKind) -> Option<JoinKind> {
        let Some(name) = said else { return Some(default) };
        if let Some((_, kind)) = kinds.iter().find(|(known, _)| *known == &*name.text) {
            return Some(*kind);
        }
        let known: Vec<&str> = kinds.iter().map(|(known, _)| *known).collect();
        self.refuse(name.span, format!("'{}' is no kind here; there are {}", name.text, known.join(", ")), INVALID)
    }

    fn conditions(
        &mut self,
        left: &Relation,
        right: &Relation,
        on: &[Expr],
        operator: &'static str,
    ) -> Option<Vec<(Scalar, Scalar)>> {
        let mut flat = Vec::new();
        for condition in on {
            flatten(condition, &mut flat);
        }
        let pairs: Vec<Option<(Scalar, Scalar)>> =
            flat.into_iter().map(|condition| self.condition(left, right, condition, operator)).collect();
        let pairs: Vec<(Scalar, Scalar)> = pairs.into_iter().collect::<Option<_>>()?;
        (!pairs.is_empty()).then_some(pairs)
    }

    fn condition(
        &mut self,
        left: &Relation,
        right: &Relation,
        condition: &Expr,
        operator: &'static str,
    ) -> Option<(Scalar, Scalar)> {
        let pair = match &condition.kind {
            ExprKind::Name(_) => {
                let left = self.scalar(condition, &mut Context::over(&left.columns, operator));
                let right = self.scalar(condition, &mut Context::over(&right.columns, operator));
                (left?, right?)
            }
            ExprKind::Binary { operator: "==", left: a, right: b, .. } => {
                let (on_left, on_right) = match (side(a), side(b)) {
                    (Some("$left"), Some("$right")) => (a, b),
                    (Some("$right"), Some("$left")) => (b, a),
                    _ => return self.bad_condition(condition, operator),
                };
                let on_left = self.side_scalar(on_left, left, operator);
                let on_right = self.side_scalar(on_right, right, operator);
                (on_left?, on_right?)
            }
            ExprKind::Error => return None,
            _ => return self.bad_condition(condition, operator),
        };
        self.key_pair(pair, condition, operator)
    }

    fn bad_condition(&mut self, condition: &Expr, operator: &str) -> Option<(Scalar, Scalar)> {
        let message = format!("'{operator}' operator: expected a column name or $left.column == $right.column");
        self.refuse(condition.span, message, INVALID)
    }

    /// `$left.name`, bound over the columns of that side.
    fn side_scalar(&mut self, expr: &Expr, relation: &Relation, operator: &'static str) -> Option<Scalar> {
        let stripped = without_side(expr);
        self.scalar(&stripped, &mut Context::over(&relation.columns, operator))
    }

    fn key_pair(
        &mut self,
        (left, right): (Scalar, Scalar),
        condition: &Expr,
        operator: &'static str,
    ) -> Option<(Scalar, Scalar)> {
        let span = condition.span;
        if left.ty == Type::Dynamic || right.ty == Type::Dynamic {
            let message = "Join key is of a 'dynamic' type. Please use an explicit cast using extend operator in the \
                           join legs (for example, '... | extend key = tostring(key)') as joining on a 'dynamic' type \
                           is not supported";
            return self.refuse(span, message, WRONG_TYPE);
        }
        let Some(common) = unify(left.ty, right.ty) else {
            let message = format!(
                "'{operator}' operator: Cannot compare values of types {} and {}. Try adding explicit casts",
                left.ty, right.ty
            );
            return self.refuse(span, message, NOT_COMPARABLE);
        };
        Some((convert(left, common), convert(right, common)))
    }
}

/// Takes `and` apart.
fn flatten<'e>(condition: &'e Expr, into: &mut Vec<&'e Expr>) {
    match &condition.kind {
        ExprKind::Chain { operator: "and", operands } => operands.iter().for_each(|operand| flatten(operand, into)),
        ExprKind::Group(inner) => flatten(inner, into),
        _ => into.push(condition),
    }
}

/// `$left` or `$right`, where `expr` starts with it.
fn side(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Name(name) if name.starts_with('$') => Some(name),
        ExprKind::Member { object, .. } | ExprKind::Element { object, .. } => side(object),
        ExprKind::Group(inner) => side(inner),
        _ => None,
    }
}

/// `$left.a.b` as `a.b`.
fn without_side(expr: &Expr) -> Expr {
    let kind = match &expr.kind {
        ExprKind::Member { object, name } => match &object.kind {
            ExprKind::Name(side) if side.starts_with('$') => {
                return Expr { span: name.span, kind: ExprKind::Name(Arc::clone(&name.text)) };
            }
            _ => ExprKind::Member { object: Box::new(without_side(object)), name: name.clone() },
        },
        ExprKind::Element { object, index } => {
            ExprKind::Element { object: Box::new(without_side(object)), index: index.clone() }
        }
        ExprKind::Group(inner) => return without_side(inner),
        other => other.clone(),
    };
    Expr { span: expr.span, kind }
}

fn column_of(scalar: &Scalar) -> Option<usize> {
    match &scalar.node {
        ScalarNode::Column(at) => Some(*at),
        ScalarNode::Call { arguments, .. } => arguments.first().and_then(column_of),
        _ => None,
    }
}

fn joined(kind: JoinKind, left: Relation, right: Relation, on: Vec<(Scalar, Scalar)>, span: Span) -> Relation {
    let columns = match kind {
        JoinKind::LeftSemi | JoinKind::LeftAnti => left.columns.clone(),
        JoinKind::RightSemi | JoinKind::RightAnti => right.columns.clone(),
        _ => {
            // A name made different is none that the right side has itself.
            let of_left = |name: &Arc<str>| left.columns.iter().any(|field| field.name == *name);
            let own = right.columns.iter().map(|field| &field.name).filter(|name| !of_left(name));
            let mut names = Names::of(left.columns.iter().map(|field| &field.name).chain(own).cloned());
            let mut columns = left.columns.clone();
            columns.extend(right.columns.iter().map(|field| {
                let name = if of_left(&field.name) { names.unique(&field.name) } else { Arc::clone(&field.name) };
                Field { name, ty: field.ty }
            }));
            columns
        }
    };
    let node = Node::Join { kind, left: Box::new(left), right: Box::new(right), on };
    Relation { columns, node, span }
}
