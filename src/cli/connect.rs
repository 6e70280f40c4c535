//! From the command line and the configuration to a client that may call.

use super::args::Args;
use super::exit::Exit;
use super::output;
use super::problem::Problem;
use crate::app::{self, Event};
use crate::base::{Timestamp, Untrusted};
use crate::config::{self, Auth};
use crate::graph::{Ambient, AuthConfig, Client, ClientConfig, Cloud, Credential, Prompt, PromptSink, Session};
use crate::lab::{Lab, LabConfig, LabOptions, Running, Scale};
use crate::runtime::Services;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use url::Url;

/// The seed of a lab that nobody chose one for.
pub const LAB_SEED: u64 = 1;

/// A way to the tenant.
#[derive(Debug)]
pub struct Connection {
    /// What can be asked.
    pub services: Services,
    /// Whom the application works for.
    pub profile: app::Profile,
    /// Where it says what a person must do to sign in.
    pub prompts: Prompts,
    /// The lab, where this process serves it; it ends when this is dropped.
    pub lab: Option<Running>,
}

/// Where sign-in prompts go: to standard error, until the workspace has the screen.
#[derive(Clone, Debug, Default)]
pub struct Prompts(Arc<Mutex<Option<mpsc::Sender<Event>>>>);

impl Prompts {
    /// Sends prompts to the workspace from now on.
    pub fn redirect(&self, events: mpsc::Sender<Event>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(events);
    }

    fn sink(&self) -> PromptSink {
        let prompts = self.clone();
        PromptSink::new(move |prompt: Prompt| prompts.show(prompt.message))
    }

    fn show(&self, message: Untrusted) {
        match &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            // A sink must not wait. Where the workspace is too busy to hear, the code ends unseen and a new one comes.
            Some(events) => drop(events.try_send(Event::SignInWanted(message))),
            None => output::say(&message.block()),
        }
    }
}

/// What to connect to.
#[derive(Debug)]
pub enum Tenant {
    /// The embedded one.
    Lab(LabConfig, LabOptions),
    /// A configured one.
    Profile(Box<config::Profile>),
}

/// What `args` and the configuration say; `None` where nothing is configured.
pub fn choose(args: &Args) -> Result<Option<Tenant>, Problem> {
    if args.lab {
        return Ok(Some(Tenant::Lab(lab_config(), LabOptions::default())));
    }
    let variables = |name: &str| std::env::var(name).ok();
    let profile = config::load(args.profile.as_deref(), &variables);
    Ok(profile.map_err(|error| Problem::new("configuration", error, ""))?.map(Box::new).map(Tenant::Profile))
}

/// The lab that nobody asked anything special of.
pub fn lab_config() -> LabConfig {
    LabConfig { seed: LAB_SEED, anchor: Timestamp::now(), scale: Scale::default() }
}

/// Connects to what `args` and the configuration say.
pub async fn connect_chosen(args: &Args) -> Result<Connection, Problem> {
    connect(choose(args)?.ok_or_else(not_configured)?).await
}

/// Connects to `tenant`.
pub async fn connect(tenant: Tenant) -> Result<Connection, Problem> {
    match tenant {
        Tenant::Lab(config, options) => connect_lab(config, options).await,
        Tenant::Profile(profile) => connect_profile(*profile).await,
    }
}

/// Starts the lab that `config` describes and signs in over HTTP as its analyst, as at any tenant: by a device code,
/// which the lab approves by itself.
async fn connect_lab(config: LabConfig, options: LabOptions) -> Result<Connection, Problem> {
    let options = LabOptions { device_poll_interval: Duration::ZERO, ..options };
    let lab = Lab::start(config, options).await.map_err(|error| Problem::new("lab", error, ""))?;
    let addresses = &lab.addresses;
    let address = |text: &str| Url::parse(text).map_err(|error| Problem::new("lab", error, ""));
    let analyst = lab.analyst.clone();
    // A code that is not awaited any more ends the sign-in with an error that says so.
    let prompt = PromptSink::new(move |prompt: Prompt| {
        let _ = analyst.approve(prompt.user_code.raw());
    });
    let auth = AuthConfig {
        authority: address(&addresses.authority)?,
        tenant: addresses.tenant_id.clone(),
        client_id: addresses.client_id.clone(),
        graph_root: address(&addresses.base_url)?,
        credential: Credential::DeviceCode(prompt),
        ambient: ambient(),
    };
    let tenant = lab.tenant_name.clone();
    let profile = app::Profile { name: "lab".to_owned(), tenant, me: None, read_only: false };
    let mut connection = open(auth, profile).await?;
    connection.lab = Some(lab);
    Ok(connection)
}

