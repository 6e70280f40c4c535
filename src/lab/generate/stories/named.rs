//! What stories call by name: labels, sensitive types, products, programs, applications, techniques. Programs go by
//! the name of their image.
//!
//! A name that nothing bears is an error of the file that uses it, found when the file is read.

use crate::lab::generate::alert::{
    ACCOUNT_DISCOVERY, APP_TOKEN, ARCHIVE, CLOUD_ACCOUNTS, CLOUD_ROLES, FILE_DELETION, FROM_SHAREPOINT, IMPAIR,
    MAIL_RULE, MALICIOUS_FILE, MASQUERADE, OTHER_PROTOCOL, PASSWORD_SPRAY, PHISHING, SCREEN_CAPTURE, TO_CLOUD,
    TO_CODE_REPOSITORY, Technique, USB, WEB_SERVICE,
};
use crate::lab::generate::content::{LABELS, Label, SENSITIVE_TYPES, SensitiveType};
use crate::lab::generate::evidence::{
    ASSISTANT, CODE_HOST, COPILOT, CloudApp, EXCHANGE, MICROSOFT_365, ONEDRIVE, PERSONAL_CLOUD, SHAREPOINT, TEAMS,
};
use crate::lab::generate::products::{
    ANTIVIRUS, APP_GOVERNANCE, CLOUD_APPS, CUSTOM_DETECTION, DLP, ENDPOINT, ENTRA, IDENTITY, INSIDER_RISK, OFFICE,
    Product,
};
use crate::lab::generate::sign_ins::{
    Client, DESKTOP_APP, EDGE, FOREIGN_BROWSER, Failure, LEGACY_MAIL, LOCKED, NO_SECOND_FACTOR, PHONE_APP, REFUSED,
    SCRIPT, WRONG_PASSWORD,
};
use crate::lab::generate::tools::Tool;
use serde::de::{Deserialize, Deserializer, Error};

/// Every technique that stories may name, by its id.
const TECHNIQUES: [Technique; 19] = [
    ACCOUNT_DISCOVERY,
    APP_TOKEN,
    ARCHIVE,
    CLOUD_ACCOUNTS,
    CLOUD_ROLES,
    IMPAIR,
    FILE_DELETION,
    FROM_SHAREPOINT,
    MAIL_RULE,
    MALICIOUS_FILE,
    MASQUERADE,
    OTHER_PROTOCOL,
    PASSWORD_SPRAY,
    PHISHING,
    SCREEN_CAPTURE,
    TO_CLOUD,
    TO_CODE_REPOSITORY,
    USB,
    WEB_SERVICE,
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

/// Programs that sign in, by the name that stories use.
const CLIENTS: [(&str, &Client); 6] = [
    ("edge", EDGE),
    ("desktop", DESKTOP_APP),
    ("phone", PHONE_APP),
    ("foreign", FOREIGN_BROWSER),
    ("legacyMail", LEGACY_MAIL),
    ("script", SCRIPT),
];

/// Failures to sign in by the name that stories use.
const FAILURES: [(&str, &Failure); 4] =
    [("wrongPassword", WRONG_PASSWORD), ("noSecondFactor", NO_SECOND_FACTOR), ("locked", LOCKED), ("refused", REFUSED)];

/// Cloud applications; stories use their own names.
const APPS: [&CloudApp; 9] =
    [SHAREPOINT, EXCHANGE, MICROSOFT_365, ONEDRIVE, TEAMS, COPILOT, ASSISTANT, PERSONAL_CLOUD, CODE_HOST];

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
    Tool, "program", Tool::named;
    Client, "program that signs in", |name| CLIENTS.iter().find(|known| known.0 == name).map(|known| known.1);
    Failure, "failure to sign in", |name| FAILURES.iter().find(|known| known.0 == name).map(|known| known.1);
    CloudApp, "application", |name| APPS.into_iter().find(|app| app.name == name);
}

impl<'de> Deserialize<'de> for Technique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = String::deserialize(deserializer)?;
        let known = TECHNIQUES.into_iter().find(|technique| technique.id == id);
        known.ok_or_else(|| D::Error::custom(format!("no technique has the id {id:?}")))
    }
}
