//! `evaluate`: plugins. The columns of `bag_unpack` and `pivot` depend on the rows before them. Where rows can be had,
//! they are read while binding; otherwise every name that the query writes and nothing else gives counts as a column.
//! <https://learn.microsoft.com/kusto/query/evaluate-operator>

use crate::kql::check::expression::{Context, mismatch};
use crate::kql::check::message::{INVALID, WRONG_TYPE};
use crate::kql::check::naming::Names;
use crate::kql::check::unsupported::in_place_of;
use crate::kql::check::{Binder, Bound};
use crate::kql::engine::Table;
use crate::kql::plan::{
    AggregateCall, Expansion, Field, JoinKind, Node, Plan, Relation, Scalar, ScalarNode, WindowCall,
};
use crate::kql::syntax::ast::{Expr, ExprKind, Name, NamedExpr, PluginSchema};
use crate::kql::{Diagnostic, Span, Type, Value, aggregates, format, functions, windows};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Binder<'_> {
    pub(super) fn evaluate(
        &mut self,
        input: Relation,
        plugin: &Name,
        arguments: &[NamedExpr],
        schema: Option<&PluginSchema>,
        span: Span,
    ) -> Option<Relation> {
        match &*plugin.text {
            "bag_unpack" => self.bag_unpack(input, arguments, schema, span),
            "pivot" => {
                let pivoted = self.pivot(input, arguments, schema, span)?;
                let Some(schema) = schema.filter(|schema| !schema.and_input) else { return Some(pivoted) };
                Some(said(pivoted, schema, span))
            }
            "narrow" => narrow(input, span),
            "ipv4_lookup" | "ipv6_lookup" => self.address_lookup(input, plugin, arguments, span),
            other => {
                let refusal = Diagnostic::error(plugin.span, format!("The plugin '{other}' is not supported yet"));
                let refusal = refusal.coded(INVALID);
                self.complain(match in_place_of(other) {
                    Some(instead) => refusal.hinted(instead),
                    None => refusal,
                });
                None
            }
        }
    }

    fn bag_unpack(
        &mut self,
        input: Relation,
        arguments: &[NamedExpr],
        schema: Option<&PluginSchema>,
        span: Span,
    ) -> Option<Relation> {
        let Some((first, rest)) = arguments.split_first() else {
            return self.refuse(span, "bag_unpack(): function expects at least 1 argument", INVALID);
        };
        let bag = self.scalar(&first.value, &mut Context::over(&input.columns, "evaluate"))?;
        let ScalarNode::Column(place) = bag.node else {
            return self.refuse(first.value.span, "bag_unpack(): argument #1 must be a column", WRONG_TYPE);
        };
        if bag.ty != Type::Dynamic {
            let message = format!("bag_unpack(): argument #1 must be of type dynamic, not {}", bag.ty);
            return self.refuse(first.value.span, message, WRONG_TYPE);
        }
        let options = self.unpack_options(rest)?;
        let is_ignored = |name: &str| {
            options.ignored.iter().any(|ignored| name.strip_prefix(&*options.prefix).is_some_and(|key| key == ignored))
        };
        let properties: Vec<(Arc<str>, Type)> = match schema {
            Some(schema) => {
                let columns = schema.columns.iter();
                columns.map(|column| (Arc::clone(&column.name.text), column.ty)).collect()
            }
            None => self.properties(&input, place, &options.prefix, span)?,
        };
        let properties: Vec<(Arc<str>, Type)> = properties.into_iter().filter(|(name, _)| !is_ignored(name)).collect();
        let conflict = properties.iter().find(|(name, _)| input.position(name).is_some_and(|at| at != place));
        if let (Some((name, _)), OnConflict::Refuse, None, false) =
            (conflict, options.conflict, schema, self.open.is_some())
        {
            let message = format!(
                "evaluate bag_unpack(): the following error(s) occurred while evaluating the output schema: a column \
                 named '{name}' already exists"
            );
            self.complain(
                Diagnostic::error(first.value.span, message)
                    .coded(INVALID)
                    .hinted("columnsConflict='keep_source' or 'replace_source', or a prefix"),
            );
            return None;
        }
        let unpacked = self.unpacked(input, place, &options, &properties, span)?;
        let Some(schema) = schema.filter(|schema| !schema.and_input) else { return Some(unpacked) };
        Some(said(unpacked, schema, span))
    }

    /// What `bag_unpack` is told besides its column: in their order a prefix, what becomes of a name that the input has
    /// too, and properties that are left out.
    fn unpack_options(&mut self, arguments: &[NamedExpr]) -> Option<UnpackOptions> {
        const ORDER: [&str; 3] = ["OutputColumnPrefix", "columnsConflict", "ignoredProperties"];
        let mut options =
            UnpackOptions { prefix: Arc::from(""), conflict: OnConflict::Refuse, ignored: BTreeSet::new() };
        let mut next = 0;
        for argument in arguments {
            let value = self.scalar(&argument.value, &mut Context::constant("evaluate"))?;
            let said = argument.names.first().map(|name| &*name.text);
            let named = said.and_then(|said| ORDER.iter().position(|known| known.eq_ignore_ascii_case(said)));
            // Without a name, a text that is no way to solve a conflict is the prefix, a list what is left out.
            let at = match (named, value.as_literal()) {
                (Some(at), _) => at,
                (None, Some(Value::Dynamic(_))) => 2,
                (None, Some(Value::String(text))) if next == 0 && OnConflict::named(text).is_none() => 0,
                _ => 1,
            };
            next = at + 1;
            match (at, value.as_literal()) {
                (0, Some(Value::String(text))) => options.prefix = Arc::clone(text),
                (1, Some(Value::String(text))) if OnConflict::named(text).is_some() => {
                    options.conflict = OnConflict::named(text)?;
                }
                (2, Some(Value::Dynamic(list))) => {
                    let names = list.as_array().into_iter().flatten().filter_map(Json::as_str);
                    options.ignored = names.map(str::to_owned).collect();
                }
                _ => {
                    let message = format!("bag_unpack(): this cannot be its {}", ORDER[at]);
                    return self.refuse(argument.value.span, message, WRONG_TYPE);
                }
            }
        }
        Some(options)
    }

    /// `input` with columns of the bag at `place` in its stead, those of the bag last but where one is called as a
    /// column that it takes the place of.
    fn unpacked(
        &mut self,
        input: Relation,
        place: usize,
        options: &UnpackOptions,
        properties: &[(Arc<str>, Type)],
        span: Span,
    ) -> Option<Relation> {
        let mut fields = Vec::new();
        let mut outputs = Vec::new();
        let bag = input.column(place, span)?;
        for (at, field) in input.columns.iter().enumerate() {
            let gives_way = at == place || options.conflict == OnConflict::Replace;
            match properties.iter().find(|(name, _)| gives_way && *name == field.name) {
                Some((name, ty)) => {
                    outputs.push(self.property(&bag, name, *ty, options, span)?);
                    fields.push(Field::new(Arc::clone(name), *ty));
                }
                None if at != place => {
                    outputs.push(input.column(at, span)?);
                    fields.push(field.clone());
                }
                None => {}
            }
        }
        for (name, ty) in properties {
            if !fields.iter().any(|field| field.name == *name) {
                outputs.push(self.property(&bag, name, *ty, options, span)?);
                fields.push(Field::new(Arc::clone(name), *ty));
            }
        }
        Some(input.project(fields, outputs, span))
    }

    /// The property that the column called `name` is of.
    fn property(&mut self, bag: &Scalar, name: &str, ty: Type, options: &UnpackOptions, span: Span) -> Option<Scalar> {
        let key = name.strip_prefix(&*options.prefix).unwrap_or(name);
        let key = Scalar::literal(Value::string(key), Type::String, span);
        let value = self.operator_call("member", vec![bag.clone(), key], span, mismatch("member", span))?;
        match ty {
            Type::Dynamic => Some(value),
            Type::String => call("tostring", Type::String, vec![value], span),
            ty => self.converted(value, ty, span),
        }
    }

    /// The names and types of the properties of all bags in the column at `place`, in the order they are met.
    fn properties(
        &mut self,
        input: &Relation,
        place: usize,
        prefix: &str,
        span: Span,
    ) -> Option<Vec<(Arc<str>, Type)>> {
        let Some(table) = self.rows_of(input.clone().keep(&[place], span), span)? else {
            let names = self.mentioned(input);
            let guessed = names.into_iter().filter(|name| name.starts_with(prefix));
            return Some(guessed.map(|name| (name.into(), Type::Dynamic)).collect());
        };
        let mut found: Vec<(Arc<str>, Type)> = Vec::new();
        for value in table.column(0)?.dynamics().flatten() {
            for (key, value) in value.as_object().into_iter().flatten() {
                let name = format!("{prefix}{key}");
                let Some(ty) = type_of(value) else { continue };
                match found.iter_mut().find(|(known, _)| **known == *name) {
                    Some((_, known)) => *known = common(*known, ty),
                    None => found.push((name.into(), ty)),
                }
            }
        }
        Some(found)
    }

    /// The rows that `relation` has; an inner nothing where there is no data to run over.
    #[expect(clippy::option_option, reason = "no data, or a complaint about it")]
    fn rows_of(&mut self, relation: Relation, span: Span) -> Option<Option<Table>> {
        let Some(data) = self.data else {
            self.open.get_or_insert(self.diagnostics.len());
            return Some(None);
        };
        match data(&Plan { root: relation, shared: self.shared.clone(), more: Vec::new() }) {
            Ok(table) => Some(Some(table)),
            Err(error) => self.refuse(span, error.to_string(), INVALID),
        }
    }

    /// Names that the query writes and that mean nothing so far.
    fn mentioned(&self, input: &Relation) -> BTreeSet<String> {
        let known = |name: &str| {
            input.position(name).is_some()
                || functions::find(name).is_some()
                || aggregates::find(name).is_some()
                || windows::find(name).is_some()
                || self.schema.table(name).is_some()
                || self.scope.find(name).is_some()
        };
        self.mentions.keys().filter(|name| !known(name)).cloned().collect()
    }

    /// A column for each value of the first argument, with the aggregate over the rows that have it.
    fn pivot(
        &mut self,
        input: Relation,
        arguments: &[NamedExpr],
        schema: Option<&PluginSchema>,
        span: Span,
    ) -> Option<Relation> {
        let Some((pivot, rest)) = arguments.split_first() else {
            return self.refuse(span, "pivot(): function expects at least 1 argument", INVALID);
        };
        let (aggregate, keys) = match rest.split_first() {
            Some((first, keys)) => (first.value.clone(), keys.to_vec()),
            None => (count_call(span), Vec::new()),
        };
        let by = self.scalar(&pivot.value, &mut Context::over(&input.columns, "evaluate"))?;
        let keys = if keys.is_empty() { other_columns(&input, &by, &aggregate, span) } else { keys };
        let counts = matches!(&aggregate.kind, ExprKind::Call { name, .. } if name.text.contains("count"));
        let measured = NamedExpr { names: vec![Name { text: "\u{0}value".into(), span }], value: aggregate };
        let mut all = keys.clone();
        all.push(NamedExpr { names: vec![Name { text: "\u{0}pivot".into(), span }], value: pivot.value.clone() });
        let grouped = self.summarize(input, &[measured], &all, span)?;
        let place = keys.len();
        if let Some(PluginSchema { columns, .. }) = schema {
            let is_key = |name: &str| grouped.columns.iter().take(place).any(|field| *field.name == *name);
            let said = columns.iter().map(|column| column.name.text.to_string()).filter(|name| !is_key(name));
            let texts: Vec<String> = said.collect();
            return self.pivoted(grouped, place, &texts, counts, span);
        }
        let texts = match self.rows_of(grouped.clone().keep(&[place], span), span)? {
            Some(table) => table.column(0)?.values().map(|value| format::to_text(&value)).collect::<BTreeSet<String>>(),
            None => self.mentioned(&grouped),
        };
        let texts: Vec<String> = texts.into_iter().collect();
        self.pivoted(grouped, place, &texts, counts, span)
    }

    /// The rows of `grouped`, whose last two columns are the name of a column and its value, one a combination of the
    /// columns before.
    fn pivoted(
        &mut self,
        grouped: Relation,
        place: usize,
        texts: &[String],
        counts: bool,
        span: Span,
    ) -> Option<Relation> {
        let aggregate = aggregates::find("take_anyif")?;
        let (pivot, value) = (grouped.column(place, span)?, grouped.column(place + 1, span)?);
        let ty = value.ty;
        let pivot = if pivot.ty == Type::String { pivot } else { call("tostring", Type::String, vec![pivot], span)? };
        let mut fields: Vec<Field> = grouped.columns.iter().take(place).cloned().collect();
        let mut names = Names::of(fields.iter().map(|field| Arc::clone(&field.name)));
        let mut calls = Vec::with_capacity(texts.len());
        for text in texts {
            let text: Arc<str> = text.as_str().into();
            let literal = Scalar::literal(Value::String(Arc::clone(&text)), Type::String, span);
            let holds = self.operator_call("==", vec![pivot.clone(), literal], span, mismatch("==", span))?;
            calls.push(AggregateCall { aggregate, arguments: vec![value.clone(), holds], outputs: 1 });
            fields.push(Field { name: names.unique(&text), ty });
        }
        let keys = (0..place).filter_map(|at| grouped.column(at, span)).collect();
        let relation = grouped.summarize(fields.clone(), keys, calls, span);
        if !counts {
            return Some(relation);
        }
        let zero = Scalar::literal(Value::Long(0), Type::Long, span);
        let outputs: Option<Vec<Scalar>> = relation
            .all_columns(span)
            .into_iter()
            .enumerate()
            .map(
                |(at, column)| {
                    if at < place { Some(column) } else { call("coalesce", ty, vec![column, zero.clone()], span) }
                },
            )
            .collect();
        Some(relation.project(fields, outputs?, span))
    }

    /// Rows paired with those of a table whose network holds their address.
    fn address_lookup(
        &mut self,
        input: Relation,
        plugin: &Name,
        arguments: &[NamedExpr],
        span: Span,
    ) -> Option<Relation> {
        let name = &plugin.text;
        let [table, address, network, ..] = arguments else {
            return self.refuse(plugin.span, format!("{name}(): function expects at least 3 arguments"), INVALID);
        };
        let Bound::Table(table) = self.value(&table.value, &mut Context::constant("evaluate"))? else {
            return self.refuse(table.value.span, format!("{name}(): argument #1 must be a table"), WRONG_TYPE);
        };
        let address = self.scalar_of(Type::String, &address.value, &mut Context::over(&input.columns, "evaluate"))?;
        let network = self.scalar_of(Type::String, &network.value, &mut Context::over(&table.columns, "evaluate"))?;
        let ScalarNode::Column(place) = network.node else {
            return self.refuse(network.span, format!("{name}(): argument #3 must be a column"), WRONG_TYPE);
        };
        let left = input.columns.len();
        let mut names = Names::of(input.columns.iter().map(|field| Arc::clone(&field.name)));
        let mut columns = input.columns.clone();
        columns.extend(table.columns.iter().map(|field| Field { name: names.unique(&field.name), ty: field.ty }));
        let one = || Scalar::literal(Value::Bool(true), Type::Bool, span);
        let node = Node::Join {
            kind: JoinKind::Inner,
            left: Box::new(input),
            right: Box::new(table),
            on: vec![(one(), one())],
        };
        let pairs = Relation { columns, node, span };
        let network = Scalar::column(left + place, Type::String, span);
        let is_in_range = if **name == *"ipv6_lookup" { "ipv6_is_in_range" } else { "ipv4_is_in_range" };
        let holds = call(is_in_range, Type::Bool, vec![address, network], span)?;
        Some(pairs.filter(holds, span))
    }
}

