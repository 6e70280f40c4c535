//! `watchfloor doctor`: the way to the tenant, the sign-in, and what the caller can do there, checked one by one.

mod capability;
mod finding;
mod network;

use super::args::Args;
use super::connect::{self, Prompts};
use super::exit::Exit;
use super::login::who;
use super::output::Output;
use super::problem::Problem;
use crate::app;
use crate::app::doctor::{Check, Step};
use crate::base::Untrusted;
use crate::graph::auth::Identity;
use crate::graph::retry::Policy;
use crate::graph::{AuthConfig, Client, ClientConfig, Session, SignInError};
use crate::lab::LabOptions;
use crate::runtime::Examiner;
pub use capability::Switches;
use capability::{Caller, Capability, Probe, Read};
use finding::{Finding, Verdict};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{self, UnboundedSender};

/// What is told in the end.
struct Report {
    profile: String,
    findings: Vec<Finding>,
    capabilities: Vec<Capability>,
    permissions: Vec<String>,
}

/// Checks the configured tenant, or the lab. Ends with the code of the worst that was found.
pub async fn run(args: &Args, is_json: bool) -> Result<Exit, Problem> {
    let (profile, auth, switches, _lab) = if args.lab {
        let (lab, auth) = connect::start_lab(connect::lab_config(), LabOptions::default()).await?;
        let read_only = connect::lab_desk(args)?.read_only;
        ("lab".to_owned(), auth, Switches { read_only, allow_response: true }, Some(lab))
    } else {
        let profile = connect::load_profile(args)?.ok_or_else(connect::not_configured)?;
        let auth = connect::auth_config(&profile, &Prompts::default())?;
        let switches = Switches { read_only: profile.read_only, allow_response: profile.allow_response };
        (profile.name, auth, switches, None)
    };
    let mut out = Output::new();
    if !is_json {
        out.whole_line(&format!("profile {}", Untrusted::new(&*profile).line()))?;
        out.line("")?;
        out.flush()?;
    }
    let report =
        examine(profile, auth, switches, |told| if is_json { Ok(()) } else { print_check(&mut out, told) }).await?;
    if is_json {
        out.json(&report.record())?;
    } else {
        report.print_capabilities(&mut out)?;
    }
    out.flush()?;
    Ok(report.exit())
}

/// Something the doctor knows.
#[derive(Clone, Debug)]
enum Told {
    Finding(Finding),
    Capability(Capability),
    Permissions(Vec<String>),
}

/// Checks everything; `show` is given each thing as soon as it is known.
async fn examine(
    profile: String,
    auth: AuthConfig,
    switches: Switches,
    mut show: impl FnMut(&Told) -> std::io::Result<()>,
) -> std::io::Result<Report> {
    let (tell, mut told) = mpsc::unbounded_channel();
    let mut report = Report { profile, findings: Vec::new(), capabilities: Vec::new(), permissions: Vec::new() };
    let gather = async {
        while let Some(told) = told.recv().await {
            show(&told)?;
            match told {
                Told::Finding(finding) => report.findings.push(finding),
                Told::Capability(capability) => report.capabilities.push(capability),
                Told::Permissions(permissions) => report.permissions = permissions,
            }
        }
        Ok(())
    };
    let ((), gathered) = tokio::join!(examine_by_step(&auth, make_client(&auth), switches, tell), gather);
    gathered.map(|()| report)
}

/// Checks everything in order, and tells each thing as soon as it is known.
async fn examine_by_step(
    auth: &AuthConfig,
    client: Result<Client, Finding>,
    switches: Switches,
    tell: UnboundedSender<Told>,
) {
    // Where nobody listens any more, nobody misses it.
    let tell = |told: Told| drop(tell.send(told));
    network::check(auth, |finding| tell(Told::Finding(finding))).await;
    let client = match client {
        Ok(client) => signed_in(client).await,
        Err(finding) => Err(finding),
    };
    let client = match client {
        Ok(client) => client,
        Err(finding) => {
            tell(Told::Finding(finding));
            Probe::ALL.map(Capability::untried).into_iter().for_each(|row| tell(Told::Capability(row)));
            return;
        }
    };
    let identity = client.session().identity();
    tell(Told::Finding(Finding::good("sign-in", who(identity.as_ref()))));
    tell(Told::Finding(token(identity.as_ref())));
    let permissions = identity.as_ref().map(|identity| identity.permissions.as_slice()).unwrap_or_default();
    tell(Told::Permissions(permissions.iter().map(|name| name.line().into_owned()).collect()));
    let caller = Caller { identity: identity.as_ref(), switches };
    capability::try_all(&client, caller, |row| tell(Told::Capability(row))).await;
}

