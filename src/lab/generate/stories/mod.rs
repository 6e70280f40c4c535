//! The planted investigations: a file each in `assets/lab/stories`, played into the world.
//!
//! [`mod@file`] is the shape of a file, [`when`] how it tells time, [`named`] what it calls by name. [`course`] is a story
//! while it is told, [`texts`] what refers to it: [`steps`] leaves the rows, [`alerts`] raises what products make of them, so that an alert counts
//! and times what was done and nothing else.
//!
//! To add a story: a file, and its line in [`library`].

pub mod alerts;
pub mod course;
mod deeds;
pub mod file;
pub mod library;
pub mod named;
mod operations;
pub mod steps;
pub mod texts;
pub mod when;

use super::people::Person;
use super::world::World;
use course::{Course, Flaw};
use file::{Count, StoryFile};
use std::sync::Arc;

/// A planted investigation as it was told in this world.
#[derive(Clone, Debug)]
pub struct Story {
    /// As written.
    pub file: &'static StoryFile,
    /// Who takes part, the one it is about first.
    pub people: Vec<Arc<Person>>,
    /// Keys of its alerts.
    pub alerts: Vec<usize>,
    /// Key of its incident.
    pub incident: usize,
    /// What happened, and what else the debrief tells, with this world's names and counts.
    pub debrief: Debrief,
}

/// A debrief with this world's names and counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Debrief {
    /// What happened.
    pub what: String,
    /// What to look for.
    pub look_for: Vec<String>,
    /// Why the verdict is what it is.
    pub reasoning: String,
    /// What leads astray.
    pub traps: Vec<String>,
    /// What queries show.
    pub findings: Vec<Finding>,
}

/// A query and what it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it shows.
    pub shows: String,
    /// What title or description of one of the story's alerts says of it.
    pub says: Option<String>,
    /// KQL.
    pub query: String,
    /// How many rows it yields while the lab's clock stands at the anchor.
    pub rows: usize,
}

/// Plants every story. One that cannot be told is left out; that all can is tested.
pub fn plant_all(world: &mut World) {
    for file in library::all() {
        if let Ok(story) = plant(file, world) {
            world.stories.push(story);
        }
    }
}

/// Plants the story of `file`.
///
/// # Errors
/// Where it refers to what it does not have. What came before that in the file has happened then.
pub fn plant(file: &'static StoryFile, world: &mut World) -> Result<Story, Flaw> {
    world.scope(&file.slug);
    let mut course = Course::begin(file, world)?;
    for step in &file.steps {
        steps::play(&mut course, step, world)?;
    }
    let alerts = alerts::raise_all(&course, world)?;
    let incident = alerts::open(&course, alerts.clone(), world)?;
    let debrief = debrief(&course)?;
    let people = file.people.iter().map(|persona| course.person(&persona.surname).cloned());
    let people = people.collect::<Result<_, _>>()?;
    Ok(Story { file, people, alerts, incident, debrief })
}

fn debrief(course: &Course) -> Result<Debrief, Flaw> {
    let written = &course.file.debrief;
    let fill_all = |texts: &[String]| texts.iter().map(|text| course.fill(text)).collect::<Result<_, _>>();
    let finding = |finding: &file::FindingFile| {
        let rows = match &finding.rows {
            Count::Of(rows) => Some(*rows),
            Count::Property(name) => {
                let value = name.split_once('.').and_then(|(thing, property)| course.value(thing, property));
                value.and_then(|value| value.parse().ok())
            }
        };
        Ok(Finding {
            shows: course.fill(&finding.shows)?,
            says: finding.says.as_ref().map(|says| course.fill(says)).transpose()?,
            query: course.fill(finding.query.trim())?,
            rows: rows.ok_or_else(|| course.flaw(format!("{:?} counts nothing", finding.shows)))?,
        })
    };
    Ok(Debrief {
        what: course.fill(&written.what)?,
        look_for: fill_all(&written.look_for)?,
        reasoning: course.fill(&written.reasoning)?,
        traps: fill_all(&written.traps)?,
        findings: written.findings.iter().map(finding).collect::<Result<_, _>>()?,
    })
}

#[cfg(test)]
mod tests;
