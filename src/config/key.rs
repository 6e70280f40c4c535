//! Every setting of a profile, in one table: its name in the file, its variable, and its value where none is given.

/// A setting of `[profile.<name>]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its name in the file.
    pub name: &'static str,
    /// The environment variable that overrides it.
    pub variable: &'static str,
    /// What counts where neither says; empty where nothing does.
    pub default: &'static str,
    /// What it is, for a table.
    pub what: &'static str,
}

const fn key(name: &'static str, variable: &'static str, default: &'static str, what: &'static str) -> Key {
    Key { name, variable, default, what }
}

/// Tenant id or domain.
pub const TENANT: Key = key("tenant", "WATCHFLOOR_TENANT", "", "tenant id or domain");
/// Id of the app registration.
pub const CLIENT_ID: Key = key("client_id", "WATCHFLOOR_CLIENT_ID", "", "id of the app registration");
/// The cloud's name.
pub const CLOUD: Key = key("cloud", "WATCHFLOOR_CLOUD", "global", "global, usgov, dod, china or custom");
/// How to sign in.
pub const AUTH: Key = key(
    "auth",
    "WATCHFLOOR_AUTH",
    "",
    "device-code, client-secret, client-certificate, azure-cli, managed-identity, workload-identity or token",
);
/// Whether writes are switched off.
pub const READ_ONLY: Key = key("read_only", "WATCHFLOOR_READ_ONLY", "false", "true switches all writes off");
/// Whether accounts may be acted on. Off unless said: it hits a person at once.
pub const ALLOW_RESPONSE: Key = key(
    "allow_response",
    "WATCHFLOOR_ALLOW_RESPONSE",
    "false",
    "true lets sessions be revoked, accounts be disabled and Entra's risk be decided",
);
/// Whether people are shown by aliases.
pub const PSEUDONYMS: Key = key(
    "pseudonyms",
    "WATCHFLOOR_PSEUDONYMS",
    "false",
    "true shows people by aliases: on screen, in output and in files; what is sent stays as it is",
);
/// Seconds between taking a plan and writing it, in which it can be stopped: enough to see that it was the wrong one.
pub const GRACE_SECONDS: Key = key(
    "grace_seconds",
    "WATCHFLOOR_GRACE_SECONDS",
    "3",
    "seconds between taking a plan and writing it; 0 writes at once",
);
/// Seconds between reading again what is in view.
pub const REFRESH_INTERVAL: Key = key(
    "refresh_interval",
    "WATCHFLOOR_REFRESH_INTERVAL",
    "60",
    "seconds between reading again what is in view; 0 reads only when asked",
);
/// The filter that new incidents must pass to be announced.
pub const NOTIFY: Key = key(
    "notify",
    "WATCHFLOOR_NOTIFY",
    "watch:any",
    "filter line; new incidents that pass it ring the terminal's bell; none rings for nothing",
);
/// The theme.
pub const THEME: Key =
    key("theme", "WATCHFLOOR_THEME", "dark", "dark, light, mono, or a file of that name in the folder themes");
/// Whether the workspace takes the mouse.
pub const MOUSE: Key = key(
    "mouse",
    "WATCHFLOOR_MOUSE",
    "false",
    "true takes clicks and the wheel; false leaves the mouse to the terminal, to select text with",
);
/// A file with the client secret.
pub const CLIENT_SECRET_FILE: Key =
    key("client_secret_file", "WATCHFLOOR_CLIENT_SECRET_FILE", "", "file with the client secret");
/// A file with the certificate and its private key.
pub const CLIENT_CERTIFICATE_FILE: Key = key(
    "client_certificate_file",
    "WATCHFLOOR_CLIENT_CERTIFICATE_FILE",
    "",
    "PEM file with the certificate and its private key",
);
/// A file with a ready access token.
pub const TOKEN_FILE: Key =
    key("token_file", "WATCHFLOOR_TOKEN_FILE", "", "file with a ready access token; - is standard input");
/// A file with a token of the platform.
pub const FEDERATED_TOKEN_FILE: Key =
    key("federated_token_file", "AZURE_FEDERATED_TOKEN_FILE", "", "file with the workload's token");
/// Whether refresh tokens are kept between runs.
pub const TOKEN_CACHE: Key =
    key("token_cache", "WATCHFLOOR_TOKEN_CACHE", "memory", "file keeps sign-ins between runs, memory does not");
/// Whether the first of the queues is kept between runs.
pub const QUEUE_CACHE: Key = key(
    "queue_cache",
    "WATCHFLOOR_QUEUE_CACHE",
    "file",
    "file shows the queues as last seen until they are read, memory keeps no record on disk",
);
/// The proxy.
pub const PROXY: Key = key("proxy", "WATCHFLOOR_PROXY", "", "proxy address, in place of the system's");
/// More certificate authorities.
pub const CA_FILE: Key =
    key("ca_file", "WATCHFLOOR_CA_FILE", "", "PEM file of certificate authorities to trust beside the system's");
/// Graph's root.
pub const GRAPH_ROOT: Key = key("graph_root", "WATCHFLOOR_GRAPH_ROOT", "", "Graph's address, in place of the cloud's");
/// The login service.
pub const AUTHORITY: Key =
    key("authority", "WATCHFLOOR_AUTHORITY", "", "the login service's address, in place of the cloud's");

/// All, in the order in which they are shown.
pub const KEYS: [Key; 22] = [
    TENANT,
    CLIENT_ID,
    CLOUD,
    AUTH,
    READ_ONLY,
    ALLOW_RESPONSE,
    PSEUDONYMS,
    GRACE_SECONDS,
    REFRESH_INTERVAL,
    NOTIFY,
    THEME,
    MOUSE,
    CLIENT_SECRET_FILE,
    CLIENT_CERTIFICATE_FILE,
    TOKEN_FILE,
    FEDERATED_TOKEN_FILE,
    TOKEN_CACHE,
    QUEUE_CACHE,
    PROXY,
    CA_FILE,
    GRAPH_ROOT,
    AUTHORITY,
];
