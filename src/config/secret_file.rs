//! A secret in a file of its own.

use super::ConfigError;
use crate::base::Secret;
use std::fs;
use std::io::Read;
use std::path::Path;
use zeroize::Zeroizing;

/// The most bytes of a secret that are read. A token has some 4 kB, a certificate with its chain and key some 10.
const BYTES_MAX: u64 = 64 * 1_024;

/// Reads the secret at `path`, white space around it left out.
///
/// # Errors
/// Where it cannot be read, is empty, or (on Unix) can be read by its group or by others.
pub fn read(path: &Path) -> Result<Secret, ConfigError> {
    let unreadable = |source| ConfigError::Unreadable { path: path.to_owned(), source };
    // The bits are asked of the open file: what is checked is what is read.
    let file = fs::File::open(path).map_err(unreadable)?;
    if is_loose(&file.metadata().map_err(unreadable)?) {
        return Err(ConfigError::LooseSecret { path: path.to_owned() });
    }
    read_all(file, path)
}

/// Reads the secret that comes on standard input.
///
/// # Errors
/// Where it cannot be read or is empty.
pub fn read_standard_input() -> Result<Secret, ConfigError> {
    read_all(std::io::stdin(), Path::new("standard input"))
}

fn read_all(source: impl Read, path: &Path) -> Result<Secret, ConfigError> {
    let mut text = Zeroizing::new(String::new());
    let read = source.take(BYTES_MAX).read_to_string(&mut text);
    read.map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
    match text.trim() {
        "" => Err(ConfigError::EmptySecret { path: path.to_owned() }),
        secret => Ok(Secret::new(secret)),
    }
}

#[cfg(unix)]
fn is_loose(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn is_loose(_metadata: &fs::Metadata) -> bool {
    false
}
