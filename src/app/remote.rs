//! A value that lives elsewhere: the last good one, a fetch under way, and why the last fetch failed.

use super::effect::TaskId;
use super::reply::Failure;
use crate::base::Timestamp;

/// A fetched value with its age and state.
#[derive(Clone, Debug, PartialEq)]
pub struct Remote<T> {
    value: Option<(T, Timestamp)>,
    task: Option<TaskId>,
    failure: Option<Failure>,
}

impl<T> Default for Remote<T> {
    fn default() -> Self {
        Self { value: None, task: None, failure: None }
    }
}

/// What a panel says about a remote value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RemoteState<'a, T> {
    /// Nobody asked yet.
    NotAsked,
    /// First fetch under way.
    Loading,
    /// There; `refreshing` while a newer one is fetched, `failure` where the last refresh failed.
    Loaded {
        /// The last good value.
        value: &'a T,
        /// When it was fetched.
        at: Timestamp,
        /// Whether a newer one is under way.
        refreshing: bool,
        /// Why the value is no newer.
        failure: Option<&'a Failure>,
    },
    /// Never had, and why.
    Unavailable(&'a Failure),
}

impl<T> Remote<T> {
    /// Notes that `task` fetches it; the task it replaces, to be cancelled.
    pub fn begin(&mut self, task: TaskId) -> Option<TaskId> {
        self.task.replace(task)
    }

    /// Whether `task` is the fetch under way.
    pub fn awaits(&self, task: TaskId) -> bool {
        self.task == Some(task)
    }

    /// Whether a fetch is under way.
    pub fn is_loading(&self) -> bool {
        self.task.is_some()
    }

    /// The last good value.
    pub fn value(&self) -> Option<&T> {
        self.value.as_ref().map(|(value, _)| value)
    }

    /// When the last good value was fetched.
    pub fn fetched_at(&self) -> Option<Timestamp> {
        self.value.as_ref().map(|(_, at)| *at)
    }

    /// Why the last fetch failed.
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// Ends the fetch with its result. Keeps the last good value where it failed.
    pub fn finish(&mut self, result: Result<T, Failure>, now: Timestamp) {
        self.task = None;
        match result {
            Ok(value) => {
                self.value = Some((value, now));
                self.failure = None;
            }
            Err(failure) => self.failure = Some(failure),
        }
    }

    /// Shows part of a value while the fetch goes on.
    pub fn progress(&mut self, value: T, now: Timestamp) {
        self.value = Some((value, now));
        self.failure = None;
    }

    /// Forgets the fetch under way; its id, to be cancelled.
    pub fn abandon(&mut self) -> Option<TaskId> {
        self.task.take()
    }

    /// Records that there is nothing to fetch, and why.
    pub fn refuse(&mut self, failure: Failure) {
        self.task = None;
        self.failure = Some(failure);
    }

    /// What a panel says.
    pub fn state(&self) -> RemoteState<'_, T> {
        match (&self.value, &self.failure) {
            (Some((value, at)), failure) => {
                RemoteState::Loaded { value, at: *at, refreshing: self.task.is_some(), failure: failure.as_ref() }
            }
            (None, _) if self.task.is_some() => RemoteState::Loading,
            (None, Some(failure)) => RemoteState::Unavailable(failure),
            (None, None) => RemoteState::NotAsked,
        }
    }
}
