//! From the command line and the configuration to a client that may call.

use super::args::Args;
use super::doctor::{self, Switches};
use super::exit::Exit;
use super::macros;
use super::output;
use super::own::Own;
use super::problem::Problem;
use crate::app::warm::{Keeping, Queues};
use crate::app::{self, Event, Failure};
use crate::base::Timestamp;
use crate::config::{self, Auth, People};
use crate::graph::{
    Ambient, AuthConfig, Client, ClientConfig, Cloud, Credential, ManagedHost, Network, Prompt, PromptSink, Session,
    SignInError, TokenCache, permission,
};
use crate::lab::{Lab, LabConfig, LabOptions, Running, Scale};
use crate::model::Shelves;
use crate::runtime::{Services, warm};
use crate::store::{DiskShelf, Place, Store};
use crate::triage::Filter;
use crate::triage::ageing::Targets;
use crate::triage::pseudonym::Book;
use crate::triage::score::Weights;
use std::path::Path;
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
    /// Whether the workspace takes the mouse.
    pub has_mouse: bool,
    /// Where drafts and the journal are kept.
    pub place: Place,
    /// The store there, where it is open already.
    pub store: Option<Store>,
    /// The queues as they were seen last, where they were kept; why they cannot be read.
    pub last_seen: Option<Result<Box<Queues>, Failure>>,
    /// Who is called what, where people are shown by aliases.
    pub pseudonyms: Option<Book>,
    /// Where it says what a person must do to sign in.
    pub prompts: Prompts,
    /// The lab, where this process serves it; it ends when this is dropped.
    pub lab: Option<Running>,
}

