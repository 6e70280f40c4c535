//! What can be wrong with the configuration, and how to mend it.

use std::io;
use std::path::PathBuf;

/// A configuration that cannot be used. Texts name the place and the remedy, and never a secret.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The platform tells no home directory.
    #[error("no home directory is known; name the file in WATCHFLOOR_CONFIG")]
    NoHome,
    /// The file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
    /// The file cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
    /// There is such a profile already.
    #[error("{} has a profile {name:?} already; choose another name, or change it there", path.display())]
    ProfileExists {
        /// The file.
        path: PathBuf,
        /// The name.
        name: String,
    },
    /// The file is not what it should be.
    #[error("{}:{line}: {problem}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What is wrong there.
        problem: String,
    },
    /// A profile was asked for and there are none.
    #[error("no profiles are configured; write one to {}", path.display())]
    NoProfiles {
        /// Where they would be.
        path: PathBuf,
    },
    /// There is no such profile.
    #[error("no profile {name:?} in {}; it has {known}", path.display())]
    NoSuchProfile {
        /// The file.
        path: PathBuf,
        /// The name asked for.
        name: String,
        /// Those there are.
        known: String,
    },
    /// Several profiles and none is the default.
    #[error("several profiles in {} ({known}); name one, or set default_profile", path.display())]
    NoDefault {
        /// The file.
        path: PathBuf,
        /// Those there are.
        known: String,
    },
    /// A profile lacks something.
    #[error("profile {profile}: no {what}; {remedy}")]
    Missing {
        /// The profile.
        profile: String,
        /// What it lacks.
        what: &'static str,
        /// Where to put it.
        remedy: String,
    },
    /// An address is none.
    #[error("{setting}: {value:?} is not an address such as https://graph.microsoft.com")]
    BadAddress {
        /// The setting or variable.
        setting: &'static str,
        /// Its value.
        value: String,
    },
    /// A value is none of those there are.
    #[error("{setting}: {value:?} is not one of {known}")]
    BadValue {
        /// The setting.
        setting: &'static str,
        /// Its value.
        value: String,
        /// What it may be.
        known: &'static str,
    },
    /// Others can read a secret.
    #[error("{} can be read by others; run chmod 600 on it", path.display())]
    LooseSecret {
        /// The file.
        path: PathBuf,
    },
    /// A secret file with nothing in it.
    #[error("{} is empty", path.display())]
    EmptySecret {
        /// The file.
        path: PathBuf,
    },
}
