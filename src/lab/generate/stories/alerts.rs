//! Raises a story's alerts over its steps and opens its incident.

use super::course::{Course, Flaw};
use super::file::{AlertFile, EvidenceFile};
use crate::base::Timestamp;
use crate::lab::generate::alert::{Alert, Incident, Progress};
use crate::lab::generate::content::Document;
use crate::lab::generate::evidence::{Entity, Evidence, Program};
use crate::lab::generate::tools::Tool;
use crate::lab::generate::world::World;
use std::sync::Arc;

/// How many files an alert names where it does not say.
const FILES: usize = 3;

/// Raises every alert; their keys.
///
/// # Errors
/// Where one refers to what the story does not have.
pub fn raise_all(course: &Course, world: &mut World) -> Result<Vec<usize>, Flaw> {
    let mut keys = Vec::with_capacity(course.file.alerts.len());
    for file in &course.file.alerts {
        let alert = alert(course, file, world)?;
        keys.push(world.raise(alert));
    }
    Ok(keys)
}

fn alert(course: &Course, file: &'static AlertFile, world: &mut World) -> Result<Alert, Flaw> {
    let mut span: Option<(Timestamp, Timestamp)> = None;
    let mut count = 0;
    for step in &file.over {
        let tally = &course.step(step)?.tally;
        let (first, last) = span.unwrap_or((tally.first, tally.last));
        span = Some((first.min(tally.first), last.max(tally.last)));
        count += tally.count;
    }
    let (first, last) = span.ok_or_else(|| course.flaw(format!("{:?} is over nothing", file.title)))?;
    let someone = course.people.values().next().ok_or_else(|| course.flaw("nobody takes part"))?;
    let created = match &file.at {
        Some(when) => course.instant(when, someone, world.now())?,
        None => last + file.delay.0,
    };
    let policy = file.policy.as_ref().map(|key| course.policy(key)).transpose()?;
    let mut additional = Vec::new();
    if let Some(policy) = policy {
        additional.push(("PolicyName", policy.name.to_owned()));
    }
    if let Some(trigger) = &file.trigger {
        additional.push(("TriggeringEvent", trigger.clone()));
        additional.push(("EventCount", count.to_string()));
    }
    let mut evidence = Vec::new();
    for item in &file.evidence {
        entities(course, item, world, &mut evidence)?;
    }
    Ok(Alert {
        product: file.product,
        title: course.fill(&file.title)?,
        description: course.fill(&file.text)?,
        severity: file.severity,
        category: &file.category,
        techniques: &file.techniques,
        first,
        last,
        created,
        evidence,
        policy: policy.map(|policy| (policy.name, policy.id.clone())),
        additional,
    })
}

/// The entities that `item` names, in the part it gives them.
fn entities(
    course: &Course,
    item: &'static EvidenceFile,
    world: &mut World,
    into: &mut Vec<Evidence>,
) -> Result<(), Flaw> {
    let mut add = |entity: Entity| {
        into.push(match item.role {
            Some(role) => Evidence::suspicious(entity, role.roles()),
            None => Evidence::of(entity),
        });
    };
    if let Some(user) = &item.user {
        add(Entity::User(Arc::clone(course.person(user)?)));
    }
    if let Some(user) = &item.device
        && item.files.is_none()
    {
        let person = course.person(user)?;
        add(Entity::Device(Arc::clone(&person.laptop), Arc::clone(person)));
    }
    if let Some(user) = &item.mailbox {
        add(Entity::Mailbox(Arc::clone(course.person(user)?)));
    }
    if let Some(set) = &item.files {
        let device = item.device.as_ref().map(|user| course.person(user)).transpose()?;
        for document in course.set(set)?.iter().take(item.take.unwrap_or(FILES)) {
            add(Entity::File(document.clone(), device.map(|person| Arc::clone(&person.laptop))));
        }
    }
    if let Some(app) = item.app {
        add(Entity::CloudApp(app));
    }
    if let Some(key) = &item.place {
        let place = course.places.get(key.as_str()).ok_or_else(|| course.flaw(format!("no place {key}")))?;
        add(Entity::Ip(Arc::clone(&place.ip), place.country));
    }
    if let Some(step) = &item.program {
        add(program(course, step, world)?);
    }
    if let Some(step) = &item.mail {
        let message = course.step(step)?.messages.first();
        add(Entity::Message(message.ok_or_else(|| course.flaw(format!("{step} sent no mail")))?.clone()));
    }
    if let Some(url) = &item.url {
        add(Entity::Url(course.fill(url)?));
    }
    Ok(())
}

/// The program that did a step.
fn program(course: &Course, key: &str, world: &mut World) -> Result<Entity, Flaw> {
    let done = course.step(key)?;
    let step = course.file.steps.iter().find(|step| step.key == key);
    let step = step.ok_or_else(|| course.flaw(format!("no step {key}")))?;
    let tool: &Tool = step.with.ok_or_else(|| course.flaw(format!("{key} was done with no program")))?;
    let person = course.person(&step.who)?;
    let program = Program {
        image: Document::named(tool.file_name, tool.folder, 1_843_200, &mut world.random),
        command_line: match &step.command {
            Some(command) => course.fill(command)?,
            None => tool.command_line.to_owned(),
        },
        id: world.random.between(2_000, 20_000),
        started: done.tally.first,
        parent: tool.parent,
    };
    Ok(Entity::Process(program, Arc::clone(&person.laptop), Arc::clone(person)))
}

/// The incident of the alerts of those keys.
///
/// # Errors
/// Where a comment refers to what the story does not have.
pub fn open(course: &Course, alerts: Vec<usize>, world: &mut World) -> Result<usize, Flaw> {
    let file = &course.file.incident;
    let created = alerts.iter().map(|key| world.alerts[*key].created).min().unwrap_or(world.now());
    let progress = match &file.owner {
        Some(owner) => Progress::InProgress { owner: world.analyst(owner) },
        None => Progress::New,
    };
    let mut comments = Vec::new();
    for comment in &file.comments {
        let analyst = world.people.by_surname(&comment.by);
        let at = course.instant(&comment.at, &analyst, world.now())?;
        comments.push((at, analyst.display_name.to_string(), course.fill(&comment.text)?));
    }
    Ok(world.open(Incident {
        name: course.fill(&file.name)?,
        description: None,
        alerts,
        created,
        progress,
        tags: file.tags.iter().map(String::as_str).collect(),
        system_tags: file.system_tags.iter().map(String::as_str).collect(),
        comments,
    }))
}