/// What `bag_unpack` is told besides its column.
struct UnpackOptions {
    /// Before each property's name.
    prefix: Arc<str>,
    conflict: OnConflict,
    /// Properties that are left out.
    ignored: BTreeSet<String>,
}

/// What becomes of a property that is called as a column of the input.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OnConflict {
    Refuse,
    Keep,
    Replace,
}

impl OnConflict {
    fn named(text: &str) -> Option<Self> {
        Some(match text {
            "error" => Self::Refuse,
            "keep_source" => Self::Keep,
            "replace_source" => Self::Replace,
            _ => return None,
        })
    }
}

/// The columns of `relation` that `schema` says, in that order, null where there is none of that name.
fn said(relation: Relation, schema: &PluginSchema, span: Span) -> Relation {
    let columns = schema.columns.iter();
    let outputs = columns.clone().map(|column| {
        let at = relation.position(&column.name.text).and_then(|at| relation.column(at, span));
        at.filter(|found| found.ty == column.ty).unwrap_or_else(|| Scalar::null(column.ty, span))
    });
    let outputs = outputs.collect();
    let fields = columns.map(|column| Field::new(Arc::clone(&column.name.text), column.ty)).collect();
    relation.project(fields, outputs, span)
}

/// A row a cell: the number of its row, the name of its column, its value as text.
fn narrow(input: Relation, span: Span) -> Option<Relation> {
    let window = windows::find("row_number")?;
    let start = Scalar::literal(Value::Long(0), Type::Long, span);
    let number = WindowCall { window, arguments: vec![start], ty: Type::Long };
    let cells = input.columns.iter().enumerate().map(|(at, field)| {
        let name = Scalar::literal(Value::String(Arc::clone(&field.name)), Type::String, span);
        let text = call("tostring", Type::String, vec![input.column(at, span)?], span)?;
        call("pack_array", Type::Dynamic, vec![name, text], span)
    });
    let cells: Vec<Scalar> = cells.collect::<Option<_>>()?;
    let count = input.columns.len();
    let numbered = Binder::with_windows(input, vec![number], span);
    let list = call("pack_array", Type::Dynamic, vec![call("pack_array", Type::Dynamic, cells, span)?], span)?;
    let list = Scalar {
        ty: Type::Dynamic,
        span,
        node: ScalarNode::Call {
            function: functions::operator("element")?,
            arguments: vec![list, Scalar::literal(Value::Long(0), Type::Long, span)],
        },
    };
    let fields = vec![Field::new("Row", Type::Long), Field::new("Cell", Type::Dynamic)];
    let outputs = vec![numbered.column(count, span)?, list];
    let packed = numbered.project(fields.clone(), outputs, span);
    let expansion = Expansion { list: packed.column(1, span)?, replaces: Some(1), ty: Type::Dynamic };
    let node =
        Node::MvExpand { input: Box::new(packed), expansions: vec![expansion], with_item_index: false, limit: None };
    let expanded = Relation { columns: fields, node, span };
    let part = |at: i64| {
        let arguments = vec![expanded.column(1, span)?, Scalar::literal(Value::Long(at), Type::Long, span)];
        let function = functions::operator("element")?;
        let element = Scalar { ty: Type::Dynamic, span, node: ScalarNode::Call { function, arguments } };
        call("tostring", Type::String, vec![element], span)
    };
    let outputs = vec![expanded.column(0, span)?, part(0)?, part(1)?];
    let fields =
        vec![Field::new("Row", Type::Long), Field::new("Column", Type::String), Field::new("Value", Type::String)];
    Some(expanded.project(fields, outputs, span))
}

