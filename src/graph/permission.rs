//! What each part of watchfloor needs of a tenant: permissions of the app, and roles of the person.
//!
//! Names are the same for delegated and application permissions.
//! <https://learn.microsoft.com/graph/permissions-reference>

use super::api::{alerts, hunting, incidents, responses, risky_users, users};
use super::cloud::Api;
use super::endpoint::Endpoint;

/// A part of watchfloor and what it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feature {
    /// What an analyst calls it.
    pub name: &'static str,
    /// What it is good for.
    pub what: &'static str,
    /// The part of Graph it works with.
    pub api: Api,
    /// The least permission to read.
    pub read: &'static str,
    /// The least permission to write, which covers reading; `None` where nothing is written.
    pub write: Option<&'static str>,
    /// Whether watchfloor is of use without it.
    pub is_optional: bool,
    /// Whether it acts on accounts, which a profile must allow by itself.
    pub is_response: bool,
}

/// All, the ones that nothing works without first.
pub const FEATURES: [Feature; 9] = [
    Feature {
        name: "incidents",
        what: "the incident queue and its disposition",
        api: Api::Incidents,
        read: <incidents::List as Endpoint>::CALL.permission,
        write: Some(<incidents::Update as Endpoint>::CALL.permission),
        is_optional: false,
        is_response: false,
    },
    Feature {
        name: "alerts",
        what: "alerts, insider-risk alerts among them, and their disposition",
        api: Api::Alerts,
        read: <alerts::List as Endpoint>::CALL.permission,
        write: Some(<alerts::Update as Endpoint>::CALL.permission),
        is_optional: false,
        is_response: false,
    },
    Feature {
        name: "hunting",
        what: "KQL over the tenant's tables",
        api: Api::Hunting,
        read: <hunting::Run as Endpoint>::CALL.permission,
        write: None,
        is_optional: false,
        is_response: false,
    },
    Feature {
        name: "users",
        what: "who a person is and whom they report to",
        api: Api::Users,
        read: <users::Get as Endpoint>::CALL.permission,
        write: None,
        is_optional: false,
        is_response: false,
    },
    Feature {
        name: "Entra risk",
        what: "a person's risk in Entra ID Protection",
        api: Api::RiskyUsers,
        read: <risky_users::Get as Endpoint>::CALL.permission,
        write: None,
        is_optional: true,
        is_response: false,
    },
    Feature {
        name: "last day of work",
        what: "when a person leaves",
        api: Api::Users,
        read: <users::LeaveDate as Endpoint>::CALL.permission,
        write: None,
        is_optional: true,
        is_response: false,
    },
    Feature {
        name: "revoke sessions",
        what: "making a person sign in again",
        api: Api::Users,
        read: <users::Get as Endpoint>::CALL.permission,
        write: Some(<responses::Revoke as Endpoint>::CALL.permission),
        is_optional: true,
        is_response: true,
    },
    Feature {
        name: "disable accounts",
        what: "disabling accounts and enabling them again",
        api: Api::Users,
        read: <users::Get as Endpoint>::CALL.permission,
        write: Some(<responses::Enable as Endpoint>::CALL.permission),
        is_optional: true,
        is_response: true,
    },
    Feature {
        name: "decide Entra risk",
        what: "confirming and dismissing a person's risk in Entra ID Protection",
        api: Api::RiskyUsers,
        read: <risky_users::Get as Endpoint>::CALL.permission,
        write: Some(<responses::Dismiss as Endpoint>::CALL.permission),
        is_optional: true,
        is_response: true,
    },
];

/// The permissions to grant, each once. Those for acting on accounts are [`wanted_for_responses`].
pub fn wanted(read_only: bool) -> impl Iterator<Item = &'static str> {
    let features = FEATURES.iter().filter(|feature| !feature.is_response);
    features.map(move |feature| feature.write.filter(|_| !read_only).unwrap_or(feature.read))
}

/// The permissions to grant besides where accounts are to be acted on.
pub fn wanted_for_responses() -> impl Iterator<Item = &'static str> {
    FEATURES.iter().filter(|feature| feature.is_response).filter_map(|feature| feature.write)
}

/// Whether `granted` holds `permission` or one that covers it.
pub fn covers<'g>(mut granted: impl Iterator<Item = &'g str>, permission: &str) -> bool {
    let writing = permission.replace(".Read.", ".ReadWrite.");
    granted.any(|held| {
        held.eq_ignore_ascii_case(permission)
            || held.eq_ignore_ascii_case(&writing)
            // Graph's refusals name these as accepted in place of the narrower ones.
            || (permission.starts_with("User.Read") && held.starts_with("Directory.Read"))
            || (matches!(permission, "User.RevokeSessions.All" | "User.EnableDisableAccount.All")
                && matches!(held, "User.ReadWrite.All" | "Directory.ReadWrite.All"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_is_covered_by_writing_and_not_the_other_way() {
        let granted = ["SecurityIncident.ReadWrite.All", "SecurityAlert.Read.All"];
        for (permission, expected) in [
            ("SecurityIncident.Read.All", true),
            ("SecurityIncident.ReadWrite.All", true),
            ("SecurityAlert.Read.All", true),
            ("SecurityAlert.ReadWrite.All", false),
            ("User.Read.All", false),
        ] {
            assert_eq!(covers(granted.iter().copied(), permission), expected, "{permission}");
        }
    }

    #[test]
    fn the_read_only_variant_writes_nothing() {
        assert!(wanted(true).all(|name| !name.contains("Write")));
        assert_eq!(wanted(false).filter(|name| name.contains("ReadWrite")).count(), 2);
        assert_eq!(
            wanted_for_responses().collect::<Vec<_>>(),
            ["User.RevokeSessions.All", "User.EnableDisableAccount.All", "IdentityRiskyUser.ReadWrite.All"]
        );
        assert!(covers(["User.ReadWrite.All"].into_iter(), "User.RevokeSessions.All"));
        assert!(!covers(["User.Read.All"].into_iter(), "User.EnableDisableAccount.All"));
    }
}
