//! Rows of two sides with equal keys. One side is hashed, the other goes by. Nulls are equal to each other here.

use crate::kql::engine::batch::{Batch, ColumnSet};
use crate::kql::engine::column::Column;
use crate::kql::engine::convert::widened;
use crate::kql::engine::eval::{Evaluator, lock};
use crate::kql::engine::group::{Grouper, Known, Members, NO_ID};
use crate::kql::engine::run::{Flow, Kept, Run, RunError, Sink, Source, Stage, Step, Threads};
use crate::kql::plan::{Field, JoinKind, Relation, Scalar};
use crate::kql::types::Type;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// Batches of the right side up to which an inner join does not look how large the left is.
const SMALL_BATCHES: usize = 4;

/// What is joined with what.
type Sides<'p> = (&'p Relation, &'p Relation, &'p [(Scalar, Scalar)]);

/// A join as something done to the rows of one side, after those of the other were hashed; nothing for a full one, which
/// also gives what is left of the hashed side.
pub(in crate::kql::engine) fn step<'s>(
    run: &'s Run<'_>,
    kind: JoinKind,
    sides: Sides<'s>,
    needed: &ColumnSet,
) -> Result<Option<Step<'s>>, RunError> {
    let semi = matches!(kind, JoinKind::LeftSemi | JoinKind::LeftAnti | JoinKind::RightSemi | JoinKind::RightAnti);
    let (left, right) = both(run, sides, needed, semi);
    Ok(Some(match kind {
        JoinKind::LeftSemi | JoinKind::LeftAnti => existing(left, &right, kind == JoinKind::LeftSemi)?,
        JoinKind::RightSemi | JoinKind::RightAnti => existing(right, &left, kind == JoinKind::RightSemi)?,
        JoinKind::InnerUnique => {
            let hashed = Hashed::new(&left, left.collect_unique()?)?;
            right.past(Passed::Right, hashed)
        }
        JoinKind::RightOuter => {
            let hashed = Hashed::new(&left, left.collect()?)?;
            right.past(Passed::RightOuter, hashed)
        }
        JoinKind::LeftOuter => {
            let hashed = Hashed::new(&right, right.collect()?)?;
            left.past(Passed::LeftOuter, hashed)
        }
        JoinKind::FullOuter => return Ok(None),
        JoinKind::Inner => {
            let right_rows = right.collect()?;
            if !run.optimises() || right_rows.rows <= SMALL_BATCHES * run.batch_rows() {
                let hashed = Hashed::new(&right, right_rows)?;
                return Ok(Some(left.past(Passed::Left, hashed)));
            }
            let left_rows = left.collect()?;
            if left_rows.rows < right_rows.rows {
                let hashed = Hashed::new(&left, left_rows)?;
                Step { source: Source::Rows(right_rows), ..right.past(Passed::Right, hashed) }
            } else {
                let hashed = Hashed::new(&right, right_rows)?;
                Step { source: Source::Rows(left_rows), ..left.past(Passed::Left, hashed) }
            }
        }
    }))
}

/// A full outer join.
pub(in crate::kql::engine) fn stream(
    run: &Run<'_>,
    sides: Sides<'_>,
    needed: &ColumnSet,
    sink: &mut Sink<'_>,
) -> Result<Flow, RunError> {
    let (left, right) = both(run, sides, needed, false);
    let mut hashed = Hashed::new(&right, right.collect()?)?;
    hashed.paired = Some((0..hashed.rows.rows).map(|_| AtomicBool::new(false)).collect());
    let (relation, wanted) = (left.relation, left.wanted());
    let (fields, of_right) = (left.fields(), right.needed.clone());
    let probe = Probe::new(left, Passed::LeftOuter, hashed);
    if run.stream_through((relation, &wanted), &probe, sink)? == Flow::Enough {
        return Ok(Flow::Enough);
    }
    let paired = probe.hashed.paired.iter().flatten().map(|paired| paired.load(Ordering::Relaxed));
    let unpaired: Vec<u32> = (0..).zip(paired).filter(|(_, paired)| !paired).map(|(row, _)| row).collect();
    let rows = probe.hashed.rows.take(&unpaired, &of_right);
    run.emit(&Batch::nulls(fields, rows.rows).beside(rows), sink)
}

/// Both sides; of a `semi` join only one gives columns.
fn both<'s>(run: &'s Run<'s>, (left, right, on): Sides<'s>, needed: &ColumnSet, semi: bool) -> (Side<'s>, Side<'s>) {
    let types: Vec<Type> = on.iter().map(|(left, right)| common(left.ty, right.ty)).collect();
    let of_right = if semi { needed.clone() } else { needed.from(left.columns.len()) };
    let side = |relation, keys, needed: &ColumnSet, other: &ColumnSet| Side {
        run,
        relation,
        keys,
        types: types.clone(),
        needed: needed.clone(),
        other_needed: other.clone(),
    };
    (
        side(left, on.iter().map(|(left, _)| left).collect(), needed, &of_right),
        side(right, on.iter().map(|(_, right)| right).collect(), &of_right, needed),
    )
}

