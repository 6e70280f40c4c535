//! Keys as they come: read on a thread, decoded here. An Escape is told from the start of a sequence by the time that
//! passes after it.

use super::decode::Decoded;
use std::collections::VecDeque;
use std::io;

#[cfg(unix)]
use super::decode::Decoder;
#[cfg(unix)]
use rustix::event::{PollFd, PollFlags, poll};
#[cfg(unix)]
use std::thread::JoinHandle;
#[cfg(unix)]
use std::time::Duration;
#[cfg(unix)]
use tokio::sync::mpsc;

/// How long an Escape waits for the rest of a sequence: longer where a network may tear it.
#[cfg(unix)]
const GRACE: [Duration; 2] = [Duration::from_millis(25), Duration::from_millis(100)];

/// What the terminal sends.
#[derive(Debug)]
pub struct Keys {
    #[cfg(unix)]
    chunks: mpsc::Receiver<Vec<u8>>,
    #[cfg(unix)]
    reader: Option<Reader>,
    #[cfg(unix)]
    decoder: Decoder,
    #[cfg(unix)]
    grace: Duration,
    #[cfg(not(unix))]
    stream: crossterm::event::EventStream,
    decoded: VecDeque<Decoded>,
}

#[cfg(unix)]
impl Keys {
    /// Starts to read standard input.
    pub fn read() -> Self {
        let (sender, chunks) = mpsc::channel(64);
        let reader = Reader::start(sender).ok();
        let is_remote = ["SSH_CONNECTION", "SSH_TTY"].iter().any(|name| std::env::var_os(name).is_some());
        let [near, far] = GRACE;
        let grace = if is_remote { far } else { near };
        Self { chunks, reader, decoder: Decoder::default(), grace, decoded: VecDeque::new() }
    }

    /// The next of what the terminal sends; `None` where it is gone. Loses nothing when it is given up.
    pub async fn next(&mut self) -> Option<io::Result<Decoded>> {
        loop {
            if let Some(decoded) = self.decoded.pop_front() {
                return Some(Ok(decoded));
            }
            let chunk = if self.decoder.is_waiting() {
                let Ok(chunk) = tokio::time::timeout(self.grace, self.chunks.recv()).await else {
                    self.decoded.extend(self.decoder.give_up());
                    continue;
                };
                chunk
            } else {
                self.chunks.recv().await
            };
            self.decoded.extend(self.decoder.take(&chunk?));
        }
    }

    /// What has come already.
    pub fn waiting(&mut self) -> Option<io::Result<Decoded>> {
        while let Ok(chunk) = self.chunks.try_recv() {
            self.decoded.extend(self.decoder.take(&chunk));
        }
        self.decoded.pop_front().map(Ok)
    }
}

/// The thread that reads the line. It waits for the line and for the pipe at once, so that it can be told to let go of the
/// line before someone else reads it.
#[cfg(unix)]
#[derive(Debug)]
struct Reader {
    stop: io::PipeWriter,
    thread: JoinHandle<()>,
}

#[cfg(unix)]
impl Reader {
    fn start(sender: mpsc::Sender<Vec<u8>>) -> io::Result<Self> {
        let (stopped, stop) = io::pipe()?;
        let thread = std::thread::Builder::new().name("keys".to_owned()).spawn(move || read_line(&stopped, &sender))?;
        Ok(Self { stop, thread })
    }
}

/// Sends on what comes until the line is gone, nobody listens, or the other end of `stopped` is closed.
#[cfg(unix)]
fn read_line(stopped: &io::PipeReader, sender: &mpsc::Sender<Vec<u8>>) {
    let line = io::stdin();
    let mut chunk = [0; 4_096];
    loop {
        let mut waits = [PollFd::new(&line, PollFlags::IN), PollFd::new(stopped, PollFlags::IN)];
        match poll(&mut waits, None) {
            Ok(_) if waits.iter().any(|wait| wait.revents().contains(PollFlags::NVAL)) => return,
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => continue,
            Err(_) => return,
        }
        let [line_says, stop_says] = waits.map(|wait| wait.revents());
        if !stop_says.is_empty() {
            return;
        }
        if line_says.is_empty() {
            continue;
        }
        match rustix::io::read(&line, &mut chunk) {
            Ok(0) => return,
            Ok(length) => {
                if sender.blocking_send(chunk.get(..length).unwrap_or_default().to_vec()).is_err() {
                    return;
                }
            }
            Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => {}
            Err(_) => return,
        }
    }
}

#[cfg(unix)]
impl Drop for Keys {
    /// Waits until the thread has let go of the line; it is at most a read away from that.
    fn drop(&mut self) {
        self.chunks.close();
        if let Some(Reader { stop, thread }) = self.reader.take() {
            drop(stop);
            // A thread that panicked has let go as well.
            drop(thread.join());
        }
    }
}

#[cfg(not(unix))]
impl Keys {
    /// Starts to read the console.
    pub fn read() -> Self {
        Self { stream: crossterm::event::EventStream::new(), decoded: VecDeque::new() }
    }

    /// The next of what the console sends; `None` where it is gone.
    pub async fn next(&mut self) -> Option<io::Result<Decoded>> {
        use futures_util::StreamExt as _;
        match self.decoded.pop_front() {
            Some(decoded) => Some(Ok(decoded)),
            None => Some(self.stream.next().await?.map(Decoded::Event)),
        }
    }

    /// What has come already.
    pub fn waiting(&mut self) -> Option<io::Result<Decoded>> {
        self.decoded.pop_front().map(Ok)
    }
}
