//! The journal's chain: each entry's hash covers its text and the hash before it, so that changing, removing or moving
//! one breaks every later link.
//!
//! A chain cannot tell that its end was cut off, nor that someone wrote the whole of it anew: note the last hash
//! elsewhere (a ticket, a shift report) to know that too.

use super::{Store, StoreError};
use crate::base::Timestamp;
use crate::triage::journal::{Entry, Record};
use rusqlite::{OptionalExtension as _, TransactionBehavior, params};
use sha2::{Digest as _, Sha256};

/// The hash before the first.
const ORIGIN: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What a check of the whole chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every link holds.
    Whole {
        /// How many entries there are.
        entries: i64,
        /// The last hash.
        head: String,
    },
    /// The first link that does not hold.
    Broken {
        /// The entry's number, or that of the one missing.
        number: i64,
        /// What is wrong with it.
        why: &'static str,
    },
}

impl Store {
    /// Adds an entry; the record it became.
    ///
    /// # Errors
    /// Where `SQLite` fails.
    pub fn append(&mut self, entry: &Entry) -> Result<Record, StoreError> {
        let text = serde_json::to_string(entry).map_err(|source| StoreError::Entry { number: 0, source })?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let last = "SELECT number, hash FROM journal ORDER BY number DESC LIMIT 1";
        let last: Option<(i64, String)> =
            transaction.query_row(last, [], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let (number, before) = last.map_or((1, ORIGIN.to_owned()), |(number, hash)| (number + 1, hash));
        let hash = link(&before, number, &text);
        transaction
            .execute("INSERT INTO journal (number, entry, hash) VALUES (?1, ?2, ?3)", params![number, text, hash])?;
        transaction.commit()?;
        Ok(Record { number, entry: entry.clone(), hash })
    }

    /// The last `most` records, in order.
    ///
    /// # Errors
    /// Where `SQLite` fails or an entry cannot be read.
    pub fn records(&self, most: usize) -> Result<Vec<Record>, StoreError> {
        let sql =
            "SELECT number, entry, hash FROM (SELECT * FROM journal ORDER BY number DESC LIMIT ?1) ORDER BY number";
        self.read(sql, [i64::try_from(most).unwrap_or(i64::MAX)])
    }

    /// Every note, in order.
    ///
    /// # Errors
    /// Where `SQLite` fails or an entry cannot be read.
    pub fn notes(&self) -> Result<Vec<Record>, StoreError> {
        self.read("SELECT number, entry, hash FROM journal WHERE kind = 'note' ORDER BY number", [])
    }

    /// The records from the first that is not older than `since`, in order.
    ///
    /// # Errors
    /// Where `SQLite` fails or an entry cannot be read.
    pub fn records_since(&self, since: Timestamp) -> Result<Vec<Record>, StoreError> {
        // Written with a varying number of digits, instants do not sort as text; whole seconds do.
        let second = since.to_seconds_text();
        let second = second.trim_end_matches('Z');
        let records = self
            .read("SELECT number, entry, hash FROM journal WHERE substr (at, 1, 19) >= ?1 ORDER BY number", [second])?;
        Ok(records.into_iter().filter(|record| record.entry.at >= since).collect())
    }

    fn read(&self, sql: &str, parameters: impl rusqlite::Params) -> Result<Vec<Record>, StoreError> {
        let mut statement = self.connection.prepare(sql)?;
        let rows = statement.query_map(parameters, |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
        })?;
        let mut records = Vec::new();
        for row in rows {
            let (number, text, hash) = row?;
            let entry = serde_json::from_str(&text).map_err(|source| StoreError::Entry { number, source })?;
            records.push(Record { number, entry, hash });
        }
        Ok(records)
    }

    /// Checks every link.
    ///
    /// # Errors
    /// Where `SQLite` fails.
    pub fn verify(&self) -> Result<Verdict, StoreError> {
        let mut statement = self.connection.prepare("SELECT number, entry, hash FROM journal ORDER BY number")?;
        let mut rows = statement.query([])?;
        let (mut entries, mut head) = (0, ORIGIN.to_owned());
        while let Some(row) = rows.next()? {
            let (number, text, hash): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            if number != entries + 1 {
                return Ok(Verdict::Broken { number: entries + 1, why: "is missing" });
            }
            if link(&head, number, &text) != hash {
                return Ok(Verdict::Broken { number, why: "does not follow from what is before it" });
            }
            (entries, head) = (number, hash);
        }
        Ok(Verdict::Whole { entries, head })
    }

    /// Whether an entry has the hash `hash`; the origin's is held by every journal.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn holds(&self, hash: &str) -> Result<bool, StoreError> {
        let hash = hash.trim().to_ascii_lowercase();
        let known =
            self.connection.query_row("SELECT EXISTS (SELECT 1 FROM journal WHERE hash = ?1)", [&hash], |row| {
                row.get::<_, bool>(0)
            })?;
        Ok(known || hash == ORIGIN)
    }
}

/// The hash of the entry `text` at `number` after `before`.
fn link(before: &str, number: i64, text: &str) -> String {
    let digest = Sha256::digest(format!("{before}\n{number}\n{text}"));
    let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 0xF]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}