/// The type two keys are compared as.
fn common(left: Type, right: Type) -> Type {
    if left.is_number() && right.is_number() { left.max(right) } else { left }
}

/// One side of a join.
struct Side<'s> {
    run: &'s Run<'s>,
    relation: &'s Relation,
    keys: Vec<&'s Scalar>,
    types: Vec<Type>,
    /// The columns to give.
    needed: ColumnSet,
    /// The columns the other side is to give.
    other_needed: ColumnSet,
}

impl<'s> Side<'s> {
    fn fields(&self) -> &'s [Field] {
        &self.relation.columns
    }

    fn wanted(&self) -> ColumnSet {
        self.needed.and_used_by(self.keys.iter().copied())
    }

    fn keys(&self, batch: &Batch) -> Vec<Column> {
        keys(&self.run.evaluator, (&self.keys, &self.types), batch)
    }

    fn collect(&self) -> Result<Kept<'s>, RunError> {
        self.run.collect(self.relation, &self.wanted())
    }

    /// Its first row of each key.
    fn collect_unique(&self) -> Result<Kept<'s>, RunError> {
        let mut grouper = self.run.keep(Grouper::new(self.types.iter().copied()));
        let mut seen = 0;
        let mut kept = self.run.keep(Vec::new());
        let wanted = self.wanted();
        self.run.stream(self.relation, &wanted, &mut |batch| {
            let mut rows = Vec::new();
            for (row, group) in grouper.assign(&self.keys(&batch), batch.rows).into_iter().enumerate() {
                if group as usize == seen {
                    seen += 1;
                    rows.push(row as u32);
                }
            }
            grouper.weigh(grouper.bytes())?;
            let batch = batch.take(&rows, &wanted);
            kept.add(batch.bytes())?;
            kept.push(batch);
            Ok(Flow::More)
        })?;
        self.run.together(self.fields(), kept)
    }

    /// Its rows past those of the other side.
    fn past(self, passed: Passed, hashed: Hashed<'s>) -> Step<'s> {
        let source = Source::Relation(self.relation, self.wanted());
        Step { stage: Box::new(Probe::new(self, passed, hashed)), source }
    }
}

/// The keys of each row of `batch`, of the types they are compared as.
fn keys(evaluator: &Evaluator<'_>, (keys, types): (&[&Scalar], &[Type]), batch: &Batch) -> Vec<Column> {
    keys.iter().zip(types).map(|(key, ty)| widened(&evaluator.eval(key, batch), *ty)).collect()
}

/// The rows of `side` that have, or have not, a row of equal key in `set`.
fn existing<'s>(side: Side<'s>, set: &Side<'s>, wanted: bool) -> Result<Step<'s>, RunError> {
    let mut grouper = set.run.keep(Grouper::new(set.types.iter().copied()));
    let mut any = false;
    let read = ColumnSet::used_by(set.keys.iter().copied());
    set.run.stream(set.relation, &read, &mut |batch| {
        any |= batch.rows > 0;
        grouper.assign(&set.keys(&batch), batch.rows);
        grouper.weigh(grouper.bytes())?;
        Ok(Flow::More)
    })?;
    let source = Source::Relation(side.relation, side.wanted());
    let Side { keys, types, needed, .. } = side;
    let stage = Existing { keys, types, needed, grouper, any, wanted, known: Mutex::default() };
    Ok(Step { stage: Box::new(stage), source })
}

/// Rows by whether there are others of equal key.
struct Existing<'s> {
    keys: Vec<&'s Scalar>,
    types: Vec<Type>,
    needed: ColumnSet,
    grouper: Kept<'s, Grouper>,
    /// Whether there is any other row: without keys all are equal.
    any: bool,
    wanted: bool,
    /// By thread at work.
    known: Mutex<Vec<Vec<Known>>>,
}

impl Stage for Existing<'_> {
    fn apply(&self, evaluator: &Evaluator<'_>, batch: Batch, sink: &mut Sink<'_>) -> Result<Flow, RunError> {
        let keys = keys(evaluator, (&self.keys, &self.types), &batch);
        let groups = find(&self.grouper, &self.known, &keys, batch.rows);
        let found = groups.into_iter().map(|group| self.any && group != NO_ID);
        let rows = (0..).zip(found).filter(|(_, found)| *found == self.wanted).map(|(row, _)| row);
        sink(batch.take(&rows.collect::<Vec<u32>>(), &self.needed))
    }

    fn scalars(&self) -> Vec<&Scalar> {
        self.keys.clone()
    }

    fn threads(&self) -> Threads {
        threads(&self.keys)
    }
}

