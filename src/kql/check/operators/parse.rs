//! `parse` and `parse-where`, lowered to one regular expression whose groups are the columns.
//! <https://learn.microsoft.com/kusto/query/parse-operator>

use crate::kql::check::Binder;
use crate::kql::check::expression::{Context, mismatch};
use crate::kql::check::message::{INVALID, WRONG_TYPE};
use crate::kql::functions;
use crate::kql::plan::{Field, Relation, Scalar, ScalarNode};
use crate::kql::syntax::ast::{Name, Parse, ParseKv, ParseMode, Segment};
use crate::kql::{Span, Type, Value};
use std::fmt::Write;
use std::sync::Arc;

/// A column to come, and its group in the pattern.
struct Group<'p> {
    name: &'p Name,
    ty: Type,
    index: i64,
}

impl Binder<'_> {
    pub(super) fn parse(&mut self, input: Relation, parse: &Parse, span: Span) -> Option<Relation> {
        let source = self.parsed_text(&input, parse, span);
        let (pattern, groups) = self.pattern(parse)?;
        let Some(source) = source else {
            let mut fields = input.columns;
            for Group { name, ty, .. } in groups {
                fields.retain(|field| field.name != name.text);
                fields.push(Field::new(Arc::clone(&name.text), ty));
            }
            return self.unknown.guess(fields);
        };
        let pattern = Scalar::literal(Value::string(pattern), Type::String, span);
        let mut outputs = Vec::with_capacity(groups.len());
        for group in &groups {
            let index = Scalar::literal(Value::Long(group.index), Type::Long, span);
            let text = call("extract", Type::String, vec![pattern.clone(), index, source.clone()], span)?;
            outputs.push(self.converted(text, group.ty, group.name.span)?);
        }
        let mut holds = Vec::new();
        if parse.mode != ParseMode::Relaxed {
            for output in outputs.iter().filter(|output| output.ty != Type::String) {
                holds.push(call("isnotnull", Type::Bool, vec![output.clone()], span)?);
            }
        }
        if parse.only_matches {
            let arguments = vec![source, pattern];
            let matched = self.operator_call("matches regex", arguments, span, mismatch("matches regex", span))?;
            holds.insert(0, matched);
        } else if !holds.is_empty() {
            outputs = self.all_or_none(outputs, holds.clone(), span)?;
        }
        let (mut fields, mut all) = (input.columns.clone(), input.all_columns(span));
        for (group, output) in groups.iter().zip(outputs) {
            let field = Field::new(Arc::clone(&group.name.text), group.ty);
            let place = input.position(&group.name.text);
            if let Some((replaced, value)) = place.and_then(|at| Some((fields.get_mut(at)?, all.get_mut(at)?))) {
                (*replaced, *value) = (field, output);
            } else {
                fields.push(field);
                all.push(output);
            }
        }
        let input = match (parse.only_matches, holds.len()) {
            (false, _) => input,
            (true, 1) => input.filter(holds.pop()?, span),
            (true, _) => input.filter(self.combine("and", holds)?, span),
        };
        Some(input.project(fields, all, span))
    }

    /// What `parse` reads.
    fn parsed_text(&mut self, input: &Relation, parse: &Parse, span: Span) -> Option<Scalar> {
        let source = self.scalar(&parse.source, &mut Context::over(&input.columns, "parse"))?;
        match source.ty {
            Type::String => Some(source),
            _ => call("tostring", Type::String, vec![source], span),
        }
    }

    /// A column for each key, out of the pairs in a text.
    pub(super) fn parse_kv(&mut self, input: Relation, parse: &ParseKv, span: Span) -> Option<Relation> {
        let source = self.scalar_of(Type::String, &parse.source, &mut Context::over(&input.columns, "parse-kv"))?;
        let mut options = [" ", "=", "", "", ""].map(|text| Scalar::literal(Value::string(text), Type::String, span));
        for option in &parse.options {
            let name = option.names.first().map(|name| &*name.text);
            let place = ["pair_delimiter", "kv_delimiter", "quote", "escape", "greedy"]
                .iter()
                .position(|known| Some(*known) == name);
            let Some(place) = place else {
                let message = "'parse-kv' operator: this option is not supported";
                return self.refuse(option.span(), message, INVALID);
            };
            let value = self.scalar(&option.value, &mut Context::constant("parse-kv"))?;
            options[place] = match value.as_literal() {
                Some(Value::Bool(flag)) => {
                    Scalar::literal(Value::string(if *flag { "greedy" } else { "" }), Type::String, span)
                }
                Some(Value::String(_)) => value,
                _ => return self.refuse(option.span(), "'parse-kv' operator: a constant is expected", WRONG_TYPE),
            };
        }
        let names = parse.columns.iter().map(|column| serde_json::Value::from(&*column.name.text)).collect();
        let keys = Scalar::literal(Value::dynamic(serde_json::Value::Array(names)), Type::Dynamic, span);
        let arguments = std::iter::once(source).chain(options).chain([keys]).collect();
        let pairs = self.operator_call("parse-kv", arguments, span, mismatch("parse-kv", span))?;
        let place = input.columns.len();
        let (mut fields, mut outputs) = (input.columns.clone(), input.all_columns(span));
        fields.push(Field::new("\u{0}pairs", Type::Dynamic));
        outputs.push(pairs);
        let paired = input.project(fields, outputs, span);
        let (mut fields, mut outputs) = (paired.columns.clone(), paired.all_columns(span));
        fields.truncate(place);
        outputs.truncate(place);
        for column in &parse.columns {
            let key = Scalar::literal(Value::String(Arc::clone(&column.name.text)), Type::String, span);
            let value =
                self.operator_call("member", vec![paired.column(place, span)?, key], span, mismatch("member", span))?;
            let text = call("tostring", Type::String, vec![value], span)?;
            let output = self.converted(text, column.ty, column.name.span)?;
            let field = Field::new(Arc::clone(&column.name.text), column.ty);
            if let Some(at) = fields.iter().position(|known| known.name == field.name) {
                (fields[at], outputs[at]) = (field, output);
            } else {
                fields.push(field);
                outputs.push(output);
            }
        }
        Some(paired.project(fields, outputs, span))
    }

    /// Each output where all of `holds` are true, else null: a match is strict.
    fn all_or_none(&mut self, outputs: Vec<Scalar>, mut holds: Vec<Scalar>, span: Span) -> Option<Vec<Scalar>> {
        let strict = if holds.len() == 1 { holds.pop()? } else { self.combine("and", holds)? };
        let guarded = outputs.into_iter().map(|output| {
            let ty = output.ty;
            call("iff", ty, vec![strict.clone(), output, Scalar::null(ty, span)], span)
        });
        guarded.collect()
    }

    /// The regular expression of the segments, and the groups of the columns in it.
    fn pattern<'p>(&mut self, parse: &'p Parse) -> Option<(String, Vec<Group<'p>>)> {
        let mut pattern = format!("(?s{})^", parse.flags.replace('s', ""));
        let mut groups: Vec<Group<'p>> = Vec::new();
        let mut index = 0;
        let mut before: Option<&Segment> = None;
        for (at, segment) in parse.segments.iter().enumerate() {
            match segment {
                // A column and a star side by side: the column takes all, unless its own form ends it.
                Segment::Any if matches!(before, Some(Segment::Column(_, ty)) if number_form(*ty).is_none()) => {}
                Segment::Any => pattern.push_str(".*?"),
                Segment::Text(text, span) if parse.mode == ParseMode::Regex => {
                    let Ok(own) = functions::pattern::compile(text) else {
                        return self.refuse(*span, "The regular expression is not valid", INVALID);
                    };
                    index += own.captures_len() as i64 - 1;
                    // Writing to a string cannot fail.
                    write!(pattern, "(?:{text})").ok()?;
                }
                Segment::Text(text, _) => pattern.push_str(&regex::escape(text)),
                Segment::Column(name, _) if matches!(before, Some(Segment::Column(_, Type::String))) => {
                    let message = "'parse' operator: a column of text must end at a text or at the end of the pattern";
                    return self.refuse(name.span, message, INVALID);
                }
                Segment::Column(name, ty) => {
                    index += 1;
                    groups.push(Group { name, ty: *ty, index });
                    let is_last = at + 1 == parse.segments.len();
                    pattern.push_str(match number_form(*ty).filter(|_| parse.mode != ParseMode::Relaxed) {
                        Some(form) => form,
                        None if is_last => "(.*)",
                        None => "(.*?)",
                    });
                    if is_last {
                        pattern.push('$');
                    }
                }
            }
            before = Some(segment);
        }
        Some((pattern, groups))
    }
}

/// The form of a number in text; `None` for other types, which take any text.
fn number_form(ty: Type) -> Option<&'static str> {
    match ty {
        Type::Int | Type::Long => Some(r"\s*([-+]?\d+)\s*"),
        Type::Real | Type::Decimal => Some(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*"),
        _ => None,
    }
}

fn call(name: &str, ty: Type, arguments: Vec<Scalar>, span: Span) -> Option<Scalar> {
    Some(Scalar { ty, span, node: ScalarNode::Call { function: functions::find(name)?, arguments } })
}
