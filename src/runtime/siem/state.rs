//! The checkpoint in its file, which one process holds at a time. It grows by what was sent, and is replaced whole when
//! that outweighs what it says.

use crate::base::private_file::{self, Lock};
use crate::export::checkpoint::Step;
use crate::export::{Checkpoint, Kind, Record};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The most bytes read: some hundred thousand records of one run that was cut off.
const BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Up to how many bytes the file may grow before it is replaced, however little it says.
const GROWTH_BYTES: usize = 64 * 1024;

/// How far an export has come, and where that is kept.
#[derive(Debug)]
pub struct State {
    /// How far.
    pub checkpoint: Checkpoint,
    file: Option<Kept>,
}

#[derive(Debug)]
struct Kept {
    path: PathBuf,
    /// Bytes that say all, and bytes of steps after them; nothing where there is no file to go on with.
    length: Option<(usize, usize)>,
    /// Held while the process lives.
    _lock: Lock,
}

impl State {
    /// One that ends with the process.
    pub fn unkept(checkpoint: Checkpoint) -> Self {
        Self { checkpoint, file: None }
    }

    /// What the file at `path` says of the export `of`; its beginning where there is none.
    ///
    /// # Errors
    /// Why it is of no use.
    pub fn open(path: &Path, of: &str) -> Result<Self, String> {
        let lock = private_file::try_lock(path).map_err(|error| format!("its lock: {error}"))?;
        let lock = lock.ok_or("another watchfloor export is using it")?;
        let read = private_file::read(path, BYTES_MAX).map_err(|error| error.to_string())?;
        let checkpoint = match &read {
            Some(bytes) => Checkpoint::read(bytes, of).map_err(|error| error.to_string())?,
            None => Checkpoint::new(of),
        };
        let whole = read.filter(|bytes| bytes.ends_with(b"\n"));
        let length = whole.map(|bytes| {
            let first = bytes.iter().take_while(|byte| **byte != b'\n').count() + 1;
            (first, bytes.len() - first)
        });
        Ok(Self { checkpoint, file: Some(Kept { path: path.to_owned(), length, _lock: lock }) })
    }

    /// Keeps that `records` were taken.
    ///
    /// # Errors
    /// Why it cannot.
    pub fn sent<'a>(&mut self, kind: Kind, records: impl IntoIterator<Item = &'a Record>) -> Result<(), String> {
        self.note(&Step::sent(kind, records))
    }

    /// Keeps that every change of `kind` listed so far was taken.
    ///
    /// # Errors
    /// Why it cannot.
    pub fn settled(&mut self, kind: Kind) -> Result<(), String> {
        self.note(&Step::Settled(kind))
    }

    fn note(&mut self, step: &Step) -> Result<(), String> {
        let is_new = self.checkpoint.apply(step);
        match &mut self.file {
            Some(file) if is_new => {
                let kept = if file.grows_by(step) { file.append(step) } else { file.replace(&self.checkpoint) };
                kept.map_err(|error| format!("{}: {error}", file.path.display()))
            }
            Some(_) | None => Ok(()),
        }
    }
}

impl Kept {
    /// Whether `step` is written after what is there. What was sent is forgotten only as it settles: before, there is
    /// nothing to be saved by writing all of it again.
    fn grows_by(&self, step: &Step) -> bool {
        self.length.is_some_and(|(whole, steps)| matches!(step, Step::Sent(..)) || steps <= whole.max(GROWTH_BYTES))
    }

    fn append(&mut self, step: &Step) -> std::io::Result<()> {
        // Where it fails halfway, or somebody removed the file, all is written the next time.
        let Some((whole, steps)) = self.length.take() else { return Err(ErrorKind::NotFound.into()) };
        let line = step.line();
        private_file::append(&self.path, &line)?;
        self.length = Some((whole, steps + line.len()));
        Ok(())
    }

    fn replace(&mut self, checkpoint: &Checkpoint) -> std::io::Result<()> {
        let line = checkpoint.line();
        self.length = None;
        private_file::replace(&self.path, &line)?;
        self.length = Some((line.len(), 0));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::fs::{self, OpenOptions};
    use std::io::Write as _;

    fn records(ids: std::ops::Range<usize>) -> Vec<Record> {
        let record = |id: usize| {
            let at = format!("2026-11-{:02}T10:00:{:02}Z", 1 + id / 50 % 28, id % 50);
            Record::read(Kind::Alert, json!({"id": format!("alert-{id}"), "lastUpdateDateTime": at})).unwrap()
        };
        ids.map(record).collect()
    }

    #[test]
    fn it_grows_by_what_was_sent_and_shrinks_when_that_settles() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("checkpoint");
        let mut state = State::open(&path, "x").unwrap();
        state.settled(Kind::Alert).unwrap();
        assert!(!path.exists(), "nothing was sent");
        let mut before = 0;
        for page in 0..40 {
            state.sent(Kind::Alert, &records(page * 50..page * 50 + 50)).unwrap();
            let bytes = fs::read(&path).unwrap();
            assert!(bytes.len() - before < 50 * 50, "page {page}: {} bytes more", bytes.len() - before);
            assert_eq!(Checkpoint::read(&bytes, "x"), Ok(state.checkpoint.clone()));
            before = bytes.len();
        }
        assert!(before > GROWTH_BYTES);
        state.settled(Kind::Alert).unwrap();
        let bytes = fs::read(&path).unwrap();
        assert!(bytes.len() < 9_000, "{}", bytes.len());
        assert_eq!(Checkpoint::read(&bytes, "x"), Ok(state.checkpoint));
    }

    #[test]
    fn what_a_dying_process_left_half_written_is_sent_again_and_spoils_nothing_that_follows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("checkpoint");
        let all = records(0..6);
        let mut state = State::open(&path, "x").unwrap();
        state.sent(Kind::Alert, &all[..2]).unwrap();
        state.sent(Kind::Alert, &all[2..4]).unwrap();
        drop(state);
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() - 7]).unwrap();

        let mut state = State::open(&path, "x").unwrap();
        assert_eq!([1, 2, 4].map(|id| state.checkpoint.is_due(&all[id])), [false, true, true]);
        state.sent(Kind::Alert, &all[4..5]).unwrap();
        fs::remove_file(&path).unwrap();
        state.sent(Kind::Alert, &all[5..]).unwrap_err();
        state.sent(Kind::Alert, &all[5..]).unwrap();
        drop(state);
        let state = State::open(&path, "x").unwrap();
        assert_eq!([0, 2, 4, 5].map(|id| state.checkpoint.is_due(&all[id])), [false, true, false, false]);

        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"nonsense\n").unwrap();
        drop(state);
        assert!(State::open(&path, "x").unwrap_err().starts_with("it is no checkpoint: "));
    }
}
