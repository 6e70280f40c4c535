//! What survives a restart: one `SQLite` file a profile, readable by its owner alone.
//!
//! It holds drafts (text being written, saved as it is typed), the journal (see [`journal`]), the history of queries,
//! the first rows of the queues as they were seen last, and who is called what in the pseudonym mode. Every call blocks;
//! the runtime makes them on a thread of their own, in order. Several programs may have the same file open: writes wait
//! for each other.

mod error;
pub mod journal;
mod pseudonym;
mod schema;
mod shelf;
#[cfg(test)]
mod tests;

pub use error::StoreError;
pub use shelf::DiskShelf;

use crate::base::{Timestamp, private_file};
use rusqlite::{Connection, OptionalExtension as _, params};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a write waits for that of another program.
const BUSY: Duration = Duration::from_secs(3);

/// The most of the file that is held in memory, in KiB: what is asked for is small and asked for once.
const CACHE_KIB: i64 = 64;

/// The most queries kept; the oldest make room.
const QUERIES_MAX: i64 = 1_000;

/// Where a store is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// In memory: gone with the program.
    #[default]
    Memory,
    /// In this file.
    File(PathBuf),
}

/// An open store.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
}

impl Store {
    /// Opens the store at `place`, made or brought up to date where needed.
    ///
    /// # Errors
    /// Where the file cannot be made or opened, is no store, or is one of a later version.
    pub fn open(place: &Place) -> Result<Self, StoreError> {
        let connection = match place {
            Place::Memory => Connection::open_in_memory()?,
            Place::File(path) => {
                make_private(path)?;
                let connection = Connection::open(path)?;
                if schema::is_foreign(&connection)? {
                    return Err(StoreError::NoStore(path.clone()));
                }
                connection
            }
        };
        connection.busy_timeout(BUSY)?;
        // The journal of a database in memory cannot be WAL; what it answers does not matter.
        connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        // What is forgotten is overwritten.
        connection
            .execute_batch("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;")?;
        connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
        let mut store = Self { connection };
        schema::migrate(&mut store.connection)?;
        Ok(store)
    }

    /// Every draft by its key.
    ///
    /// # Errors
    /// Where `SQLite` fails.
    pub fn drafts(&self) -> Result<Vec<(String, String)>, StoreError> {
        let mut statement = self.connection.prepare("SELECT key, text FROM draft ORDER BY key")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Keeps `text` as the draft `key`; an empty text forgets it.
    ///
    /// # Errors
    /// Where `SQLite` fails.
    pub fn save_draft(&self, key: &str, text: &str) -> Result<(), StoreError> {
        if text.is_empty() {
            self.connection.prepare("DELETE FROM draft WHERE key = ?1")?.execute([key])?;
        } else {
            let sql = "INSERT INTO draft (key, text) VALUES (?1, ?2) \
                       ON CONFLICT (key) DO UPDATE SET text = excluded.text";
            self.connection.prepare(sql)?.execute([key, text])?;
        }
        Ok(())
    }

    /// Puts a query into the history, or to its end where it is there.
    ///
    /// # Errors
    /// Where `SQLite` fails.
    pub fn remember_query(&mut self, text: &str, at: Timestamp) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        transaction.execute("DELETE FROM query WHERE text = ?1", [text])?;
        transaction.execute("INSERT INTO query (text, at) VALUES (?1, ?2)", params![text, at.to_string()])?;
        let sql = "DELETE FROM query WHERE number <= (SELECT max(number) FROM query) - ?1";
        transaction.execute(sql, [QUERIES_MAX])?;
        Ok(transaction.commit()?)
    }

    /// The last `most` queries, latest first.
    ///
    /// # Errors
    /// Where `SQLite` fails.
    pub fn queries(&self, most: usize) -> Result<Vec<String>, StoreError> {
        let mut statement = self.connection.prepare("SELECT text FROM query ORDER BY number DESC LIMIT ?1")?;
        let rows = statement.query_map([most as i64], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Keeps `records`, the first of the queues as `owner` saw them, each with its kind, in place of what was kept before.
    /// They are asked for one by one.
    ///
    /// # Errors
    /// Where `SQLite` fails; then what was kept before stays.
    pub fn keep_queues(
        &mut self,
        owner: &str,
        records: impl IntoIterator<Item = (&'static str, String)>,
    ) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        transaction.execute("DELETE FROM queue_record", [])?;
        let mut keep = transaction.prepare("INSERT INTO queue_record (owner, kind, body) VALUES (?1, ?2, ?3)")?;
        for (kind, body) in records {
            keep.execute([owner, kind, &body])?;
        }
        drop(keep);
        Ok(transaction.commit()?)
    }

    /// Shows `look` the kind and the body of each record of the queues that `owner` saw last, in the order they were kept.
    ///
    /// # Errors
    /// Where `SQLite` fails.
    pub fn queues(&self, owner: &str, mut look: impl FnMut(&str, &str)) -> Result<(), StoreError> {
        let mut statement =
            self.connection.prepare("SELECT kind, body FROM queue_record WHERE owner = ?1 ORDER BY number")?;
        let mut rows = statement.query([owner])?;
        while let Some(row) = rows.next()? {
            let text = |column| row.get_ref(column)?.as_str().map_err(rusqlite::Error::from);
            look(text(0)?, text(1)?);
        }
        Ok(())
    }

    /// A value kept beside the tables, e.g. the schema's version.
    fn pragma(connection: &Connection, name: &str) -> Result<i64, StoreError> {
        let value = connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0)).optional()?;
        Ok(value.unwrap_or_default())
    }
}

/// Makes the file for its owner alone, folders included, or takes others' rights away where a database or nothing is in
/// it: whatever else somebody named is left as it is. `SQLite` gives the files it lays beside it the same rights.
fn make_private(path: &Path) -> Result<(), StoreError> {
    let failed = |source| StoreError::File { path: path.to_owned(), source };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists()) {
        private_file::make_folder(folder).map_err(failed)?;
    }
    if path.exists() && !is_database(path).map_err(failed)? {
        return Err(StoreError::NoStore(path.to_owned()));
    }
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(failed)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600)).map_err(failed)?;
    drop(file);
    Ok(())
}

/// Whether `SQLite` would open the file: a plain one that is empty or begins as its files do.
fn is_database(path: &Path) -> std::io::Result<bool> {
    const MAGIC: &[u8] = b"SQLite format 3\0";
    if !path.is_file() {
        return Ok(false);
    }
    let mut start = Vec::with_capacity(MAGIC.len());
    std::fs::File::open(path)?.take(MAGIC.len() as u64).read_to_end(&mut start)?;
    Ok(start.is_empty() || start == MAGIC)
}
