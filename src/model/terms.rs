//! The words of triage: severities, statuses, classifications, determinations, verdicts, identity risk.

use super::open::open_enum;

open_enum! {
    /// How grave an alert or incident is.
    Severity {
        /// Not stated.
        Unknown = "unknown",
        /// Informational.
        Informational = "informational",
        /// Low.
        Low = "low",
        /// Medium.
        Medium = "medium",
        /// High.
        High = "high",
    }
}

impl Severity {
    /// One letter for narrow columns and monochrome terminals: `H M L I`, `?` where unknown.
    pub fn letter(&self) -> &'static str {
        match self {
            Self::High => "H",
            Self::Medium => "M",
            Self::Low => "L",
            Self::Informational => "I",
            Self::Unknown | Self::Unrecognized(_) => "?",
        }
    }

    /// The word on screen.
    pub fn title(&self) -> &str {
        match self {
            Self::Unrecognized(_) => "unknown",
            known => known.wire(),
        }
    }

    /// Order of gravity, 0 where unknown to 4 for high.
    pub fn rank(&self) -> u8 {
        match self {
            Self::High => 4,
            Self::Medium => 3,
            Self::Low => 2,
            Self::Informational => 1,
            Self::Unknown | Self::Unrecognized(_) => 0,
        }
    }
}

open_enum! {
    /// Where an incident stands.
    IncidentStatus {
        /// Open and untouched; the portal says "Active" or "New".
        Active = "active",
        /// Closed.
        Resolved = "resolved",
        /// Being worked on.
        InProgress = "inProgress",
        /// Merged away: `redirectIncidentId` names the survivor. Set by the service only.
        Redirected = "redirected",
        /// Defender Experts wait for the customer. After the sentinel.
        AwaitingAction = "awaitingAction",
    }
}

impl IncidentStatus {
    /// The word on screen.
    pub fn title(&self) -> &str {
        match self {
            Self::Active => "active",
            Self::Resolved => "resolved",
            Self::InProgress => "in progress",
            Self::Redirected => "redirected",
            Self::AwaitingAction => "awaiting action",
            Self::Unrecognized(_) => "unknown",
        }
    }
}

open_enum! {
    /// Where an alert stands.
    AlertStatus {
        /// Not stated.
        Unknown = "unknown",
        /// Untouched.
        New = "new",
        /// Being worked on.
        InProgress = "inProgress",
        /// Closed.
        Resolved = "resolved",
    }
}

impl AlertStatus {
    /// The word on screen.
    pub fn title(&self) -> &str {
        match self {
            Self::New => "new",
            Self::InProgress => "in progress",
            Self::Resolved => "resolved",
            Self::Unknown | Self::Unrecognized(_) => "unknown",
        }
    }
}

open_enum! {
    /// What the analyst found an alert or incident to be.
    Classification {
        /// Not set.
        Unknown = "unknown",
        /// Nothing of the kind happened.
        FalsePositive = "falsePositive",
        /// It happened and it matters.
        TruePositive = "truePositive",
        /// It happened and was expected.
        InformationalExpectedActivity = "informationalExpectedActivity",
    }
}

impl Classification {
    /// The words on screen.
    pub fn title(&self) -> &str {
        match self {
            Self::Unknown => "not set",
            Self::FalsePositive => "false positive",
            Self::TruePositive => "true positive",
            Self::InformationalExpectedActivity => "informational, expected activity",
            Self::Unrecognized(_) => "unknown",
        }
    }

    /// Whether an analyst has decided.
    pub fn is_set(&self) -> bool {
        !matches!(self, Self::Unknown)
    }
}

