//! Waiting to be told to stop.

use std::io;

/// Completes when the process is interrupted or asked to end.
///
/// # Errors
/// Where the platform does not let signals be waited for.
#[cfg(unix)]
pub fn interrupted() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    })
}

/// Completes when the process is interrupted.
///
/// # Errors
/// None on this platform; a failed wait counts as an interrupt.
#[cfg(not(unix))]
pub fn interrupted() -> io::Result<impl Future<Output = ()>> {
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}
