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
    /// What is there for a moment, of all threads together.
    passing: AtomicUsize,
    max: usize,
    exceeded: AtomicBool,
    /// Whether a function made a value that is too large.
    outgrown: AtomicBool,
}

impl Budget {
    /// What one function makes of a batch may be this part of all.
    const MOMENT: usize = 8;
    /// What is computed at the same time, to be computed with, may be this part of all.
    const AT_ONCE: usize = 4;

    pub(in crate::kql::engine) fn new(max: usize) -> Self {
        let (held, passing) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Self { held, passing, max, exceeded: AtomicBool::new(false), outgrown: AtomicBool::new(false) }
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

    /// As [`Self::pass`], of `bytes` that stay until they are given to [`Self::passed`].
    pub(in crate::kql::engine) fn passing(&self, bytes: usize) {
        if self.passing.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes) > self.max / Self::AT_ONCE {
            self.exceeded.store(true, Ordering::Relaxed);
        }
    }

    /// What was [`Self::passing`] is no longer there, or is kept.
    pub(in crate::kql::engine) fn passed(&self, bytes: usize) {
        self.passing.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Takes note of a value that is too large: as of [`Self::pass`].
    pub(in crate::kql::engine) fn outgrow(&self) {
        self.outgrown.store(true, Ordering::Relaxed);
    }

    pub(in crate::kql::engine) fn is_exceeded(&self) -> bool {
        self.exceeded.load(Ordering::Relaxed) || self.outgrown.load(Ordering::Relaxed)
    }

    /// Refuses all that is there where it is too much.
    pub(in crate::kql::engine) fn check(&self) -> Result<(), RunError> {
        if self.outgrown.load(Ordering::Relaxed) {
            return Err(RunError::ValueTooLarge);
        }
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
    /// Whether it ever was so much that it is given back aside.
    aside: bool,
    budget: &'r Budget,
}

impl<'r, T: Default + Send + 'static> Kept<'r, T> {
    /// `value`, which is made of what is kept here: until it is weighed itself it is given back as this is.
    pub(in crate::kql::engine) fn made<U: Default + Send + 'static>(&self, value: U) -> Kept<'r, U> {
        Kept { value, bytes: 0, aside: self.aside, budget: self.budget }
    }

    /// Counts `bytes` instead of what was counted for it before.
    pub(in crate::kql::engine) fn weigh(&mut self, bytes: usize) -> Result<(), RunError> {
        let bytes = bytes.min(usize::MAX / 4);
        let before = std::mem::replace(&mut self.bytes, bytes);
        self.aside |= bytes >= ASIDE;
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
        if self.aside {
            threads::give_back(std::mem::take(&mut self.value));
        }
    }
}

impl Run<'_> {
    /// `value`, to be weighed as it grows.
    pub(in crate::kql::engine) fn keep<T: Default + Send + 'static>(&self, value: T) -> Kept<'_, T> {
        Kept { value, bytes: 0, aside: false, budget: &self.evaluator.budget }
    }
}
