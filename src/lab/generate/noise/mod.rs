//! What ordinary people do, and the alerts they cause.

mod daily;
mod hostile;
mod incidents;
mod mail;
mod outside;

use super::world::World;

/// Fills the world.
pub fn fill(world: &mut World) {
    daily::work(world);
    incidents::happen(world);
}
