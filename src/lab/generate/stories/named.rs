//! What stories call by name: labels, sensitive types, products, programs, applications, techniques.
//!
//! A name that nothing bears is an error of the file that uses it, found when the file is read.

use crate::lab::generate::alert::{
    APP_TOKEN, ARCHIVE, CLOUD_ACCOUNTS, FILE_DELETION, FROM_SHAREPOINT, MAIL_RULE, MALICIOUS_FILE, MASQUERADE,
    PASSWORD_SPRAY, PHISHING, TO_CLOUD, TO_CODE_REPOSITORY, Technique, USB,
};
use crate::lab::generate::content::{LABELS, Label, SENSITIVE_TYPES, SensitiveType};
use crate::lab::generate::evidence::{CODE_HOST, CloudApp, EXCHANGE, MICROSOFT_365, PERSONAL_CLOUD, SHAREPOINT};
use crate::lab::generate::products::{
    ANTIVIRUS, APP_GOVERNANCE, CLOUD_APPS, CUSTOM_DETECTION, DLP, ENDPOINT, ENTRA, IDENTITY, INSIDER_RISK, OFFICE,
    Product,
};
use crate::lab::generate::rows::device_file_events::{
    ARCHIVER, BROWSER, EXPLORER, GIT, OFFICE_EDITOR, POWERSHELL, Tool,
};
use serde::de::{Deserialize, Deserializer, Error};

/// Every technique by its id.
const TECHNIQUES: [Technique; 13] = [
    APP_TOKEN,
    ARCHIVE,
    CLOUD_ACCOUNTS,
    FILE_DELETION,
    FROM_SHAREPOINT,
    MAIL_RULE,
    MALICIOUS_FILE,
    MASQUERADE,
    PASSWORD_SPRAY,
    PHISHING,
    TO_CLOUD,
    TO_CODE_REPOSITORY,
    USB,
];

/// Products by the name that stories use.
const PRODUCTS: [(&str, &Product); 10] = [
    ("insiderRisk", INSIDER_RISK),
    ("dlp", DLP),
    ("endpoint", ENDPOINT),
    ("antivirus", ANTIVIRUS),
    ("cloudApps", CLOUD_APPS),
    ("appGovernance", APP_GOVERNANCE),
    ("entra", ENTRA),
    ("customDetection", CUSTOM_DETECTION),
    ("office", OFFICE),
    ("identity", IDENTITY),
];

/// Programs by the name that stories use.
const TOOLS: [(&str, &Tool); 6] = [
    ("browser", BROWSER),
    ("explorer", EXPLORER),
    ("office", OFFICE_EDITOR),
    ("archiver", ARCHIVER),
    ("powershell", POWERSHELL),
    ("git", GIT),
];

/// Cloud applications; stories use their own names.
const APPS: [&CloudApp; 5] = [SHAREPOINT, EXCHANGE, MICROSOFT_365, PERSONAL_CLOUD, CODE_HOST];

/// Reads `&'static $what` by the name that `$find` finds it by.
macro_rules! by_name {
    ($($what:ty, $kind:literal, $find:expr;)*) => { $(
        impl<'de> Deserialize<'de> for &'static $what {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = String::deserialize(deserializer)?;
                let find: fn(&str) -> Option<&'static $what> = $find;
                find(&name).ok_or_else(|| D::Error::custom(format!("no {} is called {name:?}", $kind)))
            }
        }
    )* };
}

by_name! {
    Label, "label", |name| LABELS.into_iter().find(|label| label.name == name);
    SensitiveType, "sensitive type", |name| SENSITIVE_TYPES.into_iter().find(|known| known.name == name);
    Product, "product", |name| PRODUCTS.iter().find(|known| known.0 == name).map(|known| known.1);
    Tool, "program", |name| TOOLS.iter().find(|known| known.0 == name).map(|known| known.1);
    CloudApp, "application", |name| APPS.into_iter().find(|app| app.name == name);
}

impl<'de> Deserialize<'de> for Technique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = String::deserialize(deserializer)?;
        let known = TECHNIQUES.into_iter().find(|technique| technique.id == id);
        known.ok_or_else(|| D::Error::custom(format!("no technique has the id {id:?}")))
    }
}
