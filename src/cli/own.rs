//! A person's own files beside the configuration: `keymap.toml`, `watchlist.toml` and themes.
//!
//! A mistake in one of them is told and does not keep the workspace from opening.

use crate::config;
use crate::triage::Watchlist;
use crate::tui::keymap::Keymap;
use crate::tui::theme::Theme;
use std::io;
use std::path::{Path, PathBuf};

/// What a person's own files say.
#[derive(Debug, Default)]
pub struct Own {
    /// The keys, where they are not those built in.
    pub keymap: Option<Keymap>,
    /// What is watched.
    pub watchlist: Watchlist,
    /// What could not be taken, a line each.
    pub problems: Vec<String>,
}

impl Own {
    /// Reads the files.
    pub fn read() -> Self {
        let variables = |name: &str| std::env::var(name).ok();
        config::folder(&variables).map(|folder| Self::read_in(&folder)).unwrap_or_default()
    }

    fn read_in(folder: &Path) -> Self {
        let mut own = Self::default();
        if let Some((path, text)) = own.text(folder.join("keymap.toml")) {
            let (keymap, problems) = Keymap::with(&text);
            own.keymap = Some(keymap);
            own.problems.extend(problems.into_iter().map(|problem| format!("{}: {problem}", path.display())));
        }
        if let Some((path, text)) = own.text(folder.join("watchlist.toml")) {
            match Watchlist::parse(&text) {
                Ok(watchlist) => own.watchlist = watchlist,
                Err(problem) => own.problems.push(format!("{}: {problem}", path.display())),
            }
        }
        own
    }

    /// The theme called `name`: one built in, or the file of that name in the folder `themes`. The dark one where neither
    /// can be had, which is noted.
    pub fn theme(&mut self, name: &str) -> Theme {
        if let Some(theme) = Theme::built_in(name) {
            return theme;
        }
        let variables = |name: &str| std::env::var(name).ok();
        let folder = config::folder(&variables).unwrap_or_default();
        let is_plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
        let path = folder.join("themes").join(format!("{name}.toml"));
        let found = if is_plain { self.text(path) } else { None };
        match found.map(|(path, text)| Theme::own(&text).map_err(|error| format!("{}: {error}", path.display()))) {
            Some(Ok(theme)) => return theme,
            Some(Err(problem)) => self.problems.push(problem),
            None => {
                self.problems.push(format!("there is no theme {name:?}, neither built in nor in the folder themes"));
            }
        }
        Theme::named("dark")
    }

    /// The text of a file; `None` where there is none, or where it cannot be read, which is noted.
    fn text(&mut self, path: PathBuf) -> Option<(PathBuf, String)> {
        match std::fs::read_to_string(&path) {
            Ok(text) => Some((path, text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                self.problems.push(format!("{}: {error}", path.display()));
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_name_their_file_and_the_rest_counts() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("keymap.toml"), "[queue]\n'queue.sort' = ['ctrl-s']\n'nonsense' = ['x']")
            .unwrap();
        std::fs::write(folder.path().join("watchlist.toml"), "[people]\nx = 'y'").unwrap();
        let own = Own::read_in(folder.path());
        assert_eq!(own.keymap.unwrap().keys_of(&["queue"], "queue.sort").as_deref(), Some("Ctrl-S"));
        assert_eq!(own.problems.len(), 2, "{:?}", own.problems);
        assert!(own.problems[0].ends_with("keymap.toml: [queue] nonsense is no command"), "{:?}", own.problems);
        assert!(own.problems[1].contains("watchlist.toml: [people] is not watched"), "{:?}", own.problems);
        assert_eq!(Own::read_in(&folder.path().join("none")).problems, Vec::<String>::new());
    }
}
