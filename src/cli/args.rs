//! The command line.

use crate::base::TimeSpan;
use crate::triage::filter::span;
use clap::builder::OsStringValueParser;
use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::path::Path;

/// Insider-risk triage for Microsoft Defender XDR at a terminal.
///
/// Without a command: the triage workspace for the configured tenant. `watchfloor lab` is the same over an embedded
/// tenant with planted insider stories, and needs no account.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[derive(Debug, Parser)]
#[command(name = "watchfloor", version, max_term_width = 100)]
pub struct Args {
    /// Profile of the configuration file; its default profile otherwise
    #[arg(long, global = true, env = "WATCHFLOOR_PROFILE")]
    pub profile: Option<String>,
    /// Start the embedded lab tenant and work on it, whatever is configured
    #[arg(long, global = true)]
    pub lab: bool,
    /// File of the local store (drafts, journal), in place of the profile's own; `:memory:` keeps nothing, as a lab does without it
    #[arg(long, global = true, env = "WATCHFLOOR_STORE", value_name = "FILE", value_parser = OsStringValueParser::new())]
    store: Option<OsString>,
    /// Write nothing to the tenant, whatever the profile allows
    #[arg(long, global = true)]
    pub read_only: bool,
    /// No colours; `NO_COLOR` does the same
    #[arg(long, global = true)]
    pub no_color: bool,
    /// Colours of the terminal, in place of what TERM, COLORTERM and `NO_COLOR` say
    #[arg(long, global = true, value_parser = ["none", "16", "256", "true"])]
    pub color: Option<String>,
    /// Nothing beyond ASCII on the screen, as where locale or TERM cannot
    #[arg(long, global = true)]
    pub ascii: bool,
    /// Theme of the workspace: dark, light, mono or a file of that name in the folder themes beside the configuration
    #[arg(long, global = true)]
    pub theme: Option<String>,
    /// Show people by aliases, always the same for the same person: on screen, in output, in files; nothing of it is sent
    #[arg(long, global = true)]
    pub pseudonyms: bool,
    /// The workspace line by line, without a screen: for screen readers, serial lines and terminals that cannot draw
    #[arg(long, global = true)]
    pub linear: bool,
    /// Take this instant, RFC 3339, for the present, as a lab that was made for another day wants; of a lab only
    #[arg(long, global = true, env = "WATCHFLOOR_NOW", value_name = "INSTANT")]
    pub now: Option<String>,
    /// What to do; without one, the workspace opens
    #[command(subcommand)]
    pub command: Option<Command>,
}

