//! Scalars: names, operators and literals with their types.

use super::message::{INVALID, NOT_COMPARABLE, UNRESOLVED, WRONG_TYPE};
use super::operators::AggregateSink;
use super::relation::place_of;
use super::scope::Binding;
use super::signature::{cast, convert};
use super::{Binder, Bound};
use crate::kql::plan::{Field, Node, Relation, Scalar, ScalarNode};
use crate::kql::syntax::ast::{Expr, ExprKind, Name};
use crate::kql::{Diagnostic, Span, Type, Value};
use crate::kql::{aggregates, functions};
use std::sync::Arc;

/// How deep scalars may nest.
const DEPTH_MAX: usize = 200;

/// Where a scalar stands.
pub(super) struct Context<'c> {
    /// The columns that can be named.
    pub columns: &'c [Field],
    /// Columns that other tables of a `search` have: null here.
    pub elsewhere: &'c [Field],
    /// The operator, for complaints.
    pub operator: &'static str,
    /// Where aggregates go; `None` where none are allowed.
    pub aggregates: Option<&'c mut AggregateSink>,
    /// Whether rows have an order, so that window functions have a meaning.
    pub ordered: bool,
    /// The steps of the `scan` around; the columns of each follow those of the row.
    pub steps: &'c [Name],
}

impl<'c> Context<'c> {
    /// In `operator` over `columns`.
    pub fn over(columns: &'c [Field], operator: &'static str) -> Self {
        Self { columns, elsewhere: &[], operator, aggregates: None, ordered: false, steps: &[] }
    }

    /// The same over rows that have an order, or have none.
    pub fn ordered(self, ordered: bool) -> Self {
        Self { ordered, ..self }
    }

    /// The column and type of `step.name`.
    fn step_column(&self, step: &Expr, name: &Name) -> Option<(usize, Type)> {
        let ExprKind::Name(step) = &step.kind else { return None };
        let step = self.steps.iter().position(|known| known.text == *step)?;
        let at = self.columns.iter().position(|field| field.name == name.text)?;
        Some((self.columns.len() * (step + 1) + at, self.columns.get(at)?.ty))
    }

    /// Where there is no row.
    pub fn constant(operator: &'static str) -> Self {
        Self::over(&[], operator)
    }

    /// The same row without aggregates.
    pub fn plain(&self) -> Self {
        Self { aggregates: None, ..*self }
    }
}

/// What an expression should be, to word the complaint where a name means nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
    Scalar,
    Table,
    Either,
}

