//! Rows through one operator after the other, on several threads where there are rows enough.
//!
//! What an operator does to a batch whatever rows came before is a [`Stage`]. Stages above each other make a chain; the
//! batches under it are dealt out to threads, each of which takes its batches through the whole chain, and what comes out
//! is handed on in the order of the batches. So the order of rows does not show how many threads there were.

use super::{Flow, Kept, Run, RunError, Sink, threads};
use crate::kql::engine::batch::{Batch, ColumnSet};
use crate::kql::engine::eval::Evaluator;
use crate::kql::engine::meter::Meter;
use crate::kql::plan::{Node, Relation, Scalar};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Something done to the rows of a batch, whatever rows came before.
pub(in crate::kql::engine) trait Stage: Sync {
    /// Hands what becomes of `batch` to `sink`.
    fn apply(&self, evaluator: &Evaluator<'_>, batch: Batch, sink: &mut Sink<'_>) -> Result<Flow, RunError>;

    /// What it computes of each row.
    fn scalars(&self) -> Vec<&Scalar> {
        Vec::new()
    }

    /// Whether threads are worth it.
    fn threads(&self) -> Threads {
        Threads::Pay
    }
}

/// Whether threads are worth it for a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::kql::engine) enum Threads {
    /// It is no work.
    Idle,
    /// It computes something.
    Pay,
    /// What it gives depends on the order in which batches come: something random.
    Show,
}

/// A relation as a stage over other rows.
pub(in crate::kql::engine) struct Step<'s> {
    pub(in crate::kql::engine) stage: Box<dyn Stage + 's>,
    pub(in crate::kql::engine) source: Source<'s>,
}

/// Where rows come from.
pub(in crate::kql::engine) enum Source<'s> {
    /// The columns in the set of a relation.
    Relation(&'s Relation, ColumnSet),
    /// Rows already computed.
    Rows(Kept<'s>),
}

/// Rows as they are.
pub(in crate::kql::engine) struct Same;

impl Stage for Same {
    fn apply(&self, _: &Evaluator<'_>, batch: Batch, sink: &mut Sink<'_>) -> Result<Flow, RunError> {
        sink(batch)
    }

    fn threads(&self) -> Threads {
        Threads::Idle
    }
}

/// A stage and those that follow it.
pub(super) struct Chain<'c> {
    stage: &'c dyn Stage,
    /// Whose stage it is, to be measured.
    relation: Option<&'c Relation>,
    above: Option<&'c Chain<'c>>,
    /// Rows that it gave.
    rows: AtomicUsize,
}

impl<'c> Chain<'c> {
    fn new(stage: &'c dyn Stage, relation: Option<&'c Relation>, above: Option<&'c Chain<'c>>) -> Self {
        Self { stage, relation, above, rows: AtomicUsize::new(0) }
    }

    fn threads(&self) -> Threads {
        self.stage.threads().max(self.above.map_or(Threads::Idle, Chain::threads))
    }
}

/// What a thread takes batches through a chain with.
pub(super) struct Hand<'h> {
    pub(super) evaluator: &'h Evaluator<'h>,
    pub(super) rows_max: usize,
    pub(super) meter: Option<&'h Meter<'h>>,
}

impl Hand<'_> {
    /// Takes `batch` through `chain` to `sink`.
    pub(super) fn pass(&self, chain: Option<&Chain<'_>>, batch: Batch, sink: &mut Sink<'_>) -> Result<Flow, RunError> {
        let Some(chain) = chain else { return sink(batch) };
        let sink: &mut Sink<'_> = &mut |given: Batch| {
            self.go_on()?;
            if chain.rows.fetch_add(given.rows, Ordering::Relaxed).saturating_add(given.rows) > self.rows_max {
                return Err(RunError::TooLarge);
            }
            if given.rows == 0 { Ok(Flow::More) } else { self.pass(chain.above, given, sink) }
        };
        let mut apply = |sink: &mut Sink<'_>| {
            let rows = self.evaluator.rows_at_once(&chain.stage.scalars(), &batch);
            for start in (0..batch.rows).step_by(rows.max(1)) {
                self.go_on()?;
                if chain.stage.apply(self.evaluator, batch.slice(start, rows), sink)? == Flow::Enough {
                    return Ok(Flow::Enough);
                }
            }
            Ok(Flow::More)
        };
        let flow = match self.meter.zip(chain.relation) {
            Some((meter, relation)) => meter.measured(relation, sink, &mut apply),
            None => apply(sink),
        };
        // A row may hold a list of a million values.
        if self.go_on().is_err() {
            threads::give_back(batch);
        }
        flow
    }

    pub(super) fn go_on(&self) -> Result<(), RunError> {
        self.evaluator.go_on()
    }
}

