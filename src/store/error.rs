//! Why the store cannot do something.

use std::path::PathBuf;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file or its folder cannot be made or opened.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is something else. It was left as it is.
    #[error("{} is no store of watchfloor's", .0.display())]
    NoStore(PathBuf),
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

impl StoreError {
    /// Whether there is no room left for it.
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Sqlite(rusqlite::Error::SqliteFailure(failure, _)) if failure.code == rusqlite::ErrorCode::DiskFull)
    }
}
