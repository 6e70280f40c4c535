//! Memory of a run: counted while it is kept, and given back aside where that takes long.

use super::{Run, RunError, threads};
use crate::kql::engine::batch::Batch;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// From so many bytes on memory is given back aside: a million small pieces take longer than a query may go on after it
/// was cancelled, or its answer wait.
const ASIDE: usize = 8 << 20;

/// The memory that a run keeps, and the most it may.
pub(in crate::kql::engine) struct Budget {
    held: AtomicUsize,
    max: usize,
    exceeded: AtomicBool,
}

impl Budget {
    /// What is computed of a batch may be this part of all.
    const MOMENT: usize = 8;

    pub(in crate::kql::engine) fn new(max: usize) -> Self {
        Self { held: AtomicUsize::new(0), max, exceeded: AtomicBool::new(false) }
    }

    /// Counts `bytes` more as kept until the run ends.
    pub(in crate::kql::engine) fn hold(&self, bytes: usize) {
        if self.held.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes) > self.max {
            self.exceeded.store(true, Ordering::Relaxed);
        }
    }

    /// Takes note of `bytes` that are there for a moment. Where they are too much, what is computed goes on as null, and
    /// the run ends at its next look.
    pub(in crate::kql::engine) fn pass(&self, bytes: usize) {
        if bytes > self.max / Self::MOMENT {
            self.exceeded.store(true, Ordering::Relaxed);
        }
    }

    pub(in crate::kql::engine) fn is_exceeded(&self) -> bool {
        self.exceeded.load(Ordering::Relaxed)
    }

    /// Refuses all that is there where it is too much.
    pub(in crate::kql::engine) fn check(&self) -> Result<(), RunError> {
        if self.is_exceeded() || self.held.load(Ordering::Relaxed) > self.max {
            return Err(RunError::TooMuchMemory(self.max >> 20));
        }
        Ok(())
    }
}

/// What is counted as kept until it is dropped.
pub(in crate::kql::engine) struct Kept<'r, T: Default + Send + 'static = Batch> {
    value: T,
    bytes: usize,
    budget: &'r Budget,
}

impl<T: Default + Send + 'static> Kept<'_, T> {
    /// Counts `bytes` instead of what was counted for it before.
    pub(in crate::kql::engine) fn weigh(&mut self, bytes: usize) -> Result<(), RunError> {
        let bytes = bytes.min(usize::MAX / 4);
        let before = std::mem::replace(&mut self.bytes, bytes);
        self.budget.held.fetch_add(bytes, Ordering::Relaxed);
        self.budget.held.fetch_sub(before, Ordering::Relaxed);
        self.budget.check()
    }

    /// Counts `bytes` more.
    pub(in crate::kql::engine) fn add(&mut self, bytes: usize) -> Result<(), RunError> {
        self.weigh(self.bytes.saturating_add(bytes))
    }
}

impl<T: Default + Send + 'static> Deref for Kept<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Default + Send + 'static> DerefMut for Kept<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: Default + Send + 'static> Drop for Kept<'_, T> {
    fn drop(&mut self) {
        self.budget.held.fetch_sub(self.bytes, Ordering::Relaxed);
        if self.bytes >= ASIDE {
            threads::give_back(std::mem::take(&mut self.value));
        }
    }
}

impl Run<'_> {
    /// `value`, to be weighed as it grows.
    pub(in crate::kql::engine) fn keep<T: Default + Send + 'static>(&self, value: T) -> Kept<'_, T> {
        Kept { value, bytes: 0, budget: &self.evaluator.budget }
    }
}