/// The group of each row, found with what a thread that is not at work just now has found out before.
fn find(grouper: &Grouper, known: &Mutex<Vec<Vec<Known>>>, keys: &[Column], rows: usize) -> Vec<u32> {
    let mut mine = lock(known).pop().unwrap_or_default();
    let groups = grouper.find(keys, rows, &mut mine);
    lock(known).push(mine);
    groups
}

fn threads(keys: &[&Scalar]) -> Threads {
    if keys.iter().any(|key| key.is_random()) { Threads::Show } else { Threads::Pay }
}

/// The rows of a side by key.
struct Hashed<'r> {
    rows: Kept<'r>,
    grouper: Kept<'r, Grouper>,
    members: Members,
    /// Whether each row has had a pair, where that is asked.
    paired: Option<Vec<AtomicBool>>,
}

impl<'r> Hashed<'r> {
    fn new(side: &Side<'r>, rows: Kept<'r>) -> Result<Self, RunError> {
        let mut grouper = side.run.keep(Grouper::new(side.types.iter().copied()));
        let mut groups = Vec::with_capacity(rows.rows);
        let length = side.run.batch_rows();
        for start in (0..rows.rows).step_by(length) {
            let part = rows.slice(start, length);
            groups.extend(grouper.assign(&side.keys(&part), part.rows));
            // Beside the groups each row has its place.
            grouper.weigh(grouper.bytes() + rows.rows * 2 * size_of::<u32>())?;
            side.run.go_on()?;
        }
        let members = Members::new(&groups, grouper.len());
        Ok(Self { paired: None, rows, grouper, members })
    }
}

/// Which side goes past the hashed one, and whether its rows without a pair are given too.
enum Passed {
    Left,
    LeftOuter,
    Right,
    RightOuter,
}

/// The pairs of rows with those of a hashed side.
struct Probe<'s> {
    keys: Vec<&'s Scalar>,
    types: Vec<Type>,
    needed: ColumnSet,
    other_needed: ColumnSet,
    passed: Passed,
    hashed: Hashed<'s>,
    batch_rows: usize,
    /// By thread at work.
    known: Mutex<Vec<Vec<Known>>>,
}

impl<'s> Probe<'s> {
    fn new(side: Side<'s>, passed: Passed, hashed: Hashed<'s>) -> Self {
        let Side { run, keys, types, needed, other_needed, .. } = side;
        let known = Mutex::default();
        Self { keys, types, needed, other_needed, passed, hashed, batch_rows: run.batch_rows(), known }
    }

    /// Puts pairs side by side, the left first.
    fn give(&self, batch: &Batch, own: &[u32], other: &[u32]) -> Batch {
        let own = batch.take(own, &self.needed);
        let other = self.hashed.rows.take_padded(other, &self.other_needed);
        match self.passed {
            Passed::Left | Passed::LeftOuter => own.beside(other),
            Passed::Right | Passed::RightOuter => other.beside(own),
        }
    }
}

impl Stage for Probe<'_> {
    /// Pairs come in batches of their own: one row may have any number of them.
    fn apply(&self, evaluator: &Evaluator<'_>, batch: Batch, sink: &mut Sink<'_>) -> Result<Flow, RunError> {
        let keys = keys(evaluator, (&self.keys, &self.types), &batch);
        let groups = find(&self.hashed.grouper, &self.known, &keys, batch.rows);
        let outer = matches!(self.passed, Passed::LeftOuter | Passed::RightOuter);
        let (mut own, mut other) = (Vec::new(), Vec::new());
        for (row, group) in (0..).zip(groups) {
            let members = self.hashed.members.of(group);
            if members.is_empty() && outer {
                own.push(row);
                other.push(Column::MISSING);
            }
            for member in members {
                own.push(row);
                other.push(*member);
                if let Some(paired) = self.hashed.paired.as_ref().and_then(|paired| paired.get(*member as usize)) {
                    paired.store(true, Ordering::Relaxed);
                }
                if own.len() >= self.batch_rows {
                    if sink(self.give(&batch, &own, &other))? == Flow::Enough {
                        return Ok(Flow::Enough);
                    }
                    own.clear();
                    other.clear();
                }
            }
        }
        sink(self.give(&batch, &own, &other))
    }

    fn scalars(&self) -> Vec<&Scalar> {
        self.keys.clone()
    }

    fn threads(&self) -> Threads {
        threads(&self.keys)
    }
}
