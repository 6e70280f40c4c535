//! Refresh tokens kept between runs, in a file that only its owner may read. Used where a profile asks for it.
//!
//! A line a sign-in: where it is for, a tab, the refresh token. The file is never followed through a link, is refused
//! where others may read it or another owns it, is locked while it changes, and is replaced whole.

use super::{AuthConfig, SignInError, token_endpoint};
use crate::base::Secret;
use crate::graph::http;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The most bytes read; a refresh token is some 2 kB.
const BYTES_MAX: u64 = 256 * 1024;

/// The file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenCache {
    path: PathBuf,
}

impl TokenCache {
    /// The cache at `path`, whether or not it exists.
    pub fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// The refresh token kept for `place`.
    ///
    /// # Errors
    /// [`SignInError::Cache`] where the file is there and cannot be trusted or read.
    pub async fn load(&self, place: String) -> Result<Option<Secret>, SignInError> {
        self.blocking(move |path| {
            let entries = file::read(path)?;
            Ok(entries.into_iter().find(|(name, _)| *name == place).map(|(_, token)| token))
        })
        .await
    }

    /// Keeps `token` for `place`, or nothing any more. Without any sign-in left the file goes.
    ///
    /// # Errors
    /// [`SignInError::Cache`] where the file cannot be trusted or written.
    pub async fn store(&self, place: String, token: Option<Secret>) -> Result<(), SignInError> {
        self.blocking(move |path| {
            let _lock = file::lock(path)?;
            let mut entries = file::read(path)?;
            entries.retain(|(name, _)| *name != place);
            entries.extend(token.map(|token| (place, token)));
            if entries.is_empty() { file::remove(path) } else { file::replace(path, &text(&entries)) }
        })
        .await
    }

    /// Forgets the sign-in that `config` describes, and tells whether there was one.
    ///
    /// # Errors
    /// As for [`TokenCache::store`].
    pub async fn forget(&self, config: &AuthConfig) -> Result<bool, SignInError> {
        let Some(base) = http::join(&config.authority, &[&config.tenant, "oauth2", "v2.0"]) else { return Ok(false) };
        let place = token_endpoint::place(&base, &config.client_id);
        let was = self.load(place.clone()).await?.is_some();
        if was {
            self.store(place, None).await?;
        }
        Ok(was)
    }

    /// Removes the whole file, trusted or not, and tells whether there was one.
    ///
    /// # Errors
    /// [`SignInError::Cache`] where it cannot be removed.
    pub async fn clear(&self) -> Result<bool, SignInError> {
        self.blocking(|path| {
            let was = path.symlink_metadata().is_ok();
            file::remove(path).map(|()| was)
        })
        .await
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Path) -> Result<T, String> + Send + 'static,
    ) -> Result<T, SignInError> {
        let path = self.path.clone();
        let shown = path.display().to_string();
        let done = tokio::task::spawn_blocking(move || work(&path)).await;
        let done = done.unwrap_or_else(|_| Err("it was given up".to_owned()));
        done.map_err(|problem| SignInError::Cache { problem: format!("token cache {shown}: {problem}") })
    }
}

/// The file's text, zeroed when it is no longer needed.
fn text(entries: &[(String, Secret)]) -> Zeroizing<String> {
    // Sized first: growing would leave copies behind.
    let length = entries.iter().map(|(place, token)| place.len() + token.reveal().len() + 2).sum();
    let mut text = Zeroizing::new(String::with_capacity(length));
    for (place, token) in entries {
        text.push_str(place);
        text.push('\t');
        text.push_str(token.reveal());
        text.push('\n');
    }
    text
}

#[cfg(unix)]
mod file {
    //! The file on a system that knows owners and modes.

    use super::{BYTES_MAX, Secret, Zeroizing};
    use rustix::fs::{FlockOperation, OFlags, flock};
    use std::fs::{self, File, OpenOptions};
    use std::io::{self, ErrorKind, Read as _, Write as _};
    use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
    use std::path::{Path, PathBuf};

    const OWNER_ONLY: u32 = 0o600;
    const OWNER_ONLY_DIRECTORY: u32 = 0o700;

