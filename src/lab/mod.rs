//! The lab: an embedded tenant that speaks Graph v1.0 on loopback, with planted insider stories and real hunting data.
//!
//! Shares no type with the client: resources are plain JSON shaped by the official metadata, so that client and lab
//! check each other. Everything in it is fictional.
//!
//! A request travels `router` (one table: method, path, permissions, handler) → `identity` (token and permission) →
//! `routes` (one file a resource) → `odata` (query options) → `wire` (metadata, enum sentinel, hunting rows) → `reply`.
//! Beside Graph the lab answers sign-in under `/{tenant}/oauth2/v2.0`, `/device`, and controls of its own under `/lab`.

pub mod call;
pub mod clock;
pub mod entities;
pub mod faults;
pub mod generate;
pub mod identity;
pub mod link;
pub mod live;
pub mod merge;
pub mod odata;
pub mod purview;
pub mod reply;
pub mod router;
pub mod routes;
pub mod scale;
pub mod schedule;
pub mod socket;
pub mod state;
pub mod tables;
pub mod tenant;
pub mod texts;
pub mod timespan;
pub mod tls;
pub mod training;
pub mod update;
pub mod wire;

pub use scale::Scale;
pub use tenant::{LabConfig, Tenant};

use crate::base::{Secret, TimeSpan, limits};
use crate::kql::engine::StopFlag;
use faults::Order;
use generate::tables::Work;
use socket::{Sockets, Wire};
use state::State;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use training::score::Outcome;

/// How the lab behaves; what it contains is [`LabConfig`]'s.
#[derive(Clone, Debug)]
pub struct LabOptions {
    /// Port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// What HTTPS is served with; plain HTTP without it.
    pub tls: Option<tls::Tls>,
    /// Whether resolving an incident resolves its active alerts and assigning one assigns its alerts, as the portal
    /// documents. Whether Graph does the same is not documented: `false` shows the other possibility.
    pub cascade: bool,
    /// How many times as fast as real time the lab's clock goes; 0 stands still.
    pub speed: f64,
    /// Whether things happen after the anchor: incidents come in, alerts grow, people act.
    pub live: bool,
    /// What goes wrong from the start.
    pub faults: Vec<Order>,
    /// Whether everything goes wrong now and then.
    pub chaos: bool,
    /// How long after its answer a PATCH has all its effects; the answer shows none of the later ones.
    pub patch_lag: TimeSpan,
    /// How long Purview lags behind Defender.
    pub purview_delay: TimeSpan,
    /// How long an access token lives.
    pub token_lifetime: Duration,
    /// How long a device code may be redeemed.
    pub device_code_lifetime: Duration,
    /// The shortest pause between two polls of a device code; a faster one is told `slow_down`.
    pub device_poll_interval: Duration,
    /// When a hunting query is given up.
    pub hunting_timeout: Duration,
}

impl Default for LabOptions {
    fn default() -> Self {
        Self {
            port: 0,
            tls: None,
            cascade: true,
            patch_lag: TimeSpan(0),
            speed: 1.0,
            live: false,
            faults: Vec::new(),
            chaos: false,
            purview_delay: TimeSpan::minutes(limits::PURVIEW_SYNC_MINUTES),
            token_lifetime: Duration::from_secs(3_600),
            device_code_lifetime: Duration::from_secs(900),
            device_poll_interval: Duration::from_secs(5),
            hunting_timeout: Duration::from_secs(180),
        }
    }
}

/// Where a running lab is and how to get in.
#[derive(Clone, Debug)]
pub struct Addresses {
    /// `http://127.0.0.1:PORT`, or `https://localhost:PORT`; Graph is at `/v1.0` below it.
    pub base_url: String,
    /// The sign-in service, the same host.
    pub authority: String,
    /// Directory id.
    pub tenant_id: String,
    /// The application that may read and write.
    pub client_id: String,
    /// Its secret.
    pub client_secret: Secret,
    /// A ready access token of it, for `curl`. Lives a day.
    pub token: Secret,
    /// The application that may only read; its secret is the same.
    pub read_only_client_id: String,
}

/// Why a lab did not start.
#[derive(Debug, thiserror::Error)]
pub enum LabError {
    /// The port is taken or may not be used.
    #[error("cannot listen on 127.0.0.1:{port}: {source}; choose another port, or 0 for a free one")]
    Listen {
        /// The port asked for.
        port: u16,
        /// The system's word.
        source: std::io::Error,
    },
}

