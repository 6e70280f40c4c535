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
