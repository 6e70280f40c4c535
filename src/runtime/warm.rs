//! Queues as text, to be kept and to be read again.

use crate::app::warm::Queues;
use crate::app::{Cause, Failure};
use crate::base::Timestamp;
use crate::model::{Alert, FromJson, Incident};
use crate::store::{Place, Store};
use serde_json::{Value, json};

/// The queues as JSON, their records as Graph's.
pub fn written(queues: &Queues) -> String {
    let list = |records: Vec<Value>| Value::Array(records);
    json!({
        "at": queues.at.to_string(),
        "me": queues.me,
        "incidents": list(queues.incidents.iter().map(Value::from).collect()),
        "alerts": list(queues.alerts.iter().map(Value::from).collect()),
    })
    .to_string()
}

/// What [`written`] wrote for `owner`.
///
/// # Errors
/// What it says else.
pub fn read(owner: &str, text: &str) -> Result<Queues, Failure> {
    let unreadable = |why: String| Failure {
        what: "the queues as last seen".to_owned(),
        cause: Cause::Store,
        why: format!("they were kept in a form that cannot be read: {why}.").into(),
        remedy: "They are read from the tenant as usual.".to_owned(),
        request_id: None,
    };
    let mut kept: Value = serde_json::from_str(text).map_err(|error| unreadable(error.to_string()))?;
    let at: Option<Timestamp> = kept["at"].as_str().and_then(|at| at.parse().ok());
    let at = at.ok_or_else(|| unreadable("no time".to_owned()))?;
    Ok(Queues {
        owner: owner.to_owned(),
        me: kept["me"].as_str().map(str::to_owned),
        at,
        incidents: records::<Incident>(&mut kept, "incidents").map_err(unreadable)?,
        alerts: records::<Alert>(&mut kept, "alerts").map_err(unreadable)?,
    })
}

fn records<T: FromJson>(kept: &mut Value, name: &str) -> Result<Vec<T>, String> {
    let Some(Value::Array(items)) = kept.get_mut(name).map(Value::take) else { return Err(format!("no {name}")) };
    items.into_iter().map(|item| T::from_json(item).map_err(|error| error.to_string())).collect()
}

/// The queues kept for `owner` at `place`; `None` where there are none.
///
/// # Errors
/// As [`read`].
pub fn last_seen(place: &Place, owner: &str) -> Result<Option<Queues>, Failure> {
    // A store that cannot be opened is complained of by the runtime.
    let text = Store::open(place).and_then(|store| store.queues(owner)).unwrap_or_default();
    text.map(|text| read(owner, &text)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_read_again_or_refused_with_a_word() {
        let incident = Incident::from_json(json!({ "id": "7", "displayName": "Departing user" })).unwrap();
        let alert = Alert::from_json(json!({ "id": "ir1", "incidentId": "7" })).unwrap();
        let (me, at) = (Some("a@x".to_owned()), "2026-11-23T12:00:00Z".parse().unwrap());
        let queues = Queues { owner: "lab".to_owned(), me, at, incidents: vec![incident], alerts: vec![alert] };
        let text = written(&queues);
        assert_eq!(read("lab", &text).unwrap(), queues);
        for broken in ["", "{", "[]", "{}", "{\"at\":\"2026-11-23T12:00:00Z\"}", &text.replace("\"id\"", "\"no\"")] {
            assert_eq!(read("lab", broken).unwrap_err().cause, Cause::Store, "{broken}");
        }
    }
}