impl Connection {
    /// The same with who is called what, where people are shown by aliases.
    fn with_names(mut self, is_masked: bool) -> Result<Self, Problem> {
        if is_masked {
            let remedy = "nothing is shown without the store that tells who is called what";
            let told = |error| Problem::new("pseudonyms", error, remedy);
            let me = self.profile.me.as_deref();
            self.pseudonyms = Some(Store::open(&self.place).and_then(|store| store.pseudonyms(me)).map_err(told)?);
        }
        Ok(self)
    }
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
        PromptSink::with_end(move |prompt| prompts.show(prompt))
    }

    fn show(&self, prompt: Option<Prompt>) {
        let workspace = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(events) = workspace {
            // A sink must not wait. Where the workspace is too busy to hear, the code ends unseen and a new one comes.
            let event = prompt.map_or(Event::SignInEnded, |prompt| Event::SignInWanted {
                message: prompt.message,
                code: prompt.user_code,
            });
            drop(events.try_send(event));
            return;
        }
        let Some(Prompt { message, user_code: code, .. }) = prompt else { return };
        output::say(&message.block());
        if let Some(bytes) = output::copy(&code) {
            output::say(&format!("the code was sent to the clipboard, {bytes} bytes; Ctrl-C gives up"));
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
    Ok(load_profile(args)?.map(Box::new).map(Tenant::Profile))
}

/// The profile that `args` and the configuration say, the lab aside; `None` where nothing is configured.
pub fn load_profile(args: &Args) -> Result<Option<config::Profile>, Problem> {
    let variables = |name: &str| std::env::var(name).ok();
    let profile = config::load(args.profile.as_deref().filter(|name| !name.is_empty()), &variables);
    let mut profile = profile.map_err(|error| Problem::new("configuration", error, ""))?;
    if let Some(profile) = &mut profile {
        profile.read_only |= args.read_only;
        check_filters(&profile.views, &profile.notify)?;
    }
    Ok(profile)
}

/// Refuses filters of the configuration that cannot be read.
fn check_filters(views: &[config::NamedFilter], notify: &str) -> Result<(), Problem> {
    let views = views.iter().map(|view| (format!("view {:?}", view.name), &*view.filter));
    for (what, filter) in views.chain([("notify".to_owned(), notify)]) {
        if let Some(error) = Filter::parse(filter).errors.first() {
            let problem =
                Problem::new(format!("configuration, {what}"), &error.message, "mend its filter in the profile");
            return Err(problem.exiting(Exit::BadQuery));
        }
    }
    Ok(())
}

/// Whether `args`, the profile or the environment want people shown by aliases.
pub fn shows_pseudonyms(args: &Args) -> Result<bool, Problem> {
    is_pseudonymous(args, choose(args)?.as_ref())
}

fn is_pseudonymous(args: &Args, tenant: Option<&Tenant>) -> Result<bool, Problem> {
    let variables = |name: &str| std::env::var(name).ok();
    let people = match tenant {
        Some(Tenant::Profile(profile)) => profile.people,
        Some(Tenant::Lab(..)) | None => {
            config::people(&variables).map_err(|error| Problem::new("configuration", error, ""))?
        }
    };
    Ok(args.pseudonyms || people == People::ByAlias)
}

/// The lab that nobody asked anything special of.
pub fn lab_config() -> LabConfig {
    LabConfig { seed: LAB_SEED, anchor: Timestamp::now(), scale: Scale::default() }
}

/// Where drafts and the journal of what `args` and the configuration name are kept.
pub fn place(args: &Args) -> Result<Place, Problem> {
    if let Some(path) = args.store() {
        return Ok(given(path));
    }
    match choose(args)? {
        Some(tenant) => place_of(args, &tenant),
        None => Err(not_configured()),
    }
}

/// The file that `args` give, else the profile's own; a lab's is in memory.
fn place_of(args: &Args, tenant: &Tenant) -> Result<Place, Problem> {
    match (args.store(), tenant) {
        (Some(path), _) => Ok(given(path)),
        (None, Tenant::Lab(..)) => Ok(Place::Memory),
        (None, Tenant::Profile(profile)) => {
            let path = config::store_path(&profile.name);
            path.map(Place::File).map_err(|error| Problem::new("local store", error, "name a file with --store"))
        }
    }
}

/// The place that `--store` names; `:memory:` is `SQLite`'s own word.
fn given(path: &Path) -> Place {
    if path == Path::new(":memory:") { Place::Memory } else { Place::File(path.to_owned()) }
}

/// Connects to what `args` and the configuration say.
pub async fn connect_chosen(args: &Args) -> Result<Connection, Problem> {
    connect(args, choose(args)?.ok_or_else(not_configured)?).await
}

/// Connects to `tenant`.
pub async fn connect(args: &Args, tenant: Tenant) -> Result<Connection, Problem> {
    let place = place_of(args, &tenant)?;
    let is_on = is_pseudonymous(args, Some(&tenant))?;
    connect_to(args, tenant, place, Opening::default()).await?.with_names(is_on)
}

/// The same for the workspace. Where queues were kept for it, it opens on them at once and signs in meanwhile.
pub async fn connect_workspace(args: &Args, tenant: Tenant) -> Result<Connection, Problem> {
    let place = place_of(args, &tenant)?;
    let is_on = is_pseudonymous(args, Some(&tenant))?;
    let keeping = keeping(&tenant, &place);
    let owner = keeping.owner();
    // A store that cannot be opened is complained of by the runtime.
    let store = owner.as_ref().and_then(|_| Store::open(&place).ok());
    let shelf = store.as_ref().and_then(|_| shelf(&place));
    let read = |store: &Store| warm::last_seen(store, &owner?, shelf.clone()).transpose();
    let last_seen = store.as_ref().and_then(read);
    let sign_in = if let Some(Ok(_)) = last_seen { SignIn::Meanwhile } else { SignIn::First };
    let mut connection = connect_to(args, tenant, place, Opening { sign_in, shelf }).await?;
    let before = last_seen.as_ref().and_then(|queues| queues.as_ref().ok()?.me.clone());
    let me = &mut connection.profile.me;
    *me = me.take().or(before);
    connection.profile.keeping = keeping;
    connection.last_seen = last_seen.map(|queues| queues.map(Box::new));
    connection.store = store;
    connection.with_names(is_on)
}

/// Where what is seldom looked at of the queues is put: beside the open store, where the queues may be kept at all. Memory
/// holds it where no file can be made there.
fn shelf(place: &Place) -> Shelves {
    let Place::File(path) = place else { return None };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    DiskShelf::in_folder(folder).ok().map(|shelf| Arc::new(shelf) as _)
}

async fn connect_to(args: &Args, tenant: Tenant, place: Place, opening: Opening) -> Result<Connection, Problem> {
    let mut connection = match tenant {
        Tenant::Lab(config, options) => connect_lab(args, config, options, opening).await?,
        Tenant::Profile(profile) => connect_profile(*profile, opening).await?,
    };
    connection.profile.watchlist = Arc::new(Own::read().watchlist);
    connection.profile.keeps_journal = place != Place::Memory;
    connection.place = place;
    Ok(connection)
}

/// What becomes of the queues of `tenant` between runs.
fn keeping(tenant: &Tenant, place: &Place) -> Keeping {
    match tenant {
        _ if *place == Place::Memory => Keeping::Untouched,
        Tenant::Lab(config, _) => Keeping::For(format!("lab {}", config.seed)),
        Tenant::Profile(profile) if profile.kept.queues => {
            let root = profile.graph_root.as_ref().map(Url::as_str).unwrap_or_default();
            Keeping::For([&*profile.name, &*profile.tenant, &*profile.client_id, &*profile.cloud, root].join(" "))
        }
        Tenant::Profile(_) => Keeping::Forgotten,
    }
}

async fn connect_lab(
    args: &Args,
    config: LabConfig,
    options: LabOptions,
    opening: Opening,
) -> Result<Connection, Problem> {
    let desk = lab_desk(args)?;
    let (weights, targets) = (weights(&desk.score)?, targets(&desk.ageing)?);
    let (lab, auth) = start_lab(config, options).await?;
    let profile = app::Profile {
        name: "lab".to_owned(),
        tenant: lab.tenant_name.clone(),
        read_only: desk.read_only,
        // Nobody is hurt in a lab.
        allow_response: true,
        grace_seconds: desk.grace_seconds,
        refresh_seconds: desk.refresh_interval,
        views: desk.views.iter().map(named_view).collect(),
        macros: macros::load()?,
        notify: desk.notify,
        weights,
        targets,
        ..app::Profile::default()
    };
    let opening = Opening { sign_in: SignIn::First, ..opening };
    let mut connection = open(auth, profile, opening).await?;
    connection.lab = Some(lab);
    connection.has_mouse = desk.mouse;
    Ok(connection)
}

/// How one works on the lab: as `[profile.lab]`, the environment and `args` say.
pub fn lab_desk(args: &Args) -> Result<config::Desk, Problem> {
    let variables = |name: &str| std::env::var(name).ok();
    let mut desk = config::lab_desk(&variables).map_err(|error| Problem::new("configuration", error, ""))?;
    desk.read_only |= args.read_only;
    check_filters(&desk.views, &desk.notify)?;
    Ok(desk)
}

/// Starts the lab that `config` and `options` describe. One signs in to it over HTTP as its analyst, as at any tenant:
/// by a device code, which the lab approves by itself.
pub async fn start_lab(config: LabConfig, options: LabOptions) -> Result<(Running, AuthConfig), Problem> {
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
        cache: None,
        network: Network::default(),
        ambient: ambient(),
    };
    Ok((lab, auth))
}

