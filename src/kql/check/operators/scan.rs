//! `scan`: rows that follow each other in steps.

use crate::kql::check::Binder;
use crate::kql::check::expression::Context;
use crate::kql::check::message::INVALID;
use crate::kql::check::naming::Names;
use crate::kql::check::signature::convert;
use crate::kql::plan::{Field, Node, Relation, Scalar, ScanStep};
use crate::kql::syntax::ast::{Name, ParameterType, Scan};
use crate::kql::{Span, Type};
use std::sync::Arc;

impl Binder<'_> {
    pub(super) fn scan(&mut self, input: Relation, scan: &Scan, span: Span) -> Option<Relation> {
        if !self.is_ordered(&input) {
            let message = "'scan' operator: the row set must be serialized";
            return self.refuse(span, message, INVALID);
        }
        let mut columns = input.columns.clone();
        let mut names = Names::of(columns.iter().map(|field| Arc::clone(&field.name)));
        let mut declared = Vec::new();
        for parameter in &scan.declared {
            let ParameterType::Scalar(ty) = parameter.ty else { continue };
            declared.push(match &parameter.default {
                Some(default) => self.scalar_of(ty, default, &mut Context::constant("scan"))?,
                None => Scalar::null(ty, span),
            });
            columns.push(Field { name: names.unique(&parameter.name.text), ty });
        }
        let step_names: Vec<Name> = scan.steps.iter().map(|step| step.name.clone()).collect();
        let first_declared = input.columns.len();
        let mut steps = Vec::with_capacity(scan.steps.len());
        for step in &scan.steps {
            let over = || Context { steps: &step_names, ..Context::over(&columns, "scan") };
            let condition = self.scalar_of(Type::Bool, &step.condition, &mut over())?;
            let mut assignments = Vec::new();
            for assignment in &step.assignments {
                let value = self.scalar(&assignment.value, &mut over())?;
                let name = assignment.names.first();
                let place = name.and_then(|name| columns.iter().skip(first_declared).position(|f| f.name == name.text));
                let Some(place) = place else {
                    let message = "'scan' operator: only declared columns can be assigned";
                    return self.refuse(assignment.span(), message, INVALID);
                };
                let ty = columns.get(first_declared + place).map_or(value.ty, |field| field.ty);
                assignments.push((place, convert(value, ty)));
            }
            steps.push(ScanStep { condition, assignments, output: step.output });
        }
        if let Some(id) = &scan.match_id {
            columns.push(Field { name: names.unique(&id.text), ty: Type::Long });
        }
        let with_match_id = scan.match_id.is_some();
        let node = Node::Scan { input: Box::new(input), declared, steps, with_match_id };
        Some(Relation { columns, node, span })
    }
}