impl Binder<'_> {
    /// A scalar or a table.
    pub(super) fn value(&mut self, expr: &Expr, context: &mut Context<'_>) -> Option<Bound> {
        self.bind(expr, context, Want::Either)
    }

    /// A table, where there is no row.
    pub(super) fn table(&mut self, expr: &Expr) -> Option<Relation> {
        match self.bind(expr, &mut Context::constant("table"), Want::Table)? {
            Bound::Table(relation) => Some(relation),
            Bound::Scalar(scalar) => {
                let message = format!("A table is expected here, not a value of type {}", scalar.ty);
                self.refuse(expr.span, message, INVALID)
            }
        }
    }

    /// A scalar.
    pub(super) fn scalar(&mut self, expr: &Expr, context: &mut Context<'_>) -> Option<Scalar> {
        match self.bind(expr, context, Want::Scalar)? {
            Bound::Scalar(scalar) => Some(scalar),
            Bound::Table(_) => {
                let operator = context.operator;
                let message = format!("'{operator}' operator: a scalar is expected here, not a table");
                self.complain(
                    Diagnostic::error(expr.span, message)
                        .coded(INVALID)
                        .hinted("toscalar() takes the first cell of a table"),
                );
                None
            }
        }
    }

    /// A scalar of type `wanted`, or a complaint.
    pub(super) fn scalar_of(&mut self, wanted: Type, expr: &Expr, context: &mut Context<'_>) -> Option<Scalar> {
        let scalar = convert(self.scalar(expr, context)?, wanted);
        if scalar.ty == wanted {
            return Some(scalar);
        }
        let message =
            format!("'{}' operator: an expression of type {wanted} is expected, not {}", context.operator, scalar.ty);
        self.refuse(expr.span, message, WRONG_TYPE)
    }

    fn bind(&mut self, expr: &Expr, context: &mut Context<'_>, want: Want) -> Option<Bound> {
        if self.depth >= DEPTH_MAX {
            return self.refuse(expr.span, format!("The expression nests deeper than {DEPTH_MAX} levels"), INVALID);
        }
        self.depth += 1;
        let bound = self.bind_kind(expr, context, want);
        self.depth -= 1;
        bound
    }

    fn bind_kind(&mut self, expr: &Expr, context: &mut Context<'_>, want: Want) -> Option<Bound> {
        let span = expr.span;
        let scalar = match &expr.kind {
            ExprKind::Error => return None,
            ExprKind::Group(inner) => return self.bind(inner, context, want),
            ExprKind::Name(name) => return self.name(name, span, context, want),
            ExprKind::Call { name, arguments } => return self.call(name, arguments, span, context),
            ExprKind::Pipeline(pipeline) => return self.pipeline(pipeline).map(Bound::Table),
            ExprKind::Datatable { columns, cells } => return self.datatable(columns, cells, span).map(Bound::Table),
            ExprKind::External(columns) => {
                let columns = columns.iter().map(|column| Field::new(Arc::clone(&column.name.text), column.ty));
                return Some(Bound::Table(Relation { columns: columns.collect(), node: Node::External, span }));
            }
            ExprKind::Literal(ty, value) => Some(Scalar::literal(value.clone(), *ty, span)),
            ExprKind::Wildcard(_) | ExprKind::TypeOf(_) => self.refuse(span, "This is not allowed here", INVALID),
            ExprKind::Member { object, name } if context.step_column(object, name).is_some() => {
                context.step_column(object, name).map(|(at, ty)| Scalar::column(at, ty, span))
            }
            ExprKind::Member { object, name } => {
                let object = self.dynamic_object(object, context)?;
                let key = Scalar::literal(Value::String(Arc::clone(&name.text)), Type::String, name.span);
                self.operator_call("member", vec![object, key], span, mismatch("member", name.span))
            }
            ExprKind::Element { object, index } => {
                let object = self.dynamic_object(object, context);
                let at = index.span;
                let index = self.scalar(index, context)?;
                self.operator_call("element", vec![object?, index], span, mismatch("element", at))
            }
            ExprKind::Negate(operand) => {
                let operand = self.scalar(operand, context)?;
                self.operator_call("negate", vec![operand], span, mismatch("negate", span))
            }
            ExprKind::Binary { operator, left, right, .. } if matches!(left.kind, ExprKind::Wildcard(_)) => {
                self.any_column_test(operator, right, span, context)
            }
            ExprKind::Binary { operator, operator_span, left, right } => {
                let left = self.scalar(left, context);
                let right = self.scalar(right, context);
                self.binary(operator, *operator_span, left?, right?, span)
            }
            ExprKind::Chain { operator, operands } => self.chain(operator, operands, context),
            ExprKind::Among { operator, operator_span, value, items } => {
                self.among((*operator, *operator_span), value, items, span, context)
            }
            ExprKind::Between { operator, operator_span, value, low, high } => {
                let value = self.scalar(value, context);
                let low = self.scalar(low, context);
                let high = self.scalar(high, context);
                self.operator_call(operator, vec![value?, low?, high?], span, mismatch(operator, *operator_span))
            }
        };
        scalar.map(Bound::Scalar)
    }

    fn binary(
        &mut self,
        operator: &'static str,
        operator_span: Span,
        left: Scalar,
        right: Scalar,
        span: Span,
    ) -> Option<Scalar> {
        if operator == ":" {
            return self.refuse(operator_span, "':' is an operator of 'search' only", INVALID);
        }
        let arithmetic = matches!(operator, "+" | "-" | "*" | "/" | "%");
        let compares = matches!(operator, "==" | "!=" | "<" | "<=" | ">" | ">=");
        let (left, right) = match (left.ty, right.ty) {
            (Type::Bool, other) if compares && other.is_number() => (self.converted(left, Type::Long, span)?, right),
            (other, Type::Bool) if compares && other.is_number() => {
                let right = self.converted(right, Type::Long, span)?;
                (left, right)
            }
            (Type::String, _) | (_, Type::String) if matches!(operator, "==" | "!=") => Self::as_one_type(left, right),
            (Type::Int, Type::Int) if arithmetic => (convert(left, Type::Long), convert(right, Type::Long)),
            _ => (left, right),
        };
        self.operator_call(operator, vec![left, right], span, mismatch(operator, operator_span))
    }

    /// A string and a value of another type, to be tested for equality: a constant becomes what the other side is, and
    /// of two that vary the string becomes what the other is. Which of two varying sides the service converts is not
    /// known.
    fn as_one_type(left: Scalar, right: Scalar) -> (Scalar, Scalar) {
        if left.ty == right.ty || left.ty == Type::Dynamic || right.ty == Type::Dynamic {
            return (left, right);
        }
        let left_turns = match (left.as_literal(), right.as_literal()) {
            (Some(_), None) => true,
            (None, Some(_)) => false,
            _ => left.ty == Type::String,
        };
        if left_turns { (cast(left, right.ty), right) } else { (left.clone(), cast(right, left.ty)) }
    }

    /// `* has "term"`: of any column; negated, of none.
    fn any_column_test(
        &mut self,
        operator: &'static str,
        term: &Expr,
        span: Span,
        context: &mut Context<'_>,
    ) -> Option<Scalar> {
        let ExprKind::Literal(Type::String, Value::String(text)) = &term.kind else {
            return self.refuse(term.span, "A string literal is expected after '*' and its operator", WRONG_TYPE);
        };
        let Some(positive) = operator.strip_prefix('!').filter(|positive| functions::operator(positive).is_some())
        else {
            return self.any_column(operator, text, span, context.columns);
        };
        let positive = functions::operator(positive)?.name;
        let any = self.any_column(positive, text, span, context.columns)?;
        let node = ScalarNode::Call { function: functions::find("not")?, arguments: vec![any] };
        Some(Scalar { ty: Type::Bool, span, node })
    }

    /// The left of `.name` and `[index]`.
    fn dynamic_object(&mut self, object: &Expr, context: &mut Context<'_>) -> Option<Scalar> {
        let scalar = self.scalar(object, context)?;
        if scalar.ty == Type::Dynamic {
            return Some(scalar);
        }
        let message = format!("A value of type {} has no properties: the left side must be dynamic", scalar.ty);
        let mut diagnostic = Diagnostic::error(object.span, message).coded(WRONG_TYPE);
        if scalar.ty == Type::String {
            diagnostic = diagnostic.hinted("parse_json() makes a dynamic of JSON text");
        }
        self.complain(diagnostic);
        None
    }

    /// What `name` means: a column, then a `let`, then a table of the schema.
    fn name(&mut self, name: &Arc<str>, span: Span, context: &mut Context<'_>, want: Want) -> Option<Bound> {
        if want != Want::Table
            && let Some(column) = self.column(name, span, context)
        {
            return column.map(Bound::Scalar);
        }
        if want != Want::Table && self.unknown.is_named(name) {
            return None;
        }
        match self.scope.find(name).cloned() {
            Some(Binding::Scalar(scalar, level)) => {
                if level != self.row_level && scalar.reads_row() {
                    let message = format!("'{name}' depends on a row of an outer table, which cannot be used here");
                    return self.refuse(span, message, INVALID);
                }
                return Some(Bound::Scalar(Scalar { span, ..scalar }));
            }
            Some(Binding::Table(table)) => return Some(Bound::Table(self.use_table(&table, span))),
            Some(Binding::Poisoned) => return None,
            Some(Binding::Function(_)) => {
                let name = Name { text: Arc::clone(name), span };
                return self.call(&name, &[], span, context);
            }
            None => {}
        }
        if want != Want::Scalar
            && let Some(table) = self.schema_table(name, span)
        {
            self.warn_of_renamed(name, span);
            return Some(Bound::Table(table));
        }
        match want {
            Want::Scalar if self.schema.table(name).is_some() => {
                let message = format!("'{name}' is a table; '{}' needs a scalar here", context.operator);
                self.refuse(span, message, UNRESOLVED)
            }
            Want::Scalar => {
                self.unknown_scalar(name, span, context);
                None
            }
            _ => {
                self.unknown_table(name, span);
                None
            }
        }
    }

    /// The column called `name`; an inner nothing where it may not be used.
    #[expect(clippy::option_option, reason = "no such column, or one that was complained about")]
    fn column(&mut self, name: &str, span: Span, context: &mut Context<'_>) -> Option<Option<Scalar>> {
        let Some(at) = place_of(context.columns, name) else {
            let other = context.elsewhere.iter().find(|field| &*field.name == name)?;
            return Some(Some(Scalar::null(other.ty, span)));
        };
        let ty = context.columns.get(at)?.ty;
        if let Some(sink) = &context.aggregates {
            let found = sink.key_column(at, span);
            if found.is_none() && !self.unknown.is_named(name) {
                let message = format!("'summarize' operator: '{name}' must be inside an aggregate function or a key");
                return Some(self.refuse(span, message, INVALID));
            }
            return Some(found);
        }
        Some(Some(Scalar::column(at, ty, span)))
    }

    /// The table of the schema called `name`.
    pub(super) fn schema_table(&self, name: &str, span: Span) -> Option<Relation> {
        let table = self.schema.table(name)?;
        let columns = table.columns.iter().map(|column| Field::new(Arc::clone(&column.name), column.ty)).collect();
        Some(Relation { columns, node: Node::Table(Arc::clone(&table.name)), span })
    }

    fn chain(&mut self, operator: &'static str, operands: &[Expr], context: &mut Context<'_>) -> Option<Scalar> {
        let bound: Vec<Option<Scalar>> = operands
            .iter()
            .map(|operand| {
                let scalar = self.scalar(operand, context)?;
                if matches!(scalar.ty, Type::Bool | Type::Dynamic) {
                    return Some(scalar);
                }
                let message = format!("'{operator}' needs operands of type bool, not {}", scalar.ty);
                self.refuse(operand.span, message, WRONG_TYPE)
            })
            .collect();
        let bound: Vec<Scalar> = bound.into_iter().collect::<Option<_>>()?;
        self.combine(operator, bound)
    }

    /// A chain as a balanced tree, so that hundreds of operands do not nest hundreds deep.
    pub(super) fn combine(&mut self, operator: &'static str, mut operands: Vec<Scalar>) -> Option<Scalar> {
        while operands.len() > 1 {
            let mut halved = Vec::with_capacity(operands.len().div_ceil(2));
            let mut rest = operands.into_iter();
            while let Some(left) = rest.next() {
                halved.push(match rest.next() {
                    Some(right) => {
                        let span = left.span.to(right.span);
                        self.operator_call(operator, vec![left, right], span, mismatch(operator, span))?
                    }
                    None => left,
                });
            }
            operands = halved;
        }
        operands.pop()
    }

    /// `value in (…)` and kin; a single table stands for its first column.
    fn among(
        &mut self,
        (operator, operator_span): (&'static str, Span),
        value: &Expr,
        items: &[Expr],
        span: Span,
        context: &mut Context<'_>,
    ) -> Option<Scalar> {
        let needle = self.scalar(value, context);
        let mut arguments = vec![];
        for item in items {
            if items.len() == 1 && self.is_table(item, context.columns) {
                return self.among_rows((operator, operator_span), needle?, item, span);
            }
            arguments.push(self.scalar(item, context));
        }
        let needle = needle?;
        let arguments: Vec<Scalar> = arguments.into_iter().collect::<Option<_>>()?;
        let among_values = matches!(operator, "in" | "!in") && needle.ty != Type::Dynamic;
        let arguments = arguments.into_iter().map(|item| match (needle.ty, item.ty) {
            (_, Type::Dynamic) => item,
            (Type::String, _) | (_, Type::String) if among_values => cast(item, needle.ty),
            _ => item,
        });
        let arguments: Vec<Scalar> = std::iter::once(needle.clone()).chain(arguments).collect();
        self.operator_call(operator, arguments, span, mismatch(operator, operator_span))
    }

    fn among_rows(
        &mut self,
        (operator, operator_span): (&'static str, Span),
        needle: Scalar,
        table: &Expr,
        span: Span,
    ) -> Option<Scalar> {
        let relation = self.inner_table(table)?;
        let Some(ty) = relation.columns.first().map(|column| column.ty) else {
            return self.refuse(table.span, format!("'{operator}' needs a table with a column"), INVALID);
        };
        if matches!(operator, "has_any" | "has_all") {
            let list = self.column_list(relation, table.span)?;
            return self.operator_call(operator, vec![needle, list], span, mismatch(operator, operator_span));
        }
        let Some(common) = super::signature::unify(needle.ty, ty) else {
            let complaint = mismatch(operator, operator_span)(&[needle, Scalar::null(ty, span)]);
            self.complain(complaint);
            return None;
        };
        let needle = if ty == common { convert(needle, common) } else { needle };
        let shared = self.share(relation);
        let ignore_case = operator.ends_with('~');
        let found = ScalarNode::InRelation { needle: Box::new(needle), shared, ignore_case };
        let found = Scalar { ty: Type::Bool, span, node: found };
        match functions::find("not") {
            Some(function) if operator.starts_with('!') => {
                let node = ScalarNode::Call { function, arguments: vec![found] };
                Some(Scalar { ty: Type::Bool, span, node })
            }
            _ => Some(found),
        }
    }

    /// The first column of `relation` as one dynamic list.
    fn column_list(&mut self, relation: Relation, span: Span) -> Option<Scalar> {
        let Some(aggregate) = aggregates::find("make_set") else {
            return self.refuse(span, "A table is not supported here yet", INVALID);
        };
        let argument = relation.column(0, span)?;
        let call = crate::kql::plan::AggregateCall { aggregate, arguments: vec![argument], outputs: 1 };
        let columns = vec![Field::new("list", Type::Dynamic)];
        let shared = self.share(relation.summarize(columns, Vec::new(), vec![call], span));
        Some(Scalar { ty: Type::Dynamic, span, node: ScalarNode::FirstCell(shared) })
    }

    /// A table inside a scalar.
    pub(super) fn inner_table(&mut self, expr: &Expr) -> Option<Relation> {
        self.row_level += 1;
        let (relation, _) = self.apart(|binder| binder.table(expr));
        self.row_level -= 1;
        relation.filter(|relation| !relation.columns.is_empty() || !self.unknown.guessed)
    }

    /// Whether `expr` is a table rather than a scalar.
    pub(super) fn is_table(&self, expr: &Expr, columns: &[Field]) -> bool {
        match &expr.kind {
            ExprKind::Group(inner) => self.is_table(inner, columns),
            ExprKind::Pipeline(_) | ExprKind::Datatable { .. } | ExprKind::External(_) => true,
            ExprKind::Name(name) if place_of(columns, name).is_some() => false,
            ExprKind::Name(name) => match self.scope.find(name) {
                Some(Binding::Table(_)) => true,
                Some(Binding::Function(function)) => function.gives_table,
                Some(_) => false,
                None => self.schema.table(name).is_some(),
            },
            ExprKind::Call { name, .. } => match self.scope.find(&name.text) {
                Some(Binding::Function(function)) => function.gives_table,
                _ => matches!(&*name.text, "materialize" | "table") || super::hunting::find(&name.text).is_some(),
            },
            _ => false,
        }
    }
}

/// Kusto's complaint at `blame` about operands of `operator` that do not go together.
pub(super) fn mismatch(operator: &'static str, blame: Span) -> impl FnOnce(&[Scalar]) -> Diagnostic {
    move |arguments| {
        let ty = |at: usize| arguments.get(at).map_or("", |argument: &Scalar| argument.ty.name());
        let (message, code) = match operator {
            "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "!in" | "between" | "!between" => {
                let (left, right) = (ty(0), arguments.iter().skip(1).find(|other| other.ty.name() != ty(0)));
                let right = right.map_or(ty(1), |other| other.ty.name());
                let message = format!("Cannot compare values of types {left} and {right}. Try adding explicit casts");
                (message, NOT_COMPARABLE)
            }
            "+" | "-" | "*" | "/" | "%" => {
                let message = format!("Arithmetic expression cannot be carried-out between {} and {}", ty(0), ty(1));
                (message, WRONG_TYPE)
            }
            "negate" => (format!("A value of type {} cannot be negated", ty(0)), WRONG_TYPE),
            "element" => (format!("A value of type {} is no index of a dynamic", ty(1)), WRONG_TYPE),
            other => {
                let types: Vec<&str> = arguments.iter().map(|argument| argument.ty.name()).collect();
                (format!("'{other}' cannot be used with types {}", types.join(" and ")), WRONG_TYPE)
            }
        };
        Diagnostic::error(blame, message).coded(code)
    }
}
