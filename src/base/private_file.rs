//! Files for their owner alone: what others must neither read nor plant.
//!
//! None is followed through a link. One that is there is read, grown or locked only where this account owns it and no
//! other may touch it; that is asked of the open file, so that what is checked is what is used. A system without owners
//! and modes checks nothing.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Writes `text` to a file that must not be there yet. Where not all of it can be written, nothing stays.
///
/// # Errors
/// Where the file is there, or cannot be made or written.
pub fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut file = open(OpenOptions::new().write(true).create_new(true), path)?;
    file.write_all(text.as_bytes()).inspect_err(|_| drop(fs::remove_file(path)))
}

/// What the file says; nothing where there is none. Zeroed when it is no longer needed.
///
/// # Errors
/// Where it cannot be trusted or read, or has more than `bytes_max`.
pub fn read(path: &Path, bytes_max: u64) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let file = match open(OpenOptions::new().read(true), path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        opened => trusted(opened?)?,
    };
    let length = file.metadata()?.len();
    if length > bytes_max {
        return Err(io::Error::other(format!("it has {length} bytes, more than the {bytes_max} that are read")));
    }
    // Sized first: growing would leave copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(length).unwrap_or_default() + 1));
    file.take(bytes_max).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// Writes `text` beside `path` and puts it in its place in one step: whoever dies meanwhile leaves the old or the new.
///
/// # Errors
/// Where it cannot be written.
pub fn replace(path: &Path, text: &str) -> io::Result<()> {
    let beside = with_suffix(path, "new");
    remove(&beside)?;
    let mut file = open(OpenOptions::new().write(true).create_new(true), &beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path)
}

/// Writes `text` at the end of a file that is there. Where this fails, part of it may be there.
///
/// # Errors
/// Where it is not there, or cannot be trusted or written.
pub fn append(path: &Path, text: &str) -> io::Result<()> {
    trusted(open(OpenOptions::new().append(true), path)?)?.write_all(text.as_bytes())
}

/// Removes the file, if it is there.
///
/// # Errors
/// Where it cannot be removed.
pub fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Makes `folder`, and the folders that it takes, for their owner alone. Those that are there stay as they are.
///
/// # Errors
/// Where that is not possible.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Held while it lives, by the file beside `path` that ends in `.lock`. The system lets go of it when the process dies.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "it holds by being open")] File);

/// Waits until no other process holds the lock of `path`. On systems other than Unix nothing is held.
///
/// # Errors
/// Where the lock's file cannot be made or trusted.
pub fn lock(path: &Path) -> io::Result<Lock> {
    let file = lock_file(path)?;
    #[cfg(unix)]
    rustix::fs::flock(&file, rustix::fs::FlockOperation::LockExclusive)?;
    Ok(Lock(file))
}

/// The lock of `path`; nothing where another process holds it. On systems other than Unix nothing is held.
///
/// # Errors
/// As [`lock`].
pub fn try_lock(path: &Path) -> io::Result<Option<Lock>> {
    let file = lock_file(path)?;
    #[cfg(unix)]
    if let Err(error) = rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive) {
        let error = io::Error::from(error);
        return if error.kind() == ErrorKind::WouldBlock { Ok(None) } else { Err(error) };
    }
    Ok(Some(Lock(file)))
}

fn lock_file(path: &Path) -> io::Result<File> {
    trusted(open(OpenOptions::new().write(true).create(true).truncate(false), &with_suffix(path, "lock"))?)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(suffix);
    path.with_file_name(name)
}

#[cfg(unix)]
fn open(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt as _;

    // Without waiting for whoever should write to it, a pipe is opened, and then refused.
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits();
    options.mode(0o600).custom_flags(flags.cast_signed()).open(path).map_err(|error| match error.raw_os_error() {
        // The one that opening a link with no-follow gives.
        Some(code) if code == rustix::io::Errno::LOOP.raw_os_error() => io::Error::other("it is a link"),
        _ => error,
    })
}

#[cfg(not(unix))]
fn open(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    options.open(path)
}

#[cfg(unix)]
fn trusted(file: File) -> io::Result<File> {
    use std::os::unix::fs::MetadataExt as _;

    let facts = file.metadata()?;
    let me = rustix::process::geteuid().as_raw();
    match refusal(facts.is_file(), (facts.uid(), me), facts.mode()) {
        Some(why) => Err(io::Error::other(why)),
        None => Ok(file),
    }
}

#[cfg(not(unix))]
fn trusted(file: File) -> io::Result<File> {
    Ok(file)
}

/// Why a file is not to be used, by its kind, its owner beside this account, and its mode.
#[cfg(unix)]
const fn refusal(is_file: bool, (owner, me): (u32, u32), mode: u32) -> Option<&'static str> {
    match mode & 0o077 {
        _ if !is_file => Some("it is no plain file"),
        _ if owner != me => Some("another account owns it"),
        0 => None,
        _ => Some("others may read or write it"),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    #[test]
    fn only_ones_own_file_that_nobody_else_may_touch_is_used() {
        for (is_file, owner, mode, why) in [
            (true, 1_000, 0o100_600, None),
            (true, 1_000, 0o100_400, None),
            (true, 0, 0o100_600, Some("another account owns it")),
            (true, 1_001, 0o100_600, Some("another account owns it")),
            (true, 1_000, 0o100_640, Some("others may read or write it")),
            (true, 1_000, 0o100_602, Some("others may read or write it")),
            (false, 1_000, 0o020_600, Some("it is no plain file")),
        ] {
            assert_eq!(refusal(is_file, (owner, 1_000), mode), why, "{owner} {mode:o}");
        }
    }

    #[test]
    fn what_is_written_is_for_its_owner_alone_and_never_through_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kept");
        assert_eq!(read(&path, 9).unwrap(), None);
        assert_eq!(append(&path, "x").unwrap_err().kind(), ErrorKind::NotFound);
        replace(&path, "one").unwrap();
        append(&path, " two").unwrap();
        assert_eq!(**read(&path, 9).unwrap().unwrap(), *b"one two");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(
            read(&path, 6).unwrap_err().to_string(),
            "it has 7 bytes, more than the 6 that are read",
            "none is read in part"
        );
        assert_eq!(write_new(&path, "x").unwrap_err().kind(), ErrorKind::AlreadyExists);

        let link = folder.path().join("link");
        symlink(&path, &link).unwrap();
        symlink(&path, folder.path().join("other.lock")).unwrap();
        for refused in [read(&link, 9).err(), append(&link, "x").err(), lock(&folder.path().join("other")).err()] {
            assert_eq!(refused.unwrap().to_string(), "it is a link");
        }
        replace(&link, "three").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"one two", "a link is replaced, what it names is left alone");

        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        for refused in [read(&path, 9).err(), append(&path, "x").err()] {
            assert_eq!(refused.unwrap().to_string(), "others may read or write it");
        }
        assert_eq!(read(folder.path(), 9).unwrap_err().to_string(), "it is no plain file");
    }

    #[test]
    fn one_holds_a_lock_and_another_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kept");
        let held = lock(&path).unwrap();
        assert!(try_lock(&path).unwrap().is_none());
        drop(held);
        assert!(try_lock(&path).unwrap().is_some());
    }
}
