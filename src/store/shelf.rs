//! What is packed of the queues, outside memory: in a file without a name, gone with the process.

use crate::model::{Shelf, Shelved};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Blocks begin at multiples of so many bytes, so that the place of one that is gone serves another.
const UNIT: u64 = 4_096;

/// The file, and what of it is free.
#[derive(Debug)]
struct Disk {
    file: File,
    room: Room,
}

impl Disk {
    fn put(&mut self, bytes: &[u8]) -> io::Result<Range> {
        let range = self.room.take(bytes.len() as u64);
        let written = self.file.seek(SeekFrom::Start(range.start)).and_then(|_| self.file.write_all(bytes));
        if let Err(error) = written {
            self.room.give(range);
            return Err(error);
        }
        Ok(range)
    }

    fn read(&mut self, start: u64, bytes: &mut [u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(start))?;
        self.file.read_exact(bytes)
    }
}

/// Where a block is, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range {
    start: u64,
    /// A multiple of [`UNIT`].
    length: u64,
}

/// What of the file is free.
#[derive(Debug, Default)]
struct Room {
    /// Lengths by starts; no two touch, none reaches the end.
    free: BTreeMap<u64, u64>,
    end: u64,
}

impl Room {
    /// The first place for so many bytes.
    fn take(&mut self, bytes: u64) -> Range {
        // A block of nothing has a place of its own too.
        let length = bytes.max(1).next_multiple_of(UNIT);
        let found = self.free.iter().find(|(_, free)| **free >= length).map(|(start, free)| (*start, *free));
        let Some((start, free)) = found else {
            let start = self.end;
            self.end += length;
            return Range { start, length };
        };
        self.free.remove(&start);
        if free > length {
            self.free.insert(start + length, free - length);
        }
        Range { start, length }
    }

    fn give(&mut self, Range { mut start, mut length }: Range) {
        if let Some((before, free)) = self.free.range(..start).next_back().map(|(before, free)| (*before, *free))
            && before + free == start
        {
            self.free.remove(&before);
            start = before;
            length += free;
        }
        if let Some(free) = self.free.remove(&(start + length)) {
            length += free;
        }
        if start + length == self.end {
            self.end = start;
        } else {
            self.free.insert(start, length);
        }
    }
}

/// A shelf on disk. Only this process has the file, and what is in it is lost with the process.
#[derive(Clone, Debug)]
pub struct DiskShelf(Arc<Mutex<Disk>>);

impl DiskShelf {
    /// One in `folder`.
    ///
    /// # Errors
    /// Where no file can be made there.
    pub fn in_folder(folder: &Path) -> io::Result<Self> {
        let disk = Disk { file: tempfile::tempfile_in(folder)?, room: Room::default() };
        Ok(Self(Arc::new(Mutex::new(disk))))
    }

    fn with<R>(&self, act: impl FnOnce(&mut Disk) -> R) -> R {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Shelf for DiskShelf {
    fn put(&self, bytes: &[u8]) -> Option<Box<dyn Shelved>> {
        // A full disk is no misfortune: memory holds them as it did before there was a shelf.
        let range = self.with(|disk| disk.put(bytes)).ok()?;
        Some(Box::new(OnDisk { shelf: self.clone(), range, bytes: bytes.len() }))
    }
}

/// A block on it.
#[derive(Debug)]
struct OnDisk {
    shelf: DiskShelf,
    range: Range,
    bytes: usize,
}

impl Shelved for OnDisk {
    fn bytes(&self) -> Result<Vec<u8>, String> {
        let mut bytes = vec![0; self.bytes];
        let read = self.shelf.with(|disk| disk.read(self.range.start, &mut bytes));
        read.map(|()| bytes).map_err(|error| error.to_string())
    }
}

impl Drop for OnDisk {
    fn drop(&mut self) {
        self.shelf.with(|disk| disk.room.give(self.range));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_put_away_comes_back_and_places_serve_again(
            acts in prop::collection::vec((0_usize..6, 0_usize..20_000), 1..60)
        ) {
            let folder = tempfile::tempdir().unwrap();
            let shelf = DiskShelf::in_folder(folder.path()).unwrap();
            prop_assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "no file has a name");
            let mut kept = [const { None::<(Box<dyn Shelved>, Vec<u8>)> }; 6];
            for (turn, (slot, length)) in acts.into_iter().enumerate() {
                let bytes: Vec<u8> = (0..length).map(|at| (at * 7 + turn) as u8).collect();
                kept[slot] = None;
                kept[slot] = Some((shelf.put(&bytes).unwrap(), bytes));
                for (block, bytes) in kept.iter().flatten() {
                    prop_assert_eq!(&block.bytes().unwrap(), bytes);
                }
                let end = shelf.with(|disk| disk.room.end);
                prop_assert!(end <= 12 * 20_480, "six blocks of five units, and gaps between them, but {}", end);
            }
            drop(kept);
            shelf.with(|disk| assert!(disk.room.end == 0 && disk.room.free.is_empty(), "{:?}", disk.room));
        }
    }

    #[test]
    fn a_block_of_nothing_leaves_the_others_alone() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = DiskShelf::in_folder(folder.path()).unwrap();
        let [gone, kept, empty] = [&b"a"[..], b"b", b""].map(|bytes| shelf.put(bytes).unwrap());
        drop(gone);
        let again = shelf.put(b"").unwrap();
        assert_eq!([&kept, &empty, &again].map(|block| block.bytes().unwrap()), [&b"b"[..], b"", b""]);
        drop([kept, empty, again]);
        shelf.with(|disk| assert!(disk.room.end == 0 && disk.room.free.is_empty(), "{:?}", disk.room));
    }

    #[test]
    fn a_folder_that_is_not_there_has_no_shelf() {
        let folder = tempfile::tempdir().unwrap();
        assert!(DiskShelf::in_folder(&folder.path().join("gone")).is_err());
    }
}
