//! Which tenant to open and how: `config.toml` in the platform's configuration directory, overridden by the
//! environment.
//!
//! ```toml
//! default_profile = "fabrikam"
//!
//! [profile.fabrikam]
//! tenant = "fabrikam.example"
//! client_id = "00000000-0000-0000-0000-000000000000"
//! cloud = "global"
//! auth = "device-code"
//! ```
//!
//! Secrets are never in that file: they come from the environment or from a file of their own that only its owner can
//! read. What is read here is handed down as values; nothing else reads settings or the environment.

mod error;
mod file;
mod profile;
mod secret_file;

pub use error::ConfigError;
pub use profile::{Auth, Profile};

use directories::ProjectDirs;
use std::path::PathBuf;

/// Path of the configuration file, in place of the platform's.
pub const CONFIG: &str = "WATCHFLOOR_CONFIG";
/// Tenant id or domain.
pub const TENANT: &str = "WATCHFLOOR_TENANT";
/// Id of the app registration.
pub const CLIENT_ID: &str = "WATCHFLOOR_CLIENT_ID";
/// Secret of the app registration.
pub const CLIENT_SECRET: &str = "WATCHFLOOR_CLIENT_SECRET";
/// A ready access token.
pub const TOKEN: &str = "WATCHFLOOR_TOKEN";
/// The login service without the tenant.
pub const AUTHORITY: &str = "WATCHFLOOR_AUTHORITY";
/// Graph's root without the version.
pub const GRAPH_ROOT: &str = "WATCHFLOOR_GRAPH_ROOT";
/// Seconds between taking a plan and writing it.
pub const GRACE_SECONDS: &str = "WATCHFLOOR_GRACE_SECONDS";

/// Reads an environment variable; an unset or empty one is `None`.
pub type Variables<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The profile `name`, or the default one. `None` where nothing is configured at all, neither by file nor by
/// environment.
///
/// # Errors
/// [`ConfigError`], worded for the user, where what is configured cannot be used.
pub fn load(name: Option<&str>, variables: Variables<'_>) -> Result<Option<Profile>, ConfigError> {
    let variables = |name: &str| variables(name).filter(|value| !value.is_empty());
    let path = path(&variables)?;
    let file = file::read(&path, variables(CONFIG).is_some())?;
    let (name, entry) = match file.map(|file| file.select(name, &path)).transpose()?.flatten() {
        Some((name, entry)) => (name, Some(entry)),
        None if name.is_some() => return Err(ConfigError::NoProfiles { path }),
        None => ("environment".to_owned(), None),
    };
    let is_told =
        entry.is_some() || [TENANT, CLIENT_ID, TOKEN, GRAPH_ROOT].iter().any(|name| variables(name).is_some());
    if !is_told {
        return Ok(None);
    }
    profile::resolve(name, entry.unwrap_or_default(), &path, &variables).map(Some)
}

/// Where the configuration file is, whether or not it exists.
///
/// # Errors
/// [`ConfigError::NoHome`] where neither the environment nor the platform tells.
pub fn path(variables: Variables<'_>) -> Result<PathBuf, ConfigError> {
    if let Some(path) = variables(CONFIG) {
        return Ok(PathBuf::from(path));
    }
    let directories = ProjectDirs::from("", "", "watchfloor").ok_or(ConfigError::NoHome)?;
    Ok(directories.config_dir().join("config.toml"))
}

/// Where the store of the profile `name` is.
///
/// # Errors
/// [`ConfigError::NoHome`] where the platform does not tell.
pub fn store_path(name: &str) -> Result<PathBuf, ConfigError> {
    let directories = ProjectDirs::from("", "", "watchfloor").ok_or(ConfigError::NoHome)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    // Two names never share a file, and none leaves the folder.
    let escaped = |c: char| if plain(c) { c.to_string() } else { format!("%{:x}.", c as u32) };
    let file: String = name.chars().map(escaped).collect();
    Ok(directories.data_dir().join(format!("{file}.sqlite")))
}

/// Seconds between taking a plan and writing it, in which it can be stopped: as the environment says, else `stated`,
/// else [`GRACE_USUAL`].
///
/// # Errors
/// [`ConfigError::BadNumber`] where the environment says no number.
pub fn grace_seconds(stated: Option<u32>, variables: Variables<'_>) -> Result<u32, ConfigError> {
    match variables(GRACE_SECONDS).filter(|value| !value.is_empty()) {
        Some(value) => value.parse().map_err(|_| ConfigError::BadNumber { setting: GRACE_SECONDS, value }),
        None => Ok(stated.unwrap_or(GRACE_USUAL)),
    }
}

/// Seconds that a plan waits unless stated otherwise: enough to see that it was the wrong one.
pub const GRACE_USUAL: u32 = 3;

#[cfg(test)]
mod tests;
