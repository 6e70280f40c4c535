//! `watchfloor lab`: the workspace over the lab, or the lab alone.

use super::args::{Args, Lab as LabArgs, LabCommand};
use super::connect::Tenant;
use super::exit::Exit;
use super::output::Output;
use super::problem::Problem;
use super::{connect, output, score, stories, workspace};
use crate::base::Timestamp;
use crate::lab::tls::Tls;
use crate::lab::{Lab, LabConfig, LabOptions, Running};
use serde_json::json;

/// Runs it.
pub async fn run(args: &Args, lab: &LabArgs) -> Result<Exit, Problem> {
    let config = LabConfig { seed: lab.seed, anchor: lab.anchor.unwrap_or_else(Timestamp::now), scale: lab.scale };
    match &lab.command {
        None => {
            workspace::check_terminal(args)?;
            let tenant = Tenant::Lab(config, lab.conduct.options());
            Box::pin(workspace::open(args, connect::connect_workspace(args, tenant).await?)).await
        }
        Some(LabCommand::Serve { port, tls_certificate, tls_key, json }) => {
            let files = tls_certificate.as_deref().zip(tls_key.as_deref());
            let tls = files.map(|(certificate, key)| Tls::read(certificate, key)).transpose();
            let tls = tls.map_err(|error| Problem::new("lab", error, ""))?;
            serve(config, LabOptions { port: *port, tls, ..lab.conduct.options() }, *json).await
        }
        Some(LabCommand::Stories(told)) => stories::list(config, told).await,
        Some(LabCommand::Debrief { number, told }) => stories::debrief(config, *number, told).await,
        Some(LabCommand::Score { reset, url, json }) => score::run(url, *reset, *json).await,
    }
}

async fn serve(config: LabConfig, options: LabOptions, json: bool) -> Result<Exit, Problem> {
    let mut lab = Lab::open(config, options).await.map_err(|error| Problem::new("lab", error, ""))?;
    announce(&lab, json)?;
    lab.fill();
    let interrupted = super::signals::interrupted().map_err(|error| Problem::new("lab", error, ""))?;
    tokio::select! {
        ended = lab.ended() => ended.map_err(|error| Problem::new("lab", error, "")).map(|()| Exit::Ok),
        () = interrupted => Ok(Exit::Ok),
    }
}

/// Prints where the lab is. The secrets are the lab's own, made to be printed.
fn announce(lab: &Running, json: bool) -> Result<(), Problem> {
    let addresses = &lab.addresses;
    let mut out = Output::new();
    if json {
        out.json(&json!({
            "base_url": addresses.base_url,
            "authority": addresses.authority,
            "tenant_id": addresses.tenant_id,
            "client_id": addresses.client_id,
            "client_secret": addresses.client_secret.reveal(),
            "token": addresses.token.reveal(),
            "read_only_client_id": addresses.read_only_client_id,
        }))?;
    } else {
        out.line(&format!("lab tenant, fictional to the last name, at {}", addresses.base_url))?;
        out.line(&format!("  authority      {}", addresses.authority))?;
        out.line(&format!("  tenant         {}", addresses.tenant_id))?;
        out.line(&format!("  client id      {}", addresses.client_id))?;
        out.line(&format!("  read-only id   {}", addresses.read_only_client_id))?;
        out.line(&format!("  client secret  {}", addresses.client_secret.reveal()))?;
        out.line(&format!("  token          {}", addresses.token.reveal()))?;
        output::say("interrupt to stop");
    }
    Ok(out.flush()?)
}