impl Run<'_> {
    /// Hands the rows of `relation` to `sink` until it has enough. Columns that are not `needed` may be null instead.
    pub(in crate::kql::engine) fn stream(
        &self,
        relation: &Relation,
        needed: &ColumnSet,
        sink: &mut Sink<'_>,
    ) -> Result<Flow, RunError> {
        self.flow(relation, needed, None, sink)
    }

    /// As [`Self::stream`], each batch through `stage`.
    pub(in crate::kql::engine) fn stream_through(
        &self,
        (relation, needed): (&Relation, &ColumnSet),
        stage: &dyn Stage,
        sink: &mut Sink<'_>,
    ) -> Result<Flow, RunError> {
        self.flow(relation, needed, Some(&Chain::new(stage, None, None)), sink)
    }

    fn flow(
        &self,
        relation: &Relation,
        needed: &ColumnSet,
        above: Option<&Chain<'_>>,
        sink: &mut Sink<'_>,
    ) -> Result<Flow, RunError> {
        let needed = if self.optimises() { needed } else { &ColumnSet::all(relation.columns.len()) };
        if let Some(rows) = self.lying(relation, needed)? {
            if rows.rows > self.limits.intermediate_rows_max {
                return Err(RunError::TooLarge);
            }
            if let Some(meter) = self.meter {
                meter.lay(relation, rows.rows, needed.count());
            }
            return self.deal(&rows, above, sink);
        }
        if let Node::Union(inputs) = &relation.node {
            let chain = Chain::new(&Same, Some(relation), above);
            for input in inputs {
                if self.flow(input, needed, Some(&chain), sink)? == Flow::Enough {
                    return Ok(Flow::Enough);
                }
            }
            return Ok(Flow::More);
        }
        if let Some(step) = self.step(relation, needed)? {
            let chain = Chain::new(&*step.stage, Some(relation), above);
            return match &step.source {
                Source::Relation(input, wanted) => self.flow(input, wanted, Some(&chain), sink),
                Source::Rows(rows) => self.deal(rows, Some(&chain), sink),
            };
        }
        let (hand, mut rows) = (self.hand(), 0);
        let sink: &mut Sink<'_> = &mut |batch: Batch| {
            self.go_on()?;
            rows += batch.rows;
            if rows > self.limits.intermediate_rows_max {
                return Err(RunError::TooLarge);
            }
            if batch.rows == 0 { Ok(Flow::More) } else { hand.pass(above, batch, sink) }
        };
        match self.meter {
            Some(meter) => meter.measured(relation, sink, &mut |sink| self.node(relation, needed, sink)),
            None => self.node(relation, needed, sink),
        }
    }

    fn hand(&self) -> Hand<'_> {
        Hand { evaluator: &self.evaluator, rows_max: self.limits.intermediate_rows_max, meter: self.meter }
    }

    /// Takes `rows` through `chain` in batches.
    fn deal(&self, rows: &Batch, chain: Option<&Chain<'_>>, sink: &mut Sink<'_>) -> Result<Flow, RunError> {
        match chain.filter(|chain| chain.threads() == Threads::Pay).map(|chain| (chain, self.cores_for(rows.rows))) {
            Some((chain, cores)) if cores > 1 => self.deal_out(cores, rows, chain, sink),
            _ => {
                let hand = self.hand();
                self.emit(rows, &mut |batch| {
                    self.go_on()?;
                    hand.pass(chain, batch, sink)
                })
            }
        }
    }
}
