//! Rows of two sides with equal keys. One side is hashed, the other goes by. Nulls are equal to each other here.

use crate::kql::engine::batch::{BATCH_ROWS, Batch, ColumnSet};
use crate::kql::engine::column::Column;
use crate::kql::engine::convert::widened;
use crate::kql::engine::group::{Grouper, NO_ID};
use crate::kql::engine::run::{Flow, Kept, Run, RunError, Sink, emit};
use crate::kql::plan::{Field, JoinKind, Relation, Scalar};
use crate::kql::types::Type;

/// Rows of the right side up to which an inner join does not look how large the left is.
const SMALL_ROWS: usize = 4 * BATCH_ROWS;

pub(in crate::kql::engine) fn stream(
    run: &Run<'_>,
    kind: JoinKind,
    (left, right, on): (&Relation, &Relation, &[(Scalar, Scalar)]),
    needed: &ColumnSet,
    sink: &mut Sink<'_>,
) -> Result<Flow, RunError> {
    let types: Vec<Type> = on.iter().map(|(left, right)| common(left.ty, right.ty)).collect();
    let side = |relation, keys, needed: &ColumnSet, other: &ColumnSet| Side {
        run,
        relation,
        keys,
        types: types.clone(),
        needed: needed.clone(),
        other_needed: other.clone(),
    };
    let left_keys = on.iter().map(|(left, _)| left).collect();
    let right_keys = on.iter().map(|(_, right)| right).collect();
    let nothing = &ColumnSet::default();
    match kind {
        JoinKind::LeftSemi | JoinKind::LeftAnti => {
            let set = side(right, right_keys, nothing, nothing);
            existing(&side(left, left_keys, needed, nothing), &set, kind == JoinKind::LeftSemi, sink)
        }
        JoinKind::RightSemi | JoinKind::RightAnti => {
            let set = side(left, left_keys, nothing, nothing);
            existing(&side(right, right_keys, needed, nothing), &set, kind == JoinKind::RightSemi, sink)
        }
        _ => {
            let of_right = &needed.from(left.columns.len());
            let left = side(left, left_keys, needed, of_right);
            pairs(&left, &side(right, right_keys, of_right, needed), kind, sink)
        }
    }
}

/// The type two keys are compared as.
fn common(left: Type, right: Type) -> Type {
    if left.is_number() && right.is_number() { left.max(right) } else { left }
}

/// One side of a join.
struct Side<'a> {
    run: &'a Run<'a>,
    relation: &'a Relation,
    keys: Vec<&'a Scalar>,
    types: Vec<Type>,
    /// The columns to give.
    needed: ColumnSet,
    /// The columns the other side is to give.
    other_needed: ColumnSet,
}

impl Side<'_> {
    fn fields(&self) -> &[Field] {
        &self.relation.columns
    }

    fn wanted(&self) -> ColumnSet {
        self.needed.and_used_by(self.keys.iter().copied())
    }

    fn keys(&self, batch: &Batch) -> Vec<Column> {
        let key = |(key, ty): (&&Scalar, &Type)| widened(&self.run.evaluator.eval(key, batch), *ty);
        self.keys.iter().zip(&self.types).map(key).collect()
    }

    fn collect(&self) -> Result<Kept<'_>, RunError> {
        self.run.collect(self.relation, &self.wanted())
    }

    /// Its first row of each key.
    fn collect_unique(&self) -> Result<Kept<'_>, RunError> {
        let mut grouper = Grouper::new(self.types.iter().copied());
        let mut seen = 0;
        let mut kept = Vec::new();
        let wanted = self.wanted();
        self.run.stream(self.relation, &wanted, &mut |batch| {
            let mut rows = Vec::new();
            for (row, group) in grouper.assign(&self.keys(&batch), batch.rows).into_iter().enumerate() {
                if group as usize == seen {
                    seen += 1;
                    rows.push(row as u32);
                }
            }
            kept.push(batch.take(&rows, &wanted));
            Ok(Flow::More)
        })?;
        self.run.keep(self.fields(), &kept)
    }
}

/// The rows of `side` that have, or have not, a row of equal key in `set`.
fn existing(side: &Side<'_>, set: &Side<'_>, wanted: bool, sink: &mut Sink<'_>) -> Result<Flow, RunError> {
    let mut grouper = Grouper::new(set.types.iter().copied());
    let mut any = false;
    set.run.stream(set.relation, &set.wanted(), &mut |batch| {
        any |= batch.rows > 0;
        grouper.assign(&set.keys(&batch), batch.rows);
        Ok(Flow::More)
    })?;
    side.run.stream(side.relation, &side.wanted(), &mut |batch| {
        let found = grouper.find(&side.keys(&batch), batch.rows).into_iter().map(|group| any && group != NO_ID);
        let rows: Vec<u32> = (0..).zip(found).filter(|(_, found)| *found == wanted).map(|(row, _)| row).collect();
        sink(batch.take(&rows, &side.needed))
    })
}

/// The rows of a side by key.
struct Hashed<'r> {
    rows: Kept<'r>,
    grouper: Grouper,
    /// Where each group's rows start in `members`; one more at the end.
    starts: Vec<u32>,
    members: Vec<u32>,
    /// Whether each row has had a pair.
    paired: Vec<bool>,
}

