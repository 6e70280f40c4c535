//! What every layer may use: time, hostile text made safe, secrets, files for their owner alone, and
//! shared ceilings. Knows nothing of the domain.

pub mod alias;
#[cfg(test)]
pub mod cases;
pub mod limits;
pub mod near;
pub mod private_file;
pub mod secret;
pub mod text;
pub mod time;
pub mod wrap;

pub use secret::Secret;
pub use text::Untrusted;
pub use time::{TimeSpan, Timestamp};
