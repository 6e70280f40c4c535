//! Plays the steps of a story: each deed leaves the rows that [`World::act`] or [`World::operate`] leaves for it.

use super::course::{Course, Flaw, Run};
use super::deeds::{self, Way};
use super::file::step::Step;
use super::operations;
use crate::base::{TimeSpan, Timestamp};
use crate::lab::generate::acts::{Notice, Tally};
use crate::lab::generate::content::{Document, Media};
use crate::lab::generate::people::Person;
use crate::lab::generate::rows::message_events::Thread;
use crate::lab::generate::tools::Tool;
use crate::lab::generate::world::World;
use std::sync::Arc;

/// The shortest pause between two deeds, in ticks.
const PAUSE_MIN: i64 = 2_000_000;

/// A step with what it refers to looked up.
pub(super) struct Playing<'a> {
    /// As written.
    pub step: &'static Step,
    /// Who does it.
    pub person: Arc<Person>,
    /// With what.
    pub documents: &'a [Document],
    /// The circumstances.
    pub notice: Notice,
}

impl Playing<'_> {
    /// `property` of the step, which the deed needs.
    pub fn needed<T>(&self, course: &Course, property: Option<T>, name: &str) -> Result<T, Flaw> {
        property.ok_or_else(|| course.flaw(format!("{} does not say {name}", self.step.key)))
    }

    /// The text of the step's `to`, filled in.
    pub fn to(&self, course: &Course) -> Result<Arc<str>, Flaw> {
        Ok(course.fill(self.needed(course, self.step.to.as_deref(), "to")?)?.into())
    }

    /// The step's program.
    pub fn tool(&self, course: &Course) -> Result<&'static Tool, Flaw> {
        self.needed(course, self.step.with, "with")
    }

    /// The step's thread.
    pub fn thread(&self, course: &Course) -> Result<Arc<Thread>, Flaw> {
        let thread = self.step.thread.as_ref().and_then(|key| course.threads.get(key.as_str()));
        self.needed(course, thread, "its thread").map(Arc::clone)
    }

    /// The step's medium.
    pub fn media(&self, course: &Course) -> Result<Arc<Media>, Flaw> {
        let media = self.step.media.as_ref().and_then(|key| course.media.get(key.as_str()));
        self.needed(course, media, "its medium").map(Arc::clone)
    }
}

/// Plays `step`.
///
/// # Errors
/// Where it refers to what the story does not have.
pub fn play(course: &mut Course, step: &'static Step, world: &mut World) -> Result<(), Flaw> {
    let documents: Vec<Document> = match &step.documents {
        Some(set) => {
            let set = course.set(set)?.iter().skip(step.skip);
            set.take(step.count.unwrap_or(usize::MAX)).cloned().collect()
        }
        None => Vec::new(),
    };
    let person = Arc::clone(course.person(&step.who)?);
    let playing = Playing { step, person, documents: &documents, notice: course.notice(step)? };
    let times = times(course, &playing, world)?;
    let mut messages = Vec::new();
    for (number, at) in times.iter().enumerate() {
        match deeds::deed(course, &playing, number)? {
            Some(Way::Mail) => messages.push(deeds::mail(course, &playing, number, *at, world)?),
            Some(Way::Deed(deed)) => {
                let document = playing.needed(course, playing.documents.get(number), "its documents")?;
                world.act(*at, &playing.person, document, &deed, &playing.notice);
            }
            None => {
                let operation = operations::operation(course, &playing, number, world)?;
                world.operate(*at, &playing.person, &operation, &playing.notice);
                operations::note_risk(step, &playing.person, *at, world);
            }
        }
    }
    let tally = Tally::of(&times).ok_or_else(|| course.flaw(format!("{} does nothing", step.key)))?;
    course.done.insert(&step.key, Run { tally, messages });
    Ok(())
}

/// When each deed of the step happens.
fn times(course: &Course, playing: &Playing<'_>, world: &mut World) -> Result<Vec<Timestamp>, Flaw> {
    let step = playing.step;
    let count = if step.documents.is_some() { playing.documents.len() } else { step.count.unwrap_or(1) };
    let start = course.instant(&step.at, &playing.person, world.now())?;
    let days = step.days.max(1);
    let mut times = Vec::with_capacity(count);
    for day in 0..days {
        let end = count * (day + 1) / days;
        let mut at = start + TimeSpan::days(day as i64) + world.random.seconds(0, step.spread.0.ticks() / 10_000_000);
        while times.len() < end {
            times.push(at);
            at = at + TimeSpan(world.random.between(PAUSE_MIN, (step.pace * 10_000_000).max(PAUSE_MIN)));
        }
    }
    Ok(times)
}
