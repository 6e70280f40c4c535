//! A profile as it counts: file and environment put together.

use super::file::{AuthName, Entry};
use super::key::{self, Key};
use super::setting::{self, Setting, Sources};
use super::{CLIENT_SECRET, ConfigError, TOKEN, Variables, secret_file};
use crate::base::Secret;
use std::path::{Path, PathBuf};
use url::Url;

/// The shortest time between two readings, in seconds: Graph counts what all of a tenant's apps ask.
const REFRESH_SECONDS_MIN: u32 = 10;
/// Where a virtual machine finds its metadata service, unless a variable names another place.
const MACHINE: &str = "http://169.254.169.254";

/// The tenant to open and how to get in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its name; `environment` where no file names one.
    pub name: String,
    /// Tenant id or domain; empty where the way to sign in makes it needless.
    pub tenant: String,
    /// Id of the app registration; empty where the way to sign in makes it needless.
    pub client_id: String,
    /// Name of the cloud, `global` unless stated.
    pub cloud: String,
    /// How to sign in.
    pub auth: Auth,
    /// Whether writes are switched off.
    pub read_only: bool,
    /// Whether accounts may be acted on.
    pub allow_response: bool,
    /// How people are shown.
    pub people: People,
    /// Seconds between taking a plan and writing it.
    pub grace_seconds: u32,
    /// Seconds between reading again what is in view; 0: only when asked.
    pub refresh_interval: u32,
    /// Filters that were given a name, in the file's order.
    pub views: Vec<NamedFilter>,
    /// The filter that new incidents must pass to be announced; empty for none. Whether it can be read is not known here.
    pub notify: String,
    /// The theme's name.
    pub theme: String,
    /// Whether the workspace takes the mouse.
    pub mouse: bool,
    /// Weights of the priority's reasons by name, as stated.
    pub score: Vec<(String, i64)>,
    /// How long incidents may wait, by severity, as stated.
    pub ageing: Vec<(String, String)>,
    /// Names of sensitivity labels and sensitive types by their ids, in the file's order.
    pub labels: Vec<(String, String)>,
    /// What is kept between runs.
    pub kept: Kept,
    /// The proxy's address, which may hold a password.
    pub proxy: Option<Secret>,
    /// Certificate authorities to trust beside the system's, as PEM; empty where none are named.
    pub authorities: Vec<u8>,
    /// Graph's root, in place of the cloud's.
    pub graph_root: Option<Url>,
    /// The login service, in place of the cloud's.
    pub authority: Option<Url>,
    /// Each value and where it came from.
    pub settings: Vec<Setting>,
}

/// How one works, whichever the tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Desk {
    /// Whether writes are switched off.
    pub read_only: bool,
    /// Whether the workspace takes the mouse.
    pub mouse: bool,
    /// Seconds between taking a plan and writing it.
    pub grace_seconds: u32,
    /// Seconds between reading again what is in view; 0: only when asked.
    pub refresh_interval: u32,
    /// Filters that were given a name, in the file's order.
    pub views: Vec<NamedFilter>,
    /// The filter that new incidents must pass to be announced; empty for none. Whether it can be read is not known here.
    pub notify: String,
    /// Weights of the priority's reasons by name, as stated.
    pub score: Vec<(String, i64)>,
    /// How long incidents may wait, by severity, as stated.
    pub ageing: Vec<(String, String)>,
}

/// How people are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum People {
    /// As the tenant names them.
    #[default]
    ByName,
    /// By aliases that stay the same.
    ByAlias,
}

/// What is kept in files between runs, besides drafts and the journal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Sign-ins.
    pub tokens: bool,
    /// The first of the queues.
    pub queues: bool,
}

/// A filter of the queue under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedFilter {
    /// Its name.
    pub name: String,
    /// The text of the filter line. Whether it can be read is not known here.
    pub filter: String,
}

