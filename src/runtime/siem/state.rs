//! The checkpoint in its file: for its owner alone, replaced whole, and held by one process at a time.

use crate::export::Checkpoint;
use crate::runtime::export::write_private;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

/// The most bytes read: some hundred thousand records that changed within the overlap.
const BYTES_MAX: u64 = 64 * 1024 * 1024;

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
    /// What the file says; nothing where there is none.
    written: Option<String>,
    /// Held while the process lives.
    _lock: File,
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
        let lock = lock(path)?;
        let (checkpoint, written) = match File::open(path) {
            Ok(file) => {
                let mut text = String::new();
                file.take(BYTES_MAX).read_to_string(&mut text).map_err(|error| error.to_string())?;
                (Checkpoint::read(&text, of).map_err(|error| error.to_string())?, Some(text))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => (Checkpoint::new(of), None),
            Err(error) => return Err(error.to_string()),
        };
        Ok(Self { checkpoint, file: Some(Kept { path: path.to_owned(), written, _lock: lock }) })
    }

    /// Keeps it, where it says something new.
    ///
    /// # Errors
    /// Why it cannot.
    pub fn save(&mut self) -> Result<(), String> {
        let Some(Kept { path, written, .. }) = &mut self.file else { return Ok(()) };
        let text = self.checkpoint.text();
        if written.as_ref() == Some(&text) {
            return Ok(());
        }
        let beside = with_suffix(path, "new");
        let write = || -> io::Result<()> {
            match fs::remove_file(&beside) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            write_private(&beside, &text)?;
            fs::rename(&beside, &*path)
        };
        write().map_err(|error| format!("{}: {error}", path.display()))?;
        *written = Some(text);
        Ok(())
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(suffix);
    path.with_file_name(name)
}

/// Makes sure that no other process exports from `path` until the answer is dropped.
fn lock(path: &Path) -> Result<File, String> {
    let beside = with_suffix(path, "lock");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&beside).map_err(|error| format!("{}: {error}", beside.display()))?;
    held(&file).map_err(|error| match error.kind() {
        ErrorKind::WouldBlock => "another watchfloor export is using it".to_owned(),
        _ => format!("{}: {error}", beside.display()),
    })?;
    Ok(file)
}

/// Holds `file` until it is closed.
#[cfg(unix)]
fn held(file: &File) -> io::Result<()> {
    Ok(rustix::fs::flock(file, rustix::fs::FlockOperation::NonBlockingLockExclusive)?)
}

/// On other systems the file is not held: start one export at a time.
#[cfg(not(unix))]
fn held(_file: &File) -> io::Result<()> {
    Ok(())
}
