//! Calls: of functions, aggregates, let functions, and of the few names that are not functions at all.

use super::expression::Context;
use super::hunting;
use super::message::{ARGUMENT_COUNT, INVALID, WRONG_TYPE};
use super::scope::{Binding, LetFunction, Scope};
use super::{Binder, Bound, INLINE_DEPTH_MAX, INLINE_MAX};
use crate::kql::aggregates;
use crate::kql::functions;
use crate::kql::plan::{Field, Node, Relation, Scalar, ScalarNode};
use crate::kql::syntax::ast::{
    Expr, ExprKind, FunctionDeclaration, LetValue, Name, NamedExpr, ParameterDeclaration, ParameterType, StatementKind,
};
use crate::kql::windows;
use crate::kql::{Schema, Span, Type, Value};
use std::sync::Arc;

impl Binder<'_> {
    /// `name(arguments)`
    pub(super) fn call(
        &mut self,
        name: &Name,
        arguments: &[NamedExpr],
        span: Span,
        context: &mut Context<'_>,
    ) -> Option<Bound> {
        match self.scope.find(&name.text).cloned() {
            Some(Binding::Function(function)) => return self.inline(name, &function, arguments, context),
            Some(Binding::Poisoned) => return None,
            Some(Binding::Table(table)) if arguments.is_empty() => {
                return Some(Bound::Table(self.use_table(&table, span)));
            }
            _ => {}
        }
        if context.aggregates.is_some() && aggregates::find(&name.text).is_some() {
            return self.aggregate(name, arguments, span, context).map(Bound::Scalar);
        }
        if let Some(function) = hunting::find(&name.text) {
            return self.hunting(name, |binder| binder.inline(name, &function, arguments, context));
        }
        if let Some(window) = windows::find(&name.text) {
            return self.window(window, name, arguments, span, context).map(Bound::Scalar);
        }
        match &*name.text {
            "materialize" => self.materialize(name, arguments, span),
            "table" => self.table_by_name(name, arguments, span).map(Bound::Table),
            "toscalar" => self.first_cell(name, arguments, span).map(Bound::Scalar),
            "column_ifexists" | "columnifexists" => self.column_if_exists(name, arguments, context).map(Bound::Scalar),
            "pack_all" => self.pack_all(span, context).map(Bound::Scalar),
            "bag_pack_columns" => self.pack_columns(arguments, span, context).map(Bound::Scalar),
            "ingestion_time" if arguments.is_empty() => Some(Bound::Scalar(ingestion_time(span, context))),
            _ => self.function(name, arguments, span, context).map(Bound::Scalar),
        }
    }

    fn function(
        &mut self,
        name: &Name,
        arguments: &[NamedExpr],
        span: Span,
        context: &mut Context<'_>,
    ) -> Option<Scalar> {
        if let Some((last, rest)) = arguments.split_last()
            && let ExprKind::TypeOf(ty) = last.value.kind
            && matches!(&*name.text, "extract" | "extract_json" | "extractjson" | "percentile_tdigest")
        {
            let found = self.function(name, rest, span, context)?;
            return self.converted(found, ty, last.value.span);
        }
        let Some(function) = functions::find(&name.text) else {
            // It may have been meant as an aggregate, whose arguments are free to name any column.
            for argument in arguments.iter().filter(|argument| !matches!(argument.value.kind, ExprKind::Wildcard(_))) {
                self.value(&argument.value, &mut context.plain());
            }
            if aggregates::find(&name.text).is_some() {
                let message = format!("The aggregate function '{}' can only be used in 'summarize'", name.text);
                return self.refuse(name.span, message, INVALID);
            }
            self.unknown_function(name);
            return None;
        };
        let bound: Vec<Option<Scalar>> =
            arguments.iter().map(|argument| self.scalar(&argument.value, context)).collect();
        let bound: Vec<Scalar> = bound.into_iter().collect::<Option<_>>()?;
        let fitted = self.fit(function.name, function.signatures, bound, name.span)?;
        self.check_literals(function, &fitted.arguments)?;
        if matches!(function.name, "bag_pack" | "pack" | "pack_dictionary") {
            self.check_pairs(name, &fitted.arguments)?;
        }
        Some(Scalar { ty: fitted.ty, span, node: ScalarNode::Call { function, arguments: fitted.arguments } })
    }

    /// Refuses keys that are no text, and a key without a value.
    fn check_pairs(&mut self, name: &Name, arguments: &[Scalar]) -> Option<()> {
        if arguments.len() % 2 == 1 {
            return self.refuse(name.span, format!("{}(): keys and values come in pairs", name.text), ARGUMENT_COUNT);
        }
        let wrong = |(_, key): &(usize, &Scalar)| key.ty != Type::String;
        let Some((at, key)) = arguments.iter().enumerate().step_by(2).find(wrong) else { return Some(()) };
        let message = format!("{}(): argument #{} must be of type string, not {}", name.text, at + 1, key.ty);
        self.refuse(key.span, message, WRONG_TYPE)
    }

    /// `scalar` through the `to…` function of `ty`.
    pub(super) fn converted(&mut self, scalar: Scalar, ty: Type, span: Span) -> Option<Scalar> {
        if scalar.ty == ty {
            return Some(scalar);
        }
        let Some(function) = functions::conversion_to(ty) else {
            return self.refuse(span, format!("Text cannot be converted to {ty} here"), WRONG_TYPE);
        };
        let span = scalar.span;
        Some(Scalar { ty, span, node: ScalarNode::Call { function, arguments: vec![scalar] } })
    }

    /// Refuses a constant argument that no row could do anything with.
    pub(super) fn check_literals(&mut self, function: &functions::Function, arguments: &[Scalar]) -> Option<()> {
        let constants: Vec<Option<&Value>> = arguments.iter().map(Scalar::as_literal).collect();
        let Some((at, why)) = functions::literals::complaint(function, &constants) else { return Some(()) };
        let span = arguments.get(at).map_or_else(Span::default, |argument| argument.span);
        self.refuse(span, format!("{}(): argument #{}: {why}", function.name, at + 1), INVALID)
    }

    /// The only argument of `name`.
    fn only<'e>(&mut self, name: &Name, arguments: &'e [NamedExpr]) -> Option<&'e Expr> {
        match arguments {
            [argument] => Some(&argument.value),
            _ => self.refuse(name.span, format!("{}(): function expects 1 argument", name.text), ARGUMENT_COUNT),
        }
    }

    fn materialize(&mut self, name: &Name, arguments: &[NamedExpr], span: Span) -> Option<Bound> {
        let argument = self.only(name, arguments)?;
        let relation = self.table(argument)?;
        let columns = relation.columns.clone();
        let shared = self.share(relation);
        Some(Bound::Table(Relation { columns, node: Node::Shared(shared), span }))
    }

    fn table_by_name(&mut self, name: &Name, arguments: &[NamedExpr], span: Span) -> Option<Relation> {
        let argument = self.only(name, arguments)?;
        let named = self.scalar(argument, &mut Context::constant("table"))?;
        let Some(table) = named.as_literal().and_then(Value::as_str) else {
            return self.refuse(argument.span, "table(): the name must be a string literal", WRONG_TYPE);
        };
        let found = self.schema_table(table, span);
        if found.is_none() {
            self.unknown_table(table, argument.span);
        }
        found
    }

    /// The first cell of a table; of a scalar, itself.
    fn first_cell(&mut self, name: &Name, arguments: &[NamedExpr], span: Span) -> Option<Scalar> {
        let argument = self.only(name, arguments)?;
        self.row_level += 1;
        let (value, any) = self.apart(|binder| binder.value(argument, &mut Context::constant("toscalar")));
        self.row_level -= 1;
        match value? {
            Bound::Table(relation) if relation.columns.is_empty() && (any || self.unknown.guessed) => None,
            Bound::Scalar(scalar) => Some(scalar),
            Bound::Table(relation) => {
                let Some(ty) = relation.columns.first().map(|column| column.ty) else {
                    return self.refuse(argument.span, "toscalar(): the table has no column", INVALID);
                };
                let shared = self.share(relation);
                Some(Scalar { ty, span, node: ScalarNode::FirstCell(shared) })
            }
        }
    }

    fn column_if_exists(&mut self, name: &Name, arguments: &[NamedExpr], context: &mut Context<'_>) -> Option<Scalar> {
        let [column, default] = arguments else {
            return self.refuse(name.span, format!("{}(): function expects 2 arguments", name.text), ARGUMENT_COUNT);
        };
        let named = self.scalar(&column.value, &mut Context::constant("let"))?;
        let Some(Value::String(text)) = named.as_literal() else {
            let message = format!("{}(): argument #1 must be a string literal", name.text);
            return self.refuse(column.value.span, message, WRONG_TYPE);
        };
        if context.columns.iter().any(|field| field.name == *text) {
            let column = Expr { span: column.value.span, kind: ExprKind::Name(Arc::clone(text)) };
            return self.scalar(&column, context);
        }
        self.scalar(&default.value, context)
    }

    /// All columns as one bag.
    fn pack_all(&mut self, span: Span, context: &Context<'_>) -> Option<Scalar> {
        let Some(function) = functions::find("bag_pack").or_else(|| functions::find("pack")) else {
            return self.refuse(span, "pack_all() is not supported yet", INVALID);
        };
        let pairs = context.columns.iter().enumerate().flat_map(|(at, field)| {
            let key = Scalar::literal(Value::String(Arc::clone(&field.name)), Type::String, span);
            [key, Scalar::column(at, field.ty, span)]
        });
        let arguments: Vec<Scalar> = pairs.collect();
        let fitted = self.fit(function.name, function.signatures, arguments, span)?;
        Some(Scalar { ty: fitted.ty, span, node: ScalarNode::Call { function, arguments: fitted.arguments } })
    }

    /// The named columns as one bag.
    fn pack_columns(&mut self, columns: &[NamedExpr], span: Span, context: &mut Context<'_>) -> Option<Scalar> {
        let function = functions::find("bag_pack")?;
        let mut arguments = Vec::with_capacity(columns.len() * 2);
        for column in columns {
            let value = self.scalar(&column.value, context)?;
            let name = super::naming::implied(&column.value).unwrap_or_default();
            arguments.push(Scalar::literal(Value::String(name), Type::String, span));
            arguments.push(value);
        }
        let fitted = self.fit(function.name, function.signatures, arguments, span)?;
        Some(Scalar { ty: fitted.ty, span, node: ScalarNode::Call { function, arguments: fitted.arguments } })
    }

    /// A let function's body with its parameters bound to `arguments`.
    fn inline(
        &mut self,
        name: &Name,
        function: &LetFunction,
        arguments: &[NamedExpr],
        context: &mut Context<'_>,
    ) -> Option<Bound> {
        self.inlined += 1;
        if self.inlined > INLINE_MAX || self.inline_depth >= INLINE_DEPTH_MAX {
            return self.refuse(name.span, "Too many calls of let functions", INVALID);
        }
        let parameters = &function.declaration.parameters;
        if arguments.len() > parameters.len() {
            let expected = crate::base::text::count(parameters.len(), "argument");
            return self.refuse(name.span, format!("{}(): function expects {expected}", name.text), ARGUMENT_COUNT);
        }
        let mut scope = function.scope.clone();
        let mut sound = true;
        for (at, parameter) in parameters.iter().enumerate() {
            let given = arguments
                .iter()
                .find(|argument| argument.names.iter().any(|name| name.text == parameter.name.text))
                .or_else(|| arguments.get(at).filter(|argument| argument.names.is_empty()));
            let binding = match (given, &parameter.default) {
                (Some(given), _) => self.argument(name, at, parameter, &given.value, context),
                (None, Some(default)) => self.argument(name, at, parameter, default, &mut Context::constant("let")),
                (None, None) => {
                    let message = format!("{}(): the argument '{}' is missing", name.text, parameter.name.text);
                    self.refuse(name.span, message, ARGUMENT_COUNT)
                }
            };
            sound &= binding.is_some();
            scope.declare(Arc::clone(&parameter.name.text), binding.unwrap_or(Binding::Poisoned));
        }
        if !sound {
            return None;
        }
        self.inline_depth += 1;
        let bound = self.body(&function.declaration, scope);
        self.inline_depth -= 1;
        bound
    }

    fn argument(
        &mut self,
        function: &Name,
        at: usize,
        parameter: &ParameterDeclaration,
        given: &Expr,
        context: &mut Context<'_>,
    ) -> Option<Binding> {
        match &parameter.ty {
            ParameterType::Scalar(ty) => {
                let scalar = self.scalar(given, &mut context.plain())?;
                let scalar = super::signature::convert(narrowed(scalar, *ty), *ty);
                if scalar.ty == *ty {
                    return Some(Binding::Scalar(scalar, self.row_level));
                }
                let (name, number) = (&function.text, at + 1);
                let message = format!("{name}(): argument #{number} must be of type {ty}, not {}", scalar.ty);
                self.refuse(given.span, message, WRONG_TYPE)
            }
            ParameterType::Table(columns) => {
                let (relation, any) = self.apart(|binder| binder.table(given));
                let relation = relation?;
                for column in columns {
                    let has = any || self.unknown.is_named(&column.name.text);
                    let has = has || relation.columns.iter().any(|f| f.name == column.name.text && f.ty == column.ty);
                    if !has {
                        let (name, wanted, ty) = (&function.text, &column.name.text, column.ty);
                        let message = format!("{name}(): argument #{} needs a column '{wanted}' of type {ty}", at + 1);
                        return self.refuse(given.span, message, WRONG_TYPE);
                    }
                }
                Some(self.named_table(&parameter.name.text, relation, any))
            }
        }
    }
}

