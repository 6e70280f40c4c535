//! Makes a tenant: people, noise, stories.
//!
//! People are hired first ([`people`]), then noise and stories leave what happened in a [`world::World`]: acts
//! ([`acts`], [`operations`]) and mails, which become rows of the hunting tables, and alerts about them. [`finish`] gives
//! ids and writes Graph's resources; [`tables`] then fills the hunting tables. A story says each thing once, so that
//! alert, evidence and rows cannot disagree.
//!
//! To add a story: a file in `assets/lab/stories`, and its line in [`stories::file`].

pub mod acts;
pub mod alert;
pub mod assets;
pub mod audit;
pub mod bulk;
pub mod content;
pub mod devices;
pub mod directory;
pub mod evidence;
pub mod finish;
pub mod live;
pub mod memberships;
pub mod noise;
pub mod operations;
pub mod people;
pub mod products;
pub mod random;
pub mod rows;
pub mod services;
pub mod sign_ins;
pub mod stories;
pub mod tables;
pub mod tools;
pub mod world;

use super::tenant::{LabConfig, Tenant};
use crate::kql::engine::StopFlag;
use tables::Work;

/// The tenant that `config` describes. It can be told, and then it is the same to the byte.
pub fn generate(config: &LabConfig) -> Tenant {
    let (tenant, work) = begin(config);
    work.run(&StopFlag::default());
    tenant
}

/// The same, but for its hunting tables, and the work that fills them: most of all the work there is.
pub fn begin(config: &LabConfig) -> (Tenant, Work) {
    finish::tenant(build(config))
}

/// The same, and `hours` of what comes after the anchor, still in view.
pub fn begin_living(config: &LabConfig, hours: u32) -> (Tenant, Work) {
    let mut world = build(config);
    live::plant(&mut world, hours);
    let (mut tenant, work) = finish::tenant(world);
    super::live::plan(&mut tenant, config);
    (tenant, work)
}

/// What happened that somebody must deal with, before it became a tenant; holds the stories and their debriefs. What
/// people do all day is added by [`Work`].
pub fn build(config: &LabConfig) -> world::World {
    let mut world = world::World::new(config);
    noise::incidents(&mut world);
    stories::plant_all(&mut world);
    noise::linked(&mut world);
    world
}

#[cfg(test)]
mod tests;