    /// What is kept; nothing where there is no file.
    pub fn read(path: &Path) -> Result<Vec<(String, Secret)>, String> {
        let file = match open(OpenOptions::new().read(true), path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(words(&error)),
        };
        check(&file)?;
        let mut text = Zeroizing::new(String::new());
        file.take(BYTES_MAX).read_to_string(&mut text).map_err(|error| words(&error))?;
        let entries = text.lines().filter_map(|line| line.split_once('\t'));
        Ok(entries.map(|(place, token)| (place.to_owned(), Secret::new(token))).collect())
    }

    /// Writes `text` beside `path` and puts it in its place in one step.
    pub fn replace(path: &Path, text: &str) -> Result<(), String> {
        let beside = path.with_extension("new");
        let write = || -> io::Result<()> {
            remove_quietly(&beside)?;
            let mut options = OpenOptions::new();
            let mut file = open(options.write(true).create_new(true).mode(OWNER_ONLY), &beside)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&beside, path)
        };
        write().map_err(|error| words(&error))
    }

    /// Removes the file, if it is there.
    pub fn remove(path: &Path) -> Result<(), String> {
        remove_quietly(path).map_err(|error| words(&error))
    }

    /// Waits until no other process changes the file; the lock ends when the answer is dropped.
    pub fn lock(path: &Path) -> Result<File, String> {
        let locked = || -> io::Result<File> {
            if let Some(folder) = path.parent() {
                fs::DirBuilder::new().recursive(true).mode(OWNER_ONLY_DIRECTORY).create(folder)?;
            }
            let mut options = OpenOptions::new();
            let lock = open(options.write(true).create(true).truncate(false).mode(OWNER_ONLY), &lock_path(path))?;
            flock(&lock, FlockOperation::LockExclusive)?;
            Ok(lock)
        };
        locked().map_err(|error| words(&error))
    }

    fn lock_path(path: &Path) -> PathBuf {
        path.with_extension("lock")
    }

    fn open(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
        options.custom_flags(OFlags::NOFOLLOW.bits() as i32).open(path)
    }

    /// Asked of the open file: what is checked is what is read.
    fn check(file: &File) -> Result<(), String> {
        let facts = file.metadata().map_err(|error| words(&error))?;
        let me = rustix::process::geteuid().as_raw();
        refusal(facts.is_file(), (facts.uid(), me), facts.mode()).map_or(Ok(()), |why| Err(why.to_owned()))
    }

    /// Why a file is not to be read, by its kind, its owner beside this account, and its mode.
    pub fn refusal(is_file: bool, (owner, me): (u32, u32), mode: u32) -> Option<&'static str> {
        match mode & 0o077 {
            _ if !is_file => Some("it is no plain file"),
            _ if owner != me => Some("another account owns it"),
            0 => None,
            _ => Some("others may read or write it"),
        }
    }

    fn remove_quietly(path: &Path) -> io::Result<()> {
        match fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn words(error: &io::Error) -> String {
        match error.raw_os_error() {
            // The one that opening a link with no-follow gives.
            Some(code) if code == rustix::io::Errno::LOOP.raw_os_error() => "it is a link".to_owned(),
            _ => error.to_string(),
        }
    }
}

#[cfg(not(unix))]
mod file {
    //! A system without owners and modes keeps no tokens.

    use super::Secret;
    use std::path::Path;

    const REFUSED: &str = "tokens are kept in a file on Unix only";

    pub fn read(_path: &Path) -> Result<Vec<(String, Secret)>, String> {
        Err(REFUSED.to_owned())
    }

    pub fn replace(_path: &Path, _text: &str) -> Result<(), String> {
        Err(REFUSED.to_owned())
    }

    pub fn remove(_path: &Path) -> Result<(), String> {
        Err(REFUSED.to_owned())
    }

    pub fn lock(_path: &Path) -> Result<(), String> {
        Err(REFUSED.to_owned())
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::file::refusal;

    #[test]
    fn only_ones_own_file_that_nobody_else_may_touch_is_read() {
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
}
