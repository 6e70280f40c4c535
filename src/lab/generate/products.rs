//! The products that raise alerts, and what each calls itself where.

/// A product that raises alerts.
#[derive(Debug, PartialEq, Eq)]
pub struct Product {
    /// What alert ids start with.
    pub prefix: &'static str,
    /// Graph's `serviceSource`.
    pub service_source: &'static str,
    /// Graph's `detectionSource`.
    pub detection_source: &'static str,
    /// Graph's `productName`.
    pub product_name: &'static str,
    /// `AlertInfo.ServiceSource`.
    pub hunting_service: &'static str,
    /// `AlertInfo.DetectionSource`.
    pub hunting_detection: &'static str,
}

/// Purview Insider Risk Management. Public samples write the hunting text so; the portal's filter says Purview.
pub const INSIDER_RISK: &Product = &Product {
    prefix: "ir",
    service_source: "microsoftInsiderRiskManagement",
    detection_source: "microsoftInsiderRiskManagement",
    product_name: "Microsoft Purview Insider Risk Management",
    hunting_service: "Microsoft Insider Risk Management",
    hunting_detection: "Microsoft Insider Risk Management",
};
/// Purview Data Loss Prevention.
pub const DLP: &Product = &Product {
    prefix: "dl",
    service_source: "dataLossPrevention",
    detection_source: "microsoftDataLossPrevention",
    product_name: "Microsoft Data Loss Prevention",
    hunting_service: "Microsoft Data Loss Prevention",
    hunting_detection: "Microsoft Data Loss Prevention",
};
/// Defender for Endpoint's behavioural sensor.
pub const ENDPOINT: &Product = &Product {
    prefix: "da",
    service_source: "microsoftDefenderForEndpoint",
    detection_source: "microsoftDefenderForEndpoint",
    product_name: "Microsoft Defender for Endpoint",
    hunting_service: "Microsoft Defender for Endpoint",
    hunting_detection: "EDR",
};
/// Defender for Endpoint's antivirus.
pub const ANTIVIRUS: &Product = &Product { detection_source: "antivirus", hunting_detection: "Antivirus", ..*ENDPOINT };
/// Defender for Cloud Apps.
pub const CLOUD_APPS: &Product = &Product {
    prefix: "ca",
    service_source: "microsoftDefenderForCloudApps",
    detection_source: "cloudAppSecurity",
    product_name: "Microsoft Defender for Cloud Apps",
    hunting_service: "Microsoft Defender for Cloud Apps",
    hunting_detection: "Cloud App Security",
};
/// App governance.
pub const APP_GOVERNANCE: &Product = &Product {
    prefix: "ma",
    service_source: "microsoftAppGovernance",
    detection_source: "appGovernancePolicy",
    product_name: "App Governance",
    hunting_service: "App Governance",
    hunting_detection: "App Governance Policy",
};
/// Entra ID Protection.
pub const ENTRA: &Product = &Product {
    prefix: "ad",
    service_source: "azureAdIdentityProtection",
    detection_source: "azureAdIdentityProtection",
    product_name: "Microsoft Entra ID Protection",
    hunting_service: "AAD Identity Protection",
    hunting_detection: "AAD Identity Protection",
};
/// A custom detection of Defender XDR.
pub const CUSTOM_DETECTION: &Product = &Product {
    prefix: "ea",
    service_source: "microsoft365Defender",
    detection_source: "customDetection",
    product_name: "Microsoft Defender XDR",
    hunting_service: "Microsoft Defender XDR",
    hunting_detection: "Custom detection",
};
/// An analyst who linked rows of a hunting query to an incident. The portal documents the detection source and that such
/// alerts never reach Purview; prefix and hunting text are invented.
pub const LINKED: &Product = &Product {
    prefix: "ea",
    service_source: "microsoft365Defender",
    detection_source: "manual",
    product_name: "Microsoft Defender XDR",
    hunting_service: "Microsoft Defender XDR",
    hunting_detection: "Manual",
};
/// Defender for Office 365.
pub const OFFICE: &Product = &Product {
    prefix: "fa",
    service_source: "microsoftDefenderForOffice365",
    detection_source: "microsoftDefenderForOffice365",
    product_name: "Microsoft Defender for Office 365",
    hunting_service: "Microsoft Defender for Office 365",
    hunting_detection: "Microsoft Defender for Office 365",
};
/// Defender for Identity.
pub const IDENTITY: &Product = &Product {
    prefix: "aa",
    service_source: "microsoftDefenderForIdentity",
    detection_source: "microsoftDefenderForIdentity",
    product_name: "Microsoft Defender for Identity",
    hunting_service: "Microsoft Defender for Identity",
    hunting_detection: "Microsoft Defender for Identity",
};
/// Defender for Cloud.
pub const DEFENDER_FOR_CLOUD: &Product = &Product {
    prefix: "dc",
    service_source: "microsoftDefenderForCloud",
    detection_source: "microsoftDefenderForStorage",
    product_name: "Microsoft Defender for Cloud",
    hunting_service: "Microsoft Defender for Cloud",
    hunting_detection: "Microsoft Defender for Storage",
};
