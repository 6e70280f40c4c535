//! Adds a profile to the configuration file.

use super::key::{Key, READ_ONLY};
use super::{ConfigError, file};
use std::path::Path;
use std::{fs, io};

/// Writes the profile `name` with `values` to the file at `path`, behind what is there; the first one also becomes the
/// default. What is there is not touched, and nothing is written that could not be read again.
///
/// # Errors
/// [`ConfigError`] where the file cannot be read or written, or has such a profile.
pub fn add_profile(path: &Path, name: &str, values: &[(Key, String)]) -> Result<(), ConfigError> {
    let unwritable = |source: io::Error| ConfigError::Unwritable { path: path.to_owned(), source };
    let mut text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(source) => return Err(ConfigError::Unreadable { path: path.to_owned(), source }),
    };
    if file::parse(&text, path)?.has(name) {
        return Err(ConfigError::ProfileExists { path: path.to_owned(), name: name.to_owned() });
    }
    text.push_str(&section(&text, name, values));
    file::parse(&text, path)?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(unwritable)?;
    }
    let beside = path.with_extension("toml.new");
    fs::write(&beside, text).and_then(|()| fs::rename(&beside, path)).map_err(unwritable)
}

fn section(before: &str, name: &str, values: &[(Key, String)]) -> String {
    let mut lines = Vec::new();
    if before.trim().is_empty() {
        lines.push(format!("default_profile = {}", quoted(name)));
    } else if !before.ends_with('\n') {
        lines.push(String::new());
    }
    lines.push(String::new());
    lines.push(format!("[profile.{}]", quoted(name)));
    lines.extend(values.iter().map(|(key, value)| {
        let value = if *key == READ_ONLY { value.clone() } else { quoted(value) };
        format!("{} = {value}", key.name)
    }));
    lines.push(String::new());
    lines.join("\n")
}

/// A TOML string.
fn quoted(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|c| match c {
            '"' | '\\' => format!("\\{c}"),
            c if c.is_control() => format!("\\u{:04X}", u32::from(c)),
            c => c.to_string(),
        })
        .collect();
    format!("\"{escaped}\"")
}
