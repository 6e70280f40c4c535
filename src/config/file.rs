//! The file itself.

use super::ConfigError;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// `config.toml`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The profile used when none is named.
    default_profile: Option<String>,
    /// Profiles by name.
    #[serde(default)]
    profile: BTreeMap<String, Entry>,
}

/// `[profile.<name>]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Tenant id or domain.
    pub tenant: Option<String>,
    /// Id of the app registration.
    pub client_id: Option<String>,
    /// Name of the cloud.
    pub cloud: Option<String>,
    /// How to sign in.
    pub auth: Option<AuthName>,
    /// Whether writes are switched off.
    #[serde(default)]
    pub read_only: bool,
    /// Seconds between taking a plan and writing it; 0 writes at once.
    pub grace_seconds: Option<u32>,
    /// A file with the client secret; relative to the configuration file.
    pub client_secret_file: Option<PathBuf>,
    /// Graph's root, in place of the cloud's.
    pub graph_root: Option<String>,
    /// The login service, in place of the cloud's.
    pub authority: Option<String>,
}

/// How to sign in, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuthName {
    /// A person types a code at a browser.
    DeviceCode,
    /// An app with a secret.
    ClientSecret,
    /// A token made elsewhere.
    Token,
}

/// Reads the file at `path`; `None` where there is none, unless it was asked for by name.
pub fn read(path: &Path, is_named: bool) -> Result<Option<File>, ConfigError> {
    match fs::read_to_string(path) {
        Ok(text) => parse(&text, path).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound && !is_named => Ok(None),
        Err(source) => Err(ConfigError::Unreadable { path: path.to_owned(), source }),
    }
}

/// Only the complaint is kept, not the line it quotes: that line may hold a secret that does not belong there.
fn parse(text: &str, path: &Path) -> Result<File, ConfigError> {
    toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = 1 + before.matches('\n').count();
        let message = error.message().trim();
        let problem = if message.starts_with("unknown field `client_secret`") {
            "a client secret does not belong in this file; use client_secret_file or WATCHFLOOR_CLIENT_SECRET"
                .to_owned()
        } else {
            message.replace('\n', ", ")
        };
        ConfigError::Syntax { path: path.to_owned(), line, problem }
    })
}

impl File {
    /// The profile `name`, or the default, or the only one; `None` where there are none and none is asked for.
    pub fn select(mut self, name: Option<&str>, path: &Path) -> Result<Option<(String, Entry)>, ConfigError> {
        let known = self.profile.keys().cloned().collect::<Vec<_>>().join(", ");
        let wanted = name.map(str::to_owned).or(self.default_profile.take());
        let Some(wanted) = wanted else {
            let only = self.profile.pop_first();
            return if self.profile.is_empty() {
                Ok(only)
            } else {
                Err(ConfigError::NoDefault { path: path.to_owned(), known })
            };
        };
        if known.is_empty() {
            return Err(ConfigError::NoProfiles { path: path.to_owned() });
        }
        match self.profile.remove_entry(&wanted) {
            Some(found) => Ok(Some(found)),
            None => Err(ConfigError::NoSuchProfile { path: path.to_owned(), name: wanted, known }),
        }
    }
}
