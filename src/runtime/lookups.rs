//! What is asked of a person at once: one batch where the service takes it.

use super::failure::failure;
use crate::app::reply::Reply;
use crate::app::{Effect, Failure, TaskId};
use crate::graph::api::{risk_history, risky_users, users};
use crate::graph::{Answers, Client, Page, Slot};
use crate::model::{LeaveDate, RiskChange, RiskyUser, User};

/// A thing to look up, with the task that awaits it.
type Asked = (TaskId, Box<str>, Subject);

/// What is looked up of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The directory record, with the last day of work where that is told.
    User,
    /// The manager.
    Manager,
    /// Entra's risk, by object id.
    Risk,
    /// What that was over time, by object id.
    History,
}

/// What came of looking up.
#[derive(Debug)]
pub struct Lookups {
    answers: Answers,
    parts: Vec<(TaskId, Part)>,
}

/// Where the answers to one lookup are.
#[derive(Debug)]
enum Part {
    User(Slot<User>, Slot<LeaveDate>),
    Manager(Slot<User>),
    Risk(Slot<RiskyUser>),
    History(Slot<Page<RiskChange>>),
}

/// The lookup that `effect` is; `None` for any other.
pub fn lookup(effect: &Effect) -> Option<Asked> {
    let (task, key, subject) = match effect {
        Effect::FetchUser(task, key) => (task, key, Subject::User),
        Effect::FetchManager(task, key) => (task, key, Subject::Manager),
        Effect::FetchRiskyUser(task, id) => (task, id, Subject::Risk),
        Effect::FetchRiskHistory(task, id) => (task, id, Subject::History),
        _ => return None,
    };
    Some((*task, key.clone(), subject))
}

/// A directory user by object id or UPN.
pub async fn user(client: &Client, key: &str) -> Result<Box<User>, Failure> {
    let mut batch = client.batch();
    let user = batch.add(&users::Get { id: key.to_owned() });
    let leave = batch.add(&users::LeaveDate { id: key.to_owned() });
    read_user(&batch.send().await, &user, &leave).await
}

/// The user, with the last day of work; where that is refused or fails it stays untold.
async fn read_user(answers: &Answers, user: &Slot<User>, leave: &Slot<LeaveDate>) -> Result<Box<User>, Failure> {
    let (user, leave) = tokio::join!(answers.read(user), answers.read(leave));
    let leave_date = leave.unwrap_or(LeaveDate::NotTold);
    user.map(|user| Box::new(User { leave_date, ..user })).map_err(|error| failure("the directory user", &error))
}

impl Lookups {
    /// Asks for all of `asked` in one round trip.
    pub async fn send(client: &Client, asked: &[Asked]) -> Self {
        let mut batch = client.batch();
        let mut parts = Vec::with_capacity(asked.len());
        for (task, key, subject) in asked {
            let id = key.to_string();
            let part = match subject {
                Subject::User => {
                    Part::User(batch.add(&users::Get { id: id.clone() }), batch.add(&users::LeaveDate { id }))
                }
                Subject::Manager => Part::Manager(batch.add(&users::Manager { id })),
                Subject::Risk => Part::Risk(batch.add(&risky_users::Get { id })),
                Subject::History => Part::History(batch.add(&risk_history::List { id })),
            };
            parts.push((*task, part));
        }
        Self { answers: batch.send().await, parts }
    }

    /// The reply to `task`; `None` where it asked for nothing here. What the batch did not bring is asked for alone, and
    /// keeps no other reply waiting.
    pub async fn reply(&self, task: TaskId) -> Option<Reply> {
        let (_, part) = self.parts.iter().find(|(known, _)| *known == task)?;
        Some(match part {
            Part::User(user, leave) => Reply::User(read_user(&self.answers, user, leave).await),
            Part::Manager(slot) => {
                let found = self.answers.find(slot).await;
                Reply::Manager(found.map(|found| found.map(Box::new)).map_err(|error| failure("the manager", &error)))
            }
            // The latest first.
            Part::History(slot) => {
                let found = self.answers.find(slot).await;
                let found = found.map_err(|error| failure("the history of the Entra risk", &error));
                Reply::RiskHistory(found.map(|page| {
                    let mut changes = page.map(|page| page.items).unwrap_or_default();
                    changes.sort_by_key(|change| std::cmp::Reverse(change.at));
                    changes
                }))
            }
            Part::Risk(slot) => {
                let found = self.answers.find(slot).await;
                Reply::RiskyUser(
                    found.map(|found| found.map(Box::new)).map_err(|error| failure("the Entra risk", &error)),
                )
            }
        })
    }
}
