//! What is asked of a person at once: one batch where the service takes it.

use super::failure::failure;
use crate::app::reply::Reply;
use crate::app::{Effect, TaskId};
use crate::graph::api::{risky_users, users};
use crate::graph::{Answers, Client, Slot};
use crate::model::{LeaveDate, RiskyUser, User};

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
}

/// The lookup that `effect` is; `None` for any other.
pub fn lookup(effect: &Effect) -> Option<Asked> {
    let (task, key, subject) = match effect {
        Effect::FetchUser(task, key) => (task, key, Subject::User),
        Effect::FetchManager(task, key) => (task, key, Subject::Manager),
        Effect::FetchRiskyUser(task, id) => (task, id, Subject::Risk),
        _ => return None,
    };
    Some((*task, key.clone(), subject))
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
            // Where the last day of work is refused or fails it stays untold.
            Part::User(user, leave) => {
                let (user, leave) = tokio::join!(self.answers.read(user), self.answers.read(leave));
                let told = leave.unwrap_or(LeaveDate::NotTold);
                Reply::User(match user {
                    Ok(user) => Ok(Box::new(User { leave_date: told, ..user })),
                    Err(error) => Err(failure("the directory user", &error)),
                })
            }
            Part::Manager(slot) => {
                let found = self.answers.find(slot).await;
                Reply::Manager(found.map(|found| found.map(Box::new)).map_err(|error| failure("the manager", &error)))
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
