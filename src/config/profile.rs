//! A profile as it counts: file and environment put together.

use super::file::{AuthName, Entry};
use super::{AUTHORITY, CLIENT_ID, CLIENT_SECRET, ConfigError, GRAPH_ROOT, TENANT, TOKEN, Variables, secret_file};
use crate::base::Secret;
use std::path::Path;
use url::Url;

/// The tenant to open and how to get in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its name; `environment` where no file names one.
    pub name: String,
    /// Tenant id or domain; empty where a ready token makes it needless.
    pub tenant: String,
    /// Id of the app registration; empty where a ready token makes it needless.
    pub client_id: String,
    /// Name of the cloud, `global` unless stated.
    pub cloud: String,
    /// How to sign in.
    pub auth: Auth,
    /// Whether writes are switched off.
    pub read_only: bool,
    /// Seconds between taking a plan and writing it.
    pub grace_seconds: u32,
    /// Graph's root, in place of the cloud's.
    pub graph_root: Option<Url>,
    /// The login service, in place of the cloud's.
    pub authority: Option<Url>,
}

/// How to sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Auth {
    /// A person types a code at a browser.
    DeviceCode,
    /// An app with a secret.
    ClientSecret(Secret),
    /// A token made elsewhere.
    Token(Secret),
}

/// Puts `entry` and the environment together; the environment wins. Where `auth` is not stated, a token in the
/// environment is used, else a client secret, else a device code.
pub fn resolve(name: String, entry: Entry, path: &Path, variables: Variables<'_>) -> Result<Profile, ConfigError> {
    let auth = match entry.auth {
        Some(stated) => stated,
        None if variables(TOKEN).is_some() => AuthName::Token,
        None if variables(CLIENT_SECRET).is_some() || entry.client_secret_file.is_some() => AuthName::ClientSecret,
        None => AuthName::DeviceCode,
    };
    let missing = |what, remedy: String| ConfigError::Missing { profile: name.clone(), what, remedy };
    let auth = match auth {
        AuthName::DeviceCode => Auth::DeviceCode,
        AuthName::Token => match variables(TOKEN) {
            Some(token) => Auth::Token(Secret::new(token)),
            None => return Err(missing("token", format!("set {TOKEN}"))),
        },
        AuthName::ClientSecret => match (variables(CLIENT_SECRET), &entry.client_secret_file) {
            (Some(secret), _) => Auth::ClientSecret(Secret::new(secret)),
            (None, Some(file)) => {
                let base = path.parent().unwrap_or(Path::new(""));
                Auth::ClientSecret(secret_file::read(&base.join(file))?)
            }
            (None, None) => {
                return Err(missing("client secret", format!("set {CLIENT_SECRET} or client_secret_file")));
            }
        },
    };
    let required = |value: Option<String>, what, variable| match (value, &auth) {
        (Some(value), _) if !value.is_empty() => Ok(value),
        (_, Auth::Token(_)) => Ok(String::new()),
        _ => Err(missing(what, format!("set it in the profile or in {variable}"))),
    };
    Ok(Profile {
        tenant: required(variables(TENANT).or(entry.tenant), "tenant", TENANT)?,
        client_id: required(variables(CLIENT_ID).or(entry.client_id), "client_id", CLIENT_ID)?,
        cloud: entry.cloud.unwrap_or_else(|| "global".to_owned()),
        read_only: entry.read_only,
        grace_seconds: super::grace_seconds(entry.grace_seconds, variables)?,
        graph_root: address("graph_root", GRAPH_ROOT, entry.graph_root, variables)?,
        authority: address("authority", AUTHORITY, entry.authority, variables)?,
        auth,
        name,
    })
}

fn address(
    setting: &'static str,
    variable: &'static str,
    stated: Option<String>,
    variables: Variables<'_>,
) -> Result<Option<Url>, ConfigError> {
    let (setting, value) = match (variables(variable), stated) {
        (Some(value), _) => (variable, value),
        (None, Some(value)) => (setting, value),
        (None, None) => return Ok(None),
    };
    match Url::parse(&value) {
        Ok(url) if url.has_host() => Ok(Some(url)),
        _ => Err(ConfigError::BadAddress { setting, value }),
    }
}
