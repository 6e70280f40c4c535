//! Instants as clocks elsewhere show them.

use super::arguments::{datetime, list_value, text};
use super::signature::{DATETIME, STRING, once};
use super::{Eval, Example, Function, Nulls, Parameter, Returns, Signature};
use crate::base::Timestamp;
use crate::kql::types::Type;
use crate::kql::value::Value;
use serde_json::Value as Json;

/// This family.
pub static FUNCTIONS: &[&Function] = &[&UTC_TO_LOCAL, &LOCAL_TO_UTC, &LIST_TIMEZONES];

const IN_ZONE: &[Parameter] = &[once("from", DATETIME), once("timezone", STRING)];

row_function!(UTC_TO_LOCAL, "datetime_utc_to_local", IN_ZONE, DateTime,
    "What clocks of a time zone, by its IANA name, show at an instant; null where there is no such zone.",
    "datetime-utc-to-local-function",
    "datetime_utc_to_local(datetime(2026-07-01 12:00), 'Europe/Berlin')" => "2026-07-01T14:00:00.0000000Z",
    |_, arguments| shifted(arguments, Timestamp::in_zone));
row_function!(LOCAL_TO_UTC, "datetime_local_to_utc", IN_ZONE, DateTime,
    "The instant at which clocks of a time zone, by its IANA name, show this; null where there is no such zone.",
    "datetime-local-to-utc-function",
    "datetime_local_to_utc(datetime(2026-12-01 12:00), 'US/Pacific')" => "2026-12-01T20:00:00.0000000Z",
    |_, arguments| shifted(arguments, Timestamp::out_of_zone));
row_function!(LIST_TIMEZONES, "datetime_list_timezones", &[], Dynamic, "The names of all time zones.",
    "datetime-list-timezones-function",
    "set_has_element(datetime_list_timezones(), 'Europe/London')" => "True",
    |_, _| list_value(Timestamp::zones().into_iter().map(Json::String).collect()));

fn shifted(arguments: &[Value], shift: fn(Timestamp, &str) -> Option<Timestamp>) -> Value {
    let shown = datetime(arguments, 0).and_then(Timestamp::from_ticks);
    let shown = shown.and_then(|instant| shift(instant, &text(arguments, 1)));
    shown.map_or(Value::Null, |shown| Value::DateTime(shown.ticks()))
}
