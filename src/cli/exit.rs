//! How a command ends, for scripts.

use crate::app::Cause;
use std::process::ExitCode;

/// Exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Ok,
    /// Failed for a reason no other code names.
    Failed,
    /// The command line was not understood; so ends what clap refuses too.
    Usage,
    /// The query or filter is wrong.
    BadQuery,
    /// Not signed in, or a permission, role or licence is missing.
    Refused,
    /// No such record.
    NotFound,
    /// Throttled, offline, or the service failed: try again later.
    TryLater,
}

impl Exit {
    /// All, with what they mean; the README's table is checked against it.
    pub const TABLE: &'static [(u8, &'static str)] = &[
        (0, "done"),
        (1, "failed for a reason no other code names"),
        (2, "the command line was not understood"),
        (3, "the query or filter is wrong"),
        (4, "not signed in, or a permission, role or licence is missing"),
        (5, "no such record"),
        (6, "throttled, offline, or the service failed: try again later"),
    ];

    /// The number.
    pub const fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::BadQuery => 3,
            Self::Refused => 4,
            Self::NotFound => 5,
            Self::TryLater => 6,
        }
    }

    /// The code for an obstacle.
    pub const fn of(cause: &Cause) -> Self {
        match cause {
            Cause::Permission(_) | Cause::SignIn | Cause::NotLicensed => Self::Refused,
            Cause::Throttled | Cause::Offline | Cause::Service => Self::TryLater,
            Cause::Store => Self::Failed,
            Cause::NotFound | Cause::NoTable(_) => Self::NotFound,
            Cause::BadQuery { .. } => Self::BadQuery,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
