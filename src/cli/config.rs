//! `watchfloor config`: each setting as it counts, and where it came from.

use super::args::Args;
use super::connect;
use super::exit::Exit;
use super::macros;
use super::output::Output;
use super::problem::Problem;
use crate::base::Untrusted;
use crate::config::{Origin, Setting};
use serde_json::{Value, json};

/// Prints the settings of the profile in use.
pub fn run(args: &Args, is_json: bool) -> Result<Exit, Problem> {
    let mut profile = connect::load_profile(args)?.ok_or_else(connect::not_configured)?;
    profile.settings.extend(macros::settings()?);
    let mut out = Output::new();
    if is_json {
        let settings: Vec<Value> = profile.settings.iter().map(record).collect();
        out.json(&json!({"profile": profile.name, "settings": settings}))?;
    } else {
        out.line(&format!("profile {}", safe(&profile.name)))?;
        let row = |setting: &Setting| vec![safe(&setting.name), safe(&setting.value), setting.origin.to_string()];
        let rows: Vec<Vec<String>> = profile.settings.iter().map(row).collect();
        out.table(&["setting", "value", "from"], &rows)?;
    }
    out.flush()?;
    Ok(Exit::Ok)
}

fn record(setting: &Setting) -> Value {
    let value = match setting.origin {
        Origin::Unset => Value::Null,
        _ => setting.value.as_str().into(),
    };
    json!({"name": setting.name, "value": value, "from": setting.origin.to_string()})
}

/// A configuration may come from elsewhere too.
fn safe(text: &str) -> String {
    Untrusted::new(text).line().into_owned()
}