impl<'r> Hashed<'r> {
    fn new(side: &Side<'_>, rows: Kept<'r>) -> Result<Self, RunError> {
        let mut grouper = Grouper::new(side.types.iter().copied());
        let mut groups = Vec::with_capacity(rows.rows);
        for start in (0..rows.rows).step_by(BATCH_ROWS) {
            let part = rows.slice(start, BATCH_ROWS);
            groups.extend(grouper.assign(&side.keys(&part), part.rows));
            side.run.check_memory(grouper.bytes())?;
            side.run.go_on()?;
        }
        let mut starts = vec![0; grouper.len() + 1];
        for group in &groups {
            starts[*group as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut members = vec![0; groups.len()];
        for (row, group) in groups.iter().enumerate() {
            let place = &mut next[*group as usize];
            members[*place as usize] = row as u32;
            *place += 1;
        }
        Ok(Self { paired: vec![false; rows.rows], rows, grouper, starts, members })
    }
}

fn pairs(left: &Side<'_>, right: &Side<'_>, kind: JoinKind, sink: &mut Sink<'_>) -> Result<Flow, RunError> {
    match kind {
        JoinKind::InnerUnique => probe(right, &Passed::Right, &mut Hashed::new(left, left.collect_unique()?)?, sink),
        JoinKind::RightOuter => {
            let passed = Passed::RightOuter;
            probe(right, &passed, &mut Hashed::new(left, left.collect()?)?, sink)
        }
        JoinKind::LeftOuter => probe(left, &Passed::LeftOuter, &mut Hashed::new(right, right.collect()?)?, sink),
        JoinKind::FullOuter => {
            let mut hashed = Hashed::new(right, right.collect()?)?;
            if probe(left, &Passed::LeftOuter, &mut hashed, sink)? == Flow::Enough {
                return Ok(Flow::Enough);
            }
            let unpaired: Vec<u32> =
                (0..).zip(&hashed.paired).filter(|(_, paired)| !**paired).map(|(row, _)| row).collect();
            let rows = hashed.rows.take(&unpaired, &right.needed);
            emit(&Batch::nulls(left.fields(), rows.rows).beside(rows), sink)
        }
        _ => {
            let right_rows = right.collect()?;
            if right_rows.rows <= SMALL_ROWS {
                return probe(left, &Passed::Left, &mut Hashed::new(right, right_rows)?, sink);
            }
            let left_rows = left.collect()?;
            let (side, passed, rows, mut hashed) = if left_rows.rows < right_rows.rows {
                (right, Passed::Right, right_rows, Hashed::new(left, left_rows)?)
            } else {
                (left, Passed::Left, left_rows, Hashed::new(right, right_rows)?)
            };
            emit(&rows, &mut |batch| pass(side, &passed, &mut hashed, &batch, sink))
        }
    }
}

/// Which side goes past the hashed one, and whether its rows without a pair are given too.
enum Passed {
    Left,
    LeftOuter,
    Right,
    RightOuter,
}

/// Streams `side` past `hashed`.
fn probe(side: &Side<'_>, passed: &Passed, hashed: &mut Hashed<'_>, sink: &mut Sink<'_>) -> Result<Flow, RunError> {
    side.run.stream(side.relation, &side.wanted(), &mut |batch| pass(side, passed, hashed, &batch, sink))
}

/// Gives the pairs of the rows of `batch`, in batches of their own: one row may have any number of pairs.
fn pass(
    side: &Side<'_>,
    passed: &Passed,
    hashed: &mut Hashed<'_>,
    batch: &Batch,
    sink: &mut Sink<'_>,
) -> Result<Flow, RunError> {
    let groups = hashed.grouper.find(&side.keys(batch), batch.rows);
    let outer = matches!(passed, Passed::LeftOuter | Passed::RightOuter);
    let (mut own, mut other) = (Vec::new(), Vec::new());
    for (row, group) in (0..).zip(groups) {
        let Hashed { rows, starts, members, paired, .. } = &mut *hashed;
        let members = members_of(starts, members, group);
        if members.is_empty() && outer {
            own.push(row);
            other.push(Column::MISSING);
        }
        for member in members {
            own.push(row);
            other.push(*member);
            paired[*member as usize] = true;
            if own.len() == BATCH_ROWS {
                let pairs = give(side, passed, rows, batch, (&own, &other));
                if sink(pairs)? == Flow::Enough {
                    return Ok(Flow::Enough);
                }
                own.clear();
                other.clear();
            }
        }
    }
    sink(give(side, passed, &hashed.rows, batch, (&own, &other)))
}

/// The rows of a group, none for [`NO_ID`].
fn members_of<'a>(starts: &[u32], members: &'a [u32], group: u32) -> &'a [u32] {
    if group == NO_ID {
        return &[];
    }
    let (start, end) = (starts[group as usize], starts[group as usize + 1]);
    members.get(start as usize..end as usize).unwrap_or_default()
}

/// Puts pairs side by side, the left first.
fn give(side: &Side<'_>, passed: &Passed, hashed: &Batch, batch: &Batch, (own, other): (&[u32], &[u32])) -> Batch {
    let own = batch.take(own, &side.needed);
    let other = hashed.take_padded(other, &side.other_needed);
    match passed {
        Passed::Left | Passed::LeftOuter => own.beside(other),
        Passed::Right | Passed::RightOuter => other.beside(own),
    }
}
