//! Where each value of a profile came from.

use super::ConfigError;
use super::file::Entry;
use super::key::Key;
use super::{Variables, key};
use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};
use url::Url;

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// This environment variable.
    Variable(&'static str),
    /// The profile in this file.
    File(PathBuf),
    /// Nobody said, so it is as it usually is.
    Default,
    /// Nobody said, so it follows from this.
    Derived(&'static str),
    /// Nobody said, and there is none.
    Unset,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "environment, {name}"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Default => f.write_str("default"),
            Self::Derived(why) => write!(f, "derived: {why}"),
            Self::Unset => f.write_str("not set"),
        }
    }
}

/// A value and where it came from. Secrets are shown as `***`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The key's name in the file, `views.` or `labels.` before one of those, or the variable's where it has none there.
    pub name: Cow<'static, str>,
    /// The value, fit to be shown; empty where there is none.
    pub value: String,
    /// Where it came from.
    pub origin: Origin,
}

/// What the file and the environment say, asked key by key.
pub struct Sources<'a> {
    /// The profile's part of the file.
    pub entry: &'a Entry,
    /// The file.
    pub path: &'a Path,
    /// The environment.
    pub variables: Variables<'a>,
}

impl Sources<'_> {
    /// The value of `key` and where it came from; the environment wins.
    pub fn find(&self, key: Key) -> Option<(String, Origin)> {
        let variable = (self.variables)(key.variable).map(|value| (value, Origin::Variable(key.variable)));
        let file = || self.entry.stated(key).map(|value| (value, Origin::File(self.path.to_owned())));
        let default = || Some((key.default.to_owned(), Origin::Default)).filter(|(value, _)| !value.is_empty());
        variable.or_else(file).or_else(default)
    }

    /// The value of `key`.
    pub fn value(&self, key: Key) -> Option<String> {
        self.find(key).map(|(value, _)| value)
    }

    /// The path that `key` names; one from the file is relative to the file.
    pub fn file(&self, key: Key) -> Option<PathBuf> {
        self.find(key).map(|(value, origin)| match origin {
            Origin::File(path) => path.parent().unwrap_or(Path::new("")).join(value),
            _ => PathBuf::from(value),
        })
    }

    /// The address that `key` names.
    pub fn address(&self, key: Key) -> Result<Option<Url>, ConfigError> {
        let Some((value, origin)) = self.find(key) else { return Ok(None) };
        match Url::parse(&value) {
            Ok(url) if url.has_host() => Ok(Some(url)),
            _ => {
                let setting = if let Origin::Variable(name) = origin { name } else { key.name };
                // A proxy's address may hold a password.
                let value = if key == key::PROXY { "***".to_owned() } else { value };
                Err(ConfigError::BadAddress { setting, value })
            }
        }
    }

    /// Every key as it counts, for showing.
    pub fn settings(&self) -> Vec<Setting> {
        let shown = |key: &Key| {
            let (value, origin) = self.find(*key).unwrap_or((String::new(), Origin::Unset));
            let value = if *key == key::PROXY { without_password(&value) } else { value };
            Setting { name: key.name.into(), value, origin }
        };
        let secret = |name: &'static str| {
            let set = (self.variables)(name).is_some();
            set.then(|| Setting { name: name.into(), value: "***".to_owned(), origin: Origin::Variable(name) })
        };
        let secrets = [super::CLIENT_SECRET, super::TOKEN].into_iter().filter_map(secret);
        let view = |(name, filter): (&str, &str)| Setting {
            name: format!("views.{name}").into(),
            value: filter.to_owned(),
            origin: Origin::File(self.path.to_owned()),
        };
        let from_file = |name: String, value: String| Setting {
            name: name.into(),
            value,
            origin: Origin::File(self.path.to_owned()),
        };
        let score = self.entry.score().map(|(name, weight)| from_file(format!("score.{name}"), weight.to_string()));
        let ageing = self.entry.ageing().map(|(name, length)| from_file(format!("ageing.{name}"), length.to_owned()));
        let label = |(id, name): (&str, &str)| Setting {
            name: format!("labels.{id}").into(),
            value: name.to_owned(),
            origin: Origin::File(self.path.to_owned()),
        };
        let named = self.entry.views().map(view).chain(self.entry.labels().map(label)).chain(score).chain(ageing);
        key::KEYS.iter().map(shown).chain(named).chain(secrets).collect()
    }
}

/// Says of `key`, where nobody stated it, that it counts as `value`, and why.
pub fn derive(settings: &mut [Setting], key: Key, value: &str, why: &'static str) {
    let unset = settings.iter_mut().find(|setting| setting.name == key.name && setting.origin == Origin::Unset);
    if let Some(setting) = unset.filter(|_| !value.is_empty()) {
        (setting.value, setting.origin) = (value.to_owned(), Origin::Derived(why));
    }
}

fn without_password(address: &str) -> String {
    match Url::parse(address) {
        Ok(mut url) if url.password().is_some() => match url.set_password(Some("***")) {
            Ok(()) => url.into(),
            Err(()) => "***".to_owned(),
        },
        _ => address.to_owned(),
    }
}
