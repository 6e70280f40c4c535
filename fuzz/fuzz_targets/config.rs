//! A configuration file of any bytes: it is read or refused in words, and a refusal never quotes a secret's line.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use watchfloor::config;

/// Where the file is put for each run.
static PATH: LazyLock<String> = LazyLock::new(|| {
    let name = format!("watchfloor-fuzz-{}.toml", std::process::id());
    std::env::temp_dir().join(name).display().to_string()
});

fuzz_target!(|data: &[u8]| {
    std::fs::write(&*PATH, data).unwrap();
    let variables = |name: &str| (name == config::CONFIG).then(|| PATH.clone());
    match config::load(None, &variables) {
        Ok(Some(profile)) => assert!(!profile.settings.is_empty()),
        Ok(None) => {}
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