impl LetFunction {
    /// A function that sees `scope`.
    pub(super) fn new(declaration: Arc<FunctionDeclaration>, scope: Scope, schema: &Schema) -> Self {
        let mut function = Self { declaration, scope, gives_table: false };
        function.gives_table = function.body_gives_table(schema);
        function
    }

    /// Whether its body is a table, as far as its text tells.
    fn body_gives_table(&self, schema: &Schema) -> bool {
        let mut names: Vec<(&str, bool)> = Vec::new();
        for parameter in &self.declaration.parameters {
            names.push((&parameter.name.text, matches!(parameter.ty, ParameterType::Table(_))));
        }
        let mut last = false;
        for statement in &self.declaration.body {
            match &statement.kind {
                StatementKind::Let { name, value: LetValue::Expr(expr) } => {
                    let is_table = self.expr_gives_table(expr, &names, schema);
                    names.push((&name.text, is_table));
                }
                StatementKind::Query(expr) => last = self.expr_gives_table(expr, &names, schema),
                _ => {}
            }
        }
        last
    }

    fn expr_gives_table(&self, expr: &Expr, names: &[(&str, bool)], schema: &Schema) -> bool {
        match &expr.kind {
            ExprKind::Group(inner) => self.expr_gives_table(inner, names, schema),
            ExprKind::Pipeline(_) | ExprKind::Datatable { .. } | ExprKind::External(_) => true,
            ExprKind::Name(name) => {
                if let Some((_, is_table)) = names.iter().rev().find(|(known, _)| *known == &**name) {
                    return *is_table;
                }
                match self.scope.find(name) {
                    Some(Binding::Table(_)) => true,
                    Some(Binding::Function(function)) => function.gives_table,
                    Some(_) => false,
                    None => schema.table(name).is_some(),
                }
            }
            ExprKind::Call { name, .. } => match self.scope.find(&name.text) {
                Some(Binding::Function(function)) => function.gives_table,
                _ => matches!(&*name.text, "materialize" | "table") || hunting::find(&name.text).is_some(),
            },
            _ => false,
        }
    }
}

/// When a row was written: its `Timestamp` here, as rows of files and of the lab are written when they happen; null
/// where there is none.
fn ingestion_time(span: Span, context: &Context<'_>) -> Scalar {
    let stamped = |field: &Field| matches!(&*field.name, "Timestamp" | "TimeGenerated") && field.ty == Type::DateTime;
    match context.columns.iter().position(stamped) {
        Some(at) => Scalar::column(at, Type::DateTime, span),
        None => Scalar::null(Type::DateTime, span),
    }
}

/// A constant long as an int, where that is what is taken.
fn narrowed(scalar: Scalar, to: Type) -> Scalar {
    match scalar.as_literal() {
        Some(Value::Long(number)) if to == Type::Int => match i32::try_from(*number) {
            Ok(number) => Scalar::literal(Value::Int(number), Type::Int, scalar.span),
            Err(_) => scalar,
        },
        _ => scalar,
    }
}
