//! `watchfloor logout`: forgets what was kept of a sign-in.

use super::args::Args;
use super::connect::{self, Prompts};
use super::exit::Exit;
use super::output::Output;
use super::problem::Problem;
use crate::config;
use crate::graph::{SignInError, TokenCache};

/// Removes the profile's sign-in from the token cache, or the whole cache.
pub async fn run(args: &Args, is_all: bool) -> Result<Exit, Problem> {
    let path = config::token_cache_path().map_err(|error| Problem::new("logout", error, ""))?;
    let cache = TokenCache::at(path);
    let refused = |error: SignInError| Problem::new("logout", error, "remove the file, or run watchfloor logout --all");
    let was = if is_all {
        cache.clear().await.map_err(refused)?
    } else {
        let profile = connect::load_profile(args)?.ok_or_else(connect::not_configured)?;
        let auth = connect::auth_config(&profile, &Prompts::default())?;
        cache.forget(&auth).await.map_err(refused)?
    };
    let mut out = Output::new();
    out.line(if was { "signed out: the sign-in that was kept is gone" } else { "no sign-in was kept" })?;
    out.flush()?;
    Ok(Exit::Ok)
}
