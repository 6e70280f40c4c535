//! What each relation of a plan took.
//!
//! Rows are pushed: a relation hands batches to whoever asked while it still is at work. So time is not taken around
//! calls, but given to whichever relation is at work between two readings of the clock.

use super::batch::Batch;
use super::run::{Flow, RunError, Sink};
use crate::kql::plan::Relation;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Tells the time in nanoseconds, to several threads at once.
pub type Clock<'c> = dyn Fn() -> u64 + Sync + 'c;

/// What a relation took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    /// Rows it gave.
    pub rows: u64,
    /// Time at work, without that of its inputs, in nanoseconds; of all threads together.
    pub nanos: u64,
    /// Threads that worked on it.
    pub cores: usize,
    /// Columns that were read of it, where it is a table.
    pub columns: usize,
}

/// What the relations of a plan took.
#[derive(Clone, Debug, Default)]
pub struct Measures(BTreeMap<usize, Measure>);

impl Measures {
    /// What `relation`, which is the same one that was run, took; nothing where it was not needed.
    pub fn of(&self, relation: &Relation) -> Option<Measure> {
        self.0.get(&identity(relation)).copied()
    }
}

/// Relations of a plan are told apart by where they lie, which does not change during a run.
fn identity(relation: &Relation) -> usize {
    std::ptr::from_ref(relation).addr()
}

/// Who asks for the rows of a plan.
const NOBODY: usize = 0;

/// A run being measured.
pub(super) struct Meter<'c> {
    clock: &'c Clock<'c>,
    state: RefCell<State>,
}

struct State {
    /// Who is at work.
    owner: usize,
    /// When the clock was read last.
    last: u64,
    measures: Measures,
}

impl<'c> Meter<'c> {
    pub(super) fn new(clock: &'c Clock<'c>) -> Self {
        let state = State { owner: NOBODY, last: clock(), measures: Measures::default() };
        Self { clock, state: RefCell::new(state) }
    }

    pub(super) fn finish(self) -> Measures {
        self.state.into_inner().measures
    }

    /// A meter for another thread; see [`Self::add`].
    pub(super) fn clock(&self) -> &'c Clock<'c> {
        self.clock
    }

    /// Adds what another thread measured at the same time.
    pub(super) fn add(&self, other: Measures) {
        let mut state = self.state.borrow_mut();
        for (relation, measure) in other.0.into_iter().filter(|(relation, _)| *relation != NOBODY) {
            let sum = state.measures.0.entry(relation).or_default();
            sum.rows += measure.rows;
            sum.nanos += measure.nanos;
            sum.cores += 1;
        }
    }

    /// Counts `rows` rows of `relation`, which lay there, and how many of its columns were read.
    pub(super) fn lay(&self, relation: &Relation, rows: usize, columns: usize) {
        let mut state = self.state.borrow_mut();
        let measure = state.measures.0.entry(identity(relation)).or_default();
        measure.rows += rows as u64;
        measure.columns = columns;
    }

    /// Waits by `wait`, which is nobody's work.
    pub(super) fn waiting<T>(&self, wait: impl FnOnce() -> T) -> T {
        let before = self.hand_to(NOBODY);
        let result = wait();
        self.hand_to(before);
        result
    }

    /// Gives the time since the last reading to who was at work, and lets `owner` work from now on; who it was before.
    fn hand_to(&self, owner: usize) -> usize {
        let mut state = self.state.borrow_mut();
        let now = (self.clock)();
        let (before, passed) = (state.owner, now.saturating_sub(state.last));
        state.measures.0.entry(before).or_default().nanos += passed;
        (state.last, state.owner) = (now, owner);
        before
    }

    /// Runs `work` as the work of `relation`; what `sink` does with its batches is the work of who asked.
    pub(super) fn measured(
        &self,
        relation: &Relation,
        sink: &mut Sink<'_>,
        work: &mut dyn FnMut(&mut Sink<'_>) -> Result<Flow, RunError>,
    ) -> Result<Flow, RunError> {
        let me = identity(relation);
        let asker = self.hand_to(me);
        let done = work(&mut |batch: Batch| {
            self.state.borrow_mut().measures.0.entry(me).or_default().rows += batch.rows as u64;
            self.hand_to(asker);
            let flow = sink(batch);
            self.hand_to(me);
            flow
        });
        self.hand_to(asker);
        done
    }
}
