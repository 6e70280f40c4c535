//! Deeds with documents, as stories name them.

use super::course::{Course, Flaw};
use super::file::step::DeedName;
use super::steps::Playing;
use crate::base::Timestamp;
use crate::lab::generate::acts::Deed;
use crate::lab::generate::content::{Delivery, Message};
use crate::lab::generate::evidence::ASSISTANT;
use crate::lab::generate::tools::{BROWSER, EXPLORER};
use crate::lab::generate::world::World;
use std::sync::Arc;

/// A relay of the organisation, in a range reserved for documentation.
const OWN_RELAY: &str = "198.51.100.20";

/// How a deed with a document is done.
pub(super) enum Way {
    /// As the world knows it.
    Deed(Deed),
    /// As a mail: see [`mail`].
    Mail,
}

/// The deed of the step's `number`th document; `None` of what needs no document.
///
/// # Errors
/// Where the step lacks what its deed needs.
pub(super) fn deed(course: &Course, playing: &Playing<'_>, number: usize) -> Result<Option<Way>, Flaw> {
    let step = playing.step;
    let to = || playing.needed(course, step.to.as_deref(), "to");
    let from_label = || playing.needed(course, step.from_label, "from_label");
    let deed = match step.deed {
        DeedName::Mail => return Ok(Some(Way::Mail)),
        DeedName::Access => Deed::Access,
        DeedName::Download => Deed::Download(step.with.unwrap_or(BROWSER)),
        DeedName::Sync => Deed::Sync,
        DeedName::Read => Deed::Read,
        DeedName::Create => Deed::Create(step.with.unwrap_or(EXPLORER)),
        DeedName::Edit => Deed::Edit,
        DeedName::Rename => {
            let set = course.set(playing.needed(course, step.from.as_ref(), "from")?)?;
            let old = playing.needed(course, set.get(step.skip + number), "as many old names")?;
            Deed::Rename { from: Arc::clone(&old.name) }
        }
        DeedName::Archive => Deed::Archive,
        DeedName::CopyToMedia => Deed::CopyToMedia(playing.media(course)?),
        DeedName::Upload => Deed::Upload(to()?),
        DeedName::Transfer => Deed::Transfer(playing.tool(course)?, to()?),
        DeedName::Push => Deed::Push(to()?),
        DeedName::Delete => Deed::Delete,
        DeedName::PutOnSite => Deed::PutOnSite,
        DeedName::DeleteOnSite => Deed::DeleteOnSite,
        DeedName::PurgeOnSite => Deed::PurgeOnSite,
        DeedName::Downgrade => Deed::Downgrade { from: from_label()? },
        DeedName::RemoveLabel => Deed::RemoveLabel { from: from_label()? },
        DeedName::Print => Deed::Print(to()?),
        DeedName::CopyText => Deed::CopyText,
        DeedName::Capture => Deed::Capture,
        DeedName::Share => Deed::Share(playing.to(course)?),
        DeedName::ShareWithAnyone => Deed::ShareWithAnyone,
        DeedName::Prompt => Deed::Prompt,
        DeedName::PromptElsewhere => Deed::PromptElsewhere(step.app.unwrap_or(ASSISTANT), to()?),
        DeedName::Post => Deed::Post(playing.thread(course)?),
        _ => return Ok(None),
    };
    Ok(Some(Way::Deed(deed)))
}

/// A mail from the step's person, with its `number`th document attached where it has any.
///
/// # Errors
/// Where the step does not say to whom.
pub(super) fn mail(
    course: &Course,
    playing: &Playing<'_>,
    number: usize,
    at: Timestamp,
    world: &mut World,
) -> Result<Message, Flaw> {
    let (step, person) = (playing.step, &playing.person);
    let to = playing.to(course)?;
    let colleague = world.people.all.iter().find(|person| *person.upn == *to);
    let recipient_id = colleague.map(|person| Arc::clone(&person.object_id));
    let is_outside = recipient_id.is_none();
    let mut message = Message {
        network_id: world.random.guid_bits(),
        at,
        sender: (Arc::clone(&person.display_name), Arc::clone(&person.upn), Some(Arc::clone(&person.object_id))),
        recipient: (to, recipient_id),
        sender_ip: OWN_RELAY.into(),
        subject: course.fill(step.subject.as_deref().unwrap_or("Notes"))?.into(),
        delivery: Delivery::Delivered,
        urls: Vec::new(),
        attachments: 0,
        size: 6_000,
    };
    let documents: Vec<_> = playing.documents.get(number).cloned().into_iter().collect();
    world.send(&mut message, &documents, number == 0 && is_outside);
    for document in &documents {
        if is_outside {
            world.act(at, person, document, &Deed::Mail(message.clone()), &playing.notice);
        }
        if playing.notice.dlp.is_some() {
            world.act(at, person, document, &Deed::MatchRule, &playing.notice);
        }
    }
    Ok(message)
}
