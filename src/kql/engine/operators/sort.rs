//! The rows in order.

use crate::kql::engine::batch::ColumnSet;
use crate::kql::engine::column::Column;
use crate::kql::engine::order::{Direction, sort_words};
use crate::kql::engine::run::{Flow, Run, RunError, Sink, StopFlag, threads};
use crate::kql::plan::{Relation, SortKey};
use std::cmp::Ordering;

/// Rows sorted in one go: between two of these it can be stopped.
const RUN_ROWS: usize = 32_768;

pub(in crate::kql::engine) fn stream(
    run: &Run<'_>,
    input: &Relation,
    keys: &[SortKey],
    needed: &ColumnSet,
    sink: &mut Sink<'_>,
) -> Result<Flow, RunError> {
    let all = run.collect(input, &needed.and_used_by(keys.iter().map(|key| &key.by)))?;
    let order = Order::new(keys, &run.eval_each(keys, &all)?);
    run.go_on()?;
    let sorting = Sorting { order, stop: run.stop(), cores: run.cores_for(all.rows) };
    let rows = sorting.sorted(all.rows)?;
    for places in rows.chunks(run.batch_rows()) {
        if sink(all.take(places, needed))? == Flow::Enough {
            return Ok(Flow::Enough);
        }
    }
    Ok(Flow::More)
}

/// Rows being put in order, on several threads where there are many.
struct Sorting<'s> {
    order: Order,
    stop: &'s StopFlag,
    cores: usize,
}

impl Sorting<'_> {
    /// The first `count` rows in order: each thread sorts its part, then parts are merged two by two.
    fn sorted(&self, count: usize) -> Result<Vec<u32>, RunError> {
        let all: Vec<u32> = (0..count as u32).collect();
        let length = count.div_ceil(self.cores).max(1);
        if self.cores == 1 {
            return self.part(all);
        }
        let mut parts = threads::each(all.chunks(length).map(<[u32]>::to_vec).collect(), |part| self.part(part))?;
        while parts.len() > 1 {
            parts = parts.chunks(2).map(|pair| self.merged(pair)).collect::<Result<_, _>>()?;
        }
        Ok(parts.pop().unwrap_or_default())
    }

    /// `rows` in order. Runs of a length are sorted and then merged two by two, so that it can be stopped.
    fn part(&self, mut rows: Vec<u32>) -> Result<Vec<u32>, RunError> {
        for part in rows.chunks_mut(RUN_ROWS) {
            self.go_on()?;
            part.sort_unstable_by(|left, right| self.order.compare(*left, *right));
        }
        let mut length = RUN_ROWS;
        while length < rows.len() {
            let mut merged = Vec::with_capacity(rows.len());
            for pair in rows.chunks(2 * length) {
                let (left, right) = pair.split_at(length.min(pair.len()));
                self.merge((left, right), &mut merged)?;
            }
            rows = merged;
            length *= 2;
        }
        Ok(rows)
    }

    fn merged(&self, pair: &[Vec<u32>]) -> Result<Vec<u32>, RunError> {
        let mut merged = Vec::with_capacity(pair.iter().map(Vec::len).sum());
        match pair {
            [left, right] => self.merge((left, right), &mut merged)?,
            _ => merged.extend(pair.iter().flatten()),
        }
        Ok(merged)
    }

    fn merge(&self, halves: (&[u32], &[u32]), merged: &mut Vec<u32>) -> Result<(), RunError> {
        let (mut left, mut right) = halves;
        while let ([first, left_rest @ ..], [second, right_rest @ ..]) = (left, right) {
            if merged.len().is_multiple_of(RUN_ROWS) {
                self.go_on()?;
            }
            if self.order.compare(*first, *second).is_le() {
                merged.push(*first);
                left = left_rest;
            } else {
                merged.push(*second);
                right = right_rest;
            }
        }
        merged.extend_from_slice(left);
        merged.extend_from_slice(right);
        Ok(())
    }

    fn go_on(&self) -> Result<(), RunError> {
        if self.stop.is_set() { Err(RunError::Stopped) } else { Ok(()) }
    }
}

/// The order of the rows of a batch.
pub(super) struct Order {
    /// By key, by row.
    words: Vec<Vec<u128>>,
}

impl Order {
    /// Of rows whose keys are `values`, a column a key.
    pub(super) fn new(keys: &[SortKey], values: &[Column]) -> Self {
        let words = |(key, values): (&SortKey, &Column)| {
            sort_words(values, Direction { descending: key.descending, nulls_first: key.nulls_first })
        };
        Self { words: keys.iter().zip(values).map(words).collect() }
    }

    /// Rows with equal keys keep their order.
    pub(super) fn compare(&self, left: u32, right: u32) -> Ordering {
        let by_key = self.words.iter().map(|words| words[left as usize].cmp(&words[right as usize]));
        by_key.fold(Ordering::Equal, Ordering::then).then(left.cmp(&right))
    }
}
