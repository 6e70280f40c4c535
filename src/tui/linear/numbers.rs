//! What the numbers stand for that were printed last: a queue that a refresh orders anew does not make a number mean another
//! row.

use crate::app::View;
use std::collections::BTreeMap;

/// Rows by the number that was printed before them.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    view: Option<View>,
    /// The id of each; empty where rows have none, and their place counts.
    ids: BTreeMap<usize, Box<str>>,
}

impl Numbers {
    /// Forgets all where another view was numbered before, or `anew`.
    pub fn begin(&mut self, view: View, anew: bool) {
        if anew || self.view.replace(view) != Some(view) {
            self.ids.clear();
        }
    }

    /// Says what was printed under `number`.
    pub fn add(&mut self, number: usize, id: &str) {
        self.ids.insert(number, id.into());
    }

    /// The id of what was printed under `number`; `None` where nothing was.
    pub fn id(&self, number: usize) -> Option<&str> {
        self.ids.get(&number).map(|id| &**id)
    }
}