async fn connect_profile(profile: config::Profile, opening: Opening) -> Result<Connection, Problem> {
    let prompts = Prompts::default();
    let auth = auth_config(&profile, &prompts)?;
    let (weights, targets) = (weights(&profile.score)?, targets(&profile.ageing)?);
    let tenant = if profile.tenant.is_empty() { profile.name.clone() } else { profile.tenant };
    let told = app::Profile {
        name: profile.name,
        tenant,
        read_only: profile.read_only,
        allow_response: profile.allow_response,
        grace_seconds: profile.grace_seconds,
        refresh_seconds: profile.refresh_interval,
        views: profile.views.iter().map(named_view).collect(),
        macros: macros::load()?,
        notify: profile.notify,
        weights,
        targets,
        labels: profile.labels,
        ..app::Profile::default()
    };
    let opened = open(auth, told, opening).await?;
    Ok(Connection { prompts, has_mouse: profile.mouse, ..opened })
}

/// What the reasons of the priority weigh, those that are `stated` otherwise.
fn weights(stated: &[(String, i64)]) -> Result<Weights, Problem> {
    let mut weights = Weights::default();
    for (name, points) in stated {
        weights.set(name, *points).map_err(|error| Problem::new("configuration, score", error, ""))?;
    }
    Ok(weights)
}

