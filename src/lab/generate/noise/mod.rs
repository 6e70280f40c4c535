//! What ordinary people do, and the alerts they cause.

use super::world::World;

/// Fills the world.
pub fn fill(world: &mut World) {
    world.scope("noise");
}
