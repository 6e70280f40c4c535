//! What ordinary people do, and the alerts they cause.

mod daily;
mod hostile;
mod incidents;
mod mail;
mod outside;

use super::people::Person;
use super::world::World;
use crate::base::Timestamp;
use std::sync::Arc;

pub use outside::sign_in_from;

/// The incidents of an ordinary month.
pub fn incidents(world: &mut World) {
    incidents::happen(world);
}

/// One incident more than usual; equal numbers make equal incidents.
pub fn another_incident(world: &mut World, number: usize) {
    incidents::another(world, number);
}

/// Makes the incident of that number happen at `at`, after the anchor.
pub fn coming(world: &mut World, number: usize, at: Timestamp) {
    incidents::come(world, number, at);
}

/// A month in the life of `person`, rows only. It must depend on nothing that others of the month leave in `world`: the
/// people's months are made side by side.
pub fn month_of(world: &mut World, person: &Arc<Person>) {
    daily::work(world, person);
}
