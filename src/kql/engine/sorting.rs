//! Numbers in an order, so that it can be stopped at any time, on several threads where that was asked for.

use super::run::{RunError, StopFlag, threads};
use std::cmp::Ordering;

/// Numbers sorted in one go: between two of these it can be stopped.
const RUN: usize = 32_768;

/// How something is sorted.
#[derive(Clone, Copy)]
pub(super) struct Sorting<'s> {
    pub(super) stop: &'s StopFlag,
    pub(super) cores: usize,
}

impl Sorting<'_> {
    /// `all` in the order of `compare`, what is equal in any. Each thread sorts its part, then parts are merged
    /// two by two.
    pub(super) fn sorted(
        self,
        all: Vec<u32>,
        compare: &(impl Fn(u32, u32) -> Ordering + Sync),
    ) -> Result<Vec<u32>, RunError> {
        if self.cores <= 1 || all.len() <= RUN {
            return self.part(all, compare);
        }
        let length = all.len().div_ceil(self.cores);
        let parts = all.chunks(length).map(<[u32]>::to_vec).collect();
        let mut parts = threads::each(parts, |part| self.part(part, compare))?;
        while parts.len() > 1 {
            parts = parts.chunks(2).map(|pair| self.merged(pair, compare)).collect::<Result<_, _>>()?;
        }
        Ok(parts.pop().unwrap_or_default())
    }

    /// `numbers` in order: runs of a length are sorted and then merged two by two.
    fn part(self, mut numbers: Vec<u32>, compare: &impl Fn(u32, u32) -> Ordering) -> Result<Vec<u32>, RunError> {
        for part in numbers.chunks_mut(RUN) {
            self.go_on()?;
            part.sort_unstable_by(|left, right| compare(*left, *right));
        }
        let mut length = RUN;
        while length < numbers.len() {
            let mut merged = Vec::with_capacity(numbers.len());
            for pair in numbers.chunks(2 * length) {
                self.merge(pair.split_at(length.min(pair.len())), &mut merged, compare)?;
            }
            numbers = merged;
            length *= 2;
        }
        Ok(numbers)
    }

    fn merged(self, pair: &[Vec<u32>], compare: &impl Fn(u32, u32) -> Ordering) -> Result<Vec<u32>, RunError> {
        let mut merged = Vec::with_capacity(pair.iter().map(Vec::len).sum());
        match pair {
            [left, right] => self.merge((left, right), &mut merged, compare)?,
            _ => merged.extend(pair.iter().flatten()),
        }
        Ok(merged)
    }

    fn merge(
        self,
        halves: (&[u32], &[u32]),
        merged: &mut Vec<u32>,
        compare: &impl Fn(u32, u32) -> Ordering,
    ) -> Result<(), RunError> {
        let (mut left, mut right) = halves;
        while let ([first, left_rest @ ..], [second, right_rest @ ..]) = (left, right) {
            if merged.len().is_multiple_of(RUN) {
                self.go_on()?;
            }
            if compare(*first, *second).is_le() {
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

    fn go_on(self) -> Result<(), RunError> {
        if self.stop.is_set() { Err(RunError::Stopped) } else { Ok(()) }
    }
}
