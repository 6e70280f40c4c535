//! Lines on standard output, and at the end of a file.

use super::{Message, Sink, SinkError, SinkFailure};
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, ready};
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Standard output.
#[derive(Debug)]
pub struct Printed;

impl Sink for Printed {
    fn send<'a>(&'a mut self, batch: &'a [Message]) -> BoxFuture<'a, Result<(), SinkError>> {
        let written = write_lines(&mut io::stdout().lock(), batch);
        ready(written.map_err(|error| {
            let kind = match error.kind() {
                ErrorKind::BrokenPipe => SinkFailure::Content,
                _ => SinkFailure::Unavailable,
            };
            SinkError::new(kind, error.to_string(), "")
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
        if is_torn(&self.path) {
            file.write_all(b"\n")?;
        }
        write_lines(&mut file, batch)?;
        // Only what is on the disk was taken.
        file.sync_data()
    }
}

impl Sink for Appended {
    fn send<'a>(&'a mut self, batch: &'a [Message]) -> BoxFuture<'a, Result<(), SinkError>> {
        ready(self.append(batch).map_err(|error| {
            // A full disk may be mended while this waits; what is no file of ours is not.
            let kind = match error.kind() {
                ErrorKind::NotFound | ErrorKind::PermissionDenied | ErrorKind::IsADirectory => {
                    SinkFailure::Unacceptable
                }
                _ => SinkFailure::Unavailable,
            };
            let remedy = "name a file that you may write to, in a folder that is there and on a disk with room";
            SinkError::new(kind, error.to_string(), remedy)
        }))
        .boxed()
    }
}

/// Whether the last line of the file has no end, as where a process died or the disk was full while it was written. A
/// record put after it would be lost to whoever reads lines.
fn is_torn(path: &Path) -> bool {
    let last = || -> io::Result<u8> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::End(-1))?;
        let mut byte = [b'\n'];
        file.read_exact(&mut byte)?;
        let [byte] = byte;
        Ok(byte)
    };
    // What is empty, no plain file, or not for reading ends in no line of ours.
    path.is_file() && last().is_ok_and(|byte| byte != b'\n')
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
