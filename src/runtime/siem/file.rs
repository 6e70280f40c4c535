//! Lines on standard output, and at the end of a file.

use super::{Message, Sink, SinkError, SinkFailure};
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, ready};
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::PathBuf;

/// Standard output.
#[derive(Debug)]
pub struct Printed;

impl Sink for Printed {
    fn send<'a>(&'a mut self, batch: &'a [Message]) -> BoxFuture<'a, Result<(), SinkError>> {
        let written = write_lines(&mut io::stdout().lock(), batch);
        ready(written.map_err(|error| {
            let kind = match error.kind() {
                io::ErrorKind::BrokenPipe => SinkFailure::Content,
                _ => SinkFailure::Unavailable,
            };
            SinkError::new(kind, format!("standard output: {error}"), "")
        }))
        .boxed()
    }
}

/// A file. It is opened for each batch, so that whoever rotates logs may move it away.
#[derive(Debug)]
pub struct Appended {
    path: PathBuf,
}

impl Appended {
    /// The file at `path`; one that is not there is made, for its owner alone.
    pub fn to(path: PathBuf) -> Self {
        Self { path }
    }

    fn append(&self, batch: &[Message]) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&self.path)?;
        write_lines(&mut file, batch)?;
        // Only what is on the disk was taken.
        file.sync_data()
    }
}

impl Sink for Appended {
    fn send<'a>(&'a mut self, batch: &'a [Message]) -> BoxFuture<'a, Result<(), SinkError>> {
        ready(self.append(batch).map_err(|error| {
            let why = format!("{}: {error}", self.path.display());
            SinkError::new(SinkFailure::Unavailable, why, "name a file that you may write to, on a disk with room")
        }))
        .boxed()
    }
}

fn write_lines(out: &mut impl Write, batch: &[Message]) -> io::Result<()> {
    let mut text = String::with_capacity(batch.iter().map(|message| message.line.len() + 1).sum());
    for message in batch {
        text.push_str(&message.line);
        text.push('\n');
    }
    out.write_all(text.as_bytes())?;
    out.flush()
}
