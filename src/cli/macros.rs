//! The macros of the configuration, checked: words that name something, and keys that are free.

use super::exit::Exit;
use super::problem::Problem;
use crate::config::{self, Setting};
use crate::triage::{Macro, Stated};
use crate::tui::keymap::Keymap;

/// The macros, in the file's order.
///
/// # Errors
/// A [`Problem`] that names the macro which cannot be.
pub fn load() -> Result<Vec<Macro>, Problem> {
    let macros: Vec<Macro> = read()?.into_iter().map(stated).collect();
    for known in &macros {
        if let Err(error) = known.check() {
            let what = format!("configuration, macro {:?}", known.name);
            return Err(Problem::new(what, error, "mend it in config.toml").exiting(Exit::BadQuery));
        }
    }
    if let Err(error) = Keymap::built_in().with_macros(&macros) {
        let remedy = "choose another key for the macro in config.toml; those that begin with x are free";
        return Err(Problem::new("configuration", error, remedy).exiting(Exit::BadQuery));
    }
    Ok(macros)
}

/// What they state, each with where it is stated.
///
/// # Errors
/// As [`load`].
pub fn settings() -> Result<Vec<Setting>, Problem> {
    load()?;
    let path = config::path(&variable).map_err(|error| Problem::new("configuration", error, ""))?;
    Ok(read()?.iter().flat_map(|known| known.settings(&path)).collect())
}

fn read() -> Result<Vec<config::Macro>, Problem> {
    config::macros(&variable).map_err(|error| Problem::new("configuration", error, ""))
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn stated(known: config::Macro) -> Macro {
    Macro {
        name: known.name,
        keys: known.key.unwrap_or_default(),
        stated: Stated {
            status: known.status,
            classification: known.classification,
            determination: known.determination,
            assign: known.assign,
            tags: known.tags,
            comment: known.comment,
        },
    }
}
