//! Files that leave the program.

use super::failure::path_failure;
use crate::app::Failure;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;

/// Writes `text` to a file that must not be there yet, for its owner alone.
///
/// # Errors
/// Where the file is there, or cannot be made or written.
pub fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.create_new(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

/// Writes `text` to the file `name` in the working directory; the path it has.
///
/// # Errors
/// As [`write_private`], in the application's words.
pub fn export(name: &str, text: &str) -> Result<String, Failure> {
    let path = std::env::current_dir().unwrap_or_default().join(name);
    write_private(&path, text).map_err(|error| path_failure("the file", &path, &error))?;
    Ok(path.display().to_string())
}
