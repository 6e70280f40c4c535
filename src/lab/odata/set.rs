//! What may be asked of each collection.

use super::filter::TextTest;
use super::filter::TextTest::{Contains, EndsWith, StartsWith};

/// A collection's rules.
#[derive(Debug)]
pub struct EntitySet {
    /// Its name in context URLs.
    pub name: &'static str,
    /// Full name of its type.
    pub ty: &'static str,
    /// Who answers for it.
    pub service: Service,
    /// The query options it takes.
    pub options: &'static [&'static str],
    /// Properties that `$filter` may name, as documented.
    pub filterable: &'static [&'static str],
    /// Collections that `any()` and `all()` may range over.
    pub any: &'static [&'static str],
    /// Functions on text that `$filter` may call.
    pub functions: &'static [TextTest],
    /// Properties that `$orderby` may name; `None` means every one with a single value.
    pub sortable: Option<&'static [&'static str]>,
    /// What `$expand` may name.
    pub expandable: &'static [Expandable],
    /// Entities a page without `$top`.
    pub page_default: usize,
    /// The largest `$top`.
    pub page_max: usize,
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
    /// Whether it leads to one entity at most.
    pub single: bool,
}

/// The services behind Graph, which word refusals each in its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Defender.
    Security,
    /// Entra ID Protection.
    Protection,
    /// Entra ID's directory, where some queries are advanced: they need `ConsistencyLevel: eventual` and `$count=true`.
    /// <https://learn.microsoft.com/graph/aad-advanced-queries>
    Directory,
    /// Entra ID's reports.
    Reports,
}

const ALL_OPTIONS: &[&str] = &["$count", "$expand", "$filter", "$orderby", "$select", "$skip", "$skiptoken", "$top"];
/// The directory has no `$skip`.
const DIRECTORY_OPTIONS: &[&str] = &["$count", "$expand", "$filter", "$orderby", "$select", "$skiptoken", "$top"];
const REPORT_OPTIONS: &[&str] = &["$filter", "$orderby", "$select", "$skiptoken", "$top"];
const ALL_FUNCTIONS: &[TextTest] = &[StartsWith, EndsWith, Contains];

/// `security/incidents`. <https://learn.microsoft.com/graph/api/security-list-incidents>
pub static INCIDENTS: EntitySet = EntitySet {
    name: "security/incidents",
    ty: "microsoft.graph.security.incident",
    service: Service::Security,
    options: ALL_OPTIONS,
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
    functions: ALL_FUNCTIONS,
    sortable: None,
    expandable: &[Expandable { name: "alerts", set: &ALERTS, single: false }],
    page_default: crate::base::limits::INCIDENT_PAGE_MAX,
    page_max: crate::base::limits::INCIDENT_PAGE_MAX,
    default_properties: None,
};

/// `security/alerts_v2`. <https://learn.microsoft.com/graph/api/security-list-alerts_v2>
pub static ALERTS: EntitySet = EntitySet {
    name: "security/alerts_v2",
    ty: "microsoft.graph.security.alert",
    service: Service::Security,
    options: ALL_OPTIONS,
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
    functions: ALL_FUNCTIONS,
    sortable: None,
    expandable: &[],
    page_default: 50,
    page_max: 1_000,
    default_properties: None,
};

/// `identityProtection/riskyUsers`. <https://learn.microsoft.com/graph/api/riskyuser-list>; the filter on the user
/// principal name is undocumented and widely used.
pub static RISKY_USERS: EntitySet = EntitySet {
    name: "identityProtection/riskyUsers",
    ty: "microsoft.graph.riskyUser",
    service: Service::Protection,
    options: ALL_OPTIONS,
    filterable: &["id", "riskLastUpdatedDateTime", "riskLevel", "riskState", "userPrincipalName"],
    any: &[],
    functions: ALL_FUNCTIONS,
    sortable: None,
    expandable: &[Expandable { name: "history", set: &RISKY_HISTORY, single: false }],
    page_default: 20,
    page_max: 500,
    default_properties: None,
};

/// `identityProtection/riskyUsers/{id}/history`. <https://learn.microsoft.com/graph/api/riskyuser-list-history>
pub static RISKY_HISTORY: EntitySet = EntitySet {
    name: "identityProtection/riskyUsers/history",
    ty: "microsoft.graph.riskyUserHistoryItem",
    service: Service::Protection,
    options: ALL_OPTIONS,
    filterable: &["initiatedBy", "riskDetail", "riskLastUpdatedDateTime", "riskLevel", "riskState"],
    any: &[],
    functions: ALL_FUNCTIONS,
    sortable: None,
    expandable: &[],
    page_default: 20,
    page_max: 500,
    default_properties: None,
};

/// `identityProtection/riskDetections`. <https://learn.microsoft.com/graph/api/riskdetection-list>
pub static RISK_DETECTIONS: EntitySet = EntitySet {
    name: "identityProtection/riskDetections",
    ty: "microsoft.graph.riskDetection",
    service: Service::Protection,
    options: ALL_OPTIONS,
    filterable: &[
        "activityDateTime",
        "correlationId",
        "detectedDateTime",
        "id",
        "ipAddress",
        "lastUpdatedDateTime",
        "requestId",
        "riskDetail",
        "riskEventType",
        "riskLevel",
        "riskState",
        "source",
        "userDisplayName",
        "userId",
        "userPrincipalName",
    ],
    any: &[],
    functions: ALL_FUNCTIONS,
    sortable: None,
    expandable: &[],
    page_default: 20,
    page_max: 500,
    default_properties: None,
};