async fn connect_profile(profile: config::Profile) -> Result<Connection, Problem> {
    let what = format!("profile {}", profile.name);
    let prompts = Prompts::default();
    let cloud = Cloud::named(&profile.cloud).ok_or_else(|| {
        let known: Vec<&str> = Cloud::names().collect();
        Problem::new(&what, format!("no cloud {:?}", profile.cloud), format!("known clouds: {}", known.join(", ")))
    })?;
    let address = |given: Option<Url>, usual: &str| match given {
        Some(url) => Ok(url),
        None => Url::parse(usual).map_err(|error| Problem::new(&what, error, "")),
    };
    let auth = AuthConfig {
        authority: address(profile.authority, cloud.authority())?,
        graph_root: address(profile.graph_root, cloud.graph_root())?,
        tenant: profile.tenant.clone(),
        client_id: profile.client_id,
        credential: credential(profile.auth, &prompts),
        ambient: ambient(),
    };
    let tenant = if profile.tenant.is_empty() { profile.name.clone() } else { profile.tenant };
    let opened =
        open(auth, app::Profile { name: profile.name, tenant, me: None, read_only: profile.read_only }).await?;
    Ok(Connection { prompts, ..opened })
}

/// Signs in and names the analyst. Signing in comes first, so that a device code is shown on the plain terminal.
async fn open(auth: AuthConfig, mut profile: app::Profile) -> Result<Connection, Problem> {
    let client_config = ClientConfig::new(auth.graph_root.clone(), auth.ambient);
    let refused = |error: crate::graph::SignInError| {
        let exit = if error.is_offline() { Exit::TryLater } else { Exit::Refused };
        Problem::new("sign-in", &error, error.remedy()).exiting(exit)
    };
    let session = Arc::new(Session::new(auth).map_err(refused)?);
    session.sign_in().await.map_err(refused)?;
    profile.me = session.identity().and_then(|identity| identity.upn).map(|upn| upn.raw().to_owned());
    let client =
        Client::new(client_config, session).map_err(|error| Problem::new("connect", &error, error.remedy()))?;
    Ok(Connection { services: Services::new(client, monotonic), profile, prompts: Prompts::default(), lab: None })
}

fn credential(auth: Auth, prompts: &Prompts) -> Credential {
    match auth {
        Auth::DeviceCode => Credential::DeviceCode(prompts.sink()),
        Auth::ClientSecret(secret) => Credential::ClientSecret(secret),
        Auth::Token(token) => Credential::Token(token),
    }
}

fn ambient() -> Ambient {
    Ambient::system(Timestamp::now)
}

/// Time since the first call, by a clock that never jumps.
fn monotonic() -> Duration {
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    BEGUN.elapsed()
}

/// Says what is needed where no tenant is configured.
pub fn not_configured() -> Problem {
    let path = config::path(&|name: &str| std::env::var(name).ok());
    let path = path.map_or_else(|_| "config.toml".to_owned(), |path| path.display().to_string());
    let remedy = format!(
        "to look around without an account:  watchfloor lab\n  \
         for your tenant, write {path}:\n\n    \
         [profile.work]\n    tenant = \"your-tenant-id-or-domain\"\n    client_id = \"your-app-registration-id\"\n    \
         auth = \"device-code\"\n\n  \
         the app registration needs SecurityIncident.ReadWrite.All, SecurityAlert.ReadWrite.All,\n  \
         ThreatHunting.Read.All, User.Read.All and IdentityRiskyUser.Read.All (read-only: the .Read. ones)"
    );
    Problem::new("no tenant is configured", "there is neither a profile nor WATCHFLOOR_TENANT", remedy)
        .exiting(Exit::Refused)
}
