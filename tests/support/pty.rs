//! A program in a pseudo-terminal, away from any configuration of this machine.

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::ffi::OsStr;
use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, channel};

/// When it is, to every program that a test starts: a Wednesday, and the tenant that a lab makes then.
pub const NOW: &str = "2026-11-25T16:20:00Z";

/// Both ends of it.
pub struct Pty {
    /// The terminal's end; closes with it.
    pub master: Box<dyn MasterPty + Send>,
    /// Takes keys.
    pub writer: Box<dyn Write + Send>,
    /// The program.
    pub child: Box<dyn Child + Send + Sync>,
    /// What the program writes, read by read; ends with it.
    pub output: Receiver<Vec<u8>>,
}

impl Pty {
    /// Starts `program` with `arguments` at `columns` by `rows`; `environment` comes last.
    pub fn start(
        program: &OsStr,
        arguments: &[&str],
        (columns, rows): (u16, u16),
        environment: &[(&str, &str)],
    ) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.cwd(std::env::temp_dir());
        command.env("TERM", "xterm-256color");
        for (name, value) in [("XDG_CONFIG_HOME", "/nonexistent"), ("HOME", "/nonexistent"), ("LC_ALL", "C.UTF-8")] {
            command.env(name, value);
        }
        // Plans are written at once and nothing is kept, unless the caller says so.
        command.env("WATCHFLOOR_GRACE_SECONDS", "0");
        command.env("WATCHFLOOR_STORE", ":memory:");
        command.env("WATCHFLOOR_NOW", NOW);
        for name in ["NO_COLOR", "TMUX", "COLORTERM", "SSH_CONNECTION", "SSH_TTY"] {
            command.env_remove(name);
        }
        for name in ["WATCHFLOOR_TENANT", "WATCHFLOOR_PROFILE", "WATCHFLOOR_CONFIG"] {
            command.env_remove(name);
        }
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).expect("the binary starts");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let writer = pair.master.take_writer().expect("a writer");
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut chunk = [0; 16_384];
            while let Ok(read @ 1..) = reader.read(&mut chunk) {
                if sender.send(chunk.get(..read).unwrap_or_default().to_vec()).is_err() {
                    break;
                }
            }
        });
        Self { master: pair.master, writer, child, output }
    }
}