open_enum! {
    /// The finer finding under a classification. Names are the metadata's; the documentation pages print stale ones.
    Determination {
        /// Not set.
        Unknown = "unknown",
        /// Gone from the product since August 2022.
        Apt = "apt",
        /// Malware.
        Malware = "malware",
        /// Gone from the product since August 2022.
        SecurityPersonnel = "securityPersonnel",
        /// Security testing.
        SecurityTesting = "securityTesting",
        /// Unwanted software.
        UnwantedSoftware = "unwantedSoftware",
        /// Other.
        Other = "other",
        /// Multi-staged attack.
        MultiStagedAttack = "multiStagedAttack",
        /// Compromised account.
        CompromisedAccount = "compromisedAccount",
        /// Phishing.
        Phishing = "phishing",
        /// Malicious user activity.
        MaliciousUserActivity = "maliciousUserActivity",
        /// Not malicious.
        NotMalicious = "notMalicious",
        /// Not enough data to validate.
        NotEnoughDataToValidate = "notEnoughDataToValidate",
        /// Confirmed activity.
        ConfirmedActivity = "confirmedActivity",
        /// Line of business application.
        LineOfBusinessApplication = "lineOfBusinessApplication",
    }
}

impl Determination {
    /// The words on screen.
    pub fn title(&self) -> &str {
        match self {
            Self::Unknown => "not set",
            Self::Apt => "APT",
            Self::Malware => "malware",
            Self::SecurityPersonnel => "security personnel",
            Self::SecurityTesting => "security testing",
            Self::UnwantedSoftware => "unwanted software",
            Self::Other => "other",
            Self::MultiStagedAttack => "multi-staged attack",
            Self::CompromisedAccount => "compromised account",
            Self::Phishing => "phishing",
            Self::MaliciousUserActivity => "malicious user activity",
            Self::NotMalicious => "not malicious",
            Self::NotEnoughDataToValidate => "not enough data to validate",
            Self::ConfirmedActivity => "confirmed activity",
            Self::LineOfBusinessApplication => "line of business application",
            Self::Unrecognized(_) => "unknown",
        }
    }

    /// Those that the product no longer takes; records of before August 2022 hold them.
    pub const OUTDATED: &[Self] = &[Self::Apt, Self::SecurityPersonnel];

    /// The determinations the product offers under `classification`, in its order; none where it is not set.
    ///
    /// Grouping as the portal shows it; no public source says that the API enforces it.
    pub fn offered_under(classification: &Classification) -> &'static [Self] {
        match classification {
            Classification::TruePositive => &[
                Self::MultiStagedAttack,
                Self::MaliciousUserActivity,
                Self::CompromisedAccount,
                Self::Malware,
                Self::Phishing,
                Self::UnwantedSoftware,
                Self::Other,
            ],
            Classification::InformationalExpectedActivity => {
                &[Self::SecurityTesting, Self::LineOfBusinessApplication, Self::ConfirmedActivity, Self::Other]
            }
            Classification::FalsePositive => &[Self::NotMalicious, Self::NotEnoughDataToValidate, Self::Other],
            Classification::Unknown | Classification::Unrecognized(_) => &[],
        }
    }
}

open_enum! {
    /// What analysis says of a piece of evidence.
    Verdict {
        /// Not stated.
        Unknown = "unknown",
        /// Suspicious.
        Suspicious = "suspicious",
        /// Malicious.
        Malicious = "malicious",
        /// Clean.
        NoThreatsFound = "noThreatsFound",
    }
}

open_enum! {
    /// Entra ID Protection's level of a user. Not the insider-risk level, which no Graph API returns.
    RiskLevel {
        /// Low.
        Low = "low",
        /// Medium.
        Medium = "medium",
        /// High.
        High = "high",
        /// Hidden: the tenant's licence does not show it.
        Hidden = "hidden",
        /// None.
        None = "none",
    }
}

open_enum! {
    /// Entra ID Protection's state of a user.
    RiskState {
        /// None.
        None = "none",
        /// Confirmed safe.
        ConfirmedSafe = "confirmedSafe",
        /// Remediated.
        Remediated = "remediated",
        /// Dismissed.
        Dismissed = "dismissed",
        /// At risk.
        AtRisk = "atRisk",
        /// Confirmed compromised.
        ConfirmedCompromised = "confirmedCompromised",
    }
}
