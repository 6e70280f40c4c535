//! What the records of a list have in common, kept once.

use super::evidence::Facts;
use crate::base::Untrusted;
use std::cell::RefCell;
use std::collections::HashSet;
use std::hash::Hash;
use std::sync::Arc;

/// Texts and evidence of the records read so far: of ten thousand alerts most speak of the same products, titles, people
/// and devices. It lives as long as the list is read; what it gave away outlives it.
#[derive(Debug, Default)]
pub struct Pool {
    texts: RefCell<HashSet<Arc<str>>>,
    facts: RefCell<HashSet<Arc<Facts>>>,
}

impl Pool {
    /// `text`, shared with the records that say the same.
    pub fn text(&self, text: &str) -> Untrusted {
        Untrusted::new(self.plain(text))
    }

    /// The same for what is no tenant's text.
    pub fn plain(&self, text: &str) -> Arc<str> {
        let mut texts = self.texts.borrow_mut();
        if let Some(known) = texts.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = text.into();
        texts.insert(Arc::clone(&new));
        new
    }

    /// `facts`, shared with the alerts that are about the same.
    pub fn facts(&self, facts: Facts) -> Arc<Facts> {
        shared(&mut self.facts.borrow_mut(), facts)
    }
}

fn shared<T: Eq + Hash>(known: &mut HashSet<Arc<T>>, new: T) -> Arc<T> {
    if let Some(found) = known.get(&new) {
        return Arc::clone(found);
    }
    let new = Arc::new(new);
    known.insert(Arc::clone(&new));
    new
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_twice_is_kept_once() {
        let pool = Pool::default();
        assert!(Arc::ptr_eq(&pool.plain("a"), &pool.plain("a")));
        assert!(!Arc::ptr_eq(&pool.plain("a"), &pool.plain("b")));
        assert_eq!(pool.text("a"), "a".into());
    }
}
