//! `guid` text.

use std::fmt::Write;

/// `74be27de-1e4e-49d9-b579-fe0b331d3642`.
pub fn guid_text(guid: u128) -> String {
    let mut text = String::with_capacity(36);
    for (at, byte) in guid.to_be_bytes().iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        if write!(text, "{byte:02x}").is_err() {
            break;
        }
    }
    text
}

/// Reads 32 hex digits, with hyphens after the 8th, 12th, 16th and 20th or without, in braces or without.
pub fn parse_guid(text: &str) -> Option<u128> {
    let text = text.trim();
    let inner = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(text);
    let hyphens: Vec<usize> = inner.match_indices('-').map(|(at, _)| at).collect();
    if !hyphens.is_empty() && hyphens != [8, 13, 18, 23] {
        return None;
    }
    let digits = inner.replace('-', "");
    if digits.len() != 32 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    u128::from_str_radix(&digits, 16).ok()
}