impl Args {
    /// The file that `--store` names. An empty variable is none, as with all variables.
    pub fn store(&self) -> Option<&Path> {
        self.store.as_deref().filter(|path| !path.is_empty()).map(Path::new)
    }
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
    /// Change incidents and alerts: the plan that the workspace shows, printed, and sent unless `--dry-run`
    Triage(Box<Triage>),
    /// Act on a person's account: the plan that the workspace shows, printed, and sent unless `--dry-run`
    Respond(Respond),
    /// Carry alerts and incidents on to a SIEM: each once, and again whenever it changes
    Export(Export),
    /// Print what was done from here, or check that the record of it is whole
    Journal(Journal),
    /// Tell who an alias of the pseudonym mode is; that you asked, and why, goes into the journal
    Reveal(Reveal),
    /// Keep a note about an incident or a person on this machine, for yourself and the next shift
    Note(Note),
    /// Print what this shift leaves to the next, as Markdown: done, open with the next step, waiting, watch, queue, tools
    Handover(Handover),
    /// Run KQL over files, or over nothing, without a tenant; check query files
    Kql(Kql),
    /// Sign in and tell who is signed in
    Login,
    /// Forget the sign-in kept for the profile
    Logout {
        /// Forget those of all profiles
        #[arg(long)]
        all: bool,
    },
    /// Print each setting of the profile and where it came from
    Config {
        /// One JSON object instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Ask for a tenant, write a profile, and print what an administrator must grant
    Init,
    /// Check the way to the tenant, the sign-in and what it allows
    Doctor {
        /// One JSON object instead of a report
        #[arg(long)]
        json: bool,
    },
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
    #[arg(value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub key: String,
    /// One JSON object instead of text
    #[arg(long)]
    pub json: bool,
    /// Write to a new file that only you may read: JSON where its name ends in `.json`, else Markdown
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    pub export: Option<std::path::PathBuf>,
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

/// What to change.
#[derive(Debug, clap::Args)]
pub struct Triage {
    /// Incident numbers and alert ids
    #[arg(required = true)]
    pub ids: Vec<String>,
    /// Do what the macro of this name in config.toml does; what other options say as well counts more
    #[arg(long, value_name = "NAME")]
    pub r#macro: Option<String>,
    /// New status: new, in-progress or resolved
    #[arg(long)]
    pub status: Option<String>,
    /// New classification, as Graph names it, e.g. `truePositive`
    #[arg(long, requires = "determination")]
    pub classification: Option<String>,
    /// New determination, as Graph names it, e.g. `maliciousUserActivity`
    #[arg(long, requires = "classification")]
    pub determination: Option<String>,
    /// New owner's user principal name; `me` for the signed-in analyst, empty for nobody
    #[arg(long, value_name = "UPN")]
    pub assign: Option<String>,
    /// New severity of incidents: high, medium, low or informational
    #[arg(long)]
    pub severity: Option<String>,
    /// Tag to add to incidents; may be given several times
    #[arg(long)]
    pub tag: Vec<String>,
    /// Tag to take from incidents; may be given several times
    #[arg(long)]
    pub untag: Vec<String>,
    /// New name of incidents
    #[arg(long)]
    pub name: Option<String>,
    /// New description of incidents
    #[arg(long)]
    pub description: Option<String>,
    /// New summary of incidents
    #[arg(long)]
    pub summary: Option<String>,
    /// Why incidents were resolved
    #[arg(long)]
    pub resolving_comment: Option<String>,
    /// Comment to add
    #[arg(long)]
    pub comment: Option<String>,
    /// Agree that insider-risk alerts resolved without a classification are dismissed in Purview
    #[arg(long)]
    pub dismiss_undecided: bool,
    /// Print the plan and send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// One JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// Whose account, and what is to be done.
#[derive(Debug, clap::Args)]
pub struct Respond {
    /// User principal name or directory object id
    pub user: String,
    /// `revoke` all sign-in sessions, `disable` or `enable` the account, `confirm-risk` or `dismiss-risk` in Entra
    pub act: String,
    /// Print the plan and send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// One JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// What to carry on, where, and how.
#[derive(Debug, clap::Args)]
pub struct Export {
    /// What to send
    #[arg(long, value_delimiter = ',', default_value = "alerts,incidents", value_parser = ["alerts", "incidents"])]
    pub what: Vec<String>,
    /// Where to: `-`, a file, `syslog+tcp://HOST:PORT`, `syslog+tls://HOST:PORT`, or an HTTP collector: Splunk's
    /// (`https://HOST:8088/services/collector/event`), Elasticsearch's (`https://HOST:9200/INDEX/_bulk`), or any that takes lines
    #[arg(long, default_value = "-", value_name = "DESTINATION")]
    pub to: crate::runtime::siem::Destination,
    /// In which form: graph (as it came), ecs, ocsf or cef
    #[arg(long, default_value = "graph")]
    pub format: crate::export::Format,
    /// Filter line; only what Graph itself can filter: `source:insider-risk severity>=medium`
    #[arg(long, short, default_value = "")]
    pub filter: String,
    /// Where to begin when nothing was sent before: changes since then, a number and m, h, d or w
    #[arg(long, default_value = "30d", value_name = "SPAN", value_parser = span)]
    pub since: TimeSpan,
    /// File that keeps how far it has come, so that the next run goes on there
    #[arg(long, value_name = "FILE")]
    pub checkpoint: Option<std::path::PathBuf>,
    /// Go on until interrupted
    #[arg(long)]
    pub follow: bool,
    /// Seconds between two looks with `--follow`
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub every: u64,
    /// File with the token of an HTTP collector, in place of `WATCHFLOOR_EXPORT_TOKEN`
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<std::path::PathBuf>,
}

/// The journal.
#[derive(Debug, clap::Args)]
pub struct Journal {
    /// One JSON object a record instead of a table of acts
    #[arg(long)]
    pub json: bool,
    /// The most records to look at, the latest
    #[arg(long, default_value_t = 10_000)]
    pub limit: usize,
    /// What to do; without one, it is printed
    #[command(subcommand)]
    pub command: Option<JournalCommand>,
}

/// What to do with the journal.
#[derive(Debug, Subcommand)]
pub enum JournalCommand {
    /// Check that no entry was changed, removed or moved; ends with 1 where one was
    Verify {
        /// One JSON object instead of a line
        #[arg(long)]
        json: bool,
        /// The last hash that a handover or an earlier check printed: shows that nothing was cut off at the end either
        #[arg(long, value_name = "HASH")]
        holds: Option<String>,
    },
}

/// Whom to tell.
#[derive(Debug, clap::Args)]
pub struct Reveal {
    /// The alias, e.g. `Person-K7QF`
    pub alias: String,
    /// Why you need to know
    #[arg(long)]
    pub why: String,
    /// One JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// What to note.
#[derive(Debug, clap::Args)]
pub struct Note {
    /// Incident number, or a person's user principal name
    pub about: String,
    /// The words. `waiting …` and `watch …` put it under that heading of the handover; any others are the next step
    #[arg(required = true)]
    pub text: Vec<String>,
}

/// What to hand over.
#[derive(Debug, clap::Args)]
pub struct Handover {
    /// How long the shift was: a number and m, h, d or w
    #[arg(long, default_value = "12h", value_name = "SPAN", value_parser = span)]
    pub last: TimeSpan,
}

/// What to run over files.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Kql {
    /// KQL; `-`, or nothing, reads it from standard input
    pub query: Option<String>,
    /// Rows of a table: CSV, TSV, JSON lines or a JSON array; may be given several times
    #[arg(long, value_name = "NAME=FILE")]
    pub table: Vec<String>,
    /// How to print the rows
    #[arg(long, value_enum, default_value_t = KqlFormat::Table)]
    pub format: KqlFormat,
    /// The most rows to print
    #[arg(long, default_value_t = crate::base::limits::HUNTING_ROWS_MAX)]
    pub limit: usize,
    /// Print how the query runs, with rows and time of each step, instead of its rows
    #[arg(long)]
    pub explain: bool,
    /// Run the query as it is written, a row at a time, to see what it gains from being made cheaper
    #[arg(long)]
    pub naive: bool,
    /// Read queries one after the other; each ends with a blank line or `;`
    #[arg(long, conflicts_with_all = ["query", "explain"])]
    pub repl: bool,
    /// What else to do
    #[command(subcommand)]
    pub command: Option<KqlCommand>,
}

/// How rows are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum KqlFormat {
    /// Aligned columns
    Table,
    /// One object: `{"columns":[{"name","type"}],"rows":[[…]]}`
    Json,
    /// One object a row
    Jsonl,
    /// Comma-separated values
    Csv,
}

/// What else to do with KQL.
#[derive(Debug, Subcommand)]
pub enum KqlCommand {
    /// Check query files against the hunting schema; ends with 3 where one has an error
    Check(KqlCheck),
}

/// Which files to check.
#[derive(Debug, clap::Args)]
pub struct KqlCheck {
    /// Query files, and folders of `.kql`, `.csl` and `.kusto` files
    #[arg(required = true)]
    pub files: Vec<String>,
    /// How findings are told
    #[arg(long, value_enum, default_value_t = CheckFormat::Text)]
    pub format: CheckFormat,
    /// The same as `--format json`
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    /// Errors only: no warnings and no advice
    #[arg(long)]
    pub errors_only: bool,
}

/// How the findings of a check are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum CheckFormat {
    /// `file:line:column: severity: message`
    Text,
    /// One object a finding
    Json,
    /// Commands that GitHub Actions shows beside the lines
    Github,
    /// A SARIF 2.1.0 log, which code scanning takes
    Sarif,
}

/// The lab.
#[derive(Debug, clap::Args)]
pub struct Lab {
    /// What the tenant is generated from; the same seed gives the same tenant
    #[arg(long, global = true, default_value_t = super::connect::LAB_SEED)]
    pub seed: u64,
    /// The instant the lab starts at, RFC 3339, and the workspace over it; now otherwise
    #[arg(long, global = true)]
    pub anchor: Option<crate::base::Timestamp>,
    /// How large the tenant is: `small` (60 people), `standard` (500), `large` (100,000 alerts and 5,000,000 hunting
    /// rows), or `PEOPLE` or `PEOPLE:ALERTS`
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
        /// Serve HTTPS with this certificate and its chain, in PEM: for clients that send tokens over nothing else
        #[arg(long, value_name = "FILE", requires = "tls_key")]
        tls_certificate: Option<std::path::PathBuf>,
        /// The certificate's private key, in PEM
        #[arg(long, value_name = "FILE", requires = "tls_certificate")]
        tls_key: Option<std::path::PathBuf>,
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
