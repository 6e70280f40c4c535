//! A place outside memory for what is packed and seldom looked at.

use std::fmt;
use std::sync::Arc;

/// Takes blocks of bytes out of memory.
pub trait Shelf: fmt::Debug + Send + Sync {
    /// Puts `bytes` away; `None` where it cannot, and then they stay in memory.
    fn put(&self, bytes: &[u8]) -> Option<Box<dyn Shelved>>;
}

/// A block on a shelf. Its place is free for others when this is dropped.
pub trait Shelved: fmt::Debug + Send + Sync {
    /// The bytes.
    ///
    /// # Errors
    /// Why they cannot be read any more, for a person.
    fn bytes(&self) -> Result<Vec<u8>, String>;
}

/// A shelf, where there is one.
pub type Shelves = Option<Arc<dyn Shelf>>;

/// A shelf for tests, in memory.
#[cfg(test)]
#[derive(Debug)]
pub struct TestShelf {
    /// It takes one block of so many.
    pub every: usize,
    /// Whether it gives no block again.
    pub is_lost: bool,
    /// How many it was offered.
    pub offered: std::sync::atomic::AtomicUsize,
}

#[cfg(test)]
impl TestShelf {
    /// One that has been offered nothing.
    pub fn taking(every: usize, is_lost: bool) -> Arc<dyn Shelf> {
        Arc::new(Self { every, is_lost, offered: 0.into() })
    }
}

#[cfg(test)]
impl Shelf for TestShelf {
    fn put(&self, bytes: &[u8]) -> Option<Box<dyn Shelved>> {
        let kept = (!self.is_lost).then(|| bytes.to_vec());
        let offered = self.offered.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        offered.is_multiple_of(self.every).then(|| Box::new(TestShelved(kept)) as _)
    }
}

/// A block on it.
#[cfg(test)]
#[derive(Debug)]
struct TestShelved(Option<Vec<u8>>);

#[cfg(test)]
impl Shelved for TestShelved {
    fn bytes(&self) -> Result<Vec<u8>, String> {
        self.0.clone().ok_or_else(|| "the disk is gone".to_owned())
    }
}
