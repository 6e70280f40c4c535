//! What is sent to the person at the other end of the line beside the screen: the clipboard, and attention.
//!
//! The terminal answers neither, so nobody knows whether it took them.

use crate::base::private_file;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use std::io;
use std::path::{Path, PathBuf};

/// The most bytes of base64 that are sent to a clipboard: what xterm takes.
const BYTES_MAX: usize = 74_994;
/// The most bytes of one sequence that GNU screen passes on.
const SCREEN_BYTES_MAX: usize = 768;

/// What stands between us and the terminal, and passes on only what is wrapped for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Between {
    /// Nothing.
    #[default]
    Nothing,
    /// tmux. It passes on what is wrapped where `allow-passthrough` is on, and takes a clipboard where `set-clipboard` is.
    Tmux,
    /// GNU screen.
    Screen,
}

impl Between {
    /// What the environment says: `TMUX` and `TERM`.
    pub fn of(has_tmux: bool, term: &str) -> Self {
        match term {
            _ if has_tmux => Self::Tmux,
            term if term.starts_with("screen") => Self::Screen,
            _ => Self::Nothing,
        }
    }

    /// `sequence` as it gets through.
    fn wrapped(self, sequence: &str) -> String {
        match self {
            Self::Nothing => sequence.to_owned(),
            Self::Tmux => format!("\x1bPtmux;{}\x1b\\", sequence.replace('\x1b', "\x1b\x1b")),
            Self::Screen => {
                let characters: Vec<char> = sequence.chars().collect();
                let part = |part: &[char]| format!("\x1bP{}\x1b\\", part.iter().collect::<String>());
                characters.chunks(SCREEN_BYTES_MAX).map(part).collect()
            }
        }
    }
}

/// The bytes that put `text` on the clipboard by OSC 52; `None` where it is more than terminals take. `text` must be safe
/// already.
pub fn copy(text: &str, between: Between) -> Option<String> {
    let encoded = BASE64_STANDARD.encode(text);
    if encoded.len() > BYTES_MAX {
        return None;
    }
    // The string terminator would end GNU screen's own wrapping, a bell does not.
    let end = if between == Between::Screen { "\x07" } else { "\x1b\\" };
    let plain = format!("\x1b]52;c;{encoded}{end}");
    Some(match between {
        // Whichever of the two tmux is told to allow.
        Between::Tmux => format!("{plain}{}", between.wrapped(&plain)),
        Between::Nothing | Between::Screen => between.wrapped(&plain),
    })
}

/// The sequence by which a terminal shows a text beside the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Toast {
    /// OSC 9: iTerm2, kitty, `WezTerm`, Windows Terminal and most others that show anything.
    #[default]
    Osc9,
    /// OSC 777: rxvt, foot, and GNOME's terminals, which know no other.
    Osc777,
}

impl Toast {
    /// What the environment says: `TERM`, and whether `VTE_VERSION` is set.
    pub fn of(term: &str, has_vte: bool) -> Self {
        if has_vte || term.starts_with("rxvt") || term.starts_with("foot") { Self::Osc777 } else { Self::Osc9 }
    }
}

/// The bytes that ring the bell and show `text` where the terminal shows such. `text` must be safe already.
pub fn notify(text: &str, toast: Toast, between: Between) -> String {
    let sequence = match toast {
        Toast::Osc9 => format!("\x1b]9;{text}\x07"),
        Toast::Osc777 => format!("\x1b]777;notify;watchfloor;{text}\x07"),
    };
    format!("\x07{}", between.wrapped(&sequence))
}

/// Writes `text` to a new file in `folder` that only its owner may read.
///
/// # Errors
/// Where that is not possible.
pub fn keep(text: &str, folder: &Path) -> io::Result<PathBuf> {
    for number in 1..1_000 {
        let path = folder.join(format!("watchfloor-copy-{}-{number}.txt", std::process::id()));
        match private_file::write_new(&path, text) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_gets_what_it_passes_on() {
        assert_eq!(copy("hi", Between::of(false, "xterm")).unwrap(), "\x1b]52;c;aGk=\x1b\\");
        let tmux = copy("hi", Between::of(true, "screen-256color")).unwrap();
        assert_eq!(tmux, "\x1b]52;c;aGk=\x1b\\\x1bPtmux;\x1b\x1b]52;c;aGk=\x1b\x1b\\\x1b\\");
        let screen = copy(&"x".repeat(1_000), Between::of(false, "screen")).unwrap();
        let parts: Vec<&str> = screen.split_terminator("\x1b\\").collect();
        assert_eq!(parts.len(), 2);
        assert!(parts.iter().all(|part| part.starts_with("\x1bP") && part.len() <= SCREEN_BYTES_MAX + 2));
        let whole: String = parts.iter().map(|part| part.trim_start_matches("\x1bP")).collect();
        assert_eq!(whole, format!("\x1b]52;c;{}\x07", BASE64_STANDARD.encode("x".repeat(1_000))));
        assert_eq!(notify("new", Toast::of("xterm-256color", false), Between::Nothing), "\x07\x1b]9;new\x07");
        for toast in [Toast::of("xterm-256color", true), Toast::of("rxvt-unicode-256color", false)] {
            assert_eq!(notify("new", toast, Between::Nothing), "\x07\x1b]777;notify;watchfloor;new\x07");
        }
    }

    #[test]
    fn what_is_too_long_is_not_sent_but_kept_for_its_owner_alone() {
        let long = "x".repeat(60_000);
        assert_eq!(copy(&long, Between::Nothing), None);
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (keep(&long, folder.path()).unwrap(), keep("more", folder.path()).unwrap());
        assert_eq!(std::fs::read_to_string(&one).unwrap(), long);
        assert_ne!(one, other);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(one).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
