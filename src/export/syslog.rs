//! A syslog message (RFC 5424), framed by its length for a stream (RFC 6587 §3.4.1, RFC 5425 §4.3).

use super::Record;
use crate::model::Severity;

/// The facility `local0`.
const FACILITY: u8 = 16;

/// `line`, the form of `record`, as a framed message. The host is left open: the collector knows who calls.
pub fn frame(record: &Record, line: &str) -> String {
    let priority = FACILITY * 8 + severity(record.severity());
    let at = record.changed().map_or_else(|| "-".to_owned(), |at| microseconds(&at.to_string()));
    let message = format!("<{priority}>1 {at} - watchfloor - {} - {line}", record.kind().title());
    format!("{} {message}", message.len())
}

/// RFC 5424 takes at most six digits of a fraction.
fn microseconds(instant: &str) -> String {
    match instant.trim_end_matches('Z').split_once('.') {
        Some((whole, fraction)) => format!("{whole}.{}Z", fraction.chars().take(6).collect::<String>()),
        None => instant.to_owned(),
    }
}

/// Error, warning, notice, informational.
const fn severity(severity: &Severity) -> u8 {
    match severity {
        Severity::High => 3,
        Severity::Medium => 4,
        Severity::Low => 5,
        Severity::Informational | Severity::Unknown | Severity::Unrecognized(_) => 6,
    }
}
