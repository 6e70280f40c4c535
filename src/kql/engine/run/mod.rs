//! The run of a plan.

use crate::kql::engine::batch::{BATCH_ROWS, Batch, ColumnSet};
use crate::kql::engine::column::Column;
use crate::kql::engine::eval::{Evaluator, Shared};
use crate::kql::engine::meter::{Measures, Meter};
use crate::kql::engine::operators;
use crate::kql::engine::table::{Table, Tables};
use crate::kql::functions::Context;
use crate::kql::plan::{Field, Node, Plan, Relation, Scalar, ScalarNode};
use std::cell::{Cell, RefCell};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a run may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Rows of the answer; more are cut silently, as the service does.
    pub rows_max: usize,
    /// Rows of any intermediate result; more end the run.
    pub intermediate_rows_max: usize,
    /// Bytes that rows and groups kept at once may take, as far as they are the run's own; more end the run.
    pub bytes_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { rows_max: crate::base::limits::HUNTING_ROWS_MAX, intermediate_rows_max: 20_000_000, bytes_max: 2 << 30 }
    }
}

/// Asks a run to end early. Clones share the flag.
#[derive(Clone, Debug, Default)]
pub struct StopFlag(Arc<AtomicBool>);

impl StopFlag {
    /// Asks.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether someone asked.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Why a run gave no table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// The provider lacks a table the plan reads.
    #[error("failed to resolve table '{0}'")]
    NoTable(String),
    /// [`Limits::intermediate_rows_max`].
    #[error("the query cannot run because it exceeds the allowed size limit when processed")]
    TooLarge,
    /// [`Limits::bytes_max`], in MiB.
    #[error(
        "the query cannot run because it needs more than the {0} MiB of memory that one may use; filter earlier, keep \
         fewer columns, or group by less"
    )]
    TooMuchMemory(usize),
    /// [`StopFlag`].
    #[error("the query was cancelled")]
    Stopped,
    /// Found only while running, in Kusto's words.
    #[error("{0}")]
    Invalid(String),
}

/// Runs `plan` over `tables`; of several tables gives the first.
///
/// # Errors
/// See [`RunError`].
pub fn run(
    plan: &Plan,
    tables: &dyn Tables,
    context: &Context,
    limits: Limits,
    stop: &StopFlag,
) -> Result<Table, RunError> {
    Run::prepared(plan, tables, (context, limits, stop), None)?.table(&plan.root, limits.rows_max)
}

/// As [`run`], with all tables that the plan answers with: the first, then [`Plan::more`].
///
/// # Errors
/// See [`RunError`].
pub fn run_all(
    plan: &Plan,
    tables: &dyn Tables,
    context: &Context,
    limits: Limits,
    stop: &StopFlag,
) -> Result<Vec<Table>, RunError> {
    let run = Run::prepared(plan, tables, (context, limits, stop), None)?;
    std::iter::once(&plan.root).chain(&plan.more).map(|answer| run.table(answer, limits.rows_max)).collect()
}

/// As [`run`], and what each relation of the plan took, by the time that `clock` tells in nanoseconds.
///
/// # Errors
/// See [`RunError`].
pub fn run_measured(
    plan: &Plan,
    tables: &dyn Tables,
    context: &Context,
    limits: Limits,
    clock: &dyn Fn() -> u64,
) -> Result<(Table, Measures), RunError> {
    let stop = StopFlag::default();
    let meter = Meter::new(clock);
    let run = Run::prepared(plan, tables, (context, limits, &stop), Some(&meter))?;
    let table = run.table(&plan.root, limits.rows_max)?;
    for answer in &plan.more {
        run.table(answer, limits.rows_max)?;
    }
    Ok((table, meter.finish()))
}

/// Whether the asker of a relation wants more rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    More,
    Enough,
}

/// Takes the batches of a relation one by one.
pub(super) type Sink<'s> = dyn FnMut(Batch) -> Result<Flow, RunError> + 's;

/// A plan under way.
pub(super) struct Run<'a> {
    pub(super) tables: &'a dyn Tables,
    pub(super) evaluator: Evaluator<'a>,
    limits: Limits,
    stop: &'a StopFlag,
    /// Bytes kept by the relations under way.
    held: Cell<usize>,
    /// Where the run is measured.
    meter: Option<&'a Meter<'a>>,
}

