//! What ordinary people do, and the alerts they cause.

mod daily;
mod endpoint;
mod habits;
mod hostile;
mod incidents;
mod inside;
mod mail;
mod outside;
mod servers;
mod shifts;
pub mod sign_ins;

use super::world::World;

pub use outside::sign_in_from;

/// Fills the world.
pub fn fill(world: &mut World) {
    for person in world.people.all.clone() {
        daily::work(world, &person);
    }
    servers::work(world);
    incidents::happen(world);
}