/// How to sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Auth {
    /// A person types a code at a browser.
    DeviceCode,
    /// An app with a secret.
    ClientSecret(Secret),
    /// An app with a certificate and its private key, as PEM.
    ClientCertificate(Secret),
    /// Whoever is signed in at the Azure CLI.
    AzureCli,
    /// A virtual machine, by the metadata service at this address.
    Machine(Url),
    /// An app service, by this address and the header's value that it wants.
    AppService(Url, Secret),
    /// A workload, by the token in this file.
    Workload(PathBuf),
    /// A token made elsewhere.
    Token(Secret),
}

/// Puts `entry` and the environment together; the environment wins. Where `auth` is not stated, a token in the
/// environment is used, else a client secret or certificate, else a device code.
pub fn resolve(name: String, entry: &Entry, path: &Path, variables: Variables<'_>) -> Result<Profile, ConfigError> {
    let sources = Sources { entry, path, variables };
    let (auth_name, why) = auth_name(&sources)?;
    let auth = auth(&name, auth_name, &sources)?;
    let desk = desk(&name, &sources)?;
    let (tokens, queues) = (is_kept(&sources, key::TOKEN_CACHE)?, is_kept(&sources, key::QUEUE_CACHE)?);
    let authorities = match sources.file(key::CA_FILE) {
        Some(path) => std::fs::read(&path).map_err(|source| ConfigError::Unreadable { path, source })?,
        None => Vec::new(),
    };
    let tenant = place(&name, &sources, &auth, key::TENANT)?;
    let client_id = place(&name, &sources, &auth, key::CLIENT_ID)?;
    let authority = authority(&sources, &auth)?;
    let mut settings = sources.settings();
    setting::derive(&mut settings, key::AUTH, auth_name.name(), why);
    setting::derive(&mut settings, key::TENANT, &tenant, "AZURE_TENANT_ID is set");
    setting::derive(&mut settings, key::CLIENT_ID, &client_id, "AZURE_CLIENT_ID is set");
    let address = authority.as_ref().map_or("", Url::as_str);
    setting::derive(&mut settings, key::AUTHORITY, address, "AZURE_AUTHORITY_HOST is set");
    Ok(Profile {
        tenant,
        client_id,
        cloud: sources.value(key::CLOUD).unwrap_or_default(),
        read_only: desk.read_only,
        allow_response: flag(&sources, key::ALLOW_RESPONSE)?,
        people: people(&sources)?,
        grace_seconds: desk.grace_seconds,
        refresh_interval: desk.refresh_interval,
        views: desk.views,
        notify: desk.notify,
        theme: sources.value(key::THEME).unwrap_or_default(),
        mouse: desk.mouse,
        score: desk.score,
        ageing: desk.ageing,
        labels: labels(&sources)?,
        kept: Kept { tokens, queues },
        proxy: sources.address(key::PROXY)?.map(|address| Secret::new(address.as_str())),
        authorities,
        graph_root: sources.address(key::GRAPH_ROOT)?.map(without_version),
        authority,
        settings,
        auth,
        name,
    })
}

/// `root` without the version that other clients want at its end: each call states its own.
fn without_version(mut root: Url) -> Url {
    let path = root.path().trim_end_matches('/').strip_suffix("/v1.0").map(str::to_owned);
    if let Some(path) = path {
        root.set_path(&path);
    }
    root
}

/// How one works, as the profile `name` and the environment say.
pub fn desk(name: &str, sources: &Sources<'_>) -> Result<Desk, ConfigError> {
    let owned = |(severity, length): (&str, &str)| (severity.to_owned(), length.to_owned());
    Ok(Desk {
        read_only: flag(sources, key::READ_ONLY)?,
        mouse: flag(sources, key::MOUSE)?,
        grace_seconds: seconds(sources, key::GRACE_SECONDS)?,
        refresh_interval: refresh_interval(sources)?,
        views: views(name, sources)?,
        notify: sources.value(key::NOTIFY).filter(|filter| filter != "none").unwrap_or_default(),
        score: sources.entry.score().map(|(name, weight)| (name.to_owned(), weight)).collect(),
        ageing: sources.entry.ageing().map(owned).collect(),
    })
}

