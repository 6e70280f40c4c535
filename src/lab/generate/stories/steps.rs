//! Plays the steps of a story: each deed leaves the rows that [`World::act`] leaves for it.

use super::course::{Course, Done, Flaw};
use super::file::{DeedName, Step};
use crate::base::{TimeSpan, Timestamp};
use crate::lab::generate::acts::{Deed, Notice, Tally};
use crate::lab::generate::content::{Delivery, Document, Message};
use crate::lab::generate::evidence::MICROSOFT_365;
use crate::lab::generate::people::Person;
use crate::lab::generate::rows::cloud_app_events::CloudAppEvent;
use crate::lab::generate::rows::device_file_events::{BROWSER, EXPLORER};
use crate::lab::generate::world::{Risk, World};
use std::sync::Arc;

/// The shortest pause between two deeds, in ticks.
const PAUSE_MIN: i64 = 2_000_000;

/// A relay of the organisation, in a range reserved for documentation.
const OWN_RELAY: &str = "198.51.100.20";

/// A step with what it refers to looked up.
struct Playing<'a> {
    step: &'static Step,
    person: Arc<Person>,
    documents: &'a [Document],
    notice: Notice,
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
        messages.extend(perform(course, &playing, number, *at, world)?);
    }
    let tally = Tally::of(&times).ok_or_else(|| course.flaw(format!("{} does nothing", step.key)))?;
    course.done.insert(&step.key, Done { tally, messages });
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

/// One deed; the mail that it was, if it was one.
fn perform(
    course: &Course,
    playing: &Playing<'_>,
    number: usize,
    at: Timestamp,
    world: &mut World,
) -> Result<Option<Message>, Flaw> {
    let Playing { step, person, notice, .. } = playing;
    let missing = |what: &str| course.flaw(format!("{} does not say {what}", step.key));
    let deed = match step.deed {
        DeedName::SignIn => {
            sign_in(course, step, person, at, world)?;
            return Ok(None);
        }
        DeedName::Mail => return mail(course, playing, number, at, world).map(Some),
        DeedName::Access => Deed::Access,
        DeedName::Download => Deed::Download(step.with.unwrap_or(BROWSER)),
        DeedName::Read => Deed::Read,
        DeedName::Create => Deed::Create(step.with.unwrap_or(EXPLORER)),
        DeedName::Edit => Deed::Edit,
        DeedName::Rename => {
            let set = course.set(step.from.as_ref().ok_or_else(|| missing("from"))?)?;
            let old = set.get(step.skip + number).ok_or_else(|| missing("as many old names"))?;
            Deed::Rename { from: Arc::clone(&old.name) }
        }
        DeedName::Archive => Deed::Archive,
        DeedName::CopyToMedia => {
            let media = step.media.as_ref().and_then(|key| course.media.get(key.as_str()));
            Deed::CopyToMedia(Arc::clone(media.ok_or_else(|| missing("its medium"))?))
        }
        DeedName::Upload => Deed::Upload(step.to.as_deref().ok_or_else(|| missing("to"))?),
        DeedName::Delete => Deed::Delete,
        DeedName::PutOnSite => Deed::PutOnSite,
        DeedName::DeleteOnSite => Deed::DeleteOnSite,
        DeedName::Downgrade => Deed::Downgrade { from: step.from_label.ok_or_else(|| missing("from_label"))? },
        DeedName::Print => Deed::Print(step.to.as_deref().ok_or_else(|| missing("to"))?),
    };
    let document = playing.documents.get(number).ok_or_else(|| missing("its documents"))?;
    world.act(at, person, document, &deed, notice);
    Ok(None)
}

/// A sign-in, from the step's place or the office.
fn sign_in(course: &Course, step: &Step, person: &Arc<Person>, at: Timestamp, world: &mut World) -> Result<(), Flaw> {
    let place = match &step.place {
        Some(key) => Some(course.file.places.get(key).ok_or_else(|| course.flaw(format!("no place {key}")))?),
        None => None,
    };
    let object = (Arc::clone(&person.upn), "Account", Arc::clone(&person.object_id));
    let row = world.cloud_activity(at, person, "UserLoggedIn", MICROSOFT_365, object);
    let from = place.map(|place| (place.ip.as_str().into(), place.country.as_str(), place.city.as_str()));
    world.rows.add(CloudAppEvent { from, ..row });
    if let Some(level) = step.risk {
        let risk = Risk { level: level.graph(), state: "atRisk", detail: "none", updated: at };
        world.risks.insert(Arc::clone(&person.object_id), risk);
    }
    Ok(())
}

/// A mail from the step's person, with one of its documents attached where it has any.
fn mail(
    course: &Course,
    playing: &Playing<'_>,
    number: usize,
    at: Timestamp,
    world: &mut World,
) -> Result<Message, Flaw> {
    let Playing { step, person, .. } = playing;
    let to = step.to.as_ref().ok_or_else(|| course.flaw(format!("{} does not say to", step.key)))?;
    let to = course.fill(to)?;
    let colleague = world.people.all.iter().find(|person| *person.upn == *to);
    let recipient_id = colleague.map(|person| Arc::clone(&person.object_id));
    let document = playing.documents.get(number);
    let message = Message {
        network_id: world.random.guid_bits(),
        at,
        sender: (Arc::clone(&person.display_name), Arc::clone(&person.upn), Some(Arc::clone(&person.object_id))),
        recipient: (to.into(), recipient_id),
        sender_ip: OWN_RELAY.into(),
        subject: course.fill(step.subject.as_deref().unwrap_or("Notes"))?.into(),
        delivery: Delivery::Delivered,
        urls: Vec::new(),
        attachments: i64::from(document.is_some()),
        size: document.map_or(6_000, |document| document.size + document.size / 3),
    };
    world.mail(&message, false);
    if let Some(document) = document
        && playing.notice.dlp.is_some()
    {
        world.act(at, person, document, &Deed::MatchRule, &playing.notice);
    }
    Ok(message)
}