/// How long incidents may wait, those severities that are `stated` otherwise.
fn targets(stated: &[(String, String)]) -> Result<Targets, Problem> {
    let mut targets = Targets::default();
    for (severity, length) in stated {
        targets.set(severity, length).map_err(|error| Problem::new("configuration, ageing", error, ""))?;
    }
    Ok(targets)
}

fn named_view(view: &config::NamedFilter) -> app::NamedView {
    app::NamedView { name: view.name.clone(), filter: view.filter.clone() }
}

/// How `profile` signs in; its codes go to `prompts`.
pub fn auth_config(profile: &config::Profile, prompts: &Prompts) -> Result<AuthConfig, Problem> {
    let what = format!("profile {}", profile.name);
    let (authority, graph_root) = addresses(profile)?;
    let cache = if profile.kept.tokens {
        Some(TokenCache::at(config::token_cache_path().map_err(|error| Problem::new(&what, error, ""))?))
    } else {
        None
    };
    Ok(AuthConfig {
        authority,
        graph_root,
        tenant: profile.tenant.clone(),
        client_id: profile.client_id.clone(),
        credential: credential(&profile.auth, prompts),
        cache,
        network: network(profile)?,
        ambient: ambient(),
    })
}

/// The way out of this machine that `profile` names.
pub fn network(profile: &config::Profile) -> Result<Network, Problem> {
    let proxy = profile.proxy.as_ref().map(|proxy| Url::parse(proxy.reveal())).transpose();
    let proxy = proxy.map_err(|error| Problem::new(format!("profile {}", profile.name), error, ""))?;
    Ok(Network { proxy, authorities: profile.authorities.clone() })
}

/// The login service and Graph of `profile`: its own, or else its cloud's.
fn addresses(profile: &config::Profile) -> Result<(Url, Url), Problem> {
    let what = format!("profile {}", profile.name);
    let cloud = match (&*profile.cloud, &profile.authority, &profile.graph_root) {
        ("custom", Some(authority), Some(graph_root)) => return Ok((authority.clone(), graph_root.clone())),
        ("custom", ..) => {
            return Err(Problem::new(&what, "a custom cloud has no addresses", "set authority and graph_root"));
        }
        (name, ..) => Cloud::named(name).ok_or_else(|| {
            let known: Vec<&str> = Cloud::names().collect();
            Problem::new(&what, format!("no cloud {name:?}"), format!("known clouds: {}, custom", known.join(", ")))
        })?,
    };
    let address = |given: &Option<Url>, usual: &str| match given {
        Some(url) => Ok(url.clone()),
        None => Url::parse(usual).map_err(|error| Problem::new(&what, error, "")),
    };
    Ok((address(&profile.authority, cloud.authority())?, address(&profile.graph_root, cloud.graph_root())?))
}

/// How a connection is opened.
#[derive(Debug, Default)]
struct Opening {
    sign_in: SignIn,
    shelf: Shelves,
}

/// When one signs in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum SignIn {
    /// Before anything else, so that a device code is shown on the plain terminal.
    #[default]
    First,
    /// While the workspace is open already: there is something to look at.
    Meanwhile,
}

