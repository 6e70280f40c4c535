//! The command line.

use clap::{Parser, Subcommand};

/// Insider-risk triage for Microsoft Defender XDR at a terminal.
///
/// Without a command: the triage workspace for the configured tenant. `watchfloor lab` is the same over an embedded
/// tenant with planted insider stories, and needs no account.
#[derive(Debug, Parser)]
#[command(name = "watchfloor", version, max_term_width = 100)]
pub struct Args {
    /// Profile of the configuration file; its default profile otherwise
    #[arg(long, global = true, env = "WATCHFLOOR_PROFILE")]
    pub profile: Option<String>,
    /// Start the embedded lab tenant and work on it, whatever is configured
    #[arg(long, global = true)]
    pub lab: bool,
    /// No colours; `NO_COLOR` does the same
    #[arg(long, global = true)]
    pub no_color: bool,
    /// What to do; without one, the workspace opens
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print the incident queue
    Incidents(List),
    /// Print the alert queue
    Alerts(List),
    /// Print what is known of a person: directory, Entra risk, derived insider-risk level, alerts
    User(User),
    /// Run a hunting query and print its rows
    Hunt(Hunt),
    /// Open the workspace over the embedded lab tenant, or serve the lab alone
    Lab(Lab),
}

/// How to list a queue.
#[derive(Debug, clap::Args)]
pub struct List {
    /// Filter line, as in the workspace: `source:insider-risk status:new severity>=medium user:okafor age<7d usb`
    #[arg(long, short, default_value = crate::triage::filter::DEFAULT)]
    pub filter: String,
    /// The most records to print
    #[arg(long, default_value_t = 10_000)]
    pub limit: usize,
    /// One JSON object a line instead of a table
    #[arg(long)]
    pub json: bool,
}

/// Whom to print.
#[derive(Debug, clap::Args)]
pub struct User {
    /// User principal name or directory object id
    pub key: String,
    /// One JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// What to hunt for.
#[derive(Debug, clap::Args)]
pub struct Hunt {
    /// KQL; `-` reads it from standard input
    pub query: String,
    /// Bound on `Timestamp` as an ISO 8601 duration or interval, e.g. `P7D`; the service's default is 30 days
    #[arg(long)]
    pub timespan: Option<String>,
    /// One JSON object a row instead of a table
    #[arg(long)]
    pub json: bool,
}

/// The lab.
#[derive(Debug, clap::Args)]
pub struct Lab {
    /// What the tenant is generated from; the same seed gives the same tenant
    #[arg(long, global = true, default_value_t = super::connect::LAB_SEED)]
    pub seed: u64,
    /// The instant the lab starts at, RFC 3339; the machine's now otherwise
    #[arg(long, global = true)]
    pub anchor: Option<crate::base::Timestamp>,
    /// How large the tenant is: `small` (60 people), `standard` (500), `large` (100,000 alerts and 5,000,000 hunting
    /// rows), or PEOPLE[:ALERTS]
    #[arg(long, global = true, default_value = "standard")]
    pub scale: crate::lab::Scale,
    /// How it behaves.
    #[command(flatten)]
    pub conduct: super::conduct::Conduct,
    /// What to do; without one, the workspace opens over the lab
    #[command(subcommand)]
    pub command: Option<LabCommand>,
}

/// What to do with the lab.
#[derive(Debug, Subcommand)]
pub enum LabCommand {
    /// Serve the lab alone, on loopback, until interrupted
    Serve {
        /// Port; 0 takes a free one
        #[arg(long, default_value_t = 8088)]
        port: u16,
        /// Print address and credentials as one line of JSON
        #[arg(long)]
        json: bool,
    },
    /// List the planted stories without giving them away
    Stories(Told),
    /// Tell what a story was: the truth, what gives it away, and the queries that show it
    Debrief {
        /// The story's number, as `lab stories` lists it
        number: usize,
        /// Where it is told from, and how
        #[command(flatten)]
        told: Told,
    },
    /// Tell how a session compares with the truth: what was found, judged right and wrong, and missed
    Score {
        /// Begin the session again
        #[arg(long)]
        reset: bool,
        /// Address of the lab that `lab serve` announced
        #[arg(long, default_value = "http://127.0.0.1:8088")]
        url: url::Url,
        /// One JSON object instead of text
        #[arg(long)]
        json: bool,
    },
}

/// Where stories are told from, and how.
#[derive(Debug, clap::Args)]
pub struct Told {
    /// Ask the running lab at this address; otherwise the lab of --seed and --anchor is made anew
    #[arg(long)]
    pub url: Option<url::Url>,
    /// JSON instead of text
    #[arg(long)]
    pub json: bool,
}
