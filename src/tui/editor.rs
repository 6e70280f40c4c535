//! Text written in the analyst's own editor: through a file that nobody else can read and that is gone afterwards.

use super::terminal::{Signal, Signals, stop_process};
use crate::app::{Cause, Failure};
use crate::base::private_file;
use std::fs::{self, DirBuilder};
use std::hash::{BuildHasher as _, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use tokio::process::{Child, Command};

/// The editor of systems whose user names none.
pub const USUAL: &str = if cfg!(windows) { "notepad" } else { "vi" };

/// The most bytes that are read back.
const BYTES_MAX: u64 = 1 << 20;

/// What `sh` answers where there is no such program.
const NOT_FOUND: i32 = 127;

/// Runs `command`, which may carry arguments, on `text` and gives what it left there; the terminal must be the editor's by
/// now. `None` where the process was told to end meanwhile.
pub async fn edit(command: &str, text: &str, signals: &mut Signals) -> Option<Result<String, Failure>> {
    let draft = match Draft::write(text) {
        Ok(draft) => draft,
        Err(error) => return Some(Err(failure(format!("no file for it can be made: {error}")))),
    };
    let mut child = match start(command, &draft.file()) {
        Ok(child) => child,
        Err(error) => return Some(Err(failure(format!("{command:?} cannot be started: {error}")))),
    };
    let ended = loop {
        tokio::select! {
            ended = child.wait() => break ended,
            signal = signals.next() => match signal {
                Signal::End => return None,
                // An editor that stops itself stops its whole job; the shell continues both.
                Signal::Suspend => drop(stop_process()),
                Signal::Continue | Signal::Resized => {}
            },
        }
    };
    Some(match ended {
        Ok(status) if status.success() => draft.read(),
        Ok(status) => Err(failure(told(command, status))),
        Err(error) => Err(failure(format!("{command:?} was lost sight of: {error}"))),
    })
}

fn told(command: &str, status: ExitStatus) -> String {
    match status.code() {
        Some(NOT_FOUND) if cfg!(unix) => format!("there is no editor {command:?}"),
        _ => format!("{command:?} ended with {status}"),
    }
}

fn failure(why: String) -> Failure {
    Failure {
        what: "the editor".to_owned(),
        cause: Cause::Service,
        why: why.into(),
        remedy: "The text is as it was; VISUAL or EDITOR names another editor.".to_owned(),
        request_id: None,
    }
}

/// As git does: by the shell, so that quotes and arguments mean what they mean there.
#[cfg(unix)]
fn start(command: &str, file: &Path) -> io::Result<Child> {
    let script = format!("{command} \"$1\"");
    Command::new("sh").arg("-c").arg(script).arg("sh").arg(file).kill_on_drop(true).spawn()
}

#[cfg(not(unix))]
fn start(command: &str, file: &Path) -> io::Result<Child> {
    let mut words = command.split_whitespace();
    let program = words.next().unwrap_or(USUAL);
    Command::new(program).args(words).arg(file).kill_on_drop(true).spawn()
}

/// The text in a file of its own, in a directory that takes with it whatever the editor leaves beside it.
struct Draft(PathBuf);

impl Draft {
    fn write(text: &str) -> io::Result<Self> {
        let chance = std::hash::RandomState::new().build_hasher().finish();
        let draft = Self(std::env::temp_dir().join(format!("watchfloor-{}-{chance:016x}", std::process::id())));
        let mut directory = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut directory, 0o700);
        // Fails where something of that name is there already.
        directory.create(&draft.0)?;
        private_file::write_new(&draft.file(), text)?;
        Ok(draft)
    }

    fn file(&self) -> PathBuf {
        self.0.join("text.md")
    }

    /// What is in it, without the line's end that editors add.
    fn read(&self) -> Result<String, Failure> {
        let file = self.file();
        let unread = |error: io::Error| failure(format!("what it wrote cannot be read: {error}"));
        if fs::metadata(&file).map_err(unread)?.len() > BYTES_MAX {
            return Err(failure(format!("it left more than {BYTES_MAX} bytes")));
        }
        let text = fs::read_to_string(&file).map_err(unread)?;
        Ok(text.strip_suffix("\r\n").or_else(|| text.strip_suffix('\n')).unwrap_or(&text).to_owned())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // A directory that was never made, or is gone, needs nothing.
        drop(fs::remove_dir_all(&self.0));
    }
}
