//! `search`: a predicate in which a bare string is a term that any column may hold, over each table apart, united.

use super::union::{Source, unite};
use crate::kql::check::Binder;
use crate::kql::check::expression::{Context, mismatch};
use crate::kql::check::message::INVALID;
use crate::kql::functions;
use crate::kql::plan::{Field, Relation, Scalar, ScalarNode};
use crate::kql::syntax::ast::{Expr, ExprKind, Find, Search};
use crate::kql::{Span, Type, Value};
use std::sync::Arc;

/// What is searched through while a predicate is bound.
struct Searched<'c> {
    columns: &'c [Field],
    elsewhere: &'c [Field],
    case_sensitive: bool,
}

impl Binder<'_> {
    pub(super) fn search(&mut self, input: Option<Relation>, search: &Search, span: Span) -> Option<Relation> {
        let mut sources = Vec::new();
        if let Some(relation) = input {
            let columns = relation.columns.clone();
            let searched = Searched { columns: &columns, elsewhere: &[], case_sensitive: search.case_sensitive };
            let predicate = self.search_predicate(&search.predicate, &searched)?;
            let source = Source { name: "search_arg0".into(), relation: relation.filter(predicate, span) };
            return Some(unite(vec![source], Some(&"$table".into()), false, span));
        }
        if search.tables.is_empty() {
            let all = Expr { span, kind: ExprKind::Wildcard("*".into()) };
            sources = self.sources(&all, 0)?;
        }
        for table in &search.tables {
            let at = sources.len();
            sources.extend(self.sources(table, at)?);
        }
        let all: Vec<Field> = sources.iter().flat_map(|source| source.relation.columns.iter().cloned()).collect();
        let mut found = Vec::with_capacity(sources.len());
        for Source { name, relation } in sources {
            let columns = relation.columns.clone();
            let searched = Searched { columns: &columns, elsewhere: &all, case_sensitive: search.case_sensitive };
            let predicate = self.search_predicate(&search.predicate, &searched)?;
            found.push(Source { name, relation: relation.filter(predicate, span) });
        }
        Some(unite(found, Some(&"$table".into()), false, span))
    }

    /// `find`: the rows of each table for which the predicate is true, with the columns asked for and all others packed.
    pub(super) fn find(&mut self, find: &Find, span: Span) -> Option<Relation> {
        let mut sources = Vec::new();
        if find.tables.is_empty() {
            sources = self.sources(&Expr { span, kind: ExprKind::Wildcard("*".into()) }, 0)?;
        }
        for table in &find.tables {
            let at = sources.len();
            sources.extend(self.sources(table, at)?);
        }
        let all: Vec<Field> = sources.iter().flat_map(|source| source.relation.columns.iter().cloned()).collect();
        let mut filtered = Vec::with_capacity(sources.len());
        let mut named: Vec<Field> = Vec::new();
        for Source { name, relation } in sources {
            let columns = relation.columns.clone();
            let searched = Searched { columns: &columns, elsewhere: &all, case_sensitive: false };
            let predicate = self.search_predicate(&find.predicate, &searched)?;
            for field in columns_of(&predicate).into_iter().filter_map(|at| columns.get(at)) {
                if !named.iter().any(|known| known.name == field.name) {
                    named.push(field.clone());
                }
            }
            filtered.push(Source { name, relation: relation.filter(predicate, span) });
        }
        if let Some(columns) = &find.columns {
            named.clear();
            for (column, ty) in columns {
                let known = all.iter().find(|field| field.name == column.text && ty.is_none_or(|ty| field.ty == ty));
                match (known, ty) {
                    (Some(field), _) => named.push(field.clone()),
                    (None, Some(ty)) => named.push(Field::new(Arc::clone(&column.text), *ty)),
                    (None, None) => self.unknown_scalar(&column.text, column.span, &Context::over(&all, "find")),
                }
            }
        }
        let source_name = find.with_source.as_ref().map_or_else(|| "source_".into(), |name| Arc::clone(&name.text));
        let mut found = Vec::with_capacity(filtered.len());
        for Source { name, relation } in filtered {
            found.push(Source { name, relation: packed(relation, &named, find.packs, span)? });
        }
        Some(unite(found, Some(&source_name), false, span))
    }

    fn search_predicate(&mut self, expr: &Expr, searched: &Searched<'_>) -> Option<Scalar> {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Group(inner) => self.search_predicate(inner, searched),
            ExprKind::Chain { operator, operands } => {
                let bound: Vec<Option<Scalar>> =
                    operands.iter().map(|operand| self.search_predicate(operand, searched)).collect();
                self.combine(operator, bound.into_iter().collect::<Option<_>>()?)
            }
            ExprKind::Call { name, arguments } if &*name.text == "not" && arguments.len() == 1 => {
                let inner = self.search_predicate(&arguments.first()?.value, searched)?;
                let function = functions::find("not")?;
                let node = ScalarNode::Call { function, arguments: vec![inner] };
                Some(Scalar { ty: Type::Bool, span, node })
            }
            ExprKind::Wildcard(_) => Some(Scalar::literal(Value::Bool(true), Type::Bool, span)),
            ExprKind::Literal(Type::String, Value::String(term)) => {
                let operator = term_operator(term, searched.case_sensitive);
                self.any_column(operator, term.trim_matches('*'), span, searched.columns)
            }
            ExprKind::Literal(ty @ (Type::Int | Type::Long), value) => self.any_number(*ty, value, span, searched),
            ExprKind::Literal(Type::Real, Value::Real(real)) => {
                self.any_column("has", &real.to_string(), span, searched.columns)
            }
            ExprKind::Binary { operator: ":", left, right, .. } => self.scoped(left, right, span, searched),
            _ => {
                let mut context = Context::over(searched.columns, "search");
                context.elsewhere = searched.elsewhere;
                self.scalar_of(Type::Bool, expr, &mut context)
            }
        }
    }

    /// Whether any text column of `columns` passes `operator` with `term`; for the empty term, always.
    pub(in crate::kql::check) fn any_column(
        &mut self,
        operator: &'static str,
        term: &str,
        span: Span,
        columns: &[Field],
    ) -> Option<Scalar> {
        if term.is_empty() {
            return Some(Scalar::literal(Value::Bool(true), Type::Bool, span));
        }
        let mut tests = Vec::new();
        for (at, field) in columns.iter().enumerate().filter(|(_, f)| matches!(f.ty, Type::String | Type::Dynamic)) {
            let column = Scalar::column(at, field.ty, span);
            let term = Scalar::literal(Value::string(term), Type::String, span);
            tests.push(self.operator_call(operator, vec![column, term], span, mismatch(operator, span))?);
        }
        if tests.is_empty() {
            return Some(Scalar::literal(Value::Bool(false), Type::Bool, span));
        }
        self.combine("or", tests)
    }

    /// Whether any number is `value`, or any text holds it as a word.
    fn any_number(&mut self, ty: Type, value: &Value, span: Span, searched: &Searched<'_>) -> Option<Scalar> {
        let term =
            value.as_long().map_or_else(|| value.as_real().map(|real| real.to_string()), |l| Some(l.to_string()));
        let mut tests = vec![self.any_column("has", &term.unwrap_or_default(), span, searched.columns)?];
        for (at, field) in searched.columns.iter().enumerate().filter(|(_, field)| field.ty.is_number()) {
            let column = Scalar::column(at, field.ty, span);
            let number = Scalar::literal(value.clone(), ty, span);
            tests.push(self.operator_call("==", vec![column, number], span, mismatch("==", span))?);
        }
        self.combine("or", tests)
    }

    /// `column : term`
    fn scoped(&mut self, column: &Expr, term: &Expr, span: Span, searched: &Searched<'_>) -> Option<Scalar> {
        let mut context = Context::over(searched.columns, "search");
        context.elsewhere = searched.elsewhere;
        let column = self.scalar(column, &mut context)?;
        match &term.kind {
            ExprKind::Wildcard(_) => Some(Scalar::literal(Value::Bool(true), Type::Bool, span)),
            ExprKind::Literal(Type::String, Value::String(text))
                if matches!(column.ty, Type::String | Type::Dynamic) =>
            {
                self.holds(column, text, span, searched)
            }
            ExprKind::Literal(..) => {
                let term = self.scalar(term, &mut context)?;
                self.operator_call("==", vec![column, term], span, mismatch("==", span))
            }
            _ => self.refuse(term.span, "'search' operator: a literal is expected after ':'", INVALID),
        }
    }

    /// Whether `text` holds `term`.
    fn holds(&mut self, text: Scalar, term: &str, span: Span, searched: &Searched<'_>) -> Option<Scalar> {
        let operator = term_operator(term, searched.case_sensitive);
        let bare = term.trim_matches('*');
        if bare.is_empty() {
            return Some(Scalar::literal(Value::Bool(true), Type::Bool, span));
        }
        let term = Scalar::literal(Value::string(bare), Type::String, span);
        self.operator_call(operator, vec![text, term], span, mismatch(operator, span))
    }
}

