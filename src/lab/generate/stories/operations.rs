//! What is done without a document, as stories name it.

use super::course::{Course, Flaw};
use super::file::step::{DeedName, Step};
use super::steps::Playing;
use crate::base::Timestamp;
use crate::lab::generate::evidence::{MICROSOFT_365, SHAREPOINT};
use crate::lab::generate::operations::{CloudActivity, Operation, Remote, SigningIn};
use crate::lab::generate::people::Person;
use crate::lab::generate::sign_ins::{DESKTOP_APP, EDGE, RiskLevel};
use crate::lab::generate::tools::{EXPLORER, Tool};
use crate::lab::generate::world::{Risk, World};
use std::sync::Arc;

/// The operation that the step does for the `number`th time.
///
/// # Errors
/// Where the step lacks what its deed needs.
pub(super) fn operation(
    course: &Course,
    playing: &Playing<'_>,
    number: usize,
    world: &mut World,
) -> Result<Operation, Flaw> {
    let step = playing.step;
    let to = || playing.to(course);
    let subject = || course.fill(step.subject.as_deref().unwrap_or("Notes"));
    Ok(match step.deed {
        DeedName::SignIn => Operation::SignIn(signing_in(step)),
        DeedName::LogOn => Operation::LogOn { logon_type: "Interactive", from: None, failure: None },
        DeedName::Run => {
            let tool = playing.tool(course)?;
            let command_line = step.command.as_ref().map(|command| course.fill(command)).transpose()?;
            let parent = Tool::named(tool.parent).unwrap_or(EXPLORER);
            Operation::Run { tool, command_line: command_line.map(Arc::from), parent }
        }
        DeedName::Connect => {
            let (tool, remote) = (playing.tool(course)?, Remote::web(&to()?));
            Operation::Connect { tool, remote, sent: None, is_success: true }
        }
        DeedName::Browse => Operation::Browse(to()?),
        DeedName::VisitAi => Operation::VisitAi(playing.needed(course, step.to.as_deref(), "to")?),
        DeedName::Mount => Operation::Mount(playing.media(course)?),
        DeedName::Exclude => Operation::ExcludeFromGuard(to()?),
        DeedName::Tamper => Operation::Tamper(playing.needed(course, step.to.as_deref(), "to")?),
        DeedName::InboxRule => {
            let name = playing.needed(course, step.name.as_deref(), "name")?;
            let parameters = step.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str().into()));
            Operation::MakeInboxRule(name.into(), parameters.collect())
        }
        DeedName::ForwardMailbox => Operation::ForwardMailbox(to()?),
        DeedName::PurgeMail => Operation::PurgeMail(step.items.unwrap_or(1)),
        DeedName::AddToRole => Operation::AddToRole(member(course, playing)?, to()?),
        DeedName::AddToGroup => Operation::AddToGroup(member(course, playing)?, to()?),
        DeedName::AskDirectory => {
            let about = to()?;
            Operation::QueryDirectory("QueryUser", format!("(&(objectClass=*)(name={about}))").into(), about)
        }
        DeedName::Badge => {
            let id = format!("door-{:03}", world.random.between(1, 60));
            Operation::Badge(id.into(), to()?, true)
        }
        DeedName::Chat => Operation::Chat(playing.thread(course)?, subject()?.into()),
        DeedName::Cloud => {
            let action_type = playing.needed(course, step.action.as_deref(), "action")?;
            let name: Arc<str> = course.fill(playing.needed(course, step.name.as_deref(), "name")?)?.into();
            let app = step.app.unwrap_or(MICROSOFT_365);
            let object = (Arc::clone(&name), "Item", name);
            Operation::Cloud(CloudActivity { action_type, app, object, details: None })
        }
        DeedName::TakeFromSite => {
            let document = playing.needed(course, playing.documents.get(number), "its documents")?;
            let object = (Arc::clone(&document.name), "File", document.url().into());
            let activity = CloudActivity { action_type: "FileDownloaded", app: SHAREPOINT, object, details: None };
            Operation::Cloud(activity)
        }
        other => return Err(course.flaw(format!("{} does {other:?} without documents", step.key))),
    })
}

/// The sign-in of a step. A browser and an application of the organisation's computers are at a managed device.
fn signing_in(step: &Step) -> SigningIn {
    const UNFAMILIAR: &[&str] = &["unfamiliarFeatures"];
    let client = step.client.unwrap_or(EDGE);
    let risk = step.risk.unwrap_or(RiskLevel::None);
    SigningIn {
        client,
        is_managed: client == EDGE || client == DESKTOP_APP,
        is_multi_factor: step.multi_factor.unwrap_or(true),
        failure: step.failure,
        risk: (risk, if risk == RiskLevel::None { &[] } else { UNFAMILIAR }),
        ..SigningIn::default()
    }
}

/// Whom the step is done to.
fn member(course: &Course, playing: &Playing<'_>) -> Result<Arc<Person>, Flaw> {
    let member = playing.needed(course, playing.step.member.as_ref(), "member")?;
    course.person(member).map(Arc::clone)
}

/// What Entra makes of a sign-in with a risk.
pub(super) fn note_risk(step: &Step, person: &Arc<Person>, at: Timestamp, world: &mut World) {
    if let Some(level) = step.risk {
        let risk = Risk { level: level.graph(), state: "atRisk", detail: "none", updated: at };
        world.risks.insert(Arc::clone(&person.object_id), risk);
    }
}
