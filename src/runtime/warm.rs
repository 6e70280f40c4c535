//! Queues as records of text, to be kept and to be read again. One record at a time is in memory as JSON: together they are
//! some megabytes.

use crate::app::warm::Queues;
use crate::app::{Cause, Failure};
use crate::base::Timestamp;
use crate::model::{FromJson, Pool, Shelves};
use crate::store::Store;
use serde_json::{Value, json};

/// The record that says as of when the queues are and who was signed in.
const HEAD: &str = "head";
/// One that is an incident.
const INCIDENT: &str = "incident";
/// One that is an alert.
const ALERT: &str = "alert";

/// The queues as JSON, record by record with its kind; incidents and alerts as Graph's.
pub fn written(queues: Queues) -> impl Iterator<Item = (&'static str, String)> {
    let head = json!({ "at": queues.at.to_string(), "me": queues.me });
    let incidents = queues.incidents.into_iter().map(|incident| (INCIDENT, Value::from(&incident).to_string()));
    let alerts = queues.alerts.into_iter().map(|alert| (ALERT, Value::from(&alert).to_string()));
    std::iter::once((HEAD, head.to_string())).chain(incidents).chain(alerts)
}

/// Reads what [`written`] wrote.
#[derive(Debug)]
struct Reading {
    queues: Queues,
    pool: Pool,
    has_head: bool,
    /// Why it cannot be read, where that is so.
    why: Option<String>,
}

impl Reading {
    fn of(owner: &str, shelf: Shelves) -> Self {
        let queues = Queues { owner: owner.to_owned(), ..Queues::default() };
        Self { queues, pool: Pool::packing(shelf), has_head: false, why: None }
    }

    /// Takes one more record.
    fn take(&mut self, kind: &str, body: &str) {
        if self.why.is_none() {
            self.why = self.add(kind, body).err();
        }
    }

    fn add(&mut self, kind: &str, body: &str) -> Result<(), String> {
        match kind {
            HEAD => {
                let head: Value = serde_json::from_str(body).map_err(|error| error.to_string())?;
                self.queues.at = head["at"].as_str().and_then(|at| at.parse::<Timestamp>().ok()).ok_or("no time")?;
                self.queues.me = head["me"].as_str().map(str::to_owned);
                self.has_head = true;
            }
            INCIDENT => self.queues.incidents.push(record(body, &self.pool)?),
            ALERT => self.queues.alerts.push(record(body, &self.pool)?),
            other => return Err(format!("{other} is no kind of record")),
        }
        Ok(())
    }

    /// The queues; `None` where nothing was kept.
    fn end(mut self) -> Result<Option<Queues>, Failure> {
        self.pool.finish();
        let has_records = !self.queues.incidents.is_empty() || !self.queues.alerts.is_empty();
        let why = self.why.take().or_else(|| (has_records && !self.has_head).then(|| "no time".to_owned()));
        match why {
            Some(why) => Err(Failure {
                what: "the queues as last seen".to_owned(),
                cause: Cause::Store,
                why: format!("they were kept in a form that cannot be read: {why}.").into(),
                remedy: "They are read from the tenant as usual.".to_owned(),
                request_id: None,
            }),
            None => Ok(self.has_head.then_some(self.queues)),
        }
    }
}

fn record<T: FromJson>(body: &str, pool: &Pool) -> Result<T, String> {
    let read = T::from_body(body.as_bytes(), pool).map_err(|error| error.to_string())?;
    read.map_err(|error| error.to_string())
}

/// The queues that `store` keeps for `owner`, what is seldom looked at of them on `shelf`; `None` where there are none, or
/// where the store cannot be read: whoever works with it hears of that.
///
/// # Errors
/// Where they were kept in a form that cannot be read.
pub fn last_seen(store: &Store, owner: &str, shelf: Shelves) -> Result<Option<Queues>, Failure> {
    let mut reading = Reading::of(owner, shelf);
    let read = store.queues(owner, |kind, body| reading.take(kind, body));
    if read.is_err() { Ok(None) } else { reading.end() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Alert, Incident};

    fn read(records: &[(&str, String)]) -> Result<Option<Queues>, Failure> {
        let mut reading = Reading::of("lab", None);
        for (kind, body) in records {
            reading.take(kind, body);
        }
        reading.end()
    }

    #[test]
    fn what_was_kept_is_read_again_or_refused_with_a_word() {
        let incident = Incident::from_json(json!({ "id": "7", "displayName": "Departing user" })).unwrap();
        let alert = Alert::from_json(json!({ "id": "ir1", "incidentId": "7" })).unwrap();
        let (me, at) = (Some("a@x".to_owned()), "2026-11-23T12:00:00Z".parse().unwrap());
        let queues = Queues { owner: "lab".to_owned(), me, at, incidents: vec![incident], alerts: vec![alert] };
        let records: Vec<_> = written(queues.clone()).collect();
        assert_eq!(read(&records).unwrap(), Some(queues));
        assert_eq!(read(&[]).unwrap(), None);
        assert_eq!(read(&records[1..]).unwrap_err().cause, Cause::Store, "no head");
        for (place, kind) in [HEAD, INCIDENT, ALERT].into_iter().enumerate() {
            let body = &records[place].1;
            for (kind, broken) in [(kind, ""), (kind, "{"), (kind, "[]"), (kind, "{}"), ("note", body)] {
                let mut records = records.clone();
                records[place] = (if kind == "note" { "note" } else { records[place].0 }, broken.to_owned());
                assert_eq!(read(&records).unwrap_err().cause, Cause::Store, "{kind} {broken}");
            }
        }
    }
}