/// `auditLogs/signIns`: interactive sign-ins. <https://learn.microsoft.com/graph/api/signin-list>; what may be filtered
/// by is on the resource's page, <https://learn.microsoft.com/graph/api/resources/signin>.
pub static SIGN_INS: EntitySet = EntitySet {
    name: "auditLogs/signIns",
    ty: "microsoft.graph.signIn",
    service: Service::Reports,
    options: REPORT_OPTIONS,
    filterable: &[
        "appDisplayName",
        "appId",
        "clientAppUsed",
        "conditionalAccessStatus",
        "correlationId",
        "createdDateTime",
        "deviceDetail/browser",
        "deviceDetail/operatingSystem",
        "id",
        "ipAddress",
        "isInteractive",
        "location/city",
        "location/countryOrRegion",
        "location/state",
        "resourceDisplayName",
        "resourceId",
        "riskDetail",
        "riskLevelAggregated",
        "riskLevelDuringSignIn",
        "riskState",
        "status/errorCode",
        "userDisplayName",
        "userId",
        "userPrincipalName",
    ],
    any: &["riskEventTypes_v2"],
    functions: &[StartsWith],
    sortable: Some(&["createdDateTime"]),
    expandable: &[],
    page_default: 1_000,
    page_max: 1_000,
    default_properties: None,
};

/// `users`. <https://learn.microsoft.com/graph/api/user-list>
pub static USERS: EntitySet = EntitySet {
    name: "users",
    ty: "microsoft.graph.user",
    service: Service::Directory,
    options: DIRECTORY_OPTIONS,
    filterable: &[
        "accountEnabled",
        "city",
        "companyName",
        "country",
        "createdDateTime",
        "department",
        "displayName",
        "employeeHireDate",
        "employeeId",
        "employeeType",
        "givenName",
        "id",
        "jobTitle",
        "mail",
        "mailNickname",
        "officeLocation",
        "onPremisesSamAccountName",
        "onPremisesSecurityIdentifier",
        "onPremisesSyncEnabled",
        "postalCode",
        "preferredLanguage",
        "state",
        "streetAddress",
        "surname",
        "usageLocation",
        "userPrincipalName",
        "userType",
    ],
    any: &["businessPhones", "otherMails", "proxyAddresses"],
    functions: &[StartsWith, EndsWith],
    sortable: Some(&["createdDateTime", "displayName", "userPrincipalName"]),
    expandable: &[
        Expandable { name: "manager", set: &MANAGERS, single: true },
        Expandable { name: "directReports", set: &DIRECT_REPORTS, single: false },
        Expandable { name: "memberOf", set: &DIRECTORY_OBJECTS, single: false },
        Expandable { name: "transitiveMemberOf", set: &DIRECTORY_OBJECTS, single: false },
    ],
    page_default: 100,
    page_max: 999,
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

/// Users where the declared type is `directoryObject`: each says its type.
const fn directory_objects(properties: Option<&'static [&'static str]>) -> EntitySet {
    EntitySet {
        name: "directoryObjects",
        service: Service::Directory,
        options: DIRECTORY_OPTIONS,
        filterable: &["id"],
        any: &[],
        functions: &[StartsWith, EndsWith],
        sortable: Some(&["displayName"]),
        expandable: &[],
        page_default: 100,
        page_max: 999,
        ty: "microsoft.graph.user",
        default_properties: properties,
    }
}

/// `users/{id}/manager`. <https://learn.microsoft.com/graph/api/user-list-manager>
pub static MANAGERS: EntitySet = directory_objects(USERS.default_properties);

/// `users/{id}/directReports`. <https://learn.microsoft.com/graph/api/user-list-directreports>
pub static DIRECT_REPORTS: EntitySet = EntitySet {
    filterable: &["accountEnabled", "department", "displayName", "id", "jobTitle", "mail", "userPrincipalName"],
    ..directory_objects(USERS.default_properties)
};

/// `users/{id}/memberOf`: groups and directory roles. <https://learn.microsoft.com/graph/api/user-list-memberof>
pub static DIRECTORY_OBJECTS: EntitySet =
    EntitySet { ty: "microsoft.graph.directoryObject", ..directory_objects(None) };

/// Groups that someone is a member of. <https://learn.microsoft.com/graph/api/resources/group>
pub static GROUPS: EntitySet = EntitySet {
    name: "groups",
    ty: "microsoft.graph.group",
    filterable: &[
        "createdDateTime",
        "description",
        "displayName",
        "id",
        "mail",
        "mailEnabled",
        "mailNickname",
        "securityEnabled",
        "visibility",
    ],
    any: &["groupTypes", "proxyAddresses"],
    ..directory_objects(None)
};

/// Directory roles that someone holds. <https://learn.microsoft.com/graph/api/resources/directoryrole>
pub static DIRECTORY_ROLES: EntitySet = EntitySet {
    name: "directoryRoles",
    ty: "microsoft.graph.directoryRole",
    filterable: &["displayName", "id", "roleTemplateId"],
    ..directory_objects(None)
};
