//! What may be asked of each collection.

/// A collection's rules.
#[derive(Debug)]
pub struct EntitySet {
    /// Its name in context URLs.
    pub name: &'static str,
    /// Full name of its type.
    pub ty: &'static str,
    /// Properties that `$filter` may name, as documented.
    pub filterable: &'static [&'static str],
    /// Collections that `any()` may range over.
    pub any: &'static [&'static str],
    /// What `$expand` may name.
    pub expandable: Option<Expandable>,
    /// Entities a page without `$top`.
    pub page_default: usize,
    /// The largest `$top`.
    pub page_max: usize,
    /// How a larger `$top` is refused.
    pub page_refusal: PageRefusal,
    /// Properties sent where `$select` is absent; `None` means all.
    pub default_properties: Option<&'static [&'static str]>,
}

/// A navigation property.
#[derive(Debug)]
pub struct Expandable {
    /// Its name.
    pub name: &'static str,
    /// What it leads to.
    pub set: &'static EntitySet,
}

/// The two wordings of "too many at once".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageRefusal {
    /// The security endpoints'.
    Security,
    /// The directory's and identity protection's.
    Directory,
}

/// `security/incidents`. <https://learn.microsoft.com/graph/api/security-list-incidents>
pub static INCIDENTS: EntitySet = EntitySet {
    name: "security/incidents",
    ty: "microsoft.graph.security.incident",
    filterable: &[
        "assignedTo",
        "classification",
        "createdDateTime",
        "determination",
        "lastUpdateDateTime",
        "severity",
        "status",
    ],
    any: &[],
    expandable: Some(Expandable { name: "alerts", set: &ALERTS }),
    page_default: crate::base::limits::INCIDENT_PAGE_MAX,
    page_max: crate::base::limits::INCIDENT_PAGE_MAX,
    page_refusal: PageRefusal::Security,
    default_properties: None,
};

/// `security/alerts_v2`. <https://learn.microsoft.com/graph/api/security-list-alerts_v2>
pub static ALERTS: EntitySet = EntitySet {
    name: "security/alerts_v2",
    ty: "microsoft.graph.security.alert",
    filterable: &[
        "assignedTo",
        "classification",
        "createdDateTime",
        "determination",
        "lastUpdateDateTime",
        "serviceSource",
        "severity",
        "status",
    ],
    any: &["evidence"],
    expandable: None,
    page_default: 50,
    page_max: 1_000,
    page_refusal: PageRefusal::Security,
    default_properties: None,
};

/// `identityProtection/riskyUsers`. <https://learn.microsoft.com/graph/api/riskyuser-list>; the filter on the user
/// principal name is undocumented and widely used.
pub static RISKY_USERS: EntitySet = EntitySet {
    name: "identityProtection/riskyUsers",
    ty: "microsoft.graph.riskyUser",
    filterable: &["id", "riskLastUpdatedDateTime", "riskLevel", "riskState", "userPrincipalName"],
    any: &[],
    expandable: None,
    page_default: 20,
    page_max: 500,
    page_refusal: PageRefusal::Directory,
    default_properties: None,
};

/// `users`. <https://learn.microsoft.com/graph/api/user-list>
pub static USERS: EntitySet = EntitySet {
    name: "users",
    ty: "microsoft.graph.user",
    filterable: &[
        "accountEnabled",
        "city",
        "companyName",
        "country",
        "createdDateTime",
        "department",
        "displayName",
        "employeeId",
        "employeeType",
        "givenName",
        "id",
        "jobTitle",
        "mail",
        "officeLocation",
        "onPremisesSamAccountName",
        "surname",
        "usageLocation",
        "userPrincipalName",
        "userType",
    ],
    any: &[],
    expandable: None,
    page_default: 100,
    page_max: 999,
    page_refusal: PageRefusal::Directory,
    default_properties: Some(&[
        "businessPhones",
        "displayName",
        "givenName",
        "id",
        "jobTitle",
        "mail",
        "mobilePhone",
        "officeLocation",
        "preferredLanguage",
        "surname",
        "userPrincipalName",
    ]),
};
