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
use crate::graph::auth::Identity;
use crate::graph::{AuthConfig, Client, Session};
use crate::lab::LabOptions;
use capability::{Caller, Capability, Probe, Read, Switches};
use finding::{Finding, Verdict};
use serde_json::{Value, json};
use std::sync::Arc;

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
        ("lab".to_owned(), auth, Switches { read_only: false, allow_response: true }, Some(lab))
    } else {
        let profile = connect::load_profile(args)?.ok_or_else(connect::not_configured)?;
        let auth = connect::auth_config(&profile, &Prompts::default())?;
        let switches = Switches { read_only: profile.read_only, allow_response: profile.allow_response };
        (profile.name, auth, switches, None)
    };
    let report = examine(profile, auth, switches).await;
    let mut out = Output::new();
    if is_json {
        out.json(&report.record())?;
    } else {
        report.print(&mut out)?;
    }
    out.flush()?;
    Ok(report.exit())
}

async fn examine(profile: String, auth: AuthConfig, switches: Switches) -> Report {
    let mut findings = network::check(&auth).await;
    let (capabilities, identity) = match sign_in(auth).await {
        Ok(client) => {
            let identity = client.session().identity();
            findings.push(Finding::good("sign-in", who(identity.as_ref())));
            findings.push(token(identity.as_ref()));
            let caller = Caller { identity: identity.as_ref(), switches };
            (capability::try_all(&client, caller).await, identity)
        }
        Err(finding) => {
            findings.push(finding);
            (Probe::ALL.map(Capability::untried).to_vec(), None)
        }
    };
    let permissions = identity.map(|identity| identity.permissions).unwrap_or_default();
    let permissions = permissions.iter().map(|name| name.line().into_owned()).collect();
    Report { profile, findings, capabilities, permissions }
}

async fn sign_in(auth: AuthConfig) -> Result<Client, Finding> {
    let client_config = connect::client_config(&auth);
    let refused = |problem: Problem| Finding::bad("sign-in", problem.why, problem.remedy, problem.exit);
    let session = Session::new(auth).map_err(|error| refused(connect::refused(&error)))?;
    session.sign_in().await.map_err(|error| refused(connect::refused(&error)))?;
    Client::new(client_config, Arc::new(session))
        .map_err(|error| Finding::bad("sign-in", error.to_string(), error.remedy(), Exit::Refused))
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
    /// The code of the worst finding; of two that are as bad, of the first.
    fn exit(&self) -> Exit {
        let findings = self.findings.iter().filter(|finding| finding.verdict == Verdict::Bad).map(|f| f.exit);
        let rows = self.capabilities.iter().map(|row| row.exit);
        findings.chain(rows).find(|exit| *exit != Exit::Ok).unwrap_or(Exit::Ok)
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

    fn print(&self, out: &mut Output) -> std::io::Result<()> {
        out.line(&format!("profile {}\n", self.profile))?;
        for finding in &self.findings {
            out.line(&format!("{:<8} {}: {}", finding.verdict.word(), finding.check, finding.words))?;
            if !finding.remedy.is_empty() {
                out.line(&format!("         → {}", finding.remedy))?;
            }
        }
        if !self.permissions.is_empty() {
            out.line(&format!("         {}", self.permissions.join(", ")))?;
        }
        out.line("")?;
        let rows: Vec<Vec<String>> = self.capabilities.iter().map(Capability::row).collect();
        out.table(&["capability", "read", "needs", "read/write", "needs"], &rows)?;
        for row in &self.capabilities {
            print_causes(out, row)?;
        }
        Ok(())
    }
}

fn print_causes(out: &mut Output, row: &Capability) -> std::io::Result<()> {
    if let Read::No { why, remedy, request_id } = &row.read {
        out.line(&format!("\n{}: {why}", row.probe.name()))?;
        out.line(&format!("  → {remedy}"))?;
        if let Some(id) = request_id {
            out.line(&format!("  request id {id}"))?;
        }
    } else if !row.unproven.is_empty() {
        out.line(&format!("\n{}: nothing there", row.probe.name()))?;
    }
    for cause in &row.proven {
        out.line(&format!("  proved: {cause}"))?;
    }
    for cause in &row.unproven {
        out.line(&format!("  possible, and no answer tells: {cause}"))?;
    }
    Ok(())
}
