//! The tables, and how a file of an earlier version gets them.

use super::{Store, StoreError};
use rusqlite::{Connection, TransactionBehavior};

/// What brings a store from each version to the next; `user_version` counts those done. Only ever appended to.
///
/// The journal's other columns are read out of its entry, so that they cannot say anything else.
const MIGRATIONS: &[&str] = &[
    "
    CREATE TABLE draft (
        key TEXT PRIMARY KEY,
        text TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE query (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        text TEXT NOT NULL UNIQUE,
        at TEXT NOT NULL
    );
    CREATE TABLE journal (
        number INTEGER PRIMARY KEY,
        entry TEXT NOT NULL,
        hash TEXT NOT NULL,
        at TEXT GENERATED ALWAYS AS (entry ->> 'at') VIRTUAL,
        kind TEXT GENERATED ALWAYS AS (entry ->> 'kind') VIRTUAL,
        subject TEXT GENERATED ALWAYS AS (entry ->> 'subject') VIRTUAL
    );
    CREATE TRIGGER journal_is_not_changed BEFORE UPDATE ON journal
        BEGIN SELECT RAISE (ABORT, 'the journal is only ever added to'); END;
    CREATE TRIGGER journal_is_not_shortened BEFORE DELETE ON journal
        BEGIN SELECT RAISE (ABORT, 'the journal is only ever added to'); END;
",
    "
    CREATE TABLE queues (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        owner TEXT NOT NULL,
        body TEXT NOT NULL
    );
",
    "
    CREATE TABLE pseudonym_key (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        key BLOB NOT NULL
    );
    CREATE TABLE pseudonym (
        number INTEGER PRIMARY KEY,
        code TEXT NOT NULL,
        text TEXT NOT NULL,
        UNIQUE (code, text)
    );
",
    "
    DROP TABLE queues;
    CREATE TABLE queue_record (
        number INTEGER PRIMARY KEY,
        owner TEXT NOT NULL,
        kind TEXT NOT NULL,
        body TEXT NOT NULL
    );
",
];

/// Whether another program keeps its tables in the database.
pub fn is_foreign(connection: &Connection) -> Result<bool, StoreError> {
    if Store::pragma(connection, "user_version")? > 0 {
        let journals = "SELECT count(*) FROM sqlite_schema WHERE name = 'journal'";
        return Ok(connection.query_row(journals, [], |row| row.get::<_, i64>(0))? == 0);
    }
    Ok(connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))? > 0)
}

/// Brings the store up to date; all or nothing.
pub fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let known = MIGRATIONS.len() as i64;
    if Store::pragma(connection, "user_version")? == known {
        return Ok(());
    }
    // Asked again under the lock: another program may have done it meanwhile.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = Store::pragma(&transaction, "user_version")?;
    let missing = usize::try_from(found).ok().and_then(|done| MIGRATIONS.get(done..));
    for migration in missing.ok_or(StoreError::Newer { found, known })? {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", known)?;
    Ok(transaction.commit()?)
}
