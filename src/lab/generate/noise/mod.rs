//! What ordinary people do, and the alerts they cause.

mod daily;
mod hostile;
mod incidents;
mod mail;
mod outside;

use super::world::World;
use crate::base::Timestamp;

pub use outside::sign_in_from;

/// Fills the world.
pub fn fill(world: &mut World) {
    daily::work(world);
    incidents::happen(world);
}

/// Makes the incident of that number happen at `at`, after the anchor.
pub fn coming(world: &mut World, number: usize, at: Timestamp) {
    incidents::come(world, number, at);
}
