//! Numbers in an order, so that it can be stopped at any time, on several threads where that was asked for.

use super::run::{RunError, StopFlag, threads};
use std::cmp::Ordering;

/// Numbers sorted in one go: between two of these it can be stopped.
const RUN: usize = 8_192;

/// Of how many those are told that come first.
const FEW: usize = 256;

/// Which of two numbers comes first. What is seldom sorted, or compares slowly anyway, shares the code that sorts by one.
pub(in crate::kql) type Comparison<'c> = dyn Fn(u32, u32) -> Ordering + Sync + 'c;

/// How something is sorted.
#[derive(Clone, Copy)]
pub(in crate::kql) struct Sorting<'s> {
    pub(in crate::kql) stop: &'s StopFlag,
    pub(in crate::kql) cores: usize,
}

impl Sorting<'_> {
    /// `all` in the order of `compare`, what is equal in any. Each thread sorts its part, then parts are merged
    /// two by two.
    pub(in crate::kql) fn sorted(
        self,
        all: Vec<u32>,
        compare: &(impl Fn(u32, u32) -> Ordering + Sync + ?Sized),
    ) -> Result<Vec<u32>, RunError> {
        if self.cores <= 1 || all.len() <= RUN {
            return self.part(all, compare);
        }
        let length = all.len().div_ceil(self.cores);
        let parts = all.chunks(length).map(<[u32]>::to_vec).collect();
        let mut parts = threads::each(parts, &|part| self.part(part, compare))?;
        while parts.len() > 1 {
            parts = parts.chunks(2).map(|pair| self.merged(pair, compare)).collect::<Result<_, _>>()?;
        }
        Ok(parts.pop().unwrap_or_default())
    }

    /// The first `count` of `all` in the order of `compare`, which tells any two apart; themselves in any order.
    pub(in crate::kql) fn first(
        self,
        all: Vec<u32>,
        count: usize,
        compare: &Comparison<'_>,
    ) -> Result<Vec<u32>, RunError> {
        let (mut found, mut rest) = (Vec::new(), all);
        // About the last one wanted, as a few tell, parts those wanted from the others.
        while rest.len() > RUN && count.saturating_sub(found.len()) < rest.len() {
            let wanted = count.saturating_sub(found.len());
            let mut few: Vec<u32> = rest.iter().copied().step_by(rest.len() / FEW).collect();
            few.sort_unstable_by(|left, right| compare(*left, *right));
            let place = (wanted * few.len() / rest.len()).min(few.len() - 1);
            let Some(pivot) = few.get(place).copied() else { break };
            let (mut before, mut after) = (Vec::new(), Vec::new());
            for part in rest.chunks(RUN) {
                self.go_on()?;
                for number in part {
                    match compare(*number, pivot) {
                        Ordering::Less => before.push(*number),
                        Ordering::Equal => {}
                        Ordering::Greater => after.push(*number),
                    }
                }
            }
            rest = if before.len() < wanted {
                found.append(&mut before);
                found.push(pivot);
                after
            } else {
                before
            };
        }
        let wanted = count.saturating_sub(found.len());
        if let Some(last) = wanted.checked_sub(1).filter(|last| *last < rest.len()) {
            rest.select_nth_unstable_by(last, |left, right| compare(*left, *right));
        }
        found.extend(rest.into_iter().take(wanted));
        Ok(found)
    }

    /// `numbers` in order: runs of a length are sorted and then merged two by two.
    fn part(
        self,
        mut numbers: Vec<u32>,
        compare: &(impl Fn(u32, u32) -> Ordering + ?Sized),
    ) -> Result<Vec<u32>, RunError> {
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

    fn merged(
        self,
        pair: &[Vec<u32>],
        compare: &(impl Fn(u32, u32) -> Ordering + ?Sized),
    ) -> Result<Vec<u32>, RunError> {
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
        compare: &(impl Fn(u32, u32) -> Ordering + ?Sized),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_are_those_of_the_order() {
        for (length, count) in [(0, 3), (10, 0), (10, 3), (10, 20), (50_000, 0), (50_000, 1), (50_000, 49_999)]
            .into_iter()
            .chain([(50_000, 50_000), (60_000, 7_777), (100_000, 60_000)])
        {
            for factor in [1, 7_919, 99_991] {
                let word = |number: u32| number.wrapping_mul(factor) % 1_009;
                let compare = |left: u32, right: u32| word(left).cmp(&word(right)).then(left.cmp(&right));
                let sorting = Sorting { stop: &StopFlag::default(), cores: 1 };
                let first = sorting.first((0..length).collect(), count, &compare).unwrap();
                let mut expected = sorting.sorted((0..length).collect(), &compare).unwrap();
                expected.truncate(count);
                assert_eq!(sorting.sorted(first, &compare).unwrap(), expected);
            }
        }
    }

    #[test]
    fn who_asked_to_stop_does_not_wait_for_the_rest() {
        let stop = StopFlag::default();
        stop.stop();
        let sorting = Sorting { stop: &stop, cores: 2 };
        let all = || (0..100_000).collect();
        assert_eq!(sorting.first(all(), 50_000, &|left, right| right.cmp(&left)), Err(RunError::Stopped));
        assert_eq!(sorting.sorted(all(), &|left, right| right.cmp(&left)), Err(RunError::Stopped));
    }
}
