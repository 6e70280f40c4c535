//! Turns the client's errors into the application's words.

use crate::app::{Cause, Failure};
use crate::base::Untrusted;
use crate::graph::{Error, Kind};
use std::io;
use std::path::Path;

/// What `error` means to someone who asked for `what`, e.g. `the incident queue`.
pub fn failure(what: &str, error: &Error) -> Failure {
    let why: Untrusted = error.to_string().into();
    let cause = match error.kind() {
        Kind::SignIn => Cause::SignIn,
        Kind::Permission | Kind::Role => Cause::Permission(error.call().permission.to_owned()),
        Kind::License => Cause::NotLicensed,
        Kind::NotFound => Cause::NotFound,
        Kind::Throttled { .. } => Cause::Throttled,
        Kind::Offline => Cause::Offline,
        Kind::BadQuery => Cause::BadQuery { message: error.service_message().unwrap_or_else(|| why.clone()) },
        Kind::Invalid | Kind::Service | Kind::Shape => Cause::Service,
    };
    Failure {
        what: what.to_owned(),
        cause,
        why,
        remedy: error.remedy(),
        request_id: error.request_id().map(|id| id.line().into_owned()),
    }
}

/// What it means that the file at `path` cannot be written.
pub fn path_failure(what: &str, path: &Path, error: &io::Error) -> Failure {
    Failure {
        what: what.to_owned(),
        cause: Cause::Store,
        why: format!("{} cannot be written: {error}.", path.display()).into(),
        remedy: "Start watchfloor in a folder that you may write to.".to_owned(),
        request_id: None,
    }
}
