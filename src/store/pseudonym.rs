//! Who is called what in the pseudonym mode: a secret key, and the spellings that belong to each code.
//!
//! Aliases must be the same in every session, so who has which is kept, as names are in the journal beside it.

use super::{Store, StoreError};
use crate::triage::pseudonym::{Book, Spelled};
use rusqlite::params;

impl Store {
    /// The book of this store for the analyst `me`; its key is made by chance the first time.
    ///
    /// # Errors
    /// Where `SQLite` fails.
    pub fn pseudonyms(&self, me: Option<&str>) -> Result<Book, StoreError> {
        // SQLite's own generator is seeded by the system.
        let sql = "INSERT OR IGNORE INTO pseudonym_key (only, key) VALUES (1, randomblob (32))";
        self.connection.execute(sql, [])?;
        let key: Vec<u8> = self.connection.query_row("SELECT key FROM pseudonym_key", [], |row| row.get(0))?;
        let mut statement = self.connection.prepare("SELECT code, text FROM pseudonym ORDER BY number")?;
        let rows = statement.query_map([], |row| Ok(Spelled { code: row.get(0)?, text: row.get(1)? }))?;
        let kept: Vec<Spelled> = rows.collect::<Result<_, _>>()?;
        Ok(Book::new(key, me, kept))
    }

    /// Keeps what became known of people.
    ///
    /// # Errors
    /// Where `SQLite` fails.
    pub fn keep_pseudonyms(&mut self, spelled: &[Spelled]) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        let mut insert = transaction.prepare("INSERT OR IGNORE INTO pseudonym (code, text) VALUES (?1, ?2)")?;
        for Spelled { code, text } in spelled {
            insert.execute(params![code, text])?;
        }
        drop(insert);
        Ok(transaction.commit()?)
    }
}
