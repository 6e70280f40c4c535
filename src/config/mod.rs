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
//! refresh_interval = 60
//!
//! [profile.fabrikam.views]
//! mine = "owner:me status:active"
//!
//! [macro.pentest]
//! key = "x t"
//! status = "resolved"
//! classification = "informationalExpectedActivity"
//! determination = "securityTesting"
//! comment = "Announced penetration test."
//!
//! [profile.fabrikam.labels]
//! "5f2c0d6e-9a41-4b7a-8a0e-3c1d2b4f6a70" = "Board only"
//! ```
//!
//! Secrets are never in that file: they come from the environment or from a file of their own that only its owner can
//! read. What is read here is handed down as values; nothing else reads settings or the environment.

mod error;
mod file;
pub mod key;
mod macros;
mod profile;
mod secret_file;
mod setting;
mod write;

pub use error::ConfigError;
pub use macros::Macro;
pub use profile::{Auth, Desk, Kept, NamedFilter, People, Profile};
pub use setting::{Origin, Setting};
pub use write::add_profile;

use directories::ProjectDirs;
use std::path::{Path, PathBuf};

/// The profile of the lab: never a tenant, only how one works.
const LAB: &str = "lab";

/// Path of the configuration file, in place of the platform's.
pub const CONFIG: &str = "WATCHFLOOR_CONFIG";
/// Secret of the app registration.
pub const CLIENT_SECRET: &str = "WATCHFLOOR_CLIENT_SECRET";
/// A ready access token.
pub const TOKEN: &str = "WATCHFLOOR_TOKEN";

/// Variables of which any one suffices to describe a tenant without a file.
const TELLING: [&str; 6] = [
    key::TENANT.variable,
    key::CLIENT_ID.variable,
    key::GRAPH_ROOT.variable,
    key::AUTH.variable,
    key::TOKEN_FILE.variable,
    TOKEN,
];

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
    let is_told = entry.is_some() || TELLING.iter().any(|name| variables(name).is_some());
    if !is_told {
        return Ok(None);
    }
    profile::resolve(name, &entry.unwrap_or_default(), &path, &variables).map(Some)
}

/// The macros of the file, in its order; none where there is no file.
///
/// # Errors
/// [`ConfigError`] where the file cannot be read.
pub fn macros(variables: Variables<'_>) -> Result<Vec<Macro>, ConfigError> {
    let variables = |name: &str| variables(name).filter(|value| !value.is_empty());
    let Ok(path) = path(&variables) else { return Ok(Vec::new()) };
    let file = file::read(&path, false)?;
    Ok(file.map(file::File::macros).unwrap_or_default())
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

/// The folder of the configuration file, where a person's own keys, themes and watchlist are.
///
/// # Errors
/// [`ConfigError::NoHome`] where neither the environment nor the platform tells.
pub fn folder(variables: Variables<'_>) -> Result<PathBuf, ConfigError> {
    Ok(path(variables)?.parent().unwrap_or(Path::new("")).to_owned())
}

/// Where sign-ins are kept between runs, for profiles that ask for it.
///
/// # Errors
/// [`ConfigError::NoHome`] where the platform does not tell.
pub fn token_cache_path() -> Result<PathBuf, ConfigError> {
    let directories = ProjectDirs::from("", "", "watchfloor").ok_or(ConfigError::NoHome)?;
    Ok(directories.state_dir().unwrap_or_else(|| directories.data_local_dir()).join("tokens"))
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

/// How one works on the lab, which needs no profile: as `[profile.lab]` says where there is one, and the environment.
///
/// # Errors
/// [`ConfigError`], worded for the user, where what is configured cannot be used.
pub fn lab_desk(variables: Variables<'_>) -> Result<Desk, ConfigError> {
    let variables = |name: &str| variables(name).filter(|value| !value.is_empty());
    let path = path(&variables).unwrap_or_default();
    let file = if path.as_os_str().is_empty() { None } else { file::read(&path, false)? };
    let entry = file.and_then(file::File::of_lab).unwrap_or_default();
    profile::desk(LAB, &setting::Sources { entry: &entry, path: &path, variables: &variables })
}

/// How people are shown where no profile is in play: as the environment says, else as is usual.
///
/// # Errors
/// [`ConfigError::BadValue`] where the environment says neither true nor false.
pub fn people(variables: Variables<'_>) -> Result<People, ConfigError> {
    of_environment(variables, profile::people)
}

/// What `read` makes of the environment alone.
fn of_environment<T>(
    variables: Variables<'_>,
    read: fn(&setting::Sources<'_>) -> Result<T, ConfigError>,
) -> Result<T, ConfigError> {
    let variables = |name: &str| variables(name).filter(|value| !value.is_empty());
    read(&setting::Sources { entry: &file::Entry::default(), path: Path::new(""), variables: &variables })
}

#[cfg(test)]
mod tests;
