//! The `…if` forms: an aggregate over the rows where a predicate is true.

use super::Accumulator;
use crate::kql::engine::{Column, StopFlag};
use crate::kql::types::Type;

/// Hands the rows where the argument at `predicate` is true to another accumulator, without that argument.
struct Conditional {
    predicate: usize,
    inner: Box<dyn Accumulator>,
}

/// The accumulator `start` makes, under the predicate at argument `predicate`.
pub(super) fn when(
    predicate: usize,
    start: fn(&[Type]) -> Box<dyn Accumulator>,
    types: &[Type],
) -> Box<dyn Accumulator> {
    Box::new(Conditional { predicate, inner: start(&without(types, predicate)) })
}

fn without<T: Clone>(items: &[T], place: usize) -> Vec<T> {
    items.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, item)| item.clone()).collect()
}

impl Accumulator for Conditional {
    fn update(&mut self, arguments: &[Column], groups: &[u32], group_count: usize) {
        let Some(predicate) = arguments.get(self.predicate) else { return };
        let holds = predicate.view::<bool>();
        let rows: Vec<u32> = (0..groups.len()).filter(|at| holds.get(*at) == Some(true)).map(|at| at as u32).collect();
        let arguments: Vec<Column> =
            without(arguments, self.predicate).iter().map(|argument| argument.take(&rows)).collect();
        let groups: Vec<u32> = rows.iter().map(|row| groups[*row as usize]).collect();
        self.inner.update(&arguments, &groups, group_count);
    }

    fn bytes(&self) -> usize {
        self.inner.bytes()
    }

    fn finish(&mut self, group_count: usize, stop: &StopFlag) -> Vec<Column> {
        self.inner.finish(group_count, stop)
    }
}
