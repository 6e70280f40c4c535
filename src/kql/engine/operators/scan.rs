//! Rows that follow each other in steps.
//!
//! Each row is held against the steps from the last to the first. It belongs to a step where its condition holds and
//! either the step before has rows, which then become part of this match, or the step itself has. The first step begins
//! a match whenever it has no rows.
//! <https://learn.microsoft.com/kusto/query/scan-operator#matching-logic>

use crate::kql::engine::batch::{Batch, ColumnSet};
use crate::kql::engine::column::Column;
use crate::kql::engine::convert::convert;
use crate::kql::engine::run::{Flow, Kept, Run, RunError, Sink};
use crate::kql::plan::{Field, Relation, Scalar, ScanStep};
use crate::kql::syntax::ast::ScanOutput;
use crate::kql::value::Value;

/// The steps and what they start from.
pub(in crate::kql::engine) struct Rule<'a> {
    pub(in crate::kql::engine) declared: &'a [Scalar],
    pub(in crate::kql::engine) steps: &'a [ScanStep],
    pub(in crate::kql::engine) with_match_id: bool,
}

/// The last row of a step, and the match it belongs to.
#[derive(Clone)]
struct State {
    row: Vec<Value>,
    id: i64,
}

pub(in crate::kql::engine) fn stream(
    run: &Run<'_>,
    input: &Relation,
    rule: &Rule<'_>,
    fields: &[Field],
    sink: &mut Sink<'_>,
) -> Result<Flow, RunError> {
    let all = run.collect(input, &ColumnSet::all(input.columns.len()))?;
    let one = Batch { columns: Vec::new(), rows: 1 };
    let defaults: Vec<Value> = rule.declared.iter().map(|scalar| run.evaluator.eval(scalar, &one).value(0)).collect();
    let width = input.columns.len() + defaults.len();
    let mut matcher = Matcher {
        run,
        rule,
        fields: &fields[..width.min(fields.len())],
        states: vec![None; rule.steps.len()],
        next: 0,
        given: run.keep(Vec::new()),
    };
    for row in 0..all.rows {
        if row % 1_024 == 0 {
            run.go_on()?;
            let rows = matcher.given.len();
            matcher.given.weigh(rows * (width * size_of::<Value>() + size_of::<State>()))?;
        }
        let values: Vec<Value> =
            all.columns.iter().map(|column| column.value(row)).chain(defaults.iter().cloned()).collect();
        matcher.row(&values, input.columns.len());
    }
    let mut rows = matcher.given;
    // A step that gives its last row only: what it still holds at the end.
    for (step, state) in rule.steps.iter().zip(matcher.states) {
        if let (ScanOutput::Last, Some(state)) = (step.output, state) {
            rows.push(state);
        }
    }
    let column = |(at, field): (usize, &Field)| {
        let cell = |state: &State| {
            if rule.with_match_id && at == width { Value::Long(state.id) } else { state.row[at].clone() }
        };
        Column::from_values(field.ty, rows.iter().map(cell))
    };
    let columns = fields.iter().enumerate().map(column).collect();
    run.emit(&Batch { columns, rows: rows.len() }, sink)
}

struct Matcher<'a> {
    run: &'a Run<'a>,
    rule: &'a Rule<'a>,
    /// Of the input and the declared columns.
    fields: &'a [Field],
    /// By step.
    states: Vec<Option<State>>,
    /// The number of the next match.
    next: i64,
    given: Kept<'a, Vec<State>>,
}

impl Matcher<'_> {
    fn row(&mut self, values: &[Value], declared: usize) {
        for at in (0..self.rule.steps.len()).rev() {
            let before = at.checked_sub(1).and_then(|before| self.states[before].clone());
            let own = self.states[at].clone();
            if before.is_none() && own.is_none() && at > 0 {
                continue;
            }
            let step = &self.rule.steps[at];
            let mut states = self.states.clone();
            if before.is_some() {
                states[at] = None;
            }
            let mut batch = self.batch(values, &states);
            if self.run.evaluator.eval(&step.condition, &batch).value(0) != Value::Bool(true) {
                continue;
            }
            let id = match (&before, &own) {
                (Some(state), _) | (None, Some(state)) => state.id,
                (None, None) => {
                    self.next += 1;
                    self.next - 1
                }
            };
            if let Some(state) = own.filter(|_| before.is_some() && step.output == ScanOutput::Last) {
                self.given.push(state);
            }
            let mut row = values.to_vec();
            for (place, scalar) in &step.assignments {
                let ty = self.fields[declared + place].ty;
                let value = convert(self.run.evaluator.eval(scalar, &batch).value(0), ty);
                batch.columns[declared + place] = Column::constant(value.clone(), ty, 1);
                row[declared + place] = value;
            }
            if before.is_some() {
                self.states[at - 1] = None;
            }
            let state = State { row, id };
            if step.output == ScanOutput::All {
                self.given.push(state.clone());
            }
            self.states[at] = Some(state);
            return;
        }
    }

    /// The row, then the last row of each step.
    fn batch(&self, values: &[Value], states: &[Option<State>]) -> Batch {
        let mut columns = Vec::with_capacity(self.fields.len() * (states.len() + 1));
        let rows =
            std::iter::once(Some(values)).chain(states.iter().map(|state| state.as_ref().map(|s| s.row.as_slice())));
        for row in rows {
            for (at, field) in self.fields.iter().enumerate() {
                let value = row.and_then(|row| row.get(at)).cloned();
                // Where a step has no row yet, its declared columns are at their defaults.
                let value = value
                    .or_else(|| values.get(at).filter(|_| at >= self.fields.len() - self.rule.declared.len()).cloned());
                columns.push(Column::constant(value.unwrap_or(Value::Null), field.ty, 1));
            }
        }
        Batch { columns, rows: 1 }
    }
}
