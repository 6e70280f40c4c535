//! Sign-ins: one fact each, of which Entra's table, the logon table and Graph's audit log tell the same.

use super::devices::{Device, Network};
use super::people::Person;
use crate::base::Timestamp;
use crate::base::time::TICKS_PER_DAY;
use serde::Deserialize;
use std::sync::Arc;

/// An application that people sign in to. The ids of Microsoft's own are public.
#[derive(Debug, PartialEq, Eq)]
pub struct Application {
    /// Name.
    pub name: &'static str,
    /// Client id.
    pub id: &'static str,
    /// Name of what it asks access to.
    pub resource: &'static str,
    /// Id of what it asks access to.
    pub resource_id: &'static str,
}

/// Outlook in a browser.
pub const OUTLOOK_WEB: &Application = &Application {
    name: "One Outlook Web",
    id: "9199bf20-a13f-4107-85dc-02114787ef48",
    resource: "Office 365 Exchange Online",
    resource_id: "00000002-0000-0ff1-ce00-000000000000",
};
/// The Office applications.
pub const OFFICE_APPS: &Application = &Application {
    name: "Microsoft Office",
    id: "d3590ed6-52b3-4102-aeff-aad2292ab01c",
    resource: "Microsoft Graph",
    resource_id: "00000003-0000-0000-c000-000000000000",
};
/// SharePoint in a browser.
pub const SHAREPOINT_WEB: &Application = &Application {
    name: "Office 365 SharePoint Online",
    id: "00000003-0000-0ff1-ce00-000000000000",
    resource: "Office 365 SharePoint Online",
    resource_id: "00000003-0000-0ff1-ce00-000000000000",
};
/// Teams.
pub const TEAMS_APP: &Application = &Application {
    name: "Microsoft Teams",
    id: "1fec8e78-bce4-4aaf-ab1b-5451cc387264",
    resource: "Microsoft Teams Services",
    resource_id: "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe",
};
/// The Azure portal.
pub const AZURE_PORTAL: &Application = &Application {
    name: "Azure Portal",
    id: "c44b4083-3bb0-49c1-b47d-974e53cbdf3c",
    resource: "Windows Azure Service Management API",
    resource_id: "797f4846-ba00-4fd7-ba43-dac1f8f63013",
};
/// Graph's client for shells.
pub const GRAPH_SHELL: &Application = &Application {
    name: "Microsoft Graph Command Line Tools",
    id: "14d82eec-204b-4c2f-b7e8-296a70dab67e",
    resource: "Microsoft Graph",
    resource_id: "00000003-0000-0000-c000-000000000000",
};
/// Every application.
pub const APPLICATIONS: [&Application; 6] =
    [OUTLOOK_WEB, OFFICE_APPS, SHAREPOINT_WEB, TEAMS_APP, AZURE_PORTAL, GRAPH_SHELL];

/// The program that signs in.
#[derive(Debug, PartialEq, Eq)]
pub struct Client {
    /// `clientAppUsed`.
    pub app: &'static str,
    /// Browser, where it is one.
    pub browser: &'static str,
    /// Operating system.
    pub os: &'static str,
    /// User agent.
    pub user_agent: &'static str,
}

/// A browser on Windows.
pub const EDGE: &Client = &Client {
    app: "Browser",
    browser: "Edge 142.0.0",
    os: "Windows11",
    user_agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 \
                 Safari/537.36 Edg/142.0.0.0",
};
/// An application on a computer.
pub const DESKTOP_APP: &Client = &Client {
    app: "Mobile Apps and Desktop clients",
    browser: "",
    os: "Windows11",
    user_agent: "Windows-AzureAD-Authentication-Provider/1.0",
};
/// An application on a telephone.
pub const PHONE_APP: &Client = &Client {
    app: "Mobile Apps and Desktop clients",
    browser: "Mobile Safari",
    os: "Ios 26.1",
    user_agent: "Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)",
};
/// A browser on a system that the organisation does not hand out.
pub const FOREIGN_BROWSER: &Client = &Client {
    app: "Browser",
    browser: "Firefox 145.0",
    os: "Linux",
    user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
};
/// A mail program with a password only.
pub const LEGACY_MAIL: &Client = &Client { app: "IMAP4", browser: "", os: "", user_agent: "BAV2ROPC" };
/// A script.
pub const SCRIPT: &Client = &Client {
    app: "Mobile Apps and Desktop clients",
    browser: "Python Requests 2.32",
    os: "Linux",
    user_agent: "python-requests/2.32.3",
};
/// Every client.
pub const CLIENTS: [&Client; 6] = [EDGE, DESKTOP_APP, PHONE_APP, FOREIGN_BROWSER, LEGACY_MAIL, SCRIPT];

