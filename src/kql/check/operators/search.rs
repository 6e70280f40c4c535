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
        let mut mentioned = Vec::new();
        names_in(&find.predicate, &mut mentioned);
        // A table without any of the columns that the predicate reads has no row for it.
        let reads = |source: &Source| mentioned.iter().any(|name| source.relation.position(name).is_some());
        if sources.iter().any(reads) {
            sources.retain(reads);
        }
        let mut named: Vec<Field> = Vec::new();
        match &find.columns {
            Some(columns) => {
                for (column, ty) in columns {
                    match ty.or_else(|| common_type(&all, &column.text)) {
                        Some(ty) => named.push(Field::new(Arc::clone(&column.text), ty)),
                        None => self.unknown_scalar(&column.text, column.span, &Context::over(&all, "find")),
                    }
                }
            }
            None => named = smart(&sources, &mentioned),
        }
        let mut filtered = Vec::with_capacity(sources.len());
        for Source { name, relation } in sources {
            let columns = relation.columns.clone();
            let searched = Searched { columns: &columns, elsewhere: &all, case_sensitive: false };
            let predicate = self.search_predicate(&find.predicate, &searched)?;
            filtered.push(Source { name, relation: relation.filter(predicate, span) });
        }
        // Nothing is packed where all columns are shown.
        let left = |source: &Source| source.relation.columns.iter().any(|own| named.iter().all(|f| f.name != own.name));
        let packs = find.packs && (find.columns.is_some() || filtered.iter().any(left));
        let source_name = find.with_source.as_ref().map_or_else(|| "source_".into(), |name| Arc::clone(&name.text));
        let mut found = Vec::with_capacity(filtered.len());
        for Source { name, relation } in filtered {
            found.push(Source { name, relation: packed(relation, &named, packs, span)? });
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

/// The type of the columns of `fields` called `name`: dynamic where they have several, nothing where there is none.
fn common_type(fields: &[Field], name: &str) -> Option<Type> {
    let mut types = fields.iter().filter(|field| &*field.name == name).map(|field| field.ty);
    let first = types.next()?;
    Some(if types.all(|ty| ty == first) { first } else { Type::Dynamic })
}

/// What `find` shows unless told: the columns that all `sources` have, and those that its predicate mentions.
fn smart(sources: &[Source], mentioned: &[&Arc<str>]) -> Vec<Field> {
    let all: Vec<Field> = sources.iter().flat_map(|source| source.relation.columns.iter().cloned()).collect();
    let shared = |field: &&Field| sources.iter().all(|source| source.relation.position(&field.name).is_some());
    let first = sources.first().map_or(&[][..], |source| &source.relation.columns);
    let mut named: Vec<Field> = Vec::new();
    for name in first.iter().filter(shared).map(|field| &field.name).chain(mentioned.iter().copied()) {
        if let Some(ty) = common_type(&all, name)
            && named.iter().all(|known| known.name != *name)
        {
            named.push(Field::new(Arc::clone(name), ty));
        }
    }
    named
}

/// The names that `expr` mentions, in order of place.
fn names_in<'e>(expr: &'e Expr, names: &mut Vec<&'e Arc<str>>) {
    match &expr.kind {
        ExprKind::Name(name) => names.push(name),
        ExprKind::Group(inner) | ExprKind::Negate(inner) => names_in(inner, names),
        ExprKind::Member { object, .. } => names_in(object, names),
        ExprKind::Element { object, index } => [object, index].into_iter().for_each(|part| names_in(part, names)),
        ExprKind::Call { arguments, .. } => arguments.iter().for_each(|argument| names_in(&argument.value, names)),
        ExprKind::Chain { operands, .. } => operands.iter().for_each(|operand| names_in(operand, names)),
        ExprKind::Binary { left, right, .. } => [left, right].into_iter().for_each(|part| names_in(part, names)),
        ExprKind::Among { value, items, .. } => {
            names_in(value, names);
            for item in items {
                names_in(item, names);
            }
        }
        ExprKind::Between { value, low, high, .. } => {
            for part in [value, low, high] {
                names_in(part, names);
            }
        }
        _ => {}
    }
}

/// `scalar` as a dynamic value.
fn as_dynamic(scalar: Scalar, span: Span) -> Option<Scalar> {
    let call = |function, arguments| Scalar { ty: Type::Dynamic, span, node: ScalarNode::Call { function, arguments } };
    let list = call(functions::find("pack_array")?, vec![scalar]);
    let first = Scalar::literal(Value::Long(0), Type::Long, span);
    Some(call(functions::operator("element")?, vec![list, first]))
}

/// The columns called as `named`, null where there is none, and a bag of all others where `pack`.
fn packed(relation: Relation, named: &[Field], pack: bool, span: Span) -> Option<Relation> {
    let mut fields = named.to_vec();
    let mut outputs: Vec<Scalar> = Vec::with_capacity(named.len() + 1);
    for field in named {
        let own = relation.position(&field.name).and_then(|at| relation.column(at, span));
        outputs.push(match own {
            Some(own) if own.ty == field.ty => own,
            Some(own) if field.ty == Type::Dynamic => as_dynamic(own, span)?,
            _ => Scalar::null(field.ty, span),
        });
    }
    if pack {
        let is_named = |own: &Field| named.iter().any(|field| field.name == own.name);
        let rest = relation.columns.iter().enumerate().filter(|(_, own)| !is_named(own));
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
