//! Why the store cannot do something.

use std::path::PathBuf;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file or its folder cannot be made or opened.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A later version of the program has written the file.
    #[error("the store has schema {found}, this version knows {known}: a later watchfloor has written it")]
    Newer {
        /// The file's.
        found: i64,
        /// This version's.
        known: i64,
    },
    /// An entry cannot be written as JSON or read from it.
    #[error("journal entry {number}: {source}")]
    Entry {
        /// Which; 0 for one that has no number yet.
        number: i64,
        /// Why.
        source: serde_json::Error,
    },
    /// `SQLite` refused.
    #[error("{0}")]
    Sqlite(#[from] rusqlite::Error),
}