/// The lab's beginnings.
#[derive(Clone, Copy, Debug)]
pub struct Lab;

impl Lab {
    /// Generates the tenant of `config` and serves it on the current tokio runtime. Graph is answered from the start;
    /// the hunting tables are filled meanwhile, and a query waits for those it reads.
    ///
    /// # Errors
    /// Where the port cannot be listened on.
    pub async fn start(config: LabConfig, options: LabOptions) -> Result<Running, LabError> {
        let mut running = Self::open(config, options).await?;
        running.fill();
        Ok(running)
    }

    /// As [`Self::start`], but the hunting tables are filled once [`Running::fill`] says so, for those who have something
    /// to do first. A query waits until then.
    ///
    /// # Errors
    /// Where the port cannot be listened on.
    pub async fn open(config: LabConfig, options: LabOptions) -> Result<Running, LabError> {
        let (tenant, work) =
            if options.live { generate::begin_living(&config, live::HOURS) } else { generate::begin(&config) };
        let running = Self::start_with(tenant, config, options).await?;
        Ok(Running { work: Some(work), ..running })
    }

    /// Serves `tenant` as it is; `config` gives the clock's anchor.
    ///
    /// # Errors
    /// Where the port cannot be listened on.
    pub async fn start_with(tenant: Tenant, config: LabConfig, options: LabOptions) -> Result<Running, LabError> {
        let port = options.port;
        let failed = |source| LabError::Listen { port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let base_url = match options.tls {
            None => format!("http://{address}"),
            // Certificates are made for a name.
            Some(_) => format!("https://localhost:{}", address.port()),
        };
        let sockets = Sockets::new(listener, options.tls.as_ref());
        let state = Arc::new(State::new(tenant, config, options, base_url));
        let addresses = state.identity.addresses(&state.base_url, state.clock.steady());
        let analyst = Analyst(Arc::clone(&state));
        let tenant_name = state.tenant().display_name.clone();
        let app = router::service(state).into_make_service_with_connect_info::<Wire>();
        let (stop, stopped) = oneshot::channel::<()>();
        let server = axum::serve(sockets, app).with_graceful_shutdown(async move {
            // An error means that the handle was dropped, which asks to stop just as well.
            drop(stopped.await);
        });
        let task = tokio::spawn(server.into_future());
        let filling = StopOnDrop(StopFlag::default());
        Ok(Running { addresses, tenant_name, analyst, work: None, filling, _stop: stop, task })
    }
}

/// A running lab. Dropping it stops the server.
#[derive(Debug)]
pub struct Running {
    /// Where it is and how to get in.
    pub addresses: Addresses,
    /// Display name of the fictional organisation.
    pub tenant_name: String,
    /// Who signs in here.
    pub analyst: Analyst,
    /// The filling of the hunting tables, until it begins.
    work: Option<Work>,
    /// Ends it.
    filling: StopOnDrop,
    _stop: oneshot::Sender<()>,
    task: JoinHandle<std::io::Result<()>>,
}

/// Ends what looks at the flag when nobody waits for it any more.
#[derive(Debug)]
struct StopOnDrop(StopFlag);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.stop();
    }
}

impl Running {
    /// Begins to fill the hunting tables, where nobody has.
    pub fn fill(&mut self) {
        if let Some(work) = self.work.take() {
            let stop = self.filling.0.clone();
            std::thread::spawn(move || work.run(&stop));
        }
    }

    /// How the analyst's session compares with the truth so far.
    pub fn score(&self) -> Outcome {
        self.analyst.0.score()
    }

    /// Waits until the server ends by itself, which it does only if its socket fails.
    ///
    /// # Errors
    /// What ended it.
    pub async fn ended(&mut self) -> std::io::Result<()> {
        (&mut self.task).await.unwrap_or_else(|failure| Err(std::io::Error::other(failure)))
    }
}

/// The lab's analyst at a browser.
#[derive(Clone, Debug)]
pub struct Analyst(Arc<State>);

impl Analyst {
    /// Types `user_code` at the sign-in page and approves; `false` where no sign-in waits for it.
    pub fn approve(&self, user_code: &str) -> bool {
        identity::device::approve(&self.0, user_code, None)
    }
}
