//! Refresh tokens kept between runs, in a file that only its owner may read. Used where a profile asks for it.
//!
//! A line a sign-in: where it is for, a tab, the refresh token. The file is locked while it changes, and replaced whole.

use super::{AuthConfig, SignInError, token_endpoint};
use crate::base::{Secret, private_file};
use crate::graph::http;
use std::io;
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
            let entries = read(path)?;
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
            if let Some(folder) = path.parent() {
                private_file::make_folder(folder)?;
            }
            let _lock = private_file::lock(path)?;
            let mut entries = read(path)?;
            entries.retain(|(name, _)| *name != place);
            entries.extend(token.map(|token| (place, token)));
            if entries.is_empty() { private_file::remove(path) } else { private_file::replace(path, &text(&entries)) }
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
            private_file::remove(path).map(|()| was)
        })
        .await
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
    ) -> Result<T, SignInError> {
        let refused = |problem: String| SignInError::Cache { problem };
        if cfg!(not(unix)) {
            return Err(refused("tokens are kept in a file on Unix only".to_owned()));
        }
        let path = self.path.clone();
        let shown = path.display().to_string();
        let done = tokio::task::spawn_blocking(move || work(&path)).await;
        let done = done.unwrap_or_else(|_| Err(io::Error::other("it was given up")));
        done.map_err(|problem| refused(format!("token cache {shown}: {problem}")))
    }
}

/// What is kept; nothing where there is no file.
fn read(path: &Path) -> io::Result<Vec<(String, Secret)>> {
    let bytes = private_file::read(path, BYTES_MAX)?.unwrap_or_default();
    let text = std::str::from_utf8(&bytes).map_err(io::Error::other)?;
    let entries = text.lines().filter_map(|line| line.split_once('\t'));
    Ok(entries.map(|(place, token)| (place.to_owned(), Secret::new(token))).collect())
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