/// Whether `key` says that something is kept between runs.
fn is_kept(sources: &Sources<'_>, key: Key) -> Result<bool, ConfigError> {
    match sources.value(key).as_deref() {
        Some("file") => Ok(true),
        Some("memory") | None => Ok(false),
        Some(other) => Err(bad_value(key, other, "memory or file")),
    }
}

fn auth(profile: &str, name: AuthName, sources: &Sources<'_>) -> Result<Auth, ConfigError> {
    let variable = |name: &str| (sources.variables)(name);
    let missing = |what, remedy: String| ConfigError::Missing { profile: profile.to_owned(), what, remedy };
    Ok(match name {
        AuthName::DeviceCode => Auth::DeviceCode,
        AuthName::AzureCli => Auth::AzureCli,
        AuthName::Token => match (variable(TOKEN), sources.file(key::TOKEN_FILE)) {
            (Some(token), _) => Auth::Token(Secret::new(token)),
            (None, Some(file)) if file.ends_with("-") => Auth::Token(secret_file::read_standard_input()?),
            (None, Some(file)) => Auth::Token(secret_file::read(&file)?),
            (None, None) => return Err(missing("token", format!("set {TOKEN} or token_file"))),
        },
        AuthName::ClientSecret => match (variable(CLIENT_SECRET), sources.file(key::CLIENT_SECRET_FILE)) {
            (Some(secret), _) => Auth::ClientSecret(Secret::new(secret)),
            (None, Some(file)) => Auth::ClientSecret(secret_file::read(&file)?),
            (None, None) => {
                return Err(missing("client secret", format!("set {CLIENT_SECRET} or client_secret_file")));
            }
        },
        AuthName::ClientCertificate => match sources.file(key::CLIENT_CERTIFICATE_FILE) {
            Some(file) => Auth::ClientCertificate(secret_file::read(&file)?),
            None => return Err(missing("client certificate", "set client_certificate_file".to_owned())),
        },
        AuthName::WorkloadIdentity => match sources.file(key::FEDERATED_TOKEN_FILE) {
            Some(file) => Auth::Workload(file),
            None => return Err(missing("federated token", "set federated_token_file".to_owned())),
        },
        AuthName::ManagedIdentity => {
            let address = |setting: &'static str, value: String| {
                Url::parse(&value).map_err(|_| ConfigError::BadAddress { setting, value })
            };
            if let (Some(place), Some(header)) = (variable("IDENTITY_ENDPOINT"), variable("IDENTITY_HEADER")) {
                Auth::AppService(address("IDENTITY_ENDPOINT", place)?, Secret::new(header))
            } else {
                let stated = variable("AZURE_POD_IDENTITY_AUTHORITY_HOST");
                let place = stated.unwrap_or_else(|| MACHINE.to_owned());
                Auth::Machine(address("AZURE_POD_IDENTITY_AUTHORITY_HOST", place)?)
            }
        }
    })
}

/// The way to sign in, and why it is that one where it is not stated.
fn auth_name(sources: &Sources<'_>) -> Result<(AuthName, &'static str), ConfigError> {
    let is_set = |name: &str| (sources.variables)(name).is_some();
    if let Some(stated) = sources.value(key::AUTH) {
        let named = AuthName::named(&stated).ok_or_else(|| bad_value(key::AUTH, &stated, key::AUTH.what));
        return named.map(|name| (name, ""));
    }
    Ok(if is_set(TOKEN) || sources.find(key::TOKEN_FILE).is_some() {
        (AuthName::Token, "a token is set")
    } else if is_set(CLIENT_SECRET) || sources.find(key::CLIENT_SECRET_FILE).is_some() {
        (AuthName::ClientSecret, "a client secret is set")
    } else if sources.find(key::CLIENT_CERTIFICATE_FILE).is_some() {
        (AuthName::ClientCertificate, "a client certificate is set")
    } else {
        (AuthName::DeviceCode, "no secret, certificate or token is set")
    })
}

