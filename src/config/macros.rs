//! `[macro.<name>]`: a disposition under a name and on keys of its own, whatever the profile.
//!
//! ```toml
//! [macro.pentest]
//! key = "x t"
//! status = "resolved"
//! classification = "informationalExpectedActivity"
//! determination = "securityTesting"
//! comment = "Announced penetration test."
//! tags = ["pentest"]
//! ```
//!
//! Whether the words name something, and whether the keys are free, is not known here.

use super::{Origin, Setting};
use serde::Deserialize;
use std::path::Path;

/// One macro, in the file's words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Macro {
    /// Its name, the table's own.
    #[serde(skip)]
    pub name: String,
    /// Its keys, as key maps write them, e.g. `x t`.
    pub key: Option<String>,
    /// The status to set.
    pub status: Option<String>,
    /// The classification to set, with a determination.
    pub classification: Option<String>,
    /// The determination to set, with a classification.
    pub determination: Option<String>,
    /// The comment to add.
    pub comment: Option<String>,
    /// Tags to add.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The owner to set; `me` for whoever is signed in.
    pub assign: Option<String>,
}

impl Macro {
    /// What it states, each with its place in the file at `path`.
    pub fn settings(&self, path: &Path) -> Vec<Setting> {
        let tags = (!self.tags.is_empty()).then(|| self.tags.join(", "));
        let stated = [
            ("key", &self.key),
            ("status", &self.status),
            ("classification", &self.classification),
            ("determination", &self.determination),
            ("comment", &self.comment),
            ("tags", &tags),
            ("assign", &self.assign),
        ];
        let setting = |(key, value): (&str, &Option<String>)| {
            let name = format!("macro.{}.{key}", self.name).into();
            value.clone().map(|value| Setting { name, value, origin: Origin::File(path.to_owned()) })
        };
        stated.into_iter().filter_map(setting).collect()
    }
}
