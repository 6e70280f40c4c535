//! The run of a plan.

use crate::kql::engine::batch::{Batch, ColumnSet};
use crate::kql::engine::column::Column;
use crate::kql::engine::eval::{Evaluator, Shared, lock};
use crate::kql::engine::meter::{Clock, Measures, Meter};
use crate::kql::engine::operators;
use crate::kql::engine::optimise::optimised_until;
use crate::kql::engine::table::{Table, Tables};
use crate::kql::functions::Context;
use crate::kql::functions::growing::{DYNAMIC_MAX, TEXT_MAX};
use crate::kql::plan::{Field, Node, Plan, Relation, Scalar, ScalarNode, SortKey};
use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

mod kept;
mod pipeline;
pub(super) mod threads;

pub(super) use kept::{Budget, Kept};
pub(super) use pipeline::{Same, Source, Stage, Step, Threads};

/// What a run may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Rows of the answer; more are cut silently, as the service does.
    pub rows_max: usize,
    /// Rows of any intermediate result; more end the run.
    pub intermediate_rows_max: usize,
    /// Bytes that rows and groups kept at once may take, as far as they are the run's own; more end the run.
    pub bytes_max: usize,
    /// How it goes about its work.
    pub strategy: Strategy,
}

/// How a run goes about its work. All ways give the same rows; where no order is defined, maybe in another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strategy {
    /// Whether the plan is made cheaper first, and shortcuts are taken that depend on the rows.
    pub optimise: bool,
    /// Rows an operator handles in one go; between two of these it can be stopped.
    pub batch_rows: usize,
    /// Threads that compute at the same time where there are rows enough.
    pub cores: usize,
}

impl Strategy {
    /// The plan as it was written, a row at a time: what everything else is held against.
    pub const NAIVE: Self = Self { optimise: false, batch_rows: 1, cores: 1 };
    /// More threads than this are never started, so that a query leaves something of a large host to others.
    const CORES_MAX: usize = 8;
}

impl Default for Strategy {
    fn default() -> Self {
        Self { optimise: true, batch_rows: 32_768, cores: threads::available().min(Self::CORES_MAX) }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rows_max: crate::base::limits::HUNTING_ROWS_MAX,
            intermediate_rows_max: 20_000_000,
            bytes_max: 2 << 30,
            strategy: Strategy::default(),
        }
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

    /// `all` until someone asks. What is made of it may then be short, and goes nowhere: who looks on asks
    /// `Run::go_on` first.
    pub fn watch<I: IntoIterator>(&self, all: I) -> impl Iterator<Item = I::Item> {
        all.into_iter().take_while(|_| !self.is_set())
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
    /// What a function makes is limited.
    #[error(
        "the query cannot run because it needs more memory than one may use: a function makes or takes apart a text of \
         more than {} MiB, or makes a list or bag of more than {} MiB; put less together",
        TEXT_MAX >> 20,
        DYNAMIC_MAX >> 20
    )]
    ValueTooLarge,
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
    let context = &context.until(stop);
    let plan = planned(plan, context, limits, stop);
    let answer = Run::prepared(&plan, tables, (context, limits, stop), None)
        .and_then(|run| run.table(&plan.root, limits.rows_max));
    done_with(plan, stop);
    answer
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
    let context = &context.until(stop);
    let plan = planned(plan, context, limits, stop);
    let answers = Run::prepared(&plan, tables, (context, limits, stop), None).and_then(|run| {
        std::iter::once(&plan.root).chain(&plan.more).map(|answer| run.table(answer, limits.rows_max)).collect()
    });
    done_with(plan, stop);
    answers
}

/// `plan` as it is run.
fn planned<'p>(plan: &'p Plan, context: &Context, limits: Limits, stop: &StopFlag) -> Cow<'p, Plan> {
    if limits.strategy.optimise { Cow::Owned(optimised_until(plan, context, stop)) } else { Cow::Borrowed(plan) }
}

/// Lets go of a plan, which may hold lists that were computed once.
fn done_with(plan: Cow<'_, Plan>, stop: &StopFlag) {
    match plan {
        Cow::Owned(plan) if stop.is_set() => threads::give_back(plan),
        _ => {}
    }
}