/// How a term is looked for: a star at one of its ends stands for the rest of a word.
fn term_operator(term: &str, case_sensitive: bool) -> &'static str {
    let (open_start, open_end) = (term.starts_with('*'), term.len() > 1 && term.ends_with('*'));
    match (open_start, open_end, case_sensitive) {
        (false, false, false) => "has",
        (false, false, true) => "has_cs",
        (false, true, false) => "hasprefix",
        (false, true, true) => "hasprefix_cs",
        (true, false, false) => "hassuffix",
        (true, false, true) => "hassuffix_cs",
        (true, true, false) => "contains",
        (true, true, true) => "contains_cs",
    }
}

/// The columns that `scalar` reads.
fn columns_of(scalar: &Scalar) -> Vec<usize> {
    match &scalar.node {
        ScalarNode::Column(at) => vec![*at],
        ScalarNode::Call { arguments, .. } => arguments.iter().flat_map(columns_of).collect(),
        ScalarNode::InRelation { needle, .. } => columns_of(needle),
        ScalarNode::Literal(_) | ScalarNode::FirstCell(_) | ScalarNode::GivenCell(_) => Vec::new(),
    }
}

/// The columns called as `named`, null where there is none, and a bag of all others where `pack`.
fn packed(relation: Relation, named: &[Field], pack: bool, span: Span) -> Option<Relation> {
    let mut fields = named.to_vec();
    let mut outputs: Vec<Scalar> = Vec::with_capacity(named.len() + 1);
    for field in named {
        let at = relation.columns.iter().position(|own| own == field);
        outputs.push(at.map_or_else(|| Scalar::null(field.ty, span), |at| Scalar::column(at, field.ty, span)));
    }
    if pack {
        let rest = relation.columns.iter().enumerate().filter(|(_, own)| !named.contains(own));
        let arguments: Vec<Scalar> = rest
            .flat_map(|(at, own)| {
                let key = Scalar::literal(Value::String(Arc::clone(&own.name)), Type::String, span);
                [key, Scalar::column(at, own.ty, span)]
            })
            .collect();
        let node = ScalarNode::Call { function: functions::find("bag_pack")?, arguments };
        outputs.push(Scalar { ty: Type::Dynamic, span, node });
        fields.push(Field::new("pack_", Type::Dynamic));
    }
    Some(relation.project(fields, outputs, span))
}
