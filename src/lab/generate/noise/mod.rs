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

use super::people::Person;
use super::world::World;
use crate::base::Timestamp;
use std::sync::Arc;

/// What happens every night without anyone, and what applications do by themselves; rows only.
pub fn nights(world: &mut World) {
    servers::work(world);
}

/// The incidents of an ordinary month.
pub fn incidents(world: &mut World) {
    incidents::happen(world);
}

/// What an analyst linked to incidents by hand.
pub fn linked(world: &mut World) {
    incidents::linked(world);
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
