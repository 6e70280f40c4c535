//! `project` and its kin, `extend`, `distinct`.

use crate::kql::check::Binder;
use crate::kql::check::expression::{Context, mismatch};
use crate::kql::check::message::{INVALID, WRONG_TYPE};
use crate::kql::check::naming::{Names, implied};
use crate::kql::check::relation::place_of;
use crate::kql::functions::analysis::OUTPUTS;
use crate::kql::plan::{Field, Relation, Scalar};
use crate::kql::syntax::ast::{Expr, ExprKind, Name, NamedExpr, Reorder};
use crate::kql::{Diagnostic, Span, Type, Value};
use std::sync::Arc;

impl Binder<'_> {
    pub(super) fn project(&mut self, input: Relation, columns: &[NamedExpr], span: Span) -> Option<Relation> {
        let mut names = Names::default();
        let mut fields = Vec::new();
        let mut outputs = Vec::new();
        let mut sound = true;
        let ordered = self.is_ordered(&input);
        for column in columns {
            if let Some(parts) = self.several(column, &input, "project") {
                let Some(parts) = parts else {
                    self.unknown.lose(column);
                    sound = false;
                    continue;
                };
                for (name, scalar) in parts {
                    fields.push(Field { name: names.unique(&name), ty: scalar.ty });
                    outputs.push(scalar);
                }
                continue;
            }
            let mut context = Context::over(&input.columns, "project").ordered(ordered);
            let scalar = self.scalar(&column.value, &mut context);
            let name = self.output_name("project", column, &mut names);
            let (Some(scalar), Some(name)) = (scalar, name) else {
                self.unknown.lose(column);
                sound = false;
                continue;
            };
            fields.push(Field { name, ty: scalar.ty });
            outputs.push(scalar);
        }
        if !sound {
            return self.unknown.guess(fields);
        }
        Some(self.windowed(input, span).project(fields, outputs, span))
    }

    /// The name of a column in a list: said, implied or counted. A name that is said twice is a mistake.
    pub(super) fn output_name(&mut self, operator: &str, column: &NamedExpr, names: &mut Names) -> Option<Arc<str>> {
        if let [_, second, ..] = column.names.as_slice() {
            return self.refuse(second.span, "Only one name can be given here", INVALID);
        }
        let Some(name) = column.names.first() else {
            return Some(names.implied_or_next(implied(&column.value)));
        };
        let written = names.written(&name.text);
        if written.is_none() {
            let message = format!("'{operator}' operator: a column named '{}' already exists", name.text);
            return self.refuse(name.span, message, INVALID);
        }
        written
    }

    pub(in crate::kql::check) fn extend(
        &mut self,
        input: Relation,
        columns: &[NamedExpr],
        operator: &'static str,
        span: Span,
    ) -> Option<Relation> {
        let mut fields = input.columns.clone();
        let mut outputs = input.all_columns(span);
        let mut said = Names::default();
        let mut sound = true;
        // Names given to what could not be bound.
        let mut lost: Vec<&Arc<str>> = Vec::new();
        let ordered = self.is_ordered(&input);
        // Gathered at the first column without a name: most have one, and editors bind at each key.
        let mut names: Option<Names> = None;
        for column in columns {
            if let Some(parts) = self.several(column, &input, operator) {
                let Some(parts) = parts else {
                    self.unknown.lose(column);
                    sound = false;
                    continue;
                };
                for (name, scalar) in parts {
                    if let Some(at) = place_of(&fields, &name) {
                        (fields[at].ty, outputs[at]) = (scalar.ty, scalar);
                        continue;
                    }
                    if let Some(names) = &mut names {
                        names.claim(&name);
                    }
                    fields.push(Field { name, ty: scalar.ty });
                    outputs.push(scalar);
                }
                continue;
            }
            let mut context = Context::over(&input.columns, operator).ordered(ordered);
            let Some(scalar) = self.scalar(&column.value, &mut context) else {
                self.unknown.lose(column);
                lost.extend(column.names.first().map(|name| &name.text));
                sound = false;
                continue;
            };
            let name = match column.names.first() {
                Some(name) if !said.claim(&name.text) => {
                    let message = format!("'{operator}' operator: a column named '{}' already exists", name.text);
                    self.complain(Diagnostic::error(name.span, message).coded(INVALID));
                    sound = false;
                    continue;
                }
                Some(name) => Arc::clone(&name.text),
                None => {
                    let implied = implied(&column.value);
                    let is_there = |name: &Arc<str>| place_of(&fields, name).is_some();
                    match implied {
                        // `extend tostring(x)` gives `x` anew.
                        Some(name) if operator != "serialize" && is_there(&name) => name,
                        implied => {
                            let known = || Names::of(fields.iter().map(|field| Arc::clone(&field.name)));
                            names.get_or_insert_with(known).implied_or_next(implied)
                        }
                    }
                }
            };
            let replaced = place_of(&fields, &name);
            let replaced = replaced.and_then(|at| Some((fields.get_mut(at)?, outputs.get_mut(at)?)));
            if let Some((field, output)) = replaced {
                field.ty = scalar.ty;
                *output = scalar;
            } else {
                if let Some(names) = &mut names {
                    names.claim(&name);
                }
                fields.push(Field { name, ty: scalar.ty });
                outputs.push(scalar);
            }
        }
        if !sound {
            fields.retain(|field| !lost.contains(&&field.name));
            return self.unknown.guess(fields);
        }
        Some(self.windowed(input, span).project(fields, outputs, span))
    }

    /// The columns of a call that gives several, or of several names for the elements of one list; nothing for all else.
    #[expect(clippy::type_complexity, reason = "names with scalars, where they can be bound, where they are several")]
    fn several(
        &mut self,
        column: &NamedExpr,
        input: &Relation,
        operator: &'static str,
    ) -> Option<Option<Vec<(Arc<str>, Scalar)>>> {
        let called = match &column.value.kind {
            ExprKind::Call { name, .. } => Some(name),
            _ => None,
        };
        let known = called.and_then(|called| OUTPUTS.iter().find(|(name, _)| **name == *called.text));
        if known.is_none() && column.names.len() < 2 {
            return None;
        }
        Some(self.parts(column, known.map(|(_, outputs)| *outputs), input, operator))
    }

    fn parts(
        &mut self,
        column: &NamedExpr,
        known: Option<&[(&str, Type)]>,
        input: &Relation,
        operator: &'static str,
    ) -> Option<Vec<(Arc<str>, Scalar)>> {
        let span = column.value.span;
        let list = self.scalar(&column.value, &mut Context::over(&input.columns, operator))?;
        if list.ty != Type::Dynamic {
            return self.refuse(span, "Several names are given to a value that is one", INVALID);
        }
        let count = known.map_or(column.names.len(), <[_]>::len);
        if column.names.len() > count {
            return self.refuse(span, format!("There are {count} values for {} names", column.names.len()), INVALID);
        }
        let prefix = match &column.value.kind {
            ExprKind::Call { name, arguments } => {
                let of = arguments.first().and_then(|argument| implied(&argument.value)).unwrap_or_default();
                format!("{}_{of}", name.text)
            }
            _ => String::new(),
        };
        let mut parts = Vec::with_capacity(count);
        for at in 0..count {
            let index = Scalar::literal(Value::Long(at as i64), Type::Long, span);
            let part = self.operator_call("element", vec![list.clone(), index], span, mismatch("element", span))?;
            let (ending, ty) = known.and_then(|known| known.get(at)).copied().unwrap_or(("", Type::Dynamic));
            let part = if ty == Type::Dynamic { part } else { self.converted(part, ty, span)? };
            let name =
                column.names.get(at).map_or_else(|| format!("{prefix}_{ending}").into(), |name| Arc::clone(&name.text));
            parts.push((name, part));
        }
        Some(parts)
    }

    pub(super) fn project_away(&mut self, input: Relation, columns: &[Expr], span: Span) -> Relation {
        let gone = self.chosen(&input, columns, "project-away");
        let kept: Vec<usize> = (0..input.columns.len()).filter(|at| !gone.contains(at)).collect();
        input.keep(&kept, span)
    }

    pub(super) fn project_keep(&mut self, input: Relation, columns: &[Expr], span: Span) -> Relation {
        let mut kept = self.chosen(&input, columns, "project-keep");
        kept.sort_unstable();
        kept.dedup();
        input.keep(&kept, span)
    }

    pub(super) fn project_reorder(&mut self, input: Relation, columns: &[Reorder], span: Span) -> Relation {
        let mut order: Vec<usize> = Vec::new();
        for column in columns {
            let mut chosen = self.chosen(&input, std::slice::from_ref(&column.column), "project-reorder");
            if let Some(descending) = column.descending {
                chosen.sort_by_key(|at| input.columns.get(*at).map(|field| Arc::clone(&field.name)));
                if descending {
                    chosen.reverse();
                }
            }
            let explicit = matches!(column.column.kind, ExprKind::Name(_));
            for at in chosen {
                let named_elsewhere = columns.iter().any(|other| {
                    matches!((&other.column.kind, input.columns.get(at)), (ExprKind::Name(name), Some(field)) if *name == field.name)
                });
                if !order.contains(&at) && (explicit || !named_elsewhere) {
                    order.push(at);
                }
            }
        }
        let rest: Vec<usize> = (0..input.columns.len()).filter(|at| !order.contains(at)).collect();
        order.extend(rest);
        input.keep(&order, span)
    }

    /// The columns that names and wildcards choose, in the order written. Those that are not there are left out, so that
    /// the rest is known.
    fn chosen(&mut self, input: &Relation, columns: &[Expr], operator: &'static str) -> Vec<usize> {
        let mut chosen = Vec::new();
        for column in columns {
            match &column.kind {
                ExprKind::Name(name) => {
                    if let Some(at) = input.position(name) {
                        chosen.push(at);
                    } else {
                        self.unknown_scalar(name, column.span, &Context::over(&input.columns, operator));
                        self.unknown.guessed = true;
                    }
                }
                ExprKind::Wildcard(pattern) => {
                    let matching = input.columns.iter().enumerate().filter(|(_, field)| matches(pattern, &field.name));
                    chosen.extend(matching.map(|(at, _)| at));
                }
                _ => self.unknown.guessed = true,
            }
        }
        chosen
    }

    pub(super) fn project_rename(&mut self, input: Relation, columns: &[NamedExpr], span: Span) -> Option<Relation> {
        let mut fields = input.columns.clone();
        let mut sound = true;
        for column in columns {
            let (Some(new), ExprKind::Name(old)) = (column.names.first(), &column.value.kind) else {
                let message = "'project-rename' operator: expected new = old";
                self.complain(Diagnostic::error(column.span(), message).coded(INVALID));
                sound = false;
                continue;
            };
            let Some(at) = input.position(old) else {
                self.unknown_scalar(old, column.value.span, &Context::over(&input.columns, "project-rename"));
                self.unknown.lose(column);
                sound = false;
                continue;
            };
            sound &= self.rename(&mut fields, at, new);
        }
        if !sound {
            return self.unknown.guess(fields);
        }
        let outputs = input.all_columns(span);
        Some(input.project(fields, outputs, span))
    }

    fn rename(&mut self, fields: &mut [Field], at: usize, new: &Name) -> bool {
        let taken = fields.iter().enumerate().any(|(other, field)| other != at && field.name == new.text);
        if taken {
            let message = format!("'project-rename' operator: a column named '{}' already exists", new.text);
            self.complain(Diagnostic::error(new.span, message).coded(INVALID));
            return false;
        }
        if let Some(field) = fields.get_mut(at) {
            field.name = Arc::clone(&new.text);
        }
        true
    }

    pub(super) fn distinct(&mut self, input: Relation, columns: &[NamedExpr], span: Span) -> Option<Relation> {
        if let [NamedExpr { names, value: Expr { kind: ExprKind::Wildcard(_), .. } }] = columns
            && names.is_empty()
        {
            let (fields, keys) = (input.columns.clone(), input.all_columns(span));
            return Some(input.summarize(fields, keys, Vec::new(), span));
        }
        let mut names = Names::default();
        let mut fields = Vec::new();
        let mut keys: Vec<Scalar> = Vec::new();
        let mut sound = true;
        for column in columns {
            let scalar = self.scalar(&column.value, &mut Context::over(&input.columns, "distinct"));
            let name = self.output_name("distinct", column, &mut names);
            let (Some(scalar), Some(name)) = (scalar, name) else {
                self.unknown.lose(column);
                sound = false;
                continue;
            };
            if scalar.ty == Type::Dynamic {
                let message =
                    format!("'distinct' operator: '{name}' is of a 'dynamic' type, which has no distinct values");
                let complaint = Diagnostic::error(column.value.span, message).coded(WRONG_TYPE);
                self.complain(complaint.hinted(format!("cast it, for example with tostring({name})")));
                sound = false;
            }
            fields.push(Field { name, ty: scalar.ty });
            keys.push(scalar);
        }
        if !sound {
            return self.unknown.guess(fields);
        }
        Some(input.summarize(fields, keys, Vec::new(), span))
    }
}

/// Whether `name` fits `pattern`, where `*` stands for any text. Case counts.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut name) = name.strip_prefix(first) else { return false };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        let Some(at) = name.find(piece) else { return false };
        name = name.get(at + piece.len()..).unwrap_or_default();
    }
    name.ends_with(last)
}