/// The columns of `input` that neither `by` nor `aggregate` reads, as keys.
fn other_columns(input: &Relation, by: &Scalar, aggregate: &Expr, span: Span) -> Vec<NamedExpr> {
    let read = |at: usize, name: &str| {
        let is_pivot = matches!(by.node, ScalarNode::Column(column) if column == at);
        is_pivot
            || matches!(&aggregate.kind, ExprKind::Call { arguments, .. } if arguments.iter().any(|argument| {
                matches!(&argument.value.kind, ExprKind::Name(text) if **text == *name)
            }))
    };
    let others =
        input.columns.iter().enumerate().filter(|(at, field)| !read(*at, &field.name) && field.ty != Type::Dynamic);
    let key = |(_, field): (usize, &Field)| NamedExpr {
        names: Vec::new(),
        value: Expr { span, kind: ExprKind::Name(Arc::clone(&field.name)) },
    };
    others.map(key).collect()
}

fn count_call(span: Span) -> Expr {
    Expr { span, kind: ExprKind::Call { name: Name { text: "count".into(), span }, arguments: Vec::new() } }
}

/// The type of the column that holds such a property; nothing for null.
fn type_of(value: &Json) -> Option<Type> {
    Some(match value {
        Json::Null => return None,
        Json::Bool(_) => Type::Bool,
        Json::Number(number) if number.is_f64() => Type::Real,
        Json::Number(_) => Type::Long,
        Json::String(text) if text.len() >= 20 && text.ends_with('Z') && format::parse_datetime(text).is_some() => {
            Type::DateTime
        }
        Json::String(_) => Type::String,
        Json::Array(_) | Json::Object(_) => Type::Dynamic,
    })
}

/// The type of a column that holds both.
fn common(a: Type, b: Type) -> Type {
    match (a, b) {
        (a, b) if a == b => a,
        (Type::Long | Type::Real, Type::Long | Type::Real) => Type::Real,
        (Type::DateTime | Type::String, Type::DateTime | Type::String) => Type::String,
        _ => Type::Dynamic,
    }
}

fn call(name: &str, ty: Type, arguments: Vec<Scalar>, span: Span) -> Option<Scalar> {
    Some(Scalar { ty, span, node: ScalarNode::Call { function: functions::find(name)?, arguments } })
}