/// As [`run`], and what each relation of the plan took, by the time that `clock` tells in nanoseconds. The plan is run
/// as it is, so that what is told is told of it: see [`crate::kql::engine::optimised`].
///
/// # Errors
/// See [`RunError`].
pub fn run_measured(
    plan: &Plan,
    tables: &dyn Tables,
    context: &Context,
    limits: Limits,
    clock: &Clock<'_>,
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

/// Batches from which on starting threads costs less than it saves.
const PARTS_WORTH_THREADS: usize = 4;

/// Takes the batches of a relation one by one.
pub(super) type Sink<'s> = dyn FnMut(Batch) -> Result<Flow, RunError> + 's;

/// A plan under way.
pub(super) struct Run<'a> {
    pub(super) tables: &'a dyn Tables,
    pub(super) evaluator: Evaluator<'a>,
    limits: Limits,
    stop: &'a StopFlag,
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
        let budget = Budget::new(limits.bytes_max);
        let evaluator = Evaluator { context, stop, budget, shared: Vec::new(), given: Mutex::new(None) };
        let mut run = Self { tables, evaluator, limits, stop, meter };
        for relation in &plan.shared {
            let table = run.table(relation, limits.intermediate_rows_max)?;
            run.evaluator.budget.hold(table.columns().iter().map(Column::own_bytes).sum());
            run.evaluator.shared.push(Shared::new(table));
        }
        Ok(run)
    }
}