/// The tenant or the app. A workload finds both in its own variables; some ways to sign in need neither.
fn place(profile: &str, sources: &Sources<'_>, auth: &Auth, key: Key) -> Result<String, ConfigError> {
    let usual = match auth {
        Auth::Workload(_) if key == key::TENANT => (sources.variables)("AZURE_TENANT_ID"),
        Auth::Workload(_) => (sources.variables)("AZURE_CLIENT_ID"),
        _ => None,
    };
    let is_needless = matches!(auth, Auth::Token(_) | Auth::AzureCli | Auth::Machine(_) | Auth::AppService(..));
    match sources.value(key).filter(|value| !value.is_empty()).or(usual) {
        Some(value) => Ok(value),
        None if is_needless => Ok(String::new()),
        None => Err(ConfigError::Missing {
            profile: profile.to_owned(),
            what: key.name,
            remedy: format!("set it in the profile or in {}", key.variable),
        }),
    }
}

fn authority(sources: &Sources<'_>, auth: &Auth) -> Result<Option<Url>, ConfigError> {
    let stated = sources.address(key::AUTHORITY)?;
    let usual = (sources.variables)("AZURE_AUTHORITY_HOST").filter(|_| matches!(auth, Auth::Workload(_)));
    Ok(stated.or_else(|| usual.and_then(|place| Url::parse(&place).ok())))
}

fn flag(sources: &Sources<'_>, key: Key) -> Result<bool, ConfigError> {
    match sources.value(key).as_deref() {
        Some("true" | "1") => Ok(true),
        Some("false" | "0") | None => Ok(false),
        Some(other) => Err(bad_value(key, other, "true or false")),
    }
}

/// How people are shown.
pub fn people(sources: &Sources<'_>) -> Result<People, ConfigError> {
    Ok(if flag(sources, key::PSEUDONYMS)? { People::ByAlias } else { People::ByName })
}

/// Seconds between reading again what is in view.
fn refresh_interval(sources: &Sources<'_>) -> Result<u32, ConfigError> {
    match seconds(sources, key::REFRESH_INTERVAL)? {
        too_short @ 1..REFRESH_SECONDS_MIN => {
            Err(bad_value(key::REFRESH_INTERVAL, &too_short.to_string(), "0 for never, or 10 and more, in seconds"))
        }
        seconds => Ok(seconds),
    }
}

fn seconds(sources: &Sources<'_>, key: Key) -> Result<u32, ConfigError> {
    let stated = sources.value(key).unwrap_or_default();
    stated.parse().map_err(|_| bad_value(key, &stated, "0, 1, 2 and so on, in seconds"))
}

fn views(profile: &str, sources: &Sources<'_>) -> Result<Vec<NamedFilter>, ConfigError> {
    let missing = |what| ConfigError::Missing {
        profile: profile.to_owned(),
        what,
        remedy: "write it as  name = \"filter\"  under views".to_owned(),
    };
    let read = |(name, filter): (&str, &str)| match (name.trim(), filter.trim()) {
        ("", _) => Err(missing("name for a view")),
        (_, "") => Err(missing("filter in a view")),
        (name, filter) => Ok(NamedFilter { name: name.to_owned(), filter: filter.to_owned() }),
    };
    sources.entry.views().map(read).collect()
}

/// Names by ids; an id is a GUID, in whatever case.
fn labels(sources: &Sources<'_>) -> Result<Vec<(String, String)>, ConfigError> {
    let is_guid = |id: &str| {
        let lengths: Vec<usize> = id.split('-').map(str::len).collect();
        lengths == [8, 4, 4, 4, 12] && id.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
    };
    let read = |(id, name): (&str, &str)| match (id.trim(), name.trim()) {
        (id, name) if is_guid(id) && !name.is_empty() => Ok((id.to_ascii_lowercase(), name.to_owned())),
        _ => Err(ConfigError::BadValue {
            setting: "labels",
            value: format!("{id} = {name:?}"),
            known: "the id of a sensitivity label or sensitive type, and its name",
        }),
    };
    sources.entry.labels().map(read).collect()
}

fn bad_value(key: Key, value: &str, known: &'static str) -> ConfigError {
    ConfigError::BadValue { setting: key.name, value: value.to_owned(), known }
}
