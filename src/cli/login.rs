//! `watchfloor login`: signs in and tells who is signed in.

use super::args::Args;
use super::connect::{self, Prompts};
use super::exit::Exit;
use super::output::Output;
use super::problem::Problem;
use crate::config::Auth;
use crate::graph::Session;
use crate::graph::auth::Identity;

/// Signs in to the configured tenant. With a token cache the next run finds the sign-in.
pub async fn run(args: &Args) -> Result<Exit, Problem> {
    let profile = connect::load_profile(args)?.ok_or_else(connect::not_configured)?;
    let auth = connect::auth_config(&profile, &Prompts::default())?;
    let session = Session::new(auth).map_err(|error| connect::refused(&error))?;
    session.sign_in().await.map_err(|error| connect::refused(&error))?;
    let mut out = Output::new();
    out.line(&format!("signed in: {}", who(session.identity().as_ref())))?;
    let kept = match (&profile.auth, profile.kept.tokens) {
        (Auth::DeviceCode, true) => "kept for the next run",
        (Auth::DeviceCode, false) => "not kept; token_cache = \"file\" keeps it",
        _ => "not kept: this way to sign in asks nobody, so each run signs in by itself",
    };
    out.line(&format!("the sign-in is {kept}"))?;
    out.flush()?;
    Ok(Exit::Ok)
}

/// The caller in a line: the person or app and the tenant, as far as the token tells.
pub fn who(identity: Option<&Identity>) -> String {
    let Some(identity) = identity else { return "the token does not tell who it speaks for".to_owned() };
    let app = identity.app_name.as_ref().map(|name| name.line());
    let name = match (&identity.upn, app) {
        (Some(upn), Some(app)) => format!("{} through {app}", upn.line()),
        (Some(upn), None) => upn.line().into_owned(),
        (None, Some(app)) => format!("the app {app}"),
        (None, None) => "an app".to_owned(),
    };
    match &identity.tenant {
        Some(tenant) => format!("{name}, tenant {}", tenant.line()),
        None => name,
    }
}
