//! The file itself.

use super::key::Key;
use super::macros::Macro;
use super::{ConfigError, LAB};
use crate::base::near::nearest;
use indexmap::IndexMap;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
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
    /// Macros by name.
    #[serde(default)]
    r#macro: IndexMap<String, Macro>,
}

/// `[profile.<name>]`, as [`KEYS`](super::key::KEYS) describes it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    tenant: Option<String>,
    client_id: Option<String>,
    cloud: Option<String>,
    auth: Option<AuthName>,
    read_only: Option<bool>,
    allow_response: Option<bool>,
    pseudonyms: Option<bool>,
    grace_seconds: Option<u32>,
    refresh_interval: Option<u32>,
    notify: Option<String>,
    theme: Option<String>,
    mouse: Option<bool>,
    client_secret_file: Option<String>,
    client_certificate_file: Option<String>,
    token_file: Option<String>,
    federated_token_file: Option<String>,
    token_cache: Option<String>,
    queue_cache: Option<String>,
    proxy: Option<String>,
    ca_file: Option<String>,
    graph_root: Option<String>,
    authority: Option<String>,
    /// Filter texts by the names that were given to them.
    #[serde(default)]
    views: IndexMap<String, String>,
    /// Weights of the priority's reasons by name.
    #[serde(default)]
    score: IndexMap<String, i64>,
    /// How long incidents may wait, by severity.
    #[serde(default)]
    ageing: IndexMap<String, String>,
    /// Names of sensitivity labels and sensitive types by their ids.
    #[serde(default)]
    labels: IndexMap<String, String>,
}

impl Entry {
    /// What the file says of `key`.
    pub fn stated(&self, key: Key) -> Option<String> {
        let text = match key.name {
            "tenant" => &self.tenant,
            "client_id" => &self.client_id,
            "cloud" => &self.cloud,
            "auth" => return self.auth.map(|auth| auth.name().to_owned()),
            "read_only" => return self.read_only.map(|flag| flag.to_string()),
            "allow_response" => return self.allow_response.map(|flag| flag.to_string()),
            "pseudonyms" => return self.pseudonyms.map(|flag| flag.to_string()),
            "mouse" => return self.mouse.map(|flag| flag.to_string()),
            "grace_seconds" => return self.grace_seconds.map(|seconds| seconds.to_string()),
            "refresh_interval" => return self.refresh_interval.map(|seconds| seconds.to_string()),
            "notify" => &self.notify,
            "theme" => &self.theme,
            "client_secret_file" => &self.client_secret_file,
            "client_certificate_file" => &self.client_certificate_file,
            "token_file" => &self.token_file,
            "federated_token_file" => &self.federated_token_file,
            "token_cache" => &self.token_cache,
            "queue_cache" => &self.queue_cache,
            "proxy" => &self.proxy,
            "ca_file" => &self.ca_file,
            "graph_root" => &self.graph_root,
            "authority" => &self.authority,
            _ => &None,
        };
        text.clone()
    }

    /// `[profile.<name>.score]`: reason and weight.
    pub fn score(&self) -> impl Iterator<Item = (&str, i64)> {
        self.score.iter().map(|(name, weight)| (name.as_str(), *weight))
    }

    /// `[profile.<name>.ageing]`: severity and length of time.
    pub fn ageing(&self) -> impl Iterator<Item = (&str, &str)> {
        self.ageing.iter().map(|(severity, length)| (severity.as_str(), length.as_str()))
    }

    /// `[profile.<name>.views]`: name and filter text, in the file's order.
    pub fn views(&self) -> impl Iterator<Item = (&str, &str)> {
        self.views.iter().map(|(name, filter)| (name.as_str(), filter.as_str()))
    }

    /// `[profile.<name>.labels]`: id and name of a sensitivity label or sensitive type, in the file's order.
    pub fn labels(&self) -> impl Iterator<Item = (&str, &str)> {
        self.labels.iter().map(|(id, name)| (id.as_str(), name.as_str()))
    }
}

/// How to sign in, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuthName {
    /// A person types a code at a browser.
    DeviceCode,
    /// An app with a secret.
    ClientSecret,
    /// An app with a certificate.
    ClientCertificate,
    /// Whoever is signed in at the Azure CLI.
    AzureCli,
    /// The machine.
    ManagedIdentity,
    /// The workload.
    WorkloadIdentity,
    /// A token made elsewhere.
    Token,
}

impl AuthName {
    const NAMES: [(&'static str, Self); 7] = [
        ("device-code", Self::DeviceCode),
        ("client-secret", Self::ClientSecret),
        ("client-certificate", Self::ClientCertificate),
        ("azure-cli", Self::AzureCli),
        ("managed-identity", Self::ManagedIdentity),
        ("workload-identity", Self::WorkloadIdentity),
        ("token", Self::Token),
    ];

    /// The one called `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, auth)| *auth)
    }

    /// What it is called.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, auth)| *auth == self).map_or("", |(name, _)| name)
    }
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
pub fn parse(text: &str, path: &Path) -> Result<File, ConfigError> {
    toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = 1 + before.matches('\n').count();
        let message = error.message().trim();
        let problem = if message.starts_with("unknown field `client_secret`") {
            "a client secret does not belong in this file; use client_secret_file or WATCHFLOOR_CLIENT_SECRET"
                .to_owned()
        } else {
            with_suggestion(&message.replace('\n', ", "))
        };
        ConfigError::Syntax { path: path.to_owned(), line, problem }
    })
}

/// `message`, which quotes the unknown name and then those there are, with the nearest of these in place of all.
fn with_suggestion(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let Some((known, unknown)) = message.split_once(", expected one of").and_then(|_| quoted.next()).map(|name| {
        let known: Vec<&str> = quoted.collect();
        (known, name)
    }) else {
        return message.to_owned();
    };
    match nearest(unknown, known.iter().copied()) {
        Some(near) => {
            let start = message.split_once(", expected").map_or(message, |(start, _)| start);
            format!("{start}; did you mean `{near}`?")
        }
        None => message.to_owned(),
    }
}

impl File {
    /// The macros, in the file's order.
    pub fn macros(self) -> Vec<Macro> {
        self.r#macro.into_iter().map(|(name, stated)| Macro { name, ..stated }).collect()
    }

    /// The part about the lab, where there is one.
    pub fn of_lab(mut self) -> Option<Entry> {
        self.profile.remove(LAB)
    }

    /// Whether there is a profile `name`.
    pub fn has(&self, name: &str) -> bool {
        self.profile.contains_key(name)
    }

    /// The profile `name`, or the default, or the only one, that of the lab aside; `None` where there are none and none is
    /// asked for.
    pub fn select(mut self, name: Option<&str>, path: &Path) -> Result<Option<(String, Entry)>, ConfigError> {
        if name != Some(LAB) {
            self.profile.remove(LAB);
        }
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
