//! Keys of macros beside those of commands.

use super::{Binding, Keymap, KeymapError, conflict};
use crate::triage::Macro;

/// What a macro's name follows where it stands in a command's place.
const MACRO: &str = "macro ";
/// Where macros' keys work.
const SCOPE: &str = "triage";
/// The scopes whose keys work there too: a macro takes none of them away, and none of them hides it.
const BESIDE: [&str; 4] = ["queue", "incident", "list", "global"];

/// The macro that stands in the place of the command `id`.
pub fn macro_of(id: &str) -> Option<&str> {
    id.strip_prefix(MACRO)
}

impl Keymap {
    /// This key map with the keys of `macros` as well.
    ///
    /// # Errors
    /// [`KeymapError`] where a macro's keys are none, or not free wherever it can be used.
    pub fn with_macros(mut self, macros: &[Macro]) -> Result<Self, KeymapError> {
        for bound in macros.iter().filter(|bound| !bound.keys.is_empty()) {
            let command = format!("{MACRO}{}", bound.name);
            let binding = Binding::read(SCOPE, &command, &bound.keys)?;
            let others = self.bindings.iter().filter(|other| other.scope == SCOPE || BESIDE.contains(&&*other.scope));
            for other in others {
                let beside = Binding { scope: SCOPE.to_owned(), ..other.clone() };
                conflict(&[beside, binding.clone()]).map_or(Ok(()), Err)?;
            }
            self.bindings.push(binding);
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Chord, Match};
    use super::*;
    use crate::triage::Stated;

    fn bound(name: &str, keys: &str) -> Macro {
        Macro { name: name.to_owned(), keys: keys.to_owned(), stated: Stated::default() }
    }

    #[test]
    fn a_macro_answers_to_its_keys() {
        let keymap = Keymap::built_in().with_macros(&[bound("pentest", "x t"), bound("quiet", "")]).unwrap();
        let keys = [Chord::parse("x").unwrap(), Chord::parse("t").unwrap()];
        let Match::Command(id) = keymap.resolve(&["queue", "triage", "list", "global"], &keys) else {
            panic!("unbound")
        };
        assert_eq!(macro_of(id), Some("pentest"));
        assert_eq!(keymap.resolve(&["user", "list", "global"], &keys), Match::None);
    }

    #[test]
    fn keys_in_use_are_refused_with_their_owner() {
        let cases = [
            (vec![bound("x", "r")], "triage.resolve and macro x both use \"r\""),
            (vec![bound("x", "n")], "queue.next-up and macro x both use \"n\""),
            (vec![bound("x", "g z")], ""),
            (vec![bound("x", "q t")], "quit and macro x both use \"q\""),
            (vec![bound("x", "x"), bound("y", "x t")], "macro x and macro y both use \"x\""),
            (vec![bound("x", "hyper-x")], "\"hyper-x\" is no key; write q, ctrl-x, enter or f5 (Alt is not taken)"),
        ];
        for (macros, expected) in cases {
            match Keymap::built_in().with_macros(&macros) {
                Ok(_) => assert_eq!(expected, ""),
                Err(error) => assert!(error.to_string().ends_with(expected) && !expected.is_empty(), "{error}"),
            }
        }
    }
}