impl<'a> Run<'a> {
    /// A run of `plan` whose shared relations are computed.
    fn prepared(
        plan: &Plan,
        tables: &'a dyn Tables,
        (context, limits, stop): (&'a Context, Limits, &'a StopFlag),
        meter: Option<&'a Meter<'a>>,
    ) -> Result<Self, RunError> {
        let evaluator = Evaluator { context, stop, shared: Vec::new(), given: RefCell::new(None) };
        let mut run = Self { tables, limits, stop, evaluator, held: Cell::new(0), meter };
        for relation in &plan.shared {
            let table = run.table(relation, limits.intermediate_rows_max)?;
            run.evaluator.shared.push(Shared::new(table));
        }
        Ok(run)
    }
}

impl Run<'_> {
    /// The first `rows_max` rows of `relation`.
    fn table(&self, relation: &Relation, rows_max: usize) -> Result<Table, RunError> {
        let mut batches = Vec::new();
        let mut left = rows_max;
        self.stream(relation, &ColumnSet::all(relation.columns.len()), &mut |batch| {
            let batch = if batch.rows > left { batch.slice(0, left) } else { batch };
            left -= batch.rows;
            self.hold(batch.bytes())?;
            batches.push(batch);
            Ok(if left == 0 { Flow::Enough } else { Flow::More })
        })?;
        let all = Batch::concat(&relation.columns, &batches);
        Ok(Table::new(relation.columns.clone(), all.columns, all.rows))
    }

    /// All rows of `relation` at once.
    pub(super) fn collect(&self, relation: &Relation, needed: &ColumnSet) -> Result<Kept<'_>, RunError> {
        let mut batches = Vec::new();
        let mut kept = Kept { batch: Batch::default(), bytes: 0, held: &self.held };
        self.stream(relation, needed, &mut |batch| {
            kept.bytes += batch.bytes();
            self.hold(batch.bytes())?;
            batches.push(batch);
            Ok(Flow::More)
        })?;
        kept.batch = Batch::concat(&relation.columns, &batches);
        Ok(kept)
    }

    /// `batches` as one, kept until it is dropped.
    pub(super) fn keep(&self, fields: &[Field], batches: &[Batch]) -> Result<Kept<'_>, RunError> {
        let batch = Batch::concat(fields, batches);
        let bytes = batch.bytes();
        self.held.set(self.held.get().saturating_add(bytes));
        let kept = Kept { batch, bytes, held: &self.held };
        self.check_memory(0)?;
        Ok(kept)
    }

    /// Hands the rows of `relation` to `sink` until it has enough. Columns that are not `needed` may be null instead.
    pub(super) fn stream(
        &self,
        relation: &Relation,
        needed: &ColumnSet,
        sink: &mut Sink<'_>,
    ) -> Result<Flow, RunError> {
        let mut rows = 0;
        let sink: &mut Sink<'_> = &mut |batch: Batch| {
            self.go_on()?;
            rows += batch.rows;
            if rows > self.limits.intermediate_rows_max {
                return Err(RunError::TooLarge);
            }
            if batch.rows == 0 { Ok(Flow::More) } else { sink(batch) }
        };
        match self.meter {
            Some(meter) => meter.measured(relation, sink, &mut |sink| self.node(relation, needed, sink)),
            None => self.node(relation, needed, sink),
        }
    }

    /// The rows of `relation` by what it is.
    fn node(&self, relation: &Relation, needed: &ColumnSet, sink: &mut Sink<'_>) -> Result<Flow, RunError> {
        match &relation.node {
            Node::Table(name) => operators::table::stream(self, &relation.columns, name, needed, sink),
            Node::Given => match self.evaluator.given.borrow().clone() {
                Some(given) => emit(&given.only(needed), sink),
                None => Err(RunError::Invalid("rows of a group are named outside of it".to_owned())),
            },
            Node::External => Err(RunError::Invalid(
                "externaldata: nothing is read from addresses outside, so that this part of the query has no rows"
                    .to_owned(),
            )),
            Node::Rows(rows) => operators::rows::stream(&relation.columns, rows, sink),
            Node::Range(bounds) => operators::range::stream(self, bounds, &relation.columns, sink),
            Node::Shared(index) => match self.evaluator.shared.get(*index) {
                Some(shared) => {
                    let table = &shared.table;
                    emit(&Batch { columns: table.columns().to_vec(), rows: table.row_count() }.only(needed), sink)
                }
                None => Err(RunError::Invalid("a relation was used before it was computed".to_owned())),
            },
            Node::Filter { input, predicate } => operators::filter::stream(self, input, predicate, needed, sink),
            Node::Project { input, outputs } => {
                operators::project::stream(self, (input, outputs), &relation.columns, needed, sink)
            }
            Node::Summarize { input, keys, aggregates } => {
                operators::summarize::stream(self, input, (keys, aggregates), needed, sink)
            }
            Node::Sort { input, keys } => operators::sort::stream(self, input, keys, needed, sink),
            Node::Top { input, rows, keys } => operators::top::stream(self, input, (*rows, keys), needed, sink),
            Node::Take { input, rows } => operators::take::stream(self, input, *rows, needed, sink),
            Node::Union(inputs) => operators::union::stream(self, inputs, needed, sink),
            Node::Join { kind, left, right, on } => {
                operators::join::stream(self, *kind, (left, right, on), needed, sink)
            }
            Node::MvExpand { input, expansions, with_item_index, limit } => {
                let rule = operators::mv_expand::Rule { expansions, with_item_index: *with_item_index, limit: *limit };
                operators::mv_expand::stream(self, input, &rule, needed, sink)
            }
            Node::Window { input, calls } => operators::window::stream(self, (input, calls), needed, sink),
            Node::Apply { input, keys, keep, body } => {
                let rule = operators::apply::Rule { keys, keep, body };
                operators::apply::stream(self, input, &rule, &relation.columns, sink)
            }
            Node::Series { input, keys, steps } => {
                operators::series::stream(self, (input, *keys, steps), &relation.columns, sink)
            }
            Node::Scan { input, declared, steps, with_match_id } => {
                let rule = operators::scan::Rule { declared, steps, with_match_id: *with_match_id };
                operators::scan::stream(self, input, &rule, &relation.columns, sink)
            }
        }
    }

    /// Counts `bytes` more as kept.
    pub(super) fn hold(&self, bytes: usize) -> Result<(), RunError> {
        let held = self.held.get().saturating_add(bytes);
        self.held.set(held);
        self.check_memory(0)
    }

    /// Refuses `bytes` beside all that is kept, where that is too much.
    pub(super) fn check_memory(&self, bytes: usize) -> Result<(), RunError> {
        if self.held.get().saturating_add(bytes) > self.limits.bytes_max {
            return Err(RunError::TooMuchMemory(self.limits.bytes_max >> 20));
        }
        Ok(())
    }

    /// `scalar` for all rows of `all`, a batch at a time, so that it can be stopped.
    pub(super) fn eval_all(&self, scalar: &Scalar, all: &Batch) -> Result<Column, RunError> {
        if let ScalarNode::Column(_) | ScalarNode::Literal(_) = scalar.node {
            return Ok(self.evaluator.eval(scalar, all));
        }
        let used = ColumnSet::used_by([scalar]);
        let mut parts = Vec::with_capacity(all.rows.div_ceil(BATCH_ROWS));
        for start in (0..all.rows).step_by(BATCH_ROWS) {
            self.go_on()?;
            parts.push(self.evaluator.eval(scalar, &all.only(&used).slice(start, BATCH_ROWS)));
        }
        Ok(Column::concat(scalar.ty, &parts))
    }

    /// Whether nobody asked to stop.
    pub(super) fn go_on(&self) -> Result<(), RunError> {
        if self.stop.is_set() { Err(RunError::Stopped) } else { Ok(()) }
    }

    /// Refuses a result of more rows than any may have, before it is made.
    pub(super) fn check_size(&self, rows: usize) -> Result<(), RunError> {
        if rows > self.limits.intermediate_rows_max { Err(RunError::TooLarge) } else { self.go_on() }
    }
}

/// Rows that are counted as kept until they are dropped.
pub(super) struct Kept<'r> {
    batch: Batch,
    bytes: usize,
    held: &'r Cell<usize>,
}

impl Deref for Kept<'_> {
    type Target = Batch;

    fn deref(&self) -> &Batch {
        &self.batch
    }
}

impl DerefMut for Kept<'_> {
    fn deref_mut(&mut self) -> &mut Batch {
        &mut self.batch
    }
}

impl Drop for Kept<'_> {
    fn drop(&mut self) {
        self.held.set(self.held.get().saturating_sub(self.bytes));
    }
}

/// Hands `all` on in batches.
pub(super) fn emit(all: &Batch, sink: &mut Sink<'_>) -> Result<Flow, RunError> {
    for start in (0..all.rows).step_by(BATCH_ROWS) {
        if sink(all.slice(start, BATCH_ROWS))? == Flow::Enough {
            return Ok(Flow::Enough);
        }
    }
    Ok(Flow::More)
}

#[cfg(test)]
mod tests;