/// Why a sign-in failed: Entra's error code and its text.
#[derive(Debug, PartialEq, Eq)]
pub struct Failure {
    /// Code of the `AADSTS` error.
    pub code: i32,
    /// Text.
    pub reason: &'static str,
}

/// The password was wrong.
pub const WRONG_PASSWORD: &Failure =
    &Failure { code: 50_126, reason: "Error validating credentials due to invalid username or password." };
/// A second factor was asked for and not given.
pub const NO_SECOND_FACTOR: &Failure = &Failure { code: 50_074, reason: "Strong Authentication is required." };
/// The second factor was asked for once more.
pub const INTERRUPTED: &Failure = &Failure {
    code: 50_140,
    reason: "This error occurred due to 'Keep me signed in' interrupt when the user was signing-in.",
};
/// The account was locked after many tries.
pub const LOCKED: &Failure = &Failure {
    code: 50_053,
    reason: "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.",
};
/// The account was disabled.
pub const DISABLED: &Failure = &Failure { code: 50_057, reason: "The user account is disabled." };
/// Conditional access refused it.
pub const REFUSED: &Failure = &Failure {
    code: 53_003,
    reason: "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
};
/// Every reason.
pub const FAILURES: [&Failure; 6] = [WRONG_PASSWORD, NO_SECOND_FACTOR, INTERRUPTED, LOCKED, DISABLED, REFUSED];

/// How risky a sign-in seemed.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "camelCase")]
pub enum RiskLevel {
    /// Not at all.
    None,
    /// A little.
    Low,
    /// Somewhat.
    Medium,
    /// Very.
    High,
}

impl RiskLevel {
    /// The code of the hunting table.
    pub const fn code(self) -> i32 {
        match self {
            Self::None => 1,
            Self::Low => 10,
            Self::Medium => 50,
            Self::High => 100,
        }
    }

    /// Graph's member.
    pub const fn graph(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// A sign-in.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub person: Arc<Person>,
    /// To what.
    pub application: &'static Application,
    /// With which program.
    pub client: &'static Client,
    /// From where.
    pub network: Arc<Network>,
    /// From which managed device; `None` of one that the organisation does not know.
    pub device: Option<Arc<Device>>,
    /// Whether a person typed something.
    pub is_interactive: bool,
    /// Why it failed.
    pub failure: Option<&'static Failure>,
    /// Whether a second factor was given.
    pub is_multi_factor: bool,
    /// How risky it seemed.
    pub risk: RiskLevel,
    /// Why it seemed risky: members of `riskEventType`.
    pub risk_events: &'static [&'static str],
    /// Id of the request, also the audit log's.
    pub request: u128,
    /// Ties the sign-ins of one attempt.
    pub correlation: u128,
    /// Ties the sign-ins of one session.
    pub session: u128,
}

impl SignIn {
    /// The session of someone on a network at a time: one a day and network.
    pub fn session_of(person: &Person, network: &Network, at: Timestamp) -> u128 {
        let day = (at.ticks() / TICKS_PER_DAY) as u128;
        person.laptop.entra_id ^ day << 80 ^ u128::from(network.is_corporate) << 20
    }

    /// `conditionalAccessStatus` and the table's code of it.
    pub fn conditional_access(&self) -> (&'static str, i32) {
        match self.failure {
            Some(failure) if failure == REFUSED || failure == NO_SECOND_FACTOR => ("failure", 1),
            Some(_) => ("notApplied", 2),
            None => ("success", 0),
        }
    }

    /// `riskState` and the table's code of it.
    pub const fn risk_state(&self) -> (&'static str, i32) {
        match (self.risk, self.failure) {
            (RiskLevel::None, _) => ("none", 0),
            (_, None) if self.is_multi_factor => ("remediated", 2),
            _ => ("atRisk", 4),
        }
    }
}