/// Signs in and names the analyst, or leaves that to [`Connection::sign_in`].
async fn open(auth: AuthConfig, mut profile: app::Profile, opening: Opening) -> Result<Connection, Problem> {
    let (mut client_config, examined) = (client_config(&auth), auth.clone());
    client_config.is_read_only = profile.read_only;
    client_config.shelf = opening.shelf;
    let session = Arc::new(Session::new(auth).map_err(|error| refused(&error))?);
    if opening.sign_in == SignIn::First {
        session.sign_in().await.map_err(|error| refused(&error))?;
        profile.me = analyst(&session);
    }
    let switches = Switches { read_only: profile.read_only, allow_response: profile.allow_response };
    let examiner = doctor::examiner(examined, Arc::clone(&session), switches);
    let client =
        Client::new(client_config, session).map_err(|error| Problem::new("connect", &error, error.remedy()))?;
    Ok(Connection {
        has_mouse: false,
        services: Services::new(client, monotonic).with_examiner(examiner),
        profile,
        place: Place::Memory,
        store: None,
        last_seen: None,
        pseudonyms: None,
        prompts: Prompts::default(),
        lab: None,
    })
}

/// The analyst's UPN, once one has signed in.
fn analyst(session: &Session) -> Option<String> {
    session.identity().and_then(|identity| identity.upn).map(|upn| upn.raw().to_owned())
}

impl Connection {
    /// Signs in where nobody has, and tells `events` who did. What cannot be read without says why by itself.
    pub fn sign_in(&self, events: mpsc::Sender<Event>) {
        let session = Arc::clone(self.services.client().session());
        if session.identity().is_none() {
            tokio::spawn(async move {
                if session.sign_in().await.is_ok() {
                    // A closed channel means that the workspace has ended.
                    drop(events.send(Event::SignedIn { me: analyst(&session) }).await);
                }
            });
        }
    }
}

/// The client that goes with `auth`.
pub fn client_config(auth: &AuthConfig) -> ClientConfig {
    ClientConfig { network: auth.network.clone(), ..ClientConfig::new(auth.graph_root.clone(), auth.ambient) }
}

/// A sign-in that failed, ready to be told.
pub fn refused(error: &SignInError) -> Problem {
    let exit = if error.is_offline() { Exit::TryLater } else { Exit::Refused };
    let id = error.correlation_id().map(|id| id.line().into_owned());
    Problem { request_id: id, ..Problem::new("sign-in", error, error.remedy()) }.exiting(exit)
}

fn credential(auth: &Auth, prompts: &Prompts) -> Credential {
    match auth.clone() {
        Auth::DeviceCode => Credential::DeviceCode(prompts.sink()),
        Auth::ClientSecret(secret) => Credential::ClientSecret(secret),
        Auth::ClientCertificate(pem) => Credential::ClientCertificate(pem),
        Auth::AzureCli => Credential::AzureCli(AZURE_CLI.into()),
        Auth::Machine(address) => Credential::ManagedIdentity(ManagedHost::Machine(address)),
        Auth::AppService(address, header) => Credential::ManagedIdentity(ManagedHost::AppService(address, header)),
        Auth::Workload(file) => Credential::WorkloadIdentity(file),
        Auth::Token(token) => Credential::Token(token),
    }
}

/// The Azure CLI's program.
const AZURE_CLI: &str = if cfg!(windows) { "az.cmd" } else { "az" };

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
         for your tenant:  watchfloor init  asks for it, and prints what an administrator must grant; or write {path}:\n\n    \
         [profile.work]\n    tenant = \"your-tenant-id-or-domain\"\n    client_id = \"your-app-registration-id\"\n    \
         auth = \"device-code\"\n\n  \
         the app registration needs {};\n  to read only, {}",
        permission::wanted(false).collect::<Vec<_>>().join(", "),
        permission::wanted(true).collect::<Vec<_>>().join(", ")
    );
    Problem::new("no tenant is configured", "there is neither a profile nor WATCHFLOOR_TENANT", remedy)
        .exiting(Exit::Refused)
}
