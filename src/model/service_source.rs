//! The product an alert comes from.

use super::open::open_enum;

open_enum! {
    /// `serviceSource` of an alert. Members from [`ServiceSource::DefenderForCloud`] on are after the sentinel: Graph
    /// sends them only with `Prefer: include-unknown-enum-members`.
    ServiceSource {
        /// Not stated.
        Unknown = "unknown",
        /// Defender for Endpoint.
        DefenderForEndpoint = "microsoftDefenderForEndpoint",
        /// Defender for Identity.
        DefenderForIdentity = "microsoftDefenderForIdentity",
        /// Defender for Cloud Apps.
        DefenderForCloudApps = "microsoftDefenderForCloudApps",
        /// Defender for Office 365.
        DefenderForOffice365 = "microsoftDefenderForOffice365",
        /// Defender XDR itself, custom detections included.
        DefenderXdr = "microsoft365Defender",
        /// Entra ID Protection.
        EntraIdProtection = "azureAdIdentityProtection",
        /// App governance.
        AppGovernance = "microsoftAppGovernance",
        /// Purview Data Loss Prevention.
        DataLossPrevention = "dataLossPrevention",
        /// Defender for Cloud.
        DefenderForCloud = "microsoftDefenderForCloud",
        /// Sentinel.
        Sentinel = "microsoftSentinel",
        /// Purview Insider Risk Management.
        InsiderRiskManagement = "microsoftInsiderRiskManagement",
        /// Threat Intelligence.
        ThreatIntelligence = "microsoftThreatIntelligence",
        /// Security for AI.
        SecurityForAi = "microsoftSecurityForAI",
    }
}

impl ServiceSource {
    /// Three letters for columns, as analysts write them.
    pub fn badge(&self) -> &'static str {
        match self {
            Self::DefenderForEndpoint => "MDE",
            Self::DefenderForIdentity => "MDI",
            Self::DefenderForCloudApps => "MDA",
            Self::DefenderForOffice365 => "MDO",
            Self::DefenderXdr => "XDR",
            Self::EntraIdProtection => "AAD",
            Self::AppGovernance => "APG",
            Self::DataLossPrevention => "DLP",
            Self::DefenderForCloud => "MDC",
            Self::Sentinel => "SEN",
            Self::InsiderRiskManagement => "IRM",
            Self::ThreatIntelligence => "MTI",
            Self::SecurityForAi => "SAI",
            Self::Unknown | Self::Unrecognized(_) => "???",
        }
    }

    /// The product's full name, as the portal's Service source filter prints it.
    pub fn title(&self) -> &str {
        match self {
            Self::DefenderForEndpoint => "Microsoft Defender for Endpoint",
            Self::DefenderForIdentity => "Microsoft Defender for Identity",
            Self::DefenderForCloudApps => "Microsoft Defender for Cloud Apps",
            Self::DefenderForOffice365 => "Microsoft Defender for Office 365",
            Self::DefenderXdr => "Microsoft Defender XDR",
            Self::EntraIdProtection => "Entra ID Protection",
            Self::AppGovernance => "App Governance",
            Self::DataLossPrevention => "Microsoft Purview Data Loss Prevention",
            Self::DefenderForCloud => "Microsoft Defender for Cloud",
            Self::Sentinel => "Microsoft Sentinel",
            Self::InsiderRiskManagement => "Microsoft Purview Insider Risk Management",
            Self::ThreatIntelligence => "Microsoft Threat Intelligence",
            Self::SecurityForAi => "Microsoft Security for AI",
            Self::Unknown => "Unknown",
            Self::Unrecognized(_) => "Not known to this version",
        }
    }

    /// The word in the filter line, e.g. `source:insider-risk`.
    pub fn filter_word(&self) -> &'static str {
        match self {
            Self::DefenderForEndpoint => "endpoint",
            Self::DefenderForIdentity => "identity",
            Self::DefenderForCloudApps => "cloud-apps",
            Self::DefenderForOffice365 => "office",
            Self::DefenderXdr => "xdr",
            Self::EntraIdProtection => "entra",
            Self::AppGovernance => "app-governance",
            Self::DataLossPrevention => "dlp",
            Self::DefenderForCloud => "cloud",
            Self::Sentinel => "sentinel",
            Self::InsiderRiskManagement => "insider-risk",
            Self::ThreatIntelligence => "threat-intelligence",
            Self::SecurityForAi => "ai",
            Self::Unknown | Self::Unrecognized(_) => "unknown",
        }
    }

    /// The source an alert id's two-letter prefix names; Defender's ids carry it. Serves where Graph hid the member.
    pub fn from_alert_id(id: &str) -> Option<Self> {
        Some(match id.get(..2)? {
            "ra" | "ta" | "ea" => Self::DefenderXdr,
            "fa" => Self::DefenderForOffice365,
            "da" | "ed" => Self::DefenderForEndpoint,
            "aa" | "ri" => Self::DefenderForIdentity,
            "ca" | "rm" => Self::DefenderForCloudApps,
            "ma" => Self::AppGovernance,
            "ad" => Self::EntraIdProtection,
            "dl" => Self::DataLossPrevention,
            "dc" => Self::DefenderForCloud,
            "sn" => Self::Sentinel,
            "ir" => Self::InsiderRiskManagement,
            _ => return None,
        })
    }
}