/// What examines the tenant of `auth` for the workspace, signed in as `session`.
pub fn examiner(auth: AuthConfig, session: Arc<Session>, switches: Switches) -> Examiner {
    Examiner::new(move |steps| {
        let client = client_of(&auth, Arc::clone(&session));
        let auth = auth.clone();
        Box::pin(async move {
            let (tell, mut told) = mpsc::unbounded_channel();
            let pass_on = async {
                while let Some(told) = told.recv().await {
                    if let Some(step) = step(told) {
                        drop(steps.send(step));
                    }
                }
            };
            tokio::join!(examine_by_step(&auth, client, switches, tell), pass_on);
        })
    })
}

/// The same for the workspace; the permissions by name are its table's.
fn step(told: Told) -> Option<Step> {
    match told {
        Told::Finding(finding) => Some(Step::Check(Check {
            verdict: finding.verdict.word(),
            name: finding.check.to_owned(),
            words: safe(&finding.words),
            remedy: safe(&finding.remedy),
        })),
        Told::Capability(capability) => {
            let [name, read, read_permission, write, write_permission] =
                <[String; 5]>::try_from(capability.row()).unwrap_or_default();
            let causes = causes(&capability).iter().map(|cause| safe(cause)).collect();
            Some(Step::Capability(app::doctor::Capability {
                name,
                read,
                read_permission,
                write,
                write_permission,
                causes,
            }))
        }
        Told::Permissions(_) => None,
    }
}

fn safe(text: &str) -> String {
    Untrusted::new(text).line().into_owned()
}

fn make_client(auth: &AuthConfig) -> Result<Client, Finding> {
    let session = Session::new(auth.clone()).map_err(|error| refused(&error))?;
    client_of(auth, Arc::new(session))
}

/// A client that calls as `session`, and does not wait long.
fn client_of(auth: &AuthConfig, session: Arc<Session>) -> Result<Client, Finding> {
    let config = ClientConfig { policy: impatient(), ..connect::client_config(auth) };
    Client::new(config, session)
        .map_err(|error| Finding::bad("sign-in", error.to_string(), error.remedy(), Exit::Refused))
}

/// Patience for one try more. Whoever asks the doctor is to hear what is wrong, not to wait until it is over.
fn impatient() -> Policy {
    Policy { tries_max: 2, patience: Duration::from_secs(5), ..Policy::default() }
}

/// The client, signed in.
async fn signed_in(client: Client) -> Result<Client, Finding> {
    client.session().sign_in().await.map_err(|error| refused(&error))?;
    Ok(client)
}

fn refused(error: &SignInError) -> Finding {
    let problem = connect::refused(error);
    Finding::bad("sign-in", problem.why, problem.remedy, problem.exit)
}

/// What the token says of itself. Graph's tokens are opaque by contract, so this proves nothing by itself.
fn token(identity: Option<&Identity>) -> Finding {
    const CHECK: &str = "token";
    let Some(identity) = identity else {
        return Finding::note(CHECK, "it does not tell what it allows; what can be read is tried below");
    };
    let kind = if identity.upn.is_some() { "delegated scopes" } else { "application roles" };
    let until = identity.expires.map(|at| format!(", until {} UTC", at.to_seconds_text())).unwrap_or_default();
    let words = format!("{} {kind}{until}", identity.permissions.len());
    if identity.permissions.is_empty() {
        return Finding::bad(
            CHECK,
            words,
            "nothing is granted to the app; watchfloor init prints what an administrator must grant",
            Exit::Refused,
        );
    }
    Finding::good(CHECK, words)
}

impl Report {
    /// The code of the worst finding. What somebody must mend is worse than what may pass by itself; of two that are as
    /// bad, the first counts.
    fn exit(&self) -> Exit {
        let findings = self.findings.iter().filter(|finding| finding.verdict == Verdict::Bad).map(|f| f.exit);
        let rows = self.capabilities.iter().map(|row| row.exit);
        let all: Vec<Exit> = findings.chain(rows).filter(|exit| *exit != Exit::Ok).collect();
        let lasting = all.iter().find(|exit| **exit != Exit::TryLater);
        lasting.or(all.first()).copied().unwrap_or(Exit::Ok)
    }

