//! Keys as they come: read on a thread, decoded here. An Escape is told from the start of a sequence by the time that
//! passes after it.

use super::decode::Decoded;
use std::collections::VecDeque;
use std::io;

#[cfg(unix)]
use super::decode::Decoder;
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
        std::thread::spawn(move || {
            use std::io::Read;
            let mut chunk = [0; 4_096];
            // The thread ends with the line, or with the loop.
            while let Ok(length @ 1..) = io::stdin().lock().read(&mut chunk) {
                if sender.blocking_send(chunk.get(..length).unwrap_or_default().to_vec()).is_err() {
                    break;
                }
            }
        });
        let is_remote = ["SSH_CONNECTION", "SSH_TTY"].iter().any(|name| std::env::var_os(name).is_some());
        let [near, far] = GRACE;
        let grace = if is_remote { far } else { near };
        Self { chunks, decoder: Decoder::default(), grace, decoded: VecDeque::new() }
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
