//! What the records of a list have in common, kept once.

use super::alert::AlertStanding;
use super::incident::IncidentStanding;
use super::node::Node;
use super::packed::{Kept, Packer};
use super::shelf::Shelves;
use crate::base::Untrusted;
use std::cell::RefCell;
use std::collections::HashSet;
use std::hash::Hash;
use std::sync::Arc;

/// Texts of the records read so far, and where they stand: of ten thousand alerts most speak of the same products, titles
/// and people. It lives as long as the list is read; what it gave away outlives it.
#[derive(Debug, Default)]
pub struct Pool {
    texts: RefCell<Shared<str>>,
    alerts: RefCell<Shared<AlertStanding>>,
    incidents: RefCell<Shared<IncidentStanding>>,
    packer: Option<RefCell<Packer>>,
}

impl Pool {
    /// One that packs what is seldom looked at, and puts it on `shelf` where there is one. Without packing, that stays as
    /// it was read.
    pub fn packing(shelf: Shelves) -> Self {
        Self { packer: Some(RefCell::new(Packer::with(shelf))), ..Self::default() }
    }

    /// `text`, shared with the records that say the same.
    pub fn text(&self, text: &str) -> Untrusted {
        Untrusted::new(self.plain(text))
    }

    /// The same for what is no tenant's text.
    pub fn plain(&self, text: &str) -> Arc<str> {
        self.texts.borrow_mut().of(text)
    }

    /// Where an alert stands, shared with those that stand alike.
    pub fn alert(&self, standing: AlertStanding) -> Arc<AlertStanding> {
        self.alerts.borrow_mut().of(standing)
    }

    /// Where an incident stands, shared with those that stand alike.
    pub fn incident(&self, standing: IncidentStanding) -> Arc<IncidentStanding> {
        self.incidents.borrow_mut().of(standing)
    }

    /// Keeps the properties of a record, packed where it packs.
    pub fn keep(&self, properties: &Node<'_>) -> Kept {
        self.packer.as_ref().map(|packer| packer.borrow_mut().keep(properties)).unwrap_or_default()
    }

    /// Whether all that it keeps is packed.
    pub fn is_packed(&self) -> bool {
        self.packer.as_ref().is_none_or(|packer| packer.borrow().is_empty())
    }

    /// The end of a page: packs what is still open.
    pub fn finish(&self) {
        if let Some(packer) = &self.packer {
            packer.borrow_mut().finish();
        }
    }
}

/// Values that many records share, each kept once as long as a record holds it.
#[derive(Debug)]
pub struct Shared<T: ?Sized>(HashSet<Arc<T>>);

impl<T: ?Sized> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: ?Sized> Default for Shared<T> {
    fn default() -> Self {
        Self(HashSet::new())
    }
}

impl<T: ?Sized + Eq + Hash> Shared<T> {
    /// `value`, the same as before where it was had before.
    pub fn of<V: Into<Arc<T>> + std::borrow::Borrow<T>>(&mut self, value: V) -> Arc<T> {
        if let Some(known) = self.0.get(value.borrow()) {
            return Arc::clone(known);
        }
        let new: Arc<T> = value.into();
        self.0.insert(Arc::clone(&new));
        new
    }

    /// Forgets what nobody holds any more.
    pub fn sweep(&mut self) {
        self.0.retain(|known| Arc::strong_count(known) > 1);
    }
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

    #[test]
    fn what_nobody_holds_is_forgotten() {
        let mut shared: Shared<str> = Shared::default();
        let a = shared.of("a");
        shared.of("b");
        shared.sweep();
        assert_eq!(shared.0.len(), 1);
        assert!(Arc::ptr_eq(&a, &shared.of("a")));
    }
}