    fn record(&self) -> Value {
        json!({
            "profile": self.profile,
            "checks": self.findings.iter().map(Finding::record).collect::<Vec<_>>(),
            "permissions": self.permissions,
            "capabilities": self.capabilities.iter().map(Capability::record).collect::<Vec<_>>(),
            "exit": self.exit().code(),
        })
    }

    fn print_capabilities(&self, out: &mut Output) -> std::io::Result<()> {
        out.line("")?;
        let rows: Vec<Vec<String>> = self.capabilities.iter().map(Capability::row).collect();
        out.whole_table(&["capability", "read", "needs", "read/write", "needs"], &rows)?;
        let mut told: Vec<(Vec<String>, Vec<&Capability>)> = Vec::new();
        for row in &self.capabilities {
            let causes = causes(row);
            match told.iter_mut().find(|(known, _)| *known == causes) {
                Some((_, rows)) => rows.push(row),
                None => told.push((causes, vec![row])),
            }
        }
        told.iter().try_for_each(|(causes, rows)| print_causes(out, causes, rows))
    }
}

/// Prints a check as soon as it is known; capabilities come as a table when all are.
fn print_check(out: &mut Output, told: &Told) -> std::io::Result<()> {
    match told {
        Told::Finding(finding) => {
            out.whole_line(&format!("{:<8} {}: {}", finding.verdict.word(), finding.check, safe(&finding.words)))?;
            if !finding.remedy.is_empty() {
                out.whole_line(&format!("         → {}", safe(&finding.remedy)))?;
            }
        }
        Told::Permissions(permissions) if !permissions.is_empty() => {
            // The longest has room beside the narrower margin, however narrow the terminal.
            let margin = if out.is_narrow() { "  " } else { "         " };
            out.whole_line(&format!("{margin}{}", permissions.join(", ")))?;
        }
        Told::Permissions(_) | Told::Capability(_) => {}
    }
    out.flush()
}

/// Prints the causes that `rows` have in common: one that stops them all is told once.
fn print_causes(out: &mut Output, causes: &[String], rows: &[&Capability]) -> std::io::Result<()> {
    let names: Vec<&str> = rows.iter().map(|row| row.probe.name()).collect();
    let mut lines = causes.iter();
    if rows.iter().any(|row| matches!(row.read, Read::No { .. })) {
        out.line("")?;
        out.whole_line(&format!("{}: {}", names.join(", "), lines.next().map_or("", String::as_str)))?;
    } else if rows.iter().any(|row| !row.unproven.is_empty()) {
        out.line("")?;
        out.whole_line(&format!("{}: nothing there", names.join(", ")))?;
    }
    lines.try_for_each(|line| out.whole_line(&format!("  {line}")))
}

/// Why something cannot be read or is empty, line by line.
fn causes(row: &Capability) -> Vec<String> {
    let mut lines = Vec::new();
    if let Read::No { why, remedy, request_id } = &row.read {
        lines.push(why.clone());
        lines.push(format!("→ {remedy}"));
        lines.extend(request_id.iter().map(|id| format!("request id {id}")));
    }
    lines.extend(row.proven.iter().map(|cause| format!("proved: {cause}")));
    lines.extend(row.unproven.iter().map(|cause| format!("possible, and no answer tells: {cause}")));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_must_be_mended_counts_more_than_what_may_pass() {
        let report = |exits: &[Exit]| {
            let findings = exits.iter().map(|exit| Finding::bad("x", "", "", *exit)).collect();
            Report { profile: String::new(), findings, capabilities: Vec::new(), permissions: Vec::new() }.exit()
        };
        for (exits, expected) in [
            (&[] as &[Exit], Exit::Ok),
            (&[Exit::TryLater], Exit::TryLater),
            (&[Exit::TryLater, Exit::Refused, Exit::Failed], Exit::Refused),
            (&[Exit::Failed, Exit::Refused], Exit::Failed),
        ] {
            assert_eq!(report(exits), expected, "{exits:?}");
        }
    }
}