impl Run<'_> {
    /// The first `rows_max` rows of `relation`.
    fn table(&self, relation: &Relation, rows_max: usize) -> Result<Table, RunError> {
        let mut left = rows_max;
        let mut batches = self.keep(Vec::new());
        self.stream(relation, &ColumnSet::all(relation.columns.len()), &mut |batch| {
            let batch = if batch.rows > left { batch.slice(0, left) } else { batch };
            left -= batch.rows;
            batches.add(batch.bytes())?;
            batches.push(batch);
            Ok(if left == 0 { Flow::Enough } else { Flow::More })
        })?;
        let all = self.concat(&relation.columns, std::mem::take(&mut *batches))?;
        Ok(Table::new(relation.columns.clone(), all.columns, all.rows))
    }

    /// All rows of `relation` at once.
    pub(super) fn collect(&self, relation: &Relation, needed: &ColumnSet) -> Result<Kept<'_>, RunError> {
        let mut batches = self.keep(Vec::new());
        self.stream(relation, needed, &mut |batch| {
            batches.add(batch.bytes())?;
            batches.push(batch);
            Ok(Flow::More)
        })?;
        self.together(&relation.columns, batches)
    }

    /// `batches` as one.
    pub(super) fn together(&self, fields: &[Field], mut batches: Kept<'_, Vec<Batch>>) -> Result<Kept<'_>, RunError> {
        let mut all = self.keep(self.concat(fields, std::mem::take(&mut *batches))?);
        batches.weigh(0)?;
        all.weigh(all.bytes())?;
        Ok(all)
    }

    /// All rows of `batches`, whose columns are those of `fields`.
    pub(super) fn concat(&self, fields: &[Field], mut batches: Vec<Batch>) -> Result<Batch, RunError> {
        let all = Batch::concat(fields, &mut batches, self.stop);
        match self.go_on() {
            Ok(()) => Ok(all),
            Err(ended) => {
                threads::give_back((all, batches));
                Err(ended)
            }
        }
    }

    /// The rows of `relation` by what it is, where it is neither rows that lie there nor a [`Step`].
    fn node(&self, relation: &Relation, needed: &ColumnSet, sink: &mut Sink<'_>) -> Result<Flow, RunError> {
        match &relation.node {
            Node::External => Err(RunError::Invalid(
                "externaldata: nothing is read from addresses outside, so that this part of the query has no rows"
                    .to_owned(),
            )),
            Node::Range(bounds) => operators::range::stream(self, bounds, &relation.columns, sink),
            Node::Summarize { input, keys, aggregates } => {
                operators::summarize::stream(self, input, (keys, aggregates), needed, sink)
            }
            Node::Sort { input, keys } => operators::sort::stream(self, input, keys, needed, sink),
            Node::Top { input, rows, keys } => operators::top::stream(self, input, (*rows, keys), needed, sink),
            Node::Take { input, rows } => operators::take::stream(self, input, *rows, needed, sink),
            // Of any other kind it is a step.
            Node::Join { left, right, on, .. } => operators::join::stream(self, (left, right, on), needed, sink),
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
            Node::Table(_)
            | Node::Rows(_)
            | Node::Shared(_)
            | Node::Given
            | Node::Filter { .. }
            | Node::Project { .. }
            | Node::Union(_)
            | Node::MvExpand { .. } => Err(RunError::Invalid("a relation is not run by itself".to_owned())),
        }
    }

    /// The rows of `relation` where they lie there already.
    fn lying(&self, relation: &Relation, needed: &ColumnSet) -> Result<Option<Batch>, RunError> {
        Ok(Some(match &relation.node {
            Node::Table(name) => operators::table::rows(self, &relation.columns, name, needed)?,
            Node::Rows(rows) => operators::rows::rows(&relation.columns, rows),
            Node::Given => match &*lock(&self.evaluator.given) {
                Some(given) => given.only(needed),
                None => return Err(RunError::Invalid("rows of a group are named outside of it".to_owned())),
            },
            Node::Shared(index) => match self.evaluator.shared.get(*index) {
                Some(shared) => {
                    let table = &shared.table;
                    Batch { columns: table.columns().to_vec(), rows: table.row_count() }.only(needed)
                }
                None => return Err(RunError::Invalid("a relation was used before it was computed".to_owned())),
            },
            _ => return Ok(None),
        }))
    }

    /// `relation` as something that is done to each batch of other rows, where it is that.
    fn step<'s>(&'s self, relation: &'s Relation, needed: &ColumnSet) -> Result<Option<Step<'s>>, RunError> {
        Ok(Some(match &relation.node {
            Node::Filter { input, predicate } => operators::filter::step(self, input, predicate, needed),
            Node::Project { input, outputs } => operators::project::step(input, outputs, &relation.columns, needed),
            Node::MvExpand { input, expansions, with_item_index, limit } => {
                let rule = operators::mv_expand::Rule { expansions, with_item_index: *with_item_index, limit: *limit };
                operators::mv_expand::step(self, input, rule, needed)
            }
            Node::Window { input, calls } if calls.is_empty() => operators::window::step(input, needed),
            Node::Join { kind, left, right, on } => {
                return operators::join::step(self, *kind, (left, right, on), needed);
            }
            _ => return Ok(None),
        }))
    }

    /// `scalar` for all rows of `all`, a batch at a time, so that it can be stopped.
    pub(super) fn eval_all(&self, scalar: &Scalar, all: &Batch) -> Result<Column, RunError> {
        if let ScalarNode::Column(_) | ScalarNode::Literal(_) = scalar.node {
            return Ok(self.evaluator.eval(scalar, all));
        }
        let used = ColumnSet::used_by([scalar]);
        let length = self.batch_rows();
        let mut parts = Vec::with_capacity(all.rows.div_ceil(length));
        let (all, mut start) = (all.only(&used), 0);
        while start < all.rows {
            self.go_on()?;
            let part = all.slice(start, length);
            let rows = self.evaluator.rows_at_once(&[scalar], &part);
            parts.push(self.evaluator.eval(scalar, &part.slice(0, rows)));
            start += rows;
        }
        let all = Column::concat_until(scalar.ty, &parts, self.stop);
        self.go_on().map(|()| all)
    }

    /// The values of each of `keys` for all rows of `all`.
    pub(super) fn eval_each(&self, keys: &[SortKey], all: &Batch) -> Result<Vec<Column>, RunError> {
        keys.iter().map(|key| self.eval_all(&key.by, all)).collect()
    }

    /// Rows an operator handles in one go.
    pub(super) fn batch_rows(&self) -> usize {
        self.limits.strategy.batch_rows.max(1)
    }

    /// Whether shortcuts may be taken that the plan does not tell of.
    pub(super) fn optimises(&self) -> bool {
        self.limits.strategy.optimise
    }

    /// Threads that `rows` rows are worth.
    pub(super) fn cores_for(&self, rows: usize) -> usize {
        if rows < PARTS_WORTH_THREADS * self.batch_rows() { 1 } else { self.limits.strategy.cores.max(1) }
    }

    /// Hands `all` on in batches.
    pub(super) fn emit(&self, all: &Batch, sink: &mut Sink<'_>) -> Result<Flow, RunError> {
        for start in (0..all.rows).step_by(self.batch_rows()) {
            if sink(all.slice(start, self.batch_rows()))? == Flow::Enough {
                return Ok(Flow::Enough);
            }
        }
        Ok(Flow::More)
    }

    /// The flag that ends this run.
    pub(super) fn stop(&self) -> &StopFlag {
        self.stop
    }

    /// Whether nobody asked to stop and memory is left.
    pub(super) fn go_on(&self) -> Result<(), RunError> {
        self.evaluator.go_on()
    }

    /// Refuses a result of more rows than any may have, before it is made.
    pub(super) fn check_size(&self, rows: usize) -> Result<(), RunError> {
        if rows > self.limits.intermediate_rows_max { Err(RunError::TooLarge) } else { self.go_on() }
    }
}

#[cfg(test)]
mod tests;
